import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import * as api from "../../api/endpoints.ts";
import { asProblem, fieldErrors } from "../../api/problem.ts";
import { queries, topicKey } from "../../api/queries.ts";
import type { Project } from "../../api/types.ts";
import { whyNot } from "../../api/words.ts";
import { ActButton } from "../../components/Button.tsx";
import { Banner, ProblemBanner, QueryView } from "../../components/feedback.tsx";
import { Field, Toggle } from "../../components/fields.tsx";
import { useProject } from "../../components/hooks.ts";
import { Card, Page } from "../../components/Page.tsx";
import { tell, tellProblem } from "../../components/toasts.tsx";
import { DeleteProject } from "./DeleteProject.tsx";
import { type Place, PlaceFields } from "./PlaceFields.tsx";

export function ProjectSettingsPage() {
  const { t } = useLingui();
  const project = useProject();
  return (
    <Page narrow windowTitle={t`Settings`} title={<Trans>Project settings</Trans>}>
      <QueryView query={project}>{(data) => <Settings project={data} />}</QueryView>
    </Page>
  );
}

function useUpdate(project: Project) {
  const { t } = useLingui();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: api.ProjectEdit) => api.projects.update(project.id, body),
    onSuccess: async (next) => {
      client.setQueryData(queries.project(project.id).queryKey, next);
      tell(t`Saved.`);
      await client.invalidateQueries({ queryKey: topicKey("project") });
    },
    // Someone else changed it meanwhile: show theirs, so that the next try starts from it.
    onError: () => client.invalidateQueries({ queryKey: queries.project(project.id).queryKey }),
  });
}

function Settings({ project }: { project: Project }) {
  const { t } = useLingui();
  const [name, setName] = useState(project.name);
  const [number, setNumber] = useState(project.number ?? "");
  const [place, setPlace] = useState<Place>({
    address: project.address,
    time_zone: project.time_zone,
    stage: project.stage,
  });
  const update = useUpdate(project);
  const change = useUpdate(project);
  const { byField } = fieldErrors(update.error ? asProblem(update.error) : null, [
    "name",
    "number",
    "address",
    "time_zone",
  ]);
  const may = project.can.update;
  const locked = may?.allowed !== true;
  const connected =
    project.connections.upstream?.state === "connected" ||
    project.connections.downstream.some((end) => end.state === "connected");
  const act = (body: api.ProjectEdit) => change.mutate(body, { onError: tellProblem });
  return (
    <div className="stack wide">
      <Card title={<Trans>The project</Trans>}>
        <div className="card-body stack loose">
          <Field
            label={t`Name`}
            value={name}
            onChange={setName}
            error={byField["name"]}
            required
            disabled={locked}
          />
          <Field
            label={t`Number`}
            value={number}
            onChange={setNumber}
            error={byField["number"]}
            disabled={locked}
          />
          <PlaceFields place={place} onChange={setPlace} errors={byField} disabled={locked} />
          <ProblemBanner error={update.error} />
          <div className="row">
            <ActButton
              can={may}
              look="primary"
              pending={update.isPending}
              onPress={() => update.mutate({ name: name.trim(), number: number.trim(), ...place })}
            >
              <Trans>Save</Trans>
            </ActButton>
          </div>
        </div>
      </Card>
      <Card title={<Trans>Tools</Trans>}>
        <div className="card-body stack loose">
          <Toggle
            selected={project.tools.drawings}
            disabled={locked}
            onChange={(on) => act({ tools: { drawings: on } })}
          >
            <Trans>Drawings</Trans>
          </Toggle>
          {connected ? (
            <p className="hint">
              <Trans>
                Switching a connected tool off pauses its flow. It goes on, and catches up, when it is on
                again.
              </Trans>
            </p>
          ) : null}
        </div>
      </Card>
      <Card title={<Trans>Active</Trans>}>
        <div className="card-body stack loose">
          <Toggle selected={project.active} disabled={locked} onChange={(on) => act({ active: on })}>
            <Trans>This project is active</Trans>
          </Toggle>
          <p className="hint">
            <Trans>
              An inactive project is listed apart and stays readable. Its connections pause; they do not end.
            </Trans>
          </p>
          {locked && may ? <Banner icon="info">{whyNot(may)}</Banner> : null}
        </div>
      </Card>
      <DeleteProject project={project} />
    </div>
  );
}
