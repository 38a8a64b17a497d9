//! Comparisons of a connection's copies with the upstream, and what was repaired (`SEE-06`): the one that runs, and those of the past that
//! found something or that somebody asked for.

use jiff::Timestamp;
use sluice_domain::permission::Tool;
use sluice_domain::{CompanyId, ConnectionId, PersonId};
use uuid::Uuid;

use crate::row::Arg;
use crate::{Result, Session, Tx, args, record, sql};

record! {
    /// A comparison.
    pub struct Repair {
        /// Which.
        pub id: Uuid,
        /// Of this connection.
        pub connection_id: ConnectionId,
        /// Of this tool.
        pub tool: Tool,
        /// `waiting`, `running`, `done`, `stopped`.
        pub state: String,
        /// Who asked, by name.
        pub person_name: Option<String>,
        /// Of which company.
        pub company_name: Option<String>,
        /// Nobody asked: it was time.
        pub nightly: bool,
        /// When it was asked for.
        pub started_at: Timestamp,
        /// When it was over.
        pub ended_at: Option<Timestamp>,
        /// Records to be compared.
        pub record_count: i64,
        /// Compared so far.
        pub compared_count: i64,
        /// Copies that were missing.
        pub missing_count: i64,
        /// Copies that were not as upstream.
        pub changed_count: i64,
        /// Copies of which upstream knows nothing.
        pub unknown_count: i64,
        /// Copies that were repaired.
        pub repaired_count: i64,
    }
}

impl Repair {
    /// The states a comparison goes through.
    pub const STATES: [&'static str; 4] = ["waiting", "running", "done", "stopped"];
}

/// Asks for a comparison of each connected tool; where one waits or runs, that one serves.
pub async fn ask(
    tx: &mut Tx,
    id: Uuid,
    of: (ConnectionId, Tool),
    by: Option<(PersonId, CompanyId)>,
    now: Timestamp,
) -> Result<()> {
    tx.run(
        sql!(
            "insert into repair (id, connection_id, tool, state, person_name, company_name, nightly, started_at)
             values ($1, $2, $3, 'waiting', (select name from person where id = $4), (select name from company where id = $5), $6, $7)
             on conflict (connection_id, tool) where ended_at is null do nothing"
        ),
        args![id, of.0, of.1, by.map(|by| by.0), by.map(|by| by.1), by.is_none(), now],
    )
    .await?;
    Ok(())
}

/// The comparisons of a connection that wait or run.
pub async fn open(db: &mut Session, id: ConnectionId) -> Result<Vec<Repair>> {
    db.all(
        sql!("select * from repair where connection_id = $1 and ended_at is null order by tool"),
        args![id],
    )
    .await
}

/// The one that waits or runs, else the last, of each tool of these connections.
pub async fn latest(db: &mut Session, connections: &[ConnectionId]) -> Result<Vec<Repair>> {
    db.all_in(
        "select r.* from repair r
          where r.id = (select x.id from repair x where x.connection_id = r.connection_id and x.tool = r.tool
                         order by (x.ended_at is null) desc, x.ended_at desc, x.id desc limit 1)
            and r.connection_id",
        args![],
        connections.iter().map(|id| Arg::from(*id)).collect(),
        "",
    )
    .await
}

/// Saves how far a comparison is, and what it found so far.
pub async fn save(tx: &mut Tx, repair: &Repair) -> Result<()> {
    tx.run(
        sql!(
            "update repair set state = $2, ended_at = $3, record_count = $4, compared_count = $5, missing_count = $6, changed_count = $7,
                    unknown_count = $8, repaired_count = $9 where id = $1"
        ),
        args![
            repair.id,
            &repair.state,
            repair.ended_at,
            repair.record_count,
            repair.compared_count,
            repair.missing_count,
            repair.changed_count,
            repair.unknown_count,
            repair.repaired_count
        ],
    )
    .await?;
    Ok(())
}

/// Of the nightly ones that found nothing, only the last is kept: a history of years must stay readable.
pub async fn forget_clean(tx: &mut Tx, last: &Repair) -> Result<()> {
    tx.run(
        sql!(
            "delete from repair where connection_id = $1 and tool = $2 and id <> $3 and nightly and ended_at is not null
                and missing_count + changed_count + unknown_count = 0"
        ),
        args![last.connection_id, last.tool, last.id],
    )
    .await?;
    Ok(())
}

/// Live connections after one of them that nobody compared since a time, in order.
pub async fn due(
    db: &mut Session,
    after: ConnectionId,
    since: Timestamp,
    limit: i64,
) -> Result<Vec<ConnectionId>> {
    let rows: Vec<(ConnectionId,)> = db
        // cross-tenant: every live connection is compared at night
        .all(
            sql!(
                "select n.id as value from connection n
                  where n.state = 'connected' and n.id > $1
                    and not exists (select 1 from repair r where r.connection_id = n.id and (r.ended_at is null or r.ended_at > $2))
                  order by n.id limit $3"
            ),
            args![after, since, limit],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
