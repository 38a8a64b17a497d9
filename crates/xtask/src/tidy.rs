//! `tidy`: the house rules that clippy cannot hold, each with why it exists and how to mend a breach.
//!
//! A rule is a function from text to findings, so that its tests need no tree. Reading files and cargo's
//! metadata happens here.

mod docs;
mod edges;
mod lexer;
mod schema;
mod source;
mod sql;
mod whole;

use std::fmt;
use std::fs;

use anyhow::{Context, Result, bail};

use crate::command;
use crate::tree::Tree;

/// One breach of one rule.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    /// The file, or the manifest, it is in.
    file: String,
    /// Counted from 1; 0 when it is about the file as a whole.
    line: usize,
    /// What is wrong.
    what: String,
    /// Why the rule exists, and how to mend it.
    mend: &'static str,
}

impl Finding {
    fn new(file: &str, line: usize, what: impl Into<String>, mend: &'static str) -> Self {
        Self { file: file.to_owned(), line, what: what.into(), mend }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = if self.line > 0 { format!(":{}", self.line) } else { String::new() };
        write!(formatter, "{}{line}: {}\n    {}", self.file, self.what, self.mend)
    }
}

/// A file of the tree: its path with `/` from the root, and its text.
struct SourceFile {
    path: String,
    text: String,
}

impl SourceFile {
    fn has_extension(&self, extensions: &[&str]) -> bool {
        self.path.rsplit_once('.').is_some_and(|(_, extension)| extensions.contains(&extension))
    }
}

/// Checks every rule and prints all findings.
pub(crate) fn run(tree: &Tree) -> Result<()> {
    let (files, others) = files(tree)?;
    let metadata = command::read(tree.cargo().args(["metadata", "--no-deps", "--format-version", "1"]))?;
    let mut findings = edges::check(&serde_json::from_slice(&metadata).context("cargo metadata")?);
    for file in &files {
        findings.extend(source::check(file));
    }
    findings.extend(schema::check(&files));
    findings.extend(sql::check(&files));
    findings.extend(whole::check(&files));
    findings.extend(docs::check(&files, &others));
    findings.sort();
    findings.dedup();
    if findings.is_empty() {
        println!("tidy: {} files in order", files.len());
        return Ok(());
    }
    for finding in &findings {
        println!("{finding}");
    }
    bail!("tidy: {} findings", findings.len())
}

/// What git has or would take, so that a fault is found before it is committed; then the names of files that are no text.
fn files(tree: &Tree) -> Result<(Vec<SourceFile>, Vec<String>)> {
    let list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let names = command::read(tree.command("git").args(list))?;
    let names = String::from_utf8(names).context("a file name that is no UTF-8")?;
    let (mut files, mut others) = (Vec::new(), Vec::new());
    for path in names.split('\0').filter(|path| !path.is_empty()) {
        let bytes = match fs::read(tree.root.join(path)) {
            Ok(bytes) => bytes,
            // Deleted and not yet committed so.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error).with_context(|| format!("reading {path}")),
        };
        match String::from_utf8(bytes) {
            Ok(text) => files.push(SourceFile { path: path.to_owned(), text }),
            Err(_) => others.push(path.to_owned()),
        }
    }
    Ok((files, others))
}
