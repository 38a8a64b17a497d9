//! The command line: what each command takes, and where it goes.

use clap::{Args, Parser, Subcommand};

use crate::config::{Options, Settings};
use crate::{admin, demo, doctor, generate, serve};

/// Connects construction companies' projects.
#[derive(Debug, Parser)]
#[command(
    name = "sluice",
    version,
    about = "Connects construction companies' projects",
    propagate_version = true
)]
pub struct Sluice {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Runs the server.  Example: sluice serve --data /var/lib/sluice --public-url <https://sluice.example.com>
    Serve(Options),
    /// Serves a throw-away installation with companies, drawings and connections.  Example: sluice demo
    Demo(DemoOptions),
    /// For the operator: companies, administrators, passwords; works whether or not a server runs on the data.
    #[command(subcommand)]
    Admin(admin::Admin),
    /// Writes everything of a company into a zip archive that opens without this program.  Example: sluice export "Harbor Builders" harbor.zip
    Export(ExportOptions),
    /// Checks configuration, database, files, mail, clock and waiting work, and says what to do.  Example: sluice doctor --data ./data
    Doctor(Options),
    /// Brings the database up to date (serve does so by itself).  Example: sluice migrate --check
    Migrate(MigrateOptions),
    /// Prints generated files of the repository: openapi, errors, connections, permissions, problems.
    #[command(hide = true)]
    Generate {
        /// Which.
        what: String,
    },
    /// Takes a PDF apart, with limits; started by the server itself.
    #[command(hide = true)]
    Worker,
}

/// Options of `sluice demo`.
#[derive(Debug, Args)]
pub struct DemoOptions {
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub listen: String,
    /// Keep the data here instead of in a folder that is removed at the end.
    #[arg(long)]
    pub data: Option<std::path::PathBuf>,
}

/// Options of `sluice export`.
#[derive(Debug, Args)]
pub struct ExportOptions {
    /// The company: its exact name, or its id.
    pub company: String,
    /// The file to write; it must not be there yet.
    pub file: std::path::PathBuf,
    /// Where the data is.
    #[command(flatten)]
    pub options: Options,
}

/// Options of `sluice migrate`.
#[derive(Debug, Args)]
pub struct MigrateOptions {
    /// Where the data is.
    #[command(flatten)]
    pub options: Options,
    /// Only say what would be done; fails where something would.
    #[arg(long)]
    pub check: bool,
}

/// Carries a command out.
pub async fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Serve(options) => {
            log();
            serve::serve(Settings::read(options)?).await
        }
        Command::Demo(options) => {
            log();
            demo::demo(options).await
        }
        Command::Admin(command) => admin::run(command).await,
        Command::Export(export) => admin::export(export).await,
        Command::Doctor(options) => doctor::doctor(&Settings::read(options)?).await,
        Command::Migrate(migrate) => serve::migrate(&Settings::read(migrate.options)?, migrate.check).await,
        Command::Generate { what } => generate::generate(&what),
        Command::Worker => anyhow::bail!("the worker is started by the server"),
    }
}

/// Logs to standard error; `RUST_LOG` chooses what.
fn log() {
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn,tower_http=warn"));
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn every_command_is_sound() {
        super::Sluice::command().debug_assert();
    }
}
