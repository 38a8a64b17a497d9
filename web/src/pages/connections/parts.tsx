/** How a connection and its tools are shown: who to whom, in which state, how far. */
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { copying } from "../../api/queries.ts";
import type {
  Actor,
  ArrivalMode,
  Connection,
  ConnectionEnd,
  ConnectionState,
  SheetCount,
  WouldArrive,
} from "../../api/types.ts";
import { Banner, ProgressBar } from "../../components/feedback.tsx";
import { Facts } from "../../components/Page.tsx";
import { State } from "../../components/State.tsx";
import { formatAgo, formatBytes, formatDuration, formatNumber } from "../../i18n/format.ts";

export const actorCompany = (actor: Actor | null): string => actor?.company ?? "";

export function ConnectionStateMark({ state, pill }: { state: ConnectionState; pill?: boolean }) {
  const look = pill ? { pill } : {};
  switch (state) {
    case "requested":
      return (
        <State tone="wait" shape="ring" {...look}>
          <Trans>Requested</Trans>
        </State>
      );
    case "connected":
      return (
        <State tone="ok" shape="dot" {...look}>
          <Trans>Connected</Trans>
        </State>
      );
    case "declined":
      return (
        <State tone="bad" shape="cross" {...look}>
          <Trans>Declined</Trans>
        </State>
      );
    case "withdrawn":
      return (
        <State tone="ended" shape="cross" {...look}>
          <Trans>Withdrawn</Trans>
        </State>
      );
    case "expired":
      return (
        <State tone="ended" shape="half" {...look}>
          <Trans>Expired</Trans>
        </State>
      );
    case "disconnected":
      return (
        <State tone="ended" shape="square" {...look}>
          <Trans>Disconnected</Trans>
        </State>
      );
  }
}

export function ToolStateMark({ connection }: { connection: Connection }) {
  const tool = connection.tools.drawings;
  if (!tool) return null;
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
      return copying(connection) ? (
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

function End({ end, role, own }: { end: ConnectionEnd; role: ReactNode; own: boolean }) {
  return (
    <div className={own ? "party own" : "party"}>
      <span className="small quiet">{role}</span>
      <span className="strong">{end.company.name}</span>
      <span className="quiet">
        {end.project.name}
        {end.project.number ? ` · ${end.project.number}` : null}
      </span>
      {end.active ? null : (
        <State tone="ended" shape="ring">
          <Trans>Inactive project</Trans>
        </State>
      )}
    </div>
  );
}

/** Upstream to downstream, always in that order; the arrow says which way data flows and whether it does. */
export function Direction({ connection }: { connection: Connection }) {
  const flows = connection.state === "connected" && connection.tools.drawings?.state === "active";
  const stopped = connection.state === "connected" && !flows;
  const asked = connection.state === "requested";
  return (
    <div className="direction">
      <End end={connection.upstream} role={<Trans>Upstream</Trans>} own={connection.side === "upstream"} />
      <svg
        className={`flow ${flows ? "on" : asked ? "asked" : stopped ? "held" : "off"}`}
        viewBox="0 0 72 24"
        aria-hidden="true"
      >
        <path className="flow-line" d="M4 12h56" />
        <path className="flow-head" d="m55 6 8 6-8 6" />
        {stopped ? <path className="flow-gate" d="M30 4v16M38 4v16" /> : null}
        {!flows && !asked && !stopped ? <path className="flow-cut" d="m28 5 12 14M40 5 28 19" /> : null}
      </svg>
      <End
        end={connection.downstream}
        role={<Trans>Downstream</Trans>}
        own={connection.side === "downstream"}
      />
    </div>
  );
}

/** How the flow of drawings stands, with a bar while the first copy runs. */
export function FlowStatus({ connection }: { connection: Connection }) {
  const { t } = useLingui();
  const tool = connection.tools.drawings;
  if (!tool) return null;
  const running = copying(connection);
  return (
    <div className="stack">
      <div className="row between wrap">
        <span className="row">
          <span className="strong">
            <Trans>Drawings</Trans>
          </span>
          <ToolStateMark connection={connection} />
        </span>
        {running ? (
          <span className="small quiet num" role="status">
            <Trans>
              {formatNumber(tool.copied)} of {formatNumber(tool.total)} revisions
            </Trans>
          </span>
        ) : null}
      </div>
      {running ? <ProgressBar value={tool.copied} of={tool.total} label={t`First copy of drawings`} /> : null}
      {tool.state === "paused" && tool.paused_reason ? <p>{tool.paused_reason.message}</p> : null}
      {running ? null : (
        <Facts
          items={[
            [
              <Trans key="c">Copied</Trans>,
              <Plural key="n" value={tool.copied} one="# revision" other="# revisions" />,
            ],
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
                  <span
                    key="v"
                    title={t`Median; 95 of 100 arrive within ${formatDuration(tool.latency_ms.p95)}`}
                  >
                    {formatDuration(tool.latency_ms.p50)}{" "}
                    <span className="quiet">
                      <Trans>(95 %: {formatDuration(tool.latency_ms.p95)})</Trans>
                    </span>
                  </span>,
                ]
              : null,
          ]}
        />
      )}
      {tool.attention.length > 0 ? (
        <Banner tone="bad" icon="warning">
          <span className="strong">
            <Plural
              value={tool.attention.length}
              one="# sheet could not be copied"
              other="# sheets could not be copied"
            />
          </span>
          <ul>
            {tool.attention.slice(0, 5).map((item) => (
              <li key={item.record}>
                {item.sheet ? <span className="strong">{item.sheet}: </span> : null}
                {item.reason}
              </li>
            ))}
          </ul>
        </Banner>
      ) : null}
    </div>
  );
}

/** What a connection would bring, counted by area and discipline. */
export function WouldArriveView({ would }: { would: WouldArrive }) {
  const { sheets, revisions, bytes, by_area, by_discipline } = would.drawings;
  return (
    <div className="stack">
      <p className="num">
        <span className="strong">
          <Plural value={sheets} one="# sheet" other="# sheets" />
        </span>
        {" · "}
        <Plural value={revisions} one="# revision" other="# revisions" />
        {" · "}
        {formatBytes(bytes)}
      </p>
      {sheets > 0 ? (
        <div className="breakdown">
          <Counts title={<Trans>By discipline</Trans>} counts={by_discipline} of={sheets} />
          {by_area.length > 1 ? <Counts title={<Trans>By area</Trans>} counts={by_area} of={sheets} /> : null}
        </div>
      ) : null}
    </div>
  );
}

const largestFirst = (one: SheetCount, two: SheetCount) =>
  two.sheets - one.sheets || one.name.localeCompare(two.name);

function Counts({ title, counts, of }: { title: ReactNode; counts: readonly SheetCount[]; of: number }) {
  return (
    <div className="stack tight grow">
      <span className="label">{title}</span>
      <ul className="stack tight">
        {counts.toSorted(largestFirst).map((count) => (
          <li key={count.name} className="count-line">
            <span className="cut">{count.name}</span>
            <span className="count-bar" aria-hidden="true">
              <span style={{ transform: `scaleX(${of > 0 ? count.sheets / of : 0})` }} />
            </span>
            <span className="num">{formatNumber(count.sheets)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

export function useArrivalChoices(): { id: ArrivalMode; title: string; note: string }[] {
  const { t } = useLingui();
  return [
    {
      id: "review",
      title: t`Review first`,
      note: t`Sheets land unpublished. A Drawings Admin looks at them and publishes.`,
    },
    {
      id: "publish",
      title: t`Publish on arrival`,
      note: t`Everyone who may see drawings here sees them at once. Nobody gets an e-mail.`,
    },
    {
      id: "publish_and_distribute",
      title: t`Publish and distribute on arrival`,
      note: t`As above, and subscribers of the log get an e-mail.`,
    },
  ];
}

export const otherEnd = (connection: Connection): ConnectionEnd =>
  connection.side === "upstream" ? connection.downstream : connection.upstream;
