//! Revisions of a drawing: their status, their order, which one is current.

use std::cmp::Ordering;

use jiff::civil::Date;

use crate::sheet_number::natural_order;

/// Status of a confirmed revision; before that it is a page under review.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Confirmed by a reviewer (or arrived through a connection); only Drawings Admins see it.
    Unpublished,
    /// Official; cannot be undone.
    Published,
}

impl Status {
    /// Both of them.
    pub const ALL: [Self; 2] = [Self::Unpublished, Self::Published];

    /// The word in the database and the API.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Unpublished => "unpublished",
            Self::Published => "published",
        }
    }

    /// Reads [`Status::key`] back.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.key() == key)
    }
}

/// What decides the order of a drawing's revisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rank<'a> {
    /// Manual order, where a person set one; higher is newer and wins over dates.
    pub manual: Option<i64>,
    /// Date on the sheet.
    pub drawing_date: Option<Date>,
    /// Revision text as printed.
    pub revision: &'a str,
}

/// Orders revisions, older first: manual order if both have one, else drawing date, then revision in natural order.
pub fn age(a: Rank<'_>, b: Rank<'_>) -> Ordering {
    let manual = match (a.manual, b.manual) {
        (Some(a), Some(b)) => a.cmp(&b),
        _ => Ordering::Equal,
    };
    manual.then(a.drawing_date.cmp(&b.drawing_date)).then_with(|| natural_order(a.revision, b.revision))
}

/// The place of the newest revision; the later one in the list wins a tie.
pub fn newest(revisions: &[Rank<'_>]) -> Option<usize> {
    (0..revisions.len()).max_by(|a, b| match (revisions.get(*a), revisions.get(*b)) {
        (Some(a), Some(b)) => age(*a, *b),
        _ => Ordering::Equal,
    })
}

/// The revision text to suggest after the latest: the last number or letter counted up (`0` → `1`, `A` → `B`, `A.1` → `A.2`).
pub fn next_after(latest: &str) -> String {
    let trimmed = latest.trim();
    let digits = trimmed.chars().rev().take_while(char::is_ascii_digit).count();
    if digits > 0 {
        let (head, tail) = trimmed.split_at(trimmed.len() - digits);
        return match tail.parse::<u64>() {
            Ok(number) => format!("{head}{:0width$}", number.saturating_add(1), width = digits),
            Err(_) => String::new(),
        };
    }
    let mut letters: Vec<char> = trimmed.chars().collect();
    match letters.last_mut() {
        Some(last) if last.is_ascii_alphabetic() && !matches!(last, 'z' | 'Z') => {
            *last = char::from_u32(u32::from(*last) + 1).unwrap_or(*last);
            letters.into_iter().collect()
        }
        Some(_) => String::new(),
        None => "0".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn rank(day: i8, revision: &str) -> Rank<'_> {
        Rank { manual: None, drawing_date: Some(date(2026, 5, day)), revision }
    }

    #[test]
    fn current_is_the_newest_date_then_the_natural_order() {
        assert_eq!(newest(&[rank(2, "A"), rank(9, "0"), rank(4, "B")]), Some(1));
        assert_eq!(newest(&[rank(2, "9"), rank(2, "10")]), Some(1));
        assert_eq!(newest(&[]), None);
    }

    #[test]
    fn manual_order_wins_over_dates() {
        let first = Rank { manual: Some(2), ..rank(1, "A") };
        let second = Rank { manual: Some(1), ..rank(9, "B") };
        assert_eq!(newest(&[first, second]), Some(0));
    }

    #[test]
    fn a_dated_revision_is_newer_than_an_undated_one() {
        assert_eq!(newest(&[rank(1, "A"), Rank { drawing_date: None, ..rank(1, "B") }]), Some(0));
    }

    #[test]
    fn next_after_counts_up() {
        for (latest, next) in [
            ("0", "1"),
            ("9", "10"),
            ("09", "10"),
            ("A", "B"),
            ("A.1", "A.2"),
            ("", "0"),
            ("Z", ""),
            ("A-", ""),
        ] {
            assert_eq!(next_after(latest), next, "{latest:?}");
        }
    }
}
