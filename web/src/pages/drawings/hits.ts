/** Which sheets the words of the search stand on: the server knows their words, the log only numbers and titles. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { queries } from "../../api/queries.ts";
import type { Id } from "../../api/types.ts";
import { terms } from "../../viewer/find.ts";
import type { LogSearch } from "./search.ts";

/** A value once it has stayed the same for a moment: not every letter is worth a request. */
function useSettled<T>(value: T, after: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), after);
    return () => clearTimeout(timer);
  }, [value, after]);
  return settled;
}

export interface Hits {
  /** Revisions. */
  found: ReadonlySet<Id>;
  /** The words of the sheets are being searched. */
  searching: boolean;
}

const none: ReadonlySet<Id> = new Set();

export function useHits(projectId: Id, search: LogSearch): Hits {
  const q = search.q?.trim() ?? "";
  const settled = useSettled(q, 200);
  // A single letter stands on every sheet.
  const wanted = !search.deleted && terms(settled).some((term) => term.length > 1);
  const answer = useQuery({
    ...queries.drawingSearch(projectId, settled, search.set ?? "current"),
    enabled: wanted,
    placeholderData: keepPreviousData,
    select: (data): ReadonlySet<Id> => new Set(data.items.map((hit) => hit.revision_id)),
  });
  return {
    found: wanted && q !== "" ? (answer.data ?? none) : none,
    searching: q !== "" && (settled !== q || (wanted && (answer.isPending || answer.isPlaceholderData))),
  };
}
