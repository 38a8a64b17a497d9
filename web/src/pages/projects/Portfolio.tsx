/** The projects one sees, with the state of their connections: active ones by company, inactive ones apart. */
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import type { ConnectedProject, Project } from "../../api/types.ts";
import { AppLink } from "../../components/AppLink.tsx";
import { Icon } from "../../components/Icon.tsx";
import { State } from "../../components/State.tsx";
import { paths } from "../../paths.ts";
import { ConnectionStateMark } from "../connections/parts.tsx";
import { useStageNames } from "../project/levels.ts";

export function Portfolio({ projects, byCompany }: { projects: readonly Project[]; byCompany: boolean }) {
  const { t } = useLingui();
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
              <Projects projects={active.filter((project) => project.company.id === company.id)} />
            </section>
          ))
        : active.length > 0 && <Projects projects={active} />}
      {inactive.length > 0 ? (
        <section className="stack" aria-label={t({ message: "Inactive", context: "projects" })}>
          <h2 className="group-title quiet">
            <Trans context="projects">Inactive</Trans>
          </h2>
          <Projects projects={inactive} />
        </section>
      ) : null}
    </div>
  );
}

function Projects({ projects }: { projects: readonly Project[] }) {
  const { t } = useLingui();
  const stages = useStageNames();
  return (
    <div className="card table-wrap">
      <table className="table as-list portfolio">
        <thead>
          <tr>
            <th scope="col">{t`Project`}</th>
            <th scope="col">{t`Stage`}</th>
            <th scope="col">{t`Receives from`}</th>
            <th scope="col">{t`Publishes to`}</th>
          </tr>
        </thead>
        <tbody>
          {projects.map((project) => (
            <tr key={project.id}>
              <td>
                <AppLink href={paths.project(project.id)} className="project-cell">
                  <span className="strong">{project.name}</span>
                  <span className="small quiet">{project.number}</span>
                </AppLink>
              </td>
              <td data-label={t`Stage`}>
                {project.stage ? stages[project.stage] : <span className="quiet">–</span>}
              </td>
              <td data-label={t`Receives from`}>
                {project.connections.upstream ? (
                  <Upstream projectId={project.id} end={project.connections.upstream} />
                ) : (
                  <span className="quiet">–</span>
                )}
              </td>
              <td data-label={t`Publishes to`}>
                <Downstream project={project} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Upstream({ projectId, end }: { projectId: string; end: ConnectedProject }) {
  return (
    <AppLink href={paths.connection(projectId, end.connection_id)} className="row wrap">
      <span>{end.company.name}</span>
      <ConnectionStateMark state={end.state} />
    </AppLink>
  );
}

function Downstream({ project }: { project: Project }) {
  const { downstream, waiting } = project.connections;
  const count = (state: ConnectedProject["state"]) => downstream.filter((end) => end.state === state).length;
  const [live, ended] = [count("connected"), count("disconnected")];
  if (live + waiting + ended === 0) return <span className="quiet">–</span>;
  return (
    <AppLink href={paths.connections(project.id)} className="row wrap">
      {live > 0 ? (
        <State tone="ok" shape="dot">
          <Plural value={live} one="# project" other="# projects" />
        </State>
      ) : null}
      {waiting > 0 ? (
        <State tone="wait" shape="ring">
          <Plural value={waiting} one="# request waiting" other="# requests waiting" />
        </State>
      ) : null}
      {ended > 0 ? (
        <State tone="ended" shape="cross">
          <Plural value={ended} one="# ended" other="# ended" />
        </State>
      ) : null}
    </AppLink>
  );
}
