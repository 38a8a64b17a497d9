-- What happened to copies is written down (DRF-04), what people say of them here stands beside them (DRF-08), and news of arrivals are
-- gathered by what they are about.

drop view drawing_shown;

-- Byte order, as SQLite has it: both databases list drawings alike.
alter table drawing alter column sort_key type text collate "C";

-- A title that came with a revision which is not published here yet; it becomes the drawing's when that revision (its id upstream) is.
alter table drawing add column held_title text;
alter table drawing add column held_for uuid;
create index drawing_held on drawing (project_id) where held_for is not null;

-- Of a discipline that a connection added: which one it is upstream.
alter table discipline add column upstream_id uuid;
alter table discipline add column upstream_version bigint;
create unique index discipline_upstream on discipline (connection_id, upstream_id);

-- A revision may be deleted upstream on its own; the copy stays (FLO-10).
alter table drawing_revision add column deleted_upstream_at bigint;

-- What exactly: of which revision (its text then), which field, from what to what.
alter table drawing_event add column revision_id uuid;
alter table drawing_event add column revision text;
alter table drawing_event add column field text;
alter table drawing_event add column old_value text;
alter table drawing_event add column new_value text;

-- Which sheet it is: its number as it was offered, and the drawing upstream.
alter table parked_record add column label text not null default '';
alter table parked_record add column upstream_drawing_id uuid;

-- What arrived since the last message of its kind: told when the time is over (10-connections.md, Notifications).
create table arrival_news (
  connection_id uuid not null references connection (id),
  tool text not null,
  kind text not null,
  gather_until bigint not null,
  news_count bigint not null default 0,
  sheets text not null default '',
  primary key (connection_id, tool, kind)
);
insert into arrival_news (connection_id, tool, kind, gather_until, news_count)
select connection_id, tool, 'new_sheets', digest_until, digest_count from connection_tool where digest_until is not null;
alter table connection_tool drop column digest_until;
alter table connection_tool drop column digest_count;

-- A copy that is not to be built from here, whatever upstream says of it: obsolete, or replaced by an own drawing (DRF-08).
create table drawing_obsolete_here (
  drawing_id uuid primary key references drawing (id) on delete cascade,
  project_id uuid not null references project (id),
  replaced_by_id uuid references drawing (id),
  marked_by uuid not null references person (id),
  marked_at bigint not null
);

-- A drawing with one of its revisions, and everything a person is shown of the two.
create view drawing_shown as
select d.id, d.project_id, d.number, d.sort_key, d.title, d.obsolete, d.version, d.deleted_at, d.area_id, a.name as area_name,
       a.connection_id as area_connection_id, d.discipline_id, i.name as discipline_name, i.position as discipline_position,
       d.connection_id, c.upstream_company_name, c.upstream_project_name, c.ended_at as connection_ended_at,
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
