//! Temporary.
#[path = "it/drawings.rs"]
mod drawings;
#[path = "it/uploads.rs"]
mod uploads;
