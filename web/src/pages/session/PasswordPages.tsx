/** A new password for somebody who forgot theirs: asking for the link, and choosing behind it. */
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import * as api from "../../api/endpoints.ts";
import { asProblem, fieldErrors } from "../../api/problem.ts";
import { saidOf } from "../../api/words.ts";
import { AppLink } from "../../components/AppLink.tsx";
import { Button, LinkButton } from "../../components/Button.tsx";
import { ProblemBanner, QueryView } from "../../components/feedback.tsx";
import { Field } from "../../components/fields.tsx";
import { useTitle } from "../../components/hooks.ts";
import { formatInstant } from "../../i18n/format.ts";
import { paths } from "../../paths.ts";
import { Entrance } from "./Entrance.tsx";

export function ForgotPasswordPage() {
  const { t } = useLingui();
  useTitle(t`New password`);
  const [email, setEmail] = useState("");
  const ask = useMutation({ mutationFn: () => api.passwords.ask(email.trim()) });
  const { byField } = fieldErrors(ask.error ? asProblem(ask.error) : null, ["email"]);
  if (ask.isSuccess) {
    return (
      <Entrance title={<Trans>Look into your mail</Trans>}>
        <p>
          <Trans>If {email.trim()} has a sign-in here, a link to a new password is on its way.</Trans>
        </p>
        <p className="quiet">
          <Trans>
            Nothing came? Look into the spam folder, or ask whoever operates this installation. If you were
            invited and never signed in, use the link of the invitation.
          </Trans>
        </p>
        <LinkButton href={paths.signIn()}>
          <Trans>Sign in</Trans>
        </LinkButton>
      </Entrance>
    );
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    ask.mutate();
  };
  return (
    <Entrance title={<Trans>New password</Trans>}>
      <form className="stack loose" onSubmit={submit} noValidate>
        <Field
          label={t`E-mail`}
          hint={t`We send a link to this address. It works once, for one hour.`}
          type="email"
          autoComplete="username"
          value={email}
          onChange={setEmail}
          error={byField["email"]}
          required
          autoFocus
        />
        <ProblemBanner error={ask.error} />
        <Button look="primary" big type="submit" pending={ask.isPending}>
          <Trans>Send the link</Trans>
        </Button>
        <p>
          <AppLink href={paths.signIn()}>
            <Trans>Back to signing in</Trans>
          </AppLink>
        </p>
      </form>
    </Entrance>
  );
}

export function PasswordResetPage() {
  const { t } = useLingui();
  const { token } = useParams({ from: "/password-resets/$token" });
  useTitle(t`New password`);
  const reset = useQuery({
    queryKey: ["password-reset", token],
    queryFn: () => api.passwords.look(token),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (reset.error && [404, 410].includes(asProblem(reset.error).status)) {
    const problem = asProblem(reset.error);
    return (
      <Entrance title={<Trans>This link cannot be used</Trans>}>
        <p>{saidOf(problem)}</p>
        <LinkButton href={paths.forgotPassword()}>
          <Trans>Ask for a new password</Trans>
        </LinkButton>
      </Entrance>
    );
  }
  return (
    <QueryView query={reset} loading={<Entrance title={<Trans>New password</Trans>}>{t`Loading…`}</Entrance>}>
      {(data) => <Choose token={token} email={data.email} until={data.expires_at} />}
    </QueryView>
  );
}

function Choose({ token, email, until }: { token: string; email: string; until: string }) {
  const { t } = useLingui();
  const [password, setPassword] = useState("");
  const choose = useMutation({ mutationFn: () => api.passwords.complete(token, password) });
  if (choose.isSuccess) {
    return (
      <Entrance title={<Trans>Your password is set</Trans>}>
        <p>
          <Trans>All your sessions have ended. Sign in with the new password.</Trans>
        </p>
        <LinkButton href={paths.signIn()} look="primary" big>
          <Trans>Sign in</Trans>
        </LinkButton>
      </Entrance>
    );
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    choose.mutate();
  };
  return (
    <Entrance title={<Trans>New password</Trans>}>
      <form className="stack loose" onSubmit={submit} noValidate>
        <input type="text" name="username" autoComplete="username" defaultValue={email} hidden readOnly />
        <Field
          label={t`Choose a password`}
          hint={t`At least 10 characters. Long beats complicated.`}
          type="password"
          autoComplete="new-password"
          value={password}
          onChange={setPassword}
          required
          autoFocus
        />
        <ProblemBanner error={choose.error} />
        <Button look="primary" big type="submit" pending={choose.isPending}>
          <Trans>Set the password</Trans>
        </Button>
        <p className="hint">
          <Trans>
            For {email}. The link works once, until {formatInstant(until)}.
          </Trans>
        </p>
      </form>
    </Entrance>
  );
}
