//! Takes in one finished page: checks the header, streams the parts into the staging folder, checks the tile index.
//!
//! A part is never held whole in memory, and nothing of a page that fails a check stays behind.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest, Sha256};
use tokio::fs::File;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::ChildStdout;

use crate::frame::{MAX_WORDS, PageHeader};
use crate::sheet::SheetParts;
use crate::tiles::TilePack;

/// Bytes moved at a time.
const CHUNK: usize = 256 * 1024;

/// Longest tile index of a picture within `u16` sides.
const MAX_INDEX: u64 = 1 << 20;

pub(super) struct Intake<'a> {
    pub(super) staging: &'a Path,
    pub(super) page_bytes: u64,
    pub(super) bytes_left: &'a AtomicU64,
}

pub(super) enum Taken {
    Sheet(Box<SheetParts>),
    /// More bytes than the page or the call may have.
    TooMuch,
    /// The worker sent something that cannot be, or stopped in the middle.
    Broken,
    /// The parts could not be written.
    Staging(io::Error),
}

enum Fault {
    Pipe,
    Disk(io::Error),
}

impl Intake<'_> {
    pub(super) async fn take(&self, header: PageHeader, pipe: &mut ChildStdout) -> Taken {
        if !is_sound(&header) {
            return Taken::Broken;
        }
        let Some(bytes) = header
            .pdf_bytes
            .checked_add(header.thumbnail_bytes)
            .and_then(|sum| sum.checked_add(header.tiles_bytes))
            .filter(|&sum| sum <= self.page_bytes)
        else {
            return Taken::TooMuch;
        };
        let left = self
            .bytes_left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| Some(left.saturating_sub(bytes)));
        if left.is_ok_and(|left| left < bytes) {
            return Taken::TooMuch;
        }
        let part = |kind: &str| self.staging.join(format!("{:06}.{kind}", header.page));
        let paths = [part("pdf"), part("webp"), part("tiles")];
        match self.write(header, &paths, pipe).await {
            Ok(Some(parts)) => Taken::Sheet(Box::new(parts)),
            other => {
                for path in &paths {
                    // It may not have been begun.
                    let _gone = tokio::fs::remove_file(path).await;
                }
                match other {
                    Err(Fault::Disk(error)) => Taken::Staging(error),
                    _ => Taken::Broken,
                }
            }
        }
    }

    /// `None` when the tile pack is not the one the header describes.
    async fn write(
        &self,
        header: PageHeader,
        [pdf, thumbnail, tiles]: &[PathBuf; 3],
        pipe: &mut ChildStdout,
    ) -> Result<Option<SheetParts>, Fault> {
        let mut hash = Sha256::new();
        copy(pipe, pdf, header.pdf_bytes, |chunk| hash.update(chunk)).await?;
        copy(pipe, thumbnail, header.thumbnail_bytes, |_| ()).await?;
        let index_bytes = header.pyramid.index_bytes();
        let mut index = Vec::new();
        copy(pipe, tiles, header.tiles_bytes, |chunk| {
            let missing = usize::try_from(index_bytes).unwrap_or(usize::MAX).saturating_sub(index.len());
            index.extend_from_slice(chunk.get(..missing.min(chunk.len())).unwrap_or_default());
        })
        .await?;
        let matches = TilePack::index(&index)
            .is_some_and(|pack| pack.pyramid() == header.pyramid && pack.fits(header.tiles_bytes));
        Ok(matches.then(|| SheetParts {
            pdf: pdf.clone(),
            pdf_sha256: hash.finalize().into(),
            pdf_bytes: header.pdf_bytes,
            width_pt: header.width_pt,
            height_pt: header.height_pt,
            rotation: header.rotation,
            words: header.words,
            thumbnail: thumbnail.clone(),
            tiles: tiles.clone(),
            tiles_bytes: header.tiles_bytes,
            pyramid: header.pyramid,
        }))
    }
}

fn is_sound(header: &PageHeader) -> bool {
    let side = |points: f64| points.is_finite() && points > 0.0;
    side(header.width_pt)
        && side(header.height_pt)
        && matches!(header.rotation, 0 | 90 | 180 | 270)
        && header.pyramid.is_sound()
        && header.pyramid.index_bytes() <= MAX_INDEX
        && header.words.len() <= MAX_WORDS
        && header.words.iter().all(|word| {
            [word.x, word.y, word.width, word.height, word.size].iter().all(|number| number.is_finite())
        })
}

async fn copy(
    pipe: &mut ChildStdout,
    path: &Path,
    bytes: u64,
    mut see: impl FnMut(&[u8]),
) -> Result<(), Fault> {
    let mut file = File::create(path).await.map_err(Fault::Disk)?;
    let mut chunk = vec![0; CHUNK];
    let mut left = bytes;
    while left > 0 {
        let want = usize::try_from(left).unwrap_or(CHUNK).min(CHUNK);
        let room = chunk.get_mut(..want).unwrap_or_default();
        let got = pipe.read(room).await.map_err(|_| Fault::Pipe)?;
        if got == 0 {
            return Err(Fault::Pipe);
        }
        let piece = chunk.get(..got).unwrap_or_default();
        see(piece);
        file.write_all(piece).await.map_err(Fault::Disk)?;
        left -= u64::try_from(got).unwrap_or(left);
    }
    file.flush().await.map_err(Fault::Disk)
}
