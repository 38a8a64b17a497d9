-- What the words of each revision's sheet were indexed from (LOG-02): one row a revision, gone with it.
create table sheet_text (
  id bigint generated always as identity primary key,
  revision_id uuid not null unique references drawing_revision (id) on delete cascade,
  project_id uuid not null references project (id),
  sha256 bytea not null,
  -- Number and title of the drawing as they were then.
  label text not null
);
create index sheet_text_project on sheet_text (project_id);

-- The words themselves, each behind a mark of its project: a search walks the words of one project only.
create table sheet_text_index (
  text_id bigint primary key references sheet_text (id) on delete cascade,
  tokens tsvector not null
);
-- New rows go into the index at once: a list of what is pending would be walked by every search.
create index sheet_text_index_tokens on sheet_text_index using gin (tokens) with (fastupdate = off);

-- Sheets that somebody asked to have in one file: fetched from here, for as long as it lasts (LOG-03).
create table drawing_download (
  id uuid primary key,
  project_id uuid not null references project (id),
  person_id uuid not null references person (id),
  form text not null check (form in ('zip', 'pdf')),
  -- Ids of revisions, 16 bytes each, in their order.
  revisions bytea not null,
  created_at bigint not null,
  expires_at bigint not null
);
create index drawing_download_expiry on drawing_download (expires_at);

-- Sheets that are there already are indexed in the background.
insert into job (id, kind, subject, run_at) select id, 'index', id, 0 from project where deleted_at is null;
