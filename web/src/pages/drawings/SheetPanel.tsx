/** All that is known of a sheet beside its picture, and what can be done with it. */
import { Trans, useLingui } from "@lingui/react/macro";
import type { DrawingDetail, Id, Revision } from "../../api/types.ts";
import { AppLink } from "../../components/AppLink.tsx";
import { Button, IconButton } from "../../components/Button.tsx";
import { Facts } from "../../components/Page.tsx";
import { formatBytes, formatDate, formatInstant } from "../../i18n/format.ts";
import { paths } from "../../paths.ts";
import { DrawingActs } from "./DrawingActs.tsx";
import { History } from "./History.tsx";
import { DrawingState, OriginName, RevisionMark, SyncMark } from "./parts.tsx";
import { useRevisionActs } from "./revisionActs.ts";

export function SheetPanel({
  drawing,
  revision,
  onChoose,
  onClose,
}: {
  drawing: DrawingDetail;
  revision: Revision | null;
  onChoose: (id: Id) => void;
  onClose: () => void;
}) {
  const { t } = useLingui();
  const { origin } = drawing;
  return (
    <aside className="sheet-panel" aria-label={t`About this sheet`}>
      <div className="card-head">
        <h2>
          <Trans>About this sheet</Trans>
        </h2>
        <IconButton icon="close" label={t`Close`} onPress={onClose} />
      </div>
      <div className="stack wide panel-body">
        <div className="stack">
          <div className="strong">{drawing.title}</div>
          <Facts
            items={[
              [<Trans key="d">Discipline</Trans>, drawing.discipline.name],
              [<Trans key="a">Area</Trans>, drawing.area.name],
              revision ? [<Trans key="s">Set</Trans>, revision.set.name] : null,
              revision?.drawing_date
                ? [<Trans key="dd">Drawing date</Trans>, formatDate(revision.drawing_date)]
                : null,
              revision?.received_date
                ? [<Trans key="r">Received</Trans>, formatDate(revision.received_date)]
                : null,
              revision?.published_at
                ? [
                    <Trans key="p">Published</Trans>,
                    `${formatInstant(revision.published_at)} ${revision.published_by ?? ""}`,
                  ]
                : null,
              revision ? [<Trans key="f">File</Trans>, formatBytes(revision.bytes)] : null,
            ]}
          />
          <DrawingActs drawing={drawing} revision={revision} />
        </div>
        <Revisions drawing={drawing} revision={revision} onChoose={onChoose} />
        {origin ? (
          <section className="stack">
            <h3>
              <Trans>Origin</Trans>
            </h3>
            <Facts
              items={[
                [
                  <Trans key="c">Company</Trans>,
                  <OriginName key="n" name={origin.company} now={origin.company_now} />,
                ],
                [
                  <Trans key="p">Project</Trans>,
                  <OriginName key="n" name={origin.project} now={origin.project_now} />,
                ],
                [<Trans key="a">Arrived</Trans>, formatInstant(origin.arrived_at)],
                revision?.issued_at
                  ? [<Trans key="i">Issued</Trans>, formatInstant(revision.issued_at)]
                  : null,
                [<Trans key="v">Version</Trans>, origin.version ?? "–"],
                [<Trans key="s">State</Trans>, <SyncMark key="m" origin={origin} />],
              ]}
            />
            <AppLink href={paths.connection(drawing.project_id, origin.connection_id)}>
              <Trans>Open the connection</Trans>
            </AppLink>
          </section>
        ) : null}
        <section className="stack">
          <h3>
            <Trans>History</Trans>
          </h3>
          <History entries={drawing.history} />
        </section>
      </div>
    </aside>
  );
}

function Revisions({
  drawing,
  revision,
  onChoose,
}: {
  drawing: DrawingDetail;
  revision: Revision | null;
  onChoose: (id: Id) => void;
}) {
  const { restore, byDate } = useRevisionActs(drawing);
  const edits = drawing.can.update?.allowed === true;
  return (
    <section className="stack">
      <div className="row between">
        <h3>
          <Trans>Revisions</Trans>
        </h3>
        {edits && drawing.revisions.some((candidate) => candidate.order !== null) ? (
          <Button look="link" onPress={() => byDate.mutate()} pending={byDate.isPending}>
            <Trans>Order by date again</Trans>
          </Button>
        ) : null}
      </div>
      <ul className="card list">
        {drawing.revisions.map((candidate) => (
          <li key={candidate.id} className="row">
            <button
              type="button"
              className={candidate.id === revision?.id ? "line version on" : "line version"}
              aria-current={candidate.id === revision?.id}
              onClick={() => onChoose(candidate.id)}
            >
              <RevisionMark revision={candidate} />
              <span className="stack tight grow">
                <span className="cut">{candidate.set.name}</span>
                <span className="small quiet num">{formatDate(candidate.drawing_date)}</span>
              </span>
              <DrawingState drawing={drawing} revision={candidate} />
            </button>
            {edits && candidate.deleted_at ? (
              <Button onPress={() => restore.mutate(candidate.id)} pending={restore.isPending}>
                <Trans>Restore</Trans>
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
    </section>
  );
}
