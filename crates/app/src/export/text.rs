//! Records as text: one JSON object or one line of CSV each.

use std::fmt::Write;

use sluice_store::export::Cell;

/// A string as JSON.
fn quoted(text: &str, into: &mut String) {
    into.push('"');
    for character in text.chars() {
        match character {
            '"' => into.push_str("\\\""),
            '\\' => into.push_str("\\\\"),
            '\n' => into.push_str("\\n"),
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => {
                // Writing to a string cannot fail.
                let _ = write!(into, "\\u{:04x}", u32::from(c));
            }
            c => into.push(c),
        }
    }
    into.push('"');
}

/// A record as a JSON object.
pub(super) fn json<'a>(fields: impl IntoIterator<Item = (&'a str, &'a Cell)>) -> String {
    let mut text = String::from("{");
    for (place, (name, cell)) in fields.into_iter().enumerate() {
        if place > 0 {
            text.push_str(", ");
        }
        quoted(name, &mut text);
        text.push_str(": ");
        match cell {
            Cell::Text(value) => quoted(value, &mut text),
            Cell::Nothing => text.push_str("null"),
            Cell::Real(value) if !value.is_finite() => text.push_str("null"),
            number => text.push_str(&plain(number)),
        }
    }
    text.push('}');
    text
}

/// A value as a cell of CSV, before it is quoted.
pub(super) fn plain(cell: &Cell) -> String {
    match cell {
        Cell::Nothing => String::new(),
        Cell::Text(value) => value.clone(),
        Cell::Whole(value) => value.to_string(),
        Cell::Real(value) => value.to_string(),
        Cell::Yes(value) => value.to_string(),
    }
}

/// Text within HTML.
pub(super) fn html(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            c => safe.push(c),
        }
    }
    safe
}

/// A path within the archive as a link: each part of it encoded (RFC 3986).
pub(super) fn link(path: &str) -> String {
    let mut encoded = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ppl_12_a_record_is_sound_json() {
        let cells = [
            ("title", Cell::Text("a \"b\" \\ c\n\u{7}\u{2028}ü".into())),
            ("page", Cell::Whole(-3)),
            ("sure", Cell::Real(0.5)),
            ("odd", Cell::Real(f64::NAN)),
            ("current", Cell::Yes(true)),
            ("deleted_at", Cell::Nothing),
        ];
        assert_eq!(
            json(cells.iter().map(|(name, cell)| (*name, cell))),
            r#"{"title": "a \"b\" \\ c\n\u0007\u2028ü", "page": -3, "sure": 0.5, "odd": null, "current": true, "deleted_at": null}"#
        );
    }

    #[test]
    fn ppl_12_a_link_leads_to_its_file() {
        assert_eq!(
            link("drawings/7 - 1_A_50% \"plan\" #2.pdf"),
            "drawings/7%20-%201_A_50%25%20%22plan%22%20%232.pdf"
        );
        assert_eq!(html("<b>\"&\""), "&lt;b&gt;&quot;&amp;&quot;");
    }
}
