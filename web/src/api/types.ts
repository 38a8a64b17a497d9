/**
 * The wire shapes of the Sluice API, by hand, in the contract's names.
 *
 * Responsible for nothing but types. When `openapi/api.json` is generated, this file becomes a list of
 * `export type Connection = components["schemas"]["Connection"]` lines; nothing else in the screen changes.
 */

export type Id = string;
/** RFC 3339, UTC. */
export type Instant = string;
/** YYYY-MM-DD. */
export type IsoDate = string;

export interface Ref {
  id: Id;
  name: string;
}

export interface ProjectRef extends Ref {
  /** What people say aloud; may be empty. */
  number: string;
}

export interface List<T> {
  items: T[];
  next: string | null;
}

export interface Permission {
  allowed: boolean;
  code?: string;
  reason?: string;
}

/** What this person may do with the resource, and for what they may not, why. */
export type Can<K extends string> = Partial<Record<K, Permission>>;

export interface ProblemField {
  pointer: string;
  code: string;
  detail: string;
}

export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  action: string | null;
  /** Usually in the `X-Request-Id` header instead. */
  request_id?: string | null;
  errors?: ProblemField[];
}

export type Level = "none" | "read_only" | "standard" | "admin";
export type Tool = "connection_manager" | "directory" | "admin" | "drawings" | "rfis" | "submittals";
export type Levels = Record<Tool, Level>;

// Session and me

export interface SessionCompany extends Ref {
  employee: boolean;
  company_admin: boolean;
}

export interface Person {
  id: Id;
  name: string;
  email: string;
}

export interface Session {
  person: Person;
  companies: SessionCompany[];
  installation_admin: boolean;
}

export interface SignedInSession {
  id: Id;
  created_at: Instant;
  last_seen_at: Instant;
  user_agent: string | null;
  current: boolean;
}

export interface NotificationItem {
  id: Id;
  kind: string;
  title: string;
  body: string;
  href: string | null;
  created_at: Instant;
  read_at: Instant | null;
}

export interface NotificationList extends List<NotificationItem> {
  unread: number;
}

// Companies and people

export interface Company extends Ref {
  employee: boolean;
  company_admin: boolean;
  can: Can<"update" | "connection_settings" | "create_project" | "manage_people" | "view_register">;
}

export type ApprovalMode = "automatic" | "review";

export interface ConnectionSettings {
  approval: ApprovalMode;
  can: Can<"update">;
}

export type PersonStatus = "invited" | "active" | "inactive";

export interface CompanyPerson {
  person: Person;
  employee: boolean;
  company_admin: boolean;
  status: PersonStatus;
  represents: Ref | null;
  can: Can<"update" | "invite">;
}

export interface Invitation {
  company: Ref;
  project: Ref | null;
  invited_by: string;
  email: string;
  name: string;
  expires_at: Instant;
  needs: "password" | "sign_in" | "acceptance" | "other_person";
  represent_options: Ref[];
}

// Projects and members

export interface ConnectedProject {
  connection_id: Id;
  company: Ref;
  project: Ref;
  state: ConnectionState;
}

export type ProjectAct =
  | "update"
  | "view_directory"
  | "manage_directory"
  | "view_connections"
  | "start_connection"
  | "view_drawings"
  | "upload_drawings"
  | "publish_drawings"
  | "edit_drawings";

export interface Project {
  id: Id;
  company: Ref;
  name: string;
  number: string;
  active: boolean;
  version: number;
  tools: { drawings: boolean; rfis: boolean; submittals: boolean };
  levels: Levels;
  connections: { upstream: ConnectedProject | null; downstream: ConnectedProject[]; waiting: number };
  can: Can<ProjectAct>;
}

export interface Member {
  person: Person;
  status: PersonStatus;
  employee: boolean;
  represents: Ref | null;
  levels: Levels;
  grants: string[];
  can: Can<"update" | "remove" | "invite">;
}

// Connections

export type ConnectionState =
  | "requested"
  | "connected"
  | "declined"
  | "withdrawn"
  | "expired"
  | "undone"
  | "disconnected";

export type Side = "upstream" | "downstream";
export type ArrivalMode = "review" | "publish" | "publish_and_distribute";
export type ToolState = "waiting_for_approval" | "active" | "paused" | "disabled" | "inactive";

export interface Reason {
  code: string;
  message: string;
}

export interface ConnectionEnd {
  company: Ref;
  project: ProjectRef;
  active: boolean;
}

export interface Actor {
  name: string;
  company: string;
}

export interface SheetCount {
  name: string;
  sheets: number;
}

export interface WouldArrive {
  drawings: {
    sheets: number;
    revisions: number;
    bytes: number;
    by_area: SheetCount[];
    by_discipline: SheetCount[];
  };
}

export interface ConnectedTool {
  state: ToolState;
  paused_reason: Reason | null;
  copied: number;
  waiting: number;
  total: number;
  first_copy_complete_at: Instant | null;
  last_arrival_at: Instant | null;
  latency_ms: { p50: number; p95: number } | null;
  attention: { record: string; reason: string }[];
}

export interface Connection {
  id: Id;
  state: ConnectionState;
  side: Side;
  upstream: ConnectionEnd;
  downstream: ConnectionEnd;
  requested_by: Actor | null;
  requested_at: Instant;
  expires_at: Instant | null;
  connected_at: Instant | null;
  approved_by: Actor | null;
  approved_by_policy: boolean;
  ended_at: Instant | null;
  ended_by: Actor | null;
  ended_side: Side | null;
  reason: string | null;
  requester_sees: { levels: Levels; drawings_published: number } | null;
  would_arrive?: WouldArrive | null;
  tools: { drawings: ConnectedTool | null };
  can: Can<"approve" | "decline" | "withdraw" | "disconnect" | "remind">;
}

export type HistoryKind =
  | "requested"
  | "approved"
  | "declined"
  | "withdrawn"
  | "connected"
  | "paused"
  | "resumed"
  | "disconnected"
  | "expired"
  | "delivery";

export interface ConnectionHistoryItem {
  at: Instant;
  kind: HistoryKind;
  by: string | null;
  by_company: string | null;
  by_policy: boolean;
  reason: string | null;
  delivery: { records: number; bytes: number; duration_ms: number; tool: string } | null;
}

export interface ConnectionCandidate {
  company: Ref;
  project: ProjectRef;
  eligible: boolean;
  reason: Reason | null;
  would_arrive: WouldArrive | null;
  approval: ApprovalMode;
}

export interface ConnectionNotifications {
  mode: "all_admins" | "specific";
  person_ids: Id[];
  options: Ref[];
  can: Can<"update">;
}

export interface ArrivalSettings {
  mode: ArrivalMode;
  can: Can<"update">;
}

// Drawings

export interface SetRef extends Ref {
  date: IsoDate | null;
}

export interface DrawingSet extends SetRef {
  external: boolean;
  revisions: number;
  unpublished: number;
}

export interface DrawingArea extends Ref {
  description: string;
  external: boolean;
  is_default: boolean;
}

export interface DrawingDiscipline extends Ref {
  position: number;
  abbreviations: string[];
}

export interface TileInfo {
  width: number;
  height: number;
  tile_size: number;
  levels: number;
}

export type UploadStatus = "receiving" | "processing" | "ready_for_review" | "reviewed" | "failed";

export interface Failure extends Reason {
  action: string | null;
}

export interface UploadFile {
  id: Id;
  name: string;
  bytes: number;
  received_bytes: number;
  state: "receiving" | "waiting" | "processing" | "done" | "failed";
  pages: number | null;
  pages_done: number;
  pages_failed: number;
  error: Failure | null;
}

export interface Upload {
  id: Id;
  project_id: Id;
  status: UploadStatus;
  set: SetRef;
  area: Ref;
  created_by: string;
  created_at: Instant;
  files_url: string;
  files: UploadFile[];
  sheets: {
    total: number;
    reading: number;
    to_review: number;
    confirmed: number;
    failed: number;
    removed: number;
  };
  can: Can<"add_files" | "review" | "confirm">;
}

export type NamingMode =
  | "automatic"
  | "number_title"
  | "number_dot_rev_title"
  | "number_rev_title"
  | "number_title_rev";

export interface NewUpload {
  set?: { name: string; date: IsoDate };
  set_id?: Id;
  area_id?: Id;
  drawing_date?: IsoDate;
  received_date?: IsoDate;
  default_revision?: string;
  naming: NamingMode;
}

export type ReadingSource = "bookmark" | "page_label" | "title_block" | "file_name" | "person" | "inherited";
export interface Reading {
  confidence: number;
  source: ReadingSource;
}

export type SheetMarkCode =
  | "new_drawing"
  | "next_revision"
  | "conflict"
  | "low_confidence"
  | "duplicate"
  | "missing_number";

export interface SheetMark {
  code: SheetMarkCode;
  message: string;
}

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Sheet {
  id: Id;
  file: Ref;
  page: number;
  status: "reading" | "to_review" | "confirmed" | "removed" | "failed";
  error: Failure | null;
  number: string | null;
  title: string | null;
  revision: string | null;
  discipline: Ref | null;
  drawing_date: IsoDate | null;
  received_date: IsoDate | null;
  rotation: number;
  reading: Partial<Record<"number" | "title" | "revision", Reading | null>>;
  marks: SheetMark[];
  drawing_id: Id | null;
  revision_id: Id | null;
  width_pt: number | null;
  height_pt: number | null;
  tiles: TileInfo | null;
  title_block: Box | null;
  can: Can<"update" | "remove" | "confirm">;
}

/** What is absent stays, what is null is cleared. */
export interface SheetEdit {
  number?: string | null;
  title?: string | null;
  revision?: string | null;
  discipline_id?: Id;
  drawing_date?: IsoDate | null;
  received_date?: IsoDate | null;
  removed?: boolean;
}

export interface Confirmation {
  confirmed: number;
  refused: { sheet_id: Id; code: string; message: string }[];
}

export interface Revision {
  id: Id;
  drawing_id: Id;
  revision: string;
  drawing_date: IsoDate | null;
  received_date: IsoDate | null;
  set: SetRef;
  status: "unpublished" | "published";
  published_at: Instant | null;
  published_by: string | null;
  current: boolean;
  superseded_by: { id: Id; revision: string } | null;
  sha256: string;
  bytes: number;
  width_pt: number | null;
  height_pt: number | null;
  tiles: TileInfo | null;
  external: boolean;
  arrived_at: Instant | null;
  file_name: string;
  page: number;
}

export interface Origin {
  connection_id: Id;
  company: string;
  project: string;
  arrived_at: Instant | null;
  version: number | null;
  in_sync: boolean;
  disconnected_on: IsoDate | null;
  deleted_upstream_at: Instant | null;
}

export type DrawingAct = "update" | "delete" | "restore" | "publish" | "view_revisions" | "keep_in_log";

export interface Drawing {
  id: Id;
  project_id: Id;
  number: string;
  title: string;
  discipline: Ref;
  area: { id: Id; name: string; external: boolean };
  obsolete: boolean;
  external: boolean;
  deleted_at: Instant | null;
  version: number;
  origin: Origin | null;
  newer_upstream: { issued_on: IsoDate; ask: string[] } | null;
  revision: Revision;
  can: Can<DrawingAct>;
}

export interface DrawingHistoryItem {
  at: Instant;
  kind: string;
  by: string | null;
  by_company: string | null;
  detail: string;
}

export interface Neighbour {
  id: Id;
  number: string;
}

export interface DrawingDetail extends Drawing {
  revisions: Revision[];
  history: DrawingHistoryItem[];
  previous: Neighbour | null;
  next: Neighbour | null;
}

export interface DrawingQuery {
  set_id?: string;
  status?: "published" | "unpublished";
  deleted?: boolean;
}

export type PublicationChoice = { set_id: Id } | { revision_ids: Id[] } | { all: true };

export type HintTopic = "drawings" | "uploads" | "connections" | "project" | "notifications";
export interface Hint {
  topic: HintTopic;
  id: Id | null;
}
