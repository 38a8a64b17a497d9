/** The filters of the register, as they stand in the address. */
import type { RegisterQuery, RegisterSort, Side, ToolState } from "../../api/types.ts";

export const sides: readonly Side[] = ["upstream", "downstream"];
export const toolStates: readonly ToolState[] = [
  "waiting_for_approval",
  "active",
  "paused",
  "disabled",
  "inactive",
];
export const sorts: readonly RegisterSort[] = ["requested", "project", "company", "state", "last_arrival"];

const text = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : typeof value === "number" ? String(value) : undefined;
const one = <T extends string>(value: unknown, of: readonly T[]): T | undefined =>
  of.find((candidate) => candidate === value);

export function readRegister(search: Record<string, unknown>): RegisterQuery {
  const found = {
    side: one(search["side"], sides),
    state: text(search["state"]),
    project_id: text(search["project_id"]),
    company_id: text(search["company_id"]),
    tool_state: one(search["tool_state"], toolStates),
    q: text(search["q"]),
    sort: one(search["sort"], sorts),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

/** Filters beside the order, which narrows nothing. */
export const narrowed = ({ sort: _, ...filters }: RegisterQuery) => Object.keys(filters).length > 0;
