/** What is printed on one revision of an own drawing, and its set. Connected downstream projects follow by themselves. */
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import * as api from "../../api/endpoints.ts";
import { asProblem, fieldErrors } from "../../api/problem.ts";
import { queries, topicKey } from "../../api/queries.ts";
import type { DrawingDetail, Revision } from "../../api/types.ts";
import { Button } from "../../components/Button.tsx";
import { Dialog } from "../../components/Dialog.tsx";
import { ProblemBanner } from "../../components/feedback.tsx";
import { Field, SelectField } from "../../components/fields.tsx";
import { tell } from "../../components/toasts.tsx";
import { formatDate } from "../../i18n/format.ts";

interface Props {
  drawing: DrawingDetail;
  revision: Revision;
  onClose: () => void;
}

export function EditRevision({ drawing, revision, onClose }: Props) {
  const { t } = useLingui();
  const client = useQueryClient();
  const sets = useQuery(queries.sets(drawing.project_id));
  const [text, setText] = useState(revision.revision);
  const [drawingDate, setDrawingDate] = useState(revision.drawing_date ?? "");
  const [received, setReceived] = useState(revision.received_date ?? "");
  const [set, setSet] = useState(revision.set.id);
  const follow = async (words: string) => {
    tell(words);
    await client.invalidateQueries({ queryKey: topicKey("drawings", drawing.project_id) });
    onClose();
  };
  const update = useMutation({
    mutationFn: () =>
      api.drawings.updateRevision(revision.id, {
        ...(text.trim() === revision.revision ? {} : { revision: text.trim() }),
        ...(drawingDate === (revision.drawing_date ?? "") ? {} : { drawing_date: drawingDate || null }),
        ...(received === (revision.received_date ?? "") ? {} : { received_date: received || null }),
        ...(set === revision.set.id ? {} : { set_id: set }),
      }),
    onSuccess: () => follow(t`Saved.`),
  });
  const remove = useMutation({
    mutationFn: () => api.drawings.removeRevision(revision.id),
    onSuccess: () => follow(t`Deleted. It can be restored from the list of revisions.`),
  });
  const { byField } = fieldErrors(update.error ? asProblem(update.error) : null, [
    "revision",
    "drawing_date",
    "received_date",
    "set_id",
  ]);
  const own = (sets.data ?? []).filter((candidate) => !candidate.external);
  return (
    <Dialog
      title={t`Edit Rev ${revision.revision} of ${drawing.number}`}
      onClose={onClose}
      onSubmit={() => update.mutate()}
      foot={
        <>
          <Button look="danger" onPress={() => remove.mutate()} pending={remove.isPending}>
            <Trans>Delete Rev {revision.revision}</Trans>
          </Button>
          <span className="grow" />
          <Button onPress={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button look="primary" type="submit" pending={update.isPending}>
            <Trans>Save</Trans>
          </Button>
        </>
      }
    >
      <Field
        label={t`Revision`}
        value={text}
        onChange={setText}
        error={byField["revision"]}
        required
        autoFocus
      />
      <Field
        label={t`Drawing date`}
        type="date"
        value={drawingDate}
        onChange={setDrawingDate}
        error={byField["drawing_date"]}
        hint={t`Decides which revision is the newest. Without one the date of the set counts.`}
      />
      <Field
        label={t`Received`}
        type="date"
        value={received}
        onChange={setReceived}
        error={byField["received_date"]}
      />
      <SelectField
        label={t`Set`}
        value={set}
        onChange={setSet}
        error={byField["set_id"]}
        choices={own.map((candidate) => ({
          id: candidate.id,
          name: candidate.name,
          note: formatDate(candidate.date),
        }))}
      />
      <ProblemBanner error={update.error ?? remove.error} />
    </Dialog>
  );
}
