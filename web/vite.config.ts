import path from "node:path";
import { transformAsync } from "@babel/core";
import { createCompiledCatalog, getCatalogForFile, getCatalogs } from "@lingui/cli/api";
import { getConfig } from "@lingui/conf";
import optimizeLocales from "@react-aria/optimize-locales-plugin";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { compression } from "./compression.ts";

/** Lingui's macros and catalogues, for the bundler at hand: its own plugin does not name Vite 8 yet. */
function lingui(): Plugin {
  const config = getConfig({
    configPath: path.join(import.meta.dirname, "lingui.config.ts"),
    skipValidation: true,
  });
  return {
    name: "sluice-lingui",
    enforce: "pre",
    async transform(code, id) {
      const file = id.split("?")[0] ?? id;
      if (file.endsWith(".po")) {
        const found = getCatalogForFile(
          path.relative(config.rootDir ?? process.cwd(), file),
          await getCatalogs(config),
        );
        if (!found) throw new Error(`${file} is not a catalogue of lingui.config.ts`);
        const { messages } = await found.catalog.getTranslations(found.locale, {
          fallbackLocales: { default: "en" },
          sourceLocale: "en",
        });
        const { source, errors } = createCompiledCatalog(found.locale, messages, { namespace: "es" });
        for (const error of errors) throw error.error;
        return { code: source, map: null, moduleType: "js" };
      }
      if (
        !/\.tsx?$/.test(file) ||
        file.includes("node_modules") ||
        !/@lingui\/(core|react)\/macro/.test(code)
      )
        return null;
      const result = await transformAsync(code, {
        filename: file,
        babelrc: false,
        configFile: false,
        sourceMaps: true,
        parserOpts: { plugins: ["jsx", "typescript"] },
        plugins: ["@lingui/babel-plugin-lingui-macro"],
      });
      return result?.code ? { code: result.code, map: result.map ?? null } : null;
    },
  };
}

export default defineConfig({
  plugins: [
    lingui(),
    { ...optimizeLocales.vite({ locales: ["en-US", "es-ES", "pt-BR", "fr-FR"] }), enforce: "pre" as const },
    react(),
    compression(),
  ],
  server: { proxy: { "/api": "http://localhost:8080" } },
  // The policy the server sends, so that a preview of the build breaks where the real thing would.
  preview: {
    headers: {
      "Content-Security-Policy":
        "default-src 'self'; img-src 'self' blob: data:; style-src 'self'; script-src 'self'; connect-src 'self'; frame-ancestors 'none'",
    },
  },
  build: {
    target: "es2023",
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
  },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
});
