/** The acts on one tool of a live connection: asking for it, and answering. */
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import * as api from "../../api/endpoints.ts";
import type { ConnectedTool, Connection, Id, Tool } from "../../api/types.ts";
import { ActButton, Button } from "../../components/Button.tsx";
import { Dialog } from "../../components/Dialog.tsx";
import { ProblemBanner } from "../../components/feedback.tsx";
import { tellProblem } from "../../components/toasts.tsx";
import { useToolNames } from "../project/levels.ts";
import { DeclineDialog, UndoButton, UndoDialog, useChanged, WithdrawDialog } from "./acts.tsx";
import { WouldArriveView } from "./asked.tsx";

interface Props {
  connection: Connection;
  name: Tool;
  tool: ConnectedTool;
  projectId: Id;
}

export function ToolActs({ connection, name, tool, projectId }: Props) {
  const { t } = useLingui();
  const label = useToolNames()[name];
  const changed = useChanged(projectId);
  const [asking, setAsking] = useState<"add" | "decline" | "withdraw" | "undo" | null>(null);
  const approve = useMutation({
    mutationFn: () => api.connections.approve(connection.id, name),
    onSuccess: () => changed(t`Approved. ${label} are part of the connection.`),
    onError: tellProblem,
  });
  const remind = useMutation({
    mutationFn: () => api.connections.remind(connection.id, name),
    onSuccess: () => changed(t`${connection.upstream.company.name} has been reminded.`),
    onError: tellProblem,
  });
  const { request } = tool;
  const waits = tool.state === "waiting_for_approval";
  const downstream = connection.side === "downstream";
  const close = () => setAsking(null);
  const dialog = { connection, projectId, tool: name, onClose: close };
  return (
    <div className="row wrap end">
      {tool.state === "inactive" && downstream ? (
        <ActButton can={tool.can.add} icon="plus" onPress={() => setAsking("add")}>
          <Trans>Add {label}</Trans>
        </ActButton>
      ) : null}
      {waits && request && !downstream ? (
        <>
          <ActButton can={request.can.decline} onPress={() => setAsking("decline")}>
            <Trans>Decline</Trans>
          </ActButton>
          <ActButton
            can={request.can.approve}
            look="primary"
            onPress={() => approve.mutate()}
            pending={approve.isPending}
          >
            <Trans>Approve</Trans>
          </ActButton>
        </>
      ) : null}
      {waits && request && downstream ? (
        <>
          <ActButton
            can={request.can.remind}
            icon="bell"
            onPress={() => remind.mutate()}
            pending={remind.isPending}
          >
            <Trans>Remind</Trans>
          </ActButton>
          <ActButton can={request.can.withdraw} onPress={() => setAsking("withdraw")}>
            <Trans>Withdraw</Trans>
          </ActButton>
        </>
      ) : null}
      {request?.can.undo?.allowed && request.undo_until ? (
        <UndoButton until={request.undo_until} projectId={projectId} onPress={() => setAsking("undo")} />
      ) : null}
      {asking === "add" ? (
        <AddDialog connection={connection} name={name} tool={tool} projectId={projectId} onClose={close} />
      ) : null}
      {asking === "decline" ? <DeclineDialog {...dialog} /> : null}
      {asking === "withdraw" ? <WithdrawDialog {...dialog} /> : null}
      {asking === "undo" ? <UndoDialog {...dialog} /> : null}
    </div>
  );
}

function AddDialog({ connection, name, tool, projectId, onClose }: Props & { onClose: () => void }) {
  const { t } = useLingui();
  const label = useToolNames()[name];
  const changed = useChanged(projectId);
  const { upstream, downstream } = connection;
  const add = useMutation({
    mutationFn: () => api.connections.addTool(connection.id, name),
    onSuccess: async (now) => {
      await changed(
        now.tools[name]?.state === "waiting_for_approval"
          ? t`The request has been sent to ${upstream.company.name}.`
          : t`${label} are part of the connection.`,
      );
      onClose();
    },
  });
  return (
    <Dialog
      title={t`Add ${label} to the connection`}
      onClose={onClose}
      onSubmit={() => add.mutate()}
      foot={
        <>
          <Button onPress={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button look="primary" type="submit" pending={add.isPending}>
            <Trans>Add {label}</Trans>
          </Button>
        </>
      }
    >
      {tool.would_arrive ? (
        <section className="stack">
          <h3>
            <Trans>What would arrive now</Trans>
          </h3>
          <WouldArriveView would={{ [name]: tool.would_arrive }} />
        </section>
      ) : null}
      <ul className="consequences">
        <li>
          <Trans>
            {label} of {upstream.project.name} are copied into {downstream.project.name}, now and from then
            on. Nothing flows the other way.
          </Trans>
        </li>
        <li>
          <Trans>
            {upstream.company.name} is asked first, unless it lets those connect who already have access.
          </Trans>
        </li>
        <li>
          <Trans>The rest of the connection goes on as it is.</Trans>
        </li>
      </ul>
      <ProblemBanner error={add.error} />
    </Dialog>
  );
}
