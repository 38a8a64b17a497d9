import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { queries } from "../../api/queries.ts";
import type { Connection, ConnectionHistoryItem, HistoryKind, Id } from "../../api/types.ts";
import { AppLink } from "../../components/AppLink.tsx";
import { Banner, QueryView } from "../../components/feedback.tsx";
import { useProjectId } from "../../components/hooks.ts";
import { Card, Facts, Page } from "../../components/Page.tsx";
import { formatBytes, formatDate, formatDuration, formatInstant } from "../../i18n/format.ts";
import { paths } from "../../paths.ts";
import { useToolNames } from "../project/levels.ts";
import { ConnectionActs } from "./acts.tsx";
import { RequestFacts } from "./asked.tsx";
import { actorCompany, ConnectionStateMark, CountedOfEach, Direction, inOrder, otherEnd } from "./parts.tsx";
import { ToolsStatus } from "./tools.tsx";

export function ConnectionPage() {
  const { t } = useLingui();
  const projectId = useProjectId();
  const { connectionId } = useParams({ from: "/signed-in/projects/$projectId/connections/$connectionId" });
  const connection = useQuery(queries.connection(projectId, connectionId));
  return (
    <QueryView query={connection}>
      {(data) => (
        <Page
          windowTitle={`${otherEnd(data).company.name} · ${t`Connection`}`}
          title={
            <span className="row wrap">
              {otherEnd(data).company.name} <ConnectionStateMark state={data.state} pill />
            </span>
          }
          lead={
            <AppLink href={paths.connections(projectId)}>
              <Trans>Connection Manager</Trans>
            </AppLink>
          }
          actions={<ConnectionActs connection={data} projectId={projectId} />}
        >
          <Details connection={data} projectId={projectId} />
        </Page>
      )}
    </QueryView>
  );
}

function Details({ connection, projectId }: { connection: Connection; projectId: Id }) {
  const history = useQuery(queries.connectionHistory(projectId, connection.id));
  return (
    <div className="stack wide">
      <EndBanner connection={connection} />
      <section className="card card-body stack loose">
        <Direction connection={connection} />
        {connection.state === "requested" && connection.side === "upstream" ? (
          <RequestFacts
            who={connection.requested_by?.name ?? ""}
            company={actorCompany(connection.requested_by)}
            sees={connection.requester_sees}
            tools={inOrder(connection.tools).map(({ tool }) => tool)}
            would={connection.would_arrive}
          />
        ) : connection.connected_at ? (
          <ToolsStatus connection={connection} projectId={projectId} />
        ) : null}
        <Facts
          items={[
            [
              <Trans key="r">Requested</Trans>,
              `${formatDate(connection.requested_at)}${connection.requested_by ? ` · ${connection.requested_by.name}` : ""}`,
            ],
            connection.connected_at
              ? [
                  <Trans key="c">Connected</Trans>,
                  <span key="v">
                    {formatDate(connection.connected_at)} ·{" "}
                    {connection.approved_by_policy ? (
                      <Trans>approved by policy</Trans>
                    ) : (
                      (connection.approved_by?.name ?? "")
                    )}
                  </span>,
                ]
              : null,
            connection.ended_at ? [<Trans key="e">Ended</Trans>, formatDate(connection.ended_at)] : null,
          ]}
        />
      </section>
      <Card title={<Trans>History</Trans>}>
        <div className="card-body">
          <QueryView query={history}>
            {(items) => (
              <ol className="timeline">
                {newestFirst(items).map((item) => (
                  <li
                    key={`${item.at}${item.kind}${item.tool ?? ""}`}
                    className={item.kind === "delivery" ? "minor" : ""}
                  >
                    <HistoryLine item={item} />
                    {item.reason ? <q className="quote">{item.reason}</q> : null}
                    <span className="small quiet num">
                      {formatInstant(item.at)}
                      {item.by ? ` · ${item.by}` : ""}
                      {item.by_company ? ` · ${item.by_company}` : ""}
                      {item.by_policy ? (
                        <>
                          {" · "}
                          <Trans>by policy</Trans>
                        </>
                      ) : null}
                    </span>
                  </li>
                ))}
              </ol>
            )}
          </QueryView>
        </div>
      </Card>
    </div>
  );
}

const newestFirst = (items: readonly ConnectionHistoryItem[]) =>
  // Of what happened at once, the last is the newest.
  items.toReversed().sort((one, two) => (one.at < two.at ? 1 : one.at > two.at ? -1 : 0));

function HistoryLine({ item }: { item: ConnectionHistoryItem }) {
  const { t } = useLingui();
  const names = useToolNames();
  const words: Record<Exclude<HistoryKind, "delivery">, string> = {
    requested: t`Requested`,
    approved: t`Approved`,
    declined: t`Declined`,
    withdrawn: t`Withdrawn`,
    connected: t`Connected`,
    paused: t`Paused`,
    resumed: t`Resumed`,
    undone: t`Undone`,
    project_deleted: t`The project was deleted`,
    company_closed: t`The company was closed`,
    disconnected: t`Disconnected`,
    expired: t`Expired`,
  };
  const tool = item.tool ? names[item.tool] : null;
  if (item.kind !== "delivery") {
    return (
      <span className="strong">
        {words[item.kind] ?? item.kind}
        {tool ? ` · ${tool}` : null}
      </span>
    );
  }
  const { delivery } = item;
  return (
    <span>
      <Plural value={delivery?.records ?? 0} one="# record arrived" other="# records arrived" />
      {delivery ? (
        <span className="quiet">
          {" "}
          · {tool} · {formatBytes(delivery.bytes)} · {formatDuration(delivery.duration_ms)}
        </span>
      ) : null}
    </span>
  );
}

function EndBanner({ connection }: { connection: Connection }) {
  const end = connection.ended_side === "upstream" ? connection.upstream : connection.downstream;
  // Nobody in person, where whoever runs the installation closed the company.
  const by = connection.ended_by;
  const who = by ? `${by.name}, ${actorCompany(by)}` : end.company.name;
  if (connection.state === "disconnected") {
    return (
      <Banner icon="info" tone="wait">
        <span className="strong">
          <Trans>Disconnected on {formatDate(connection.ended_at)}.</Trans>
        </span>{" "}
        {who}: <q>{connection.reason}</q> <Trans>What was copied stays and is no longer kept in sync.</Trans>{" "}
        <CountedOfEach connection={connection} what="copied" />
      </Banner>
    );
  }
  if (connection.state === "undone") {
    return (
      <Banner icon="info" tone="wait">
        <span className="strong">
          <Trans>Undone by {who}.</Trans>
        </span>{" "}
        <Trans>What had been copied was removed.</Trans>{" "}
        {connection.side === "downstream" ? <Trans>You may ask again.</Trans> : null}
      </Banner>
    );
  }
  if (connection.state === "declined") {
    return (
      <Banner icon="info" tone="wait">
        <span className="strong">
          <Trans>Declined by {who}.</Trans>
        </span>{" "}
        {connection.reason ? <q>{connection.reason}</q> : null}{" "}
        {connection.side === "downstream" ? <Trans>You may ask again.</Trans> : null}
      </Banner>
    );
  }
  return null;
}
