//! `run`: from a fresh clone to the demo in the browser, in one command.

use anyhow::Result;
use clap::Args;

use crate::command;
use crate::tree::Tree;
use crate::web;

/// Where the demo listens unless told otherwise.
const LISTEN: [&str; 2] = ["--listen", "127.0.0.1:8080"];

/// Options of `run`.
#[derive(Args)]
pub(crate) struct Options {
    /// Options for `sluice demo`, or a whole other command such as `serve --data /tmp/site`
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

/// Builds the screen when needed and runs the server in the development profile, whose hot dependencies are optimised.
pub(crate) fn run(tree: &Tree, options: &Options) -> Result<()> {
    web::ensure_built(tree)?;
    command::run(
        tree.cargo().args(["run", "--package", "sluice-server", "--"]).args(arguments(&options.arguments)),
    )
}

/// Completes what was given to a command of the server.
fn arguments(given: &[String]) -> Vec<String> {
    let is_command = given.first().is_some_and(|first| !first.starts_with('-'));
    if is_command {
        return given.to_vec();
    }
    let mut arguments = vec!["demo".to_owned()];
    let listens = given.iter().any(|argument| argument == "--listen" || argument.starts_with("--listen="));
    if !listens {
        arguments.extend(LISTEN.map(str::to_owned));
    }
    arguments.extend_from_slice(given);
    arguments
}

#[cfg(test)]
mod tests {
    use super::arguments;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn the_demo_is_the_default() {
        assert_eq!(arguments(&[]), words("demo --listen 127.0.0.1:8080"));
        assert_eq!(arguments(&words("--quiet")), words("demo --listen 127.0.0.1:8080 --quiet"));
    }

    #[test]
    fn what_is_said_wins() {
        assert_eq!(arguments(&words("--listen 0.0.0.0:80")), words("demo --listen 0.0.0.0:80"));
        assert_eq!(arguments(&words("serve --data site")), words("serve --data site"));
    }
}
