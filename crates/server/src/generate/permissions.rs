//! `docs/permissions.md`: the matrix of acts, the grants, and what the default templates come to; a test asks the interface the same.

use std::fmt::Write;

use sluice_domain::permission::template::DEFAULTS;
use sluice_domain::permission::{
    Access, Action, Grant, Level, Levels, Refusal, Scopes, Standing, Tool, allows,
};
use sluice_domain::{CompanyId, PersonId, ProjectId};
use uuid::Uuid;

use super::NOTICE;

/// The page.
pub(super) fn page() -> String {
    let mut text = acts();
    grants(&mut text);
    templates(&mut text);
    text
}

/// Act by act: what it needs.
fn acts() -> String {
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

fn grants(text: &mut String) {
    text.push_str("\n## Grants\n\nOne more act on top of a level, from Read Only on. Those of RFIs and submittals open nothing before these tools are there.\n\n");
    text.push_str("| grant | tool | opens |\n| --- | --- | --- |\n");
    for grant in Grant::ALL {
        let tools: Vec<&str> = grant.tools().iter().map(|tool| tool.name()).collect();
        let opens: Vec<&str> = Action::ALL
            .iter()
            .filter(|action| action.rule().grants.contains(&grant))
            .map(|action| action.key())
            .collect();
        let _ = writeln!(text, "| `{}` | {} | {} |", grant.key(), tools.join(", "), opens.join(", "));
    }
}

/// Somebody from outside in a project, or an administrator of its company.
struct Column {
    name: String,
    standing: Standing,
}

fn columns() -> Vec<Column> {
    let member = |levels: Levels, grants: &[Grant], tools_on: &[Tool]| Standing {
        person: PersonId(Uuid::nil()),
        company: CompanyId(Uuid::nil()),
        project: Some(ProjectId(Uuid::nil())),
        in_company: true,
        employee: false,
        company_admin: false,
        member: true,
        levels,
        grants: grants.to_vec(),
        tools_on: tools_on.to_vec(),
        represents: None,
        scopes: Scopes::SIGNED_IN,
    };
    let mut columns = vec![];
    for (suffix, on) in [("", &[Tool::Drawings][..]), (", Drawings off", &[])] {
        let mut add =
            |name: &str, standing| columns.push(Column { name: format!("{name}{suffix}"), standing });
        add("nobody's template", member(Levels::default(), &[], on));
        for template in DEFAULTS {
            let rights = template.rights();
            add(template.name, member(rights.levels, rights.grants(), on));
        }
        let keeps = Levels::default().with(Tool::Directory, Level::Admin);
        add("Directory Admin", member(keeps, &[], on));
        let administrator = Standing {
            employee: true,
            company_admin: true,
            member: false,
            ..member(Levels::default(), &[], on)
        };
        add("company administrator", administrator);
    }
    columns
}

fn templates(text: &mut String) {
    text.push_str(
        "\n## What the default templates open\n\n*yes*; *no*: visible, refused with 403; *absent*: answered as not existing; *off*: the tool is \
         switched off. Acts on the company are not listed: nobody's template opens them.\n\n",
    );
    let columns = columns();
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    let _ = writeln!(text, "| act | {} |", names.join(" | "));
    let _ = writeln!(text, "| --- |{}", " --- |".repeat(names.len()));
    for action in Action::ALL.iter().filter(|action| action.rule().tool != Tool::Company) {
        let cells = columns.iter().map(|column| match allows(&column.standing, *action) {
            Ok(()) => "yes",
            Err(Refusal::NotThere) => "absent",
            Err(Refusal::ToolOff(_)) => "off",
            Err(_) => "no",
        });
        let _ = writeln!(text, "| {} | {} |", action.key(), cells.collect::<Vec<_>>().join(" | "));
    }
}
