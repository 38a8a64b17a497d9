//! Names of files as they are shown: what a browser or a script sends is only text, and never a path.

/// Longest name kept, characters.
const NAME_MAX: usize = 200;

/// The last part of a path, without control characters and without marks that turn the direction of writing around.
pub(crate) fn shown(raw: &str) -> String {
    let turns = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    let last = raw.rsplit(['/', '\\']).find(|part| !part.trim().is_empty()).unwrap_or_default();
    let clean: String = last.chars().filter(|c| !c.is_control() && !turns(*c)).take(NAME_MAX).collect();
    let clean = clean.trim();
    // `..` is a folder, not a name.
    if clean.chars().all(|c| c == '.') { "drawings.pdf".into() } else { clean.to_owned() }
}

/// A name under which a sheet is saved: what no file system takes becomes `-` (`7 / 1` is a real sheet number).
pub(crate) fn saved(number: &str, revision: &str, title: &str) -> String {
    let part = |text: &str| {
        let sound: String = text
            .chars()
            .map(|c| match c {
                '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' | ';' | '%' => '-',
                c if c.is_control() => '-',
                c => c,
            })
            .take(80)
            .collect();
        sound.trim().trim_matches('.').to_owned()
    };
    let parts = [part(number), part(revision), part(title)];
    let name = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("_");
    format!("{name}.pdf")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_no_name() {
        for (raw, expected) in [
            ("../../etc/passwd", "passwd"),
            ("C:\\plans\\A-101.pdf", "A-101.pdf"),
            ("..", "drawings.pdf"),
            ("", "drawings.pdf"),
            ("a\u{0}\r\nb.pdf", "ab.pdf"),
            ("fdp.\u{202e}exe", "fdp.exe"),
            ("актуальные размеры.pdf", "актуальные размеры.pdf"),
        ] {
            assert_eq!(shown(raw), expected, "{raw:?}");
        }
        assert_eq!(shown(&"x".repeat(999)).len(), NAME_MAX);
    }

    #[test]
    fn a_saved_sheet_has_a_name_everywhere() {
        assert_eq!(saved("7 / 1", "A", "PLAN: \"LEVEL 1\""), "7 - 1_A_PLAN- -LEVEL 1-.pdf");
        assert_eq!(saved("A-101", "0", ""), "A-101_0.pdf");
    }
}
