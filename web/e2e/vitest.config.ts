/** The browser tests: one after the other, against the real program. */
import { defineConfig } from "vitest/config";
import type { Reporter, TestModule } from "vitest/node";

/** Says at the end how many passed and how many did not run, on lines of their own. */
const counts: Reporter = {
  onTestRunEnd(modules: readonly TestModule[]) {
    const all = modules.flatMap((module) => [...module.children.allTests()]);
    const left = all.filter((test) => !["passed", "failed"].includes(test.result().state)).length;
    if (left > 0) console.log(`${left} skipped`);
    console.log(`${all.filter((test) => test.result().state === "passed").length} passed`);
  },
};

const pictures = process.env["E2E_SCREENSHOTS"] === "1";

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: pictures
      ? ["pictures.e2e.ts"]
      : [
          "story.e2e.ts",
          "first-run.e2e.ts",
          "demo.e2e.ts",
          "compare.e2e.ts",
          "log.e2e.ts",
          "markups.e2e.ts",
          "languages.e2e.ts",
        ],
    globalSetup: "setup.ts",
    fileParallelism: false,
    testTimeout: 240_000,
    hookTimeout: 60_000,
    reporters: ["verbose", counts],
  },
});
