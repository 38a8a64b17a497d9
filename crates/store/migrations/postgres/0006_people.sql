-- Projects: where, when and how far (PPL-09).
alter table project add column address text not null default '';
alter table project add column time_zone text not null default 'UTC';
alter table project add column stage text
  check (stage in ('bidding', 'pre_construction', 'construction', 'post_construction', 'warranty'));

-- Permission templates of a company. Members keep levels and grants of their own: those of their template, written again when it changes,
-- unless they were overridden for this person in this project (PPL-06).
create table permission_template (
  id uuid primary key,
  company_id uuid not null references company (id),
  name text not null,
  levels text not null,
  grants text not null default '',
  created_at bigint not null,
  version bigint not null default 1
);
create unique index permission_template_name on permission_template (company_id, lower(name));
alter table member add column template_id uuid references permission_template (id);
alter table member add column overridden boolean not null default false;
create index member_template on member (template_id);

-- Every company that is there gets the templates that a new one begins with. Ids are of version 7, as all are.
insert into permission_template (id, company_id, name, levels, grants, created_at)
select cast(lpad(to_hex(cast(extract(epoch from now()) * 1000 as bigint)), 12, '0') || '7'
           || substr(replace(cast(gen_random_uuid() as text), '-', ''), 14) as uuid),
       c.id, t.name, t.levels, t.grants, cast(extract(epoch from now()) * 1000 as bigint)
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
alter table person add column service boolean not null default false;

-- Tokens for scripts, of a person or a service account. Only a hash of the secret part is kept (SEC-04).
create table api_token (
  id uuid primary key,
  person_id uuid not null references person (id),
  name text not null,
  token_hash bytea not null,
  scopes text not null,
  created_by uuid not null references person (id),
  created_at bigint not null,
  expires_at bigint not null,
  last_used_at bigint,
  revoked_at bigint
);
create index api_token_person on api_token (person_id);

-- Somebody asked for a new password. Whether the address has a sign-in is found out later, in the background, so that nothing tells.
create table password_reset (
  id uuid primary key,
  email text not null,
  person_id uuid references person (id),
  token_hash bytea unique,
  created_at bigint not null,
  expires_at bigint not null,
  used_at bigint
);
create index password_reset_email on password_reset (email, created_at);

-- What is security-relevant, for the company that reads it (PPL-10). by_id is null where nobody signed in did it.
create table audit_entry (
  id uuid primary key,
  company_id uuid not null references company (id),
  at bigint not null,
  kind text not null,
  by_id uuid references person (id),
  token_id uuid references api_token (id),
  person_id uuid references person (id),
  project_id uuid references project (id),
  detail text not null default ''
);
create index audit_entry_company on audit_entry (company_id, id);

-- A message about a person's own sign-in belongs to no company.
alter table message alter column company_id drop not null;
