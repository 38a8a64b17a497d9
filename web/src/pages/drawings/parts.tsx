/** What a drawing looks like wherever it is named: number, revision and state always together. */
import { Trans, useLingui } from "@lingui/react/macro";
import type { Drawing, Origin, Revision } from "../../api/types.ts";
import { Icon } from "../../components/Icon.tsx";
import { State } from "../../components/State.tsx";
import { formatDate } from "../../i18n/format.ts";

export function RevisionMark({ revision }: { revision: Revision }) {
  const old = revision.superseded_by !== null;
  return (
    <span className={old ? "rev old" : "rev"}>
      <span className="sr">
        <Trans>Revision</Trans>{" "}
      </span>
      {revision.revision || "–"}
    </span>
  );
}

/** What is searched for stands on the sheet itself. */
export function FoundMark() {
  const { t } = useLingui();
  return (
    <span className="quiet small found-mark" title={t`Found on the sheet`}>
      <Icon name="search" />
      <span className="sr">
        <Trans>Found on the sheet</Trans>
      </span>
    </span>
  );
}

export function DrawingState({ drawing, revision }: { drawing: Drawing; revision: Revision | null }) {
  if (drawing.origin?.deleted_upstream_at || revision?.deleted_upstream_at) {
    return (
      <State tone="bad" shape="cross">
        <Trans>Deleted upstream</Trans>
      </State>
    );
  }
  if (drawing.deleted_at || revision?.deleted_at) {
    return (
      <State tone="bad" shape="cross">
        <Trans>Deleted</Trans>
      </State>
    );
  }
  if (!revision) return null;
  if (revision.damaged) {
    return (
      <State tone="bad" shape="diamond">
        <Trans>File damaged</Trans>
      </State>
    );
  }
  if (revision.status === "unpublished") {
    return (
      <State tone="wait" shape="ring">
        <Trans>Unpublished</Trans>
      </State>
    );
  }
  if (drawing.obsolete_here) {
    return (
      <State tone="ended" shape="cross">
        {drawing.obsolete_here.replaced_by ? <Trans>Replaced</Trans> : <Trans>Obsolete here</Trans>}
      </State>
    );
  }
  if (drawing.obsolete) {
    return (
      <State tone="ended" shape="cross">
        <Trans>Obsolete</Trans>
      </State>
    );
  }
  if (revision.current && drawing.newer_upstream) {
    return (
      <State tone="wait" shape="diamond">
        <Trans>Newer issued</Trans>
      </State>
    );
  }
  if (!revision.current) {
    return (
      <State tone="wait" shape="diamond">
        <Trans>Superseded</Trans>
      </State>
    );
  }
  return (
    <State tone="ok" shape="dot">
      <Trans>Current</Trans>
    </State>
  );
}

/** Nothing comes any more, or something is missing: not what arrives by itself or only waits to be published, which is said elsewhere. */
export const isStale = (origin: Origin | null) =>
  !!origin?.out_of_sync && !["catching_up", "not_published_here"].includes(origin.out_of_sync.code);

/** Whose copy it is, and whether it may be older than what upstream has. */
export function ExternalMark({ origin }: { origin: Origin | null }) {
  const stale = isStale(origin);
  return (
    <span className={stale ? "tag external stale" : "tag external"}>
      <Icon name={stale ? "offline" : "arrived"} />
      <span className="sr">
        {stale ? <Trans>External, not in sync, from</Trans> : <Trans>External, from</Trans>}{" "}
      </span>
      <span className="cut">{origin ? origin.company : <Trans>External</Trans>}</span>
    </span>
  );
}

/** The name under which a copy arrived, and the present one where that is another. */
export function OriginName({ name, now }: { name: string; now: string | null }) {
  return (
    <>
      {name}
      {now && now !== name ? (
        <>
          {" "}
          <span className="quiet">
            <Trans>(now {now})</Trans>
          </span>
        </>
      ) : null}
    </>
  );
}

/** Whom to ask for the newer revision which upstream issued and nobody has published here yet: beside a state that says so already. */
export function NewerMark({ drawing }: { drawing: Drawing }) {
  const { t } = useLingui();
  const newer = drawing.newer_upstream;
  // Whoever sees the newer one here looks at it already.
  if (!newer || drawing.revision?.status === "unpublished") return null;
  const issued = formatDate(newer.issued_on);
  const words = t`Upstream issued a newer revision on ${issued}; not yet published here; ask ${newer.ask.join(", ")}.`;
  return (
    <span className="state wait" title={words}>
      <Icon name="warning" />
      <span className="sr">{words}</span>
    </span>
  );
}

export function SyncMark({ origin }: { origin: Origin }) {
  if (origin.out_of_sync?.code === "catching_up") {
    return (
      <State tone="wait" shape="half">
        <Trans>Catching up</Trans>
      </State>
    );
  }
  if (origin.out_of_sync?.code === "not_published_here") {
    return (
      <State tone="wait" shape="diamond">
        <Trans>Newer issued</Trans>
      </State>
    );
  }
  return origin.in_sync ? (
    <State tone="ok" shape="dot">
      <Trans>In sync</Trans>
    </State>
  ) : (
    <State tone="wait" shape="bars">
      <Trans>Not in sync</Trans>
    </State>
  );
}
