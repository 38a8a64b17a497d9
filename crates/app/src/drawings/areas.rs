//! Areas, sets and disciplines. Those that came through a connection are closed to people here (`DRF-05`).

use jiff::civil::Date;
use sluice_domain::discipline::STANDARD;
use sluice_domain::feed::drawings::Kind;
use sluice_domain::permission::{Act, Permit, act};
use sluice_domain::sheet_number::clean;
use sluice_domain::{AreaId, DisciplineId, ProjectId, SetId};
use sluice_store::drawing::current::{refresh_current, undated_in};
use sluice_store::drawing::places;
use sluice_store::drawing::{log, touch};
use sluice_store::{Conflict, Tx};

pub use sluice_store::drawing::places::{Area, Discipline, Set};

use super::{Obstacle, sees_unpublished};
use crate::live::Topic;
use crate::{App, Caller, Error, Result, flow, permit_in_project};

/// Name of the default area, until somebody renames it.
const DEFAULT_AREA: &str = "Main area";

/// Longest description, characters.
const DESCRIPTION_MAX: usize = 2_000;

fn duplicate(error: sluice_store::Error) -> Error {
    match error.conflict() {
        Some(Conflict::Duplicate) => {
            Error::refused("duplicate", "This project has one with this name already.")
        }
        _ => error.into(),
    }
}

/// An own area of the project.
pub(crate) async fn own_area(tx: &mut Tx, project: ProjectId, id: AreaId) -> Result<Area> {
    let area = places::area(tx, id).await?.filter(|area| area.project_id == project);
    let unknown = || Error::field("/area_id", "unknown_value", "This project has no such area.");
    let area = area.ok_or_else(unknown)?;
    if area.connection_id.is_some() { Err(Obstacle::ExternalReadOnly.into()) } else { Ok(area) }
}

/// An own set of the project.
pub(crate) async fn own_set(tx: &mut Tx, project: ProjectId, id: SetId) -> Result<SetId> {
    let set = places::set(tx, id).await?.filter(|set| set.project_id == project);
    let set = set.ok_or_else(|| Error::field("/set_id", "unknown_value", "This project has no such set."))?;
    if set.connection_id.is_some() { Err(Obstacle::ExternalReadOnly.into()) } else { Ok(set.id) }
}

/// The default area, begun where it is absent.
pub(crate) async fn default_area<A: Act>(
    app: &App,
    tx: &mut Tx,
    permit: &Permit<A>,
    project: ProjectId,
) -> Result<AreaId> {
    Ok(places::default_area(tx, permit, project, app.environment.id(), DEFAULT_AREA).await?)
}

/// The disciplines; a project that has none of its own gets the standard list.
pub(crate) async fn disciplines(app: &App, tx: &mut Tx, project: ProjectId) -> Result<Vec<Discipline>> {
    let known = places::disciplines(tx, project).await?;
    if known.iter().any(|discipline| discipline.connection_id.is_none()) {
        return Ok(known);
    }
    let list = STANDARD.iter().zip(1..).map(|(standard, position)| {
        let id: DisciplineId = app.environment.id();
        (id, standard.name, position, standard.abbreviations.join(" "))
    });
    places::add_disciplines(tx, project, list.collect()).await?;
    Ok(places::disciplines(tx, project).await?)
}

/// The areas that the caller may know of.
pub async fn areas(app: &App, who: Caller, project: ProjectId) -> Result<Vec<Area>> {
    let mut db = app.db.read().await?;
    let (_, standing) = permit_in_project::<act::ViewDrawings>(&mut db, who, project).await?;
    Ok(places::areas(&mut db, project, sees_unpublished(&standing)).await?)
}

/// The sets that the caller may know of.
pub async fn sets(app: &App, who: Caller, project: ProjectId) -> Result<Vec<Set>> {
    let mut db = app.db.read().await?;
    let (_, standing) = permit_in_project::<act::ViewDrawings>(&mut db, who, project).await?;
    Ok(places::sets(&mut db, project, sees_unpublished(&standing)).await?)
}

/// The disciplines. A project that has none yet shows none: the list is written down with the first upload.
pub async fn discipline_list(app: &App, who: Caller, project: ProjectId) -> Result<Vec<Discipline>> {
    let mut db = app.db.read().await?;
    permit_in_project::<act::ViewDrawings>(&mut db, who, project).await?;
    Ok(places::disciplines(&mut db, project).await?)
}

/// Begins a set; the same name and date again is the same set.
pub async fn add_set(
    app: &App,
    who: Caller,
    project: ProjectId,
    name: &str,
    date: Option<Date>,
) -> Result<Set> {
    let name = crate::companies::name("/name", name)?;
    let date = date.ok_or_else(|| Error::code("set_date_missing"))?;
    let mut tx = app.db.begin().await?;
    let (permit, _) = permit_in_project::<act::EditDrawings>(&mut tx, who, project).await?;
    let id: SetId = app.environment.id();
    let now = app.environment.now();
    let found = places::find_or_add_set(&mut tx, &permit, project, id, &name, date, now).await?;
    if found != id {
        return Err(Error::refused("duplicate", "This project has a set with this name and date already."));
    }
    let set = places::set(&mut tx, id).await?.ok_or_else(|| Error::code("not_found"))?;
    touch(&mut tx, project).await?;
    tx.commit().await?;
    app.live.project(project, Topic::Drawings, None);
    Ok(set)
}

/// Renames or redates an own set; connected projects hear of it where something in it is published.
pub async fn update_set(
    app: &App,
    who: Caller,
    id: SetId,
    name: Option<String>,
    date: Option<Date>,
) -> Result<Set> {
    let mut tx = app.db.begin().await?;
    let there = || Error::code("not_found");
    let set = places::set(&mut tx, id).await?.ok_or_else(there)?;
    let project = set.project_id;
    let (permit, _) = permit_in_project::<act::EditDrawings>(&mut tx, who, project).await?;
    if set.connection_id.is_some() {
        return Err(Obstacle::ExternalReadOnly.into());
    }
    let name = name.map_or_else(|| Ok(set.name.clone()), |name| crate::companies::name("/name", &name))?;
    let date = date.or(set.set_date);
    let version = places::update_set(&mut tx, &permit, id, &name, date).await.map_err(duplicate)?;
    // Sheets without a date of their own count from their set's.
    let reordered = if date == set.set_date { vec![] } else { undated_in(&mut tx, project, &[id]).await? };
    for moved in refresh_current(&mut tx, project, &reordered).await? {
        super::revisions::note_moved(app, &mut tx, &permit, project, moved).await?;
    }
    if log::in_feed(&mut tx, project, Kind::Set, id.0).await? {
        flow::offer(app, &mut tx, project, &[(Kind::Set, id.0, version)]).await?;
    }
    let after = places::set(&mut tx, id).await?.ok_or_else(there)?;
    tx.commit().await?;
    app.live.wake();
    app.live.project(project, Topic::Drawings, None);
    Ok(after)
}

/// Renames an own discipline or gives it another place in the order, counted from 1. Connected projects hear of it.
pub async fn update_discipline(
    app: &App,
    who: Caller,
    id: DisciplineId,
    name: Option<String>,
    position: Option<i64>,
) -> Result<Discipline> {
    let mut tx = app.db.begin().await?;
    let there = || Error::code("not_found");
    let project = places::project_of_discipline(&mut tx, id).await?.ok_or_else(there)?;
    let (permit, _) = permit_in_project::<act::EditDrawings>(&mut tx, who, project).await?;
    crate::projects::lock(&mut tx, project).await?;
    let known = places::disciplines(&mut tx, project).await?;
    let mut own: Vec<Discipline> =
        known.into_iter().filter(|discipline| discipline.connection_id.is_none()).collect();
    let Some(place) = own.iter().position(|discipline| discipline.id == id) else {
        return Err(Obstacle::ExternalReadOnly.into());
    };
    let mut changed = own.remove(place);
    let name =
        name.map_or_else(|| Ok(changed.name.clone()), |name| crate::companies::name("/name", &name))?;
    let renamed = name != changed.name;
    changed.name = name;
    let wanted = position.map(|position| own_place(position, own.len())).transpose()?;
    own.insert(wanted.unwrap_or(place), changed);
    let mut offers = vec![];
    for (discipline, number) in own.iter().zip(1..) {
        let position = if wanted.is_some() { number } else { discipline.position };
        if position == discipline.position && !(renamed && discipline.id == id) {
            continue;
        }
        let version = places::update_discipline(&mut tx, &permit, discipline.id, &discipline.name, position)
            .await
            .map_err(duplicate)?;
        if log::in_feed(&mut tx, project, Kind::Discipline, discipline.id.0).await? {
            offers.push((Kind::Discipline, discipline.id.0, version));
        }
    }
    if renamed {
        let drawings = places::follow_discipline(&mut tx, &permit, project, id).await?;
        offers.extend(drawings.into_iter().map(|drawing| (Kind::Drawing, drawing.id.0, drawing.version)));
    }
    flow::offer(app, &mut tx, project, &offers).await?;
    touch(&mut tx, project).await?;
    let after = places::disciplines(&mut tx, project).await?;
    tx.commit().await?;
    app.live.wake();
    app.live.project(project, Topic::Drawings, None);
    after.into_iter().find(|discipline| discipline.id == id).ok_or_else(there)
}

/// A place counted from 1, in a list of so many others; beyond its end is its end.
fn own_place(position: i64, others: usize) -> Result<usize> {
    let place = position.checked_sub(1).and_then(|place| usize::try_from(place).ok());
    let place =
        place.ok_or_else(|| Error::field("/position", "out_of_range", "Places are counted from 1."))?;
    Ok(place.min(others))
}

fn description(raw: &str) -> Result<String> {
    let description = raw.trim();
    if description.chars().count() > DESCRIPTION_MAX {
        return Err(Error::field("/description", "text_length", "A description has up to 2,000 characters."));
    }
    Ok(description.to_owned())
}

/// Begins an area.
pub async fn add_area(app: &App, who: Caller, project: ProjectId, name: &str, about: &str) -> Result<Area> {
    let (name, about) = (crate::companies::name("/name", name)?, description(about)?);
    let mut tx = app.db.begin().await?;
    let (permit, _) = permit_in_project::<act::EditDrawings>(&mut tx, who, project).await?;
    default_area(app, &mut tx, &permit, project).await?;
    let id: AreaId = app.environment.id();
    places::insert_area(&mut tx, &permit, project, id, &name, &about).await.map_err(duplicate)?;
    let area = places::area(&mut tx, id).await?.ok_or_else(|| Error::code("not_found"))?;
    touch(&mut tx, project).await?;
    tx.commit().await?;
    app.live.project(project, Topic::Drawings, None);
    Ok(area)
}

/// Renames or describes an own area; connected projects hear of it where something in it is published.
pub async fn update_area(
    app: &App,
    who: Caller,
    id: AreaId,
    name: Option<String>,
    about: Option<String>,
) -> Result<Area> {
    let mut tx = app.db.begin().await?;
    let there = || Error::code("not_found");
    let area = places::area(&mut tx, id).await?.ok_or_else(there)?;
    let (permit, _) = permit_in_project::<act::EditDrawings>(&mut tx, who, area.project_id).await?;
    if area.connection_id.is_some() {
        return Err(Obstacle::ExternalReadOnly.into());
    }
    let name = name.map_or_else(|| Ok(area.name.clone()), |name| crate::companies::name("/name", &name))?;
    let about = about.map_or_else(|| Ok(area.description.clone()), |about| description(&about))?;
    let version = places::update_area(&mut tx, &permit, id, &name, &about).await.map_err(duplicate)?;
    if log::in_feed(&mut tx, area.project_id, Kind::Area, id.0).await? {
        flow::offer(app, &mut tx, area.project_id, &[(Kind::Area, id.0, version)]).await?;
    }
    let after = places::area(&mut tx, id).await?.ok_or_else(there)?;
    touch(&mut tx, area.project_id).await?;
    tx.commit().await?;
    app.live.wake();
    app.live.project(area.project_id, Topic::Drawings, None);
    Ok(after)
}

/// Cleans a name that may be absent.
pub(crate) fn optional(pointer: &'static str, typed: Option<String>, before: &str) -> Result<String> {
    let Some(typed) = typed else { return Ok(before.to_owned()) };
    clean(&typed).ok_or_else(|| Error::field(pointer, "text_length", "This field takes 1 to 255 characters."))
}
