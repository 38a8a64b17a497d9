//! Tokens for scripts: made once, shown once, kept as a hash; what a request with one may do (`PPL-11`).
//!
//! A token is `sluice_` and 48 bytes in base64: 16 that say which it is, 32 that are secret. The first find the row, the others are compared
//! in constant time with its hash (`SEC-04`).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use sha2::{Digest, Sha256};
use sluice_domain::permission::Scopes;
use sluice_domain::{PersonId, TokenId};
pub use sluice_store::token::Token;
use sluice_store::token::{self, NewToken};
use sluice_store::{Session, Tx};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use crate::{App, Caller, Error, Result, audit, companies};

/// What every token begins with, so that one that was left somewhere is known for what it is.
const PREFIX: &str = "sluice_";

const ID_BYTES: usize = 16;
const SECRET_BYTES: usize = 32;

/// Days a token works where nothing else is asked, and at most: one that nobody remembers ends by itself.
const DAYS: i64 = 90;
const DAYS_MAX: i64 = 366;

/// Tokens that one owner has at a time.
const TOKENS_MAX: usize = 50;

/// A token is marked as used at most this often: reading must not write.
const TOUCH: SignedDuration = SignedDuration::from_mins(5);

/// What a token is wanted for.
#[derive(Debug)]
pub struct Wanted<'a> {
    /// What its owner calls it.
    pub name: &'a str,
    /// Scopes, as words.
    pub scopes: &'a [String],
    /// Days until it ends.
    pub days: Option<i64>,
}

/// A token that was just made, with its secret: the only time that it is seen.
#[derive(Debug)]
pub struct Made {
    /// As it will be listed.
    pub token: Token,
    /// What a script sends.
    pub secret: String,
}

fn hash(secret: &[u8]) -> [u8; 32] {
    Sha256::digest(secret).into()
}

/// Makes a token for an owner, in the transaction of whoever may.
pub(crate) async fn make(
    app: &App,
    tx: &mut Tx,
    owner: PersonId,
    by: PersonId,
    wanted: &Wanted<'_>,
) -> Result<Made> {
    let name = companies::name("/name", wanted.name)?;
    let scopes = Scopes::from_words(wanted.scopes.iter().map(String::as_str)).map_err(|word| {
        Error::field(
            "/scopes",
            "unknown_scope",
            format!("There is no scope {word}: it is drawings:read, for example."),
        )
    })?;
    if scopes == Scopes::NONE {
        return Err(Error::field("/scopes", "scopes_missing", "Name at least one scope."));
    }
    let days = wanted.days.unwrap_or(DAYS);
    if !(1..=DAYS_MAX).contains(&days) {
        let detail = format!("A token works for 1 to {DAYS_MAX} days.");
        return Err(Error::field("/expires_in_days", "unsound_days", detail));
    }
    if token::of_person(tx, owner).await?.len() >= TOKENS_MAX {
        return Err(Error::refused(
            "too_many",
            format!("At most {TOKENS_MAX} tokens at a time: revoke one first."),
        ));
    }
    let now = app.environment.now();
    let (id, secret): (TokenId, _) = (app.environment.id(), app.environment.secret());
    let expires_at = now + SignedDuration::from_hours(24) * i32::try_from(days).unwrap_or(i32::MAX);
    let new = NewToken { id, owner, name: &name, hash: hash(&secret), scopes, by, expires_at };
    token::insert(tx, &new, now).await?;
    let listed = token::of_person(tx, owner).await?.into_iter().find(|token| token.id == id);
    let token = listed.ok_or_else(|| Error::code("not_found"))?;
    let mut bytes = id.0.as_bytes().to_vec();
    bytes.extend_from_slice(&secret);
    Ok(Made { token, secret: format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes)) })
}

/// What the audit log says of a token.
pub(crate) fn detail(made: &Token) -> String {
    format!("{}: {}", made.name, made.scopes.words().join(" "))
}

/// The caller's own tokens.
pub async fn list(app: &App, who: Caller) -> Result<Vec<Token>> {
    who.own()?;
    let mut db = app.db.read().await?;
    Ok(token::of_person(&mut db, who.person).await?)
}

/// Makes a token of the caller's own.
pub async fn create(app: &App, who: Caller, wanted: &Wanted<'_>) -> Result<Made> {
    who.own()?;
    let mut tx = app.db.begin().await?;
    let made = make(app, &mut tx, who.person, who.person, wanted).await?;
    let kind = audit::Kind::TokenCreated;
    audit::note_own(app, &mut tx, who.person, kind, who.into(), &detail(&made.token)).await?;
    tx.commit().await?;
    Ok(made)
}

/// Ends one of the caller's own tokens.
pub async fn revoke(app: &App, who: Caller, id: TokenId) -> Result<()> {
    who.own()?;
    let mut tx = app.db.begin().await?;
    let name = token::revoke(&mut tx, who.person, id, app.environment.now())
        .await?
        .ok_or_else(|| Error::code("not_found"))?;
    audit::note_own(app, &mut tx, who.person, audit::Kind::TokenRevoked, who.into(), &name).await?;
    tx.commit().await?;
    app.live.ended(crate::live::Ending::Person(who.person));
    Ok(())
}

/// The parts of a token as it is sent.
fn parts(text: &str) -> Option<(TokenId, [u8; SECRET_BYTES])> {
    let bytes = URL_SAFE_NO_PAD.decode(text.strip_prefix(PREFIX)?).ok()?;
    let (id, secret) = bytes.split_at_checked(ID_BYTES)?;
    Some((TokenId(Uuid::from_slice(id).ok()?), secret.try_into().ok()?))
}

/// The caller behind a token, if it works.
pub async fn caller(app: &App, text: &str) -> Result<Option<Caller>> {
    let Some((id, secret)) = parts(text) else { return Ok(None) };
    let now = app.environment.now();
    let presented = {
        let mut db = app.db.read().await?;
        token::live(&mut db, id, now).await?
    };
    let Some(presented) = presented else { return Ok(None) };
    if !bool::from(presented.token_hash.0.ct_eq(&hash(&secret))) {
        return Ok(None);
    }
    if presented.last_used_at.is_none_or(|last| now.duration_since(last) > TOUCH) {
        let mut tx = app.db.begin().await?;
        token::touch(&mut tx, id, now).await?;
        tx.commit().await?;
    }
    Ok(Some(Caller::with_token(presented.person_id, id, presented.scopes)))
}

/// Whether a token still works: open streams ask before each hint (`SEC-09`).
pub(crate) async fn lives(app: &App, db: &mut Session, id: TokenId) -> Result<bool> {
    Ok(token::live(db, id, app.environment.now()).await?.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ppl_11_only_a_whole_token_is_one() {
        let whole = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode([7_u8; ID_BYTES + SECRET_BYTES]));
        assert_eq!(parts(&whole).map(|(_, secret)| secret), Some([7; SECRET_BYTES]));
        for wrong in ["", PREFIX, &whole[1..], &whole[..whole.len() - 2], &format!("{whole}AA")] {
            assert!(parts(wrong).is_none(), "{wrong}");
        }
    }
}
