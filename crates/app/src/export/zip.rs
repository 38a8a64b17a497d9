//! Writes a zip archive to a file, entry after entry (PKWARE APPNOTE 6.3, with its 64-bit forms).
//!
//! Of an entry nothing stays in memory: the directory at the end gathers in a file beside the archive. So an archive may hold any number of
//! entries of any size. Deliberately absent: reading, encryption, splitting.

use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::DeflateEncoder;
use jiff::civil::DateTime;

/// What a 32-bit field says whose value stands in the 64-bit form.
const ELSEWHERE: u32 = u32::MAX;

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
    name: String,
    header_at: u64,
    data_at: u64,
    crc: crc32fast::Hasher,
    size: u64,
    encoder: Option<DeflateEncoder<Vec<u8>>>,
    /// Its header has room for 64-bit sizes.
    wide: bool,
}

/// An archive being written.
pub(super) struct Zip {
    out: BufWriter<File>,
    at: u64,
    directory: Scratch,
    entries: u64,
    stamp: (u16, u16),
    open: Option<Open>,
}

/// Date and time as MS-DOS wrote them, to two seconds, from 1980 on.
fn stamp(at: DateTime) -> (u16, u16) {
    let part = |number: i8| u16::from(number.unsigned_abs());
    let year = u16::try_from((at.year() - 1980).clamp(0, 127)).unwrap_or_default();
    let date = year << 9 | part(at.month()) << 5 | part(at.day());
    let time = part(at.hour()) << 11 | part(at.minute()) << 5 | (part(at.second()) / 2);
    (date, time)
}

fn narrow(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(ELSEWHERE)
}

/// Little-endian fields, one after the other.
#[derive(Default)]
struct Fields(Vec<u8>);

impl Fields {
    fn u16(mut self, number: u16) -> Self {
        self.0.extend(number.to_le_bytes());
        self
    }

    fn u32(mut self, number: u32) -> Self {
        self.0.extend(number.to_le_bytes());
        self
    }

    fn u64(mut self, number: u64) -> Self {
        self.0.extend(number.to_le_bytes());
        self
    }

    fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.extend(bytes);
        self
    }
}

/// Names are UTF-8.
const UTF_8: u16 = 1 << 11;
/// Made on Unix, by version 4.5 of the format: a reader then takes the permissions below.
const MADE_BY: u16 = 3 * 256 + 45;
/// An ordinary file that everybody reads.
const PERMISSIONS: u32 = 0o100_644 << 16;

const fn needs(wide: bool) -> u16 {
    if wide { 45 } else { 20 }
}

fn length(name: &str) -> io::Result<u16> {
    u16::try_from(name.len()).map_err(|_| io::Error::other("the name of an entry is too long"))
}

impl Zip {
    /// Begins an archive in a file; its entries are dated `at`.
    pub(super) fn create(path: &Path, at: DateTime) -> io::Result<Self> {
        let out = BufWriter::with_capacity(1 << 18, File::create(path)?);
        let directory = Scratch::beside(path, "directory")?;
        Ok(Self { out, at: 0, directory, entries: 0, stamp: stamp(at), open: None })
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
        self.begin(name, None, size >= u64::from(ELSEWHERE))
    }

    fn begin(&mut self, name: &str, encoder: Option<DeflateEncoder<Vec<u8>>>, wide: bool) -> io::Result<()> {
        let header_at = self.at;
        let room = if wide { 20 } else { 0 };
        let size = if wide { ELSEWHERE } else { 0 };
        let header = Fields::default()
            .u32(0x0403_4b50)
            .u16(needs(wide))
            .u16(UTF_8)
            .u16(if encoder.is_some() { 8 } else { 0 })
            .u16(self.stamp.1)
            .u16(self.stamp.0)
            .u32(0)
            .u32(size)
            .u32(size)
            .u16(length(name)?)
            .u16(room)
            .bytes(name.as_bytes())
            .bytes(&vec![0; room.into()]);
        self.put(&header.0)?;
        self.open = Some(Open {
            name: name.to_owned(),
            header_at,
            data_at: self.at,
            crc: crc32fast::Hasher::new(),
            size: 0,
            encoder,
            wide,
        });
        Ok(())
    }

    /// Writes a part of the entry.
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let Some(open) = &mut self.open else { return Err(io::Error::other("no entry has begun")) };
        open.crc.update(bytes);
        open.size += bytes.len() as u64;
        let Some(encoder) = &mut open.encoder else { return self.put(bytes) };
        encoder.write_all(bytes)?;
        let packed = std::mem::take(encoder.get_mut());
        self.put(&packed)
    }

    /// Ends the entry: now its sizes are known, and its header is written again.
    pub(super) fn end(&mut self) -> io::Result<()> {
        let Some(mut open) = self.open.take() else { return Ok(()) };
        let method: u16 = if open.encoder.is_some() { 8 } else { 0 };
        if let Some(encoder) = open.encoder.take() {
            self.put(&encoder.finish()?)?;
        }
        let (packed, crc) = (self.at - open.data_at, open.crc.finalize());
        self.out.seek(SeekFrom::Start(open.header_at + 14))?;
        if open.wide {
            self.out.write_all(&Fields::default().u32(crc).0)?;
            self.out.seek(SeekFrom::Start(open.data_at - 20))?;
            self.out.write_all(&Fields::default().u16(1).u16(16).u64(open.size).u64(packed).0)?;
        } else {
            self.out.write_all(&Fields::default().u32(crc).u32(narrow(packed)).u32(narrow(open.size)).0)?;
        }
        self.out.seek(SeekFrom::Start(self.at))?;

        let large = [open.size, packed, open.header_at].into_iter().filter(|n| narrow(*n) == ELSEWHERE);
        let mut extra = Fields::default();
        for number in large {
            extra = extra.u64(number);
        }
        if !extra.0.is_empty() {
            let count = u16::try_from(extra.0.len()).map_err(io::Error::other)?;
            extra = Fields::default().u16(1).u16(count).bytes(&extra.0);
        }
        let record = Fields::default()
            .u32(0x0201_4b50)
            .u16(MADE_BY)
            .u16(needs(open.wide || !extra.0.is_empty()))
            .u16(UTF_8)
            .u16(method)
            .u16(self.stamp.1)
            .u16(self.stamp.0)
            .u32(crc)
            .u32(narrow(packed))
            .u32(narrow(open.size))
            .u16(length(&open.name)?)
            .u16(u16::try_from(extra.0.len()).map_err(io::Error::other)?)
            // No comment; on the first disk; nothing said of the content.
            .u16(0)
            .u16(0)
            .u16(0)
            .u32(PERMISSIONS)
            .u32(narrow(open.header_at))
            .bytes(open.name.as_bytes())
            .bytes(&extra.0);
        self.directory.write_all(&record.0)?;
        self.entries += 1;
        Ok(())
    }

    /// Takes the entry that has begun out again, as if it had never been.
    pub(super) fn abandon(&mut self) -> io::Result<()> {
        if let Some(open) = self.open.take() {
            self.at = open.header_at;
            self.out.seek(SeekFrom::Start(self.at))?;
        }
        Ok(())
    }

    /// Writes the directory and brings everything to the disk; answers the archive's size.
    pub(super) fn finish(mut self) -> io::Result<u64> {
        self.end()?;
        let begins = self.at;
        self.at += io::copy(self.directory.rewound()?, &mut self.out)?;
        let (size, ends) = (self.at - begins, self.at);
        let count = u16::try_from(self.entries).unwrap_or(u16::MAX);
        if count == u16::MAX || narrow(size) == ELSEWHERE || narrow(begins) == ELSEWHERE {
            let wide = Fields::default()
                .u32(0x0606_4b50)
                .u64(44)
                .u16(MADE_BY)
                .u16(45)
                .u32(0)
                .u32(0)
                .u64(self.entries)
                .u64(self.entries)
                .u64(size)
                .u64(begins)
                // Where the record above is: on the first of one disk.
                .u32(0x0706_4b50)
                .u32(0)
                .u64(ends)
                .u32(1);
            self.put(&wide.0)?;
        }
        let end = Fields::default()
            .u32(0x0605_4b50)
            .u16(0)
            .u16(0)
            .u16(count)
            .u16(count)
            .u32(narrow(size))
            .u32(narrow(begins))
            .u16(0);
        self.put(&end.0)?;
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
