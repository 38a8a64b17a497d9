// Long because: one route after another of the stand-in server.
/**
 * A stand-in for the server, for looking at the screen while there is none: `npm run dev:mock`.
 * Never part of the build. Keeps everything in memory; rules are the real server's business.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Plugin } from "vite";
import type * as T from "../src/api/types.ts";
import * as d from "./data.ts";

interface Call {
  method: string;
  path: string;
  query: URLSearchParams;
  body: Record<string, unknown>;
  match: string[];
  request: IncomingMessage;
  response: ServerResponse;
}

type Answer = { status?: number; json?: unknown; type?: string; text?: string } | "taken";
type Route = [method: string, pattern: RegExp, answer: (call: Call) => Answer];

const json = (value: unknown, status = 200): Answer => ({ status, json: value });
const list = <I>(items: readonly I[]): Answer => json({ items, next: null });
const gone: Answer = { status: 204 };
const problem = (
  status: number,
  code: string,
  detail: string,
  action: string,
  errors: T.ProblemField[] = [],
): Answer => ({
  status,
  type: "application/problem+json",
  json: {
    type: "about:blank",
    title: detail,
    status,
    code,
    detail,
    action,
    request_id: "01JD-MOCK-7Q2",
    errors,
  },
});

let signedIn = true;
const listeners = new Set<ServerResponse>();
const hint = (topic: T.HintTopic) => {
  for (const response of listeners)
    response.write(`event: hint\ndata: ${JSON.stringify({ topic, id: null })}\n\n`);
};

function later() {
  setInterval(() => {
    const running = d.connections.find((one) => one.id === "k-2");
    if (!running || listeners.size === 0) return;
    const tool = running.tools.drawings;
    if (!tool) return;
    tool.copied = tool.copied >= tool.total ? 0 : Math.min(tool.total, tool.copied + 9);
    tool.waiting = tool.total - tool.copied;
    hint("connections");
  }, 900);
}

const str = (value: unknown): string => (typeof value === "string" ? value : "");
const received = new Map<string, { name: string; length: number; offset: number; uploadId: string }>();
const uploads = new Map<string, T.Upload>([
  ["up-ready_for_review", d.uploadFor("ready_for_review")],
  ["up-processing", d.uploadFor("processing")],
]);
let nextId = 1;

const connectionsOf = (projectId: string): T.Connection[] =>
  projectId === "p-harbor" ? d.connections : projectId === "p-delta" ? [d.downstreamView] : [];
const connection = (id: string) =>
  id === "k-1" ? d.downstreamView : d.connections.find((one) => one.id === id);
const allDrawings = () => d.projects.flatMap((project) => d.drawingsOf(project.id));

function change(id: string, next: Partial<T.Connection>): Answer {
  const found = d.connections.find((one) => one.id === id);
  if (!found)
    return problem(404, "not_found", "There is no such connection.", "Go back to the Connection Manager.");
  Object.assign(found, next);
  hint("connections");
  return json(found);
}

function tool(id: string, state: T.ToolState): Answer {
  const found = connection(id)?.tools.rfis;
  if (!found) return problem(404, "not_found", "There is no such tool.", "Reload.");
  found.state = state;
  if (state === "waiting_for_approval") found.request = d.asked;
  hint("connections");
  return json(connection(id));
}

const routes: Route[] = [
  [
    "GET",
    /^\/session$/,
    () => (signedIn ? json(d.session) : problem(401, "not_signed_in", "You are not signed in.", "Sign in.")),
  ],
  [
    "POST",
    /^\/session$/,
    ({ body }) => {
      if (str(body["password"]) === "wrong") {
        return problem(
          401,
          "bad_credentials",
          "The e-mail or the password is not right.",
          "Check both and try again.",
        );
      }
      signedIn = true;
      return json(d.session, 201);
    },
  ],
  [
    "DELETE",
    /^\/session$/,
    () => {
      signedIn = false;
      return gone;
    },
  ],
  ["GET", /^\/first-run$/, () => json({ open: false })],
  [
    "GET",
    /^\/sessions$/,
    () =>
      list([
        {
          id: "s1",
          created_at: d.ago(900),
          last_seen_at: d.ago(0),
          user_agent: "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 Safari/537.36",
          current: true,
        },
        {
          id: "s2",
          created_at: d.ago(20_000),
          last_seen_at: d.ago(1400),
          user_agent: "Mozilla/5.0 (iPad; CPU OS 18_1) Version/18 Safari/605",
          current: false,
        },
      ]),
  ],
  ["DELETE", /^\/sessions\//, () => gone],
  [
    "GET",
    /^\/notifications$/,
    () =>
      json({
        items: d.notifications,
        next: null,
        unread: d.notifications.filter((one) => !one.read_at).length,
      }),
  ],
  [
    "POST",
    /^\/notifications\/read$/,
    () => {
      for (const one of d.notifications) one.read_at = d.ago(0);
      return json({ unread: 0 });
    },
  ],
  ["GET", /^\/projects$/, () => list(d.projects)],
  [
    "GET",
    /^\/companies\/([^/]+)$/,
    ({ match }) => {
      const company = d.session.companies.find((one) => one.id === match[1]);
      return company
        ? json({
            ...company,
            can: {
              update: d.yes,
              connection_settings: d.yes,
              create_project: d.yes,
              manage_people: d.yes,
              view_people: d.yes,
              view_register: d.yes,
              view_templates: d.yes,
              manage_templates: d.yes,
              manage_service_accounts: d.yes,
              view_audit_log: d.yes,
            },
          })
        : problem(404, "not_found", "There is no such company.", "Go back.");
    },
  ],
  [
    "GET",
    /^\/companies\/[^/]+\/connection-settings$/,
    () => json({ approval: "review", can: { update: d.yes } }),
  ],
  [
    "PUT",
    /^\/companies\/[^/]+\/connection-settings$/,
    ({ body }) => json({ approval: body["approval"], can: { update: d.yes } }),
  ],
  ["GET", /^\/companies\/[^/]+\/connections$/, () => list([...d.connections, d.downstreamView])],
  [
    "GET",
    /^\/companies\/[^/]+\/people$/,
    () =>
      list(
        d.members.map((member) => ({
          person: member.person,
          employee: member.employee,
          company_admin: member.company_admin,
          service_account: false,
          status: member.status,
          invited_until: member.invited_until,
          represents: member.represents,
          projects: 2,
          can: {
            update: d.yes,
            deactivate: d.yes,
            administer: d.yes,
            represent: d.yes,
            ...(member.status === "invited" ? { invite: d.yes, revoke_invitation: d.yes } : {}),
          },
        })),
      ),
  ],
  ["GET", /^\/companies\/[^/]+\/people\/[^/]+$/, () => json({ member_of: [] })],
  ["GET", /^\/companies$/, () => list([])],
  ["GET", /^\/companies\/[^/]+\/permission-templates$/, () => list(d.templates)],
  ["GET", /^\/projects\/[^/]+\/permission-templates$/, () => list(d.templates)],
  ["GET", /^\/companies\/[^/]+\/service-accounts$/, () => list([])],
  ["GET", /^\/companies\/[^/]+\/audit-log$/, () => list([])],
  ["GET", /^\/tokens$/, () => list([])],
  ["POST", /^\/password-resets$/, () => ({ status: 202 })],
  [
    "POST",
    /^\/companies\/[^/]+\/people$/,
    ({ body }) =>
      json(
        {
          person: { id: "u-x", name: body["name"], email: body["email"] },
          employee: true,
          company_admin: false,
          service_account: false,
          status: "invited",
          invited_until: d.ago(-60 * 24 * 14),
          represents: null,
          projects: 0,
          can: {},
        },
        201,
      ),
  ],
  ["PATCH", /^\/companies\/[^/]+\/people\//, () => json({})],
  ["POST", /^\/companies\/[^/]+\/people\/[^/]+\/invitation$/, () => ({ status: 202 })],
  ["POST", /^\/companies\/[^/]+\/projects$/, () => json(d.projects[5], 201)],
  [
    "GET",
    /^\/invitations\/([^/]+)$/,
    ({ match }) =>
      match[1] === "old"
        ? problem(
            410,
            "invitation_expired",
            "This invitation has expired.",
            "Ask Ruth Okafor to send it again.",
          )
        : json({
            company: d.harbor,
            project: { id: "p-harbor", name: "Harbor Tower" },
            invited_by: "Ruth Okafor",
            email: "iris.tanaka@vale-facade.test",
            name: "Iris Tanaka",
            expires_at: d.ago(-60 * 24 * 6),
            needs: match[1] === "signin" ? "sign_in" : match[1] === "choose" ? "acceptance" : "password",
            represent_options: match[1] === "choose" ? [d.vale, d.koss] : [d.vale],
          }),
  ],
  [
    "POST",
    /^\/invitations\/[^/]+\/acceptance$/,
    ({ body }) =>
      str(body["password"]).length < 10
        ? problem(422, "weak_password", "The password is too easy to guess.", "Choose a longer one.", [
            { pointer: "/password", code: "weak_password", detail: "Use at least 10 characters." },
          ])
        : json(d.session),
  ],
  [
    "GET",
    /^\/projects\/([^/]+)$/,
    ({ match }) => json(d.projects.find((one) => one.id === match[1]) ?? d.projects[0]),
  ],
  [
    "PATCH",
    /^\/projects\/([^/]+)$/,
    ({ match, body }) => {
      const project = d.projects.find((one) => one.id === match[1]);
      if (!project) return problem(404, "not_found", "There is no such project.", "Go back.");
      if (body["name"] === "")
        return problem(422, "invalid", "Something is missing.", "Fill it in.", [
          { pointer: "/name", code: "required", detail: "A project needs a name." },
        ]);
      Object.assign(project, body);
      return json(project);
    },
  ],
  ["GET", /^\/projects\/[^/]+\/members$/, () => list(d.members)],
  [
    "POST",
    /^\/projects\/[^/]+\/members$/,
    ({ body }) =>
      json({ ...d.members[3], person: { id: "u-y", name: body["name"], email: body["email"] } }, 201),
  ],
  [
    "PATCH",
    /^\/projects\/[^/]+\/members\/([^/]+)$/,
    ({ match, body }) => {
      const member = d.members.find((one) => one.person.id === match[1]);
      Object.assign(member ?? {}, body);
      return json(member);
    },
  ],
  ["DELETE", /^\/projects\/[^/]+\/members\//, () => gone],
  ["POST", /^\/projects\/[^/]+\/members\/[^/]+\/invitation$/, () => ({ status: 202 })],
  ["GET", /^\/projects\/[^/]+\/connection-candidates$/, () => list(d.candidates)],
  ["GET", /^\/projects\/([^/]+)\/connections$/, ({ match }) => list(connectionsOf(match[1] ?? ""))],
  [
    "POST",
    /^\/projects\/[^/]+\/connections$/,
    () => json({ ...d.connections[0], state: "requested", side: "downstream" }, 201),
  ],
  ["GET", /^\/connections\/([^/]+)$/, ({ match }) => json(connection(match[1] ?? "") ?? d.connections[0])],
  ["GET", /^\/connections\/[^/]+\/history$/, () => list(d.history)],
  ["POST", /^\/connections\/([^/]+)\/tools$/, ({ match }) => tool(match[1] ?? "", "waiting_for_approval")],
  ["POST", /^\/connections\/([^/]+)\/tools\/rfis\/approve$/, ({ match }) => tool(match[1] ?? "", "active")],
  [
    "POST",
    /^\/connections\/([^/]+)\/tools\/rfis\/(decline|withdraw)$/,
    ({ match }) => tool(match[1] ?? "", "inactive"),
  ],
  [
    "POST",
    /^\/connections\/([^/]+)\/approve$/,
    ({ match }) =>
      change(match[1] ?? "", { state: "connected", connected_at: d.ago(0), can: { disconnect: d.yes } }),
  ],
  [
    "POST",
    /^\/connections\/([^/]+)\/decline$/,
    ({ match, body }) =>
      change(match[1] ?? "", {
        state: "declined",
        ended_at: d.ago(0),
        reason: str(body["reason"]) || null,
        can: {},
      }),
  ],
  [
    "POST",
    /^\/connections\/([^/]+)\/disconnect$/,
    ({ match, body }) =>
      change(match[1] ?? "", {
        state: "disconnected",
        ended_at: d.ago(0),
        reason: str(body["reason"]),
        can: {},
      }),
  ],
  [
    "GET",
    /^\/projects\/[^/]+\/(connection|arrival)-notifications$/,
    () =>
      json({
        mode: "specific",
        person_ids: ["u-ruth"],
        options: [
          { id: "u-ruth", name: "Ruth Okafor" },
          { id: "u-dana", name: "Dana Whitfield" },
        ],
        can: { update: d.yes },
      }),
  ],
  ["PUT", /^\/projects\/[^/]+\/(connection|arrival)-notifications$/, ({ body }) => json(body)],
  ["PATCH", /^\/me$/, ({ body }) => json(Object.assign(d.session, body))],
  ["GET", /^\/projects\/[^/]+\/arrival-settings$/, () => json({ mode: "review", can: { update: d.yes } })],
  ["PUT", /^\/projects\/[^/]+\/arrival-settings$/, ({ body }) => json({ ...body, can: { update: d.yes } })],
  ["GET", /^\/projects\/([^/]+)\/drawing-sets$/, ({ match }) => list(d.setsOf(match[1] ?? ""))],
  ["GET", /^\/projects\/([^/]+)\/drawing-areas$/, ({ match }) => list(d.areasOf(match[1] ?? ""))],
  ["GET", /^\/projects\/[^/]+\/drawing-disciplines$/, () => list(d.disciplineList)],
  [
    "GET",
    /^\/projects\/([^/]+)\/drawings$/,
    ({ match, query }) => {
      let all = query.get("deleted") === "true" ? [] : d.drawingsOf(match[1] ?? "");
      const status = query.get("status");
      if (status) all = all.filter((one) => one.revision?.status === status);
      const from = Number(query.get("after") ?? 0);
      const limit = Number(query.get("limit") ?? 100);
      const items = all
        .slice(from, from + limit)
        .map(({ revisions: _r, history: _h, previous: _p, next: _n, ...rest }) => rest);
      return json({ items, next: from + limit < all.length ? String(from + limit) : null });
    },
  ],
  ["GET", /^\/drawings\/([^/]+)$/, ({ match }) => json(allDrawings().find((one) => one.id === match[1]))],
  [
    "PATCH",
    /^\/drawings\/([^/]+)$/,
    ({ match, body }) => json(Object.assign(allDrawings().find((one) => one.id === match[1]) ?? {}, body)),
  ],
  ["POST", /^\/projects\/[^/]+\/publications$/, () => json({ published: 30 })],
  [
    "GET",
    /^\/projects\/([^/]+)\/drawing-uploads$/,
    ({ match }) => list(match[1] === "p-harbor" ? [...uploads.values()] : []),
  ],
  [
    "POST",
    /^\/projects\/([^/]+)\/drawing-uploads$/,
    ({ match, body }) => {
      const id = `up-${nextId++}`;
      const set = body["set"] as { name: string; date: string } | undefined;
      const upload: T.Upload = {
        ...d.uploadFor("receiving"),
        id,
        project_id: match[1] ?? "",
        status: "receiving",
        files: [],
        files_url: `/api/v1/drawing-uploads/${id}/files`,
        sheets: { total: 0, reading: 0, to_review: 0, confirmed: 0, failed: 0, removed: 0 },
      };
      if (set) upload.set = { id: "set-new", ...set };
      uploads.set(id, upload);
      return json(upload, 201);
    },
  ],
  [
    "GET",
    /^\/drawing-uploads\/([^/]+)$/,
    ({ match }) => json(uploads.get(match[1] ?? "") ?? d.uploadFor("ready_for_review")),
  ],
  ["GET", /^\/drawing-uploads\/([^/]+)\/sheets$/, () => list(d.sheets)],
  [
    "PATCH",
    /^\/drawing-sheets\/([^/]+)$/,
    ({ match, body }) => {
      const sheet = d.sheets.find((one) => one.id === match[1]);
      if (!sheet) return problem(404, "not_found", "There is no such sheet.", "Reload.");
      if (body["removed"] === true) sheet.status = "removed";
      if (body["removed"] === false) sheet.status = "to_review";
      Object.assign(sheet, body);
      return json(sheet);
    },
  ],
  [
    "POST",
    /^\/drawing-uploads\/([^/]+)\/confirmation$/,
    ({ body }) => {
      const ids = (body["sheet_ids"] as string[] | undefined) ?? d.sheets.map((one) => one.id);
      let confirmed = 0;
      const refused: T.Confirmation["refused"] = [];
      for (const sheet of d.sheets) {
        if (!ids.includes(sheet.id) || sheet.status !== "to_review") continue;
        if (!sheet.number)
          refused.push({ sheet_id: sheet.id, code: "number_missing", message: "Give the sheet a number." });
        else {
          sheet.status = "confirmed";
          confirmed += 1;
        }
      }
      return json({ confirmed, refused });
    },
  ],
  [
    "GET",
    /^\/drawing-(?:revisions|sheets)\/([^/]+)\/tiles\/(\d+)\/(\d+)_(\d+)\.webp$/,
    ({ match }) => {
      const [, id = "", z, x, y] = match;
      const drawing = allDrawings().find((one) => id.startsWith(`${one.id}-r`));
      const sheet = d.sheets.find((one) => one.id === id);
      return {
        type: "image/svg+xml",
        text: d.tile(
          d.sheetPicture(drawing?.number ?? sheet?.number ?? "E2.05", drawing?.title ?? sheet?.title ?? ""),
          Number(z),
          Number(x),
          Number(y),
        ),
      };
    },
  ],
];

function stream(request: IncomingMessage, response: ServerResponse) {
  response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-cache" });
  response.write(": hello\n\n");
  listeners.add(response);
  request.on("close", () => listeners.delete(response));
}

function tus(
  request: IncomingMessage,
  response: ServerResponse,
  uploadId: string,
  fileId: string | undefined,
) {
  const common = { "Tus-Resumable": "1.0.0", "Cache-Control": "no-store" };
  if (request.method === "POST") {
    const id = `file-${nextId++}`;
    const name = Buffer.from(
      str(request.headers["upload-metadata"]).split(" ")[1] ?? "",
      "base64",
    ).toString();
    const length = Number(request.headers["upload-length"]);
    received.set(id, { name, length, offset: 0, uploadId });
    uploads.get(uploadId)?.files.push({
      id,
      name,
      bytes: length,
      received_bytes: 0,
      state: "receiving",
      pages: null,
      pages_done: 0,
      pages_failed: 0,
      error: null,
    });
    response.writeHead(201, { ...common, Location: `/api/v1/drawing-uploads/${uploadId}/files/${id}` }).end();
    return;
  }
  const file = received.get(fileId ?? "");
  if (!file) {
    response.writeHead(404, common).end();
    return;
  }
  if (request.method === "HEAD") {
    response
      .writeHead(200, {
        ...common,
        "Upload-Offset": String(file.offset),
        "Upload-Length": String(file.length),
      })
      .end();
    return;
  }
  request.on("data", (chunk: Buffer) => {
    file.offset += chunk.length;
  });
  request.on("end", () => {
    const record = uploads.get(uploadId)?.files.find((one) => one.id === fileId);
    if (record) {
      record.received_bytes = file.offset;
      if (file.offset >= file.length)
        Object.assign(record, { state: "processing", pages: 12, pages_done: 3 });
    }
    hint("uploads");
    response.writeHead(204, { ...common, "Upload-Offset": String(file.offset) }).end();
  });
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
}

async function answer(request: IncomingMessage, response: ServerResponse, next: () => void) {
  const url = new URL(request.url ?? "/", "http://mock");
  if (!url.pathname.startsWith("/api/v1")) {
    next();
    return;
  }
  const path = url.pathname.slice("/api/v1".length);
  if (/\/changes$/.test(path)) {
    stream(request, response);
    return;
  }
  const file = /^\/drawing-uploads\/([^/]+)\/files(?:\/([^/]+))?$/.exec(path);
  if (file) {
    tus(request, response, file[1] ?? "", file[2]);
    return;
  }
  for (const [method, pattern, act] of routes) {
    const match = pattern.exec(path);
    if (!match || method !== request.method) continue;
    const body = method === "GET" || method === "DELETE" ? {} : await bodyOf(request);
    const result = act({ method, path, query: url.searchParams, body, match: [...match], request, response });
    if (result === "taken") return;
    const text = result.text ?? (result.json === undefined ? "" : JSON.stringify(result.json));
    response.writeHead(result.status ?? 200, {
      "Content-Type": result.type ?? "application/json",
      "X-Request-Id": "01JD-MOCK-7Q2",
    });
    response.end(text);
    return;
  }
  response.writeHead(404, { "Content-Type": "application/problem+json" });
  response.end(
    JSON.stringify({
      type: "about:blank",
      title: "Not found",
      status: 404,
      code: "not_found",
      detail: `The stand-in has no ${request.method} ${path}.`,
      action: null,
      request_id: "mock",
    }),
  );
}

export function mock(): Plugin {
  return {
    name: "sluice-mock",
    configureServer(server) {
      later();
      server.middlewares.use((request, response, next) => void answer(request, response, next));
    },
    configurePreviewServer(server) {
      later();
      server.middlewares.use((request, response, next) => void answer(request, response, next));
    },
  };
}
