/** One function per call the screen makes. Names follow the contract; shapes are in `types.ts`. */
import { type CallOptions, call, callAll, change } from "./client.ts";
import type * as T from "./types.ts";

type Id = T.Id;
const e = encodeURIComponent;
const get = <R>(path: string, options?: CallOptions) => call<R>("GET", path, options);
const post = <R>(path: string, body?: unknown) => call<R>("POST", path, body === undefined ? {} : { body });
const put = <R>(path: string, body: unknown) => call<R>("PUT", path, { body });
const patch = <R>(path: string, body: unknown) => call<R>("PATCH", path, { body });
const del = (path: string) => call<void>("DELETE", path);

export const session = {
  get: () => get<T.Session>("/session"),
  signIn: (email: string, password: string) => post<T.Session>("/session", { email, password }),
  signOut: () => del("/session"),
  list: () => callAll<T.SignedInSession>("/sessions"),
  revoke: (id: Id) => del(`/sessions/${e(id)}`),
};

export const firstRun = {
  get: () => get<T.FirstRun>("/first-run"),
  found: (body: T.NewFirstRun) => post<T.Session>("/first-run", body),
};

export const notifications = {
  list: (after?: string) => get<T.NotificationList>("/notifications", after ? { query: { after } } : {}),
  markRead: (what: { ids: Id[] } | { all: true }) => post<{ unread: number }>("/notifications/read", what),
};

export const companies = {
  get: (id: Id) => get<T.Company>(`/companies/${e(id)}`),
  settings: (id: Id) => get<T.ConnectionSettings>(`/companies/${e(id)}/connection-settings`),
  setSettings: (id: Id, approval: T.ApprovalMode) =>
    put<T.ConnectionSettings>(`/companies/${e(id)}/connection-settings`, { approval }),
  connections: (id: Id) => callAll<T.Connection>(`/companies/${e(id)}/connections`),
  people: (id: Id) => callAll<T.CompanyPerson>(`/companies/${e(id)}/people`),
  invite: (id: Id, body: { name: string; email: string; employee: boolean; company_admin: boolean }) =>
    post<T.CompanyPerson>(`/companies/${e(id)}/people`, body),
  changePerson: (id: Id, personId: Id, body: { active?: boolean; company_admin?: boolean }) =>
    patch<T.CompanyPerson>(`/companies/${e(id)}/people/${e(personId)}`, body),
  sendAgain: (id: Id, personId: Id) => post<void>(`/companies/${e(id)}/people/${e(personId)}/invitation`),
  revokeInvitation: (id: Id, personId: Id) => del(`/companies/${e(id)}/people/${e(personId)}/invitation`),
  createProject: (id: Id, body: { name: string; number?: string }) =>
    post<T.Project>(`/companies/${e(id)}/projects`, body),
};

export const invitations = {
  get: (token: string) => get<T.Invitation>(`/invitations/${e(token)}`),
  accept: (token: string, body: { password?: string; represents_company_id?: Id }) =>
    post<T.Session>(`/invitations/${e(token)}/acceptance`, body),
};

export interface ProjectEdit {
  name?: string;
  number?: string | null;
  active?: boolean;
  tools?: { drawings?: boolean };
}

export interface NewMember {
  email: string;
  name: string;
  employee?: boolean;
  levels: Partial<T.Levels>;
}

export const projects = {
  list: () => callAll<T.Project>("/projects"),
  get: (id: Id) => get<T.Project>(`/projects/${e(id)}`),
  update: (id: Id, body: ProjectEdit) => change<T.Project>(`/projects/${e(id)}`, body),
  members: (id: Id) => callAll<T.Member>(`/projects/${e(id)}/members`),
  addMember: (id: Id, body: NewMember) => post<T.Member>(`/projects/${e(id)}/members`, body),
  setLevels: (id: Id, personId: Id, levels: T.Levels) =>
    patch<T.Member>(`/projects/${e(id)}/members/${e(personId)}`, { levels }),
  sendAgain: (id: Id, personId: Id) => post<void>(`/projects/${e(id)}/members/${e(personId)}/invitation`),
  removeMember: (id: Id, personId: Id) => del(`/projects/${e(id)}/members/${e(personId)}`),
};

export interface NewConnection {
  upstream_project_id: Id;
  tools: ["drawings"];
  arrival: T.ArrivalMode;
}

export const connections = {
  candidates: (projectId: Id) =>
    callAll<T.ConnectionCandidate>(`/projects/${e(projectId)}/connection-candidates`),
  list: (projectId: Id) => callAll<T.Connection>(`/projects/${e(projectId)}/connections`),
  create: (projectId: Id, body: NewConnection) =>
    post<T.Connection>(`/projects/${e(projectId)}/connections`, body),
  get: (id: Id) => get<T.Connection>(`/connections/${e(id)}`),
  history: (id: Id) => callAll<T.ConnectionHistoryItem>(`/connections/${e(id)}/history`),
  approve: (id: Id) => post<T.Connection>(`/connections/${e(id)}/approve`),
  decline: (id: Id, reason: string) =>
    post<T.Connection>(`/connections/${e(id)}/decline`, reason === "" ? {} : { reason }),
  withdraw: (id: Id) => post<T.Connection>(`/connections/${e(id)}/withdraw`),
  remind: (id: Id) => post<T.Connection>(`/connections/${e(id)}/remind`),
  disconnect: (id: Id, reason: string) =>
    post<T.Connection>(`/connections/${e(id)}/disconnect`, { reason, accept: true }),
  notifications: (projectId: Id) =>
    get<T.ConnectionNotifications>(`/projects/${e(projectId)}/connection-notifications`),
  setNotifications: (projectId: Id, body: { mode: "all_admins" | "specific"; person_ids: Id[] }) =>
    put<T.ConnectionNotifications>(`/projects/${e(projectId)}/connection-notifications`, body),
  arrival: (projectId: Id) => get<T.ArrivalSettings>(`/projects/${e(projectId)}/arrival-settings`),
  setArrival: (projectId: Id, mode: T.ArrivalMode) =>
    put<T.ArrivalSettings>(`/projects/${e(projectId)}/arrival-settings`, { mode }),
};

export const drawings = {
  sets: (projectId: Id) => callAll<T.DrawingSet>(`/projects/${e(projectId)}/drawing-sets`),
  areas: (projectId: Id) => callAll<T.DrawingArea>(`/projects/${e(projectId)}/drawing-areas`),
  disciplines: (projectId: Id) =>
    callAll<T.DrawingDiscipline>(`/projects/${e(projectId)}/drawing-disciplines`),
  /** The whole log, page by page, since filtering and sorting happen here and must work on all of it. */
  log: (
    projectId: Id,
    query: T.DrawingQuery,
    signal: AbortSignal,
    onPage: (soFar: T.Drawing[], complete: boolean) => void,
  ) =>
    callAll<T.Drawing>(
      `/projects/${e(projectId)}/drawings`,
      {
        query: { set_id: query.set_id, status: query.status, deleted: query.deleted, limit: 1000 },
        signal,
      },
      onPage,
    ),
  recent: (projectId: Id) =>
    get<T.List<T.Drawing>>(`/projects/${e(projectId)}/drawings`, { query: { set_id: "current", limit: 8 } }),
  get: (id: Id) => get<T.DrawingDetail>(`/drawings/${e(id)}`),
  update: (id: Id, body: T.DrawingEdit) => change<T.Drawing>(`/drawings/${e(id)}`, body),
  remove: (id: Id) => del(`/drawings/${e(id)}`),
  keepInLog: (id: Id) => post<T.Drawing>(`/drawings/${e(id)}/keep-in-log`),
  restore: (id: Id) => post<T.Drawing>(`/drawings/${e(id)}/restoration`),
  publish: (projectId: Id, choice: T.PublicationChoice, distribute: boolean) =>
    post<{ published: number }>(`/projects/${e(projectId)}/publications`, { ...choice, distribute }),
};

export const uploads = {
  list: (projectId: Id) => callAll<T.Upload>(`/projects/${e(projectId)}/drawing-uploads`),
  create: (projectId: Id, body: T.NewUpload) =>
    post<T.Upload>(`/projects/${e(projectId)}/drawing-uploads`, body),
  get: (id: Id) => get<T.Upload>(`/drawing-uploads/${e(id)}`),
  sheets: (id: Id) => callAll<T.Sheet>(`/drawing-uploads/${e(id)}/sheets`),
  editSheet: (id: Id, body: T.SheetEdit) => patch<T.Sheet>(`/drawing-sheets/${e(id)}`, body),
  confirm: (id: Id, what: { sheet_ids: Id[] } | { all: true }) =>
    post<T.Confirmation>(`/drawing-uploads/${e(id)}/confirmation`, what),
};
