/** How a connection is shown: who to whom, in which state, how much of what. */
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Fragment, type ReactNode } from "react";
import type {
  Actor,
  ArrivalMode,
  ByTool,
  Connection,
  ConnectionEnd,
  ConnectionState,
  Tool,
} from "../../api/types.ts";
import { State } from "../../components/State.tsx";
import { useToolNames } from "../project/levels.ts";

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
    case "undone":
      return (
        <State tone="ended" shape="cross" {...look}>
          <Trans>Undone</Trans>
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
  const flows =
    connection.state === "connected" &&
    Object.values(connection.tools).some((tool) => tool.state === "active");
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

/** In the order in which the screen shows them. */
export const sharedOrder: readonly Tool[] = ["drawings", "rfis", "submittals"];

/** What is told of some tools, in that order. */
export function inOrder<T>(told: ByTool<T>): { tool: Tool; of: T }[] {
  return sharedOrder.flatMap((tool) => {
    const of = told[tool];
    return of === undefined ? [] : [{ tool, of }];
  });
}

/** A number of what a tool counts: of drawings, revisions. */
export function Counted({ tool, count }: { tool: Tool; count: number }) {
  return tool === "drawings" ? (
    <Plural value={count} one="# revision" other="# revisions" />
  ) : (
    <Plural value={count} one="# record" other="# records" />
  );
}

/** Of each tool that flows or did: how much of it was copied, or waits. */
export function CountedOfEach({
  connection,
  what,
  only,
}: {
  connection: Connection;
  what: "copied" | "waiting";
  only?: Tool | undefined;
}) {
  const names = useToolNames();
  const counted = inOrder(connection.tools).filter(({ tool, of }) => of[what] > 0 && (only ?? tool) === tool);
  return counted.map(({ tool, of }, index) => (
    <Fragment key={tool}>
      {index > 0 ? ", " : null}
      {counted.length > 1 ? `${names[tool]}: ` : null}
      <Counted tool={tool} count={of[what]} />
    </Fragment>
  ));
}

export const countOf = (connection: Connection, what: "copied" | "waiting"): number =>
  inOrder(connection.tools).reduce((sum, { of }) => sum + of[what], 0);

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
