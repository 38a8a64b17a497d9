//! The drawing sets of the demo: what stands on their sheets.

use jiff::civil::Date;
use sluice_pdf::draw::{Plan, SheetDrawing, TitleBlock, set_pdf};

/// One issue of a set.
pub(super) struct Issue {
    /// Name of the set.
    pub(super) set: &'static str,
    /// Its date.
    pub(super) date: Date,
    /// Revision on its sheets.
    pub(super) revision: &'static str,
    /// Whether a cloud marks what changed.
    pub(super) changed: bool,
}

/// One sheet: number, title, discipline, what is drawn.
pub(super) struct Sheet(&'static str, &'static str, &'static str, Plan);

/// The first set of Harbor Tower.
pub(super) const TOWER: [Sheet; 12] = [
    Sheet("A-101", "FIRST FLOOR PLAN", "ARCHITECTURAL", Plan::FloorPlan),
    Sheet("A-102", "SECOND FLOOR PLAN", "ARCHITECTURAL", Plan::FloorPlan),
    Sheet("A-103", "THIRD FLOOR PLAN", "ARCHITECTURAL", Plan::FloorPlan),
    Sheet("A-201", "NORTH AND SOUTH ELEVATIONS", "ARCHITECTURAL", Plan::Elevation),
    Sheet("A-202", "EAST AND WEST ELEVATIONS", "ARCHITECTURAL", Plan::Elevation),
    Sheet("A-501", "WALL SECTIONS", "ARCHITECTURAL", Plan::Elevation),
    Sheet("S-101", "FOUNDATION PLAN", "STRUCTURAL", Plan::Structure),
    Sheet("S-102", "SECOND FLOOR FRAMING PLAN", "STRUCTURAL", Plan::Structure),
    Sheet("M-101", "FIRST FLOOR DUCTWORK PLAN", "MECHANICAL", Plan::Ductwork),
    Sheet("M-102", "SECOND FLOOR DUCTWORK PLAN", "MECHANICAL", Plan::Ductwork),
    Sheet("M-103", "THIRD FLOOR DUCTWORK PLAN", "MECHANICAL", Plan::Ductwork),
    Sheet("P-101", "FIRST FLOOR PLUMBING PLAN", "PLUMBING", Plan::FloorPlan),
];

/// What a bulletin changed.
pub(super) const BULLETIN: [Sheet; 2] = [
    Sheet("A-102", "SECOND FLOOR PLAN", "ARCHITECTURAL", Plan::FloorPlan),
    Sheet("M-102", "SECOND FLOOR DUCTWORK PLAN", "MECHANICAL", Plan::Ductwork),
];

/// The set of Northgate School.
pub(super) const SCHOOL: [Sheet; 4] = [
    Sheet("A-101", "GROUND FLOOR PLAN", "ARCHITECTURAL", Plan::FloorPlan),
    Sheet("S-101", "FOUNDATION PLAN", "STRUCTURAL", Plan::Structure),
    Sheet("S-201", "STEEL FRAMING PLAN", "STRUCTURAL", Plan::Structure),
    Sheet("E-101", "GROUND FLOOR LIGHTING PLAN", "ELECTRICAL", Plan::FloorPlan),
];

/// Draws the sheets of an issue as one PDF.
pub(super) fn draw(issue: &Issue, sheets: &[Sheet], project: &str, company: &str) -> Vec<u8> {
    let drawings: Vec<SheetDrawing> = sheets
        .iter()
        .map(|Sheet(number, title, discipline, plan)| SheetDrawing {
            number: (*number).into(),
            title: (*title).into(),
            revision: issue.revision.into(),
            discipline: (*discipline).into(),
            date: issue.date.to_string(),
            project: project.into(),
            company: company.into(),
            plan: *plan,
            title_block: TitleBlock::default(),
            // The storeys of one building share their walls; each sheet has rooms of its own.
            seed: number.bytes().map(u64::from).sum(),
            changed: issue.changed,
        })
        .collect();
    set_pdf(&drawings)
}
