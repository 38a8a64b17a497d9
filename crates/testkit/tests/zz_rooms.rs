//! Temporary.
#[path = "it/uploads.rs"]
mod uploads;
#[path = "it/drawings.rs"]
mod drawings;
