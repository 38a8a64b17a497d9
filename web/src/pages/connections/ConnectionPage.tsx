import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { queries } from "../../api/queries.ts";
import type { Connection, Id } from "../../api/types.ts";
import { AppLink } from "../../components/AppLink.tsx";
import { Banner, QueryView } from "../../components/feedback.tsx";
import { useProjectId } from "../../components/hooks.ts";
import { Facts, Page } from "../../components/Page.tsx";
import { formatDate } from "../../i18n/format.ts";
import { paths } from "../../paths.ts";
import { ConnectionActs } from "./acts.tsx";
import { RequestFacts } from "./asked.tsx";
import { Explanation } from "./Explanation.tsx";
import { History } from "./History.tsx";
import { actorCompany, ConnectionStateMark, CountedOfEach, Direction, inOrder, otherEnd } from "./parts.tsx";
import { Repair } from "./Repair.tsx";
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
      <Repair connection={connection} projectId={projectId} />
      <Explanation connection={connection} projectId={projectId} />
      <History projectId={projectId} connectionId={connection.id} />
    </div>
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
