import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter, useSearch } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import * as api from "../../api/endpoints.ts";
import { asProblem } from "../../api/problem.ts";
import { queries } from "../../api/queries.ts";
import { AppLink } from "../../components/AppLink.tsx";
import { Button } from "../../components/Button.tsx";
import { ProblemBanner } from "../../components/feedback.tsx";
import { Field } from "../../components/fields.tsx";
import { useTitle } from "../../components/hooks.ts";
import { paths, safeNext } from "../../paths.ts";
import { Entrance } from "./Entrance.tsx";

export function SignInPage() {
  const { t } = useLingui();
  const { next } = useSearch({ from: "/sign-in" });
  useTitle(t`Sign in`);
  return (
    <Entrance title={<Trans>Sign in</Trans>}>
      <SignInForm next={safeNext(next)} />
    </Entrance>
  );
}

export function SignInForm({ next, email: given }: { next: string; email?: string }) {
  const { t } = useLingui();
  const client = useQueryClient();
  const router = useRouter();
  const [email, setEmail] = useState(given ?? "");
  const [password, setPassword] = useState("");
  const signIn = useMutation({
    mutationFn: () => api.session.signIn(email.trim(), password),
    onSuccess: (session) => {
      client.clear();
      client.setQueryData(queries.session().queryKey, session);
      router.history.push(next);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate();
  };
  const wait = signIn.error ? asProblem(signIn.error).retryAfterSeconds : null;
  return (
    <form className="stack loose" onSubmit={submit} noValidate>
      <Field
        label={t`E-mail`}
        type="email"
        name="email"
        autoComplete="username"
        value={email}
        onChange={setEmail}
        autoFocus={!given}
        required
      />
      <Field
        label={t`Password`}
        type="password"
        name="password"
        autoComplete="current-password"
        value={password}
        onChange={setPassword}
        autoFocus={given !== undefined}
        required
      />
      <ProblemBanner error={signIn.error} />
      {wait ? (
        <p className="hint">
          <Trans>You can try again in {wait} seconds.</Trans>
        </p>
      ) : null}
      <Button look="primary" big type="submit" pending={signIn.isPending}>
        {signIn.isPending ? <Trans>Signing in…</Trans> : <Trans>Sign in</Trans>}
      </Button>
      <p>
        <AppLink href={paths.forgotPassword()}>
          <Trans>Forgot your password?</Trans>
        </AppLink>
      </p>
    </form>
  );
}
