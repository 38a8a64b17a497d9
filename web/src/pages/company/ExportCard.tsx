/** Everything of the company as one archive: asked for, followed while it is made, fetched. */
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import * as api from "../../api/endpoints.ts";
import { queries } from "../../api/queries.ts";
import type { CompanyExport, Id, Permission } from "../../api/types.ts";
import { ActButton, Button } from "../../components/Button.tsx";
import { Banner, ProgressBar, QueryView } from "../../components/feedback.tsx";
import { Card } from "../../components/Page.tsx";
import { tell, tellProblem } from "../../components/toasts.tsx";
import { formatBytes, formatInstant, formatNumber } from "../../i18n/format.ts";
import { files } from "../../paths.ts";

export function ExportCard({ id, can }: { id: Id; can: Permission | undefined }) {
  const { t } = useLingui();
  const client = useQueryClient();
  const exports = useQuery({ ...queries.companyExports(id), enabled: can?.allowed === true });
  const start = useMutation({
    mutationFn: () => api.companies.startExport(id),
    onSuccess: async () => {
      tell(t`The export is being made. You can leave this page.`);
      await client.invalidateQueries({ queryKey: queries.companyExports(id).queryKey });
    },
    onError: tellProblem,
  });
  const busy = exports.data?.some(underWay) ?? false;
  return (
    <Card title={<Trans>Export</Trans>}>
      <div className="card-body stack loose">
        <p className="hint">
          <Trans>
            Everything of your company in one zip archive: projects, drawings with all revisions as PDF,
            copies with where they came from, histories, connections, people and permissions. Records are
            there as JSON and CSV. It opens in any browser, without Sluice.
          </Trans>
        </p>
        {can?.allowed === true ? (
          <QueryView query={exports}>
            {(all) => (all[0] ? <Newest one={all[0]} companyId={id} /> : null)}
          </QueryView>
        ) : null}
        <div className="row">
          {busy ? null : (
            <ActButton can={can} icon="download" onPress={() => start.mutate()} pending={start.isPending}>
              <Trans>Export everything</Trans>
            </ActButton>
          )}
        </div>
      </div>
    </Card>
  );
}

const underWay = (one: CompanyExport) => one.state === "waiting" || one.state === "running";

function Newest({ one, companyId }: { one: CompanyExport; companyId: Id }) {
  const { t } = useLingui();
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => api.companies.removeExport(companyId, one.id),
    onSuccess: () => client.invalidateQueries({ queryKey: queries.companyExports(companyId).queryKey }),
    onError: tellProblem,
  });
  if (underWay(one)) {
    return (
      <div className="stack" role="status">
        <ProgressBar label={t`The export`} value={one.files_done} of={one.files} />
        <div className="row wrap">
          <span className="small quiet grow">
            {one.state === "waiting" ? (
              <Trans>Waiting for its turn</Trans>
            ) : (
              <Trans>
                {formatNumber(one.files_done)} of {formatNumber(one.files)} files
              </Trans>
            )}
          </span>
          <Button onPress={() => remove.mutate()} pending={remove.isPending}>
            <Trans>Stop</Trans>
          </Button>
        </div>
      </div>
    );
  }
  if (one.state === "failed") {
    return (
      <Banner icon="warning" tone="bad">
        <Trans>
          The export of {formatInstant(one.created_at)} could not be made. Ask whoever runs this installation
          to look at its disk and its log, then try again.
        </Trans>
      </Banner>
    );
  }
  if (one.state === "removed") return null;
  return (
    <div className="stack">
      {one.damaged > 0 ? (
        <Banner icon="warning" tone="bad">
          <Plural
            value={one.damaged}
            one="# file could not be had. The archive names it."
            other="# files could not be had. The archive names them."
          />
        </Banner>
      ) : null}
      <div className="row wrap">
        <div className="stack tight grow">
          <span className="strong">
            <Trans>As of {formatInstant(one.created_at)}</Trans>
          </span>
          <span className="small quiet">
            <Trans>
              {formatBytes(one.bytes)}, asked for by {one.requested_by}, kept until{" "}
              {formatInstant(one.expires_at)}
            </Trans>
          </span>
        </div>
        <a className="btn primary" href={files.exportArchive(companyId, one.id)} download>
          <Trans>Download</Trans>
        </a>
        <Button onPress={() => remove.mutate()} pending={remove.isPending}>
          <Trans>Remove</Trans>
        </Button>
      </div>
    </div>
  );
}
