/** Finding words on the sheet that is shown: a field, how many there are, and the way from one to the next. */
import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useDeferredValue, useEffect, useMemo, useState } from "react";
import { queries } from "../../api/queries.ts";
import type { Id } from "../../api/types.ts";
import { IconButton } from "../../components/Button.tsx";
import { Search } from "../../components/fields.tsx";
import { formatNumber } from "../../i18n/format.ts";
import { hitsOf } from "../../viewer/find.ts";
import type { Overlay } from "../../viewer/SheetView.tsx";

export interface Find {
  query: string;
  count: number;
  /** Which of them is looked at, from 0. */
  at: number;
  step: (by: -1 | 1) => void;
  /** The words of the sheet are still on their way. */
  waiting: boolean;
  /** The sheet has no words: it is a picture. */
  wordless: boolean;
  overlay: Overlay | null;
}

/** The hits of a query on a revision, as they lie over its picture. */
export function useFind(projectId: Id, revisionId: Id | undefined, query: string): Find {
  const wanted = query.trim() !== "" && revisionId !== undefined;
  const text = useQuery({ ...queries.sheetText(projectId, revisionId ?? ""), enabled: wanted });
  const deferred = useDeferredValue(query);
  const [at, setAt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another query begins at its first hit
  useEffect(() => setAt(0), [deferred, revisionId]);
  const sheet = wanted ? text.data : undefined;
  const hits = useMemo(() => (sheet ? hitsOf(sheet.words, deferred) : []), [sheet, deferred]);
  const current = hits[Math.min(at, hits.length - 1)];
  const overlay = useMemo((): Overlay | null => {
    if (!sheet) return null;
    return {
      paper: { width: sheet.width, height: sheet.height },
      focus: current ? { x: current.x, y: current.y, width: current.w, height: current.h } : null,
      content: hits.map((hit, place) => (
        <rect
          // biome-ignore lint/suspicious/noArrayIndexKey: the same word may stand twice at one place
          key={place}
          className={hit === current ? "hit current" : "hit"}
          x={hit.x - 2}
          y={hit.y - 2}
          width={hit.w + 4}
          height={hit.h + 4}
        />
      )),
    };
  }, [sheet, hits, current]);
  return {
    query,
    count: hits.length,
    at: Math.min(at, Math.max(0, hits.length - 1)),
    step: (by) => setAt((now) => (hits.length === 0 ? 0 : (now + by + hits.length) % hits.length)),
    waiting: wanted && text.isPending,
    wordless: sheet !== undefined && sheet.words.length === 0,
    overlay,
  };
}

interface Props {
  find: Find;
  onQuery: (query: string) => void;
  onClose: () => void;
}

export function FindBar({ find, onQuery, onClose }: Props) {
  const { t } = useLingui();
  const { count, at, query } = find;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && event.target instanceof HTMLInputElement) find.step(event.shiftKey ? -1 : 1);
    else if (event.key === "Escape") onClose();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <search className="find-bar" onKeyDownCapture={onKeyDown}>
      <Search label={t`Find on this sheet`} value={query} onChange={onQuery} autoFocus />
      <span className="small quiet num" role="status">
        {query.trim() === "" ? null : find.waiting ? (
          <Trans>Looking…</Trans>
        ) : find.wordless ? (
          <Trans>This sheet has no text.</Trans>
        ) : count === 0 ? (
          <Trans>Not on this sheet</Trans>
        ) : (
          <Trans>
            {formatNumber(at + 1)} of {formatNumber(count)}
          </Trans>
        )}
      </span>
      <IconButton
        icon="chevronLeft"
        label={t`Previous hit`}
        disabled={count === 0}
        onPress={() => find.step(-1)}
      />
      <IconButton
        icon="chevronRight"
        label={t`Next hit`}
        disabled={count === 0}
        onPress={() => find.step(1)}
      />
      <span className="grow" />
      <IconButton icon="close" label={t`Close`} onPress={onClose} />
    </search>
  );
}
