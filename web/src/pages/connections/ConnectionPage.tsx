import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { queries } from "../../api/queries.ts";
import type { Connection, ConnectionHistoryItem, HistoryKind, Id } from "../../api/types.ts";
import { AppLink } from "../../components/AppLink.tsx";
import { Banner, QueryView } from "../../components/feedback.tsx";
import { useProjectId } from "../../components/hooks.ts";
import { Card, Facts, Page } from "../../components/Page.tsx";
import { formatBytes, formatDate, formatDuration, formatInstant, formatNumber } from "../../i18n/format.ts";
import { paths } from "../../paths.ts";
import { ConnectionActs } from "./acts.tsx";
import { RequestFacts } from "./ConnectionsPage.tsx";
import { actorCompany, ConnectionStateMark, Direction, FlowStatus, otherEnd } from "./parts.tsx";

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
            connection={connection}
            who={connection.requested_by?.name ?? ""}
            company={actorCompany(connection.requested_by)}
          />
        ) : connection.connected_at ? (
          <FlowStatus connection={connection} />
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
                  <li key={`${item.at}${item.kind}`} className={item.kind === "delivery" ? "minor" : ""}>
                    <HistoryLine item={item} />
                    {item.reason ? <span className="quote">“{item.reason}”</span> : null}
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
  items.toSorted((one, two) => (one.at < two.at ? 1 : one.at > two.at ? -1 : 0));

function HistoryLine({ item }: { item: ConnectionHistoryItem }) {
  const { t } = useLingui();
  const words: Record<Exclude<HistoryKind, "delivery">, string> = {
    requested: t`Requested`,
    approved: t`Approved`,
    declined: t`Declined`,
    withdrawn: t`Withdrawn`,
    connected: t`Connected`,
    paused: t`Paused`,
    resumed: t`Resumed`,
    undone: t`Undone`,
    disconnected: t`Disconnected`,
    expired: t`Expired`,
  };
  if (item.kind !== "delivery") return <span className="strong">{words[item.kind] ?? item.kind}</span>;
  const { delivery } = item;
  return (
    <span>
      <Plural value={delivery?.records ?? 0} one="# record arrived" other="# records arrived" />
      {delivery ? (
        <span className="quiet">
          {" "}
          · {formatBytes(delivery.bytes)} · {formatDuration(delivery.duration_ms)}
        </span>
      ) : null}
    </span>
  );
}

function EndBanner({ connection }: { connection: Connection }) {
  const who = connection.ended_by?.name ?? "";
  const company = actorCompany(connection.ended_by);
  if (connection.state === "disconnected") {
    return (
      <Banner icon="info" tone="wait">
        <span className="strong">
          <Trans>Disconnected on {formatDate(connection.ended_at)}.</Trans>
        </span>{" "}
        <Trans>
          {who}, {company}: “{connection.reason}” The {formatNumber(connection.tools.drawings?.copied ?? 0)}{" "}
          copied revisions stay and are no longer kept in sync.
        </Trans>
      </Banner>
    );
  }
  if (connection.state === "undone") {
    return (
      <Banner icon="info" tone="wait">
        <span className="strong">
          <Trans>
            Undone by {who}, {company}.
          </Trans>
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
          <Trans>
            Declined by {who}, {company}.
          </Trans>
        </span>{" "}
        {connection.reason ? <>“{connection.reason}”</> : null}{" "}
        {connection.side === "downstream" ? <Trans>You may ask again.</Trans> : null}
      </Banner>
    );
  }
  return null;
}
