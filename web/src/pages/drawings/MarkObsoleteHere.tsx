/** Says that a copy is not to be built from here: obsolete, or replaced by an own drawing. Upstream never hears of it. */
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import * as api from "../../api/endpoints.ts";
import { queries, topicKey } from "../../api/queries.ts";
import type { DrawingDetail } from "../../api/types.ts";
import { Button } from "../../components/Button.tsx";
import { Dialog } from "../../components/Dialog.tsx";
import { ProblemBanner } from "../../components/feedback.tsx";
import { RadioCards, Search } from "../../components/fields.tsx";
import { tell } from "../../components/toasts.tsx";

const obsolete = "obsolete";

export function MarkObsoleteHere({ drawing, onClose }: { drawing: DrawingDetail; onClose: () => void }) {
  const { t } = useLingui();
  const client = useQueryClient();
  const before = drawing.obsolete_here?.replaced_by;
  const [choice, setChoice] = useState<string>(before?.id ?? obsolete);
  const [q, setQ] = useState("");
  const own = useQuery(queries.ownDrawings(drawing.project_id, useDeferredValue(q.trim())));
  const found = own.data?.items ?? [];
  const listed = before && !found.some((candidate) => candidate.id === before.id) ? [before] : [];
  const mark = useMutation({
    mutationFn: () => api.drawings.markObsoleteHere(drawing.id, choice === obsolete ? null : choice),
    onSuccess: async () => {
      tell(t`Saved.`);
      await client.invalidateQueries({ queryKey: topicKey("drawings", drawing.project_id) });
      onClose();
    },
  });
  return (
    <Dialog
      title={t`${drawing.number} is not to be built from here`}
      onClose={onClose}
      onSubmit={() => mark.mutate()}
      foot={
        <>
          <Button onPress={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button look="primary" type="submit" pending={mark.isPending}>
            <Trans>Save</Trans>
          </Button>
        </>
      }
    >
      <p>
        <Trans>
          The copy and its file stay, and upstream never hears of it. Everyone here sees the mark across the
          sheet.
        </Trans>
      </p>
      <Search
        label={t`Find an own drawing that replaces it`}
        placeholder={t`Number or title`}
        value={q}
        onChange={setQ}
      />
      <RadioCards
        label={t`Mark it as`}
        value={choice}
        onChange={setChoice}
        choices={[
          { id: obsolete, title: t`Obsolete here` },
          ...listed.map((candidate) => ({
            id: candidate.id,
            title: t`Replaced by ${candidate.number}`,
          })),
          ...found.map((candidate) => ({
            id: candidate.id,
            title: t`Replaced by ${candidate.number}`,
            note: candidate.title,
          })),
        ]}
      />
      {own.isSuccess && found.length === 0 ? (
        <p className="hint">
          {q ? (
            <Trans>No own drawing matches.</Trans>
          ) : (
            <Trans>This project has no drawings of its own yet.</Trans>
          )}
        </p>
      ) : null}
      <ProblemBanner error={mark.error} />
    </Dialog>
  );
}
