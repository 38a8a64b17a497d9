/** What this browser is sending, on every page of a project, until it is done. */
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { formatBytes } from "../i18n/format.ts";
import { paths } from "../paths.ts";
import { total } from "../uploads/progress.ts";
import { uploadQueue } from "../uploads/queue.ts";
import { useQueue } from "../uploads/useQueue.ts";
import { AppLink } from "./AppLink.tsx";
import { ProgressBar } from "./feedback.tsx";
import { useMedia } from "./hooks.ts";

export function UploadDock() {
  const { t } = useLingui();
  const items = useQueue();
  const open = items.filter((item) => item.state !== "sent" && item.state !== "failed");
  const first = open[0];
  const onUploadPage = location.pathname.includes("/uploads/");
  const wide = useMedia("(min-width: 480px)");
  if (!first || onUploadPage) return null;
  const whole = total(items.filter((item) => item.uploadId === first.uploadId));
  const rate = uploadQueue.rate();
  const lost = open.some((item) => item.state === "waiting_for_line");
  return (
    <AppLink href={paths.upload(first.projectId, first.uploadId)} className="dock card">
      <div className="row between">
        <span className="strong">
          {lost ? (
            <Trans>Waiting for the connection</Trans>
          ) : (
            <Plural value={open.length} one="Sending # file" other="Sending # files" />
          )}
        </span>
        <span className="small quiet num">
          {formatBytes(whole.sent)}
          {wide ? ` / ${formatBytes(whole.bytes)}` : ""}
          {rate ? ` · ${formatBytes(rate)}/s` : ""}
        </span>
      </div>
      <ProgressBar
        value={whole.sent}
        of={whole.bytes}
        label={t({ message: "Upload", context: "a batch of files" })}
      />
    </AppLink>
  );
}
