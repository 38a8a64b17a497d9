//! Sheets drawn by the program itself: for the demo, for tests and for the bench.
//!
//! Plausible at a glance, never a building: no real project, firm or address. The same input gives the same bytes.

use crate::outline::text_string;
use crate::pdf_out::{PdfOut, string, write_into};

mod frame;
mod pen;
mod plans;

use pen::Pen;

/// Size of a drawn sheet in points: 36 × 24 in, the common size of a North American set (ARCH D).
const SHEET: (f64, f64) = (2592.0, 1728.0);

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

/// Describes one sheet to draw; all texts are printed as given, characters outside Latin-1 as `?`.
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
    /// Varies rooms and sizes; sheets of one building share it.
    pub seed: u64,
    /// Whether a revision cloud marks a change, and the drawing differs there from the one without.
    pub changed: bool,
}

/// Draws the sheets (36 × 24 in, landscape) into one PDF, with a bookmark `number - title` for each.
pub fn set_pdf(sheets: &[SheetDrawing]) -> Vec<u8> {
    write(sheets, true)
}

/// Draws the sheets like [`set_pdf`], without bookmarks: number and title can be read from the title blocks only.
pub fn set_pdf_without_bookmarks(sheets: &[SheetDrawing]) -> Vec<u8> {
    write(sheets, false)
}

/// Makes a one-page PDF of about `bytes` bytes that no compression makes smaller, for benchmarks.
///
/// The page shows its number and carries the bytes as an image of noise of at most 1,000 × 1,000 pixels, the rest as
/// content that draws nothing.
pub fn incompressible_sheet(bytes: usize, seed: u64) -> Vec<u8> {
    let mut dice = Dice::new(seed);
    let mut file = PdfOut::new(u64::MAX);
    let (root, tree, page) = (file.number(), file.number(), file.number());
    let (content, image, font) = (file.number(), file.number(), file.number());
    let side = bytes.isqrt().clamp(1, 1000);
    let pixels = dice.noise(side * side);
    let mut drawing = Vec::new();
    write_into(
        &mut drawing,
        format_args!(
            "q 1152 0 0 1152 72 288 cm /Im1 Do Q BT /F1 48 Tf 2300 72 Td (B-{:03}) Tj ET\n",
            seed % 1000
        ),
    );
    // A comment: carried along, hashed and stored like any other content.
    drawing.push(b'%');
    let rest = bytes.saturating_sub(pixels.len() + drawing.len() + 1200);
    drawing.extend(
        dice.noise(rest).into_iter().map(|byte| if byte == b'\n' || byte == b'\r' { b'.' } else { byte }),
    );
    let written = file
        .object(root, format!("<</Type/Catalog/Pages {tree} 0 R>>").as_bytes())
        .and_then(|()| {
            file.object(tree, format!("<</Type/Pages/Count 1/Kids[{page} 0 R]>>").as_bytes())
        })
        .and_then(|()| {
            let body = format!(
                "<</Type/Page/Parent {tree} 0 R/MediaBox[0 0 {} {}]/Contents {content} 0 R\
                 /Resources<</Font<</F1 {font} 0 R>>/XObject<</Im1 {image} 0 R>>>>>>",
                SHEET.0, SHEET.1
            );
            file.object(page, body.as_bytes())
        })
        .and_then(|()| file.stream(content, b"", &drawing))
        .and_then(|()| {
            let entries = format!(
                "/Type/XObject/Subtype/Image/Width {side}/Height {side}/ColorSpace/DeviceGray/BitsPerComponent 8"
            );
            file.stream(image, entries.as_bytes(), &pixels)
        })
        .and_then(|()| file.object(font, helvetica("Helvetica").as_bytes()));
    debug_assert!(written.is_ok(), "there is no limit to exceed");
    file.finish(root)
}

fn write(sheets: &[SheetDrawing], bookmarks: bool) -> Vec<u8> {
    let mut file = PdfOut::new(u64::MAX);
    let (root, tree) = (file.number(), file.number());
    let (regular, bold, outlines) = (file.number(), file.number(), file.number());
    let numbers: Vec<[usize; 3]> =
        sheets.iter().map(|_| [file.number(), file.number(), file.number()]).collect();
    let mut written = Ok(());
    for (index, (sheet, &[page, content, bookmark])) in sheets.iter().zip(&numbers).enumerate() {
        let body = format!(
            "<</Type/Page/Parent {tree} 0 R/MediaBox[0 0 {} {}]/Contents {content} 0 R\
             /Resources<</Font<</F1 {regular} 0 R/F2 {bold} 0 R>>>>>>",
            SHEET.0, SHEET.1
        );
        written = written
            .and_then(|()| file.object(page, body.as_bytes()))
            .and_then(|()| file.stream(content, b"", &draw(sheet)));
        if bookmarks {
            let mut body = b"<</Title".to_vec();
            string(&mut body, &latin(&format!("{} - {}", sheet.number, sheet.title)));
            write_into(&mut body, format_args!("/Parent {outlines} 0 R/Dest[{page} 0 R/Fit]"));
            if let Some([_, _, before]) = index.checked_sub(1).and_then(|at| numbers.get(at)) {
                write_into(&mut body, format_args!("/Prev {before} 0 R"));
            }
            if let Some([_, _, after]) = numbers.get(index + 1) {
                write_into(&mut body, format_args!("/Next {after} 0 R"));
            }
            body.extend_from_slice(b">>");
            written = written.and_then(|()| file.object(bookmark, &body));
        }
    }
    let mut catalog = format!("<</Type/Catalog/Pages {tree} 0 R");
    if let (true, Some([_, _, first]), Some([_, _, last])) = (bookmarks, numbers.first(), numbers.last()) {
        let body = format!("<</Type/Outlines/First {first} 0 R/Last {last} 0 R/Count {}>>", numbers.len());
        written = written.and_then(|()| file.object(outlines, body.as_bytes()));
        catalog.push_str("/Outlines ");
        catalog.push_str(&outlines.to_string());
        catalog.push_str(" 0 R");
    }
    catalog.push_str(">>");
    let mut kids = format!("<</Type/Pages/Count {}/Kids[", numbers.len());
    for [page, ..] in &numbers {
        kids.push_str(&page.to_string());
        kids.push_str(" 0 R ");
    }
    kids.push_str("]>>");
    written = written
        .and_then(|()| file.object(root, catalog.as_bytes()))
        .and_then(|()| file.object(tree, kids.as_bytes()))
        .and_then(|()| file.object(regular, helvetica("Helvetica").as_bytes()))
        .and_then(|()| file.object(bold, helvetica("Helvetica-Bold").as_bytes()));
    debug_assert!(written.is_ok(), "there is no limit to exceed");
    file.finish(root)
}

fn draw(sheet: &SheetDrawing) -> Vec<u8> {
    let mut pen = Pen::default();
    let area = frame::draw(&mut pen, sheet);
    plans::draw(&mut pen, sheet, area);
    pen.into_content()
}

fn helvetica(name: &str) -> String {
    format!("<</Type/Font/Subtype/Type1/BaseFont/{name}/Encoding/WinAnsiEncoding>>")
}

/// Bytes that [`text_string`] reads back as the same text, as far as Latin-1 goes.
fn latin(text: &str) -> Vec<u8> {
    let bytes: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect();
    debug_assert_eq!(text_string(&bytes).is_empty(), text.trim().is_empty());
    bytes
}

/// Repeatable variety: a sequence of numbers that only looks random (`SplitMix64`).
#[derive(Debug, Clone)]
struct Dice(u64);

impl Dice {
    fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number in `0..sides`.
    fn below(&mut self, sides: usize) -> usize {
        let sides = u64::try_from(sides.max(1)).unwrap_or(1);
        usize::try_from(self.roll() % sides).unwrap_or(0)
    }

    fn noise(&mut self, bytes: usize) -> Vec<u8> {
        let mut noise = Vec::with_capacity(bytes + 8);
        while noise.len() < bytes {
            noise.extend_from_slice(&self.roll().to_le_bytes());
        }
        noise.truncate(bytes);
        noise
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_sheets_give_the_same_bytes() {
        let sheet = SheetDrawing {
            number: "A-101".into(),
            title: "FIRST FLOOR PLAN".into(),
            ..SheetDrawing::default()
        };
        let twice = [sheet.clone(), sheet.clone()];
        assert_eq!(set_pdf(&twice), set_pdf(&twice));
        let changed = SheetDrawing { changed: true, ..sheet.clone() };
        assert_ne!(set_pdf(&[sheet]), set_pdf(&[changed]));
    }

    #[test]
    fn noise_is_as_large_as_asked() {
        for bytes in [50_000, 3_000_000] {
            let made = incompressible_sheet(bytes, 7).len();
            assert!(made.abs_diff(bytes) < 2_000, "{made} for {bytes}");
        }
    }
}
