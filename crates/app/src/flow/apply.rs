//! Applying a batch downstream: set by set, whatever the order in which entries come. Each entry carries what it stands in, so that none has
//! to wait for another.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use sluice_domain::revision::Status;
use sluice_domain::{DisciplineId, DrawingId};
use sluice_store::connection::ConnectionRow;
use sluice_store::flow::{
    self, Delivering, DrawingCopy, OfferedArea, OfferedDrawing, OfferedRevision, OfferedSet, RevisionCopy,
};
use sluice_store::{Tx, drawing, project};
use uuid::Uuid;

use super::upstream::{Content, Offer};
use crate::{App, Error, Result};

/// What a batch did.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Tally {
    /// Records that changed something here.
    pub(super) records: i64,
    /// Revisions that are new here.
    pub(super) new_revisions: i64,
    /// Bytes those refer to.
    pub(super) bytes: i64,
    /// Drawings newly marked as deleted upstream.
    pub(super) deleted: i64,
    /// Whether new revisions were published as they landed (`DRF-03`).
    pub(super) published: bool,
    /// Whether that is to be distributed.
    pub(super) distributed: bool,
}

/// The batch, sorted by what it is about. A record stands in it once: the feed holds one entry each.
#[derive(Default)]
struct Batch {
    areas: BTreeMap<Uuid, OfferedArea>,
    sets: BTreeMap<Uuid, OfferedSet>,
    disciplines: BTreeMap<String, String>,
    drawings: BTreeMap<Uuid, OfferedDrawing>,
    revisions: BTreeMap<Uuid, OfferedRevision>,
    deleted: BTreeMap<Uuid, (i64, Timestamp)>,
}

impl Batch {
    fn new(offers: Vec<Offer>) -> Self {
        let mut batch = Self::default();
        for offer in offers {
            match offer.content {
                Content::Area(area) => {
                    batch.areas.insert(offer.record, area);
                }
                Content::Set(set) => {
                    batch.sets.insert(offer.record, set);
                }
                Content::Discipline(discipline) => batch.add_discipline(&discipline.name),
                Content::Drawing(drawing) => batch.add_drawing(drawing),
                Content::Revision(both) => {
                    let (revision, drawing) = *both;
                    batch.sets.entry(revision.set_id.0).or_insert_with(|| set_of(&revision));
                    batch.revisions.insert(offer.record, revision);
                    batch.add_drawing(drawing);
                }
                Content::DeletedDrawing(version, at) => {
                    batch.deleted.insert(offer.record, (version, at));
                }
                Content::Withheld(_) => {}
            }
        }
        batch
    }

    fn add_discipline(&mut self, name: &str) {
        self.disciplines.entry(name.to_lowercase()).or_insert_with(|| name.to_owned());
    }

    fn add_drawing(&mut self, drawing: OfferedDrawing) {
        self.add_discipline(&drawing.discipline_name);
        self.areas.entry(drawing.area_id.0).or_insert_with(|| area_of(&drawing));
        self.drawings.insert(drawing.id.0, drawing);
    }
}

fn area_of(drawing: &OfferedDrawing) -> OfferedArea {
    OfferedArea {
        id: drawing.area_id,
        version: drawing.area_version,
        name: drawing.area_name.clone(),
        description: drawing.area_description.clone(),
        is_default: drawing.area_is_default,
        published_count: drawing.published_count,
    }
}

fn set_of(revision: &OfferedRevision) -> OfferedSet {
    OfferedSet {
        id: revision.set_id,
        version: revision.set_version,
        name: revision.set_name.clone(),
        set_date: revision.set_date,
        published_count: 1,
    }
}

/// The name of a connected area here: the upstream's default area says whose it is (`DRF-05`).
fn area_name(connection: &ConnectionRow, area: &OfferedArea) -> String {
    if area.is_default {
        format!("{} · {}", connection.upstream_company_name, area.name)
    } else {
        area.name.clone()
    }
}

/// The id here of something upstream: what it has, or a new one.
fn id_here(app: &App, here: &mut HashMap<Uuid, Uuid>, upstream: Uuid) -> Uuid {
    *here.entry(upstream).or_insert_with(|| app.environment.id())
}

/// Applies a batch in a transaction.
pub(super) async fn apply(app: &App, tx: &mut Tx, proof: &Delivering, offers: Vec<Offer>) -> Result<Tally> {
    let now = app.environment.now();
    let batch = Batch::new(offers);
    let connection = proof.connection().clone();
    let mut tally = Tally::default();

    let mut areas_here = flow::copied_areas(tx, proof).await?;
    let areas = batch.areas.into_iter().map(|(upstream, area)| {
        let name = area_name(&connection, &area);
        (id_here(app, &mut areas_here, upstream), area, name)
    });
    let areas: Vec<_> = areas.collect();
    tally.records += count(flow::write_areas(tx, proof, areas).await?);

    let mut sets_here = flow::copied_sets(tx, proof).await?;
    let sets: Vec<_> =
        batch.sets.into_iter().map(|(upstream, set)| (id_here(app, &mut sets_here, upstream), set)).collect();
    tally.records += count(flow::write_sets(tx, proof, sets, now).await?);

    let disciplines = disciplines(app, tx, proof, batch.disciplines).await?;

    let drawing_ids: Vec<Uuid> = batch.drawings.keys().chain(batch.deleted.keys()).copied().collect();
    let mut drawings_here = flow::copied_drawings(tx, proof, &drawing_ids).await?;
    let mut copies = Vec::with_capacity(batch.drawings.len());
    for (upstream, offered) in batch.drawings {
        copies.push(DrawingCopy {
            id: id_here(app, &mut drawings_here, upstream),
            area: found(&areas_here, offered.area_id.0)?,
            discipline: *disciplines.get(&offered.discipline_name.to_lowercase()).ok_or_else(missing)?,
            offered,
        });
    }
    tally.records += count(flow::write_drawings(tx, proof, copies, now).await?);

    let deleted: Vec<_> = batch.deleted.into_iter().map(|(id, (version, at))| (id, version, at)).collect();
    tally.deleted = count(flow::mark_deleted(tx, proof, &deleted).await?);
    tally.records += tally.deleted;

    let arrival = project::get(tx, connection.downstream_project_id)
        .await?
        .map(|project| project.arrival)
        .unwrap_or_default();
    tally.published = arrival != "review";
    tally.distributed = arrival == "publish_and_distribute";
    let status = if tally.published { Status::Published } else { Status::Unpublished };
    let revision_ids: Vec<Uuid> = batch.revisions.keys().copied().collect();
    let mut revisions_here = flow::copied_revisions(tx, proof, &revision_ids).await?;
    let mut copies = Vec::with_capacity(batch.revisions.len());
    for (upstream, offered) in batch.revisions {
        if !revisions_here.contains_key(&upstream) {
            tally.new_revisions += 1;
            tally.bytes += offered.byte_count;
        }
        copies.push(RevisionCopy {
            id: id_here(app, &mut revisions_here, upstream),
            drawing: found(&drawings_here, offered.drawing_id.0)?,
            set: found(&sets_here, offered.set_id.0)?,
            status,
            offered,
        });
    }
    tally.records += count(flow::write_revisions(tx, proof, copies, now).await?);

    let touched: Vec<DrawingId> = drawings_here.into_values().map(DrawingId).collect();
    drawing::refresh_current(tx, connection.downstream_project_id, &touched).await?;
    Ok(tally)
}

/// The disciplines of the batch here, matched by name; what is missing is added and nothing of the project's own is changed (`DRF-05`).
async fn disciplines(
    app: &App,
    tx: &mut Tx,
    proof: &Delivering,
    wanted: BTreeMap<String, String>,
) -> Result<HashMap<String, DisciplineId>> {
    let mut here = flow::disciplines_by_name(tx, proof).await?;
    for (key, name) in wanted {
        if let std::collections::hash_map::Entry::Vacant(place) = here.entry(key) {
            let id = app.environment.id();
            flow::add_discipline(tx, proof, id, &name).await?;
            place.insert(id);
        }
    }
    Ok(here)
}

fn count(rows: u64) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

fn found(here: &HashMap<Uuid, Uuid>, upstream: Uuid) -> Result<Uuid> {
    here.get(&upstream).copied().ok_or_else(missing)
}

fn missing() -> Error {
    Error::fault("an entry refers to something that was not offered with it")
}
