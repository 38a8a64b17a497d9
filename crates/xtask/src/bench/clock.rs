//! Wall time and CPU seconds of work done in child processes.
//!
//! CPU seconds compare well even on a busy machine. They come from `/proc`, in the kernel's ticks (usually
//! 10 ms); where there is no `/proc` there are none.

use std::process::Command;
use std::sync::OnceLock;
use std::time::Instant;

use anyhow::Result;

use super::sample::Sample;
use crate::command;

/// Runs work that starts children and waits for them; their CPU time is its CPU time.
pub(super) fn time(work: impl FnOnce() -> Result<()>) -> Result<Sample> {
    let before = of_children();
    let start = Instant::now();
    work()?;
    let wall = start.elapsed().as_secs_f64();
    let cpu = before.zip(of_children()).map(|(before, after)| after - before);
    Ok(Sample { wall, cpu, ..Sample::default() })
}

/// CPU seconds of all children that have ended and been waited for, and of theirs.
fn of_children() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    Some(seconds(field(&stat, 13)? + field(&stat, 14)?))
}

/// CPU seconds a running process has used, with those of the children it waited for.
pub(super) fn of_process(id: u32) -> Option<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    Some(seconds((11..15).map(|number| field(&stat, number)).sum::<Option<u64>>()?))
}

/// The n-th number behind the program's name, which may itself hold spaces and brackets.
fn field(stat: &str, number: usize) -> Option<u64> {
    stat.rsplit_once(')')?.1.split_whitespace().nth(number)?.parse().ok()
}

fn seconds(ticks: u64) -> f64 {
    static PER_SECOND: OnceLock<u32> = OnceLock::new();
    let per_second = PER_SECOND.get_or_init(|| {
        let asked = command::read_text(Command::new("getconf").arg("CLK_TCK"));
        asked.ok().and_then(|text| text.parse().ok()).unwrap_or(100)
    });
    #[expect(clippy::cast_precision_loss, reason = "ticks of one bench run are far below 2^52")]
    let ticks = ticks as f64;
    ticks / f64::from(*per_second)
}

#[cfg(test)]
mod tests {
    use super::field;

    #[test]
    fn the_name_of_a_program_does_not_shift_the_fields() {
        let stat = "42 (a (b) c) S 1 42 42 0 -1 4194304 100 0 0 0 7 8 9 10 20 0 1";
        assert_eq!(field(stat, 11), Some(7));
        assert_eq!(field(stat, 14), Some(10));
        assert_eq!(field("nonsense", 11), None);
    }
}
