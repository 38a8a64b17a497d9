import type { Sheet, SheetMarkCode } from "../../api/types.ts";

/** Marks that ask for a person's eyes before the rest. */
const doubts: readonly SheetMarkCode[] = [
  "conflict",
  "duplicate",
  "missing_number",
  "low_confidence",
  "not_found_on_sheet",
];

/** Below this a value that was read is shown as a guess. */
export const sure = 0.8;

export const doubtful = (sheet: Sheet): boolean => sheet.marks.some((mark) => doubts.includes(mark.code));

/** Failed and doubtful sheets first, then as the files and pages come. */
export function rank(sheet: Sheet): number {
  if (sheet.status === "failed") return 0;
  return doubtful(sheet) ? 1 : 2;
}

/**
 * Sheets in review order. A sheet keeps the rank it had when it was first seen, so that the list does not
 * jump under the hands of the person who is correcting it.
 */
export function inReviewOrder(sheets: readonly Sheet[], firstRank: Map<string, number>): Sheet[] {
  for (const sheet of sheets) if (!firstRank.has(sheet.id)) firstRank.set(sheet.id, rank(sheet));
  const place = new Map(sheets.map((sheet, index) => [sheet.id, index]));
  return sheets.toSorted(
    (one, two) =>
      (firstRank.get(one.id) ?? 0) - (firstRank.get(two.id) ?? 0) ||
      (place.get(one.id) ?? 0) - (place.get(two.id) ?? 0),
  );
}

/** The next sheet that waits for review after this one, going round once. */
export function nextToReview(order: readonly Sheet[], after: string | null): Sheet | null {
  const at = order.findIndex((sheet) => sheet.id === after);
  const round = [...order.slice(at + 1), ...order.slice(0, Math.max(0, at))];
  return round.find((sheet) => sheet.status === "to_review") ?? null;
}
