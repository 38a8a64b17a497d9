//! Prints the files of the repository that are made from the code: `openapi/api.json`, `docs/errors.md`, `docs/connections.md`,
//! `docs/permissions.md`, `web/src/api/problems.ts`.

mod permissions;

use std::fmt::Write;

use sluice_app::codes::{CODES, FIELDS};
use sluice_domain::connection::{Side, State, TRANSITIONS, Verb};

/// Prints one of them.
pub fn generate(what: &str) -> anyhow::Result<()> {
    let text = match what {
        "openapi" => sluice_api::openapi().to_owned(),
        "errors" => errors(),
        "connections" => connections(),
        "permissions" => permissions::page(),
        "problems" => problems(),
        other => {
            anyhow::bail!(
                "there is nothing called {other}: openapi, errors, connections, permissions, problems"
            )
        }
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
    text.push_str("\n## Fields\n\nIn `errors` of a problem, beside the JSON pointer of the field:\n\n| code | what is wrong |\n| --- | --- |\n");
    for (code, sentence) in FIELDS {
        let _ = writeln!(text, "| `{code}` | {sentence} |");
    }
    text
}

/// The sentences of the codes as texts of the screen, which translates them.
fn problems() -> String {
    let mut text = String::from(
        "// Made by `cargo xtask codegen`; do not edit.\n/** The sentences of the server's codes, to be translated like the screen's own. */\n\
         import type { MessageDescriptor } from \"@lingui/core\";\nimport { msg } from \"@lingui/core/macro\";\n\n\
         /** What happened, and what to do, by code. */\n\
         export const problems: Readonly<Record<string, { title: MessageDescriptor; action: MessageDescriptor }>> = {\n",
    );
    for code in CODES {
        let _ = writeln!(
            text,
            "  {}: {{ title: msg`{}`, action: msg`{}` }},",
            code.code, code.title, code.action
        );
    }
    text.push_str("};\n\n/** What is wrong with a field, by code. */\nexport const fields: Readonly<Record<string, MessageDescriptor>> = {\n");
    for (code, sentence) in FIELDS {
        let _ = writeln!(text, "  {code}: msg`{sentence}`,");
    }
    text.push_str("};\n");
    text
}

fn connections() -> String {
    let mut text = String::from("# The connection: states and verbs\n\n");
    text.push_str(NOTICE);
    text.push_str("From the one table in `crates/domain/src/connection.rs`. What is not here cannot happen.\n\n```mermaid\nstateDiagram-v2\n    [*] --> requested: request\n");
    for (from, verb, _, to) in TRANSITIONS {
        let _ = writeln!(text, "    {} --> {}: {}", from.key(), to.key(), verb.key());
    }
    text.push_str(
        "```\n\n| state | holds downstream role | holds upstream role | verbs |\n| --- | --- | --- | --- |\n",
    );
    for state in State::ALL {
        let of_state = TRANSITIONS.iter().filter(|(from, ..)| *from == state);
        let mut verbs: Vec<_> = of_state.map(|(_, verb, ..)| verb.key()).collect();
        verbs.dedup();
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
    text.push_str("\n| verb | from | to | who |\n| --- | --- | --- | --- |\n");
    for (from, verb, side, to) in TRANSITIONS {
        let who = match (verb, side) {
            (Verb::Expire, _) => "time",
            (Verb::Approve, _) => {
                "Connection Manager Admins of the upstream company, not the requester; or the company's policy"
            }
            (Verb::Decline, _) => "Connection Manager Admins of the upstream company, not the requester",
            (Verb::Undo, Some(Side::Upstream)) => {
                "Connection Manager Admins of the upstream company, where one of them approved, within five minutes"
            }
            (Verb::Undo, _) => {
                "Connection Manager Admins of the downstream company, where policy approved, within five minutes"
            }
            (_, Some(Side::Upstream)) => "Connection Manager Admins of the upstream company",
            (_, Some(Side::Downstream)) => "Connection Manager Admins of the downstream company",
            (_, None) => "Connection Manager Admins of either company",
        };
        let _ = writeln!(text, "| {} | {} | {} | {who} |", verb.key(), from.key(), to.key());
    }
    text
}
