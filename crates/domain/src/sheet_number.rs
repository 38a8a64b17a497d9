//! Sheet numbers: kept as printed, never normalised for identity; here is only how they sort and how they are cleaned on entry.

use std::cmp::Ordering;

/// Longest sheet number, title or revision text accepted, in characters.
pub const TEXT_CHARACTERS_MAX: usize = 255;

/// A key whose byte order is the order people expect: `A-2` before `A-10`, case ignored, digits padded to ten places.
///
/// Stored beside the number, so that a page of the log is an index scan (`SPD-07`).
pub fn sort_key(number: &str) -> String {
    const DIGITS: usize = 10;
    let mut key = String::with_capacity(number.len() + DIGITS);
    let mut digits = String::new();
    let flush = |digits: &mut String, key: &mut String| {
        let significant = digits.trim_start_matches('0');
        key.extend(std::iter::repeat_n('0', DIGITS.saturating_sub(significant.len())));
        key.push_str(significant);
        digits.clear();
    };
    for c in number.trim().chars().flat_map(char::to_lowercase) {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        if !digits.is_empty() {
            flush(&mut digits, &mut key);
        }
        key.push(c);
    }
    if !digits.is_empty() {
        flush(&mut digits, &mut key);
    }
    key
}

/// Natural order of two texts, by their [`sort_key`].
pub fn natural_order(a: &str, b: &str) -> Ordering {
    sort_key(a).cmp(&sort_key(b))
}

/// Cleans what a person typed or a page printed: control characters become spaces, runs of white space one space, ends trimmed; `None`
/// when nothing is left or it is over [`TEXT_CHARACTERS_MAX`].
pub fn clean(raw: &str) -> Option<String> {
    let spaced: String =
        raw.chars().map(|c| if c.is_control() || c.is_whitespace() { ' ' } else { c }).collect();
    let clean = spaced.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    let length = clean.chars().count();
    (1..=TEXT_CHARACTERS_MAX).contains(&length).then_some(clean)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sheets_sort_as_people_read_them() {
        let mut numbers = vec!["A-10", "A-2", "a-2.1", "A-101", "S-1", "A-002", "7 / 1"];
        numbers.sort_by_key(|number| sort_key(number));
        assert_eq!(numbers, ["7 / 1", "A-2", "A-002", "a-2.1", "A-10", "A-101", "S-1"]);
    }

    #[test]
    fn text_is_cleaned_and_bounded() {
        assert_eq!(clean("  FIRST\n FLOOR\tPLAN "), Some("FIRST FLOOR PLAN".into()));
        assert_eq!(clean(" \u{0} "), None);
        assert_eq!(clean(&"x".repeat(256)), None);
        assert_eq!(clean("7 / 1"), Some("7 / 1".into()), "a slash is part of real sheet numbers");
    }

    proptest! {
        #[test]
        fn any_text_has_a_key(text in ".{0,300}") {
            let _ = sort_key(&text);
            if let Some(clean_text) = clean(&text) {
                prop_assert_eq!(clean(&clean_text), Some(clean_text.clone()));
            }
        }
    }
}
