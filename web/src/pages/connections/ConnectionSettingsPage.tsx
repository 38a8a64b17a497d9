import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import * as api from "../../api/endpoints.ts";
import { queries } from "../../api/queries.ts";
import type { ArrivalSettings, ConnectionNotifications, Id } from "../../api/types.ts";
import { AppLink } from "../../components/AppLink.tsx";
import { ActButton } from "../../components/Button.tsx";
import { Banner, ProblemBanner, QueryView } from "../../components/feedback.tsx";
import { Check, RadioCards } from "../../components/fields.tsx";
import { useProjectId } from "../../components/hooks.ts";
import { Card, Page } from "../../components/Page.tsx";
import { tell } from "../../components/toasts.tsx";
import { paths } from "../../paths.ts";
import { useArrivalChoices } from "./parts.tsx";

export function ConnectionSettingsPage() {
  const { t } = useLingui();
  const id = useProjectId();
  const list = useQuery(queries.connectionNotifications(id));
  const arrival = useQuery(queries.arrival(id));
  return (
    <Page
      narrow
      windowTitle={t`Connection settings`}
      title={<Trans>Connection settings</Trans>}
      lead={
        <AppLink href={paths.connections(id)}>
          <Trans>Connection Manager</Trans>
        </AppLink>
      }
    >
      <div className="stack wide">
        <QueryView query={list}>
          {(data) => <Recipients key={JSON.stringify(data)} data={data} id={id} />}
        </QueryView>
        <QueryView query={arrival}>{(data) => <Arrival key={data.mode} data={data} id={id} />}</QueryView>
      </div>
    </Page>
  );
}

function Recipients({ data, id }: { data: ConnectionNotifications; id: Id }) {
  const { t } = useLingui();
  const client = useQueryClient();
  const [mode, setMode] = useState(data.mode);
  const [people, setPeople] = useState<ReadonlySet<Id>>(new Set(data.person_ids));
  const save = useMutation({
    mutationFn: () =>
      api.connections.setNotifications(id, { mode, person_ids: mode === "specific" ? [...people] : [] }),
    onSuccess: (next) => {
      client.setQueryData(queries.connectionNotifications(id).queryKey, { ...data, ...next });
      tell(t`Saved.`);
    },
  });
  const locked = data.can.update?.allowed !== true;
  return (
    <Card title={<Trans>Who is told about connections</Trans>}>
      <div className="card-body stack loose">
        <RadioCards
          label={t`Distribution list`}
          hideLabel
          value={mode}
          onChange={setMode}
          disabled={locked}
          choices={[
            {
              id: "all_admins",
              title: t`All Connection Manager Admins in the directory`,
              note: t`Worked out each time a message is sent.`,
            },
            {
              id: "specific",
              title: t`Specific people`,
              note: t`Only Connection Manager Admins and company administrators can be chosen.`,
            },
          ]}
        />
        {mode === "specific" ? (
          // biome-ignore lint/a11y/useSemanticElements: a fieldset would draw its own frame
          <div className="stack tight indent" role="group" aria-label={t`Specific people`}>
            {data.options.map((person) => (
              <Check
                key={person.id}
                selected={people.has(person.id)}
                disabled={locked}
                onChange={(on) => {
                  const next = new Set(people);
                  if (on) next.add(person.id);
                  else next.delete(person.id);
                  setPeople(next);
                }}
              >
                {person.name}
              </Check>
            ))}
            {people.size === 0 ? (
              <Banner icon="info">
                <Trans>
                  With nobody chosen the company administrators are told, so that someone always is.
                </Trans>
              </Banner>
            ) : null}
          </div>
        ) : null}
        <ProblemBanner error={save.error} />
        <div className="row">
          <ActButton
            can={data.can.update}
            look="primary"
            onPress={() => save.mutate()}
            pending={save.isPending}
          >
            <Trans>Save</Trans>
          </ActButton>
        </div>
      </div>
    </Card>
  );
}

function Arrival({ data, id }: { data: ArrivalSettings; id: Id }) {
  const { t } = useLingui();
  const client = useQueryClient();
  const choices = useArrivalChoices();
  const [mode, setMode] = useState(data.mode);
  const save = useMutation({
    mutationFn: () => api.connections.setArrival(id, mode),
    onSuccess: (next) => {
      client.setQueryData(queries.arrival(id).queryKey, { ...data, ...next });
      tell(t`Saved.`);
    },
  });
  return (
    <Card title={<Trans>How drawings arrive here</Trans>}>
      <div className="card-body stack loose">
        <RadioCards
          label={t`How drawings arrive here`}
          hideLabel
          value={mode}
          onChange={setMode}
          choices={choices}
          disabled={data.can.update?.allowed !== true}
        />
        <p className="hint">
          <Trans>
            Applies to what arrives from now on. What waits unpublished stays so until someone publishes it.
          </Trans>
        </p>
        <ProblemBanner error={save.error} />
        <div className="row">
          <ActButton
            can={data.can.update}
            look="primary"
            onPress={() => save.mutate()}
            pending={save.isPending}
          >
            <Trans>Save</Trans>
          </ActButton>
        </div>
      </div>
    </Card>
  );
}
