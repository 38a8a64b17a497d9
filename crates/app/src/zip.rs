//! The form of a zip archive (PKWARE APPNOTE 6.3, with its 64-bit forms): headers, the directory, the end. Who writes them where is not known
//! here. Deliberately absent: reading, encryption, splitting.

use std::io;

use jiff::civil::DateTime;

/// What a 32-bit field says whose value stands in the 64-bit form.
const ELSEWHERE: u32 = u32::MAX;

/// Names are UTF-8.
const UTF_8: u16 = 1 << 11;
/// Made on Unix, by version 4.5 of the format: a reader then takes the permissions below.
const MADE_BY: u16 = 3 * 256 + 45;
/// An ordinary file that everybody reads.
const PERMISSIONS: u32 = 0o100_644 << 16;

/// Date and time as MS-DOS wrote them, to two seconds, from 1980 on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stamp {
    date: u16,
    time: u16,
}

impl Stamp {
    /// Of a date and time.
    pub(crate) fn of(at: DateTime) -> Self {
        let part = |number: i8| u16::from(number.unsigned_abs());
        let year = u16::try_from((at.year() - 1980).clamp(0, 127)).unwrap_or_default();
        let date = year << 9 | part(at.month()) << 5 | part(at.day());
        let time = part(at.hour()) << 11 | part(at.minute()) << 5 | (part(at.second()) / 2);
        Self { date, time }
    }
}

fn narrow(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(ELSEWHERE)
}

/// Whether an entry of this size needs the 64-bit form.
pub(crate) fn is_wide(size: u64) -> bool {
    narrow(size) == ELSEWHERE
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

const fn needs(wide: bool) -> u16 {
    if wide { 45 } else { 20 }
}

fn length(name: &str) -> io::Result<u16> {
    u16::try_from(name.len()).map_err(|_| io::Error::other("the name of an entry is too long"))
}

/// An entry of an archive.
#[derive(Debug, Clone, Default)]
pub(crate) struct Entry {
    /// Its path.
    pub(crate) name: String,
    /// Deflated; else its bytes stand as they are.
    pub(crate) packed: bool,
    /// Its header has room for 64-bit sizes.
    pub(crate) wide: bool,
    /// Checksum of its bytes.
    pub(crate) crc: u32,
    /// How many they are …
    pub(crate) size: u64,
    /// … and how many in the archive.
    pub(crate) packed_size: u64,
    /// Where in the archive its header stands.
    pub(crate) header_at: u64,
}

impl Entry {
    const fn method(&self) -> u16 {
        if self.packed { 8 } else { 0 }
    }

    /// What stands before its bytes; as long for numbers that are not known yet.
    pub(crate) fn header(&self, stamp: Stamp) -> io::Result<Vec<u8>> {
        let shown = |number| if self.wide { ELSEWHERE } else { narrow(number) };
        let mut sizes = Fields::default();
        if self.wide {
            sizes = sizes.u16(1).u16(16).u64(self.size).u64(self.packed_size);
        }
        Ok(Fields::default()
            .u32(0x0403_4b50)
            .u16(needs(self.wide))
            .u16(UTF_8)
            .u16(self.method())
            .u16(stamp.time)
            .u16(stamp.date)
            .u32(self.crc)
            .u32(shown(self.packed_size))
            .u32(shown(self.size))
            .u16(length(&self.name)?)
            .u16(if self.wide { 20 } else { 0 })
            .bytes(self.name.as_bytes())
            .bytes(&sizes.0)
            .0)
    }

    /// What stands of it in the directory.
    pub(crate) fn record(&self, stamp: Stamp) -> io::Result<Vec<u8>> {
        let large = [self.size, self.packed_size, self.header_at].into_iter().filter(|n| is_wide(*n));
        let mut extra = Fields::default();
        for number in large {
            extra = extra.u64(number);
        }
        if !extra.0.is_empty() {
            let count = u16::try_from(extra.0.len()).map_err(io::Error::other)?;
            extra = Fields::default().u16(1).u16(count).bytes(&extra.0);
        }
        Ok(Fields::default()
            .u32(0x0201_4b50)
            .u16(MADE_BY)
            .u16(needs(self.wide || !extra.0.is_empty()))
            .u16(UTF_8)
            .u16(self.method())
            .u16(stamp.time)
            .u16(stamp.date)
            .u32(self.crc)
            .u32(narrow(self.packed_size))
            .u32(narrow(self.size))
            .u16(length(&self.name)?)
            .u16(u16::try_from(extra.0.len()).map_err(io::Error::other)?)
            // No comment; on the first disk; nothing said of the content.
            .u16(0)
            .u16(0)
            .u16(0)
            .u32(PERMISSIONS)
            .u32(narrow(self.header_at))
            .bytes(self.name.as_bytes())
            .bytes(&extra.0)
            .0)
    }
}

/// What stands behind the directory: how many entries it has, where it begins, its size.
pub(crate) fn ending(entries: u64, begins: u64, size: u64) -> Vec<u8> {
    let count = u16::try_from(entries).unwrap_or(u16::MAX);
    let mut end = Fields::default();
    if count == u16::MAX || is_wide(size) || is_wide(begins) {
        end = end
            .u32(0x0606_4b50)
            .u64(44)
            .u16(MADE_BY)
            .u16(45)
            .u32(0)
            .u32(0)
            .u64(entries)
            .u64(entries)
            .u64(size)
            .u64(begins)
            // Where the record above is: on the first of one disk.
            .u32(0x0706_4b50)
            .u32(0)
            .u64(begins + size)
            .u32(1);
    }
    end.u32(0x0605_4b50).u16(0).u16(0).u16(count).u16(count).u32(narrow(size)).u32(narrow(begins)).u16(0).0
}
