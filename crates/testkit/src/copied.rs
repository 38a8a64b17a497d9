//! What was copied through a connection, and what must hold of it between any two transactions, also right after a process died: rows, bytes,
//! counts, history and position tell the same (`FLO-01`, `REL-01`).

use sluice_store::{Db, args};
use uuid::Uuid;

use crate::sql;

/// Revisions that were copied through a connection.
pub const ROWS: &str = "select count(*) as value from drawing_revision where connection_id = $1";
/// Up to which entry upstream everything was copied.
pub const POSITION: &str = "select position as value from connection_tool where connection_id = $1";
/// How many revisions the connection says were copied.
pub const COPIED: &str = "select copied_count as value from connection_tool where connection_id = $1";

const DELIVERED: &str =
    "select cast(coalesce(max(to_position), 0) as bigint) as value from delivery where connection_id = $1";
const EXPECTED: &str =
    "select count(*) as value from feed f join connection n on n.upstream_project_id = f.project_id
       join connection_tool t on t.connection_id = n.id
      where n.id = $1 and f.kind = 'revision' and f.position <= t.position";
const WITHOUT_BYTES: &str = "select count(*) as value from drawing_revision r
      where r.connection_id = $1 and not exists (select 1 from blob b where b.sha256 = r.sha256)";

/// Rows and position, or what of a connection does not fit together.
pub async fn check(db: &Db, connection: Uuid) -> Result<(i64, i64), String> {
    let count = async |sql: &'static str| -> i64 { sql::value(db, sql, args![connection]).await };
    let (rows, position) = (count(ROWS).await, count(POSITION).await);
    for (what, sql, wanted) in [
        ("every row was counted once", COPIED, rows),
        ("the history ends where the position stands", DELIVERED, position),
        ("all entries up to the position and no others", EXPECTED, rows),
        ("no row without its bytes", WITHOUT_BYTES, 0),
    ] {
        let found = count(sql).await;
        if found != wanted {
            return Err(format!("{what}: {found} and not {wanted}, with {rows} rows at position {position}"));
        }
    }
    Ok((rows, position))
}
