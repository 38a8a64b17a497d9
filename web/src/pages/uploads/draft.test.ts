import { expect, it } from "vitest";
import { type Draft, keepTyped } from "./draft.ts";

const sent: Draft = {
  number: "A-101",
  title: "level 1",
  revision: "0",
  discipline: null,
  drawingDate: "",
  receivedDate: "",
};

it("DRW-04: what is typed while an edit is being saved is not lost", () => {
  const saved = { ...sent, title: "LEVEL 1" };
  expect(keepTyped({ ...sent, revision: "1" }, sent, saved)).toEqual({ ...saved, revision: "1" });
  expect(keepTyped(sent, sent, saved)).toEqual(saved);
});
