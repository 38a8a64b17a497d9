//! File names and bookmarks that state number, title and revision.
//!
//! A file name is believed only in the naming the uploader chose.

use super::{Naming, Reading, Source, Value, number};

/// Replaces what was read by what the file name states.
pub(super) fn apply(file_name: &str, naming: Naming, reading: &mut Reading) {
    let stem = match file_name.rsplit_once('.') {
        Some((stem, extension)) if extension.eq_ignore_ascii_case("pdf") => stem,
        _ => file_name,
    };
    let (number, title, revision) = match naming {
        Naming::None => return,
        Naming::NumberTitle => match stem.split_once('_') {
            Some((number, title)) => (number, Some(title), None),
            None => (stem, None, None),
        },
        Naming::NumberDotRevTitle => match stem.split_once('_') {
            Some((number, title)) => match number.rsplit_once('.') {
                Some((number, revision)) => (number, Some(title), Some(revision)),
                None => (number, Some(title), None),
            },
            None => (stem, None, None),
        },
        Naming::NumberRevTitle => {
            let mut parts = stem.splitn(3, '_');
            match (parts.next(), parts.next(), parts.next()) {
                (Some(number), Some(revision), Some(title)) => (number, Some(title), Some(revision)),
                (Some(number), Some(title), None) => (number, Some(title), None),
                _ => (stem, None, None),
            }
        }
        Naming::NumberTitleRev => match stem.split_once('_') {
            Some((number, rest)) => match rest.rsplit_once('_') {
                Some((title, revision)) => (number, Some(title), Some(revision)),
                None => (number, Some(rest), None),
            },
            None => (stem, None, None),
        },
    };
    // A name without the separator does not follow the naming: it states nothing.
    if title.is_none() {
        return;
    }
    let value = |text: &str| {
        let text = text.replace('_', " ").trim().to_owned();
        (!text.is_empty()).then(|| Value::new(text, 0.95, Source::FileName))
    };
    reading.number = value(number).or(reading.number.take());
    reading.title = title.and_then(value).or(reading.title.take());
    reading.revision = revision.and_then(value).or(reading.revision.take());
}

/// Splits `A-101 - FIRST FLOOR PLAN`, `A101: Plan` or `Sheet - A-101 - Plan` into number and title.
pub(super) fn split_name(name: &str) -> (Option<String>, Option<String>) {
    let name = name.trim();
    let separators = [" - ", " – ", " — ", ": ", "_", "  "];
    for separator in separators {
        let Some((head, tail)) = name.split_once(separator) else {
            continue;
        };
        if let Some(found) = sheet_number(head) {
            let title = tail.trim_matches(|c: char| !c.is_alphanumeric() && c != '(' && c != ')');
            return (Some(found), (!title.is_empty()).then(|| title.to_owned()));
        }
    }
    // `A-101 FIRST FLOOR PLAN`
    if let Some((head, tail)) = name.split_once(' ')
        && let Some(found) = sheet_number(head)
        && tail.chars().any(char::is_alphabetic)
    {
        return (Some(found), Some(tail.trim().to_owned()));
    }
    (sheet_number(name), None)
}

/// A number strong enough to stand without a label.
fn sheet_number(text: &str) -> Option<String> {
    let words = text.trim().trim_start_matches("Sheet").trim_start_matches([':', ' ', '_']);
    number::shaped(words).filter(|found| number::shape_strength(found) >= 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, naming: Naming) -> [String; 3] {
        let mut reading = Reading::default();
        apply(name, naming, &mut reading);
        [reading.number, reading.title, reading.revision]
            .map(|value| value.map(|value| value.text).unwrap_or_default())
    }

    #[test]
    fn each_naming_is_understood() {
        assert_eq!(read("A-101_First Floor.pdf", Naming::NumberTitle), ["A-101", "First Floor", ""]);
        assert_eq!(read("A-101.2_First Floor.pdf", Naming::NumberDotRevTitle), ["A-101", "First Floor", "2"]);
        assert_eq!(read("A1.01.B_Plan.pdf", Naming::NumberDotRevTitle), ["A1.01", "Plan", "B"]);
        assert_eq!(read("A-101_C_First_Floor.pdf", Naming::NumberRevTitle), ["A-101", "First Floor", "C"]);
        assert_eq!(read("A-101_First_Floor_C.PDF", Naming::NumberTitleRev), ["A-101", "First Floor", "C"]);
        assert_eq!(read("scan.pdf", Naming::NumberTitle), ["", "", ""]);
    }

    #[test]
    fn bookmarks_are_split() {
        let split = |name| {
            let (number, title) = split_name(name);
            [number.unwrap_or_default(), title.unwrap_or_default()]
        };
        assert_eq!(split("A-101 - FIRST FLOOR PLAN"), ["A-101", "FIRST FLOOR PLAN"]);
        assert_eq!(split("M2.01 Second Floor"), ["M2.01", "Second Floor"]);
        assert_eq!(split("Section - North/South"), ["", ""]);
        assert_eq!(split("Layout1"), ["", ""]);
    }
}
