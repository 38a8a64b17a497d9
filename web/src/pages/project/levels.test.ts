import { describe, expect, it } from "vitest";
import { differences, noLevels } from "./levels.ts";

describe("differences", () => {
  const set = {
    levels: { ...noLevels, drawings: "standard" as const },
    grants: ["upload_drawings" as const],
  };

  it("names what a member has otherwise than their template", () => {
    const has = { levels: { ...set.levels, drawings: "admin" as const }, grants: [] };
    expect(differences(has, set)).toEqual({ tools: ["drawings"], grants: ["upload_drawings"] });
  });

  it("finds none where everything is as the template says, or where there is none", () => {
    expect(differences(set, set)).toEqual({ tools: [], grants: [] });
    expect(differences(set, null)).toEqual({ tools: [], grants: [] });
  });
});
