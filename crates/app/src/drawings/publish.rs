//! Publishing: unpublished revisions become official, all at once or not at all, and are offered to the connected projects (`DRW-05`).

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use sluice_domain::feed::drawings::Kind;
use sluice_domain::permission::{Permit, Tool, act};
use sluice_domain::{AreaId, ConnectionId, DisciplineId, DrawingId, ProjectId, RevisionId, SetId};
use sluice_store::drawing::change::{self, Changed, Published};
use sluice_store::drawing::log::{self, NewEvent, What};
use sluice_store::drawing::{self, places};
use sluice_store::{Session, Tx};
use uuid::Uuid;

use super::{names, search};
use crate::live::Topic;
use crate::mail::{self, Notice};
use crate::{App, Caller, Error, Result, flow, permit_in_project};

/// What is to be published.
#[derive(Debug, Clone)]
pub enum Chosen {
    /// Everything unpublished in a set.
    Set(SetId),
    /// These revisions.
    These(Vec<RevisionId>),
    /// Everything unpublished.
    All,
}

/// Most revisions named in one request.
pub const NAMED_MAX: usize = 10_000;

/// Publishes; answers how many revisions became official. What arrived after `as_of` stays unpublished.
pub async fn publish(
    app: &App,
    who: Caller,
    project: ProjectId,
    chosen: &Chosen,
    as_of: Option<Timestamp>,
    distribute: bool,
) -> Result<usize> {
    let now = app.environment.now();
    let as_of = as_of.unwrap_or(now);
    let mut tx = app.db.begin().await?;
    let (permit, _) = permit_in_project::<act::PublishDrawings>(&mut tx, who, project).await?;
    // Two publications at once would each find out the current revision without the other's.
    crate::projects::lock(&mut tx, project).await?;
    let published = match chosen {
        Chosen::Set(set) => {
            let known = places::set(&mut tx, *set).await?.filter(|set| set.project_id == project);
            known.ok_or_else(|| Error::field("/set_id", "unknown_value", "This project has no such set."))?;
            change::publish(&mut tx, &permit, project, Some(*set), as_of, now).await?
        }
        Chosen::These(revisions) => {
            change::publish_these(&mut tx, &permit, project, revisions, as_of, now).await?
        }
        Chosen::All => change::publish(&mut tx, &permit, project, None, as_of, now).await?,
    };
    if published.is_empty() {
        return Ok(0);
    }
    let connections: BTreeSet<ConnectionId> =
        published.iter().filter_map(|revision| revision.connection_id).collect();
    for connection in connections {
        flow::copy_used(app, &mut tx, connection, Tool::Drawings).await?;
    }
    follow(app, &mut tx, &permit, project, &published, now).await?;
    if distribute {
        tell(app, &mut tx, &permit, project, published.len()).await?;
    }
    tx.commit().await?;
    app.live.wake();
    app.live.project(project, Topic::Drawings, None);
    Ok(published.len())
}

/// What follows from a publication: current revisions, titles, histories, the feed.
async fn follow(
    app: &App,
    tx: &mut Tx,
    permit: &Permit<act::PublishDrawings>,
    project: ProjectId,
    published: &[Published],
    now: Timestamp,
) -> Result<()> {
    let touched: BTreeSet<DrawingId> = published.iter().map(|revision| revision.drawing_id).collect();
    let touched: Vec<DrawingId> = touched.into_iter().collect();
    let moved = drawing::refresh_current(tx, project, &touched).await?;
    let newer: BTreeSet<DrawingId> = moved.iter().map(|moved| moved.drawing).collect();
    let own: BTreeSet<DrawingId> = published
        .iter()
        .filter(|revision| revision.connection_id.is_none())
        .map(|revision| revision.drawing_id)
        .collect();
    let (newer, older): (Vec<DrawingId>, Vec<DrawingId>) =
        own.into_iter().partition(|drawing| newer.contains(drawing));
    let mut changed = change::follow_publication(tx, permit, project, &newer, true).await?;
    changed.extend(change::follow_publication(tx, permit, project, &older, false).await?);

    let by = names::by(tx, permit.person(), permit.company()).await?;
    let events = published.iter().map(|revision| NewEvent {
        id: app.environment.id(),
        drawing: revision.drawing_id,
        what: What::of("published", revision.id, &revision.revision),
    });
    log::add_events(tx, project, &by, events.collect(), now).await?;
    flow::release_titles(app, tx, project).await?;
    search::changed(app, tx, project).await?;

    let sets =
        published.iter().filter(|revision| revision.connection_id.is_none()).map(|revision| revision.set_id);
    let mut offers = holders(tx, project, sets.collect(), &changed).await?;
    let mut revisions: BTreeMap<DrawingId, Vec<&Published>> = BTreeMap::new();
    for revision in published {
        revisions.entry(revision.drawing_id).or_default().push(revision);
    }
    // A revision is offered with its drawing: side by side they come in one batch, and the drawing is written once.
    for drawing in &changed {
        offers.push((Kind::Drawing, drawing.id.0, drawing.version));
        let of_drawing = revisions.remove(&drawing.id).unwrap_or_default();
        offers.extend(of_drawing.iter().map(|revision| (Kind::Revision, revision.id.0, revision.version)));
    }
    flow::offer(app, tx, project, &offers).await
}

/// Areas, sets and disciplines of changed drawings that the feed does not know yet.
pub(super) async fn holders(
    db: &mut Session,
    project: ProjectId,
    sets: BTreeSet<SetId>,
    changed: &[Changed],
) -> Result<Vec<(Kind, Uuid, i64)>> {
    let areas: BTreeSet<AreaId> = changed.iter().map(|drawing| drawing.area_id).collect();
    let disciplines: BTreeSet<DisciplineId> = changed.iter().map(|drawing| drawing.discipline_id).collect();
    let areas: Vec<AreaId> = areas.into_iter().collect();
    let disciplines: Vec<DisciplineId> = disciplines.into_iter().collect();
    let sets: Vec<SetId> = sets.into_iter().collect();
    let mut offers = vec![];
    let of = |kind, holders: Vec<places::Holder>| {
        holders.into_iter().map(move |holder| (kind, holder.id, holder.version))
    };
    offers.extend(of(Kind::Area, places::unoffered_areas(db, project, &areas).await?));
    offers.extend(of(Kind::Set, places::unoffered_sets(db, project, &sets).await?));
    offers.extend(of(Kind::Discipline, places::unoffered_disciplines(db, project, &disciplines).await?));
    Ok(offers)
}

/// Whether the caller is told about distributed drawings (`LOG-04`).
pub async fn subscribed(app: &App, who: Caller, project: ProjectId) -> Result<bool> {
    let mut db = app.db.read().await?;
    permit_in_project::<act::ViewDrawings>(&mut db, who, project).await?;
    Ok(log::subscribers(&mut db, project).await?.contains(&who.person))
}

/// Tells the caller about distributed drawings from now on, or no longer.
pub async fn subscribe(app: &App, who: Caller, project: ProjectId, wanted: bool) -> Result<()> {
    who.own()?;
    let mut tx = app.db.begin().await?;
    let (permit, _) = permit_in_project::<act::ViewDrawings>(&mut tx, who, project).await?;
    log::subscribe(&mut tx, &permit, project, wanted).await?;
    Ok(tx.commit().await?)
}

/// Tells those who asked to be told.
async fn tell(
    app: &App,
    tx: &mut Tx,
    permit: &Permit<act::PublishDrawings>,
    project: ProjectId,
    count: usize,
) -> Result<()> {
    let to = log::subscribers(tx, project).await?;
    let (by, by_company) = names::of_person(tx, permit.person(), permit.company()).await?;
    let facts = vec![("by", by), ("by_company", by_company), ("count", count.to_string())];
    let notice = Notice {
        kind: mail::Kind::Distributed,
        company: permit.company(),
        project: Some(project),
        connection: None,
        facts,
    };
    mail::post(app, tx, &to, notice).await
}
