/**
 * Every address of the screen and of the API's files, in one place.
 *
 * The route table in `router.tsx` uses the same patterns; the test walks both. Nothing else in the screen
 * writes an address by hand.
 */
import { queryString } from "./api/client.ts";
import type { Id, RegisterQuery } from "./api/types.ts";

const enc = encodeURIComponent;
const project = (id: Id) => `/projects/${enc(id)}`;
const company = (id: Id) => `/companies/${enc(id)}`;

export const paths = {
  home: () => "/projects",
  signIn: (next?: string) =>
    next && next !== "/" && next !== "/projects" ? `/sign-in?next=${enc(next)}` : "/sign-in",
  firstRun: () => "/first-run",
  invitation: (token: string) => `/invitations/${enc(token)}`,
  forgotPassword: () => "/forgot-password",
  passwordReset: (token: string) => `/password-resets/${enc(token)}`,
  account: () => "/account",
  preferences: () => "/preferences",
  sessions: () => "/sessions",
  tokens: () => "/tokens",
  notifications: () => "/notifications",

  projects: () => "/projects",
  project,
  projectSettings: (id: Id) => `${project(id)}/settings`,
  directory: (id: Id) => `${project(id)}/directory`,

  connections: (id: Id) => `${project(id)}/connections`,
  newConnection: (id: Id) => `${project(id)}/connections/new`,
  connectionSettings: (id: Id) => `${project(id)}/connections/settings`,
  connection: (id: Id, connectionId: Id) => `${project(id)}/connections/${enc(connectionId)}`,

  drawings: (id: Id) => `${project(id)}/drawings`,
  drawingSettings: (id: Id) => `${project(id)}/drawings/settings`,
  /** `find` is looked for on the sheet. */
  drawing: (id: Id, drawingId: Id, revisionId?: Id, find?: string) => {
    const query = [
      ...(revisionId ? [`revision=${enc(revisionId)}`] : []),
      ...(find ? [`find=${enc(find)}`] : []),
    ].join("&");
    return `${project(id)}/drawings/${enc(drawingId)}${query ? `?${query}` : ""}`;
  },
  /** `other` is the drawing of `before` where it is not this one. */
  compare: (id: Id, drawingId: Id, pair: { before?: Id; after?: Id; other?: Id } = {}) => {
    const query = new URLSearchParams(Object.entries(pair)).toString();
    return `${project(id)}/drawings/${enc(drawingId)}/compare${query ? `?${query}` : ""}`;
  },
  uploads: (id: Id) => `${project(id)}/uploads`,
  newUpload: (id: Id) => `${project(id)}/uploads/new`,
  upload: (id: Id, uploadId: Id) => `${project(id)}/uploads/${enc(uploadId)}`,

  installation: () => "/installation",
  company,
  setUp: (id: Id, step?: "people" | "project" | "approval") =>
    `${company(id)}/set-up${step ? `?step=${step}` : ""}`,
  companyPeople: (id: Id) => `${company(id)}/people`,
  companyTemplates: (id: Id) => `${company(id)}/permission-templates`,
  serviceAccounts: (id: Id) => `${company(id)}/service-accounts`,
  auditLog: (id: Id) => `${company(id)}/audit-log`,
  companySettings: (id: Id) => `${company(id)}/settings`,
  companyConnections: (id: Id) => `${company(id)}/connections`,
} as const;

const api = "/api/v1";

/** Addresses the browser itself fetches: pictures, files, streams. */
export const files = {
  notifications: () => `${api}/notifications`,
  changes: (projectId: Id) => `${api}/projects/${enc(projectId)}/changes`,
  revisionTile: (revisionId: Id, z: number, x: number, y: number) =>
    `${api}/drawing-revisions/${enc(revisionId)}/tiles/${z}/${x}_${y}.webp`,
  revisionThumbnail: (revisionId: Id) => `${api}/drawing-revisions/${enc(revisionId)}/thumbnail`,
  revisionFile: (revisionId: Id) => `${api}/drawing-revisions/${enc(revisionId)}/file?download=1`,
  sheetTile: (sheetId: Id, z: number, x: number, y: number) =>
    `${api}/drawing-sheets/${enc(sheetId)}/tiles/${z}/${x}_${y}.webp`,
  sheetThumbnail: (sheetId: Id) => `${api}/drawing-sheets/${enc(sheetId)}/thumbnail`,
  drawingsCsv: (projectId: Id, filters: Readonly<Record<string, string | boolean | undefined>>) =>
    `${api}/projects/${enc(projectId)}/drawings.csv${queryString(filters)}`,
  auditLogCsv: (companyId: Id) => `${api}/companies/${enc(companyId)}/audit-log.csv`,
  exportArchive: (companyId: Id, exportId: Id) =>
    `${api}/companies/${enc(companyId)}/exports/${enc(exportId)}/file`,
  connectionsCsv: (companyId: Id, query: RegisterQuery) =>
    `${api}/companies/${enc(companyId)}/connections.csv${queryString({ ...query })}`,
  historyCsv: (connectionId: Id) => `${api}/connections/${enc(connectionId)}/history.csv`,
} as const;

/** Only a path on this screen may be returned to after signing in; anything else becomes the home page. */
export function safeNext(next: unknown): string {
  if (typeof next !== "string" || !next.startsWith("/") || next.startsWith("//") || next.includes("\\")) {
    return paths.home();
  }
  const entrance = ["/sign-in", "/forgot-password", "/password-resets/"];
  return entrance.some((beginning) => next.startsWith(beginning)) || next.startsWith("/api/")
    ? paths.home()
    : next;
}
