/** One demo for all tests: its screens are walked, and its sheets are what the story uploads. */
import type { TestProject } from "vitest/node";
import { start } from "./program.ts";

declare module "vitest" {
  export interface ProvidedContext {
    demo: string;
    demoPassword: string;
  }
}

export default async function setup(project: TestProject) {
  const demo = await start("demo");
  const password = /password is always\s+(\S+)/.exec(demo.output())?.[1];
  if (!password) throw new Error(`the demo names no password:\n${demo.output()}`);
  project.provide("demo", demo.url);
  project.provide("demoPassword", password);
  return demo.end;
}
