//! Finds the sheet title: in the box that says so, or beside the number.

use super::Page;
use super::labels::{Label, inline, label, subjects};
use super::lines::{Line, around, plain};
use super::number::{self, is_date, labels_of};
use super::slots::Slots;

/// Below this score nothing is read.
const ENOUGH: f64 = 1.0;

/// Lines of one title stand no further apart than this many font sizes, baseline to baseline.
const LEADING: f64 = 1.5;

/// A title found on the sheet.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) text: String,
    pub(super) area: [f64; 4],
    score: f64,
}

impl Found {
    pub(super) fn confidence(&self) -> f64 {
        (1.0 - (-(self.score).max(0.0) / 4.2).exp()).min(0.95)
    }
}

/// Lines of one size under each other: a title may be broken into several.
#[derive(Debug, Clone)]
struct Block {
    lines: Vec<Line>,
    area: [f64; 4],
}

impl Block {
    /// The block itself and its beginnings and ends, told apart: a project's name may stand close above the title.
    fn parts(&self) -> Vec<(Self, bool)> {
        let mut parts = vec![(self.clone(), false)];
        for cut in 1..self.lines.len() {
            let (head, tail) = self.lines.split_at(cut);
            for lines in [head, tail] {
                let areas = lines.iter().map(|line| line.area);
                if let Some(area) = areas.reduce(around) {
                    let lines = lines.to_vec();
                    parts.push((Self { lines, area }, true));
                }
            }
        }
        parts
    }
}

/// Finds the title; without a number on the sheet only a labelled one counts.
pub(super) fn find(
    page: &Page<'_>,
    number: Option<&number::Found>,
    slots: &Slots,
    distinct: usize,
) -> Option<Found> {
    if let Some(found) = number
        && let Some(title) = &found.beside
    {
        return Some(Found { text: tidy(title), area: found.area, score: found.score.min(5.0) });
    }
    let mut best: Option<Found> = None;
    for (block, part) in blocks(page, number).iter().flat_map(Block::parts) {
        let Some(first) = block.lines.first() else {
            continue;
        };
        let text = tidy(&joined(&block.lines));
        if !is_titlelike(&text) {
            continue;
        }
        let mut score = match labels_of(page, first) {
            // A title may be the same on each sheet, when it says so itself.
            Some(Label::Title) => 6.0,
            Some(Label::MaybeNumber | Label::Number) | None => 0.0,
            Some(_) => -2.0,
        };
        score += merits(page, &block, &text, number, slots, distinct) - if part { 0.6 } else { 0.0 };
        let labelled = score >= 4.0;
        if (number.is_some() || labelled || page.bookmark.1.is_some())
            && score >= ENOUGH
            && best.as_ref().is_none_or(|best| score > best.score)
        {
            best = Some(Found { text, area: block.area, score });
        }
    }
    for line in page.lines.iter().filter(|line| line.in_margin()) {
        for (kind, value) in inline(&line.text) {
            let text = tidy(&value);
            if kind == Label::Title
                && is_titlelike(&text)
                && best.as_ref().is_none_or(|best| best.score < 4.0)
            {
                best = Some(Found { text, area: line.area, score: 4.0 });
            }
        }
    }
    best
}

fn merits(
    page: &Page<'_>,
    block: &Block,
    text: &str,
    number: Option<&number::Found>,
    slots: &Slots,
    distinct: usize,
) -> f64 {
    let Some(first) = block.lines.first() else {
        return f64::NEG_INFINITY;
    };
    let mut score = 0.0;
    score += match subjects(text) {
        0 => 0.0,
        1 => 1.5,
        _ => 2.0,
    };
    score += 0.7 * (first.size / page.body).log2().clamp(-0.5, 2.0);
    if let Some(found) = number {
        let diagonal = page.evidence.width_pt.hypot(page.evidence.height_pt);
        let apart = Line { area: block.area, ..first.clone() }.distance(number::area(found));
        score += (2.0 - 2.0 * apart / (0.10 * diagonal)).max(-2.0);
        if first.angle != found.angle {
            score -= 2.0;
        }
        // Larger than the number is the project or the firm.
        if first.size > 1.15 * found.size {
            score -= 0.8;
        }
    }
    if let Some(title) = &page.bookmark.1
        && same(title, text)
    {
        score += 4.0;
    }
    let name = plain(&page.evidence.file_name);
    if text.len() >= 6 && name.contains(&plain(text)) {
        score += 1.0;
    }
    let company = slots.company(page, first, |_| Some(String::new()));
    if company.pages >= 3 && distinct >= 3 && company.filled >= 3 {
        if company.same * 10 >= company.pages * 8 {
            score -= 2.5;
        } else if company.distinct >= 2 {
            score += 1.2;
        }
    }
    if text.contains(['@', '|']) || text.to_lowercase().contains("www") {
        score -= 4.0;
    }
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    if digits * 2 > letters {
        score -= 2.0;
    }
    // A street begins with its number, a sheet title hardly ever with three digits.
    if text.chars().take_while(char::is_ascii_digit).count() >= 3 {
        score -= 2.0;
    }
    if plain(text).split(' ').any(|word| FIRMS.contains(&word)) {
        score -= 2.0;
    }
    score
}

/// Words that belong to names of firms.
const FIRMS: [&str; 18] = [
    "INC",
    "LLC",
    "LTD",
    "GMBH",
    "AG",
    "SRL",
    "SPA",
    "ARCHITECTS",
    "ARCHITECTURE",
    "ENGINEERS",
    "ENGINEERING",
    "CONSULTANTS",
    "DEPARTMENT",
    "ASSOCIATES",
    "ARCHITEKTEN",
    "INGENIEURE",
    "ARQUITECTOS",
    "COPYRIGHT",
];

/// Gathers the lines of the margin into blocks; the number's own line is in none.
fn blocks(page: &Page<'_>, number: Option<&number::Found>) -> Vec<Block> {
    let mut lines: Vec<&Line> = page
        .lines
        .iter()
        .filter(|line| line.in_margin() && label(&line.text).is_none() && inline(&line.text).is_empty())
        .filter(|line| number.is_none_or(|found| !covers(found.area, line.area)))
        .filter(|line| number::shaped(&line.text).is_none() || labels_of(page, line) == Some(Label::Title))
        .collect();
    lines.sort_by(|a, b| a.angle.cmp(&b.angle).then(a.frame[3].total_cmp(&b.frame[3])));
    let mut blocks: Vec<Block> = Vec::new();
    for line in lines {
        let above = blocks.iter_mut().rev().find(|block| {
            block.lines.last().is_some_and(|last| {
                let step = line.frame[3] - last.frame[3];
                last.angle == line.angle
                    && step > 0.5 * line.size
                    && step < LEADING * line.size
                    && (last.size / line.size - 1.0).abs() < 0.12
                    && last.overlaps_across(line)
                    && !last.text.rsplit(' ').next().is_some_and(is_date)
                    && aligned(last, line)
            })
        });
        match above {
            Some(block) if block.lines.len() < 5 => {
                block.area = around(block.area, line.area);
                block.lines.push(line.clone());
            }
            _ => blocks.push(Block { lines: vec![line.clone()], area: line.area }),
        }
    }
    blocks
}

/// Starts, middles or ends agree.
fn aligned(a: &Line, b: &Line) -> bool {
    let near = |x: f64, y: f64| (x - y).abs() < 0.8 * a.size;
    near(a.frame[0], b.frame[0])
        || near(a.frame[2], b.frame[2])
        || near(a.frame[0] + a.frame[2], b.frame[0] + b.frame[2])
}

/// Whether a box holds most of another; boxes of close lines overlap a little.
fn covers(a: [f64; 4], b: [f64; 4]) -> bool {
    let (x, y) = (f64::midpoint(b[0], b[2]), f64::midpoint(b[1], b[3]));
    a[0] < x && x < a[2] && a[1] < y && y < a[3]
}

/// Joins the lines of a title; a word broken with a hyphen grows together again.
fn joined(lines: &[Line]) -> String {
    let mut text = String::new();
    for line in lines {
        let broken = text.ends_with('-')
            && text.chars().rev().nth(1).is_some_and(char::is_alphabetic)
            && line.text.starts_with(char::is_lowercase);
        if broken {
            text.pop();
        } else if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&line.text);
    }
    text
}

/// Without the date or dash a title ends in.
fn tidy(text: &str) -> String {
    let mut text = text.trim();
    while let Some((head, tail)) = text.rsplit_once(' ') {
        let tail_is_noise = is_date(tail) || !tail.chars().any(char::is_alphanumeric);
        if !tail_is_noise || head.trim().is_empty() {
            break;
        }
        text = head.trim_end();
    }
    text.trim_matches(|c: char| c.is_whitespace() || "-–—:|".contains(c)).to_owned()
}

fn is_titlelike(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    letters >= 3 && text.len() <= 160 && !is_date(text) && label(text).is_none() && !text.ends_with(':')
}

/// The same title, whatever its case and line breaks.
pub(super) fn same(a: &str, b: &str) -> bool {
    let bare = |text: &str| plain(text).replace(' ', "");
    let (a, b) = (bare(a), bare(b));
    !a.is_empty() && a == b
}

/// Finds a title known from elsewhere as the sheet prints it.
pub(super) fn printed(lines: &[Line], title: &str) -> Option<String> {
    lines.iter().filter(|line| line.in_margin()).map(|line| tidy(&line.text)).find(|text| same(text, title))
}
