/** The companies of the installation, for those who administer it: they found and close them, and see nothing of what is in them. */
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import * as api from "../../api/endpoints.ts";
import { asProblem, fieldErrors } from "../../api/problem.ts";
import { queries } from "../../api/queries.ts";
import type { CompanyClosure, InstalledCompany } from "../../api/types.ts";
import { Button } from "../../components/Button.tsx";
import { Dialog } from "../../components/Dialog.tsx";
import { EndDialog } from "../../components/EndDialog.tsx";
import { ProblemBanner, QueryView } from "../../components/feedback.tsx";
import { Field } from "../../components/fields.tsx";
import { Page } from "../../components/Page.tsx";
import { State } from "../../components/State.tsx";
import { tell, tellProblem } from "../../components/toasts.tsx";
import { formatDate } from "../../i18n/format.ts";

export function InstallationPage() {
  const { t } = useLingui();
  const companies = useQuery(queries.installedCompanies());
  const [founding, setFounding] = useState(false);
  return (
    <Page
      narrow
      windowTitle={t`Companies of this installation`}
      title={<Trans>Companies of this installation</Trans>}
      lead={
        <Trans>You create and close companies. What is in them is theirs: you see their names only.</Trans>
      }
      actions={
        <Button look="primary" icon="plus" onPress={() => setFounding(true)}>
          <Trans>New company</Trans>
        </Button>
      }
    >
      <QueryView query={companies}>
        {(all) => (
          <ul className="card list">
            {all.map((company) => (
              <CompanyLine key={company.id} company={company} />
            ))}
          </ul>
        )}
      </QueryView>
      {founding ? <NewCompanyDialog onClose={() => setFounding(false)} /> : null}
    </Page>
  );
}

function CompanyLine({ company }: { company: InstalledCompany }) {
  const client = useQueryClient();
  const [closure, setClosure] = useState<CompanyClosure | null>(null);
  // As of now, not as of the last time somebody looked.
  const look = useMutation({
    mutationFn: () => client.fetchQuery({ ...queries.companyClosure(company.id), staleTime: 0 }),
    onSuccess: setClosure,
    onError: tellProblem,
  });
  return (
    <li className="line">
      <div className="stack tight grow">
        <span className="strong cut">{company.name}</span>
        <span className="small quiet">
          <Trans>Since {formatDate(company.created_at)}</Trans>
        </span>
      </div>
      {company.closed_at ? (
        <State tone="ended" shape="dot">
          <Trans>Closed on {formatDate(company.closed_at)}</Trans>
        </State>
      ) : (
        <Button look="danger" onPress={() => look.mutate()} pending={look.isPending}>
          <Trans>Close</Trans>
          <span className="sr">{company.name}</span>
        </Button>
      )}
      {closure ? <CloseDialog company={company} closure={closure} onClose={() => setClosure(null)} /> : null}
    </li>
  );
}

function CloseDialog({
  company,
  closure,
  onClose,
}: {
  company: InstalledCompany;
  closure: CompanyClosure;
  onClose: () => void;
}) {
  const { t } = useLingui();
  const client = useQueryClient();
  const close = useMutation({
    mutationFn: (ending: { name: string; reason: string }) => api.installation.close(company.id, ending),
    onSuccess: async () => {
      tell(t`${company.name} has been closed.`);
      onClose();
      // It may have been one of one's own.
      await client.invalidateQueries();
    },
  });
  const { projects, drawings, people, connected, requested } = closure;
  return (
    <EndDialog
      title={t`Close ${company.name}`}
      name={closure.name}
      act={<Trans>Close for good</Trans>}
      error={close.error}
      pending={close.isPending}
      onEnd={(ending) => close.mutate(ending)}
      onClose={onClose}
    >
      <li>
        <Trans>
          <strong>
            <Plural value={projects} one="# project" other="# projects" />
          </strong>{" "}
          with <Plural value={drawings} one="# drawing" other="# drawings" /> can no longer be opened by{" "}
          <Plural value={people} one="# person" other="# people" />.
        </Trans>
      </li>
      {connected + requested > 0 ? (
        <li>
          <Trans>
            <Plural value={connected} one="# connection ends" other="# connections end" />, and{" "}
            <Plural value={requested} one="# request ends" other="# requests end" /> without an answer. The
            other companies are told, and keep what has arrived.
          </Trans>
        </li>
      ) : null}
      <li>
        <Trans>People keep their sign-ins and their other companies.</Trans>
      </li>
      <li>
        <Trans>
          To keep what is in it, its administrators export everything first.{" "}
          <strong>This cannot be undone.</strong>
        </Trans>
      </li>
    </EndDialog>
  );
}

function NewCompanyDialog({ onClose }: { onClose: () => void }) {
  const { t } = useLingui();
  const client = useQueryClient();
  const [name, setName] = useState("");
  const [admin, setAdmin] = useState("");
  const [email, setEmail] = useState("");
  const found = useMutation({
    mutationFn: () =>
      api.installation.found({ name: name.trim(), admin: { name: admin.trim(), email: email.trim() } }),
    onSuccess: async (company) => {
      tell(t`${company.name} has been created. Its administrator has been invited.`);
      await client.invalidateQueries({ queryKey: queries.installedCompanies().queryKey });
      onClose();
    },
  });
  const problem = found.error ? asProblem(found.error) : null;
  const { byField } = fieldErrors(problem, ["name", "admin.name", "admin.email"]);
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
            <Trans>Create the company</Trans>
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
        value={admin}
        onChange={setAdmin}
        error={byField["admin.name"]}
        required
      />
      <Field
        label={t`Administrator's e-mail`}
        hint={t`Gets an invitation, chooses a password and invites everybody else.`}
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
