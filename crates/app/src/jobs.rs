//! Background work: claims what is due, runs it by its kind, says what comes next.
//!
//! Every kind is idempotent: a node that dies in the middle loses its lease and somebody does it again. The normal path is the path after a crash.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use sluice_domain::{AdditionId, ConnectionId, ExportId, UploadFileId};
use sluice_store::Tx;
use sluice_store::job::{self, Job, Lane};
use uuid::Uuid;

use crate::{App, Result, export, flow, mail, passwords, sweep, uploads};

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
    /// Write everything of a company into an archive, or remove one. Subject: the export.
    Export,
}

impl Kind {
    const ALL: [Self; 10] = [
        Self::Reconcile,
        Self::Ingest,
        Self::Mail,
        Self::Digest,
        Self::Expire,
        Self::ExpireAddition,
        Self::Look,
        Self::PasswordReset,
        Self::Sweep,
        Self::Export,
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
            Self::Export => "export",
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

/// Schedules work in the transaction that causes it.
pub async fn schedule(app: &App, tx: &mut Tx, kind: Kind, subject: Uuid, run_at: Timestamp) -> Result<()> {
    Ok(job::schedule(tx, app.environment.id(), kind.key(), subject, run_at).await?)
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
    Ok(job::schedule_missing(tx, kind.key(), work, run_at).await?)
}

/// Works until `stop`: so many quick pieces and so many files at a time, and as many mails as the mail server is given at once.
pub async fn run(app: App, quick: usize, files: usize, stop: tokio_util::sync::CancellationToken) {
    let lanes = std::iter::repeat_n(Lane::Quick, quick.max(1))
        .chain(std::iter::repeat_n(Lane::Ingest, files.max(1)))
        .chain(std::iter::repeat_n(Lane::Mail, mail::AT_ONCE))
        // One archive at a time: it is in no hurry, and the disk is everybody's.
        .chain([Lane::Export]);
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
    while step(app, Lane::Quick).await?
        || step(app, Lane::Ingest).await?
        || step(app, Lane::Export).await?
        || step(app, Lane::Mail).await?
    {}
    Ok(())
}

/// Claims and runs one piece; answers whether there was one.
pub async fn step(app: &App, lane: Lane) -> Result<bool> {
    let now = app.environment.now();
    let Some(job) = job::claim(&app.db, lane, now, now + LEASE).await? else { return Ok(false) };
    // More may be due: let a second worker look at once.
    app.live.wake();
    // Side by side: the work may hold the one writer while its lease is being prolonged.
    let hold = async {
        loop {
            tokio::time::sleep(PROLONG).await;
            job::prolong(&app.db, &job, app.environment.now() + LEASE).await?;
        }
    };
    let outcome = tokio::select! {
        outcome = perform(app, &job) => outcome,
        failed = hold => failed,
    };
    match outcome {
        Ok(Outcome::Done) => job::done(&app.db, &job).await?,
        Ok(Outcome::RetryAt(at, error)) => job::retry(&app.db, &job, at, error.as_deref()).await?,
        Err(error) => {
            tracing::error!(kind = job.kind, subject = %job.subject, error = &error as &dyn std::error::Error, "background work failed");
            let at = app.environment.now() + backoff(job.attempts);
            job::retry(&app.db, &job, at, Some(&chain(&error))).await?;
        }
    }
    Ok(true)
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
