/** The frame of a project: its name, its tools, and the one live line while any of its pages is open. */
import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { Outlet, useRouterState } from "@tanstack/react-router";
import { useEffect } from "react";
import { useLive } from "../api/live.ts";
import { queries } from "../api/queries.ts";
import { paths } from "../paths.ts";
import { uploadQueue } from "../uploads/queue.ts";
import { AppLink } from "./AppLink.tsx";
import { ProblemView } from "./feedback.tsx";
import { useProjectId, useTabInView } from "./hooks.ts";
import { State } from "./State.tsx";
import { UploadDock } from "./UploadDock.tsx";

export function ProjectShell() {
  const id = useProjectId();
  const { t } = useLingui();
  const project = useQuery(queries.project(id));
  const live = useLive(id);
  const fullScreen = useRouterState({
    select: (state) => state.matches.some((match) => match.staticData.fullScreen === true),
  });
  const tabs = useTabInView(project.data !== undefined);
  useEffect(() => {
    void uploadQueue.restore();
  }, []);
  if (fullScreen) return <Outlet />;
  if (project.isError && !project.data) {
    return <ProblemView error={project.error} retry={() => void project.refetch()} />;
  }
  const data = project.data;
  const waiting = data?.connections.waiting ?? 0;
  return (
    <div className="project">
      <nav className="project-bar" aria-label={t`Tools of the project`}>
        <AppLink href={paths.project(id)} className="project-name">
          <span className="cut">{data?.name ?? " "}</span>
          {data?.number ? <span className="quiet">{data.number}</span> : null}
          {data && !data.active ? (
            <State tone="ended" shape="ring">
              <Trans>Inactive</Trans>
            </State>
          ) : null}
        </AppLink>
        <div className="tabs" ref={tabs}>
          <AppLink href={paths.project(id)} current="exact">
            <Trans>Home</Trans>
          </AppLink>
          {data?.can.view_drawings?.allowed ? (
            <AppLink href={paths.drawings(id)} current="below" also={paths.uploads(id)}>
              <Trans>Drawings</Trans>
            </AppLink>
          ) : null}
          {data?.can.view_connections?.allowed ? (
            <AppLink href={paths.connections(id)} current="below">
              <Trans>Connection Manager</Trans>
              {waiting > 0 ? (
                <>
                  <span className="tab-count" aria-hidden="true">
                    {waiting}
                  </span>
                  <span className="sr">
                    <Trans>{waiting} waiting</Trans>
                  </span>
                </>
              ) : null}
            </AppLink>
          ) : null}
          {data?.can.view_directory?.allowed ? (
            <AppLink href={paths.directory(id)} current="below">
              <Trans>Directory</Trans>
            </AppLink>
          ) : null}
          {data?.can.update?.allowed ? (
            <AppLink href={paths.projectSettings(id)} current="below">
              <Trans>Settings</Trans>
            </AppLink>
          ) : null}
        </div>
        {live === "lost" ? (
          <span className="live-lost" role="status">
            <State tone="wait" shape="half">
              <Trans>Reconnecting</Trans>
            </State>
          </span>
        ) : null}
      </nav>
      <div className="project-area">
        <Outlet />
      </div>
      <UploadDock />
    </div>
  );
}
