-- People, companies, projects.

create table company (
  id blob primary key,
  name text not null,
  approval text not null default 'review' check (approval in ('automatic', 'review')),
  created_at integer not null,
  closed_at integer
) strict;

create table person (
  id blob primary key,
  email text not null unique,
  name text not null,
  password_hash text,
  installation_admin integer not null default 0,
  created_at integer not null
) strict;

-- A person's entry in a company's directory.
create table directory_entry (
  company_id blob not null references company (id),
  person_id blob not null references person (id),
  employee integer not null,
  company_admin integer not null default 0,
  status text not null check (status in ('invited', 'active', 'inactive')),
  represents_company_id blob references company (id),
  -- The name under which they were invited; empty once they have accepted. Until then the directory shows this name and not the person's own:
  -- nothing tells whether an address already has a sign-in (PPL-03).
  invited_as text not null default '',
  created_at integer not null,
  primary key (company_id, person_id),
  check (represents_company_id is null or represents_company_id <> company_id),
  check (employee or not company_admin)
) strict;
create index directory_entry_person on directory_entry (person_id);

create table session (
  id blob primary key,
  token_hash blob not null unique,
  person_id blob not null references person (id),
  user_agent text not null default '',
  created_at integer not null,
  last_seen_at integer not null,
  expires_at integer not null,
  revoked_at integer
) strict;
create index session_person on session (person_id);

-- Failed sign-ins per address, known or not: the answer must not tell which.
create table sign_in_throttle (
  email text primary key,
  failures integer not null,
  last_at integer not null,
  locked_until integer not null default 0
) strict;

create table project (
  id blob primary key,
  company_id blob not null references company (id),
  name text not null,
  number text not null default '',
  active integer not null default 1,
  arrival text not null default 'review' check (arrival in ('review', 'publish', 'publish_and_distribute')),
  connection_recipients text not null default 'all_admins' check (connection_recipients in ('all_admins', 'specific')),
  created_by blob not null references person (id),
  created_at integer not null,
  deleted_at integer,
  version integer not null default 1,
  unique (id, company_id)
) strict;
create index project_company on project (company_id);

-- The tools that are switched on.
create table project_tool (
  project_id blob not null references project (id),
  tool text not null,
  primary key (project_id, tool)
) strict;

create table member (
  project_id blob not null,
  company_id blob not null,
  person_id blob not null,
  levels text not null,
  grants text not null default '',
  created_at integer not null,
  primary key (project_id, person_id),
  foreign key (project_id, company_id) references project (id, company_id),
  foreign key (company_id, person_id) references directory_entry (company_id, person_id)
) strict;
create index member_person on member (person_id);

create table invitation (
  id blob primary key,
  company_id blob not null,
  person_id blob not null,
  project_id blob references project (id),
  token_hash blob not null unique,
  invited_by blob not null references person (id),
  created_at integer not null,
  expires_at integer not null,
  accepted_at integer,
  revoked_at integer,
  foreign key (company_id, person_id) references directory_entry (company_id, person_id)
) strict;
create index invitation_entry on invitation (company_id, person_id);

-- Connections.

-- One row for a project that holds a role; the connections refer to it, so that no project can hold both (CON-05, CON-10).
create table project_role (
  project_id blob primary key references project (id),
  role text not null check (role in ('upstream', 'downstream')),
  unique (project_id, role)
) strict;

create table connection (
  id blob primary key,
  upstream_company_id blob not null,
  upstream_project_id blob not null,
  upstream_role text check (upstream_role = 'upstream'),
  downstream_company_id blob not null,
  downstream_project_id blob not null,
  downstream_role text check (downstream_role = 'downstream'),
  state text not null check (state in ('requested', 'connected', 'declined', 'withdrawn', 'expired', 'disconnected')),
  upstream_company_name text not null,
  upstream_project_name text not null,
  requested_by blob not null references person (id),
  requested_at integer not null,
  expires_at integer not null,
  reminded_at integer,
  approved_by blob references person (id),
  approved_at integer,
  ended_by blob references person (id),
  ended_side text check (ended_side in ('upstream', 'downstream')),
  ended_at integer,
  reason text,
  foreign key (upstream_project_id, upstream_company_id) references project (id, company_id),
  foreign key (downstream_project_id, downstream_company_id) references project (id, company_id),
  foreign key (upstream_project_id, upstream_role) references project_role (project_id, role),
  foreign key (downstream_project_id, downstream_role) references project_role (project_id, role),
  constraint connection_two_companies check (upstream_company_id <> downstream_company_id),
  constraint connection_upstream_role check ((upstream_role is not null) = (state in ('connected', 'disconnected'))),
  constraint connection_downstream_role check ((downstream_role is not null) = (state in ('requested', 'connected', 'disconnected'))),
  constraint connection_approved check ((approved_at is not null) = (state in ('connected', 'disconnected')))
) strict;
-- One upstream project, ever (CON-04).
create unique index connection_one_upstream on connection (downstream_project_id) where state in ('requested', 'connected', 'disconnected');
create index connection_upstream on connection (upstream_project_id, state);
create index connection_downstream on connection (downstream_project_id, requested_at);
create index connection_upstream_company on connection (upstream_company_id);
create index connection_downstream_company on connection (downstream_company_id);
create index connection_expiry on connection (expires_at) where state = 'requested';

-- What is shared, and how far the feed has been read.
create table connection_tool (
  connection_id blob not null references connection (id),
  tool text not null,
  position integer not null default 0,
  copied_count integer not null default 0,
  copied_bytes integer not null default 0,
  first_copy_head integer,
  first_copy_complete_at integer,
  last_arrival_at integer,
  pause text,
  digest_until integer,
  digest_count integer not null default 0,
  primary key (connection_id, tool)
) strict;

create table connection_event (
  id blob primary key,
  connection_id blob not null references connection (id),
  at integer not null,
  kind text not null,
  side text,
  person_name text,
  company_name text,
  reason text
) strict;
create index connection_event_connection on connection_event (connection_id, at);

create table delivery (
  id blob primary key,
  connection_id blob not null references connection (id),
  tool text not null,
  started_at integer not null,
  ended_at integer not null,
  record_count integer not null,
  byte_count integer not null,
  from_position integer not null,
  to_position integer not null
) strict;
create index delivery_connection on delivery (connection_id, ended_at);

-- A record that could not be applied, with why; unparking applies its present state (FLO-12).
create table parked_record (
  connection_id blob not null references connection (id),
  kind text not null,
  record_id blob not null,
  code text not null,
  detail text not null,
  attempts integer not null,
  parked_at integer not null,
  retry_at integer not null,
  primary key (connection_id, kind, record_id)
) strict;

-- The feed: one thin entry per record, moved to the end at each change (FLO-01).
create table feed_head (
  project_id blob primary key references project (id),
  head integer not null,
  kept_from integer not null default 0
) strict;
create table feed (
  project_id blob not null references project (id),
  position integer not null,
  kind text not null,
  record_id blob not null,
  version integer not null,
  at integer not null,
  primary key (project_id, position)
) strict;
create unique index feed_record on feed (project_id, kind, record_id);

-- Files.

create table blob (
  sha256 blob primary key,
  byte_count integer not null,
  stored_at integer not null
) strict;

-- Which company holds which bytes; they are released only when nobody does (FLO-04).
create table blob_reference (
  company_id blob not null references company (id),
  sha256 blob not null references blob (sha256),
  created_at integer not null,
  primary key (company_id, sha256)
) strict;
create index blob_reference_blob on blob_reference (sha256);

-- Pictures and words derived from a sheet, per company: only along a connection does one company use what another had drawn (FLO-04).
create table preview (
  company_id blob not null references company (id),
  sha256 blob not null references blob (sha256),
  width_pt real not null,
  height_pt real not null,
  pixel_width integer not null,
  pixel_height integer not null,
  tile_size integer not null,
  level_count integer not null,
  primary key (company_id, sha256)
) strict;

-- Drawings.

create table drawing_area (
  id blob primary key,
  project_id blob not null references project (id),
  name text not null,
  description text not null default '',
  is_default integer not null default 0,
  version integer not null default 1,
  connection_id blob references connection (id),
  upstream_id blob,
  upstream_version integer,
  unique (connection_id, upstream_id)
) strict;
create index drawing_area_project on drawing_area (project_id);
create unique index drawing_area_name on drawing_area (project_id, name) where connection_id is null;

create table drawing_set (
  id blob primary key,
  project_id blob not null references project (id),
  name text not null,
  set_date text,
  created_at integer not null,
  version integer not null default 1,
  connection_id blob references connection (id),
  upstream_id blob,
  upstream_version integer,
  unique (connection_id, upstream_id)
) strict;
create index drawing_set_project on drawing_set (project_id);
create unique index drawing_set_name on drawing_set (project_id, name, set_date) where connection_id is null;

create table discipline (
  id blob primary key,
  project_id blob not null references project (id),
  name text not null,
  position integer not null,
  abbreviations text not null default '',
  version integer not null default 1,
  connection_id blob references connection (id),
  unique (project_id, name)
) strict;

create table drawing (
  id blob primary key,
  project_id blob not null references project (id),
  area_id blob not null references drawing_area (id),
  discipline_id blob not null references discipline (id),
  number text not null,
  sort_key text not null,
  title text not null,
  obsolete integer not null default 0,
  current_revision_id blob,
  top_revision_id blob,
  created_at integer not null,
  deleted_at integer,
  version integer not null default 1,
  connection_id blob references connection (id),
  upstream_id blob,
  upstream_version integer,
  arrived_at integer,
  deleted_upstream_at integer,
  kept_in_log integer not null default 0,
  unique (connection_id, upstream_id)
) strict;
create index drawing_log on drawing (project_id, sort_key, id);
-- A number names one drawing within an area; external ones are unique upstream and may cross while a renumbering arrives.
create unique index drawing_number on drawing (area_id, number) where connection_id is null and deleted_at is null;

create table drawing_revision (
  id blob primary key,
  project_id blob not null references project (id),
  drawing_id blob not null references drawing (id),
  set_id blob not null references drawing_set (id),
  revision text not null,
  drawing_date text,
  received_date text,
  manual_order integer,
  status text not null check (status in ('unpublished', 'published')),
  sha256 blob not null references blob (sha256),
  byte_count integer not null,
  file_name text not null default '',
  page integer not null default 1,
  created_by blob references person (id),
  created_at integer not null,
  published_by blob references person (id),
  published_at integer,
  -- Title printed on an own revision; it becomes the drawing's when this revision becomes current.
  title text,
  deleted_at integer,
  version integer not null default 1,
  connection_id blob references connection (id),
  upstream_id blob,
  upstream_version integer,
  upstream_published_at integer,
  arrived_at integer,
  unique (connection_id, upstream_id)
) strict;
create index drawing_revision_drawing on drawing_revision (drawing_id);
create index drawing_revision_project on drawing_revision (project_id, status, set_id);
create index drawing_revision_blob on drawing_revision (sha256);

create table drawing_event (
  id blob primary key,
  project_id blob not null references project (id),
  drawing_id blob not null references drawing (id),
  at integer not null,
  kind text not null,
  person_name text,
  company_name text,
  detail text not null default ''
) strict;
create index drawing_event_drawing on drawing_event (drawing_id, at);

-- Counts up with every change in a project's log: what an unchanged list is recognised by (SPD-06).
create table drawing_log_version (
  project_id blob primary key references project (id),
  version integer not null
) strict;

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
  project_id blob not null references project (id),
  person_id blob not null references person (id),
  primary key (project_id, person_id)
) strict;

-- Uploads: files as they come in, and the sheets in them under review.

create table upload (
  id blob primary key,
  project_id blob not null references project (id),
  set_id blob not null references drawing_set (id),
  area_id blob not null references drawing_area (id),
  naming text not null,
  drawing_date text,
  received_date text,
  default_revision text,
  created_by blob not null references person (id),
  created_at integer not null
) strict;
create index upload_project on upload (project_id, created_at);

create table upload_file (
  id blob primary key,
  upload_id blob not null references upload (id),
  project_id blob not null references project (id),
  name text not null,
  byte_count integer not null,
  received_count integer not null default 0,
  state text not null check (state in ('receiving', 'waiting', 'processing', 'done', 'failed')),
  sha256 blob,
  page_count integer,
  error_code text,
  created_at integer not null
) strict;
create index upload_file_upload on upload_file (upload_id);
-- The same bytes uploaded again by the same company cost no PDF work (SPD-08).
create index upload_file_sha256 on upload_file (sha256) where state = 'done';

create table sheet (
  id blob primary key,
  upload_id blob not null references upload (id),
  project_id blob not null references project (id),
  file_id blob not null references upload_file (id),
  page integer not null,
  status text not null check (status in ('reading', 'to_review', 'confirmed', 'removed', 'failed')),
  error_code text,
  sha256 blob references blob (sha256),
  byte_count integer not null default 0,
  number text,
  title text,
  revision text,
  discipline_id blob references discipline (id),
  drawing_date text,
  received_date text,
  rotation integer not null default 0,
  bookmark text,
  label text,
  -- Read with few pages beside it: read again together with the others when the upload's files are all done.
  read_alone integer not null default 0,
  -- What was read, as it was read; the fields above are what a person made of it.
  read_number text,
  read_title text,
  read_revision text,
  number_confidence real,
  number_source text,
  title_confidence real,
  title_source text,
  revision_confidence real,
  revision_source text,
  block_x real,
  block_y real,
  block_width real,
  block_height real,
  revision_id blob references drawing_revision (id),
  unique (file_id, page)
) strict;
create index sheet_upload on sheet (upload_id, file_id, page);

-- Background work: claimed with a lease, in the transaction that causes it.
create table job (
  id blob primary key,
  kind text not null,
  subject blob not null,
  run_at integer not null,
  lease_until integer not null default 0,
  attempts integer not null default 0,
  generation integer not null default 1,
  last_error text,
  unique (kind, subject)
) strict;
create index job_due on job (run_at);

-- Messages: the outbox and people's notifications are one list (NOT-03, NOT-04).
create table message (
  id blob primary key,
  person_id blob not null references person (id),
  company_id blob not null references company (id),
  project_id blob references project (id),
  connection_id blob references connection (id),
  kind text not null,
  facts text not null,
  in_app integer not null,
  created_at integer not null,
  read_at integer,
  mail_state text not null check (mail_state in ('waiting', 'sent', 'dropped', 'stuck')),
  mail_attempts integer not null default 0,
  mail_error text,
  sent_at integer
) strict;
create index message_person on message (person_id, id) where in_app;
create index message_unread on message (person_id) where in_app and read_at is null;
create index message_unsent on message (mail_state, created_at) where sent_at is null;

create table connection_recipient (
  project_id blob not null references project (id),
  person_id blob not null references person (id),
  primary key (project_id, person_id)
) strict;

-- Answers to repeated requests (SEC-09: a key belongs to person, route and body).
create table idempotent_answer (
  person_id blob not null references person (id),
  key text not null,
  request_hash blob not null,
  status integer not null,
  location text,
  body text not null,
  created_at integer not null,
  primary key (person_id, key)
) strict;
