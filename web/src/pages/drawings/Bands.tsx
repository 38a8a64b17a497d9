/** Whether what is shown may be built from, said across the whole width and across the picture; most serious first. */
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import type { DrawingDetail, Id, Origin, Revision } from "../../api/types.ts";
import { AppLink } from "../../components/AppLink.tsx";
import { Button, LinkButton } from "../../components/Button.tsx";
import { Icon } from "../../components/Icon.tsx";
import { formatDate, formatInstant } from "../../i18n/format.ts";
import { paths } from "../../paths.ts";
import { isStale, OriginName, SyncMark } from "./parts.tsx";

function Band({
  tone,
  children,
  action,
}: {
  tone: "wait" | "bad" | "ended" | "ok";
  children: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className={`band ${tone}`} role={tone === "ok" ? undefined : "status"}>
      <span className="grow">{children}</span>
      {action}
    </div>
  );
}

interface Props {
  drawing: DrawingDetail;
  revision: Revision | null;
  onOpen: (id: Id) => void;
}

export function Bands(props: Props) {
  const { drawing, revision } = props;
  const { origin } = drawing;
  return (
    <>
      <Superseded {...props} />
      <Obsolete drawing={drawing} />
      {revision?.deleted_at ? (
        <Band tone="bad">
          <Trans>
            Rev {revision.revision} was deleted on {formatDate(revision.deleted_at)}. Do not build from it.
          </Trans>
        </Band>
      ) : null}
      {drawing.deleted_at && !origin?.deleted_upstream_at ? (
        <Band tone="bad">
          <Trans>Deleted on {formatDate(drawing.deleted_at)}.</Trans>
        </Band>
      ) : null}
      {origin?.deleted_upstream_at ? (
        <Band tone="bad">
          <Trans>
            Deleted upstream on {formatDate(origin.deleted_upstream_at)}. Your copy and its file stay.
          </Trans>
        </Band>
      ) : revision?.deleted_upstream_at ? (
        <Band tone="bad">
          <Trans>
            Rev {revision.revision} was deleted upstream on {formatDate(revision.deleted_upstream_at)}. Your
            copy and its file stay.
          </Trans>
        </Band>
      ) : null}
      {revision?.damaged ? (
        <Band tone="bad">
          <span className="strong">
            <Trans>The stored file is damaged.</Trans>
          </span>{" "}
          {origin ? (
            <Trans>It is not given out. Ask {origin.company} to upload the same file again.</Trans>
          ) : (
            <Trans>It is not given out. Upload the same file again, and it is sound.</Trans>
          )}
        </Band>
      ) : null}
      <Newer {...props} />
      {revision?.status === "unpublished" ? (
        <Band tone="wait">
          <Trans>Unpublished. Only Drawings Admins see this revision.</Trans>
        </Band>
      ) : null}
      {origin ? <FromUpstream origin={origin} /> : null}
    </>
  );
}

function Superseded({ drawing, revision, onOpen }: Props) {
  const superseding =
    revision && !revision.current
      ? (drawing.revisions.find((candidate) => candidate.current) ??
        drawing.revisions.find((candidate) => candidate.id === revision.superseded_by?.id))
      : undefined;
  if (!revision?.superseded_by || !superseding) return null;
  return (
    <Band
      tone="bad"
      action={
        <Button onPress={() => onOpen(superseding.id)}>
          <Trans>Open Rev {superseding.revision}</Trans>
        </Button>
      }
    >
      <span className="strong">
        <Trans>Superseded.</Trans>
      </span>{" "}
      <Trans>Rev {superseding.revision} is the current one. Do not build from this sheet.</Trans>
    </Band>
  );
}

function Obsolete({ drawing }: { drawing: DrawingDetail }) {
  const here = drawing.obsolete_here;
  const replacement = here?.replaced_by;
  return (
    <>
      {here ? (
        <Band
          tone="bad"
          action={
            replacement ? (
              <AppLink className="btn" href={paths.drawing(drawing.project_id, replacement.id)}>
                <Trans>Open {replacement.number}</Trans>
              </AppLink>
            ) : null
          }
        >
          <span className="strong">
            {replacement ? (
              <Trans>Replaced here by {replacement.number}.</Trans>
            ) : (
              <Trans>Obsolete here.</Trans>
            )}
          </span>{" "}
          <Trans>
            Marked by {here.by} on {formatDate(here.at)}, whatever upstream says. Do not build from it.
          </Trans>
        </Band>
      ) : null}
      {drawing.obsolete ? (
        <Band tone="bad">
          <span className="strong">
            <Trans>Obsolete.</Trans>
          </span>{" "}
          <Trans>This drawing is no longer in force. Do not build from it.</Trans>
        </Band>
      ) : null}
    </>
  );
}

function Newer({ drawing, revision, onOpen }: Props) {
  const newer = drawing.newer_upstream;
  if (!newer) return null;
  const waiting = drawing.revisions.find((candidate) => candidate.status === "unpublished");
  if (waiting && waiting.id === revision?.id) return null;
  if (waiting) {
    return (
      <Band
        tone="wait"
        action={
          <>
            {revision ? (
              <LinkButton
                href={paths.compare(drawing.project_id, drawing.id, {
                  before: revision.id,
                  after: waiting.id,
                })}
              >
                <Trans>Compare</Trans>
              </LinkButton>
            ) : null}
            <Button onPress={() => onOpen(waiting.id)}>
              <Trans>Open Rev {waiting.revision}</Trans>
            </Button>
          </>
        }
      >
        <Trans>
          Upstream issued a newer revision on {formatDate(newer.issued_on)}; it waits here to be published.
        </Trans>
      </Band>
    );
  }
  return (
    <Band tone="wait">
      <NewerWords issuedOn={newer.issued_on} ask={newer.ask} />
    </Band>
  );
}

/** Nothing of what is in it: only that there is one, and whom to ask. */
export function NewerWords({ issuedOn, ask }: { issuedOn: string; ask: readonly string[] }) {
  if (ask.length === 0) {
    return <Trans>Upstream issued a newer revision on {formatDate(issuedOn)}; not yet published here.</Trans>;
  }
  return (
    <Trans>
      Upstream issued a newer revision on {formatDate(issuedOn)}; not yet published here; ask {ask.join(", ")}
      .
    </Trans>
  );
}

function FromUpstream({ origin }: { origin: Origin }) {
  return (
    <>
      {origin.out_of_sync && isStale(origin) ? (
        <Band tone="wait">
          <span className="strong">
            {origin.disconnected_on ? (
              <Trans>Not in sync since {formatDate(origin.disconnected_on)}.</Trans>
            ) : (
              <Trans>Not in sync.</Trans>
            )}
          </span>{" "}
          <WhyOutOfSync code={origin.out_of_sync.code} message={origin.out_of_sync.message} />
        </Band>
      ) : null}
      <Band tone="ok">
        <span className="origin-line">
          <Icon name="arrived" />
          <span className="cut">
            <Trans>
              From <OriginName name={origin.company} now={origin.company_now} /> ·{" "}
              <OriginName name={origin.project} now={origin.project_now} /> · arrived{" "}
              {formatInstant(origin.arrived_at)}
            </Trans>
          </span>
          <SyncMark origin={origin} />
        </span>
      </Band>
    </>
  );
}

export function WhyOutOfSync({ code, message }: { code: string; message: string }) {
  switch (code) {
    case "disconnected":
      return <Trans>The projects are disconnected; newer revisions will not arrive.</Trans>;
    case "upstream_inactive":
      return <Trans>The upstream project is inactive; newer revisions arrive when it is active again.</Trans>;
    case "downstream_inactive":
      return <Trans>This project is inactive; newer revisions arrive when it is active again.</Trans>;
    case "upstream_tool_off":
      return (
        <Trans>Drawings are switched off upstream; newer revisions arrive when they are on again.</Trans>
      );
    case "downstream_tool_off":
      return <Trans>Drawings are switched off here; newer revisions arrive when they are on again.</Trans>;
    case "needs_attention":
      return <Trans>Something newer of this drawing could not be copied yet; the connection says why.</Trans>;
    case "not_published_here":
      return <Trans>Upstream issued a newer revision; it is not published here yet.</Trans>;
    case "catching_up":
      return <Trans>Changes upstream are on their way.</Trans>;
    default:
      return message;
  }
}

/** The most serious of it, across the picture itself: it stays in sight however far one has zoomed in. */
export function Stamp({ drawing, revision }: { drawing: DrawingDetail; revision: Revision | null }) {
  const { t } = useLingui();
  const here = drawing.obsolete_here;
  const words = () => {
    if (revision?.deleted_at || drawing.deleted_at) return t`Deleted`;
    if (drawing.origin?.deleted_upstream_at || revision?.deleted_upstream_at) return t`Deleted upstream`;
    if (here?.replaced_by) return t`Replaced by ${here.replaced_by.number}`;
    if (here) return t`Obsolete here`;
    if (drawing.obsolete) return t`Obsolete`;
    if (revision?.superseded_by) return t`Superseded`;
    if (revision?.status === "unpublished") return t`Unpublished`;
    if (drawing.newer_upstream) return t`Newer revision issued`;
    if (drawing.origin?.disconnected_on) return t`Not in sync`;
    return null;
  };
  const text = words();
  if (!text) return null;
  return (
    <div className="stamp" aria-hidden="true">
      <span>{text}</span>
    </div>
  );
}
