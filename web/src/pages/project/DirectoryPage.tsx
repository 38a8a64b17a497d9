import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import * as api from "../../api/endpoints.ts";
import { queries, topicKey } from "../../api/queries.ts";
import type { Id, Member, PersonStatus } from "../../api/types.ts";
import { ActButton, Button } from "../../components/Button.tsx";
import { Dialog } from "../../components/Dialog.tsx";
import { Blank, Initials, ProblemBanner, QueryView } from "../../components/feedback.tsx";
import { Search } from "../../components/fields.tsx";
import { useProject, useProjectId } from "../../components/hooks.ts";
import { Page } from "../../components/Page.tsx";
import { State } from "../../components/State.tsx";
import { tell, tellProblem } from "../../components/toasts.tsx";
import { differences, shownTools, useLevelNames, useToolNames } from "./levels.ts";
import { AddMemberDialog, EditMemberDialog } from "./MemberDialogs.tsx";

export function PersonStatusMark({ status, until }: { status: PersonStatus; until?: string | null }) {
  if (status === "active") {
    return (
      <State tone="ok" shape="dot">
        <Trans>Active</Trans>
      </State>
    );
  }
  if (status === "invited") {
    const over = until !== null && until !== undefined && until <= new Date().toISOString();
    return (
      <State tone="wait" shape="ring">
        {over ? <Trans>Invitation expired</Trans> : <Trans>Invited</Trans>}
      </State>
    );
  }
  if (status === "contact") {
    return (
      <State tone="ended" shape="square">
        <Trans>Contact</Trans>
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
            <Members members={shown} projectId={id} />
          );
        }}
      </QueryView>
      {adding ? (
        <AddMemberDialog
          projectId={id}
          companyId={project.data?.company.id ?? ""}
          members={members.data ?? []}
          onClose={() => setAdding(false)}
        />
      ) : null}
    </Page>
  );
}

function Members({ members, projectId }: { members: readonly Member[]; projectId: Id }) {
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
            <th scope="col">{t`Template`}</th>
            {shownTools.map((tool) => (
              <th scope="col" key={tool} className="may-wrap">
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
            <MemberRow key={member.person.id} member={member} projectId={projectId} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function MemberRow({ member, projectId }: { member: Member; projectId: Id }) {
  const { t } = useLingui();
  const client = useQueryClient();
  const tools = useToolNames();
  const names = useLevelNames();
  const [open, setOpen] = useState<"edit" | "remove" | null>(null);
  const refresh = () => client.invalidateQueries({ queryKey: topicKey("directory", projectId) });
  const invite = useMutation({
    mutationFn: () => api.projects.invite(projectId, member.person.id),
    onSuccess: async () => {
      tell(t`An invitation is on its way to ${member.person.email}.`);
      await refresh();
    },
    onError: tellProblem,
  });
  const apart = differences(member, member.template);
  return (
    <tr>
      <td>
        <div className="row">
          <Initials name={member.person.name} />
          <div className="stack tight">
            <span className="strong">{member.person.name}</span>
            <span className="small quiet cut">
              {member.service_account ? <Trans>Service account</Trans> : member.person.email}
            </span>
          </div>
        </div>
      </td>
      <td data-label={t`Represents`}>
        {member.represents?.name ?? <span className="quiet">{t`Not said yet`}</span>}
      </td>
      <td data-label={t`Status`}>
        <PersonStatusMark status={member.status} until={member.invited_until} />
      </td>
      <td data-label={t`Template`}>
        {member.company_admin ? (
          <Trans>Company administrator</Trans>
        ) : member.template ? (
          <span className="stack tight">
            <span>{member.template.name}</span>
            {member.overridden ? (
              <span className="small apart">
                <Trans>set apart</Trans>
              </span>
            ) : null}
          </span>
        ) : (
          <span className="quiet">–</span>
        )}
      </td>
      {shownTools.map((tool) => (
        <td
          key={tool}
          data-label={tools[tool]}
          className={member.levels[tool] === "none" ? "quiet nowrap" : "nowrap"}
        >
          {names[member.levels[tool]]}
          {apart.tools.includes(tool) ? (
            <span className="apart" title={t`Differs from the template`}>
              {" "}
              ≠<span className="sr">{t`Differs from the template`}</span>
            </span>
          ) : null}
        </td>
      ))}
      <td>
        <div className="row end">
          {member.can.invite?.allowed ? (
            <Button icon="mail" onPress={() => invite.mutate()} pending={invite.isPending}>
              {member.status === "invited" ? <Trans>Send again</Trans> : <Trans>Invite</Trans>}
              <span className="sr">{member.person.name}</span>
            </Button>
          ) : null}
          <ActButton can={member.can.update} onPress={() => setOpen("edit")}>
            <Trans>Edit</Trans>
            <span className="sr">{member.person.name}</span>
          </ActButton>
          <ActButton can={member.can.remove} look="plain" icon="trash" onPress={() => setOpen("remove")}>
            <span className="sr">{t`Remove ${member.person.name}`}</span>
          </ActButton>
        </div>
        {open === "edit" ? (
          <EditMemberDialog member={member} projectId={projectId} onClose={() => setOpen(null)} />
        ) : null}
        {open === "remove" ? (
          <RemoveDialog
            member={member}
            projectId={projectId}
            onClose={() => setOpen(null)}
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
