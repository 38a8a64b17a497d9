import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import * as api from "../../api/endpoints.ts";
import { asProblem, fieldErrors } from "../../api/problem.ts";
import { queries } from "../../api/queries.ts";
import type { Id, ServiceAccount } from "../../api/types.ts";
import { ActButton, Button } from "../../components/Button.tsx";
import { Dialog } from "../../components/Dialog.tsx";
import { Blank, ProblemBanner, QueryView } from "../../components/feedback.tsx";
import { Field } from "../../components/fields.tsx";
import { useCompanyId } from "../../components/hooks.ts";
import { Card } from "../../components/Page.tsx";
import { tell, tellProblem } from "../../components/toasts.tsx";
import { PersonStatusMark } from "../project/DirectoryPage.tsx";
import { TokenDialog, TokenList } from "../tokens/parts.tsx";
import { CompanyFrame } from "./CompanyFrame.tsx";

export function ServiceAccountsPage() {
  const { t } = useLingui();
  const id = useCompanyId();
  const company = useQuery(queries.company(id));
  const accounts = useQuery(queries.serviceAccounts(id));
  const [adding, setAdding] = useState(false);
  return (
    <CompanyFrame
      id={id}
      narrow
      title={<Trans>Service accounts</Trans>}
      windowTitle={t`Service accounts`}
      lead={
        <Trans>
          For scripts of the company. A service account has no sign-in: it works through tokens, and only in
          projects whose directory it is in.
        </Trans>
      }
      actions={
        <ActButton
          can={company.data?.can.manage_service_accounts}
          look="primary"
          icon="plus"
          onPress={() => setAdding(true)}
        >
          <Trans>New service account</Trans>
        </ActButton>
      }
    >
      <QueryView query={accounts}>
        {(all) =>
          all.length === 0 ? (
            <Blank icon="settings" title={<Trans>No service accounts</Trans>}>
              <Trans>Make one for each system that reads or writes here.</Trans>
            </Blank>
          ) : (
            <div className="stack wide">
              {all.map((account) => (
                <Account key={account.id} account={account} companyId={id} />
              ))}
            </div>
          )
        }
      </QueryView>
      {adding ? <AddDialog companyId={id} onClose={() => setAdding(false)} /> : null}
    </CompanyFrame>
  );
}

function Account({ account, companyId }: { account: ServiceAccount; companyId: Id }) {
  const { t } = useLingui();
  const client = useQueryClient();
  const [making, setMaking] = useState(false);
  const refresh = () => client.invalidateQueries({ queryKey: queries.serviceAccounts(companyId).queryKey });
  const change = useMutation({
    mutationFn: (active: boolean) => api.companies.changePerson(companyId, account.id, { active }),
    onSuccess: async () => {
      tell(t`Saved.`);
      await refresh();
    },
    onError: tellProblem,
  });
  const revoke = useMutation({
    mutationFn: (token: Id) => api.companies.revokeToken(companyId, account.id, token),
    onSuccess: async () => {
      tell(t`The token has been revoked.`);
      await refresh();
    },
    onError: tellProblem,
  });
  return (
    <Card
      title={account.name}
      actions={
        <span className="row wrap">
          <PersonStatusMark status={account.active ? "active" : "inactive"} />
          <Button onPress={() => change.mutate(!account.active)} pending={change.isPending}>
            {account.active ? <Trans>Deactivate</Trans> : <Trans>Reactivate</Trans>}
            <span className="sr">{account.name}</span>
          </Button>
          <Button icon="plus" onPress={() => setMaking(true)}>
            <Trans>Token</Trans>
            <span className="sr">{account.name}</span>
          </Button>
        </span>
      }
    >
      <p className="pad small quiet">
        {account.projects === 0 ? (
          <Trans>In no project yet: add it in the directory of a project, as a person.</Trans>
        ) : (
          <Plural value={account.projects} one="In # project" other="In # projects" />
        )}
      </p>
      {account.tokens.length > 0 ? (
        <TokenList
          tokens={account.tokens}
          onRevoke={(token) => revoke.mutate(token.id)}
          pending={revoke.isPending}
        />
      ) : null}
      {making ? (
        <TokenDialog
          title={t`New token of ${account.name}`}
          make={(wanted) => api.companies.addToken(companyId, account.id, wanted)}
          onMade={refresh}
          onClose={() => setMaking(false)}
        />
      ) : null}
    </Card>
  );
}

function AddDialog({ companyId, onClose }: { companyId: Id; onClose: () => void }) {
  const { t } = useLingui();
  const client = useQueryClient();
  const [name, setName] = useState("");
  const add = useMutation({
    mutationFn: () => api.companies.addServiceAccount(companyId, name.trim()),
    onSuccess: async () => {
      onClose();
      await client.invalidateQueries({ queryKey: queries.serviceAccounts(companyId).queryKey });
    },
  });
  const { byField } = fieldErrors(add.error ? asProblem(add.error) : null, ["name"]);
  return (
    <Dialog
      title={t`New service account`}
      onClose={onClose}
      onSubmit={() => add.mutate()}
      foot={
        <>
          <Button onPress={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button look="primary" type="submit" pending={add.isPending}>
            <Trans>Add</Trans>
          </Button>
        </>
      }
    >
      <Field
        label={t`Name`}
        hint={t`The system that uses it.`}
        value={name}
        onChange={setName}
        error={byField["name"]}
        required
        autoFocus
      />
      <ProblemBanner error={add.error} />
    </Dialog>
  );
}
