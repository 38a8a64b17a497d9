-- The record of a connection, its comparisons with the upstream, and the care for stored bytes (SEE-04, SEE-06).

-- Records of the counted kind that were new in a batch (SEE-04).
alter table delivery add column arrived_count integer not null default 0;

-- A comparison of a connection's copies with the upstream, and what was repaired (SEE-06).
create table repair (
  id blob primary key,
  connection_id blob not null references connection (id),
  tool text not null,
  state text not null check (state in ('waiting', 'running', 'done', 'stopped')),
  -- Who asked; null for the nightly one.
  person_name text,
  company_name text,
  nightly integer not null,
  started_at integer not null,
  ended_at integer,
  record_count integer not null default 0,
  compared_count integer not null default 0,
  missing_count integer not null default 0,
  changed_count integer not null default 0,
  unknown_count integer not null default 0,
  repaired_count integer not null default 0,
  constraint repair_ended check ((ended_at is not null) = (state in ('done', 'stopped')))
) strict;
create index repair_connection on repair (connection_id, ended_at);
create unique index repair_open on repair (connection_id, tool) where ended_at is null;

-- Each blob is checked against its hash from time to time; a damaged one is never served (SEE-06). `stored_at` is when its bytes were last put in place.
alter table blob add column checked_at integer;
alter table blob add column damaged_at integer;
create index blob_check on blob (coalesce(checked_at, stored_at));
create index blob_damaged on blob (damaged_at) where damaged_at is not null;

-- Work is done in lanes, so that what takes long never keeps what people wait for (REL-08).
alter table job add column lane text not null default 'quick';
update job set lane = kind where kind in ('ingest', 'export', 'mail');
drop index job_due;
create index job_due on job (lane, run_at);
