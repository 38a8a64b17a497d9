import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useState } from "react";
import * as api from "../../api/endpoints.ts";
import { asProblem, fieldErrors } from "../../api/problem.ts";
import { queries } from "../../api/queries.ts";
import type { Company, Id } from "../../api/types.ts";
import { Button } from "../../components/Button.tsx";
import { Dialog } from "../../components/Dialog.tsx";
import { ProblemBanner } from "../../components/feedback.tsx";
import { Field, SelectField } from "../../components/fields.tsx";
import { browserZone } from "../../i18n/format.ts";
import { paths } from "../../paths.ts";
import { type Place, PlaceFields } from "../project/PlaceFields.tsx";

/** Creates a project in one of the companies where the reader may. */
export function NewProjectDialog({
  companies,
  preset,
  onClose,
}: {
  companies: readonly Company[];
  preset: Id | null;
  onClose: () => void;
}) {
  const { t } = useLingui();
  const client = useQueryClient();
  const router = useRouter();
  const [companyId, setCompanyId] = useState<Id>(preset ?? companies[0]?.id ?? "");
  const [name, setName] = useState("");
  const [number, setNumber] = useState("");
  const [place, setPlace] = useState<Place>({ address: "", time_zone: browserZone(), stage: null });
  const create = useMutation({
    mutationFn: () =>
      api.companies.createProject(companyId, {
        name: name.trim(),
        number: number.trim(),
        address: place.address,
        time_zone: place.time_zone,
        ...(place.stage ? { stage: place.stage } : {}),
      }),
    onSuccess: async (project) => {
      await client.invalidateQueries({ queryKey: queries.projects().queryKey });
      onClose();
      router.history.push(paths.project(project.id));
    },
  });
  const known = ["name", "number", "address", "time_zone"];
  const { byField } = fieldErrors(create.error ? asProblem(create.error) : null, known);
  return (
    <Dialog
      title={t`New project`}
      onClose={onClose}
      onSubmit={() => create.mutate()}
      foot={
        <>
          <Button onPress={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button look="primary" type="submit" pending={create.isPending}>
            <Trans>Create</Trans>
          </Button>
        </>
      }
    >
      {companies.length > 1 ? (
        <SelectField label={t`Company`} value={companyId} onChange={setCompanyId} choices={companies} />
      ) : null}
      <Field label={t`Name`} value={name} onChange={setName} error={byField["name"]} required autoFocus />
      <Field
        label={t`Number`}
        hint={t`The number people say aloud; optional.`}
        value={number}
        onChange={setNumber}
        error={byField["number"]}
      />
      <PlaceFields place={place} onChange={setPlace} errors={byField} />
      <ProblemBanner error={create.error} />
    </Dialog>
  );
}
