import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import * as api from "../../api/endpoints.ts";
import { asProblem, fieldErrors } from "../../api/problem.ts";
import { Button } from "../../components/Button.tsx";
import { Dialog } from "../../components/Dialog.tsx";
import { Blank, ProblemBanner } from "../../components/feedback.tsx";
import { Field } from "../../components/fields.tsx";
import { tell } from "../../components/toasts.tsx";

/** What the installation administrator finds, who belongs to no company: the way to create one, and nothing of any. */
export function Founding() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Blank
        icon="company"
        title={<Trans>You administer this installation</Trans>}
        action={
          <Button look="primary" icon="plus" onPress={() => setOpen(true)}>
            <Trans>New company</Trans>
          </Button>
        }
      >
        <Trans>
          You create companies, and see nothing of what is in them. The first administrator of each gets an
          invitation.
        </Trans>
      </Blank>
      {open ? <NewCompanyDialog onClose={() => setOpen(false)} /> : null}
    </>
  );
}

function NewCompanyDialog({ onClose }: { onClose: () => void }) {
  const { t } = useLingui();
  const [name, setName] = useState("");
  const [adminName, setAdminName] = useState("");
  const [email, setEmail] = useState("");
  const found = useMutation({
    mutationFn: () =>
      api.companies.found({
        name: name.trim(),
        admin: { name: adminName.trim(), email: email.trim() },
      }),
    onSuccess: (company) => {
      tell(t`${company.name} has been created. Its administrator gets an invitation.`);
      onClose();
    },
  });
  const known = ["name", "admin.name", "admin.email"];
  const { byField } = fieldErrors(found.error ? asProblem(found.error) : null, known);
  return (
    <Dialog
      title={t`New company`}
      onClose={onClose}
      onSubmit={() => found.mutate()}
      foot={
        <>
          <Button onPress={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button look="primary" type="submit" pending={found.isPending}>
            <Trans>Create</Trans>
          </Button>
        </>
      }
    >
      <Field
        label={t`Name of the company`}
        value={name}
        onChange={setName}
        error={byField["name"]}
        required
        autoFocus
      />
      <Field
        label={t`Name of its administrator`}
        value={adminName}
        onChange={setAdminName}
        error={byField["admin.name"]}
        required
      />
      <Field
        label={t`E-mail of its administrator`}
        type="email"
        value={email}
        onChange={setEmail}
        error={byField["admin.email"]}
        required
      />
      <ProblemBanner error={found.error} />
    </Dialog>
  );
}
