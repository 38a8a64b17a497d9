//! The words of a sheet as they are kept beside its picture: `{"width":…,"height":…,"words":[{"text":…,"x":…,"y":…,"w":…,"h":…}]}`, in
//! points from the top left. Written and read here; nobody else writes this form.

use std::fmt::Write;

use sluice_pdf::Word;

/// Writes the words.
pub(crate) fn encode(width: f64, height: f64, words: &[Word]) -> String {
    let mut text = String::with_capacity(64 + words.len() * 90);
    // Writing to a string cannot fail.
    let _ = write!(text, "{{\"width\":{width:.2},\"height\":{height:.2},\"words\":[");
    for (place, word) in words.iter().enumerate() {
        text.push_str(if place == 0 { "{\"text\":\"" } else { ",{\"text\":\"" });
        for c in word.text.chars() {
            match c {
                '"' => text.push_str("\\\""),
                '\\' => text.push_str("\\\\"),
                c if c < ' ' => {
                    let _ = write!(text, "\\u{:04x}", u32::from(c));
                }
                c => text.push(c),
            }
        }
        let Word { x, y, width, height, size, angle, .. } = word;
        let _ = write!(
            text,
            "\",\"x\":{x:.2},\"y\":{y:.2},\"w\":{width:.2},\"h\":{height:.2},\"size\":{size:.2},\"angle\":{angle}}}"
        );
    }
    text.push_str("]}");
    text
}

/// Reads what [`encode`] wrote; a word that is not in its form ends the list.
pub(crate) fn decode(text: &str) -> Vec<Word> {
    const OPENING: &str = "{\"text\":\"";
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(place) = rest.find(OPENING) {
        let Some((word, behind)) = rest.get(place + OPENING.len()..).and_then(decode_word) else { break };
        words.push(word);
        rest = behind;
    }
    words
}

fn decode_word(text: &str) -> Option<(Word, &str)> {
    let mut word = String::new();
    let mut characters = text.char_indices();
    let end = loop {
        match characters.next()? {
            (at, '"') => break at,
            (_, '\\') => match characters.next()?.1 {
                'u' => {
                    let digits: String = characters.by_ref().take(4).map(|(_, c)| c).collect();
                    word.push(char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?);
                }
                c => word.push(c),
            },
            (_, c) => word.push(c),
        }
    };
    let (numbers, behind) = text.get(end + 1..)?.split_once('}')?;
    let mut values = numbers.split(',').filter_map(|pair| pair.split_once(':')).map(|(_, value)| value);
    let mut next = || values.next()?.parse::<f32>().ok();
    let (x, y, width, height, size) = (next()?, next()?, next()?, next()?, next()?);
    let angle = values.next()?.parse().ok()?;
    Some((Word { text: word, x, y, width, height, size, angle }, behind))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str, x: f32) -> Word {
        Word { text: text.into(), x, y: 20.5, width: 30.25, height: 8.0, size: 9.0, angle: 270 }
    }

    #[test]
    fn what_is_written_can_be_read() {
        let words = [
            word("A-101", 1.5),
            word("6\" {slab}", 0.0),
            word("back\\slash\u{1}", -3.25),
            word("Ø12,\"text\":\"", 7.0),
        ];
        let text = encode(2592.0, 1728.0, &words);
        assert!(
            text.starts_with(
                "{\"width\":2592.00,\"height\":1728.00,\"words\":[{\"text\":\"A-101\",\"x\":1.50,"
            ),
            "{text}"
        );
        assert_eq!(decode(&text), words);
        assert_eq!(decode(&encode(1.0, 1.0, &[])), []);
        assert_eq!(decode("{\"text\":\"cut"), []);
    }
}
