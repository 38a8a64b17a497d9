//! Names that go into histories and answers.

use sluice_domain::permission::{Level, Standing, Tool};
use sluice_domain::{CompanyId, PersonId, ProjectId};
use sluice_store::drawing::log::By;
use sluice_store::recipient::{self, List};
use sluice_store::{Session, company, person};

use crate::{Error, Result};

/// A person and the company they act for, by name.
pub(crate) async fn of_person(db: &mut Session, id: PersonId, of: CompanyId) -> Result<(String, String)> {
    let there = || Error::code("not_found");
    let person = person::get(db, id).await?.ok_or_else(there)?;
    let company = company::get(db, of).await?.ok_or_else(there)?;
    Ok((person.name, company.name))
}

/// A person and the company they act for, as a history names them.
pub(crate) async fn by(db: &mut Session, id: PersonId, of: CompanyId) -> Result<By> {
    let (person, company) = of_person(db, id, of).await?;
    Ok(By { person: Some(person), company: Some(company) })
}

/// Whom to ask about what waits to be published: the Drawings Admins in the project's directory, by name; where there are none, the company's
/// administrators.
pub(crate) async fn drawings_admins(db: &mut Session, project: ProjectId) -> Result<Vec<String>> {
    let readers = recipient::readers(db, project, List::Arrivals).await?;
    let named = |wanted: &dyn Fn(&Standing) -> bool| -> Vec<String> {
        let found = readers.iter().filter(|reader| wanted(&reader.standing));
        found.map(|reader| reader.name.clone()).collect()
    };
    let admins = named(&|standing| standing.member && standing.level(Tool::Drawings) == Level::Admin);
    Ok(if admins.is_empty() { named(&|standing| standing.company_admin) } else { admins })
}
