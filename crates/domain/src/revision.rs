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
    /// Date of its set.
    pub set_date: Option<Date>,
    /// Date it came in.
    pub received_date: Option<Date>,
    /// Revision text as printed.
    pub revision: &'a str,
}

impl Rank<'_> {
    /// The date that counts: the one on the sheet; on a sheet without one that of its set, else when it came in.
    fn dated(&self) -> Option<Date> {
        self.drawing_date.or(self.set_date).or(self.received_date)
    }
}

/// Older first by what is printed: the date that counts, then the revision in natural order.
fn printed(a: &Rank<'_>, b: &Rank<'_>) -> Ordering {
    a.dated().cmp(&b.dated()).then_with(|| natural_order(a.revision, b.revision))
}

/// The places of revisions, oldest first; of two that are alike the later one in the list is newer.
///
/// Those in manual order stand together. One that a person has not put in order is newer than all of them when what is printed on it is newer
/// than what is printed on the topmost of them, else older than all of them: so the order is one whatever the list looks like.
pub fn order(revisions: &[Rank<'_>]) -> Vec<usize> {
    let mut places: Vec<(usize, &Rank<'_>)> = revisions.iter().enumerate().collect();
    places.sort_by(|(_, a), (_, b)| a.manual.cmp(&b.manual).then_with(|| printed(a, b)));
    let loose = places.partition_point(|(_, rank)| rank.manual.is_none());
    if let Some(top) = places.last().map(|(_, rank)| **rank).filter(|rank| rank.manual.is_some()) {
        let older = places
            .iter()
            .take(loose)
            .take_while(|(_, rank)| printed(rank, &top) != Ordering::Greater)
            .count();
        // The loose ones that are newer go behind those in manual order.
        if let Some(newer) = places.get_mut(older..) {
            newer.rotate_left(loose - older);
        }
    }
    places.into_iter().map(|(place, _)| place).collect()
}

/// The place of the newest revision; the later one in the list wins a tie.
pub fn newest(revisions: &[Rank<'_>]) -> Option<usize> {
    order(revisions).last().copied()
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
    use proptest::prelude::*;

    const NONE: Rank<'_> =
        Rank { manual: None, drawing_date: None, set_date: None, received_date: None, revision: "" };

    fn rank(day: i8, revision: &str) -> Rank<'_> {
        Rank { drawing_date: Some(date(2026, 5, day)), revision, ..NONE }
    }

    #[test]
    fn current_is_the_newest_date_then_the_natural_order() {
        assert_eq!(newest(&[rank(2, "A"), rank(9, "0"), rank(4, "B")]), Some(1));
        assert_eq!(newest(&[rank(2, "9"), rank(2, "10")]), Some(1));
        assert_eq!(newest(&[rank(2, "A"), rank(2, "A")]), Some(1), "of two alike the later one");
        assert_eq!(newest(&[]), None);
    }

    #[test]
    fn manual_order_wins_over_dates() {
        let first = Rank { manual: Some(2), ..rank(1, "A") };
        let second = Rank { manual: Some(1), ..rank(9, "B") };
        assert_eq!(order(&[first, second]), [1, 0]);
    }

    #[test]
    fn what_comes_after_a_manual_order_is_on_top_only_when_it_is_newer() {
        let (top, below) =
            (Rank { manual: Some(2), ..rank(4, "A") }, Rank { manual: Some(1), ..rank(9, "B") });
        assert_eq!(order(&[rank(5, "C"), top, below]), [2, 1, 0], "newer than the topmost");
        assert_eq!(order(&[rank(3, "C"), top, below]), [0, 2, 1], "filled in later, and older");
    }

    #[test]
    fn a_sheet_without_a_date_counts_from_its_set_then_from_when_it_came() {
        let undated = |revision| Rank { drawing_date: None, ..rank(1, revision) };
        let bulletin = Rank { set_date: Some(date(2026, 5, 7)), ..undated("1") };
        assert_eq!(newest(&[bulletin, rank(2, "0")]), Some(0), "the set is newer than the sheet before");
        assert_eq!(newest(&[bulletin, rank(9, "0")]), Some(1));
        let received = Rank { received_date: Some(date(2026, 5, 8)), ..undated("2") };
        assert_eq!(newest(&[received, bulletin]), Some(0));
        assert_eq!(newest(&[rank(1, "A"), undated("B")]), Some(0), "with no date at all it is the oldest");
    }

    prop_compose! {
        fn any_rank()(
            manual in prop::option::of(0_i64..4),
            sheet in prop::option::of(1_i8..5),
            set in prop::option::of(1_i8..5),
            revision in "[AB01]{0,2}",
        ) -> (Option<i64>, Option<i8>, Option<i8>, String) {
            (manual, sheet, set, revision)
        }
    }

    proptest! {
        /// Whatever the order in which they were confirmed, the same revision is current: two companies find the same one.
        #[test]
        fn drf_04_the_newest_does_not_depend_on_the_list(parts in prop::collection::vec(any_rank(), 1..8), turn in 0_usize..8) {
            let day = |day: i8| date(2026, 5, day);
            let ranks: Vec<Rank<'_>> = parts
                .iter()
                .map(|(manual, sheet, set, revision)| Rank {
                    manual: *manual,
                    drawing_date: sheet.map(day),
                    set_date: set.map(day),
                    revision,
                    ..NONE
                })
                .collect();
            let mut turned = ranks.clone();
            turned.rotate_left(turn % ranks.len());
            let top = |ranks: &[Rank<'_>]| newest(ranks).map(|place| (ranks[place].manual, ranks[place].dated(), crate::sheet_number::sort_key(ranks[place].revision)));
            prop_assert_eq!(top(&ranks), top(&turned));
            let mut places = order(&ranks);
            places.sort_unstable();
            prop_assert_eq!(places, (0..ranks.len()).collect::<Vec<_>>());
        }
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
