// Long because: the bands of the viewer depend on each other.
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { type ReactNode, useEffect, useState } from "react";
import * as api from "../../api/endpoints.ts";
import { queries, topicKey } from "../../api/queries.ts";
import type { DrawingDetail, Id, Revision } from "../../api/types.ts";
import { AppLink } from "../../components/AppLink.tsx";
import { ActButton, Button, IconButton } from "../../components/Button.tsx";
import { Blank, QueryView } from "../../components/feedback.tsx";
import { isTyping, useMedia, useProjectId, useTitle } from "../../components/hooks.ts";
import { Icon } from "../../components/Icon.tsx";
import { Menu } from "../../components/Menu.tsx";
import { Facts } from "../../components/Page.tsx";
import { tell, tellProblem } from "../../components/toasts.tsx";
import { formatBytes, formatDate, formatInstant } from "../../i18n/format.ts";
import { files, paths } from "../../paths.ts";
import { SheetView } from "../../viewer/SheetView.tsx";
import { EditDrawing } from "./EditDrawing.tsx";
import { DrawingState, RevisionMark, SyncMark } from "./parts.tsx";

export function SheetPage() {
  const projectId = useProjectId();
  const { drawingId } = useParams({ from: "/signed-in/projects/$projectId/drawings/$drawingId" });
  const drawing = useQuery(queries.drawing(projectId, drawingId));
  return (
    <QueryView query={drawing} loading={<SheetLoading projectId={projectId} />}>
      {(data) => <SheetScreen drawing={data} projectId={projectId} />}
    </QueryView>
  );
}

function SheetLoading({ projectId }: { projectId: Id }) {
  const { t } = useLingui();
  return (
    <div className="sheet" role="status" aria-label={t`Loading`}>
      <div className="sheet-bar">
        <BackLink projectId={projectId} />
      </div>
      <div className="sheet-stage" />
    </div>
  );
}

function BackLink({ projectId }: { projectId: Id }) {
  const { t } = useLingui();
  return (
    <AppLink className="btn plain square" href={paths.drawings(projectId)} aria-label={t`Back to the log`}>
      <Icon name="chevronLeft" />
    </AppLink>
  );
}

/** The revision asked for, else the current one, else the newest that this person may see. */
function shownRevision(drawing: DrawingDetail, wanted: string | undefined): Revision | null {
  return (
    drawing.revisions.find((revision) => revision.id === wanted) ??
    drawing.revisions.find((revision) => revision.current) ??
    drawing.revision ??
    drawing.revisions[0] ??
    null
  );
}

function SheetScreen({ drawing, projectId }: { drawing: DrawingDetail; projectId: Id }) {
  const { t } = useLingui();
  const search = useSearch({ from: "/signed-in/projects/$projectId/drawings/$drawingId" });
  const navigate = useNavigate();
  const wide = useMedia("(min-width: 1100px)");
  const [panel, setPanel] = useState(false);
  const revision = shownRevision(drawing, search.revision);
  useTitle(`${drawing.number}${revision ? ` ${t`Rev ${revision.revision}`}` : ""}`, drawing.title);

  const step = (direction: -1 | 1) => {
    const target = direction < 0 ? drawing.previous : drawing.next;
    if (!target) return;
    void navigate({
      to: "/projects/$projectId/drawings/$drawingId",
      params: { projectId, drawingId: target.id },
      search: {},
      replace: true,
    });
  };
  const showRevision = (id: Id) =>
    void navigate({
      to: "/projects/$projectId/drawings/$drawingId",
      params: { projectId, drawingId: drawing.id },
      search: { revision: id },
      replace: true,
    });

  useSheetKeys({
    onStep: step,
    onInfo: () => setPanel((open) => !open),
    onBack: () => void navigate({ to: "/projects/$projectId/drawings", params: { projectId } }),
  });

  return (
    <div className="sheet">
      <header className="sheet-bar">
        <BackLink projectId={projectId} />
        <div className="sheet-name">
          <h1 className="sheet-no">{drawing.number}</h1>
          <RevisionMenu drawing={drawing} revision={revision} onChoose={showRevision} />
          <DrawingState drawing={drawing} revision={revision} />
          <span className="cut sheet-title quiet">{drawing.title}</span>
        </div>
        <div className="sheet-acts">
          <IconButton
            icon="chevronLeft"
            label={drawing.previous ? t`Previous sheet, ${drawing.previous.number}` : t`Previous sheet`}
            disabled={!drawing.previous}
            onPress={() => step(-1)}
          />
          <IconButton
            icon="chevronRight"
            label={drawing.next ? t`Next sheet, ${drawing.next.number}` : t`Next sheet`}
            disabled={!drawing.next}
            onPress={() => step(1)}
          />
          {revision ? (
            <a
              className="btn plain square"
              href={files.revisionFile(revision.id)}
              download
              aria-label={t`Download the PDF`}
              title={t`Download the PDF`}
            >
              <Icon name="download" />
            </a>
          ) : null}
          <IconButton
            icon="info"
            label={t`About this sheet`}
            pressed={panel}
            onPress={() => setPanel(!panel)}
          />
        </div>
      </header>
      <Bands drawing={drawing} revision={revision} onOpen={showRevision} />
      <div className="sheet-body">
        <div className="sheet-stage">
          {revision?.tiles ? (
            <SheetView
              id={revision.id}
              label={t`Sheet ${drawing.number}, ${drawing.title}`}
              tiles={revision.tiles}
              tileUrl={(z, x, y) => files.revisionTile(revision.id, z, x, y)}
              padding={wide ? 24 : 8}
              onStep={step}
            />
          ) : (
            <Blank icon="drawing" title={<Trans>There is no picture of this revision yet</Trans>}>
              <Trans>It is being drawn. The PDF can be downloaded meanwhile.</Trans>
            </Blank>
          )}
        </div>
        {panel ? (
          <InfoPanel
            drawing={drawing}
            revision={revision}
            onChoose={showRevision}
            onClose={() => setPanel(false)}
          />
        ) : null}
      </div>
    </div>
  );
}

function useSheetKeys(acts: { onStep: (direction: -1 | 1) => void; onInfo: () => void; onBack: () => void }) {
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
      if (document.querySelector("[role=dialog], [role=menu]")) return;
      if (event.key === "[" || event.key === "p") acts.onStep(-1);
      else if (event.key === "]" || event.key === "n") acts.onStep(1);
      else if (event.key === "i") acts.onInfo();
      else if (event.key === "Escape") acts.onBack();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  });
}

function RevisionMenu({
  drawing,
  revision,
  onChoose,
}: {
  drawing: DrawingDetail;
  revision: Revision | null;
  onChoose: (id: Id) => void;
}) {
  const { t } = useLingui();
  if (!revision) return null;
  return (
    <Menu
      className="btn rev-menu"
      choose="one"
      label={t`Revision ${revision.revision}, choose another`}
      entries={drawing.revisions.map((candidate) => ({
        id: candidate.id,
        name: `${t`Rev ${candidate.revision}`} · ${candidate.set.name}`,
        count: candidate.current ? t`current` : formatDate(candidate.drawing_date),
        selected: candidate.id === revision.id,
        onAct: () => onChoose(candidate.id),
      }))}
    >
      <Trans>Rev {revision.revision}</Trans>
      <Icon name="chevronDown" />
    </Menu>
  );
}

function Band({
  tone,
  children,
  action,
}: {
  tone: "wait" | "bad" | "ended" | "ok";
  children: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className={`band ${tone}`} role={tone === "ok" ? undefined : "status"}>
      <span className="grow">{children}</span>
      {action}
    </div>
  );
}

/** Whether what is shown may be built from, said across the whole width; most serious first. */
function Bands({
  drawing,
  revision,
  onOpen,
}: {
  drawing: DrawingDetail;
  revision: Revision | null;
  onOpen: (id: Id) => void;
}) {
  const { origin } = drawing;
  const superseding =
    revision && !revision.current
      ? (drawing.revisions.find((candidate) => candidate.current) ??
        drawing.revisions.find((candidate) => candidate.id === revision.superseded_by?.id))
      : undefined;
  const superseded = revision?.superseded_by ?? null;
  const waiting = drawing.revisions.findLast((candidate) => candidate.status === "unpublished");
  return (
    <>
      {superseded && superseding ? (
        <Band
          tone="bad"
          action={
            <Button onPress={() => onOpen(superseding.id)}>
              <Trans>Open Rev {superseding.revision}</Trans>
            </Button>
          }
        >
          <span className="strong">
            <Trans>Superseded.</Trans>
          </span>{" "}
          <Trans>Rev {superseding.revision} is the current one. Do not build from this sheet.</Trans>
        </Band>
      ) : null}
      {drawing.obsolete ? (
        <Band tone="bad">
          <span className="strong">
            <Trans>Obsolete.</Trans>
          </span>{" "}
          <Trans>This drawing is no longer in force. Do not build from it.</Trans>
        </Band>
      ) : null}
      {drawing.deleted_at && !origin?.deleted_upstream_at ? (
        <Band tone="bad">
          <Trans>Deleted on {formatDate(drawing.deleted_at)}.</Trans>
        </Band>
      ) : null}
      {origin?.deleted_upstream_at ? (
        <Band tone="bad">
          <Trans>
            Deleted upstream on {formatDate(origin.deleted_upstream_at)}. Your copy and its file stay.
          </Trans>
        </Band>
      ) : null}
      {drawing.newer_upstream ? (
        waiting && waiting.id !== revision?.id ? (
          <Band
            tone="wait"
            action={
              <Button onPress={() => onOpen(waiting.id)}>
                <Trans>Open Rev {waiting.revision}</Trans>
              </Button>
            }
          >
            <Trans>
              Upstream issued a newer revision on {formatDate(drawing.newer_upstream.issued_on)}; it waits
              here to be published.
            </Trans>
          </Band>
        ) : waiting ? null : (
          <Band tone="wait">
            <Trans>
              Upstream issued a newer revision on {formatDate(drawing.newer_upstream.issued_on)}; not yet
              published here; ask {drawing.newer_upstream.ask.join(", ")}.
            </Trans>
          </Band>
        )
      ) : null}
      {revision?.status === "unpublished" ? (
        <Band tone="wait">
          <Trans>Unpublished. Only Drawings Admins see this revision.</Trans>
        </Band>
      ) : null}
      {origin && !origin.in_sync ? (
        <Band tone="wait">
          <span className="strong">
            {origin.disconnected_on ? (
              <Trans>Not in sync since {formatDate(origin.disconnected_on)}.</Trans>
            ) : (
              <Trans>Not in sync.</Trans>
            )}
          </span>{" "}
          {origin.disconnected_on ? (
            <Trans>The projects are disconnected; newer revisions will not arrive.</Trans>
          ) : (
            <Trans>The connection is paused; newer revisions arrive when it goes on.</Trans>
          )}
        </Band>
      ) : null}
      {origin ? (
        <Band tone="ok">
          <span className="origin-line">
            <Icon name="arrived" />
            <span className="cut">
              <Trans>
                From {origin.company} · {origin.project} · arrived {formatInstant(origin.arrived_at)}
              </Trans>
            </span>
            {origin.in_sync ? <SyncMark origin={origin} /> : null}
          </span>
        </Band>
      ) : null}
    </>
  );
}

function InfoPanel({
  drawing,
  revision,
  onChoose,
  onClose,
}: {
  drawing: DrawingDetail;
  revision: Revision | null;
  onChoose: (id: Id) => void;
  onClose: () => void;
}) {
  const { t } = useLingui();
  const { origin } = drawing;
  return (
    <aside className="sheet-panel" aria-label={t`About this sheet`}>
      <div className="card-head">
        <h2>
          <Trans>About this sheet</Trans>
        </h2>
        <IconButton icon="close" label={t`Close`} onPress={onClose} />
      </div>
      <div className="stack wide panel-body">
        <div className="stack">
          <div className="strong">{drawing.title}</div>
          <Facts
            items={[
              [<Trans key="d">Discipline</Trans>, drawing.discipline.name],
              [<Trans key="a">Area</Trans>, drawing.area.name],
              revision ? [<Trans key="s">Set</Trans>, revision.set.name] : null,
              revision?.drawing_date
                ? [<Trans key="dd">Drawing date</Trans>, formatDate(revision.drawing_date)]
                : null,
              revision?.received_date
                ? [<Trans key="r">Received</Trans>, formatDate(revision.received_date)]
                : null,
              revision?.published_at
                ? [
                    <Trans key="p">Published</Trans>,
                    `${formatInstant(revision.published_at)} ${revision.published_by ?? ""}`,
                  ]
                : null,
              revision ? [<Trans key="f">File</Trans>, formatBytes(revision.bytes)] : null,
            ]}
          />
          <DrawingActs drawing={drawing} revision={revision} />
        </div>
        <section className="stack">
          <h3>
            <Trans>Revisions</Trans>
          </h3>
          <ul className="card list">
            {drawing.revisions.map((candidate) => (
              <li key={candidate.id}>
                <button
                  type="button"
                  className={candidate.id === revision?.id ? "line version on" : "line version"}
                  aria-current={candidate.id === revision?.id}
                  onClick={() => onChoose(candidate.id)}
                >
                  <RevisionMark revision={candidate} />
                  <span className="stack tight grow">
                    <span className="cut">{candidate.set.name}</span>
                    <span className="small quiet num">{formatDate(candidate.drawing_date)}</span>
                  </span>
                  <DrawingState drawing={drawing} revision={candidate} />
                </button>
              </li>
            ))}
          </ul>
        </section>
        {origin ? (
          <section className="stack">
            <h3>
              <Trans>Origin</Trans>
            </h3>
            <Facts
              items={[
                [<Trans key="c">Company</Trans>, origin.company],
                [<Trans key="p">Project</Trans>, origin.project],
                [<Trans key="a">Arrived</Trans>, formatInstant(origin.arrived_at)],
                [<Trans key="v">Version</Trans>, origin.version ?? "–"],
                [<Trans key="s">State</Trans>, <SyncMark key="m" origin={origin} />],
              ]}
            />
            <AppLink href={paths.connection(drawing.project_id, origin.connection_id)}>
              <Trans>Open the connection</Trans>
            </AppLink>
          </section>
        ) : null}
        <section className="stack">
          <h3>
            <Trans>History</Trans>
          </h3>
          <ol className="timeline">
            {drawing.history.map((entry) => (
              <li key={`${entry.at}${entry.kind}${entry.detail}`}>
                <span>{entry.detail || entry.kind}</span>
                <span className="small quiet num">
                  {formatInstant(entry.at)} {entry.by ? `· ${entry.by}` : ""}{" "}
                  {entry.by_company ? `· ${entry.by_company}` : ""}
                </span>
              </li>
            ))}
          </ol>
        </section>
      </div>
    </aside>
  );
}

function DrawingActs({ drawing, revision }: { drawing: DrawingDetail; revision: Revision | null }) {
  const { t } = useLingui();
  const client = useQueryClient();
  const [editing, setEditing] = useState(false);
  const done = (text: string) => async () => {
    tell(text);
    await client.invalidateQueries({ queryKey: topicKey("drawings", drawing.project_id) });
  };
  const obsolete = useMutation({
    mutationFn: (value: boolean) => api.drawings.update(drawing.id, { obsolete: value }),
    onSuccess: done(t`Saved.`),
    onError: tellProblem,
  });
  const publish = useMutation({
    mutationFn: (id: Id) => api.drawings.publish(drawing.project_id, { revision_ids: [id] }, false),
    onSuccess: done(t`Published.`),
    onError: tellProblem,
  });
  const remove = useMutation({
    mutationFn: () => api.drawings.remove(drawing.id),
    onSuccess: done(t`Deleted. It can be restored from the deleted report.`),
    onError: tellProblem,
  });
  const restore = useMutation({
    mutationFn: () => api.drawings.restore(drawing.id),
    onSuccess: done(t`Restored.`),
    onError: tellProblem,
  });
  const keep = useMutation({
    mutationFn: () => api.drawings.keepInLog(drawing.id),
    onSuccess: done(t`Kept in the log.`),
    onError: tellProblem,
  });
  const { can } = drawing;
  return (
    <div className="row wrap">
      {revision?.status === "unpublished" ? (
        <ActButton
          can={can.publish}
          look="primary"
          onPress={() => publish.mutate(revision.id)}
          pending={publish.isPending}
        >
          <Trans>Publish this revision</Trans>
        </ActButton>
      ) : null}
      <ActButton can={can.update} onPress={() => setEditing(true)}>
        <Trans>Edit</Trans>
      </ActButton>
      {editing ? <EditDrawing drawing={drawing} onClose={() => setEditing(false)} /> : null}
      <ActButton
        can={can.update}
        onPress={() => obsolete.mutate(!drawing.obsolete)}
        pending={obsolete.isPending}
      >
        {drawing.obsolete ? <Trans>Not obsolete</Trans> : <Trans>Mark obsolete</Trans>}
      </ActButton>
      {drawing.origin?.deleted_upstream_at ? (
        <ActButton can={can.keep_in_log} onPress={() => keep.mutate()} pending={keep.isPending}>
          <Trans>Keep in the log</Trans>
        </ActButton>
      ) : null}
      {drawing.deleted_at ? (
        <ActButton can={can.restore} onPress={() => restore.mutate()} pending={restore.isPending}>
          <Trans>Restore</Trans>
        </ActButton>
      ) : (
        <ActButton can={can.delete} look="danger" onPress={() => remove.mutate()} pending={remove.isPending}>
          <Trans>Delete</Trans>
        </ActButton>
      )}
    </div>
  );
}
