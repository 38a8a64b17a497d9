/**
 * What the API says when something did not work, as an error the screen can show: what happened, what to do
 * next, the request id, and the fields concerned.
 */
import type { ProblemBody, ProblemField } from "./types.ts";
import { wrongOf } from "./words.ts";

export class Problem extends Error {
  override readonly name = "Problem";
  readonly status: number;
  readonly code: string;
  readonly action: string | null;
  readonly requestId: string | null;
  readonly fields: readonly ProblemField[];
  readonly retryAfterSeconds: number | null;

  constructor(body: Partial<ProblemBody> & { status: number }, retryAfterSeconds: number | null = null) {
    super(body.detail ?? body.title ?? `The server answered ${body.status}.`);
    this.status = body.status;
    this.code = body.code ?? `http_${body.status}`;
    this.action = body.action ?? null;
    this.requestId = body.request_id ?? null;
    this.fields = body.errors ?? [];
    this.retryAfterSeconds = retryAfterSeconds;
  }

  get offline(): boolean {
    return this.code === "offline";
  }
}

export const offlineProblem = (): Problem => new Problem({ status: 0, code: "offline" });

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

function readFields(value: unknown): ProblemField[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isRecord).map((entry) => ({
    pointer: text(entry["pointer"]) ?? "",
    code: text(entry["code"]) ?? "invalid",
    detail: text(entry["detail"]) ?? "",
  }));
}

/** Reads any answer that is not a success, problem+json or not. */
export async function problemFrom(response: Response): Promise<Problem> {
  const retryAfter = Number(response.headers.get("Retry-After"));
  const seconds = Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter : null;
  const requestId = response.headers.get("X-Request-Id");
  let parsed: unknown = null;
  try {
    parsed = await response.json();
  } catch {
    // A proxy's HTML page or nothing at all: the status is all we know.
  }
  if (!isRecord(parsed)) {
    return new Problem({ status: response.status, ...(requestId ? { request_id: requestId } : {}) }, seconds);
  }
  const title = text(parsed["title"]);
  const detail = text(parsed["detail"]);
  const code = text(parsed["code"]);
  return new Problem(
    {
      status: response.status,
      ...(title ? { title } : {}),
      ...(detail ? { detail } : {}),
      ...(code ? { code } : {}),
      action: text(parsed["action"]) ?? null,
      request_id: text(parsed["request_id"]) ?? requestId,
      errors: readFields(parsed["errors"]),
    },
    seconds,
  );
}

export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof TypeError) return offlineProblem();
  return new Problem({
    status: 0,
    code: "unexpected",
    detail: error instanceof Error ? error.message : String(error),
  });
}

/** `/set/date` → `set.date`, so that a form finds the message of its field by name. */
export function fieldName(pointer: string): string {
  return pointer
    .replace(/^#/, "")
    .split("/")
    .filter((part) => part !== "")
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .join(".");
}

/** Field messages by name, and those that no field of the form will show. */
export function fieldErrors(
  problem: Problem | null,
  known: readonly string[],
): { byField: Record<string, string>; rest: string[] } {
  const byField: Record<string, string> = {};
  const rest: string[] = [];
  for (const field of problem?.fields ?? []) {
    const name = fieldName(field.pointer);
    if (known.includes(name) && !(name in byField)) byField[name] = wrongOf(field);
    else rest.push(wrongOf(field));
  }
  return { byField, rest };
}
