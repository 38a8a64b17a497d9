//! Writes a zip archive to a file, entry after entry.
//!
//! Of an entry nothing stays in memory: the directory at the end gathers in a file beside the archive. So an archive may hold any number of
//! entries of any size. Deliberately absent: reading, encryption, splitting.

use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::DeflateEncoder;
use jiff::civil::DateTime;

use crate::zip::{Entry, Stamp, ending, is_wide};

/// A file beside the archive, gone with the value.
#[derive(Debug)]
pub(super) struct Scratch {
    path: PathBuf,
    file: BufWriter<File>,
}

impl Scratch {
    /// Makes one; what an earlier try left is overwritten.
    pub(super) fn beside(archive: &Path, what: &str) -> io::Result<Self> {
        let mut name = archive.as_os_str().to_owned();
        name.push(format!(".{what}"));
        let path = PathBuf::from(name);
        let file = File::options().read(true).write(true).create(true).truncate(true).open(&path)?;
        Ok(Self { path, file: BufWriter::new(file) })
    }

    /// The file, from its beginning, for reading.
    pub(super) fn rewound(&mut self) -> io::Result<&mut File> {
        self.file.flush()?;
        let file = self.file.get_mut();
        file.seek(SeekFrom::Start(0))?;
        Ok(file)
    }
}

impl Write for Scratch {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What stays is overwritten by the next try.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// The entry that is being written.
struct Open {
    entry: Entry,
    data_at: u64,
    crc: crc32fast::Hasher,
    encoder: Option<DeflateEncoder<Vec<u8>>>,
}

/// An archive being written.
pub(super) struct Zip {
    out: BufWriter<File>,
    at: u64,
    directory: Scratch,
    entries: u64,
    stamp: Stamp,
    open: Option<Open>,
}

impl Zip {
    /// Begins an archive in a file; its entries are dated `at`.
    pub(super) fn create(path: &Path, at: DateTime) -> io::Result<Self> {
        let out = BufWriter::with_capacity(1 << 18, File::create(path)?);
        let directory = Scratch::beside(path, "directory")?;
        Ok(Self { out, at: 0, directory, entries: 0, stamp: Stamp::of(at), open: None })
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.write_all(bytes)?;
        self.at += bytes.len() as u64;
        Ok(())
    }

    /// Begins an entry whose size is not known yet: text, packed.
    pub(super) fn begin_text(&mut self, name: &str) -> io::Result<()> {
        self.begin(name, Some(DeflateEncoder::new(vec![], Compression::default())), true)
    }

    /// Begins an entry of a known size whose bytes are packed already, as those of a PDF are.
    pub(super) fn begin_file(&mut self, name: &str, size: u64) -> io::Result<()> {
        self.begin(name, None, is_wide(size))
    }

    fn begin(&mut self, name: &str, encoder: Option<DeflateEncoder<Vec<u8>>>, wide: bool) -> io::Result<()> {
        let packed = encoder.is_some();
        let entry = Entry { name: name.to_owned(), packed, wide, header_at: self.at, ..Entry::default() };
        // Written again when its numbers are known.
        self.put(&entry.header(self.stamp)?)?;
        self.open = Some(Open { entry, data_at: self.at, crc: crc32fast::Hasher::new(), encoder });
        Ok(())
    }

    /// Writes a part of the entry.
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let Some(open) = &mut self.open else { return Err(io::Error::other("no entry has begun")) };
        open.crc.update(bytes);
        open.entry.size += bytes.len() as u64;
        let Some(encoder) = &mut open.encoder else { return self.put(bytes) };
        encoder.write_all(bytes)?;
        let packed = std::mem::take(encoder.get_mut());
        self.put(&packed)
    }

    /// Ends the entry: now its sizes are known, and its header is written again.
    pub(super) fn end(&mut self) -> io::Result<()> {
        let Some(mut open) = self.open.take() else { return Ok(()) };
        if let Some(encoder) = open.encoder.take() {
            self.put(&encoder.finish()?)?;
        }
        let mut entry = open.entry;
        (entry.packed_size, entry.crc) = (self.at - open.data_at, open.crc.finalize());
        self.out.seek(SeekFrom::Start(entry.header_at))?;
        self.out.write_all(&entry.header(self.stamp)?)?;
        self.out.seek(SeekFrom::Start(self.at))?;
        self.directory.write_all(&entry.record(self.stamp)?)?;
        self.entries += 1;
        Ok(())
    }

    /// Takes the entry that has begun out again, as if it had never been.
    pub(super) fn abandon(&mut self) -> io::Result<()> {
        if let Some(open) = self.open.take() {
            self.at = open.entry.header_at;
            self.out.seek(SeekFrom::Start(self.at))?;
        }
        Ok(())
    }

    /// Writes the directory and brings everything to the disk; answers the archive's size.
    pub(super) fn finish(mut self) -> io::Result<u64> {
        self.end()?;
        let begins = self.at;
        self.at += io::copy(self.directory.rewound()?, &mut self.out)?;
        self.put(&ending(self.entries, begins, self.at - begins))?;
        self.out.flush()?;
        let file = self.out.get_mut();
        // An entry taken out at the end may have left bytes behind.
        file.set_len(self.at)?;
        file.sync_all()?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn at() -> DateTime {
        jiff::civil::datetime(2026, 3, 2, 8, 30, 14, 0)
    }

    fn read(path: &Path) -> zip::ZipArchive<File> {
        zip::ZipArchive::new(File::open(path).unwrap()).unwrap()
    }

    fn text(archive: &mut zip::ZipArchive<File>, name: &str) -> String {
        let mut text = String::new();
        archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn ppl_12_others_read_what_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.zip");
        let mut zip = Zip::create(&path, at()).unwrap();
        zip.begin_text("records/ä.json").unwrap();
        for _ in 0..10_000 {
            zip.write(b"{\"number\": \"A-101\"}\n").unwrap();
        }
        zip.end().unwrap();
        zip.begin_file("left out.pdf", 3).unwrap();
        zip.write(b"not whole, and longer than the rest").unwrap();
        zip.abandon().unwrap();
        zip.begin_file("drawings/A-101.pdf", 4).unwrap();
        zip.write(b"%PDF").unwrap();
        zip.end().unwrap();
        zip.begin_text("empty.csv").unwrap();
        zip.end().unwrap();
        zip.begin_file("left out too.pdf", 3).unwrap();
        zip.write(&vec![7; 100_000]).unwrap();
        zip.abandon().unwrap();
        let size = zip.finish().unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().len(), size);
        assert!(size < 10_000, "text is packed: {size}");
        assert!(!folder.path().join("a.zip.directory").exists());

        let mut archive = read(&path);
        let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
        assert_eq!(names, ["records/ä.json", "drawings/A-101.pdf", "empty.csv"]);
        assert_eq!(text(&mut archive, "records/ä.json").lines().count(), 10_000);
        assert_eq!(text(&mut archive, "drawings/A-101.pdf"), "%PDF");
        assert_eq!(text(&mut archive, "empty.csv"), "");
        let dated = archive.by_name("empty.csv").unwrap().last_modified().unwrap();
        assert_eq!(
            (dated.year(), dated.month(), dated.day(), dated.hour(), dated.minute(), dated.second()),
            (2026, 3, 2, 8, 30, 14)
        );
    }

    #[test]
    fn ppl_12_more_entries_than_sixteen_bits_count() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("many.zip");
        let mut zip = Zip::create(&path, at()).unwrap();
        for place in 0..70_000 {
            zip.begin_file(&format!("{place}.pdf"), 1).unwrap();
            zip.write(b"x").unwrap();
            zip.end().unwrap();
        }
        zip.finish().unwrap();
        let mut archive = read(&path);
        assert_eq!(archive.len(), 70_000);
        assert_eq!(text(&mut archive, "69999.pdf"), "x");
    }

    #[test]
    fn ppl_12_entries_beyond_four_gibibytes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("large.zip");
        let mut zip = Zip::create(&path, at()).unwrap();
        // A hole that takes no room on the disk stands for what would be there.
        zip.at = 5 << 30;
        zip.out.seek(SeekFrom::Start(zip.at)).unwrap();
        zip.begin_text("far.json").unwrap();
        zip.write(b"[]").unwrap();
        zip.end().unwrap();
        zip.begin_file("far.pdf", 4).unwrap();
        zip.write(b"%PDF").unwrap();
        zip.end().unwrap();
        zip.finish().unwrap();
        let mut archive = read(&path);
        assert_eq!(
            (text(&mut archive, "far.json"), text(&mut archive, "far.pdf")),
            ("[]".into(), "%PDF".into())
        );
    }
}
