import { describe, expect, it } from "vitest";
import { type Colour, compareInk, ink, type Part, readColour, type Tints, tolerance } from "./ink.ts";

const tints: Tints = { removed: [194, 65, 12], added: [11, 95, 208], unchanged: [112, 112, 112] };
const white: Colour = [255, 255, 255];
const black: Colour = [0, 0, 0];

/** The colour of one point that was `before` and is `after`. */
function point(before: Colour, after: Colour, hidden: Part[] = []): number[] {
  const pixel = new Uint8ClampedArray([...after, 255]);
  compareInk(new Uint8ClampedArray([...before, 255]), pixel, tints, new Set(hidden));
  return [...pixel];
}

describe("compared ink", () => {
  it("VIEW-03: removed, added and unchanged lines have a colour each, and paper stays white", () => {
    expect(point(black, white)).toEqual([...tints.removed, 255]);
    expect(point(white, black)).toEqual([...tints.added, 255]);
    expect(point(black, black)).toEqual([...tints.unchanged, 255]);
    expect(point(white, white)).toEqual([...white, 255]);
  });

  it("VIEW-03: each part can be left out", () => {
    expect(point(black, white, ["removed"])).toEqual([...white, 255]);
    expect(point(white, black, ["added"])).toEqual([...white, 255]);
    expect(point(black, black, ["unchanged"])).toEqual([...white, 255]);
    expect(point(black, white, ["added", "unchanged"])).toEqual([...tints.removed, 255]);
  });

  it("takes a slightly different edge of a line for the same line", () => {
    const grey: Colour = [200, 200, 200];
    const nearly: Colour = [200 - tolerance + 1, 200 - tolerance + 1, 200 - tolerance + 1];
    const [red, green, blue] = point(grey, nearly);
    expect(red).toBe(green);
    expect(green).toBe(blue);
  });

  it("shows a darker line over a pale one as both", () => {
    const [red = 0, , blue = 0] = point([200, 200, 200], black);
    expect(blue).toBeGreaterThan(red + 100);
    expect(red).toBeLessThan(60);
  });

  it("counts colours as ink, however bright", () => {
    expect(ink(255, 255, 0)).toBe(255);
    expect(point([255, 255, 0], white)).toEqual([...tints.removed, 255]);
  });
});

it("reads the colours of the style sheet", () => {
  expect(readColour(" #c2410c")).toEqual([194, 65, 12]);
  expect(readColour("red")).toEqual([0, 0, 0]);
});
