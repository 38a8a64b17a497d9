//! Opens a file inside the worker and says whether it is one that can be worked on.
//!
//! Everything later (words, split, picture) uses the one reading of the file made here, so that a file which two
//! readers would understand differently is at least the same sheet in all three.

use hayro_syntax::{DecryptionError, LoadPdfError, Pdf, PdfData};

use crate::outline;
use crate::sheet::{FileRefusal, FileReport, PageRefusal};

/// The header may stand behind a little rubbish (ISO 32000-1, annex H, note 13).
const HEADER_WITHIN: usize = 1024;

/// `%%EOF` and `startxref` stand at the end; mail gateways and broken writers add rubbish behind them.
const END_WITHIN: usize = 64 * 1024;

/// Largest side of a page in points, about 35 m: real plots stay below, absurd sizes do not (DRW-02).
const MAX_SIDE_PT: f64 = 100_000.0;

/// Opens the file with the empty password, which is what every reader tries first.
pub(crate) fn open(data: &PdfData, max_pages: u32) -> Result<Pdf, FileRefusal> {
    let bytes: &[u8] = data.as_ref();
    if bytes.is_empty() {
        return Err(FileRefusal::Empty);
    }
    let head = bytes.get(..HEADER_WITHIN.min(bytes.len())).unwrap_or(bytes);
    if !contains(head, b"%PDF-") {
        return Err(FileRefusal::NotAPdf);
    }
    let tail = bytes.get(bytes.len().saturating_sub(END_WITHIN)..).unwrap_or(bytes);
    // A reader that repairs would make a shorter set out of half an upload without a word.
    if !contains(tail, b"%%EOF") && !contains(tail, b"startxref") {
        return Err(FileRefusal::Truncated);
    }
    let pdf = Pdf::new(data.clone()).map_err(|error| match error {
        LoadPdfError::Decryption(
            DecryptionError::PasswordProtected | DecryptionError::UnsupportedAlgorithm,
        ) => FileRefusal::Encrypted,
        LoadPdfError::Decryption(_) | LoadPdfError::Invalid => FileRefusal::Damaged,
    })?;
    let pages = pdf.pages().len();
    if pages == 0 {
        return Err(FileRefusal::NoPages);
    }
    if u32::try_from(pages).is_ok_and(|pages| pages <= max_pages) {
        Ok(pdf)
    } else {
        Err(FileRefusal::TooManyPages)
    }
}

/// Reports pages, bookmarks and labels of an open file.
pub(crate) fn report(pdf: &Pdf) -> FileReport {
    FileReport {
        pages: u32::try_from(pdf.pages().len()).unwrap_or(u32::MAX),
        bookmarks: outline::bookmarks(pdf),
        labels: outline::labels(pdf),
    }
}

/// The page as a reader displays it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Display {
    /// Points, after rotation and user unit.
    pub(crate) width_pt: f64,
    pub(crate) height_pt: f64,
    pub(crate) rotation: u16,
    /// Size of one unit of the page's own space in points (`/UserUnit`).
    pub(crate) unit: f64,
}

/// Measures a page, refusing those without area and those larger than any paper.
pub(crate) fn measure(page: &hayro_syntax::page::Page<'_>) -> Result<Display, PageRefusal> {
    use hayro_syntax::page::Rotation;

    let unit = page
        .raw()
        .get::<f32>(b"UserUnit")
        .map(f64::from)
        .filter(|unit| unit.is_finite() && *unit > 0.0)
        .unwrap_or(1.0);
    let visible = page.intersected_crop_box();
    let (width, height) = (visible.width() * unit, visible.height() * unit);
    let fits = |side: f64| (1.0..=MAX_SIDE_PT).contains(&side);
    if !fits(width) || !fits(height) {
        return Err(PageRefusal::SizeInvalid);
    }
    let (rotation, turned) = match page.rotation() {
        Rotation::None => (0, false),
        Rotation::Horizontal => (90, true),
        Rotation::Flipped => (180, false),
        Rotation::FlippedHorizontal => (270, true),
    };
    let (width_pt, height_pt) = if turned { (height, width) } else { (width, height) };
    Ok(Display { width_pt, height_pt, rotation, unit })
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}
