import { describe, expect, it } from "vitest";
import type { Markup, Revision } from "../../api/types.ts";
import { kinds, shownOn, sizeOf, weights } from "./markups.ts";

const revision = (id: string) => ({ id }) as Revision;
const made = (on: string) => ({ id: `on ${on}`, revision: { id: on, revision: on } }) as Markup;
const ids = (marks: Markup[]) => marks.map((mark) => mark.revision.id);

describe("VIEW-04, DRF-06: a markup", () => {
  const newestFirst = ["C", "B", "A"].map(revision);
  const marks = ["A", "B", "C", "gone"].map(made);

  it("stays on newer revisions and is not on older ones", () => {
    expect(ids(shownOn(newestFirst, "C", marks))).toEqual(["A", "B", "C", "gone"]);
    expect(ids(shownOn(newestFirst, "B", marks))).toEqual(["A", "B", "gone"]);
    expect(ids(shownOn(newestFirst, "A", marks))).toEqual(["A", "gone"]);
  });

  it("is as wide as was chosen, within what is taken", () => {
    for (const kind of kinds) {
      const [thin = 0, medium = 0, thick = 0] = weights.map((weight) => sizeOf(kind, weight));
      expect(thin).toBeLessThan(medium);
      expect(medium).toBeLessThan(thick);
      expect(thin).toBeGreaterThanOrEqual(0.5);
      expect(thick).toBeLessThanOrEqual(144);
    }
  });
});
