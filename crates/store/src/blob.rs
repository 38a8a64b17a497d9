//! Blobs: bytes named by their SHA-256, in a folder; and what is derived from them.
//!
//! A blob is written to a staging file, synced, and moved to its name, so that a name never stands for half of it (`FLO-04`, `REL-01`).
//! Nothing here knows who may read: a caller asks for a hash that some record of its company refers to.

pub mod record;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sha2::Digest;
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt, SeekFrom};
use uuid::Uuid;

use crate::Result;

/// The name of a blob.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sha256(pub [u8; 32]);

impl Sha256 {
    /// Reads what `Display` wrote: 64 hexadecimal digits.
    pub fn from_hex(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        if text.len() != 2 * bytes.len() || !text.bytes().all(|c| c.is_ascii_hexdigit()) {
            return None;
        }
        for (place, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(text.get(2 * place..2 * place + 2)?, 16).ok()?;
        }
        Some(Self(bytes))
    }
}

impl std::fmt::Display for Sha256 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl std::fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sha256({self})")
    }
}

/// What is derived from a sheet and kept beside it; it can always be made again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Derived {
    /// All tiles of the deep-zoom picture in one file.
    Tiles,
    /// The small picture, WebP.
    Thumbnail,
    /// The words with their positions, JSON.
    Words,
}

impl Derived {
    const fn file_name(self) -> &'static str {
        match self {
            Self::Tiles => "tiles.pack",
            Self::Thumbnail => "thumbnail.webp",
            Self::Words => "words.json",
        }
    }
}

/// Counts up when what is derived changes its form; older ones are then made anew.
const RECIPE: &str = "r1";

/// Whether stored bytes are what their name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Soundness {
    /// They are.
    Sound,
    /// They are not, and how.
    Damaged(&'static str),
}

/// The folder of blobs.
#[derive(Debug, Clone)]
pub struct Blobs {
    root: PathBuf,
    written: Arc<Written>,
}

/// What this process has kept so far, for the operator.
#[derive(Debug, Default)]
struct Written {
    blobs: AtomicU64,
    bytes: AtomicU64,
}

impl Blobs {
    /// Opens a folder, creating what is missing.
    pub async fn open(root: PathBuf) -> Result<Self> {
        for part in ["sha256", &format!("derived/{RECIPE}"), "staging", "incoming", "exports"] {
            tokio::fs::create_dir_all(root.join(part)).await?;
        }
        // A new folder survives a power cut only when the one above it, which names it, is synced.
        for folder in [root.join("derived"), root.clone()] {
            File::open(folder).await?.sync_all().await?;
        }
        Ok(Self { root, written: Arc::default() })
    }

    /// Clears what a crash left in the staging folder; only for the one server on this folder, before it begins to work.
    pub async fn clear_staging(&self) -> Result<()> {
        let mut leftovers = tokio::fs::read_dir(self.root.join("staging")).await?;
        while let Some(entry) = leftovers.next_entry().await? {
            let path = entry.path();
            if path.is_dir() {
                tokio::fs::remove_dir_all(path).await?;
            } else {
                tokio::fs::remove_file(path).await?;
            }
        }
        Ok(())
    }

    /// The folder itself, for the operator.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A folder of one's own for work in progress; remove it when done. What a crash leaves is cleared at the next start.
    pub async fn staging(&self, name: Uuid) -> Result<PathBuf> {
        let folder = self.root.join("staging").join(name.to_string());
        tokio::fs::create_dir_all(&folder).await?;
        Ok(folder)
    }

    /// Where the bytes of an upload gather; kept over restarts (`DRW-01`).
    pub fn incoming(&self, file: Uuid) -> PathBuf {
        self.incoming_folder().join(file.to_string())
    }

    /// The folder of [`Blobs::incoming`].
    pub fn incoming_folder(&self) -> PathBuf {
        self.root.join("incoming")
    }

    /// The archive of an export; kept over restarts, until its time is over.
    pub fn export(&self, export: Uuid) -> PathBuf {
        self.root.join("exports").join(format!("{export}.zip"))
    }

    /// Gives a finished archive its name, so that the name never stands for half of it.
    pub async fn keep_export(&self, export: Uuid, part: &Path) -> Result<()> {
        move_durably(part, &self.export(export)).await
    }

    /// Removes the archive of an export, and what there is of one that was not finished.
    pub async fn discard_export(&self, export: Uuid) -> Result<()> {
        let archive = self.export(export);
        for file in [archive.with_extension("part"), archive] {
            match tokio::fs::remove_file(file).await {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        Ok(())
    }

    fn path(&self, sha256: Sha256) -> PathBuf {
        let hex = sha256.to_string();
        self.root.join("sha256").join(hex.get(..2).unwrap_or_default()).join(hex)
    }

    fn derived_path(&self, sha256: Sha256, what: Derived) -> PathBuf {
        let hex = sha256.to_string();
        self.root
            .join("derived")
            .join(RECIPE)
            .join(hex.get(..2).unwrap_or_default())
            .join(hex)
            .join(what.file_name())
    }

    /// Moves a finished file under its hash. Returns the hash and the size. The same bytes twice do the same work twice, so that no timing
    /// tells whether somebody else has them (`FLO-04`); and so bytes that were damaged are sound again.
    pub async fn keep(&self, file: &Path) -> Result<(Sha256, u64)> {
        let (sha256, size) = hash(file).await?;
        move_durably(file, &self.path(sha256)).await?;
        self.written.blobs.fetch_add(1, Ordering::Relaxed);
        self.written.bytes.fetch_add(size, Ordering::Relaxed);
        Ok((sha256, size))
    }

    /// Blobs and bytes that this process has kept so far.
    pub fn written(&self) -> (u64, u64) {
        (self.written.blobs.load(Ordering::Relaxed), self.written.bytes.load(Ordering::Relaxed))
    }

    /// Moves a finished derived file beside its blob.
    pub async fn keep_derived(&self, sha256: Sha256, what: Derived, file: &Path) -> Result<()> {
        move_durably(file, &self.derived_path(sha256, what)).await
    }

    /// Opens a blob.
    pub async fn open_blob(&self, sha256: Sha256) -> Result<File> {
        Ok(File::open(self.path(sha256)).await?)
    }

    /// The file of a blob, for a reader that wants a path.
    pub fn blob_path(&self, sha256: Sha256) -> PathBuf {
        self.path(sha256)
    }

    /// Compares stored bytes with their name. A folder that is gone as a whole is a fault of the machine and says nothing of single files.
    pub async fn check(&self, sha256: Sha256, byte_count: i64) -> Result<Soundness> {
        let file = self.path(sha256);
        let length = match tokio::fs::metadata(&file).await {
            Ok(metadata) => metadata.len(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                tokio::fs::metadata(self.root.join("sha256")).await?;
                return Ok(Soundness::Damaged("missing"));
            }
            Err(_) => return Ok(Soundness::Damaged("unreadable")),
        };
        if i64::try_from(length).is_ok_and(|length| length != byte_count) {
            return Ok(Soundness::Damaged("of another length"));
        }
        Ok(match hash(&file).await {
            Ok((found, _)) if found == sha256 => Soundness::Sound,
            Ok(_) => Soundness::Damaged("other bytes"),
            Err(_) => Soundness::Damaged("unreadable"),
        })
    }

    /// Opens a derived file.
    pub async fn open_derived(&self, sha256: Sha256, what: Derived) -> Result<File> {
        Ok(File::open(self.derived_path(sha256, what)).await?)
    }

    /// Reads a part of a derived file.
    pub async fn derived_part(
        &self,
        sha256: Sha256,
        what: Derived,
        offset: u64,
        length: usize,
    ) -> Result<Vec<u8>> {
        let mut file = self.open_derived(sha256, what).await?;
        file.seek(SeekFrom::Start(offset)).await?;
        let mut bytes = vec![0; length];
        file.read_exact(&mut bytes).await?;
        Ok(bytes)
    }
}

/// SHA-256 and size of a file, read in pieces.
pub async fn hash(file: &Path) -> Result<(Sha256, u64)> {
    let path = file.to_owned();
    let work = move || -> std::io::Result<(Sha256, u64)> {
        use std::io::Read;
        let mut file = std::fs::File::open(path)?;
        let mut hasher = sha2::Sha256::new();
        let mut buffer = vec![0_u8; 1 << 18];
        let mut size = 0_u64;
        loop {
            let read = file.read(&mut buffer)?;
            if read == 0 {
                return Ok((Sha256(hasher.finalize().into()), size));
            }
            size += read as u64;
            hasher.update(buffer.get(..read).unwrap_or_default());
        }
    };
    Ok(tokio::task::spawn_blocking(work).await.map_err(std::io::Error::other)??)
}

/// Syncs the file, moves it, syncs the folder: afterwards it survives a power cut under its new name.
async fn move_durably(from: &Path, to: &Path) -> Result<()> {
    let (from, to) = (from.to_owned(), to.to_owned());
    let work = move || -> std::io::Result<()> {
        let folder = to.parent().ok_or_else(|| std::io::Error::other("a blob has a folder"))?;
        std::fs::create_dir_all(folder)?;
        std::fs::File::open(&from)?.sync_all()?;
        std::fs::rename(&from, &to)?;
        // Up to the root of the store: a new folder is an entry in the one above it.
        for ancestor in folder.ancestors().take(3) {
            std::fs::File::open(ancestor)?.sync_all()?;
        }
        Ok(())
    };
    Ok(tokio::task::spawn_blocking(work).await.map_err(std::io::Error::other)??)
}
