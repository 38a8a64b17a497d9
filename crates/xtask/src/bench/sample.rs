//! What a run gave, and what several runs say together.

use anyhow::Result;

/// One run: seconds by the clock, and what else was counted.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Sample {
    pub(super) wall: f64,
    /// CPU seconds, where they can be had.
    pub(super) cpu: Option<f64>,
    /// Bytes written to a database and kept.
    pub(super) database: Option<f64>,
    /// Bytes written to files and kept.
    pub(super) files: Option<f64>,
}

/// A piece of work that can be run again and again. The number is the round, from 0.
pub(super) type Contender<'a> = Box<dyn FnMut(usize) -> Result<Sample> + 'a>;

/// Runs the contenders in turn, each round beginning with the next one, so that a busy minute of the machine
/// or a warm cache does not always meet the same one. Returns the samples of each.
pub(super) fn alternate(rounds: usize, contenders: &mut [Contender<'_>]) -> Result<Vec<Vec<Sample>>> {
    let mut samples = vec![Vec::new(); contenders.len()];
    for round in 0..rounds {
        let first = round % contenders.len().max(1);
        let mut turns: Vec<_> = contenders.iter_mut().zip(samples.iter_mut()).collect();
        turns.rotate_left(first);
        for (contender, kept) in turns {
            kept.push(contender(round)?);
        }
    }
    Ok(samples)
}

/// Ours beside a peer that may be missing: the samples of both, the peer's empty where there is none.
pub(super) fn beside<'a>(
    rounds: usize,
    ours: Contender<'a>,
    peer: Option<Contender<'a>>,
) -> Result<(Vec<Sample>, Vec<Sample>)> {
    let mut contenders: Vec<_> = std::iter::once(ours).chain(peer).collect();
    let mut samples = alternate(rounds, &mut contenders)?.into_iter();
    Ok((samples.next().unwrap_or_default(), samples.next().unwrap_or_default()))
}

/// The middle of one value of several runs; nothing unless every run had one.
pub(super) fn median(samples: &[Sample], value: impl Fn(&Sample) -> Option<f64>) -> Option<f64> {
    percentile(&samples.iter().map(value).collect::<Option<Vec<_>>>()?, 50)
}

/// The smallest value that at least `percent` of the values do not exceed; for 50 of an even number, the mean of
/// the middle two.
pub(super) fn percentile(values: &[f64], percent: usize) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    let at = *sorted.get(rank - 1)?;
    if percent == 50 && sorted.len().is_multiple_of(2) {
        return Some(f64::midpoint(at, *sorted.get(rank)?));
    }
    Some(at)
}

/// A count as a number that can be divided.
#[expect(clippy::cast_precision_loss, reason = "bytes and counts of one bench run are far below 2^52")]
pub(super) fn as_f64(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::{Contender, Sample, alternate, beside, median, percentile};

    #[test]
    fn percentiles_by_nearest_rank() {
        assert_eq!(percentile(&[], 50), None);
        assert_eq!(percentile(&[3.0, 1.0, 2.0], 50), Some(2.0));
        assert_eq!(percentile(&[4.0, 1.0, 3.0, 2.0], 50), Some(2.5));
        let hundred: Vec<f64> = (1..=100).map(f64::from).collect();
        assert_eq!(percentile(&hundred, 95), Some(95.0));
        assert_eq!(percentile(&[7.0], 95), Some(7.0));
    }

    #[test]
    fn a_missing_cpu_time_is_not_guessed() {
        let sample = |wall, cpu| Sample { wall, cpu, ..Sample::default() };
        let samples = [sample(1.0, None), sample(3.0, Some(0.5))];
        assert_eq!(median(&samples, |sample| Some(sample.wall)), Some(2.0));
        assert_eq!(median(&samples, |sample| sample.cpu), None);
        assert_eq!(median(&samples[1..], |sample| sample.cpu), Some(0.5));
    }

    #[test]
    fn contenders_take_turns_in_going_first() {
        let order = RefCell::new(Vec::new());
        let contender = |name: char| -> Contender<'_> {
            let order = &order;
            Box::new(move |round| {
                order.borrow_mut().push((round, name));
                Ok(Sample { wall: 1.0, ..Sample::default() })
            })
        };
        let samples = alternate(2, &mut [contender('a'), contender('b')]).unwrap();
        assert_eq!(samples.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2]);
        assert_eq!(*order.borrow(), [(0, 'a'), (0, 'b'), (1, 'b'), (1, 'a')]);
        let (ours, peer) = beside(3, contender('a'), None).unwrap();
        assert_eq!((ours.len(), peer.len()), (3, 0));
    }
}
