//! Sheets drawn by the program itself: for the demo, for tests and for the bench.
//!
//! Plausible at a glance, never a building: no real project, firm or address. The same input gives the same bytes.

/// What is drawn on the sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Plan {
    /// Walls, doors, rooms, dimensions.
    #[default]
    FloorPlan,
    /// A façade with storeys and openings.
    Elevation,
    /// Columns, beams, footings.
    Structure,
    /// Ducts and diffusers over the plan in grey.
    Ductwork,
}

/// Edge of the sheet along which the title block stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TitleBlock {
    /// A column at the right edge.
    #[default]
    Right,
    /// A strip along the bottom edge.
    Bottom,
}

/// Describes one sheet to draw; all texts are printed as given.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SheetDrawing {
    /// Sheet number, such as `A-101`.
    pub number: String,
    /// Sheet title, such as `FIRST FLOOR PLAN`.
    pub title: String,
    /// Revision; empty prints none.
    pub revision: String,
    /// Discipline as a word, such as `ARCHITECTURAL`; empty prints none.
    pub discipline: String,
    /// Date as printed.
    pub date: String,
    /// Project name.
    pub project: String,
    /// Name of the company that issues the sheet.
    pub company: String,
    /// What is drawn.
    pub plan: Plan,
    /// Where the title block stands.
    pub title_block: TitleBlock,
    /// Varies rooms and sizes.
    pub seed: u64,
    /// Whether a revision cloud marks a change, and the drawing differs there from the one without.
    pub changed: bool,
}

/// Draws the sheets (36 × 24 in, landscape) into one PDF, with a bookmark `number - title` for each.
pub fn set_pdf(sheets: &[SheetDrawing]) -> Vec<u8> {
    let _ = sheets;
    Vec::new()
}

/// Makes a one-page PDF of about `bytes` bytes that no compression makes smaller, for benchmarks.
pub fn incompressible_sheet(bytes: usize, seed: u64) -> Vec<u8> {
    let _ = (bytes, seed);
    Vec::new()
}
