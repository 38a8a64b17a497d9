//! Companies and their directories.

use jiff::Timestamp;
use sluice_domain::connection::ApprovalPolicy;
use sluice_domain::people::EntryStatus;
use sluice_domain::permission::{Permit, act};
use sluice_domain::{CompanyId, PersonId};

use crate::{Result, Session, Tx, args, record, sql};

record! {
    /// A company.
    pub struct Company {
        /// Which.
        pub id: CompanyId,
        /// Its name.
        pub name: String,
        /// How connections to its projects are approved.
        pub approval: ApprovalPolicy,
    }
}

record! {
    /// A company with one person's place in it.
    pub struct Membership {
        /// The company.
        pub id: CompanyId,
        /// Its name.
        pub name: String,
        /// One of its own people.
        pub employee: bool,
        /// Admin on the company Admin tool.
        pub company_admin: bool,
    }
}

record! {
    /// An entry of a company's directory.
    pub struct Entry {
        /// Who.
        pub person_id: PersonId,
        /// Name.
        pub name: String,
        /// Sign-in address.
        pub email: String,
        /// One of its own people.
        pub employee: bool,
        /// Admin on the company Admin tool.
        pub company_admin: bool,
        /// Invited, active, inactive.
        pub status: EntryStatus,
        /// Whether they have accepted, or came without an invitation.
        pub accepted: bool,
        /// A service account: no sign-in (`PPL-11`).
        pub service: bool,
        /// Their invitation is open until then, unless it was used, taken back or never sent.
        pub invited_until: Option<Timestamp>,
        /// The company represented, for a collaborator.
        pub represents_company_id: Option<CompanyId>,
        /// The name of whom they represent: the company itself, for its own people.
        pub represents_name: Option<String>,
        /// Projects in whose directory they are.
        pub project_count: i64,
    }
}

macro_rules! entry_select {
    ($tail:literal) => {
        concat!(
            "select e.person_id, case when e.invited_as <> '' then e.invited_as else p.name end as name,
                    case when p.service then '' else p.email end as email, e.employee, e.company_admin, e.status,
                    (e.invited_as = '') as accepted, p.service, e.represents_company_id,
                    case when e.employee then c.name else r.name end as represents_name,
                    (select max(i.expires_at) from invitation i
                      where i.company_id = e.company_id and i.person_id = e.person_id
                        and i.accepted_at is null and i.revoked_at is null) as invited_until,
                    (select count(*) from member m join project j on j.id = m.project_id and j.deleted_at is null
                      where m.company_id = e.company_id and m.person_id = e.person_id) as project_count
               from directory_entry e
               join company c on c.id = e.company_id
               join person p on p.id = e.person_id
               left join company r on r.id = e.represents_company_id ",
            $tail
        )
    };
}

/// One company.
pub async fn get(db: &mut Session, company: CompanyId) -> Result<Option<Company>> {
    db.maybe(
        sql!("select id, name, approval from company where id = $1 and closed_at is null"),
        args![company],
    )
    .await
}

/// The companies in whose directory a person is active, by name.
pub async fn of_person(db: &mut Session, person: PersonId) -> Result<Vec<Membership>> {
    db.all(
        sql!(
            "select c.id, c.name, e.employee, e.company_admin from directory_entry e
               join company c on c.id = e.company_id and c.closed_at is null
              where e.person_id = $1 and e.status = 'active' order by c.name, c.id"
        ),
        args![person],
    )
    .await
}

/// Whether the installation has no company yet; a closed one counts.
pub async fn none_yet(db: &mut Session) -> Result<bool> {
    // cross-tenant: whether there is any, nothing about one
    let any: bool = db.value(sql!("select exists (select 1 from company) as value"), args![]).await?;
    Ok(!any)
}

/// Adds a company. Only the installation administrator does so (`PPL-16`); `app` checks, because no directory exists yet.
pub async fn insert(tx: &mut Tx, id: CompanyId, name: &str, now: Timestamp) -> Result<()> {
    tx.run(sql!("insert into company (id, name, created_at) values ($1, $2, $3)"), args![id, name, now])
        .await?;
    Ok(())
}

/// Renames a company.
pub async fn rename(tx: &mut Tx, permit: &Permit<act::UpdateCompany>, name: &str) -> Result<()> {
    tx.run(sql!("update company set name = $2 where id = $1"), args![permit.company(), name]).await?;
    Ok(())
}

/// Sets how connections are approved (`APR-01`).
pub async fn set_approval(
    tx: &mut Tx,
    permit: &Permit<act::SetApproval>,
    policy: ApprovalPolicy,
) -> Result<()> {
    tx.run(sql!("update company set approval = $2 where id = $1"), args![permit.company(), policy]).await?;
    Ok(())
}

/// The directory, by name.
pub async fn entries(db: &mut Session, company: CompanyId) -> Result<Vec<Entry>> {
    db.all(entry_select!("where e.company_id = $1 order by 2, e.person_id"), args![company]).await
}

/// One entry.
pub async fn entry(db: &mut Session, company: CompanyId, person: PersonId) -> Result<Option<Entry>> {
    db.maybe(entry_select!("where e.company_id = $1 and e.person_id = $2"), args![company, person]).await
}

/// A new entry of a directory.
#[derive(Debug, Clone, Copy)]
pub struct NewEntry {
    /// In this company's directory.
    pub company: CompanyId,
    /// Who.
    pub person: PersonId,
    /// One of its own people.
    pub employee: bool,
    /// Admin on the company Admin tool.
    pub company_admin: bool,
    /// Invited, or active at once (the first administrator).
    pub status: EntryStatus,
}

/// Adds an entry; an existing one stays as it is. Answers whether it was added. Its callers hold a permit for the directory or create the company.
pub async fn add_entry(tx: &mut Tx, entry: NewEntry, now: Timestamp) -> Result<bool> {
    let added = tx
        .run(
            sql!(
                "insert into directory_entry (company_id, person_id, employee, company_admin, status, created_at)
                 values ($1, $2, $3, $4, $5, $6) on conflict (company_id, person_id) do nothing"
            ),
            args![entry.company, entry.person, entry.employee, entry.company_admin, entry.status, now],
        )
        .await?;
    Ok(added == 1)
}

/// Remembers the name under which somebody was invited, until they accept.
pub async fn invite_as(tx: &mut Tx, company: CompanyId, person: PersonId, name: &str) -> Result<()> {
    tx.run(
        sql!(
            "update directory_entry set invited_as = $3 where company_id = $1 and person_id = $2 and status = 'invited' and invited_as = ''"
        ),
        args![company, person, name],
    )
    .await?;
    Ok(())
}

/// Writes an entry's changeable fields.
pub async fn update_entry(tx: &mut Tx, permit: &Permit<act::ManagePeople>, entry: &Entry) -> Result<()> {
    tx.run(
        sql!(
            "update directory_entry set company_admin = $3, status = $4, represents_company_id = $5
              where company_id = $1 and person_id = $2"
        ),
        args![
            permit.company(),
            entry.person_id,
            entry.company_admin,
            entry.status,
            entry.represents_company_id
        ],
    )
    .await?;
    Ok(())
}

/// Makes an invited entry active, recording the company its person chose to represent (`PPL-13`). The invitation's token is the proof.
pub async fn accept_entry(
    tx: &mut Tx,
    company: CompanyId,
    person: PersonId,
    represents: Option<CompanyId>,
) -> Result<()> {
    tx.run(
        sql!(
            "update directory_entry set status = 'active', invited_as = '', represents_company_id = coalesce(represents_company_id, $3)
              where company_id = $1 and person_id = $2 and status = 'invited'"
        ),
        args![company, person, represents],
    )
    .await?;
    Ok(())
}

/// Who administers a company and can sign in: the last one cannot be taken away.
pub async fn administrators(db: &mut Session, company: CompanyId) -> Result<Vec<PersonId>> {
    let rows: Vec<(PersonId,)> = db
        .all(
            sql!(
                "select e.person_id as value from directory_entry e join person p on p.id = e.person_id and not p.service
                  where e.company_id = $1 and e.company_admin and e.status = 'active' order by e.person_id"
            ),
            args![company],
        )
        .await?;
    Ok(rows.into_iter().map(|(person,)| person).collect())
}
