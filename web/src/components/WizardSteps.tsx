import { useLingui } from "@lingui/react/macro";

/** The steps of a wizard and where one stands in it. */
export function WizardSteps({ names, at }: { names: readonly string[]; at: number }) {
  const { t } = useLingui();
  return (
    <ol className="wizard-steps" aria-label={t`Steps`}>
      {names.map((name, index) => (
        <li
          key={name}
          className={index < at ? "done" : index === at ? "now" : ""}
          aria-current={index === at ? "step" : undefined}
        >
          <span className="wizard-dot num">{index + 1}</span>
          <span>{name}</span>
        </li>
      ))}
    </ol>
  );
}
