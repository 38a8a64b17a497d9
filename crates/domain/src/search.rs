//! Words as they are searched (`LOG-02`): what of a sheet's text can be found, and what of a query has to be.
//!
//! A word is found by its beginning, in either case, with or without accents. What joins two parts does not matter (`A-101` is `A.101`), and
//! each part can be found behind it: `A-501` and `501` find the callout `5/A-501`, as `a501` does. The screen marks hits by the same rules.

use std::collections::BTreeSet;

/// Joins the parts of a token.
const JOINT: char = '_';

/// Longest token, characters: what is longer is no word of a sheet.
const TOKEN_MAX: usize = 40;

/// Parts of one word behind which the rest can be found.
const PARTS_MAX: usize = 6;

/// Most words of a query.
const TERMS_MAX: usize = 12;

/// From this length on the beginning of a word is enough.
const BEGINNING: usize = 2;

/// One word of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// As tokens are written.
    pub text: String,
    /// The beginning of a word is enough.
    pub beginning: bool,
}

/// A letter without its accent; `None` where it has none, or where it is no letter of Latin script.
const fn plain(c: char) -> Option<&'static str> {
    Some(match c {
        'à'..='å' | 'ā' | 'ă' | 'ą' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => "e",
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => "g",
        'ĥ' | 'ħ' => "h",
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => "i",
        'ĵ' => "j",
        'ķ' => "k",
        'ĺ' | 'ļ' | 'ľ' | 'ŀ' | 'ł' => "l",
        'ñ' | 'ń' | 'ņ' | 'ň' => "n",
        'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' => "o",
        'œ' => "oe",
        'ŕ' | 'ŗ' | 'ř' => "r",
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => "s",
        'ß' => "ss",
        'ţ' | 'ť' | 'ŧ' | 'ț' => "t",
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => "u",
        'ŵ' => "w",
        'ý' | 'ÿ' | 'ŷ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => return None,
    })
}

/// The parts of a word: runs of letters and digits, small, without accents.
fn parts(word: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    for c in word.chars().flat_map(char::to_lowercase) {
        // An accent that is written behind its letter.
        if matches!(c, '\u{300}'..='\u{36f}') {
            continue;
        }
        let Some(last) = parts.last_mut() else { break };
        match plain(c) {
            Some(letters) => last.push_str(letters),
            None if c.is_alphanumeric() => last.push(c),
            None if last.is_empty() => {}
            None => parts.push(String::new()),
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

fn cut(token: &str) -> String {
    token.chars().take(TOKEN_MAX).collect()
}

/// Adds what a text can be found by.
pub fn gather(text: &str, tokens: &mut BTreeSet<String>) {
    for word in text.split_whitespace() {
        let parts = parts(word);
        for place in 0..parts.len().min(PARTS_MAX) {
            let rest = parts.get(place..).unwrap_or_default();
            tokens.insert(cut(&rest.join(&JOINT.to_string())));
            tokens.insert(cut(&rest.concat()));
        }
    }
}

/// The words of a query, each of which has to be found.
pub fn terms(query: &str) -> Vec<Term> {
    let mut terms: Vec<Term> = vec![];
    for word in query.split_whitespace() {
        let text = cut(&parts(word).join(&JOINT.to_string()));
        let term = Term { beginning: text.chars().count() >= BEGINNING, text };
        if !term.text.is_empty() && !terms.contains(&term) && terms.len() < TERMS_MAX {
            terms.push(term);
        }
    }
    terms
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(text: &str, query: &str) -> bool {
        let mut tokens = BTreeSet::new();
        gather(text, &mut tokens);
        let terms = terms(query);
        !terms.is_empty()
            && terms.iter().all(|term| {
                tokens.iter().any(|token| {
                    if term.beginning { token.starts_with(&term.text) } else { *token == term.text }
                })
            })
    }

    #[test]
    fn log_02_words_are_found_as_people_type_them() {
        for (text, query) in [
            ("CONCRETE SLAB ON GRADE", "concrete"),
            ("CONCRETE SLAB ON GRADE", "slab conc"),
            ("SEE 5/A-501", "a-501"),
            ("SEE 5/A-501", "501"),
            ("SEE 5/A-501", "A501 5/a"),
            ("SHEET A-101", "a101"),
            ("SHEET A-101", "A.10"),
            ("W12X26", "w12"),
            ("INSTALACIÓN ELÉCTRICA", "instalacion electrica"),
            ("Instalacio\u{301}n", "instalación"),
            ("STRAẞE", "strasse"),
            ("7 / 1", "7 1"),
            ("\"QUOTED\",", "quoted"),
            ("配管図", "配管"),
        ] {
            assert!(found(text, query), "{query:?} in {text:?}");
        }
        for (text, query) in [
            ("CONCRETE SLAB", "concrete roof"),
            ("CONCRETE", "crete"),
            ("A-101", "101a"),
            ("AREA", "a"),
            ("ANYTHING", ""),
            ("ANYTHING", "- / !"),
        ] {
            assert!(!found(text, query), "{query:?} in {text:?}");
        }
    }

    proptest! {
        /// A word of a sheet, typed as it is printed, finds it; no token needs quoting anywhere.
        #[test]
        fn log_02_what_is_printed_finds_itself(words in prop::collection::vec("\\PC{1,12}", 1..6)) {
            let text = words.join(" ");
            let mut tokens = BTreeSet::new();
            gather(&text, &mut tokens);
            for token in &tokens {
                prop_assert!(!token.is_empty() && token.chars().count() <= TOKEN_MAX);
                prop_assert!(token.chars().all(|c| c == JOINT || c.is_alphanumeric()), "{token:?}");
            }
            if words.len() <= TERMS_MAX && !terms(&text).is_empty() {
                prop_assert!(found(&text, &text), "{text:?}");
            }
        }
    }
}
