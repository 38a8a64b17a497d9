/**
 * The mathematics of looking at a sheet: where image points are on the screen, and which tiles that needs.
 *
 * Pure functions. *Image* units are pixels of the full-size picture; *screen* units are CSS pixels of the
 * viewer. A view is the place of the upper-left corner of the (rotated) sheet on the screen, and a scale.
 */

export type Rotation = 0 | 90 | 180 | 270;

export interface Size {
  width: number;
  height: number;
}

export interface Point {
  x: number;
  y: number;
}

export interface Rect extends Point, Size {}

export interface View extends Point {
  /** Screen pixels per image pixel. */
  scale: number;
  rotation: Rotation;
}

export interface Pyramid extends Size {
  tile_size: number;
  /** Level `levels - 1` is the full picture; each one below has half its width. */
  levels: number;
}

export const turned = (size: Size, rotation: Rotation): Size =>
  rotation % 180 === 0 ? size : { width: size.height, height: size.width };

export const turn = (rotation: Rotation, by: 90 | -90): Rotation => ((rotation + by + 360) % 360) as Rotation;

/** The CSS matrix that lays the image, magnified `unit` times, on the screen. */
export function matrix(
  view: View,
  image: Size,
  unit: number,
): readonly [number, number, number, number, number, number] {
  const s = view.scale;
  const k = s * unit;
  switch (view.rotation) {
    case 0:
      return [k, 0, 0, k, view.x, view.y];
    case 90:
      return [0, k, -k, 0, view.x + s * image.height, view.y];
    case 180:
      return [-k, 0, 0, -k, view.x + s * image.width, view.y + s * image.height];
    case 270:
      return [0, -k, k, 0, view.x, view.y + s * image.width];
  }
}

export function toScreen(view: View, image: Size, point: Point): Point {
  const [a, b, c, d, e, f] = matrix(view, image, 1);
  return { x: a * point.x + c * point.y + e, y: b * point.x + d * point.y + f };
}

export function toImage(view: View, image: Size, point: Point): Point {
  const [a, b, c, d, e, f] = matrix(view, image, 1);
  const x = point.x - e;
  const y = point.y - f;
  const determinant = a * d - b * c;
  return { x: (d * x - c * y) / determinant, y: (a * y - b * x) / determinant };
}

/** The part of the image that the screen shows, grown by `margin` screen pixels and cut at the image's edges. */
export function visible(view: View, image: Size, screen: Size, margin = 0): Rect {
  const one = toImage(view, image, { x: -margin, y: -margin });
  const two = toImage(view, image, { x: screen.width + margin, y: screen.height + margin });
  const left = Math.max(0, Math.min(one.x, two.x));
  const top = Math.max(0, Math.min(one.y, two.y));
  const right = Math.min(image.width, Math.max(one.x, two.x));
  const bottom = Math.min(image.height, Math.max(one.y, two.y));
  return { x: left, y: top, width: Math.max(0, right - left), height: Math.max(0, bottom - top) };
}

/** The view in which `box` of the image fills the screen but for `padding`. */
export function fitBox(image: Size, box: Rect, screen: Size, rotation: Rotation, padding: number): View {
  const shape = turned(box, rotation);
  const width = Math.max(1, screen.width - 2 * padding);
  const height = Math.max(1, screen.height - 2 * padding);
  const scale = Math.min(width / Math.max(1, shape.width), height / Math.max(1, shape.height));
  const origin: View = { x: 0, y: 0, scale, rotation };
  const middle = toScreen(origin, image, { x: box.x + box.width / 2, y: box.y + box.height / 2 });
  return { ...origin, x: screen.width / 2 - middle.x, y: screen.height / 2 - middle.y };
}

export function fitSheet(image: Size, screen: Size, rotation: Rotation, padding = 0): View {
  return fitBox(image, { x: 0, y: 0, ...image }, screen, rotation, padding);
}

export interface Limits {
  min: number;
  max: number;
}

/** From the whole sheet at half the screen to each picture point as several device pixels. */
export function limits(image: Size, screen: Size, rotation: Rotation, pixelRatio: number): Limits {
  const whole = fitSheet(image, screen, rotation).scale;
  return { min: Math.min(whole * 0.6, 1), max: Math.max(whole, 4 / pixelRatio) };
}

/** Zooms by `factor`, holding the image point under `at` where it is. */
export function zoomAt(view: View, factor: number, at: Point, { min, max }: Limits): View {
  const scale = Math.min(max, Math.max(min, view.scale * factor));
  const ratio = scale / view.scale;
  return { ...view, scale, x: at.x - (at.x - view.x) * ratio, y: at.y - (at.y - view.y) * ratio };
}

function holdAxis(start: number, length: number, screen: number, free: boolean): number {
  if (free) return Math.min(screen / 2, Math.max(screen / 2 - length, start));
  if (length <= screen) return (screen - length) / 2;
  const slack = screen * 0.3;
  return Math.min(slack, Math.max(screen - length - slack, start));
}

/**
 * Keeps the sheet on the screen: centred when smaller, and never dragged out of sight. When `free`, every point
 * of it can be brought to the middle of the screen.
 */
export function hold(view: View, image: Size, screen: Size, free = false): View {
  const shape = turned(image, view.rotation);
  return {
    ...view,
    x: holdAxis(view.x, shape.width * view.scale, screen.width, free),
    y: holdAxis(view.y, shape.height * view.scale, screen.height, free),
  };
}

/** Image pixels per pixel of level `z`. */
export const levelUnit = (pyramid: Pyramid, z: number): number => 2 ** (pyramid.levels - 1 - z);

/** The smallest level that still has a picture point for every device pixel. */
export function levelFor(pyramid: Pyramid, scale: number, pixelRatio: number): number {
  const spare = Math.floor(Math.log2(1 / Math.max(scale * pixelRatio, 1e-9)) + 1e-6);
  return Math.min(pyramid.levels - 1, Math.max(0, pyramid.levels - 1 - Math.max(0, spare)));
}

export interface Tile {
  z: number;
  x: number;
  y: number;
}

/** Tiles of level `z` under `part` of the image, those nearest its middle first. */
export function tilesOf(pyramid: Pyramid, z: number, part: Rect): Tile[] {
  if (part.width <= 0 || part.height <= 0) return [];
  const unit = levelUnit(pyramid, z) * pyramid.tile_size;
  const columns = Math.ceil(pyramid.width / unit);
  const rows = Math.ceil(pyramid.height / unit);
  const left = Math.max(0, Math.floor(part.x / unit));
  const top = Math.max(0, Math.floor(part.y / unit));
  const right = Math.min(columns - 1, Math.ceil((part.x + part.width) / unit) - 1);
  const bottom = Math.min(rows - 1, Math.ceil((part.y + part.height) / unit) - 1);
  const tiles: Tile[] = [];
  for (let y = top; y <= bottom; y += 1) for (let x = left; x <= right; x += 1) tiles.push({ z, x, y });
  const middleX = (part.x + part.width / 2) / unit - 0.5;
  const middleY = (part.y + part.height / 2) / unit - 0.5;
  const distance = (tile: Tile) => (tile.x - middleX) ** 2 + (tile.y - middleY) ** 2;
  return tiles.sort((one, two) => distance(one) - distance(two));
}

/** The largest level small enough to keep whole behind everything else, so that nothing is ever blank. */
export function backdropLevel(pyramid: Pyramid, tilesAtMost = 4): number {
  let z = 0;
  while (z + 1 < pyramid.levels) {
    const unit = levelUnit(pyramid, z + 1) * pyramid.tile_size;
    if (Math.ceil(pyramid.width / unit) * Math.ceil(pyramid.height / unit) > tilesAtMost) break;
    z += 1;
  }
  return z;
}
