import { describe, expect, it } from "vitest";
import type { Drawing } from "../../api/types.ts";
import { matches, prepare, withHits } from "./matches.ts";

const drawing = (number: string, title: string, revision: string): Drawing =>
  ({
    number,
    title,
    discipline: { id: "a", name: "Architectural", position: 1 },
    revision: { id: revision },
  }) as Drawing;

describe("LOG-02: rows of the log that are searched for", () => {
  const rows = prepare([drawing("A-101", "GROUND FLOOR", "r1"), drawing("A-102", "ROOF", "r2")]);
  const shown = (q: string, found: string[]) =>
    withHits(rows, new Set(found))
      .filter((row) => matches(row, { q }))
      .map((row) => row.drawing.number);

  it("have it in the number, in the title, or on the sheet as the server says", () => {
    expect(shown("ground", [])).toEqual(["A-101"]);
    expect(shown(" 102 ", [])).toEqual(["A-102"]);
    expect(shown("concrete", [])).toEqual([]);
    expect(shown("concrete", ["r2"])).toEqual(["A-102"]);
    expect(shown("roof", ["r1"])).toEqual(["A-101", "A-102"]);
  });
});
