"""The record floor of `cargo xtask bench`: the rows of a first copy, written by SQLite alone.

Arguments: folder of the SQLite migrations, new database file, number of downstream projects, sheets of each.
Each project's rows are one durable transaction. Rows are made before the clock starts, so that it times SQLite.
"""

import json
import os
import random
import sqlite3
import sys
import time

migrations, database, projects, sheets = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
dice = random.Random(1)

# What a copied sheet is made of.
TABLES = ["drawing", "drawing_revision", "blob_reference"]
# Columns whose value is checked or whose size matters; every other one is filled by its type.
TEXTS = {
    "status": "published",
    "revision": "3",
    "drawing_date": "2026-03-02",
    "received_date": "2026-03-09",
    "title": "Level 2 reflected ceiling plan, east wing",
    "file_name": "structural set.pdf",
}
PER_PROJECT = {"project_id", "company_id", "connection_id", "area_id", "discipline_id", "set_id", "created_by", "published_by"}
EMPTY = {"deleted_at", "deleted_upstream_at", "manual_order"}


def new_id(counter):
    """Sixteen bytes that grow, as UUID version 7 does."""
    return (1_772_000_000_000 + counter).to_bytes(6, "big") + dice.randbytes(10)


connection = sqlite3.connect(database, isolation_level=None)
# Newer than the SQLite that some Pythons carry; a migration uses it.
connection.create_function("unhex", 1, bytes.fromhex)
connection.execute("pragma journal_mode = wal")
for name in sorted(os.listdir(migrations)):
    with open(os.path.join(migrations, name), encoding="utf-8") as file:
        # Nothing is written into the search index here, so that its newest option is not missed.
        connection.executescript(file.read().replace(", contentless_delete = 1", ""))
# Opened anew, with nothing a migration may have set.
connection.close()
connection = sqlite3.connect(database, isolation_level=None)
connection.execute("pragma synchronous = full")
connection.execute("pragma foreign_keys = off")

columns = {table: connection.execute(f"pragma table_info({table})").fetchall() for table in TABLES}
insert = {
    table: f"insert into {table} ({', '.join(c[1] for c in cs)}) values ({', '.join('?' * len(cs))})"
    for table, cs in columns.items()
}
upstream = {table: [new_id(n) for n in range(sheets)] for table in TABLES}
hashes = [dice.randbytes(32) for _ in range(sheets)]


def project_rows(project):
    """The rows of every sheet in one downstream project, table by table."""
    own = {name: new_id(project) for name in sorted(PER_PROJECT)}
    ids = [new_id(project * sheets + n) for n in range(sheets)]
    revisions = [new_id(project * sheets + n) for n in range(sheets)]
    rows = {}
    for table in TABLES:
        made = rows[table] = []
        for n in range(sheets):
            number = f"A-{n:04d}"
            row = []
            for _, name, kind, *_ in columns[table]:
                if name == "id":
                    row.append(ids[n] if table == "drawing" else revisions[n])
                elif name == "drawing_id":
                    row.append(ids[n])
                elif name in ("current_revision_id", "top_revision_id"):
                    row.append(revisions[n])
                elif name == "sha256":
                    row.append(hashes[n])
                elif name == "upstream_id":
                    row.append(upstream[table][n])
                elif name in PER_PROJECT:
                    row.append(own[name])
                elif name in EMPTY:
                    row.append(None)
                elif name in ("number", "sort_key"):
                    row.append(number)
                elif kind.lower() == "text":
                    row.append(TEXTS.get(name, ""))
                elif kind.lower() == "blob":
                    row.append(dice.randbytes(16))
                elif name.endswith("_at"):
                    row.append(1_772_000_000_000 + n)
                else:
                    row.append(1)
            made.append(row)
    return rows


wall = cpu = 0.0
written = 0
for project in range(projects):
    rows = project_rows(project)
    wall_before, cpu_before = time.perf_counter(), time.process_time()
    connection.execute("begin immediate")
    for table in TABLES:
        connection.executemany(insert[table], rows[table])
    connection.execute("commit")
    wall += time.perf_counter() - wall_before
    cpu += time.process_time() - cpu_before
    written += sum(len(made) for made in rows.values())

connection.execute("pragma wal_checkpoint(truncate)")
connection.close()
print(json.dumps({
    "version": sqlite3.sqlite_version,
    "rows": written,
    "wall": wall,
    "cpu": cpu,
    "bytes": os.path.getsize(database),
}))
