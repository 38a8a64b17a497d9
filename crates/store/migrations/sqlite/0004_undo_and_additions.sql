-- Undoing a connection (UND-01, UND-02), and adding a tool to a live one (CON-16).

-- SQLite changes a check by making the table anew. References to it are looked at when all of it is done.
pragma defer_foreign_keys = on;
create table connection_before as select * from connection;
drop table connection;
create table connection (
  id blob primary key,
  upstream_company_id blob not null,
  upstream_project_id blob not null,
  upstream_role text check (upstream_role = 'upstream'),
  downstream_company_id blob not null,
  downstream_project_id blob not null,
  downstream_role text check (downstream_role = 'downstream'),
  state text not null check (state in ('requested', 'connected', 'declined', 'withdrawn', 'expired', 'undone', 'disconnected')),
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
insert into connection (id, upstream_company_id, upstream_project_id, upstream_role, downstream_company_id, downstream_project_id,
  downstream_role, state, upstream_company_name, upstream_project_name, requested_by, requested_at, expires_at,
  reminded_at, approved_by, approved_at, ended_by, ended_side, ended_at, reason)
select id, upstream_company_id, upstream_project_id, upstream_role, downstream_company_id, downstream_project_id,
  downstream_role, state, upstream_company_name, upstream_project_name, requested_by, requested_at, expires_at,
  reminded_at, approved_by, approved_at, ended_by, ended_side, ended_at, reason
  from connection_before;
drop table connection_before;

-- Since when the tool flows; when somebody downstream first used a copy of it; and since when it can no longer be undone, and what waited for
-- that was done.
alter table connection_tool add column connected_at integer;
alter table connection_tool add column used_at integer;
alter table connection_tool add column settled_at integer;
update connection_tool set connected_at = n.approved_at, settled_at = n.approved_at
  from connection n where n.id = connection_tool.connection_id;

-- A tool that is added to a live connection, from its request on.
create table connection_addition (
  id blob primary key,
  connection_id blob not null references connection (id),
  tool text not null,
  state text not null check (state in ('requested', 'connected', 'declined', 'withdrawn', 'expired', 'undone')),
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
  constraint connection_addition_approved check ((approved_at is not null) = (state = 'connected'))
) strict;
-- A tool is asked for once at a time, and added once.
create unique index connection_addition_one on connection_addition (connection_id, tool) where state in ('requested', 'connected');
create index connection_addition_connection on connection_addition (connection_id, requested_at);

-- The tool that an event is about, where it is about one.
alter table connection_event add column tool text;

-- Landed while its connection could still be undone: to be published as soon as it cannot (DRF-03, UND-02).
alter table drawing_revision add column publish_when_settled integer not null default 0;

-- Who else refers to a sheet's bytes, or to a revision, when copies are taken back.
create index sheet_blob on sheet (sha256);
create index sheet_revision on sheet (revision_id);
