//! Passwords: changing one's own, and a new one by mail for whoever forgot it.
//!
//! Nothing tells whether an address has a sign-in (`PPL-03`): a request for a new password is written down for any address alike, and what it
//! leads to is found out in the background.

use jiff::SignedDuration;
use sluice_domain::people::email_key;
use sluice_store::password_reset::{self, Reset};
use sluice_store::{Session, Tx, person};
use uuid::Uuid;

use crate::audit::{By, Kind};
use crate::jobs::{self, Outcome};
use crate::live::Ending;
use crate::sign_in::{self, Token, hash, new_token, token_hash};
use crate::{App, Caller, Error, Result, audit, mail, me};

/// The link in the mail works for this long.
const OPEN: SignedDuration = SignedDuration::from_hours(1);

/// Requests that are looked into, an address and hour: nobody's mailbox is filled by others.
const ASKED_MAX: i64 = 3;

/// Requests are forgotten when they ran out this long ago.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// Changes the caller's password. Their other sessions end, and they are told by mail.
pub async fn change(app: &App, who: Caller, current: &str, new: &str) -> Result<()> {
    let session = who.own()?;
    let me = me::get(app, who).await?;
    match sign_in::prove(app, &me.email, current).await {
        Err(error) if error.public_code() == Some("bad_credentials") => {
            return Err(Error::field("/current_password", "wrong_password", "This is not your password."));
        }
        proven => proven?,
    };
    let hash = hash(app, new).await?;
    let now = app.environment.now();
    let mut tx = app.db.begin().await?;
    person::revoke_other_sessions(&mut tx, me.id, session, now).await?;
    set(app, &mut tx, &me, &hash, who.into(), "by themselves").await?;
    tx.commit().await?;
    app.live.ended(Ending::Person(me.id));
    app.live.wake();
    Ok(())
}

/// Writes a new password, closes links to further ones, tells its owner and the log.
async fn set(app: &App, tx: &mut Tx, of: &person::Person, hash: &str, by: By, how: &str) -> Result<()> {
    person::set_password(tx, of.id, hash).await?;
    password_reset::close_all(tx, of.id, app.environment.now()).await?;
    audit::note_own(app, tx, of.id, Kind::PasswordChanged, by, how).await?;
    mail::post_own(app, tx, of.id, mail::Kind::PasswordChanged, vec![]).await
}

/// Sets a person's password and ends their sessions; for the operator.
pub async fn reset_by_operator(app: &App, email: &str, password: &str) -> Result<()> {
    let hash = hash(app, password).await?;
    let email = email_key(email).unwrap_or_default();
    let mut tx = app.db.begin().await?;
    let person = person::by_email(&mut tx, &email)
        .await?
        .ok_or_else(|| Error::refused("not_found", "No sign-in has this address."))?;
    person::revoke_sessions(&mut tx, person.id, app.environment.now()).await?;
    person::clear_throttle(&mut tx, &email).await?;
    set(app, &mut tx, &person, &hash, By::NOBODY, "by the operator").await?;
    tx.commit().await?;
    app.live.ended(Ending::Person(person.id));
    Ok(())
}

/// Asks for a new password by mail. The answer and the work are the same for any address.
pub async fn ask(app: &App, email: &str) -> Result<()> {
    let email = crate::companies::email("/email", email)?;
    let now = app.environment.now();
    let mut tx = app.db.begin().await?;
    password_reset::prune(&mut tx, now - KEPT).await?;
    let asked = password_reset::asked_since(&mut tx, &email, now - OPEN).await?;
    let id: Uuid = app.environment.id();
    password_reset::insert(&mut tx, id, &email, now, now + OPEN).await?;
    if asked < ASKED_MAX {
        jobs::schedule(app, &mut tx, jobs::Kind::PasswordReset, id, now).await?;
    }
    tx.commit().await?;
    app.live.wake();
    Ok(())
}

/// Finds out whether a request leads anywhere, and if it does sends the link. Somebody who never had a password has an invitation instead.
pub(crate) async fn look_into(app: &App, id: Uuid) -> Result<Outcome> {
    let mut tx = app.db.begin().await?;
    let Some(email) = password_reset::address(&mut tx, id).await? else { return Ok(Outcome::Done) };
    let person = person::by_email(&mut tx, &email).await?;
    let Some(person) = person.filter(|person| person.password_hash.is_some()) else {
        return Ok(Outcome::Done);
    };
    let (Token(token), hash) = new_token(app);
    password_reset::assign(&mut tx, id, person.id, hash).await?;
    audit::note_own(app, &mut tx, person.id, Kind::PasswordResetAsked, By::NOBODY, "").await?;
    let facts = vec![("token_path", format!("/password-resets/{token}"))];
    mail::post_own(app, &mut tx, person.id, mail::Kind::PasswordReset, facts).await?;
    tx.commit().await?;
    app.live.wake();
    Ok(Outcome::Done)
}

async fn open(app: &App, db: &mut Session, token: &str) -> Result<Reset> {
    let reset =
        password_reset::by_token(db, token_hash(token)).await?.ok_or_else(|| Error::code("not_found"))?;
    if reset.used_at.is_some() {
        return Err(Error::code("password_reset_used"));
    }
    if reset.expires_at <= app.environment.now() {
        return Err(Error::code("password_reset_expired"));
    }
    Ok(reset)
}

/// What the page behind the link shows: for whose address a password is chosen.
pub async fn look(app: &App, token: &str) -> Result<Reset> {
    let mut db = app.db.read().await?;
    open(app, &mut db, token).await
}

/// Sets the new password. All sessions end; whoever it was signs in with it.
pub async fn complete(app: &App, token: &str, password: &str) -> Result<()> {
    look(app, token).await?;
    let hash = hash(app, password).await?;
    let now = app.environment.now();
    let mut tx = app.db.begin().await?;
    // Judged again inside: of two at once, one wins.
    let reset = open(app, &mut tx, token).await?;
    if !password_reset::consume(&mut tx, reset.id, now).await? {
        return Err(Error::code("password_reset_used"));
    }
    let person = person::get(&mut tx, reset.person_id).await?.ok_or_else(|| Error::code("not_found"))?;
    person::revoke_sessions(&mut tx, person.id, now).await?;
    person::clear_throttle(&mut tx, &reset.email).await?;
    set(app, &mut tx, &person, &hash, By::NOBODY, "by a link sent to their address").await?;
    tx.commit().await?;
    app.live.ended(Ending::Person(person.id));
    app.live.wake();
    Ok(())
}
