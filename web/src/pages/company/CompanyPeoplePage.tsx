import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import * as api from "../../api/endpoints.ts";
import { asProblem, fieldErrors } from "../../api/problem.ts";
import { queries } from "../../api/queries.ts";
import type { CompanyPerson, Id } from "../../api/types.ts";
import { ActButton, Button } from "../../components/Button.tsx";
import { Dialog } from "../../components/Dialog.tsx";
import { Blank, Initials, ProblemBanner, QueryView } from "../../components/feedback.tsx";
import { Check, Field, Search } from "../../components/fields.tsx";
import { useCompanyId } from "../../components/hooks.ts";
import { tell, tellProblem } from "../../components/toasts.tsx";
import { PersonStatusMark } from "../project/DirectoryPage.tsx";
import { CompanyFrame } from "./CompanyFrame.tsx";

export function CompanyPeoplePage() {
  const { t } = useLingui();
  const id = useCompanyId();
  const company = useQuery(queries.company(id));
  const people = useQuery(queries.companyPeople(id));
  const [inviting, setInviting] = useState(false);
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
            onPress={() => setInviting(true)}
          >
            <Trans>Invite a person</Trans>
          </ActButton>
        </>
      }
    >
      <QueryView query={people}>
        {(all) => {
          const wanted = q.trim().toLowerCase();
          const shown = all.filter((one) =>
            `${one.person.name} ${one.person.email}`.toLowerCase().includes(wanted),
          );
          return shown.length === 0 ? (
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
            <div className="card table-wrap">
              <table className="table as-list">
                <thead>
                  <tr>
                    <th scope="col">{t`Person`}</th>
                    <th scope="col">{t`Represents`}</th>
                    <th scope="col">{t`Status`}</th>
                    <th scope="col">{t`Company administrator`}</th>
                    <th scope="col">
                      <span className="sr">{t`Acts`}</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {shown.map((one) => (
                    <PersonRow key={one.person.id} row={one} companyId={id} />
                  ))}
                </tbody>
              </table>
            </div>
          );
        }}
      </QueryView>
      {inviting ? <InviteDialog companyId={id} onClose={() => setInviting(false)} /> : null}
    </CompanyFrame>
  );
}

function PersonRow({ row, companyId }: { row: CompanyPerson; companyId: Id }) {
  const { t } = useLingui();
  const client = useQueryClient();
  const refresh = () => client.invalidateQueries({ queryKey: queries.companyPeople(companyId).queryKey });
  const saved = async () => {
    tell(t`Saved.`);
    await refresh();
  };
  const change = useMutation({
    mutationFn: (body: { active?: boolean; company_admin?: boolean }) =>
      api.companies.changePerson(companyId, row.person.id, body),
    onSuccess: saved,
    onError: tellProblem,
  });
  const again = useMutation({
    mutationFn: () => api.companies.sendAgain(companyId, row.person.id),
    onSuccess: () => tell(t`The invitation has been sent again.`),
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
  const may = row.can.update;
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
      <td data-label={t`Represents`}>{row.represents?.name ?? "–"}</td>
      <td data-label={t`Status`}>
        <PersonStatusMark status={row.status} />
      </td>
      <td data-label={t`Company administrator`}>
        <Check
          selected={row.company_admin}
          disabled={may?.allowed !== true || !row.employee || change.isPending}
          onChange={(on) => change.mutate({ company_admin: on })}
        >
          <span className="sr">{t`${name} is a company administrator`}</span>
        </Check>
      </td>
      <td>
        <div className="row end wrap">
          {row.status === "invited" ? (
            <>
              <ActButton
                can={row.can.invite}
                icon="mail"
                onPress={() => again.mutate()}
                pending={again.isPending}
              >
                <Trans>Send again</Trans>
                <span className="sr">{name}</span>
              </ActButton>
              <ActButton can={row.can.invite} onPress={() => revoke.mutate()} pending={revoke.isPending}>
                <Trans>Revoke</Trans>
                <span className="sr">{name}</span>
              </ActButton>
            </>
          ) : row.status === "inactive" ? (
            <ActButton can={may} onPress={() => change.mutate({ active: true })} pending={change.isPending}>
              <Trans>Reactivate</Trans>
              <span className="sr">{name}</span>
            </ActButton>
          ) : (
            <ActButton can={may} onPress={() => change.mutate({ active: false })} pending={change.isPending}>
              <Trans>Deactivate</Trans>
              <span className="sr">{name}</span>
            </ActButton>
          )}
        </div>
      </td>
    </tr>
  );
}

export function InviteDialog({ companyId, onClose }: { companyId: Id; onClose: () => void }) {
  const { t } = useLingui();
  const client = useQueryClient();
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [employee, setEmployee] = useState(true);
  const [admin, setAdmin] = useState(false);
  const invite = useMutation({
    mutationFn: () =>
      api.companies.invite(companyId, {
        name: name.trim(),
        email: email.trim(),
        employee,
        company_admin: employee && admin,
      }),
    onSuccess: async (added) => {
      tell(t`An invitation is on its way to ${added.person.email}.`);
      await client.invalidateQueries({ queryKey: queries.companyPeople(companyId).queryKey });
      onClose();
    },
  });
  const { byField } = fieldErrors(invite.error ? asProblem(invite.error) : null, ["name", "email"]);
  return (
    <Dialog
      title={t`Invite a person`}
      onClose={onClose}
      onSubmit={() => invite.mutate()}
      foot={
        <>
          <Button onPress={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button look="primary" type="submit" pending={invite.isPending}>
            <Trans>Invite</Trans>
          </Button>
        </>
      }
    >
      <Field label={t`Name`} value={name} onChange={setName} error={byField["name"]} required autoFocus />
      <Field
        label={t`E-mail`}
        type="email"
        value={email}
        onChange={setEmail}
        error={byField["email"]}
        required
      />
      <Check selected={employee} onChange={setEmployee}>
        <Trans>Works for our company</Trans>
      </Check>
      {employee ? (
        <Check selected={admin} onChange={setAdmin}>
          <span className="stack tight">
            <span>
              <Trans>Company administrator</Trans>
            </span>
            <span className="hint">
              <Trans>Has Admin everywhere in this company.</Trans>
            </span>
          </span>
        </Check>
      ) : null}
      <ProblemBanner error={invite.error} />
    </Dialog>
  );
}
