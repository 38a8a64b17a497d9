//! Messages about a tool that is added to a connection (`CON-16`): the same events, told of the tool.

use super::{CONNECTION, Facts, Kind, REQUEST, Sides, actor};

/// What happened to a tool of a connection.
pub(super) fn words(kind: Kind, tool: &str, facts: &Facts) -> (String, String, &'static str) {
    let sides = Sides::of(facts);
    let Sides { upstream_company, upstream_project, downstream_company, downstream_project } = &sides;
    let (downstream, upstream) = (sides.downstream(), sides.upstream());
    let (title, body, action) = match kind {
        Kind::Requested => (
            format!("{downstream_company} asks to add {tool} to its connection to {upstream_project}"),
            format!(
                "{} asks that {tool} of your project {upstream} arrive in the project {downstream}, too. Nothing of it is shared until somebody of {upstream_company} approves it.",
                actor(facts, downstream_company)
            ),
            REQUEST,
        ),
        Kind::RequestSent => (
            format!("Your request to add {tool} to the connection to {upstream_project} was sent"),
            format!(
                "{} asked that {tool} of the project {upstream} arrive in your project {downstream}, too. You will be told when {upstream_company} answers.",
                actor(facts, downstream_company)
            ),
            REQUEST,
        ),
        Kind::Withdrawn => (
            format!(
                "{downstream_company} withdrew its request to add {tool} to its connection to {upstream_project}"
            ),
            format!(
                "{} took back the request to add {tool} to the connection of the project {downstream} to the project {upstream}. The connection itself goes on.",
                actor(facts, downstream_company)
            ),
            REQUEST,
        ),
        Kind::Declined => (
            format!("{upstream_company} declined to add {tool} to the connection to {downstream_project}"),
            format!(
                "{} declined the request to add {tool} to the connection of the project {downstream} to the project {upstream}. The connection itself goes on. {downstream_company} may ask again.",
                actor(facts, upstream_company)
            ),
            REQUEST,
        ),
        Kind::Connected => (
            format!("{tool} of {upstream_project} now arrive in {downstream_project}"),
            format!(
                "{tool} were added to the connection of the project {downstream} to the project {upstream}. They arrive by themselves, now and from then on. Nothing travels the other way."
            ),
            CONNECTION,
        ),
        Kind::Undone => (
            format!(
                "Adding {tool} to the connection of {downstream_project} to {upstream_project} was undone"
            ),
            format!(
                "{} undid, within minutes, that {tool} were added to the connection of the project {downstream} to the project {upstream}. What had been copied of it was removed. {}",
                actor(facts, "One of the two companies"),
                if facts.get("waits_again").is_empty() {
                    format!("{downstream_company} may ask again.")
                } else {
                    format!("The request waits again for {upstream_company} to answer.")
                },
            ),
            CONNECTION,
        ),
        _ => (
            format!("The request to add {tool} to the connection of {downstream_project} has expired"),
            format!(
                "The request to add {tool} to the connection of the project {downstream} to the project {upstream} was not answered in time. The connection itself goes on. {downstream_company} may ask again."
            ),
            REQUEST,
        ),
    };
    (title, body, action)
}
