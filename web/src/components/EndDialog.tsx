/** Ends something for good: what follows from it, why, and its name typed to confirm. */
import { Trans, useLingui } from "@lingui/react/macro";
import { type ReactNode, useState } from "react";
import { asProblem, fieldErrors } from "../api/problem.ts";
import { Button } from "./Button.tsx";
import { Dialog } from "./Dialog.tsx";
import { ProblemBanner } from "./feedback.tsx";
import { Field } from "./fields.tsx";

export interface Ending {
  name: string;
  reason: string;
}

export function EndDialog({
  title,
  name,
  act,
  children,
  error,
  pending,
  onEnd,
  onClose,
}: {
  title: string;
  /** What has to be typed. */
  name: string;
  /** The word on the button. */
  act: ReactNode;
  /** What follows, as list items. */
  children: ReactNode;
  error: unknown;
  pending: boolean;
  onEnd: (ending: Ending) => void;
  onClose: () => void;
}) {
  const { t } = useLingui();
  const [typed, setTyped] = useState("");
  const [reason, setReason] = useState("");
  const { byField } = fieldErrors(error ? asProblem(error) : null, ["name", "reason"]);
  const ready = typed.trim() === name.trim() && reason.trim() !== "";
  return (
    <Dialog
      alert
      title={title}
      onClose={onClose}
      onSubmit={() => {
        if (ready) onEnd({ name: typed, reason });
      }}
      foot={
        <>
          <Button onPress={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button look="danger-fill" type="submit" disabled={!ready} pending={pending}>
            {act}
          </Button>
        </>
      }
    >
      <ul className="consequences">{children}</ul>
      <Field
        label={t`Reason`}
        hint={t`Shown to the companies whose connections end, and kept.`}
        value={reason}
        onChange={setReason}
        error={byField["reason"]}
        multiline
        required
        maxLength={2000}
        autoFocus
      />
      <Field
        label={t`Type its name to confirm`}
        hint={name}
        value={typed}
        onChange={setTyped}
        error={byField["name"]}
        autoComplete="off"
        required
      />
      <ProblemBanner error={error} />
    </Dialog>
  );
}
