-- Companies begin and end: the first run of an empty installation.

-- The token that lets somebody set up an empty installation; at most one row, gone once there is a company.
create table first_run (
  id integer primary key check (id = 1),
  token_hash blob not null,
  created_at integer not null
) strict;
