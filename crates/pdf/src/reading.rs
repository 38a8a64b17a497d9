//! Reads number, title and revision of sheets from what the pages of a set say about themselves (DRW-03).
//!
//! Best evidence first: the file name when a naming was chosen, bookmarks and page labels, the title block. Title blocks
//! are found by where they stand, by the labels printed in them and by what stays the same from sheet to sheet; there are
//! no templates and no lists of firms. Pure: no PDF, no files. Where nothing carries a number the field stays empty: an
//! invented number costs the reviewer more than a missing one. Disciplines are not inferred here.

use crate::sheet::{Rect, Word};

mod labels;
mod lines;
mod naming;
mod number;
mod revision;
mod slots;
mod title;

use lines::Line;

/// How the file name is to be understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Naming {
    /// The file name says nothing.
    #[default]
    None,
    /// `Number_Title`
    NumberTitle,
    /// `Number.Rev_Title`
    NumberDotRevTitle,
    /// `Number_Rev_Title`
    NumberRevTitle,
    /// `Number_Title_Rev`
    NumberTitleRev,
}

/// What is known of one page; pages that were uploaded together are given together.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PageEvidence {
    /// Name of the file as uploaded.
    pub file_name: String,
    /// Page in the file, 0-based.
    pub page_index: u32,
    /// Pages of the file.
    pub page_count: u32,
    /// Title of the bookmark that points at the page.
    pub bookmark: Option<String>,
    /// Label of the page.
    pub label: Option<String>,
    /// Width as displayed, in points.
    pub width_pt: f64,
    /// Height as displayed, in points.
    pub height_pt: f64,
    /// Words in displayed coordinates.
    pub words: Vec<Word>,
}

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// The file name, by the chosen naming.
    FileName,
    /// A bookmark.
    Bookmark,
    /// A page label.
    Label,
    /// The title block on the sheet.
    TitleBlock,
}

/// One value read, with how sure the reading is.
#[derive(Debug, Clone, PartialEq)]
pub struct Value {
    /// The text as printed.
    pub text: String,
    /// 0 to 1; below 0.7 the reviewer is shown a mark (DRW-04).
    pub confidence: f32,
    /// Where it was found.
    pub source: Source,
}

impl Value {
    fn new(text: impl Into<String>, confidence: f64, source: Source) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "between 0 and 1")]
        let confidence = confidence.clamp(0.0, 0.99) as f32;
        Self { text: text.into(), confidence, source }
    }
}

/// What was read of one page.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reading {
    /// Sheet number.
    pub number: Option<Value>,
    /// Sheet title.
    pub title: Option<Value>,
    /// Revision.
    pub revision: Option<Value>,
    /// Where number and title stand on the sheet, with a margin, for the crop shown to the reviewer.
    pub title_block: Option<Rect>,
}

/// A page on the desk: its evidence and what was made of it so far.
struct Page<'a> {
    evidence: &'a PageEvidence,
    lines: Vec<Line>,
    /// The lines that are labels of boxes.
    labels: Vec<(labels::Label, Line)>,
    /// Median lettering size, to tell large from small.
    body: f64,
    /// Number and title as the bookmark states them.
    bookmark: (Option<String>, Option<String>),
}

/// Reads the pages of one upload together; the answer has one reading per page, in the same order.
pub fn read_set(pages: &[PageEvidence], naming: Naming) -> Vec<Reading> {
    let pages: Vec<Page<'_>> = pages.iter().map(Page::new).collect();
    let slots = slots::Slots::of(&pages);
    let numbers: Vec<Option<number::Found>> = pages.iter().map(|page| number::find(page, &slots)).collect();
    let numbers = number::agreed(&pages, numbers);
    let distinct = slots::distinct(numbers.iter().flatten().map(|found| found.text.as_str()));

    pages
        .iter()
        .zip(&numbers)
        .map(|(page, number)| page.read(number.as_ref(), &slots, distinct, naming))
        .collect()
}

impl<'a> Page<'a> {
    fn new(evidence: &'a PageEvidence) -> Self {
        let lines = lines::of(evidence);
        let mut sizes: Vec<f64> = evidence.words.iter().map(|word| f64::from(word.size)).collect();
        sizes.sort_by(f64::total_cmp);
        let body = sizes.get(sizes.len() / 2).copied().unwrap_or(10.0).max(0.1);
        let bookmark = evidence.bookmark.as_deref().map_or((None, None), naming::split_name);
        let labels =
            lines.iter().filter_map(|line| Some((labels::label(&line.text)?, line.clone()))).collect();
        Self { evidence, lines, labels, body, bookmark }
    }

    fn read(
        &self,
        number: Option<&number::Found>,
        slots: &slots::Slots,
        distinct: usize,
        naming: Naming,
    ) -> Reading {
        let title = title::find(self, number, slots, distinct);
        let mut reading = Reading {
            title_block: block(self.evidence, number, title.as_ref()),
            revision: revision::find(self, number),
            ..Reading::default()
        };
        reading.number =
            number.map(|found| Value::new(found.text.as_str(), found.confidence(), Source::TitleBlock));
        reading.title =
            title.map(|found| Value::new(found.text.as_str(), found.confidence(), Source::TitleBlock));
        self.weigh_bookmark(&mut reading);
        self.weigh_label(&mut reading);
        naming::apply(&self.evidence.file_name, naming, &mut reading);
        reading
    }

    /// A bookmark that states a number and agrees with the sheet makes sure of it; without a number on the sheet it
    /// stands for itself.
    fn weigh_bookmark(&self, reading: &mut Reading) {
        let (Some(number), title) = (&self.bookmark.0, &self.bookmark.1) else {
            return;
        };
        match &mut reading.number {
            Some(read) if number::same(&read.text, number) => read.confidence = 0.97,
            // A bookmark that contradicts the sheet is an old one more often than not; the reviewer is shown a mark.
            Some(read) => {
                read.confidence = read.confidence.min(0.6);
                return;
            }
            None => {
                reading.number = Some(Value::new(number.as_str(), 0.75, Source::Bookmark));
            }
        }
        if let Some(title) = title {
            match &mut reading.title {
                Some(read) if title::same(&read.text, title) => read.confidence = 0.97,
                other => {
                    // The sheet may print it in other letters or with a line break inside.
                    let printed = title::printed(&self.lines, title);
                    let text = printed.unwrap_or_else(|| title.clone());
                    *other = Some(Value::new(text, 0.8, Source::Bookmark));
                }
            }
        }
    }

    fn weigh_label(&self, reading: &mut Reading) {
        let Some(label) = self.evidence.label.as_deref().map(str::trim) else {
            return;
        };
        match &mut reading.number {
            Some(read) if number::same(&read.text, label) => {
                read.confidence = read.confidence.max(0.95);
            }
            Some(_) => {}
            // Labels such as iv or 12 count pages; one shaped like a sheet number names the sheet.
            None => {
                if let Some(text) = number::shaped(label)
                    && number::shape_strength(&text) >= 1.0
                {
                    reading.number = Some(Value::new(text, 0.75, Source::Label));
                }
            }
        }
    }
}

/// The box around number and title with a margin, or nothing when neither was found on the sheet.
fn block(page: &PageEvidence, number: Option<&number::Found>, title: Option<&title::Found>) -> Option<Rect> {
    let boxes: Vec<[f64; 4]> =
        number.map(|found| found.area).into_iter().chain(title.map(|found| found.area)).collect();
    let first = *boxes.first()?;
    let [left, top, right, bottom] = boxes.iter().fold(first, |a, b| lines::around(a, *b));
    let margin = 0.02 * page.width_pt.max(page.height_pt);
    let (left, top) = ((left - margin).max(0.0), (top - margin).max(0.0));
    Some(Rect {
        x: left,
        y: top,
        width: (right + margin).min(page.width_pt) - left,
        height: (bottom + margin).min(page.height_pt) - top,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_read_where_nothing_is_printed() {
        let reading = &read_set(&[PageEvidence::default()], Naming::None)[0];
        assert_eq!(*reading, Reading::default());
    }

    #[test]
    fn a_bookmark_stands_for_itself_on_a_scan() {
        let page = PageEvidence {
            bookmark: Some("S-201 - SECOND FLOOR FRAMING PLAN".into()),
            width_pt: 2592.0,
            height_pt: 1728.0,
            ..PageEvidence::default()
        };
        let reading = &read_set(&[page], Naming::None)[0];
        let number = reading.number.as_ref().unwrap();
        assert_eq!((number.text.as_str(), number.source), ("S-201", Source::Bookmark));
        assert_eq!(reading.title.as_ref().unwrap().text, "SECOND FLOOR FRAMING PLAN");
    }
}
