/** The acts on a connection, each with the words it needs before it happens. */
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import * as api from "../../api/endpoints.ts";
import { asProblem, fieldErrors } from "../../api/problem.ts";
import { topicKey } from "../../api/queries.ts";
import type { Connection, Id, Tool } from "../../api/types.ts";
import { ActButton, Button } from "../../components/Button.tsx";
import { Dialog } from "../../components/Dialog.tsx";
import { Banner, ProblemBanner } from "../../components/feedback.tsx";
import { Check, Field } from "../../components/fields.tsx";
import { useTimeLeft } from "../../components/hooks.ts";
import { tell, tellProblem } from "../../components/toasts.tsx";
import { formatCountdown } from "../../i18n/format.ts";
import { useToolNames } from "../project/levels.ts";
import { CountedOfEach, countOf, otherEnd } from "./parts.tsx";

function useToolLabel(tool: Tool | undefined): string {
  const names = useToolNames();
  return tool ? names[tool] : "";
}

export function useChanged(projectId: Id) {
  const client = useQueryClient();
  return (text: string) => {
    tell(text);
    return Promise.all([
      client.invalidateQueries({ queryKey: topicKey("connections", projectId) }),
      client.invalidateQueries({ queryKey: topicKey("project") }),
    ]);
  };
}

export function ConnectionActs({ connection, projectId }: { connection: Connection; projectId: Id }) {
  const { t } = useLingui();
  const changed = useChanged(projectId);
  const [asking, setAsking] = useState<"decline" | "withdraw" | "undo" | "disconnect" | null>(null);
  const other = otherEnd(connection).company.name;
  const approve = useMutation({
    mutationFn: () => api.connections.approve(connection.id),
    onSuccess: () => changed(t`Approved. The projects are connected.`),
    onError: tellProblem,
  });
  const remind = useMutation({
    mutationFn: () => api.connections.remind(connection.id),
    onSuccess: () => changed(t`${other} has been reminded.`),
    onError: tellProblem,
  });
  const { can } = connection;
  const requested = connection.state === "requested";
  const close = () => setAsking(null);
  return (
    <div className="row wrap end">
      {requested && connection.side === "upstream" ? (
        <>
          <ActButton can={can.decline} onPress={() => setAsking("decline")}>
            <Trans>Decline</Trans>
          </ActButton>
          <ActButton
            can={can.approve}
            look="primary"
            onPress={() => approve.mutate()}
            pending={approve.isPending}
          >
            <Trans>Approve</Trans>
          </ActButton>
        </>
      ) : null}
      {requested && connection.side === "downstream" ? (
        <>
          <ActButton can={can.remind} icon="bell" onPress={() => remind.mutate()} pending={remind.isPending}>
            <Trans>Remind</Trans>
          </ActButton>
          <ActButton can={can.withdraw} onPress={() => setAsking("withdraw")}>
            <Trans>Withdraw</Trans>
          </ActButton>
        </>
      ) : null}
      {can.undo?.allowed && connection.undo_until ? (
        <UndoButton until={connection.undo_until} projectId={projectId} onPress={() => setAsking("undo")} />
      ) : null}
      {connection.state === "connected" ? (
        <ActButton can={can.disconnect} look="danger" onPress={() => setAsking("disconnect")}>
          <Trans>Disconnect</Trans>
        </ActButton>
      ) : null}
      {asking === "decline" ? (
        <DeclineDialog connection={connection} projectId={projectId} onClose={close} />
      ) : null}
      {asking === "withdraw" ? (
        <WithdrawDialog connection={connection} projectId={projectId} onClose={close} />
      ) : null}
      {asking === "undo" ? (
        <UndoDialog connection={connection} projectId={projectId} onClose={close} />
      ) : null}
      {asking === "disconnect" ? (
        <DisconnectDialog connection={connection} projectId={projectId} onClose={close} />
      ) : null}
    </div>
  );
}

interface DialogProps {
  connection: Connection;
  projectId: Id;
  /** Where one tool is meant and not the connection as a whole. */
  tool?: Tool;
  onClose: () => void;
}

export function DeclineDialog({ connection, projectId, tool, onClose }: DialogProps) {
  const { t } = useLingui();
  const changed = useChanged(projectId);
  const label = useToolLabel(tool);
  const [reason, setReason] = useState("");
  const decline = useMutation({
    mutationFn: () => api.connections.decline(connection.id, reason.trim(), tool),
    onSuccess: async () => {
      await changed(t`Declined.`);
      onClose();
    },
  });
  const { company } = connection.downstream;
  return (
    <Dialog
      title={t`Decline the request of ${company.name}`}
      onClose={onClose}
      onSubmit={() => decline.mutate()}
      foot={
        <>
          <Button onPress={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button look="danger-fill" type="submit" pending={decline.isPending}>
            <Trans>Decline</Trans>
          </Button>
        </>
      }
    >
      <p>
        {tool ? (
          <Trans>
            {label} stay out of the connection. {company.name} is told, and may ask again.
          </Trans>
        ) : (
          <Trans>Nothing is shared. {company.name} is told, and may ask again.</Trans>
        )}
      </p>
      <Field
        label={t`Reason (optional)`}
        hint={t`Shown to ${company.name}.`}
        value={reason}
        onChange={setReason}
        multiline
        maxLength={2000}
        autoFocus
      />
      <ProblemBanner error={decline.error} />
    </Dialog>
  );
}

export function WithdrawDialog({ connection, projectId, tool, onClose }: DialogProps) {
  const { t } = useLingui();
  const label = useToolLabel(tool);
  const changed = useChanged(projectId);
  const withdraw = useMutation({
    mutationFn: () => api.connections.withdraw(connection.id, tool),
    onSuccess: async () => {
      await changed(t`Withdrawn.`);
      onClose();
    },
  });
  const { company, project } = connection.upstream;
  return (
    <Dialog
      title={t`Withdraw the request`}
      onClose={onClose}
      onSubmit={() => withdraw.mutate()}
      foot={
        <>
          <Button onPress={onClose}>
            <Trans>Keep it</Trans>
          </Button>
          <Button look="primary" type="submit" pending={withdraw.isPending}>
            <Trans>Withdraw</Trans>
          </Button>
        </>
      }
    >
      <p>
        {tool ? (
          <Trans>
            Your request to add {label} ends, and {company.name} is told. You may ask again.
          </Trans>
        ) : (
          <Trans>
            Your request to {company.name} · {project.name} ends, and they are told. You may ask again, them
            or another project.
          </Trans>
        )}
      </p>
      <ProblemBanner error={withdraw.error} />
    </Dialog>
  );
}

/** Counts down as the server's clock does; when it is over, the connection is looked at again. */
export function UndoButton({
  until,
  projectId,
  onPress,
}: {
  until: string;
  projectId: Id;
  onPress: () => void;
}) {
  const client = useQueryClient();
  const left = useTimeLeft(until);
  const over = left === 0;
  useEffect(() => {
    if (over) client.invalidateQueries({ queryKey: topicKey("connections", projectId) });
  }, [over, client, projectId]);
  return (
    <Button icon="undo" onPress={onPress} disabled={over}>
      <Trans>Undo</Trans>{" "}
      {/* Not told anew each second to those who listen: the dialog says how much is left. */}
      <span className="num quiet" aria-hidden="true">
        {formatCountdown(left)}
      </span>
    </Button>
  );
}

export function UndoDialog({ connection, projectId, tool, onClose }: DialogProps) {
  const { t } = useLingui();
  const changed = useChanged(projectId);
  const label = useToolLabel(tool);
  const { upstream, downstream, tools } = connection;
  const left = useTimeLeft(tool ? (tools[tool]?.request?.undo_until ?? null) : connection.undo_until);
  const undo = useMutation({
    mutationFn: () => api.connections.undo(connection.id, tool),
    onSuccess: async () => {
      await changed(t`Undone.`);
      onClose();
    },
  });
  const copied = tool ? (tools[tool]?.copied ?? 0) : countOf(connection, "copied");
  return (
    <Dialog
      title={
        tool
          ? t`Undo adding ${label} to the connection`
          : t`Undo the connection of ${downstream.project.name} to ${upstream.project.name}`
      }
      onClose={onClose}
      onSubmit={() => undo.mutate()}
      foot={
        <>
          <Button onPress={onClose}>
            <Trans>Stay connected</Trans>
          </Button>
          <Button look="primary" type="submit" pending={undo.isPending}>
            <Trans>Undo</Trans>
          </Button>
        </>
      }
    >
      <ul className="consequences">
        {copied > 0 ? (
          <li>
            <Trans>
              What was copied is removed from {downstream.project.name}:{" "}
              <CountedOfEach connection={connection} what="copied" only={tool} />.
            </Trans>
          </li>
        ) : null}
        <li>
          {tool ? (
            <Trans>
              Nothing that {downstream.company.name} has of its own is touched, and the rest of the connection
              goes on.
            </Trans>
          ) : (
            <Trans>
              Nothing that {downstream.company.name} has of its own is touched, and its one connection is not
              used up.
            </Trans>
          )}
        </li>
        <li>
          {connection.side === "upstream" ? (
            <Trans>The request of {downstream.company.name} waits again for your answer.</Trans>
          ) : tool ? (
            <Trans>You may ask again.</Trans>
          ) : (
            <Trans>
              {downstream.project.name} may ask again, {upstream.project.name} or another project.
            </Trans>
          )}
        </li>
        <li>
          <Trans>Both companies are told.</Trans>
        </li>
      </ul>
      <p className="quiet">
        <Trans>
          This is possible for <span className="num">{formatCountdown(left)}</span> more, and only while
          nobody downstream has published or downloaded a copy.
        </Trans>
      </p>
      <ProblemBanner error={undo.error} />
    </Dialog>
  );
}

function DisconnectDialog({ connection, projectId, onClose }: DialogProps) {
  const { t } = useLingui();
  const changed = useChanged(projectId);
  const [reason, setReason] = useState("");
  const [accepted, setAccepted] = useState(false);
  const disconnect = useMutation({
    mutationFn: () => api.connections.disconnect(connection.id, reason.trim()),
    onSuccess: async () => {
      await changed(t`Disconnected.`);
      onClose();
    },
  });
  const { byField } = fieldErrors(disconnect.error ? asProblem(disconnect.error) : null, ["reason"]);
  const { upstream, downstream } = connection;
  const waiting = countOf(connection, "waiting");
  const ready = accepted && reason.trim() !== "";
  return (
    <Dialog
      alert
      title={t`Disconnect ${upstream.project.name} from ${downstream.project.name}`}
      onClose={onClose}
      onSubmit={() => {
        if (ready) disconnect.mutate();
      }}
      foot={
        <>
          <Button onPress={onClose}>
            <Trans>Stay connected</Trans>
          </Button>
          <Button look="danger-fill" type="submit" pending={disconnect.isPending} disabled={!ready}>
            <Trans>Disconnect</Trans>
          </Button>
        </>
      }
    >
      <ul className="consequences">
        <li>
          <Trans>
            From now on nothing that {upstream.company.name} publishes reaches {downstream.company.name}.
          </Trans>
        </li>
        {waiting > 0 ? (
          <li className="strong">
            <Trans>
              Published, has not arrived yet and will not:{" "}
              <CountedOfEach connection={connection} what="waiting" />.
            </Trans>
          </li>
        ) : null}
        <li>
          <Trans>
            What was copied stays with {downstream.company.name}, files included, marked as not in sync:{" "}
            <CountedOfEach connection={connection} what="copied" />.
          </Trans>
        </li>
        <li>
          <Trans>
            {downstream.project.name} can never reconnect to {upstream.project.name}, nor connect to any other
            upstream project.
          </Trans>
        </li>
        <li>
          <Trans>Other connections of either project notice nothing.</Trans>
        </li>
      </ul>
      <Field
        label={t`Reason`}
        hint={t`Shown to both companies and kept in the history.`}
        value={reason}
        onChange={setReason}
        error={byField["reason"]}
        multiline
        required
        maxLength={2000}
        autoFocus
      />
      <Check selected={accepted} onChange={setAccepted} required>
        <Trans>I accept these consequences. This cannot be undone.</Trans>
      </Check>
      {disconnect.error ? <ProblemBanner error={disconnect.error} /> : null}
      {ready ? null : (
        <Banner icon="info">
          <Trans>Give a reason and accept the consequences to go on.</Trans>
        </Banner>
      )}
    </Dialog>
  );
}
