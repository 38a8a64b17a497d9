import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { queries } from "../../api/queries.ts";
import type { Id, Upload } from "../../api/types.ts";
import { LinkButton } from "../../components/Button.tsx";
import { Banner, ProgressBar } from "../../components/feedback.tsx";
import { useProject } from "../../components/hooks.ts";
import { paths } from "../../paths.ts";
import { pagesDone } from "../../uploads/progress.ts";

/** Uploads that wait for someone, on the page where their sheets will be. Silent when there are none. */
export function UploadsUnderWay({ projectId }: { projectId: Id }) {
  const project = useProject();
  const may = project.data?.can.upload_drawings?.allowed === true;
  const { data } = useQuery({ ...queries.uploads(projectId), enabled: may });
  const open = (data ?? []).filter((upload) => upload.status !== "reviewed");
  return (
    <>
      {open.slice(0, 2).map((upload) => (
        <UnderWay key={upload.id} upload={upload} />
      ))}
    </>
  );
}

function UnderWay({ upload }: { upload: Upload }) {
  const { t } = useLingui();
  const review = upload.status === "ready_for_review";
  const { done, failed, pages } = pagesDone(upload.files);
  return (
    <Banner
      icon="upload"
      action={
        <LinkButton href={paths.upload(upload.project_id, upload.id)} look={review ? "primary" : "normal"}>
          {review ? <Trans>Review</Trans> : <Trans>Open</Trans>}
        </LinkButton>
      }
    >
      <span className="strong">{upload.set.name}</span>{" "}
      <span className="quiet">
        {review ? (
          <Plural value={upload.sheets.to_review} one="# sheet to review" other="# sheets to review" />
        ) : upload.status === "receiving" ? (
          <Trans>receiving files</Trans>
        ) : upload.status === "failed" ? (
          <Trans>failed</Trans>
        ) : (
          <Trans>
            reading page {done + failed} of {pages}
          </Trans>
        )}
      </span>
      {upload.status === "processing" ? (
        <ProgressBar value={done + failed} of={pages} label={t`Pages read`} />
      ) : null}
    </Banner>
  );
}
