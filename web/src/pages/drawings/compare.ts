/** What of a comparison stands in its address, and which two revisions it means. */
import type { Id, Revision } from "../../api/types.ts";
import { readAlignment, writeAlignment } from "../../viewer/alignment.ts";
import type { CompareMode } from "../../viewer/CompareView.tsx";
import { type Part, parts } from "../../viewer/ink.ts";

export interface CompareSearch {
  /** Revisions; absent, the one that comes naturally. */
  before?: Id;
  after?: Id;
  /** The drawing `before` belongs to, where it is another one. */
  other?: Id;
  /** Absent: overlay. */
  mode?: Exclude<CompareMode, "overlay">;
  /** Absent: as the sheets are. */
  align?: string;
  /** Parts left out of the overlay, joined by dots. */
  hide?: string;
}

const id = (value: unknown): Id | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

export function readCompareSearch(search: Record<string, unknown>): CompareSearch {
  const found: CompareSearch = {};
  const before = id(search["before"]);
  const after = id(search["after"]);
  const other = id(search["other"]);
  const mode = search["mode"];
  const alignment = readAlignment(search["align"]);
  const hide = hiddenParts(search["hide"]).join(".");
  if (before) found.before = before;
  if (after) found.after = after;
  if (other) found.other = other;
  if (mode === "swipe" || mode === "side") found.mode = mode;
  if (alignment) found.align = writeAlignment(alignment);
  if (hide) found.hide = hide;
  return found;
}

export function hiddenParts(hide: unknown): Part[] {
  const named = typeof hide === "string" ? hide.split(".") : [];
  return parts.filter((part) => named.includes(part));
}

const drawn = (revision: Revision) => revision.tiles !== null;

/** What a revision is compared with unless somebody chooses: the one before it, or after it if it is the first. */
export function naturalPair(
  newestFirst: readonly Revision[],
  shown: Revision,
): { before: Revision; after: Revision } | null {
  const shownAt = newestFirst.findIndex((revision) => revision.id === shown.id);
  const fit = (revision: Revision) => drawn(revision) && revision.deleted_at === null;
  const before = newestFirst.slice(shownAt + 1).find(fit);
  if (before) return { before, after: shown };
  const after = newestFirst.slice(0, Math.max(0, shownAt)).findLast(fit);
  return after ? { before: shown, after } : null;
}

export interface Chosen {
  before: Revision | null;
  after: Revision | null;
}

/**
 * The two revisions an address means: `own` are those of the drawing of the page, `others` those of the drawing
 * `before` belongs to. Both newest first. `null` is one that is not there, or not for this person.
 */
export function chosenPair(
  search: CompareSearch,
  own: readonly Revision[],
  others: readonly Revision[] | null,
): Chosen {
  const find = (list: readonly Revision[], wanted: Id) => list.find((one) => one.id === wanted) ?? null;
  const current = own.find((one) => one.current) ?? own[0] ?? null;
  const shown = search.after ? find(own, search.after) : current;
  if (others) {
    const newest = others.find((one) => one.current) ?? others[0] ?? null;
    return { before: search.before ? find(others, search.before) : newest, after: shown };
  }
  if (search.before) return { before: find(own, search.before), after: shown };
  const pair = shown && naturalPair(own, shown);
  // The first revision stands for the older one, unless the address says that it is the newer.
  return pair && (!search.after || pair.after.id === search.after) ? pair : { before: null, after: shown };
}

/** The address after one of the two was chosen; choosing the other one's revision changes places. */
export function withChosen(
  search: CompareSearch,
  pair: Chosen,
  which: "before" | "after",
  chosen: Id,
): CompareSearch {
  const { align: _, before: __, after: ___, ...rest } = search;
  const ids = { before: pair.before?.id, after: pair.after?.id };
  const opposite = which === "before" ? "after" : "before";
  const swapped = ids[opposite] === chosen;
  const next = { ...ids, [which]: chosen, ...(swapped ? { [opposite]: ids[which] } : {}) };
  return {
    ...rest,
    ...(next.before ? { before: next.before } : {}),
    ...(next.after ? { after: next.after } : {}),
  };
}
