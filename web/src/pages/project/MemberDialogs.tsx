/** Adding a member to a project, and changing what one has: a permission template and what differs from it. */
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import * as api from "../../api/endpoints.ts";
import { asProblem, fieldErrors } from "../../api/problem.ts";
import { queries, topicKey } from "../../api/queries.ts";
import type { CompanyPerson, Id, Member, TemplateChoice } from "../../api/types.ts";
import { Button } from "../../components/Button.tsx";
import { Dialog } from "../../components/Dialog.tsx";
import { ProblemBanner } from "../../components/feedback.tsx";
import { Check, Field, SelectField } from "../../components/fields.tsx";
import { tell } from "../../components/toasts.tsx";
import { InviteCheck } from "../company/AddPersonDialog.tsx";
import { differences, noLevels } from "./levels.ts";
import { type Rights, RightsFields } from "./RightsFields.tsx";

const own = "";

/** Chooses a template, which sets everything anew. */
function TemplateField({
  templates,
  value,
  onChange,
}: {
  templates: readonly TemplateChoice[];
  value: Id | null;
  onChange: (template: TemplateChoice | null) => void;
}) {
  const { t } = useLingui();
  return (
    <SelectField
      label={t`Permission template`}
      value={value ?? own}
      choices={[{ id: own, name: t`None: levels of their own` }, ...templates]}
      onChange={(id: string) => onChange(templates.find((one) => one.id === id) ?? null)}
    />
  );
}

/** Only what is apart from the template is said; without one, everything is. */
function terms(template: TemplateChoice | null, rights: Rights): api.Terms {
  const all = { levels: rights.levels, grants: [...rights.grants] };
  if (!template) return { permission_template_id: null, ...all };
  const apart = differences(rights, template);
  return {
    permission_template_id: template.id,
    ...(apart.tools.length > 0 ? { levels: rights.levels } : {}),
    ...(apart.grants.length > 0 ? { grants: [...rights.grants] } : {}),
  };
}

export function EditMemberDialog({
  member,
  projectId,
  onClose,
}: {
  member: Member;
  projectId: Id;
  onClose: () => void;
}) {
  const { t } = useLingui();
  const client = useQueryClient();
  const templates = useQuery(queries.templateChoices(projectId));
  const [template, setTemplate] = useState<TemplateChoice | null>(member.template);
  const [rights, setRights] = useState<Rights>({ levels: member.levels, grants: member.grants });
  const apart = differences(rights, template);
  const isApart = apart.tools.length + apart.grants.length > 0;
  const follow = (chosen: TemplateChoice | null) => {
    setTemplate(chosen);
    if (chosen) setRights({ levels: chosen.levels, grants: chosen.grants });
  };
  const save = useMutation({
    mutationFn: () => api.projects.changeMember(projectId, member.person.id, terms(template, rights)),
    onSuccess: async () => {
      tell(t`Saved.`);
      onClose();
      await client.invalidateQueries({ queryKey: topicKey("directory", projectId) });
    },
  });
  return (
    <Dialog
      title={member.person.name}
      onClose={onClose}
      onSubmit={() => save.mutate()}
      foot={
        <>
          <Button onPress={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button look="primary" type="submit" pending={save.isPending}>
            <Trans>Save</Trans>
          </Button>
        </>
      }
    >
      {member.company_admin ? (
        <p className="hint">
          <Trans>Administers the company and so has Admin on every tool, whatever is set here.</Trans>
        </p>
      ) : null}
      <TemplateField templates={templates.data ?? []} value={template?.id ?? null} onChange={follow} />
      <RightsFields rights={rights} onChange={setRights} template={template} />
      {template && isApart ? (
        <div className="row wrap">
          <p className="hint grow">
            <Trans>
              Set apart from {template.name} in this project: a change of the template leaves these levels and
              grants as they are.
            </Trans>
          </p>
          <Button onPress={() => follow(template)}>
            <Trans>Follow the template again</Trans>
          </Button>
        </div>
      ) : null}
      <ProblemBanner error={save.error ?? templates.error} />
    </Dialog>
  );
}

export function AddMemberDialog({
  projectId,
  companyId,
  members,
  onClose,
}: {
  projectId: Id;
  companyId: Id;
  members: readonly Member[];
  onClose: () => void;
}) {
  const { t } = useLingui();
  const client = useQueryClient();
  const templates = useQuery(queries.templateChoices(projectId));
  // Whoever is from outside does not see the company's people, and types addresses.
  const people = useQuery({ ...queries.companyPeople(companyId), retry: false, enabled: companyId !== "" });
  const [known, setKnown] = useState<CompanyPerson | null>(null);
  const [email, setEmail] = useState("");
  const [name, setName] = useState("");
  const [employee, setEmployee] = useState(false);
  const [invite, setInvite] = useState(true);
  const [template, setTemplate] = useState<TemplateChoice | null>(null);
  const [rights, setRights] = useState<Rights>({
    levels: { ...noLevels, drawings: "read_only", directory: "read_only" },
    grants: [],
  });
  const follow = (chosen: TemplateChoice | null) => {
    setTemplate(chosen);
    if (chosen) setRights({ levels: chosen.levels, grants: chosen.grants });
  };
  const add = useMutation({
    mutationFn: () =>
      api.projects.addMember(projectId, {
        ...(known
          ? { person_id: known.person.id }
          : { email: email.trim(), name: name.trim(), employee, invite }),
        ...terms(template, rights),
      }),
    onSuccess: async (member) => {
      tell(
        member.status === "invited"
          ? t`An invitation is on its way to ${member.person.email}.`
          : t`${member.person.name} has been added.`,
      );
      onClose();
      await client.invalidateQueries({ queryKey: topicKey("directory", projectId) });
    },
  });
  const { byField } = fieldErrors(add.error ? asProblem(add.error) : null, ["email", "name"]);
  const here = new Set(members.map((member) => member.person.id));
  const absent = (people.data ?? []).filter((one) => !here.has(one.person.id) && one.status !== "inactive");
  const willInvite = known ? known.status === "invited" : invite;
  return (
    <Dialog
      title={t`Add a person`}
      onClose={onClose}
      onSubmit={() => add.mutate()}
      foot={
        <>
          <Button onPress={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button look="primary" type="submit" pending={add.isPending}>
            {willInvite ? <Trans>Add and invite</Trans> : <Trans>Add</Trans>}
          </Button>
        </>
      }
    >
      {known ? (
        <div className="row">
          <div className="stack tight grow">
            <span className="strong">{known.person.name}</span>
            <span className="small quiet">
              {known.service_account ? <Trans>Service account</Trans> : known.person.email}
            </span>
          </div>
          <Button onPress={() => setKnown(null)}>
            <Trans>Somebody else</Trans>
          </Button>
        </div>
      ) : (
        <>
          <Field
            label={t`E-mail`}
            hint={absent.length > 0 ? t`Or a name: who is in the company’s directory is offered.` : undefined}
            type="email"
            value={email}
            onChange={setEmail}
            error={byField["email"]}
            required
            autoFocus
          />
          <Matches people={absent} wanted={email} onChoose={setKnown} />
          <Field label={t`Name`} value={name} onChange={setName} error={byField["name"]} required />
          <Check selected={employee} onChange={setEmployee}>
            <span className="stack tight">
              <span>
                <Trans>Works for our company</Trans>
              </span>
              <span className="hint">
                <Trans>
                  Someone from outside chooses the company they represent when accepting the invitation.
                </Trans>
              </span>
            </span>
          </Check>
          <InviteCheck selected={invite} onChange={setInvite} />
        </>
      )}
      <TemplateField templates={templates.data ?? []} value={template?.id ?? null} onChange={follow} />
      <RightsFields rights={rights} onChange={setRights} template={template} />
      <ProblemBanner error={add.error ?? templates.error} />
    </Dialog>
  );
}

/** People of the directory whose name or address holds what is typed. */
function Matches({
  people,
  wanted,
  onChoose,
}: {
  people: readonly CompanyPerson[];
  wanted: string;
  onChoose: (person: CompanyPerson) => void;
}) {
  const { t } = useLingui();
  const text = wanted.trim().toLowerCase();
  const found =
    text === ""
      ? []
      : people.filter((one) => `${one.person.name} ${one.person.email}`.toLowerCase().includes(text));
  if (found.length === 0) return null;
  return (
    <ul className="matches" aria-label={t`In the company’s directory`}>
      {found.slice(0, 5).map((one) => (
        <li key={one.person.id}>
          <Button onPress={() => onChoose(one)}>
            {one.person.name}
            <span className="quiet">
              {one.service_account ? <Trans>Service account</Trans> : one.person.email}
            </span>
          </Button>
        </li>
      ))}
    </ul>
  );
}
