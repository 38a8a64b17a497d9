/** Finds another drawing of the project by its number or title, to compare with it. */
import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { queries } from "../../api/queries.ts";
import type { Drawing, DrawingDetail } from "../../api/types.ts";
import { Button } from "../../components/Button.tsx";
import { Dialog } from "../../components/Dialog.tsx";
import { ProblemBanner } from "../../components/feedback.tsx";
import { RadioCards, Search } from "../../components/fields.tsx";

export function ChooseDrawing({
  drawing,
  onChoose,
  onClose,
}: {
  drawing: DrawingDetail;
  onChoose: (drawing: Drawing) => void;
  onClose: () => void;
}) {
  const { t } = useLingui();
  const [q, setQ] = useState("");
  const [choice, setChoice] = useState<string | null>(null);
  const search = useQuery(queries.findDrawings(drawing.project_id, useDeferredValue(q.trim())));
  const found = (search.data?.items ?? []).filter((candidate) => candidate.id !== drawing.id);
  const chosen = found.find((candidate) => candidate.id === choice) ?? (q ? found[0] : undefined);
  return (
    <Dialog
      title={t`Compare ${drawing.number} with another drawing`}
      onClose={onClose}
      onSubmit={() => {
        if (chosen) onChoose(chosen);
      }}
      foot={
        <>
          <Button onPress={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button look="primary" type="submit" disabled={!chosen}>
            <Trans>Compare</Trans>
          </Button>
        </>
      }
    >
      <Search label={t`Find a drawing`} placeholder={t`Number or title`} value={q} onChange={setQ} />
      {found.length > 0 ? (
        <RadioCards
          label={t`Drawing`}
          hideLabel
          value={chosen?.id ?? null}
          onChange={setChoice}
          choices={found.map((candidate) => ({
            id: candidate.id,
            title: candidate.number,
            note: candidate.title,
          }))}
        />
      ) : search.isSuccess ? (
        <p className="hint">
          <Trans>No other drawing matches.</Trans>
        </p>
      ) : null}
      <ProblemBanner error={search.error} />
    </Dialog>
  );
}
