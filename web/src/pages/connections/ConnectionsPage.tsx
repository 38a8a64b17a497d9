import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { queries } from "../../api/queries.ts";
import type { Connection, Id, Project } from "../../api/types.ts";
import { AppLink } from "../../components/AppLink.tsx";
import { ActLink, LinkButton } from "../../components/Button.tsx";
import { Blank, QueryView } from "../../components/feedback.tsx";
import { useProject, useProjectId } from "../../components/hooks.ts";
import { Page } from "../../components/Page.tsx";
import { formatDate } from "../../i18n/format.ts";
import { paths } from "../../paths.ts";
import { ConnectionActs } from "./acts.tsx";
import { RequestFacts } from "./asked.tsx";
import { actorCompany, ConnectionStateMark, Direction, inOrder } from "./parts.tsx";
import { ToolsStatus } from "./tools.tsx";

const open = (connection: Connection) => connection.state === "requested" || connection.state === "connected";

/** Asked or connected. An upstream that is over does not hide the act: where it cannot be repeated, its refusal says so. */
const hasUpstream = (project: Project | undefined) =>
  ["requested", "connected"].includes(project?.connections.upstream?.state ?? "");

export function ConnectionsPage() {
  const { t } = useLingui();
  const id = useProjectId();
  const project = useProject();
  const connections = useQuery(queries.connections(id));
  return (
    <Page
      windowTitle={`${t`Connection Manager`} · ${project.data?.name ?? ""}`}
      title={<Trans>Connection Manager</Trans>}
      actions={
        <>
          <LinkButton href={paths.connectionSettings(id)} icon="settings">
            <Trans>Settings</Trans>
          </LinkButton>
          {hasUpstream(project.data) ? null : (
            <ActLink
              can={project.data?.can.start_connection}
              href={paths.newConnection(id)}
              look="primary"
              icon="plus"
            >
              <Trans>Connect</Trans>
            </ActLink>
          )}
        </>
      }
    >
      <QueryView query={connections}>
        {(all) =>
          all.length === 0 ? <Empty project={project.data} id={id} /> : <Sections all={all} projectId={id} />
        }
      </QueryView>
    </Page>
  );
}

function Empty({ project, id }: { project: Project | undefined; id: Id }) {
  return (
    <Blank
      icon="connection"
      title={<Trans>This project is not connected</Trans>}
      action={
        <ActLink can={project?.can.start_connection} href={paths.newConnection(id)} look="primary">
          <Trans>Connect an upstream project</Trans>
        </ActLink>
      }
    >
      <Trans>
        Connect it to an upstream project to receive what that project publishes. Only downstream projects can
        start a connection; requests to this project appear here by themselves.
      </Trans>
    </Blank>
  );
}

function Sections({ all, projectId }: { all: readonly Connection[]; projectId: Id }) {
  const waiting = all.filter((one) => one.state === "requested" && one.side === "upstream");
  const upstream = all.filter((one) => one.side === "downstream" && open(one));
  const downstream = all.filter((one) => one.side === "upstream" && one.state === "connected");
  const ended = all.filter((one) => !open(one));
  return (
    <div className="stack wide">
      {waiting.length > 0 ? (
        <Section title={<Trans>Requests waiting for you</Trans>}>
          {waiting.map((one) => (
            <RequestCard key={one.id} connection={one} projectId={projectId} />
          ))}
        </Section>
      ) : null}
      {upstream.length > 0 ? (
        <Section title={<Trans>Upstream connection</Trans>}>
          {upstream.map((one) => (
            <ConnectionCard key={one.id} connection={one} projectId={projectId} />
          ))}
        </Section>
      ) : null}
      {downstream.length > 0 ? (
        <Section title={<Trans>Downstream connections</Trans>}>
          {downstream.map((one) => (
            <ConnectionCard key={one.id} connection={one} projectId={projectId} />
          ))}
        </Section>
      ) : null}
      {ended.length > 0 ? (
        <Section title={<Trans>Ended</Trans>}>
          <ul className="card list">
            {ended.map((one) => (
              <li key={one.id}>
                <EndedLine connection={one} projectId={projectId} />
              </li>
            ))}
          </ul>
        </Section>
      ) : null}
    </div>
  );
}

function Section({ title, children }: { title: ReactNode; children: ReactNode }) {
  return (
    <section className="stack">
      <h2 className="group-title">{title}</h2>
      <div className="stack loose">{children}</div>
    </section>
  );
}

function ConnectionCard({ connection, projectId }: { connection: Connection; projectId: Id }) {
  const requested = connection.state === "requested";
  return (
    <article
      className="card connection"
      aria-label={`${connection.upstream.company.name}, ${connection.downstream.company.name}`}
    >
      <div className="card-body stack loose">
        <div className="row between wrap">
          <ConnectionStateMark state={connection.state} pill />
          <span className="small quiet">
            {requested ? (
              <Trans>
                Asked on {formatDate(connection.requested_at)}
                {connection.requested_by ? ` · ${connection.requested_by.name}` : ""}
              </Trans>
            ) : (
              <Trans>Since {formatDate(connection.connected_at)}</Trans>
            )}
          </span>
        </div>
        <Direction connection={connection} />
        {requested ? (
          <p className="quiet">
            <Trans>
              Waiting for {connection.upstream.company.name} to approve. The request expires on{" "}
              {formatDate(connection.expires_at)}.
            </Trans>
          </p>
        ) : (
          <ToolsStatus connection={connection} projectId={projectId} />
        )}
      </div>
      <div className="card-foot row between wrap">
        <AppLink href={paths.connection(projectId, connection.id)}>
          <Trans>History and details</Trans>
        </AppLink>
        <ConnectionActs connection={connection} projectId={projectId} />
      </div>
    </article>
  );
}

function RequestCard({ connection, projectId }: { connection: Connection; projectId: Id }) {
  const who = connection.requested_by;
  return (
    <article className="card connection request" aria-label={connection.downstream.company.name}>
      <div className="card-body stack loose">
        <div className="row between wrap">
          <ConnectionStateMark state={connection.state} pill />
          <span className="small quiet">
            <Trans>
              {formatDate(connection.requested_at)} · expires {formatDate(connection.expires_at)}
            </Trans>
          </span>
        </div>
        <Direction connection={connection} />
        <RequestFacts
          who={who?.name ?? ""}
          company={actorCompany(who)}
          sees={connection.requester_sees}
          tools={inOrder(connection.tools).map(({ tool }) => tool)}
          would={connection.would_arrive}
        />
      </div>
      <div className="card-foot row between wrap">
        <AppLink href={paths.connection(projectId, connection.id)}>
          <Trans>History and details</Trans>
        </AppLink>
        <ConnectionActs connection={connection} projectId={projectId} />
      </div>
    </article>
  );
}

function EndedLine({ connection, projectId }: { connection: Connection; projectId: Id }) {
  return (
    <AppLink className="line" href={paths.connection(projectId, connection.id)}>
      <span className="stack tight grow">
        <span>
          <span className="strong">
            {connection.side === "upstream"
              ? connection.downstream.company.name
              : connection.upstream.company.name}
          </span>{" "}
          <span className="quiet">
            {connection.side === "upstream"
              ? connection.downstream.project.name
              : connection.upstream.project.name}{" "}
            · {connection.side === "upstream" ? <Trans>downstream</Trans> : <Trans>upstream</Trans>}
          </span>
        </span>
        {connection.reason ? <q className="small quiet cut">{connection.reason}</q> : null}
      </span>
      <ConnectionStateMark state={connection.state} />
      <span className="small quiet num nowrap">{formatDate(connection.ended_at)}</span>
    </AppLink>
  );
}
