//! Rules about one file alone: how a module opens, how long it is, what must not stand in it.

use super::lexer;
use super::{Finding, SourceFile};

/// Lines beyond which a file says why it is that long.
const LONG: usize = 500;

const OPENING: &str = "a reader wants to know what a module is for before how: open with `//!`, what it is responsible for and what it deliberately does not do";
const LENGTH: &str = "long files hide two things in one: split it by thing, or say `//! Long because: …` (in the screen's files `// Long because: …`)";
const ALLOW: &str = "an `allow` stays after its cause has gone: use `#[expect(lint, reason = \"…\")]`, which complains when it is no longer needed";
const EXPECT: &str = "the next reader has to know why: add `reason = \"…\"`";
const IGNORED: &str = "a test that never runs proves nothing: say `#[ignore = \"long: …\"]` (run by `ci --long`), or mend or delete it";
const UNFINISHED: &str = "unfinished work belongs in an issue, where somebody finds it: finish it, or file it and say what holds today";
const MACHINE: &str =
    "this works on one machine only: use a path relative to the repository, or take it from the environment";
const LOCK: &str = "addresses in the lock file tie a clone to one registry: delete the `resolved` members (`npm install` with `omit-lockfile-registry-resolved=true` in web/.npmrc)";

// Put together from parts, so that this file does not break its own rules.
const UNFINISHED_WORDS: [&str; 2] = [concat!("TO", "DO"), concat!("FIX", "ME")];
const UNFINISHED_MACROS: [&str; 3] =
    [concat!("to", "do!("), concat!("unimple", "mented!("), concat!("db", "g!(")];
const MACHINE_PATHS: [&str; 3] = [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/")];
const REGISTRIES: [&str; 2] = [concat!("registry.", "npmjs"), concat!("index.", "crates.io")];
const ALLOW_ATTRIBUTES: [&str; 2] = [concat!("#[al", "low("), concat!("#![al", "low(")];

/// Checks one file against every rule that fits its kind.
pub(super) fn check(file: &SourceFile) -> Vec<Finding> {
    let mut findings = Vec::new();
    let rust = file.has_extension(&["rs"]);
    let screen = file.has_extension(&["ts", "tsx", "js", "mjs", "css"]) && !is_generated(&file.path);
    if rust {
        opening(file, &mut findings);
        attributes(file, &mut findings);
    }
    if rust || screen {
        length(file, &mut findings);
    }
    if rust || screen || file.has_extension(&["sql", "sh", "toml", "yml", "yaml"]) {
        unfinished(file, rust, &mut findings);
    }
    if file.path.ends_with("package-lock.json") {
        lock(file, &mut findings);
    }
    if file.path != "Cargo.lock" {
        machine(file, &mut findings);
    }
    findings
}

/// Files that a program writes, and catalogues of translations, are as long as they are.
fn is_generated(path: &str) -> bool {
    path.ends_with(".d.ts") || path.contains("/locales/")
}

fn opening(file: &SourceFile, findings: &mut Vec<Finding>) {
    let first = file.text.lines().find(|line| !line.trim().is_empty());
    if !first.is_some_and(|line| line.starts_with("//!")) {
        findings.push(Finding::new(&file.path, 1, "the module does not open with `//!`", OPENING));
    }
}

fn length(file: &SourceFile, findings: &mut Vec<Finding>) {
    let lines = file.text.lines().count();
    let reason = file.text.lines().take(40).find_map(|line| line.split_once("Long because:"));
    let explained = reason.is_some_and(|(before, after)| {
        matches!(before.trim(), "//!" | "//" | "/*" | "*") && !after.trim().is_empty()
    });
    if lines > LONG && !explained {
        findings.push(Finding::new(&file.path, 0, format!("{lines} lines"), LENGTH));
    }
}

/// Attributes are looked for in code alone: a string or a comment may speak of them.
fn attributes(file: &SourceFile, findings: &mut Vec<Finding>) {
    let code = code_only(&file.text);
    for (number, line) in code.lines().enumerate().map(|(index, line)| (index + 1, line)) {
        if ALLOW_ATTRIBUTES.iter().any(|attribute| line.contains(attribute)) {
            findings.push(Finding::new(&file.path, number, "an `allow` attribute", ALLOW));
        }
        if line.contains("#[ignore") && !original_line(&file.text, number).contains("#[ignore = \"long:") {
            findings.push(Finding::new(&file.path, number, "an ignored test", IGNORED));
        }
        if line.contains("#[expect(") || line.contains("#![expect(") {
            let attribute: Vec<&str> = code.lines().skip(number - 1).take(12).collect();
            let attribute = attribute.join(" ");
            let inside = attribute
                .split_once("expect(")
                .map_or("", |(_, rest)| rest.split(")]").next().unwrap_or(rest));
            if !inside.contains("reason") {
                findings.push(Finding::new(&file.path, number, "an `expect` without a reason", EXPECT));
            }
        }
    }
}

fn original_line(text: &str, number: usize) -> &str {
    text.lines().nth(number - 1).unwrap_or_default()
}

/// The source with the insides of literals and comments blanked; every line stays where it is.
fn code_only(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    for piece in lexer::pieces(text) {
        let Some(start) = offset(text, piece.text) else { continue };
        let done = text.len() - rest.len();
        code.push_str(text.get(done..start).unwrap_or_default());
        code.extend(piece.text.chars().filter(|character| *character == '\n'));
        rest = text.get(start + piece.text.len()..).unwrap_or_default();
    }
    code.push_str(rest);
    code
}

/// Where a part of a text begins in it.
fn offset(whole: &str, part: &str) -> Option<usize> {
    (part.as_ptr() as usize).checked_sub(whole.as_ptr() as usize).filter(|offset| *offset <= whole.len())
}

fn unfinished(file: &SourceFile, rust: bool, findings: &mut Vec<Finding>) {
    for (number, line) in numbered(&file.text) {
        for word in UNFINISHED_WORDS {
            if has_word(line, word) {
                findings.push(Finding::new(&file.path, number, format!("`{word}`"), UNFINISHED));
            }
        }
    }
    if !rust {
        return;
    }
    let code = code_only(&file.text);
    for (number, line) in numbered(&code) {
        for call in UNFINISHED_MACROS {
            let begins_a_name = |at: usize| !line.get(..at).unwrap_or_default().ends_with(is_name);
            if line.find(call).is_some_and(begins_a_name) {
                findings.push(Finding::new(&file.path, number, format!("`{call}…)`"), UNFINISHED));
            }
        }
    }
}

fn machine(file: &SourceFile, findings: &mut Vec<Finding>) {
    for (number, line) in numbered(&file.text) {
        for path in MACHINE_PATHS {
            // Behind a name or a slash it is part of an address or of a relative path.
            let is_absolute = |at: usize| {
                let before = line.get(..at).unwrap_or_default().chars().next_back();
                !before.is_some_and(|c| is_name(c) || matches!(c, '/' | '.' | '-' | '~' | '}' | ']' | '*'))
            };
            if line.match_indices(path).any(|(at, _)| is_absolute(at)) {
                findings.push(Finding::new(
                    &file.path,
                    number,
                    format!("the machine path `{path}…`"),
                    MACHINE,
                ));
            }
        }
        for registry in REGISTRIES {
            if line.contains(registry) {
                findings.push(Finding::new(
                    &file.path,
                    number,
                    format!("the registry host `{registry}…`"),
                    MACHINE,
                ));
            }
        }
    }
}

fn lock(file: &SourceFile, findings: &mut Vec<Finding>) {
    if let Some((number, _)) = numbered(&file.text).find(|(_, line)| line.contains("\"resolved\":")) {
        findings.push(Finding::new(&file.path, number, "the lock file records download addresses", LOCK));
    }
}

fn numbered(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(index, line)| (index + 1, line))
}

/// Whether a word stands in a line with no letter beside it.
fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line.get(..at).unwrap_or_default();
        let after = line.get(at + word.len()..).unwrap_or_default();
        !before.ends_with(is_name) && !after.starts_with(is_name)
    })
}

fn is_name(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

#[cfg(test)]
mod tests {
    use super::{SourceFile, check, code_only};

    fn breaches(path: &str, text: &str) -> Vec<(usize, String)> {
        let file = SourceFile { path: path.to_owned(), text: text.to_owned() };
        check(&file).into_iter().map(|finding| (finding.line, finding.what)).collect()
    }

    /// A well-opened module with this inside.
    fn module(text: &str) -> Vec<(usize, String)> {
        breaches("crates/app/src/lib.rs", &format!("//! Use cases.\n{text}\n"))
    }

    #[test]
    fn a_module_opens_with_its_purpose() {
        assert!(module("fn f() {}").is_empty());
        assert_eq!(breaches("crates/app/src/lib.rs", "use std::fs;\n").len(), 1);
        assert_eq!(breaches("crates/app/src/lib.rs", "").len(), 1, "an empty file says nothing either");
        assert!(breaches("docs/operate.md", "# Operate\n").is_empty());
    }

    #[test]
    fn long_files_say_why() {
        let body = "fn f() {}\n".repeat(500);
        assert_eq!(module(&body).len(), 1);
        assert!(
            breaches("a.rs", &format!("//! Table.\n//! Long because: one row per route.\n{body}")).is_empty()
        );
        assert_eq!(
            breaches("a.rs", &format!("//! Table.\n//! Long because:\n{body}")).len(),
            1,
            "a reason is words"
        );
        assert_eq!(breaches("web/src/a.tsx", &"x;\n".repeat(501)).len(), 1);
        assert!(breaches("web/src/api/schema.d.ts", &"x;\n".repeat(501)).is_empty());
    }

    #[test]
    fn lints_are_expected_with_a_reason_never_allowed() {
        let attribute = concat!("#[al", "low(dead_code)]");
        assert_eq!(module(&format!("{attribute}\nfn f() {{}}")), [(2, "an `allow` attribute".to_owned())]);
        assert!(module(&format!("// never {attribute}")).is_empty());
        assert!(module("#[expect(dead_code, reason = \"used by the next one\")]").is_empty());
        assert!(module("#[expect(\n    dead_code,\n    reason = \"long (one)\"\n)]").is_empty());
        assert_eq!(module("#[expect(dead_code)]\nfn f(reason: u8) {}").len(), 1);
    }

    #[test]
    fn an_ignored_test_is_a_long_one() {
        assert!(module("#[ignore = \"long: 200 rounds\"]").is_empty());
        assert_eq!(module("#[ignore]").len(), 1);
        assert_eq!(module("#[ignore = \"flaky\"]").len(), 1);
    }

    #[test]
    fn nothing_is_left_unfinished() {
        assert_eq!(module(concat!("// TO", "DO: later")).len(), 1);
        assert_eq!(module(concat!("fn f() { to", "do!() }")).len(), 1);
        assert_eq!(module(concat!("fn f() { db", "g!(1); }")).len(), 1);
        assert!(module("let todos = 1; // all TODOS").is_empty());
        assert!(breaches("docs/a.md", "todo el plano").is_empty());
    }

    #[test]
    fn nothing_is_tied_to_one_machine() {
        assert_eq!(breaches("docs/a.md", concat!("see /wo", "rk/main")).len(), 1);
        assert_eq!(breaches(".ci/run", concat!("cd \"/ro", "ot/x\"")).len(), 1);
        assert!(
            breaches("docs/a.md", concat!("https://sluice.example/wo", "rk/main and ../wo", "rk/x"))
                .is_empty()
        );
        assert_eq!(breaches("web/.npmrc", concat!("registry=https://registry.", "npmjs.org")).len(), 1);
        assert!(breaches("Cargo.lock", concat!("https://index.", "crates.io")).is_empty());
    }

    #[test]
    fn the_lock_file_names_no_address() {
        assert!(breaches("web/package-lock.json", "{\"packages\": {}}").is_empty());
        assert_eq!(breaches("web/package-lock.json", "{\n\"resolved\": \"https://x\"}").len(), 1);
    }

    #[test]
    fn blanking_keeps_the_lines() {
        assert_eq!(code_only("a(\"x\ny\"); // z\nb();"), "a(\"\n\"); \nb();");
    }
}
