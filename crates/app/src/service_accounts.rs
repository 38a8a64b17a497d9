//! Service accounts: entries of a company's directory with levels and no sign-in, which work through tokens only (`PPL-11`).

use std::collections::HashMap;

use sluice_domain::people::EntryStatus;
use sluice_domain::permission::act;
use sluice_domain::{CompanyId, PersonId, TokenId};
use sluice_store::company::{self, Entry, NewEntry};
use sluice_store::{Tx, person, token};

use crate::audit::{self, About};
use crate::live::Ending;
use crate::tokens::{self, Made, Token, Wanted};
use crate::{App, Caller, Error, Result, companies, permit_in_company};

/// Service accounts of one company.
const ACCOUNTS_MAX: usize = 100;

/// A service account with its tokens.
#[derive(Debug)]
pub struct ServiceAccount {
    /// Its entry in the directory.
    pub entry: Entry,
    /// Its tokens, newest first.
    pub tokens: Vec<Token>,
}

/// The service accounts of a company.
pub async fn list(app: &App, who: Caller, id: CompanyId) -> Result<Vec<ServiceAccount>> {
    who.own()?;
    let mut db = app.db.read().await?;
    let (permit, _) = permit_in_company::<act::ManageServiceAccounts>(&mut db, who, id).await?;
    let mut tokens: HashMap<PersonId, Vec<Token>> = HashMap::new();
    for (owner, token) in token::of_services(&mut db, &permit).await? {
        tokens.entry(owner).or_default().push(token);
    }
    let entries = company::entries(&mut db, id).await?.into_iter().filter(|entry| entry.service);
    Ok(entries
        .map(|entry| ServiceAccount { tokens: tokens.remove(&entry.person_id).unwrap_or_default(), entry })
        .collect())
}

/// Adds a service account. It has no level anywhere until a project's directory gives it one.
pub async fn create(app: &App, who: Caller, id: CompanyId, name: &str) -> Result<ServiceAccount> {
    who.own()?;
    let name = companies::name("/name", name)?;
    let (person, now) = (app.environment.person_id(), app.environment.now());
    let mut tx = app.db.begin().await?;
    permit_in_company::<act::ManageServiceAccounts>(&mut tx, who, id).await?;
    let entries = company::entries(&mut tx, id).await?;
    let accounts: Vec<&Entry> = entries.iter().filter(|entry| entry.service).collect();
    if accounts.iter().any(|entry| entry.name.to_lowercase() == name.to_lowercase()) {
        return Err(Error::refused("duplicate", "Another service account has this name."));
    }
    if accounts.len() >= ACCOUNTS_MAX {
        return Err(Error::refused(
            "too_many",
            format!("A company has at most {ACCOUNTS_MAX} service accounts."),
        ));
    }
    person::insert_service(&mut tx, person, &name, now).await?;
    let entry =
        NewEntry { company: id, person, employee: true, company_admin: false, status: EntryStatus::Active };
    company::add_entry(&mut tx, entry, now).await?;
    audit::note(app, &mut tx, who, id, audit::Kind::ServiceAccountAdded, About::person(person)).await?;
    let entry = company::entry(&mut tx, id, person).await?.ok_or_else(|| Error::code("not_found"))?;
    tx.commit().await?;
    Ok(ServiceAccount { entry, tokens: vec![] })
}

/// The account, if it is one of this company's and the caller keeps them.
async fn reach(tx: &mut Tx, who: Caller, id: CompanyId, account: PersonId) -> Result<()> {
    who.own()?;
    permit_in_company::<act::ManageServiceAccounts>(tx, who, id).await?;
    let entry = company::entry(tx, id, account).await?;
    entry.filter(|entry| entry.service).ok_or_else(|| Error::code("not_found"))?;
    Ok(())
}

/// Makes a token for a service account.
pub async fn create_token(
    app: &App,
    who: Caller,
    id: CompanyId,
    account: PersonId,
    wanted: &Wanted<'_>,
) -> Result<Made> {
    let mut tx = app.db.begin().await?;
    reach(&mut tx, who, id, account).await?;
    let made = tokens::make(app, &mut tx, account, who.person, wanted).await?;
    let about = About::person(account).detail(tokens::detail(&made.token));
    audit::note(app, &mut tx, who, id, audit::Kind::TokenCreated, about).await?;
    tx.commit().await?;
    Ok(made)
}

/// Ends a token of a service account.
pub async fn revoke_token(
    app: &App,
    who: Caller,
    id: CompanyId,
    account: PersonId,
    revoked: TokenId,
) -> Result<()> {
    let mut tx = app.db.begin().await?;
    reach(&mut tx, who, id, account).await?;
    let name = token::revoke(&mut tx, account, revoked, app.environment.now())
        .await?
        .ok_or_else(|| Error::code("not_found"))?;
    let about = About::person(account).detail(name);
    audit::note(app, &mut tx, who, id, audit::Kind::TokenRevoked, about).await?;
    tx.commit().await?;
    app.live.ended(Ending::Person(account));
    Ok(())
}
