/**
 * How one sheet lies on another, and what of both is under each tile of the ground they share.
 *
 * Pure functions. The newer sheet is the measure: an alignment takes pixels of the older sheet's full-size picture
 * to pixels of the newer one's.
 */
import { levelFor, levelUnit, type Point, type Pyramid, type Rect, type Tile, tilesOf } from "./geometry.ts";

/** Turns, scales and moves, without distortion: `(x, y)` becomes `(a·x − b·y + dx, b·x + a·y + dy)`. */
export interface Alignment {
  a: number;
  b: number;
  dx: number;
  dy: number;
}

/** A picture of a sheet and the size of its paper, in points. */
export interface Paper extends Pyramid {
  paper: { width: number; height: number } | null;
}

export const asItIs: Alignment = { a: 1, b: 0, dx: 0, dy: 0 };

export const apply = ({ a, b, dx, dy }: Alignment, { x, y }: Point): Point => ({
  x: a * x - b * y + dx,
  y: b * x + a * y + dy,
});

export function inverse({ a, b, dx, dy }: Alignment): Alignment {
  const square = a * a + b * b;
  const back = { a: a / square, b: -b / square };
  return { ...back, dx: -(back.a * dx - back.b * dy), dy: -(back.b * dx + back.a * dy) };
}

/** First `one`, and `two` to what comes of it. A module that exports `then` could not be imported lazily. */
export function chain(one: Alignment, two: Alignment): Alignment {
  const { x: dx, y: dy } = apply(two, { x: one.dx, y: one.dy });
  return { a: two.a * one.a - two.b * one.b, b: two.b * one.a + two.a * one.b, dx, dy };
}

const magnification = ({ a, b }: Alignment): number => Math.hypot(a, b);

/** The box around a rectangle that an alignment has moved. */
export function boxOf(alignment: Alignment, { x, y, width, height }: Rect): Rect {
  const corners = [
    { x, y },
    { x: x + width, y },
    { x, y: y + height },
    { x: x + width, y: y + height },
  ].map((corner) => apply(alignment, corner));
  const left = Math.min(...corners.map((corner) => corner.x));
  const top = Math.min(...corners.map((corner) => corner.y));
  return {
    x: left,
    y: top,
    width: Math.max(...corners.map((corner) => corner.x)) - left,
    height: Math.max(...corners.map((corner) => corner.y)) - top,
  };
}

/** Two shapes are the same drawing printed in another size if their proportions differ by less than this. */
const sameShape = 0.01;

/** How two sheets lie before anybody has aligned them: a print of another size is scaled, another sheet keeps its own. */
export function natural(before: Paper, after: Paper): Alignment {
  const wide = after.width / before.width;
  const high = after.height / before.height;
  if (Math.abs(wide / high - 1) < sameShape) return { ...asItIs, a: wide };
  if (!before.paper || !after.paper) return asItIs;
  const a = after.width / after.paper.width / (before.width / before.paper.width);
  return { ...asItIs, a };
}

export type Pair = readonly [before: Point, after: Point];

/** Two points must be this share of the sheet apart to say how it was turned and scaled. */
const apart = 0.02;
const scaleAtMost = 20;

/**
 * The alignment that brings each point of the older sheet to its twin on the newer one. One pair moves the sheet
 * and leaves scale and turn as they were. `null` when two points are too near each other to tell.
 */
export function fromPairs(start: Alignment, before: Pyramid, one: Pair, two?: Pair): Alignment | null {
  const { a, b } = two ? { a: 0, b: 0 } : start;
  const turned: Alignment = { a, b, dx: 0, dy: 0 };
  if (two) {
    const from = { x: two[0].x - one[0].x, y: two[0].y - one[0].y };
    const to = { x: two[1].x - one[1].x, y: two[1].y - one[1].y };
    const square = from.x ** 2 + from.y ** 2;
    if (Math.sqrt(square) < apart * Math.max(before.width, before.height)) return null;
    turned.a = (from.x * to.x + from.y * to.y) / square;
    turned.b = (from.x * to.y - from.y * to.x) / square;
    const scale = magnification(turned);
    if (scale < 1 / scaleAtMost || scale > scaleAtMost) return null;
  }
  const now = apply(turned, one[0]);
  return { ...turned, dx: one[1].x - now.x, dy: one[1].y - now.y };
}

/** As it stands in an address: four numbers, fine enough for a pixel at the far corner. */
export const writeAlignment = ({ a, b, dx, dy }: Alignment): string =>
  [a.toFixed(6), b.toFixed(6), dx.toFixed(1), dy.toFixed(1)].map(Number).join("_");

export function readAlignment(text: unknown): Alignment | null {
  if (typeof text !== "string") return null;
  const numbers = text.split("_").map((part) => (part === "" ? Number.NaN : Number(part)));
  const [a = 0, b = 0, dx = 0, dy = 0] = numbers;
  if (numbers.length !== 4 || !numbers.every((number) => Math.abs(number) < 1e6)) return null;
  const scale = Math.hypot(a, b);
  return scale < 1 / scaleAtMost || scale > scaleAtMost ? null : { a, b, dx, dy };
}

/** What both sheets lie on, as one picture: its size, and how each sheet comes to it. */
export interface Ground extends Pyramid {
  before: Alignment;
  after: Alignment;
}

function levelsFor(longest: number, tileSize: number): number {
  let levels = 1;
  while (Math.ceil(longest / 2 ** (levels - 1)) > tileSize) levels += 1;
  return levels;
}

/**
 * Large enough for both sheets, but never more than the newer one on each side of it.
 *
 * The corner moves in steps of a pixel of the smallest level, so that the newer sheet's pixels stay whole ones at
 * every level.
 */
export function groundOf(before: Pyramid, after: Pyramid, alignment: Alignment): Ground {
  const other = boxOf(alignment, { x: 0, y: 0, width: before.width, height: before.height });
  const step = 2 ** (after.levels - 1);
  // A rounding error is no reason for a larger ground.
  const low = (start: number, length: number) =>
    Math.max(-Math.ceil(length / step), Math.floor(Math.min(0, start) / step + 1e-6)) * step;
  const high = (end: number, length: number) =>
    Math.min(2 * length, end <= length + 0.5 ? length : Math.ceil(end));
  const left = low(other.x, after.width);
  const top = low(other.y, after.height);
  const width = high(other.x + other.width, after.width) - left;
  const height = high(other.y + other.height, after.height) - top;
  // Not `-left`: minus nothing would be another number than nothing.
  const toGround: Alignment = { ...asItIs, dx: 0 - left, dy: 0 - top };
  return {
    width,
    height,
    tile_size: after.tile_size,
    levels: levelsFor(Math.max(width, height), after.tile_size),
    before: chain(alignment, toGround),
    after: toGround,
  };
}

/** The tiles of one sheet under a tile of the ground: joined to one picture, which is then laid into place. */
export interface Patch {
  tiles: { tile: Tile; x: number; y: number }[];
  width: number;
  height: number;
  /** From pixels of the joined picture to pixels of the ground's tile. */
  place: Alignment;
}

export function patchOf(sheet: Pyramid, alignment: Alignment, ground: Pyramid, tile: Tile): Patch {
  const unit = levelUnit(ground, tile.z);
  const size = ground.tile_size;
  const toTile = chain(alignment, { a: 1 / unit, b: 0, dx: -tile.x * size, dy: -tile.y * size });
  const under = boxOf(inverse(toTile), { x: 0, y: 0, width: size, height: size });
  const z = levelFor(sheet, magnification(toTile), 1);
  const own = levelUnit(sheet, z);
  const found = tilesOf(sheet, z, trimmed(under));
  const left = Math.min(...found.map((one) => one.x));
  const top = Math.min(...found.map((one) => one.y));
  const columns = Math.max(...found.map((one) => one.x)) - left + 1;
  const rows = Math.max(...found.map((one) => one.y)) - top + 1;
  const side = sheet.tile_size;
  return {
    tiles: found.map((one) => ({ tile: one, x: (one.x - left) * side, y: (one.y - top) * side })),
    width: found.length > 0 ? columns * side : 0,
    height: found.length > 0 ? rows * side : 0,
    place:
      found.length > 0
        ? chain({ a: own, b: 0, dx: left * side * own, dy: top * side * own }, toTile)
        : asItIs,
  };
}

/** A hair smaller, so that a rounding error does not call in the neighbours. */
const trimmed = ({ x, y, width, height }: Rect): Rect => {
  const hair = 1e-6 * Math.max(width, height);
  return { x: x + hair, y: y + hair, width: width - 2 * hair, height: height - 2 * hair };
};

const nearly = (one: number, two: number) => Math.abs(one - two) < 1e-3;

/** The one tile that is the patch, where nothing has to be joined, turned or scaled. */
export function wholeTile({ tiles, place }: Patch): Tile | null {
  const [only, ...others] = tiles;
  const still = nearly(place.a, 1) && nearly(place.b, 0) && nearly(place.dx, 0) && nearly(place.dy, 0);
  return only && others.length === 0 && still ? only.tile : null;
}
