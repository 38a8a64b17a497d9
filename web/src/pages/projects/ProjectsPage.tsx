import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useState } from "react";
import * as api from "../../api/endpoints.ts";
import { asProblem, fieldErrors } from "../../api/problem.ts";
import { queries } from "../../api/queries.ts";
import type { Project, Session } from "../../api/types.ts";
import { AppLink } from "../../components/AppLink.tsx";
import { Button } from "../../components/Button.tsx";
import { Dialog } from "../../components/Dialog.tsx";
import { Blank, ProblemBanner, QueryView } from "../../components/feedback.tsx";
import { Field, Search, SelectField } from "../../components/fields.tsx";
import { useChosenCompany } from "../../components/hooks.ts";
import { Icon } from "../../components/Icon.tsx";
import { Page } from "../../components/Page.tsx";
import { State } from "../../components/State.tsx";
import { paths } from "../../paths.ts";

export function ProjectsPage() {
  const { t } = useLingui();
  const { data: session } = useQuery(queries.session());
  const projects = useQuery(queries.projects());
  const chosen = useChosenCompany();
  const [q, setQ] = useState("");
  const [creating, setCreating] = useState(false);
  const company = session?.companies.find((candidate) => candidate.id === chosen);
  const mayCreate =
    session?.companies.some((candidate) => candidate.employee || candidate.company_admin) ?? false;
  return (
    <Page
      windowTitle={t`Projects`}
      title={company ? company.name : <Trans>Projects</Trans>}
      actions={
        <>
          <Search label={t`Find a project`} value={q} onChange={setQ} />
          {mayCreate ? (
            <Button look="primary" icon="plus" onPress={() => setCreating(true)}>
              <Trans>New project</Trans>
            </Button>
          ) : null}
        </>
      }
    >
      <QueryView query={projects}>
        {(all) => {
          const wanted = q.trim().toLowerCase();
          const ofCompany = company ? all.filter((project) => project.company.id === company.id) : all;
          const shown = ofCompany.filter((project) =>
            `${project.name} ${project.number ?? ""} ${project.company.name}`.toLowerCase().includes(wanted),
          );
          if (ofCompany.length === 0) {
            return (
              <Blank
                icon="drawing"
                title={<Trans>No projects yet</Trans>}
                action={
                  mayCreate ? (
                    <Button look="primary" onPress={() => setCreating(true)}>
                      <Trans>Create the first project</Trans>
                    </Button>
                  ) : null
                }
              >
                <Trans>Projects you are a member of appear here.</Trans>
              </Blank>
            );
          }
          if (shown.length === 0) {
            return (
              <Blank
                icon="search"
                title={<Trans>No project matches “{q}”</Trans>}
                action={
                  <Button onPress={() => setQ("")}>
                    <Trans>Clear the search</Trans>
                  </Button>
                }
              />
            );
          }
          return <ProjectGroups projects={shown} byCompany={!company} />;
        }}
      </QueryView>
      {creating && session ? (
        <NewProjectDialog session={session} preset={company?.id ?? null} onClose={() => setCreating(false)} />
      ) : null}
    </Page>
  );
}

function ProjectGroups({ projects, byCompany }: { projects: readonly Project[]; byCompany: boolean }) {
  const active = projects.filter((project) => project.active);
  const inactive = projects.filter((project) => !project.active);
  const companies = [...new Map(active.map((project) => [project.company.id, project.company])).values()];
  return (
    <div className="stack wide">
      {byCompany
        ? companies.map((company) => (
            <section key={company.id} className="stack" aria-label={company.name}>
              <h2 className="group-title">
                <Icon name="company" />
                {company.name}
              </h2>
              <ProjectList projects={active.filter((project) => project.company.id === company.id)} />
            </section>
          ))
        : active.length > 0 && <ProjectList projects={active} />}
      {inactive.length > 0 ? (
        <section className="stack">
          <h2 className="group-title quiet">
            <Trans>Inactive</Trans>
          </h2>
          <ProjectList projects={inactive} />
        </section>
      ) : null}
    </div>
  );
}

function ProjectList({ projects }: { projects: readonly Project[] }) {
  return (
    <ul className="card list">
      {projects.map((project) => (
        <li key={project.id}>
          <AppLink href={paths.project(project.id)} className="line project-line">
            <span className="project-number">{project.number ?? ""}</span>
            <span className="strong cut grow">{project.name}</span>
            <ConnectionSummary project={project} />
            <Icon name="chevronRight" />
          </AppLink>
        </li>
      ))}
    </ul>
  );
}

function ConnectionSummary({ project }: { project: Project }) {
  const { upstream, downstream, waiting } = project.connections;
  const live = downstream.filter((end) => end.state === "connected").length;
  if (!upstream && live === 0 && waiting === 0) return null;
  return (
    <span className="row wrap project-summary small">
      {upstream ? (
        <span className="row quiet">
          <Icon name="arrived" />
          {upstream.state === "connected" ? (
            <Trans>from {upstream.company.name}</Trans>
          ) : upstream.state === "requested" ? (
            <Trans>asked {upstream.company.name}</Trans>
          ) : (
            <Trans>disconnected from {upstream.company.name}</Trans>
          )}
        </span>
      ) : null}
      {live > 0 ? (
        <span className="row quiet">
          <Icon name="connection" />
          <Plural value={live} one="# downstream project" other="# downstream projects" />
        </span>
      ) : null}
      {waiting > 0 ? (
        <State tone="wait" shape="ring" pill>
          <Plural value={waiting} one="# request waiting" other="# requests waiting" />
        </State>
      ) : null}
    </span>
  );
}

function NewProjectDialog({
  session,
  preset,
  onClose,
}: {
  session: Session;
  preset: string | null;
  onClose: () => void;
}) {
  const { t } = useLingui();
  const client = useQueryClient();
  const router = useRouter();
  const own = session.companies.filter((candidate) => candidate.employee || candidate.company_admin);
  const [companyId, setCompanyId] = useState<string | null>(preset ?? own[0]?.id ?? null);
  const company = useQuery({ ...queries.company(companyId ?? ""), enabled: companyId !== null });
  const [name, setName] = useState("");
  const [number, setNumber] = useState("");
  const create = useMutation({
    mutationFn: () =>
      api.companies.createProject(companyId ?? "", {
        name: name.trim(),
        ...(number.trim() ? { number: number.trim() } : {}),
      }),
    onSuccess: async (project) => {
      await client.invalidateQueries({ queryKey: queries.projects().queryKey });
      onClose();
      router.history.push(paths.project(project.id));
    },
  });
  const { byField } = fieldErrors(create.error ? asProblem(create.error) : null, ["name", "number"]);
  const refused =
    company.data?.can.create_project?.allowed === false ? company.data.can.create_project : null;
  return (
    <Dialog
      title={t`New project`}
      onClose={onClose}
      onSubmit={() => create.mutate()}
      foot={
        <>
          <Button onPress={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button look="primary" type="submit" pending={create.isPending} disabled={refused !== null}>
            <Trans>Create</Trans>
          </Button>
        </>
      }
    >
      {own.length > 1 ? (
        <SelectField label={t`Company`} value={companyId} onChange={setCompanyId} choices={own} />
      ) : null}
      {refused?.reason ? <p className="wrong">{refused.reason}</p> : null}
      <Field label={t`Name`} value={name} onChange={setName} error={byField["name"]} required autoFocus />
      <Field
        label={t`Number`}
        hint={t`The number people say aloud; optional.`}
        value={number}
        onChange={setNumber}
        error={byField["number"]}
      />
      <ProblemBanner error={create.error} />
    </Dialog>
  );
}
