//! The first run: whoever holds the token that the server printed sets up an empty installation, and is its first administrator.
//!
//! Deliberately absent: what comes after the first company. People, projects and settings are made with the use cases everybody uses.

use sluice_domain::people::EntryStatus;
use sluice_store::{Sha256, company, first_run, person};
use subtle::ConstantTimeEq;

use crate::me::{self, Browser};
use crate::sign_in::{self, SignedIn, Token, new_token, open_session, token_hash};
use crate::{App, Error, Result, companies};

/// What wrong tokens are counted under. No address is spelled like this: sign-ins count under lower-case letters.
const THROTTLE: &str = "FIRST RUN";

/// Makes the token of this start where there is no company yet; the one of an earlier start is void. It is shown to the operator, once.
pub async fn open(app: &App) -> Result<Option<Token>> {
    let mut tx = app.db.begin().await?;
    let token = if company::none_yet(&mut tx).await? {
        let (token, hash) = new_token(app);
        first_run::offer(&mut tx, Sha256(hash), app.environment.now()).await?;
        person::clear_throttle(&mut tx, THROTTLE).await?;
        Some(token)
    } else {
        first_run::withdraw(&mut tx).await?;
        None
    };
    tx.commit().await?;
    Ok(token)
}

/// Whether the installation waits for somebody to set it up.
pub async fn is_open(app: &App) -> Result<bool> {
    let mut db = app.db.read().await?;
    Ok(company::none_yet(&mut db).await? && first_run::offered(&mut db).await?.is_some())
}

/// The first company and its administrator.
#[derive(Debug)]
pub struct Founding<'a> {
    /// Name of the company.
    pub company: &'a str,
    /// Name of its administrator.
    pub name: &'a str,
    /// Their address.
    pub email: &'a str,
    /// Their password.
    pub password: &'a str,
}

/// Founds the first company with the token. Its administrator administers the installation too (`PPL-16`), and is signed in.
pub async fn found(
    app: &App,
    token: &str,
    founding: &Founding<'_>,
    browser: Browser<'_>,
) -> Result<(Token, SignedIn)> {
    let token = prove(app, token).await?;
    let company_name = companies::name("/company/name", founding.company)?;
    let person_name = companies::name("/administrator/name", founding.name)?;
    let email = companies::email("/administrator/email", founding.email)?;
    let known = {
        let mut db = app.db.read().await?;
        person::by_email(&mut db, &email).await?.and_then(|person| person.password_hash)
    };
    let hash = if known.is_none() {
        Some(sign_in::hash(app, founding.password).await?)
    } else if sign_in::verify(app, founding.password, known).await? {
        // A sign-in that exists keeps its password (PPL-03), and opens with no other.
        None
    } else {
        return Err(Error::field(
            "/administrator/password",
            "wrong_password",
            "This address has a sign-in already. Give its password.",
        ));
    };
    let now = app.environment.now();
    let mut tx = app.db.begin().await?;
    // Judged again inside: of two at once, one founds.
    if !first_run::take(&mut tx, token).await? || !company::none_yet(&mut tx).await? {
        return Err(Error::code("first_run_over"));
    }
    let id = app.environment.person_id();
    let found = person::find_or_add(&mut tx, id, &email, &person_name, now).await?;
    if let Some(hash) = hash {
        person::set_password(&mut tx, found.id, &hash).await?;
    }
    person::set_installation_admin(&mut tx, found.id).await?;
    let id = app.environment.id();
    companies::establish(app, &mut tx, id, &company_name, found.id, EntryStatus::Active).await?;
    let session = open_session(app, &mut tx, found.id, browser.user_agent, now).await?;
    me::see(&mut tx, found.id, browser).await?;
    let person = person::get(&mut tx, found.id).await?.ok_or_else(|| Error::code("not_found"))?;
    let companies = company::of_person(&mut tx, found.id).await?;
    tx.commit().await?;
    Ok((session, SignedIn { person, companies }))
}

/// Compares a token with the one on offer, in a time that does not tell how much of it is right; answers its hash.
async fn prove(app: &App, token: &str) -> Result<Sha256> {
    let offered = {
        let mut db = app.db.read().await?;
        first_run::offered(&mut db).await?.ok_or_else(|| Error::code("first_run_over"))?
    };
    sign_in::count_try(app, THROTTLE).await?;
    if !bool::from(token_hash(token.trim()).ct_eq(&offered.0)) {
        return Err(Error::code("wrong_first_run_token"));
    }
    let mut tx = app.db.begin().await?;
    person::clear_throttle(&mut tx, THROTTLE).await?;
    tx.commit().await?;
    Ok(offered)
}
