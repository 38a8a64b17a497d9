/**
 * One way to call the API: same-origin cookie, JSON in and out, every failure a `Problem`.
 *
 * Does not retry and does not cache; TanStack Query does both.
 */
import { i18n } from "@lingui/core";
import { asProblem, offlineProblem, problemFrom } from "./problem.ts";
import type { List } from "./types.ts";

const base = "/api/v1";

type QueryValue = string | number | boolean | null | undefined;

export interface CallOptions {
  query?: Record<string, QueryValue>;
  body?: unknown;
  /** Version the change is based on; sent as `If-Match`. */
  ifMatch?: string;
  signal?: AbortSignal;
}

type SignedOutListener = () => void;
let onSignedOut: SignedOutListener = () => {};

/** Called once per 401 outside the sign-in itself. */
export function listenForSignedOut(listener: SignedOutListener): void {
  onSignedOut = listener;
}

export function queryString(query: Record<string, QueryValue> = {}): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "") params.set(key, String(value));
  }
  const text = params.toString();
  return text === "" ? "" : `?${text}`;
}

/** How far the server's clock is ahead of this machine's, in milliseconds, as its last answer told. */
let ahead = 0;

/** What the server's clock shows now, to the second: times that run out are its own. */
export const serverNow = (): number => Date.now() + ahead;

function learnTime(response: Response): void {
  const told = Date.parse(response.headers.get("Date") ?? "");
  // The header knows whole seconds: it is half a second older than the answer on average.
  if (!Number.isNaN(told)) ahead = told + 500 - Date.now();
}

async function send(method: string, path: string, options: CallOptions): Promise<Response> {
  // What the server says in words, it says in the language of the screen.
  const headers: Record<string, string> = { Accept: "application/json", "Accept-Language": i18n.locale };
  if (options.body !== undefined) headers["Content-Type"] = "application/json";
  if (options.ifMatch !== undefined) headers["If-Match"] = options.ifMatch;
  let response: Response;
  try {
    response = await fetch(`${base}${path}${queryString(options.query)}`, {
      method,
      headers,
      credentials: "same-origin",
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      ...(options.signal ? { signal: options.signal } : {}),
    });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw offlineProblem();
  }
  learnTime(response);
  if (!response.ok) {
    const problem = await problemFrom(response);
    if (problem.status === 401 && problem.code !== "bad_credentials") onSignedOut();
    throw problem;
  }
  return response;
}

export async function call<T>(method: string, path: string, options: CallOptions = {}): Promise<T> {
  const response = await send(method, path, options);
  const etag = response.headers.get("ETag");
  if ((method === "GET" || method === "PATCH") && etag && !options.query) etags.set(path, etag);
  if (response.status === 204 || response.headers.get("Content-Length") === "0") return undefined as T;
  const text = await response.text();
  if (text === "") return undefined as T;
  try {
    return JSON.parse(text) as T;
  } catch (error) {
    throw asProblem(error);
  }
}

/** The version of each record as this screen last read it; a change names it, so that nobody's is lost. */
const etags = new Map<string, string>();

export async function change<T>(path: string, body: unknown): Promise<T> {
  const etag = etags.get(path);
  try {
    return await call<T>("PATCH", path, { body, ...(etag ? { ifMatch: etag } : {}) });
  } catch (error) {
    // Perhaps someone else was faster: the version we knew is no longer to be relied on.
    etags.delete(path);
    throw error;
  }
}

/** Follows `next` until the list is complete. `onPage` sees what has come so far. */
export async function callAll<T>(
  path: string,
  options: CallOptions = {},
  onPage?: (soFar: T[], complete: boolean) => void,
): Promise<T[]> {
  const all: T[] = [];
  let after: string | null = null;
  do {
    const page: List<T> = await call<List<T>>("GET", path, {
      ...options,
      query: { ...options.query, after },
    });
    all.push(...page.items);
    after = page.next ?? null;
    onPage?.(all.slice(), after === null);
  } while (after !== null);
  return all;
}
