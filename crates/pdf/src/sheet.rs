//! The words for what comes out of a file: reports, sheets, refusals.
//!
//! Plain data that both sides of the pipe share. `serde` is derived for that pipe only: nothing here is a wire form of
//! the product or a form to store.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Says what an accepted file holds, before any page is worked on.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FileReport {
    /// Number of pages, at least 1.
    pub pages: u32,
    /// Bookmark titles by page (1-based), the deepest one that points at the page.
    pub bookmarks: BTreeMap<u32, String>,
    /// Page labels by page (1-based), only where the file states them.
    pub labels: BTreeMap<u32, String>,
}

/// Says why a whole file is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum FileRefusal {
    /// The file has no bytes.
    #[error("the file is empty")]
    Empty,
    /// The file does not begin like a PDF.
    #[error("the file is not a PDF")]
    NotAPdf,
    /// The end of the file is missing, as after a broken upload.
    #[error("the file was cut off before its end")]
    Truncated,
    /// The file calls itself a PDF, but its pages cannot be found.
    #[error("the file is damaged")]
    Damaged,
    /// The file cannot be opened without a password.
    #[error("the file is protected by a password")]
    Encrypted,
    /// The file is sound and has no page.
    #[error("the file has no pages")]
    NoPages,
    /// The file has more pages than one upload may have (DRW-01).
    #[error("the file has too many pages")]
    TooManyPages,
    /// The file is larger than one upload may be (DRW-01).
    #[error("the file is too big")]
    TooBig,
    /// Opening the file took longer or more memory than it may.
    #[error("the file is too complex to open")]
    TooComplex,
    /// The file could not be looked at: it is gone or no worker could be started. Trying again may help.
    #[error("the file could not be checked")]
    NotChecked,
}

impl FileRefusal {
    /// Returns the stable code of this refusal.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "pdf_empty",
            Self::NotAPdf => "not_a_pdf",
            Self::Truncated => "pdf_truncated",
            Self::Damaged => "pdf_damaged",
            Self::Encrypted => "pdf_encrypted",
            Self::NoPages => "pdf_no_pages",
            Self::TooManyPages => "pdf_too_many_pages",
            Self::TooBig => "pdf_too_big",
            Self::TooComplex => "pdf_too_complex",
            Self::NotChecked => "pdf_not_checked",
        }
    }

    /// Tells whether the answer will be the same for the same bytes, so that trying again is of no use.
    pub const fn is_final(self) -> bool {
        !matches!(self, Self::NotChecked)
    }
}

/// Says why one page fails while the rest of its file goes on (DRW-02).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum PageRefusal {
    /// The page cannot be read, or is not where the file says.
    #[error("the page is damaged")]
    Damaged,
    /// The page has no area, or more than a sheet of paper can have.
    #[error("the size of the page is not valid")]
    SizeInvalid,
    /// The page takes longer than [`crate::Limits::page_time`].
    #[error("the page takes too long to draw")]
    TooComplex,
    /// The page needs more memory or more output than it may have.
    #[error("the page is too large")]
    TooLarge,
    /// The worker died on this page.
    #[error("the page made the worker fail")]
    Crashed,
    /// Too many pages of the file failed before this one ([`crate::Limits::lost_workers`],
    /// [`crate::Limits::output_bytes`]).
    #[error("the page was not tried because too many pages before it failed")]
    NotTried,
}

impl PageRefusal {
    /// Returns the stable code of this refusal.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Damaged => "page_damaged",
            Self::SizeInvalid => "page_size_invalid",
            Self::TooComplex => "page_too_complex",
            Self::TooLarge => "page_too_large",
            Self::Crashed => "page_crashed",
            Self::NotTried => "page_not_tried",
        }
    }
}

/// Reports one page as soon as it is done.
#[derive(Debug)]
pub struct PageOutcome {
    /// Page number in the file, 1-based.
    pub page: u32,
    /// The sheet's parts, or why there are none.
    pub result: Result<SheetParts, PageRefusal>,
}

/// One sheet taken out of its file; the paths are in the staging folder given to [`crate::Workshop::pages`].
#[derive(Debug, Clone)]
pub struct SheetParts {
    /// One-page PDF with nothing but this page (SEC-08). The same page of the same file gives the same bytes.
    pub pdf: PathBuf,
    /// SHA-256 of [`Self::pdf`], computed by the parent while writing it.
    pub pdf_sha256: [u8; 32],
    /// Length of [`Self::pdf`].
    pub pdf_bytes: u64,
    /// Width in points (1/72 in) as displayed, after `/Rotate` and `/UserUnit`.
    pub width_pt: f64,
    /// Height in points as displayed.
    pub height_pt: f64,
    /// `/Rotate` of the page: 0, 90, 180 or 270. Already applied to sizes, words and pictures.
    pub rotation: u16,
    /// Words in reading order within their lines, in displayed coordinates.
    pub words: Vec<Word>,
    /// WebP picture of the whole sheet, at most 512 px on its long side.
    pub thumbnail: PathBuf,
    /// Tile pack, see [`TilePack`](crate::TilePack).
    pub tiles: PathBuf,
    /// Length of [`Self::tiles`].
    pub tiles_bytes: u64,
    /// Shape of the tile pack.
    pub pyramid: Pyramid,
}

/// Describes the levels of a tile pack: level 0 fits one tile, each next level is twice as large, the last one is
/// `width` × `height`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pyramid {
    /// Width of the full resolution in pixels.
    pub width: u32,
    /// Height of the full resolution in pixels.
    pub height: u32,
    /// Side of a tile in pixels; tiles at the right and bottom edge are padded with white to this size.
    pub tile_size: u32,
    /// Number of levels, at least 1.
    pub levels: u32,
}

/// A box in displayed points, origin at the top left, y growing downwards.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rect {
    /// Left edge.
    pub x: f64,
    /// Top edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

/// One word of a page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Word {
    /// The characters, never empty, without spaces.
    #[serde(rename = "t")]
    pub text: String,
    /// Left edge in displayed points from the left of the sheet.
    pub x: f32,
    /// Top edge in displayed points from the top of the sheet.
    pub y: f32,
    /// Width of the upright box around the word, in points.
    #[serde(rename = "w")]
    pub width: f32,
    /// Height of the upright box around the word, in points.
    #[serde(rename = "h")]
    pub height: f32,
    /// Font size in points.
    #[serde(rename = "s")]
    pub size: f32,
    /// Reading direction in degrees clockwise, 0 to 359: 0 reads to the right, 270 upwards.
    #[serde(rename = "a")]
    pub angle: u16,
}

/// Joins words into one text, for full text search (LOG-02).
pub fn text_of(words: &[Word]) -> String {
    let mut text = String::with_capacity(words.iter().map(|word| word.text.len() + 1).sum());
    for word in words {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&word.text);
    }
    text
}
