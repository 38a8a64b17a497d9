//! What was security-relevant in a company, in order (`PPL-10`). Written with the act itself; nothing changes or removes an entry.

use jiff::Timestamp;
use sluice_domain::permission::{Permit, act};
use sluice_domain::{CompanyId, PersonId, ProjectId, TokenId};
use uuid::Uuid;

use crate::{Result, Session, Tx, args, record, sql};

/// An entry to be written.
#[derive(Debug, Clone)]
pub struct NewEntry {
    /// Which.
    pub id: Uuid,
    /// The company that reads it.
    pub company: CompanyId,
    /// What happened.
    pub kind: &'static str,
    /// Who did it; `None` where nobody who is signed in did.
    pub by: Option<PersonId>,
    /// With which token.
    pub token: Option<TokenId>,
    /// To whom.
    pub person: Option<PersonId>,
    /// Where.
    pub project: Option<ProjectId>,
    /// What exactly, in words of the API.
    pub detail: String,
}

record! {
    /// An entry with the names it is read by.
    pub struct Entry {
        /// Which.
        pub id: Uuid,
        /// When.
        pub at: Timestamp,
        /// What happened.
        pub kind: String,
        /// Who did it.
        pub by_id: Option<PersonId>,
        /// By name.
        pub by_name: Option<String>,
        /// With which token, by name.
        pub token_name: Option<String>,
        /// To whom.
        pub person_id: Option<PersonId>,
        /// By name.
        pub person_name: Option<String>,
        /// Where.
        pub project_id: Option<ProjectId>,
        /// By name.
        pub project_name: Option<String>,
        /// What exactly.
        pub detail: String,
    }
}

/// Writes entries.
pub async fn insert(tx: &mut Tx, entries: &[NewEntry], now: Timestamp) -> Result<()> {
    let rows = entries.iter().map(|entry| {
        args![
            entry.id,
            entry.company,
            now,
            entry.kind,
            entry.by,
            entry.token,
            entry.person,
            entry.project,
            &entry.detail
        ]
    });
    tx.insert_many(
        "insert into audit_entry (id, company_id, at, kind, by_id, token_id, person_id, project_id, detail)",
        "",
        rows.collect(),
    )
    .await?;
    Ok(())
}

/// A company's entries, newest first, before `before`. Somebody who has not accepted yet has the name they were invited by (`PPL-03`).
pub async fn before(
    db: &mut Session,
    permit: &Permit<act::ViewAuditLog>,
    before: Uuid,
    limit: i64,
) -> Result<Vec<Entry>> {
    db.all(
        sql!(
            "select a.id, a.at, a.kind, a.by_id, case when eb.invited_as <> '' then eb.invited_as else b.name end as by_name,
                    t.name as token_name, a.person_id, case when ep.invited_as <> '' then ep.invited_as else p.name end as person_name,
                    a.project_id, j.name as project_name, a.detail
               from audit_entry a
               left join person b on b.id = a.by_id
               left join directory_entry eb on eb.company_id = a.company_id and eb.person_id = a.by_id
               left join person p on p.id = a.person_id
               left join directory_entry ep on ep.company_id = a.company_id and ep.person_id = a.person_id
               left join api_token t on t.id = a.token_id
               left join project j on j.id = a.project_id
              where a.company_id = $1 and a.id < $2
              order by a.id desc limit $3"
        ),
        args![permit.company(), before, limit],
    )
    .await
}
