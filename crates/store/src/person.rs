//! People, their sign-ins, sessions and invitations. E-mail, password and sessions belong to the person alone (`PPL-03`).

use jiff::Timestamp;
use sluice_domain::{CompanyId, InvitationId, PersonId, ProjectId};
use uuid::Uuid;

use crate::{Result, Session, Tx, args, record, sql};

record! {
    /// A person.
    pub struct Person {
        /// Which.
        pub id: PersonId,
        /// Sign-in address, lower case.
        pub email: String,
        /// Name.
        pub name: String,
        /// Argon2id, PHC string; null for a sign-in that never had one.
        pub password_hash: Option<String>,
        /// Creates and closes companies (`PPL-16`).
        pub installation_admin: bool,
        /// A service account: no sign-in (`PPL-11`).
        pub service: bool,
        /// The language they chose, a tag; null where they leave it to their browser.
        pub language: Option<String>,
        /// The zone they chose, an IANA name; null likewise.
        pub time_zone: Option<String>,
        /// How they want dates written; null where their language says it.
        pub date_format: Option<String>,
        /// The language their browser asked for when they last signed in.
        pub seen_language: Option<String>,
        /// The zone their browser was in.
        pub seen_time_zone: Option<String>,
    }
}

record! {
    /// An open session.
    pub struct SignIn {
        /// Which.
        pub id: Uuid,
        /// Whose.
        pub person_id: PersonId,
        /// Browser, as it says.
        pub user_agent: String,
        /// Begun.
        pub created_at: Timestamp,
        /// Last used, to the minute.
        pub last_seen_at: Timestamp,
        /// Ends.
        pub expires_at: Timestamp,
    }
}

record! {
    /// Failed sign-ins of an address.
    pub struct Throttle {
        /// In a row.
        pub failures: i64,
        /// The last one.
        pub last_at: Timestamp,
        /// No try before this.
        pub locked_until: Timestamp,
    }
}

record! {
    /// An invitation with what its page shows.
    pub struct Invitation {
        /// Which.
        pub id: InvitationId,
        /// Into this company's directory …
        pub company_id: CompanyId,
        /// … by name.
        pub company_name: String,
        /// … and this project's, if one.
        pub project_id: Option<ProjectId>,
        /// By name.
        pub project_name: Option<String>,
        /// Whom.
        pub person_id: PersonId,
        /// Their name.
        pub person_name: String,
        /// Their address.
        pub email: String,
        /// Whether the sign-in has a password.
        pub has_password: bool,
        /// As one of the company's own people.
        pub employee: bool,
        /// Who invited.
        pub inviter_name: String,
        /// Until when.
        pub expires_at: Timestamp,
        /// Used.
        pub accepted_at: Option<Timestamp>,
        /// Taken back, or replaced by a newer one.
        pub revoked_at: Option<Timestamp>,
    }
}

/// A person by id.
pub async fn get(db: &mut Session, person: PersonId) -> Result<Option<Person>> {
    db.maybe(
        sql!(
            "select id, case when service then '' else email end as email, name, password_hash, installation_admin, service, language, time_zone, date_format, seen_language, seen_time_zone from person where id = $1"
        ),
        args![person],
    )
    .await
}

/// A person by address ([`sluice_domain::people::email_key`]).
pub async fn by_email(db: &mut Session, email: &str) -> Result<Option<Person>> {
    db.maybe(
        sql!(
            "select id, case when service then '' else email end as email, name, password_hash, installation_admin, service, language, time_zone, date_format, seen_language, seen_time_zone from person where email = $1"
        ),
        args![email],
    )
    .await
}

/// Adds a person unless the address has one already; answers who has it.
pub async fn find_or_add(
    tx: &mut Tx,
    id: PersonId,
    email: &str,
    name: &str,
    now: Timestamp,
) -> Result<Person> {
    tx.run(
        sql!("insert into person (id, email, name, created_at) values ($1, $2, $3, $4) on conflict (email) do nothing"),
        args![id, email, name, now],
    )
    .await?;
    tx.one(
        sql!(
            "select id, case when service then '' else email end as email, name, password_hash, installation_admin, service, language, time_zone, date_format, seen_language, seen_time_zone from person where email = $1"
        ),
        args![email],
    )
    .await
}

/// Adds a service account. It has no address that anybody could type, and no password.
pub async fn insert_service(tx: &mut Tx, id: PersonId, name: &str, now: Timestamp) -> Result<()> {
    tx.run(
        sql!("insert into person (id, email, name, service, created_at) values ($1, $2, $3, true, $4)"),
        args![id, format!("service:{id}"), name, now],
    )
    .await?;
    Ok(())
}

/// Sets a password.
pub async fn set_password(tx: &mut Tx, person: PersonId, hash: &str) -> Result<()> {
    tx.run(sql!("update person set password_hash = $2 where id = $1"), args![person, hash]).await?;
    Ok(())
}

/// Makes a person the installation administrator.
pub async fn set_installation_admin(tx: &mut Tx, person: PersonId) -> Result<()> {
    tx.run(sql!("update person set installation_admin = true where id = $1"), args![person]).await?;
    Ok(())
}

/// Saves how a person wants to be addressed; `None` leaves it to their browser.
pub async fn set_locale(
    tx: &mut Tx,
    person: PersonId,
    language: Option<&str>,
    time_zone: Option<&str>,
    date_format: Option<&str>,
) -> Result<()> {
    tx.run(
        sql!("update person set language = $2, time_zone = $3, date_format = $4 where id = $1"),
        args![person, language, time_zone, date_format],
    )
    .await?;
    Ok(())
}

/// Notes what a person's browser says, as far as it says it.
pub async fn see_locale(
    tx: &mut Tx,
    person: PersonId,
    language: Option<&str>,
    time_zone: Option<&str>,
) -> Result<()> {
    tx.run(
        sql!(
            "update person set seen_language = coalesce($2, seen_language), seen_time_zone = coalesce($3, seen_time_zone) where id = $1"
        ),
        args![person, language, time_zone],
    )
    .await?;
    Ok(())
}

/// Whether the installation has nobody yet.
pub async fn none_yet(db: &mut Session) -> Result<bool> {
    let count: i64 = db.value(sql!("select count(*) as value from person"), args![]).await?;
    Ok(count == 0)
}

/// Opens a session under the hash of its token.
pub async fn open_session(tx: &mut Tx, session: &SignIn, token_hash: [u8; 32]) -> Result<()> {
    tx.run(
        sql!(
            "insert into session (id, token_hash, person_id, user_agent, created_at, last_seen_at, expires_at)
             values ($1, $2, $3, $4, $5, $6, $7)"
        ),
        args![
            session.id,
            token_hash.to_vec(),
            session.person_id,
            &session.user_agent,
            session.created_at,
            session.last_seen_at,
            session.expires_at
        ],
    )
    .await?;
    Ok(())
}

/// The live session of a token.
pub async fn session(db: &mut Session, token_hash: [u8; 32], now: Timestamp) -> Result<Option<SignIn>> {
    db.maybe(
        sql!(
            "select id, person_id, user_agent, created_at, last_seen_at, expires_at from session
              where token_hash = $1 and revoked_at is null and expires_at > $2"
        ),
        args![token_hash.to_vec(), now],
    )
    .await
}

/// A person's live sessions, last used first.
pub async fn sessions(db: &mut Session, person: PersonId, now: Timestamp) -> Result<Vec<SignIn>> {
    db.all(
        sql!(
            "select id, person_id, user_agent, created_at, last_seen_at, expires_at from session
              where person_id = $1 and revoked_at is null and expires_at > $2 order by last_seen_at desc, id"
        ),
        args![person, now],
    )
    .await
}

/// Notes that a session was used.
pub async fn touch_session(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<()> {
    tx.run(sql!("update session set last_seen_at = $2 where id = $1"), args![id, now]).await?;
    Ok(())
}

/// Ends one of a person's sessions; answers whether there was one.
pub async fn revoke_session(tx: &mut Tx, person: PersonId, id: Uuid, now: Timestamp) -> Result<bool> {
    let ended = tx
        .run(
            sql!(
                "update session set revoked_at = $3 where id = $1 and person_id = $2 and revoked_at is null"
            ),
            args![id, person, now],
        )
        .await?;
    Ok(ended == 1)
}

/// Ends all of a person's sessions.
pub async fn revoke_sessions(tx: &mut Tx, person: PersonId, now: Timestamp) -> Result<()> {
    tx.run(
        sql!("update session set revoked_at = $2 where person_id = $1 and revoked_at is null"),
        args![person, now],
    )
    .await?;
    Ok(())
}

/// Failed sign-ins of an address, known or not; locked until the end of the transaction, so that tries at once are counted one after the other.
pub async fn throttle(tx: &mut Tx, email: &str, now: Timestamp) -> Result<Throttle> {
    // One statement: between two, whoever succeeds may have it forgotten.
    tx.one(
        sql!(
            "insert into sign_in_throttle (email, failures, last_at, locked_until) values ($1, 0, $2, 0)
             on conflict (email) do update set email = excluded.email returning failures, last_at, locked_until"
        ),
        args![email, now],
    )
    .await
}

/// A try has failed now.
pub async fn note_failure(tx: &mut Tx, email: &str, now: Timestamp) -> Result<()> {
    tx.run(sql!("update sign_in_throttle set last_at = $2 where email = $1"), args![email, now]).await?;
    Ok(())
}

/// Writes them.
pub async fn set_throttle(tx: &mut Tx, email: &str, throttle: &Throttle) -> Result<()> {
    tx.run(
        sql!("update sign_in_throttle set failures = $2, last_at = $3, locked_until = $4 where email = $1"),
        args![email, throttle.failures, throttle.last_at, throttle.locked_until],
    )
    .await?;
    Ok(())
}

/// Ends all of a person's sessions but one.
pub async fn revoke_other_sessions(tx: &mut Tx, person: PersonId, kept: Uuid, now: Timestamp) -> Result<()> {
    tx.run(
        sql!("update session set revoked_at = $3 where person_id = $1 and id <> $2 and revoked_at is null"),
        args![person, kept, now],
    )
    .await?;
    Ok(())
}

/// Forgets them after a success.
pub async fn clear_throttle(tx: &mut Tx, email: &str) -> Result<()> {
    tx.run(sql!("delete from sign_in_throttle where email = $1"), args![email]).await?;
    Ok(())
}

/// A new invitation.
#[derive(Debug, Clone, Copy)]
pub struct NewInvitation {
    /// Which.
    pub id: InvitationId,
    /// Into this directory.
    pub company: CompanyId,
    /// Whom.
    pub person: PersonId,
    /// Shown with this project.
    pub project: Option<ProjectId>,
    /// By whom.
    pub by: PersonId,
    /// Hash of the token in the link.
    pub token_hash: [u8; 32],
    /// Until when.
    pub expires_at: Timestamp,
}

/// Adds an invitation; older ones of the same entry stop working.
pub async fn invite(tx: &mut Tx, invitation: NewInvitation, now: Timestamp) -> Result<()> {
    revoke_invitations(tx, invitation.company, invitation.person, now).await?;
    tx.run(
        sql!(
            "insert into invitation (id, company_id, person_id, project_id, token_hash, invited_by, created_at, expires_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8)"
        ),
        args![
            invitation.id,
            invitation.company,
            invitation.person,
            invitation.project,
            invitation.token_hash.to_vec(),
            invitation.by,
            now,
            invitation.expires_at
        ],
    )
    .await?;
    Ok(())
}

/// Takes back the open invitations of an entry.
pub async fn revoke_invitations(
    tx: &mut Tx,
    company: CompanyId,
    person: PersonId,
    now: Timestamp,
) -> Result<()> {
    tx.run(
        sql!(
            "update invitation set revoked_at = $3
              where company_id = $1 and person_id = $2 and accepted_at is null and revoked_at is null"
        ),
        args![company, person, now],
    )
    .await?;
    Ok(())
}

/// The project that the last invitation of an entry was shown with.
pub async fn last_invitation_project(
    db: &mut Session,
    company: CompanyId,
    person: PersonId,
) -> Result<Option<ProjectId>> {
    let rows: Vec<(ProjectId,)> = db
        .all(
            sql!(
                "select project_id as value from invitation
                  where company_id = $1 and person_id = $2 and project_id is not null order by created_at desc limit 1"
            ),
            args![company, person],
        )
        .await?;
    Ok(rows.first().map(|(project,)| *project))
}

record! {
    /// An invitation that was neither accepted nor taken back.
    pub struct OpenInvitation {
        /// Into this company's directory.
        pub company_id: CompanyId,
        /// Shown with this project.
        pub project_id: Option<ProjectId>,
        /// By whom.
        pub invited_by: PersonId,
    }
}

/// A person's open invitations, expired ones included.
pub async fn open_invitations(db: &mut Session, person: PersonId) -> Result<Vec<OpenInvitation>> {
    db.all(
        // cross-tenant: one person's own invitations, whichever company they are from
        sql!(
            "select company_id, project_id, invited_by from invitation
              where person_id = $1 and accepted_at is null and revoked_at is null order by created_at"
        ),
        args![person],
    )
    .await
}

/// The invitation of a token, whatever its state.
pub async fn invitation(db: &mut Session, token_hash: [u8; 32]) -> Result<Option<Invitation>> {
    db.maybe(
        sql!(
            "select i.id, i.company_id, c.name as company_name, j.id as project_id, j.name as project_name, i.person_id,
                    p.name as person_name, p.email, (p.password_hash is not null) as has_password, e.employee,
                    b.name as inviter_name, i.expires_at, i.accepted_at, i.revoked_at
               from invitation i
               join company c on c.id = i.company_id and c.closed_at is null
               join directory_entry e on e.company_id = i.company_id and e.person_id = i.person_id
               join person p on p.id = i.person_id
               join person b on b.id = i.invited_by
               left join project j on j.id = i.project_id and j.deleted_at is null
              where i.token_hash = $1"
        ),
        args![token_hash.to_vec()],
    )
    .await
}

/// Uses an invitation up; answers whether it was still open (it works once).
pub async fn use_invitation(tx: &mut Tx, id: InvitationId, now: Timestamp) -> Result<bool> {
    let used = tx
        .run(
            sql!("update invitation set accepted_at = $2 where id = $1 and accepted_at is null and revoked_at is null"),
            args![id, now],
        )
        .await?;
    Ok(used == 1)
}
