//! Writes PDF syntax: names, strings, numbers, objects, the cross-reference table.
//!
//! The same calls give the same bytes: no date, no identifier, no random order. It knows nothing about pages; [`crate::draw`]
//! and the splitter decide what is written.

use std::io::Write as _;

/// The file would grow past its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OutputFull;

/// A PDF file being written, object by object.
#[derive(Debug)]
pub(crate) struct PdfOut {
    bytes: Vec<u8>,
    /// Bytes that were handed on already ([`PdfOut::drain`]).
    before: usize,
    /// Byte offset by object number; `None` for numbers given out and not written (yet). Entry 0 is object 1.
    offsets: Vec<Option<usize>>,
    limit: usize,
}

impl PdfOut {
    /// Begins a file that may grow to `limit` bytes.
    pub(crate) fn new(limit: u64) -> Self {
        Self {
            // The comment of bytes above 127 tells transfer programs that the file is binary (ISO 32000-1, 7.5.2).
            bytes: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec(),
            before: 0,
            offsets: Vec::new(),
            limit: usize::try_from(limit).unwrap_or(usize::MAX),
        }
    }

    /// Hands on what was written so far, to make room: the limit is one of what is held at a time.
    pub(crate) fn drain(&mut self) -> Vec<u8> {
        self.before = self.before.saturating_add(self.bytes.len());
        std::mem::take(&mut self.bytes)
    }

    /// From here on a file may be of any size.
    pub(crate) const fn lift_limit(&mut self) {
        self.limit = usize::MAX;
    }

    /// Gives out the next object number.
    pub(crate) fn number(&mut self) -> usize {
        self.offsets.push(None);
        self.offsets.len()
    }

    /// Writes an object whose body is already PDF syntax.
    pub(crate) fn object(&mut self, number: usize, body: &[u8]) -> Result<(), OutputFull> {
        self.begin(number, body.len())?;
        self.bytes.extend_from_slice(body);
        self.bytes.extend_from_slice(b"\nendobj\n");
        Ok(())
    }

    /// Writes a stream; `entries` are its dictionary entries without `/Length` and without the brackets.
    pub(crate) fn stream(&mut self, number: usize, entries: &[u8], data: &[u8]) -> Result<(), OutputFull> {
        self.begin(number, entries.len().saturating_add(data.len()))?;
        self.bytes.extend_from_slice(b"<<");
        self.bytes.extend_from_slice(entries);
        self.text(&format!("/Length {}>>\nstream\n", data.len()));
        self.bytes.extend_from_slice(data);
        self.bytes.extend_from_slice(b"\nendstream\nendobj\n");
        Ok(())
    }

    /// Ends the file with its cross-reference table and returns what was not handed on yet.
    pub(crate) fn finish(mut self, root: usize) -> Vec<u8> {
        let start = self.before.saturating_add(self.bytes.len());
        let size = self.offsets.len() + 1;
        self.text(&format!("xref\n0 {size}\n0000000000 65535 f \n"));
        for offset in std::mem::take(&mut self.offsets) {
            let line = match offset {
                Some(offset) => format!("{offset:010} 00000 n \n"),
                None => "0000000000 65535 f \n".to_owned(),
            };
            self.text(&line);
        }
        self.text(&format!("trailer\n<</Size {size}/Root {root} 0 R>>\nstartxref\n{start}\n%%EOF\n"));
        self.bytes
    }

    fn begin(&mut self, number: usize, more: usize) -> Result<(), OutputFull> {
        // Room for the object's own frame and its line in the table.
        if self.bytes.len().saturating_add(more).saturating_add(128) > self.limit {
            return Err(OutputFull);
        }
        let here = self.before.saturating_add(self.bytes.len());
        if let Some(offset) = number.checked_sub(1).and_then(|index| self.offsets.get_mut(index)) {
            *offset = Some(here);
        }
        self.text(&format!("{number} 0 obj\n"));
        Ok(())
    }

    fn text(&mut self, text: &str) {
        self.bytes.extend_from_slice(text.as_bytes());
    }
}

/// Writes a name with its solidus; bytes that are not regular characters are escaped.
pub(crate) fn name(out: &mut Vec<u8>, name: &[u8]) {
    out.push(b'/');
    for &byte in name {
        if byte.is_ascii_graphic() && !b"#/%()<>[]{}".contains(&byte) {
            out.push(byte);
        } else {
            write_into(out, format_args!("#{byte:02X}"));
        }
    }
}

/// Writes a string in parentheses.
pub(crate) fn string(out: &mut Vec<u8>, string: &[u8]) {
    out.push(b'(');
    for &byte in string {
        match byte {
            b'(' | b')' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
            // A bare line end inside a string would be read back as LF whatever it was.
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\n' => out.extend_from_slice(b"\\n"),
            _ => out.push(byte),
        }
    }
    out.push(b')');
}

/// Writes a text for people: as it is where it is plain, else as UTF-16 with its mark (ISO 32000-1, 7.9.2.2).
pub(crate) fn text(out: &mut Vec<u8>, text: &str) {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return string(out, text.as_bytes());
    }
    let units = text.encode_utf16().flat_map(u16::to_be_bytes);
    let bytes: Vec<u8> = [0xFE, 0xFF].into_iter().chain(units).collect();
    string(out, &bytes);
}

/// Writes a number without exponent, whole ones without a point.
pub(crate) fn number(out: &mut Vec<u8>, number: f64) {
    if !number.is_finite() {
        out.push(b'0');
    } else if number.fract() == 0.0 && number.abs() < 9e15 {
        write_into(out, format_args!("{number:.0}"));
    } else {
        write_into(out, format_args!("{number}"));
    }
}

/// Writes formatted text.
pub(crate) fn write_into(out: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    // Writing into a vector cannot fail; memory running out ends the process before an error could be returned.
    let _never_fails = out.write_fmt(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_strings_are_escaped() {
        let mut out = Vec::new();
        name(&mut out, b"A B#(");
        string(&mut out, b"a(b)\\\r\n");
        number(&mut out, -0.5);
        out.push(b' ');
        number(&mut out, 1e12);
        assert_eq!(String::from_utf8(out).unwrap(), "/A#20B#23#28(a\\(b\\)\\\\\\r\\n)-0.5 1000000000000");
    }

    #[test]
    fn a_file_handed_on_in_pieces_is_the_same() {
        let write = |drain: bool| {
            let (mut out, mut whole) = (PdfOut::new(1_000), vec![]);
            let [root, tree] = [out.number(), out.number()];
            for (number, body) in
                [(tree, "<</Type/Pages/Count 0/Kids[]>>"), (root, "<</Type/Catalog/Pages 2 0 R>>")]
            {
                out.object(number, body.as_bytes()).unwrap();
                if drain {
                    whole.extend(out.drain());
                }
            }
            whole.extend(out.finish(root));
            whole
        };
        assert_eq!(write(true), write(false));
    }

    #[test]
    fn texts_say_how_they_are_written() {
        let mut out = Vec::new();
        text(&mut out, "A-101 (Roof)");
        text(&mut out, "Ø");
        assert_eq!(out, b"(A-101 \\(Roof\\))(\xfe\xff\x00\xd8)");
    }

    #[test]
    fn the_limit_holds() {
        let mut out = PdfOut::new(1_000);
        let first = out.number();
        assert_eq!(out.stream(first, b"", &[0; 2_000]), Err(OutputFull));
        assert_eq!(out.stream(first, b"", &[0; 200]), Ok(()));
    }
}
