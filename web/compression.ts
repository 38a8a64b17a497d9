/** Writes `.br` and `.gz` beside every text file of the build, so that the server need not compress. */
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Plugin } from "vite";

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

export function compression(): Plugin {
  let directory = "";
  return {
    name: "sluice-compression",
    apply: "build",
    configResolved(config) {
      directory = path.resolve(config.root, config.build.outDir);
    },
    async closeBundle() {
      const files = await readdir(directory, { recursive: true });
      const text = files.filter((file) => /\.(js|css|html|svg|json|webmanifest)$/.test(file));
      await Promise.all(
        text.map(async (file) => {
          const name = path.join(directory, file);
          const bytes = await readFile(name);
          const params = {
            [constants.BROTLI_PARAM_QUALITY]: 11,
            [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
          };
          await writeFile(`${name}.br`, await brotli(bytes, { params }));
          await writeFile(`${name}.gz`, await zip(bytes, { level: 9 }));
        }),
      );
    },
  };
}
