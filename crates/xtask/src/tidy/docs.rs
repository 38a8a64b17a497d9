//! Rules about what people read: a link leads somewhere, a picture is there and shown, and the tests that answers rest on exist.

use std::collections::BTreeSet;

use super::{Finding, SourceFile};
use crate::requirements;

/// Where the pictures of the documents are.
const PICTURES: &str = "docs/images/";
/// The document whose answers name the tests that prove them.
const QUESTIONS: &str = "docs/faq.md";
/// How the line begins that names them.
const PROOF: &str = "Shown by ";

const MEND_LINK: &str =
    "a reader who follows it finds nothing: name a file or a heading that exists, relative to the document";
const MEND_PICTURE: &str = "a picture nobody sees grows old unseen: show it in a document, or delete it here and in web/e2e/pictures.e2e.ts";
const MEND_PROOF: &str =
    "an answer is only as good as the test behind it: name a test that exists, `as_it_is_called`";
const MEND_ANSWER: &str =
    "every answer is backed by a test: end it with a line `Shown by ` and the names of its tests";

/// Checks documents against the tree. `others` are the files that are no text.
pub(super) fn check(files: &[SourceFile], others: &[String]) -> Vec<Finding> {
    let paths: BTreeSet<&str> =
        files.iter().map(|file| file.path.as_str()).chain(others.iter().map(String::as_str)).collect();
    let mut findings = Vec::new();
    let mut shown = BTreeSet::new();
    for file in files.iter().filter(|file| file.has_extension(&["md"])) {
        for (line, target) in links(&file.text) {
            let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
            let path = resolve(&file.path, path);
            let there = paths.contains(path.as_str()) || paths.iter().any(|one| is_below(one, &path));
            if !there || !leads_to_heading(files, &path, anchor) {
                findings.push(Finding::new(&file.path, line, format!("nothing is at {target}"), MEND_LINK));
            }
            shown.insert(path);
        }
    }
    for picture in paths.iter().filter(|path| path.starts_with(PICTURES) && !shown.contains(**path)) {
        findings.push(Finding::new(picture, 0, "no document shows this picture", MEND_PICTURE));
    }
    findings.extend(proofs(files));
    findings
}

/// The targets of the links and pictures of a document, with their lines; not those that leave the repository.
fn links(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut code = false;
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            code = !code;
        }
        if code {
            continue;
        }
        // What stands between backticks is no link.
        for part in line.split('`').step_by(2) {
            for rest in part.split("](").skip(1) {
                let target = rest.split([')', ' ']).next().unwrap_or_default();
                if !target.contains("://") && !target.starts_with("mailto:") {
                    found.push((index + 1, target));
                }
            }
        }
    }
    found
}

/// The path a link of the document at `from` leads to; the document itself if it names only a heading.
fn resolve(from: &str, to: &str) -> String {
    if to.is_empty() {
        return from.to_owned();
    }
    let mut path: Vec<&str> = from.split('/').collect();
    path.pop();
    for step in to.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                path.pop();
            }
            name => path.push(name),
        }
    }
    path.join("/")
}

fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// Whether the document at `path` has the heading; without one, any will do.
fn leads_to_heading(files: &[SourceFile], path: &str, anchor: &str) -> bool {
    anchor.is_empty()
        || files
            .iter()
            .filter(|file| file.path == path)
            .flat_map(|file| file.text.lines())
            .filter(|line| line.starts_with('#'))
            .any(|line| anchor_of(line.trim_start_matches('#').trim()) == anchor)
}

/// The name by which links find a heading, as the hosts of repositories make it.
fn anchor_of(heading: &str) -> String {
    heading
        .to_lowercase()
        .chars()
        .filter_map(|c| match c {
            ' ' => Some('-'),
            '-' | '_' => Some(c),
            _ => c.is_alphanumeric().then_some(c),
        })
        .collect()
}

/// Every answer names its tests, and all of them exist.
fn proofs(files: &[SourceFile]) -> Vec<Finding> {
    let Some(questions) = files.iter().find(|file| file.path == QUESTIONS) else { return Vec::new() };
    let tests: BTreeSet<String> = files.iter().flat_map(tests_of).collect();
    let mut findings = Vec::new();
    // The line of the question that waits for its proof.
    let mut open = None;
    let unproven = |line| Finding::new(QUESTIONS, line, "this answer names no test", MEND_ANSWER);
    for (index, line) in questions.text.lines().enumerate() {
        let number = index + 1;
        if line.starts_with('#') {
            findings.extend(open.take().map(unproven));
            open = line.starts_with("### ").then_some(number);
        } else if let Some(names) = line.strip_prefix(PROOF) {
            open = None;
            for name in names.split('`').skip(1).step_by(2).filter(|name| !tests.contains(*name)) {
                findings.push(Finding::new(
                    QUESTIONS,
                    number,
                    format!("there is no test `{name}`"),
                    MEND_PROOF,
                ));
            }
        }
    }
    findings.extend(open.map(unproven));
    findings
}

fn tests_of(file: &SourceFile) -> Vec<String> {
    if file.path.starts_with("crates/") && file.has_extension(&["rs"]) {
        requirements::functions(&file.text)
    } else if file.path.starts_with("web/") && file.has_extension(&["ts", "tsx"]) {
        requirements::titles_of_tests(&file.text)
    } else {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::{SourceFile, anchor_of, check, links};

    fn file(path: &str, text: &str) -> SourceFile {
        SourceFile { path: path.to_owned(), text: text.to_owned() }
    }

    fn found(files: &[SourceFile], others: &[&str]) -> Vec<String> {
        let others: Vec<String> = others.iter().map(|&other| other.to_owned()).collect();
        check(files, &others)
            .into_iter()
            .map(|finding| format!("{}:{} {}", finding.file, finding.line, finding.what))
            .collect()
    }

    #[test]
    fn links_lead_to_files_folders_and_headings() {
        let readme = "# A\n[b](docs/b.md#to-see-it) [c](docs/) [d](#a) [e](https://e.example/#f)\n`[no](link)`\n```\n[no](link)\n```\n";
        let b = file("docs/b.md", "## To see it\n[up](../README.md)");
        assert!(found(&[file("README.md", readme), b], &[]).is_empty());
        assert_eq!(
            found(&[file("docs/b.md", "\n[a](a.md), [b](#b)")], &[]),
            ["docs/b.md:2 nothing is at a.md", "docs/b.md:2 nothing is at #b"]
        );
    }

    #[test]
    fn pictures_are_there_and_shown() {
        let shows = [file("docs/a.md", "![what it is](images/a.png)")];
        assert!(found(&shows, &["docs/images/a.png"]).is_empty());
        assert_eq!(found(&shows, &[]), ["docs/a.md:1 nothing is at images/a.png"]);
        assert_eq!(
            found(&shows, &["docs/images/a.png", "docs/images/b.png"]),
            ["docs/images/b.png:0 no document shows this picture"]
        );
    }

    #[test]
    fn answers_name_tests_that_exist() {
        let test = file("crates/a/src/lib.rs", "#[test]\nfn con_02_only_one() {}\n");
        let screen = file("web/e2e/a.e2e.ts", "it(\"CON-13: the wizard\", () => {});\n");
        let proven =
            "# Questions\n## Some\n### Why?\nSo.\n\nShown by `con_02_only_one`, `CON-13: the wizard`.\n";
        assert!(found(&[test, screen, file("docs/faq.md", proven)], &[]).is_empty());
        assert_eq!(
            found(&[file("docs/faq.md", proven)], &[]),
            [
                "docs/faq.md:6 there is no test `con_02_only_one`",
                "docs/faq.md:6 there is no test `CON-13: the wizard`"
            ]
        );
        assert_eq!(
            found(&[file("docs/faq.md", "### Why?\nSo.\n### How?\nSo.\n")], &[]),
            ["docs/faq.md:1 this answer names no test", "docs/faq.md:3 this answer names no test"]
        );
    }

    #[test]
    fn anchors_are_as_hosts_make_them() {
        assert_eq!(anchor_of("Who can start a connection?"), "who-can-start-a-connection");
        assert_eq!(anchor_of("What the PDF worker may do"), "what-the-pdf-worker-may-do");
        assert_eq!(anchor_of("`sluice doctor`, and why"), "sluice-doctor-and-why");
        assert_eq!(links("[a](b \"c\")"), [(1, "b")]);
    }
}
