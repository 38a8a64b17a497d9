import { describe, expect, it } from "vitest";
import {
  type Alignment,
  apply,
  asItIs,
  boxOf,
  chain,
  fromPairs,
  groundOf,
  inverse,
  natural,
  type Paper,
  type Patch,
  patchOf,
  readAlignment,
  wholeTile,
  writeAlignment,
} from "./alignment.ts";
import { levelUnit, type Point, type Tile } from "./geometry.ts";

/** 42 × 30 in at 200 dpi. */
const large: Paper = {
  width: 8400,
  height: 6000,
  tile_size: 512,
  levels: 6,
  paper: { width: 3024, height: 2160 },
};
/** The same drawing on half the paper. */
const half: Paper = {
  width: 4200,
  height: 3000,
  tile_size: 512,
  levels: 5,
  paper: { width: 1512, height: 1080 },
};
const rotated: Alignment = { a: 0, b: 1.5, dx: 4000, dy: -200 };

const near = (one: Point, two: Point, digits = 6) => {
  expect(one.x).toBeCloseTo(two.x, digits);
  expect(one.y).toBeCloseTo(two.y, digits);
};

describe("an alignment", () => {
  it("is undone by its inverse and joined in the order it is told", () => {
    near(apply(inverse(rotated), apply(rotated, { x: 123, y: 456 })), { x: 123, y: 456 });
    const doubled: Alignment = { a: 2, b: 0, dx: 10, dy: 0 };
    near(apply(chain(rotated, doubled), { x: 7, y: 9 }), apply(doubled, apply(rotated, { x: 7, y: 9 })));
  });

  it("VIEW-03: two points found on both sheets move, turn and scale the older one", () => {
    const truth: Alignment = { a: 0.5 * Math.cos(0.3), b: 0.5 * Math.sin(0.3), dx: 210, dy: -77 };
    const [one, two] = [
      { x: 900, y: 700 },
      { x: 7300, y: 5100 },
    ];
    const found = fromPairs(asItIs, large, [one, apply(truth, one)], [two, apply(truth, two)]);
    if (!found) throw new Error("not aligned");
    for (const point of [one, two, { x: 0, y: 6000 }]) near(apply(found, point), apply(truth, point));
  });

  it("VIEW-03: one point moves the older sheet and keeps its scale", () => {
    const found = fromPairs({ ...asItIs, a: 2 }, half, [
      { x: 100, y: 100 },
      { x: 260, y: 190 },
    ]);
    expect(found).toEqual({ a: 2, b: 0, dx: 60, dy: -10 });
  });

  it("is refused where two points are too near each other to tell", () => {
    const one: [Point, Point] = [
      { x: 100, y: 100 },
      { x: 100, y: 100 },
    ];
    expect(
      fromPairs(asItIs, large, one, [
        { x: 150, y: 100 },
        { x: 160, y: 100 },
      ]),
    ).toBeNull();
    // The same point of the newer sheet for both.
    expect(
      fromPairs(asItIs, large, one, [
        { x: 5000, y: 100 },
        { x: 100, y: 100 },
      ]),
    ).toBeNull();
  });

  it("comes back from an address, and is none when the address is not sound", () => {
    const text = writeAlignment({ a: 0.99998765, b: -0.0000123, dx: 12.34, dy: -1000 });
    expect(text).toBe("0.999988_-0.000012_12.3_-1000");
    expect(readAlignment(text)).toEqual({ a: 0.999988, b: -0.000012, dx: 12.3, dy: -1000 });
    for (const wrong of ["", "1_0_0", "1_0_0_x", "1_0__0", "0_0_1_1", "99_0_0_0", "1_0_1e9_0", 7, undefined])
      expect(readAlignment(wrong), String(wrong)).toBeNull();
  });

  it("of a print in another size scales it, of another sheet keeps the scale of the paper", () => {
    expect(natural(large, large)).toEqual(asItIs);
    expect(natural(half, large).a).toBe(2);
    const other: Paper = {
      ...large,
      width: 3400,
      height: 4400,
      levels: 5,
      paper: { width: 612, height: 792 },
    };
    // 400 dpi on 200 dpi.
    expect(natural(other, large).a).toBeCloseTo(0.5, 6);
    expect(natural({ ...other, paper: null }, large)).toEqual(asItIs);
  });
});

describe("the ground of two sheets", () => {
  it("is the newer sheet where the older one lies within it", () => {
    expect(groundOf(large, large, asItIs)).toEqual({
      width: 8400,
      height: 6000,
      tile_size: 512,
      levels: 6,
      before: asItIs,
      after: asItIs,
    });
    expect(groundOf(half, large, { ...asItIs, dx: 100, dy: 50 }).width).toBe(8400);
  });

  it("grows in whole pixels of every level, and not beyond all measure", () => {
    const ground = groundOf(large, large, { ...asItIs, dx: -101, dy: 300 });
    expect(ground.after.dx % 2 ** (large.levels - 1)).toBe(0);
    expect(ground.after.dx).toBe(128);
    expect(ground.height).toBe(6300);
    near(apply(ground.before, { x: 0, y: 0 }), { x: 27, y: 300 });
    const lost = groundOf(large, large, { a: 20, b: 0, dx: -90_000, dy: -90_000 });
    expect(lost.width).toBeLessThanOrEqual(3 * 8400 + 64);
    expect(lost.height).toBeLessThanOrEqual(3 * 6000 + 64);
  });
});

/** Where a point of the sheet comes out in the ground's tile, through the patch. */
function through(patch: Patch, sheet: Paper, point: Point): Point | null {
  for (const { tile, x, y } of patch.tiles) {
    const unit = levelUnit(sheet, tile.z);
    const at = {
      x: point.x / unit - tile.x * sheet.tile_size,
      y: point.y / unit - tile.y * sheet.tile_size,
    };
    if (at.x >= 0 && at.y >= 0 && at.x < sheet.tile_size && at.y < sheet.tile_size)
      return apply(patch.place, { x: at.x + x, y: at.y + y });
  }
  return null;
}

describe("what lies under a tile of the ground", () => {
  it("is the sheet's own tile when nothing was moved", () => {
    const ground = groundOf(large, large, asItIs);
    for (const tile of [
      { z: 5, x: 3, y: 4 },
      { z: 3, x: 4, y: 2 },
      { z: 0, x: 0, y: 0 },
    ])
      expect(wholeTile(patchOf(large, ground.before, ground, tile))).toEqual(tile);
  });

  it("is the tile of the same scale for a print of half the size", () => {
    const ground = groundOf(half, large, natural(half, large));
    // The smaller picture has one level less, and its finest is the larger one's finest but one.
    const tile = { z: 4, x: 2, y: 1 };
    expect(wholeTile(patchOf(half, ground.before, ground, tile))).toEqual(tile);
    // Nothing finer is there: it is magnified.
    const finest = patchOf(half, ground.before, ground, { z: 5, x: 2, y: 1 });
    expect(wholeTile(finest)).toBeNull();
    expect(finest.place.a).toBe(2);
  });

  it.each([
    { name: "moved", alignment: { ...asItIs, dx: 137.5, dy: -61 } },
    { name: "turned and scaled", alignment: rotated },
    { name: "slightly turned", alignment: { a: 0.7, b: 0.01, dx: 900, dy: 700 } },
  ])("covers the tile and puts every point where it belongs when $name", ({ alignment }) => {
    const ground = groundOf(large, large, alignment);
    for (let z = 0; z < ground.levels; z += 1) {
      const unit = levelUnit(ground, z) * ground.tile_size;
      const tile: Tile = { z, x: Math.floor(3000 / unit), y: Math.floor(2500 / unit) };
      const patch = patchOf(large, ground.before, ground, tile);
      expect(patch.tiles.length).toBeLessThanOrEqual(25);
      for (const [x, y] of [
        [0.01, 0.01],
        [511.9, 0.01],
        [256, 300],
        [511.9, 511.9],
      ] as const) {
        const onGround = { x: ((tile.x * 512 + x) / 512) * unit, y: ((tile.y * 512 + y) / 512) * unit };
        const point = apply(inverse(ground.before), onGround);
        if (point.x < 0 || point.y < 0 || point.x >= large.width || point.y >= large.height) continue;
        const shown = through(patch, large, point);
        if (!shown) throw new Error(`level ${z}: ${x}, ${y} is not covered`);
        near(shown, { x, y }, 3);
      }
    }
  });

  it("is nothing beside the sheet", () => {
    const ground = groundOf(half, large, { ...asItIs, dx: 6000, dy: 0 });
    const patch = patchOf(half, ground.before, ground, { z: 5, x: 0, y: 0 });
    expect(patch.tiles).toEqual([]);
    expect(patch.width).toBe(0);
  });
});

it("the box of a turned rectangle holds its corners", () => {
  expect(boxOf({ a: 0, b: 1, dx: 0, dy: 0 }, { x: 0, y: 0, width: 4, height: 2 })).toEqual({
    x: -2,
    y: 0,
    width: 2,
    height: 4,
  });
});
