//! Every query on a tenant's table names the company or the project, so that a forgotten condition cannot show
//! one company's rows to another. The few that cross say why.
//!
//! Which tables are a tenant's is read from the migrations: those with a column that names an owner. The check
//! reads words, not grammar: it finds what was forgotten, not what was meant badly.

use std::collections::BTreeSet;

use super::lexer::{self, Kind, Piece};
use super::{Finding, SourceFile};

const MIGRATIONS: &str = "crates/store/migrations/sqlite/";
const STATEMENTS: &str = "crates/store/src/";

/// Columns that say whose a row is.
const OWNERS: [&str; 3] = ["company_id", "project_id", "connection_id"];

/// Words behind which a statement names a table.
const BEFORE_TABLE: [&str; 4] = ["from", "join", "into", "update"];

const CROSS: &str = "cross-tenant:";
const MEND: &str = "one company must never see another's rows: name `company_id`, `project_id` or `connection_id`, or the row by its `id`; where it has to cross, say `-- cross-tenant: why`";

/// Checks every statement of the store.
pub(super) fn check(files: &[SourceFile]) -> Vec<Finding> {
    let tables: BTreeSet<String> = files
        .iter()
        .filter(|file| file.path.starts_with(MIGRATIONS))
        .flat_map(|file| tenant_tables(&file.text))
        .collect();
    files
        .iter()
        .filter(|file| file.path.starts_with(STATEMENTS) && file.has_extension(&["rs"]))
        .flat_map(|file| check_source(file, &tables))
        .collect()
}

fn check_source(file: &SourceFile, tables: &BTreeSet<String>) -> Vec<Finding> {
    // Tests look at statements rather than run them for somebody.
    let code = file.text.split("#[cfg(test)]").next().unwrap_or_default();
    let pieces = lexer::pieces(code);
    let mut findings = Vec::new();
    for (index, piece) in pieces.iter().enumerate().filter(|(_, piece)| piece.kind == Kind::Literal) {
        let words = words(piece.text);
        let Some(table) = is_statement(&words).then(|| touched(&words, tables)).flatten() else { continue };
        let before = index.checked_sub(1).and_then(|before| pieces.get(before));
        if !names_owner(&words) && !says_why(piece, before) {
            findings.push(Finding::new(
                &file.path,
                piece.line,
                format!("a statement on `{table}` names no owner"),
                MEND,
            ));
        }
    }
    findings
}

/// The tables whose rows belong to somebody.
fn tenant_tables(migration: &str) -> Vec<String> {
    let mut tables = Vec::new();
    // A comment may hold a semicolon.
    let code: Vec<&str> = migration.lines().filter_map(|line| line.split("--").next()).collect();
    for statement in code.join("\n").split(';') {
        let words = words(statement);
        let mut rest = words.iter().skip_while(|word| *word != "create");
        let kind: Vec<&String> = rest.by_ref().take(2).collect();
        if kind.get(1).is_none_or(|word| *word != "table") {
            continue;
        }
        let name = rest.find(|word| !matches!(word.as_str(), "if" | "not" | "exists"));
        if let Some(name) = name.filter(|_| words.iter().any(|word| is_owner(word))) {
            tables.push(name.clone());
        }
    }
    tables
}

/// Names and key words in lower case, quotes and schema taken off; SQL comments left out; `=`, `(` and the like
/// stand alone.
fn words(statement: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for line in statement.lines() {
        let code = line.split("--").next().unwrap_or_default();
        for character in code.chars().chain([' ']) {
            if character.is_alphanumeric() || character == '_' {
                if let Some(word) = words.last_mut() {
                    word.extend(character.to_lowercase());
                }
                continue;
            }
            if matches!(character, '=' | '(' | '$' | '?' | '{') {
                words.push(character.to_string());
            }
            words.push(String::new());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

fn is_statement(words: &[String]) -> bool {
    words
        .first()
        .is_some_and(|first| matches!(first.as_str(), "select" | "insert" | "update" | "delete" | "with"))
}

fn touched<'a>(words: &'a [String], tables: &BTreeSet<String>) -> Option<&'a str> {
    words.windows(2).find_map(|pair| match pair {
        [before, table] if BEFORE_TABLE.contains(&before.as_str()) && tables.contains(table) => {
            Some(table.as_str())
        }
        _ => None,
    })
}

/// Whether a condition has an owner's column or names the row by its key: `id = $1`, `id in (…)`. That a column
/// is merely read says nothing about whose rows are read; an insert has no condition and names the owner as it is.
fn names_owner(words: &[String]) -> bool {
    let by_key = |trio: &[String]| match trio {
        [id, equals, value] if id == "id" && equals == "=" => {
            matches!(value.as_str(), "$" | "?" | "{" | "any")
        }
        [id, is_in, _] => id == "id" && is_in == "in",
        _ => false,
    };
    let inserts = words.first().is_some_and(|first| first == "insert");
    let begins = |word: &String| inserts || matches!(word.as_str(), "where" | "on" | "using");
    let start = words.iter().position(begins).unwrap_or(words.len());
    let conditions = words.get(start..).unwrap_or_default();
    conditions.iter().any(|word| is_owner(word)) || conditions.windows(3).any(by_key)
}

/// `project_id`, and also `upstream_project_id`.
fn is_owner(word: &str) -> bool {
    OWNERS.iter().any(|owner| word.ends_with(owner))
}

/// Whether the statement, or the comment right above it, gives its reason.
fn says_why(statement: &Piece<'_>, before: Option<&Piece<'_>>) -> bool {
    let reason = |text: &str| text.split_once(CROSS).is_some_and(|(_, why)| why.trim().len() > 3);
    let above = before.filter(|piece| piece.kind == Kind::Comment && piece.line + 4 >= statement.line);
    reason(statement.text) || above.is_some_and(|comment| reason(comment.text))
}

#[cfg(test)]
mod tests {
    use super::{SourceFile, check, tenant_tables};

    const MIGRATION: &str = "
        CREATE TABLE company (id BLOB PRIMARY KEY, name TEXT NOT NULL) STRICT;
        CREATE TABLE IF NOT EXISTS drawing (
            id BLOB PRIMARY KEY,
            project_id BLOB NOT NULL REFERENCES project (id)  -- whose it is; create no doubt
        ) STRICT;
        CREATE INDEX drawing_by_project ON drawing (project_id);
        CREATE TABLE blob_use (company_id BLOB, hash BLOB);";

    fn breaches(source: &str) -> Vec<usize> {
        let file = |path: &str, text: &str| SourceFile { path: path.to_owned(), text: text.to_owned() };
        let files = [
            file("crates/store/migrations/sqlite/0001_first.sql", MIGRATION),
            file("crates/store/src/drawings.rs", source),
        ];
        check(&files).into_iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn tenant_tables_are_those_with_an_owner() {
        assert_eq!(tenant_tables(MIGRATION), ["drawing", "blob_use"]);
    }

    #[test]
    fn a_statement_names_the_owner() {
        assert_eq!(breaches("const A: &str = \"SELECT number FROM drawing WHERE number = $1\";"), [1]);
        assert_eq!(
            breaches("const A: &str = \"SELECT project_id FROM drawing WHERE number = $1\";"),
            [1],
            "read, not asked"
        );
        assert!(
            breaches("const A: &str = \"INSERT INTO drawing (id, project_id) VALUES ($1, $2)\";").is_empty()
        );
        assert!(breaches("const A: &str = \"SELECT number FROM drawing WHERE project_id = $1\";").is_empty());
        assert!(breaches("const A: &str = \"SELECT d.number FROM drawing d WHERE d.id = $1\";").is_empty());
        assert!(breaches("const A: &str = \"DELETE FROM drawing WHERE id IN (SELECT 1)\";").is_empty());
        assert!(breaches("const A: &str = \"SELECT name FROM company\";").is_empty(), "nobody's table");
        assert_eq!(breaches("const A: &str = r#\"\n  UPDATE \"drawing\"\n  SET obsolete = 1\"#;"), [1]);
        assert_eq!(
            breaches("const A: &str = \"SELECT 1 FROM company c JOIN blob_use u ON u.hash = c.logo\";"),
            [1]
        );
        assert_eq!(
            breaches("const A: &str = \"SELECT 1 FROM drawing -- project_id\";"),
            [1],
            "a comment filters nothing"
        );
    }

    #[test]
    fn one_that_crosses_says_why() {
        assert!(breaches("const A: &str = \"\n-- cross-tenant: counts for the operator\nSELECT count(*) FROM drawing\";").is_empty());
        assert!(breaches("// cross-tenant: nightly sweep of unused bytes\nconst A: &str = \"SELECT hash FROM blob_use\";").is_empty());
        assert_eq!(breaches("// cross-tenant:\nconst A: &str = \"SELECT hash FROM blob_use\";"), [2]);
    }

    #[test]
    fn prose_is_no_statement() {
        assert!(breaches("const A: &str = \"update drawing: nothing from drawing\";").len() == 1);
        assert!(breaches("const A: &str = \"rows from drawing\";").is_empty());
    }
}
