//! Counts for the operator, of the whole installation: background work, mail, connections. No record of any company is read.

use jiff::Timestamp;

use crate::{Result, Session, args, record, sql};

record! {
    /// Background work of a lane in one state.
    pub struct Work {
        /// Of the lane that takes files apart.
        pub ingest: bool,
        /// `running`, `waiting`, `failing` or `later`.
        pub state: String,
        /// Pieces.
        pub count: i64,
    }
}

/// Background work by lane and state; failing is what failed three times or more and is not being tried now.
pub async fn work(db: &mut Session, now: Timestamp) -> Result<Vec<Work>> {
    db.all(
        sql!(
            "select kind = 'ingest' as ingest, state, count(*) as count
               from (select kind, case when lease_until > $1 then 'running' when attempts >= 3 then 'failing'
                                       when run_at > $1 then 'later' else 'waiting' end as state
                       from job) of_job
              group by kind = 'ingest', state"
        ),
        args![now],
    )
    .await
}

record! {
    /// How many there are in one state.
    pub struct InState {
        /// The state.
        pub state: String,
        /// So many.
        pub count: i64,
    }
}

/// Mail that is not out: `waiting` or `stuck`.
pub async fn outbox(db: &mut Session) -> Result<Vec<InState>> {
    db.all(
        // cross-tenant: counts for the operator
        sql!("select mail_state as state, count(*) as count from message where sent_at is null and mail_state in ('waiting', 'stuck') group by mail_state"),
        args![],
    )
    .await
}

/// Connections by state.
pub async fn connections(db: &mut Session) -> Result<Vec<InState>> {
    db.all(
        // cross-tenant: counts for the operator
        sql!("select state, count(*) as count from connection group by state"),
        args![],
    )
    .await
}
