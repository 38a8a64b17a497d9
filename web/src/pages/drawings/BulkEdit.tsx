/** One change of all selected drawings: all of them or none. What stands in the way is named, row by row. */
import { plural } from "@lingui/core/macro";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import * as api from "../../api/endpoints.ts";
import { asProblem } from "../../api/problem.ts";
import { queries, topicKey } from "../../api/queries.ts";
import type { Drawing, DrawingsEdit, Id } from "../../api/types.ts";
import { wrongOf } from "../../api/words.ts";
import { Button } from "../../components/Button.tsx";
import { Dialog } from "../../components/Dialog.tsx";
import { Banner, ProblemBanner } from "../../components/feedback.tsx";
import { Field, SelectField } from "../../components/fields.tsx";
import { tell } from "../../components/toasts.tsx";
import { formatDate } from "../../i18n/format.ts";

interface Props {
  projectId: Id;
  rows: readonly Drawing[];
  onClose: () => void;
  onDone: () => void;
}

const keep = "keep";

/** Refused rows that are named; the rest is counted. */
const namedMax = 8;

export function BulkEdit({ projectId, rows, onClose, onDone }: Props) {
  const { t } = useLingui();
  const client = useQueryClient();
  const disciplines = useQuery(queries.disciplines(projectId));
  const areas = useQuery(queries.areas(projectId));
  const sets = useQuery(queries.sets(projectId));
  const [discipline, setDiscipline] = useState(keep);
  const [area, setArea] = useState(keep);
  const [set, setSet] = useState(keep);
  const [obsolete, setObsolete] = useState(keep);
  const [drawingDate, setDrawingDate] = useState("");
  const [received, setReceived] = useState("");
  const body: DrawingsEdit = {
    revision_ids: rows.map((row) => row.revision.id),
    ...(discipline === keep ? {} : { discipline_id: discipline }),
    ...(area === keep ? {} : { area_id: area }),
    ...(set === keep ? {} : { set_id: set }),
    ...(obsolete === keep ? {} : { obsolete: obsolete === "yes" }),
    ...(drawingDate === "" ? {} : { drawing_date: drawingDate }),
    ...(received === "" ? {} : { received_date: received }),
  };
  const nothing = Object.keys(body).length === 1;
  const save = useMutation({
    mutationFn: () => api.drawings.editMany(projectId, body),
    onSuccess: async ({ changed }) => {
      tell(plural(changed, { one: "Changed # drawing.", other: "Changed # drawings." }));
      await client.invalidateQueries({ queryKey: topicKey("drawings", projectId) });
      onDone();
    },
  });
  const refused = refusedRows(save.error, rows);
  const unchanged = { id: keep, name: t`Leave as it is` };
  const own = <R extends { external: boolean }>(list: readonly R[] | undefined) =>
    (list ?? []).filter((candidate) => !candidate.external);
  const ownAreas = own(areas.data);
  return (
    <Dialog
      title={plural(rows.length, { one: "Edit # drawing", other: "Edit # drawings" })}
      onClose={onClose}
      onSubmit={() => {
        if (!nothing) save.mutate();
      }}
      foot={
        <>
          <Button onPress={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button look="primary" type="submit" pending={save.isPending} disabled={nothing}>
            <Trans>Save</Trans>
          </Button>
        </>
      }
    >
      <SelectField
        label={t`Discipline`}
        value={discipline}
        onChange={setDiscipline}
        choices={[unchanged, ...(disciplines.data ?? []).map(({ id, name }) => ({ id, name }))]}
      />
      {ownAreas.length > 1 ? (
        <SelectField
          label={t`Area`}
          value={area}
          onChange={setArea}
          choices={[unchanged, ...ownAreas.map(({ id, name }) => ({ id, name }))]}
        />
      ) : null}
      <SelectField
        label={t`Set`}
        value={set}
        onChange={setSet}
        choices={[
          unchanged,
          ...own(sets.data).map(({ id, name, date }) => ({ id, name, note: formatDate(date) })),
        ]}
      />
      <Field
        label={t`Drawing date`}
        type="date"
        value={drawingDate}
        onChange={setDrawingDate}
        hint={t`Left empty, each keeps its own.`}
      />
      <Field
        label={t`Received`}
        type="date"
        value={received}
        onChange={setReceived}
        hint={t`Left empty, each keeps its own.`}
      />
      <SelectField
        label={t`Obsolete`}
        value={obsolete}
        onChange={setObsolete}
        choices={[unchanged, { id: "yes", name: t`Mark obsolete` }, { id: "no", name: t`Not obsolete` }]}
      />
      {refused.length > 0 ? (
        <Banner tone="bad" icon="warning">
          <span className="strong">
            <Plural
              value={refused.length}
              one="Nothing was changed: # drawing stands in the way."
              other="Nothing was changed: # drawings stand in the way."
            />
          </span>
          <ul className="plain-list small">
            {refused.slice(0, namedMax).map(({ id, number, why }) => (
              <li key={id}>
                <span className="sheet-no">{number}</span> {why}
              </li>
            ))}
          </ul>
          {refused.length > namedMax ? (
            <span className="small">
              <Plural value={refused.length - namedMax} one="and # more" other="and # more" />
            </span>
          ) : null}
        </Banner>
      ) : (
        <ProblemBanner error={save.error} />
      )}
    </Dialog>
  );
}

/** The rows that the server named, in the order of the selection. */
function refusedRows(error: unknown, rows: readonly Drawing[]) {
  if (!error) return [];
  return asProblem(error).fields.flatMap((field) => {
    const place = /^\/revision_ids\/(\d+)$/.exec(field.pointer)?.[1];
    const row = place === undefined ? undefined : rows[Number(place)];
    if (!row) return [];
    // The server's own sentence begins with the number.
    return [{ id: row.id, number: row.number, why: wrongOf(field).replace(`${row.number}: `, "") }];
  });
}
