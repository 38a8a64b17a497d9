/** Compare and repair: how far the last comparison came and what it found, and the way to ask for one. */
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import * as api from "../../api/endpoints.ts";
import { comparing, topicKey } from "../../api/queries.ts";
import type { Comparison, Connection, Id } from "../../api/types.ts";
import { ActButton } from "../../components/Button.tsx";
import { Banner, ProgressBar } from "../../components/feedback.tsx";
import { Card } from "../../components/Page.tsx";
import { State } from "../../components/State.tsx";
import { tellProblem } from "../../components/toasts.tsx";
import { formatInstant, formatNumber } from "../../i18n/format.ts";
import { inOrder } from "./parts.tsx";

export function Repair({ connection, projectId }: { connection: Connection; projectId: Id }) {
  const client = useQueryClient();
  const tools = inOrder(connection.tools);
  const ask = useMutation({
    mutationFn: () => api.connections.repair(connection.id),
    onSuccess: () => client.invalidateQueries({ queryKey: topicKey("connections", projectId) }),
    onError: tellProblem,
  });
  if (connection.connected_at === null) return null;
  const compared = tools.filter(({ of }) => of.comparison);
  const damaged = tools.reduce((sum, { of }) => sum + of.damaged, 0);
  const live = connection.state === "connected";
  if (!live && compared.length === 0 && damaged === 0) return null;
  const busy = tools.some(({ of }) => comparing(of));
  return (
    <Card
      title={<Trans>Compare and repair</Trans>}
      actions={
        live ? (
          <ActButton can={connection.can.repair} onPress={() => ask.mutate()} pending={ask.isPending || busy}>
            <Trans>Compare now</Trans>
          </ActButton>
        ) : null
      }
    >
      <div className="card-body stack">
        {live ? (
          <p className="quiet">
            <Trans>
              Every copied record is compared with the upstream at night. What is missing or different is
              repaired.
            </Trans>
          </p>
        ) : null}
        {damaged > 0 ? (
          <Banner tone="bad" icon="warning">
            <span className="strong">
              <Plural
                value={damaged}
                one="The stored file of # sheet is damaged"
                other="The stored files of # sheets are damaged"
              />
            </span>{" "}
            <Trans>
              A damaged file is not given out. Uploading the same file again heals it, as does a restored
              backup.
            </Trans>
          </Banner>
        ) : null}
        {compared.map(({ tool, of }) =>
          of.comparison ? <Last key={tool} comparison={of.comparison} /> : null,
        )}
      </div>
    </Card>
  );
}

function Last({ comparison }: { comparison: Comparison }) {
  const { t } = useLingui();
  const { state, total, compared, missing, changed, unknown, repaired } = comparison;
  if (state === "waiting" || state === "running") {
    return (
      <div className="stack tight" role="status">
        <span>
          {state === "waiting" ? (
            <Trans>The comparison begins in a moment.</Trans>
          ) : (
            <Trans>
              {formatNumber(compared)} of about {formatNumber(total)} records compared
            </Trans>
          )}
        </span>
        <ProgressBar
          value={compared}
          of={state === "waiting" ? 0 : total}
          label={t`Comparison with upstream`}
        />
      </div>
    );
  }
  const found = missing + changed + unknown;
  const who = comparison.by ? `${comparison.by}, ${comparison.by_company ?? ""}` : t`nightly`;
  return (
    <div className="stack tight">
      <div className="row wrap">
        {state === "stopped" ? (
          <State tone="ended" shape="bars">
            <Trans>Stopped</Trans>
          </State>
        ) : found === 0 ? (
          <State tone="ok" shape="dot">
            <Trans>No difference</Trans>
          </State>
        ) : repaired === found ? (
          <State tone="wait" shape="half">
            <Trans>Repaired</Trans>
          </State>
        ) : (
          <State tone="bad" shape="diamond">
            <Trans>Not all could be repaired</Trans>
          </State>
        )}
        <span className="small quiet num">
          {formatInstant(comparison.ended_at)} · {who}
        </span>
      </div>
      <p className="num">
        <Plural value={compared} one="# record compared" other="# records compared" />
        {found > 0 ? (
          <>
            {": "}
            <Trans>
              {formatNumber(missing)} missing, {formatNumber(changed)} changed, {formatNumber(unknown)}{" "}
              unknown upstream; {formatNumber(repaired)} repaired
            </Trans>
          </>
        ) : null}
      </p>
      {unknown > 0 ? (
        <p className="quiet">
          <Trans>Copies that upstream does not know stay: nothing that was copied is ever erased.</Trans>
        </p>
      ) : null}
    </div>
  );
}
