import { describe, expect, it } from "vitest";
import type { Drawing } from "../../api/types.ts";
import { countBy, matches, prepare } from "./matches.ts";

/** A drawing, as far as the filters look at it. */
const drawing = (number: string, more: Partial<Drawing> = {}) =>
  ({
    number,
    title: "FIRST FLOOR",
    discipline: { id: "arch", name: "Architectural", position: 2 },
    area: { id: "main", name: "Main area" },
    external: false,
    obsolete: false,
    obsolete_here: null,
    ...more,
  }) as Drawing;

const mark = { at: "2026-03-01T08:00:00Z", by: "Maria Lopez", replaced_by: null };
const rows = prepare([
  drawing("A-101"),
  drawing("A-102", { title: "DÉTAILS", obsolete: true }),
  drawing("A-103", { external: true, obsolete_here: mark }),
  drawing("G-001", { discipline: { id: "gen", name: "General", position: 1 } as Drawing["discipline"] }),
]);
const numbers = (search: Parameters<typeof matches>[1], except?: Parameters<typeof matches>[2]) =>
  rows.filter((row) => matches(row, search, except)).map((row) => row.drawing.number);

describe("the filters of the log", () => {
  it("keep the disciplines in their order, and the sheets of each in theirs", () => {
    expect(numbers({})).toEqual(["G-001", "A-101", "A-102", "A-103"]);
  });

  it("find part of a number or title, whatever the letters' size", () => {
    expect(numbers({ q: "détail" })).toEqual(["A-102"]);
    expect(numbers({ q: "g-0" })).toEqual(["G-001"]);
    expect(numbers({ q: "nowhere" })).toEqual([]);
  });

  it("take what is obsolete upstream or here for obsolete, and tell the two apart", () => {
    expect(numbers({ obsolete: "yes" })).toEqual(["A-102", "A-103"]);
    expect(numbers({ obsolete: "no" })).toEqual(["G-001", "A-101"]);
    expect(numbers({ obsolete: "here" })).toEqual(["A-103"]);
  });

  it("narrow each other, but not the choices of their own", () => {
    const search = { discipline: "arch", external: "yes" } as const;
    expect(numbers(search)).toEqual(["A-103"]);
    expect(numbers(search, "external")).toEqual(["A-101", "A-102", "A-103"]);
    expect(countBy(rows, (row) => row.discipline.id)).toEqual(
      new Map([
        ["gen", 1],
        ["arch", 3],
      ]),
    );
  });
});
