//! Applying a batch downstream: set by set, whatever the order in which entries come. Each entry carries what it stands in, so that none has
//! to wait for another. What a batch did is told to [`super::digest`]; what it did to each drawing, [`super::chronicle`] writes down.

mod batch;
mod disciplines;

use std::collections::{BTreeSet, HashMap, HashSet};

use sluice_domain::revision::Status;
use sluice_domain::{DisciplineId, DrawingId, RevisionId, SetId};
use sluice_store::connection::ConnectionRow;
use sluice_store::drawing::current::{Moved, undated_in};
use sluice_store::drawing::log::What;
use sluice_store::flow::known::{self, KnownDrawing, KnownRevision};
use sluice_store::flow::{self, Delivering, DrawingCopy, OfferedArea, OfferedDrawing, RevisionCopy};
use sluice_store::{Tx, drawing, project};
use uuid::Uuid;

use super::chronicle::{self, Chronicle};
use super::shared::Offer;
use super::upstream::Deletion;
use crate::drawings::search;
use crate::{App, Error, Result};
use batch::Batch;

/// A sheet of which another revision is current now, because of what changed upstream (`DRF-04`).
#[derive(Debug, Clone)]
pub(super) struct MovedSheet {
    /// Its number.
    pub(super) number: String,
    /// Text of the revision that was current.
    pub(super) from: String,
    /// Text of the one that is.
    pub(super) to: String,
}

/// What a batch did, and which sheets people are told of.
#[derive(Debug, Default)]
pub(super) struct Landed {
    /// Records that changed something here.
    pub(super) records: i64,
    /// Revisions that are new here.
    pub(super) new_revisions: i64,
    /// Bytes those refer to.
    pub(super) bytes: i64,
    /// Numbers of drawings newly deleted upstream.
    pub(super) deleted: Vec<String>,
    /// Numbers of drawings newly made obsolete upstream.
    pub(super) obsolete: Vec<String>,
    /// Sheets of which another revision is current now.
    pub(super) moved: Vec<MovedSheet>,
    /// Whether new revisions were published as they landed, and that is to be distributed (`DRF-03`).
    pub(super) distributed: bool,
}

/// What stands here for something upstream, with its name now.
type Places = HashMap<Uuid, (Uuid, String)>;

/// The areas, sets and disciplines of a batch, written.
struct Held {
    areas: Places,
    sets: Places,
    disciplines: HashMap<Uuid, (DisciplineId, String)>,
    /// Drawings whose order depends on a set whose date is another one now.
    reordered: Vec<DrawingId>,
}

/// Where revisions land.
struct Landing<'a> {
    /// Their drawings here.
    drawings: &'a HashMap<Uuid, DrawingId>,
    /// Their sets here.
    sets: &'a Places,
    /// The ids of those that their new drawings name already.
    new_revisions: HashMap<Uuid, RevisionId>,
}

/// What a batch is doing.
struct Doing {
    /// How new revisions land.
    status: Status,
    /// Whether they are to be published once the connection cannot be undone any more (`UND-02`).
    publish_when_settled: bool,
    tally: Landed,
    chronicle: Chronicle,
}

/// Applies a batch in a transaction.
pub(super) async fn apply(
    app: &App,
    tx: &mut Tx,
    proof: &Delivering,
    undoable: bool,
    offers: Vec<Offer>,
) -> Result<Landed> {
    let now = app.environment.now();
    let mut batch = Batch::new(offers)?;
    let project = proof.connection().downstream_project_id;
    let arrival = project::get(tx, project).await?.map(|project| project.arrival).unwrap_or_default();
    // Published for good is not what can still be undone (UND-02): until then it waits.
    let publish_when_settled = arrival != "review" && undoable;
    let published = arrival != "review" && !publish_when_settled;
    let status = if published { Status::Published } else { Status::Unpublished };
    let tally = Landed { distributed: published && arrival == "publish_and_distribute", ..Landed::default() };
    let mut doing = Doing { status, publish_when_settled, tally, chronicle: Chronicle::default() };
    let drawings = known::drawings(tx, proof, &batch.drawing_ids()).await?;
    let revisions = known::revisions(tx, proof, &batch.revision_ids()).await?;

    let held = hold(app, tx, proof, &mut batch, &mut doing.tally).await?;
    let mut here: HashMap<Uuid, DrawingId> = drawings.iter().map(|(id, known)| (*id, known.id)).collect();
    let mut copies = Vec::with_capacity(batch.drawings.len());
    let (mut new_revisions, mut touched) = (HashMap::new(), BTreeSet::new());
    for offered in std::mem::take(&mut batch.drawings).into_values() {
        let known = drawings.get(&offered.id.0);
        let (area, area_name) = found(&held.areas, offered.area_id.0)?;
        let (discipline, discipline_name) = found(&held.disciplines, offered.discipline_id.0)?;
        let title = known
            .filter(|known| waits(known, &offered, &revisions, &batch, doing.status))
            .map(|known| known.title.clone());
        let id = *here.entry(offered.id.0).or_insert_with(|| app.environment.id());
        let sole = batch
            .sole_revision(offered.id)
            .filter(|upstream| known.is_none() && !revisions.contains_key(upstream));
        let sole_revision = sole.map(|upstream| {
            let id: RevisionId = app.environment.id();
            new_revisions.insert(upstream, id);
            (id, doing.status)
        });
        if sole_revision.is_none() {
            touched.insert(id);
        }
        let copy =
            DrawingCopy { id: id.0, area: *area, discipline: *discipline, title, sole_revision, offered };
        if let Some(known) = known {
            if chronicle::newly_obsolete(known, &copy) {
                doing.tally.obsolete.push(copy.offered.number.clone());
            }
            doing.chronicle.add(id, chronicle::of_drawing(known, &copy, area_name, discipline_name));
        }
        copies.push(copy);
    }
    doing.tally.records += count(flow::write_drawings(tx, proof, copies, now).await?);
    for deletion in &batch.deleted_drawings {
        if let Some(known) =
            drawings.get(&deletion.record.0).filter(|known| known.deleted_upstream_at.is_none())
        {
            doing.tally.deleted.push(known.number.clone());
            doing.chronicle.add(known.id, vec![What::plain("deleted_upstream")]);
        }
    }
    doing.tally.records += count(flow::mark_deleted(tx, proof, &gone(&batch.deleted_drawings)).await?);

    let places = Landing { drawings: &here, sets: &held.sets, new_revisions };
    let arrived = revise(app, tx, proof, &mut batch, &revisions, places, &mut doing).await?;

    touched.extend(drawings.values().map(|known| known.id));
    touched.extend(held.reordered);
    touched.extend(revisions.values().map(|known| known.drawing_id));
    let touched: Vec<DrawingId> = touched.into_iter().collect();
    let moved = drawing::refresh_current(tx, project, &touched).await?;
    doing.tally.moved = follow(tx, proof, moved, &arrived, &mut doing.chronicle).await?;
    doing.chronicle.write(app, tx, proof).await?;
    super::release_titles(app, tx, project).await?;
    search::arrived(app, tx, project).await?;
    Ok(doing.tally)
}

/// Whether a title waits: it came with a revision that is not published here yet, and an older one is (`DRF-04`: nothing of its content).
fn waits(
    known: &KnownDrawing,
    offered: &OfferedDrawing,
    revisions: &HashMap<Uuid, KnownRevision>,
    batch: &Batch,
    status: Status,
) -> bool {
    let Some(current) = offered.current_revision_id else { return false };
    let published = match revisions.get(&current.0) {
        Some(copy) => copy.status == Status::Published,
        None => batch.revisions.contains_key(&current.0) && status == Status::Published,
    };
    known.current_revision_id.is_some()
        && offered.current_title.as_ref() == Some(&offered.title)
        && !published
}

/// Writes the areas, sets and disciplines of a batch.
async fn hold(
    app: &App,
    tx: &mut Tx,
    proof: &Delivering,
    batch: &mut Batch,
    tally: &mut Landed,
) -> Result<Held> {
    let (connection, now) = (proof.connection(), app.environment.now());
    let known = known::areas(tx, proof).await?;
    let mut areas: Places =
        known.into_values().map(|area| (area.upstream_id, (area.id, area.name))).collect();
    let mut rows = vec![];
    for (upstream, area) in std::mem::take(&mut batch.areas) {
        let name = area_name(connection, &area);
        let place = areas.entry(upstream).or_insert_with(|| (app.environment.id(), String::new()));
        place.1.clone_from(&name);
        rows.push((place.0, area, name));
    }
    tally.records += count(flow::write_areas(tx, proof, rows).await?);

    let known = known::sets(tx, proof).await?;
    let mut sets: Places = known.values().map(|set| (set.upstream_id, (set.id, set.name.clone()))).collect();
    let (mut rows, mut redated) = (vec![], vec![]);
    for (upstream, set) in std::mem::take(&mut batch.sets) {
        if known.get(&upstream).is_some_and(|known| known.set_date != set.set_date) {
            redated.push(set.id);
        }
        let place = sets.entry(upstream).or_insert_with(|| (app.environment.id(), String::new()));
        place.1.clone_from(&set.name);
        rows.push((place.0, set));
    }
    tally.records += count(flow::write_sets(tx, proof, rows, now).await?);
    let redated: Vec<SetId> =
        redated.iter().filter_map(|set| sets.get(&set.0)).map(|(id, _)| SetId(*id)).collect();
    let reordered = undated_in(tx, connection.downstream_project_id, &redated).await?;

    let disciplines = disciplines::write(app, tx, proof, std::mem::take(&mut batch.disciplines)).await?;
    Ok(Held { areas, sets, disciplines, reordered })
}

/// Between the upstream company and its default area.
pub(super) const AREA_GAP: &str = " · ";

/// The name of a connected area here: the upstream's default area says whose it is (`DRF-05`).
fn area_name(connection: &ConnectionRow, area: &OfferedArea) -> String {
    if area.is_default {
        format!("{}{AREA_GAP}{}", connection.upstream_company_name, area.name)
    } else {
        area.name.clone()
    }
}

/// Writes the revisions of a batch; answers those that are new here.
async fn revise(
    app: &App,
    tx: &mut Tx,
    proof: &Delivering,
    batch: &mut Batch,
    known: &HashMap<Uuid, KnownRevision>,
    landing: Landing<'_>,
    doing: &mut Doing,
) -> Result<HashSet<RevisionId>> {
    let now = app.environment.now();
    let mut arrived = HashSet::new();
    let mut copies = Vec::with_capacity(batch.revisions.len());
    for (upstream, offered) in std::mem::take(&mut batch.revisions) {
        let drawing = *found(landing.drawings, offered.drawing_id.0)?;
        let (set, set_name) = found(landing.sets, offered.set_id.0)?;
        let known = known.get(&upstream);
        let id = known.map(|known| known.id).or(landing.new_revisions.get(&upstream).copied());
        let id = id.unwrap_or_else(|| app.environment.id());
        let copy = RevisionCopy {
            id: id.0,
            drawing: drawing.0,
            set: *set,
            status: doing.status,
            publish_when_settled: doing.publish_when_settled,
            offered,
        };
        if let Some(known) = known {
            doing.chronicle.add(drawing, chronicle::of_revision(known, &copy, set_name));
        } else {
            doing.tally.new_revisions += 1;
            doing.tally.bytes += copy.offered.byte_count;
            arrived.insert(id);
            doing.chronicle.arrived(drawing, id, &copy.offered.revision, doing.status);
        }
        copies.push(copy);
    }
    doing.tally.records += count(flow::write_revisions(tx, proof, copies, now).await?);
    for deletion in &batch.deleted_revisions {
        if let Some(known) = known.get(&deletion.record.0).filter(|known| known.deleted_upstream_at.is_none())
        {
            doing
                .chronicle
                .add(known.drawing_id, vec![What::of("deleted_upstream", known.id, &known.revision)]);
        }
    }
    doing.tally.records +=
        count(flow::mark_revisions_deleted(tx, proof, &gone(&batch.deleted_revisions)).await?);
    Ok(arrived)
}

/// The sheets of which another revision is current now. One that became current by arriving is told as an arrival.
async fn follow(
    tx: &mut Tx,
    proof: &Delivering,
    moved: Vec<Moved>,
    arrived: &HashSet<RevisionId>,
    chronicle: &mut Chronicle,
) -> Result<Vec<MovedSheet>> {
    let edited: Vec<(DrawingId, RevisionId, RevisionId)> = moved
        .into_iter()
        .filter_map(|moved| Some((moved.drawing, moved.from?, moved.to?)))
        .filter(|(_, _, to)| !arrived.contains(to))
        .collect();
    let revisions: Vec<RevisionId> = edited.iter().flat_map(|(_, from, to)| [*from, *to]).collect();
    let drawings: Vec<DrawingId> = edited.iter().map(|(drawing, _, _)| *drawing).collect();
    let texts = known::texts(tx, proof, &revisions).await?;
    let numbers = known::numbers(tx, proof, &drawings).await?;
    let text = |revision| texts.get(&revision).cloned().unwrap_or_default();
    let mut sheets = Vec::with_capacity(edited.len());
    for (drawing, from, to) in edited {
        let (from, to_text) = (text(from), text(to));
        chronicle.add(
            drawing,
            vec![What::of("current_changed", to, &to_text).changed("current", &from, &to_text)],
        );
        let number = numbers.get(&drawing).cloned().unwrap_or_default();
        sheets.push(MovedSheet { number, from, to: to_text });
    }
    Ok(sheets)
}

fn gone<T: Copy + Into<Uuid>>(deletions: &[Deletion<T>]) -> Vec<flow::Gone> {
    deletions.iter().map(|deletion| (deletion.record.into(), deletion.version, deletion.at)).collect()
}

fn count(rows: u64) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

fn found<T>(here: &HashMap<Uuid, T>, upstream: Uuid) -> Result<&T> {
    here.get(&upstream)
        .ok_or_else(|| Error::fault("an entry refers to something that was not offered with it"))
}
