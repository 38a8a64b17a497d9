import { describe, expect, it } from "vitest";
import { narrowed, readRegister } from "./register.ts";

describe("register", () => {
  it("takes from an address only what means something", () => {
    expect(
      readRegister({ side: "sideways", state: "connected", tool_state: "paused", q: 17, sort: "x", a: 1 }),
    ).toEqual({ state: "connected", tool_state: "paused", q: "17" });
    expect(readRegister({ q: "" })).toEqual({});
  });

  it("is not narrowed by its order", () => {
    expect(narrowed({ sort: "project" })).toBe(false);
    expect(narrowed({ sort: "project", q: "a" })).toBe(true);
  });
});
