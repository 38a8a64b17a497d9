import { describe, expect, it } from "vitest";
import {
  backdropLevel,
  fitBox,
  fitSheet,
  hold,
  levelFor,
  limits,
  type Pyramid,
  type Rotation,
  tilesOf,
  toImage,
  toScreen,
  turn,
  type View,
  visible,
  zoomAt,
} from "./geometry.ts";

/** A 42 × 30 in sheet at 200 dpi. */
const sheet: Pyramid = { width: 8400, height: 6000, tile_size: 512, levels: 6 };
const tablet = { width: 1180, height: 820 };
const rotations: Rotation[] = [0, 90, 180, 270];

describe("places", () => {
  it.each(rotations)("come back from the screen to the same image point at %i°", (rotation) => {
    const view: View = { x: 31, y: -57, scale: 0.37, rotation };
    const back = toImage(view, sheet, toScreen(view, sheet, { x: 1234, y: 987 }));
    expect(back.x).toBeCloseTo(1234, 6);
    expect(back.y).toBeCloseTo(987, 6);
  });

  it.each(rotations)("of all corners lie on the screen when the sheet is fitted at %i°", (rotation) => {
    const view = fitSheet(sheet, tablet, rotation, 10);
    for (const x of [0, sheet.width]) {
      for (const y of [0, sheet.height]) {
        const at = toScreen(view, sheet, { x, y });
        expect(at.x).toBeGreaterThanOrEqual(9.99);
        expect(at.x).toBeLessThanOrEqual(tablet.width - 9.99);
        expect(at.y).toBeGreaterThanOrEqual(9.99);
        expect(at.y).toBeLessThanOrEqual(tablet.height - 9.99);
      }
    }
  });

  it("turn clockwise: the left edge goes to the top", () => {
    const view = fitSheet(sheet, tablet, 90);
    const upperLeft = toScreen(view, sheet, { x: 0, y: 0 });
    const lowerLeft = toScreen(view, sheet, { x: 0, y: sheet.height });
    expect(upperLeft.y).toBeCloseTo(lowerLeft.y, 6);
    expect(upperLeft.x).toBeGreaterThan(lowerLeft.x);
    expect(turn(270, 90)).toBe(0);
    expect(turn(0, -90)).toBe(270);
  });

  it("centre a title block", () => {
    const box = { x: 7500, y: 4200, width: 810, height: 1710 };
    const view = fitBox(sheet, box, tablet, 0, 0);
    const middle = toScreen(view, sheet, { x: box.x + box.width / 2, y: box.y + box.height / 2 });
    expect(middle.x).toBeCloseTo(tablet.width / 2, 6);
    expect(middle.y).toBeCloseTo(tablet.height / 2, 6);
    expect(visible(view, sheet, tablet).y).toBeLessThanOrEqual(box.y);
  });
});

describe("zoom", () => {
  const view = fitSheet(sheet, tablet, 0);
  const bounds = limits(sheet, tablet, 0, 2);

  it("holds the point under the cursor", () => {
    const at = { x: 200, y: 640 };
    const before = toImage(view, sheet, at);
    const after = toImage(zoomAt(view, 2.5, at, bounds), sheet, at);
    expect(after.x).toBeCloseTo(before.x, 6);
    expect(after.y).toBeCloseTo(before.y, 6);
  });

  it("stops at its limits and still holds the point", () => {
    const at = { x: 10, y: 10 };
    const far = zoomAt(view, 1e6, at, bounds);
    expect(far.scale).toBe(bounds.max);
    expect(zoomAt(view, 1e-6, at, bounds).scale).toBe(bounds.min);
    expect(toImage(far, sheet, at).x).toBeCloseTo(toImage(view, sheet, at).x, 6);
  });

  it("brings any point of the sheet to the middle when it is free to", () => {
    const middle = { x: tablet.width / 2, y: tablet.height / 2 };
    const small: View = { ...fitSheet(sheet, tablet, 0), scale: 0.05 };
    for (const corner of [
      { x: 0, y: 0 },
      { x: sheet.width, y: sheet.height },
    ]) {
      const there: View = { ...small, x: middle.x - corner.x * 0.05, y: middle.y - corner.y * 0.05 };
      expect(hold(there, sheet, tablet, true)).toEqual(there);
      expect(hold({ ...there, x: there.x + 9999 }, sheet, tablet, true).x).toBe(middle.x);
    }
  });

  it("never loses the sheet", () => {
    const lost: View = { x: 1e6, y: -1e6, scale: 1, rotation: 0 };
    const part = visible(hold(lost, sheet, tablet), sheet, tablet);
    expect(part.width).toBeGreaterThan(0);
    expect(part.height).toBeGreaterThan(0);
    const small = hold({ ...lost, scale: 0.01 }, sheet, tablet);
    expect(small.x).toBeCloseTo((tablet.width - 84) / 2, 6);
  });
});

describe("tiles", () => {
  it("VIEW-01: have a picture point for every device pixel, and no level more than needed", () => {
    expect(levelFor(sheet, 1, 1)).toBe(5);
    expect(levelFor(sheet, 0.5, 1)).toBe(4);
    expect(levelFor(sheet, 0.5, 2)).toBe(5);
    expect(levelFor(sheet, 0.51, 1)).toBe(5);
    expect(levelFor(sheet, 0.001, 1)).toBe(0);
    expect(levelFor(sheet, 8, 3)).toBe(5);
  });

  it("cover the whole sheet at full size: 17 by 12", () => {
    expect(tilesOf(sheet, 5, { x: 0, y: 0, width: 8400, height: 6000 })).toHaveLength(17 * 12);
    expect(tilesOf(sheet, 0, { x: 0, y: 0, width: 8400, height: 6000 })).toHaveLength(1);
  });

  it("VIEW-01: are only those under the screen, middle first", () => {
    const tiles = tilesOf(sheet, 5, { x: 512, y: 512, width: 1024, height: 512 });
    expect(tiles.map((tile) => `${tile.x}_${tile.y}`).sort()).toEqual(["1_1", "2_1"]);
    const many = tilesOf(sheet, 5, { x: 0, y: 0, width: 512 * 5, height: 512 * 5 });
    expect(many[0]).toEqual({ z: 5, x: 2, y: 2 });
    expect(tilesOf(sheet, 5, { x: 0, y: 0, width: 0, height: 10 })).toEqual([]);
  });

  it("leave a backdrop of four tiles at most", () => {
    expect(backdropLevel(sheet)).toBe(1);
    expect(tilesOf(sheet, 1, { x: 0, y: 0, width: 8400, height: 6000 }).length).toBeLessThanOrEqual(4);
    expect(backdropLevel({ width: 400, height: 300, tile_size: 512, levels: 1 })).toBe(0);
  });
});
