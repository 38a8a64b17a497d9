/** The acts on a connection, each with the words it needs before it happens. */
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import * as api from "../../api/endpoints.ts";
import { asProblem, fieldErrors } from "../../api/problem.ts";
import { topicKey } from "../../api/queries.ts";
import type { Connection, Id } from "../../api/types.ts";
import { ActButton, Button } from "../../components/Button.tsx";
import { Dialog } from "../../components/Dialog.tsx";
import { Banner, ProblemBanner } from "../../components/feedback.tsx";
import { Check, Field } from "../../components/fields.tsx";
import { tell, tellProblem } from "../../components/toasts.tsx";
import { formatNumber } from "../../i18n/format.ts";
import { otherEnd } from "./parts.tsx";

function useChanged(projectId: Id) {
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
  const [asking, setAsking] = useState<"decline" | "withdraw" | "disconnect" | null>(null);
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
      {asking === "disconnect" ? (
        <DisconnectDialog connection={connection} projectId={projectId} onClose={close} />
      ) : null}
    </div>
  );
}

interface DialogProps {
  connection: Connection;
  projectId: Id;
  onClose: () => void;
}

function DeclineDialog({ connection, projectId, onClose }: DialogProps) {
  const { t } = useLingui();
  const changed = useChanged(projectId);
  const [reason, setReason] = useState("");
  const decline = useMutation({
    mutationFn: () => api.connections.decline(connection.id, reason.trim()),
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
        <Trans>Nothing is shared. {company.name} is told, and may ask again.</Trans>
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

function WithdrawDialog({ connection, projectId, onClose }: DialogProps) {
  const { t } = useLingui();
  const changed = useChanged(projectId);
  const withdraw = useMutation({
    mutationFn: () => api.connections.withdraw(connection.id),
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
        <Trans>
          Your request to {company.name} · {project.name} ends, and they are told. You may ask again, them or
          another project.
        </Trans>
      </p>
      <ProblemBanner error={withdraw.error} />
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
  const { upstream, downstream, tools } = connection;
  const copied = tools.drawings?.copied ?? 0;
  const waiting = tools.drawings?.waiting ?? 0;
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
            <Trans>{formatNumber(waiting)} published revisions have not arrived yet and will not.</Trans>
          </li>
        ) : null}
        <li>
          <Trans>
            The {formatNumber(copied)} revisions already copied stay with {downstream.company.name}, files
            included, marked as not in sync.
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
