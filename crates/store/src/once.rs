//! Requests that take effect once: reserved under a key before they begin, marked in the very transaction of their effect, answered afterwards.
//!
//! [`under`] runs a request under its claim; [`crate::Tx::commit`] marks the claim of whoever runs in it, so that effect and mark are both on
//! the disk or neither. A claim that somebody else took over cannot commit any more ([`Error::TakenOver`]).

use std::future::Future;

use jiff::Timestamp;
use sluice_domain::PersonId;
use uuid::Uuid;

use crate::{Error, Result, Session, Sha256, Tx, args, record, sql};

/// The right to carry a request out, until its lease ends.
#[derive(Debug, Clone)]
pub struct Claim {
    /// Whose key.
    pub person: PersonId,
    /// The key.
    pub key: String,
    /// Which attempt.
    pub id: Uuid,
}

tokio::task_local! {
    static CLAIM: Claim;
}

/// Runs a request under its claim.
pub async fn under<F: Future>(claim: Claim, request: F) -> F::Output {
    CLAIM.scope(claim, request).await
}

/// Marks the claim under which this runs, if any.
pub(crate) async fn mark(tx: &mut Tx) -> Result<()> {
    let Ok(claim) = CLAIM.try_with(Clone::clone) else { return Ok(()) };
    let marked = tx
        .run(
            sql!("update idempotent_request set took_effect = true where person_id = $1 and key = $2 and claim = $3"),
            args![claim.person, &claim.key, claim.id],
        )
        .await?;
    if marked == 1 { Ok(()) } else { Err(Error::TakenOver) }
}

/// What a request was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: i64,
    /// `Content-Type`.
    pub content_type: Option<String>,
    /// `Location`.
    pub location: Option<String>,
    /// `ETag`.
    pub etag: Option<String>,
    /// Body.
    pub body: String,
}

/// Where a key stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It is the caller's to carry out.
    Mine,
    /// Somebody carries it out now.
    Running,
    /// It took effect, and whoever carried it out died before the answer was kept.
    AnswerLost,
    /// It was answered.
    Answered(Answer),
    /// The key stands for another request.
    OtherRequest,
}

record! {
    /// A row as it stands.
    pub struct RequestRow {
        /// Of route and body.
        pub request_hash: Sha256,
        /// Who carries it out.
        pub claim: Uuid,
        /// Until when.
        pub lease_until: Timestamp,
        /// Something of it was committed.
        pub took_effect: bool,
        /// HTTP status, once answered.
        pub status: Option<i64>,
        /// `Content-Type`.
        pub content_type: Option<String>,
        /// `Location`.
        pub location: Option<String>,
        /// `ETag`.
        pub etag: Option<String>,
        /// Body.
        pub body: Option<String>,
    }
}

impl RequestRow {
    fn standing(self, request_hash: Sha256, now: Timestamp) -> Option<Standing> {
        if self.request_hash != request_hash {
            return Some(Standing::OtherRequest);
        }
        if let Some(status) = self.status {
            return Some(Standing::Answered(Answer {
                status,
                content_type: self.content_type,
                location: self.location,
                etag: self.etag,
                body: self.body.unwrap_or_default(),
            }));
        }
        if self.lease_until > now {
            return Some(Standing::Running);
        }
        // Died before it took effect: free for the next one.
        self.took_effect.then_some(Standing::AnswerLost)
    }
}

async fn row(db: &mut Session, claim: &Claim) -> Result<Option<RequestRow>> {
    db.maybe(
        sql!(
            "select request_hash, claim, lease_until, took_effect, status, content_type, location, etag, body
               from idempotent_request where person_id = $1 and key = $2"
        ),
        args![claim.person, &claim.key],
    )
    .await
}

/// Where the key of a claim stands, without touching it; `None` where it is free.
pub async fn look(
    db: &mut Session,
    claim: &Claim,
    request_hash: Sha256,
    now: Timestamp,
) -> Result<Option<Standing>> {
    Ok(row(db, claim).await?.and_then(|row| row.standing(request_hash, now)))
}

/// Reserves a key for this claim, or says how it stands.
pub async fn reserve(
    tx: &mut Tx,
    claim: &Claim,
    request_hash: Sha256,
    now: Timestamp,
    lease_until: Timestamp,
) -> Result<Standing> {
    let new = tx
        .run(
            sql!(
                "insert into idempotent_request (person_id, key, request_hash, claim, lease_until, created_at)
                 values ($1, $2, $3, $4, $5, $6) on conflict (person_id, key) do nothing"
            ),
            args![claim.person, &claim.key, request_hash, claim.id, lease_until, now],
        )
        .await?;
    if new == 1 {
        return Ok(Standing::Mine);
    }
    // Gone again meanwhile: it was let go, and the caller asks once more.
    let Some(row) = row(tx, claim).await? else { return Ok(Standing::Running) };
    let dead = row.claim;
    if let Some(standing) = row.standing(request_hash, now) {
        return Ok(standing);
    }
    let taken = tx
        .run(
            sql!(
                "update idempotent_request set claim = $4, lease_until = $5
                  where person_id = $1 and key = $2 and claim = $3 and not took_effect and status is null"
            ),
            args![claim.person, &claim.key, dead, claim.id, lease_until],
        )
        .await?;
    Ok(if taken == 1 { Standing::Mine } else { Standing::Running })
}

/// Prolongs a claim while its request runs.
pub async fn prolong(tx: &mut Tx, claim: &Claim, lease_until: Timestamp) -> Result<()> {
    tx.run(
        sql!(
            "update idempotent_request set lease_until = $4 where person_id = $1 and key = $2 and claim = $3"
        ),
        args![claim.person, &claim.key, claim.id, lease_until],
    )
    .await?;
    Ok(())
}

/// Keeps the answer of a claim.
pub async fn answer(tx: &mut Tx, claim: &Claim, answer: &Answer) -> Result<()> {
    tx.run(
        sql!(
            "update idempotent_request set status = $4, content_type = $5, location = $6, etag = $7, body = $8
              where person_id = $1 and key = $2 and claim = $3"
        ),
        args![
            claim.person,
            &claim.key,
            claim.id,
            answer.status,
            answer.content_type.clone(),
            answer.location.clone(),
            answer.etag.clone(),
            &answer.body
        ],
    )
    .await?;
    Ok(())
}

/// Lets go of a claim that changed nothing: the key is free again. One that took effect stays, and its lease ends.
pub async fn release(tx: &mut Tx, claim: &Claim) -> Result<()> {
    tx.run(
        sql!("delete from idempotent_request where person_id = $1 and key = $2 and claim = $3 and not took_effect"),
        args![claim.person, &claim.key, claim.id],
    )
    .await?;
    tx.run(
        sql!(
            "update idempotent_request set lease_until = 0 where person_id = $1 and key = $2 and claim = $3"
        ),
        args![claim.person, &claim.key, claim.id],
    )
    .await?;
    Ok(())
}

/// Lets go of every claim that was not answered: what did not take effect can be tried again at once. Only for a process that knows that no
/// other one works here.
pub async fn release_all(tx: &mut Tx) -> Result<u64> {
    tx.run(
        sql!("update idempotent_request set lease_until = 0 where status is null and lease_until > 0"),
        args![],
    )
    .await
}

/// Forgets keys that began before; answers how many.
pub async fn forget(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    tx.run(sql!("delete from idempotent_request where created_at < $1"), args![before]).await
}
