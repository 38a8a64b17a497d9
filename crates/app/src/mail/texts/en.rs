//! English.

mod tools;

use super::{Facts, Kind, Words};

const ACCEPT: &str = "Accept the invitation";
const REQUEST: &str = "Open the request";
const CONNECTION: &str = "Open the connection";
const DRAWINGS: &str = "Open the drawings";
const PASSWORD: &str = "Choose a new password";
const SLUICE: &str = "Open Sluice";
const PROJECTS: &str = "Open your projects";

pub(super) fn words(kind: Kind, facts: &Facts) -> Words {
    let tool = facts.get("tool");
    let (title, body, action) = match kind {
        Kind::Requested
        | Kind::RequestSent
        | Kind::Withdrawn
        | Kind::Declined
        | Kind::Expired
        | Kind::Connected
        | Kind::Undone
            if !tool.is_empty() =>
        {
            tools::words(kind, tool, facts)
        }
        Kind::Invitation => invitation(facts),
        Kind::Requested | Kind::RequestSent | Kind::Withdrawn | Kind::Declined | Kind::Expired => {
            request(kind, facts)
        }
        Kind::Connected | Kind::Undone | Kind::Disconnected => connection(kind, facts),
        Kind::FirstCopyComplete
        | Kind::NewSheets
        | Kind::DeletedUpstream
        | Kind::CurrentChanged
        | Kind::Distributed => drawings(kind, facts),
        Kind::PasswordReset | Kind::PasswordChanged => own_sign_in(kind),
        Kind::ProjectDeleted | Kind::CompanyClosed => gone(kind, facts),
    };
    let title = match facts.get("reminder") {
        "" => title,
        _ => format!("Reminder: {title}"),
    };
    let body = match cause(facts) {
        Some(cause) => format!("{cause} {body}"),
        None => body,
    };
    Words { title, body, details: details(facts), action, footer: footer(kind, facts) }
}

fn invitation(facts: &Facts) -> (String, String, &'static str) {
    let (company, project) = (facts.get("company"), facts.get("project"));
    let place =
        if project.is_empty() { company.to_owned() } else { format!("the project {project} of {company}") };
    let by = actor(facts, company);
    (
        format!("{by} invites you to {place}"),
        format!(
            "{by} has added you to the directory of {place}. Accept the invitation to take part. The link is for you alone, works once, and for a limited time."
        ),
        ACCEPT,
    )
}

fn own_sign_in(kind: Kind) -> (String, String, &'static str) {
    match kind {
        Kind::PasswordReset => (
            "Choose a new password".to_owned(),
            "Somebody asked for a new password for this address. If it was you, choose one. The link works once, for one hour. Until then your present password stays.".to_owned(),
            PASSWORD,
        ),
        _ => (
            "Your password was changed".to_owned(),
            "The password of your sign-in was changed, and sessions elsewhere have ended. If it was not you, ask for a new password on the sign-in page at once, and tell an administrator of your company.".to_owned(),
            SLUICE,
        ),
    }
}

fn request(kind: Kind, facts: &Facts) -> (String, String, &'static str) {
    let sides = Sides::of(facts);
    let Sides { upstream_company, upstream_project, downstream_company, downstream_project } = &sides;
    let (title, body) = match kind {
        Kind::Requested => {
            let by = actor(facts, downstream_company);
            (
                format!("{downstream_company} asks to connect to {upstream_project}"),
                format!(
                    "{by} asks to connect the project {} to your project {}. Nothing is shared until somebody of {upstream_company} approves it.",
                    sides.downstream(),
                    sides.upstream(),
                ),
            )
        }
        Kind::RequestSent => (
            format!("Your request to connect to {upstream_project} was sent"),
            format!(
                "{} asked to connect your project {} to the project {}. You will be told when {upstream_company} answers.",
                actor(facts, downstream_company),
                sides.downstream(),
                sides.upstream(),
            ),
        ),
        Kind::Withdrawn => (
            format!("{downstream_company} withdrew its request to connect to {upstream_project}"),
            format!(
                "{} took back the request to connect the project {} to the project {}. Nothing was shared, and nothing needs to be done.",
                actor(facts, downstream_company),
                sides.downstream(),
                sides.upstream(),
            ),
        ),
        Kind::Declined => (
            format!("{upstream_company} declined to connect {downstream_project}"),
            format!(
                "{} declined the request to connect the project {} to the project {}. Nothing was shared. {downstream_company} may ask again.",
                actor(facts, upstream_company),
                sides.downstream(),
                sides.upstream(),
            ),
        ),
        _ => (
            format!("The request to connect {downstream_project} to {upstream_project} has expired"),
            format!(
                "The request to connect the project {} to the project {} was not answered in time. Nothing was shared. {downstream_company} may ask again.",
                sides.downstream(),
                sides.upstream(),
            ),
        ),
    };
    (title, body, REQUEST)
}

fn connection(kind: Kind, facts: &Facts) -> (String, String, &'static str) {
    let sides = Sides::of(facts);
    let Sides { upstream_company, upstream_project, downstream_company, downstream_project } = &sides;
    let (title, body) = match kind {
        Kind::Undone => (
            format!("The connection of {downstream_project} to {upstream_project} was undone"),
            format!(
                "{} undid the connection of the project {} to the project {} within minutes after it was made. What had been copied was removed. {}",
                actor(facts, "One of the two companies"),
                sides.downstream(),
                sides.upstream(),
                if facts.get("waits_again").is_empty() {
                    format!("{downstream_company} may ask again.")
                } else {
                    format!("The request waits again for {upstream_company} to answer.")
                },
            ),
        ),
        Kind::Connected => (
            format!("{downstream_project} is connected to {upstream_project}"),
            format!(
                "The project {} is connected to the project {}. What {upstream_company} publishes there now arrives in {downstream_project} by itself. Nothing travels the other way.",
                sides.downstream(),
                sides.upstream(),
            ),
        ),
        _ => (
            format!("{downstream_project} is no longer connected to {upstream_project}"),
            format!(
                "{} ended the connection between the project {} and the project {}. Nothing more is copied. What had arrived stays, files included, and is no longer kept in sync.",
                actor(facts, "One of the two companies"),
                sides.upstream(),
                sides.downstream(),
            ),
        ),
    };
    (title, body, CONNECTION)
}

fn drawings(kind: Kind, facts: &Facts) -> (String, String, &'static str) {
    let sides = Sides::of(facts);
    let Sides { upstream_company, upstream_project, downstream_project, .. } = &sides;
    let count = facts.get("count");
    let (title, body) = match kind {
        Kind::FirstCopyComplete => (
            format!("The first copy from {upstream_project} is complete"),
            format!(
                "{} of the project {} arrived in your project {}. Later ones arrive by themselves.",
                counted(count, "published sheet", "published sheets"),
                sides.upstream(),
                sides.downstream(),
            ),
        ),
        Kind::NewSheets => (
            format!("{} from {upstream_project}", counted(count, "new sheet", "new sheets")),
            format!(
                "{} of the project {} arrived in your project {}.",
                counted(count, "newly published sheet", "newly published sheets"),
                sides.upstream(),
                sides.downstream(),
            ),
        ),
        Kind::DeletedUpstream => (
            format!("{} deleted or made obsolete in {upstream_project}", counted(count, "sheet", "sheets")),
            format!(
                "{upstream_company} deleted {} of the project {}, or made them obsolete. Nothing is erased in your project {}: deleted ones leave the log of {downstream_project} and stay in its report of deleted drawings, files included.",
                counted(count, "sheet", "sheets"),
                sides.upstream(),
                sides.downstream(),
            ),
        ),
        Kind::CurrentChanged => {
            let sheets = counted(count, "sheet", "sheets");
            let title = match moves(facts).as_slice() {
                [(number, from, to)] if count == "1" => {
                    format!("{number}: revision {to} is current, no longer revision {from}")
                }
                _ => format!("Another revision of {sheets} is current"),
            };
            (
                title,
                format!(
                    "{upstream_company} changed in the project {} what decides which revision is the newest, such as a date or the order. So another revision of {sheets} is current now in your project {}.",
                    sides.upstream(),
                    sides.downstream(),
                ),
            )
        }
        _ => {
            let (company, project) = (facts.get("company"), facts.get("project"));
            let sheets = counted(count, "drawing", "drawings");
            (
                format!("{sheets} published in {project}"),
                format!(
                    "{} published {sheets} in the project {project} of {company}.",
                    actor(facts, company)
                ),
            )
        }
    };
    (capital(&title), capital(&body), DRAWINGS)
}

/// Sheets of which another revision is current: number, old and new revision.
fn moves(facts: &Facts) -> Vec<(&str, &str, &str)> {
    fn line(line: &str) -> Option<(&str, &str, &str)> {
        let mut parts = line.split('\t');
        Some((parts.next()?, parts.next()?, parts.next()?))
    }
    facts.get("current").lines().filter_map(line).collect()
}

/// What ended a connection where nobody meant the connection itself.
fn cause(facts: &Facts) -> Option<String> {
    let company = facts.get("by_company");
    match facts.get("cause") {
        "project_deleted" => Some(format!("{} deleted the project.", actor(facts, company))),
        "company_closed" => Some(format!("{company} was closed on this installation.")),
        _ => None,
    }
}

fn gone(kind: Kind, facts: &Facts) -> (String, String, &'static str) {
    let (company, project) = (facts.get("company"), facts.get("project"));
    let (title, body) = if kind == Kind::ProjectDeleted {
        let ended = match facts.get("count") {
            "" | "0" => String::new(),
            "1" => " Its connection has ended.".to_owned(),
            count => format!(" Its {count} connections and requests have ended."),
        };
        (
            format!("The project {project} was deleted"),
            format!(
                "{} deleted the project {project}. It can no longer be opened.{ended} What had arrived at other companies stays with them.",
                actor(facts, company)
            ),
        )
    } else {
        (
            format!("{company} was closed"),
            format!(
                "Whoever runs this installation closed {company}. Its projects can no longer be opened, and its connections have ended. What had arrived at other companies stays with them. Your sign-in and your other companies are not affected."
            ),
        )
    };
    (title, body, PROJECTS)
}

/// The names of both sides.
struct Sides {
    upstream_company: String,
    upstream_project: String,
    downstream_company: String,
    downstream_project: String,
}

impl Sides {
    fn of(facts: &Facts) -> Self {
        let name = |key| facts.get(key).to_owned();
        Self {
            upstream_company: name("upstream_company"),
            upstream_project: name("upstream_project"),
            downstream_company: name("downstream_company"),
            downstream_project: name("downstream_project"),
        }
    }

    fn upstream(&self) -> String {
        format!("{} of {}", self.upstream_project, self.upstream_company)
    }

    fn downstream(&self) -> String {
        format!("{} of {}", self.downstream_project, self.downstream_company)
    }
}

/// Who did it; where nobody did in person, the company.
fn actor(facts: &Facts, otherwise: &str) -> String {
    match (facts.get("by"), facts.get("by_company")) {
        ("", "") => otherwise.to_owned(),
        ("", company) => company.to_owned(),
        (by, "") => by.to_owned(),
        (by, company) => format!("{by} of {company}"),
    }
}

fn counted(count: &str, one: &str, many: &str) -> String {
    match count {
        // Unknown how many: the sentence still stands.
        "" => many.to_owned(),
        "1" => format!("1 {one}"),
        count => format!("{count} {many}"),
    }
}

fn capital(words: &str) -> String {
    let mut characters = words.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

fn details(facts: &Facts) -> Vec<(&'static str, String)> {
    let pair = |name: &str, company: &str| match (facts.get(name), facts.get(company)) {
        ("", company) => company.to_owned(),
        (name, "") => name.to_owned(),
        (name, company) => format!("{name}, {company}"),
    };
    let upstream = pair("upstream_project", "upstream_company");
    let downstream = pair("downstream_project", "downstream_company");
    let own = if upstream.is_empty() { pair("project", "company") } else { String::new() };
    let current = moves(facts).into_iter().map(|(number, from, to)| format!("{number}: {from} → {to}"));
    let current: Vec<String> = current.collect();
    let own_label = if facts.get("project").is_empty() { "Company" } else { "Project" };
    [
        ("Upstream project", upstream),
        ("Downstream project", downstream),
        (own_label, own),
        ("Set", facts.get("set").to_owned()),
        ("Deleted", facts.get("deleted").replace('\n', ", ")),
        ("Made obsolete", facts.get("obsolete").replace('\n', ", ")),
        ("Current revision", current.join("\n")),
        ("By", pair("by", "by_company")),
        ("Reason", facts.get("reason").to_owned()),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_empty())
    .collect()
}

fn footer(kind: Kind, facts: &Facts) -> String {
    let project = facts.get("project");
    match kind {
        Kind::Invitation => {
            "You get this because somebody entered your address. If you do not know why, leave it; nothing happens.".to_owned()
        }
        Kind::FirstCopyComplete | Kind::NewSheets | Kind::DeletedUpstream | Kind::CurrentChanged => {
            format!("You get this because you are told about what arrives in the drawings of {project}.")
        }
        Kind::PasswordReset => {
            "You get this because somebody entered your address. If it was not you, leave it; nothing happens.".to_owned()
        }
        Kind::PasswordChanged => "You get this because it is about your own sign-in.".to_owned(),
        Kind::ProjectDeleted => format!("You get this because you were told about the connections of {project}."),
        Kind::CompanyClosed => format!("You get this because you worked for {}.", facts.get("company")),
        Kind::Distributed => format!("You get this because the drawings of {project} are distributed to you."),
        _ => format!(
            "You get this because you are told about the connections of {project}. Who is told is set in its Connection Manager."
        ),
    }
}
