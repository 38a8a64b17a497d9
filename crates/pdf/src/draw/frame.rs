//! Border and title block of a drawn sheet.
//!
//! Labels and places are those of common North American title blocks; it does not draw what the sheet is about.

use super::pen::{Anchor, FINE, HEAVY, MEDIUM, Pen, THIN, width};
use super::{SHEET, SheetDrawing, TitleBlock};

/// A free part of the sheet: left, bottom, right, top.
#[derive(Debug, Clone, Copy)]
pub(super) struct Area {
    pub(super) left: f64,
    pub(super) bottom: f64,
    pub(super) right: f64,
    pub(super) top: f64,
}

/// Width of the column, height of the strip.
const COLUMN: f64 = 250.0;
const STRIP: f64 = 170.0;

/// Draws border and title block and returns what is left for the drawing.
pub(super) fn draw(pen: &mut Pen, sheet: &SheetDrawing) -> Area {
    let border = Area { left: 72.0, bottom: 36.0, right: SHEET.0 - 36.0, top: SHEET.1 - 36.0 };
    pen.grey(0.0);
    pen.weight(HEAVY);
    pen.rect(border.left, border.bottom, border.right - border.left, border.top - border.bottom);
    zones(pen, border);
    match sheet.title_block {
        TitleBlock::Right => column(pen, sheet, border),
        TitleBlock::Bottom => strip(pen, sheet, border),
    }
}

/// Ticks that divide the border into zones.
fn zones(pen: &mut Pen, border: Area) {
    pen.weight(THIN);
    for zone in 1..12 {
        let x = border.left + (border.right - border.left) * f64::from(zone) / 12.0;
        pen.line((x, border.top), (x, border.top + 8.0));
        pen.line((x, border.bottom), (x, border.bottom - 8.0));
    }
    for zone in 1..8 {
        let y = border.bottom + (border.top - border.bottom) * f64::from(zone) / 8.0;
        pen.line((border.left, y), (border.left - 8.0, y));
        pen.line((border.right, y), (border.right + 8.0, y));
    }
}

fn column(pen: &mut Pen, sheet: &SheetDrawing, border: Area) -> Area {
    let (left, right) = (border.right - COLUMN, border.right);
    let middle = f64::midpoint(left, right);
    pen.weight(MEDIUM);
    pen.line((left, border.bottom), (left, border.top));
    let shelf = |pen: &mut Pen, y: f64| {
        pen.weight(MEDIUM);
        pen.line((left, y), (right, y));
    };

    // Who issues it, with a mark of two crossing squares.
    let top = border.top;
    pen.weight(HEAVY);
    pen.rect(middle - 34.0, top - 110.0, 48.0, 48.0);
    pen.weight(THIN);
    pen.rect(middle - 14.0, top - 92.0, 48.0, 48.0);
    fitted(pen, (middle, top - 150.0), 20.0, COLUMN - 24.0, Anchor::Middle, &sheet.company, true);
    pen.text((middle, top - 170.0), 9.0, Anchor::Middle, "ARCHITECTURE  ENGINEERING  PLANNING");
    shelf(pen, top - 190.0);

    label(pen, (left + 10.0, top - 206.0), "CONSULTANTS");
    for row in 1..4 {
        pen.weight(FINE);
        let y = top - 206.0 - 34.0 * f64::from(row);
        pen.line((left + 10.0, y), (right - 10.0, y));
    }
    shelf(pen, top - 340.0);

    label(pen, (left + 10.0, top - 356.0), "SEAL");
    pen.weight(THIN);
    pen.circle((middle, top - 450.0), 74.0);
    pen.circle((middle, top - 450.0), 66.0);
    shelf(pen, top - 550.0);

    revisions(pen, sheet, Area { left, right, bottom: top - 800.0, top: top - 550.0 });
    shelf(pen, top - 800.0);

    label(pen, (left + 10.0, top - 816.0), "KEY PLAN");
    pen.weight(THIN);
    for (column, row) in [(0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (0.0, 1.0), (1.0, 1.0)] {
        pen.rect(middle - 75.0 + 50.0 * column, top - 930.0 + 40.0 * row, 50.0, 40.0);
    }
    pen.weight(FINE);
    pen.hatch(middle - 25.0, top - 930.0, 50.0, 40.0, 5.0);
    shelf(pen, top - 960.0);

    label(pen, (left + 10.0, top - 976.0), "PROJECT");
    fitted(pen, (left + 14.0, top - 1006.0), 20.0, COLUMN - 28.0, Anchor::Left, &sheet.project, true);
    if !sheet.discipline.is_empty() {
        pen.text((left + 14.0, top - 1030.0), 11.0, Anchor::Left, &sheet.discipline);
    }
    shelf(pen, top - 1060.0);

    // Small boxes in two columns.
    let rows = [
        [("DATE", sheet.date.as_str()), ("SCALE", "1/8\" = 1'-0\"")],
        [("DRAWN BY", "JM"), ("CHECKED BY", "TR")],
    ];
    for (row, cells) in (0_u8..).zip(rows) {
        let y = top - 1060.0 - 50.0 * f64::from(row);
        for (column, (name, value)) in (0_u8..).zip(cells) {
            let x = left + COLUMN / 2.0 * f64::from(column);
            pen.weight(THIN);
            pen.rect(x, y - 50.0, COLUMN / 2.0, 50.0);
            label(pen, (x + 10.0, y - 14.0), name);
            pen.text((x + 14.0, y - 38.0), 13.0, Anchor::Left, value);
        }
    }
    shelf(pen, top - 1160.0);

    label(pen, (left + 10.0, top - 1176.0), "SHEET TITLE");
    let lines = wrapped(&sheet.title, 24.0, COLUMN - 28.0);
    for (row, line) in (0_u8..).zip(&lines) {
        let at = (left + 14.0, top - 1212.0 - 28.0 * f64::from(row));
        fitted(pen, at, 24.0, COLUMN - 28.0, Anchor::Left, line, true);
    }
    shelf(pen, border.bottom + 220.0);

    label(pen, (left + 10.0, border.bottom + 204.0), "SHEET NO.");
    fitted(pen, (middle, border.bottom + 110.0), 72.0, COLUMN - 30.0, Anchor::Middle, &sheet.number, true);
    pen.weight(THIN);
    pen.line((left, border.bottom + 60.0), (right, border.bottom + 60.0));
    pen.line((middle, border.bottom), (middle, border.bottom + 60.0));
    label(pen, (left + 10.0, border.bottom + 44.0), "REV");
    pen.bold((left + COLUMN / 4.0, border.bottom + 16.0), 26.0, Anchor::Middle, &sheet.revision);
    label(pen, (middle + 10.0, border.bottom + 44.0), "STATUS");
    pen.text((middle + COLUMN / 4.0, border.bottom + 18.0), 12.0, Anchor::Middle, "ISSUED");

    Area { right: left, ..border }
}

fn strip(pen: &mut Pen, sheet: &SheetDrawing, border: Area) -> Area {
    let (bottom, top) = (border.bottom, border.bottom + STRIP);
    pen.weight(MEDIUM);
    pen.line((border.left, top), (border.right, top));
    let wall = |pen: &mut Pen, x: f64| {
        pen.weight(MEDIUM);
        pen.line((x, bottom), (x, top));
    };
    let right = border.right;

    pen.weight(HEAVY);
    pen.rect(border.left + 24.0, bottom + 60.0, 44.0, 44.0);
    pen.weight(THIN);
    pen.rect(border.left + 42.0, bottom + 76.0, 44.0, 44.0);
    fitted(pen, (border.left + 110.0, bottom + 84.0), 24.0, 420.0, Anchor::Left, &sheet.company, true);
    pen.text((border.left + 110.0, bottom + 62.0), 9.0, Anchor::Left, "ARCHITECTURE  ENGINEERING  PLANNING");

    wall(pen, right - 1800.0);
    revisions(pen, sheet, Area { left: right - 1800.0, right: right - 1400.0, bottom, top });
    wall(pen, right - 1400.0);
    label(pen, (right - 1390.0, top - 16.0), "PROJECT");
    fitted(pen, (right - 1386.0, bottom + 90.0), 22.0, 360.0, Anchor::Left, &sheet.project, true);
    if !sheet.discipline.is_empty() {
        pen.text((right - 1386.0, bottom + 60.0), 12.0, Anchor::Left, &sheet.discipline);
    }
    wall(pen, right - 1000.0);
    let cells = [("DATE", sheet.date.as_str()), ("SCALE", "1/8\" = 1'-0\""), ("DRAWN BY", "JM")];
    for (row, (name, value)) in (0_u8..).zip(cells) {
        let y = top - STRIP / 3.0 * f64::from(row);
        pen.weight(THIN);
        pen.line((right - 1000.0, y), (right - 820.0, y));
        label(pen, (right - 990.0, y - 14.0), name);
        pen.text((right - 986.0, y - 40.0), 14.0, Anchor::Left, value);
    }
    wall(pen, right - 820.0);
    label(pen, (right - 810.0, top - 16.0), "SHEET TITLE");
    for (row, line) in (0_u8..).zip(wrapped(&sheet.title, 26.0, 420.0)) {
        let at = (right - 806.0, bottom + 104.0 - 31.0 * f64::from(row));
        fitted(pen, at, 26.0, 420.0, Anchor::Left, &line, true);
    }
    wall(pen, right - 370.0);
    label(pen, (right - 360.0, top - 16.0), "SHEET NO.");
    fitted(pen, (right - 235.0, bottom + 50.0), 76.0, 250.0, Anchor::Middle, &sheet.number, true);
    wall(pen, right - 100.0);
    label(pen, (right - 90.0, top - 16.0), "REV");
    pen.bold((right - 50.0, bottom + 62.0), 40.0, Anchor::Middle, &sheet.revision);

    Area { bottom: top, ..border }
}

fn revisions(pen: &mut Pen, sheet: &SheetDrawing, area: Area) {
    let y = area.top - 16.0;
    label(pen, (area.left + 10.0, y), "REV");
    label(pen, (area.left + 50.0, y), "DESCRIPTION");
    label(pen, (area.right - 70.0, y), "DATE");
    pen.weight(FINE);
    let mut line = area.top - 24.0;
    while line > area.bottom + 20.0 {
        pen.line((area.left, line), (area.right, line));
        line -= 24.0;
    }
    pen.line((area.left + 40.0, area.top), (area.left + 40.0, area.bottom));
    pen.line((area.right - 80.0, area.top), (area.right - 80.0, area.bottom));
    if !sheet.revision.is_empty() {
        let y = area.top - 41.0;
        pen.text((area.left + 16.0, y), 11.0, Anchor::Left, &sheet.revision);
        let what = if sheet.changed { "REVISED AS CLOUDED" } else { "ISSUED FOR CONSTRUCTION" };
        fitted(pen, (area.left + 50.0, y), 9.0, area.right - area.left - 140.0, Anchor::Left, what, false);
        pen.text((area.right - 70.0, y), 10.0, Anchor::Left, &sheet.date);
    }
}

fn label(pen: &mut Pen, at: (f64, f64), text: &str) {
    pen.text(at, 8.5, Anchor::Left, text);
}

/// Writes a text in the given size, or as much smaller as the room needs.
fn fitted(pen: &mut Pen, at: (f64, f64), size: f64, room: f64, anchor: Anchor, text: &str, bold: bool) {
    let size = size * (room / width(text, size, bold).max(1.0)).min(1.0);
    if bold {
        pen.bold(at, size, anchor, text);
    } else {
        pen.text(at, size, anchor, text);
    }
}

/// Breaks a text into lines at its spaces, at most four.
fn wrapped(text: &str, size: f64, room: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let full = lines.len() == 4;
        match lines.last_mut() {
            Some(line) if full || width(&format!("{line} {word}"), size, true) <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
