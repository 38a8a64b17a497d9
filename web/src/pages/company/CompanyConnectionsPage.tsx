import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { queries } from "../../api/queries.ts";
import type { Connection } from "../../api/types.ts";
import { AppLink } from "../../components/AppLink.tsx";
import { Button } from "../../components/Button.tsx";
import { Blank, QueryView } from "../../components/feedback.tsx";
import { Search } from "../../components/fields.tsx";
import { useCompanyId } from "../../components/hooks.ts";
import { Icon } from "../../components/Icon.tsx";
import { Menu } from "../../components/Menu.tsx";
import { formatDate } from "../../i18n/format.ts";
import { files, paths } from "../../paths.ts";
import { ConnectionStateMark, CountedOfEach, inOrder, otherEnd } from "../connections/parts.tsx";
import { ToolStateMark } from "../connections/tools.tsx";
import { useToolNames } from "../project/levels.ts";
import { CompanyFrame } from "./CompanyFrame.tsx";

type Filter = "all" | "open" | "ended";

export function CompanyConnectionsPage() {
  const { t } = useLingui();
  const id = useCompanyId();
  const connections = useQuery(queries.companyConnections(id));
  const [q, setQ] = useState("");
  const [filter, setFilter] = useState<Filter>("all");
  const names: Record<Filter, string> = {
    all: t`Any state`,
    open: t`Requested or connected`,
    ended: t`Ended`,
  };
  return (
    <CompanyFrame
      id={id}
      title={<Trans>Register of connections</Trans>}
      windowTitle={t`Register of connections`}
      actions={
        <>
          <Search label={t`Find a connection`} value={q} onChange={setQ} />
          <a className="btn" href={files.connectionsCsv(id)} download>
            <Icon name="download" />
            <Trans>CSV</Trans>
          </a>
        </>
      }
    >
      <QueryView query={connections}>
        {(all) => {
          const wanted = q.trim().toLowerCase();
          const shown = all.filter((one) => {
            const isOpen = one.state === "connected" || one.state === "requested";
            if (filter !== "all" && isOpen !== (filter === "open")) return false;
            return [one.upstream, one.downstream]
              .map((end) => `${end.company.name} ${end.project.name} ${end.project.number ?? ""}`)
              .join(" ")
              .toLowerCase()
              .includes(wanted);
          });
          if (all.length === 0) {
            return (
              <Blank icon="connection" title={<Trans>No connections yet</Trans>}>
                <Trans>Every connection of every project of this company is listed here, both ways.</Trans>
              </Blank>
            );
          }
          return (
            <div className="stack">
              <div className="chips">
                <Menu
                  className={filter === "all" ? "chip" : "chip on"}
                  choose="one"
                  entries={(["all", "open", "ended"] as const).map((one) => ({
                    id: one,
                    name: names[one],
                    selected: one === filter,
                    onAct: () => setFilter(one),
                  }))}
                >
                  {names[filter]}
                  <Icon name="chevronDown" />
                </Menu>
                <span className="small quiet num">
                  <Plural value={shown.length} one="# connection" other="# connections" />
                </span>
              </div>
              {shown.length === 0 ? (
                <Blank
                  icon="search"
                  title={<Trans>No connection matches</Trans>}
                  action={
                    <Button
                      onPress={() => {
                        setQ("");
                        setFilter("all");
                      }}
                    >
                      <Trans>Clear filters</Trans>
                    </Button>
                  }
                />
              ) : (
                <Register connections={shown} />
              )}
            </div>
          );
        }}
      </QueryView>
    </CompanyFrame>
  );
}

function Register({ connections }: { connections: readonly Connection[] }) {
  const { t } = useLingui();
  const toolNames = useToolNames();
  return (
    <div className="card table-wrap">
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
            <th scope="col">{t`Since`}</th>
          </tr>
        </thead>
        <tbody>
          {connections.map((one) => {
            const own = one.side === "upstream" ? one.upstream : one.downstream;
            const other = otherEnd(one);
            return (
              <tr key={`${one.id}${one.side}`}>
                <td>
                  <AppLink className="strong" href={paths.connection(own.project.id, one.id)}>
                    {own.project.name}
                  </AppLink>
                </td>
                <td data-label={t`Direction`}>
                  <span className="row">
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
                <td data-label={t`Copied`} className="right num">
                  <CountedOfEach connection={one} what="copied" />
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
