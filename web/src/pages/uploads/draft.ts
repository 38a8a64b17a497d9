/** The fields of a sheet under review: what is typed beside what is saved. */
import type { Id, Sheet, SheetEdit } from "../../api/types.ts";

/** What stands in the fields. */
export interface Draft {
  number: string;
  title: string;
  revision: string;
  discipline: Id | null;
  drawingDate: string;
  receivedDate: string;
}

export const draftOf = (sheet: Sheet): Draft => ({
  number: sheet.number ?? "",
  title: sheet.title ?? "",
  revision: sheet.revision ?? "",
  discipline: sheet.discipline?.id ?? null,
  drawingDate: sheet.drawing_date ?? "",
  receivedDate: sheet.received_date ?? "",
});

/** Only what differs from the record. */
export function editOf(sheet: Sheet, draft: Draft): SheetEdit | null {
  const was = draftOf(sheet);
  const edit: SheetEdit = {};
  if (draft.number !== was.number) edit.number = draft.number.trim() || null;
  if (draft.title !== was.title) edit.title = draft.title.trim() || null;
  if (draft.revision !== was.revision) edit.revision = draft.revision.trim() || null;
  if (draft.discipline !== was.discipline && draft.discipline) edit.discipline_id = draft.discipline;
  if (draft.drawingDate !== was.drawingDate) edit.drawing_date = draft.drawingDate || null;
  if (draft.receivedDate !== was.receivedDate) edit.received_date = draft.receivedDate || null;
  return Object.keys(edit).length > 0 ? edit : null;
}

/** What stands in the fields once an edit is saved: what was typed since it was sent stays. */
export function keepTyped(now: Draft, sent: Draft, saved: Draft): Draft {
  const kept = Object.entries(now).filter(([field, value]) => value !== sent[field as keyof Draft]);
  return { ...saved, ...Object.fromEntries(kept) };
}
