import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import * as api from "../../api/endpoints.ts";
import { asProblem, fieldErrors } from "../../api/problem.ts";
import { queries } from "../../api/queries.ts";
import type { Id, PermissionTemplate } from "../../api/types.ts";
import { ActButton, Button } from "../../components/Button.tsx";
import { Dialog } from "../../components/Dialog.tsx";
import { Blank, ProblemBanner, QueryView } from "../../components/feedback.tsx";
import { Field } from "../../components/fields.tsx";
import { useCompanyId } from "../../components/hooks.ts";
import { tell } from "../../components/toasts.tsx";
import { noLevels, shownTools, useLevelNames, useToolNames } from "../project/levels.ts";
import { type Rights, RightsFields } from "../project/RightsFields.tsx";
import { CompanyFrame } from "./CompanyFrame.tsx";

type Open = { act: "add" } | { act: "edit" | "remove"; template: PermissionTemplate } | null;

export function TemplatesPage() {
  const { t } = useLingui();
  const id = useCompanyId();
  const company = useQuery(queries.company(id));
  const templates = useQuery(queries.templates(id));
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  return (
    <CompanyFrame
      id={id}
      title={<Trans>Permission templates</Trans>}
      windowTitle={t`Permission templates`}
      lead={
        <Trans>
          Levels and grants under a name. A change of one reaches everybody who has it, in every project,
          unless they are set apart from it there.
        </Trans>
      }
      actions={
        <ActButton
          can={company.data?.can.manage_templates}
          look="primary"
          icon="plus"
          onPress={() => setOpen({ act: "add" })}
        >
          <Trans>New template</Trans>
        </ActButton>
      }
    >
      <QueryView query={templates}>
        {(all) =>
          all.length === 0 ? (
            <Blank icon="people" title={<Trans>No templates</Trans>}>
              <Trans>Without one, levels are set for each person in each project.</Trans>
            </Blank>
          ) : (
            <Templates templates={all} onOpen={setOpen} />
          )
        }
      </QueryView>
      {open?.act === "add" ? <EditDialog companyId={id} template={null} onClose={close} /> : null}
      {open?.act === "edit" ? <EditDialog companyId={id} template={open.template} onClose={close} /> : null}
      {open?.act === "remove" ? (
        <RemoveDialog companyId={id} template={open.template} onClose={close} />
      ) : null}
    </CompanyFrame>
  );
}

function Templates({
  templates,
  onOpen,
}: {
  templates: readonly PermissionTemplate[];
  onOpen: (open: Open) => void;
}) {
  const { t } = useLingui();
  const tools = useToolNames();
  const names = useLevelNames();
  return (
    <div className="card table-wrap">
      <table className="table as-list">
        <thead>
          <tr>
            <th scope="col">{t`Template`}</th>
            {shownTools.map((tool) => (
              <th scope="col" key={tool}>
                {tools[tool]}
              </th>
            ))}
            <th scope="col">{t`Members`}</th>
            <th scope="col">
              <span className="sr">{t`Acts`}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {templates.map((template) => (
            <tr key={template.id}>
              <td className="strong">{template.name}</td>
              {shownTools.map((tool) => (
                <td
                  key={tool}
                  data-label={tools[tool]}
                  className={template.levels[tool] === "none" ? "quiet" : ""}
                >
                  {names[template.levels[tool]]}
                </td>
              ))}
              <td data-label={t`Members`} className="num">
                <MemberCount template={template} />
              </td>
              <td>
                <div className="row end">
                  <ActButton can={template.can.update} onPress={() => onOpen({ act: "edit", template })}>
                    <Trans>Edit</Trans>
                    <span className="sr">{template.name}</span>
                  </ActButton>
                  <ActButton
                    can={template.can.remove}
                    look="plain"
                    icon="trash"
                    onPress={() => onOpen({ act: "remove", template })}
                  >
                    <span className="sr">{t`Remove ${template.name}`}</span>
                  </ActButton>
                </div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function MemberCount({ template }: { template: PermissionTemplate }) {
  if (template.members === 0) return <span className="quiet">0</span>;
  return (
    <>
      {template.members}
      {template.overridden > 0 ? (
        <span className="small quiet">
          {" "}
          <Plural value={template.overridden} one="(# set apart)" other="(# set apart)" />
        </span>
      ) : null}
    </>
  );
}

function EditDialog({
  companyId,
  template,
  onClose,
}: {
  companyId: Id;
  template: PermissionTemplate | null;
  onClose: () => void;
}) {
  const { t } = useLingui();
  const client = useQueryClient();
  const [name, setName] = useState(template?.name ?? "");
  const [rights, setRights] = useState<Rights>({
    levels: template?.levels ?? { ...noLevels, drawings: "read_only" as const },
    grants: template?.grants ?? [],
  });
  const save = useMutation({
    mutationFn: () => {
      const body = { name: name.trim(), levels: rights.levels, grants: [...rights.grants] };
      return template
        ? api.companies.changeTemplate(companyId, template.id, template.version, body)
        : api.companies.addTemplate(companyId, body);
    },
    onSuccess: async () => {
      tell(t`Saved.`);
      onClose();
    },
    // Also when somebody else was faster: the list shows theirs.
    onSettled: () => client.invalidateQueries({ queryKey: queries.templates(companyId).queryKey }),
  });
  const { byField } = fieldErrors(save.error ? asProblem(save.error) : null, ["name"]);
  const following = template ? template.members - template.overridden : 0;
  return (
    <Dialog
      title={template ? t`Edit ${template.name}` : t`New template`}
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
      <Field
        label={t`Name`}
        value={name}
        onChange={setName}
        error={byField["name"]}
        required
        autoFocus={template === null}
      />
      <RightsFields rights={rights} onChange={setRights} />
      {following > 0 ? (
        <p className="hint">
          <Plural
            value={following}
            one="# member follows this template and changes with it at once."
            other="# members follow this template and change with it at once."
          />
        </p>
      ) : null}
      <ProblemBanner error={save.error} />
    </Dialog>
  );
}

function RemoveDialog({
  companyId,
  template,
  onClose,
}: {
  companyId: Id;
  template: PermissionTemplate;
  onClose: () => void;
}) {
  const { t } = useLingui();
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => api.companies.removeTemplate(companyId, template.id),
    onSuccess: async () => {
      tell(t`${template.name} has been removed.`);
      onClose();
      await client.invalidateQueries({ queryKey: queries.templates(companyId).queryKey });
    },
  });
  return (
    <Dialog
      title={t`Remove ${template.name}`}
      alert
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
        {template.members > 0 ? (
          <Plural
            value={template.members}
            one="# member has it. They keep the levels and grants they have, as their own."
            other="# members have it. They keep the levels and grants they have, as their own."
          />
        ) : (
          <Trans>Nobody has it.</Trans>
        )}
      </p>
      <ProblemBanner error={remove.error} />
    </Dialog>
  );
}
