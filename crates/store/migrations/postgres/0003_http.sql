-- Requests with an Idempotency-Key: reserved before they begin, marked in the transaction of their effect, answered afterwards (ADR 0012).
-- What was remembered in the old form is forgotten: it stood for a day at most.
drop table idempotent_answer;
create table idempotent_request (
  person_id uuid not null references person (id),
  key text not null,
  request_hash bytea not null,
  -- Who carries it out now, and until when nobody else may.
  claim uuid not null,
  lease_until bigint not null,
  took_effect boolean not null default false,
  created_at bigint not null,
  status bigint,
  content_type text,
  location text,
  etag text,
  body text,
  primary key (person_id, key)
);
create index idempotent_request_age on idempotent_request (created_at);

-- When the last byte of an upload's file came: one that nobody goes on with expires.
alter table upload_file add column touched_at bigint not null default 0;
update upload_file set touched_at = created_at;

-- Counts up with each change a reviewer makes, so that two do not undo each other's work.
alter table sheet add column version bigint not null default 1;
