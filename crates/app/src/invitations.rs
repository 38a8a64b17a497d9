//! Invitations: an expiring, single-use link by mail; accepting it, and choosing which company one represents (`PPL-03`, `PPL-13`).

use jiff::SignedDuration;
use sluice_domain::permission::act;
use sluice_domain::{CompanyId, PersonId, ProjectId};
use sluice_store::company::{self, Membership};
use sluice_store::person::{self, Invitation, NewInvitation};
use sluice_store::{Session, Tx};

use crate::audit::{self, About};
use crate::me::{self, Browser};
use crate::sign_in::{SignedIn, Token, new_token, open_session, token_hash};
use crate::{App, Caller, Error, Result, mail, people, permit_in_company, permit_in_project, sign_in};

/// An invitation can be accepted for this long.
const OPEN: SignedDuration = SignedDuration::from_hours(24 * 14);

/// What the person who opens the link has to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Choose a password: the sign-in never had one.
    Password,
    /// Sign in with the invited address first.
    SignIn,
    /// Accept.
    Acceptance,
    /// Sign in as the person invited; somebody else is signed in here.
    OtherPerson,
}

/// An invitation as its page shows it.
#[derive(Debug)]
pub struct InvitationView {
    /// The invitation.
    pub invitation: Invitation,
    /// What to do.
    pub needs: Needs,
    /// The companies its person can represent; only for themselves, signed in.
    pub represent: Vec<Membership>,
}

/// Makes a link for a directory entry; older ones stop working. Answers its path and what it says.
async fn issue(
    app: &App,
    tx: &mut Tx,
    company: CompanyId,
    person: PersonId,
    project: Option<ProjectId>,
    by: PersonId,
) -> Result<(String, Invitation)> {
    let now = app.environment.now();
    let (Token(token), token_hash) = new_token(app);
    let invitation = NewInvitation {
        id: app.environment.id(),
        company,
        person,
        project,
        by,
        token_hash,
        expires_at: now + OPEN,
    };
    person::invite(tx, invitation, now).await?;
    let row = person::invitation(tx, token_hash).await?.ok_or_else(|| Error::code("not_found"))?;
    Ok((format!("/invitations/{token}"), row))
}

/// Invites a directory entry by mail, in the transaction of whoever holds the permit.
pub(crate) async fn invite(
    app: &App,
    tx: &mut Tx,
    company: CompanyId,
    person: PersonId,
    project: Option<ProjectId>,
    by: PersonId,
) -> Result<()> {
    let (path, row) = issue(app, tx, company, person, project, by).await?;
    // Of somebody who was never here nothing is known: they are addressed as whoever invites them is.
    let inviter = person::get(tx, by).await?.ok_or_else(|| Error::code("not_found"))?;
    let mut facts = vec![
        ("company", row.company_name),
        ("by", row.inviter_name),
        ("expires", row.expires_at.to_string()),
        ("language", me::locale(&inviter).language.key().to_owned()),
        ("token_path", path),
    ];
    facts.extend(row.project_name.map(|name| ("project", name)));
    let notice = mail::Notice { kind: mail::Kind::Invitation, company, project, connection: None, facts };
    mail::post(app, tx, &[person], notice).await
}

/// Sends an invitation again, with a new link.
pub async fn send_again(app: &App, who: Caller, company: CompanyId, person: PersonId) -> Result<()> {
    let mut tx = app.db.begin().await?;
    permit_in_company::<act::ManagePeople>(&mut tx, who, company).await?;
    renew(app, &mut tx, company, person, who).await?;
    tx.commit().await?;
    app.live.wake();
    Ok(())
}

/// Sends a project member's invitation again.
pub async fn send_again_in_project(
    app: &App,
    who: Caller,
    project: ProjectId,
    person: PersonId,
) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let (permit, _) = permit_in_project::<act::ManageDirectory>(&mut tx, who, project).await?;
    if sluice_store::project::member(&mut tx, project, person).await?.is_none() {
        return Err(Error::code("not_found"));
    }
    renew(app, &mut tx, permit.company(), person, who).await?;
    tx.commit().await?;
    app.live.wake();
    Ok(())
}

async fn renew(app: &App, tx: &mut Tx, company: CompanyId, person: PersonId, by: Caller) -> Result<()> {
    let entry = company::entry(tx, company, person).await?.ok_or_else(|| Error::code("not_found"))?;
    people::facts(&entry, &[]).invite()?;
    let project = person::last_invitation_project(tx, company, person).await?;
    audit::note(app, tx, by, company, audit::Kind::Invited, About::person(person).in_project(project))
        .await?;
    invite(app, tx, company, person, project, by.person).await
}

/// New links for everything a person is invited to, for an operator whose installation sends no mail: `(company, path)`.
pub async fn links_for_operator(app: &App, email: &str) -> Result<Vec<(String, String)>> {
    let mut tx = app.db.begin().await?;
    let email = sluice_domain::people::email_key(email).unwrap_or_default();
    let person = person::by_email(&mut tx, &email).await?.ok_or_else(|| Error::code("not_found"))?;
    let mut links = vec![];
    for open in person::open_invitations(&mut tx, person.id).await? {
        let (path, row) =
            issue(app, &mut tx, open.company_id, person.id, open.project_id, open.invited_by).await?;
        links.push((row.company_name, path));
    }
    tx.commit().await?;
    Ok(links)
}

/// Takes an invitation back; the person stays in the directory as a contact.
pub async fn revoke(app: &App, who: Caller, company: CompanyId, person: PersonId) -> Result<()> {
    let mut tx = app.db.begin().await?;
    permit_in_company::<act::ManagePeople>(&mut tx, who, company).await?;
    let entry = company::entry(&mut tx, company, person).await?.ok_or_else(|| Error::code("not_found"))?;
    people::facts(&entry, &[]).revoke()?;
    person::revoke_invitations(&mut tx, company, person, app.environment.now()).await?;
    audit::note(app, &mut tx, who, company, audit::Kind::InvitationRevoked, About::person(person)).await?;
    tx.commit().await?;
    Ok(())
}

async fn open(app: &App, db: &mut Session, token: &str) -> Result<Invitation> {
    let invitation =
        person::invitation(db, token_hash(token)).await?.ok_or_else(|| Error::code("not_found"))?;
    if invitation.accepted_at.is_some() {
        return Err(Error::code("invitation_used"));
    }
    if invitation.revoked_at.is_some() {
        return Err(Error::code("invitation_revoked"));
    }
    if invitation.expires_at <= app.environment.now() {
        return Err(Error::code("invitation_expired"));
    }
    Ok(invitation)
}

fn needs(invitation: &Invitation, caller: Option<Caller>) -> Needs {
    match caller {
        Some(caller) if caller.person == invitation.person_id => Needs::Acceptance,
        Some(_) if invitation.has_password => Needs::OtherPerson,
        None if invitation.has_password => Needs::SignIn,
        _ => Needs::Password,
    }
}

/// The companies a person can represent in another's directory: those they work for.
async fn representable(db: &mut Session, invitation: &Invitation) -> Result<Vec<Membership>> {
    if invitation.employee {
        return Ok(vec![]);
    }
    let theirs = company::of_person(db, invitation.person_id).await?;
    Ok(theirs.into_iter().filter(|company| company.employee && company.id != invitation.company_id).collect())
}

/// What the link's page shows.
pub async fn look(app: &App, token: &str, caller: Option<Caller>) -> Result<InvitationView> {
    let mut db = app.db.read().await?;
    let invitation = open(app, &mut db, token).await?;
    let needs = needs(&invitation, caller);
    let represent =
        if needs == Needs::Acceptance { representable(&mut db, &invitation).await? } else { vec![] };
    Ok(InvitationView { invitation, needs, represent })
}

/// Accepts. Answers a new session's token where the person set their password with it; whoever is signed in stays so.
pub async fn accept(
    app: &App,
    token: &str,
    caller: Option<Caller>,
    password: Option<&str>,
    represents: Option<CompanyId>,
    browser: Browser<'_>,
) -> Result<(Option<Token>, SignedIn)> {
    if let Some(caller) = caller {
        caller.own()?;
    }
    let seen = {
        let mut db = app.db.read().await?;
        open(app, &mut db, token).await?
    };
    let hash = match (needs(&seen, caller), password) {
        (Needs::Acceptance, _) => None,
        (Needs::Password, Some(password)) => Some(sign_in::hash(app, password).await?),
        (Needs::Password, None) => return Err(Error::field("/password", "missing", "Choose a password.")),
        (Needs::SignIn | Needs::OtherPerson, _) => return Err(Error::code("invitation_for_other_person")),
    };
    let now = app.environment.now();
    let mut tx = app.db.begin().await?;
    // Judged again inside: of two acceptances at once, one wins.
    let invitation = open(app, &mut tx, token).await?;
    if hash.is_some() && invitation.has_password {
        return Err(Error::code("invitation_for_other_person"));
    }
    let options = representable(&mut tx, &invitation).await?;
    let represents = match (represents, options.as_slice()) {
        (Some(chosen), options) if options.iter().any(|option| option.id == chosen) => Some(chosen),
        (Some(_), _) => {
            return Err(Error::field(
                "/represents_company_id",
                "not_their_company",
                "Choose one of the companies you work for.",
            ));
        }
        (None, []) => None,
        (None, [only]) => Some(only.id),
        (None, _) => return Err(Error::code("must_choose_company")),
    };
    if !person::use_invitation(&mut tx, invitation.id, now).await? {
        return Err(Error::code("invitation_used"));
    }
    company::accept_entry(&mut tx, invitation.company_id, invitation.person_id, represents).await?;
    let about = About::person(invitation.person_id).in_project(invitation.project_id);
    audit::note(
        app,
        &mut tx,
        invitation.person_id,
        invitation.company_id,
        audit::Kind::InvitationAccepted,
        about,
    )
    .await?;
    let token = match hash {
        Some(hash) => {
            person::set_password(&mut tx, invitation.person_id, &hash).await?;
            Some(open_session(app, &mut tx, invitation.person_id, browser.user_agent, now).await?)
        }
        None => None,
    };
    me::see(&mut tx, invitation.person_id, browser).await?;
    let person = person::get(&mut tx, invitation.person_id).await?.ok_or_else(|| Error::code("not_found"))?;
    let companies = company::of_person(&mut tx, invitation.person_id).await?;
    tx.commit().await?;
    Ok((token, SignedIn { person, companies }))
}
