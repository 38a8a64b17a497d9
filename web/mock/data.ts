// Long because: one stand-in installation, as data.
/** Made-up companies, projects and sheets for looking at the screen without a server. Development only. */
import type * as T from "../src/api/types.ts";

export const yes: T.Permission = { allowed: true };
export const no = (reason: string): T.Permission => ({ allowed: false, code: "needs_admin", reason });

const now = Date.now();
export const ago = (minutes: number): string => new Date(now - minutes * 60_000).toISOString();

export const harbor: T.Ref = { id: "c-harbor", name: "Harbor Builders" };
export const delta: T.Ref = { id: "c-delta", name: "Delta Electric" };
export const koss: T.Ref = { id: "c-koss", name: "Koss Mechanical" };
export const vale: T.Ref = { id: "c-vale", name: "Vale Glass & Façade" };
const bright: T.Ref = { id: "c-bright", name: "Brightwater Construction" };

export const person: T.Person = { id: "u-dana", name: "Dana Whitfield", email: "dana@delta-electric.test" };

export const session: T.Session = {
  person,
  companies: [
    { ...harbor, employee: true, company_admin: true },
    { ...delta, employee: true, company_admin: true },
  ],
  installation_admin: false,
  language: null,
  time_zone: null,
  date_format: null,
};

const tower: T.ProjectRef = { id: "p-harbor", name: "Harbor Tower", number: "24-017" };
const towerElectrical: T.ProjectRef = { id: "p-delta", name: "Harbor Tower Electrical", number: "D-118" };

export const levels = (drawings: T.Level = "admin"): T.Levels => ({
  connection_manager: drawings,
  directory: drawings,
  admin: drawings,
  drawings,
  rfis: "none",
  submittals: "none",
});

const everything: T.Project["can"] = {
  update: yes,
  view_directory: yes,
  manage_directory: yes,
  view_connections: yes,
  start_connection: yes,
  view_drawings: yes,
  upload_drawings: yes,
  publish_drawings: yes,
  edit_drawings: yes,
};

const project = (
  ref: T.ProjectRef,
  company: T.Ref,
  connections: T.Project["connections"],
  more: Partial<T.Project> = {},
): T.Project => ({
  ...ref,
  company,
  address: "400 Quay Street\nHarbor City",
  time_zone: "America/New_York",
  stage: "construction",
  active: true,
  version: 1,
  tools: { drawings: true, rfis: false, submittals: false },
  levels: levels(),
  connections,
  can: everything,
  ...more,
});

const none = { upstream: null, downstream: [], waiting: 0 };

export const projects: T.Project[] = [
  project(
    tower,
    harbor,
    {
      upstream: null,
      downstream: [
        { connection_id: "k-1", company: delta, project: towerElectrical, state: "connected" },
        {
          connection_id: "k-2",
          company: koss,
          project: { id: "p-k", name: "Harbor Tower HVAC", number: "" },
          state: "connected",
        },
      ],
      waiting: 1,
    },
    {
      can: {
        ...everything,
        start_connection: no("This project is an upstream project and cannot become downstream."),
      },
    },
  ),
  project({ id: "p-big", name: "Northgate Hospital Expansion", number: "23-102" }, harbor, none),
  project({ id: "p-pier", name: "Pier 9 Warehouse", number: "25-003" }, harbor, none, {
    can: {
      ...everything,
      upload_drawings: no("Only Drawings Admins and people with the upload grant can upload."),
      publish_drawings: no("Only Drawings Admins publish."),
      manage_directory: no("Only Directory Admins can add people."),
      update: no("Only project Admins can change this."),
    },
  }),
  project({ id: "p-school", name: "Riverside School", number: "19-044" }, harbor, none, { active: false }),
  project(
    towerElectrical,
    delta,
    {
      upstream: { connection_id: "k-1", company: harbor, project: tower, state: "connected" },
      downstream: [],
      waiting: 0,
    },
    {
      can: {
        ...everything,
        start_connection: no("This project is already connected to an upstream project."),
      },
    },
  ),
  project({ id: "p-civic", name: "Civic Center Lighting", number: "D-121" }, delta, none),
];

const disciplines: (Omit<T.DrawingDiscipline, "external"> & { prefix: string; titles: string[] })[] = [
  {
    id: "d-g",
    name: "General",
    position: 1,
    abbreviations: ["G"],
    prefix: "G",
    titles: ["Cover Sheet and Sheet Index", "General Notes and Abbreviations", "Life Safety Plan"],
  },
  {
    id: "d-c",
    name: "Civil",
    position: 2,
    abbreviations: ["C"],
    prefix: "C",
    titles: ["Site Grading Plan", "Storm Drainage Plan", "Utility Plan and Profiles"],
  },
  {
    id: "d-s",
    name: "Structural",
    position: 4,
    abbreviations: ["S"],
    prefix: "S",
    titles: [
      "Foundation Plan",
      "Framing Plan",
      "Column Schedule",
      "Concrete Shear Wall Elevations and Details",
    ],
  },
  {
    id: "d-a",
    name: "Architectural",
    position: 5,
    abbreviations: ["A"],
    prefix: "A",
    titles: [
      "Floor Plan",
      "Reflected Ceiling Plan",
      "Building Elevations",
      "Wall Sections",
      "Enlarged Toilet Room Plans and Interior Elevations",
      "Door and Frame Schedule",
    ],
  },
  {
    id: "d-m",
    name: "Mechanical",
    position: 8,
    abbreviations: ["M"],
    prefix: "M",
    titles: ["Ductwork Plan", "Piping Plan", "Mechanical Schedules"],
  },
  {
    id: "d-e",
    name: "Electrical",
    position: 10,
    abbreviations: ["E"],
    prefix: "E",
    titles: ["Lighting Plan", "Power and Systems Plan", "One-Line Diagram", "Panel Schedules"],
  },
];
export const disciplineList: T.DrawingDiscipline[] = disciplines.map((one) => ({ ...one, external: false }));

export const tiles: T.TileInfo = { width: 8400, height: 6000, tile_size: 512, levels: 6 };

const origin = (inSync: boolean, deleted = false): T.Origin => ({
  connection_id: "k-1",
  company: harbor.name,
  project: tower.name,
  company_now: inSync ? harbor.name : null,
  project_now: inSync ? tower.name : null,
  record_id: "d-upstream",
  arrived_at: ago(14),
  version: 3,
  in_sync: inSync,
  out_of_sync: inSync
    ? null
    : { code: "disconnected", message: "The projects are disconnected; newer revisions will not arrive." },
  disconnected_on: inSync ? null : "2026-10-30",
  deleted_upstream_at: deleted ? ago(6000) : null,
});

const sets = (external: boolean): T.DrawingSet[] => [
  {
    id: "set-3",
    name: "ASI 014",
    date: "2026-11-18",
    external,
    revisions: 24,
    unpublished: external ? 24 : 0,
  },
  {
    id: "set-2",
    name: "100 % Construction Documents",
    date: "2026-08-03",
    external,
    revisions: 212,
    unpublished: external ? 6 : 0,
  },
  { id: "set-1", name: "Permit Set", date: "2026-03-20", external, revisions: 198, unpublished: 0 },
];

export function setsOf(projectId: string): T.DrawingSet[] {
  if (projectId === "p-civic") return [];
  if (projectId === "p-delta")
    return [
      ...sets(true),
      {
        id: "set-own",
        name: "Shop drawings",
        date: "2026-09-01",
        external: false,
        revisions: 12,
        unpublished: 2,
      },
    ];
  return sets(false);
}

export const areasOf = (projectId: string): T.DrawingArea[] =>
  projectId === "p-delta"
    ? [
        {
          id: "area-x",
          name: "Harbor Builders · Tower",
          description: "",
          external: true,
          is_default: false,
          drawings: 28,
        },
        {
          id: "area-o",
          name: "Delta Electric",
          description: "",
          external: false,
          is_default: true,
          drawings: 2,
        },
      ]
    : [{ id: "area-1", name: "Tower", description: "", external: false, is_default: true, drawings: 2 }];

function revision(drawingId: string, text: string, set: T.DrawingSet, more: Partial<T.Revision>): T.Revision {
  return {
    id: `${drawingId}-r${text}`,
    drawing_id: drawingId,
    version: 1,
    revision: text,
    drawing_date: set.date,
    received_date: set.date,
    order: null,
    set: { id: set.id, name: set.name, date: set.date },
    status: "published",
    published_at: ago(2000),
    published_by: "Ruth Okafor",
    current: true,
    superseded_by: null,
    sha256: "0".repeat(64),
    bytes: 1_840_000,
    width_pt: 3024,
    height_pt: 2160,
    tiles,
    external: false,
    arrived_at: null,
    issued_at: null,
    deleted_upstream_at: null,
    deleted_at: null,
    file_name: "HT_ASI014_combined.pdf",
    page: 4,
    ...more,
  };
}

const cache = new Map<string, T.DrawingDetail[]>();

export function drawingsOf(projectId: string): T.DrawingDetail[] {
  const known = cache.get(projectId);
  if (known) return known;
  const external = projectId === "p-delta";
  const wanted = projectId === "p-big" ? 1700 : projectId === "p-civic" ? 0 : 38;
  const list: T.DrawingDetail[] = [];
  const all = setsOf(projectId);
  const area = areasOf(projectId)[0];
  for (const discipline of disciplines) {
    const count = discipline.prefix === "G" || discipline.prefix === "C" ? Math.min(8, wanted) : wanted;
    for (let n = 0; n < count; n += 1) {
      const id = `${projectId}-${discipline.prefix}${n}`;
      const number =
        projectId === "p-big"
          ? `${discipline.prefix}${1 + (n % 9)}-${1000 + n}`
          : `${discipline.prefix}${1 + Math.floor(n / 10)}.${String((n % 10) + 1).padStart(2, "0")}`;
      const title = `${discipline.titles[n % discipline.titles.length]}${n % 3 === 0 ? "" : `, Level ${1 + (n % 24)}`}`;
      const set = all[n % 9 === 0 ? 0 : n % 3 === 0 ? 1 : 2] ?? all[0];
      if (!set || !area) continue;
      const fresh = set === all[0];
      const old = all[2] ?? set;
      const unpublished = external && fresh;
      const top = revision(id, fresh ? "3" : set === all[1] ? "2" : "1", set, {
        status: unpublished ? "unpublished" : "published",
        current: !unpublished,
        external,
        arrived_at: external ? ago(14) : null,
      });
      const previous = fresh
        ? [
            revision(id, "1", old, {
              current: unpublished,
              external,
              superseded_by: unpublished ? null : { id: top.id, revision: top.revision },
            }),
          ]
        : [];
      list.push({
        id,
        project_id: projectId,
        number,
        title,
        discipline: { id: discipline.id, name: discipline.name, position: discipline.position },
        area: { id: area.id, name: area.name, external },
        obsolete: n % 17 === 5,
        obsolete_here:
          external && n % 19 === 6
            ? { at: ago(300), by: "Ruth Okafor", replaced_by: { id: "p-delta-G0", number: "G1.01" } }
            : null,
        external,
        deleted_at: null,
        version: 1,
        origin: external ? origin(n % 13 !== 7) : null,
        newer_upstream: external && n % 11 === 4 ? { issued_on: "2026-11-18", ask: ["Ruth Okafor"] } : null,
        revision: top,
        can: {
          update: external ? no("This drawing comes from Harbor Builders and is read-only here.") : yes,
          delete: external ? no("Copies cannot be deleted.") : yes,
          publish: yes,
          view_revisions: yes,
        },
        revisions: [top, ...previous],
        history: [
          {
            at: ago(14),
            kind: "arrived",
            by: null,
            by_company: "Harbor Builders",
            revision: top.revision,
            field: null,
            from: null,
            to: null,
            detail: `Revision ${top.revision}`,
          },
          {
            at: ago(4000),
            kind: "published",
            by: "Ruth Okafor",
            by_company: "Harbor Builders",
            revision: "1",
            field: null,
            from: null,
            to: null,
            detail: "Revision 1",
          },
        ],
        previous: null,
        next: null,
      });
    }
  }
  list.forEach((drawing, index) => {
    const before = list[index - 1];
    const after = list[index + 1];
    drawing.previous = before ? { id: before.id, number: before.number } : null;
    drawing.next = after ? { id: after.id, number: after.number } : null;
  });
  cache.set(projectId, list);
  return list;
}

const tool = (more: Partial<T.ConnectedTool> = {}): T.ConnectedTool => ({
  state: "active",
  paused_reason: null,
  copied: 436,
  waiting: 0,
  total: 436,
  first_copy_complete_at: ago(20_000),
  last_arrival_at: ago(14),
  latency_ms: { p50: 1900, p95: 6400 },
  attention: [],
  request: null,
  would_arrive: null,
  can: {},
  ...more,
});

/** A tool that is no part of its connection. */
const apart = (more: Partial<T.ConnectedTool>): T.ConnectedTool =>
  tool({
    state: "inactive",
    copied: 0,
    total: 0,
    first_copy_complete_at: null,
    last_arrival_at: null,
    latency_ms: null,
    ...more,
  });

const would: T.ByTool<T.ToArrive> = {
  drawings: {
    records: 168,
    revisions: 436,
    bytes: 912_000_000,
    by_area: [{ name: "Tower", records: 168 }],
    by_discipline: [
      { name: "Architectural", records: 62 },
      { name: "Electrical", records: 38 },
      { name: "Structural", records: 34 },
      { name: "Mechanical", records: 26 },
      { name: "General", records: 8 },
    ],
  },
  rfis: { records: 31, revisions: 0, bytes: 4_800_000, by_area: [], by_discipline: [] },
};

const dana: T.Actor = { name: "Dana Whitfield", company: delta.name };
const base = {
  requested_at: ago(60 * 24 * 30),
  expires_at: null,
  connected_at: ago(60 * 24 * 29),
  approved_by: { name: "Ruth Okafor", company: "Harbor Builders" },
  approved_by_policy: false,
  undo_until: null,
  ended_at: null,
  ended_by: null,
  ended_side: null,
  reason: null,
  requester_sees: null,
  would_arrive: {},
  requested_by: dana,
} satisfies Partial<T.Connection>;
const upstreamEnd: T.ConnectionEnd = { company: harbor, project: tower, active: true };

export const asked: T.ToolRequest = {
  state: "requested",
  requested_by: dana,
  requested_at: ago(50),
  expires_at: ago(-60 * 24 * 60),
  connected_at: null,
  approved_by: null,
  approved_by_policy: false,
  undo_until: null,
  ended_at: null,
  ended_by: null,
  ended_side: null,
  reason: null,
  requester_sees: { levels: levels("read_only"), records: { rfis: 31 } },
  can: { approve: yes, decline: yes, remind: yes, withdraw: yes },
};

export const connections: T.Connection[] = [
  {
    ...base,
    id: "k-3",
    state: "requested",
    side: "upstream",
    upstream: upstreamEnd,
    downstream: {
      company: vale,
      project: { id: "p-v", name: "Harbor Tower Curtain Wall", number: "V-77" },
      active: true,
    },
    requested_by: { name: "Iris Tanaka", company: vale.name },
    requested_at: ago(190),
    expires_at: ago(-60 * 24 * 60),
    connected_at: null,
    approved_by: null,
    requester_sees: { levels: levels("read_only"), records: { drawings: 168 } },
    would_arrive: would,
    tools: {
      drawings: apart({ state: "waiting_for_approval" }),
    },
    can: { approve: yes, decline: yes },
  },
  {
    ...base,
    id: "k-1",
    state: "connected",
    side: "upstream",
    upstream: upstreamEnd,
    downstream: { company: delta, project: towerElectrical, active: true },
    tools: {
      drawings: tool(),
      rfis: apart({
        state: "waiting_for_approval",
        would_arrive: would.rfis ?? null,
        request: asked,
      }),
    },
    can: { disconnect: yes },
  },
  {
    ...base,
    id: "k-2",
    state: "connected",
    side: "upstream",
    upstream: upstreamEnd,
    downstream: {
      company: koss,
      project: { id: "p-k", name: "Harbor Tower HVAC", number: "" },
      active: true,
    },
    connected_at: ago(2),
    approved_by: null,
    approved_by_policy: true,
    requested_by: { name: "Petr Koss", company: koss.name },
    tools: { drawings: tool({ copied: 120, waiting: 316, first_copy_complete_at: null, latency_ms: null }) },
    can: { disconnect: yes },
  },
  {
    ...base,
    id: "k-5",
    state: "connected",
    side: "upstream",
    upstream: upstreamEnd,
    downstream: {
      company: bright,
      project: { id: "p-b", name: "Tower Fit-out", number: "88" },
      active: false,
    },
    tools: {
      drawings: tool({
        state: "paused",
        waiting: 24,
        paused_reason: {
          code: "project_inactive",
          message:
            "Tower Fit-out is inactive. The flow goes on, and catches up, when Brightwater Construction makes it active again.",
        },
        attention: [
          { record: "revision 01JD", label: "S2.04", reason: "It refers to something that is not here." },
        ],
      }),
    },
    can: { disconnect: no("Only Connection Manager Admins can disconnect.") },
  },
  {
    ...base,
    id: "k-4",
    state: "disconnected",
    side: "upstream",
    upstream: upstreamEnd,
    downstream: { company: bright, project: { id: "p-b2", name: "Tower Lobby", number: "" }, active: true },
    ended_at: ago(60 * 24 * 12),
    ended_by: { name: "Omar Reyes", company: bright.name },
    ended_side: "downstream",
    reason: "Scope moved to another trade contractor.",
    tools: { drawings: tool({ state: "disabled" }) },
    can: {},
  },
];

export const downstreamView: T.Connection = {
  ...(connections[1] as T.Connection),
  side: "downstream",
  tools: { drawings: tool(), rfis: apart({ would_arrive: would.rfis ?? null, can: { add: yes } }) },
};

export const history: T.ConnectionHistoryItem[] = [
  {
    at: ago(14),
    kind: "delivery",
    by: null,
    by_company: null,
    by_policy: false,
    reason: null,
    tool: "drawings",
    delivery: { records: 24, bytes: 41_000_000, duration_ms: 2300, tool: "drawings" },
  },
  {
    at: ago(3000),
    kind: "resumed",
    by: null,
    by_company: harbor.name,
    by_policy: false,
    reason: null,
    tool: null,
    delivery: null,
  },
  {
    at: ago(4000),
    kind: "paused",
    by: "Ruth Okafor",
    by_company: harbor.name,
    by_policy: false,
    reason: "Drawings were switched off in Harbor Tower.",
    tool: null,
    delivery: null,
  },
  {
    at: ago(60 * 24 * 29 - 3),
    kind: "delivery",
    by: null,
    by_company: null,
    by_policy: false,
    reason: null,
    tool: "drawings",
    delivery: { records: 412, bytes: 871_000_000, duration_ms: 148_000, tool: "drawings" },
  },
  {
    at: ago(60 * 24 * 29),
    kind: "connected",
    by: "Ruth Okafor",
    by_company: harbor.name,
    by_policy: false,
    reason: null,
    tool: null,
    delivery: null,
  },
  {
    at: ago(60 * 24 * 30),
    kind: "requested",
    by: "Dana Whitfield",
    by_company: delta.name,
    by_policy: false,
    reason: null,
    tool: null,
    delivery: null,
  },
];

export const candidates: T.ConnectionCandidate[] = [
  {
    company: harbor,
    project: { id: "p-pier", name: "Pier 9 Warehouse", number: "25-003" },
    eligible: true,
    reason: null,
    tools: [
      { tool: "drawings", eligible: true, reason: null },
      { tool: "rfis", eligible: true, reason: null },
    ],
    would_arrive: would,
    approval: "review",
  },
  {
    company: harbor,
    project: { id: "p-school", name: "Riverside School", number: "19-044" },
    eligible: false,
    reason: { code: "project_inactive", message: "This project is inactive." },
    tools: [],
    would_arrive: {},
    approval: "review",
  },
  {
    company: bright,
    project: { id: "p-b3", name: "Quay House", number: "" },
    eligible: false,
    reason: { code: "not_upstream", message: "This project cannot be an upstream project." },
    tools: [],
    would_arrive: {},
    approval: "automatic",
  },
];

export const templates: T.PermissionTemplate[] = [
  {
    id: "t-sub",
    name: "Subcontractor",
    levels: { ...levels("read_only"), admin: "none" },
    grants: [],
    members: 2,
    overridden: 1,
    version: 1,
    can: { update: yes, remove: yes },
  },
  {
    id: "t-own",
    name: "Owner",
    levels: { ...levels("none"), drawings: "read_only", directory: "read_only" },
    grants: [],
    members: 0,
    overridden: 0,
    version: 1,
    can: { update: yes, remove: yes },
  },
];

const member = (
  one: T.Person,
  represents: T.Ref | null,
  own: T.Levels,
  more: Partial<T.Member> = {},
): T.Member => ({
  person: one,
  status: "active",
  invited_until: null,
  employee: false,
  company_admin: false,
  service_account: false,
  represents,
  levels: own,
  grants: [],
  template: null,
  overridden: false,
  can: { update: yes, remove: yes },
  ...more,
});

const subcontractor = templates[0] ?? null;

export const members: T.Member[] = [
  member({ id: "u-ruth", name: "Ruth Okafor", email: "ruth@harbor.test" }, harbor, levels("admin"), {
    employee: true,
    company_admin: true,
  }),
  member(person, delta, { ...levels("read_only"), admin: "none" }, { template: subcontractor }),
  member(
    { id: "u-iris", name: "Iris Tanaka", email: "iris.tanaka@vale-facade.test" },
    vale,
    { ...levels("none"), drawings: "read_only" },
    { template: subcontractor, overridden: true },
  ),
  member(
    { id: "u-new", name: "Sam Iyer", email: "sam.iyer@koss.test" },
    null,
    { ...levels("none"), drawings: "read_only" },
    { status: "invited", invited_until: ago(-60 * 24 * 6), can: { update: yes, remove: yes, invite: yes } },
  ),
];

export const notifications: T.NotificationItem[] = [
  {
    id: "n1",
    kind: "requested",
    title: "Vale Glass & Façade asks to connect to Harbor Tower",
    body: "Iris Tanaka would like Harbor Tower Curtain Wall to receive your published drawings.",
    href: "/projects/p-harbor/connections",
    created_at: ago(190),
    read_at: null,
  },
  {
    id: "n2",
    kind: "new_sheets",
    title: "24 new sheets arrived in Harbor Tower Electrical",
    body: "From Harbor Builders · Harbor Tower. They wait unpublished.",
    href: "/projects/p-delta/drawings?status=unpublished",
    created_at: ago(14),
    read_at: null,
  },
  {
    id: "n3",
    kind: "first_copy_complete",
    title: "The first copy of Harbor Tower is complete",
    body: "412 revisions arrived in 2 minutes.",
    href: "/projects/p-delta/drawings",
    created_at: ago(60 * 24 * 29),
    read_at: ago(9000),
  },
];

export function uploadFor(status: T.UploadStatus): T.Upload {
  const done = status === "ready_for_review" ? 12 : 7;
  return {
    id: `up-${status}`,
    project_id: "p-harbor",
    status,
    set: { id: "set-3", name: "ASI 015", date: "2026-11-22" },
    area: { id: "area-1", name: "Tower" },
    naming: "automatic",
    drawing_date: null,
    received_date: null,
    default_revision: null,
    created_by: "Ruth Okafor",
    created_at: ago(4),
    files_url: `/api/v1/drawing-uploads/up-${status}/files`,
    files: [
      {
        id: "f1",
        name: "HT_ASI015_Electrical.pdf",
        bytes: 48_000_000,
        received_bytes: 48_000_000,
        state: status === "processing" ? "processing" : "done",
        pages: 12,
        pages_done: done,
        pages_failed: 1,
        error: null,
      },
      {
        id: "f2",
        name: "HT_ASI015_Structural.pdf",
        bytes: 31_000_000,
        received_bytes: 31_000_000,
        state: status === "processing" ? "waiting" : "done",
        pages: 6,
        pages_done: status === "processing" ? 0 : 6,
        pages_failed: 0,
        error: null,
      },
      {
        id: "f3",
        name: "cover letter.pdf",
        bytes: 120_000,
        received_bytes: 120_000,
        state: "failed",
        pages: null,
        pages_done: 0,
        pages_failed: 0,
        error: {
          code: "pdf_encrypted",
          message: "The file is protected by a password.",
          action: "Save it without the password and upload it again.",
        },
      },
    ],
    sheets: { total: 12, reading: 0, to_review: 10, confirmed: 1, failed: 1, removed: 0 },
    can: { add_files: yes, review: yes, confirm: yes },
  };
}

export const sheets: T.Sheet[] = Array.from({ length: 12 }, (_, n): T.Sheet => {
  const low = n === 3 || n === 7;
  const missing = n === 5;
  const failed = n === 9;
  return {
    id: `sh${n}`,
    file: { id: "f1", name: "HT_ASI015_Electrical.pdf" },
    page: n + 1,
    status: failed ? "failed" : n === 0 ? "confirmed" : "to_review",
    error: failed
      ? {
          code: "page_damaged",
          message: "This page is damaged and could not be drawn.",
          action: "Ask for a fresh copy of page 10 and upload it alone.",
        }
      : null,
    number: failed || missing ? null : low ? `E2.O${n}` : `E2.0${n}`,
    title: failed
      ? null
      : (["Lighting Plan, Level 4", "Power and Systems Plan, Level 4", "One-Line Diagram"][n % 3] ?? null),
    revision: failed ? null : "4",
    discipline: failed ? null : { id: "d-e", name: "Electrical" },
    drawing_date: "2026-11-20",
    received_date: "2026-11-22",
    rotation: 0,
    reading: {
      number: missing || failed ? null : { confidence: low ? 0.54 : 0.97, source: "title_block" },
      title: { confidence: 0.92, source: "title_block" },
      revision: { confidence: 0.88, source: "inherited" },
    },
    marks: failed
      ? []
      : missing
        ? [{ code: "missing_number", message: "No number was found", fields: [], after: null }]
        : low
          ? [{ code: "low_confidence", message: "The number is a guess", fields: ["number"], after: null }]
          : n % 4 === 2
            ? [{ code: "new_drawing", message: "New drawing", fields: [], after: null }]
            : [{ code: "next_revision", message: "Next revision of Rev 3", fields: [], after: "3" }],
    drawing_id: null,
    revision_id: null,
    width_pt: 3024,
    height_pt: 2160,
    tiles: failed ? null : tiles,
    title_block: failed ? null : { x: 2700, y: 1500, width: 300, height: 630 },
    can: { update: yes, remove: yes, confirm: failed ? no("A page that failed cannot be confirmed.") : yes },
  };
});

const text = (x: number, y: number, size: number, words: string, weight = 400) =>
  `<text x="${x}" y="${y}" font-size="${size}" font-weight="${weight}" fill="#111">${words}</text>`;

/** A sheet that looks like one: grid lines, walls, doors, a title block. */
export function sheetPicture(number: string, title: string): string {
  const parts: string[] = ['<rect width="8400" height="6000" fill="#fff"/><g fill="none" stroke="#222">'];
  parts.push(
    '<rect x="90" y="90" width="8220" height="5820" stroke-width="12"/><path d="M7500 90V5910" stroke-width="8"/>',
  );
  for (let i = 0; i < 9; i += 1) {
    const x = 700 + i * 780;
    parts.push(
      `<path d="M${x} 500V5500" stroke-width="2" stroke-dasharray="60 16 12 16"/><circle cx="${x}" cy="420" r="80" stroke-width="4"/>`,
    );
  }
  for (let j = 0; j < 7; j += 1) {
    const y = 800 + j * 720;
    parts.push(
      `<path d="M420 ${y}H7200" stroke-width="2" stroke-dasharray="60 16 12 16"/><circle cx="340" cy="${y}" r="80" stroke-width="4"/>`,
    );
  }
  for (let i = 0; i < 8; i += 1) {
    for (let j = 0; j < 6; j += 1) {
      const x = 700 + i * 780;
      const y = 800 + j * 720;
      parts.push(
        `<path d="M${x} ${y}h780v720" stroke-width="14"/><path d="M${x + 120} ${y + 720}a150 150 0 0 1 150 -150v150" stroke-width="4"/><rect x="${x + 300}" y="${y + 260}" width="180" height="60" stroke-width="3"/><path d="M${x + 340} ${y + 330}q120 160 260 20" stroke-width="3"/>`,
      );
    }
  }
  parts.push(
    '<path d="M7500 4200H8310M7500 4650H8310M7500 5100H8310M7500 5450H8310" stroke-width="6"/></g><g font-family="Arial">',
  );
  for (let i = 0; i < 8; i += 1)
    for (let j = 0; j < 6; j += 1)
      parts.push(text(900 + i * 780, 1000 + j * 720, 44, `OFFICE ${j + 1}${String(i).padStart(2, "0")}`));
  for (let i = 0; i < 9; i += 1) parts.push(text(672 + i * 780, 446, 80, String(i + 1), 700));
  parts.push(text(7560, 4280, 44, "HARBOR TOWER"), text(7560, 4380, 36, "1200 Quay Street"));
  parts.push(
    text(7560, 4720, 36, "SHEET TITLE"),
    text(7560, 4830, 62, title.toUpperCase().slice(0, 18), 700),
  );
  parts.push(
    text(7560, 5160, 36, "DATE  2026-11-18     REV  3"),
    text(7560, 5510, 36, "SHEET NO."),
    text(7560, 5780, 240, number, 700),
    "</g>",
  );
  return parts.join("");
}

export function tile(picture: string, z: number, x: number, y: number): string {
  const unit = 2 ** (tiles.levels - 1 - z) * tiles.tile_size;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="512" height="512" viewBox="${x * unit} ${y * unit} ${unit} ${unit}">${picture}</svg>`;
}
