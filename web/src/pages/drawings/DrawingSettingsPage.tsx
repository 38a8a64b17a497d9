import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import * as api from "../../api/endpoints.ts";
import { queries } from "../../api/queries.ts";
import type { ArrivalSettings, Id } from "../../api/types.ts";
import { AppLink } from "../../components/AppLink.tsx";
import { ActButton } from "../../components/Button.tsx";
import { ProblemBanner, QueryView } from "../../components/feedback.tsx";
import { RadioCards } from "../../components/fields.tsx";
import { useProjectId } from "../../components/hooks.ts";
import { Card, Page } from "../../components/Page.tsx";
import { Recipients } from "../../components/Recipients.tsx";
import { tell } from "../../components/toasts.tsx";
import { paths } from "../../paths.ts";
import { useArrivalChoices } from "../connections/parts.tsx";

export function DrawingSettingsPage() {
  const { t } = useLingui();
  const id = useProjectId();
  const query = queries.arrivalNotifications(id);
  const arrival = useQuery(queries.arrival(id));
  const list = useQuery(query);
  return (
    <Page
      narrow
      windowTitle={t`Drawings settings`}
      title={<Trans>Drawings settings</Trans>}
      lead={
        <AppLink href={paths.drawings(id)}>
          <Trans>Drawings</Trans>
        </AppLink>
      }
    >
      <div className="stack wide">
        <h2>
          <Trans>Connected project</Trans>
        </h2>
        <QueryView query={arrival}>{(data) => <Arrival key={data.mode} data={data} id={id} />}</QueryView>
        <QueryView query={list}>
          {(data) => (
            <Recipients
              key={JSON.stringify(data)}
              title={<Trans>Who is told about what arrives</Trans>}
              all={t`All Drawings Admins in the directory`}
              note={t`Only Drawings Admins and company administrators can be chosen.`}
              data={data}
              queryKey={query.queryKey}
              save={(body) => api.connections.setArrivalNotifications(id, body)}
            />
          )}
        </QueryView>
      </div>
    </Page>
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
