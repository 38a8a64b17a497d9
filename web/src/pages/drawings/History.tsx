/** What happened to a drawing, in the reader's words. */
import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import type { DrawingHistoryItem } from "../../api/types.ts";
import { formatDate, formatInstant } from "../../i18n/format.ts";

const fields: Record<string, MessageDescriptor> = {
  number: msg`Number`,
  title: msg`Title`,
  discipline: msg`Discipline`,
  area: msg`Area`,
  obsolete: msg`Obsolete`,
  revision: msg`Revision`,
  drawing_date: msg`Drawing date`,
  received_date: msg`Received`,
  set: msg`Set`,
  order: msg`Place in the order of revisions`,
};

export function History({ entries }: { entries: readonly DrawingHistoryItem[] }) {
  return (
    <ol className="timeline">
      {entries.map((entry, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a history only grows at its beginning
        <li key={entries.length - index}>
          <span className="words">
            <Happening entry={entry} />
          </span>
          <span className="small quiet num">
            {[formatInstant(entry.at), entry.by, entry.by_company].filter(Boolean).join(" · ")}
          </span>
        </li>
      ))}
    </ol>
  );
}

/** A field with what it was and what it became. */
function Change({ entry }: { entry: DrawingHistoryItem }) {
  const { i18n } = useLingui();
  if (!entry.field) return null;
  const shown = (value: string | null) =>
    value ? (entry.field?.endsWith("_date") ? formatDate(value) : value) : "–";
  const name = fields[entry.field];
  return (
    <>
      {name ? i18n._(name) : entry.field}: {shown(entry.from)} → {shown(entry.to)}
    </>
  );
}

function Happening({ entry }: { entry: DrawingHistoryItem }): ReactNode {
  const revision = entry.revision;
  switch (entry.kind) {
    case "confirmed":
      return <Trans>Rev {revision} confirmed</Trans>;
    case "arrived":
      return <Trans>Rev {revision} arrived</Trans>;
    case "published":
      return entry.by ? (
        <Trans>Rev {revision} published</Trans>
      ) : (
        <Trans>Rev {revision} published on arrival</Trans>
      );
    case "edited":
      return revision ? (
        <>
          <Trans>Rev {revision}</Trans> · <Change entry={entry} />
        </>
      ) : (
        <Change entry={entry} />
      );
    case "changed_upstream":
      if (entry.field === "obsolete") {
        return entry.to === "yes" ? (
          <Trans>Marked obsolete upstream</Trans>
        ) : (
          <Trans>In force again upstream</Trans>
        );
      }
      return (
        <>
          {revision ? <Trans>Rev {revision} changed upstream</Trans> : <Trans>Changed upstream</Trans>} ·{" "}
          <Change entry={entry} />
        </>
      );
    case "current_changed":
      return (
        <Trans>
          Rev {entry.to} is current, no longer Rev {entry.from}
        </Trans>
      );
    case "obsolete":
      return <Trans>Marked obsolete</Trans>;
    case "in_force":
      return <Trans>In force again</Trans>;
    case "obsolete_here":
      return <Trans>Marked obsolete here</Trans>;
    case "replaced_here":
      return <Trans>Replaced here by {entry.to}</Trans>;
    case "in_force_here":
      return <Trans>In force here again</Trans>;
    case "kept_in_log":
      return <Trans>Kept in the log</Trans>;
    case "deleted":
      return revision ? <Trans>Rev {revision} deleted</Trans> : <Trans>Deleted</Trans>;
    case "restored":
      return revision ? <Trans>Rev {revision} restored</Trans> : <Trans>Restored</Trans>;
    case "deleted_upstream":
      return revision ? <Trans>Rev {revision} deleted upstream</Trans> : <Trans>Deleted upstream</Trans>;
    case "restored_upstream":
      return revision ? <Trans>Rev {revision} restored upstream</Trans> : <Trans>Restored upstream</Trans>;
    default:
      return entry.detail || entry.kind;
  }
}
