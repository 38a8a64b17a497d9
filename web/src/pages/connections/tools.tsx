/** The tools of a connection: how each stands. */
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { copying } from "../../api/queries.ts";
import type { ConnectedTool, Connection, Id, Tool } from "../../api/types.ts";
import { pauseOf } from "../../api/words.ts";
import { Banner, ProgressBar } from "../../components/feedback.tsx";
import { Facts } from "../../components/Page.tsx";
import { State } from "../../components/State.tsx";
import { formatAgo, formatDuration, formatNumber } from "../../i18n/format.ts";
import { useToolNames } from "../project/levels.ts";
import { RequestFacts } from "./asked.tsx";
import { actorCompany, Counted, inOrder } from "./parts.tsx";
import { ToolActs } from "./toolActs.tsx";

export function ToolStateMark({ tool }: { tool: ConnectedTool }) {
  if (tool.attention.length > 0 && tool.state === "active") {
    return (
      <State tone="bad" shape="diamond">
        <Trans>Needs attention</Trans>
      </State>
    );
  }
  switch (tool.state) {
    case "waiting_for_approval":
      return (
        <State tone="wait" shape="ring">
          <Trans>Waiting for approval</Trans>
        </State>
      );
    case "active":
      return copying(tool) ? (
        <State tone="ok" shape="half">
          <Trans>First copy running</Trans>
        </State>
      ) : (
        <State tone="ok" shape="dot">
          <Trans>Active</Trans>
        </State>
      );
    case "paused":
      return (
        <State tone="wait" shape="bars">
          <Trans>Paused</Trans>
        </State>
      );
    case "disabled":
      return (
        <State tone="ended" shape="square">
          <Trans>Disabled</Trans>
        </State>
      );
    case "inactive":
      return (
        <State tone="ended" shape="ring">
          <Trans>Inactive</Trans>
        </State>
      );
  }
}

/** How each tool of a connection stands, and what can be done to it. */
export function ToolsStatus({ connection, projectId }: { connection: Connection; projectId: Id }) {
  return (
    <ul className="tools">
      {inOrder(connection.tools).map(({ tool, of }) => (
        <li key={tool} className="stack">
          <ToolStatus connection={connection} name={tool} tool={of} projectId={projectId} />
        </li>
      ))}
    </ul>
  );
}

interface ToolProps {
  connection: Connection;
  name: Tool;
  tool: ConnectedTool;
}

function ToolStatus({ connection, name, tool, projectId }: ToolProps & { projectId: Id }) {
  const { t } = useLingui();
  const names = useToolNames();
  const label = names[name];
  const running = copying(tool);
  return (
    <>
      <div className="row between wrap">
        <span className="row">
          <span className="strong">{label}</span>
          <ToolStateMark tool={tool} />
        </span>
        {running ? (
          <span className="small quiet num" role="status">
            {name === "drawings" ? (
              <Trans>
                {formatNumber(tool.copied)} of {formatNumber(tool.total)} revisions
              </Trans>
            ) : (
              <Trans>
                {formatNumber(tool.copied)} of {formatNumber(tool.total)} records
              </Trans>
            )}
          </span>
        ) : null}
        <ToolActs connection={connection} name={name} tool={tool} projectId={projectId} />
      </div>
      {running ? <ProgressBar value={tool.copied} of={tool.total} label={t`First copy: ${label}`} /> : null}
      {tool.state === "paused" && tool.paused_reason ? <p>{pauseOf(tool.paused_reason)}</p> : null}
      {tool.state === "inactive" || tool.state === "waiting_for_approval" ? (
        <AskedOrNot connection={connection} name={name} tool={tool} />
      ) : running ? null : (
        <Flowing tool={tool} name={name} />
      )}
      {tool.attention.length > 0 ? <Attention items={tool.attention} /> : null}
    </>
  );
}

function Flowing({ tool, name }: { tool: ConnectedTool; name: Tool }) {
  const { t } = useLingui();
  return (
    <Facts
      items={[
        [<Trans key="c">Copied</Trans>, <Counted key="n" tool={name} count={tool.copied} />],
        [
          <Trans key="w">Waiting</Trans>,
          tool.waiting === 0 ? <Trans key="n">none</Trans> : formatNumber(tool.waiting),
        ],
        [
          <Trans key="l">Last arrival</Trans>,
          tool.last_arrival_at ? formatAgo(tool.last_arrival_at) : <Trans key="n">none yet</Trans>,
        ],
        tool.latency_ms
          ? [
              <Trans key="t">Published to arrived</Trans>,
              <span key="v" title={t`Median; 95 of 100 arrive within ${formatDuration(tool.latency_ms.p95)}`}>
                {formatDuration(tool.latency_ms.p50)}{" "}
                <span className="quiet">
                  <Trans>(95 %: {formatDuration(tool.latency_ms.p95)})</Trans>
                </span>
              </span>,
            ]
          : null,
      ]}
    />
  );
}

/** A tool that does not flow: who asked for it, or how the last request for it ended. */
function AskedOrNot({ connection, name, tool }: ToolProps) {
  const { request } = tool;
  if (request && tool.state === "waiting_for_approval") {
    if (connection.side === "downstream") {
      return (
        <p className="quiet">
          <Trans>Waiting for {connection.upstream.company.name} to approve.</Trans>
        </p>
      );
    }
    return (
      <RequestFacts
        who={request.requested_by.name}
        company={actorCompany(request.requested_by)}
        sees={request.requester_sees}
        tools={[name]}
        would={tool.would_arrive ? { [name]: tool.would_arrive } : {}}
      />
    );
  }
  if (request?.state === "declined") {
    return (
      <p className="quiet">
        <Trans>
          Declined by {request.ended_by?.name ?? ""}, {actorCompany(request.ended_by)}.
        </Trans>{" "}
        {request.reason ? <q>{request.reason}</q> : null}
      </p>
    );
  }
  return (
    <p className="quiet">
      <Trans>Not part of this connection.</Trans>
    </p>
  );
}

function Attention({ items }: { items: ConnectedTool["attention"] }) {
  return (
    <Banner tone="bad" icon="warning">
      <span className="strong">
        <Plural
          value={items.length}
          one="# record could not be copied"
          other="# records could not be copied"
        />
      </span>
      <ul>
        {items.slice(0, 5).map((item) => (
          <li key={item.record}>
            {item.label ? <span className="strong">{item.label}: </span> : null}
            {item.reason}
          </li>
        ))}
      </ul>
    </Banner>
  );
}
