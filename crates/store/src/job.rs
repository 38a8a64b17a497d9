//! Background work in the database: scheduled in the transaction that causes it, claimed with a lease, so that any number of nodes share it.
//!
//! Claims and what came of them are notes ([`Db::begin_note`]): work whose note is lost is done once more, and it is made for that.

use jiff::Timestamp;
use uuid::Uuid;

use crate::{Db, Result, Session, Tx, args, record, sql};

record! {
    /// A claimed piece of work.
    pub struct Job {
        /// Which.
        pub id: Uuid,
        /// `reconcile`, `ingest` …
        pub kind: String,
        /// The record it is about.
        pub subject: Uuid,
        /// Tries before this one.
        pub attempts: i64,
        /// Counts up when it is scheduled again: a claim of an older one does not remove it.
        pub generation: i64,
    }
}

record! {
    /// Work that keeps failing, for the operator.
    pub struct Failing {
        /// `reconcile`, `ingest` …
        pub kind: String,
        /// The record it is about.
        pub subject: Uuid,
        /// Tries.
        pub attempts: i64,
        /// The last error.
        pub last_error: Option<String>,
    }
}

/// Schedules the same work for each subject; scheduling it again brings it forward and makes a running one run once more.
pub async fn schedule(
    tx: &mut Tx,
    (kind, lane): (&str, Lane),
    work: Vec<(Uuid, Uuid)>,
    run_at: Timestamp,
) -> Result<()> {
    let rows = work.into_iter().map(|(id, subject)| args![id, kind, subject, run_at, lane.key()]);
    tx.insert_many(
        "insert into job (id, kind, subject, run_at, lane)",
        "on conflict (kind, subject) do update set generation = job.generation + 1, attempts = 0,
            run_at = case when job.run_at < excluded.run_at then job.run_at else excluded.run_at end",
        rows.collect(),
    )
    .await?;
    Ok(())
}

/// Schedules work on many records at once; what is scheduled already stays as it is, its waits included.
pub async fn schedule_missing(
    tx: &mut Tx,
    (kind, lane): (&str, Lane),
    work: Vec<(Uuid, Uuid)>,
    run_at: Timestamp,
) -> Result<()> {
    let rows = work.into_iter().map(|(id, subject)| args![id, kind, subject, run_at, lane.key()]);
    tx.insert_many(
        "insert into job (id, kind, subject, run_at, lane)",
        "on conflict (kind, subject) do nothing",
        rows.collect(),
    )
    .await?;
    Ok(())
}

/// Which work a worker takes: long work must never keep quick work waiting (`REL-08`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// Everything that is over in a moment.
    Quick,
    /// Taking files apart.
    Ingest,
    /// Making the words of sheets searchable: thousands, after a first copy.
    Index,
    /// Writing archives: hours, for a large company.
    Export,
    /// Sending mail: the mail server may be slow.
    Mail,
    /// What nobody waits for.
    Upkeep,
}

impl Lane {
    /// All lanes.
    pub const ALL: [Self; 6] =
        [Self::Quick, Self::Ingest, Self::Index, Self::Export, Self::Mail, Self::Upkeep];

    const fn key(self) -> &'static str {
        match self {
            Self::Quick => "quick",
            Self::Ingest => "ingest",
            Self::Index => "index",
            Self::Export => "export",
            Self::Mail => "mail",
            Self::Upkeep => "upkeep",
        }
    }
}

/// Pieces of work that are claimed together, at most.
const TOGETHER_MAX: i64 = 64;

/// Claims the next due work of a lane until `lease_until`. Where one connection writes (SQLite), work of the kind `together` is claimed with all
/// that is due of it, and has not failed, so that it can be done in one transaction; PostgreSQL has workers side by side for that.
pub async fn claim(
    db: &Db,
    lane: Lane,
    now: Timestamp,
    lease_until: Timestamp,
    together: &str,
) -> Result<Vec<Job>> {
    // Looking first spares the writer: most looks find nothing.
    let due: i64 = {
        let mut session = db.read().await?;
        session
            .value(
                sql!("select count(*) as value from (select 1 from job where run_at <= $1 and lease_until <= $1 and lane = $2 limit 1) due"),
                args![now, lane.key()],
            )
            .await?
    };
    if due == 0 {
        return Ok(vec![]);
    }
    let mut tx = db.begin_note().await?;
    let mut jobs: Vec<Job> = match db {
        Db::Sqlite { .. } => {
            tx.all(
                sql!(
                    "update job set lease_until = $2, attempts = attempts + 1
                      where id = (select id from job where run_at <= $1 and lease_until <= $1 and lane = $3 order by run_at, id limit 1)
                     returning id, kind, subject, attempts - 1 as attempts, generation"
                ),
                args![now, lease_until, lane.key()],
            )
            .await?
        }
        Db::Postgres(_) => {
            tx.all(
                // postgres
                "update job set lease_until = $2, attempts = attempts + 1
                  where id = (select id from job where run_at <= $1 and lease_until <= $1 and lane = $3
                               order by run_at, id limit 1 for update skip locked)
                 returning id, kind, subject, attempts - 1 as attempts, generation",
                args![now, lease_until, lane.key()],
            )
            .await?
        }
    };
    if !db.is_shared() && jobs.first().is_some_and(|job| job.kind == together && job.attempts == 0) {
        let more: Vec<Job> = tx
            .all(
                sql!(
                    "update job set lease_until = $2, attempts = attempts + 1
                      where id in (select id from job where run_at <= $1 and lease_until <= $1 and lane = $3 and kind = $4 and attempts = 0
                                    order by run_at, id limit $5)
                     returning id, kind, subject, attempts - 1 as attempts, generation"
                ),
                args![now, lease_until, lane.key(), together, TOGETHER_MAX - 1],
            )
            .await?;
        jobs.extend(more);
    }
    tx.commit().await?;
    Ok(jobs)
}

/// Prolongs leases while the work goes on, also when it was scheduled again meanwhile: until it is done, nobody else begins it.
pub async fn prolong(db: &Db, jobs: &[Job], lease_until: Timestamp) -> Result<()> {
    let mut tx = db.begin_note().await?;
    for job in jobs {
        tx.run(sql!("update job set lease_until = $2 where id = $1"), args![job.id, lease_until]).await?;
    }
    tx.commit().await
}

/// Lets go of every claim: what was claimed is due at once. Only for a process that knows that no other one works here.
pub async fn release_all(tx: &mut Tx) -> Result<u64> {
    tx.run(sql!("update job set lease_until = 0 where lease_until > 0"), args![]).await
}

/// Done: removed, unless it was scheduled again meanwhile; then it is free to run once more.
pub async fn done(tx: &mut Tx, job: &Job) -> Result<()> {
    let removed = tx
        .run(sql!("delete from job where id = $1 and generation = $2"), args![job.id, job.generation])
        .await?;
    if removed == 0 {
        tx.run(sql!("update job set lease_until = 0, attempts = 0 where id = $1"), args![job.id]).await?;
    }
    Ok(())
}

/// To be tried again; without an error it is only not the time yet, and no try was lost.
pub async fn retry(tx: &mut Tx, job: &Job, run_at: Timestamp, error: Option<&str>) -> Result<()> {
    tx.run(
        sql!(
            "update job set lease_until = 0, run_at = $2, last_error = $3, attempts = case when cast($3 as text) is null then 0 else attempts end
              where id = $1 and generation = $4"
        ),
        args![job.id, run_at, error, job.generation],
    )
    .await?;
    // Scheduled again while it ran: that schedule stands.
    tx.run(
        sql!("update job set lease_until = 0 where id = $1 and generation <> $2"),
        args![job.id, job.generation],
    )
    .await?;
    Ok(())
}

/// When the next work is due, if any.
pub async fn next_due(db: &mut Session) -> Result<Option<Timestamp>> {
    let rows: Vec<(Timestamp,)> = db
        .all(
            sql!(
                "select case when run_at > lease_until then run_at else lease_until end as value from job
                  order by case when run_at > lease_until then run_at else lease_until end limit 1"
            ),
            args![],
        )
        .await?;
    Ok(rows.first().map(|(at,)| *at))
}

/// Work that failed at least `attempts` times; mail that waits is told apart ([`crate::message::stuck`]).
pub async fn failing(db: &mut Session, attempts: i64) -> Result<Vec<Failing>> {
    db.all(
        sql!("select kind, subject, attempts, last_error from job where attempts >= $1 and last_error is not null and kind <> 'mail' order by attempts desc limit 100"),
        args![attempts],
    )
    .await
}
