import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import * as api from "../../api/endpoints.ts";
import { asProblem, fieldErrors } from "../../api/problem.ts";
import { queries } from "../../api/queries.ts";
import { Button } from "../../components/Button.tsx";
import { ProblemBanner } from "../../components/feedback.tsx";
import { Field } from "../../components/fields.tsx";
import { Card } from "../../components/Page.tsx";
import { tell } from "../../components/toasts.tsx";
import { AccountFrame } from "./AccountFrame.tsx";

export function PasswordPage() {
  const { t } = useLingui();
  const client = useQueryClient();
  const session = useQuery(queries.session());
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const change = useMutation({
    mutationFn: () => api.passwords.change(current, next),
    onSuccess: async () => {
      setCurrent("");
      setNext("");
      tell(t`Your password has been changed. Other sessions have ended.`);
      await client.invalidateQueries({ queryKey: queries.sessions().queryKey });
    },
  });
  const { byField } = fieldErrors(change.error ? asProblem(change.error) : null, ["current_password"]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate();
  };
  return (
    <AccountFrame
      title={<Trans>Password</Trans>}
      windowTitle={t`Password`}
      lead={<Trans>Your sign-in is yours alone, in all your companies.</Trans>}
    >
      <Card title={<Trans>Change your password</Trans>}>
        <form className="card-body stack loose" onSubmit={submit} noValidate>
          <input
            type="text"
            name="username"
            autoComplete="username"
            value={session.data?.person.email ?? ""}
            hidden
            readOnly
          />
          <Field
            label={t`Present password`}
            type="password"
            autoComplete="current-password"
            value={current}
            onChange={setCurrent}
            error={byField["current_password"]}
            required
          />
          <Field
            label={t`New password`}
            hint={t`At least 10 characters. Long beats complicated.`}
            type="password"
            autoComplete="new-password"
            value={next}
            onChange={setNext}
            required
          />
          <ProblemBanner error={change.error} />
          <p className="hint">
            <Trans>Sessions elsewhere end, and a mail tells you of the change.</Trans>
          </p>
          <div className="row">
            <Button look="primary" type="submit" pending={change.isPending}>
              <Trans>Change the password</Trans>
            </Button>
          </div>
        </form>
      </Card>
    </AccountFrame>
  );
}
