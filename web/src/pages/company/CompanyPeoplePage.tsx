import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import * as api from "../../api/endpoints.ts";
import { queries } from "../../api/queries.ts";
import type { CompanyPerson, Id } from "../../api/types.ts";
import { ActButton, Button } from "../../components/Button.tsx";
import { Blank, Initials, QueryView } from "../../components/feedback.tsx";
import { Search } from "../../components/fields.tsx";
import { useCompanyId } from "../../components/hooks.ts";
import { tell, tellProblem } from "../../components/toasts.tsx";
import { PersonStatusMark } from "../project/DirectoryPage.tsx";
import { AddPersonDialog } from "./AddPersonDialog.tsx";
import { CompanyFrame } from "./CompanyFrame.tsx";
import { PersonDialog } from "./PersonDialog.tsx";

export function CompanyPeoplePage() {
  const { t } = useLingui();
  const id = useCompanyId();
  const company = useQuery(queries.company(id));
  const people = useQuery(queries.companyPeople(id));
  const [adding, setAdding] = useState(false);
  const [open, setOpen] = useState<Id | null>(null);
  const [q, setQ] = useState("");
  return (
    <CompanyFrame
      id={id}
      title={<Trans>People</Trans>}
      windowTitle={t`People`}
      actions={
        <>
          <Search label={t`Find a person`} value={q} onChange={setQ} />
          <ActButton
            can={company.data?.can.manage_people}
            look="primary"
            icon="plus"
            onPress={() => setAdding(true)}
          >
            <Trans>Add a person</Trans>
          </ActButton>
        </>
      }
    >
      <QueryView query={people}>
        {(all) => {
          const wanted = q.trim().toLowerCase();
          const shown = all.filter(
            (one) =>
              !one.service_account &&
              `${one.person.name} ${one.person.email} ${one.represents?.name ?? ""}`
                .toLowerCase()
                .includes(wanted),
          );
          const chosen = all.find((one) => one.person.id === open);
          return (
            <>
              {shown.length === 0 ? (
                <Blank
                  icon="search"
                  title={<Trans>Nobody matches “{q}”</Trans>}
                  action={
                    <Button onPress={() => setQ("")}>
                      <Trans>Clear the search</Trans>
                    </Button>
                  }
                />
              ) : (
                <div className="stack wide">
                  <People
                    title={t`Our people`}
                    people={shown.filter((one) => one.employee)}
                    companyId={id}
                    onOpen={setOpen}
                  />
                  <People
                    title={t`Collaborators of other companies`}
                    people={shown.filter((one) => !one.employee)}
                    companyId={id}
                    onOpen={setOpen}
                  />
                </div>
              )}
              {chosen ? (
                <PersonDialog row={chosen} all={all} companyId={id} onClose={() => setOpen(null)} />
              ) : null}
            </>
          );
        }}
      </QueryView>
      {adding ? <AddPersonDialog companyId={id} onClose={() => setAdding(false)} /> : null}
    </CompanyFrame>
  );
}

function People({
  title,
  people,
  companyId,
  onOpen,
}: {
  title: string;
  people: readonly CompanyPerson[];
  companyId: Id;
  onOpen: (person: Id) => void;
}) {
  const { t } = useLingui();
  if (people.length === 0) return null;
  return (
    <section className="stack" aria-label={title}>
      <h2 className="group-title">{title}</h2>
      <div className="card table-wrap">
        <table className="table as-list">
          <thead>
            <tr>
              <th scope="col">{t`Person`}</th>
              <th scope="col">{t`Represents`}</th>
              <th scope="col">{t`Status`}</th>
              <th scope="col" className="right">
                {t`Projects`}
              </th>
              <th scope="col">
                <span className="sr">{t`Acts`}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {people.map((one) => (
              <PersonRow key={one.person.id} row={one} companyId={companyId} onOpen={onOpen} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function PersonRow({
  row,
  companyId,
  onOpen,
}: {
  row: CompanyPerson;
  companyId: Id;
  onOpen: (person: Id) => void;
}) {
  const { t } = useLingui();
  const client = useQueryClient();
  const refresh = () => client.invalidateQueries({ queryKey: queries.companyPeople(companyId).queryKey });
  const invite = useMutation({
    mutationFn: () => api.companies.invite(companyId, row.person.id),
    onSuccess: async () => {
      tell(t`An invitation is on its way to ${row.person.email}.`);
      await refresh();
    },
    onError: tellProblem,
  });
  const revoke = useMutation({
    mutationFn: () => api.companies.revokeInvitation(companyId, row.person.id),
    onSuccess: async () => {
      tell(t`The invitation has been revoked.`);
      await refresh();
    },
    onError: tellProblem,
  });
  const { name } = row.person;
  return (
    <tr>
      <td>
        <div className="row">
          <Initials name={name} />
          <div className="stack tight">
            <span className="strong">{name}</span>
            <span className="small quiet cut">{row.person.email}</span>
          </div>
        </div>
      </td>
      <td data-label={t`Represents`}>
        {row.represents?.name ?? <span className="quiet">{t`Not said yet`}</span>}
      </td>
      <td data-label={t`Status`}>
        <span className="row wrap">
          <PersonStatusMark status={row.status} until={row.invited_until} />
          {row.company_admin ? (
            <span className="tag">
              <Trans>Administrator</Trans>
            </span>
          ) : null}
        </span>
      </td>
      <td data-label={t`Projects`} className="right num">
        {row.projects}
      </td>
      <td>
        <div className="row end wrap">
          {row.can.invite?.allowed ? (
            <Button icon="mail" onPress={() => invite.mutate()} pending={invite.isPending}>
              {row.status === "invited" ? <Trans>Send again</Trans> : <Trans>Invite</Trans>}
              <span className="sr">{name}</span>
            </Button>
          ) : null}
          {row.can.revoke_invitation?.allowed ? (
            <Button onPress={() => revoke.mutate()} pending={revoke.isPending}>
              <Trans>Revoke</Trans>
              <span className="sr">{name}</span>
            </Button>
          ) : null}
          <ActButton can={row.can.update} onPress={() => onOpen(row.person.id)}>
            <Trans>Edit</Trans>
            <span className="sr">{name}</span>
          </ActButton>
        </div>
      </td>
    </tr>
  );
}
