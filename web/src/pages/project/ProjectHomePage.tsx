import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { queries } from "../../api/queries.ts";
import type { ConnectedProject, Project } from "../../api/types.ts";
import { AppLink } from "../../components/AppLink.tsx";
import { ActLink, LinkButton } from "../../components/Button.tsx";
import { Banner, QueryView, SkeletonRows } from "../../components/feedback.tsx";
import { useProject } from "../../components/hooks.ts";
import { Icon } from "../../components/Icon.tsx";
import { Card, Page } from "../../components/Page.tsx";
import { formatDate } from "../../i18n/format.ts";
import { paths } from "../../paths.ts";
import { ConnectionStateMark } from "../connections/parts.tsx";
import { DrawingState, ExternalMark, RevisionMark } from "../drawings/parts.tsx";
import { UploadsUnderWay } from "../drawings/UploadsUnderWay.tsx";
import { useStageNames } from "./levels.ts";

export function ProjectHomePage() {
  const project = useProject();
  return <QueryView query={project}>{(data) => <Home project={data} />}</QueryView>;
}

function Home({ project }: { project: Project }) {
  const { waiting } = project.connections;
  const drawings = project.can.view_drawings?.allowed === true;
  const stageNames = useStageNames();
  return (
    <Page
      windowTitle={project.name}
      title={project.name}
      lead={
        <>
          {project.company.name}
          {project.number ? ` · ${project.number}` : null}
          {project.stage ? ` · ${stageNames[project.stage]}` : null}
          {project.address ? <span className="address">{project.address}</span> : null}
        </>
      }
    >
      <div className="stack loose">
        {waiting > 0 && project.can.view_connections?.allowed ? (
          <Banner
            tone="wait"
            icon="connection"
            action={
              <LinkButton href={paths.connections(project.id)} look="primary">
                <Trans context="requests that wait">Review</Trans>
              </LinkButton>
            }
          >
            <span className="strong">
              <Plural
                value={waiting}
                one="# connection request waits for an answer"
                other="# connection requests wait for an answer"
              />
            </span>
          </Banner>
        ) : null}
        {drawings ? <UploadsUnderWay projectId={project.id} /> : null}
        <div className="home-grid">
          {drawings ? <RecentDrawings project={project} /> : null}
          {project.can.view_connections?.allowed ? <Connections project={project} /> : null}
        </div>
      </div>
    </Page>
  );
}

function Connections({ project }: { project: Project }) {
  const { upstream, downstream } = project.connections;
  return (
    <Card
      title={<Trans>Connected projects</Trans>}
      actions={
        <AppLink href={paths.connections(project.id)} className="small">
          <Trans>Connection Manager</Trans>
        </AppLink>
      }
    >
      {upstream || downstream.length > 0 ? (
        <ul className="list">
          {upstream ? <ConnectedLine projectId={project.id} end={upstream} side="upstream" /> : null}
          {downstream.map((end) => (
            <ConnectedLine key={end.connection_id} projectId={project.id} end={end} side="downstream" />
          ))}
        </ul>
      ) : (
        <div className="card-body stack">
          <p className="quiet">
            <Trans>Not connected. Connect to an upstream project to receive its drawings.</Trans>
          </p>
          <div className="row">
            <ActLink
              can={project.can.start_connection}
              href={paths.newConnection(project.id)}
              icon="connection"
            >
              <Trans>Connect</Trans>
            </ActLink>
          </div>
        </div>
      )}
    </Card>
  );
}

function ConnectedLine({
  projectId,
  end,
  side,
}: {
  projectId: string;
  end: ConnectedProject;
  side: "upstream" | "downstream";
}) {
  return (
    <li>
      <AppLink className="line connected" href={paths.connection(projectId, end.connection_id)}>
        <span className={side === "upstream" ? "side up" : "side down"}>
          <Icon name="arrived" />
        </span>
        <span className="stack tight grow">
          <span className="strong cut">{end.company.name}</span>
          <span className="small quiet cut">
            {side === "upstream" ? <Trans>Upstream</Trans> : <Trans>Downstream</Trans>} · {end.project.name}
          </span>
        </span>
        <ConnectionStateMark state={end.state} />
      </AppLink>
    </li>
  );
}

function RecentDrawings({ project }: { project: Project }) {
  const { t } = useLingui();
  const recent = useQuery(queries.recentDrawings(project.id));
  return (
    <Card
      title={<Trans>Drawings</Trans>}
      actions={
        <span className="row">
          <ActLink can={project.can.upload_drawings} href={paths.newUpload(project.id)} icon="upload">
            <Trans>Upload</Trans>
          </ActLink>
          <LinkButton href={paths.drawings(project.id)}>
            <Trans>Open the log</Trans>
          </LinkButton>
        </span>
      }
    >
      <QueryView query={recent} loading={<SkeletonRows rows={5} />}>
        {(list) =>
          list.items.length === 0 ? (
            <p className="quiet pad">
              <Trans>No drawings yet.</Trans>
            </p>
          ) : (
            <ul className="list" aria-label={t`Drawings`}>
              {list.items.map((drawing) => (
                <li key={drawing.id}>
                  <AppLink
                    className="line home-sheet"
                    href={paths.drawing(project.id, drawing.id, drawing.revision?.id)}
                  >
                    <span className="sheet-no home-number">{drawing.number}</span>
                    {drawing.revision ? <RevisionMark revision={drawing.revision} /> : null}
                    <span className="cut grow">{drawing.title}</span>
                    {drawing.external ? <ExternalMark origin={drawing.origin} /> : null}
                    <DrawingState drawing={drawing} revision={drawing.revision} />
                    <span className="small quiet num home-date">
                      {formatDate(drawing.revision?.drawing_date)}
                    </span>
                  </AppLink>
                </li>
              ))}
            </ul>
          )
        }
      </QueryView>
    </Card>
  );
}
