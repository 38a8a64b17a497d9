import { Trans, useLingui } from "@lingui/react/macro";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { queries } from "../../api/queries.ts";
import type { Connection, ConnectionState, Id, RegisterQuery } from "../../api/types.ts";
import { AppLink } from "../../components/AppLink.tsx";
import { Button } from "../../components/Button.tsx";
import { Chip } from "../../components/Chip.tsx";
import { Blank, ProblemView, SkeletonRows } from "../../components/feedback.tsx";
import { Search } from "../../components/fields.tsx";
import { useCompanyId } from "../../components/hooks.ts";
import { Icon } from "../../components/Icon.tsx";
import { Menu } from "../../components/Menu.tsx";
import { formatAgo, formatDate } from "../../i18n/format.ts";
import { files, paths } from "../../paths.ts";
import { ConnectionStateMark, CountedOfEach, countOf, inOrder, otherEnd } from "../connections/parts.tsx";
import { ToolStateMark } from "../connections/tools.tsx";
import { useToolNames } from "../project/levels.ts";
import { CompanyFrame } from "./CompanyFrame.tsx";
import { narrowed, readRegister, sides, sorts, toolStates } from "./register.ts";

type Change = (next: { [K in keyof RegisterQuery]: RegisterQuery[K] | undefined }) => void;

export function CompanyConnectionsPage() {
  const { t } = useLingui();
  const id = useCompanyId();
  const query = useSearch({ from: "/signed-in/companies/$companyId/connections" });
  const navigate = useNavigate({ from: "/companies/$companyId/connections" });
  const register = useInfiniteQuery(queries.companyConnections(id, query));
  const shown = register.data?.pages.flatMap((page) => page.items) ?? [];
  const change: Change = (next) =>
    void navigate({ search: (before) => readRegister({ ...before, ...next }), replace: true });
  const clear = () => void navigate({ search: query.sort ? { sort: query.sort } : {}, replace: true });
  return (
    <CompanyFrame
      id={id}
      title={<Trans>Register of connections</Trans>}
      windowTitle={t`Register of connections`}
      actions={
        <a className="btn" href={files.connectionsCsv(id, query)} download>
          <Icon name="download" />
          <Trans>CSV</Trans>
        </a>
      }
    >
      <div className="stack">
        <Filters
          companyId={id}
          query={query}
          shown={shown}
          change={change}
          clear={narrowed(query) ? clear : null}
        />
        {register.isError && !register.data ? (
          <ProblemView error={register.error} retry={() => void register.refetch()} />
        ) : register.isPending ? (
          <SkeletonRows />
        ) : shown.length > 0 ? (
          <Register connections={shown} stale={register.isPlaceholderData} />
        ) : narrowed(query) ? (
          <Blank
            icon="search"
            title={<Trans>No connection matches</Trans>}
            action={
              <Button onPress={clear}>
                <Trans>Clear filters</Trans>
              </Button>
            }
          />
        ) : (
          <Blank icon="connection" title={<Trans>No connections yet</Trans>}>
            <Trans>Every connection of every project of this company is listed here, both ways.</Trans>
          </Blank>
        )}
        {register.hasNextPage ? (
          <div className="row">
            <Button onPress={() => void register.fetchNextPage()} pending={register.isFetchingNextPage}>
              <Trans>Show more</Trans>
            </Button>
          </div>
        ) : null}
      </div>
    </CompanyFrame>
  );
}

interface FilterProps {
  companyId: Id;
  query: RegisterQuery;
  shown: readonly Connection[];
  change: Change;
  clear: (() => void) | null;
}

function Filters({ companyId, query, shown, change, clear }: FilterProps) {
  const { t } = useLingui();
  const projects = useQuery(queries.projects());
  const own = projects.data?.filter((project) => project.company.id === companyId) ?? [];
  const others = new Map(shown.map((one) => [otherEnd(one).company.id, otherEnd(one).company.name]));
  const named = <K extends string>(keys: readonly K[], names: Record<K, string>) =>
    keys.map((key) => ({ id: key, name: names[key] }));
  const states = (names: Record<ConnectionState, string>) =>
    Object.entries(names).map(([id, name]) => ({ id, name }));
  const sideNames = { upstream: t`We publish`, downstream: t`We receive` };
  const stateNames = {
    requested: t`Requested`,
    connected: t`Connected`,
    declined: t`Declined`,
    withdrawn: t`Withdrawn`,
    expired: t`Expired`,
    undone: t`Undone`,
    disconnected: t`Disconnected`,
  };
  const toolStateNames = {
    waiting_for_approval: t`Waiting for approval`,
    active: t`Active`,
    paused: t`Paused`,
    disabled: t`Disabled`,
    inactive: t`Inactive`,
  };
  const sortNames = {
    requested: t`Newest first`,
    project: t`Our project`,
    company: t`Other company`,
    state: t`State`,
    last_arrival: t`Last arrival`,
  };
  return (
    <div className="filters">
      <SearchText q={query.q} onChange={(q) => change({ q })} />
      {/* biome-ignore lint/a11y/useSemanticElements: chips are no form */}
      <div className="chips" role="group" aria-label={t`Filters`}>
        <Facet
          name={t`Direction`}
          chosen={query.side}
          choices={named(sides, sideNames)}
          onChoose={(side) => change({ side })}
        />
        <Facet
          name={t`State`}
          chosen={query.state}
          choices={states(stateNames)}
          onChoose={(state) => change({ state })}
        />
        <Facet
          name={t`Tool`}
          chosen={query.tool_state}
          choices={named(toolStates, toolStateNames)}
          onChoose={(tool_state) => change({ tool_state })}
        />
        {own.length > 1 ? (
          <Facet
            name={t`Our project`}
            chosen={query.project_id}
            choices={own.map((project) => ({ id: project.id, name: project.name }))}
            onChoose={(project_id) => change({ project_id })}
          />
        ) : null}
        {others.size > 1 || query.company_id ? (
          <Facet
            name={t`Other company`}
            chosen={query.company_id}
            choices={[...others].map(([id, name]) => ({ id, name }))}
            onChoose={(company_id) => change({ company_id })}
          />
        ) : null}
        <Menu
          className="chip"
          choose="one"
          entries={sorts.map((sort) => ({
            id: sort,
            name: sortNames[sort],
            selected: sort === (query.sort ?? "requested"),
            onAct: () => change({ sort: sort === "requested" ? undefined : sort }),
          }))}
        >
          <Icon name="list" />
          {sortNames[query.sort ?? "requested"]}
          <Icon name="chevronDown" />
        </Menu>
        {clear ? (
          <Button look="link" onPress={clear}>
            <Trans>Clear filters</Trans>
          </Button>
        ) : null}
      </div>
    </div>
  );
}

/** What is typed waits a moment before the server is asked. */
function SearchText({ q, onChange }: { q: string | undefined; onChange: (q: string | undefined) => void }) {
  const { t } = useLingui();
  const [typed, setTyped] = useState(q ?? "");
  useEffect(() => setTyped(q ?? ""), [q]);
  useEffect(() => {
    if (typed === (q ?? "")) return;
    const wait = setTimeout(() => onChange(typed === "" ? undefined : typed), 250);
    return () => clearTimeout(wait);
  }, [typed, q, onChange]);
  return (
    <Search
      label={t`Find a connection`}
      placeholder={t`Company, project, reason`}
      value={typed}
      onChange={setTyped}
    />
  );
}

function Facet<K extends string>({
  name,
  chosen,
  choices,
  onChoose,
}: {
  name: string;
  chosen: K | undefined;
  choices: readonly { id: K; name: string }[];
  onChoose: (choice: K | undefined) => void;
}) {
  return (
    <Chip
      name={name}
      chosen={choices.find((choice) => choice.id === chosen)?.name ?? chosen}
      entries={choices.map((choice) => ({ ...choice, selected: choice.id === chosen }))}
      onChoose={(id) => onChoose(choices.find((choice) => choice.id === id)?.id)}
    />
  );
}

const lastArrival = (connection: Connection) =>
  Object.values(connection.tools)
    .flatMap((tool) => tool.last_arrival_at ?? [])
    .toSorted()
    .at(-1);

function Register({ connections, stale }: { connections: readonly Connection[]; stale: boolean }) {
  const { t } = useLingui();
  const toolNames = useToolNames();
  return (
    <div className="card table-wrap" aria-busy={stale}>
      <table className="table as-list">
        <thead>
          <tr>
            <th scope="col">{t`Our project`}</th>
            <th scope="col">{t`Direction`}</th>
            <th scope="col">{t`Other company`}</th>
            <th scope="col">{t`State`}</th>
            <th scope="col">{t`Tools`}</th>
            <th scope="col" className="right">
              {t`Copied`}
            </th>
            <th scope="col" className="right">
              {t`Waiting`}
            </th>
            <th scope="col">{t`Last arrival`}</th>
            <th scope="col">{t`Since`}</th>
          </tr>
        </thead>
        <tbody>
          {connections.map((one) => {
            const own = one.side === "upstream" ? one.upstream : one.downstream;
            const other = otherEnd(one);
            const arrived = lastArrival(one);
            return (
              <tr key={one.id}>
                <td className="nowrap">
                  <AppLink className="strong" href={paths.connection(own.project.id, one.id)}>
                    {own.project.name}
                  </AppLink>
                </td>
                <td data-label={t`Direction`}>
                  <span className="row nowrap">
                    <span className={one.side === "downstream" ? "side up" : "side down"}>
                      <Icon name="arrived" />
                    </span>
                    {one.side === "downstream" ? <Trans>receives from</Trans> : <Trans>publishes to</Trans>}
                  </span>
                </td>
                <td data-label={t`Other company`}>
                  <span>
                    {other.company.name} <span className="quiet">· {other.project.name}</span>
                  </span>
                </td>
                <td data-label={t`State`}>
                  <ConnectionStateMark state={one.state} />
                </td>
                <td data-label={t`Tools`}>
                  {inOrder(one.tools).map(({ tool, of }) => (
                    <span key={tool} className="row">
                      {toolNames[tool]} <ToolStateMark tool={of} />
                    </span>
                  ))}
                </td>
                <td data-label={t`Copied`} className="right num nowrap">
                  {countOf(one, "copied") > 0 ? <CountedOfEach connection={one} what="copied" /> : "–"}
                </td>
                <td data-label={t`Waiting`} className="right num nowrap">
                  {countOf(one, "waiting") > 0 ? <CountedOfEach connection={one} what="waiting" /> : "–"}
                </td>
                <td data-label={t`Last arrival`} className="num nowrap">
                  {arrived ? formatAgo(arrived) : "–"}
                </td>
                <td data-label={t`Since`} className="num nowrap">
                  {formatDate(one.connected_at ?? one.requested_at)}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
