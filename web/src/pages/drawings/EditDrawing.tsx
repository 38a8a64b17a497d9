import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import * as api from "../../api/endpoints.ts";
import { asProblem, fieldErrors } from "../../api/problem.ts";
import { queries, topicKey } from "../../api/queries.ts";
import type { DrawingDetail } from "../../api/types.ts";
import { Button } from "../../components/Button.tsx";
import { Dialog } from "../../components/Dialog.tsx";
import { ProblemBanner } from "../../components/feedback.tsx";
import { Field, SelectField } from "../../components/fields.tsx";
import { tell } from "../../components/toasts.tsx";

/** What the log says about a drawing. Connected downstream projects follow by themselves. */
export function EditDrawing({ drawing, onClose }: { drawing: DrawingDetail; onClose: () => void }) {
  const { t } = useLingui();
  const client = useQueryClient();
  const disciplines = useQuery(queries.disciplines(drawing.project_id));
  const [number, setNumber] = useState(drawing.number);
  const [title, setTitle] = useState(drawing.title);
  const [discipline, setDiscipline] = useState(drawing.discipline.id);
  const update = useMutation({
    mutationFn: () =>
      api.drawings.update(drawing.id, {
        ...(number.trim() === drawing.number ? {} : { number: number.trim() }),
        ...(title.trim() === drawing.title ? {} : { title: title.trim() }),
        ...(discipline === drawing.discipline.id ? {} : { discipline_id: discipline }),
      }),
    onSuccess: async () => {
      tell(t`Saved.`);
      await client.invalidateQueries({ queryKey: topicKey("drawings", drawing.project_id) });
      onClose();
    },
    // Someone else changed it meanwhile: the next try starts from theirs.
    onError: () => client.invalidateQueries({ queryKey: topicKey("drawings", drawing.project_id) }),
  });
  const { byField } = fieldErrors(update.error ? asProblem(update.error) : null, [
    "number",
    "title",
    "discipline_id",
  ]);
  return (
    <Dialog
      title={t`Edit ${drawing.number}`}
      onClose={onClose}
      onSubmit={() => update.mutate()}
      foot={
        <>
          <Button onPress={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button look="primary" type="submit" pending={update.isPending}>
            <Trans>Save</Trans>
          </Button>
        </>
      }
    >
      <Field label={t`Number`} value={number} onChange={setNumber} error={byField["number"]} required />
      <Field label={t`Title`} value={title} onChange={setTitle} error={byField["title"]} required autoFocus />
      <SelectField
        label={t`Discipline`}
        value={discipline}
        onChange={setDiscipline}
        error={byField["discipline_id"]}
        choices={disciplines.data ?? [drawing.discipline]}
      />
      <ProblemBanner error={update.error} />
    </Dialog>
  );
}
