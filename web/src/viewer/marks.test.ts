import { describe, expect, it } from "vitest";
import {
  boxOf,
  byHand,
  type Dot,
  extentOf,
  type Mark,
  moved,
  onPaper,
  pathOf,
  shaped,
  simplified,
} from "./marks.ts";

const paper = { width: 1000, height: 500 };
const mark = (kind: Mark["kind"], points: Dot[], text: string | null = null): Mark => ({
  kind,
  size: 3,
  points,
  text,
});

describe("VIEW-04: a markup", () => {
  it("is drawn from its points, whichever corner came first", () => {
    expect(
      pathOf(
        mark("line", [
          [1, 2],
          [3, 4],
        ]),
      ),
    ).toBe("M1 2L3 4");
    const box = "M10 20h90v30h-90Z";
    expect(
      pathOf(
        mark("rectangle", [
          [10, 20],
          [100, 50],
        ]),
      ),
    ).toBe(box);
    expect(
      pathOf(
        mark("rectangle", [
          [100, 50],
          [10, 20],
        ]),
      ),
    ).toBe(box);
    expect(
      pathOf(
        mark("arrow", [
          [0, 0],
          [100, 0],
        ]),
      ),
    ).toMatch(/^M0 0L100 0M[\d.]+ -?[\d.]+L100 0L/);
    expect(
      pathOf(
        mark("arrow", [
          [5, 5],
          [5, 5],
        ]),
      ),
    ).toBe("M5 5L5 5");
  });

  it("as a cloud goes around its box and closes", () => {
    const path = pathOf(
      mark("cloud", [
        [0, 0],
        [180, 90],
      ]),
    );
    expect(path).toMatch(/^M0 0(a[\d.]+ [\d.]+ 0 0 1 -?[\d.]+ -?[\d.]+)+Z$/);
    const steps = [...path.matchAll(/0 0 1 (-?[\d.]+) (-?[\d.]+)/g)].map((step) => [
      Number(step[1]),
      Number(step[2]),
    ]);
    const sum = (axis: 0 | 1) => steps.reduce((all, step) => all + (step[axis] ?? 0), 0);
    expect(Math.abs(sum(0)) + Math.abs(sum(1))).toBeLessThan(0.5);
    expect(steps).toHaveLength(30);
    expect(
      pathOf(
        mark("cloud", [
          [7, 7],
          [7, 7],
        ]),
      ),
    ).not.toContain("NaN");
  });

  it("moves as a whole and stays on the paper", () => {
    const line = mark("line", [
      [10, 10],
      [60, 30],
    ]);
    expect(moved(line, { x: 5, y: -3 }, paper)).toEqual([
      [15, 7],
      [65, 27],
    ]);
    expect(moved(line, { x: -500, y: 900 }, paper)).toEqual([
      [0, 480],
      [50, 500],
    ]);
    expect(onPaper({ x: -4, y: 501 }, paper)).toEqual({ x: 0, y: 500 });
  });

  it("as a text takes the room of its lines", () => {
    const box = extentOf(mark("text", [[100, 100]], "Move\nthis wall"));
    expect(box.x).toBe(100);
    expect(box.height).toBeCloseTo(7.5);
    expect(box.width).toBeGreaterThan(9);
  });
});

describe("VIEW-04: a line by hand", () => {
  const wave = (count: number): Dot[] =>
    Array.from({ length: count }, (_, at) => [at / 4, 40 * Math.sin(at / 60)]);

  it("keeps its ends and its shape", () => {
    const all = wave(3000);
    const few = simplified(all, 0.5);
    expect(few.length).toBeLessThan(200);
    expect(few[0]).toEqual(all[0]);
    expect(few.at(-1)).toEqual(all.at(-1));
    expect(Math.abs(boxOf(few).height - boxOf(all).height)).toBeLessThan(1);
  });

  it("never has more points than are taken", () => {
    const rough = Array.from({ length: 20_000 }, (_, at): Dot => [at, (at * 7919) % 97]);
    const few = byHand(rough, 0.001);
    expect(few.length).toBeLessThanOrEqual(500);
    expect(few.length).toBeGreaterThan(1);
  });

  it("is none where only a finger touched the sheet", () => {
    expect(
      shaped(
        "pen",
        [
          [1, 1],
          [1.5, 1],
        ],
        1,
      ),
    ).toBeNull();
    expect(shaped("line", [], 1)).toBeNull();
    expect(
      shaped(
        "line",
        [
          [1, 1],
          [5, 5],
          [90, 1],
        ],
        1,
      ),
    ).toEqual([
      [1, 1],
      [90, 1],
    ]);
    expect(shaped("text", [[1, 1]], 1)).toEqual([[1, 1]]);
  });
});
