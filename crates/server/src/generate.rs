//! Prints the files of the repository that are made from the code: `openapi/api.json`, `docs/errors.md`, `docs/connections.md`, `docs/permissions.md`.

use std::fmt::Write;

use sluice_app::codes::CODES;
use sluice_domain::connection::{Side, State, TRANSITIONS, Verb};
use sluice_domain::permission::{Access, Action, Level, Tool};

/// Prints one of them.
pub fn generate(what: &str) -> anyhow::Result<()> {
    let text = match what {
        "openapi" => sluice_api::openapi(),
        "errors" => errors(),
        "connections" => connections(),
        "permissions" => permissions(),
        other => anyhow::bail!("there is nothing called {other}: openapi, errors, connections, permissions"),
    };
    print!("{text}");
    Ok(())
}

const NOTICE: &str = "<!-- Made by `cargo xtask codegen`; do not edit. -->\n\n";

fn errors() -> String {
    let mut text = String::from("# Error codes\n\n");
    text.push_str(NOTICE);
    text.push_str("Every refusal is `application/problem+json` with one of these codes, what happened, and what to do next.\n\n");
    text.push_str("| status | code | what happened | what to do |\n| --- | --- | --- | --- |\n");
    for code in CODES {
        let _ = writeln!(text, "| {} | `{}` | {} | {} |", code.status, code.code, code.title, code.action);
    }
    text
}

fn connections() -> String {
    let mut text = String::from("# The connection: states and verbs\n\n");
    text.push_str(NOTICE);
    text.push_str("From the one table in `crates/domain/src/connection.rs`. What is not here cannot happen.\n\n```mermaid\nstateDiagram-v2\n    [*] --> requested: request\n");
    for (from, verb, to) in TRANSITIONS {
        let _ = writeln!(text, "    {} --> {}: {}", from.key(), to.key(), verb.key());
    }
    text.push_str(
        "```\n\n| state | holds downstream role | holds upstream role | verbs |\n| --- | --- | --- | --- |\n",
    );
    for state in State::ALL {
        let verbs: Vec<_> =
            TRANSITIONS.iter().filter(|(from, _, _)| *from == state).map(|(_, verb, _)| verb.key()).collect();
        let verbs = if verbs.is_empty() { "final".into() } else { verbs.join(", ") };
        let yes = |holds| if holds { "yes" } else { "no" };
        let _ = writeln!(
            text,
            "| {} | {} | {} | {verbs} |",
            state.key(),
            yes(state.holds_downstream_role()),
            yes(state.holds_upstream_role())
        );
    }
    text.push_str("\n| verb | who |\n| --- | --- |\n");
    for verb in Verb::ALL {
        let who = match (verb, verb.side()) {
            (Verb::Expire, _) => "time",
            (_, Some(Side::Upstream)) => {
                "Connection Manager Admins of the upstream company, not the requester"
            }
            (_, Some(Side::Downstream)) => "Connection Manager Admins of the downstream company",
            (_, None) => "Connection Manager Admins of either company",
        };
        let _ = writeln!(text, "| {} | {who} |", verb.key());
    }
    text
}

fn permissions() -> String {
    let mut text = String::from("# Permissions\n\n");
    text.push_str(NOTICE);
    text.push_str(
        "From the one table in `crates/domain/src/permission.rs`. *grant*: also from Read Only on with that grant. Company administrators are \
         Admin everywhere in that company; a project's Directory Admin is Admin on all tools of that project; at None the tool is absent. A token never \
         has more than its owner: it needs the scope in the last column as well, where writing includes reading.\n\n\
         | act | tool | None | Read Only | Standard | Admin | a token needs |\n| --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for action in Action::ALL {
        let rule = action.rule();
        let cells = Level::ALL.map(|level| {
            if level >= rule.least {
                "yes".to_owned()
            } else if level >= Level::ReadOnly && !rule.grants.is_empty() {
                rule.grants
                    .iter()
                    .map(|grant| format!("grant `{}`", grant.key()))
                    .collect::<Vec<_>>()
                    .join(" or ")
            } else {
                "no".to_owned()
            }
        });
        let tool = if rule.tool == Tool::Company { "company Admin" } else { rule.tool.name() };
        let scope = match rule.access {
            Access::None => "no scope".to_owned(),
            access => format!("`{}:{}`", rule.tool.key(), access.key()),
        };
        let _ = writeln!(text, "| {} | {tool} | {} | {scope} |", action.key(), cells.join(" | "));
    }
    text
}
