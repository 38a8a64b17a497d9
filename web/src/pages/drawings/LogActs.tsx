/** What can be done with many rows of the log at once: fetch them as one file, change them, take part in what is distributed. */
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import * as api from "../../api/endpoints.ts";
import { queries, topicKey } from "../../api/queries.ts";
import type { Drawing, Id, NewDrawingDownload, Permission } from "../../api/types.ts";
import { ActButton, IconButton } from "../../components/Button.tsx";
import { Icon } from "../../components/Icon.tsx";
import { Menu } from "../../components/Menu.tsx";
import { tell, tellProblem } from "../../components/toasts.tsx";
import { BulkEdit } from "./BulkEdit.tsx";

/** Has the browser fetch a file, which it saves as it comes. */
function fetchFile(href: string) {
  const link = document.createElement("a");
  link.href = href;
  link.download = "";
  link.click();
}

interface DownloadProps {
  projectId: Id;
  /** The sheets of the file. */
  rows: readonly Drawing[];
  /** Of the log that is shown, as a table. */
  csv?: string;
  children: ReactNode;
}

/** The sheets as a zip or as one PDF; both are written while they are fetched. */
export function DownloadMenu({ projectId, rows, csv, children }: DownloadProps) {
  const { t } = useLingui();
  const prepare = useMutation({
    mutationFn: (form: NewDrawingDownload["form"]) =>
      api.drawings.download(projectId, { form, revision_ids: rows.map((row) => row.revision.id) }),
    onSuccess: (file) => {
      tell(plural(file.sheets, { one: "Downloading # sheet.", other: "Downloading # sheets." }));
      fetchFile(file.file_url);
    },
    onError: tellProblem,
  });
  return (
    <Menu
      className="btn link"
      placement="bottom end"
      entries={[
        {
          id: "zip",
          name: t`Zip of PDF files`,
          disabled: rows.length === 0,
          onAct: () => prepare.mutate("zip"),
        },
        {
          id: "pdf",
          name: t`One PDF with bookmarks`,
          disabled: rows.length === 0,
          onAct: () => prepare.mutate("pdf"),
        },
        ...(csv ? [{ id: "csv", name: t`Log as CSV`, onAct: () => fetchFile(csv) }] : []),
      ]}
    >
      {children}
      <Icon name="chevronDown" />
    </Menu>
  );
}

interface SelectionProps {
  projectId: Id;
  rows: readonly Drawing[];
  /** Whether the caller may edit drawings here. */
  edit: Permission | undefined;
  onDone: () => void;
}

/** The acts on the rows that are selected. */
export function SelectionActs({ projectId, rows, edit, onDone }: SelectionProps) {
  const [editing, setEditing] = useState(false);
  return (
    <>
      <DownloadMenu projectId={projectId} rows={rows}>
        <Trans>Download selected</Trans>
      </DownloadMenu>
      {edit?.allowed ? (
        <ActButton can={edit} look="link" onPress={() => setEditing(true)}>
          <Trans>Edit selected…</Trans>
        </ActButton>
      ) : null}
      {editing ? (
        <BulkEdit
          projectId={projectId}
          rows={rows}
          onClose={() => setEditing(false)}
          onDone={() => {
            setEditing(false);
            onDone();
          }}
        />
      ) : null}
    </>
  );
}

/** Whether one is told by mail about what is published and distributed. */
export function SubscribeButton({ projectId }: { projectId: Id }) {
  const { t } = useLingui();
  const client = useQueryClient();
  const subscription = useQuery(queries.subscription(projectId));
  const subscribed = subscription.data?.subscribed ?? false;
  const change = useMutation({
    mutationFn: () => api.drawings.subscribe(projectId, !subscribed),
    onSuccess: async (now) => {
      client.setQueryData(topicKey("drawings", projectId, "subscription"), now);
      tell(
        now.subscribed
          ? t`You get an e-mail when drawings are distributed.`
          : t`You get no more e-mails about drawings.`,
      );
    },
    onError: tellProblem,
  });
  if (!subscription.data) return null;
  return (
    <IconButton
      icon="bell"
      label={subscribed ? t`Subscribed to this log. Press to end it.` : t`Subscribe to this log`}
      pressed={subscribed}
      onPress={() => change.mutate()}
    />
  );
}
