//! What a reviewer should look at on a sheet (`DRW-04`).

use std::cmp::Ordering;

use sluice_domain::sheet_number::natural_order;
use sluice_store::upload::SheetStatus;
use sluice_store::upload::sheets::Sheet;

use super::Confidence;

/// Below this a value is marked.
const SURE: f64 = 0.7;

/// A mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// `new_drawing`, `next_revision`, `same_revision`, `older_revision`, `conflict`, `low_confidence`, `duplicate`, `missing_number`.
    pub code: &'static str,
    /// A sentence.
    pub message: String,
    /// The fields it is about, where it is about some only.
    pub fields: Vec<&'static str>,
    /// The revision that this one follows.
    pub after: Option<String>,
}

fn mark(code: &'static str, message: impl Into<String>) -> Mark {
    Mark { code, message: message.into(), fields: vec![], after: None }
}

/// How a sheet stands to the newest revision of its drawing, as far as the texts of the two tell.
fn against(number: &str, latest: &str, revision: Option<&str>) -> Mark {
    let (code, message) = match revision.map(|revision| natural_order(revision, latest)) {
        None | Some(Ordering::Greater) => {
            ("next_revision", format!("Next revision of {number}, after {latest}."))
        }
        Some(Ordering::Equal) => ("same_revision", format!("{number} has a revision {latest} already.")),
        Some(Ordering::Less) => (
            "older_revision",
            format!("Looks older than the newest revision of {number}, which is {latest}."),
        ),
    };
    Mark { after: Some(latest.to_owned()), ..mark(code, message) }
}

/// The marks of a sheet that waits for review.
pub(super) fn of(sheet: &Sheet, [number, title, revision]: [&Option<Confidence>; 3]) -> Vec<Mark> {
    if sheet.status != SheetStatus::ToReview {
        return vec![];
    }
    let mut marks = vec![];
    match (&sheet.number, &sheet.latest_revision) {
        (None, _) => {
            marks.push(mark("missing_number", "No number was read; type the one printed on the sheet."));
        }
        (Some(number), Some(latest)) => {
            marks.push(against(number, latest, sheet.revision.as_deref()));
        }
        (Some(number), None) => marks.push(mark("new_drawing", format!("{number} is new in this area."))),
    }
    if sheet.same_number_count.is_some_and(|count| count > 1) {
        marks.push(mark("conflict", "More than one sheet of this upload has this number."));
    }
    if sheet.latest_sha256.is_some() && sheet.latest_sha256 == sheet.sha256 {
        marks.push(mark("duplicate", "This is the same file as the newest revision in the log."));
    }
    let unsure: Vec<&str> = [("number", number), ("title", title), ("revision", revision)]
        .into_iter()
        .filter(|(_, confidence)| confidence.as_ref().is_some_and(|value| value.confidence < SURE))
        .map(|(name, _)| name)
        .collect();
    let absent: Vec<&str> = [("title", &sheet.title), ("revision", &sheet.revision)]
        .into_iter()
        .filter(|(_, value)| value.is_none())
        .map(|(name, _)| name)
        .collect();
    if !unsure.is_empty() {
        let message = format!("Read with little confidence: {}.", unsure.join(", "));
        marks.push(Mark { fields: unsure, ..mark("low_confidence", message) });
    }
    if !absent.is_empty() {
        let message = format!("Not found on the sheet: {}.", absent.join(", "));
        marks.push(Mark { fields: absent, ..mark("not_found_on_sheet", message) });
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drw_04_a_sheet_is_called_the_next_revision_only_where_it_may_be() {
        for (revision, code) in [
            (None, "next_revision"),
            (Some("3"), "next_revision"),
            (Some("10"), "next_revision"),
            (Some("2"), "same_revision"),
            (Some("1"), "older_revision"),
        ] {
            assert_eq!(against("A-101", "2", revision).code, code, "{revision:?}");
        }
    }
}
