//! What happened to a connection, written as it happens and read page by page: transitions, pauses, batches, comparisons (`SEE-04`).

use jiff::Timestamp;
use sluice_domain::permission::Tool;
use sluice_domain::{CompanyId, ConnectionId, PersonId};
use uuid::Uuid;

use crate::{Result, Session, Tx, args, record, sql};

record! {
    /// Something that happened. Which columns are there depends on what it is.
    pub struct Happening {
        /// Which.
        pub id: Uuid,
        /// When; of a batch and a comparison, when it was done.
        pub at: Timestamp,
        /// `requested`, `approved`, `paused` …; `delivery`; `repair`.
        pub kind: String,
        /// Who, by name; null for a policy or time.
        pub person_name: Option<String>,
        /// Of which company, by name.
        pub company_name: Option<String>,
        /// Why.
        pub reason: Option<String>,
        /// Of which tool.
        pub tool: Option<Tool>,
        /// When a batch or a comparison began.
        pub started_at: Option<Timestamp>,
        /// Records of a batch; records that were compared.
        pub record_count: Option<i64>,
        /// Records of a batch that were new, of the kind that is counted: revisions, RFIs …
        pub arrived_count: Option<i64>,
        /// Bytes they refer to.
        pub byte_count: Option<i64>,
        /// Copies that were missing.
        pub missing_count: Option<i64>,
        /// Copies that were not as upstream.
        pub changed_count: Option<i64>,
        /// Copies of which upstream knows nothing.
        pub unknown_count: Option<i64>,
        /// Copies that were repaired.
        pub repaired_count: Option<i64>,
        /// Whether a comparison came to its end.
        pub complete: Option<bool>,
    }
}

macro_rules! happenings {
    ($beyond:literal, $order:literal) => {
        concat!(
            "select * from (
                select id, at, kind, person_name, company_name, reason, tool, cast(null as bigint) as started_at,
                       cast(null as bigint) as record_count, cast(null as bigint) as arrived_count, cast(null as bigint) as byte_count,
                       cast(null as bigint) as missing_count, cast(null as bigint) as changed_count,
                       cast(null as bigint) as unknown_count, cast(null as bigint) as repaired_count, cast(null as boolean) as complete
                  from connection_event where connection_id = $1 and (at, id) ", $beyond, " ($2, $3)
                 order by at ", $order, ", id ", $order, " limit $4) events
             union all select * from (
                select id, ended_at as at, 'delivery' as kind, cast(null as text) as person_name, cast(null as text) as company_name,
                       cast(null as text) as reason, tool, started_at, record_count, arrived_count, byte_count,
                       cast(null as bigint) as missing_count, cast(null as bigint) as changed_count,
                       cast(null as bigint) as unknown_count, cast(null as bigint) as repaired_count, cast(null as boolean) as complete
                  from delivery where connection_id = $1 and (ended_at, id) ", $beyond, " ($2, $3)
                 order by ended_at ", $order, ", id ", $order, " limit $4) deliveries
             union all select * from (
                select id, ended_at as at, 'repair' as kind, person_name, company_name, cast(null as text) as reason, tool, started_at,
                       compared_count as record_count, cast(null as bigint) as arrived_count, cast(null as bigint) as byte_count,
                       missing_count, changed_count, unknown_count, repaired_count, (state = 'done') as complete
                  from repair where connection_id = $1 and ended_at is not null and (ended_at, id) ", $beyond, " ($2, $3)
                 order by ended_at ", $order, ", id ", $order, " limit $4) repairs
             order by at ", $order, ", id ", $order, " limit $4"
        )
    };
}

/// Something to write into a connection's history.
#[derive(Debug)]
pub struct NewEvent<'a> {
    /// The event's id.
    pub id: Uuid,
    /// Which connection.
    pub connection: ConnectionId,
    /// `requested`, `approved` …
    pub kind: &'a str,
    /// Who, if a person.
    pub person: Option<PersonId>,
    /// For which company.
    pub company: Option<CompanyId>,
    /// About which tool, if about one.
    pub tool: Option<Tool>,
    /// Why.
    pub reason: Option<&'a str>,
}

/// Writes into the history; names are kept as they are now.
pub async fn add_event(tx: &mut Tx, event: NewEvent<'_>, now: Timestamp) -> Result<()> {
    tx.run(
        sql!(
            "insert into connection_event (id, connection_id, at, kind, person_name, company_name, tool, reason)
             values ($1, $2, $3, $4, (select name from person where id = $5), (select name from company where id = $6), $7, $8)"
        ),
        args![event.id, event.connection, now, event.kind, event.person, event.company, event.tool, event.reason],
    )
    .await?;
    Ok(())
}

/// What happened after a moment, oldest first.
pub async fn after(
    db: &mut Session,
    id: ConnectionId,
    place: (Timestamp, Uuid),
    limit: i64,
) -> Result<Vec<Happening>> {
    db.all(happenings!(">", "asc"), args![id, place.0, place.1, limit]).await
}

/// What happened before a moment, newest first.
pub async fn before(
    db: &mut Session,
    id: ConnectionId,
    place: (Timestamp, Uuid),
    limit: i64,
) -> Result<Vec<Happening>> {
    db.all(happenings!("<", "desc"), args![id, place.0, place.1, limit]).await
}
