//! A batch, sorted by what it is about. A record stands in it once: the feed holds one entry each.

use std::collections::{BTreeMap, HashMap};

use sluice_domain::{DrawingId, RevisionId};
use sluice_store::flow::{OfferedArea, OfferedDiscipline, OfferedDrawing, OfferedRevision, OfferedSet};
use uuid::Uuid;

use crate::Result;
use crate::flow::Offer;
use crate::flow::upstream::{Content, Deletion};

/// What is to be applied, each by its id upstream.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) areas: BTreeMap<Uuid, OfferedArea>,
    pub(super) sets: BTreeMap<Uuid, OfferedSet>,
    pub(super) disciplines: BTreeMap<Uuid, OfferedDiscipline>,
    pub(super) drawings: BTreeMap<Uuid, OfferedDrawing>,
    pub(super) revisions: BTreeMap<Uuid, OfferedRevision>,
    pub(super) deleted_drawings: Vec<Deletion<DrawingId>>,
    pub(super) deleted_revisions: Vec<Deletion<RevisionId>>,
    /// The revision of each drawing of which only one is in here.
    sole: HashMap<DrawingId, Option<Uuid>>,
}

impl Batch {
    pub(super) fn new(offers: Vec<Offer>) -> Result<Self> {
        let mut batch = Self::default();
        for offer in offers {
            match offer.content::<Content>()? {
                Content::Area(area) => {
                    batch.areas.insert(area.id.0, area);
                }
                Content::Set(set) => {
                    batch.sets.insert(set.id.0, set);
                }
                Content::Discipline(discipline) => {
                    batch.disciplines.insert(discipline.id.0, discipline);
                }
                Content::Drawing(drawing) => batch.add_drawing(*drawing),
                Content::Revision(both) => {
                    let (revision, drawing) = *both;
                    batch.sets.entry(revision.set_id.0).or_insert_with(|| set_of(&revision));
                    let sole = batch.sole.entry(revision.drawing_id);
                    sole.and_modify(|only| *only = None).or_insert(Some(revision.id.0));
                    batch.revisions.insert(revision.id.0, revision);
                    batch.add_drawing(drawing);
                }
                Content::DeletedDrawing(deletion) => batch.deleted_drawings.push(deletion),
                Content::DeletedRevision(deletion) => batch.deleted_revisions.push(deletion),
                Content::Withheld(_) => {}
            }
        }
        // A drawing is named by its own entry and by each of its revisions.
        batch.deleted_drawings.sort_unstable_by_key(|deletion| deletion.record);
        batch.deleted_drawings.dedup_by_key(|deletion| deletion.record);
        Ok(batch)
    }

    fn add_drawing(&mut self, drawing: OfferedDrawing) {
        self.disciplines.entry(drawing.discipline_id.0).or_insert_with(|| discipline_of(&drawing));
        self.areas.entry(drawing.area_id.0).or_insert_with(|| area_of(&drawing));
        self.drawings.insert(drawing.id.0, drawing);
    }

    /// The one revision of a drawing that is in here, where there is exactly one. A drawing that is new here is written with it at once:
    /// which of its revisions is current need not be found out.
    pub(super) fn sole_revision(&self, drawing: DrawingId) -> Option<Uuid> {
        self.sole.get(&drawing).copied().flatten()
    }

    /// The drawings it is about.
    pub(super) fn drawing_ids(&self) -> Vec<Uuid> {
        let deleted = self.deleted_drawings.iter().map(|deletion| deletion.record.0);
        self.drawings.keys().copied().chain(deleted).collect()
    }

    /// The revisions it is about, and those that are current upstream.
    pub(super) fn revision_ids(&self) -> Vec<Uuid> {
        let deleted = self.deleted_revisions.iter().map(|deletion| deletion.record.0);
        let current =
            self.drawings.values().filter_map(|drawing| drawing.current_revision_id.map(Uuid::from));
        let mut ids: Vec<Uuid> = self.revisions.keys().copied().chain(deleted).chain(current).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
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

fn discipline_of(drawing: &OfferedDrawing) -> OfferedDiscipline {
    OfferedDiscipline {
        id: drawing.discipline_id,
        version: drawing.discipline_version,
        name: drawing.discipline_name.clone(),
        position: drawing.discipline_position,
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
