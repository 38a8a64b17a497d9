/** Acts on single revisions of an own drawing. */
import { useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import * as api from "../../api/endpoints.ts";
import { topicKey } from "../../api/queries.ts";
import type { DrawingDetail, Id } from "../../api/types.ts";
import { tell, tellProblem } from "../../components/toasts.tsx";

export function useRevisionActs(drawing: DrawingDetail) {
  const { t } = useLingui();
  const client = useQueryClient();
  const act = {
    onSuccess: async () => {
      tell(t`Saved.`);
      await client.invalidateQueries({ queryKey: topicKey("drawings", drawing.project_id) });
    },
    onError: tellProblem,
  };
  const restore = useMutation({ ...act, mutationFn: (id: Id) => api.drawings.restoreRevision(id) });
  const makeCurrent = useMutation({
    ...act,
    mutationFn: (id: Id) => {
      const standing = drawing.revisions.filter((revision) => !revision.deleted_at);
      const others = standing.map((revision) => revision.id).filter((other) => other !== id);
      return api.drawings.orderRevisions(drawing.id, [id, ...others]);
    },
  });
  const byDate = useMutation({ ...act, mutationFn: () => api.drawings.orderRevisions(drawing.id, []) });
  return { restore, makeCurrent, byDate };
}
