//! Tokens for scripts, of people and of service accounts (`PPL-11`). Only a hash of a token's secret part is kept (`SEC-04`).

use jiff::Timestamp;
use sluice_domain::permission::{Permit, Scopes, act};
use sluice_domain::{PersonId, TokenId};

use crate::row::{Field, Record, Row};
use crate::{Result, Session, Sha256, Tx, args, record, sql};

record! {
    /// A token as it is listed.
    pub struct Token {
        /// Which.
        pub id: TokenId,
        /// What its owner calls it.
        pub name: String,
        /// What it may be used for.
        pub scopes: Scopes,
        /// Who made it, by name.
        pub created_by: String,
        /// When.
        pub created_at: Timestamp,
        /// It works until then.
        pub expires_at: Timestamp,
        /// Last used, to a few minutes.
        pub last_used_at: Option<Timestamp>,
    }
}

record! {
    /// What a request with a token is judged by.
    pub struct Presented {
        /// Whose it is.
        pub person_id: PersonId,
        /// Hash of the secret part.
        pub token_hash: Sha256,
        /// What it may be used for.
        pub scopes: Scopes,
        /// Last used.
        pub last_used_at: Option<Timestamp>,
    }
}

/// A new token.
#[derive(Debug)]
pub struct NewToken<'a> {
    /// Which.
    pub id: TokenId,
    /// Whose: a person, or a service account.
    pub owner: PersonId,
    /// What its owner calls it.
    pub name: &'a str,
    /// Hash of the secret part.
    pub hash: [u8; 32],
    /// What it may be used for.
    pub scopes: Scopes,
    /// Who makes it.
    pub by: PersonId,
    /// It works until then.
    pub expires_at: Timestamp,
}

/// Adds a token.
pub async fn insert(tx: &mut Tx, token: &NewToken<'_>, now: Timestamp) -> Result<()> {
    tx.run(
        sql!(
            "insert into api_token (id, person_id, name, token_hash, scopes, created_by, created_at, expires_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8)"
        ),
        args![
            token.id,
            token.owner,
            token.name,
            token.hash.to_vec(),
            token.scopes,
            token.by,
            now,
            token.expires_at
        ],
    )
    .await?;
    Ok(())
}

/// The tokens of an owner that still work or have run out, newest first; revoked ones are gone.
pub async fn of_person(db: &mut Session, owner: PersonId) -> Result<Vec<Token>> {
    db.all(
        sql!(
            "select t.id, t.name, t.scopes, p.name as created_by, t.created_at, t.expires_at, t.last_used_at
               from api_token t join person p on p.id = t.created_by
              where t.person_id = $1 and t.revoked_at is null order by t.id desc"
        ),
        args![owner],
    )
    .await
}

/// A token with whose it is.
struct Owned {
    owner: PersonId,
    token: Token,
}

impl Record for Owned {
    fn read(row: &Row<'_>) -> Result<Self> {
        Ok(Self { owner: PersonId::read(row, "owner_id")?, token: Token::read(row)? })
    }
}

/// The tokens of all service accounts of a company, newest first.
pub async fn of_services(
    db: &mut Session,
    permit: &Permit<act::ManageServiceAccounts>,
) -> Result<Vec<(PersonId, Token)>> {
    let rows: Vec<Owned> = db
        .all(
            sql!(
                "select t.person_id as owner_id, t.id, t.name, t.scopes, b.name as created_by, t.created_at, t.expires_at, t.last_used_at
                   from directory_entry e
                   join person p on p.id = e.person_id and p.service
                   join api_token t on t.person_id = e.person_id and t.revoked_at is null
                   join person b on b.id = t.created_by
                  where e.company_id = $1 order by t.id desc"
            ),
            args![permit.company()],
        )
        .await?;
    Ok(rows.into_iter().map(|row| (row.owner, row.token)).collect())
}

/// A token that still works, to be compared with what was presented.
pub async fn live(db: &mut Session, id: TokenId, now: Timestamp) -> Result<Option<Presented>> {
    db.maybe(
        sql!(
            "select person_id, token_hash, scopes, last_used_at from api_token
              where id = $1 and revoked_at is null and expires_at > $2"
        ),
        args![id, now],
    )
    .await
}

/// Notes that a token was used.
pub async fn touch(tx: &mut Tx, id: TokenId, now: Timestamp) -> Result<()> {
    tx.run(sql!("update api_token set last_used_at = $2 where id = $1"), args![id, now]).await?;
    Ok(())
}

/// Ends one of an owner's tokens; answers its name, if there was one.
pub async fn revoke(tx: &mut Tx, owner: PersonId, id: TokenId, now: Timestamp) -> Result<Option<String>> {
    let revoked: Option<(String,)> = tx
        .maybe(
            sql!(
                "update api_token set revoked_at = $3 where id = $1 and person_id = $2 and revoked_at is null returning name as value"
            ),
            args![id, owner, now],
        )
        .await?;
    Ok(revoked.map(|(name,)| name))
}
