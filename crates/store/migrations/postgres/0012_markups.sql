-- What people draw over sheets (VIEW-04): a markup belongs to a drawing and remembers the revision it was made on. Personal until published.
create table drawing_markup (
  id uuid primary key,
  project_id uuid not null references project (id),
  drawing_id uuid not null references drawing (id) on delete cascade,
  revision_id uuid not null references drawing_revision (id),
  kind text not null check (kind in ('pen', 'highlighter', 'line', 'arrow', 'rectangle', 'cloud', 'text')),
  colour text not null,
  size double precision not null,
  points text not null,
  text text,
  created_by uuid not null references person (id),
  created_at bigint not null,
  published_at bigint,
  version bigint not null default 1
);
create index drawing_markup_drawing on drawing_markup (drawing_id, id);
create index drawing_markup_revision on drawing_markup (revision_id);
