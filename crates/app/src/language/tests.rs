//! Which language is chosen, how things are written in it, and that no word is missing, left over or without its places (`USE-05`).

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;

use super::*;
use crate::mail::{Kind, PARTS, id};

/// The places and the texts of a file: by id (`requested`, `requested.body`) the variables named in it.
fn places(language: Language) -> BTreeMap<String, BTreeSet<String>> {
    let mut found = BTreeMap::new();
    let (mut id, mut place) = (String::new(), String::new());
    for line in Words::source(language).lines().filter(|line| !line.starts_with('#')) {
        if let Some((key, _)) = line.split_once(" = ")
            && !key.contains([' ', '$'])
        {
            key.clone_into(&mut id);
            key.clone_into(&mut place);
        } else if let Some((key, _)) = line.trim().strip_prefix('.').and_then(|line| line.split_once(" = ")) {
            place = format!("{id}.{key}");
        }
        let variables: &mut BTreeSet<String> = found.entry(place.clone()).or_default();
        for part in line.split('$').skip(1) {
            variables.insert(part.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect());
        }
    }
    found.remove("");
    found
}

/// The texts that the program asks for.
fn asked_for() -> BTreeSet<String> {
    let ids: BTreeSet<String> =
        Kind::ALL.iter().flat_map(|kind| [false, true].map(|of_a_tool| id(*kind, of_a_tool))).collect();
    let kinds = ids.into_iter().flat_map(|id| {
        let parts = PARTS.map(|part| format!("{id}.{part}"));
        std::iter::once(id).chain(parts)
    });
    kinds.chain(Phrase::ALL.iter().map(|phrase| phrase.id().to_owned())).collect()
}

#[test]
fn use_05_no_language_lacks_a_text_or_keeps_one_that_nobody_asks_for() {
    // Named by texts themselves, not by the program.
    let named_by_texts = |id: &str| Words::source(Language::En).contains(&format!("{{ {id} }}"));
    for language in Language::ALL {
        let words = language.words();
        assert!(words.unsound.is_empty(), "{language:?}: {:?}", words.unsound);
        let there: BTreeSet<String> = places(language).into_keys().collect();
        let missing: Vec<_> = asked_for().difference(&there).cloned().collect();
        assert!(missing.is_empty(), "{} lacks {missing:?}", language.key());
        let unused: Vec<_> =
            there.difference(&asked_for()).filter(|id| !named_by_texts(id)).cloned().collect();
        assert!(unused.is_empty(), "{} has {unused:?}, which nobody asks for", language.key());
    }
}

#[test]
fn use_05_translations_say_what_the_english_text_says() {
    let english = places(Language::En);
    for language in Language::ALL {
        for (id, variables) in places(language) {
            assert_eq!(Some(&variables), english.get(&id), "{id} in {}", language.key());
        }
    }
}

#[test]
fn french_keeps_its_signs_on_the_line() {
    for line in Words::source(Language::Fr).lines().filter(|line| !line.starts_with('#')) {
        for sign in [" :", " ;", " !", " ?", " »", "« "] {
            assert!(!line.contains(sign), "an ordinary space beside {sign:?}: {line}");
        }
    }
}

#[test]
fn the_first_wanted_language_that_is_spoken_here() {
    for (header, language) in [
        ("es-MX,es;q=0.9,en;q=0.8", Some(Language::Es)),
        ("de-DE,de;q=0.9,fr;q=0.5,en;q=0.7", Some(Language::En)),
        ("pt-PT", Some(Language::PtBr)),
        ("FR-ca", Some(Language::Fr)),
        ("fr;q=0, es;q=0.1", Some(Language::Es)),
        ("fr;q=much, es", Some(Language::Es)),
        ("de, *;q=0.5", None),
        ("", None),
    ] {
        assert_eq!(Language::wanted(header), language, "{header}");
    }
    for language in Language::ALL {
        assert_eq!(Language::from_key(language.key()), Some(language));
    }
}

fn reader(language: Language, zone: &str) -> Locale {
    Locale::stored(Some(language.key()), Some(zone), None)
}

#[test]
fn use_05_numbers_are_written_as_the_reader_writes_them() {
    let written = |number| Language::ALL.map(|language| reader(language, "UTC").number(number));
    assert_eq!(written(7), ["7", "7", "7", "7"]);
    assert_eq!(written(1_234), ["1,234", "1234", "1.234", "1\u{202f}234"]);
    assert_eq!(written(1_234_567), ["1,234,567", "1.234.567", "1.234.567", "1\u{202f}234\u{202f}567"]);
    assert_eq!(written(-12_345)[0], "-12,345");
}

#[test]
fn use_05_dates_and_times_are_the_readers() {
    let at: Timestamp = "2026-12-31T23:30:00Z".parse().unwrap();
    let written = [
        (Language::En, "America/New_York", "31 December 2026, 18:30 (UTC\u{2212}5)"),
        (Language::Es, "Europe/Madrid", "1 de enero de 2027, 00:30 (UTC+1)"),
        (Language::PtBr, "America/Sao_Paulo", "31 de dezembro de 2026, 20:30 (UTC\u{2212}3)"),
        (Language::Fr, "Europe/Paris", "1er janvier 2027 à 00:30 (UTC+1)"),
        (Language::En, "Asia/Kolkata", "1 January 2027, 05:00 (UTC+5:30)"),
        (Language::En, "Europe/London", "31 December 2026, 23:30 (UTC)"),
    ];
    for (language, zone, text) in written {
        assert_eq!(reader(language, zone).moment(at), text);
    }
    let summer: Timestamp = "2026-07-01T12:00:00Z".parse().unwrap();
    assert_eq!(reader(Language::Es, "Europe/Madrid").moment(summer), "1 de julio de 2026, 14:00 (UTC+2)");
}

#[test]
fn use_05_the_parts_of_a_date_are_in_the_order_a_person_chose() {
    let at: Timestamp = "2026-11-01T12:00:00Z".parse().unwrap();
    for (language, day_first, month_first) in [
        (Language::En, "1 November 2026", "November 1, 2026"),
        (Language::Es, "1 de noviembre de 2026", "noviembre 1, 2026"),
        (Language::PtBr, "1 de novembro de 2026", "novembro 1, 2026"),
        (Language::Fr, "1er novembre 2026", "novembre 1, 2026"),
    ] {
        let written = |format: DateFormat| {
            assert_eq!(DateFormat::from_key(format.key()), Some(format));
            Locale::stored(Some(language.key()), None, Some(format.key())).date(at)
        };
        assert_eq!(DateFormat::ALL.map(written), [day_first, month_first, "2026-11-01"]);
    }
}

#[test]
fn a_zone_that_is_none_is_refused_and_does_no_harm() {
    for name in ["Europe/Madrid", "America/Argentina/Buenos_Aires", "Etc/GMT+3", "UTC"] {
        assert!(time_zone(name).is_some(), "{name}");
    }
    for name in ["Mars/Olympus", "", "../../etc/passwd", "/usr/share/zoneinfo/UTC", "Europe/Madrid\0"] {
        assert!(time_zone(name).is_none(), "{name}");
    }
    assert_eq!(Locale::stored(Some("tlh"), Some("Mars/Olympus"), Some("stardate")).zone, TimeZone::UTC);
}
