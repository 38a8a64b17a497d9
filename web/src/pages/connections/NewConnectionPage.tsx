import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef, useState } from "react";
import * as api from "../../api/endpoints.ts";
import { queries, topicKey } from "../../api/queries.ts";
import type { ArrivalMode, ConnectionCandidate, Id, Project, Tool } from "../../api/types.ts";
import { reasonOf } from "../../api/words.ts";
import { AppLink } from "../../components/AppLink.tsx";
import { Button, LinkButton } from "../../components/Button.tsx";
import { Banner, Blank, ProblemBanner, QueryView } from "../../components/feedback.tsx";
import { Check, RadioCards } from "../../components/fields.tsx";
import { useProject, useProjectId } from "../../components/hooks.ts";
import { Page } from "../../components/Page.tsx";
import { tell } from "../../components/toasts.tsx";
import { WizardSteps } from "../../components/WizardSteps.tsx";
import { paths } from "../../paths.ts";
import { useToolNames } from "../project/levels.ts";
import { WouldArriveView } from "./asked.tsx";
import { useArrivalChoices } from "./parts.tsx";

type Step = "company" | "project" | "what" | "arrival" | "considerations";
const allSteps: readonly Step[] = ["company", "project", "what", "arrival", "considerations"];

export function NewConnectionPage() {
  const { t } = useLingui();
  const id = useProjectId();
  const project = useProject();
  const candidates = useQuery(queries.candidates(id));
  return (
    <Page
      narrow
      windowTitle={t`Connect to an upstream project`}
      title={<Trans>Connect to an upstream project</Trans>}
      lead={
        <AppLink href={paths.connections(id)}>
          <Trans>Connection Manager</Trans>
        </AppLink>
      }
    >
      <QueryView query={candidates}>
        {(all) =>
          all.length === 0 ? (
            <Blank
              icon="company"
              title={<Trans>There is no project you could connect to</Trans>}
              action={
                <LinkButton href={paths.connections(id)}>
                  <Trans>Back</Trans>
                </LinkButton>
              }
            >
              <Trans>
                You can connect to projects of other companies that you are a member of. Ask the upstream
                company to add you to its project first.
              </Trans>
            </Blank>
          ) : project.data ? (
            <Wizard candidates={all} project={project.data} />
          ) : null
        }
      </QueryView>
    </Page>
  );
}

function Wizard({ candidates, project }: { candidates: readonly ConnectionCandidate[]; project: Project }) {
  const { t } = useLingui();
  const client = useQueryClient();
  const router = useRouter();
  const [step, setStep] = useState<Step>("company");
  const [companyId, setCompanyId] = useState<Id | null>(null);
  const [projectId, setProjectId] = useState<Id | null>(null);
  const [left, setLeft] = useState<readonly Tool[]>([]);
  const [arrival, setArrival] = useState<ArrivalMode>("review");
  const [understood, setUnderstood] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  const arrivalChoices = useArrivalChoices();
  // biome-ignore lint/correctness/useExhaustiveDependencies: each step begins at its heading
  useEffect(() => {
    heading.current?.focus();
  }, [step]);

  const companies = [...new Map(candidates.map((one) => [one.company.id, one.company])).values()].map(
    (company) => {
      const projects = candidates.filter((one) => one.company.id === company.id);
      const eligible = projects.filter((one) => one.eligible);
      return { company, count: eligible.length, reason: eligible.length === 0 ? projects[0]?.reason : null };
    },
  );
  const chosen = candidates.find((one) => one.project.id === projectId);
  const tools = (chosen?.tools ?? [])
    .filter((one) => one.eligible && !left.includes(one.tool))
    .map((one) => one.tool);
  const drawings = tools.includes("drawings");
  const steps = allSteps.filter((one) => one !== "arrival" || drawings);
  const connect = useMutation({
    mutationFn: () =>
      api.connections.create(project.id, {
        upstream_project_id: projectId ?? "",
        tools,
        ...(drawings ? { arrival } : {}),
      }),
    onSuccess: async (connection) => {
      tell(
        connection.state === "connected"
          ? t`Connected. The first copy is on its way.`
          : t`The request has been sent to ${connection.upstream.company.name}.`,
      );
      await Promise.all([
        client.invalidateQueries({ queryKey: topicKey("connections", project.id) }),
        client.invalidateQueries({ queryKey: topicKey("project") }),
      ]);
      router.history.push(paths.connections(project.id));
    },
  });

  const at = steps.indexOf(step);
  const ready: Record<Step, boolean> = {
    company: companyId !== null,
    project: chosen?.eligible === true,
    what: tools.length > 0,
    arrival: true,
    considerations: understood,
  };
  const names: Record<Step, string> = {
    company: t`Company`,
    project: t`Project`,
    what: t`What to share`,
    arrival: t`How drawings arrive`,
    considerations: t`Before you connect`,
  };
  const last = step === "considerations";
  const go = () => {
    if (!ready[step]) return;
    if (last) connect.mutate();
    else setStep(steps[at + 1] ?? step);
  };

  return (
    <form
      className="card wizard"
      onSubmit={(event) => {
        event.preventDefault();
        go();
      }}
    >
      <WizardSteps names={steps.map((one) => names[one])} at={at} />
      <div className="card-body stack loose">
        <h2 ref={heading} tabIndex={-1} className="wizard-title">
          {names[step]}
        </h2>
        {step === "company" ? (
          <>
            <p className="quiet">
              <Trans>Which company's project should {project.name} receive from?</Trans>
            </p>
            <RadioCards
              label={t`Company`}
              hideLabel
              value={companyId}
              onChange={(value) => {
                setCompanyId(value);
                const only = candidates.filter((one) => one.company.id === value && one.eligible);
                setProjectId(only.length === 1 ? (only[0]?.project.id ?? null) : null);
              }}
              choices={companies.map(({ company, count, reason }) => ({
                id: company.id,
                title: company.name,
                note: reason ? (
                  reasonOf(reason)
                ) : (
                  <Plural
                    value={count}
                    one="# project can be connected"
                    other="# projects can be connected"
                  />
                ),
                disabled: count === 0,
              }))}
            />
          </>
        ) : null}
        {step === "project" ? (
          <RadioCards
            label={t`Project`}
            hideLabel
            value={projectId}
            onChange={setProjectId}
            choices={candidates
              .filter((one) => one.company.id === companyId)
              .map((one) => ({
                id: one.project.id,
                title: `${one.project.name}${one.project.number ? ` · ${one.project.number}` : ""}`,
                disabled: !one.eligible,
                note: one.eligible ? (
                  one.would_arrive.drawings ? (
                    <Plural
                      value={one.would_arrive.drawings.records}
                      one="# published sheet"
                      other="# published sheets"
                    />
                  ) : null
                ) : one.reason ? (
                  reasonOf(one.reason)
                ) : null,
              }))}
          />
        ) : null}
        {step === "what" ? (
          <>
            {(chosen?.tools ?? []).map((one) => (
              <Check
                key={one.tool}
                card
                selected={tools.includes(one.tool)}
                disabled={!one.eligible}
                onChange={(on) =>
                  setLeft(on ? left.filter((tool) => tool !== one.tool) : [...left, one.tool])
                }
              >
                <WhatIsShared choice={one} />
              </Check>
            ))}
            {tools.length > 0 ? null : (
              <p className="wrong" role="alert">
                <Trans>Choose at least one.</Trans>
              </p>
            )}
          </>
        ) : null}
        {step === "arrival" ? (
          <RadioCards
            label={t`How drawings arrive`}
            hideLabel
            value={arrival}
            onChange={setArrival}
            choices={arrivalChoices}
          />
        ) : null}
        {last && chosen ? (
          <Considerations
            candidate={chosen}
            project={project}
            tools={tools}
            arrival={drawings ? arrivalChoices.find((choice) => choice.id === arrival)?.title : undefined}
          />
        ) : null}
        {last ? (
          <Check selected={understood} onChange={setUnderstood} required>
            <Trans>I have read this.</Trans>
          </Check>
        ) : null}
        <ProblemBanner error={connect.error} />
      </div>
      <div className="dialog-foot">
        {at > 0 ? (
          <Button onPress={() => setStep(steps[at - 1] ?? step)}>
            <Trans>Back</Trans>
          </Button>
        ) : (
          <LinkButton href={paths.connections(project.id)}>
            <Trans>Cancel</Trans>
          </LinkButton>
        )}
        <Button look="primary" type="submit" disabled={!ready[step]} pending={connect.isPending}>
          {last ? (
            chosen?.approval === "review" ? (
              <Trans>Send the request</Trans>
            ) : (
              <Trans>Connect</Trans>
            )
          ) : (
            <Trans>Continue</Trans>
          )}
        </Button>
      </div>
    </form>
  );
}

function WhatIsShared({ choice }: { choice: ConnectionCandidate["tools"][number] }) {
  const names = useToolNames();
  const drawings = choice.tool === "drawings";
  return (
    <span className="stack tight">
      <span className="strong">{drawings ? <Trans>All published drawings</Trans> : names[choice.tool]}</span>
      {choice.reason ? <span className="hint">{reasonOf(choice.reason)}</span> : null}
      {drawings && choice.eligible ? (
        <span className="hint">
          <Trans>
            Every revision published so far, and each new one within seconds of being published. Never drafts,
            unpublished sheets or markups.
          </Trans>
        </span>
      ) : null}
    </span>
  );
}

function Considerations({
  candidate,
  project,
  tools,
  arrival,
}: {
  candidate: ConnectionCandidate;
  project: Project;
  tools: readonly Tool[];
  arrival: string | undefined;
}) {
  const company = candidate.company.name;
  const upstream = candidate.project.name;
  return (
    <>
      <div className="pair">
        <PairEnd role={<Trans>Upstream</Trans>} company={company} project={upstream} />
        <svg className="flow on" viewBox="0 0 72 24" aria-hidden="true">
          <path className="flow-line" d="M4 12h56" />
          <path className="flow-head" d="m55 6 8 6-8 6" />
        </svg>
        <PairEnd role={<Trans>Downstream</Trans>} company={project.company.name} project={project.name} />
      </div>
      <section className="stack">
        <h3>
          <Trans>What would arrive now</Trans>
        </h3>
        <WouldArriveView would={candidate.would_arrive} only={tools} />
        {arrival ? (
          <p className="quiet">
            <Trans>How drawings arrive: {arrival}</Trans>
          </p>
        ) : null}
      </section>
      <ul className="consequences">
        <li>
          <Trans>
            <strong>One upstream only.</strong> {project.name} can be connected to one upstream project, ever,
            and can no longer be an upstream project itself.
          </Trans>
        </li>
        <li>
          <Trans>
            <strong>No reconnecting.</strong> Once disconnected, by either side, it can never connect again.
            What was copied stays yours.
          </Trans>
        </li>
        <li>
          <Trans>
            <strong>One way.</strong> Data flows from {company} to you. Nothing you do here changes anything
            there.
          </Trans>
        </li>
        <li>
          {candidate.approval === "review" ? (
            <Trans>
              <strong>{company} approves first.</strong> It gets your request with your name and company.
              Until it answers, you can withdraw it.
            </Trans>
          ) : (
            <Trans>
              <strong>Connected at once.</strong> {company} lets those who already have access connect. A
              mistake can be undone for five minutes, as long as nobody here has published or downloaded a
              sheet.
            </Trans>
          )}
        </li>
        <li>
          <Trans>
            <strong>Who is told.</strong> On both sides those chosen in the settings of Connection Manager:
            its Admins in the project’s directory, unless specific people were named.
          </Trans>
        </li>
      </ul>
      {candidate.approval === "review" ? null : (
        <Banner icon="info" tone="note">
          <Trans>The first copy starts as soon as you connect. You can keep working meanwhile.</Trans>
        </Banner>
      )}
    </>
  );
}

function PairEnd({ role, company, project }: { role: ReactNode; company: string; project: string }) {
  return (
    <div className="party">
      <span className="small quiet">{role}</span>
      <span className="strong">{company}</span>
      <span className="quiet">{project}</span>
    </div>
  );
}
