import { useLingui } from "@lingui/react/macro";

/** The steps after the company, in their order. */
export const setUpSteps = ["people", "project", "approval"] as const;
export type SetUpStep = (typeof setUpSteps)[number];

/** From an address; anything else is the first one. */
export const readSetUpStep = (value: unknown): SetUpStep =>
  setUpSteps.find((step) => step === value) ?? "people";

/** What all steps are called, the company first. */
export function useStepNames(): readonly string[] {
  const { t } = useLingui();
  return [t`Company`, t`People`, t`Project`, t`Connections`];
}
