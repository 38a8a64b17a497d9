//! Permission templates of a company: levels and grants under a name, and what changing one means for those who have it (`PPL-06`).

use std::collections::BTreeSet;

use sluice_domain::permission::template::Rights;
use sluice_domain::permission::{Grant, Levels, Standing, act};
use sluice_domain::{CompanyId, PersonId, ProjectId, TemplateId};
pub use sluice_store::template::Template;
use sluice_store::{Conflict, Tx, template};

use crate::audit::{self, About};
use crate::live::{Ending, Topic};
use crate::{App, Caller, Error, Result, companies, permit_in_company, permit_in_project};

/// Templates of one company: more than anybody can tell apart.
const TEMPLATES_MAX: usize = 100;

/// The templates of a company, and where the caller stands.
pub async fn list(app: &App, who: Caller, company: CompanyId) -> Result<(Vec<Template>, Standing)> {
    let mut db = app.db.read().await?;
    let (_, standing) = permit_in_company::<act::ViewTemplates>(&mut db, who, company).await?;
    Ok((template::of_company(&mut db, company).await?, standing))
}

/// The templates that whoever keeps a project's directory may give to its members, also somebody from outside the company.
pub async fn of_project(app: &App, who: Caller, project: ProjectId) -> Result<Vec<Template>> {
    let mut db = app.db.read().await?;
    let (permit, _) = permit_in_project::<act::ManageDirectory>(&mut db, who, project).await?;
    Ok(template::of_company(&mut db, permit.company()).await?)
}

/// Gives a new company the templates that all begin with, in the transaction of whoever creates it.
pub async fn begin(app: &App, tx: &mut Tx, company: CompanyId) -> Result<()> {
    let id = || app.environment.id();
    Ok(template::insert_defaults(tx, company, id, app.environment.now()).await?)
}

fn name_taken(error: sluice_store::Error) -> Error {
    match error.conflict() {
        Some(Conflict::Duplicate) => Error::refused("duplicate", "Another template has this name."),
        _ => error.into(),
    }
}

/// Adds a template.
pub async fn add(
    app: &App,
    who: Caller,
    company: CompanyId,
    name: &str,
    levels: Levels,
    grants: &[Grant],
) -> Result<(Template, Standing)> {
    let (name, rights) = (companies::name("/name", name)?, Rights::new(levels, grants));
    let id = app.environment.id();
    let mut tx = app.db.begin().await?;
    let (permit, standing) = permit_in_company::<act::ManageTemplates>(&mut tx, who, company).await?;
    if template::of_company(&mut tx, company).await?.len() >= TEMPLATES_MAX {
        return Err(Error::refused(
            "too_many",
            format!("A company has at most {TEMPLATES_MAX} permission templates."),
        ));
    }
    template::insert(&mut tx, &permit, id, &name, &rights, app.environment.now())
        .await
        .map_err(name_taken)?;
    let about = About::default().detail(detail(&name, &Rights::default().changes(&rights)));
    audit::note(app, &mut tx, who, company, audit::Kind::TemplateAdded, about).await?;
    let added = found(&mut tx, company, id).await?;
    tx.commit().await?;
    Ok((added, standing))
}

async fn found(tx: &mut Tx, company: CompanyId, id: TemplateId) -> Result<Template> {
    template::get(tx, company, id).await?.ok_or_else(|| Error::code("not_found"))
}

fn detail(name: &str, changes: &[String]) -> String {
    if changes.is_empty() { name.to_owned() } else { format!("{name}: {}", changes.join(", ")) }
}

/// Changes a template, and with it the rights of everybody who has it and is not overridden; `seen` is the version that was looked at.
pub async fn update(
    app: &App,
    who: Caller,
    (company, id): (CompanyId, TemplateId),
    seen: Option<i64>,
    new_name: Option<&str>,
    levels: impl FnOnce(Levels) -> Levels + Send,
    grants: Option<Vec<Grant>>,
) -> Result<(Template, Standing)> {
    let new_name = new_name.map(|name| companies::name("/name", name)).transpose()?;
    let mut tx = app.db.begin().await?;
    // Whoever gives this template to a member at the same moment waits here, and then gives what it has become.
    tx.lock("select id from permission_template where id = $1 for update", sluice_store::args![id]).await?;
    let (permit, standing) = permit_in_company::<act::ManageTemplates>(&mut tx, who, company).await?;
    let before = found(&mut tx, company, id).await?;
    if seen.is_some_and(|seen| seen != before.version) {
        return Err(Error::code("stale"));
    }
    let was = before.rights();
    let rights = Rights::new(levels(was.levels), grants.as_deref().unwrap_or(was.grants()));
    let name = new_name.unwrap_or_else(|| before.name.clone());
    let following = template::update(&mut tx, &permit, id, &name, &rights).await.map_err(name_taken)?;
    let mut changes = was.changes(&rights);
    if name != before.name {
        changes.insert(0, format!("name: {} → {name}", before.name));
    }
    let about = About::default().detail(format!("{} (members: {following})", detail(&before.name, &changes)));
    audit::note(app, &mut tx, who, company, audit::Kind::TemplateChanged, about).await?;
    let followers = if was == rights { vec![] } else { template::followers(&mut tx, company, id).await? };
    let after = found(&mut tx, company, id).await?;
    tx.commit().await?;
    for person in followers.iter().map(|member| member.person_id).collect::<BTreeSet<PersonId>>() {
        app.live.ended(Ending::Person(person));
    }
    for project in followers.iter().map(|member| member.project_id).collect::<BTreeSet<ProjectId>>() {
        app.live.project(project, Topic::Project, None);
    }
    Ok((after, standing))
}

/// Removes a template. Members who had it keep the rights they have, as rights of their own.
pub async fn remove(app: &App, who: Caller, company: CompanyId, id: TemplateId) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let (permit, _) = permit_in_company::<act::ManageTemplates>(&mut tx, who, company).await?;
    let removed = found(&mut tx, company, id).await?;
    template::remove(&mut tx, &permit, id).await?;
    let about = About::default().detail(format!("{} (members: {})", removed.name, removed.member_count));
    audit::note(app, &mut tx, who, company, audit::Kind::TemplateRemoved, about).await?;
    Ok(tx.commit().await?)
}
