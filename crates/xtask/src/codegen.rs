//! `codegen`: writes the files that are generated from the code, or with `--check` proves them fresh.
//!
//! The server prints each one (`sluice generate NAME`), so a table in the docs can only say what the code does.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::tree::Tree;
use crate::{build, command, requirements, web};

/// What `sluice generate` prints, and the file that keeps it.
const FROM_SERVER: [(&str, &str); 5] = [
    ("openapi", "openapi/api.json"),
    ("errors", "docs/errors.md"),
    ("connections", "docs/connections.md"),
    ("permissions", "docs/permissions.md"),
    ("problems", "web/src/api/problems.ts"),
];

/// What `npm run codegen` writes from `openapi/api.json`.
const FROM_OPENAPI: &str = "web/src/api/schema.d.ts";

/// Options of `codegen`.
#[derive(Args)]
pub(crate) struct Options {
    /// Change nothing; fail when a committed file is not what would be written
    #[arg(long)]
    check: bool,
}

/// Builds the server and generates with it.
pub(crate) fn run(tree: &Tree, options: &Options) -> Result<()> {
    let binary = match Tree::named_binary()? {
        Some(binary) => binary,
        None => build::server(tree, false)?,
    };
    if options.check { check_with(tree, &binary) } else { write_with(tree, &binary) }
}

/// Compares every generated file with what this binary would write.
pub(crate) fn check_with(tree: &Tree, binary: &Path) -> Result<()> {
    let mut stale = Vec::new();
    for (file, fresh) in fresh(tree, binary)? {
        stale.extend(difference(file, &old(tree, file)?, &fresh));
    }
    if let Some((before, after)) = regenerate_types(tree)? {
        // A check leaves the tree as it was.
        let file = tree.root.join(FROM_OPENAPI);
        if before.is_empty() {
            fs::remove_file(&file)?;
        } else {
            fs::write(&file, &before)?;
        }
        stale.extend(difference(FROM_OPENAPI, &before, &after));
    }
    if stale.is_empty() {
        println!("generated files are fresh");
        return Ok(());
    }
    bail!(
        "generated files are stale: run `cargo xtask codegen` and commit what it writes\n{}",
        stale.join("\n")
    )
}

fn write_with(tree: &Tree, binary: &Path) -> Result<()> {
    for (file, fresh) in fresh(tree, binary)? {
        tell(file, old(tree, file)? != fresh);
        let path = tree.root.join(file);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&path, fresh).with_context(|| format!("writing {file}"))?;
    }
    if let Some((before, after)) = regenerate_types(tree)? {
        tell(FROM_OPENAPI, before != after);
    }
    Ok(())
}

/// What the server and the names of the tests say: file and content.
fn fresh(tree: &Tree, binary: &Path) -> Result<Vec<(&'static str, String)>> {
    let mut all = vec![(requirements::TABLE, requirements::table(tree)?)];
    for (name, file) in FROM_SERVER {
        all.push((file, generate(tree, binary, name)?));
    }
    Ok(all)
}

fn tell(file: &str, changed: bool) {
    println!("{} {file}", if changed { "wrote    " } else { "unchanged" });
}

fn generate(tree: &Tree, binary: &Path, name: &str) -> Result<String> {
    let mut command = tree.command(&binary.to_string_lossy());
    let bytes = command::read(command.args(["generate", name]))
        .with_context(|| format!("`sluice generate {name}` has to print the file"))?;
    let text =
        String::from_utf8(bytes).with_context(|| format!("`sluice generate {name}` printed no UTF-8"))?;
    if text.trim().is_empty() {
        bail!("`sluice generate {name}` printed nothing");
    }
    Ok(format!("{}\n", text.trim_end()))
}

/// Runs the screen's generator; returns its file before and after, or nothing where there is no screen yet.
fn regenerate_types(tree: &Tree) -> Result<Option<(String, String)>> {
    if !web::exists(tree) {
        println!("note: there is no web/package.json, so {FROM_OPENAPI} was left out");
        return Ok(None);
    }
    web::install(tree)?;
    let before = old(tree, FROM_OPENAPI)?;
    command::run(web::npm(tree).args(["run", "codegen"]))?;
    Ok(Some((before, old(tree, FROM_OPENAPI)?)))
}

/// The file as it is; nothing when it was never written.
fn old(tree: &Tree, file: &str) -> Result<String> {
    match fs::read_to_string(tree.root.join(file)) {
        Ok(text) => Ok(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(error).with_context(|| format!("reading {file}")),
    }
}

/// The first line that differs, as a hint where to look.
fn difference(file: &str, committed: &str, fresh: &str) -> Option<String> {
    if committed == fresh {
        return None;
    }
    let (mut left, mut right) = (committed.lines(), fresh.lines());
    let mut number = 0;
    loop {
        number += 1;
        let (is, would_be) = (left.next(), right.next());
        if is != would_be || is.is_none() {
            let show = |line: Option<&str>| {
                line.map_or_else(|| "(end)".to_owned(), |line| line.chars().take(160).collect())
            };
            return Some(format!(
                "  {file}:{number}\n    committed: {}\n    now:       {}",
                show(is),
                show(would_be)
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::difference;

    #[test]
    fn the_hint_names_the_first_line_that_differs() {
        assert_eq!(difference("a.md", "one\ntwo\n", "one\ntwo\n"), None);
        let hint = difference("a.md", "one\ntwo\n", "one\nthree\n").unwrap_or_default();
        assert!(
            hint.contains("a.md:2") && hint.contains("committed: two") && hint.contains("now:       three")
        );
        let hint = difference("a.md", "", "one\n").unwrap_or_default();
        assert!(hint.contains("a.md:1") && hint.contains("committed: (end)"));
        assert!(difference("a.md", "one", "one\n").is_some(), "also where only the last line's end differs");
    }
}
