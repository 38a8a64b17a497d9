//! Children: said aloud before they start, and an error that names them when they fail.

use std::env;
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// Says the command, runs it with our own input and output, and fails when it fails.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    say(command);
    let status = command.status().with_context(|| format!("{} could not be started", name(command)))?;
    if !status.success() {
        bail!("{} ended with {status}", name(command));
    }
    Ok(())
}

/// Like [`run`], and also hands back what the command wrote to its standard output, without colours.
pub(crate) fn tee(command: &mut Command) -> Result<Seen> {
    say(command);
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("{} could not be started", name(command)))?;
    let mut seen = Seen { lines: Vec::new(), failure: None };
    if let Some(output) = child.stdout.take() {
        let mut reader = BufReader::new(output);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line)? > 0 {
            std::io::stdout().write_all(&line)?;
            seen.lines.push(without_colour(&String::from_utf8_lossy(&line)));
            line.clear();
        }
    }
    let status = child.wait()?;
    if !status.success() {
        seen.failure = Some(format!("{} ended with {status}", name(command)));
    }
    Ok(seen)
}

/// What [`tee`] saw.
pub(crate) struct Seen {
    /// Standard output, line by line, trimmed.
    pub(crate) lines: Vec<String>,
    /// Why the command failed, if it did.
    pub(crate) failure: Option<String>,
}

/// Runs a command quietly and returns its standard output; standard error is part of the failure.
pub(crate) fn read(command: &mut Command) -> Result<Vec<u8>> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("{} could not be started", name(command)))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("{} ended with {}\n{}", name(command), output.status, said.trim_end());
    }
    Ok(output.stdout)
}

/// [`read`], as trimmed text.
pub(crate) fn read_text(command: &mut Command) -> Result<String> {
    let bytes = read(command)?;
    let text = String::from_utf8(bytes)
        .with_context(|| format!("{} wrote bytes that are no text", name(command)))?;
    Ok(text.trim().to_owned())
}

/// Where `PATH` has this program, if it does.
pub(crate) fn find_program(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(program)).find(|file| is_executable(file))
}

/// Whether this is a file that may be started.
pub(crate) fn is_executable(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.metadata().is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

/// Prints the command the way a person would type it, beside what a verb itself prints.
fn say(command: &Command) {
    let mut text = String::from("$");
    for (key, value) in command.get_envs() {
        let key = key.to_string_lossy();
        if let Some(value) = value.filter(|_| key.starts_with("SLUICE_")) {
            let _ = write!(text, " {key}={}", value.to_string_lossy());
        }
    }
    text.push(' ');
    text.push_str(&file_name(command.get_program()));
    for argument in command.get_args() {
        text.push(' ');
        text.push_str(&quoted(&argument.to_string_lossy()));
    }
    if let Some(folder) = command.get_current_dir().and_then(Path::file_name).filter(|name| *name == "web") {
        let _ = write!(text, "    (in {}/)", folder.to_string_lossy());
    }
    eprintln!("{text}");
}

/// Program and first argument: enough to know which child an error is about.
fn name(command: &Command) -> String {
    let program = file_name(command.get_program());
    match command.get_args().next() {
        Some(argument) => format!("`{program} {}`", argument.to_string_lossy()),
        None => format!("`{program}`"),
    }
}

fn file_name(program: &OsStr) -> String {
    Path::new(program).file_name().unwrap_or(program).to_string_lossy().into_owned()
}

fn quoted(argument: &str) -> String {
    if argument.is_empty() || argument.contains([' ', '\'', '"', '(', '|', '&', '*', '$']) {
        format!("'{}'", argument.replace('\'', "'\\''"))
    } else {
        argument.to_owned()
    }
}

/// Drops terminal colour sequences (`ESC [ … letter`), so that lines can be read by a program.
fn without_colour(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        if character == '\u{1b}' {
            for inner in characters.by_ref() {
                if inner.is_ascii_alphabetic() {
                    break;
                }
            }
        } else {
            plain.push(character);
        }
    }
    plain.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::{quoted, without_colour};

    #[test]
    fn colours_are_dropped() {
        assert_eq!(without_colour("\u{1b}[32m  12 passed\u{1b}[0m (3s)\n"), "12 passed (3s)");
        assert_eq!(without_colour("plain\r\n"), "plain");
    }

    #[test]
    fn arguments_are_quoted_only_where_a_shell_would_need_it() {
        assert_eq!(quoted("--workspace"), "--workspace");
        assert_eq!(quoted("a b"), "'a b'");
        assert_eq!(quoted("it's"), "'it'\\''s'");
        assert_eq!(quoted(""), "''");
    }
}
