//! What a column of an exported table holds, and a value as it was read: of few forms, which JSON and CSV write each in their way.

use jiff::Timestamp;
use uuid::Uuid;

use crate::row::{Column, Row};
use crate::{Result, Sha256};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// The id of a record.
    Id,
    /// Text, a word, a date.
    Text,
    /// A whole number.
    Whole,
    /// A number.
    Real,
    /// Yes or no.
    Yes,
    /// An instant.
    Instant,
    /// What names bytes.
    Hash,
}

/// A value, with nothing where there is none.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing.
    Nothing,
    /// Text.
    Text(String),
    /// A whole number.
    Whole(i64),
    /// A number.
    Real(f64),
    /// Yes or no.
    Yes(bool),
}

impl Cell {
    pub(super) fn read(row: &Row<'_>, name: &str, form: Form) -> Result<Self> {
        fn cell<T: Column>(row: &Row<'_>, name: &str, make: impl FnOnce(T) -> Cell) -> Result<Cell> {
            Ok(T::take(row, name)?.map_or(Cell::Nothing, make))
        }
        match form {
            Form::Id => cell(row, name, |id: Uuid| Self::Text(id.to_string())),
            Form::Text => cell(row, name, Self::Text),
            Form::Whole => cell(row, name, Self::Whole),
            Form::Real => cell(row, name, Self::Real),
            Form::Yes => cell(row, name, Self::Yes),
            Form::Instant => cell(row, name, |at: Timestamp| Self::Text(at.to_string())),
            Form::Hash => cell(row, name, |sha256: Sha256| Self::Text(sha256.to_string())),
        }
    }
}
