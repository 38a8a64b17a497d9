import { expect, it } from "vitest";
import type { Sheet, SheetMarkCode } from "../../api/types.ts";
import { editOf } from "./draft.ts";
import { inReviewOrder, nextToReview } from "./reviewOrder.ts";

const sheet = (id: string, status: Sheet["status"], marks: SheetMarkCode[] = []): Sheet => ({
  id,
  file: { id: "f", name: "ASI 014.pdf" },
  page: 1,
  status,
  error: null,
  number: "E2.01",
  title: "Lighting Plan",
  revision: "4",
  discipline: null,
  drawing_date: null,
  received_date: "2026-11-22",
  rotation: 0,
  reading: { number: null, title: null, revision: null },
  marks: marks.map((code) => ({ code, message: code, fields: [], after: null })),
  drawing_id: null,
  revision_id: null,
  width_pt: null,
  height_pt: null,
  tiles: null,
  title_block: null,
  can: {},
});

it("puts failed and doubtful sheets first and does not jump when they are corrected", () => {
  const seen = new Map<string, number>();
  const all = [
    sheet("a", "to_review", ["next_revision"]),
    sheet("b", "to_review", ["conflict"]),
    sheet("c", "failed"),
  ];
  expect(inReviewOrder(all, seen).map((one) => one.id)).toEqual(["c", "b", "a"]);
  const corrected = [sheet("a", "to_review"), sheet("b", "confirmed"), sheet("c", "failed")];
  expect(inReviewOrder(corrected, seen).map((one) => one.id)).toEqual(["c", "b", "a"]);
});

it("finds the next sheet to review, going round once", () => {
  const order = [sheet("a", "to_review"), sheet("b", "confirmed"), sheet("c", "to_review")];
  expect(nextToReview(order, "a")?.id).toBe("c");
  expect(nextToReview(order, "c")?.id).toBe("a");
  expect(nextToReview([sheet("a", "confirmed")], "a")).toBeNull();
});

it("sends only what was changed", () => {
  const one = sheet("a", "to_review");
  const draft = {
    number: "E2.01",
    title: "Lighting Plan",
    revision: "4",
    discipline: null,
    drawingDate: "",
    receivedDate: "2026-11-22",
  };
  expect(editOf(one, draft)).toBeNull();
  expect(editOf(one, { ...draft, number: " E2.02 ", receivedDate: "" })).toEqual({
    number: "E2.02",
    received_date: null,
  });
});
