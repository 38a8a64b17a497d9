//! Which resources a page uses, by the names in its content.
//!
//! It only collects names; what is copied is decided by [`super`].

use std::collections::HashSet;

use hayro_syntax::object::{Dict, Name, Stream};
use hayro_syntax::page::Resources;

/// Forms without resources of their own draw with the page's: what they name counts as used.
pub(super) fn names_of_nested_forms(resources: &Resources<'_>, used: &mut HashSet<Vec<u8>>) {
    let mut looked_at: HashSet<Vec<u8>> = HashSet::new();
    loop {
        let fresh: Vec<Name<'_>> = resources
            .x_objects
            .keys()
            .filter(|key| {
                let key = key.as_ref() as &[u8];
                used.contains(key) && !looked_at.contains(key)
            })
            .collect();
        if fresh.is_empty() {
            return;
        }
        for key in fresh {
            looked_at.insert(key.as_ref().to_vec());
            if let Some(form) = resources.x_objects.get::<Stream<'_>>(&key)
                && is_form(form.dict())
                && !form.dict().contains_key(b"Resources")
                && let Ok(content) = form.decoded_data()
            {
                names_in(&content, used);
            }
        }
    }
}

fn is_form(dict: &Dict<'_>) -> bool {
    dict.get::<Name<'_>>(b"Subtype").is_some_and(|kind| kind.as_ref() as &[u8] == b"Form")
}

/// Collects everything that looks like a name in a content stream.
///
/// Deliberately no parser: names inside strings or image data only make the set larger, and a resource more is kept;
/// a parser that stops early would lose one.
pub(super) fn names_in(content: &[u8], names: &mut HashSet<Vec<u8>>) {
    let mut rest = content;
    while let Some(at) = rest.iter().position(|&byte| byte == b'/') {
        rest = rest.get(at + 1..).unwrap_or_default();
        let end = rest
            .iter()
            .position(|byte| byte.is_ascii_whitespace() || b"\0/%()<>[]{}".contains(byte))
            .unwrap_or(rest.len());
        let (raw, after) = rest.split_at(end);
        if !names.contains(raw) {
            names.insert(unescaped(raw));
        }
        rest = after;
    }
}

fn unescaped(raw: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(raw.len());
    let mut bytes = raw.iter().copied();
    while let Some(byte) = bytes.next() {
        let hex = |byte: u8| char::from(byte).to_digit(16).and_then(|d| u8::try_from(d).ok());
        let mut ahead = bytes.clone();
        if byte == b'#'
            && let (Some(high), Some(low)) = (ahead.next().and_then(hex), ahead.next().and_then(hex))
        {
            plain.push(high << 4 | low);
            bytes = ahead;
        } else {
            plain.push(byte);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_wherever_they_stand() {
        let mut names = HashSet::new();
        names_in(b"q /Im1 Do Q BT /F#31 9 Tf(x)Tj ET /P/MC0 BDC BI/CS/Cs5 ID", &mut names);
        for name in ["Im1", "F1", "P", "MC0", "CS", "Cs5"] {
            assert!(names.contains(name.as_bytes()), "{name}");
        }
    }
}
