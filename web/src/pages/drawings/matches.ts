/** Which drawings of the log the filters let through, and how many each choice would. */
import type { Drawing, Id } from "../../api/types.ts";
import type { LogSearch } from "./search.ts";

export interface Prepared {
  drawing: Drawing;
  /** Lower case, for the search. */
  text: string;
  /** What is searched for stands on the sheet. */
  found: boolean;
}

/** In the order of their disciplines, and within each as they came, by number. */
export const prepare = (drawings: readonly Drawing[]): Prepared[] =>
  drawings
    .map((drawing) => ({ drawing, text: `${drawing.number}\n${drawing.title}`.toLowerCase(), found: false }))
    .sort((one, two) => one.drawing.discipline.position - two.drawing.discipline.position);

/** The same with what the server found on the sheets. */
export const withHits = (rows: readonly Prepared[], found: ReadonlySet<Id>): readonly Prepared[] =>
  found.size === 0 ? rows : rows.map((row) => ({ ...row, found: found.has(row.drawing.revision.id) }));

/** Not to be built from, upstream or here. */
export const isObsolete = (drawing: Drawing) => drawing.obsolete || drawing.obsolete_here !== null;

export type Facet = "discipline" | "area" | "external" | "obsolete" | "q";

export function matches(row: Prepared, search: LogSearch, except?: Facet): boolean {
  const { drawing } = row;
  if (except !== "discipline" && search.discipline && drawing.discipline.id !== search.discipline)
    return false;
  if (except !== "area" && search.area && drawing.area.id !== search.area) return false;
  if (except !== "external" && search.external && drawing.external !== (search.external === "yes"))
    return false;
  if (except !== "obsolete" && search.obsolete) {
    if (
      search.obsolete === "here"
        ? !drawing.obsolete_here
        : isObsolete(drawing) !== (search.obsolete === "yes")
    )
      return false;
  }
  if (except !== "q" && search.q && !row.found && !row.text.includes(search.q.trim().toLowerCase()))
    return false;
  return true;
}

export function countBy(rows: readonly Prepared[], key: (drawing: Drawing) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { drawing } of rows) {
    const own = key(drawing);
    counts.set(own, (counts.get(own) ?? 0) + 1);
  }
  return counts;
}
