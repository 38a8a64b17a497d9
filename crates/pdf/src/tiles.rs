//! The tile pack: all tiles of one sheet in one file, so that a server answers a tile by one range read.
//!
//! Layout, all numbers little endian:
//!
//! | bytes | what |
//! | --- | --- |
//! | 4 | `SLTP` |
//! | 4 | version, 1 |
//! | 4 × 4 | width, height, tile size, levels of the [`Pyramid`] |
//! | 12 per tile | offset from the start of the file (u64) and length (u32), level 0 first, each level row by row |
//! | rest | the tiles, each a lossless WebP of tile size × tile size |
//!
//! All-white tiles share one entry's bytes. It does not draw and does not read files: the caller fetches
//! [`Pyramid::index_bytes`] bytes and then the range [`locate`] names.

use std::ops::Range;

use crate::sheet::Pyramid;

/// Side of a tile in pixels: large enough that a screen needs a dozen, small enough for a phone's memory.
pub const TILE_SIZE: u32 = 512;

const MAGIC: [u8; 4] = *b"SLTP";
const VERSION: u32 = 1;
const HEADER: u64 = 24;
const ENTRY: u64 = 12;

/// Levels beyond this would be more pixels than 32 bits can count.
const MAX_LEVELS: u32 = 24;

impl Pyramid {
    /// Makes the pyramid of a picture: as many levels as it takes until one tile holds the whole sheet.
    pub fn of(width: u32, height: u32) -> Self {
        let mut levels = 1;
        while width.max(height).div_ceil(1 << (levels - 1)) > TILE_SIZE && levels < MAX_LEVELS {
            levels += 1;
        }
        Self { width, height, tile_size: TILE_SIZE, levels }
    }

    /// Returns width and height in pixels of a level, `None` past the last one.
    pub fn level_size(&self, level: u32) -> Option<(u32, u32)> {
        let halvings = self.levels.checked_sub(level + 1)?;
        let divisor = 1_u32.checked_shl(halvings)?;
        Some((self.width.div_ceil(divisor).max(1), self.height.div_ceil(divisor).max(1)))
    }

    /// Returns the number of columns and rows of tiles of a level.
    pub fn grid(&self, level: u32) -> Option<(u32, u32)> {
        let (width, height) = self.level_size(level)?;
        let tile = self.tile_size.max(1);
        Some((width.div_ceil(tile), height.div_ceil(tile)))
    }

    /// Returns the length of header and index: what to read before [`locate`] can answer.
    pub fn index_bytes(&self) -> u64 {
        HEADER + ENTRY * self.tiles_before(self.levels)
    }

    /// Tells whether the numbers can belong to a picture, for those that come from outside this process.
    pub fn is_sound(&self) -> bool {
        self.width > 0
            && self.height > 0
            && u16::try_from(self.width).is_ok()
            && u16::try_from(self.height).is_ok()
            && *self == Self::of(self.width, self.height)
    }

    fn tiles_before(&self, level: u32) -> u64 {
        (0..level)
            .filter_map(|level| self.grid(level))
            .map(|(columns, rows)| u64::from(columns) * u64::from(rows))
            .sum()
    }
}

/// Finds a tile's bytes in the pack, given the pack's first [`Pyramid::index_bytes`] bytes.
///
/// `None` when there is no such tile or the bytes are not a sound index.
pub fn locate(index: &[u8], level: u32, x: u32, y: u32) -> Option<Range<u64>> {
    TilePack::index(index)?.locate(level, x, y)
}

/// The index of a tile pack.
#[derive(Debug, Clone, Copy)]
pub struct TilePack<'a> {
    pyramid: Pyramid,
    entries: &'a [u8],
}

impl<'a> TilePack<'a> {
    /// Reads header and index; `None` when they are not a sound index. `bytes` may be longer than the index.
    pub fn index(bytes: &'a [u8]) -> Option<Self> {
        let (header, entries) = bytes.split_at_checked(usize::try_from(HEADER).ok()?)?;
        let mut numbers = header.as_chunks::<4>().0.iter().map(|&chunk| u32::from_le_bytes(chunk));
        if header.get(..4) != Some(&MAGIC) || numbers.nth(1) != Some(VERSION) {
            return None;
        }
        let pyramid = Pyramid {
            width: numbers.next()?,
            height: numbers.next()?,
            tile_size: numbers.next()?,
            levels: numbers.next()?,
        };
        let length = usize::try_from(pyramid.index_bytes() - HEADER).ok()?;
        let entries = entries.get(..length)?;
        pyramid.is_sound().then_some(Self { pyramid, entries })
    }

    /// Returns the shape of the pack.
    pub fn pyramid(&self) -> Pyramid {
        self.pyramid
    }

    /// Returns where the tile's WebP stands in the file; `None` when there is no such tile.
    pub fn locate(&self, level: u32, x: u32, y: u32) -> Option<Range<u64>> {
        let (columns, rows) = self.pyramid.grid(level)?;
        if x >= columns || y >= rows {
            return None;
        }
        let tile = self.pyramid.tiles_before(level) + u64::from(y) * u64::from(columns) + u64::from(x);
        let at = usize::try_from(tile * ENTRY).ok()?;
        let entry = self.entries.get(at..)?;
        let (offset, rest) = entry.split_first_chunk::<8>()?;
        let (length, _) = rest.split_first_chunk::<4>()?;
        let offset = u64::from_le_bytes(*offset);
        Some(offset..offset.checked_add(u64::from(u32::from_le_bytes(*length)))?)
    }

    /// Tells whether every tile lies inside a file of `length` bytes, behind the index.
    pub fn fits(&self, length: u64) -> bool {
        let first = self.pyramid.index_bytes();
        (0..self.pyramid.levels).all(|level| {
            self.pyramid.grid(level).is_some_and(|(columns, rows)| {
                (0..rows).all(|y| {
                    (0..columns).all(|x| {
                        self.locate(level, x, y)
                            .is_some_and(|range| range.start >= first && range.end <= length)
                    })
                })
            })
        })
    }
}

/// Collects tiles level by level, smallest level first, and writes the pack.
#[derive(Debug, Default)]
pub(crate) struct Packer {
    /// Offset within `data`, length.
    entries: Vec<(u64, u32)>,
    data: Vec<u8>,
    blank: Option<(u64, u32)>,
}

impl Packer {
    /// Adds the next tile in order.
    pub(crate) fn tile(&mut self, webp: &[u8]) {
        let entry = self.append(webp);
        self.entries.push(entry);
    }

    /// Adds an all-white tile; `webp` is called for the first one only.
    pub(crate) fn blank(&mut self, webp: impl FnOnce() -> Vec<u8>) {
        let entry = match self.blank {
            Some(entry) => entry,
            None => self.append(&webp()),
        };
        self.blank = Some(entry);
        self.entries.push(entry);
    }

    /// Returns the bytes of tiles so far.
    pub(crate) fn bytes(&self) -> usize {
        self.data.len()
    }

    /// Writes the pack for the pyramid whose tiles were added.
    pub(crate) fn finish(self, pyramid: Pyramid) -> Vec<u8> {
        let start = pyramid.index_bytes();
        let mut pack = Vec::with_capacity(self.data.len() + 12 * self.entries.len() + 24);
        pack.extend_from_slice(&MAGIC);
        for number in [VERSION, pyramid.width, pyramid.height, pyramid.tile_size, pyramid.levels] {
            pack.extend_from_slice(&number.to_le_bytes());
        }
        for (offset, length) in self.entries {
            pack.extend_from_slice(&(start + offset).to_le_bytes());
            pack.extend_from_slice(&length.to_le_bytes());
        }
        pack.extend_from_slice(&self.data);
        pack
    }

    fn append(&mut self, webp: &[u8]) -> (u64, u32) {
        let offset = u64::try_from(self.data.len()).unwrap_or(u64::MAX);
        self.data.extend_from_slice(webp);
        (offset, u32::try_from(webp.len()).unwrap_or(u32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_of_36_by_24_inches_has_five_levels() {
        let pyramid = Pyramid::of(7200, 4800);
        assert_eq!(pyramid.levels, 5);
        assert_eq!(pyramid.level_size(0), Some((450, 300)));
        assert_eq!(pyramid.level_size(4), Some((7200, 4800)));
        assert_eq!(pyramid.level_size(5), None);
        assert_eq!(pyramid.grid(4), Some((15, 10)));
        assert!(pyramid.is_sound());
    }

    #[test]
    fn tiles_are_found_where_they_were_packed() {
        let pyramid = Pyramid::of(1000, 700);
        assert_eq!(pyramid.levels, 2);
        let mut packer = Packer::default();
        packer.tile(b"whole");
        packer.tile(b"top left");
        packer.blank(|| b"white".to_vec());
        packer.blank(|| unreachable!("the first blank is shared"));
        packer.tile(b"bottom right");
        let pack = packer.finish(pyramid);
        let read = |level, x, y| {
            let range = locate(&pack, level, x, y)?;
            let range = usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap();
            Some(String::from_utf8(pack[range].to_vec()).unwrap())
        };
        assert_eq!(read(0, 0, 0).as_deref(), Some("whole"));
        assert_eq!(read(1, 0, 0).as_deref(), Some("top left"));
        assert_eq!(read(1, 1, 0).as_deref(), Some("white"));
        assert_eq!(read(1, 0, 1).as_deref(), Some("white"));
        assert_eq!(read(1, 1, 1).as_deref(), Some("bottom right"));
        assert_eq!(read(1, 2, 0), None);
        assert_eq!(read(2, 0, 0), None);
        let index = TilePack::index(&pack).unwrap();
        assert_eq!(index.pyramid(), pyramid);
        assert!(index.fits(pack.len() as u64));
        assert!(!index.fits(pack.len() as u64 - 1));
    }

    #[test]
    fn a_pack_that_lies_is_no_index() {
        let pack = Packer::default().finish(Pyramid::of(4, 4));
        assert!(TilePack::index(&pack).is_none(), "its entries are missing");
        assert!(TilePack::index(b"SLTP").is_none());
        let lie = Pyramid { width: 10, height: 10, tile_size: 512, levels: 20 };
        let mut packer = Packer::default();
        for _ in 0..20 {
            packer.tile(b"x");
        }
        assert!(TilePack::index(&packer.finish(lie)).is_none());
    }
}
