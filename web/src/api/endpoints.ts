/** One function per call the screen makes. Names follow the contract; shapes are in `types.ts`. */
import { browserZone } from "../i18n/format.ts";
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
  signIn: (email: string, password: string) =>
    post<T.Session>("/session", { email, password, time_zone: browserZone() }),
  signOut: () => del("/session"),
  list: () => callAll<T.SignedInSession>("/sessions"),
  revoke: (id: Id) => del(`/sessions/${e(id)}`),
  revokeOthers: () => del("/sessions"),
};

export const passwords = {
  change: (current_password: string, new_password: string) =>
    put<void>("/me/password", { current_password, new_password }),
  ask: (email: string) => post<void>("/password-resets", { email }),
  look: (token: string) => get<T.PasswordReset>(`/password-resets/${e(token)}`),
  complete: (token: string, password: string) =>
    post<void>(`/password-resets/${e(token)}/completion`, { password }),
};

export const tokens = {
  list: () => callAll<T.ApiToken>("/tokens"),
  create: (body: T.WantedToken) => post<T.NewApiToken>("/tokens", body),
  revoke: (id: Id) => del(`/tokens/${e(id)}`),
};

export const firstRun = {
  get: () => get<T.FirstRun>("/first-run"),
  found: (body: T.NewFirstRun) => post<T.Session>("/first-run", { ...body, time_zone: browserZone() }),
};

export const me = {
  update: (body: T.MyChanges) => patch<T.Me>("/me", body),
};

export const notifications = {
  list: (after?: string) => get<T.NotificationList>("/notifications", after ? { query: { after } } : {}),
  markRead: (what: { ids: Id[] } | { all: true }) => post<{ unread: number }>("/notifications/read", what),
};

export interface NewTemplate {
  name: string;
  levels: T.Levels;
  grants: T.Grant[];
}

export interface NewPerson {
  name: string;
  email: string;
  employee: boolean;
  company_admin: boolean;
  invite: boolean;
}

export interface PersonEdit {
  active?: boolean;
  company_admin?: boolean;
  represents_company_id?: Id;
}

export interface NewProject {
  name: string;
  number?: string;
  address?: string;
  time_zone?: string;
  stage?: T.Stage;
}

export const companies = {
  list: () => callAll<T.Company>("/companies"),
  found: (body: { name: string; admin: { name: string; email: string } }) => post<T.Ref>("/companies", body),
  get: (id: Id) => get<T.Company>(`/companies/${e(id)}`),
  settings: (id: Id) => get<T.ConnectionSettings>(`/companies/${e(id)}/connection-settings`),
  setSettings: (id: Id, approval: T.ApprovalMode) =>
    put<T.ConnectionSettings>(`/companies/${e(id)}/connection-settings`, { approval }),
  connections: (id: Id, query: T.RegisterQuery, after?: string) =>
    get<T.List<T.Connection>>(`/companies/${e(id)}/connections`, { query: { ...query, after } }),
  people: (id: Id) => callAll<T.CompanyPerson>(`/companies/${e(id)}/people`),
  addPerson: (id: Id, body: NewPerson) => post<T.CompanyPerson>(`/companies/${e(id)}/people`, body),
  person: (id: Id, personId: Id) => get<T.CompanyPersonDetail>(`/companies/${e(id)}/people/${e(personId)}`),
  changePerson: (id: Id, personId: Id, body: PersonEdit) =>
    patch<T.CompanyPerson>(`/companies/${e(id)}/people/${e(personId)}`, body),
  invite: (id: Id, personId: Id) => post<void>(`/companies/${e(id)}/people/${e(personId)}/invitation`),
  revokeInvitation: (id: Id, personId: Id) => del(`/companies/${e(id)}/people/${e(personId)}/invitation`),
  createProject: (id: Id, body: NewProject) => post<T.Project>(`/companies/${e(id)}/projects`, body),
  templates: (id: Id) => callAll<T.PermissionTemplate>(`/companies/${e(id)}/permission-templates`),
  addTemplate: (id: Id, body: NewTemplate) =>
    post<T.PermissionTemplate>(`/companies/${e(id)}/permission-templates`, body),
  changeTemplate: (id: Id, templateId: Id, version: number, body: NewTemplate) =>
    call<T.PermissionTemplate>("PATCH", `/companies/${e(id)}/permission-templates/${e(templateId)}`, {
      body,
      ifMatch: `"${version}"`,
    }),
  removeTemplate: (id: Id, templateId: Id) =>
    del(`/companies/${e(id)}/permission-templates/${e(templateId)}`),
  serviceAccounts: (id: Id) => callAll<T.ServiceAccount>(`/companies/${e(id)}/service-accounts`),
  addServiceAccount: (id: Id, name: string) =>
    post<T.ServiceAccount>(`/companies/${e(id)}/service-accounts`, { name }),
  addToken: (id: Id, account: Id, body: T.WantedToken) =>
    post<T.NewApiToken>(`/companies/${e(id)}/service-accounts/${e(account)}/tokens`, body),
  revokeToken: (id: Id, account: Id, token: Id) =>
    del(`/companies/${e(id)}/service-accounts/${e(account)}/tokens/${e(token)}`),
  auditLog: (id: Id, after?: string) =>
    get<T.List<T.AuditEntry>>(`/companies/${e(id)}/audit-log`, after ? { query: { after } } : {}),
  exports: (id: Id) => callAll<T.CompanyExport>(`/companies/${e(id)}/exports`),
  startExport: (id: Id) => post<T.CompanyExport>(`/companies/${e(id)}/exports`),
  removeExport: (id: Id, exportId: Id) => del(`/companies/${e(id)}/exports/${e(exportId)}`),
};

export const installation = {
  companies: () => callAll<T.InstalledCompany>("/installation/companies"),
  found: (body: T.NewCompany) => post<T.CreatedCompany>("/companies", body),
  closure: (id: Id) => get<T.CompanyClosure>(`/companies/${e(id)}/closure`),
  close: (id: Id, ending: T.Ending) => post<void>(`/companies/${e(id)}/closure`, ending),
};

export const invitations = {
  get: (token: string) => get<T.Invitation>(`/invitations/${e(token)}`),
  accept: (token: string, body: { password?: string; represents_company_id?: Id }) =>
    post<T.Session>(`/invitations/${e(token)}/acceptance`, { ...body, time_zone: browserZone() }),
};

export interface ProjectEdit {
  name?: string;
  number?: string | null;
  address?: string;
  time_zone?: string;
  stage?: T.Stage | null;
  active?: boolean;
  tools?: { drawings?: boolean };
}

/** What a member has: the template's levels and grants, and what differs from them. */
export interface Terms {
  permission_template_id?: Id | null;
  levels?: Partial<T.Levels>;
  grants?: T.Grant[];
}

export type NewMember = Terms &
  ({ person_id: Id } | { email: string; name: string; employee: boolean; invite: boolean });

export const projects = {
  list: () => callAll<T.Project>("/projects"),
  get: (id: Id) => get<T.Project>(`/projects/${e(id)}`),
  update: (id: Id, body: ProjectEdit) => change<T.Project>(`/projects/${e(id)}`, body),
  deletion: (id: Id) => get<T.ProjectDeletion>(`/projects/${e(id)}/deletion`),
  remove: (id: Id, ending: T.Ending) => post<void>(`/projects/${e(id)}/deletion`, ending),
  members: (id: Id) => callAll<T.Member>(`/projects/${e(id)}/members`),
  addMember: (id: Id, body: NewMember) => post<T.Member>(`/projects/${e(id)}/members`, body),
  changeMember: (id: Id, personId: Id, terms: Terms) =>
    patch<T.Member>(`/projects/${e(id)}/members/${e(personId)}`, terms),
  templates: (id: Id) => callAll<T.TemplateChoice>(`/projects/${e(id)}/permission-templates`),
  invite: (id: Id, personId: Id) => post<void>(`/projects/${e(id)}/members/${e(personId)}/invitation`),
  removeMember: (id: Id, personId: Id) => del(`/projects/${e(id)}/members/${e(personId)}`),
};

export interface NewConnection {
  upstream_project_id: Id;
  tools: readonly T.Tool[];
  arrival?: T.ArrivalMode;
}

/** What was asked for: a connection, or a tool to be added to it. */
const asked = (id: Id, tool?: T.Tool) => `/connections/${e(id)}${tool ? `/tools/${e(tool)}` : ""}`;

export const connections = {
  candidates: (projectId: Id) =>
    callAll<T.ConnectionCandidate>(`/projects/${e(projectId)}/connection-candidates`),
  list: (projectId: Id) => callAll<T.Connection>(`/projects/${e(projectId)}/connections`),
  create: (projectId: Id, body: NewConnection) =>
    post<T.Connection>(`/projects/${e(projectId)}/connections`, body),
  get: (id: Id) => get<T.Connection>(`/connections/${e(id)}`),
  history: (id: Id, after?: string) =>
    get<T.List<T.ConnectionHistoryItem>>(`/connections/${e(id)}/history`, {
      query: { order: "newest", after },
    }),
  explanation: (id: Id, number: string) =>
    get<T.Explanation>(`/connections/${e(id)}/explanation`, { query: { number } }),
  addTool: (id: Id, tool: T.Tool) => post<T.Connection>(`/connections/${e(id)}/tools`, { tool }),
  approve: (id: Id, tool?: T.Tool) => post<T.Connection>(`${asked(id, tool)}/approve`),
  decline: (id: Id, reason: string, tool?: T.Tool) =>
    post<T.Connection>(`${asked(id, tool)}/decline`, reason === "" ? {} : { reason }),
  withdraw: (id: Id, tool?: T.Tool) => post<T.Connection>(`${asked(id, tool)}/withdraw`),
  remind: (id: Id, tool?: T.Tool) => post<T.Connection>(`${asked(id, tool)}/remind`),
  undo: (id: Id, tool?: T.Tool) => post<T.Connection>(`${asked(id, tool)}/undo`),
  repair: (id: Id) => post<T.Connection>(`/connections/${e(id)}/repair`),
  disconnect: (id: Id, reason: string) =>
    post<T.Connection>(`/connections/${e(id)}/disconnect`, { reason, accept: true }),
  notifications: (projectId: Id) =>
    get<T.DistributionList>(`/projects/${e(projectId)}/connection-notifications`),
  setNotifications: (projectId: Id, body: T.ChosenRecipients) =>
    put<T.DistributionList>(`/projects/${e(projectId)}/connection-notifications`, body),
  arrivalNotifications: (projectId: Id) =>
    get<T.DistributionList>(`/projects/${e(projectId)}/arrival-notifications`),
  setArrivalNotifications: (projectId: Id, body: T.ChosenRecipients) =>
    put<T.DistributionList>(`/projects/${e(projectId)}/arrival-notifications`, body),
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
  /** The project's own drawings that match, to replace a copy. */
  own: (projectId: Id, q: string) =>
    get<T.List<T.Drawing>>(`/projects/${e(projectId)}/drawings`, {
      query: { external: false, limit: 8, ...(q === "" ? {} : { q }) },
    }),
  /** Those of the project that match, own ones and copies. */
  find: (projectId: Id, q: string) =>
    get<T.List<T.Drawing>>(`/projects/${e(projectId)}/drawings`, {
      query: { limit: 8, ...(q === "" ? {} : { q }) },
    }),
  markObsoleteHere: (id: Id, replacedBy: Id | null) =>
    put<T.DrawingDetail>(`/drawings/${e(id)}/obsolete-here`, { replaced_by_id: replacedBy }),
  unmarkObsoleteHere: (id: Id) => del(`/drawings/${e(id)}/obsolete-here`),
  updateRevision: (id: Id, body: T.RevisionEdit) =>
    patch<T.DrawingDetail>(`/drawing-revisions/${e(id)}`, body),
  removeRevision: (id: Id) => del(`/drawing-revisions/${e(id)}`),
  restoreRevision: (id: Id) => post<T.DrawingDetail>(`/drawing-revisions/${e(id)}/restoration`),
  /** Newest first; an empty list leaves the order to the dates. */
  orderRevisions: (id: Id, newestFirst: Id[]) =>
    put<T.DrawingDetail>(`/drawings/${e(id)}/revision-order`, { revision_ids: newestFirst }),
  /** Sheets on which all words stand: in the number, in the title or on the sheet itself. */
  search: (projectId: Id, q: string, set: string, signal: AbortSignal) =>
    get<T.SheetsFound>(`/projects/${e(projectId)}/drawing-search`, {
      query: { q, set_id: set, limit: 10_000 },
      signal,
    }),
  sheetText: (revisionId: Id) => get<T.SheetText>(`/drawing-revisions/${e(revisionId)}/text`),
  editMany: (projectId: Id, body: T.DrawingsEdit) =>
    post<{ changed: number }>(`/projects/${e(projectId)}/drawing-edits`, body),
  /** Many sheets as one file, to be fetched by the browser. */
  download: (projectId: Id, body: T.NewDrawingDownload) =>
    post<T.DrawingDownload>(`/projects/${e(projectId)}/drawing-downloads`, body),
  subscription: (projectId: Id) =>
    get<{ subscribed: boolean }>(`/projects/${e(projectId)}/drawing-subscription`),
  subscribe: (projectId: Id, subscribed: boolean) =>
    put<{ subscribed: boolean }>(`/projects/${e(projectId)}/drawing-subscription`, { subscribed }),
  markups: (id: Id) => callAll<T.Markup>(`/drawings/${e(id)}/markups`, { query: { limit: 1000 } }),
  draw: (id: Id, body: T.NewMarkup) => post<T.Markup>(`/drawings/${e(id)}/markups`, body),
  updateMarkup: (id: Id, body: T.MarkupEdit) => patch<T.Markup>(`/drawing-markups/${e(id)}`, body),
  removeMarkup: (id: Id) => del(`/drawing-markups/${e(id)}`),
  publishMarkups: (id: Id, what: { markup_ids: Id[] } | { all: true }) =>
    post<{ published: number }>(`/drawings/${e(id)}/markups/publications`, what),
  links: (revisionId: Id) => callAll<T.SheetLink>(`/drawing-revisions/${e(revisionId)}/links`),
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
