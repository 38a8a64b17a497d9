//! Files the size of drawing sheets, which no program can compress or tell apart without reading.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

const KIB: f64 = 1024.0;

/// A small generator of bytes from a seed (`SplitMix64`): the same seed gives the same files on every machine.
pub(super) struct Bytes {
    state: u64,
}

impl Bytes {
    pub(super) fn from_seed(seed: u64) -> Self {
        Self { state: seed }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Between 0 and 1.
    fn fraction(&mut self) -> f64 {
        f64::from(u32::try_from(self.next() >> 32).unwrap_or(u32::MAX)) / f64::from(u32::MAX)
    }

    fn take(&mut self, length: usize) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(length + 8);
        while bytes.len() < length {
            bytes.extend_from_slice(&self.next().to_le_bytes());
        }
        bytes.truncate(length);
        bytes
    }
}

/// Writes `count` files named like sheets, 0.2 to 2 MiB each and 0.5 MiB on average, so that 2,000 are 1 GiB:
/// most sheets are small, a few are large. Returns their bytes in all.
pub(super) fn write(folder: &Path, count: usize, seed: u64) -> Result<u64> {
    fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    let mut total = 0;
    let mut bytes = Bytes::from_seed(seed);
    for number in 0..count {
        total += write_one(folder, number, &mut bytes)?;
    }
    Ok(total)
}

/// Writes one sheet anew; returns its size.
pub(super) fn write_one(folder: &Path, number: usize, bytes: &mut Bytes) -> Result<u64> {
    let size = size_of_sheet(bytes.fraction());
    let file = folder.join(format!("A-{:04}.pdf", number + 1));
    let content = bytes.take(size);
    fs::write(&file, &content).with_context(|| format!("writing {}", file.display()))?;
    Ok(u64::try_from(content.len())?)
}

fn size_of_sheet(fraction: f64) -> usize {
    // With this power the mean of 205 + 1843 x^p is 524 KiB.
    let kib = 205.0 + 1843.0 * fraction.powf(4.77);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0.2 and 2 MiB")]
    let size = (kib * KIB) as usize;
    size
}

#[cfg(test)]
mod tests {
    use super::{Bytes, size_of_sheet};

    #[test]
    fn sheets_have_the_sizes_the_goals_speak_of() {
        let mut bytes = Bytes::from_seed(1);
        let sizes: Vec<usize> = (0..2_000).map(|_| size_of_sheet(bytes.fraction())).collect();
        assert!(sizes.iter().all(|size| (200 * 1024..=2 * 1024 * 1024).contains(size)));
        let total: usize = sizes.iter().sum();
        assert!((950..1_100).contains(&(total / 1024 / 1024)), "{} MiB", total / 1024 / 1024);
    }

    #[test]
    fn a_seed_gives_the_same_bytes_again() {
        assert_eq!(Bytes::from_seed(7).take(100), Bytes::from_seed(7).take(100));
        assert_ne!(Bytes::from_seed(7).take(100), Bytes::from_seed(8).take(100));
    }
}
