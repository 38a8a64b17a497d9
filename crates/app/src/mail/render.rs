//! A message as a mail's two parts: plain text, and HTML that reads well on a phone and loads nothing from anywhere.

use super::texts::Words;
use crate::language::Language;

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
    let Words { title, body, action, why, .. } = words;
    format!("{title}\n\n{body}\n\n{details}\n{action}:\n{link}\n\n-- \n{why}\n")
}

/// What mail programs that read style sheets do better: the dark, and narrow screens. The others get the same mail in the light, a little wide.
const STYLE: &str = "\
:root{color-scheme:light dark;supported-color-schemes:light dark}\
body,table,td{font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif}\
@media (prefers-color-scheme:dark){\
.page{background:#14171b!important}\
.card{background:#1e2329!important;border-color:#343b44!important}\
.text{color:#e8ebee!important}\
.quiet{color:#a5afba!important}\
.line{border-color:#343b44!important}\
.go{background:#3d8fe0!important}\
.go a{color:#0c1116!important}}\
@media (max-width:480px){\
.pad{padding:20px 16px!important}\
.label,.value{display:block!important;width:auto!important}\
.label{padding-bottom:0!important}\
.value{padding-top:0!important;border-top:0!important}}";

/// A table without borders, which every mail program lays out alike; boxes of other kinds they do not.
const TABLE: &str = "table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\"";

fn html(language: Language, words: &Words, link: &str) -> String {
    let cell = "border-top:1px solid #dde2e7;vertical-align:top";
    let details = words.details.iter().map(|(label, value)| {
        format!(
            "<tr>\n<td class=\"label quiet line\" width=\"150\" style=\"padding:8px 16px 8px 0;{cell};color:#5b6470\">{}</td>\n\
             <td class=\"value text line\" style=\"padding:8px 0;{cell};color:#1b2026;white-space:pre-line\">{}</td>\n</tr>\n",
            escape(label),
            escape(value),
        )
    });
    let details = details.collect::<Vec<_>>().concat();
    format!(
        "<!doctype html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"supported-color-schemes\" content=\"light dark\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n\
         <body class=\"page\" style=\"margin:0;padding:0;background:#f3f5f7\">\n\
         <{TABLE} class=\"page\" width=\"100%\" style=\"background:#f3f5f7\"><tr><td align=\"center\" style=\"padding:24px 12px\">\n\
         <{TABLE} class=\"card\" width=\"600\" style=\"width:100%;max-width:600px;background:#ffffff;border:1px solid #dde2e7;border-radius:8px\">\n\
         <tr><td class=\"pad\" align=\"left\" style=\"padding:28px 32px;font-size:16px;line-height:24px\">\n\
         <h1 class=\"text\" style=\"margin:0 0 12px;font-size:20px;line-height:28px;font-weight:600;color:#1b2026\">{title}</h1>\n\
         <p class=\"text\" style=\"margin:0 0 20px;color:#1b2026\">{body}</p>\n\
         <{TABLE}><tr><td class=\"go\" bgcolor=\"#0b5cad\" style=\"background:#0b5cad;border-radius:6px\">\
         <a href=\"{link}\" style=\"display:inline-block;padding:12px 20px;font-weight:600;color:#ffffff;text-decoration:none\">{action}</a>\
         </td></tr></table>\n\
         <{TABLE} width=\"100%\" style=\"margin:24px 0 0;font-size:14px;line-height:20px\">\n{details}</table>\n\
         </td></tr></table>\n\
         <p class=\"quiet\" style=\"max-width:600px;margin:16px auto 0;padding:0 12px;font-size:13px;line-height:18px;color:#5b6470;text-align:left\">{why}</p>\n\
         </td></tr></table>\n</body>\n</html>\n",
        language = language.key(),
        title = escape(&words.title),
        body = escape(&words.body),
        link = escape(link),
        action = escape(&words.action),
        why = escape(&words.why),
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
            details: vec![("Reason".into(), "<img src=\"http://x\">\nsecond line".into())],
            action: "Open".into(),
            why: "&amp;".into(),
        };
        let html = parts(Language::En, &words, "https://sluice.example/a?b=1&c=\"2\"").html;
        assert!(!html.contains("<script") && !html.contains("<img") && !html.contains("<b>"));
        assert!(html.contains("R&amp;D &quot;Tower&quot; &lt;b&gt;") && html.contains("alert(&#39;x&#39;)"));
        assert!(html.contains("href=\"https://sluice.example/a?b=1&amp;c=&quot;2&quot;\""));
        let tags = html.split('<').filter(|tag| !tag.starts_with('/'));
        let loads = tags.filter(|tag| {
            tag.split('>').next().is_some_and(|tag| tag.contains("src=") || tag.contains("url("))
        });
        assert_eq!(loads.count(), 0, "nothing is loaded");
        let tables = html.matches("<table").count();
        assert_eq!(tables, html.matches("<table role=\"presentation\"").count(), "tables only lay out");
    }

    #[test]
    fn a_name_stays_on_one_line() {
        assert_eq!(
            single_line(" Harbor\r\nBcc: x@y.example\0 Builders "),
            "Harbor Bcc: x@y.example Builders"
        );
    }
}
