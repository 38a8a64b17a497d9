import { describe, expect, it } from "vitest";
import type { Revision } from "../../api/types.ts";
import { chosenPair, hiddenParts, naturalPair, readCompareSearch, withChosen } from "./compare.ts";

const revision = (id: string, more: Partial<Revision> = {}): Revision =>
  ({
    id,
    revision: id,
    current: false,
    deleted_at: null,
    tiles: { width: 1, height: 1, tile_size: 512, levels: 1 },
    ...more,
  }) as Revision;

const waiting = revision("3");
const current = revision("2", { current: true });
const first = revision("0");
const newestFirst = [waiting, current, revision("1", { tiles: null }), first];

describe("the address of a comparison", () => {
  it("VIEW-03: keeps which two, how, the alignment and what is hidden; and drops the rest", () => {
    const search = {
      before: "b",
      after: "a",
      mode: "swipe",
      align: "1_0_12.5_0",
      hide: "added.removed",
      x: 1,
    };
    expect(readCompareSearch(search)).toEqual({
      before: "b",
      after: "a",
      mode: "swipe",
      align: "1_0_12.5_0",
      hide: "removed.added",
    });
    expect(readCompareSearch({ mode: "overlay", align: "1_0", hide: "all", before: 7 })).toEqual({});
    expect(hiddenParts("unchanged.odd")).toEqual(["unchanged"]);
  });
});

describe("what is compared", () => {
  it("VIEW-03: is the revision before the one that is shown, if it can be drawn", () => {
    expect(naturalPair(newestFirst, waiting)).toEqual({ before: current, after: waiting });
    expect(naturalPair(newestFirst, current)).toEqual({ before: first, after: current });
    expect(naturalPair(newestFirst, first)).toEqual({ before: first, after: current });
    expect(naturalPair([first], first)).toBeNull();
    const deleted = revision("1", { deleted_at: "2026-01-01T00:00:00Z" });
    expect(naturalPair([current, deleted, first], current)?.before).toBe(first);
  });

  it("is what the address says, or the current one and the one before it", () => {
    expect(chosenPair({}, newestFirst, null)).toEqual({ before: first, after: current });
    expect(chosenPair({ before: "0", after: "3" }, newestFirst, null)).toEqual({
      before: first,
      after: waiting,
    });
    expect(chosenPair({ after: "0" }, newestFirst, null)).toEqual({ before: null, after: first });
    expect(chosenPair({}, [first], null)).toEqual({ before: null, after: first });
  });

  it("is nothing where a revision is not there or not for this person", () => {
    expect(chosenPair({ before: "2", after: "9" }, newestFirst, null)).toEqual({
      before: current,
      after: null,
    });
  });

  it("is the current revision of another drawing, unless the address names one", () => {
    const others = [revision("x2", { current: true }), revision("x1")];
    expect(chosenPair({}, newestFirst, others).before?.id).toBe("x2");
    expect(chosenPair({ before: "x1" }, newestFirst, others).before?.id).toBe("x1");
    expect(chosenPair({ before: "0" }, newestFirst, others).before).toBeNull();
  });

  it("changes places when the other one's revision is chosen, and forgets the alignment", () => {
    const pair = { before: first, after: current };
    const search = { mode: "side", align: "1_0_5_0" } as const;
    expect(withChosen(search, pair, "before", "3")).toEqual({ mode: "side", before: "3", after: "2" });
    expect(withChosen(search, pair, "after", "0")).toEqual({ mode: "side", before: "2", after: "0" });
  });
});
