/**
 * How markups are drawn: from points of the paper to paths, and from a hand's movement to points.
 *
 * Pure functions, all in points of the paper (1/72 inch). What a markup may be is the server's to say.
 */
import type { Point, Rect, Size } from "./geometry.ts";

export type MarkKind = "pen" | "highlighter" | "line" | "arrow" | "rectangle" | "cloud" | "text";

export type Dot = [x: number, y: number];

/** What is drawn, whoever made it. */
export interface Mark {
  kind: MarkKind;
  size: number;
  points: readonly Dot[];
  text: string | null;
}

/** Most points of a line by hand that the server takes. */
const pointsMax = 500;

export const dot = ({ x, y }: Point): Dot => [round(x), round(y)];
const round = (value: number) => Math.round(value * 100) / 100;

/** A point that left the paper is brought back to its edge. */
export const onPaper = ({ x, y }: Point, { width, height }: Size): Point => ({
  x: Math.min(width, Math.max(0, x)),
  y: Math.min(height, Math.max(0, y)),
});

const line = (points: readonly Dot[]): string =>
  points.map(([x, y], at) => `${at === 0 ? "M" : "L"}${round(x)} ${round(y)}`).join("");

/** The upright box around points. */
export function boxOf(points: readonly Dot[]): Rect {
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

/** The path of everything but a text. */
export function pathOf({ kind, points, size }: Mark): string {
  switch (kind) {
    case "arrow":
      return line(points) + head(points, size);
    case "rectangle": {
      const { x, y, width, height } = boxOf(points);
      return `M${round(x)} ${round(y)}h${round(width)}v${round(height)}h${round(-width)}Z`;
    }
    case "cloud":
      return cloud(boxOf(points), size);
    case "text":
      return "";
    default:
      return line(points);
  }
}

/** Two strokes at the end of an arrow, no longer than the arrow itself. */
function head(points: readonly Dot[], size: number): string {
  const [from, to] = [points[0], points.at(-1)];
  if (!from || !to) return "";
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
  if (length === 0) return "";
  const reach = Math.min(length, 6 + size * 4);
  const angle = Math.atan2(to[1] - from[1], to[0] - from[0]);
  const wing = (turn: number): Dot => [
    to[0] - reach * Math.cos(angle + turn),
    to[1] - reach * Math.sin(angle + turn),
  ];
  return line([wing(0.45), to, wing(-0.45)]);
}

/** A revision cloud: bumps of one size, clockwise around a box. */
function cloud({ x, y, width, height }: Rect, size: number): string {
  const wanted = Math.max(10, size * 6);
  const sides: readonly (readonly [dx: number, dy: number, length: number])[] = [
    [1, 0, width],
    [0, 1, height],
    [-1, 0, width],
    [0, -1, height],
  ];
  let path = `M${round(x)} ${round(y)}`;
  for (const [dx, dy, length] of sides) {
    // No side without a bump, and never so many that drawing them takes long.
    const bumps = Math.min(200, Math.max(1, Math.round(length / wanted)));
    const step = length / bumps;
    const radius = round(Math.max(step * 0.56, 0.1));
    for (let bump = 0; bump < bumps; bump += 1) {
      path += `a${radius} ${radius} 0 0 1 ${round(dx * step)} ${round(dy * step)}`;
    }
  }
  return `${path}Z`;
}

/** The lines of a text, and about how much room they take. */
export const linesOf = (text: string | null): string[] => (text ?? "").split("\n");
export const leading = 1.25;

/** The box that a markup fills, its text included. */
export function extentOf(mark: Mark): Rect {
  const box = boxOf(mark.points);
  if (mark.kind !== "text") return box;
  const lines = linesOf(mark.text);
  const widest = Math.max(...lines.map((one) => one.length));
  return { ...box, width: widest * mark.size * 0.56, height: lines.length * mark.size * leading };
}

/** Moved, without leaving the paper. */
export function moved(mark: Mark, by: Point, paper: Size): Dot[] {
  const { x, y, width, height } = boxOf(mark.points);
  const within = (wanted: number, start: number, length: number, whole: number) =>
    Math.min(Math.max(whole - start - length, 0), Math.max(-start, wanted));
  const [dx, dy] = [within(by.x, x, width, paper.width), within(by.y, y, height, paper.height)];
  return mark.points.map(([px, py]) => dot({ x: px + dx, y: py + dy }));
}

/** How far a point is from the straight line between two others. */
function distance([x, y]: Dot, [ax, ay]: Dot, [bx, by]: Dot): number {
  const [dx, dy] = [bx - ax, by - ay];
  const square = dx * dx + dy * dy;
  const along = square === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / square));
  return Math.hypot(x - ax - along * dx, y - ay - along * dy);
}

/** Leaves out the points of a line that nobody would miss: those nearer than `tolerance` to the line without them. */
export function simplified(points: readonly Dot[], tolerance: number): Dot[] {
  const keep = new Set<number>([0, points.length - 1]);
  const parts: [number, number][] = [[0, points.length - 1]];
  for (let part = parts.pop(); part; part = parts.pop()) {
    const [first, last] = part;
    const [from, to] = [points[first], points[last]];
    if (!from || !to) continue;
    let [furthest, far] = [-1, tolerance];
    for (let at = first + 1; at < last; at += 1) {
      const one = points[at];
      const off = one ? distance(one, from, to) : 0;
      if (off > far) [furthest, far] = [at, off];
    }
    if (furthest < 0) continue;
    keep.add(furthest);
    parts.push([first, furthest], [furthest, last]);
  }
  return points.filter((_, at) => keep.has(at));
}

/** More than this of one movement nobody sees; looking through them would take long. */
const trailMax = 2_000;

/** A line by hand with as few points as show it, and no more than are taken. */
export function byHand(points: readonly Dot[], unit: number): Dot[] {
  const every = Math.ceil(points.length / trailMax);
  const last = points.length - 1;
  let tolerance = unit / 2;
  let line = simplified(
    points.filter((_, at) => at % every === 0 || at === last),
    tolerance,
  );
  while (line.length > pointsMax) {
    tolerance *= 1.6;
    line = simplified(line, tolerance);
  }
  return line;
}

/** The points of something drawn from one point to another, or along some; `null` where nothing was drawn. */
export function shaped(kind: MarkKind, trail: readonly Dot[], unit: number): Dot[] | null {
  const [first, last] = [trail[0], trail.at(-1)];
  if (!first || !last) return null;
  if (kind === "text") return [last];
  const { width, height } = boxOf(trail);
  // A tap is no line.
  if (Math.max(width, height) < unit * 4) return null;
  return kind === "pen" || kind === "highlighter" ? byHand(trail, unit) : [first, last];
}
