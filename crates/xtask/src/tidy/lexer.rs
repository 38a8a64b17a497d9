//! Just enough of Rust's grammar to tell string literals and comments from code.
//!
//! It does not parse: no types, no macros. What it must get right is where a string begins and ends.

/// A piece of source that is not code.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Piece<'a> {
    pub(super) kind: Kind,
    /// What stands between the quotes, escapes as written; or the comment with its slashes.
    pub(super) text: &'a str,
    /// The line it begins on, from 1.
    pub(super) line: usize,
}

/// What a piece is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A string literal of any sort.
    Literal,
    /// A line or block comment.
    Comment,
}

/// All literals and comments, in order.
pub(super) fn pieces(source: &str) -> Vec<Piece<'_>> {
    let mut lexer = Lexer { source, at: 0, line: 1, pieces: Vec::new() };
    lexer.run();
    lexer.pieces
}

struct Lexer<'a> {
    source: &'a str,
    at: usize,
    line: usize,
    pieces: Vec<Piece<'a>>,
}

impl<'a> Lexer<'a> {
    fn run(&mut self) {
        // Whether the byte before belongs to a name, so that the `r` of `for"` opens no raw string.
        let mut in_name = false;
        while let Some(next) = self.rest().chars().next() {
            let rest = self.rest();
            if rest.starts_with("//") {
                let length = rest.find('\n').unwrap_or(rest.len());
                self.take(Kind::Comment, 0, length, 0);
            } else if rest.starts_with("/*") {
                let length = block_comment(rest);
                self.take(Kind::Comment, 0, length, 0);
            } else if let Some((open, close)) = (!in_name).then(|| raw_string(rest)).flatten() {
                let inner = rest.get(open..).unwrap_or_default();
                let length = inner.find(&close).unwrap_or(inner.len());
                self.take(Kind::Literal, open, length, close.len());
            } else if next == '"' {
                let length = quoted(rest.get(1..).unwrap_or_default());
                self.take(Kind::Literal, 1, length, 1);
            } else if let Some(length) = (next == '\'').then(|| character(rest)).flatten() {
                self.skip(length);
            } else {
                in_name = next.is_alphanumeric() || next == '_';
                self.skip(next.len_utf8());
                continue;
            }
            in_name = false;
        }
    }

    fn rest(&self) -> &'a str {
        self.source.get(self.at..).unwrap_or_default()
    }

    /// Keeps `length` bytes behind `open` as a piece and goes on behind `close` more.
    fn take(&mut self, kind: Kind, open: usize, length: usize, close: usize) {
        let text = self.rest().get(open..open + length).unwrap_or_default();
        self.pieces.push(Piece { kind, text, line: self.line });
        self.skip(open + length + close);
    }

    fn skip(&mut self, length: usize) {
        let end = (self.at + length).min(self.source.len());
        let passed = self.source.get(self.at..end).unwrap_or_default();
        self.line += passed.bytes().filter(|byte| *byte == b'\n').count();
        self.at = end;
    }
}

/// The length of a block comment; they nest.
fn block_comment(rest: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(here) = rest.get(at..).filter(|here| !here.is_empty()) {
        if here.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if here.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += here.chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

/// For `r"`, `r#"`, `br##"` …: the length of the opening and the text that closes it.
fn raw_string(rest: &str) -> Option<(usize, String)> {
    let after = ["br", "cr", "r"].iter().find_map(|prefix| rest.strip_prefix(prefix))?;
    let hashes = after.bytes().take_while(|byte| *byte == b'#').count();
    after.get(hashes..)?.starts_with('"').then(|| {
        let open = rest.len() - after.len() + hashes + 1;
        (open, format!("\"{}", "#".repeat(hashes)))
    })
}

/// The length of a plain string's inside, its quote already passed.
fn quoted(rest: &str) -> usize {
    let mut escaped = false;
    for (at, character) in rest.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at,
            _ => {}
        }
    }
    rest.len()
}

/// The length of a character literal; nothing when the quote begins a lifetime.
fn character(rest: &str) -> Option<usize> {
    let mut characters = rest.char_indices().skip(1);
    let (_, first) = characters.next()?;
    if first == '\\' {
        characters.next();
        return characters.find(|(_, character)| *character == '\'').map(|(at, _)| at + 1);
    }
    characters.next().filter(|(_, character)| *character == '\'').map(|(at, _)| at + 1)
}

#[cfg(test)]
mod tests {
    use super::{Kind, pieces};

    fn literals(source: &str) -> Vec<(usize, &str)> {
        pieces(source)
            .into_iter()
            .filter(|piece| piece.kind == Kind::Literal)
            .map(|piece| (piece.line, piece.text))
            .collect()
    }

    #[test]
    fn strings_of_every_sort() {
        assert_eq!(literals(r#"let a = "one"; let b = b"two";"#), [(1, "one"), (1, "two")]);
        assert_eq!(literals("let a = r#\"a \"quoted\" word\"#;"), [(1, "a \"quoted\" word")]);
        assert_eq!(literals(r#"let a = "an \" inside";"#), [(1, "an \\\" inside")]);
        assert_eq!(literals("let a = \"two\nlines\";\nlet b = \"x\";"), [(1, "two\nlines"), (3, "x")]);
    }

    #[test]
    fn quotes_that_open_no_string() {
        assert_eq!(literals("let q = '\"'; let e = '\\''; fn f<'a>(x: &'a str) { g(\"s\") }"), [(1, "s")]);
        assert_eq!(
            literals("// it's \"not\" one\n/* \"nor\" /* this */ \"one\" */ let a = \"yes\";"),
            [(2, "yes")]
        );
        assert_eq!(literals("let bar = bar\"x\";"), [(1, "x")]);
    }

    #[test]
    fn comments_keep_their_line() {
        let comments: Vec<(usize, &str)> = pieces("a();\n// why\nb();")
            .into_iter()
            .filter(|piece| piece.kind == Kind::Comment)
            .map(|piece| (piece.line, piece.text))
            .collect();
        assert_eq!(comments, [(2, "// why")]);
    }

    #[test]
    fn an_unclosed_string_ends_with_the_file() {
        assert_eq!(literals("let a = \"open"), [(1, "open")]);
        assert_eq!(literals("let a = r#\"open\""), [(1, "open\"")]);
    }
}
