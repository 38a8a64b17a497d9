import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { queries } from "../../api/queries.ts";
import type { Upload, UploadFile } from "../../api/types.ts";
import { troubleOf } from "../../api/words.ts";
import { AppLink } from "../../components/AppLink.tsx";
import { Button, IconButton } from "../../components/Button.tsx";
import { Banner, ProgressBar, QueryView } from "../../components/feedback.tsx";
import { useMedia, useProjectId } from "../../components/hooks.ts";
import { Page } from "../../components/Page.tsx";
import { State } from "../../components/State.tsx";
import { formatBytes, formatDate, formatDuration } from "../../i18n/format.ts";
import { paths } from "../../paths.ts";
import { pagesDone, timeLeft, total } from "../../uploads/progress.ts";
import { type QueueItem, uploadQueue } from "../../uploads/queue.ts";
import { useQueueOf } from "../../uploads/useQueue.ts";
import { FileDrop } from "./FileDrop.tsx";
import { Review } from "./Review.tsx";
import { UploadStatusMark } from "./UploadsPage.tsx";

export function UploadPage() {
  const projectId = useProjectId();
  const { uploadId } = useParams({ from: "/signed-in/projects/$projectId/uploads/$uploadId" });
  const upload = useQuery(queries.upload(projectId, uploadId));
  return <QueryView query={upload}>{(data) => <UploadScreen upload={data} />}</QueryView>;
}

function UploadScreen({ upload }: { upload: Upload }) {
  const { t } = useLingui();
  const local = useQueueOf(upload.id);
  const wide = useMedia("(min-width: 900px)");
  const busy =
    upload.status === "receiving" ||
    upload.status === "processing" ||
    upload.status === "failed" ||
    local.some((item) => item.state !== "sent");
  const hasSheets = upload.sheets.total > 0;
  return (
    <Page
      fill={hasSheets && wide && !busy}
      windowTitle={`${t({ message: "Upload", context: "a batch of files" })} · ${upload.set.name}`}
      title={
        <span className="row wrap">
          <span>{upload.set.name}</span>
          <UploadStatusMark status={upload.status} />
        </span>
      }
      lead={
        <>
          <AppLink href={paths.uploads(upload.project_id)}>
            <Trans>Uploads</Trans>
          </AppLink>{" "}
          · {formatDate(upload.set.date)}
          {upload.area ? ` · ${upload.area.name}` : ""}
        </>
      }
    >
      {busy ? <Progress upload={upload} local={local} /> : <FileProblems upload={upload} />}
      {upload.status === "reviewed" ? <Done upload={upload} /> : null}
      {hasSheets ? <Review upload={upload} /> : null}
    </Page>
  );
}

function Done({ upload }: { upload: Upload }) {
  const sets = useQuery(queries.sets(upload.project_id));
  const set = sets.data?.find((one) => one.id === upload.set.id);
  // Its sheets went into this set, and nothing of the set waits any more.
  if (set && set.unpublished === 0) return null;
  return (
    <Banner
      icon="check"
      tone="note"
      action={
        <AppLink className="btn primary" href={paths.drawings(upload.project_id)}>
          <Trans>Open the log to publish</Trans>
        </AppLink>
      }
    >
      <span className="strong">
        <Plural value={upload.sheets.confirmed} one="# sheet confirmed" other="# sheets confirmed" />
      </span>{" "}
      <Trans>They are unpublished. Publish them in the log when they are ready for everyone.</Trans>
    </Banner>
  );
}

function FileProblems({ upload }: { upload: Upload }) {
  const failed = upload.files.filter((file) => file.state === "failed");
  if (failed.length === 0) return null;
  return (
    <Banner icon="warning" tone="bad">
      <ul className="stack tight">
        {failed.map((file) => (
          <li key={file.id}>
            <span className="strong">{file.name}</span>: {file.error ? troubleOf(file.error) : null}
          </li>
        ))}
      </ul>
    </Banner>
  );
}

interface FileLine {
  key: string;
  name: string;
  bytes: number;
  server: UploadFile | null;
  local: QueueItem | null;
}

/** One line per file, from what the server has and what this browser still holds. */
function fileLines(upload: Upload, local: readonly QueueItem[]): FileLine[] {
  const rest = [...local];
  const lines: FileLine[] = upload.files.map((file) => {
    const at = rest.findIndex((item) => item.name === file.name && item.bytes === file.bytes);
    const own = at >= 0 ? (rest.splice(at, 1)[0] ?? null) : null;
    return { key: file.id, name: file.name, bytes: file.bytes, server: file, local: own };
  });
  for (const item of rest) {
    lines.push({ key: item.key, name: item.name, bytes: item.bytes, server: null, local: item });
  }
  return lines;
}

const received = (line: FileLine): number =>
  Math.max(line.server?.received_bytes ?? 0, line.local?.sent ?? 0);

function Progress({ upload, local }: { upload: Upload; local: readonly QueueItem[] }) {
  const { t } = useLingui();
  const lines = fileLines(upload, local);
  const whole = total(lines.map((line) => ({ bytes: line.bytes, sent: received(line) })));
  const pages = pagesDone(upload.files);
  const sending = whole.share < 1 && lines.length > 0;
  const lost = local.some((item) => item.state === "waiting_for_line");
  const bytesPerSecond = uploadQueue.rate();
  const left = timeLeft(whole, bytesPerSecond);
  return (
    <section className="card" aria-label={t`Progress`}>
      <div className="card-body stack">
        <div className="row between wrap">
          <span className="strong" role="status">
            {lost ? (
              <Trans>Waiting for the connection; sending continues by itself</Trans>
            ) : sending ? (
              <Trans>Sending</Trans>
            ) : pages.pages > pages.done + pages.failed || upload.status === "processing" ? (
              <Trans>Reading the pages</Trans>
            ) : upload.status === "receiving" ? (
              <Trans>Waiting for files</Trans>
            ) : (
              <Trans>Read</Trans>
            )}
          </span>
          <span className="small quiet num">
            {sending ? (
              <>
                {formatBytes(whole.sent)} / {formatBytes(whole.bytes)}
                {bytesPerSecond ? ` · ${formatBytes(bytesPerSecond)}/s` : ""}
                {left !== null ? (
                  <>
                    {" · "}
                    <Trans>{formatDuration(left)} left</Trans>
                  </>
                ) : null}
              </>
            ) : (
              <Trans>
                {pages.done} of {pages.pages} pages
              </Trans>
            )}
            {pages.failed > 0 ? (
              <>
                {" · "}
                <Plural value={pages.failed} one="# failed" other="# failed" />
              </>
            ) : null}
          </span>
        </div>
        {sending ? (
          <ProgressBar value={whole.sent} of={whole.bytes} label={t`Bytes sent`} />
        ) : (
          <ProgressBar value={pages.done + pages.failed} of={pages.pages} label={t`Pages read`} />
        )}
        <p className="small quiet">
          {sending ? (
            <Trans>Continues if the connection drops or the page is reloaded. You can leave this page.</Trans>
          ) : (
            <Trans>
              You can leave; reading goes on. Sheets can be reviewed below as soon as they are read.
            </Trans>
          )}
        </p>
      </div>
      <ul className="list file-lines">
        {lines.map((line) => (
          <li key={line.key} className="file-line">
            <FileProgress line={line} />
          </li>
        ))}
      </ul>
      {upload.can.add_files?.allowed ? (
        <div className="card-foot">
          <FileDrop small onFiles={(files) => uploadQueue.add(upload, files)} />
        </div>
      ) : null}
    </section>
  );
}

function FileProgress({ line }: { line: FileLine }) {
  const { t } = useLingui();
  const { server, local } = line;
  const sent = received(line);
  const failed = server?.state === "failed" || local?.state === "failed";
  const sending = sent < line.bytes;
  const elsewhere = sending && !local;
  const pages = server?.pages ?? 0;
  return (
    <>
      <div className="row">
        <span className="cut grow">{line.name}</span>
        <span className="small quiet num nowrap">
          {sending
            ? `${formatBytes(sent)} / ${formatBytes(line.bytes)}`
            : server && pages > 0
              ? t`${server.pages_done} of ${pages} pages`
              : formatBytes(line.bytes)}
        </span>
        <FileState line={line} />
        {local?.state === "failed" ? (
          <Button onPress={() => uploadQueue.retry(local.key)}>
            <Trans>Try again</Trans>
          </Button>
        ) : null}
        {local && local.state !== "sent" ? (
          <IconButton
            icon="close"
            label={t`Stop sending ${line.name}`}
            onPress={() => uploadQueue.remove(local.key)}
          />
        ) : null}
      </div>
      {sending ? (
        <ProgressBar
          value={sent}
          of={line.bytes}
          label={line.name}
          {...(failed ? { tone: "bad" as const } : {})}
        />
      ) : server && server.state !== "done" && !failed ? (
        <ProgressBar value={server.pages_done + server.pages_failed} of={pages} label={line.name} />
      ) : null}
      {elsewhere ? (
        <p className="small quiet">
          <Trans>
            This browser does not hold the file any more. Choose it again and it continues where it stopped.
          </Trans>
        </p>
      ) : null}
      {local?.error ? <p className="wrong">{local.error}</p> : null}
      {server?.error ? <p className="wrong">{troubleOf(server.error)}</p> : null}
      {server && server.pages_failed > 0 && !server.error ? (
        <p className="wrong">
          <Plural
            value={server.pages_failed}
            one="# page could not be read; the reason is with the sheet below. The others go on."
            other="# pages could not be read; the reasons are with the sheets below. The others go on."
          />
        </p>
      ) : null}
    </>
  );
}

function FileState({ line }: { line: FileLine }) {
  const { server, local } = line;
  if (server?.state === "failed" || local?.state === "failed") {
    return (
      <State tone="bad" shape="cross">
        <Trans>Failed</Trans>
      </State>
    );
  }
  if (local?.state === "waiting_for_line") {
    return (
      <State tone="wait" shape="bars">
        <Trans>No connection</Trans>
      </State>
    );
  }
  if (local?.state === "queued") {
    return (
      <State tone="ended" shape="ring">
        <Trans>In line</Trans>
      </State>
    );
  }
  if (received(line) < line.bytes) {
    return (
      <State tone="wait" shape="half">
        <Trans>Sending</Trans>
      </State>
    );
  }
  if (server?.state === "done") {
    return (
      <State tone="ok" shape="dot">
        <Trans>Read</Trans>
      </State>
    );
  }
  if (server?.state === "processing") {
    return (
      <State tone="wait" shape="half">
        <Trans>Reading</Trans>
      </State>
    );
  }
  return (
    <State tone="wait" shape="ring">
      <Trans>Waiting</Trans>
    </State>
  );
}
