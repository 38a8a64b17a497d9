//! Callouts: words on a sheet that name another sheet (`VIEW-05`). A word names a number when it is that number, letter by letter; marks around
//! it and a detail number before it (`5/A-501`) do not count as part of it.

use std::collections::HashMap;

/// Most words that one number is printed as; `7 / 1` has three.
const WORDS_MAX: usize = 4;

/// What parts the names in one word, where the word as a whole names nothing.
const PARTS: &[char] = &['/', ',', ';', ':', '&', '|', '=', '(', ')', '[', ']'];

/// Whether a word may link to a number at all: never where the number is one or two bare digits, or a single letter. Those stand on every sheet
/// as dimensions, grid lines and keynotes.
pub fn is_linkable(number: &str) -> bool {
    match number.chars().count() {
        0 | 1 => false,
        2 => !number.chars().all(char::is_numeric),
        _ => true,
    }
}

/// A word of a sheet and where it stands, in the order of the sheet.
pub trait Placed {
    /// Its letters.
    fn text(&self) -> &str;

    /// Whether `next` goes on directly behind it on the same line.
    fn is_followed_by(&self, next: &Self) -> bool;
}

/// A number found on a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found<T> {
    /// What it names.
    pub what: T,
    /// The first of its words.
    pub first: usize,
    /// How many words it is printed as.
    pub count: usize,
    /// Where in its one word it begins, and behind which letter it ends, counted in letters; the whole of several words.
    pub letters: (usize, usize),
}

/// The numbers of a project, as they are looked for.
#[derive(Debug)]
pub struct Numbers<'a, T> {
    single: HashMap<&'a str, T>,
    /// Numbers of several words, by the first of them.
    several: HashMap<&'a str, Vec<(Vec<&'a str>, T)>>,
}

impl<'a, T: Copy> Numbers<'a, T> {
    /// Takes those that may be linked to.
    pub fn new(numbers: impl IntoIterator<Item = (&'a str, T)>) -> Self {
        let (mut single, mut several) = (HashMap::new(), HashMap::<_, Vec<_>>::new());
        for (number, what) in numbers.into_iter().filter(|(number, _)| is_linkable(number)) {
            let words: Vec<&str> = number.split_whitespace().collect();
            match words.as_slice() {
                [one] => {
                    single.insert(*one, what);
                }
                [first, ..] if words.len() <= WORDS_MAX => {
                    several.entry(*first).or_default().push((words, what));
                }
                _ => {}
            }
        }
        Self { single, several }
    }

    /// What a sheet's words name, at most `most`.
    pub fn find<W: Placed>(&self, words: &[W], most: usize) -> Vec<Found<T>> {
        let mut found = Vec::new();
        let mut place = 0;
        while let Some(word) = words.get(place).filter(|_| found.len() < most) {
            let here = self.of_several(words, place);
            let count = here.as_ref().map_or(1, |found| found.count);
            match here {
                Some(several) => found.push(several),
                None => self.in_word(word.text(), place, &mut found),
            }
            place += count;
        }
        found.truncate(most);
        found
    }

    /// A number whose words begin here.
    fn of_several<W: Placed>(&self, words: &[W], place: usize) -> Option<Found<T>> {
        let opening = words.get(place)?.text().trim_start_matches(is_mark);
        let candidates = self.several.get(opening)?;
        let fits = |number: &[&str]| {
            let printed = words.get(place..place + number.len())?;
            let joined =
                printed.windows(2).all(|pair| matches!(pair, [one, next] if one.is_followed_by(next)));
            let last = number.len() - 1;
            let same = printed.iter().zip(number).enumerate().all(|(at, (word, wanted))| {
                let text = if at == 0 { opening } else { word.text() };
                text == *wanted || (at == last && text.trim_end_matches(is_mark) == *wanted)
            });
            (joined && same).then_some(())
        };
        // `A 1 B` goes before `A 1`.
        let best = candidates
            .iter()
            .filter(|(number, _)| fits(number).is_some())
            .max_by_key(|(number, _)| number.len());
        best.map(|(number, what)| Found { what: *what, first: place, count: number.len(), letters: (0, 0) })
    }

    /// The numbers in one word: itself, itself without the marks around it, or what stands between marks in it.
    fn in_word(&self, text: &str, place: usize, found: &mut Vec<Found<T>>) {
        let bare = text.trim_matches(is_mark);
        for whole in [text, bare] {
            if let Some(what) = self.single.get(whole) {
                let begins = text.find(whole).map_or(0, |at| letters(text, at));
                let letters = (begins, begins + whole.chars().count());
                found.push(Found { what: *what, first: place, count: 1, letters });
                return;
            }
        }
        let mut at = 0;
        for part in bare.split(PARTS) {
            let clean = part.trim_matches(is_mark);
            if clean.len() < bare.len()
                && let Some(what) = self.single.get(clean)
            {
                let lead = text.find(bare).unwrap_or_default() + at + part.find(clean).unwrap_or_default();
                let begins = letters(text, lead);
                let letters = (begins, begins + clean.chars().count());
                found.push(Found { what: *what, first: place, count: 1, letters });
            }
            // What parts them is one byte.
            at += part.len() + 1;
        }
    }
}

/// What stands around a number and is not part of it.
fn is_mark(c: char) -> bool {
    !c.is_alphanumeric()
}

/// Letters before a byte.
fn letters(text: &str, byte: usize) -> usize {
    text.get(..byte).map_or(0, |before| before.chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Words on one line, each directly behind the other; `|` begins another line.
    struct Word(&'static str);

    impl Placed for Word {
        fn text(&self) -> &str {
            self.0
        }

        fn is_followed_by(&self, next: &Self) -> bool {
            self.0 != "|" && next.0 != "|"
        }
    }

    const NUMBERS: [&str; 9] = ["A-101", "A-501", "S2.01", "7 / 1", "12", "7", "A", "101", "M 201 B"];

    fn named(line: &'static str) -> Vec<&'static str> {
        let numbers = Numbers::new(NUMBERS.into_iter().map(|number| (number, number)));
        let words: Vec<Word> = line.split(' ').map(Word).collect();
        numbers.find(&words, 100).into_iter().map(|found| found.what).collect()
    }

    #[test]
    fn view_05_a_number_is_matched_letter_by_letter() {
        assert_eq!(named("SEE A-101 AND S2.01"), ["A-101", "S2.01"]);
        for other in ["a-101", "A-1011", "AA-101", "A-101A", "A101", "A–101", "S2.011"] {
            assert!(named(other).is_empty(), "{other}");
        }
    }

    #[test]
    fn view_05_marks_and_detail_numbers_do_not_count() {
        for callout in ["5/A-501", "(A-501)", "A-501.", "SHEET:A-501", "\"A-501\",", "3,5/A-501", "12/A-501;"]
        {
            assert_eq!(named(callout), ["A-501"], "{callout}");
        }
        assert_eq!(named("A-501/A-101"), ["A-501", "A-101"]);
    }

    #[test]
    fn view_05_never_bare_one_or_two_digits() {
        assert!(named("12 7 12. (7) 7/12 A").is_empty());
        assert_eq!(named("101"), ["101"], "three digits are a number");
        for (number, linkable) in [
            ("7", false),
            ("12", false),
            ("A", false),
            ("", false),
            ("A1", true),
            ("1A", true),
            ("123", true),
        ] {
            assert_eq!(is_linkable(number), linkable, "{number}");
        }
    }

    #[test]
    fn view_05_a_number_of_several_words_stands_on_one_line() {
        assert_eq!(named("SHEET 7 / 1, AND (M 201 B)"), ["7 / 1", "M 201 B"]);
        assert!(named("7 | / 1").is_empty() && named("M 201 | B").is_empty() && named("M 201").is_empty());
        assert!(named("7 / 10").is_empty());
    }

    #[test]
    fn view_05_it_says_which_letters() {
        let numbers = Numbers::new([("A-501", 1)]);
        let found = numbers.find(&[Word("Ø5/A-501.")], 10);
        assert_eq!(found, [Found { what: 1, first: 0, count: 1, letters: (3, 8) }]);
        assert_eq!(numbers.find(&[Word("A-501"), Word("A-501")], 1).len(), 1, "no more than asked for");
    }

    proptest! {
        #[test]
        fn view_05_any_words_can_be_looked_through(words in prop::collection::vec("\\PC{0,12}", 0..40)) {
            let words: Vec<Word> = words.into_iter().map(|word| Word(word.leak())).collect();
            let numbers = Numbers::new(NUMBERS.into_iter().map(|number| (number, number)));
            for found in numbers.find(&words, 100) {
                prop_assert!(found.first + found.count <= words.len() && found.letters.0 <= found.letters.1);
                prop_assert!(is_linkable(found.what));
            }
        }
    }
}
