import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useRouter, useSearch } from "@tanstack/react-router";
import { useDeferredValue, useMemo, useState } from "react";
import { queries } from "../../api/queries.ts";
import type { Drawing, DrawingArea, DrawingSet, Id, Project } from "../../api/types.ts";
import { AppLink } from "../../components/AppLink.tsx";
import { ActLink, Button } from "../../components/Button.tsx";
import { DataGrid } from "../../components/DataGrid.tsx";
import { Blank, QueryView, Skeleton } from "../../components/feedback.tsx";
import { useMedia, useProject, useProjectId } from "../../components/hooks.ts";
import { Icon } from "../../components/Icon.tsx";
import { Menu } from "../../components/Menu.tsx";
import { Page } from "../../components/Page.tsx";
import { formatNumber } from "../../i18n/format.ts";
import { files, paths } from "../../paths.ts";
import { density, setDensity } from "../../preferences.ts";
import { useHits } from "./hits.ts";
import { DownloadMenu, SelectionActs, SubscribeButton } from "./LogActs.tsx";
import { Filters } from "./LogFilters.tsx";
import { useColumns } from "./logColumns.tsx";
import { isObsolete, matches, prepare, withHits } from "./matches.ts";
import { PublishBanner } from "./PublishBanner.tsx";
import { DrawingState, ExternalMark, FoundMark, NewerMark, RevisionMark } from "./parts.tsx";
import { type LogSearch, narrowed, orderOf, sortOf, withFilters } from "./search.ts";
import { UploadsUnderWay } from "./UploadsUnderWay.tsx";

export function LogPage() {
  const { t } = useLingui();
  const projectId = useProjectId();
  const project = useProject();
  const search = useSearch({ from: "/signed-in/projects/$projectId/drawings" });
  const setId = search.set ?? "current";
  const log = useQuery(
    queries.log(projectId, {
      ...(search.deleted ? { deleted: true } : { set_id: setId }),
      ...(search.status ? { status: search.status } : {}),
    }),
  );
  const sets = useQuery(queries.sets(projectId));
  const areas = useQuery(queries.areas(projectId));
  const can = project.data?.can;
  return (
    <Page
      fill
      windowTitle={`${t`Drawings`} · ${project.data?.name ?? ""}`}
      title={search.deleted ? <Trans>Deleted drawings</Trans> : <Trans>Drawings</Trans>}
      actions={
        <>
          <SubscribeButton projectId={projectId} />
          {can?.edit_drawings?.allowed ? (
            <AppLink
              className="btn square"
              href={paths.drawingSettings(projectId)}
              aria-label={t`Drawings settings`}
              title={t`Drawings settings`}
            >
              <Icon name="settings" />
            </AppLink>
          ) : null}
          <ActLink can={can?.upload_drawings} href={paths.uploads(projectId)}>
            <Trans>Uploads</Trans>
          </ActLink>
          <ActLink can={can?.upload_drawings} href={paths.newUpload(projectId)} look="primary" icon="upload">
            <Trans>Upload</Trans>
          </ActLink>
        </>
      }
    >
      <QueryView query={log} loading={<LogSkeleton />}>
        {(data) => (
          <Log
            projectId={projectId}
            project={project.data}
            drawings={data.items}
            complete={data.complete}
            sets={sets.data ?? []}
            areas={areas.data ?? []}
            search={search}
          />
        )}
      </QueryView>
    </Page>
  );
}

function LogSkeleton() {
  const { t } = useLingui();
  return (
    <div className="grid" role="status" aria-label={t`Loading`}>
      {Array.from({ length: 14 }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
        <div key={row} className="line log-skeleton">
          <Skeleton width={64} />
          <Skeleton width={`${22 + ((row * 19) % 34)}%`} />
          <span className="grow" />
          <Skeleton width={72} />
        </div>
      ))}
    </div>
  );
}

interface LogProps {
  projectId: Id;
  project: Project | undefined;
  drawings: readonly Drawing[];
  complete: boolean;
  sets: readonly DrawingSet[];
  areas: readonly DrawingArea[];
  search: LogSearch;
}

const group = (row: Drawing) => ({ key: row.discipline.id, name: row.discipline.name });
const rowId = (row: Drawing) => row.id;
const rowName = (row: Drawing) => row.number;
const faint = (row: Drawing) => isObsolete(row) || row.deleted_at !== null;

function Log({ projectId, project, drawings, complete, sets, areas, search }: LogProps) {
  const { t } = useLingui();
  const router = useRouter();
  const navigate = useNavigate({ from: "/projects/$projectId/drawings" });
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [compact, setCompact] = useState(() => density() === "compact");
  const coarse = useMedia("(pointer: coarse)");
  const several = areas.length > 1;
  const longest = useMemo(
    () => drawings.reduce((most, row) => Math.max(most, row.number.length), 0),
    [drawings],
  );
  const anyExternal = useMemo(() => drawings.some((row) => row.external), [drawings]);
  const { found, searching } = useHits(projectId, search);
  const query = search.q?.trim();
  const { columns, choice, toggle } = useColumns({ projectId, several, longest, anyExternal, query, found });
  const deferred = useDeferredValue(search);
  const ordered = useMemo(() => prepare(drawings), [drawings]);
  const prepared = useMemo(() => withHits(ordered, found), [ordered, found]);
  const order = useMemo(() => orderOf(search), [search]);
  const shown = useMemo(
    () => prepared.filter((row) => matches(row, deferred)).map((row) => row.drawing),
    [prepared, deferred],
  );

  const change = (next: { [K in keyof LogSearch]?: LogSearch[K] | undefined }) =>
    void navigate({ search: (before) => withFilters(before, next), replace: true });
  const clear = () =>
    change({
      discipline: undefined,
      area: undefined,
      status: undefined,
      external: undefined,
      obsolete: undefined,
      q: undefined,
    });
  const href = (row: Drawing) =>
    paths.drawing(projectId, row.id, row.revision.id, found.has(row.revision.id) ? query : undefined);
  const open = (row: Drawing) => router.history.push(href(row));

  const chosen = shown.filter((row) => selected.has(row.id));
  const unpublished = chosen.filter((row) => row.revision.status === "unpublished");
  const mayPublish = project?.can.publish_drawings;
  const empty = drawings.length === 0 && complete;
  const csv = files.drawingsCsv(projectId, {
    set_id: search.deleted ? undefined : search.set,
    discipline_id: search.discipline,
    area_id: search.area,
    status: search.status,
    external: search.external && search.external === "yes",
    obsolete: search.obsolete === "here" ? undefined : search.obsolete && search.obsolete === "yes",
    obsolete_here: search.obsolete === "here" || undefined,
    deleted: search.deleted,
    q: search.q,
  });
  const filtered = narrowed(search);

  return (
    <>
      {search.deleted ? null : (
        <>
          <UploadsUnderWay projectId={projectId} />
          {mayPublish?.allowed ? (
            <PublishBanner
              projectId={projectId}
              sets={sets}
              selected={unpublished}
              onShow={() => change({ status: "unpublished", set: undefined })}
              onDone={() => setSelected(new Set())}
            />
          ) : null}
        </>
      )}
      <Filters
        search={search}
        rows={prepared}
        sets={sets}
        areas={several ? areas : []}
        change={change}
        clear={filtered ? clear : null}
      />
      {empty && !filtered ? (
        search.deleted ? (
          <Blank icon="trash" title={<Trans>Nothing has been deleted</Trans>}>
            <Trans>Drawings deleted here or upstream are listed here, files included.</Trans>
          </Blank>
        ) : (
          <EmptyLog projectId={projectId} project={project} />
        )
      ) : shown.length === 0 && complete && !searching ? (
        <Blank
          icon="search"
          title={<Trans>No drawing matches these filters</Trans>}
          action={
            <Button onPress={clear}>
              <Trans>Clear filters</Trans>
            </Button>
          }
        >
          <Plural
            value={drawings.length}
            one="# drawing is hidden by them."
            other="# drawings are hidden by them."
          />
        </Blank>
      ) : (
        <>
          <div className="log-count row small quiet">
            <span className="num" role="status">
              {filtered ? (
                <Trans>
                  {formatNumber(shown.length)} of {formatNumber(drawings.length)} drawings
                </Trans>
              ) : (
                <Plural value={drawings.length} one="# drawing" other="# drawings" />
              )}
              {complete ? null : (
                <>
                  {" · "}
                  <Trans>loading more…</Trans>
                </>
              )}
              {searching ? (
                <>
                  {" · "}
                  <Trans>searching the sheets…</Trans>
                </>
              ) : null}
            </span>
            {selected.size > 0 ? (
              <>
                <span>·</span>
                <span className="num">
                  <Trans>{selected.size} selected</Trans>
                </span>
                <Button look="link" onPress={() => setSelected(new Set())}>
                  <Trans>Clear</Trans>
                </Button>
                <SelectionActs
                  projectId={projectId}
                  rows={chosen}
                  edit={project?.can.edit_drawings}
                  onDone={() => setSelected(new Set())}
                />
              </>
            ) : null}
            <span className="grow" />
            <DownloadMenu projectId={projectId} rows={search.deleted ? [] : shown} csv={csv}>
              <Trans>Download</Trans>
            </DownloadMenu>
            <Menu
              className="btn link columns-menu"
              choose="many"
              placement="bottom end"
              entries={choice.map(({ id, name, shown: selected }) => ({
                id,
                name,
                selected,
                onAct: () => toggle(id),
              }))}
            >
              <Trans>Columns</Trans>
              <Icon name="chevronDown" />
            </Menu>
            <button
              type="button"
              className="btn link density"
              aria-pressed={compact}
              onClick={() => {
                setDensity(compact ? "normal" : "compact");
                setCompact(!compact);
              }}
            >
              {compact ? <Trans>Normal rows</Trans> : <Trans>Compact rows</Trans>}
            </button>
          </div>
          <DataGrid
            label={t`Drawings`}
            rows={shown}
            columns={columns}
            rowId={rowId}
            rowName={rowName}
            onOpen={open}
            group={group}
            entry={(row) => <Entry row={row} href={href(row)} found={found.has(row.revision.id)} />}
            entryHeight={64}
            rowHeight={coarse ? 44 : compact ? 28 : 36}
            faint={faint}
            order={order}
            onOrder={(next) => change({ sort: sortOf(next) })}
            {...(search.deleted ? {} : { selected, onSelect: setSelected })}
          />
        </>
      )}
    </>
  );
}

function Entry({ row, href, found }: { row: Drawing; href: string; found: boolean }) {
  return (
    <AppLink tabIndex={-1} className="log-entry" href={href}>
      <span className="row">
        <span className="sheet-no">{row.number}</span>
        <RevisionMark revision={row.revision} />
        <DrawingState drawing={row} revision={row.revision} />
        <span className="grow" />
        {row.external ? <ExternalMark origin={row.origin} /> : null}
      </span>
      <span className="row">
        <span className="cut quiet grow">{row.title}</span>
        {found ? <FoundMark /> : null}
        <NewerMark drawing={row} />
      </span>
    </AppLink>
  );
}

function EmptyLog({ projectId, project }: { projectId: Id; project: Project | undefined }) {
  const upload = project?.can.upload_drawings;
  return (
    <Blank
      icon="drawing"
      title={<Trans>No drawings yet</Trans>}
      action={
        upload?.allowed ? (
          <div className="row wrap">
            <ActLink can={upload} href={paths.newUpload(projectId)} look="primary" icon="upload">
              <Trans>Upload drawings</Trans>
            </ActLink>
            {project && !project.connections.upstream ? (
              <ActLink
                can={project.can.start_connection}
                href={paths.newConnection(projectId)}
                icon="connection"
              >
                <Trans>Connect an upstream project</Trans>
              </ActLink>
            ) : null}
          </div>
        ) : null
      }
    >
      {project?.connections.upstream?.state === "connected" ? (
        <Trans>What {project.connections.upstream.company.name} publishes will appear here by itself.</Trans>
      ) : (
        <Trans>Published sheets appear here, grouped by discipline.</Trans>
      )}
    </Blank>
  );
}
