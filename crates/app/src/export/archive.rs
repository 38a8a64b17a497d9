//! The archive as the use case writes it: entries one after the other, each with its hash, by a thread that may wait for the disk.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use jiff::civil::DateTime;
use sha2::Digest;
use sluice_store::Sha256;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::zip::{Scratch, Zip};
use crate::{Error, Result};

/// Pieces of text that wait for the disk at most.
const PIECES: usize = 16;

/// Bytes copied at a time.
const CHUNK: usize = 1 << 18;

/// The list of all entries' hashes, as `sha256sum -c` reads it.
pub(super) const MANIFEST: &str = "manifest.sha256";

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stored {
    /// It is in the archive.
    Whole,
    /// Its bytes are not there, or not what they were: it is not in the archive.
    Damaged,
}

enum Command {
    Text(String),
    Piece(Vec<u8>),
    File { name: String, from: PathBuf, expected: Option<Sha256>, answer: oneshot::Sender<Stored> },
    Finish,
}

/// An archive being written.
pub(super) struct Archive {
    commands: mpsc::Sender<Command>,
    thread: JoinHandle<io::Result<u64>>,
}

impl Archive {
    /// Begins an archive in a file.
    pub(super) fn create(path: &Path, at: DateTime) -> Self {
        let (commands, orders) = mpsc::channel(PIECES);
        let path = path.to_owned();
        let thread = tokio::task::spawn_blocking(move || Writer::create(&path, at)?.work(orders));
        Self { commands, thread }
    }

    /// Begins an entry of text; what was begun before ends.
    pub(super) async fn text(&mut self, name: &str) -> Result<()> {
        self.order(Command::Text(name.to_owned())).await
    }

    /// Writes a piece of it.
    pub(super) async fn piece(&mut self, text: impl Into<Vec<u8>>) -> Result<()> {
        self.order(Command::Piece(text.into())).await
    }

    /// Copies a file into an entry, if its bytes are what they are named.
    pub(super) async fn file(
        &mut self,
        name: &str,
        from: PathBuf,
        expected: Option<Sha256>,
    ) -> Result<Stored> {
        let (answer, answered) = oneshot::channel();
        self.order(Command::File { name: name.to_owned(), from, expected, answer }).await?;
        match answered.await {
            Ok(stored) => Ok(stored),
            Err(_) => Err(self.fault().await),
        }
    }

    /// Ends the archive: the manifest, the directory; answers its size. Then it is on the disk.
    pub(super) async fn finish(mut self) -> Result<u64> {
        self.order(Command::Finish).await?;
        self.thread.await.map_err(Error::fault)?.map_err(Error::fault)
    }

    async fn order(&mut self, command: Command) -> Result<()> {
        match self.commands.send(command).await {
            Ok(()) => Ok(()),
            Err(_) => Err(self.fault().await),
        }
    }

    /// Why the thread stopped.
    async fn fault(&mut self) -> Error {
        match (&mut self.thread).await {
            Ok(Err(error)) => Error::fault(error),
            Err(error) => Error::fault(error),
            Ok(Ok(_)) => Error::fault(io::Error::other("the archive was ended too early")),
        }
    }
}

struct Writer {
    zip: Zip,
    sums: Scratch,
    /// The entry that has begun, with the hash of its bytes so far.
    open: Option<(String, sha2::Sha256)>,
}

impl Writer {
    fn create(path: &Path, at: DateTime) -> io::Result<Self> {
        Ok(Self { zip: Zip::create(path, at)?, sums: Scratch::beside(path, "sums")?, open: None })
    }

    fn work(mut self, mut orders: mpsc::Receiver<Command>) -> io::Result<u64> {
        while let Some(command) = orders.blocking_recv() {
            match command {
                Command::Text(name) => {
                    self.end()?;
                    self.zip.begin_text(&name)?;
                    self.open = Some((name, sha2::Sha256::new()));
                }
                Command::Piece(bytes) => self.write(&bytes)?,
                Command::File { name, from, expected, answer } => {
                    self.end()?;
                    // Whoever asked may be gone; then so is the archive.
                    let _ = answer.send(self.copy(name, &from, expected)?);
                }
                Command::Finish => return self.finish(),
            }
        }
        Err(io::Error::other("the archive was given up"))
    }

    fn finish(mut self) -> io::Result<u64> {
        self.end()?;
        self.zip.begin_text(MANIFEST)?;
        let mut chunk = vec![0; CHUNK];
        let sums = self.sums.rewound()?;
        loop {
            let read = sums.read(&mut chunk)?;
            if read == 0 {
                break;
            }
            self.zip.write(chunk.get(..read).unwrap_or_default())?;
        }
        self.zip.end()?;
        self.zip.finish()
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if let Some((_, hash)) = &mut self.open {
            hash.update(bytes);
        }
        self.zip.write(bytes)
    }

    /// Ends the entry that has begun and notes its hash.
    fn end(&mut self) -> io::Result<()> {
        if let Some((name, hash)) = self.open.take() {
            self.zip.end()?;
            writeln!(self.sums, "{}  {name}", Sha256(hash.finalize().into()))?;
        }
        Ok(())
    }

    fn copy(&mut self, name: String, from: &Path, expected: Option<Sha256>) -> io::Result<Stored> {
        let mut file = match File::open(from) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Stored::Damaged),
            Err(error) => return Err(error),
        };
        self.zip.begin_file(&name, file.metadata()?.len())?;
        self.open = Some((name, sha2::Sha256::new()));
        let mut chunk = vec![0; CHUNK];
        loop {
            match file.read(&mut chunk) {
                Ok(0) => break,
                Ok(read) => self.write(chunk.get(..read).unwrap_or_default())?,
                // A bad place on the disk costs this file only.
                Err(error) => {
                    tracing::warn!(file = %from.display(), error = &error as &dyn std::error::Error, "a file could not be read for an export");
                    return self.leave_out();
                }
            }
        }
        let sound = match (&self.open, expected) {
            (Some((_, hash)), Some(expected)) => Sha256(hash.clone().finalize().into()) == expected,
            _ => true,
        };
        if !sound {
            return self.leave_out();
        }
        self.end()?;
        Ok(Stored::Whole)
    }

    fn leave_out(&mut self) -> io::Result<Stored> {
        self.open = None;
        self.zip.abandon()?;
        Ok(Stored::Damaged)
    }
}
