-- How people are addressed: what they chose, and what their browser said when they last signed in (for mails to those who chose nothing).
alter table person add column language text;
alter table person add column time_zone text;
alter table person add column date_format text check (date_format in ('day_month_year', 'month_day_year', 'year_month_day'));
alter table person add column seen_language text;
alter table person add column seen_time_zone text;

-- Who is told about what arrives in a project's drawings, chosen like who is told about its connections (NOT-01).
alter table project add column arrival_recipients text not null default 'all_admins' check (arrival_recipients in ('all_admins', 'specific'));

-- The specific people of a project's lists.
create table recipient (
  project_id uuid not null references project (id),
  list text not null check (list in ('connections', 'arrivals')),
  person_id uuid not null references person (id),
  primary key (project_id, list, person_id)
);
insert into recipient (project_id, list, person_id) select project_id, 'connections', person_id from connection_recipient;
drop table connection_recipient;
