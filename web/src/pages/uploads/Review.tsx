/** The review of an upload: sheets left, the title block in the middle, what was read from it at the right. */
import { plural } from "@lingui/core/macro";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import * as api from "../../api/endpoints.ts";
import { queries, topicKey } from "../../api/queries.ts";
import type { Confirmation, Id, Sheet, Upload } from "../../api/types.ts";
import { markOf, reasonOf, troubleOf } from "../../api/words.ts";
import { Button } from "../../components/Button.tsx";
import { Banner, Blank, QueryView } from "../../components/feedback.tsx";
import { useMedia } from "../../components/hooks.ts";
import { Icon } from "../../components/Icon.tsx";
import { State } from "../../components/State.tsx";
import { tell, tellProblem } from "../../components/toasts.tsx";
import { files } from "../../paths.ts";
import { SheetView } from "../../viewer/SheetView.tsx";
import { SeveralFields, SheetFields, type SheetFieldsHandle } from "./ReviewFields.tsx";
import { doubtful, inReviewOrder, nextToReview } from "./reviewOrder.ts";

export function Review({ upload }: { upload: Upload }) {
  const sheets = useQuery(queries.sheets(upload.project_id, upload.id));
  return (
    <QueryView query={sheets}>
      {(all) =>
        all.length === 0 ? (
          <Blank icon="drawing" title={<Trans>No sheets yet</Trans>}>
            <Trans>They appear here as the pages are read.</Trans>
          </Blank>
        ) : (
          <Desk upload={upload} sheets={all} />
        )
      }
    </QueryView>
  );
}

/** The title block with a little of the sheet around it, in pixels of the full picture. */
export function cropOf(sheet: Sheet) {
  const { tiles, title_block: block, width_pt } = sheet;
  if (!tiles || !block || !width_pt) return null;
  const k = tiles.width / width_pt;
  const margin = 0.06 * Math.max(block.width, block.height) * k;
  return {
    x: block.x * k - margin,
    y: block.y * k - margin,
    width: block.width * k + 2 * margin,
    height: block.height * k + 2 * margin,
  };
}

function refusalOf(refused: Confirmation["refused"], id: Id): string | null {
  const found = refused.find((one) => one.sheet_id === id);
  return found ? reasonOf(found) : null;
}

function Desk({ upload, sheets }: { upload: Upload; sheets: readonly Sheet[] }) {
  const { t } = useLingui();
  const client = useQueryClient();
  const wide = useMedia("(min-width: 900px)");
  const firstRank = useRef(new Map<string, number>());
  const order = inReviewOrder(sheets, firstRank.current);
  const [active, setActive] = useState<Id | null>(null);
  const [selected, setSelected] = useState<ReadonlySet<Id>>(new Set());
  const [anchor, setAnchor] = useState<Id | null>(null);
  const [refused, setRefused] = useState<Confirmation["refused"]>([]);
  const [whole, setWhole] = useState(false);
  const fields = useRef<SheetFieldsHandle>(null);
  const list = useRef<HTMLDivElement>(null);
  const base = useId();
  const current = order.find((sheet) => sheet.id === active) ?? nextToReview(order, null) ?? order[0];
  const currentId = current?.id ?? null;
  useEffect(() => {
    if (currentId) document.getElementById(`${base}${currentId}`)?.scrollIntoView({ block: "nearest" });
  }, [base, currentId]);

  const refresh = () =>
    Promise.all([
      client.invalidateQueries({ queryKey: topicKey("uploads", upload.project_id) }),
      client.invalidateQueries({ queryKey: topicKey("drawings", upload.project_id) }),
    ]);
  const confirm = useMutation({
    mutationFn: async (what: { sheet_ids: Id[] } | { all: true }) => {
      await fields.current?.save();
      return api.uploads.confirm(upload.id, what);
    },
    onSuccess: async (result) => {
      setRefused(result.refused);
      if (result.confirmed > 0)
        tell(plural(result.confirmed, { one: "Confirmed # sheet.", other: "Confirmed # sheets." }));
      setSelected(new Set());
      await refresh();
    },
    onError: tellProblem,
  });
  const remove = useMutation({
    mutationFn: (what: { ids: Id[]; removed: boolean }) =>
      Promise.all(what.ids.map((id) => api.uploads.editSheet(id, { removed: what.removed }))),
    onSuccess: async () => {
      setSelected(new Set());
      await refresh();
    },
    onError: tellProblem,
  });

  const toReview = order.filter((sheet) => sheet.status === "to_review");
  const chosen = order.filter((sheet) => selected.has(sheet.id));
  const several = chosen.length > 1;

  const move = (by: number) => {
    const at = order.findIndex((sheet) => sheet.id === currentId);
    const next = order[Math.max(0, Math.min(order.length - 1, at + by))];
    if (!next) return null;
    void fields.current?.save();
    setActive(next.id);
    return next.id;
  };
  const confirmCurrent = () => {
    if (current?.status !== "to_review") return;
    const next = nextToReview(order, current.id);
    confirm.mutate(
      { sheet_ids: [current.id] },
      {
        onSuccess: (result) => {
          if (result.refused.length === 0 && next) setActive(next.id);
        },
      },
    );
  };
  const toggle = (id: Id, range: boolean) => {
    const next = new Set(selected);
    const from = order.findIndex((sheet) => sheet.id === anchor);
    const to = order.findIndex((sheet) => sheet.id === id);
    if (range && from >= 0) {
      for (const sheet of order.slice(Math.min(from, to), Math.max(from, to) + 1)) next.add(sheet.id);
    } else if (!next.delete(id)) next.add(id);
    setAnchor(id);
    setSelected(next);
  };

  const onListKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey) {
      if (event.key === "a") {
        event.preventDefault();
        setSelected(new Set(toReview.map((sheet) => sheet.id)));
      }
      return;
    }
    const steps: Record<string, number> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: 10,
      PageUp: -10,
      Home: -order.length,
      End: order.length,
    };
    const by = steps[event.key];
    if (by !== undefined) {
      event.preventDefault();
      const reached = move(by);
      if (event.shiftKey && reached) toggle(reached, true);
    } else if (event.key === "Enter") {
      event.preventDefault();
      confirmCurrent();
    } else if (event.key === " " && currentId) {
      event.preventDefault();
      toggle(currentId, event.shiftKey);
    } else if (event.key === "Delete" && current?.can.remove?.allowed) {
      event.preventDefault();
      remove.mutate({ ids: [current.id], removed: true });
    } else if (event.key === "Escape") setSelected(new Set());
  };

  return (
    <section className="review" aria-label={t`Review`}>
      <div className="review-list card">
        <div className="review-head">
          <span className="strong num">
            <Plural value={toReview.length} one="# to review" other="# to review" />
          </span>
          <span className="grow" />
          {chosen.length > 0 ? (
            <Button
              look="primary"
              pending={confirm.isPending}
              onPress={() => confirm.mutate({ sheet_ids: chosen.map((sheet) => sheet.id) })}
            >
              <Trans>Confirm {chosen.length} selected</Trans>
            </Button>
          ) : toReview.length > 0 && upload.can.confirm?.allowed ? (
            <Button pending={confirm.isPending} onPress={() => confirm.mutate({ all: true })}>
              <Trans>Confirm all</Trans>
            </Button>
          ) : null}
        </div>
        <div
          ref={list}
          className="review-sheets"
          role="listbox"
          aria-label={t`Sheets`}
          aria-multiselectable
          tabIndex={0}
          onKeyDown={onListKey}
          {...(currentId ? { "aria-activedescendant": `${base}${currentId}` } : {})}
        >
          {order.map((sheet) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the list handles the keys
            // biome-ignore lint/a11y/useFocusableInteractive: the list holds the focus and names the active sheet
            <div
              key={sheet.id}
              id={`${base}${sheet.id}`}
              role="option"
              aria-selected={selected.has(sheet.id)}
              className={`review-sheet ${sheet.status}${sheet.id === currentId ? " active" : ""}${selected.has(sheet.id) ? " chosen" : ""}`}
              onClick={(event) => {
                if (event.shiftKey || event.ctrlKey || event.metaKey) toggle(sheet.id, event.shiftKey);
                else {
                  void fields.current?.save();
                  setActive(sheet.id);
                }
              }}
            >
              <span className="sheet-tick" aria-hidden="true">
                <SheetSign sheet={sheet} />
              </span>
              <span className="stack tight grow">
                <span className="row">
                  <span className="sheet-no">{sheet.number || t`No number`}</span>
                  {sheet.revision ? <span className="rev">{sheet.revision}</span> : null}
                </span>
                <span className="small quiet cut">
                  {sheet.status === "failed" && sheet.error
                    ? reasonOf(sheet.error)
                    : sheet.title || t`No title`}
                </span>
                <Marks sheet={sheet} refused={refusalOf(refused, sheet.id)} />
              </span>
              <span className="small quiet num">
                <Trans>p. {sheet.page}</Trans>
              </span>
            </div>
          ))}
        </div>
        <p className="review-keys small quiet">
          <Trans>Up and Down move, Enter confirms, Space selects, Delete removes.</Trans>
        </p>
      </div>
      <div className="review-picture">
        {current?.tiles ? (
          <SheetView
            id={`${current.id}${whole ? " whole" : ""}`}
            label={t`Page ${current.page} of ${current.file.name}`}
            tiles={current.tiles}
            tileUrl={(z, x, y) => files.sheetTile(current.id, z, x, y)}
            start={whole ? null : cropOf(current)}
            padding={8}
          >
            <button type="button" className="btn plain" aria-pressed={whole} onClick={() => setWhole(!whole)}>
              {whole ? <Trans>Title block</Trans> : <Trans>Whole sheet</Trans>}
            </button>
          </SheetView>
        ) : (
          <Blank icon="drawing" title={<Trans>No picture of this page</Trans>}>
            {current?.error ? troubleOf(current.error) : null}
          </Blank>
        )}
      </div>
      <div className="review-fields card">
        {several ? (
          <SeveralFields
            upload={upload}
            sheets={chosen}
            onSaved={refresh}
            onRemove={() => remove.mutate({ ids: chosen.map((sheet) => sheet.id), removed: true })}
          />
        ) : current ? (
          <SheetFields
            key={current.id}
            ref={fields}
            upload={upload}
            sheet={current}
            refusal={refusalOf(refused, current.id)}
            onSaved={refresh}
            onConfirm={() => {
              confirmCurrent();
              if (wide) list.current?.focus();
            }}
            onMove={(by) => {
              move(by);
            }}
            onRemove={(removed) => remove.mutate({ ids: [current.id], removed })}
            confirming={confirm.isPending}
          />
        ) : null}
        {refused.length > 0 ? (
          <div className="card-body">
            <Banner icon="warning" tone="wait">
              <Plural
                value={refused.length}
                one="# sheet could not be confirmed; the reason is with it."
                other="# sheets could not be confirmed; the reasons are with them."
              />
            </Banner>
          </div>
        ) : null}
      </div>
    </section>
  );
}

function SheetSign({ sheet }: { sheet: Sheet }) {
  if (sheet.status === "confirmed") return <Icon name="check" />;
  if (sheet.status === "removed") return <Icon name="close" />;
  if (sheet.status === "failed") return <Icon name="warning" />;
  return doubtful(sheet) ? <span className="doubt-dot" /> : <span className="plain-dot" />;
}

function Marks({ sheet, refused }: { sheet: Sheet; refused: string | null }) {
  if (sheet.status === "removed") {
    return (
      <span className="small quiet">
        <Trans>Removed</Trans>
      </span>
    );
  }
  if (sheet.status === "reading") {
    return (
      <span className="small quiet">
        <Trans>Being read</Trans>
      </span>
    );
  }
  if (sheet.status === "confirmed") {
    return (
      <span className="sr">
        <Trans>Confirmed</Trans>
      </span>
    );
  }
  const bad = sheet.marks.filter((mark) => mark.code !== "new_drawing" && mark.code !== "next_revision");
  const good = sheet.marks.filter((mark) => mark.code === "new_drawing" || mark.code === "next_revision");
  return (
    <span className="marks">
      {refused ? (
        <State tone="bad" shape="diamond">
          {refused}
        </State>
      ) : null}
      {bad.map((mark) => (
        <State
          key={`${mark.code}${mark.message}`}
          tone={mark.code === "low_confidence" || mark.code === "not_found_on_sheet" ? "wait" : "bad"}
          shape="diamond"
        >
          {markOf(mark, sheet.number ?? "")}
        </State>
      ))}
      {bad.length === 0
        ? good.map((mark) => (
            <State
              key={`${mark.code}${mark.message}`}
              tone="ended"
              shape={mark.code === "new_drawing" ? "ring" : "half"}
            >
              {markOf(mark, sheet.number ?? "")}
            </State>
          ))
        : null}
    </span>
  );
}
