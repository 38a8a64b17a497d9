-- Closing a company, deleting a project (PPL-17), exporting a company (PPL-12); copies keep the names they arrived under.

-- Who closed a company, and why; nobody is named where the operator did, on the command line.
alter table company add column closed_by blob references person (id);
alter table company add column closing_reason text;

-- Who deleted a project, and why.
alter table project add column deleted_by blob references person (id);
alter table project add column deletion_reason text;

-- Exports of a company: how far one is, until when its archive is kept.
create table company_export (
  id blob primary key,
  company_id blob not null references company (id),
  requested_by blob not null references person (id),
  created_at integer not null,
  state text not null check (state in ('waiting', 'running', 'done', 'failed', 'removed')),
  file_count integer not null default 0,
  files_done integer not null default 0,
  byte_count integer not null default 0,
  damaged_count integer not null default 0,
  finished_at integer,
  expires_at integer
) strict;
create index company_export_company on company_export (company_id, created_at);
-- One of a company at a time.
create unique index company_export_one on company_export (company_id) where state in ('waiting', 'running');

-- What the upstream company and project were called when a copy arrived; both null with a drawing of one's own.
alter table drawing add column origin_company text;
alter table drawing add column origin_project text;
update drawing set origin_company = c.upstream_company_name, origin_project = c.upstream_project_name
  from connection c where c.id = drawing.connection_id;

drop view drawing_shown;
-- A drawing with one of its revisions, and everything a person is shown of the two.
create view drawing_shown as
select d.id, d.project_id, d.number, d.sort_key, d.title, d.obsolete, d.version, d.deleted_at, d.area_id, a.name as area_name,
       a.connection_id as area_connection_id, d.discipline_id, i.name as discipline_name, i.position as discipline_position,
       d.connection_id, d.origin_company, d.origin_project, c.ended_at as connection_ended_at,
       d.arrived_at, d.upstream_id, d.upstream_version, d.deleted_upstream_at, d.kept_in_log,
       d.current_revision_id, u.revision as current_revision, d.top_revision_id,
       case when t.status = 'unpublished' and t.connection_id is not null then t.upstream_published_at end as newer_published_at,
       m.marked_at as obsolete_here_at, q.name as obsolete_here_by_name, m.replaced_by_id, o.number as replaced_by_number,
       o.current_revision_id as replaced_by_current_id, o.deleted_at as replaced_by_deleted_at,
       r.id as revision_id, r.revision, r.drawing_date, r.received_date, r.manual_order, r.set_id, s.name as set_name, s.set_date, r.status,
       r.published_at, b.name as published_by_name, r.sha256, r.byte_count, r.file_name, r.page, r.created_at as revision_created_at,
       r.version as revision_version, r.arrived_at as revision_arrived_at, r.deleted_at as revision_deleted_at,
       r.upstream_id as revision_upstream_id, r.upstream_version as revision_upstream_version, r.upstream_published_at,
       r.deleted_upstream_at as revision_deleted_upstream_at,
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
  left join preview w on w.company_id = j.company_id and w.sha256 = r.sha256
  left join drawing_obsolete_here m on m.drawing_id = d.id
  left join person q on q.id = m.marked_by
  left join drawing o on o.id = m.replaced_by_id;
