/** What a new company needs next: people, a project, how connections are approved. Each step can be left for later. */
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter, useSearch } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef, useState } from "react";
import * as api from "../../api/endpoints.ts";
import { asProblem, fieldErrors } from "../../api/problem.ts";
import { queries } from "../../api/queries.ts";
import type { ApprovalMode, ConnectionSettings, Id } from "../../api/types.ts";
import { ActButton, Button, LinkButton } from "../../components/Button.tsx";
import { ProblemBanner, QueryView } from "../../components/feedback.tsx";
import { Field } from "../../components/fields.tsx";
import { useCompanyId } from "../../components/hooks.ts";
import { Page } from "../../components/Page.tsx";
import { tell } from "../../components/toasts.tsx";
import { WizardSteps } from "../../components/WizardSteps.tsx";
import { paths } from "../../paths.ts";
import { AddPersonDialog } from "../company/AddPersonDialog.tsx";
import { ApprovalChoices } from "../company/ApprovalChoices.tsx";

import { PersonStatusMark } from "../project/DirectoryPage.tsx";
import { type SetUpStep, setUpSteps, useStepNames } from "./steps.ts";

export function SetUpPage() {
  const { t } = useLingui();
  const id = useCompanyId();
  const { step } = useSearch({ from: "/signed-in/companies/$companyId/set-up" });
  const company = useQuery(queries.company(id));
  const names = useStepNames();
  // The company, which is there by now, is the first of the names.
  const at = setUpSteps.indexOf(step) + 1;
  return (
    <Page
      narrow
      windowTitle={t`Set up ${company.data?.name ?? ""}`}
      title={<Trans>Set up {company.data?.name}</Trans>}
      lead={<Trans>Everything here can be left for later and changed at any time.</Trans>}
    >
      <div className="card wizard">
        <WizardSteps names={names} at={at} />
        {step === "people" ? <People id={id} title={names[at]} /> : null}
        {step === "project" ? <FirstProject id={id} title={names[at]} /> : null}
        {step === "approval" ? <Approval id={id} title={names[at]} /> : null}
      </div>
    </Page>
  );
}

/** A step: its heading, which has the focus when it begins, its work, and the ways on and back. */
function Step({ title, children, foot }: { title: ReactNode; children: ReactNode; foot: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <>
      <div className="card-body stack loose">
        <h2 ref={heading} tabIndex={-1} className="wizard-title">
          {title}
        </h2>
        {children}
      </div>
      <div className="dialog-foot">{foot}</div>
    </>
  );
}

interface StepProps {
  id: Id;
  title: ReactNode;
}

function Back({ id, to }: { id: Id; to: SetUpStep }) {
  return (
    <LinkButton href={paths.setUp(id, to)}>
      <Trans>Back</Trans>
    </LinkButton>
  );
}

function People({ id, title }: StepProps) {
  const company = useQuery(queries.company(id));
  const people = useQuery(queries.companyPeople(id));
  const [inviting, setInviting] = useState(false);
  return (
    <Step
      title={title}
      foot={
        <>
          <span />
          <LinkButton look="primary" href={paths.setUp(id, "project")}>
            <Trans>Continue</Trans>
          </LinkButton>
        </>
      }
    >
      <p>
        <Trans>
          Who else works with you? Each gets a link by mail and chooses a password. Where no mail server is
          set, whoever runs this installation prints the link with <code>sluice admin invitation-link</code>.
        </Trans>
      </p>
      <QueryView query={people}>
        {(all) => (
          <ul className="list">
            {all.map((one) => (
              <li key={one.person.id} className="line">
                <span className="stack tight grow">
                  <span className="strong">{one.person.name}</span>
                  <span className="small quiet cut">{one.person.email}</span>
                </span>
                <PersonStatusMark status={one.status} />
              </li>
            ))}
          </ul>
        )}
      </QueryView>
      <div className="row">
        <ActButton can={company.data?.can.manage_people} icon="plus" onPress={() => setInviting(true)}>
          <Trans>Add a person</Trans>
        </ActButton>
      </div>
      {inviting ? <AddPersonDialog companyId={id} onClose={() => setInviting(false)} /> : null}
    </Step>
  );
}

function FirstProject({ id, title }: StepProps) {
  const { t } = useLingui();
  const client = useQueryClient();
  const router = useRouter();
  const projects = useQuery(queries.projects());
  const [name, setName] = useState("");
  const [number, setNumber] = useState("");
  const on = () => router.history.push(paths.setUp(id, "approval"));
  const create = useMutation({
    mutationFn: () =>
      api.companies.createProject(id, {
        name: name.trim(),
        ...(number.trim() ? { number: number.trim() } : {}),
      }),
    onSuccess: async (project) => {
      tell(t`${project.name} has been created.`);
      await client.invalidateQueries({ queryKey: queries.projects().queryKey });
      on();
    },
  });
  const { byField } = fieldErrors(create.error ? asProblem(create.error) : null, ["name", "number"]);
  const own = projects.data?.filter((project) => project.company.id === id) ?? [];
  const empty = name.trim() === "" && number.trim() === "";
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (empty) on();
        else create.mutate();
      }}
      noValidate
    >
      <Step
        title={title}
        foot={
          <>
            <Back id={id} to="people" />
            <Button look="primary" type="submit" pending={create.isPending}>
              {empty ? (
                own.length > 0 ? (
                  <Trans>Continue</Trans>
                ) : (
                  <Trans>Later</Trans>
                )
              ) : (
                <Trans>Create</Trans>
              )}
            </Button>
          </>
        }
      >
        <p>
          <Trans>
            A project is one job. Its drawings, its directory and its connections to other companies belong to
            it. You will have Admin on everything in it.
          </Trans>
        </p>
        {own.length > 0 ? (
          <ul className="list">
            {own.map((project) => (
              <li key={project.id} className="line">
                <span className="strong grow cut">{project.name}</span>
                <span className="quiet">{project.number}</span>
              </li>
            ))}
          </ul>
        ) : null}
        <Field label={t`Name`} value={name} onChange={setName} error={byField["name"]} />
        <Field
          label={t`Number`}
          hint={t`The number people say aloud; optional.`}
          value={number}
          onChange={setNumber}
          error={byField["number"]}
        />
        <ProblemBanner error={create.error} />
      </Step>
    </form>
  );
}

function Approval({ id, title }: StepProps) {
  const settings = useQuery(queries.companySettings(id));
  return <QueryView query={settings}>{(data) => <Approve id={id} title={title} data={data} />}</QueryView>;
}

function Approve({ id, title, data }: StepProps & { data: ConnectionSettings }) {
  const { t } = useLingui();
  const client = useQueryClient();
  const router = useRouter();
  const projects = useQuery(queries.projects());
  const [approval, setApproval] = useState<ApprovalMode>(data.approval);
  const own = projects.data?.filter((project) => project.company.id === id) ?? [];
  const [only] = own.length === 1 ? own : [];
  const finish = useMutation({
    mutationFn: () => api.companies.setSettings(id, approval),
    onSuccess: (next) => {
      client.setQueryData(queries.companySettings(id).queryKey, { ...data, ...next });
      tell(t`Everything is set up.`);
      router.history.push(only ? paths.project(only.id) : paths.projects());
    },
  });
  return (
    <Step
      title={title}
      foot={
        <>
          <Back id={id} to="project" />
          <ActButton
            can={data.can.update}
            look="primary"
            onPress={() => finish.mutate()}
            pending={finish.isPending}
          >
            <Trans>Finish</Trans>
          </ActButton>
        </>
      }
    >
      <p>
        <Trans>
          Other companies can ask to receive what your projects publish. How are such connections approved?
        </Trans>
      </p>
      <ApprovalChoices value={approval} onChange={setApproval} disabled={data.can.update?.allowed !== true} />
      <ProblemBanner error={finish.error} />
    </Step>
  );
}
