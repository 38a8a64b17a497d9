/** The history of a connection, newest first: decisions, pauses, what arrived, comparisons. */
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useInfiniteQuery } from "@tanstack/react-query";
import { queries } from "../../api/queries.ts";
import type { ConnectionHistoryItem, HistoryKind, Id } from "../../api/types.ts";
import { Button } from "../../components/Button.tsx";
import { ProblemView, SkeletonRows } from "../../components/feedback.tsx";
import { Icon } from "../../components/Icon.tsx";
import { Card } from "../../components/Page.tsx";
import { formatBytes, formatDuration, formatInstant, formatNumber } from "../../i18n/format.ts";
import { files } from "../../paths.ts";
import { useToolNames } from "../project/levels.ts";
import { fold, sum } from "./history.ts";

export function History({ projectId, connectionId }: { projectId: Id; connectionId: Id }) {
  const history = useInfiniteQuery(queries.connectionHistory(projectId, connectionId));
  const items = history.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Card
      title={<Trans>History</Trans>}
      actions={
        <a className="btn" href={files.historyCsv(connectionId)} download>
          <Icon name="download" />
          <Trans>CSV</Trans>
        </a>
      }
    >
      <div className="card-body stack">
        {history.isError && !history.data ? (
          <ProblemView error={history.error} retry={() => void history.refetch()} />
        ) : history.isPending ? (
          <SkeletonRows rows={4} />
        ) : (
          <ol className="timeline">
            {fold(items).map((entry) =>
              entry.kind === "one" ? (
                <li key={entry.item.id} className={entry.item.kind === "repair" ? "minor" : ""}>
                  <Happening item={entry.item} />
                </li>
              ) : (
                <li key={entry.items[0].id} className="minor">
                  <Batches items={entry.items} />
                </li>
              ),
            )}
          </ol>
        )}
        {history.hasNextPage ? (
          <div className="row">
            <Button onPress={() => void history.fetchNextPage()} pending={history.isFetchingNextPage}>
              <Trans>Show older ones</Trans>
            </Button>
          </div>
        ) : null}
      </div>
    </Card>
  );
}

function Happening({ item }: { item: ConnectionHistoryItem }) {
  const { t } = useLingui();
  const names = useToolNames();
  // Of a stored file the reason is the sheet's number; everywhere else somebody's words.
  const ofFile = item.kind === "damaged" || item.kind === "healed";
  const sheet = item.reason ?? "";
  const words: Record<Exclude<HistoryKind, "delivery" | "repair">, string> = {
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
    damaged: t`The stored file of ${sheet} is damaged`,
    healed: t`The stored file of ${sheet} is sound again`,
  };
  return (
    <>
      {item.kind === "delivery" || item.kind === "repair" ? (
        <Comparison item={item} />
      ) : (
        <span className="strong">
          {words[item.kind] ?? item.kind}
          {item.tool ? ` · ${names[item.tool]}` : null}
        </span>
      )}
      {item.reason && !ofFile ? <q className="quote">{item.reason}</q> : null}
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
    </>
  );
}

function Comparison({ item }: { item: ConnectionHistoryItem }) {
  const { repair } = item;
  if (!repair) return null;
  const found = repair.missing + repair.changed + repair.unknown;
  return (
    <span className={found > 0 ? "strong" : ""}>
      {repair.complete ? (
        <Plural
          value={repair.compared}
          one="# record compared with upstream"
          other="# records compared with upstream"
        />
      ) : (
        <Plural
          value={repair.compared}
          one="Comparison stopped after # record"
          other="Comparison stopped after # records"
        />
      )}
      {" · "}
      {found === 0 ? (
        <Trans>no difference</Trans>
      ) : (
        <Trans>
          {formatNumber(repair.missing)} missing, {formatNumber(repair.changed)} changed,{" "}
          {formatNumber(repair.unknown)} unknown upstream; {formatNumber(repair.repaired)} repaired
        </Trans>
      )}
    </span>
  );
}

function Arrived({ items }: { items: readonly ConnectionHistoryItem[] }) {
  const names = useToolNames();
  const total = sum(items);
  const tool = items[0]?.tool;
  return (
    <span>
      {total.arrived === 0 ? (
        <Plural
          value={total.records}
          one="# record brought up to date"
          other="# records brought up to date"
        />
      ) : tool === "drawings" ? (
        <Plural value={total.arrived} one="# revision arrived" other="# revisions arrived" />
      ) : (
        <Plural value={total.arrived} one="# record arrived" other="# records arrived" />
      )}
      <span className="quiet num">
        {tool ? ` · ${names[tool]}` : ""}
        {total.bytes > 0 ? ` · ${formatBytes(total.bytes)}` : ""} · {formatDuration(total.duration)}
      </span>
    </span>
  );
}

/** One batch is a line; several of one minute open to be seen. */
function Batches({ items }: { items: readonly [ConnectionHistoryItem, ...ConnectionHistoryItem[]] }) {
  const when = <span className="small quiet num">{formatInstant(items[0].at)}</span>;
  if (items.length === 1) {
    return (
      <>
        <Arrived items={items} />
        {when}
      </>
    );
  }
  return (
    <details className="fold">
      <summary>
        <span className="stack tight">
          <Arrived items={items} />
          <span className="small quiet num">
            {formatInstant(items[0].at)} · <Plural value={items.length} one="# batch" other="# batches" />
          </span>
        </span>
      </summary>
      <ul className="stack tight">
        {items.map((item) => (
          <li key={item.id} className="small num">
            {formatInstant(item.at)} · <Arrived items={[item]} />
          </li>
        ))}
      </ul>
    </details>
  );
}
