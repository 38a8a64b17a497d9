//! Joins words into lines and knows where on the sheet they stand.
//!
//! Lines that read upwards or downwards are turned first, so that everything later thinks of one direction: `across`
//! grows with reading, `down` towards the next line.

use super::PageEvidence;

/// Words on one baseline, close together.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) text: String,
    /// Left, top, right, bottom as displayed.
    pub(super) area: [f64; 4],
    /// Start, top, end, bottom in the reading frame.
    pub(super) frame: [f64; 4],
    pub(super) size: f64,
    /// 0, 90, 180 or 270.
    pub(super) angle: u16,
    /// Middle as a share of width and height of the sheet, as displayed.
    pub(super) place: (f64, f64),
}

/// A gap up to this many font sizes joins words into one line; columns of a table stand further apart.
const GAP: f64 = 0.5;

/// Joins the words of a page; slanted words belong to the drawing and are left out.
pub(super) fn of(page: &PageEvidence) -> Vec<Line> {
    if page.width_pt <= 0.0 || page.height_pt <= 0.0 {
        return Vec::new();
    }
    let mut lines = Vec::new();
    for angle in [0_u16, 90, 180, 270] {
        let mut words: Vec<Line> = page
            .words
            .iter()
            .filter(|word| word.angle.abs_diff(angle) <= 1 || (angle == 0 && word.angle == 359))
            .map(|word| {
                let (x, y) = (f64::from(word.x), f64::from(word.y));
                let area = [x, y, x + f64::from(word.width), y + f64::from(word.height)];
                Line {
                    text: word.text.clone(),
                    area,
                    frame: turned(area, angle),
                    size: f64::from(word.size),
                    angle,
                    place: (0.0, 0.0),
                }
            })
            .collect();
        words.sort_by(|a, b| a.frame[3].total_cmp(&b.frame[3]).then(a.frame[0].total_cmp(&b.frame[0])));
        lines.extend(joined(words));
    }
    for line in &mut lines {
        line.place = (
            f64::midpoint(line.area[0], line.area[2]) / page.width_pt,
            f64::midpoint(line.area[1], line.area[3]) / page.height_pt,
        );
    }
    lines
}

fn joined(words: Vec<Line>) -> Vec<Line> {
    // Words of one baseline differ a little in height when their fonts do: gather baselines first, then go across.
    let mut rows: Vec<Vec<Line>> = Vec::new();
    for word in words {
        match rows.last_mut() {
            Some(row)
                if row.first().is_some_and(|first| {
                    (word.frame[3] - first.frame[3]).abs() < 0.25 * word.size.min(first.size)
                }) =>
            {
                row.push(word);
            }
            _ => rows.push(vec![word]),
        }
    }
    let mut lines: Vec<Line> = Vec::new();
    for mut row in rows {
        row.sort_by(|a, b| a.frame[0].total_cmp(&b.frame[0]));
        let mut open: Vec<Line> = Vec::new();
        for word in row {
            let at = open.iter_mut().rev().take(3).find(|line| {
                let gap = word.frame[0] - line.frame[2];
                gap < GAP * word.size && gap > -0.5 * word.size && (line.size / word.size - 1.0).abs() < 0.15
            });
            match at {
                Some(line) => {
                    // Parts that touch were one word, painted in pieces.
                    if word.frame[0] - line.frame[2] > 0.08 * word.size {
                        line.text.push(' ');
                    }
                    line.text.push_str(&word.text);
                    line.area = around(line.area, word.area);
                    line.frame = around(line.frame, word.frame);
                }
                None => open.push(word),
            }
        }
        lines.append(&mut open);
    }
    lines
}

/// The box around two boxes.
pub(super) fn around(a: [f64; 4], b: [f64; 4]) -> [f64; 4] {
    [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])]
}

/// Turns a displayed box so that its text reads to the right.
fn turned([left, top, right, bottom]: [f64; 4], angle: u16) -> [f64; 4] {
    match angle {
        90 => [top, -right, bottom, -left],
        180 => [-right, -bottom, -left, -top],
        270 => [-bottom, left, -top, right],
        _ => [left, top, right, bottom],
    }
}

impl Line {
    /// How far the line is from another, in points, by the gap between their boxes.
    pub(super) fn distance(&self, other: [f64; 4]) -> f64 {
        let gap = |a0: f64, a1: f64, b0: f64, b1: f64| (b0 - a1).max(a0 - b1).max(0.0);
        let across = gap(self.area[0], self.area[2], other[0], other[2]);
        let down = gap(self.area[1], self.area[3], other[1], other[3]);
        across.hypot(down)
    }

    /// Whether the line stands where title blocks stand: near the right or the bottom edge as displayed.
    pub(super) fn in_margin(&self) -> bool {
        self.place.0 > 0.72 || self.place.1 > 0.82
    }

    /// Whether the boxes overlap across, in the reading frame.
    pub(super) fn overlaps_across(&self, other: &Self) -> bool {
        self.frame[0] < other.frame[2] && other.frame[0] < self.frame[2]
    }
}

/// Upper case, single spaces, no punctuation at the ends: for comparing.
pub(super) fn plain(text: &str) -> String {
    let mut plain = String::new();
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        if !plain.is_empty() {
            plain.push(' ');
        }
        plain.extend(word.chars().flat_map(char::to_uppercase));
    }
    plain
}
