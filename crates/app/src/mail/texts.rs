//! The words of messages, in the reader's language. Mails and notifications show the same words.
//!
//! They stand in `crates/app/texts/`, under the kind's own key; here only their places are filled.

use fluent_bundle::FluentArgs;
use jiff::Timestamp;

use super::Kind;
use super::facts::Facts;
use crate::language::{Locale, Phrase};

/// What every kind of message has beside its title.
pub(crate) const PARTS: [&str; 3] = ["body", "action", "why"];

/// A message in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Words {
    /// One line: the mail's subject, the notification's title.
    pub(crate) title: String,
    /// What happened, in sentences.
    pub(crate) body: String,
    /// Between whom, by whom, when, why: a label and a value each.
    pub(crate) details: Vec<(String, String)>,
    /// What the link does.
    pub(crate) action: String,
    /// Why the reader gets this.
    pub(crate) why: String,
}

/// Under which id a kind stands in the texts; what happened to one tool that is added to a connection has words of its own (`CON-16`).
pub(crate) fn id(kind: Kind, of_a_tool: bool) -> String {
    let kind_of = if of_a_tool && kind.may_be_of_a_tool() { "_tool" } else { "" };
    format!("{}{kind_of}", kind.key())
}

/// Says it to a reader; `at` is when it happened.
pub(crate) fn words(locale: &Locale, kind: Kind, facts: &Facts, at: Timestamp) -> Words {
    let args = args(locale, kind, facts);
    let id = id(kind, !facts.get("tool").is_empty());
    let say = |part| capital(&tidy(&locale.language.say(&id, part, &args)));
    let mut title = say(None);
    if !facts.get("reminder").is_empty() {
        title = Phrase::Reminder.say(locale.language, &[("title", &title)]);
    }
    let [mut body, action, why] = PARTS.map(|part| say(Some(part)));
    if let Some(cause) = cause(facts) {
        body = format!("{} {body}", capital(&tidy(&locale.language.say(cause.id(), None, &args))));
    }
    Words { title, body, details: details(locale, facts, at), action, why }
}

fn args(locale: &Locale, kind: Kind, facts: &Facts) -> FluentArgs<'static> {
    let mut args = FluentArgs::new();
    for (name, value) in facts.iter() {
        args.set(name.to_owned(), value.to_owned());
    }
    let pair = |project, company| {
        let pair = [("project", facts.get(project)), ("company", facts.get(company))];
        Phrase::ProjectOf.say(locale.language, &pair)
    };
    args.set("upstream", pair("upstream_project", "upstream_company"));
    args.set("downstream", pair("downstream_project", "downstream_company"));
    args.set("waits", if facts.get("waits_again").is_empty() { "no" } else { "yes" });
    // More than is named may have changed.
    if let ([(sheet, from, to)], "1") = (moves(facts).as_slice(), facts.get("count")) {
        for (name, value) in [("single", "yes"), ("sheet", sheet), ("from", from), ("to", to)] {
            args.set(name, value.to_owned());
        }
    } else {
        args.set("single", "no");
    }
    args.set("scope", if facts.get("project").is_empty() { "company" } else { "project" });
    args.set("actor", actor(locale, kind, facts));
    if let Ok(expires) = facts.get("expires").parse::<Timestamp>() {
        args.set("expires", locale.date(expires));
    }
    let count = facts.get("count").parse::<i64>().unwrap_or_default();
    args.set("count", count);
    args.set("n", locale.number(count));
    args
}

/// What ended a connection where nobody meant the connection itself.
fn cause(facts: &Facts) -> Option<Phrase> {
    match facts.get("cause") {
        "project_deleted" => Some(Phrase::CauseProjectDeleted),
        "company_closed" => Some(Phrase::CauseCompanyClosed),
        _ => None,
    }
}

/// Who did it; where nobody did in person, the company.
fn actor(locale: &Locale, kind: Kind, facts: &Facts) -> String {
    match (facts.get("by"), facts.get("by_company")) {
        ("", "") => match kind {
            Kind::Requested | Kind::RequestSent | Kind::Withdrawn => {
                facts.get("downstream_company").to_owned()
            }
            Kind::Declined => facts.get("upstream_company").to_owned(),
            Kind::Connected | Kind::Undone | Kind::Disconnected => {
                Phrase::EitherCompany.say(locale.language, &[])
            }
            _ => facts.get("company").to_owned(),
        },
        ("", company) => company.to_owned(),
        (by, "") => by.to_owned(),
        (by, company) => Phrase::PersonOf.say(locale.language, &[("person", by), ("company", company)]),
    }
}

/// Sheets of which another revision is current: number, old and new revision.
fn moves(facts: &Facts) -> Vec<(&str, &str, &str)> {
    fn line(line: &str) -> Option<(&str, &str, &str)> {
        let mut parts = line.split('\t');
        Some((parts.next()?, parts.next()?, parts.next()?))
    }
    facts.get("current").lines().filter_map(line).collect()
}

/// A text may break its lines where it likes.
fn tidy(text: &str) -> String {
    text.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}

fn capital(words: &str) -> String {
    let mut characters = words.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

fn details(locale: &Locale, facts: &Facts, at: Timestamp) -> Vec<(String, String)> {
    let pair = |name: &str, company: &str| match (facts.get(name), facts.get(company)) {
        ("", company) => company.to_owned(),
        (name, "") => name.to_owned(),
        (name, company) => format!("{name}, {company}"),
    };
    let upstream = pair("upstream_project", "upstream_company");
    let downstream = pair("downstream_project", "downstream_company");
    let own = if upstream.is_empty() { pair("project", "company") } else { String::new() };
    let current: Vec<String> =
        moves(facts).into_iter().map(|(number, from, to)| format!("{number}: {from} → {to}")).collect();
    let own_label = if facts.get("project").is_empty() { Phrase::LabelCompany } else { Phrase::LabelProject };
    [
        (Phrase::LabelUpstream, upstream),
        (Phrase::LabelDownstream, downstream),
        (own_label, own),
        (Phrase::LabelSet, facts.get("set").to_owned()),
        (Phrase::LabelDeleted, facts.get("deleted").replace('\n', ", ")),
        (Phrase::LabelObsolete, facts.get("obsolete").replace('\n', ", ")),
        (Phrase::LabelCurrent, current.join("\n")),
        (Phrase::LabelBy, pair("by", "by_company")),
        (Phrase::LabelWhen, locale.moment(at)),
        (Phrase::LabelReason, facts.get("reason").to_owned()),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_empty())
    .map(|(label, value)| (label.say(locale.language, &[]), value))
    .collect()
}
