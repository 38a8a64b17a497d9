import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams, useRouter } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import * as api from "../../api/endpoints.ts";
import { asProblem, fieldErrors } from "../../api/problem.ts";
import { queries } from "../../api/queries.ts";
import type { Invitation } from "../../api/types.ts";
import { nextOf, saidOf } from "../../api/words.ts";
import { Button, LinkButton } from "../../components/Button.tsx";
import { Blank, ProblemBanner, QueryView } from "../../components/feedback.tsx";
import { Field, RadioCards } from "../../components/fields.tsx";
import { useTitle } from "../../components/hooks.ts";
import { formatInstant } from "../../i18n/format.ts";
import { paths } from "../../paths.ts";
import { Entrance } from "./Entrance.tsx";
import { SignInForm } from "./SignInPage.tsx";

export function InvitationPage() {
  const { t } = useLingui();
  const { token } = useParams({ from: "/invitations/$token" });
  useTitle(t`Invitation`);
  const invitation = useQuery({
    queryKey: ["invitation", token],
    queryFn: () => api.invitations.get(token),
    retry: false,
  });
  if (invitation.error && [404, 410].includes(asProblem(invitation.error).status)) {
    const problem = asProblem(invitation.error);
    return (
      <Entrance title={<Trans>This invitation cannot be used</Trans>}>
        <p>{saidOf(problem)}</p>
        <p className="quiet">{nextOf(problem)}</p>
        <LinkButton href={paths.signIn()}>
          <Trans>Sign in</Trans>
        </LinkButton>
      </Entrance>
    );
  }
  return (
    <QueryView
      query={invitation}
      loading={<Entrance title={<Trans>Invitation</Trans>}>{t`Loading…`}</Entrance>}
    >
      {(data) => (
        <Entrance title={data.project ? data.project.name : data.company.name}>
          <Accept invitation={data} token={token} />
        </Entrance>
      )}
    </QueryView>
  );
}

function Accept({ invitation, token }: { invitation: Invitation; token: string }) {
  const { t } = useLingui();
  const client = useQueryClient();
  const router = useRouter();
  const [password, setPassword] = useState("");
  const [represents, setRepresents] = useState<string | null>(
    invitation.represent_options.length === 1 ? (invitation.represent_options[0]?.id ?? null) : null,
  );
  const accept = useMutation({
    mutationFn: () =>
      api.invitations.accept(token, {
        ...(invitation.needs === "password" ? { password } : {}),
        ...(represents ? { represents_company_id: represents } : {}),
      }),
    onSuccess: (session) => {
      client.clear();
      client.setQueryData(queries.session().queryKey, session);
      router.history.push(invitation.project ? paths.project(invitation.project.id) : paths.projects());
    },
  });
  const out = useMutation({
    mutationFn: api.session.signOut,
    onSuccess: () => {
      client.clear();
    },
  });
  const company = invitation.company.name;
  const intro = (
    <p>
      {invitation.project ? (
        <Trans>
          {invitation.invited_by} invites you to this project of <strong>{company}</strong>.
        </Trans>
      ) : (
        <Trans>
          {invitation.invited_by} invites you to <strong>{company}</strong>.
        </Trans>
      )}
    </p>
  );
  const until = (
    <p className="hint">
      <Trans>
        For {invitation.email}. The link works once, until {formatInstant(invitation.expires_at)}.
      </Trans>
    </p>
  );
  if (invitation.needs === "other_person") {
    return (
      <>
        {intro}
        <Blank icon="people" title={<Trans>This invitation is for someone else</Trans>}>
          <Trans>
            You are signed in with another address. Sign out, then open the link again as {invitation.email}.
          </Trans>
        </Blank>
        <Button onPress={() => out.mutate()} pending={out.isPending}>
          <Trans>Sign out</Trans>
        </Button>
      </>
    );
  }
  if (invitation.needs === "sign_in") {
    return (
      <>
        {intro}
        <p className="quiet">
          <Trans>Sign in first; then you can accept.</Trans>
        </p>
        <SignInForm next={paths.invitation(token)} email={invitation.email} />
        {until}
      </>
    );
  }
  const problem = accept.error ? asProblem(accept.error) : null;
  const { byField } = fieldErrors(problem, ["password"]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    accept.mutate();
  };
  return (
    <form className="stack loose" onSubmit={submit} noValidate>
      {intro}
      {invitation.needs === "password" ? (
        <>
          <input
            type="text"
            name="username"
            autoComplete="username"
            defaultValue={invitation.email}
            hidden
            readOnly
          />
          <Field
            label={t`Choose a password`}
            hint={t`At least 10 characters. Long beats complicated.`}
            type="password"
            autoComplete="new-password"
            value={password}
            onChange={setPassword}
            error={byField["password"]}
            required
            autoFocus
          />
        </>
      ) : null}
      {invitation.represent_options.length > 1 ? (
        <RadioCards
          label={t`Which company do you represent here?`}
          value={represents}
          onChange={setRepresents}
          choices={invitation.represent_options.map((option) => ({ id: option.id, title: option.name }))}
        />
      ) : invitation.represent_options[0] ? (
        <p className="hint">
          <Trans>You will represent {invitation.represent_options[0].name}.</Trans>
        </p>
      ) : null}
      <ProblemBanner error={accept.error} />
      <Button look="primary" big type="submit" pending={accept.isPending}>
        <Trans>Accept the invitation</Trans>
      </Button>
      {until}
    </form>
  );
}
