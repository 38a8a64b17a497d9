//! Background work: claims what is due, runs it by its kind, says what comes next.
//!
//! Every kind is idempotent: a node that dies in the middle loses its lease and somebody does it again. The normal path is the path after a crash.

use std::collections::HashMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use sluice_domain::{AdditionId, ConnectionId, ExportId, ProjectId, UploadFileId};
use sluice_store::job::{self, Job, Lane};
use sluice_store::{Tx, once};
use uuid::Uuid;

use crate::{App, Result, drawings, export, flow, mail, passwords, sweep, upkeep, uploads};

/// How long a claim lasts; long work prolongs it.
const LEASE: SignedDuration = SignedDuration::from_secs(60);

/// How often long work prolongs its claim.
const PROLONG: Duration = Duration::from_secs(20);

/// How often to look although nobody rang: another process may have scheduled something.
const LOOK: Duration = Duration::from_secs(2);

/// The kinds of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Bring a connection's downstream project up to its upstream's feed. Subject: the connection.
    Reconcile,
    /// Take an uploaded file apart. Subject: the file.
    Ingest,
    /// Send a message by mail. Subject: the message.
    Mail,
    /// Tell about sheets that arrived since the last message. Subject: the connection.
    Digest,
    /// Let an unanswered request run out. Subject: the connection.
    Expire,
    /// Let an unanswered request for one more tool run out. Subject: the addition.
    ExpireAddition,
    /// Wake connections that nobody woke. Subject: none; there is one of it.
    Look,
    /// Find out where a request for a new password leads. Subject: the request.
    PasswordReset,
    /// Clear away what has run out. Subject: none.
    Sweep,
    /// Make the sheets of a project searchable. Subject: the project.
    Index,
    /// Write everything of a company into an archive, or remove one. Subject: the export.
    Export,
    /// Compare a connection's copies with the upstream and repair them. Subject: the connection.
    Repair,
    /// Have every connection compared. Subject: none.
    Nightly,
    /// Check stored bytes against their hashes. Subject: none.
    Check,
}

impl Kind {
    const ALL: [Self; 14] = [
        Self::Reconcile,
        Self::Ingest,
        Self::Mail,
        Self::Digest,
        Self::Expire,
        Self::ExpireAddition,
        Self::Look,
        Self::PasswordReset,
        Self::Sweep,
        Self::Index,
        Self::Export,
        Self::Repair,
        Self::Nightly,
        Self::Check,
    ];

    const fn key(self) -> &'static str {
        match self {
            Self::Reconcile => "reconcile",
            Self::Ingest => "ingest",
            Self::Mail => "mail",
            Self::Digest => "digest",
            Self::Expire => "expire",
            Self::ExpireAddition => "expire_addition",
            Self::Look => "look",
            Self::PasswordReset => "password_reset",
            Self::Sweep => "sweep",
            Self::Index => "index",
            Self::Export => "export",
            Self::Repair => "repair",
            Self::Nightly => "nightly",
            Self::Check => "check",
        }
    }

    /// Long work never keeps quick work waiting, and what nobody waits for keeps nothing waiting (`REL-08`).
    const fn lane(self) -> Lane {
        match self {
            Self::Ingest => Lane::Ingest,
            Self::Mail => Lane::Mail,
            Self::Export => Lane::Export,
            Self::Index => Lane::Index,
            Self::Repair | Self::Nightly | Self::Check => Lane::Upkeep,
            _ => Lane::Quick,
        }
    }
}

/// What a piece of work answers.
#[derive(Debug)]
pub enum Outcome {
    /// Nothing more to do.
    Done,
    /// Try again then; `Some` error counts as a failure.
    RetryAt(Timestamp, Option<String>),
}

impl Outcome {
    /// The same, and to be tried again then, if that is earlier.
    #[must_use]
    pub(crate) fn or_at(self, at: Option<Timestamp>) -> Self {
        match (self, at) {
            (Self::Done, Some(at)) => Self::RetryAt(at, None),
            (Self::RetryAt(before, error), Some(at)) => Self::RetryAt(before.min(at), error),
            (before, None) => before,
        }
    }
}

/// Schedules work in the transaction that causes it.
pub async fn schedule(app: &App, tx: &mut Tx, kind: Kind, subject: Uuid, run_at: Timestamp) -> Result<()> {
    schedule_each(app, tx, kind, [subject], run_at).await
}

/// Schedules the same work for each of many.
pub async fn schedule_each(
    app: &App,
    tx: &mut Tx,
    kind: Kind,
    subjects: impl IntoIterator<Item = Uuid>,
    run_at: Timestamp,
) -> Result<()> {
    let subjects = subjects.into_iter().map(|subject| (app.environment.id(), subject));
    Ok(job::schedule(tx, (kind.key(), kind.lane()), subjects.collect(), run_at).await?)
}

/// Schedules work on many records; what is scheduled already stays as it is.
pub async fn schedule_missing(
    app: &App,
    tx: &mut Tx,
    kind: Kind,
    subjects: impl Iterator<Item = Uuid>,
    run_at: Timestamp,
) -> Result<()> {
    let work = subjects.map(|subject| (app.environment.id(), subject)).collect();
    Ok(job::schedule_missing(tx, (kind.key(), kind.lane()), work, run_at).await?)
}

/// Goes on at once with what a process held that died, instead of waiting for its leases; for the start of a server. Where others may serve the
/// same database, their leases stand, and those of the dead end by themselves.
pub async fn take_up(app: &App) -> Result<()> {
    if app.db.is_shared() {
        return Ok(());
    }
    let mut tx = app.db.begin().await?;
    let (work, requests) = (job::release_all(&mut tx).await?, once::release_all(&mut tx).await?);
    tx.commit().await?;
    if work + requests > 0 {
        tracing::info!(work, requests, "what the last process left unfinished is taken up");
    }
    Ok(())
}

/// Works until `stop`: so many quick pieces and so many files at a time, as many mails as the mail server is given at once, and one piece of
/// each kind of work that nobody waits for.
pub async fn run(app: App, quick: usize, files: usize, stop: tokio_util::sync::CancellationToken) {
    let lanes = std::iter::repeat_n(Lane::Quick, quick.max(1))
        .chain(std::iter::repeat_n(Lane::Ingest, files.max(1)))
        .chain([Lane::Index])
        .chain(std::iter::repeat_n(Lane::Mail, mail::AT_ONCE))
        // One archive and one piece of upkeep at a time: they are in no hurry, and the disk is everybody's.
        .chain([Lane::Export, Lane::Upkeep]);
    let workers = lanes.map(|lane| {
        let (app, stop) = (app.clone(), stop.clone());
        tokio::spawn(async move {
            while !stop.is_cancelled() {
                match step(&app, lane).await {
                    Ok(true) => {}
                    Ok(false) => {
                        tokio::select! {
                            () = app.live.woken() => {}
                            () = tokio::time::sleep(LOOK) => {}
                            () = stop.cancelled() => {}
                        }
                    }
                    Err(error) => {
                        tracing::error!(
                            error = &error as &dyn std::error::Error,
                            "background work could not be claimed"
                        );
                        tokio::time::sleep(LOOK).await;
                    }
                }
            }
        })
    });
    futures_util::future::join_all(workers.collect::<Vec<_>>()).await;
}

/// Does everything that is due, and what follows from it; for tests and `sluice demo`.
pub async fn run_until_idle(app: &App) -> Result<()> {
    loop {
        let mut any = false;
        for lane in Lane::ALL {
            any |= step(app, lane).await?;
        }
        if !any {
            return Ok(());
        }
    }
}

/// Claims and runs one piece, or several that go together; answers whether there was one.
pub async fn step(app: &App, lane: Lane) -> Result<bool> {
    let now = app.environment.now();
    let jobs = job::claim(&app.db, lane, now, now + LEASE, Kind::Reconcile.key()).await?;
    if jobs.is_empty() {
        return Ok(false);
    }
    // More may be due: let a second worker look at once.
    app.live.wake();
    // Side by side: the work may hold the one writer while its lease is being prolonged.
    let hold = async {
        loop {
            tokio::time::sleep(PROLONG).await;
            job::prolong(&app.db, &jobs, app.environment.now() + LEASE).await?;
        }
    };
    let outcomes = tokio::select! {
        // In a box: it is as large as the largest kind of work, and everybody who waits would carry that about.
        outcomes = Box::pin(perform_all(app, &jobs)) => outcomes,
        failed = hold => jobs.iter().zip(std::iter::once(failed)).collect(),
    };
    let mut tx = app.db.begin_note().await?;
    for (job, outcome) in outcomes {
        match outcome {
            Ok(Outcome::Done) => job::done(&mut tx, job).await?,
            Ok(Outcome::RetryAt(at, error)) => job::retry(&mut tx, job, at, error.as_deref()).await?,
            Err(error) => {
                tracing::error!(kind = job.kind, subject = %job.subject, error = &error as &dyn std::error::Error, "background work failed");
                let at = app.environment.now() + backoff(job.attempts);
                job::retry(&mut tx, job, at, Some(&chain(&error))).await?;
            }
        }
    }
    tx.commit().await?;
    if jobs.len() > 1 {
        app.live.wake();
    }
    Ok(true)
}

/// Performs claimed work. Of several reconciles, what one transaction can do for all of them; of the others the first, and the rest is left for
/// whoever is free.
async fn perform_all<'j>(app: &App, jobs: &'j [Job]) -> Vec<(&'j Job, Result<Outcome>)> {
    if let [job] = jobs {
        return vec![(job, perform(app, job).await)];
    }
    let ids: Vec<ConnectionId> = jobs.iter().map(|job| ConnectionId(job.subject)).collect();
    let mut together = match flow::reconcile_together(app, &ids).await {
        Ok(together) => together,
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "connections are reconciled one by one");
            HashMap::new()
        }
    };
    let (mut outcomes, mut performed) = (vec![], false);
    for job in jobs {
        let outcome = match together.remove(&ConnectionId(job.subject)) {
            Some(outcome) => Ok(outcome),
            None if performed => Ok(Outcome::RetryAt(app.environment.now(), None)),
            None => {
                performed = true;
                perform(app, job).await
            }
        };
        outcomes.push((job, outcome));
    }
    outcomes
}

/// The wait after so many failures: 1 s, doubled each time, at most 10 minutes.
pub fn backoff(attempts: i64) -> SignedDuration {
    let doublings = u32::try_from(attempts.clamp(0, 10)).unwrap_or_default();
    SignedDuration::from_secs((1_i64 << doublings).min(600))
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

async fn perform(app: &App, job: &Job) -> Result<Outcome> {
    let Some(kind) = Kind::ALL.into_iter().find(|kind| kind.key() == job.kind) else {
        return Ok(Outcome::RetryAt(
            app.environment.now() + SignedDuration::from_mins(10),
            Some("unknown kind of work".into()),
        ));
    };
    match kind {
        Kind::Reconcile => flow::reconcile(app, ConnectionId(job.subject)).await,
        Kind::Ingest => uploads::ingest(app, UploadFileId(job.subject)).await,
        Kind::Mail => mail::send(app, job.subject.into(), job.attempts).await,
        Kind::Digest => flow::digest(app, ConnectionId(job.subject)).await,
        // In a box: what every other kind of work would have to carry about.
        Kind::Export => Box::pin(export::work(app, ExportId(job.subject), job.attempts)).await,
        Kind::Expire => crate::connections::expire(app, ConnectionId(job.subject)).await,
        Kind::ExpireAddition => crate::connections::additions::expire(app, AdditionId(job.subject)).await,
        Kind::Look => flow::look(app).await,
        Kind::PasswordReset => passwords::look_into(app, job.subject).await,
        Kind::Sweep => sweep::sweep(app).await,
        Kind::Repair => flow::repair(app, ConnectionId(job.subject)).await,
        Kind::Nightly => upkeep::nightly(app).await,
        Kind::Check => upkeep::check(app).await,
        Kind::Index => drawings::search::index(app, ProjectId(job.subject)).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_and_is_bounded() {
        assert_eq!(backoff(0), SignedDuration::from_secs(1));
        assert_eq!(backoff(3), SignedDuration::from_secs(8));
        assert_eq!(backoff(100), SignedDuration::from_secs(600));
    }
}
