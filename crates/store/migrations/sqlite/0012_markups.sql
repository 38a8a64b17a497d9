-- What people draw over sheets (VIEW-04): a markup belongs to a drawing and remembers the revision it was made on. Personal until published.
create table drawing_markup (
  id blob primary key,
  project_id blob not null references project (id),
  drawing_id blob not null references drawing (id) on delete cascade,
  revision_id blob not null references drawing_revision (id),
  kind text not null check (kind in ('pen', 'highlighter', 'line', 'arrow', 'rectangle', 'cloud', 'text')),
  colour text not null,
  size real not null,
  points text not null,
  text text,
  created_by blob not null references person (id),
  created_at integer not null,
  published_at integer,
  version integer not null default 1
) strict;
create index drawing_markup_drawing on drawing_markup (drawing_id, id);
create index drawing_markup_revision on drawing_markup (revision_id);
