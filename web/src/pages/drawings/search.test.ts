import { describe, expect, it } from "vitest";
import { narrowed, orderOf, readLogSearch, sortOf, withFilters } from "./search.ts";

describe("filters in the address", () => {
  it("keep what is known and drop the rest", () => {
    expect(
      readLogSearch({ set: "s", q: 101, status: "odd", external: "yes", deleted: "true", x: 1 }),
    ).toEqual({
      set: "s",
      q: "101",
      external: "yes",
      deleted: true,
    });
  });

  it("change one by one and go when undefined", () => {
    const search = readLogSearch({ set: "s", q: "A" });
    expect(withFilters(search, { q: undefined, status: "published" })).toEqual({
      set: "s",
      status: "published",
    });
  });

  it("do not count the set as narrowing", () => {
    expect(narrowed({ set: "s" })).toBe(false);
    expect(narrowed({ deleted: true })).toBe(false);
    expect(narrowed({ obsolete: "no" })).toBe(true);
  });
});

describe("LOG-01: the order in the address", () => {
  it("names a column, from its beginning or its end", () => {
    expect(orderOf(readLogSearch({ sort: "title" }))).toEqual({ id: "title", desc: false });
    expect(orderOf(readLogSearch({ sort: "-drawing_date" }))).toEqual({ id: "drawing_date", desc: true });
    expect(orderOf(readLogSearch({ sort: "a b" }))).toBeNull();
    expect(orderOf({})).toBeNull();
    for (const sort of ["title", "-set"]) expect(sortOf(orderOf({ sort }))).toBe(sort);
    expect(sortOf(null)).toBeUndefined();
    expect(narrowed({ sort: "title" })).toBe(false);
  });
});
