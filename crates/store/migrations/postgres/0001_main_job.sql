-- People, companies, projects.

create table company (
  id uuid primary key,
  name text not null,
  approval text not null default 'review' check (approval in ('automatic', 'review')),
  created_at bigint not null,
  closed_at bigint
);

create table person (
  id uuid primary key,
  email text not null unique,
  name text not null,
  password_hash text,
  installation_admin boolean not null default false,
  created_at bigint not null
);

-- A person's entry in a company's directory.
create table directory_entry (
  company_id uuid not null references company (id),
  person_id uuid not null references person (id),
  employee boolean not null,
  company_admin boolean not null default false,
  status text not null check (status in ('invited', 'active', 'inactive')),
  represents_company_id uuid references company (id),
  -- The name under which they were invited; empty once they have accepted. Until then the directory shows this name and not the person's own:
  -- nothing tells whether an address already has a sign-in (PPL-03).
  invited_as text not null default '',
  created_at bigint not null,
  primary key (company_id, person_id),
  check (represents_company_id is null or represents_company_id <> company_id),
  check (employee or not company_admin)
);
create index directory_entry_person on directory_entry (person_id);

create table session (
  id uuid primary key,
  token_hash bytea not null unique,
  person_id uuid not null references person (id),
  user_agent text not null default '',
  created_at bigint not null,
  last_seen_at bigint not null,
  expires_at bigint not null,
  revoked_at bigint
);
create index session_person on session (person_id);

-- Failed sign-ins per address, known or not: the answer must not tell which.
create table sign_in_throttle (
  email text primary key,
  failures bigint not null,
  last_at bigint not null,
  locked_until bigint not null default 0
);

create table project (
  id uuid primary key,
  company_id uuid not null references company (id),
  name text not null,
  number text not null default '',
  active boolean not null default true,
  arrival text not null default 'review' check (arrival in ('review', 'publish', 'publish_and_distribute')),
  connection_recipients text not null default 'all_admins' check (connection_recipients in ('all_admins', 'specific')),
  created_by uuid not null references person (id),
  created_at bigint not null,
  deleted_at bigint,
  version bigint not null default 1,
  unique (id, company_id)
);
create index project_company on project (company_id);

-- The tools that are switched on.
create table project_tool (
  project_id uuid not null references project (id),
  tool text not null,
  primary key (project_id, tool)
);

create table member (
  project_id uuid not null,
  company_id uuid not null,
  person_id uuid not null,
  levels text not null,
  grants text not null default '',
  created_at bigint not null,
  primary key (project_id, person_id),
  foreign key (project_id, company_id) references project (id, company_id),
  foreign key (company_id, person_id) references directory_entry (company_id, person_id)
);
create index member_person on member (person_id);

create table invitation (
  id uuid primary key,
  company_id uuid not null,
  person_id uuid not null,
  project_id uuid references project (id),
  token_hash bytea not null unique,
  invited_by uuid not null references person (id),
  created_at bigint not null,
  expires_at bigint not null,
  accepted_at bigint,
  revoked_at bigint,
  foreign key (company_id, person_id) references directory_entry (company_id, person_id)
);
create index invitation_entry on invitation (company_id, person_id);

-- Connections.

-- One row for a project that holds a role; the connections refer to it, so that no project can hold both (CON-05, CON-10).
create table project_role (
  project_id uuid primary key references project (id),
  role text not null check (role in ('upstream', 'downstream')),
  unique (project_id, role)
);

create table connection (
  id uuid primary key,
  upstream_company_id uuid not null,
  upstream_project_id uuid not null,
  upstream_role text check (upstream_role = 'upstream'),
  downstream_company_id uuid not null,
  downstream_project_id uuid not null,
  downstream_role text check (downstream_role = 'downstream'),
  state text not null check (state in ('requested', 'connected', 'declined', 'withdrawn', 'expired', 'disconnected')),
  upstream_company_name text not null,
  upstream_project_name text not null,
  requested_by uuid not null references person (id),
  requested_at bigint not null,
  expires_at bigint not null,
  reminded_at bigint,
  approved_by uuid references person (id),
  approved_at bigint,
  ended_by uuid references person (id),
  ended_side text check (ended_side in ('upstream', 'downstream')),
  ended_at bigint,
  reason text,
  foreign key (upstream_project_id, upstream_company_id) references project (id, company_id),
  foreign key (downstream_project_id, downstream_company_id) references project (id, company_id),
  foreign key (upstream_project_id, upstream_role) references project_role (project_id, role),
  foreign key (downstream_project_id, downstream_role) references project_role (project_id, role),
  constraint connection_two_companies check (upstream_company_id <> downstream_company_id),
  constraint connection_upstream_role check ((upstream_role is not null) = (state in ('connected', 'disconnected'))),
  constraint connection_downstream_role check ((downstream_role is not null) = (state in ('requested', 'connected', 'disconnected'))),
  constraint connection_approved check ((approved_at is not null) = (state in ('connected', 'disconnected')))
);
-- One upstream project, ever (CON-04).
create unique index connection_one_upstream on connection (downstream_project_id) where state in ('requested', 'connected', 'disconnected');
create index connection_upstream on connection (upstream_project_id, state);
create index connection_downstream on connection (downstream_project_id, requested_at);
create index connection_upstream_company on connection (upstream_company_id);
create index connection_downstream_company on connection (downstream_company_id);
create index connection_expiry on connection (expires_at) where state = 'requested';

-- What is shared, and how far the feed has been read.
create table connection_tool (
  connection_id uuid not null references connection (id),
  tool text not null,
  position bigint not null default 0,
  copied_count bigint not null default 0,
  copied_bytes bigint not null default 0,
  first_copy_head bigint,
  first_copy_complete_at bigint,
  last_arrival_at bigint,
  pause text,
  digest_until bigint,
  digest_count bigint not null default 0,
  primary key (connection_id, tool)
);

create table connection_event (
  id uuid primary key,
  connection_id uuid not null references connection (id),
  at bigint not null,
  kind text not null,
  side text,
  person_name text,
  company_name text,
  reason text
);
create index connection_event_connection on connection_event (connection_id, at);

create table delivery (
  id uuid primary key,
  connection_id uuid not null references connection (id),
  tool text not null,
  started_at bigint not null,
  ended_at bigint not null,
  record_count bigint not null,
  byte_count bigint not null,
  from_position bigint not null,
  to_position bigint not null
);
create index delivery_connection on delivery (connection_id, ended_at);

-- A record that could not be applied, with why; unparking applies its present state (FLO-12).
create table parked_record (
  connection_id uuid not null references connection (id),
  kind text not null,
  record_id uuid not null,
  code text not null,
  detail text not null,
  attempts bigint not null,
  parked_at bigint not null,
  retry_at bigint not null,
  primary key (connection_id, kind, record_id)
);

-- The feed: one thin entry per record, moved to the end at each change (FLO-01).
create table feed_head (
  project_id uuid primary key references project (id),
  head bigint not null,
  kept_from bigint not null default 0
);
create table feed (
  project_id uuid not null references project (id),
  position bigint not null,
  kind text not null,
  record_id uuid not null,
  version bigint not null,
  at bigint not null,
  primary key (project_id, position)
);
create unique index feed_record on feed (project_id, kind, record_id);

-- Files.

create table blob (
  sha256 bytea primary key,
  byte_count bigint not null,
  stored_at bigint not null
);

-- Which company holds which bytes; they are released only when nobody does (FLO-04).
create table blob_reference (
  company_id uuid not null references company (id),
  sha256 bytea not null references blob (sha256),
  created_at bigint not null,
  primary key (company_id, sha256)
);
create index blob_reference_blob on blob_reference (sha256);

-- Pictures and words derived from a sheet, per company: only along a connection does one company use what another had drawn (FLO-04).
create table preview (
  company_id uuid not null references company (id),
  sha256 bytea not null references blob (sha256),
  width_pt double precision not null,
  height_pt double precision not null,
  pixel_width bigint not null,
  pixel_height bigint not null,
  tile_size bigint not null,
  level_count bigint not null,
  primary key (company_id, sha256)
);

-- Drawings.

create table drawing_area (
  id uuid primary key,
  project_id uuid not null references project (id),
  name text not null,
  description text not null default '',
  is_default boolean not null default false,
  version bigint not null default 1,
  connection_id uuid references connection (id),
  upstream_id uuid,
  upstream_version bigint,
  unique (connection_id, upstream_id)
);
create index drawing_area_project on drawing_area (project_id);
create unique index drawing_area_name on drawing_area (project_id, name) where connection_id is null;

create table drawing_set (
  id uuid primary key,
  project_id uuid not null references project (id),
  name text not null,
  set_date text,
  created_at bigint not null,
  version bigint not null default 1,
  connection_id uuid references connection (id),
  upstream_id uuid,
  upstream_version bigint,
  unique (connection_id, upstream_id)
);
create index drawing_set_project on drawing_set (project_id);
create unique index drawing_set_name on drawing_set (project_id, name, set_date) where connection_id is null;

create table discipline (
  id uuid primary key,
  project_id uuid not null references project (id),
  name text not null,
  position bigint not null,
  abbreviations text not null default '',
  version bigint not null default 1,
  connection_id uuid references connection (id),
  unique (project_id, name)
);

create table drawing (
  id uuid primary key,
  project_id uuid not null references project (id),
  area_id uuid not null references drawing_area (id),
  discipline_id uuid not null references discipline (id),
  number text not null,
  sort_key text not null,
  title text not null,
  obsolete boolean not null default false,
  current_revision_id uuid,
  top_revision_id uuid,
  created_at bigint not null,
  deleted_at bigint,
  version bigint not null default 1,
  connection_id uuid references connection (id),
  upstream_id uuid,
  upstream_version bigint,
  arrived_at bigint,
  deleted_upstream_at bigint,
  kept_in_log boolean not null default false,
  unique (connection_id, upstream_id)
);
create index drawing_log on drawing (project_id, sort_key, id);
-- A number names one drawing within an area; external ones are unique upstream and may cross while a renumbering arrives.
create unique index drawing_number on drawing (area_id, number) where connection_id is null and deleted_at is null;

create table drawing_revision (
  id uuid primary key,
  project_id uuid not null references project (id),
  drawing_id uuid not null references drawing (id),
  set_id uuid not null references drawing_set (id),
  revision text not null,
  drawing_date text,
  received_date text,
  manual_order bigint,
  status text not null check (status in ('unpublished', 'published')),
  sha256 bytea not null references blob (sha256),
  byte_count bigint not null,
  file_name text not null default '',
  page bigint not null default 1,
  created_by uuid references person (id),
  created_at bigint not null,
  published_by uuid references person (id),
  published_at bigint,
  -- Title printed on an own revision; it becomes the drawing's when this revision becomes current.
  title text,
  deleted_at bigint,
  version bigint not null default 1,
  connection_id uuid references connection (id),
  upstream_id uuid,
  upstream_version bigint,
  upstream_published_at bigint,
  arrived_at bigint,
  unique (connection_id, upstream_id)
);
create index drawing_revision_drawing on drawing_revision (drawing_id);
create index drawing_revision_project on drawing_revision (project_id, status, set_id);
create index drawing_revision_blob on drawing_revision (sha256);

create table drawing_event (
  id uuid primary key,
  project_id uuid not null references project (id),
  drawing_id uuid not null references drawing (id),
  at bigint not null,
  kind text not null,
  person_name text,
  company_name text,
  detail text not null default ''
);
create index drawing_event_drawing on drawing_event (drawing_id, at);

-- Counts up with every change in a project's log: what an unchanged list is recognised by (SPD-06).
create table drawing_log_version (
  project_id uuid primary key references project (id),
  version bigint not null
);

-- A drawing with one of its revisions, and everything a person is shown of the two.
create view drawing_shown as
select d.id, d.project_id, d.number, d.sort_key, d.title, d.obsolete, d.version, d.deleted_at, d.area_id, a.name as area_name,
       a.connection_id as area_connection_id, d.discipline_id, i.name as discipline_name, d.connection_id,
       c.upstream_company_name, c.upstream_project_name, c.state as connection_state, c.ended_at as connection_ended_at,
       d.arrived_at, d.upstream_version, d.deleted_upstream_at, d.kept_in_log,
       d.current_revision_id, u.revision as current_revision, d.top_revision_id,
       case when t.status = 'unpublished' and t.connection_id is not null then t.upstream_published_at end as newer_published_at,
       r.id as revision_id, r.revision, r.drawing_date, r.received_date, r.set_id, s.name as set_name, s.set_date, r.status,
       r.published_at, b.name as published_by_name, r.sha256, r.byte_count, r.file_name, r.page, r.created_at as revision_created_at,
       r.arrived_at as revision_arrived_at, r.deleted_at as revision_deleted_at,
       w.width_pt, w.height_pt, w.pixel_width, w.pixel_height, w.tile_size, w.level_count
  from drawing d
  join drawing_revision r on r.drawing_id = d.id
  left join drawing_area a on a.id = d.area_id
  left join discipline i on i.id = d.discipline_id
  left join connection c on c.id = d.connection_id
  left join drawing_revision u on u.id = d.current_revision_id
  left join drawing_revision t on t.id = d.top_revision_id
  left join drawing_set s on s.id = r.set_id
  left join person b on b.id = r.published_by
  left join project j on j.id = d.project_id
  left join preview w on w.company_id = j.company_id and w.sha256 = r.sha256;

create table drawing_subscriber (
  project_id uuid not null references project (id),
  person_id uuid not null references person (id),
  primary key (project_id, person_id)
);

-- Uploads: files as they come in, and the sheets in them under review.

create table upload (
  id uuid primary key,
  project_id uuid not null references project (id),
  set_id uuid not null references drawing_set (id),
  area_id uuid not null references drawing_area (id),
  naming text not null,
  drawing_date text,
  received_date text,
  default_revision text,
  created_by uuid not null references person (id),
  created_at bigint not null
);
create index upload_project on upload (project_id, created_at);

create table upload_file (
  id uuid primary key,
  upload_id uuid not null references upload (id),
  project_id uuid not null references project (id),
  name text not null,
  byte_count bigint not null,
  received_count bigint not null default 0,
  state text not null check (state in ('receiving', 'waiting', 'processing', 'done', 'failed')),
  sha256 bytea,
  page_count bigint,
  error_code text,
  created_at bigint not null
);
create index upload_file_upload on upload_file (upload_id);
-- The same bytes uploaded again by the same company cost no PDF work (SPD-08).
create index upload_file_sha256 on upload_file (sha256) where state = 'done';

create table sheet (
  id uuid primary key,
  upload_id uuid not null references upload (id),
  project_id uuid not null references project (id),
  file_id uuid not null references upload_file (id),
  page bigint not null,
  status text not null check (status in ('reading', 'to_review', 'confirmed', 'removed', 'failed')),
  error_code text,
  sha256 bytea references blob (sha256),
  byte_count bigint not null default 0,
  number text,
  title text,
  revision text,
  discipline_id uuid references discipline (id),
  drawing_date text,
  received_date text,
  rotation bigint not null default 0,
  bookmark text,
  label text,
  -- Read with few pages beside it: read again together with the others when the upload's files are all done.
  read_alone boolean not null default false,
  -- What was read, as it was read; the fields above are what a person made of it.
  read_number text,
  read_title text,
  read_revision text,
  number_confidence double precision,
  number_source text,
  title_confidence double precision,
  title_source text,
  revision_confidence double precision,
  revision_source text,
  block_x double precision,
  block_y double precision,
  block_width double precision,
  block_height double precision,
  revision_id uuid references drawing_revision (id),
  unique (file_id, page)
);
create index sheet_upload on sheet (upload_id, file_id, page);

-- Background work: claimed with a lease, in the transaction that causes it.
create table job (
  id uuid primary key,
  kind text not null,
  subject uuid not null,
  run_at bigint not null,
  lease_until bigint not null default 0,
  attempts bigint not null default 0,
  generation bigint not null default 1,
  last_error text,
  unique (kind, subject)
);
create index job_due on job (run_at);

-- Messages: the outbox and people's notifications are one list (NOT-03, NOT-04).
create table message (
  id uuid primary key,
  person_id uuid not null references person (id),
  company_id uuid not null references company (id),
  project_id uuid references project (id),
  connection_id uuid references connection (id),
  kind text not null,
  facts text not null,
  in_app boolean not null,
  created_at bigint not null,
  read_at bigint,
  mail_state text not null check (mail_state in ('waiting', 'sent', 'dropped', 'stuck')),
  mail_attempts bigint not null default 0,
  mail_error text,
  sent_at bigint
);
create index message_person on message (person_id, id) where in_app;
create index message_unread on message (person_id) where in_app and read_at is null;
create index message_unsent on message (mail_state, created_at) where sent_at is null;

create table connection_recipient (
  project_id uuid not null references project (id),
  person_id uuid not null references person (id),
  primary key (project_id, person_id)
);

-- Answers to repeated requests (SEC-09: a key belongs to person, route and body).
create table idempotent_answer (
  person_id uuid not null references person (id),
  key text not null,
  request_hash bytea not null,
  status bigint not null,
  location text,
  body text not null,
  created_at bigint not null,
  primary key (person_id, key)
);
