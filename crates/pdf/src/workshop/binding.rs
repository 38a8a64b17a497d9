//! Binds one-page files into one PDF with bookmarks and page labels: files go to a worker and pieces come back, so that neither side holds more
//! than a sheet of it.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::fs::File;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::ChildStdin;
use tokio::sync::mpsc;

use super::{Workshop, WorkshopFault};
use crate::frame::{Job, MAX_LABEL, PIECE};

/// Files bound at a time. They do not wait for the desks of the ingest: whoever fetches a file slowly would hold one.
pub(super) const AT_ONCE: usize = 8;

/// How long a piece waits for whoever fetches it.
const PATIENCE: Duration = Duration::from_mins(2);

/// A sheet to be bound.
#[derive(Debug, Clone)]
pub struct Leaf {
    /// Its bookmark and page label.
    pub label: String,
    /// Its one-page file.
    pub file: PathBuf,
    /// The length of that file.
    pub bytes: u64,
}

impl Workshop {
    /// Binds sheets, in their order, and sends the file piece by piece. A sheet that cannot be bound is the last thing said: an error in
    /// place of the end. Ends early, without fault, when the receiver is gone.
    pub async fn bind(
        &self,
        leaves: Vec<Leaf>,
        pieces: &mpsc::Sender<io::Result<Vec<u8>>>,
    ) -> Result<(), WorkshopFault> {
        let _binder =
            self.binders.acquire().await.map_err(|error| WorkshopFault::Worker(io::Error::other(error)))?;
        let largest = leaves.iter().map(|leaf| leaf.bytes).max().unwrap_or_default();
        let sheets =
            u32::try_from(leaves.len()).map_err(|error| WorkshopFault::Worker(io::Error::other(error)))?;
        let mut worker = self.start(Job::Bind { sheets }, Stdio::piped(), largest)?;
        let input = worker.child.stdin.take();
        let input = input.ok_or_else(|| WorkshopFault::Worker(io::ErrorKind::BrokenPipe.into()))?;
        let feed = async {
            // What is wrong with a file shows on the other side, where its pieces do not come.
            if let Err(error) = feed(input, leaves).await {
                tracing::warn!(error = &error as &dyn std::error::Error, "a sheet could not be bound");
            }
            // The worker ends by itself, and with it the other side.
            std::future::pending::<()>().await;
        };
        let fetch = async {
            loop {
                let piece = match worker.piece().await {
                    Ok(Some(piece)) => Ok(piece),
                    Ok(None) => return,
                    Err(error) => Err(error),
                };
                let over = piece.is_err();
                let sent = pieces.send_timeout(piece, PATIENCE).await;
                if over || sent.is_err() {
                    return;
                }
            }
        };
        tokio::select! {
            () = feed => {}
            () = fetch => {}
        }
        Ok(())
    }
}

async fn feed(mut input: ChildStdin, leaves: Vec<Leaf>) -> io::Result<()> {
    for Leaf { label, file, bytes } in leaves {
        let label = cut(&label);
        input.write_u32_le(u32::try_from(label.len()).unwrap_or_default()).await?;
        input.write_all(label.as_bytes()).await?;
        input.write_u64_le(bytes).await?;
        copy(&file, bytes, &mut input).await?;
    }
    input.shutdown().await
}

async fn copy(file: &Path, bytes: u64, input: &mut ChildStdin) -> io::Result<()> {
    let copied = tokio::io::copy(&mut File::open(file).await?.take(bytes), input).await?;
    if copied == bytes { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

/// As much of a label as fits.
fn cut(label: &str) -> &str {
    let mut end = label.len().min(usize::try_from(MAX_LABEL).unwrap_or(usize::MAX));
    while !label.is_char_boundary(end) {
        end -= 1;
    }
    label.get(..end).unwrap_or_default()
}

impl super::Worker {
    /// The next piece of a bound file; `None` where all of it has come.
    async fn piece(&mut self) -> io::Result<Option<Vec<u8>>> {
        let length = usize::try_from(self.frames.read_u32_le().await?).map_err(io::Error::other)?;
        if length == 0 {
            return Ok(None);
        }
        if length > PIECE {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let mut piece = vec![0; length];
        self.frames.read_exact(&mut piece).await?;
        Ok(Some(piece))
    }
}
