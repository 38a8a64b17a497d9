import { expect, it } from "vitest";
import { sortKey } from "./sortKey.ts";

it("sorts sheet numbers as people read them", () => {
  const numbers = ["A10.1", "A2.10", "a2.9", "A-101", "A2.2", "É1", "E2"];
  const sorted = numbers.toSorted((one, two) => (sortKey(one) < sortKey(two) ? -1 : 1));
  expect(sorted).toEqual(["A-101", "A2.2", "a2.9", "A2.10", "A10.1", "É1", "E2"]);
});

it("treats leading zeros as nothing and no text as first", () => {
  expect(sortKey("A-007")).toBe(sortKey("A-7"));
  expect(sortKey(null)).toBe("");
});
