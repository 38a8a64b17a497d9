//! Permission templates of companies, and the members who have them (`PPL-06`).

use jiff::Timestamp;
use sluice_domain::permission::template::{DEFAULTS, Rights};
use sluice_domain::permission::{Levels, Permit, act};
use sluice_domain::{CompanyId, PersonId, ProjectId, TemplateId};

use crate::row::Grants;
use crate::{Result, Session, Tx, args, record, sql};

record! {
    /// A permission template.
    pub struct Template {
        /// Which.
        pub id: TemplateId,
        /// Name.
        pub name: String,
        /// Levels it sets.
        pub levels: Levels,
        /// Grants it sets.
        pub grants: Grants,
        /// Counts up with each change.
        pub version: i64,
        /// Members who have it, in all projects.
        pub member_count: i64,
        /// How many of them stand apart from it.
        pub overridden_count: i64,
    }
}

impl Template {
    /// What it sets.
    pub fn rights(&self) -> Rights {
        Rights::new(self.levels, &self.grants.0)
    }
}

/// The templates of a company, by name.
pub async fn of_company(db: &mut Session, company: CompanyId) -> Result<Vec<Template>> {
    db.all(
        sql!(
            "select t.id, t.name, t.levels, t.grants, t.version, count(m.person_id) as member_count,
                    count(case when m.overridden then 1 end) as overridden_count
               from permission_template t
               left join member m on m.template_id = t.id and m.company_id = t.company_id
              where t.company_id = $1
              group by t.id, t.name, t.levels, t.grants, t.version
              order by lower(t.name), t.id"
        ),
        args![company],
    )
    .await
}

/// One template of a company.
pub async fn get(db: &mut Session, company: CompanyId, id: TemplateId) -> Result<Option<Template>> {
    db.maybe(
        sql!(
            "select t.id, t.name, t.levels, t.grants, t.version, count(m.person_id) as member_count,
                    count(case when m.overridden then 1 end) as overridden_count
               from permission_template t
               left join member m on m.template_id = t.id and m.company_id = t.company_id
              where t.company_id = $1 and t.id = $2
              group by t.id, t.name, t.levels, t.grants, t.version"
        ),
        args![company, id],
    )
    .await
}

/// Gives a new company the templates that all begin with. Whoever creates the company calls it.
pub async fn insert_defaults(
    tx: &mut Tx,
    company: CompanyId,
    mut id: impl FnMut() -> TemplateId,
    now: Timestamp,
) -> Result<()> {
    let rows = DEFAULTS.iter().map(|template| {
        let rights = template.rights();
        let grants = Grants(rights.grants().to_vec());
        args![id(), company, template.name, rights.levels, &grants, now]
    });
    tx.insert_many(
        "insert into permission_template (id, company_id, name, levels, grants, created_at)",
        "",
        rows.collect(),
    )
    .await?;
    Ok(())
}

/// Adds a template.
pub async fn insert(
    tx: &mut Tx,
    permit: &Permit<act::ManageTemplates>,
    id: TemplateId,
    name: &str,
    rights: &Rights,
    now: Timestamp,
) -> Result<()> {
    tx.run(
        sql!(
            "insert into permission_template (id, company_id, name, levels, grants, created_at) values ($1, $2, $3, $4, $5, $6)"
        ),
        args![id, permit.company(), name, rights.levels, &Grants(rights.grants().to_vec()), now],
    )
    .await?;
    Ok(())
}

/// Writes a template, and the rights of the members who have it and are not overridden. One who is overridden with exactly what the
/// template now says is so no longer. Answers how many members follow it.
pub async fn update(
    tx: &mut Tx,
    permit: &Permit<act::ManageTemplates>,
    id: TemplateId,
    name: &str,
    rights: &Rights,
) -> Result<u64> {
    let grants = Grants(rights.grants().to_vec());
    tx.run(
        sql!(
            "update permission_template set name = $3, levels = $4, grants = $5, version = version + 1 where id = $1 and company_id = $2"
        ),
        args![id, permit.company(), name, rights.levels, &grants],
    )
    .await?;
    tx.run(
        sql!(
            "update member set overridden = false
              where company_id = $2 and template_id = $1 and overridden and levels = $3 and grants = $4"
        ),
        args![id, permit.company(), rights.levels, &grants],
    )
    .await?;
    tx.run(
        sql!(
            "update member set levels = $3, grants = $4 where company_id = $2 and template_id = $1 and not overridden"
        ),
        args![id, permit.company(), rights.levels, &grants],
    )
    .await
}

/// Removes a template. Members who had it keep their rights, as rights of their own.
pub async fn remove(tx: &mut Tx, permit: &Permit<act::ManageTemplates>, id: TemplateId) -> Result<bool> {
    tx.run(
        sql!("update member set template_id = null, overridden = false where company_id = $2 and template_id = $1"),
        args![id, permit.company()],
    )
    .await?;
    let removed = tx
        .run(
            sql!("delete from permission_template where id = $1 and company_id = $2"),
            args![id, permit.company()],
        )
        .await?;
    Ok(removed == 1)
}

record! {
    /// A member whose rights are those of a template.
    pub struct Follower {
        /// In this project …
        pub project_id: ProjectId,
        /// … this person.
        pub person_id: PersonId,
    }
}

/// The members who follow a template.
pub async fn followers(db: &mut Session, company: CompanyId, id: TemplateId) -> Result<Vec<Follower>> {
    db.all(
        sql!(
            "select project_id, person_id from member where company_id = $1 and template_id = $2 and not overridden"
        ),
        args![company, id],
    )
    .await
}
