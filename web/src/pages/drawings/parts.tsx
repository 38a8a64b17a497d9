/** What a drawing looks like wherever it is named: number, revision and state always together. */
import { Trans } from "@lingui/react/macro";
import type { Drawing, Origin, Revision } from "../../api/types.ts";
import { Icon } from "../../components/Icon.tsx";
import { State } from "../../components/State.tsx";

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

export function DrawingState({ drawing, revision }: { drawing: Drawing; revision: Revision | null }) {
  if (drawing.deleted_at || drawing.origin?.deleted_upstream_at) {
    return (
      <State tone="bad" shape="cross">
        <Trans>Deleted</Trans>
      </State>
    );
  }
  if (!revision) return null;
  if (revision.status === "unpublished") {
    return (
      <State tone="wait" shape="ring">
        <Trans>Unpublished</Trans>
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

export function ExternalMark({ origin }: { origin: Origin | null }) {
  return (
    <span className="tag external">
      <Icon name="arrived" />
      <span className="sr">
        <Trans>External, from</Trans>{" "}
      </span>
      <span className="cut">{origin ? origin.company : <Trans>External</Trans>}</span>
    </span>
  );
}

export function SyncMark({ origin }: { origin: Origin }) {
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
