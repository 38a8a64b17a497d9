import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { queries } from "../../api/queries.ts";
import { Button } from "../../components/Button.tsx";
import { Blank, QueryView } from "../../components/feedback.tsx";
import { Search } from "../../components/fields.tsx";
import { useChosenCompany } from "../../components/hooks.ts";
import { Page } from "../../components/Page.tsx";
import { Founding } from "./Founding.tsx";
import { NewProjectDialog } from "./NewProjectDialog.tsx";
import { Portfolio } from "./Portfolio.tsx";

export function ProjectsPage() {
  const { t } = useLingui();
  const { data: session } = useQuery(queries.session());
  const projects = useQuery(queries.projects());
  const chosen = useChosenCompany();
  const [q, setQ] = useState("");
  const [creating, setCreating] = useState(false);
  const company = session?.companies.find((candidate) => candidate.id === chosen);
  const companies = useQuery(queries.companies());
  const creators = (companies.data ?? []).filter((one) => one.can.create_project?.allowed);
  const mayCreate = company ? creators.some((one) => one.id === company.id) : creators.length > 0;
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
          if (ofCompany.length === 0 && session?.installation_admin && session.companies.length === 0) {
            return <Founding />;
          }
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
          return <Portfolio projects={shown} byCompany={!company} />;
        }}
      </QueryView>
      {creating ? (
        <NewProjectDialog
          companies={creators}
          preset={company?.id ?? null}
          onClose={() => setCreating(false)}
        />
      ) : null}
    </Page>
  );
}
