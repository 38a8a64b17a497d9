/** What is asked for: by whom, and what it would bring. */
import { Plural, Trans } from "@lingui/react/macro";
import { Fragment, type ReactNode } from "react";
import type { ByTool, RequesterSees, Share, ToArrive, Tool } from "../../api/types.ts";
import { formatBytes, formatNumber } from "../../i18n/format.ts";
import { formatLocale } from "../../i18n/index.ts";
import { useLevelNames, useToolNames } from "../project/levels.ts";
import { Counted, inOrder, sharedOrder } from "./parts.tsx";

/** A request as those see it who may answer: who asks, what they see already, what would come. */
export function RequestFacts({
  who,
  company,
  sees,
  tools,
  would,
}: {
  who: string;
  company: string;
  sees: RequesterSees | null;
  tools: readonly Tool[];
  would: ByTool<ToArrive>;
}) {
  const names = useToolNames();
  return (
    <div className="request-facts">
      <div className="stack tight">
        <span className="label">
          <Trans>Who asks</Trans>
        </span>
        <span className="strong">{who}</span>
        <span className="quiet">{company}</span>
        {sees ? <Sees sees={sees} /> : null}
      </div>
      <div className="stack tight">
        <span className="label">
          <Trans>What they would receive</Trans>
        </span>
        {tools
          .filter((tool) => tool === "drawings" || !would[tool])
          .map((tool) => (
            <span key={tool}>
              {tool === "drawings" ? (
                <Trans>All published drawings, now and as they are published</Trans>
              ) : (
                names[tool]
              )}
            </span>
          ))}
        <WouldArriveView would={would} />
      </div>
    </div>
  );
}

function Sees({ sees }: { sees: RequesterSees }) {
  const levelNames = useLevelNames();
  const names = useToolNames();
  const has = sharedOrder.filter((tool) => sees.levels[tool] !== "none" && sees.levels[tool] !== undefined);
  return (
    <span className="quiet">
      {has.length === 0 ? (
        <Trans>Has no level on a tool that is shared.</Trans>
      ) : (
        has.map((tool) => `${names[tool]}: ${levelNames[sees.levels[tool]]}`).join(" · ")
      )}
      {inOrder(sees.records).map(({ tool, of }) => (
        <Fragment key={tool}>
          <br />
          {tool === "drawings" ? (
            <Plural
              value={of}
              one="Sees # published drawing in your project already."
              other="Sees # published drawings in your project already."
            />
          ) : (
            <Trans>
              Sees in your project already, of {names[tool]}: <Counted tool={tool} count={of} />
            </Trans>
          )}
        </Fragment>
      ))}
    </span>
  );
}

/** What a connection would bring of each tool, counted by area and discipline. */
export function WouldArriveView({ would, only }: { would: ByTool<ToArrive>; only?: readonly Tool[] }) {
  const names = useToolNames();
  const shown = inOrder(would).filter(({ tool }) => only?.includes(tool) ?? true);
  return shown.map(({ tool, of: { records, revisions, bytes, by_area, by_discipline } }) => (
    <div key={tool} className="stack">
      <p className="num">
        <span className="strong">
          {tool === "drawings" ? null : `${names[tool]}: `}
          {tool === "drawings" ? (
            <Plural value={records} one="# sheet" other="# sheets" />
          ) : (
            <Counted tool={tool} count={records} />
          )}
        </span>
        {tool === "drawings" ? (
          <>
            {" · "}
            <Plural value={revisions} one="# revision" other="# revisions" />
          </>
        ) : null}
        {" · "}
        {formatBytes(bytes)}
      </p>
      {records > 0 && by_discipline.length + by_area.length > 0 ? (
        <div className="breakdown">
          <Counts title={<Trans>By discipline</Trans>} counts={by_discipline} of={records} />
          {by_area.length > 1 ? (
            <Counts title={<Trans>By area</Trans>} counts={by_area} of={records} />
          ) : null}
        </div>
      ) : null}
    </div>
  ));
}

const largestFirst = (one: Share, two: Share) =>
  two.records - one.records || one.name.localeCompare(two.name, formatLocale());

function Counts({ title, counts, of }: { title: ReactNode; counts: readonly Share[]; of: number }) {
  return (
    <div className="stack tight grow">
      <span className="label">{title}</span>
      <ul className="stack tight">
        {counts.toSorted(largestFirst).map((count) => (
          <li key={count.name} className="count-line">
            <span className="cut">{count.name}</span>
            <span className="count-bar" aria-hidden="true">
              <span style={{ transform: `scaleX(${of > 0 ? count.records / of : 0})` }} />
            </span>
            <span className="num">{formatNumber(count.records)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
