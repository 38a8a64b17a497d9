import { useLingui } from "@lingui/react/macro";
import type { ApprovalMode } from "../../api/types.ts";
import { RadioCards } from "../../components/fields.tsx";

/** How connections to a company's projects are approved. */
export function ApprovalChoices({
  value,
  onChange,
  disabled,
}: {
  value: ApprovalMode;
  onChange: (mode: ApprovalMode) => void;
  disabled: boolean;
}) {
  const { t } = useLingui();
  return (
    <RadioCards
      label={t`How connections to your projects are approved`}
      hideLabel
      value={value}
      onChange={onChange}
      disabled={disabled}
      choices={[
        {
          id: "automatic",
          title: t`Automatic`,
          note: t`Whoever already has access may connect their project without our approval (recommended). Both sides are told when projects are connected.`,
        },
        {
          id: "review",
          title: t({ message: "Review", context: "approval of requests" }),
          note: t`Each request appears in the Connection Manager of the project. A Connection Manager Admin of ours approves or declines it; nothing is shared before.`,
        },
      ]}
    />
  );
}
