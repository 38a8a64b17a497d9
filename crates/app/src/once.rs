//! Requests that take effect once, however often they are sent (`Idempotency-Key`): a key belongs to person, route and body (`SEC-09`).
//!
//! The order is: reserve the key, carry the request out under the claim, keep the answer. The store marks the claim in the transaction of the
//! effect, so a crash anywhere in between is seen for what it is (ADR 0012).

use std::future::Future;
use std::time::Duration;

use jiff::SignedDuration;
use sluice_store::once::{self, Standing};
pub use sluice_store::once::{Answer, Claim};
use sluice_store::{Error as StoreError, Sha256};
use tokio::time::Instant;

use crate::{App, Caller, Error, Result};

/// How long a claim holds; a request that takes longer prolongs it.
const LEASE: SignedDuration = SignedDuration::from_secs(60);

/// How often a long request prolongs its claim.
const PROLONG: Duration = Duration::from_secs(20);

/// How long the second of two waits for the answer to the first before it is told to come back.
const PATIENCE: Duration = Duration::from_secs(5);

/// Seconds after which it makes sense to come back.
const COME_BACK: i64 = 2;

/// An answer can be had again for at least this long.
pub(crate) const KEPT: SignedDuration = SignedDuration::from_hours(48);

/// What to do with a request.
#[derive(Debug)]
pub enum Turn {
    /// Carry it out under this claim.
    First(Claim),
    /// Give this answer again.
    Again(Answer),
}

/// Asks for the turn of a request, waiting a moment for another that has it.
pub async fn turn(app: &App, who: Caller, key: &str, request_hash: [u8; 32]) -> Result<Turn> {
    let claim = Claim { person: who.person, key: key.to_owned(), id: app.environment.id() };
    let hash = Sha256(request_hash);
    let began = Instant::now();
    let mut pause = Duration::from_millis(10);
    loop {
        let standing = {
            let now = app.environment.now();
            let mut tx = app.db.begin().await?;
            let standing = once::reserve(&mut tx, &claim, hash, now, now + LEASE).await?;
            tx.commit().await?;
            standing
        };
        match standing {
            Standing::Mine => return Ok(Turn::First(claim)),
            Standing::Answered(answer) => return Ok(Turn::Again(answer)),
            Standing::AnswerLost => return Err(Error::code("idempotency_answer_lost")),
            Standing::OtherRequest => return Err(Error::code("key_reused")),
            Standing::Running => {}
        }
        // Looking needs no writer.
        loop {
            if began.elapsed() >= PATIENCE {
                return Err(Error::retry("idempotency_in_progress", COME_BACK));
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_millis(200));
            let mut db = app.db.read().await?;
            if once::look(&mut db, &claim, hash, app.environment.now()).await? != Some(Standing::Running) {
                break;
            }
        }
    }
}

/// Carries a request out under its claim, however long it takes.
pub async fn under<F: Future>(app: &App, claim: &Claim, request: F) -> F::Output {
    // Both go on side by side: the request may hold the one writer while this waits for it.
    let hold = async {
        loop {
            tokio::time::sleep(PROLONG).await;
            if let Err(error) = prolong(app, claim).await {
                // The claim is then perhaps taken over, and the request cannot commit: safe either way.
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "a request's key could not be held on to"
                );
            }
        }
    };
    tokio::select! {
        done = once::under(claim.clone(), request) => done,
        never = hold => never,
    }
}

async fn prolong(app: &App, claim: &Claim) -> Result<()> {
    let mut tx = app.db.begin().await?;
    once::prolong(&mut tx, claim, app.environment.now() + LEASE).await?;
    Ok(tx.commit().await?)
}

/// Keeps the answer.
pub async fn answered(app: &App, claim: &Claim, answer: &Answer) -> Result<()> {
    let mut tx = app.db.begin().await?;
    once::answer(&mut tx, claim, answer).await?;
    Ok(tx.commit().await?)
}

/// Lets go of a claim: the request was refused or failed. If nothing of it took effect, trying again is free.
pub async fn let_go(app: &App, claim: &Claim) -> Result<()> {
    let mut tx = app.db.begin().await?;
    once::release(&mut tx, claim).await?;
    Ok(tx.commit().await?)
}

/// What a failure of the store means to whoever asked: one whose claim was taken over is carried out by somebody else.
pub(crate) fn meaning(error: StoreError) -> Error {
    match error {
        StoreError::TakenOver => Error::retry("idempotency_in_progress", COME_BACK),
        error => Error::Store(error),
    }
}
