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
            offsets: Vec::new(),
            limit: usize::try_from(limit).unwrap_or(usize::MAX),
        }
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

    /// Ends the file with its cross-reference table and returns it.
    pub(crate) fn finish(mut self, root: usize) -> Vec<u8> {
        let start = self.bytes.len();
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
        let here = self.bytes.len();
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
    fn the_limit_holds() {
        let mut out = PdfOut::new(1_000);
        let first = out.number();
        assert_eq!(out.stream(first, b"", &[0; 2_000]), Err(OutputFull));
        assert_eq!(out.stream(first, b"", &[0; 200]), Ok(()));
    }
}
