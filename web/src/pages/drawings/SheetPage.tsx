import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useRouter, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { queries } from "../../api/queries.ts";
import type { DrawingDetail, Id, Revision, SheetLink } from "../../api/types.ts";
import { AppLink } from "../../components/AppLink.tsx";
import { IconButton } from "../../components/Button.tsx";
import { Blank, QueryView } from "../../components/feedback.tsx";
import { isTyping, useMedia, useProjectId, useTitle } from "../../components/hooks.ts";
import { Icon } from "../../components/Icon.tsx";
import { Menu } from "../../components/Menu.tsx";
import { formatDate } from "../../i18n/format.ts";
import { files, paths } from "../../paths.ts";
import { SheetView } from "../../viewer/SheetView.tsx";
import { Bands, Stamp } from "./Bands.tsx";
import { naturalPair } from "./compare.ts";
import { FindBar, useFind } from "./FindOnSheet.tsx";
import { MarkupBar } from "./MarkupBar.tsx";
import { MarkupLayer } from "./MarkupLayer.tsx";
import { DrawingState } from "./parts.tsx";
import { SheetPanel } from "./SheetPanel.tsx";
import { useMarkups } from "./useMarkups.ts";

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
  const router = useRouter();
  const wide = useMedia("(min-width: 1100px)");
  const [panel, setPanel] = useState(false);
  const [finding, setFinding] = useState(search.find !== undefined);
  const revision = shownRevision(drawing, search.revision);
  const markups = useMarkups(drawing, revision);
  const links = useQuery({
    ...queries.links(projectId, revision?.id ?? ""),
    enabled: revision !== null && !revision.deleted_at,
  });
  useTitle(`${drawing.number}${revision ? ` ${t`Rev ${revision.revision}`}` : ""}`, drawing.title);

  const find = useFind(projectId, revision?.id, finding ? (search.find ?? "") : "");
  /** What was looked for on one sheet is looked for on the next. */
  const kept = search.find === undefined ? {} : { find: search.find };
  const look = (query: string) =>
    void navigate({
      to: "/projects/$projectId/drawings/$drawingId",
      params: { projectId, drawingId: drawing.id },
      search: {
        ...(search.revision ? { revision: search.revision } : {}),
        ...(query === "" ? {} : { find: query }),
      },
      replace: true,
    });
  const stopFinding = () => {
    setFinding(false);
    look("");
  };

  const step = (direction: -1 | 1) => {
    const target = direction < 0 ? drawing.previous : drawing.next;
    if (!target) return;
    void navigate({
      to: "/projects/$projectId/drawings/$drawingId",
      params: { projectId, drawingId: target.id },
      search: kept,
      replace: true,
    });
  };
  const showRevision = (id: Id) =>
    void navigate({
      to: "/projects/$projectId/drawings/$drawingId",
      params: { projectId, drawingId: drawing.id },
      search: { revision: id, ...kept },
      replace: true,
    });

  useSheetKeys({
    onStep: step,
    onInfo: () => setPanel((open) => !open),
    onFind: () => setFinding(true),
    onCompare: () => {
      if (revision) router.history.push(compareHref(drawing, revision));
    },
    onMarkUp: () => {
      if (markups.paper) markups.setOpen(!markups.open);
    },
    onBack: () => {
      if (markups.open) markups.stepBack();
      else void navigate({ to: "/projects/$projectId/drawings", params: { projectId } });
    },
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
          <IconButton
            icon="search"
            label={t`Find on this sheet`}
            pressed={finding}
            onPress={() => (finding ? stopFinding() : setFinding(true))}
          />
          {markups.paper && revision?.tiles ? (
            <IconButton
              icon="markup"
              label={t`Mark up`}
              pressed={markups.open}
              onPress={() => markups.setOpen(!markups.open)}
            />
          ) : null}
          {revision ? (
            <AppLink
              className="btn plain square"
              href={compareHref(drawing, revision)}
              aria-label={t`Compare…`}
              title={t`Compare…`}
            >
              <Icon name="compare" />
            </AppLink>
          ) : null}
          {revision && !revision.damaged ? (
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
      {finding ? (
        <FindBar find={{ ...find, query: search.find ?? "" }} onQuery={look} onClose={stopFinding} />
      ) : null}
      <Bands drawing={drawing} revision={revision} onOpen={showRevision} />
      <div className="sheet-body">
        <div className="sheet-stage">
          <Stamp drawing={drawing} revision={revision} />
          {markups.open && revision ? (
            <MarkupBar markups={markups} drawing={drawing} here={revision.id} />
          ) : null}
          {revision?.tiles ? (
            <SheetView
              id={revision.id}
              label={t`Sheet ${drawing.number}, ${drawing.title}`}
              tiles={revision.tiles}
              tileUrl={(z, x, y) => files.revisionTile(revision.id, z, x, y)}
              padding={wide ? 24 : 8}
              onStep={step}
              overlay={
                markups.paper && {
                  paper: markups.paper,
                  content: (
                    <>
                      {find.overlay?.content}
                      <MarkupLayer
                        markups={markups}
                        links={links.data ?? noLinks}
                        projectId={projectId}
                        revisionId={revision.id}
                      />
                    </>
                  ),
                  focus: find.overlay?.focus ?? null,
                  pen: markups.pen,
                  onKey: markups.onKey,
                }
              }
            >
              {markups.count > 0 ? (
                <IconButton
                  icon="eye"
                  label={t`Show markups`}
                  pressed={!markups.hidden}
                  onPress={() => markups.setHidden(!markups.hidden)}
                />
              ) : null}
            </SheetView>
          ) : (
            <Blank icon="drawing" title={<Trans>There is no picture of this revision yet</Trans>}>
              <Trans>It is being drawn. The PDF can be downloaded meanwhile.</Trans>
            </Blank>
          )}
        </div>
        {panel ? (
          <SheetPanel
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

const noLinks: readonly SheetLink[] = [];

/** With the revision before it, unless it is the first. */
function compareHref(drawing: DrawingDetail, revision: Revision): string {
  const pair = naturalPair(drawing.revisions, revision);
  return paths.compare(
    drawing.project_id,
    drawing.id,
    pair ? { before: pair.before.id, after: pair.after.id } : { after: revision.id },
  );
}

function useSheetKeys(acts: {
  onStep: (direction: -1 | 1) => void;
  onInfo: () => void;
  onFind: () => void;
  onMarkUp: () => void;
  onCompare: () => void;
  onBack: () => void;
}) {
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
      if (document.querySelector("[role=dialog], [role=menu]")) return;
      if (event.key === "[" || event.key === "p") acts.onStep(-1);
      else if (event.key === "]" || event.key === "n") acts.onStep(1);
      else if (event.key === "i") acts.onInfo();
      else if (event.key === "m") acts.onMarkUp();
      else if (event.key === "f" || event.key === "/") {
        // Not into the field that is about to be there.
        event.preventDefault();
        acts.onFind();
      } else if (event.key === "c") acts.onCompare();
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
