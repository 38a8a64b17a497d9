//! The pipe between parent and worker: one request as an argument, then frames on the worker's standard output.
//!
//! A frame is a header length (u32, little endian), a JSON header, and the binary parts whose lengths the header
//! states. The parent trusts none of it: every length is held against a limit before a byte is read.

use serde::{Deserialize, Serialize};

use crate::sheet::{FileRefusal, FileReport, PageRefusal, Pyramid, Word};

/// Longest header the parent reads: [`MAX_WORDS`] words with room to spare.
pub(crate) const MAX_HEADER: u32 = 64 << 20;

/// Most words kept of one page; the densest real sheets carry some ten thousand.
pub(crate) const MAX_WORDS: usize = 200_000;

/// Longest label of a sheet that is bound, bytes.
pub(crate) const MAX_LABEL: u64 = 4 << 10;

/// Bytes of a bound file that go over the pipe at a time.
pub(crate) const PIECE: usize = 128 << 10;

/// Tells the worker what to do with the PDF on its standard input.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Request {
    pub(crate) job: Job,
    pub(crate) file_bytes: u64,
    pub(crate) max_pages: u32,
    pub(crate) address_space: u64,
    pub(crate) cpu_seconds: u64,
    pub(crate) page_bytes: u64,
    pub(crate) max_side: u32,
    pub(crate) max_pixels: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Job {
    /// Report pages, bookmarks and labels.
    Check,
    /// Work on pages `first..=last`, 1-based.
    Pages { first: u32, last: u32 },
    /// Bind so many one-page files into one; each comes as a label and a file, each with its length before it.
    Bind { sheets: u32 },
}

/// One message of the worker.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Frame {
    /// The file is open; pages follow. Lets the parent time opening apart from pages.
    Opened,
    Report(FileReport),
    Refused(FileRefusal),
    Page(Box<PageHeader>),
    PageRefused {
        page: u32,
        why: PageRefusal,
    },
}

/// Header of a finished page; the parts follow in the order of the lengths.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PageHeader {
    pub(crate) page: u32,
    pub(crate) width_pt: f64,
    pub(crate) height_pt: f64,
    pub(crate) rotation: u16,
    pub(crate) words: Vec<Word>,
    pub(crate) pyramid: Pyramid,
    pub(crate) pdf_bytes: u64,
    pub(crate) thumbnail_bytes: u64,
    pub(crate) tiles_bytes: u64,
}
