-- Undoing a connection (UND-01, UND-02), and adding a tool to a live one (CON-16).

alter table connection drop constraint connection_state_check;
alter table connection add constraint connection_state_check
  check (state in ('requested', 'connected', 'declined', 'withdrawn', 'expired', 'undone', 'disconnected'));

-- Since when the tool flows; when somebody downstream first used a copy of it; and since when it can no longer be undone, and what waited for
-- that was done.
alter table connection_tool add column connected_at bigint;
alter table connection_tool add column used_at bigint;
alter table connection_tool add column settled_at bigint;
update connection_tool set connected_at = n.approved_at, settled_at = n.approved_at
  from connection n where n.id = connection_tool.connection_id;

-- A tool that is added to a live connection, from its request on.
create table connection_addition (
  id uuid primary key,
  connection_id uuid not null references connection (id),
  tool text not null,
  state text not null check (state in ('requested', 'connected', 'declined', 'withdrawn', 'expired', 'undone')),
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
  constraint connection_addition_approved check ((approved_at is not null) = (state = 'connected'))
);
-- A tool is asked for once at a time, and added once.
create unique index connection_addition_one on connection_addition (connection_id, tool) where state in ('requested', 'connected');
create index connection_addition_connection on connection_addition (connection_id, requested_at);

-- The tool that an event is about, where it is about one.
alter table connection_event add column tool text;

-- Landed while its connection could still be undone: to be published as soon as it cannot (DRF-03, UND-02).
alter table drawing_revision add column publish_when_settled boolean not null default false;

-- Who else refers to a sheet's bytes, or to a revision, when copies are taken back.
create index sheet_blob on sheet (sha256);
create index sheet_revision on sheet (revision_id);
