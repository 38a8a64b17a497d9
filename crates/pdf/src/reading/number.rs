//! Finds the sheet number.
//!
//! Every text in the margin that is shaped like a number is a candidate; label, corner, size, company on other sheets,
//! bookmark and file name speak for or against it. Pure digits count only under a label.

use std::collections::HashMap;

use super::labels::{Label, inline, label};
use super::lines::{Line, plain};
use super::slots::Slots;
use super::{Page, lines};

/// Below this score nothing is read: a wrong number is worse than none.
const ENOUGH: f64 = 3.2;

/// A number found on the sheet.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) text: String,
    /// Left, top, right, bottom as displayed.
    pub(super) area: [f64; 4],
    pub(super) size: f64,
    pub(super) angle: u16,
    pub(super) score: f64,
    /// The rest of the line when the number is a part of it, as in `FLOOR PLAN (A101)`.
    pub(super) beside: Option<String>,
}

impl Found {
    /// Scores of about 6 are right nearly always, those of 4 often not.
    pub(super) fn confidence(&self) -> f64 {
        (1.0 - (-(self.score - 1.0).max(0.0) / 3.6).exp()).min(0.95)
    }
}

/// Finds the best candidate of a page.
pub(super) fn find(page: &Page<'_>, slots: &Slots) -> Option<Found> {
    let mut best: Option<Found> = None;
    for line in &page.lines {
        for (text, base, beside) in readings(page, line) {
            let score = base + merits(page, line, &text, slots);
            if score >= ENOUGH && best.as_ref().is_none_or(|best| score > best.score) {
                best =
                    Some(Found { text, area: line.area, size: line.size, angle: line.angle, score, beside });
            }
        }
    }
    best
}

/// Where most sheets of the upload agree on the shape of their numbers, a page that stands alone with another is doubted,
/// and one that agrees is believed more.
pub(super) fn agreed(pages: &[Page<'_>], mut numbers: Vec<Option<Found>>) -> Vec<Option<Found>> {
    debug_assert_eq!(pages.len(), numbers.len());
    let mut shapes: HashMap<String, usize> = HashMap::new();
    for found in numbers.iter().flatten() {
        *shapes.entry(prefixless(&found.text)).or_default() += 1;
    }
    let all = numbers.iter().flatten().count();
    for found in numbers.iter_mut().flatten() {
        let like = shapes.get(&prefixless(&found.text)).copied().unwrap_or(0);
        if all >= 4 && like * 2 > all {
            found.score += 0.8;
        } else if all >= 6 && like == 1 {
            found.score -= 0.8;
        }
    }
    numbers
}

/// The texts a line could state as a number, with what speaks for each by itself and the rest of the line.
fn readings(page: &Page<'_>, line: &Line) -> Vec<(String, f64, Option<String>)> {
    let mut readings = Vec::new();
    // The label in the same line: `SHEET NO. A-101`.
    for (kind, value) in inline(&line.text) {
        let weight = match kind {
            Label::Number => 4.0,
            Label::MaybeNumber => 2.0,
            _ => continue,
        };
        if let Some(text) = labelled(&value) {
            readings.push((text, weight, None));
        }
    }
    if !readings.is_empty() || label(&line.text).is_some() {
        return readings;
    }
    let beside = labels_of(page, line);
    let weight = match beside {
        Some(Label::Number) => 4.0,
        Some(Label::MaybeNumber) => 2.0,
        // A box with another label holds something else.
        Some(_) => -4.0,
        None => 0.0,
    };
    if weight > 0.0
        && let Some(text) = labelled(&line.text)
    {
        readings.push((text, weight, None));
        return readings;
    }
    if let Some(text) = shaped(&line.text) {
        readings.push((text, weight, None));
    } else if let Some((title, text)) = bracketed(&line.text) {
        readings.push((text, weight + 0.5, Some(title)));
    } else if let Some((_, last)) = line.text.rsplit_once(' ')
        && let Some(text) = shaped(last)
        && shape_strength(&text) >= 1.0
    {
        // Something else on the same baseline: a time stamp, a title.
        readings.push((text, weight - 0.8, None));
    }
    readings
}

fn merits(page: &Page<'_>, line: &Line, text: &str, slots: &Slots) -> f64 {
    let mut score = shape_strength(text);
    let (x, y) = line.place;
    score += match (x > 0.72, y > 0.82) {
        (true, true) => 2.2,
        (true, false) if x > 0.85 && y > 0.6 => 1.4,
        (true, false) => 0.6,
        (false, true) if x > 0.5 => 1.2,
        (false, true) => 0.4,
        (false, false) => -3.0,
    };
    // A corner at the very end beats the rest of the margin.
    score += 0.5 * (x + y - 1.6).max(0.0);
    score += (line.size / page.body).log2().clamp(-1.0, 2.0);
    if line.angle != 0 {
        score -= 0.7;
    }
    if page.bookmark.0.as_deref().is_some_and(|number| same(number, text)) {
        score += 4.0;
    }
    if page.evidence.label.as_deref().is_some_and(|label| same(label, text)) {
        score += 3.0;
    }
    let name = plain(&page.evidence.file_name);
    if text.len() >= 3 && format!(" {name} ").contains(&format!(" {} ", plain(text))) {
        score += 2.0;
    }
    let company = slots.company(page, line, shape);
    if company.pages >= 2 && company.shaped >= 2 {
        if company.distinct >= 2 {
            let share = ratio(company.shaped, company.pages);
            score += 2.5 * share * ratio(company.distinct, company.shaped).max(0.4);
        } else if company.shaped >= 3 {
            // The same text on each sheet names the project, not the sheet.
            score -= 3.0;
        }
    }
    score
}

#[expect(clippy::cast_precision_loss, reason = "counts of pages")]
fn ratio(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

/// The label of the box a line stands in: directly before it on its line, or directly above.
pub(super) fn labels_of(page: &Page<'_>, line: &Line) -> Option<Label> {
    let mut nearest: Option<(f64, Label)> = None;
    for (kind, other) in page.labels.iter().filter(|(_, other)| other.angle == line.angle) {
        let kind = *kind;
        let across = line.frame[0] - other.frame[2];
        let below = line.frame[1] - other.frame[3];
        let start = line.frame[0] - other.frame[0];
        // Large lettering far to the right under a small label of something else stands in a box of its own.
        let wanted = matches!(kind, Label::Number | Label::MaybeNumber | Label::Title);
        let (reach, height) = if wanted {
            (8.0, line.size.max(other.size))
        } else if line.size > 2.0 * other.size {
            (3.0, other.size)
        } else {
            (8.0, line.size.min(other.size))
        };
        let level = (line.frame[3] - other.frame[3]).abs() < 0.6 * height;
        let distance = if level && across > -0.3 * other.size && across < 6.0 * other.size.max(line.size) {
            // A colon points to the right.
            across.max(0.0) * if other.text.ends_with(':') { 0.3 } else { 1.0 }
        } else if below > -0.4 * other.size
            && below < 2.2 * line.size.max(other.size)
            && (line.overlaps_across(other) || (start > -2.0 * other.size && start < reach * other.size))
        {
            // Above is the commoner place: of two labels as near, the one above wins.
            below.max(0.0) + 0.2 * start.max(0.0)
        } else {
            continue;
        };
        if nearest.is_none_or(|(best, _)| distance < best) {
            nearest = Some((distance, kind));
        }
    }
    nearest.map(|(_, kind)| kind)
}

/// What a labelled box may hold as a number: anything short with a digit that is no count and no date.
fn labelled(text: &str) -> Option<String> {
    let text = cleaned(text);
    let upper = text.to_uppercase();
    let count = [" OF ", " DI ", " VON ", " DE ", " SUR ", " AV ", " VAN "]
        .iter()
        .any(|word| format!(" {upper} ").contains(word));
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let odd = text.chars().any(|c| !c.is_alphanumeric() && !" -–—./_".contains(c));
    let words = text.split_whitespace().count();
    (!count
        && !odd
        && digits > 0
        && text.len() <= 24
        && words <= 4
        && !is_date(&text)
        && text.split_whitespace().all(|word| word.chars().filter(|c| c.is_alphabetic()).count() <= 6))
    .then_some(text)
}

/// Takes a text as a sheet number when it has the shape of one: letters, a separator, digits, a suffix.
pub(super) fn shaped(text: &str) -> Option<String> {
    let text = cleaned(text);
    if text.len() > 40 || !text.is_ascii() || is_date(&text) {
        return None;
    }
    shape(&text)?;
    Some(text)
}

/// `1st Floor Plan - (A101)`: the number in brackets behind a title.
fn bracketed(text: &str) -> Option<(String, String)> {
    let (title, rest) = text.trim().rsplit_once('(')?;
    let number = shaped(rest.strip_suffix(')')?)?;
    let title = title.trim_end_matches(|c: char| !c.is_alphanumeric());
    (title.chars().filter(|c| c.is_alphabetic()).count() >= 3).then(|| (title.to_owned(), number))
}

/// The pattern of a number: letters become `A`, digits `9`, runs of them shrink; `None` for what is no number.
pub(super) fn shape(text: &str) -> Option<String> {
    let text = cleaned(text);
    if !(2..=40).contains(&text.len()) || text.split_whitespace().count() > 4 {
        return None;
    }
    let mut letters_before = 0;
    let mut digits = 0;
    let mut pattern = String::new();
    let mut last = ' ';
    for c in text.chars() {
        let kind = match c {
            'A'..='Z' => 'A',
            'a'..='z' => 'a',
            '0'..='9' => '9',
            '-' | '.' | ' ' | '_' => '-',
            _ => return None,
        };
        match kind {
            'A' if digits == 0 => letters_before += 1,
            // Small letters only as a suffix.
            'a' if digits == 0 => return None,
            '9' => digits += 1,
            _ => {}
        }
        if kind != last {
            pattern.push(kind);
        }
        last = kind;
    }
    let parts: Vec<&str> = text.split(['-', '.', ' ', '_']).filter(|part| !part.is_empty()).collect();
    let coded = parts.len() >= 4 && text.contains('-') && letters_before > 0;
    let small = text.chars().filter(char::is_ascii_lowercase).count();
    let fits = if coded {
        // Document codes of several fields, as ISO 19650 makes them.
        digits >= 2 && small == 0
    } else {
        (1..=5).contains(&letters_before)
            && (1..=5).contains(&digits)
            && small <= 1
            && text.len() <= 14
            && matches!(
                pattern.as_str(),
                "A9" | "A-9"
                    | "A9A"
                    | "A-9A"
                    | "A9a"
                    | "A-9a"
                    | "A9-9"
                    | "A-9-9"
                    | "A9-A"
                    | "A-9-A"
                    | "A9-9A"
                    | "A-9-9A"
                    | "A-A-9"
                    | "A-A9"
                    | "A9-9a"
                    | "A-9-9a"
            )
    };
    fits.then_some(pattern)
}

/// How much the shape alone speaks for a sheet number: `A-101` much, `B2` (a grid line, a paper size) little.
pub(super) fn shape_strength(text: &str) -> f64 {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let letters = text.chars().filter(char::is_ascii_alphabetic).count();
    match (letters, digits) {
        (0, _) | (_, 0) => 0.0,
        (_, 1) => -0.8,
        (1..=4, 2..=4) => 1.0,
        _ => 0.5,
    }
}

/// The same number, whatever stands between its parts.
pub(super) fn same(a: &str, b: &str) -> bool {
    let bare = |text: &str| plain(text).replace(' ', "");
    let (a, b) = (bare(a), bare(b));
    !a.is_empty() && a == b
}

/// Without the brackets, dashes and colons around.
fn cleaned(text: &str) -> String {
    let trimmed = text.trim().trim_matches(|c: char| !c.is_alphanumeric());
    trimmed.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Three groups of digits, or two with a year: a date, a time.
pub(super) fn is_date(text: &str) -> bool {
    let groups: Vec<&str> =
        text.split(|c: char| !c.is_ascii_digit()).filter(|group| !group.is_empty()).collect();
    let separated = text.contains(['/', '.', '-', ':']);
    let year =
        groups.iter().any(|group| group.len() == 4 && (group.starts_with("19") || group.starts_with("20")));
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    separated
        && letters <= 4
        && ((groups.len() >= 3 && groups.iter().all(|g| g.len() <= 4)) || (groups.len() == 2 && year))
}

/// The shape without the letters that tell the discipline: `A-101` and `S-102` agree.
fn prefixless(text: &str) -> String {
    shape(text).unwrap_or_else(|| plain(text))
}

/// The box of a found number, for measuring distances.
pub(super) fn area(found: &Found) -> [f64; 4] {
    lines::around(found.area, found.area)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_of_sheet_numbers() {
        for number in [
            "A-101",
            "A101",
            "A 301",
            "ASK-005.A",
            "ASK - 002b",
            "M2.01",
            "TS01",
            "FP-1.2",
            "AB-XX-01-DR-A-1001",
        ] {
            assert!(shaped(number).is_some(), "{number}");
        }
        for other in [
            "101",
            "12/11/2014",
            "FIRST FLOOR",
            "1:50",
            "3/4\"",
            "Level 2",
            "W16x31 TYP",
            "2026-03-02",
            "12'-0\"",
        ] {
            assert!(shaped(other).is_none(), "{other}");
        }
        assert_eq!(shaped("- (A101)").as_deref(), Some("A101"));
    }

    #[test]
    fn a_labelled_box_may_hold_digits_only() {
        assert_eq!(labelled("7 / 1").as_deref(), Some("7 / 1"));
        assert_eq!(labelled("12").as_deref(), Some("12"));
        assert_eq!(labelled("1 OF 12"), None);
        assert_eq!(labelled("12/2024"), None);
    }
}
