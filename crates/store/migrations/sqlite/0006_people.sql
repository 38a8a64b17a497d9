-- Projects: where, when and how far (PPL-09).
alter table project add column address text not null default '';
alter table project add column time_zone text not null default 'UTC';
alter table project add column stage text
  check (stage in ('bidding', 'pre_construction', 'construction', 'post_construction', 'warranty'));

-- Permission templates of a company. Members keep levels and grants of their own: those of their template, written again when it changes,
-- unless they were overridden for this person in this project (PPL-06).
create table permission_template (
  id blob primary key,
  company_id blob not null references company (id),
  name text not null,
  levels text not null,
  grants text not null default '',
  created_at integer not null,
  version integer not null default 1
) strict;
create unique index permission_template_name on permission_template (company_id, lower(name));
alter table member add column template_id blob references permission_template (id);
alter table member add column overridden integer not null default 0;
create index member_template on member (template_id);

-- Every company that is there gets the templates that a new one begins with. Ids are of version 7, as all are.
insert into permission_template (id, company_id, name, levels, grants, created_at)
select unhex(printf('%012x', cast(unixepoch('subsec') * 1000 as integer)) || '7' || substr(hex(randomblob(2)), 2)
           || substr('89AB', 1 + abs(random() % 4), 1) || substr(hex(randomblob(8)), 2)),
       c.id, t.name, t.levels, t.grants, cast(unixepoch('subsec') * 1000 as integer)
  from company c,
       (select 'Project manager' as name,
               'connection_manager=admin directory=standard admin=standard drawings=admin rfis=admin submittals=admin' as levels, '' as grants
        union all
        select 'Superintendent',
               'connection_manager=read_only directory=read_only drawings=standard rfis=standard submittals=standard',
               'view_external_items view_private_items_of_my_company'
        union all
        select 'Architect or engineer',
               'directory=read_only drawings=standard rfis=standard submittals=standard', 'upload_and_review_drawings'
        union all
        select 'Owner', 'directory=read_only drawings=read_only rfis=read_only submittals=read_only', ''
        union all
        select 'Subcontractor',
               'connection_manager=read_only directory=read_only drawings=read_only rfis=standard submittals=standard', '') t;

-- A service account is a person without a sign-in: it belongs to the one company in whose directory it is, and works through tokens only.
-- Its e-mail column holds 'service:' and its id, which nobody can type as an address (PPL-11).
alter table person add column service integer not null default 0;

-- Tokens for scripts, of a person or a service account. Only a hash of the secret part is kept (SEC-04).
create table api_token (
  id blob primary key,
  person_id blob not null references person (id),
  name text not null,
  token_hash blob not null,
  scopes text not null,
  created_by blob not null references person (id),
  created_at integer not null,
  expires_at integer not null,
  last_used_at integer,
  revoked_at integer
) strict;
create index api_token_person on api_token (person_id);

-- Somebody asked for a new password. Whether the address has a sign-in is found out later, in the background, so that nothing tells.
create table password_reset (
  id blob primary key,
  email text not null,
  person_id blob references person (id),
  token_hash blob unique,
  created_at integer not null,
  expires_at integer not null,
  used_at integer
) strict;
create index password_reset_email on password_reset (email, created_at);

-- What is security-relevant, for the company that reads it (PPL-10). by_id is null where nobody signed in did it.
create table audit_entry (
  id blob primary key,
  company_id blob not null references company (id),
  at integer not null,
  kind text not null,
  by_id blob references person (id),
  token_id blob references api_token (id),
  person_id blob references person (id),
  project_id blob references project (id),
  detail text not null default ''
) strict;
create index audit_entry_company on audit_entry (company_id, id);

-- A message about a person's own sign-in belongs to no company.
create table message_of_a_person (
  id blob primary key,
  person_id blob not null references person (id),
  company_id blob references company (id),
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
insert into message_of_a_person (id, person_id, company_id, project_id, connection_id, kind, facts, in_app, created_at, read_at, mail_state,
                                 mail_attempts, mail_error, sent_at)
select id, person_id, company_id, project_id, connection_id, kind, facts, in_app, created_at, read_at, mail_state, mail_attempts, mail_error,
       sent_at
  from message;
drop table message;
alter table message_of_a_person rename to message;
create index message_person on message (person_id, id) where in_app;
create index message_unread on message (person_id) where in_app and read_at is null;
create index message_unsent on message (mail_state, created_at) where sent_at is null;
