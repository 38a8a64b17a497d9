// `npm run codegen`: writes src/api/schema.d.ts from ../openapi/api.json, installing the generator first where it is missing.
// It has a lock file of its own since it needs an older TypeScript than the screen.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";

const tools = import.meta.dirname;
const web = path.dirname(tools);
const contract = path.resolve(web, process.argv[2] ?? "../openapi/api.json");
const generator = path.join(tools, "node_modules/openapi-typescript/bin/cli.js");

if (!existsSync(contract)) {
  console.error(`${contract} is missing: \`cargo xtask codegen\` writes it.`);
  process.exit(1);
}
const run = (command, args, cwd) => {
  const { status, error } = spawnSync(command, args, { cwd, stdio: "inherit" });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
};
if (!existsSync(generator)) run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], tools);
run(process.execPath, [generator, contract, "--output", "src/api/schema.d.ts"], web);
