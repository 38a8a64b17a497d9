/** An installation that nobody has used yet: whoever holds the token from the server's log founds the first company. */
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter, useRouterState } from "@tanstack/react-router";
import { type FormEvent, useEffect, useState } from "react";
import * as api from "../../api/endpoints.ts";
import { asProblem, fieldErrors } from "../../api/problem.ts";
import { queries } from "../../api/queries.ts";
import { saidOf } from "../../api/words.ts";
import { Button } from "../../components/Button.tsx";
import { Banner, ProblemBanner } from "../../components/feedback.tsx";
import { Field } from "../../components/fields.tsx";
import { useTitle } from "../../components/hooks.ts";
import { Wordmark } from "../../components/Logo.tsx";
import { WizardSteps } from "../../components/WizardSteps.tsx";
import { paths } from "../../paths.ts";
import { useStepNames } from "./steps.ts";

export function FirstRunPage() {
  const { t } = useLingui();
  useTitle(t`Set up Sluice`);
  return (
    <main className="entrance">
      <div className="entrance-box wide">
        <Wordmark />
        <div className="card wizard">
          <WizardSteps names={useStepNames()} at={0} />
          <div className="card-body stack loose">
            <h1 className="wizard-title">
              <Trans>Set up this installation</Trans>
            </h1>
            <p>
              <Trans>
                Nobody has used it yet. Begin with your company and yourself: you will administer both the
                company and this installation. People, a first project and how connections are approved come
                next.
              </Trans>
            </p>
            <FoundingForm />
          </div>
        </div>
      </div>
    </main>
  );
}

const fields = ["company.name", "administrator.name", "administrator.email", "administrator.password"];

function FoundingForm() {
  const { t } = useLingui();
  const client = useQueryClient();
  const router = useRouter();
  const hash = useRouterState({ select: (state) => state.location.hash });
  const [given, setGiven] = useState("");
  const [token, setToken] = useState("");
  const [company, setCompany] = useState("");
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const found = useMutation({
    mutationFn: () =>
      api.firstRun.found({
        token: token.trim(),
        company: { name: company.trim() },
        administrator: { name: name.trim(), email: email.trim(), password },
      }),
    onSuccess: (session) => {
      client.clear();
      client.setQueryData(queries.session().queryKey, session);
      client.setQueryData(queries.firstRun().queryKey, { open: false });
      const [first] = session.companies;
      router.history.push(first ? paths.setUp(first.id) : paths.projects());
    },
  });
  const { reset } = found;
  // The token opens the installation: it does not stay in the address.
  useEffect(() => {
    if (hash === "") return;
    setGiven(hash);
    setToken(hash);
    reset();
    router.history.replace(paths.firstRun());
  }, [hash, reset, router]);
  const problem = found.error ? asProblem(found.error) : null;
  const { byField } = fieldErrors(problem, fields);
  const wrongToken = problem?.code === "wrong_first_run_token";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    found.mutate();
  };
  return (
    <form className="stack loose" onSubmit={submit} noValidate>
      {given === "" || wrongToken ? (
        <Field
          label={t`One-time token`}
          hint={
            <Trans>
              <code>sluice serve</code> prints it in its log when it starts, at the end of the address. Each
              start prints a new one.
            </Trans>
          }
          value={token}
          onChange={setToken}
          error={wrongToken ? saidOf(problem) : undefined}
          autoComplete="off"
          required
        />
      ) : (
        <Banner icon="info" tone="note">
          <Trans>The one-time token came with the address. It works once.</Trans>
        </Banner>
      )}
      <Field
        label={t`Name of your company`}
        value={company}
        onChange={setCompany}
        error={byField["company.name"]}
        autoComplete="organization"
        required
      />
      <Field
        label={t`Your name`}
        value={name}
        onChange={setName}
        error={byField["administrator.name"]}
        autoComplete="name"
        required
      />
      <Field
        label={t`E-mail`}
        hint={t`You sign in with it.`}
        type="email"
        name="email"
        value={email}
        onChange={setEmail}
        error={byField["administrator.email"]}
        autoComplete="username"
        required
      />
      <Field
        label={t`Choose a password`}
        hint={t`At least 10 characters. Long beats complicated.`}
        type="password"
        value={password}
        onChange={setPassword}
        error={byField["administrator.password"]}
        autoComplete="new-password"
        required
      />
      {wrongToken ? null : <ProblemBanner error={found.error} />}
      <Button look="primary" big type="submit" pending={found.isPending}>
        <Trans>Create the company</Trans>
      </Button>
    </form>
  );
}
