//! Names in the description of the HTTP interface: two types under one name would silently become one.

use std::collections::BTreeMap;

use super::{Finding, SourceFile};

const WIRE: &str = "crates/api/src/";
const MEND: &str = "the description knows one schema per name, and the second would replace the first: give the type a name of its own, or `#[schema(as = …)]`";

/// Checks that each wire type has a name of its own.
pub(super) fn check(files: &[SourceFile]) -> Vec<Finding> {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    let mut findings = Vec::new();
    for file in files.iter().filter(|file| file.path.starts_with(WIRE) && file.has_extension(&["rs"])) {
        for (line, name) in names(&file.text) {
            let place = format!("{}:{line}", file.path);
            if let Some(first) = seen.get(&name) {
                let what = format!("a second schema called `{name}`; the first is at {first}");
                findings.push(Finding::new(&file.path, line, what, MEND));
            } else {
                seen.insert(name, place);
            }
        }
    }
    findings
}

/// The schemas a file declares, with their lines: derived ones, and the lists of words.
fn names(text: &str) -> Vec<(usize, String)> {
    let mut names = Vec::new();
    // Between a derive and its type: the name it gives itself, if any.
    let mut derived: Option<Option<String>> = None;
    let mut in_lists = false;
    for (number, line) in text.lines().enumerate().map(|(index, line)| (index + 1, line)) {
        let code = line.trim();
        if code.starts_with("#[derive(") && code.contains("ToSchema") {
            derived = Some(None);
        } else if let (Some(alias), true) = (&mut derived, code.starts_with("#[schema(")) {
            *alias = code.split_once("as = ").map(|(_, rest)| identifier(rest)).or(alias.take());
        } else if let Some(name) = declared(code)
            && let Some(alias) = derived.take()
        {
            names.push((number, alias.unwrap_or(name)));
        } else if matches!(line, "words! {" | "lists! {") {
            in_lists = true;
        } else if line == "}" {
            in_lists = false;
        } else if in_lists && code.starts_with(|first: char| first.is_ascii_uppercase()) {
            let shown = code.split_once(" as \"").and_then(|(_, rest)| rest.split_once('"'));
            names.push((number, shown.map_or_else(|| identifier(code), |(shown, _)| shown.to_owned())));
        }
    }
    names
}

/// The name of the type that a line declares.
fn declared(code: &str) -> Option<String> {
    let mut words = code.split_whitespace().skip_while(|word| word.starts_with("pub"));
    matches!(words.next(), Some("struct" | "enum")).then(|| identifier(words.next().unwrap_or_default()))
}

fn identifier(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

#[cfg(test)]
mod tests {
    use super::{SourceFile, check, names};

    #[test]
    fn a_schema_is_called_by_its_type_or_by_what_it_says() {
        let text = "#[derive(Debug, ToSchema)]\nstruct Drawing {\n}\n#[derive(ToSchema)]\n#[schema(as = Connection)]\npub(crate) struct Wire<T> {\n}\n\
                    #[derive(Debug)]\nstruct Query;\nwords! {\n    /// State.\n    StateWord as \"State\": State, State::ALL;\n}\nlists! {\n    /// Codes.\n    ErrorCode: codes();\n}\n";
        let found: Vec<String> = names(text).into_iter().map(|(_, name)| name).collect();
        assert_eq!(found, ["Drawing", "Connection", "State", "ErrorCode"]);
    }

    #[test]
    fn two_of_one_name_are_found_across_files() {
        let file = |path: &str, text: &str| SourceFile { path: path.into(), text: text.into() };
        let changes = "#[derive(ToSchema)]\nstruct Changes {\n}\n";
        let twice = [file("crates/api/src/a.rs", changes), file("crates/api/src/b.rs", changes)];
        let findings = check(&twice);
        assert_eq!(
            findings.iter().map(|finding| finding.file.as_str()).collect::<Vec<_>>(),
            ["crates/api/src/b.rs"]
        );
        let elsewhere = [file("crates/api/src/a.rs", changes), file("crates/app/src/b.rs", changes)];
        assert!(check(&elsewhere).is_empty());
        let named = changes.replace("struct", "#[schema(as = SheetChanges)]\nstruct");
        assert!(
            check(&[file("crates/api/src/a.rs", changes), file("crates/api/src/b.rs", &named)]).is_empty()
        );
    }
}
