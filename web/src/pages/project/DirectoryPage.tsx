import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import * as api from "../../api/endpoints.ts";
import { asProblem, fieldErrors } from "../../api/problem.ts";
import { queries, topicKey } from "../../api/queries.ts";
import type { Id, Level, Levels, Member, PersonStatus } from "../../api/types.ts";
import { ActButton, Button } from "../../components/Button.tsx";
import { Dialog } from "../../components/Dialog.tsx";
import { Blank, Initials, ProblemBanner, QueryView } from "../../components/feedback.tsx";
import { Check, Field, Search, SelectField } from "../../components/fields.tsx";
import { useProject, useProjectId } from "../../components/hooks.ts";
import { Page } from "../../components/Page.tsx";
import { State } from "../../components/State.tsx";
import { tell, tellProblem } from "../../components/toasts.tsx";
import { levels, shownTools, useLevelNames, useToolNames } from "./levels.ts";

export function PersonStatusMark({ status }: { status: PersonStatus }) {
  if (status === "active") {
    return (
      <State tone="ok" shape="dot">
        <Trans>Active</Trans>
      </State>
    );
  }
  if (status === "invited") {
    return (
      <State tone="wait" shape="ring">
        <Trans>Invited</Trans>
      </State>
    );
  }
  return (
    <State tone="ended" shape="cross">
      <Trans>Inactive</Trans>
    </State>
  );
}

export function DirectoryPage() {
  const { t } = useLingui();
  const id = useProjectId();
  const project = useProject();
  const members = useQuery(queries.members(id));
  const [adding, setAdding] = useState(false);
  const [q, setQ] = useState("");
  return (
    <Page
      windowTitle={`${t`Directory`} · ${project.data?.name ?? ""}`}
      title={<Trans>Directory</Trans>}
      actions={
        <>
          <Search label={t`Find a person`} value={q} onChange={setQ} />
          <ActButton
            can={project.data?.can.manage_directory}
            look="primary"
            icon="plus"
            onPress={() => setAdding(true)}
          >
            <Trans>Add a person</Trans>
          </ActButton>
        </>
      }
    >
      <QueryView query={members}>
        {(all) => {
          const wanted = q.trim().toLowerCase();
          const shown = all.filter((member) =>
            `${member.person.name} ${member.person.email} ${member.represents?.name ?? ""}`
              .toLowerCase()
              .includes(wanted),
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
            <Members members={shown} projectId={id} own={project.data?.company.name ?? ""} />
          );
        }}
      </QueryView>
      {adding ? <AddDialog projectId={id} onClose={() => setAdding(false)} /> : null}
    </Page>
  );
}

function Members({ members, projectId, own }: { members: readonly Member[]; projectId: Id; own: string }) {
  const { t } = useLingui();
  const tools = useToolNames();
  return (
    <div className="card table-wrap">
      <table className="table as-list directory">
        <thead>
          <tr>
            <th scope="col">{t`Person`}</th>
            <th scope="col">{t`Represents`}</th>
            <th scope="col">{t`Status`}</th>
            {shownTools.map((tool) => (
              <th scope="col" key={tool}>
                {tools[tool]}
              </th>
            ))}
            <th scope="col">
              <span className="sr">{t`Acts`}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {members.map((member) => (
            <MemberRow key={member.person.id} member={member} projectId={projectId} own={own} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function MemberRow({ member, projectId, own }: { member: Member; projectId: Id; own: string }) {
  const { t } = useLingui();
  const client = useQueryClient();
  const tools = useToolNames();
  const names = useLevelNames();
  const [removing, setRemoving] = useState(false);
  const refresh = () => client.invalidateQueries({ queryKey: topicKey("directory", projectId) });
  const setLevels = useMutation({
    mutationFn: (next: Levels) => api.projects.setLevels(projectId, member.person.id, next),
    onSuccess: async () => {
      tell(t`Saved.`);
      await refresh();
    },
    onError: tellProblem,
  });
  const again = useMutation({
    mutationFn: () => api.projects.sendAgain(projectId, member.person.id),
    onSuccess: () => tell(t`The invitation has been sent again.`),
    onError: tellProblem,
  });
  const may = member.can.update;
  return (
    <tr>
      <td>
        <div className="row">
          <Initials name={member.person.name} />
          <div className="stack tight">
            <span className="strong">{member.person.name}</span>
            <span className="small quiet cut">{member.person.email}</span>
          </div>
        </div>
      </td>
      <td data-label={t`Represents`}>
        <span className={member.employee ? "" : "quiet"}>
          {member.represents?.name ?? (member.employee ? own : "–")}
        </span>
      </td>
      <td data-label={t`Status`}>
        <PersonStatusMark status={member.status} />
      </td>
      {shownTools.map((tool) => (
        <td key={tool} data-label={tools[tool]}>
          {may?.allowed ? (
            <SelectField
              label={t`${tools[tool]} level of ${member.person.name}`}
              hideLabel
              value={member.levels[tool]}
              disabled={setLevels.isPending}
              choices={levels.map((level) => ({ id: level, name: names[level] }))}
              onChange={(level: Level) => setLevels.mutate({ ...member.levels, [tool]: level })}
            />
          ) : (
            <span className={member.levels[tool] === "none" ? "quiet" : ""} title={may?.reason ?? ""}>
              {names[member.levels[tool]]}
            </span>
          )}
        </td>
      ))}
      <td>
        <div className="row end">
          {member.status === "invited" ? (
            <ActButton
              can={member.can.invite}
              icon="mail"
              onPress={() => again.mutate()}
              pending={again.isPending}
            >
              <Trans>Send again</Trans>
              <span className="sr">{member.person.name}</span>
            </ActButton>
          ) : null}
          <ActButton can={member.can.remove} look="plain" icon="trash" onPress={() => setRemoving(true)}>
            <span className="sr">{t`Remove ${member.person.name}`}</span>
          </ActButton>
        </div>
        {removing ? (
          <RemoveDialog
            member={member}
            projectId={projectId}
            onClose={() => setRemoving(false)}
            onDone={refresh}
          />
        ) : null}
      </td>
    </tr>
  );
}

function RemoveDialog({
  member,
  projectId,
  onClose,
  onDone,
}: {
  member: Member;
  projectId: Id;
  onClose: () => void;
  onDone: () => Promise<void>;
}) {
  const { t } = useLingui();
  const remove = useMutation({
    mutationFn: () => api.projects.removeMember(projectId, member.person.id),
    onSuccess: async () => {
      tell(t`${member.person.name} is no longer in the directory.`);
      onClose();
      await onDone();
    },
  });
  return (
    <Dialog
      title={t`Remove ${member.person.name} from the directory`}
      onClose={onClose}
      onSubmit={() => remove.mutate()}
      foot={
        <>
          <Button onPress={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button look="danger-fill" type="submit" pending={remove.isPending}>
            <Trans>Remove</Trans>
          </Button>
        </>
      }
    >
      <p>
        <Trans>
          {member.person.name} loses access to this project. Connections that {member.person.name} started
          stay as they are.
        </Trans>
      </p>
      <ProblemBanner error={remove.error} />
    </Dialog>
  );
}

function AddDialog({ projectId, onClose }: { projectId: Id; onClose: () => void }) {
  const { t } = useLingui();
  const client = useQueryClient();
  const tools = useToolNames();
  const names = useLevelNames();
  const [email, setEmail] = useState("");
  const [name, setName] = useState("");
  const [employee, setEmployee] = useState(false);
  const [given, setGiven] = useState<Levels>({
    drawings: "read_only",
    connection_manager: "none",
    directory: "read_only",
    admin: "none",
    rfis: "none",
    submittals: "none",
  });
  const add = useMutation({
    mutationFn: () =>
      api.projects.addMember(projectId, { email: email.trim(), name: name.trim(), employee, levels: given }),
    onSuccess: async (member) => {
      tell(
        member.status === "invited"
          ? t`An invitation is on its way to ${member.person.email}.`
          : t`${member.person.name} has been added.`,
      );
      await client.invalidateQueries({ queryKey: topicKey("directory", projectId) });
      onClose();
    },
  });
  const { byField } = fieldErrors(add.error ? asProblem(add.error) : null, ["email", "name"]);
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
            <Trans>Add and invite</Trans>
          </Button>
        </>
      }
    >
      <Field
        label={t`E-mail`}
        type="email"
        value={email}
        onChange={setEmail}
        error={byField["email"]}
        required
        autoFocus
      />
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
      <div className="levels-grid">
        {shownTools.map((tool) => (
          <SelectField
            key={tool}
            label={tools[tool]}
            value={given[tool]}
            choices={levels.map((level) => ({ id: level, name: names[level] }))}
            onChange={(level: Level) => setGiven({ ...given, [tool]: level })}
          />
        ))}
      </div>
      <ProblemBanner error={add.error} />
    </Dialog>
  );
}
