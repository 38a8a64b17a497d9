// Long because: the log, its filters and its columns are one state in the address.
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useRouter, useSearch } from "@tanstack/react-router";
import { useDeferredValue, useEffect, useMemo, useState } from "react";
import { queries } from "../../api/queries.ts";
import type { Drawing, DrawingArea, DrawingSet, Id, Project } from "../../api/types.ts";
import { AppLink } from "../../components/AppLink.tsx";
import { ActLink, Button } from "../../components/Button.tsx";
import { DataGrid, type GridColumn } from "../../components/DataGrid.tsx";
import { Blank, QueryView, Skeleton } from "../../components/feedback.tsx";
import { Search } from "../../components/fields.tsx";
import { useMedia, useProject, useProjectId } from "../../components/hooks.ts";
import { Icon } from "../../components/Icon.tsx";
import { Menu } from "../../components/Menu.tsx";
import { Page } from "../../components/Page.tsx";
import { sortKey } from "../../components/sortKey.ts";
import { formatDate, formatNumber } from "../../i18n/format.ts";
import { files, paths } from "../../paths.ts";
import { density, setDensity } from "../../preferences.ts";
import { PublishBanner } from "./PublishBanner.tsx";
import { DrawingState, ExternalMark, NewerMark, RevisionMark } from "./parts.tsx";
import { type LogSearch, narrowed, withFilters } from "./search.ts";
import { UploadsUnderWay } from "./UploadsUnderWay.tsx";

interface Prepared {
  drawing: Drawing;
  /** Lower case, for the search. */
  text: string;
}

/** In the order of their disciplines, and within each as they came, by number. */
const prepare = (drawings: readonly Drawing[]): Prepared[] =>
  drawings
    .map((drawing) => ({ drawing, text: `${drawing.number}\n${drawing.title}`.toLowerCase() }))
    .sort((one, two) => one.drawing.discipline.position - two.drawing.discipline.position);

/** Not to be built from, upstream or here. */
const isObsolete = (drawing: Drawing) => drawing.obsolete || drawing.obsolete_here !== null;

type Facet = "discipline" | "area" | "external" | "obsolete" | "q";

function matches(row: Prepared, search: LogSearch, except?: Facet): boolean {
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
  if (except !== "q" && search.q && !row.text.includes(search.q.toLowerCase())) return false;
  return true;
}

function countBy(rows: readonly Prepared[], key: (drawing: Drawing) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { drawing } of rows) {
    const own = key(drawing);
    counts.set(own, (counts.get(own) ?? 0) + 1);
  }
  return counts;
}

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

function useColumns(
  projectId: Id,
  several: boolean,
  longest: number,
  anyExternal: boolean,
): GridColumn<Drawing>[] {
  const { t } = useLingui();
  const roomy = useMedia("(min-width: 1400px)");
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
            href={paths.drawing(projectId, row.id, row.revision.id)}
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
      ...(roomy
        ? [
            {
              id: "received_date",
              header: t`Received`,
              width: "112px",
              sort: (row: Drawing) => row.revision.received_date ?? "",
              cell: (row: Drawing) => (
                <span className="num quiet">{formatDate(row.revision.received_date)}</span>
              ),
            },
          ]
        : []),
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
    [projectId, several, longest, roomy, anyExternal, t],
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
  const columns = useColumns(projectId, several, longest, anyExternal);
  const deferred = useDeferredValue(search);
  const prepared = useMemo(() => prepare(drawings), [drawings]);
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
  const open = (row: Drawing) => router.history.push(paths.drawing(projectId, row.id, row.revision.id));

  const unpublished = shown.filter((row) => selected.has(row.id) && row.revision.status === "unpublished");
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
      ) : shown.length === 0 && complete ? (
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
              </>
            ) : null}
            <span className="grow" />
            <a className="btn link" href={csv} download>
              <Trans>Export as CSV</Trans>
            </a>
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
            entry={(row) => <Entry row={row} projectId={projectId} />}
            entryHeight={64}
            rowHeight={coarse ? 44 : compact ? 28 : 36}
            faint={faint}
            {...(mayPublish?.allowed && !search.deleted ? { selected, onSelect: setSelected } : {})}
          />
        </>
      )}
    </>
  );
}

function Entry({ row, projectId }: { row: Drawing; projectId: Id }) {
  return (
    <AppLink tabIndex={-1} className="log-entry" href={paths.drawing(projectId, row.id, row.revision.id)}>
      <span className="row">
        <span className="sheet-no">{row.number}</span>
        <RevisionMark revision={row.revision} />
        <DrawingState drawing={row} revision={row.revision} />
        <span className="grow" />
        {row.external ? <ExternalMark origin={row.origin} /> : null}
      </span>
      <span className="row">
        <span className="cut quiet grow">{row.title}</span>
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

interface FilterProps {
  search: LogSearch;
  rows: readonly Prepared[];
  sets: readonly DrawingSet[];
  areas: readonly DrawingArea[];
  change: (next: { [K in keyof LogSearch]?: LogSearch[K] | undefined }) => void;
  clear: (() => void) | null;
}

function Filters({ search, rows, sets, areas, change, clear }: FilterProps) {
  const { t } = useLingui();
  const [q, setQ] = useState(search.q ?? "");
  useEffect(() => setQ(search.q ?? ""), [search.q]);
  const counts = useMemo(() => {
    const but = (facet: Facet) => rows.filter((row) => matches(row, search, facet));
    return {
      discipline: countBy(but("discipline"), (drawing) => drawing.discipline.id),
      area: countBy(but("area"), (drawing) => drawing.area.id),
      external: countBy(but("external"), (drawing) => (drawing.external ? "yes" : "no")),
      obsolete: countBy(but("obsolete"), (drawing) => (isObsolete(drawing) ? "yes" : "no")),
      here: countBy(but("obsolete"), (drawing) => (drawing.obsolete_here ? "here" : "no")),
    };
  }, [rows, search]);
  const disciplines = useMemo(() => {
    const names = new Map<string, string>();
    for (const { drawing } of rows) {
      names.set(drawing.discipline.id, drawing.discipline.name);
    }
    return [...names];
  }, [rows]);
  const number = (value: number | undefined) => formatNumber(value ?? 0);
  const set = sets.find((candidate) => candidate.id === search.set);
  const discipline = disciplines.find(([id]) => id === search.discipline);
  const area = areas.find((candidate) => candidate.id === search.area);
  const anyExternal = search.external !== undefined || rows.some((row) => row.drawing.external);
  const anyObsolete = search.obsolete !== undefined || rows.some((row) => isObsolete(row.drawing));
  return (
    <div className="filters">
      <Search
        label={t`Find a drawing`}
        placeholder={t`Number or title`}
        value={q}
        onChange={(value) => {
          setQ(value);
          change({ q: value === "" ? undefined : value });
        }}
      />
      {/* biome-ignore lint/a11y/useSemanticElements: chips are no form */}
      <div className="chips" role="group" aria-label={t`Filters`}>
        <Menu
          className={search.set || search.deleted ? "chip on" : "chip"}
          choose="one"
          entries={[
            {
              id: "current",
              name: t`Current set`,
              selected: !search.set && !search.deleted,
              onAct: () => change({ set: undefined, deleted: undefined }),
            },
            ...sets.map((candidate) => ({
              id: candidate.id,
              name: `${candidate.name} · ${formatDate(candidate.date)}${candidate.external ? ` · ${t`external`}` : ""}`,
              count: number(candidate.revisions),
              selected: candidate.id === search.set,
              onAct: () => change({ set: candidate.id, deleted: undefined }),
            })),
            {
              id: "deleted",
              name: t`Deleted report`,
              selected: search.deleted === true,
              onAct: () => change({ deleted: true, set: undefined, status: undefined }),
            },
          ]}
        >
          {search.deleted ? t`Deleted report` : set ? set.name : t`Current set`}
          <Icon name="chevronDown" />
        </Menu>
        <Chip
          name={t`Discipline`}
          chosen={discipline?.[1]}
          entries={disciplines.map(([id, name]) => ({
            id,
            name,
            count: number(counts.discipline.get(id)),
            selected: id === search.discipline,
          }))}
          onChoose={(id) => change({ discipline: id })}
        />
        {areas.length > 0 ? (
          <Chip
            name={t`Area`}
            chosen={area?.name}
            entries={areas.map((candidate) => ({
              id: candidate.id,
              name: candidate.name,
              count: number(counts.area.get(candidate.id)),
              selected: candidate.id === search.area,
            }))}
            onChoose={(id) => change({ area: id })}
          />
        ) : null}
        {search.deleted ? null : (
          <Chip
            name={t`Status`}
            chosen={search.status === "published" ? t`Published` : search.status ? t`Unpublished` : undefined}
            entries={[
              { id: "published", name: t`Published`, selected: search.status === "published" },
              { id: "unpublished", name: t`Unpublished`, selected: search.status === "unpublished" },
            ]}
            onChoose={(id) => change({ status: id === "published" || id === "unpublished" ? id : undefined })}
          />
        )}
        {anyExternal ? (
          <Chip
            name={t`Origin`}
            chosen={search.external === "yes" ? t`External` : search.external ? t`Our own` : undefined}
            entries={[
              {
                id: "yes",
                name: t`External`,
                count: number(counts.external.get("yes")),
                selected: search.external === "yes",
              },
              {
                id: "no",
                name: t`Our own`,
                count: number(counts.external.get("no")),
                selected: search.external === "no",
              },
            ]}
            onChoose={(id) => change({ external: id === "yes" || id === "no" ? id : undefined })}
          />
        ) : null}
        {anyObsolete ? (
          <Chip
            name={t`Obsolete`}
            chosen={
              search.obsolete === "yes"
                ? t`Only obsolete`
                : search.obsolete === "here"
                  ? t`Only obsolete here`
                  : search.obsolete
                    ? t`Not obsolete`
                    : undefined
            }
            entries={[
              {
                id: "no",
                name: t`Not obsolete`,
                count: number(counts.obsolete.get("no")),
                selected: search.obsolete === "no",
              },
              {
                id: "yes",
                name: t`Only obsolete`,
                count: number(counts.obsolete.get("yes")),
                selected: search.obsolete === "yes",
              },
              ...(counts.here.get("here") || search.obsolete === "here"
                ? [
                    {
                      id: "here",
                      name: t`Only obsolete here`,
                      count: number(counts.here.get("here")),
                      selected: search.obsolete === "here",
                    },
                  ]
                : []),
            ]}
            onChoose={(id) =>
              change({ obsolete: id === "yes" || id === "no" || id === "here" ? id : undefined })
            }
          />
        ) : null}
        {clear ? (
          <Button look="link" onPress={clear}>
            <Trans>Clear filters</Trans>
          </Button>
        ) : null}
      </div>
    </div>
  );
}

interface ChipProps {
  name: string;
  chosen: string | undefined;
  entries: { id: string; name: string; count?: string; selected: boolean }[];
  onChoose: (id: string | undefined) => void;
}

function Chip({ name, chosen, entries, onChoose }: ChipProps) {
  return (
    <Menu
      className={chosen ? "chip on" : "chip"}
      choose="one"
      entries={entries.map((entry) => ({
        ...entry,
        onAct: () => onChoose(entry.selected ? undefined : entry.id),
      }))}
    >
      {chosen ? (
        <>
          <span className="quiet">{name}:</span> {chosen}
        </>
      ) : (
        name
      )}
      <Icon name="chevronDown" />
    </Menu>
  );
}
