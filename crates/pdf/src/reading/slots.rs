//! What stays the same and what changes at one place from sheet to sheet.
//!
//! The title block of a set is one form filled in many times: at the number's place the text changes and keeps its shape,
//! at the project's place it never changes. Pages are compared within one size.

use std::collections::{BTreeSet, HashMap};

use super::Page;
use super::lines::{Line, plain};

/// Places are compared on a raster of this many steps along the long side.
const STEPS: f64 = 60.0;

type Place = (i64, i64, i64, i64);

/// Texts by page format and place.
pub(super) struct Slots {
    texts: HashMap<Place, Vec<(usize, String)>>,
    formats: HashMap<(i64, i64), usize>,
}

/// What other pages of the format show at a place.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Company {
    /// Pages of this format, this one included.
    pub(super) pages: usize,
    /// Pages that have a text there.
    pub(super) filled: usize,
    /// Pages whose text there is exactly this one.
    pub(super) same: usize,
    /// Pages whose text there has the same shape, this one included.
    pub(super) shaped: usize,
    /// Different texts of that shape.
    pub(super) distinct: usize,
}

impl Slots {
    pub(super) fn of(pages: &[Page<'_>]) -> Self {
        let mut texts: HashMap<Place, Vec<(usize, String)>> = HashMap::new();
        let mut formats: HashMap<(i64, i64), usize> = HashMap::new();
        for (index, page) in pages.iter().enumerate() {
            let format = format(page);
            *formats.entry(format).or_default() += 1;
            for line in page.lines.iter().filter(|line| line.in_margin()) {
                let (column, row) = cell(page, line);
                let texts = texts.entry((format.0, format.1, column, row)).or_default();
                texts.push((index, line.text.clone()));
            }
        }
        Self { texts, formats }
    }

    /// Looks up the neighbourhood of a line; `shape` maps a text to what must agree.
    pub(super) fn company(&self, page: &Page<'_>, line: &Line, shape: fn(&str) -> Option<String>) -> Company {
        let format = format(page);
        let (column, row) = cell(page, line);
        let own_shape = shape(&line.text);
        let own_text = plain(&line.text);
        let mut filled = BTreeSet::new();
        let mut same = BTreeSet::new();
        let mut shaped = BTreeSet::new();
        let mut distinct = BTreeSet::new();
        for across in -1..=1 {
            for down in -1..=1 {
                let place = (format.0, format.1, column + across, row + down);
                for (index, text) in self.texts.get(&place).into_iter().flatten() {
                    filled.insert(*index);
                    if plain(text) == own_text {
                        same.insert(*index);
                    }
                    if own_shape.is_some() && shape(text) == own_shape {
                        shaped.insert(*index);
                        distinct.insert(plain(text));
                    }
                }
            }
        }
        Company {
            pages: self.formats.get(&format).copied().unwrap_or(1),
            filled: filled.len(),
            same: same.len(),
            shaped: shaped.len(),
            distinct: distinct.len(),
        }
    }
}

/// Counts different texts.
pub(super) fn distinct<'a>(texts: impl Iterator<Item = &'a str>) -> usize {
    texts.map(plain).collect::<BTreeSet<_>>().len()
}

#[expect(clippy::cast_possible_truncation, reason = "sides of sheets in points")]
fn format(page: &Page<'_>) -> (i64, i64) {
    let side = |points: f64| (points / 10.0).round() as i64;
    (side(page.evidence.width_pt), side(page.evidence.height_pt))
}

/// The middle of a line across and its baseline, as displayed: numbers are centred or stand at one side in their boxes.
#[expect(clippy::cast_possible_truncation, reason = "a few steps of a raster")]
fn cell(page: &Page<'_>, line: &Line) -> (i64, i64) {
    let step = page.evidence.width_pt.max(page.evidence.height_pt) / STEPS;
    ((f64::midpoint(line.area[0], line.area[2]) / step).floor() as i64, (line.area[3] / step).floor() as i64)
}
