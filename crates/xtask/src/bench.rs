//! `bench`: filled in next.

use anyhow::Result;
use clap::Args;

use crate::tree::Tree;

/// Options of `bench`.
#[derive(Args)]
pub(crate) struct Options {
    /// Only measures whose id begins so
    #[arg(long)]
    only: Option<String>,
}

/// Measures.
pub(crate) fn run(_tree: &Tree, options: &Options) -> Result<()> {
    anyhow::bail!("{:?}", options.only)
}
