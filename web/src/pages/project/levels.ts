import { useLingui } from "@lingui/react/macro";
import type { Level, Tool } from "../../api/types.ts";

export const levels: readonly Level[] = ["none", "read_only", "standard", "admin"];
/** The tools that exist today, in the order of the directory. */
export const shownTools: readonly Tool[] = ["drawings", "connection_manager", "directory", "admin"];

export function useLevelNames(): Record<Level, string> {
  const { t } = useLingui();
  return { none: t`None`, read_only: t`Read Only`, standard: t`Standard`, admin: t`Admin` };
}

export function useToolNames(): Record<Tool, string> {
  const { t } = useLingui();
  return {
    drawings: t`Drawings`,
    connection_manager: t`Connection Manager`,
    directory: t`Directory`,
    admin: t`Admin`,
    rfis: t`RFIs`,
    submittals: t`Submittals`,
  };
}
