-- What the words of each revision's sheet were indexed from (LOG-02): one row a revision, gone with it.
create table sheet_text (
  id integer primary key,
  revision_id blob not null unique references drawing_revision (id) on delete cascade,
  project_id blob not null references project (id),
  sha256 blob not null,
  -- Number and title of the drawing as they were then.
  label text not null
) strict;
create index sheet_text_project on sheet_text (project_id);

-- The words themselves, each behind a mark of its project: a search walks the words of one project only. Nothing but the index is kept.
create virtual table sheet_text_index using fts5 (tokens, content = '', contentless_delete = 1, detail = none, tokenize = "ascii tokenchars '_'");
create trigger sheet_text_gone after delete on sheet_text begin
  delete from sheet_text_index where rowid = old.id;
end;

-- Sheets that somebody asked to have in one file: fetched from here, for as long as it lasts (LOG-03).
create table drawing_download (
  id blob primary key,
  project_id blob not null references project (id),
  person_id blob not null references person (id),
  form text not null check (form in ('zip', 'pdf')),
  -- Ids of revisions, 16 bytes each, in their order.
  revisions blob not null,
  created_at integer not null,
  expires_at integer not null
) strict;
create index drawing_download_expiry on drawing_download (expires_at);

-- Sheets that are there already are indexed in the background.
insert into job (id, kind, subject, run_at) select id, 'index', id, 0 from project where deleted_at is null;
