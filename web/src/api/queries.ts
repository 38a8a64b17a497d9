/**
 * Cache keys and query options. A key is `[topic, project, …]`, so that a live hint of a topic in a project
 * finds everything it concerns (`live.ts`).
 */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import * as api from "./endpoints.ts";
import type {
  ConnectedTool,
  Connection,
  Drawing,
  DrawingQuery,
  HintTopic,
  Id,
  RegisterQuery,
} from "./types.ts";

export type Topic = HintTopic | "session" | "company" | "directory" | "sheet";

export const topicKey = (topic: Topic, ...rest: string[]) => [topic, ...rest] as const;

/** Several lists name the same record under different projects; those live under this word. */
const anywhere = "*";

export interface DrawingLog {
  items: Drawing[];
  complete: boolean;
}

export const queries = {
  session: () =>
    queryOptions({
      queryKey: topicKey("session"),
      queryFn: api.session.get,
      staleTime: 5 * 60_000,
      retry: false,
    }),
  firstRun: () =>
    queryOptions({
      queryKey: topicKey("session", "first-run"),
      queryFn: api.firstRun.get,
      // What has been set up stays so.
      staleTime: (query) => (query.state.data?.open === false ? Number.POSITIVE_INFINITY : 0),
    }),
  sessions: () => queryOptions({ queryKey: topicKey("session", "list"), queryFn: api.session.list }),
  notifications: () =>
    queryOptions({
      queryKey: topicKey("notifications"),
      queryFn: () => api.notifications.list(),
      refetchInterval: 60_000,
    }),

  tokens: () => queryOptions({ queryKey: topicKey("session", "tokens"), queryFn: api.tokens.list }),

  companies: () => queryOptions({ queryKey: topicKey("company"), queryFn: api.companies.list }),
  company: (id: Id) =>
    queryOptions({ queryKey: topicKey("company", id), queryFn: () => api.companies.get(id) }),
  companySettings: (id: Id) =>
    queryOptions({
      queryKey: topicKey("company", id, "settings"),
      queryFn: () => api.companies.settings(id),
    }),
  companyConnections: (id: Id, query: RegisterQuery) =>
    infiniteQueryOptions({
      queryKey: [...topicKey("company", id, "connections"), query],
      queryFn: ({ pageParam }) => api.companies.connections(id, query, pageParam),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (page) => page.next ?? undefined,
      // A changed filter keeps the rows on the screen until the new ones are there.
      placeholderData: keepPreviousData,
    }),
  companyPeople: (id: Id) =>
    queryOptions({ queryKey: topicKey("company", id, "people"), queryFn: () => api.companies.people(id) }),

  companyPerson: (id: Id, personId: Id) =>
    queryOptions({
      queryKey: topicKey("company", id, "people", personId),
      queryFn: () => api.companies.person(id, personId),
    }),
  templates: (id: Id) =>
    queryOptions({
      queryKey: topicKey("company", id, "templates"),
      queryFn: () => api.companies.templates(id),
    }),
  serviceAccounts: (id: Id) =>
    queryOptions({
      queryKey: topicKey("company", id, "service-accounts"),
      queryFn: () => api.companies.serviceAccounts(id),
    }),
  companyExports: (id: Id) =>
    queryOptions({
      queryKey: topicKey("company", id, "exports"),
      queryFn: () => api.companies.exports(id),
      refetchInterval: (query) =>
        query.state.data?.some((one) => one.state === "waiting" || one.state === "running") ? 2_000 : false,
    }),
  installedCompanies: () =>
    queryOptions({
      queryKey: topicKey("company", "installation"),
      queryFn: api.installation.companies,
    }),
  companyClosure: (id: Id) =>
    queryOptions({
      queryKey: topicKey("company", id, "closure"),
      queryFn: () => api.installation.closure(id),
    }),

  projects: () => queryOptions({ queryKey: topicKey("project", anywhere), queryFn: api.projects.list }),
  project: (id: Id) =>
    queryOptions({ queryKey: topicKey("project", id), queryFn: () => api.projects.get(id) }),
  projectDeletion: (id: Id) =>
    queryOptions({
      queryKey: topicKey("project", id, "deletion"),
      queryFn: () => api.projects.deletion(id),
      staleTime: 0,
    }),
  members: (id: Id) =>
    queryOptions({ queryKey: topicKey("directory", id), queryFn: () => api.projects.members(id) }),
  templateChoices: (id: Id) =>
    queryOptions({
      queryKey: topicKey("directory", id, "templates"),
      queryFn: () => api.projects.templates(id),
    }),

  candidates: (projectId: Id) =>
    queryOptions({
      queryKey: topicKey("connections", projectId, "candidates"),
      queryFn: () => api.connections.candidates(projectId),
    }),
  connections: (projectId: Id) =>
    queryOptions({
      queryKey: topicKey("connections", projectId, "list"),
      queryFn: () => api.connections.list(projectId),
      // Hints drive this; the interval only covers what moves by itself while the live line is down.
      refetchInterval: (query) => (query.state.data?.some(busy) ? 2_000 : false),
    }),
  connection: (projectId: Id, id: Id) =>
    queryOptions({
      queryKey: topicKey("connections", projectId, "one", id),
      queryFn: () => api.connections.get(id),
      refetchInterval: (query) => (query.state.data && busy(query.state.data) ? 2_000 : false),
    }),
  connectionHistory: (projectId: Id, id: Id) =>
    infiniteQueryOptions({
      queryKey: topicKey("connections", projectId, "history", id),
      queryFn: ({ pageParam }) => api.connections.history(id, pageParam),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (page) => page.next ?? undefined,
    }),
  explanation: (projectId: Id, id: Id, number: string) =>
    queryOptions({
      queryKey: topicKey("connections", projectId, "explanation", id, number),
      queryFn: () => api.connections.explanation(id, number),
    }),
  connectionNotifications: (projectId: Id) =>
    queryOptions({
      queryKey: topicKey("connections", projectId, "notifications"),
      queryFn: () => api.connections.notifications(projectId),
    }),
  arrivalNotifications: (projectId: Id) =>
    queryOptions({
      queryKey: topicKey("connections", projectId, "arrival-notifications"),
      queryFn: () => api.connections.arrivalNotifications(projectId),
    }),
  arrival: (projectId: Id) =>
    queryOptions({
      queryKey: topicKey("connections", projectId, "arrival"),
      queryFn: () => api.connections.arrival(projectId),
    }),

  sets: (projectId: Id) =>
    queryOptions({
      queryKey: topicKey("drawings", projectId, "sets"),
      queryFn: () => api.drawings.sets(projectId),
    }),
  areas: (projectId: Id) =>
    queryOptions({
      queryKey: topicKey("drawings", projectId, "areas"),
      queryFn: () => api.drawings.areas(projectId),
    }),
  disciplines: (projectId: Id) =>
    queryOptions({
      queryKey: topicKey("drawings", projectId, "disciplines"),
      queryFn: () => api.drawings.disciplines(projectId),
    }),
  log: (projectId: Id, query: DrawingQuery) =>
    queryOptions({
      queryKey: [
        ...topicKey("drawings", projectId, "log"),
        query.set_id ?? "",
        query.status ?? "",
        query.deleted ? "deleted" : "",
      ],
      queryFn: async ({ signal, client, queryKey }): Promise<DrawingLog> => {
        const first = client.getQueryData<DrawingLog>(queryKey) === undefined;
        const items = await api.drawings.log(projectId, query, signal, (soFar, complete) => {
          // The first rows are on the screen while the rest is still on its way.
          if (first && !complete) client.setQueryData<DrawingLog>(queryKey, { items: soFar, complete });
        });
        return { items, complete: true };
      },
    }),
  recentDrawings: (projectId: Id) =>
    queryOptions({
      queryKey: topicKey("drawings", projectId, "recent"),
      queryFn: () => api.drawings.recent(projectId),
    }),
  ownDrawings: (projectId: Id, q: string) =>
    queryOptions({
      queryKey: topicKey("drawings", projectId, "own", q),
      queryFn: () => api.drawings.own(projectId, q),
    }),
  findDrawings: (projectId: Id, q: string) =>
    queryOptions({
      queryKey: topicKey("drawings", projectId, "find", q),
      queryFn: () => api.drawings.find(projectId, q),
    }),
  drawingSearch: (projectId: Id, q: string, set: string) =>
    queryOptions({
      queryKey: topicKey("drawings", projectId, "search", set, q),
      queryFn: ({ signal }) => api.drawings.search(projectId, q, set, signal),
    }),
  subscription: (projectId: Id) =>
    queryOptions({
      queryKey: topicKey("drawings", projectId, "subscription"),
      queryFn: () => api.drawings.subscription(projectId),
    }),
  sheetText: (projectId: Id, revisionId: Id) =>
    queryOptions({
      queryKey: topicKey("sheet", projectId, "text", revisionId),
      queryFn: () => api.drawings.sheetText(revisionId),
      // A revision keeps its file, and with it its words.
      staleTime: Number.POSITIVE_INFINITY,
    }),
  drawing: (projectId: Id, id: Id) =>
    queryOptions({
      queryKey: topicKey("drawings", projectId, "one", id),
      queryFn: () => api.drawings.get(id),
    }),
  markups: (projectId: Id, drawingId: Id) =>
    queryOptions({
      queryKey: topicKey("markups", projectId, drawingId),
      queryFn: () => api.drawings.markups(drawingId),
    }),
  links: (projectId: Id, revisionId: Id) =>
    queryOptions({
      queryKey: topicKey("drawings", projectId, "links", revisionId),
      queryFn: () => api.drawings.links(revisionId),
    }),

  uploads: (projectId: Id) =>
    queryOptions({
      queryKey: topicKey("uploads", projectId, "list"),
      queryFn: () => api.uploads.list(projectId),
    }),
  upload: (projectId: Id, id: Id) =>
    queryOptions({
      queryKey: topicKey("uploads", projectId, "one", id),
      queryFn: () => api.uploads.get(id),
      refetchInterval: (query) => {
        const status = query.state.data?.status;
        return status === "receiving" || status === "processing" ? 2_000 : false;
      },
    }),
  sheets: (projectId: Id, id: Id) =>
    queryOptions({
      queryKey: topicKey("uploads", projectId, "sheets", id),
      queryFn: () => api.uploads.sheets(id),
    }),
};

/** The first copy of this tool is running. */
export const copying = (tool: ConnectedTool): boolean =>
  tool.state === "active" && tool.first_copy_complete_at === null;

/** A comparison of this tool waits or runs. */
export const comparing = ({ comparison }: ConnectedTool): boolean =>
  comparison?.state === "waiting" || comparison?.state === "running";

/** Something of this connection moves by itself. */
const busy = (connection: Connection): boolean =>
  Object.values(connection.tools).some((tool) => copying(tool) || comparing(tool));
