/**
 * The server's reasons in the reader's language. A code stands for one sentence (`problems.ts`), which is
 * translated like the screen's own texts. In English the server's own words are shown: they name the very
 * thing. A code that this screen does not know is shown as the server says it.
 */
import { i18n } from "@lingui/core";
import { t } from "@lingui/core/macro";
import type { Problem } from "./problem.ts";
import { fields, problems } from "./problems.ts";
import type { Failure, Permission, ProblemField, Reason, SheetMark } from "./types.ts";

const english = (): boolean => i18n.locale === "" || i18n.locale === "en";

/** The sentence of a code, or what the server said where there is none. */
function sentence(code: string, said: string): string {
  const known = problems[code];
  return known && !english() ? i18n._(known.title) : said;
}

/** What happened. */
export function saidOf(problem: Problem): string {
  if (problem.offline) return t`The server cannot be reached. Your connection may be down.`;
  if (problem.code.startsWith("http_")) return t`The server answered ${problem.status}.`;
  return sentence(problem.code, problem.message);
}

/** What to do next; `null` where there is nothing to say. */
export function nextOf(problem: { code: string; action: string | null }): string | null {
  const known = problems[problem.code];
  return known && !english() ? i18n._(known.action) : problem.action;
}

/** What went wrong with a file or a page, and what to do. */
export const troubleOf = (trouble: Failure): string =>
  `${sentence(trouble.code, trouble.message)} ${nextOf(trouble) ?? ""}`;

/** What is wrong with a field. */
export function wrongOf(field: ProblemField): string {
  const known = fields[field.code] ?? problems[field.code]?.title;
  return known && !english() ? i18n._(known) : field.detail;
}

/** Why something is not allowed; empty where nobody says. */
export const whyNot = (can: Permission): string => sentence(can.code ?? "", can.reason ?? "");

/** A reason. */
export const reasonOf = (reason: Reason): string => sentence(reason.code, reason.message);

/** Why a connected tool does not flow now. */
export function pauseOf(reason: Reason): string {
  switch (reason.code) {
    case "upstream_inactive":
      return t`The upstream project is inactive. The flow resumes by itself when it is active again.`;
    case "downstream_inactive":
      return t`The downstream project is inactive. The flow resumes by itself when it is active again.`;
    case "upstream_tool_off":
      return t`The tool is switched off in the upstream project. The flow resumes by itself when it is switched on again.`;
    case "downstream_tool_off":
      return t`The tool is switched off in the downstream project. The flow resumes by itself when it is switched on again.`;
    default:
      return reasonOf(reason);
  }
}

/** Why a revision is not there, or not for everyone; `ask` can publish it. */
export function absenceOf(reason: Reason, ask: readonly string[]): string {
  switch (reason.code) {
    case "unpublished":
      return t`It is withheld: not published.`;
    case "deleted_unseen":
      return t`It is withheld: deleted before it was published.`;
    case "deleted_uncopied":
      return t`It was deleted before it was copied.`;
    case "not_connected":
      return t`The projects are not connected yet.`;
    case "ended":
      return t`The connection had ended before it was copied.`;
    case "parked":
      return t`It could not be copied yet. It is tried again by itself.`;
    case "on_its_way":
      return t`It is published and on its way.`;
    case "not_published_here":
      return ask.length > 0
        ? t`It is not published here yet. Ask ${ask.join(", ")}.`
        : t`It is not published here yet.`;
    default:
      return pauseOf(reason);
  }
}

/** What the reviewer of a sheet should look at. */
export function markOf(mark: SheetMark, number: string): string {
  const names: Record<string, string> = { number: t`number`, title: t`title`, revision: t`revision` };
  const list = mark.fields.map((field) => names[field] ?? field).join(", ");
  switch (mark.code) {
    case "missing_number":
      return t`No number was read; type the one printed on the sheet.`;
    case "next_revision":
      return t`Next revision of ${number}, after ${mark.after ?? ""}.`;
    case "same_revision":
      return t`${number} has a revision ${mark.after ?? ""} already.`;
    case "older_revision":
      return t`Looks older than the newest revision of ${number}, which is ${mark.after ?? ""}.`;
    case "new_drawing":
      return t`${number} is new in this area.`;
    case "conflict":
      return t`More than one sheet of this upload has this number.`;
    case "duplicate":
      return t`This is the same file as the newest revision in the log.`;
    case "low_confidence":
      return t`Read with little confidence: ${list}.`;
    case "not_found_on_sheet":
      return t`Not found on the sheet: ${list}.`;
  }
}
