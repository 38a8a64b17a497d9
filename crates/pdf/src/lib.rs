//! Hostile PDF files in, sheets out: checks a file, splits it into one-page files, reads words and title blocks,
//! renders tiles.
//!
//! PDF bytes are parsed only by [`worker::run`], inside a child process with limits on memory, time and system calls
//! (SEC-02). [`Workshop`] is the parent's side of the pipe and never looks into a PDF itself; [`read_set`] and
//! [`locate`] work on what came out. There is no SQL, no HTTP, no clock and no randomness here, and disciplines are
//! left to the `domain` crate.

mod confine;
mod document;
pub mod draw;
mod frame;
mod outline;
mod pdf_out;
mod reading;
mod render;
mod sheet;
mod split;
mod tiles;
mod words;
pub mod worker;
mod workshop;

pub use reading::{Naming, PageEvidence, Reading, Source, Value, read_set};
pub use sheet::{
    FileRefusal, FileReport, PageOutcome, PageRefusal, Pyramid, Rect, SheetParts, Word, text_of,
};
pub use tiles::{TILE_SIZE, TilePack, locate};
pub use workshop::{Leaf, Limits, Workshop, WorkshopFault};
