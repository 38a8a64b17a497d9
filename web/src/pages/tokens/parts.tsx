/** Tokens for scripts: a list, and making one. The same for people and for service accounts. */
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { asProblem, fieldErrors } from "../../api/problem.ts";
import type { ApiToken, NewApiToken, Tool, WantedToken } from "../../api/types.ts";
import { Button } from "../../components/Button.tsx";
import { Dialog } from "../../components/Dialog.tsx";
import { Banner, ProblemBanner } from "../../components/feedback.tsx";
import { Field, SelectField } from "../../components/fields.tsx";
import { State } from "../../components/State.tsx";
import { tell, tellProblem } from "../../components/toasts.tsx";
import { formatAgo, formatDate } from "../../i18n/format.ts";
import { useToolNames } from "../project/levels.ts";

type ScopeTool = Exclude<Tool, "rfis" | "submittals"> | "company";
type Access = "none" | "read" | "write";

const scopeTools: readonly ScopeTool[] = ["drawings", "connection_manager", "directory", "admin", "company"];
const lifetimes = [30, 90, 180, 366] as const;

function useScopeNames(): Record<ScopeTool, string> {
  const { t } = useLingui();
  return { ...useToolNames(), company: t`Company` };
}

export function TokenList({
  tokens,
  onRevoke,
  pending,
}: {
  tokens: readonly ApiToken[];
  onRevoke: (token: ApiToken) => void;
  pending: boolean;
}) {
  const now = new Date().toISOString();
  return (
    <ul className="list">
      {tokens.map((token) => (
        <li key={token.id} className="line">
          <div className="stack tight grow">
            <span className="strong">{token.name}</span>
            <code className="small">{token.scopes.join(" ")}</code>
            <span className="small quiet">
              {token.last_used_at ? (
                <Trans>Last used {formatAgo(token.last_used_at)}</Trans>
              ) : (
                <Trans>Never used</Trans>
              )}
              {" · "}
              {token.expires_at > now ? (
                <Trans>works until {formatDate(token.expires_at)}</Trans>
              ) : (
                <Trans>ended {formatDate(token.expires_at)}</Trans>
              )}
              {" · "}
              <Trans>made by {token.created_by}</Trans>
            </span>
          </div>
          {token.expires_at > now ? null : (
            <State tone="ended" shape="ring">
              <Trans>Expired</Trans>
            </State>
          )}
          <Button onPress={() => onRevoke(token)} pending={pending}>
            <Trans>Revoke</Trans>
            <span className="sr">{token.name}</span>
          </Button>
        </li>
      ))}
    </ul>
  );
}

/** Asks what the token is for, makes it, and shows its secret the one time it can be seen. */
export function TokenDialog({
  title,
  make,
  onMade,
  onClose,
}: {
  title: string;
  make: (wanted: WantedToken) => Promise<NewApiToken>;
  onMade: () => Promise<unknown>;
  onClose: () => void;
}) {
  const { t } = useLingui();
  const names = useScopeNames();
  const [name, setName] = useState("");
  const [days, setDays] = useState("90");
  const [access, setAccess] = useState<Record<ScopeTool, Access>>({
    drawings: "read",
    connection_manager: "none",
    directory: "none",
    admin: "none",
    company: "none",
  });
  const create = useMutation({
    mutationFn: () =>
      make({
        name: name.trim(),
        scopes: scopeTools.filter((tool) => access[tool] !== "none").map((tool) => `${tool}:${access[tool]}`),
        expires_in_days: Number(days),
      }),
    onSuccess: onMade,
  });
  const { byField } = fieldErrors(create.error ? asProblem(create.error) : null, ["name", "scopes"]);
  if (create.data) return <Secret secret={create.data.token} name={create.data.name} onClose={onClose} />;
  const accessNames: Record<Access, string> = { none: t`None`, read: t`Read`, write: t`Read and write` };
  return (
    <Dialog
      title={title}
      onClose={onClose}
      onSubmit={() => create.mutate()}
      foot={
        <>
          <Button onPress={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button look="primary" type="submit" pending={create.isPending}>
            <Trans>Make the token</Trans>
          </Button>
        </>
      }
    >
      <Field
        label={t`Name`}
        hint={t`What uses it, so that you know it later.`}
        value={name}
        onChange={setName}
        error={byField["name"]}
        required
        autoFocus
      />
      <fieldset className="stack">
        <legend className="label">
          <Trans>Scopes</Trans>
        </legend>
        <div className="levels-grid">
          {scopeTools.map((tool) => (
            <SelectField
              key={tool}
              label={names[tool]}
              value={access[tool]}
              choices={(["none", "read", "write"] as const).map((one) => ({
                id: one,
                name: accessNames[one],
              }))}
              onChange={(chosen: Access) => setAccess({ ...access, [tool]: chosen })}
            />
          ))}
        </div>
        <p className={byField["scopes"] ? "wrong" : "hint"}>
          {byField["scopes"] ?? (
            <Trans>A token never has more than its owner, whatever its scopes say.</Trans>
          )}
        </p>
      </fieldset>
      <SelectField
        label={t`Works for`}
        value={days}
        choices={lifetimes.map((count) => ({ id: String(count), name: t`${count} days` }))}
        onChange={setDays}
      />
      <ProblemBanner error={create.error} />
    </Dialog>
  );
}

function Secret({ secret, name, onClose }: { secret: string; name: string; onClose: () => void }) {
  const { t } = useLingui();
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(secret);
      tell(t`Copied.`);
    } catch (error) {
      tellProblem(error);
    }
  };
  return (
    <Dialog
      title={t`The token ${name}`}
      alert
      onClose={onClose}
      foot={
        <Button look="primary" onPress={onClose}>
          <Trans>I have kept it</Trans>
        </Button>
      }
    >
      <Banner tone="wait" icon="warning">
        <Trans>This is the only time it is shown. Keep it where the script finds it.</Trans>
      </Banner>
      <div className="row">
        <code className="secret grow">{secret}</code>
        <Button onPress={() => void copy()}>
          <Trans>Copy</Trans>
        </Button>
      </div>
      <p className="hint">
        <Trans>Scripts send it with every request:</Trans> <code>Authorization: Bearer …</code>
      </p>
    </Dialog>
  );
}
