import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type KeyboardEvent, type ReactNode, type Ref, useImperativeHandle, useState } from "react";
import * as api from "../../api/endpoints.ts";
import { asProblem, fieldErrors } from "../../api/problem.ts";
import { queries } from "../../api/queries.ts";
import type { Id, Reading, ReadingSource, Sheet, SheetEdit, Upload } from "../../api/types.ts";
import { ActButton, Button } from "../../components/Button.tsx";
import { ProblemBanner } from "../../components/feedback.tsx";
import { Field, SelectField } from "../../components/fields.tsx";
import { tell } from "../../components/toasts.tsx";
import { type Draft, draftOf, editOf, keepTyped } from "./draft.ts";
import { sure } from "./reviewOrder.ts";

export interface SheetFieldsHandle {
  /** Saves what has been typed, if anything; rejects when the server refuses it. */
  save: () => Promise<void>;
}

function useReadingWords() {
  const { t } = useLingui();
  const sources: Record<ReadingSource, string> = {
    bookmark: t`from a bookmark`,
    page_label: t`from the page label`,
    title_block: t`from the title block`,
    file_name: t`from the file name`,
    person: t`typed`,
    inherited: t`from the upload`,
  };
  return (reading: Reading | null | undefined): ReactNode => {
    if (!reading) return null;
    const percent = Math.round(reading.confidence * 100);
    if (reading.source === "person" || reading.source === "inherited") return sources[reading.source];
    return reading.confidence < sure ? (
      <span className="doubt-text">{t`Guess, ${percent} % sure, ${sources[reading.source]}`}</span>
    ) : (
      t`Read ${sources[reading.source]}`
    );
  };
}

export function SheetFields({
  upload,
  sheet,
  refusal,
  onSaved,
  onConfirm,
  onMove,
  onRemove,
  confirming,
  ref,
}: {
  upload: Upload;
  sheet: Sheet;
  refusal: string | null;
  onSaved: () => void;
  onConfirm: () => void;
  onMove: (by: number) => void;
  onRemove: (removed: boolean) => void;
  confirming: boolean;
  ref: Ref<SheetFieldsHandle>;
}) {
  const { t } = useLingui();
  const client = useQueryClient();
  const words = useReadingWords();
  const disciplines = useQuery(queries.disciplines(upload.project_id));
  const [draft, setDraft] = useState(() => draftOf(sheet));
  const save = useMutation({
    mutationFn: ({ edit }: { edit: SheetEdit; sent: Draft }) => api.uploads.editSheet(sheet.id, edit),
    onSuccess: (saved, { sent }) => {
      client.setQueryData(queries.sheets(upload.project_id, upload.id).queryKey, (all) =>
        all?.map((one) => (one.id === saved.id ? saved : one)),
      );
      setDraft((now) => keepTyped(now, sent, draftOf(saved)));
      onSaved();
    },
  });
  const saveNow = async () => {
    const edit = editOf(sheet, draft);
    if (edit) await save.mutateAsync({ edit, sent: draft });
  };
  useImperativeHandle(ref, () => ({ save: saveNow }));
  const quietly = () => void saveNow().catch(() => {});
  const { byField } = fieldErrors(save.error ? asProblem(save.error) : null, [
    "number",
    "title",
    "revision",
    "discipline_id",
    "drawing_date",
    "received_date",
  ]);
  const locked = sheet.can.update?.allowed !== true;
  const onKey = (event: KeyboardEvent) => {
    if (event.altKey && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      onMove(event.key === "ArrowDown" ? 1 : -1);
    }
  };
  return (
    <form
      className="stack loose card-body"
      noValidate
      aria-label={t`Fields of the sheet`}
      onKeyDown={onKey}
      onBlur={quietly}
      onSubmit={(event) => {
        event.preventDefault();
        onConfirm();
      }}
    >
      <Field
        label={t`Number`}
        value={draft.number}
        onChange={(number) => setDraft({ ...draft, number })}
        hint={words(sheet.reading.number)}
        error={byField["number"]}
        disabled={locked}
      />
      <Field
        label={t`Title`}
        value={draft.title}
        onChange={(title) => setDraft({ ...draft, title })}
        hint={words(sheet.reading.title)}
        error={byField["title"]}
        disabled={locked}
      />
      <Field
        label={t`Revision`}
        value={draft.revision}
        onChange={(revision) => setDraft({ ...draft, revision })}
        hint={words(sheet.reading.revision)}
        error={byField["revision"]}
        disabled={locked}
      />
      <SelectField
        label={t`Discipline`}
        value={draft.discipline}
        onChange={(discipline) => {
          const sent = { ...draft, discipline };
          setDraft(sent);
          save.mutate({ edit: { discipline_id: discipline }, sent });
        }}
        choices={disciplines.data ?? []}
        error={byField["discipline_id"]}
        disabled={locked}
      />
      <div className="two">
        <Field
          label={t`Drawing date`}
          type="date"
          value={draft.drawingDate}
          onChange={(drawingDate) => setDraft({ ...draft, drawingDate })}
          error={byField["drawing_date"]}
          disabled={locked}
        />
        <Field
          label={t`Received date`}
          type="date"
          value={draft.receivedDate}
          onChange={(receivedDate) => setDraft({ ...draft, receivedDate })}
          error={byField["received_date"]}
          disabled={locked}
        />
      </div>
      {refusal ? <p className="wrong">{refusal}</p> : null}
      {save.error && Object.keys(byField).length === 0 ? <ProblemBanner error={save.error} /> : null}
      <p className="small quiet cut">
        <Trans>
          {sheet.file.name}, page {sheet.page}
        </Trans>
      </p>
      <div className="row wrap">
        {sheet.status === "to_review" && sheet.can.confirm?.allowed ? (
          <Button look="primary" type="submit" pending={confirming}>
            <Trans>Confirm</Trans>
          </Button>
        ) : sheet.status === "to_review" ? (
          <ActButton can={sheet.can.confirm} look="primary" onPress={onConfirm}>
            <Trans>Confirm</Trans>
          </ActButton>
        ) : null}
        {sheet.status === "removed" ? (
          <ActButton can={sheet.can.remove} onPress={() => onRemove(false)}>
            <Trans>Put back</Trans>
          </ActButton>
        ) : sheet.status === "confirmed" ? null : (
          <ActButton can={sheet.can.remove} look="danger" icon="trash" onPress={() => onRemove(true)}>
            <Trans>Remove</Trans>
          </ActButton>
        )}
      </div>
    </form>
  );
}

export function SeveralFields({
  upload,
  sheets,
  onSaved,
  onRemove,
}: {
  upload: Upload;
  sheets: readonly Sheet[];
  onSaved: () => void;
  onRemove: () => void;
}) {
  const { t } = useLingui();
  const disciplines = useQuery(queries.disciplines(upload.project_id));
  const [revision, setRevision] = useState("");
  const [discipline, setDiscipline] = useState<Id | null>(null);
  const [drawingDate, setDrawingDate] = useState("");
  const [receivedDate, setReceivedDate] = useState("");
  const edit: SheetEdit = {
    ...(revision.trim() ? { revision: revision.trim() } : {}),
    ...(discipline ? { discipline_id: discipline } : {}),
    ...(drawingDate ? { drawing_date: drawingDate } : {}),
    ...(receivedDate ? { received_date: receivedDate } : {}),
  };
  const save = useMutation({
    mutationFn: () => Promise.all(sheets.map((sheet) => api.uploads.editSheet(sheet.id, edit))),
    onSuccess: () => {
      tell(t`Saved.`);
      onSaved();
    },
  });
  return (
    <form
      className="stack loose card-body"
      noValidate
      aria-label={t`Fields of the selected sheets`}
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <h3>
        <Plural value={sheets.length} one="# sheet selected" other="# sheets selected" />
      </h3>
      <p className="hint">
        <Trans>What you fill in is set on all of them; empty fields stay as they are.</Trans>
      </p>
      <Field label={t`Revision`} value={revision} onChange={setRevision} />
      <SelectField
        label={t`Discipline`}
        value={discipline}
        onChange={setDiscipline}
        choices={disciplines.data ?? []}
        placeholder={t`As they are`}
      />
      <Field label={t`Drawing date`} type="date" value={drawingDate} onChange={setDrawingDate} />
      <Field label={t`Received date`} type="date" value={receivedDate} onChange={setReceivedDate} />
      <ProblemBanner error={save.error} />
      <div className="row wrap">
        <Button
          look="primary"
          type="submit"
          pending={save.isPending}
          disabled={Object.keys(edit).length === 0}
        >
          <Trans>Set on all</Trans>
        </Button>
        <Button look="danger" icon="trash" onPress={onRemove}>
          <Trans>Remove</Trans>
        </Button>
      </div>
    </form>
  );
}
