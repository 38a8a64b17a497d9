//! The audit log: what was security-relevant in a company, written in the transaction of the act, for the company to read (`PPL-10`).
//!
//! What concerns a person's own sign-in is written for each company they work for, since it belongs to none. Deliberately absent: records of
//! the trade, which have histories of their own; network addresses; and failures for addresses that no company knows.

use sluice_domain::permission::act;
use sluice_domain::{CompanyId, PersonId, ProjectId, TokenId};
pub use sluice_store::audit::Entry;
use sluice_store::audit::{self, NewEntry};
use sluice_store::{Tx, company};
use uuid::Uuid;

use crate::{App, Caller, Error, Result, Way, permit_in_company};

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident $key:literal;)*) => {
        /// What happened.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Kind {$($(#[$doc])* $name,)*}

        impl Kind {
            /// All kinds.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The word in the database and the API.
            pub const fn key(self) -> &'static str {
                match self {$(Self::$name => $key),*}
            }
        }
    };
}

kinds! {
    /// Signed in.
    SignedIn "signed_in";
    /// Gave a wrong password.
    SignInFailed "sign_in_failed";
    /// Gave it so often that the address was locked for a while.
    LockedOut "locked_out";
    /// Asked for a new password by mail.
    PasswordResetAsked "password_reset_asked";
    /// Has a new password.
    PasswordChanged "password_changed";
    /// A token was made.
    TokenCreated "token_created";
    /// A token was revoked.
    TokenRevoked "token_revoked";
    /// A service account was added.
    ServiceAccountAdded "service_account_added";
    /// Was added to the directory without an invitation.
    ContactAdded "contact_added";
    /// Was invited.
    Invited "invited";
    /// The invitation was taken back.
    InvitationRevoked "invitation_revoked";
    /// The invitation was accepted.
    InvitationAccepted "invitation_accepted";
    /// Was deactivated.
    Deactivated "deactivated";
    /// Was reactivated.
    Reactivated "reactivated";
    /// Became an administrator of the company.
    AdministratorMade "administrator_made";
    /// Is no longer one.
    AdministratorUnmade "administrator_unmade";
    /// Represents another company from now on.
    RepresentsChanged "represents_changed";
    /// Was added to a project's directory.
    MemberAdded "member_added";
    /// Has other levels or grants in a project.
    RightsChanged "rights_changed";
    /// Was taken off a project's directory.
    MemberRemoved "member_removed";
    /// A permission template was added.
    TemplateAdded "template_added";
    /// A permission template was changed.
    TemplateChanged "template_changed";
    /// A permission template was removed.
    TemplateRemoved "template_removed";
    /// Connections to the company's projects are approved in another way.
    ApprovalChanged "approval_changed";
    /// Everything of the company was asked for as an archive.
    ExportAsked "export_asked";
    /// A project was deleted.
    ProjectDeleted "project_deleted";
}

/// What an entry is about.
#[derive(Debug, Default)]
pub(crate) struct About {
    /// Whom.
    pub(crate) person: Option<PersonId>,
    /// Where.
    pub(crate) project: Option<ProjectId>,
    /// What exactly, in words of the API.
    pub(crate) detail: String,
}

impl About {
    /// About a person.
    pub(crate) fn person(person: PersonId) -> Self {
        Self { person: Some(person), ..Self::default() }
    }

    /// The same, in a project.
    #[must_use]
    pub(crate) const fn in_project(mut self, project: Option<ProjectId>) -> Self {
        self.project = project;
        self
    }

    /// The same, exactly this.
    #[must_use]
    pub(crate) fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }
}

/// Who did it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct By {
    person: Option<PersonId>,
    token: Option<TokenId>,
}

impl By {
    /// Nobody who is signed in.
    pub(crate) const NOBODY: Self = Self { person: None, token: None };
}

impl From<PersonId> for By {
    fn from(person: PersonId) -> Self {
        Self { person: Some(person), token: None }
    }
}

impl From<Caller> for By {
    fn from(who: Caller) -> Self {
        let token = match who.way {
            Way::Token(token) => Some(token),
            Way::Session(_) => None,
        };
        Self { person: Some(who.person), token }
    }
}

/// Writes what somebody did in a company.
pub(crate) async fn note(
    app: &App,
    tx: &mut Tx,
    by: impl Into<By>,
    company: CompanyId,
    kind: Kind,
    about: About,
) -> Result<()> {
    let entry = entry(app, company, kind, by.into(), about);
    Ok(audit::insert(tx, &[entry], app.environment.now()).await?)
}

/// Writes what concerns a person's own sign-in, for each company they work for.
pub(crate) async fn note_own(
    app: &App,
    tx: &mut Tx,
    person: PersonId,
    kind: Kind,
    by: By,
    detail: &str,
) -> Result<()> {
    let companies = company::of_person(tx, person).await?;
    let own = companies.into_iter().filter(|company| company.employee);
    let entries = own.map(|company| entry(app, company.id, kind, by, About::person(person).detail(detail)));
    Ok(audit::insert(tx, &entries.collect::<Vec<_>>(), app.environment.now()).await?)
}

fn entry(app: &App, company: CompanyId, kind: Kind, by: By, about: About) -> NewEntry {
    NewEntry {
        id: app.environment.id(),
        company,
        kind: kind.key(),
        by: by.person,
        token: by.token,
        person: about.person,
        project: about.project,
        detail: about.detail,
    }
}

/// Entries of one page.
const PAGE: i64 = 100;

/// The most entries of one page.
pub const PAGE_MAX: i64 = 1_000;

/// A page of the log, newest first, after the entry that `after` names; and where the next page begins.
pub async fn list(
    app: &App,
    who: Caller,
    id: CompanyId,
    after: Option<&str>,
    limit: Option<i64>,
) -> Result<(Vec<Entry>, Option<Uuid>)> {
    let after = match after.filter(|after| !after.is_empty()) {
        Some(after) => Uuid::parse_str(after).map_err(|_| Error::code("unsound_cursor"))?,
        None => Uuid::max(),
    };
    let limit = limit.unwrap_or(PAGE).clamp(1, PAGE_MAX);
    let mut db = app.db.read().await?;
    let (permit, _) = permit_in_company::<act::ViewAuditLog>(&mut db, who, id).await?;
    // One more than shown tells whether there is a next page.
    let mut entries = audit::before(&mut db, &permit, after, limit + 1).await?;
    let shown = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = entries.len() > shown;
    entries.truncate(shown);
    let next = entries.last().filter(|_| more).map(|entry| entry.id);
    Ok((entries, next))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ppl_10_kinds_have_words_of_their_own() {
        for (place, kind) in Kind::ALL.iter().enumerate() {
            assert!(Kind::ALL[place + 1..].iter().all(|other| other.key() != kind.key()), "{kind:?}");
        }
    }
}
