import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import * as api from "../../api/endpoints.ts";
import { queries } from "../../api/queries.ts";
import { AppLink } from "../../components/AppLink.tsx";
import { QueryView } from "../../components/feedback.tsx";
import { useProjectId } from "../../components/hooks.ts";
import { Page } from "../../components/Page.tsx";
import { Recipients } from "../../components/Recipients.tsx";
import { paths } from "../../paths.ts";

export function ConnectionSettingsPage() {
  const { t } = useLingui();
  const id = useProjectId();
  const query = queries.connectionNotifications(id);
  const list = useQuery(query);
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
          {(data) => (
            <Recipients
              key={JSON.stringify(data)}
              title={<Trans>Who is told about connections</Trans>}
              all={t`All Connection Manager Admins in the directory`}
              note={t`Only Connection Manager Admins and company administrators can be chosen.`}
              data={data}
              queryKey={query.queryKey}
              save={(body) => api.connections.setNotifications(id, body)}
            />
          )}
        </QueryView>
        <p className="hint">
          <AppLink href={paths.drawingSettings(id)}>
            <Trans>
              How drawings arrive here, and who is told of it, is set in the settings of Drawings.
            </Trans>
          </AppLink>
        </p>
      </div>
    </Page>
  );
}
