//! The history of a drawing in words, and which of it everybody may read.

use sluice_domain::revision::Status;
use sluice_store::drawing::log::Event;

/// What a field is called.
fn label(field: &str) -> &str {
    match field {
        "number" => "Number",
        "title" => "Title",
        "discipline" => "Discipline",
        "area" => "Area",
        "obsolete" => "Obsolete",
        "revision" => "Revision",
        "drawing_date" => "Drawing date",
        "received_date" => "Received date",
        "set" => "Set",
        "order" => "Place in the order of revisions",
        "current" => "Current revision",
        "replaced_by" => "Replaced by",
        other => other,
    }
}

/// What happened, in English: `Revision 1 · Drawing date: 2026-01-15 → 2026-02-20`. A screen says it in its own language from the fields.
pub fn detail(event: &Event) -> String {
    if !event.detail.is_empty() {
        return event.detail.clone();
    }
    let shown = |value: &Option<String>| match value.as_deref() {
        None | Some("") => "–".to_owned(),
        Some(value) => value.to_owned(),
    };
    let about = event.revision.as_ref().filter(|_| event.field.as_deref() != Some("current"));
    let about = about.map(|revision| format!("Revision {revision}"));
    let change = event
        .field
        .as_deref()
        .map(|field| format!("{}: {} → {}", label(field), shown(&event.old_value), shown(&event.new_value)));
    about.into_iter().chain(change).collect::<Vec<_>>().join(" · ")
}

/// Whether an event says nothing of what is unpublished here: everybody who sees the drawing may read it.
pub(super) fn is_official(event: &Event) -> bool {
    event.kind != "confirmed" && event.revision_status != Some(Status::Unpublished)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(kind: &str, revision: Option<&str>, change: Option<(&str, &str, &str)>) -> Event {
        let text = |text: &str| Some(text.to_owned());
        Event {
            at: jiff::Timestamp::UNIX_EPOCH,
            kind: kind.to_owned(),
            person_name: None,
            company_name: None,
            revision: revision.and_then(text),
            revision_status: None,
            field: change.and_then(|(field, _, _)| text(field)),
            old_value: change.and_then(|(_, from, _)| text(from)),
            new_value: change.and_then(|(_, _, to)| text(to)),
            detail: String::new(),
        }
    }

    #[test]
    fn an_event_says_of_what_and_from_what_to_what() {
        assert_eq!(detail(&event("kept_in_log", None, None)), "");
        assert_eq!(detail(&event("arrived", Some("1"), None)), "Revision 1");
        assert_eq!(detail(&event("edited", None, Some(("title", "ROOF", "")))), "Title: ROOF → –");
        let dated = event("changed_upstream", Some("1"), Some(("drawing_date", "", "2026-02-20")));
        assert_eq!(detail(&dated), "Revision 1 · Drawing date: – → 2026-02-20");
        assert_eq!(
            detail(&event("current_changed", Some("0"), Some(("current", "1", "0")))),
            "Current revision: 1 → 0"
        );
    }

    #[test]
    fn drf_04_what_is_unpublished_here_is_not_told_to_everybody() {
        let waiting =
            Event { revision_status: Some(Status::Unpublished), ..event("arrived", Some("1"), None) };
        assert!(!is_official(&waiting));
        assert!(is_official(&Event { revision_status: Some(Status::Published), ..waiting }));
        assert!(!is_official(&event("confirmed", Some("1"), None)));
        assert!(is_official(&event("edited", None, Some(("title", "A", "B")))));
    }
}
