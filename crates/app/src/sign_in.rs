//! Signing in: proving a password, sessions, lock-out.
//!
//! Nothing here tells whether an address has a sign-in: a wrong address costs the same work and gets the same answer as a wrong password (`SEC-04`).

use std::sync::atomic::Ordering;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use sluice_domain::PersonId;
use sluice_domain::people::{PASSWORD_BYTES_MAX, PASSWORD_CHARACTERS_MIN, email_key};
use sluice_store::company::{self, Membership};
use sluice_store::person::{self, Person, SignIn, Throttle};
use uuid::Uuid;
use zxcvbn::{Score, zxcvbn};

use crate::live::Ending;
use crate::me::{self, Browser};
use crate::{App, Caller, Error, Result, Way, audit, tokens};

/// A session ends after this long, used or not.
const SESSION: SignedDuration = SignedDuration::from_hours(24 * 30);

/// A session is marked as used at most this often: reading must not write.
const TOUCH: SignedDuration = SignedDuration::from_mins(5);

/// Failed tries in a row before an address is locked for a while.
const FAILURES_FREE: i64 = 5;

/// The first lock; it doubles with each further failure, up to [`LOCK_MAX`].
const LOCK: SignedDuration = SignedDuration::from_secs(30);

/// The longest lock: long enough to stop guessing, short enough not to be a weapon.
const LOCK_MAX: SignedDuration = SignedDuration::from_mins(15);

/// Failures older than this are forgotten.
pub(crate) const FORGET: SignedDuration = SignedDuration::from_hours(24);

/// As much of a password is looked at to say how hard it is to guess; the work grows faster than the length.
const JUDGED_CHARACTERS: usize = 100;

/// A person who is signed in, with the companies they can choose as their view.
#[derive(Debug)]
pub struct SignedIn {
    /// The person.
    pub person: Person,
    /// Companies in whose directory they are active.
    pub companies: Vec<Membership>,
}

/// The session's token, as it goes into the cookie; only its hash is stored.
#[derive(Debug)]
pub struct Token(pub String);

pub(crate) fn token_hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// A token of 256 random bits and its hash.
pub(crate) fn new_token(app: &App) -> (Token, [u8; 32]) {
    let token = URL_SAFE_NO_PAD.encode(app.environment.secret());
    let hash = token_hash(&token);
    (Token(token), hash)
}

/// Signs a person in with address and password.
pub async fn sign_in(
    app: &App,
    email: &str,
    password: &str,
    browser: Browser<'_>,
) -> Result<(Token, SignedIn)> {
    let email = email_key(email).unwrap_or_else(|| email.trim().to_lowercase().chars().take(254).collect());
    let person = prove(app, &email, password).await?;
    let mut tx = app.db.begin().await?;
    let token = open_session(app, &mut tx, person.id, browser.user_agent, app.environment.now()).await?;
    me::see(&mut tx, person.id, browser).await?;
    let agent = agent(browser.user_agent);
    audit::note_own(app, &mut tx, person.id, audit::Kind::SignedIn, person.id.into(), &agent).await?;
    let companies = company::of_person(&mut tx, person.id).await?;
    tx.commit().await?;
    Ok((token, SignedIn { person, companies }))
}

/// Answers who has this address and this password. Wrong tries are counted, and after some the address is locked for a while.
pub(crate) async fn prove(app: &App, email: &str, password: &str) -> Result<Person> {
    let locked_until = count_try(app, email).await?;
    let person = {
        let mut db = app.db.read().await?;
        person::by_email(&mut db, email).await?
    };
    let hash = person.as_ref().and_then(|person| person.password_hash.clone());
    let matches = verify(app, password, hash).await?;
    let now = app.environment.now();
    let mut tx = app.db.begin().await?;
    match person {
        Some(person) if matches => {
            person::clear_throttle(&mut tx, email).await?;
            tx.commit().await?;
            return Ok(person);
        }
        Some(person) => {
            let (kind, detail) = if locked_until > now {
                (audit::Kind::LockedOut, format!("until {locked_until}"))
            } else {
                (audit::Kind::SignInFailed, String::new())
            };
            audit::note_own(app, &mut tx, person.id, kind, audit::By::NOBODY, &detail).await?;
        }
        None => {}
    }
    // For any address: the work must not tell which one has a sign-in.
    person::note_failure(&mut tx, email, now).await?;
    tx.commit().await?;
    Err(Error::code("bad_credentials"))
}

/// The browser, as it says, short enough to be kept.
fn agent(user_agent: &str) -> String {
    user_agent.chars().filter(|c| !c.is_control()).take(200).collect()
}

/// Counts a try as failed before it is judged, so that many at once are as many in a row; whoever succeeds has it forgotten
/// ([`person::clear_throttle`]). Refuses while too many failures lock whatever the key stands for; answers until when a failure locks it.
pub(crate) async fn count_try(app: &App, key: &str) -> Result<Timestamp> {
    let now = app.environment.now();
    let mut tx = app.db.begin().await?;
    let earlier = person::throttle(&mut tx, key, now).await?;
    if earlier.locked_until > now {
        let seconds = earlier.locked_until.duration_since(now).as_secs() + 1;
        return Err(Error::retry("too_many_attempts", seconds));
    }
    let remembered = if now.duration_since(earlier.last_at) < FORGET { earlier.failures } else { 0 };
    let failures = remembered + 1;
    // Another try, that asked for the time before this one and waited for the row, must not take this instant for a lock.
    let locked = lock(failures);
    let locked_until = if locked.is_zero() { earlier.locked_until } else { now + locked };
    let throttle = Throttle { failures, last_at: now, locked_until };
    person::set_throttle(&mut tx, key, &throttle).await?;
    tx.commit().await?;
    Ok(throttle.locked_until)
}

/// How long an address is locked after so many failures in a row.
fn lock(failures: i64) -> SignedDuration {
    if failures < FAILURES_FREE {
        return SignedDuration::ZERO;
    }
    let doublings = u32::try_from((failures - FAILURES_FREE).min(10)).unwrap_or_default();
    LOCK.checked_mul(1 << doublings).unwrap_or(LOCK_MAX).min(LOCK_MAX)
}

pub(crate) async fn open_session(
    app: &App,
    tx: &mut sluice_store::Tx,
    person: PersonId,
    user_agent: &str,
    now: Timestamp,
) -> Result<Token> {
    let (token, hash) = new_token(app);
    let session = SignIn {
        id: app.environment.id(),
        person_id: person,
        user_agent: agent(user_agent),
        created_at: now,
        last_seen_at: now,
        expires_at: now + SESSION,
    };
    person::open_session(tx, &session, hash).await?;
    Ok(token)
}

/// The caller behind a session's token, if the session lives.
pub async fn caller(app: &App, token: &str) -> Result<Option<Caller>> {
    let now = app.environment.now();
    let session = {
        let mut db = app.db.read().await?;
        person::session(&mut db, token_hash(token), now).await?
    };
    let Some(session) = session else { return Ok(None) };
    if now.duration_since(session.last_seen_at) > TOUCH {
        let mut tx = app.db.begin().await?;
        person::touch_session(&mut tx, session.id, now).await?;
        tx.commit().await?;
    }
    Ok(Some(Caller::signed_in(session.person_id, session.id)))
}

/// Whether the caller's session or token still lives: open streams ask before each hint (`SEC-09`).
pub async fn still_lives(app: &App, caller: Caller) -> Result<bool> {
    let mut db = app.db.read().await?;
    match caller.way {
        Way::Session(id) => {
            let sessions = person::sessions(&mut db, caller.person, app.environment.now()).await?;
            Ok(sessions.iter().any(|session| session.id == id))
        }
        Way::Token(id) => tokens::lives(app, &mut db, id).await,
    }
}

/// Who the caller is, and their companies.
pub async fn signed_in(app: &App, who: Caller) -> Result<SignedIn> {
    let mut db = app.db.read().await?;
    let person = person::get(&mut db, who.person).await?.ok_or_else(|| Error::code("not_signed_in"))?;
    let companies = company::of_person(&mut db, who.person).await?;
    Ok(SignedIn { person, companies })
}

/// The caller's open sessions.
pub async fn sessions(app: &App, who: Caller) -> Result<Vec<SignIn>> {
    who.own()?;
    let mut db = app.db.read().await?;
    Ok(person::sessions(&mut db, who.person, app.environment.now()).await?)
}

/// Ends one of the caller's sessions.
pub async fn revoke(app: &App, who: Caller, session: Uuid) -> Result<()> {
    who.own()?;
    let mut tx = app.db.begin().await?;
    if !person::revoke_session(&mut tx, who.person, session, app.environment.now()).await? {
        return Err(Error::code("not_found"));
    }
    tx.commit().await?;
    app.live.ended(Ending::Session(session));
    Ok(())
}

/// Ends the caller's own session.
pub async fn sign_out(app: &App, who: Caller) -> Result<()> {
    revoke(app, who, who.own()?).await
}

/// Ends all of the caller's sessions but this one.
pub async fn revoke_others(app: &App, who: Caller) -> Result<()> {
    let session = who.own()?;
    let mut tx = app.db.begin().await?;
    person::revoke_other_sessions(&mut tx, who.person, session, app.environment.now()).await?;
    tx.commit().await?;
    app.live.ended(Ending::Person(who.person));
    Ok(())
}

/// Whether a password is too short, too long, or found within 10^8 guesses by somebody who knows common passwords, words, names, dates and
/// keyboard rows (`PPL-10`).
fn is_weak(password: &str) -> bool {
    let judged: String = password.chars().take(JUDGED_CHARACTERS).collect();
    password.chars().count() < PASSWORD_CHARACTERS_MIN
        || password.len() > PASSWORD_BYTES_MAX
        || zxcvbn(&judged, &["sluice"]).score() < Score::Three
}

/// Hashes a password after checking that it is not too weak.
pub(crate) async fn hash(app: &App, password: &str) -> Result<String> {
    let salt = app.environment.secret();
    let password = password.to_owned();
    in_turn(app, move || {
        if is_weak(&password) {
            return Err(Error::code("weak_password"));
        }
        let hash = Argon2::default().hash_password_with_salt(password.as_bytes(), &salt[..16]);
        hash.map(|hash| hash.to_string()).map_err(Error::fault)
    })
    .await?
}

/// Compares a password with a hash; without one, does the same work and answers no.
pub(crate) async fn verify(app: &App, password: &str, hash: Option<String>) -> Result<bool> {
    // Of a password that nobody knows, made once with the parameters in use.
    const NOBODY: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$c2x1aWNlLW5vYm9keS0xNg$Eo6aKzh4jD0wh0aI4x1vrFD7qB0RkSSdDYbqD0rV0wM";
    let known = hash.is_some();
    let counted = app.clone();
    let password: String = password.chars().take(PASSWORD_BYTES_MAX).collect();
    let matches = in_turn(app, move || {
        let text = hash.as_deref().unwrap_or(NOBODY);
        PasswordHash::new(text).is_ok_and(|hash| {
            counted.password_checks.fetch_add(1, Ordering::Relaxed);
            Argon2::default().verify_password(password.as_bytes(), &hash).is_ok()
        })
    })
    .await?;
    Ok(known && matches)
}

/// Hashing takes memory and time on purpose: a few at once, off the threads that serve.
async fn in_turn<T: Send + 'static>(app: &App, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let _turn = app.password_turns.acquire().await.map_err(Error::fault)?;
    tokio::task::spawn_blocking(work).await.map_err(Error::fault)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sec_04_the_lock_grows_and_is_bounded() {
        assert_eq!(lock(4), SignedDuration::ZERO);
        assert_eq!(lock(5), LOCK);
        assert_eq!(lock(6), LOCK * 2);
        assert_eq!(lock(60), LOCK_MAX);
    }
}
