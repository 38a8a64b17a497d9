/**
 * The wire shapes of the Sluice API, under the names the screen uses.
 *
 * The shapes are the server's (`schema.d.ts`, written by `npm run codegen`), lists of words included. Where it
 * only says "string", the words are listed here. No rules, no defaults.
 */
import type { components } from "./schema.d.ts";

type Schemas = components["schemas"];

/** As sent: the server writes null where there is nothing, and never leaves a member out. */
type Sent<T> = T extends readonly (infer I)[]
  ? Sent<I>[]
  : T extends object
    ? { [K in keyof T]-?: Sent<T[K]> }
    : T;

/** The server's shape of this name, with some members told more closely. */
type Wire<
  K extends keyof Schemas,
  Closer extends {
    [M in keyof Closer]: M extends keyof Sent<Schemas[K]> ? Sent<Schemas[K]>[M] : never;
  } = object,
> = Omit<Sent<Schemas[K]>, keyof Closer | "can"> & Closer;

export type Id = string;
/** RFC 3339, UTC. */
export type Instant = string;
/** YYYY-MM-DD. */
export type IsoDate = string;

export type Ref = Wire<"Ref">;
/** The number is what people say aloud; it may be empty. */
export type ProjectRef = Wire<"ProjectRef">;

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
interface May<K extends string> {
  can: Can<K>;
}

export type ProblemField = Wire<"ProblemField">;

/** Not only the server's: a proxy's answer is made into one, too. */
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

export type Level = Schemas["Level"];
export type Levels = Wire<"Levels">;
export type Tool = keyof Levels;
export type Grant = Schemas["Grant"];

// Session and me

export type SessionCompany = Wire<"MyCompany">;
export type Person = Wire<"Person">;
export type Session = Wire<"Session">;
export type FirstRun = Wire<"FirstRun">;
export type NewFirstRun = Omit<Wire<"NewFirstRun">, "time_zone">;
export type Me = Wire<"Me">;
export type MyChanges = Schemas["MyChanges"];
export type DateFormat = Schemas["DateFormat"];
export type SignedInSession = Wire<"OpenSession">;
export type NotificationItem = Wire<"Notification">;
export type NotificationList = Wire<"NotificationPage">;

// Companies and people

export type CompanyAct =
  | "update"
  | "connection_settings"
  | "create_project"
  | "manage_people"
  | "view_people"
  | "view_register"
  | "view_templates"
  | "manage_templates"
  | "manage_service_accounts"
  | "view_audit_log"
  | "export";
export type Company = Wire<"Company"> & May<CompanyAct>;
export type ApprovalMode = Schemas["Approval"];
export type ConnectionSettings = Wire<"ConnectionSettings"> & May<"update">;
export type PersonStatus = Schemas["DirectoryStatus"];
export type EntryAct = "update" | "deactivate" | "administer" | "represent" | "invite" | "revoke_invitation";
export type CompanyPerson = Wire<"CompanyPerson"> & May<EntryAct>;
export type PlaceOfPerson = Wire<"Place">;
export type CompanyPersonDetail = CompanyPerson & { member_of: PlaceOfPerson[] };
export type PermissionTemplate = Wire<"PermissionTemplate"> & May<"update" | "remove">;
export type TemplateChoice = Wire<"TemplateChoice">;
export type ServiceAccount = Wire<"ServiceAccount">;
export type ApiToken = Wire<"ApiToken">;
export type NewApiToken = Wire<"NewApiToken">;
export type WantedToken = Schemas["WantedToken"];
export type AuditEntry = Wire<"AuditEntry">;
export type CompanyExport = Wire<"Export">;
export type InstalledCompany = Wire<"InstalledCompany">;
export type NewCompany = Wire<"NewCompany">;
export type CreatedCompany = Wire<"CreatedCompany">;
export type CompanyClosure = Wire<"CompanyClosure">;
export type ProjectDeletion = Wire<"ProjectDeletion">;
export type Ending = Wire<"Ending">;
export type Invitation = Wire<"Invitation">;
export type PasswordReset = Wire<"PasswordReset">;

// Projects and members

export type ConnectedProject = Wire<"ConnectedProject">;

export type ProjectAct =
  | "update"
  | "delete"
  | "view_directory"
  | "manage_directory"
  | "view_connections"
  | "start_connection"
  | "view_drawings"
  | "upload_drawings"
  | "publish_drawings"
  | "edit_drawings";

export type Stage = Schemas["Stage"];

export type Project = Wire<"Project"> & May<ProjectAct>;

export type Member = Wire<"Member"> & May<"update" | "remove" | "invite">;

// Connections

export type ConnectionState = Schemas["ConnectionState"];
export type Side = Schemas["Side"];
export type ArrivalMode = Schemas["ArrivalMode"];
export type ToolState = Schemas["ConnectedToolState"];

export type Reason = Wire<"Reason">;
export type ConnectionEnd = Wire<"ConnectionEnd">;
export type Actor = Wire<"Someone">;
export type Share = Wire<"Share">;
/** Of some tools something each. */
export type ByTool<T> = { [K in Tool]?: T };
export type ToArrive = Wire<"ToArrive">;
export type RequesterSees = Wire<"RequesterSees", { records: ByTool<number> }>;
type RequestAct = "approve" | "decline" | "withdraw" | "undo" | "remind";
export type ToolRequest = Wire<"ToolRequest", { requester_sees: RequesterSees | null }> & May<RequestAct>;
export type Comparison = Wire<"Comparison">;
export type ConnectedTool = Omit<Wire<"ConnectedTool">, "request"> & {
  request: ToolRequest | null;
} & May<"add">;

export type Connection = Omit<Wire<"Connection">, "tools" | "would_arrive" | "requester_sees"> & {
  tools: ByTool<ConnectedTool>;
  would_arrive: ByTool<ToArrive>;
  requester_sees: RequesterSees | null;
} & May<RequestAct | "disconnect" | "explain" | "repair">;

export type HistoryKind = Schemas["HistoryKind"];
export type ConnectionHistoryItem = Wire<"HistoryItem">;
export type ExplainedRevision = Wire<"ExplainedRevision">;
export type Explanation = Wire<"Explanation">;

export type RegisterSort = "requested" | "project" | "company" | "state" | "last_arrival";

/** What of the register is asked for, as it stands in its address and in the screen's. */
export interface RegisterQuery {
  side?: Side;
  /** One state, or several parted by commas. */
  state?: string;
  project_id?: Id;
  company_id?: Id;
  tool_state?: ToolState;
  q?: string;
  sort?: RegisterSort;
}

export type ConnectionCandidate = Wire<"ConnectionCandidate", { would_arrive: ByTool<ToArrive> }>;
export type ChosenRecipients = Sent<Schemas["ChosenRecipients"]>;
export type DistributionList = Wire<"DistributionList"> & May<"update">;
export type ArrivalSettings = Wire<"Arrival"> & May<"update">;

// Drawings

export type SetRef = Wire<"SetRef">;
export type DrawingSet = Wire<"DrawingSet">;
export type DrawingArea = Wire<"DrawingArea">;
export type DrawingDiscipline = Wire<"Discipline">;
export type TileInfo = Wire<"Tiles">;
export type UploadStatus = Schemas["UploadStatus"];
export type Failure = Wire<"Trouble">;
export type UploadFile = Wire<"UploadFile">;
export type Upload = Wire<"Upload"> & May<"add_files" | "review" | "confirm">;

export type NamingMode = Schemas["NamingMode"];
export type NewUpload = Schemas["NewUpload"];

export type ReadingSource = "bookmark" | "page_label" | "title_block" | "file_name" | "person" | "inherited";
export type Reading = Wire<"Reading", { source: ReadingSource }>;

export type SheetMarkCode =
  | "new_drawing"
  | "next_revision"
  | "same_revision"
  | "older_revision"
  | "conflict"
  | "low_confidence"
  | "not_found_on_sheet"
  | "duplicate"
  | "missing_number";

export type SheetMark = Wire<"SheetMark", { code: SheetMarkCode }>;

export type Box = Wire<"Block">;

export type Sheet = Wire<
  "Sheet",
  {
    reading: { number: Reading | null; title: Reading | null; revision: Reading | null };
    marks: SheetMark[];
  }
> &
  May<"update" | "remove" | "confirm">;

/** What is absent stays, what is null is cleared. */
export type SheetEdit = Schemas["SheetEdit"];

export type Confirmation = Wire<"Confirmation">;
export type Revision = Wire<"Revision">;
export type Origin = Wire<"Origin">;
export type DrawingEdit = Schemas["DrawingEdit"];
export type RevisionEdit = Schemas["RevisionEdit"];
export type DrawingAct =
  | "update"
  | "delete"
  | "restore"
  | "publish"
  | "view_revisions"
  | "keep_in_log"
  | "mark_obsolete_here"
  | "mark_up"
  | "publish_markups";
export type Drawing = Wire<"Drawing"> & May<DrawingAct>;
export type DrawingHistoryItem = Wire<"DrawingEvent">;

export type Neighbour = Wire<"DrawingInLog">;
export type DrawingDetail = Wire<"WholeDrawing"> & Drawing;

export type SheetsFound = Wire<"SheetsFound">;
export type SheetText = Wire<"SheetText">;
export type DrawingsEdit = Schemas["DrawingsEdit"];
export type NewDrawingDownload = Schemas["NewDrawingDownload"];
export type DrawingDownload = Wire<"DrawingDownload">;
/** Points of the paper, from its upper left corner. */
export type Markup = Wire<"Markup", { points: [x: number, y: number][] }> &
  May<"update" | "delete" | "publish">;
export type MarkupKind = Schemas["MarkupKind"];
export type MarkupColour = Schemas["MarkupColour"];
export type NewMarkup = Omit<Schemas["NewMarkup"], "points"> & { points: [x: number, y: number][] };
export type MarkupEdit = Omit<Schemas["MarkupEdit"], "points"> & { points?: [x: number, y: number][] };
export type SheetLink = Wire<"SheetLink">;

export interface DrawingQuery {
  set_id?: string;
  status?: Schemas["RevisionStatus"];
  deleted?: boolean;
}

export type PublicationChoice = { set_id: Id } | { revision_ids: Id[] } | { all: true };

/** `everything` means all of these. */
export type HintTopic = Exclude<Schemas["HintTopic"], "everything">;
export type Hint = Wire<"Hint">;
