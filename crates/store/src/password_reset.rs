//! Requests for a new password: written for any address, looked into in the background, so that nothing tells which address has a sign-in
//! (`PPL-03`).

use jiff::Timestamp;
use sluice_domain::PersonId;
use uuid::Uuid;

use crate::{Result, Session, Tx, args, record, sql};

record! {
    /// A request whose link leads somewhere.
    pub struct Reset {
        /// Which.
        pub id: Uuid,
        /// Whose password.
        pub person_id: PersonId,
        /// Their address.
        pub email: String,
        /// Until when.
        pub expires_at: Timestamp,
        /// Used, or replaced by another change of the password.
        pub used_at: Option<Timestamp>,
    }
}

/// How often a new password was asked for, for an address, since an instant.
pub async fn asked_since(db: &mut Session, email: &str, since: Timestamp) -> Result<i64> {
    db.value(
        sql!("select count(*) as value from password_reset where email = $1 and created_at > $2"),
        args![email, since],
    )
    .await
}

/// Notes that a new password was asked for.
pub async fn insert(tx: &mut Tx, id: Uuid, email: &str, now: Timestamp, expires_at: Timestamp) -> Result<()> {
    tx.run(
        sql!("insert into password_reset (id, email, created_at, expires_at) values ($1, $2, $3, $4)"),
        args![id, email, now, expires_at],
    )
    .await?;
    Ok(())
}

/// Forgets requests that ran out before an instant.
pub async fn prune(tx: &mut Tx, before: Timestamp) -> Result<()> {
    tx.run(sql!("delete from password_reset where expires_at < $1"), args![before]).await?;
    Ok(())
}

/// The address of a request that was not looked into yet.
pub async fn address(db: &mut Session, id: Uuid) -> Result<Option<String>> {
    let found: Option<(String,)> = db
        .maybe(
            sql!("select email as value from password_reset where id = $1 and person_id is null"),
            args![id],
        )
        .await?;
    Ok(found.map(|(email,)| email))
}

/// Makes a request one that a link leads to.
pub async fn assign(tx: &mut Tx, id: Uuid, person: PersonId, token_hash: [u8; 32]) -> Result<()> {
    tx.run(
        sql!("update password_reset set person_id = $2, token_hash = $3 where id = $1 and person_id is null"),
        args![id, person, token_hash.to_vec()],
    )
    .await?;
    Ok(())
}

/// The request of a token, whatever its state.
pub async fn by_token(db: &mut Session, token_hash: [u8; 32]) -> Result<Option<Reset>> {
    db.maybe(
        sql!(
            "select r.id, r.person_id, p.email, r.expires_at, r.used_at
               from password_reset r join person p on p.id = r.person_id
              where r.token_hash = $1"
        ),
        args![token_hash.to_vec()],
    )
    .await
}

/// Uses a request up; answers whether it was still open (it works once).
pub async fn consume(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<bool> {
    let used = tx
        .run(sql!("update password_reset set used_at = $2 where id = $1 and used_at is null"), args![id, now])
        .await?;
    Ok(used == 1)
}

/// Closes a person's other requests: a link in an older mail must not change the password again.
pub async fn close_all(tx: &mut Tx, person: PersonId, now: Timestamp) -> Result<()> {
    tx.run(
        sql!("update password_reset set used_at = $2 where person_id = $1 and used_at is null"),
        args![person, now],
    )
    .await?;
    Ok(())
}

/// Whether a person has a link that still leads somewhere.
pub async fn open(db: &mut Session, person: PersonId, now: Timestamp) -> Result<bool> {
    let open: i64 = db
        .value(
            sql!(
                "select count(*) as value from password_reset where person_id = $1 and used_at is null and expires_at > $2"
            ),
            args![person, now],
        )
        .await?;
    Ok(open > 0)
}
