/**
 * The one grid for long lists: ten thousand rows scroll, sort, group and are walked by keyboard.
 *
 * One tab stop. Arrows, Page Up and Down, Home and End move; Space selects; Enter opens; Up from the first
 * row reaches the headings. Hides TanStack Table behind plain typed columns. Lists of a few hundred rows at
 * most are better served by a plain table.
 */
import { Trans, useLingui } from "@lingui/react/macro";
import {
  createSortedRowModel,
  rowSortingFeature,
  type SortingState,
  sortFn_basic,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type MouseEvent, type ReactNode, useId, useMemo, useRef, useState } from "react";
import { usePhone } from "./hooks.ts";
import { Icon } from "./Icon.tsx";

export interface GridColumn<Row> {
  id: string;
  header: string;
  /** A CSS grid track. */
  width: string;
  cell: (row: Row) => ReactNode;
  /** What to sort by; a column without it cannot be sorted. */
  sort?: (row: Row) => string | number;
}

/** By a column, from its end or from its beginning. */
export interface GridOrder {
  id: string;
  desc: boolean;
}

export interface GridGroup {
  key: string;
  name: string;
}

interface Props<Row> {
  label: string;
  rows: readonly Row[];
  columns: readonly GridColumn<Row>[];
  rowId: (row: Row) => string;
  rowName: (row: Row) => string;
  onOpen: (row: Row) => void;
  /** Rows of one group must stand together in `rows`. */
  group?: (row: Row) => GridGroup;
  /** The row as an entry of a list, for narrow screens. */
  entry: (row: Row) => ReactNode;
  entryHeight: number;
  selected?: ReadonlySet<string>;
  onSelect?: (selected: ReadonlySet<string>) => void;
  rowHeight: number;
  /** The order, where somebody else keeps it. */
  order?: GridOrder | null;
  onOrder?: (order: GridOrder | null) => void;
  /** Whether a row is shown as lesser (obsolete, deleted). */
  faint?: (row: Row) => boolean;
}

type Line<Row> =
  | { kind: "group"; group: GridGroup; count: number }
  | { kind: "row"; row: Row; index: number };

const features = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  sortFns: { basic: sortFn_basic },
});

function useSorted<Row extends object>(
  rows: readonly Row[],
  columns: readonly GridColumn<Row>[],
  kept: Pick<Props<Row>, "order" | "onOrder">,
) {
  const [own, setOwn] = useState<GridOrder | null>(null);
  const wanted = kept.order === undefined ? own : kept.order;
  // A column that is not shown orders nothing.
  const known = columns.some(({ id, sort }) => id === wanted?.id && sort !== undefined);
  const order = known ? wanted : null;
  const sorting: SortingState = useMemo(() => (order ? [order] : []), [order]);
  const table = useTable({
    features,
    data: rows,
    columns: useMemo(
      () =>
        columns.map((column) => ({
          id: column.id,
          accessorFn: column.sort ?? (() => ""),
          enableSorting: column.sort !== undefined,
          sortFn: "basic" as const,
        })),
      [columns],
    ),
    state: { sorting },
  });
  const sorted = sorting.length === 0 ? rows : table.getRowModel().rows.map((row) => row.original);
  const toggle = (id: string) => {
    const next = order?.id !== id ? { id, desc: false } : order.desc ? null : { id, desc: true };
    if (kept.onOrder) kept.onOrder(next);
    else setOwn(next);
  };
  return { sorted, sorting: order, toggle };
}

function linesOf<Row>(rows: readonly Row[], group: ((row: Row) => GridGroup) | undefined): Line<Row>[] {
  if (!group) return rows.map((row, index) => ({ kind: "row", row, index }));
  const groups = new Map<string, { group: GridGroup; rows: Row[] }>();
  for (const row of rows) {
    const own = group(row);
    const known = groups.get(own.key);
    if (known) known.rows.push(row);
    else groups.set(own.key, { group: own, rows: [row] });
  }
  const lines: Line<Row>[] = [];
  let index = 0;
  for (const { group: own, rows: members } of groups.values()) {
    lines.push({ kind: "group", group: own, count: members.length });
    for (const row of members) lines.push({ kind: "row", row, index: index++ });
  }
  return lines;
}

const groupHeight = 32;

export function DataGrid<Row extends object>(props: Props<Row>) {
  const { rows, columns, rowId, onOpen, group, selected, onSelect } = props;
  const { t } = useLingui();
  const phone = usePhone();
  const base = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const { sorted, sorting, toggle } = useSorted(rows, columns, props);
  // Grouping stays while nothing is sorted; a chosen order runs across groups.
  const lines = useMemo(() => linesOf(sorted, sorting ? undefined : group), [sorted, group, sorting]);
  const [active, setActive] = useState<string | null>(null);
  const [anchor, setAnchor] = useState<string | null>(null);
  const height = phone ? props.entryHeight : props.rowHeight;
  const selectable = selected !== undefined && onSelect !== undefined;

  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (lines[index]?.kind === "group" ? groupHeight : height),
    overscan: 12,
    getItemKey: (index) => {
      const line = lines[index];
      return line ? (line.kind === "row" ? rowId(line.row) : `group ${line.group.key}`) : index;
    },
    scrollPaddingStart: phone ? 0 : 40,
  });
  // Another row height means other places for all rows.
  const measuredFor = useRef(height);
  if (measuredFor.current !== height) {
    measuredFor.current = height;
    queueMicrotask(() => virtual.measure());
  }

  const rowLines = useMemo(
    () =>
      lines.flatMap((line, at) => (line.kind === "row" ? [{ id: rowId(line.row), row: line.row, at }] : [])),
    [lines, rowId],
  );
  const position = active === null ? -1 : rowLines.findIndex((line) => line.id === active);

  const goTo = (index: number) => {
    const line = rowLines[Math.max(0, Math.min(rowLines.length - 1, index))];
    if (!line) return null;
    setActive(line.id);
    virtual.scrollToIndex(line.at, { align: "auto" });
    return line.id;
  };

  const select = (id: string, range: boolean) => {
    if (!selectable) return;
    const next = new Set(selected);
    const from = rowLines.findIndex((line) => line.id === anchor);
    const to = rowLines.findIndex((line) => line.id === id);
    if (range && from >= 0 && to >= 0) {
      for (const line of rowLines.slice(Math.min(from, to), Math.max(from, to) + 1)) next.add(line.id);
    } else if (!next.delete(id)) next.add(id);
    setAnchor(id);
    onSelect(next);
  };

  const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 400) / height) - 2);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== scroller.current) return;
    const here = Math.max(0, position);
    const steps: Record<string, number> = {
      ArrowDown: position < 0 ? 0 : here + 1,
      ArrowUp: here - 1,
      PageDown: here + page,
      PageUp: here - page,
      Home: 0,
      End: rowLines.length - 1,
    };
    const target = steps[event.key];
    if (target !== undefined) {
      event.preventDefault();
      if (event.key === "ArrowUp" && here === 0) {
        scroller.current?.querySelector<HTMLButtonElement>(".grid-head button")?.focus();
        return;
      }
      const reached = goTo(target);
      if (event.shiftKey && reached) select(reached, true);
      return;
    }
    const line = rowLines[position];
    if (!line) return;
    if (event.key === "Enter") {
      event.preventDefault();
      onOpen(line.row);
    } else if (event.key === " " && selectable) {
      event.preventDefault();
      select(line.id, event.shiftKey);
    } else if (event.key === "a" && (event.ctrlKey || event.metaKey) && selectable) {
      event.preventDefault();
      onSelect(new Set(rowLines.map((other) => other.id)));
    } else if (event.key === "Escape" && selectable && selected.size > 0) {
      onSelect(new Set());
    }
  };

  const onHeadKey = (event: KeyboardEvent<HTMLDivElement>) => {
    const buttons: Element[] = [...event.currentTarget.querySelectorAll("button")];
    const focus = (button: Element | undefined) => {
      if (button instanceof HTMLElement) button.focus();
    };
    const at = document.activeElement ? buttons.indexOf(document.activeElement) : -1;
    if (event.key === "ArrowRight") focus(buttons[at + 1]);
    else if (event.key === "ArrowLeft") focus(buttons[at - 1]);
    else if (event.key === "ArrowDown" || event.key === "Escape") scroller.current?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const onRowClick = (event: MouseEvent, id: string, row: Row) => {
    setActive(id);
    if ((event.target as HTMLElement).closest("a, button, input, label")) return;
    if (selectable && (event.shiftKey || event.ctrlKey || event.metaKey)) {
      select(id, event.shiftKey);
      return;
    }
    onOpen(row);
  };

  const all = selectable && rowLines.length > 0 && rowLines.every((line) => selected.has(line.id));
  const tracks = `${selectable ? "36px " : ""}${columns.map((column) => column.width).join(" ")}`;

  return (
    <>
      <span className="sr" role="status">
        {selectable && selected.size > 0 ? <Trans>{selected.size} selected</Trans> : null}
      </span>
      <div
        ref={scroller}
        className={phone ? "grid as-list" : "grid"}
        role="grid"
        aria-label={props.label}
        aria-rowcount={rowLines.length + 1}
        aria-multiselectable={selectable}
        tabIndex={0}
        onKeyDown={onKeyDown}
        {...(position >= 0 && active !== null ? { "aria-activedescendant": `${base}${active}` } : {})}
      >
        <div
          className="grid-head"
          role="row"
          aria-rowindex={1}
          style={{ gridTemplateColumns: tracks }}
          onKeyDown={onHeadKey}
        >
          {selectable ? (
            <div role="columnheader" className="grid-check">
              <button
                type="button"
                role="checkbox"
                tabIndex={-1}
                className="tickbox"
                aria-checked={all ? true : selected.size > 0 ? "mixed" : false}
                aria-label={t`Select all ${rowLines.length}`}
                onClick={() => onSelect(all ? new Set() : new Set(rowLines.map((line) => line.id)))}
              >
                <Icon name={all || selected.size === 0 ? "check" : "minus"} />
              </button>
            </div>
          ) : null}
          {columns.map((column) => {
            const order = sorting?.id === column.id ? (sorting.desc ? "descending" : "ascending") : "none";
            return (
              <div key={column.id} role="columnheader" aria-sort={column.sort ? order : undefined}>
                {column.sort ? (
                  <button type="button" tabIndex={-1} className="grid-sort" onClick={() => toggle(column.id)}>
                    {column.header}
                    <span className={`sort-mark ${order}`} aria-hidden="true" />
                  </button>
                ) : (
                  column.header
                )}
              </div>
            );
          })}
        </div>
        <div role="presentation" className="grid-body" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const line = lines[item.index];
            if (!line) return null;
            const style = { transform: `translateY(${item.start}px)`, height: item.size };
            if (line.kind === "group") {
              return (
                <div key={item.key} role="row" className="grid-group" style={style}>
                  <div role="gridcell" aria-colspan={columns.length}>
                    {line.group.name} <span className="quiet num">{line.count}</span>
                  </div>
                </div>
              );
            }
            const id = rowId(line.row);
            const chosen = selected?.has(id) ?? false;
            const classes = [
              "grid-row",
              id === active ? "active" : "",
              chosen ? "chosen" : "",
              props.faint?.(line.row) ? "faint" : "",
            ];
            return (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the grid handles the keys
              <div
                key={item.key}
                id={`${base}${id}`}
                role="row"
                aria-rowindex={line.index + 2}
                aria-selected={selectable ? chosen : undefined}
                className={classes.filter(Boolean).join(" ")}
                style={phone ? style : { ...style, gridTemplateColumns: tracks }}
                onClick={(event) => onRowClick(event, id, line.row)}
              >
                {selectable ? (
                  <div role="gridcell" className="grid-check">
                    <button
                      type="button"
                      role="checkbox"
                      tabIndex={-1}
                      className="tickbox"
                      aria-checked={chosen}
                      aria-label={props.rowName(line.row)}
                      onClick={(event) => select(id, event.shiftKey)}
                    >
                      <Icon name="check" />
                    </button>
                  </div>
                ) : null}
                {phone ? (
                  <div role="gridcell" className="grid-entry">
                    {props.entry(line.row)}
                  </div>
                ) : (
                  columns.map((column) => (
                    <div key={column.id} role="gridcell">
                      {column.cell(line.row)}
                    </div>
                  ))
                )}
              </div>
            );
          })}
        </div>
      </div>
    </>
  );
}
