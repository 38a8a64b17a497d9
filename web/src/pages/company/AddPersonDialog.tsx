import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import * as api from "../../api/endpoints.ts";
import { asProblem, fieldErrors } from "../../api/problem.ts";
import { queries } from "../../api/queries.ts";
import type { Id } from "../../api/types.ts";
import { Button } from "../../components/Button.tsx";
import { Dialog } from "../../components/Dialog.tsx";
import { ProblemBanner } from "../../components/feedback.tsx";
import { Check, Field } from "../../components/fields.tsx";
import { tell } from "../../components/toasts.tsx";

/** Adds somebody to the directory of a company, with an invitation or as a contact. */
export function AddPersonDialog({ companyId, onClose }: { companyId: Id; onClose: () => void }) {
  const { t } = useLingui();
  const client = useQueryClient();
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [employee, setEmployee] = useState(true);
  const [admin, setAdmin] = useState(false);
  const [invite, setInvite] = useState(true);
  const add = useMutation({
    mutationFn: () =>
      api.companies.addPerson(companyId, {
        name: name.trim(),
        email: email.trim(),
        employee,
        company_admin: employee && admin,
        invite,
      }),
    onSuccess: async (added) => {
      tell(
        invite
          ? t`An invitation is on its way to ${added.person.email}.`
          : t`${added.person.name} has been added.`,
      );
      onClose();
      await client.invalidateQueries({ queryKey: queries.companyPeople(companyId).queryKey });
    },
  });
  const { byField } = fieldErrors(add.error ? asProblem(add.error) : null, ["name", "email"]);
  return (
    <Dialog
      title={t`Add a person`}
      onClose={onClose}
      onSubmit={() => add.mutate()}
      foot={
        <>
          <Button onPress={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button look="primary" type="submit" pending={add.isPending}>
            {invite ? <Trans>Add and invite</Trans> : <Trans>Add</Trans>}
          </Button>
        </>
      }
    >
      <Field label={t`Name`} value={name} onChange={setName} error={byField["name"]} required autoFocus />
      <Field
        label={t`E-mail`}
        type="email"
        value={email}
        onChange={setEmail}
        error={byField["email"]}
        required
      />
      <Check selected={employee} onChange={setEmployee}>
        <Trans>Works for our company</Trans>
      </Check>
      {employee ? (
        <Check selected={admin} onChange={setAdmin}>
          <span className="stack tight">
            <span>
              <Trans>Company administrator</Trans>
            </span>
            <span className="hint">
              <Trans>Has Admin everywhere in this company.</Trans>
            </span>
          </span>
        </Check>
      ) : null}
      <InviteCheck selected={invite} onChange={setInvite} />
      <ProblemBanner error={add.error} />
    </Dialog>
  );
}

export function InviteCheck({
  selected,
  onChange,
}: {
  selected: boolean;
  onChange: (selected: boolean) => void;
}) {
  return (
    <Check selected={selected} onChange={onChange}>
      <span className="stack tight">
        <span>
          <Trans>Invite by mail</Trans>
        </span>
        <span className="hint">
          <Trans>Otherwise a contact without a sign-in, who can be invited later.</Trans>
        </span>
      </span>
    </Check>
  );
}
