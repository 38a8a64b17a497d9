/** The columns of the log. */
import { useLingui } from "@lingui/react/macro";
import { useMemo, useState } from "react";
import type { Drawing, Id } from "../../api/types.ts";
import { AppLink } from "../../components/AppLink.tsx";
import type { GridColumn } from "../../components/DataGrid.tsx";
import { useMedia } from "../../components/hooks.ts";
import { sortKey } from "../../components/sortKey.ts";
import { formatDate } from "../../i18n/format.ts";
import { paths } from "../../paths.ts";
import { columnChoices, setColumnChoices } from "../../preferences.ts";
import { isObsolete } from "./matches.ts";
import { DrawingState, ExternalMark, FoundMark, NewerMark, RevisionMark } from "./parts.tsx";

/** A column that may be hidden, and whether it is. */
export interface ColumnChoice {
  id: string;
  name: string;
  shown: boolean;
}

interface Wanted {
  projectId: Id;
  /** There are several areas. */
  several: boolean;
  /** Letters of the longest number. */
  longest: number;
  anyExternal: boolean;
  /** What is searched for … */
  query: string | undefined;
  /** … and the revisions on which it stands. */
  found: ReadonlySet<Id>;
}

/** The columns that are shown, those there are to choose from, and the choice, which the browser remembers. */
export function useColumns(wanted: Wanted) {
  const all = useAllColumns(wanted);
  const roomy = useMedia("(min-width: 1400px)");
  // On a tablet the title comes before the set, which the sheet itself says.
  const cramped = useMedia("(max-width: 1000px)");
  const [choices, setChoices] = useState(columnChoices);
  return useMemo(() => {
    const fits = (id: string) => (id === "set" ? !cramped : id !== "received_date" || roomy);
    const isShown = (id: string) => id === "number" || (choices[id] ?? fits(id));
    const toggle = (id: string) => {
      const next = { ...choices, [id]: !isShown(id) };
      setColumnChoices(next);
      setChoices(next);
    };
    const choice: ColumnChoice[] = all
      .filter(({ id }) => id !== "number")
      .map(({ id, header }) => ({ id, name: header, shown: isShown(id) }));
    return { columns: all.filter(({ id }) => isShown(id)), choice, toggle };
  }, [all, choices, roomy, cramped]);
}

function useAllColumns({
  projectId,
  several,
  longest,
  anyExternal,
  query,
  found,
}: Wanted): GridColumn<Drawing>[] {
  const { t } = useLingui();
  return useMemo(
    () => [
      {
        id: "number",
        header: t`Number`,
        // In pixels, not characters: headings and rows are set in different sizes.
        width: `${Math.ceil(Math.max(8, longest) * 8.6) + 28}px`,
        sort: (row) => sortKey(row.number),
        cell: (row) => (
          <AppLink
            tabIndex={-1}
            className="sheet-no"
            href={paths.drawing(
              projectId,
              row.id,
              row.revision.id,
              found.has(row.revision.id) ? query : undefined,
            )}
          >
            {row.number}
          </AppLink>
        ),
      },
      {
        id: "revision",
        header: t`Rev`,
        width: "64px",
        sort: (row) => sortKey(row.revision.revision),
        cell: (row) => <RevisionMark revision={row.revision} />,
      },
      {
        id: "state",
        header: t`Status`,
        width: "124px",
        sort: (row) => (isObsolete(row) ? 2 : row.revision.status === "unpublished" ? 0 : 1),
        cell: (row) => <DrawingState drawing={row} revision={row.revision} />,
      },
      {
        id: "title",
        header: t`Title`,
        width: "minmax(160px, 3fr)",
        sort: (row) => sortKey(row.title),
        cell: (row) => (
          <span className="row">
            <span className="cut">{row.title}</span>
            {found.has(row.revision.id) ? <FoundMark /> : null}
            <NewerMark drawing={row} />
          </span>
        ),
      },
      ...(anyExternal
        ? [
            {
              id: "origin",
              header: t`Origin`,
              width: "minmax(132px, 1.2fr)",
              sort: (row: Drawing) => (row.external ? 1 : 0),
              cell: (row: Drawing) => (row.external ? <ExternalMark origin={row.origin} /> : null),
            },
          ]
        : []),
      {
        id: "drawing_date",
        header: t`Drawing date`,
        width: "112px",
        sort: (row) => row.revision.drawing_date ?? "",
        cell: (row) => <span className="num quiet">{formatDate(row.revision.drawing_date)}</span>,
      },
      {
        id: "received_date",
        header: t`Received`,
        width: "112px",
        sort: (row) => row.revision.received_date ?? "",
        cell: (row) => <span className="num quiet">{formatDate(row.revision.received_date)}</span>,
      },
      {
        id: "set",
        header: t`Set`,
        width: "minmax(100px, 1.2fr)",
        sort: (row) => sortKey(row.revision.set.name),
        cell: (row) => <span className="cut quiet">{row.revision.set.name}</span>,
      },
      ...(several
        ? [
            {
              id: "area",
              header: t`Area`,
              width: "minmax(90px, 1fr)",
              sort: (row: Drawing) => sortKey(row.area.name),
              cell: (row: Drawing) => <span className="cut quiet">{row.area.name}</span>,
            },
          ]
        : []),
    ],
    [projectId, several, longest, anyExternal, query, found, t],
  );
}
