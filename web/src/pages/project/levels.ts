import { useLingui } from "@lingui/react/macro";
import type { Grant, Level, Levels, Stage, Tool } from "../../api/types.ts";

export const levels: readonly Level[] = ["none", "read_only", "standard", "admin"];
/** The tools that exist today, in the order of the directory. */
export const shownTools: readonly Tool[] = ["drawings", "connection_manager", "directory", "admin"];
/** The grants of those tools. */
export const shownGrants: readonly Grant[] = ["upload_drawings", "upload_and_review_drawings"];

export const noLevels: Levels = {
  drawings: "none",
  connection_manager: "none",
  directory: "none",
  admin: "none",
  rfis: "none",
  submittals: "none",
};

export function useLevelNames(): Record<Level, string> {
  const { t } = useLingui();
  return {
    none: t`None`,
    read_only: t`Read Only`,
    standard: t`Standard`,
    admin: t({ message: "Admin", context: "level" }),
  };
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

export function useGrantNames(): Record<Grant, string> {
  const { t } = useLingui();
  return {
    upload_drawings: t`Upload drawings`,
    upload_and_review_drawings: t`Upload and review drawings`,
    act_as_rfi_manager: t`Act as RFI manager`,
    mark_official: t`Mark official`,
    view_external_items: t`View external items`,
    view_private_items_of_my_company: t`View private items of my company`,
  };
}

export const stages: readonly Stage[] = [
  "bidding",
  "pre_construction",
  "construction",
  "post_construction",
  "warranty",
];

export function useStageNames(): Record<Stage, string> {
  const { t } = useLingui();
  return {
    bidding: t`Bidding`,
    pre_construction: t`Pre-construction`,
    construction: t`Construction`,
    post_construction: t`Post-construction`,
    warranty: t`Warranty`,
  };
}

/** The tools and grants in which what somebody has differs from what a template sets; none without a template. */
export function differences(
  has: { levels: Levels; grants: readonly Grant[] },
  set: { levels: Levels; grants: readonly Grant[] } | null,
): { tools: Tool[]; grants: Grant[] } {
  if (!set) return { tools: [], grants: [] };
  const tools = (Object.keys(has.levels) as Tool[]).filter((tool) => has.levels[tool] !== set.levels[tool]);
  const all = new Set<Grant>([...has.grants, ...set.grants]);
  const grants = [...all].filter((grant) => has.grants.includes(grant) !== set.grants.includes(grant));
  return { tools, grants };
}
