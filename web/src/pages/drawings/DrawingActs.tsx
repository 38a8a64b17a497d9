/** What can be done with a drawing and the revision that is shown. */
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import * as api from "../../api/endpoints.ts";
import { topicKey } from "../../api/queries.ts";
import type { DrawingDetail, Id, Revision } from "../../api/types.ts";
import { ActButton } from "../../components/Button.tsx";
import { tell, tellProblem } from "../../components/toasts.tsx";
import { EditDrawing } from "./EditDrawing.tsx";
import { EditRevision } from "./EditRevision.tsx";
import { MarkObsoleteHere } from "./MarkObsoleteHere.tsx";
import { useRevisionActs } from "./revisionActs.ts";

export function DrawingActs({ drawing, revision }: { drawing: DrawingDetail; revision: Revision | null }) {
  const { t } = useLingui();
  const client = useQueryClient();
  const [open, setOpen] = useState<"drawing" | "revision" | "here" | null>(null);
  const { makeCurrent } = useRevisionActs(drawing);
  const done = (text: string) => async () => {
    tell(text);
    await client.invalidateQueries({ queryKey: topicKey("drawings", drawing.project_id) });
  };
  const obsolete = useMutation({
    mutationFn: (value: boolean) => api.drawings.update(drawing.id, { obsolete: value }),
    onSuccess: done(t`Saved.`),
    onError: tellProblem,
  });
  const publish = useMutation({
    mutationFn: (id: Id) => api.drawings.publish(drawing.project_id, { revision_ids: [id] }, false),
    onSuccess: done(t`Published.`),
    onError: tellProblem,
  });
  const remove = useMutation({
    mutationFn: () => api.drawings.remove(drawing.id),
    onSuccess: done(t`Deleted. It can be restored from the deleted report.`),
    onError: tellProblem,
  });
  const restore = useMutation({
    mutationFn: () => api.drawings.restore(drawing.id),
    onSuccess: done(t`Restored.`),
    onError: tellProblem,
  });
  const unmark = useMutation({
    mutationFn: () => api.drawings.unmarkObsoleteHere(drawing.id),
    onSuccess: done(t`Saved.`),
    onError: tellProblem,
  });
  const keep = useMutation({
    mutationFn: () => api.drawings.keepInLog(drawing.id),
    onSuccess: done(t`Kept in the log.`),
    onError: tellProblem,
  });
  const { can } = drawing;
  const close = () => setOpen(null);
  const publishing =
    revision?.status === "unpublished" ? (
      <ActButton
        can={can.publish}
        look="primary"
        onPress={() => publish.mutate(revision.id)}
        pending={publish.isPending}
      >
        <Trans>Publish this revision</Trans>
      </ActButton>
    ) : null;
  if (drawing.external) {
    return (
      <>
        <p className="small quiet">
          <Trans>Copied fields are read-only here; upstream changes them.</Trans>
        </p>
        <div className="row wrap">
          {publishing}
          {drawing.origin?.deleted_upstream_at ? (
            <ActButton can={can.keep_in_log} onPress={() => keep.mutate()} pending={keep.isPending}>
              <Trans>Keep in the log</Trans>
            </ActButton>
          ) : null}
          <ActButton can={can.mark_obsolete_here} onPress={() => setOpen("here")}>
            {drawing.obsolete_here ? <Trans>Change the mark…</Trans> : <Trans>Obsolete here…</Trans>}
          </ActButton>
          {drawing.obsolete_here ? (
            <ActButton
              can={can.mark_obsolete_here}
              onPress={() => unmark.mutate()}
              pending={unmark.isPending}
            >
              <Trans>In force here again</Trans>
            </ActButton>
          ) : null}
        </div>
        {open === "here" ? <MarkObsoleteHere drawing={drawing} onClose={close} /> : null}
      </>
    );
  }
  const own = revision && !revision.deleted_at ? revision : null;
  return (
    <div className="row wrap">
      {publishing}
      <ActButton can={can.update} onPress={() => setOpen("drawing")}>
        <Trans>Edit</Trans>
      </ActButton>
      {own ? (
        <ActButton can={can.update} onPress={() => setOpen("revision")}>
          <Trans>Edit Rev {own.revision}</Trans>
        </ActButton>
      ) : null}
      {own && own.status === "published" && !own.current ? (
        <ActButton
          can={can.update}
          onPress={() => makeCurrent.mutate(own.id)}
          pending={makeCurrent.isPending}
        >
          <Trans>Make Rev {own.revision} current</Trans>
        </ActButton>
      ) : null}
      {open === "drawing" ? <EditDrawing drawing={drawing} onClose={close} /> : null}
      {open === "revision" && own ? <EditRevision drawing={drawing} revision={own} onClose={close} /> : null}
      <ActButton
        can={can.update}
        onPress={() => obsolete.mutate(!drawing.obsolete)}
        pending={obsolete.isPending}
      >
        {drawing.obsolete ? <Trans>Not obsolete</Trans> : <Trans>Mark obsolete</Trans>}
      </ActButton>
      {drawing.deleted_at ? (
        <ActButton can={can.restore} onPress={() => restore.mutate()} pending={restore.isPending}>
          <Trans>Restore</Trans>
        </ActButton>
      ) : (
        <ActButton can={can.delete} look="danger" onPress={() => remove.mutate()} pending={remove.isPending}>
          <Trans>Delete</Trans>
        </ActButton>
      )}
    </div>
  );
}
