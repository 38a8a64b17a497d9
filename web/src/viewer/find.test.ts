import { describe, expect, it } from "vitest";
import { hitsOf, type PlacedWord, terms } from "./find.ts";

const word = (text: string, x = 0, y = 0): PlacedWord => ({ text, x, y, w: 10, h: 4 });
const found = (text: string, query: string) =>
  hitsOf(
    text.split(" ").map((one, at) => word(one, at)),
    query,
  ).map((hit) => hit.text);

describe("LOG-02: words on a sheet", () => {
  it("marks what the server finds", () => {
    expect(found("CONCRETE SLAB ON GRADE", "conc grade")).toEqual(["CONCRETE", "GRADE"]);
    expect(found("SEE 5/A-501 AND A.501", "a-501")).toEqual(["5/A-501", "A.501"]);
    expect(found("SEE 5/A-501", "501")).toEqual(["5/A-501"]);
    expect(found("SHEET A-101 5/A-101", "a101")).toEqual(["A-101", "5/A-101"]);
    expect(found("INSTALACIÓN ELÉCTRICA", "instalacion electr")).toEqual(["INSTALACIÓN", "ELÉCTRICA"]);
    expect(found("STRAßE Øst", "strasse ost")).toEqual(["STRAßE", "Øst"]);
  });

  it("marks nothing else", () => {
    expect(found("CONCRETE", "crete")).toEqual([]);
    expect(found("AREA A", "a")).toEqual(["A"]);
    expect(found("ANYTHING", "  - /")).toEqual([]);
    expect(terms("A-1 a.1 A-1")).toEqual(["a_1"]);
  });

  it("goes from the top down", () => {
    const hits = hitsOf([word("b-1", 5, 9), word("b-2", 9, 1), word("b-3", 1, 1)], "b");
    expect(hits.map((hit) => hit.text)).toEqual([]);
    expect(hitsOf([word("bay", 5, 9), word("bay", 9, 1), word("bay", 1, 1)], "ba").map(({ x }) => x)).toEqual(
      [1, 9, 5],
    );
  });
});
