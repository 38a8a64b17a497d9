//! `bench`: speed and cost beside a peer or a floor, in one run on one machine, printed as ratios.
//!
//! Absolute times say little on a shared machine, so every figure of ours stands beside somebody else's. A peer
//! that is not installed is reported, never left out in silence. A goal that is missed fails nothing: it measures.
//! `docs/bench.md` says what each measure is.
//!
//! To add a measure: a file under `bench/`, a type that is a [`Measure`], a line in [`MEASURES`].

mod arrive;
mod clock;
mod copy;
mod crowd;
mod depth;
mod figures;
mod http;
mod ingest;
mod latency;
mod load;
mod page;
mod records;
mod replication;
mod sample;
mod scale;
mod scratch;
mod server;
mod stand;
mod start;

use std::cell::OnceCell;
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow, bail};
use clap::Args;
use serde_json::json;

use crate::bench::figures::Row;
use crate::bench::scale::Scale;
use crate::bench::scratch::Scratch;
use crate::bench::stand::{Size, Stand};
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
    /// Also the measures that take very long
    #[arg(long)]
    long: bool,
    /// How many sheets a first copy has; the goals are meant for 2,000
    #[arg(long, default_value_t = 2_000)]
    sheets: usize,
    /// How often each contender runs, taking turns
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Every measure once, in a size that says nothing: shows that all of them work, and fails if one does not
    #[arg(long)]
    smoke: bool,
}

/// Something that is measured. One measure may give several rows, such as time and bytes of the same work.
trait Measure {
    /// The row of the goals it belongs to, such as `SPD-01`.
    fn id(&self) -> &'static str;
    /// What is measured, in a few words.
    fn what(&self) -> &'static str;
    /// Whether it takes so long that it has to be asked for.
    fn is_long(&self) -> bool {
        false
    }
    /// Measures ours and the peer, taking turns.
    fn rows(&self, ground: &Ground) -> Result<Vec<Row>>;
}

/// Every measure there is, in the order of the table.
const MEASURES: [&dyn Measure; 12] = [
    &copy::FirstCopy,
    &records::FirstCopyRecords,
    &copy::NewRevisions,
    &latency::Publish,
    &crowd::Crowd,
    &page::Page,
    &depth::Depth,
    &ingest::Ingest,
    &start::Idle,
    &ingest::IngestMemory,
    &start::Start,
    &start::StartLarge,
];

/// What a measure works with.
struct Ground {
    /// The binary under test and the one that writes stands; nothing when they could not be built, which `missing` explains.
    programs: Option<Programs>,
    /// Why there are no programs.
    missing: String,
    /// Files of this run, on the disk that also holds cargo's target folder; gone afterwards.
    scratch: Scratch,
    /// The working tree.
    root: PathBuf,
    scale: Scale,
    /// The installation most measures begin with, once one has asked for it.
    stand: OnceCell<Stand>,
}

/// The two programs that are built from this tree.
struct Programs {
    server: PathBuf,
    stand: PathBuf,
}

impl Ground {
    fn programs(&self) -> Result<&Programs> {
        self.programs.as_ref().ok_or_else(|| anyhow!("{}", self.missing))
    }

    fn server(&self) -> Result<&Path> {
        Ok(&self.programs()?.server)
    }

    fn stand_program(&self) -> Result<&Path> {
        Ok(&self.programs()?.stand)
    }

    /// The installation of a general contractor with real-size sheets and his subcontractors, none of them connected yet.
    fn stand(&self) -> Result<&Stand> {
        if let Some(stand) = self.stand.get() {
            return Ok(stand);
        }
        let size = Size {
            sheets: self.scale.sheets,
            real: true,
            waiting: self.scale.waiting(),
            projects: 1,
            downstream: self.scale.many,
            connected: false,
        };
        let stand = self.write_stand("stand", size)?;
        Ok(self.stand.get_or_init(|| stand))
    }

    /// An installation of a size of one's own.
    fn write_stand(&self, name: &str, size: Size) -> Result<Stand> {
        Stand::write(self.stand_program()?, self.scratch.path(name), size)
    }
}

/// Measures, and prints the table or the JSON.
pub(crate) fn run(tree: &Tree, options: &Options) -> Result<()> {
    if options.sheets == 0 || options.rounds == 0 {
        bail!("at least one sheet and one round are needed");
    }
    let scale = if options.smoke { Scale::smoke() } else { Scale::full(options.sheets, options.rounds) };
    let rows = measure(tree, programs(tree), scale, options)?;
    let machine = machine();
    if options.json {
        let measures: Vec<_> = rows.iter().map(Row::to_json).collect();
        let all =
            json!({"machine": machine, "sheets": scale.sheets, "rounds": scale.rounds, "measures": measures});
        println!("{}", serde_json::to_string_pretty(&all)?);
    } else {
        println!("\n{machine}\n{} sheets, {} rounds\n", scale.sheets, scale.rounds);
        print!("{}", figures::table(&rows));
    }
    Ok(())
}

/// Every measure once, with programs that are there already; answers how many rows that gave.
pub(crate) fn smoke(tree: &Tree, server: &Path) -> Result<String> {
    let options = Options { only: None, json: false, long: true, sheets: 1, rounds: 1, smoke: true };
    let rows = measure(tree, beside(server.to_owned()), Scale::smoke(), &options)?;
    Ok(format!("{} rows", rows.len()))
}

fn measure(tree: &Tree, programs: Result<Programs>, scale: Scale, options: &Options) -> Result<Vec<Row>> {
    let wanted =
        |measure: &&&dyn Measure| options.only.as_deref().is_none_or(|only| measure.id().starts_with(only));
    let chosen: Vec<_> = MEASURES.iter().filter(wanted).collect();
    if chosen.is_empty() {
        let mut known: Vec<&str> = MEASURES.iter().map(|measure| measure.id()).collect();
        known.dedup();
        let only = options.only.as_deref().unwrap_or_default();
        bail!("no measure begins with {only}; there are {}", known.join(", "));
    }
    let (programs, missing) = match programs {
        Ok(programs) => (Some(programs), String::new()),
        Err(error) => (None, format!("no server: {error:#}").lines().next().unwrap_or_default().to_owned()),
    };
    let scratch = Scratch::new(&tree.target.join("bench"))?;
    let ground =
        Ground { programs, missing, scratch, root: tree.root.clone(), scale, stand: OnceCell::new() };
    let mut rows = Vec::new();
    for measure in chosen {
        if measure.is_long() && !options.long && !options.smoke {
            let row = Row::new(measure.id(), measure.what(), figures::Goal::Shown);
            rows.push(row.note("not measured: it takes very long and wants `--long`"));
            continue;
        }
        eprintln!("{}: {} …", measure.id(), measure.what());
        match measure.rows(&ground) {
            Ok(found) => rows.extend(found),
            Err(error) if options.smoke => return Err(error.context(measure.what())),
            Err(error) => rows.push(Row::failed(measure.id(), measure.what(), &error)),
        }
    }
    Ok(rows)
}

/// The optimised programs: those beside each other where `SLUICE_BIN` says, else built now.
fn programs(tree: &Tree) -> Result<Programs> {
    if let Some(server) = Tree::named_binary()? {
        return beside(server);
    }
    web::ensure_built(tree)?;
    Ok(Programs { server: build::server(tree, true)?, stand: build::bench_stand(tree)? })
}

/// A server's binary and the program built beside it.
fn beside(server: PathBuf) -> Result<Programs> {
    let programs = Programs { stand: server.with_file_name("bench-stand"), server };
    for program in [&programs.server, &programs.stand] {
        if !command::is_executable(program) {
            bail!("there is no program {}", program.display());
        }
    }
    Ok(programs)
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
