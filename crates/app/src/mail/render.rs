//! A message as a mail's two parts: plain text, and HTML that reads well on a phone and loads nothing from anywhere.

use super::texts::{Language, Words};

/// The two parts.
#[derive(Debug)]
pub(crate) struct Parts {
    /// `text/plain`.
    pub(crate) text: String,
    /// `text/html`.
    pub(crate) html: String,
}

/// Puts words and the link to the place to act into both parts.
pub(crate) fn parts(language: Language, words: &Words, link: &str) -> Parts {
    Parts { text: text(words, link), html: html(language, words, link) }
}

fn text(words: &Words, link: &str) -> String {
    let details = words.details.iter().map(|(label, value)| format!("{label}: {value}\n"));
    let details = details.collect::<Vec<_>>().concat();
    let Words { title, body, action, footer, .. } = words;
    format!("{title}\n\n{body}\n\n{details}\n{action}:\n{link}\n\n-- \n{footer}\n")
}

fn html(language: Language, words: &Words, link: &str) -> String {
    let details = words.details.iter().map(|(label, value)| {
        format!(
            "<p style=\"margin:0 0 8px\"><span style=\"color:#5b6470\">{}</span><br><span style=\"white-space:pre-line\">{}</span></p>\n",
            escape(label),
            escape(value),
        )
    });
    let details = details.collect::<Vec<_>>().concat();
    format!(
        "<!doctype html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>\n</head>\n\
         <body style=\"margin:0;padding:16px;font:16px/1.5 system-ui,sans-serif\">\n\
         <div style=\"max-width:560px;margin:0 auto\">\n\
         <h1 style=\"margin:0 0 16px;font-size:20px;line-height:1.3\">{title}</h1>\n\
         <p style=\"margin:0 0 16px\">{body}</p>\n{details}\
         <p style=\"margin:24px 0\"><a href=\"{link}\" style=\"display:inline-block;padding:12px 20px;border-radius:6px;\
         background:#0b5cad;color:#ffffff;text-decoration:none\">{action}</a></p>\n\
         <p style=\"margin:0;font-size:13px;color:#5b6470\">{footer}</p>\n</div>\n</body>\n</html>\n",
        language = language.tag(),
        title = escape(&words.title),
        body = escape(&words.body),
        link = escape(link),
        action = escape(words.action),
        footer = escape(&words.footer),
    )
}

/// Text as HTML shows it, also within an attribute.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Zero-width space: invisible, and the end of an address for every mail program.
const BREAK: char = '\u{200b}';

/// Words of people such that no mail program makes a link of them (`NOT-05`). Mail programs do so by themselves, also in plain text; a
/// reason like *see evil.example/login* would otherwise be a link in a mail that people trust.
pub(crate) fn unlinked(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for word in text.split_inclusive(char::is_whitespace) {
        let address = looks_like_address(word);
        for character in word.chars() {
            plain.push(character);
            if address && matches!(character, '.' | ':' | '@' | '/') {
                plain.push(BREAK);
            }
        }
    }
    plain
}

/// Whether a mail program might take a word for an address. `A2.01` and `e.g.` are none.
fn looks_like_address(word: &str) -> bool {
    let named = |label: &str| label.chars().take_while(|c| c.is_alphabetic()).count() >= 2;
    word.contains("://")
        || word.contains('@')
        || word.split_once(':').is_some_and(|(scheme, rest)| named(scheme) && !rest.trim().is_empty())
        || word.match_indices('.').any(|(at, _)| word.get(at + 1..).is_some_and(named))
        || numeric_host(word)
}

/// `192.168.0.1`
fn numeric_host(word: &str) -> bool {
    word.split(|c: char| !c.is_ascii_digit() && c != '.')
        .any(|run| run.split('.').filter(|part| !part.is_empty()).count() == 4)
}

/// One line without control characters, for names and headers.
pub(crate) fn single_line(text: &str) -> String {
    text.split(|c: char| c.is_control() || c.is_whitespace())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn not_05_no_word_of_a_person_becomes_a_link() {
        for word in [
            "https://evil.example/x",
            "evil.example",
            "www.evil.example",
            "me@evil.example",
            "tel:555",
            "10.0.0.1/x",
        ] {
            let plain = unlinked(&format!("see {word} now"));
            assert!(!plain.contains(word), "{plain:?} still holds {word}");
            assert_eq!(plain.replace(BREAK, ""), format!("see {word} now"), "it reads the same");
        }
        for harmless in
            ["Sheet A2.01 was wrong, e.g. the grid.", "Harbor Tower No. 7", "Issued: today", "M-101.1"]
        {
            assert_eq!(unlinked(harmless), harmless, "and can be copied as it is");
        }
    }

    #[test]
    fn html_shows_what_was_typed() {
        let words = Words {
            title: "R&D \"Tower\" <b>".into(),
            body: "<script>alert('x')</script>".into(),
            details: vec![("Reason", "<img src=\"http://x\">\nsecond line".into())],
            action: "Open",
            footer: "&amp;".into(),
        };
        let html = parts(Language::En, &words, "https://sluice.example/a?b=1&c=\"2\"").html;
        assert!(!html.contains("<script") && !html.contains("<img") && !html.contains("<b>"));
        assert!(html.contains("R&amp;D &quot;Tower&quot; &lt;b&gt;") && html.contains("alert(&#39;x&#39;)"));
        assert!(html.contains("href=\"https://sluice.example/a?b=1&amp;c=&quot;2&quot;\""));
        let tags = html.split('<').filter(|tag| !tag.starts_with('/'));
        let loads = tags.filter(|tag| {
            tag.split('>').next().is_some_and(|tag| tag.contains("src=") || tag.contains("url("))
        });
        assert!(!html.contains("<table") && loads.count() == 0, "no tables, nothing loaded");
    }

    #[test]
    fn a_name_stays_on_one_line() {
        assert_eq!(
            single_line(" Harbor\r\nBcc: x@y.example\0 Builders "),
            "Harbor Bcc: x@y.example Builders"
        );
    }
}
