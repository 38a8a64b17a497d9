//! `bench`: speed and cost beside a peer or a floor, in one run on one machine, printed as ratios.
//!
//! Absolute times say little on a shared machine, so every figure of ours stands beside somebody else's. A peer
//! that is not installed is reported, never left out in silence. Nothing here fails a build: it measures.
//!
//! To add a measure: a file under `bench/`, a type that is a [`Measure`], a line in [`MEASURES`].

mod clock;
mod copy;
mod figures;
mod files;
mod latency;
mod records;
mod sample;
mod scratch;
mod server;
mod start;

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args;
use serde_json::json;

use crate::bench::figures::Row;
use crate::bench::scratch::Scratch;
use crate::tree::Tree;
use crate::{build, command, web};

/// Options of `bench`.
#[derive(Args)]
pub(crate) struct Options {
    /// Only the measures whose id begins so, such as SPD-01
    #[arg(long)]
    only: Option<String>,
    /// Print JSON instead of a table
    #[arg(long)]
    json: bool,
    /// How many sheets a first copy has; the goals are meant for 2,000
    #[arg(long, default_value_t = 2_000)]
    sheets: usize,
    /// How often each contender runs, taking turns
    #[arg(long, default_value_t = 3)]
    rounds: usize,
}

/// Something that is measured. One measure may give several rows, such as time and bytes of the same work.
trait Measure {
    /// The row of the goals it belongs to, such as `SPD-01`.
    fn id(&self) -> &'static str;
    /// What is measured, in a few words.
    fn what(&self) -> &'static str;
    /// Measures ours and the peer, taking turns.
    fn rows(&self, ground: &Ground) -> Result<Vec<Row>>;
}

/// Every measure there is, in the order of the table.
const MEASURES: [&dyn Measure; 6] = [
    &copy::FirstCopy,
    &records::FirstCopyRecords,
    &copy::NewRevisions,
    &latency::Publish,
    &start::Idle,
    &start::Start,
];

/// What a measure works with.
struct Ground {
    /// The binary under test; nothing when it could not be built, which `missing` explains.
    server: Option<PathBuf>,
    /// Why there is no binary.
    missing: String,
    /// Files of this run, on the disk that also holds cargo's target folder; gone afterwards.
    scratch: Scratch,
    /// The working tree.
    root: PathBuf,
    sheets: usize,
    rounds: usize,
}

/// Measures, and prints the table or the JSON.
pub(crate) fn run(tree: &Tree, options: &Options) -> Result<()> {
    let wanted =
        |measure: &&&dyn Measure| options.only.as_deref().is_none_or(|only| measure.id().starts_with(only));
    let chosen: Vec<_> = MEASURES.iter().filter(wanted).collect();
    if chosen.is_empty() {
        let mut known: Vec<&str> = MEASURES.iter().map(|measure| measure.id()).collect();
        known.dedup();
        bail!(
            "no measure begins with {}; there are {}",
            options.only.as_deref().unwrap_or_default(),
            known.join(", ")
        );
    }
    if options.sheets == 0 || options.rounds == 0 {
        bail!("at least one sheet and one round are needed");
    }
    let (server, missing) = match binary(tree) {
        Ok(server) => (Some(server), String::new()),
        Err(error) => (None, format!("no server: {error:#}").lines().next().unwrap_or_default().to_owned()),
    };
    let scratch = Scratch::new(&tree.target.join("bench"))?;
    let ground = Ground {
        server,
        missing,
        scratch,
        root: tree.root.clone(),
        sheets: options.sheets,
        rounds: options.rounds,
    };
    let mut rows = Vec::new();
    for measure in chosen {
        eprintln!("{}: {} …", measure.id(), measure.what());
        match measure.rows(&ground) {
            Ok(found) => rows.extend(found),
            Err(error) => rows.push(Row::failed(measure.id(), measure.what(), &error)),
        }
    }
    let machine = machine();
    if options.json {
        let measures: Vec<_> = rows.iter().map(Row::to_json).collect();
        let all = json!({"machine": machine, "sheets": options.sheets, "rounds": options.rounds, "measures": measures});
        println!("{}", serde_json::to_string_pretty(&all)?);
    } else {
        println!("\n{machine}\n{} sheets, {} rounds\n", options.sheets, options.rounds);
        print!("{}", figures::table(&rows));
    }
    Ok(())
}

/// The optimised server: the one in `SLUICE_BIN`, else built now.
fn binary(tree: &Tree) -> Result<PathBuf> {
    if let Some(binary) = Tree::named_binary()? {
        if command::is_executable(&binary) {
            return Ok(binary);
        }
        bail!("SLUICE_BIN names no program: {}", binary.display());
    }
    web::ensure_built(tree)?;
    build::server(tree, true)
}

/// Processor, cores and how busy it is: figures without them cannot be compared.
fn machine() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let cpu = read("/proc/cpuinfo");
    let model = cpu
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or("?", |(_, name)| name);
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let load = read("/proc/loadavg");
    let load = load.split_whitespace().next().unwrap_or("?");
    format!("{model}, {cores} cores, load {load} at the end")
}
