//! Small PDF files made by hand, for what the drawing module does not make.

use std::fmt::Write as _;

/// Writes numbered objects (from 1; object 1 is the catalog) into a file with a right cross-reference table.
pub(crate) fn file(objects: &[String], trailer: &str) -> Vec<u8> {
    let mut pdf = String::from("%PDF-1.7\n");
    let mut offsets = Vec::new();
    for (index, body) in objects.iter().enumerate() {
        offsets.push(pdf.len());
        write!(pdf, "{} 0 obj\n{body}\nendobj\n", index + 1).unwrap();
    }
    let start = pdf.len();
    write!(pdf, "xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).unwrap();
    for offset in offsets {
        writeln!(pdf, "{offset:010} 00000 n ").unwrap();
    }
    write!(pdf, "trailer\n<</Size {}/Root 1 0 R{trailer}>>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1)
        .unwrap();
    pdf.into_bytes()
}

/// A stream object.
pub(crate) fn stream(entries: &str, content: &str) -> String {
    format!("<<{entries}/Length {}>>\nstream\n{content}\nendstream", content.len())
}

/// A file whose pages have these page entries and contents; one font, `/F1`.
pub(crate) fn pages(pages: &[(&str, &str)]) -> Vec<u8> {
    let kids: String = (0..pages.len()).map(|index| format!("{} 0 R ", 4 + 2 * index)).collect();
    let mut objects = vec![
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        format!("<</Type/Pages/Count {}/Kids[{kids}]>>", pages.len()),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>".to_owned(),
    ];
    for (index, (entries, content)) in pages.iter().enumerate() {
        objects.push(format!(
            "<</Type/Page/Parent 2 0 R/Resources<</Font<</F1 3 0 R>>>>/Contents {} 0 R{entries}>>",
            5 + 2 * index
        ));
        objects.push(stream("", content));
    }
    file(&objects, "")
}

/// A page of ordinary size with one line of text.
pub(crate) const LETTER: &str = "/MediaBox[0 0 612 792]";

/// Draws for minutes: strokes a long, dashed, self-crossing curve again and again.
pub(crate) fn endless() -> String {
    let mut content = String::from("0.01 w [0.02 0.02] 0 d\n");
    for line in 0..4_000 {
        writeln!(content, "{} 0 m {} 600 {} -600 600 {} c S", line % 600, line % 97, line % 89, line % 500)
            .unwrap();
    }
    content
}
