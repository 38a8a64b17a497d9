import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { queries } from "../../api/queries.ts";
import type { Upload, UploadStatus } from "../../api/types.ts";
import { AppLink } from "../../components/AppLink.tsx";
import { ActLink } from "../../components/Button.tsx";
import { Blank, QueryView } from "../../components/feedback.tsx";
import { useProject, useProjectId } from "../../components/hooks.ts";
import { Page } from "../../components/Page.tsx";
import { State } from "../../components/State.tsx";
import { formatInstant } from "../../i18n/format.ts";
import { paths } from "../../paths.ts";

export function UploadStatusMark({ status }: { status: UploadStatus }) {
  switch (status) {
    case "receiving":
      return (
        <State tone="wait" shape="ring">
          <Trans>Receiving</Trans>
        </State>
      );
    case "processing":
      return (
        <State tone="wait" shape="half">
          <Trans>Reading pages</Trans>
        </State>
      );
    case "ready_for_review":
      return (
        <State tone="wait" shape="diamond">
          <Trans>Ready for review</Trans>
        </State>
      );
    case "reviewed":
      return (
        <State tone="ok" shape="dot">
          <Trans>Reviewed</Trans>
        </State>
      );
    case "failed":
      return (
        <State tone="bad" shape="cross">
          <Trans>Failed</Trans>
        </State>
      );
  }
}

export function UploadsPage() {
  const { t } = useLingui();
  const id = useProjectId();
  const project = useProject();
  const uploads = useQuery(queries.uploads(id));
  const upload = (
    <ActLink can={project.data?.can.upload_drawings} href={paths.newUpload(id)} look="primary" icon="upload">
      <Trans>Upload</Trans>
    </ActLink>
  );
  return (
    <Page
      windowTitle={t`Uploads`}
      title={<Trans>Uploads</Trans>}
      lead={
        <AppLink href={paths.drawings(id)}>
          <Trans>Drawings</Trans>
        </AppLink>
      }
      actions={upload}
    >
      <QueryView query={uploads}>
        {(all) =>
          all.length === 0 ? (
            <Blank icon="upload" title={<Trans>Nothing has been uploaded yet</Trans>} action={upload}>
              <Trans>Uploads and their review are listed here.</Trans>
            </Blank>
          ) : (
            <ul className="card list">
              {all.map((one) => (
                <li key={one.id}>
                  <UploadLine upload={one} />
                </li>
              ))}
            </ul>
          )
        }
      </QueryView>
    </Page>
  );
}

function UploadLine({ upload }: { upload: Upload }) {
  const { sheets } = upload;
  return (
    <AppLink className="line" href={paths.upload(upload.project_id, upload.id)}>
      <span className="stack tight grow">
        <span className="strong cut">{upload.set.name}</span>
        <span className="small quiet num">
          <Plural value={upload.files.length} one="# file" other="# files" /> ·{" "}
          {formatInstant(upload.created_at)} {upload.created_by}
        </span>
      </span>
      <span className="small quiet num">
        {sheets.to_review > 0 ? (
          <Plural value={sheets.to_review} one="# to review" other="# to review" />
        ) : (
          <Plural value={sheets.confirmed} one="# sheet confirmed" other="# sheets confirmed" />
        )}
      </span>
      <UploadStatusMark status={upload.status} />
    </AppLink>
  );
}
