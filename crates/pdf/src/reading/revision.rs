//! Finds the revision: in its box, or as the latest row of the table of revisions.

use super::labels::{Label, inline, label};
use super::lines::Line;
use super::number::is_date;
use super::{Page, Source, Value, number};

/// Finds the revision of a page.
pub(super) fn find(page: &Page<'_>, number: Option<&number::Found>) -> Option<Value> {
    let candidates = || page.lines.iter().filter(|line| line.in_margin());

    // `REV: A` in one line.
    for line in candidates() {
        for (kind, value) in inline(&line.text) {
            if kind == Label::Revision && is_revision(&value) {
                return Some(Value::new(value, 0.85, Source::TitleBlock));
            }
        }
    }
    // A box: the label with the value right of it or under it; heads of tables are told by the date beside them.
    let mut best: Option<(f64, &Line)> = None;
    for head in candidates().filter(|line| label(&line.text) == Some(Label::Revision)) {
        if dated(page, head).is_some() {
            continue;
        }
        for line in candidates().filter(|line| line.angle == head.angle && is_revision(&line.text)) {
            let below = line.frame[1] - head.frame[3];
            let across = line.frame[0] - head.frame[2];
            let under = below > -0.4 * head.size
                && below < 2.5 * line.size
                && line.frame[0] > head.frame[0] - head.size
                && across < 6.0 * head.size;
            let beside = (line.frame[3] - head.frame[3]).abs() < 0.6 * line.size
                && across > -0.3 * head.size
                && across < 4.0 * head.size;
            let distance = if beside {
                0.3 * across.max(0.0)
            } else if under {
                below.max(0.0) + 0.2 * across.max(0.0)
            } else {
                continue;
            };
            if best.is_none_or(|(nearest, _)| distance < nearest) {
                best = Some((distance, line));
            }
        }
    }
    if let Some((_, line)) = best {
        return Some(Value::new(line.text.trim(), 0.8, Source::TitleBlock));
    }
    table(page).filter(|_| number.is_some())
}

/// The date label on the same line as a head, when there is one: then it is the head of a table.
fn dated<'p>(page: &'p Page<'_>, head: &Line) -> Option<&'p Line> {
    page.lines.iter().find(|line| {
        line.angle == head.angle
            && label(&line.text) == Some(Label::Date)
            && (line.frame[3] - head.frame[3]).abs() < 0.5 * head.size
            && line.frame[0] > head.frame[0]
            && line.frame[0] - head.frame[2] < 40.0 * head.size
    })
}

/// Reads the table of revisions: rows under (or over) its head that have a date; the latest row counts.
fn table(page: &Page<'_>) -> Option<Value> {
    for head in &page.lines {
        let plain = super::lines::plain(&head.text);
        let is_head = label(&head.text) == Some(Label::Revision)
            || ["NO", "NR", "N", "MARK"].contains(&plain.as_str())
            || head.text == "#";
        if !is_head || !head.in_margin() {
            continue;
        }
        let Some(date) = dated(page, head) else {
            continue;
        };
        let mut rows: Vec<&Line> = page
            .lines
            .iter()
            .filter(|line| {
                let middle = f64::midpoint(line.frame[0], line.frame[2]);
                line.angle == head.angle
                    && is_revision(&line.text)
                    && middle > head.frame[0] - 1.5 * head.size
                    && middle < head.frame[2] + 1.5 * head.size
                    && (line.frame[3] - head.frame[3]).abs() < 40.0 * head.size
                    && (line.frame[3] - head.frame[3]).abs() > 0.8 * head.size
            })
            .filter(|row| {
                page.lines.iter().any(|line| {
                    line.angle == row.angle
                        && is_date(&line.text)
                        && (line.frame[3] - row.frame[3]).abs() < 0.6 * row.size
                        && (line.frame[0] - date.frame[0]).abs() < 12.0 * head.size
                })
            })
            .collect();
        rows.sort_by_key(|row| order(&row.text));
        if let Some(latest) = rows.last() {
            return Some(Value::new(latest.text.trim(), 0.7, Source::TitleBlock));
        }
    }
    None
}

/// Numbers by value, letters behind them by length and alphabet.
fn order(text: &str) -> (u32, usize, String) {
    let text = text.trim().to_uppercase();
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    (digits.parse().unwrap_or(0), text.len(), text)
}

/// Short, of digits and capitals: 0, 01, A, P2, A.1, 3.0.
fn is_revision(text: &str) -> bool {
    let text = text.trim();
    let letters = text.chars().filter(char::is_ascii_alphabetic).count();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    (1..=5).contains(&text.len())
        && letters <= 2
        && digits <= 3
        && letters + digits > 0
        && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || ".-".contains(c))
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
}
