//! The languages people are addressed in, and how numbers, dates and times are written for one reader.
//!
//! The words stand in `crates/app/texts/`, one Fluent file a language. Deliberately absent: the screen's own words (`web/src/i18n`), and what a
//! message says (`mail`).

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentError, FluentResource};
use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use unic_langid::LanguageIdentifier;

/// A language in which people are addressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Spanish.
    Es,
    /// Portuguese, as in Brazil.
    PtBr,
    /// French.
    Fr,
}

impl Language {
    /// All languages.
    pub const ALL: [Self; 4] = [Self::En, Self::Es, Self::PtBr, Self::Fr];

    /// The tag of the language (BCP 47).
    pub const fn key(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Es => "es",
            Self::PtBr => "pt-BR",
            Self::Fr => "fr",
        }
    }

    /// Reads [`Language::key`] back.
    pub fn from_key(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.key().eq_ignore_ascii_case(tag))
    }

    /// The first of the wanted languages that is spoken here, from an `Accept-Language` header (RFC 9110, 12.5.4). A near one counts: whoever
    /// asks for `es-MX` reads `es`.
    pub fn wanted(header: &str) -> Option<Self> {
        let mut ranges: Vec<(u16, &str)> = header
            .split(',')
            .take(20)
            .filter_map(|part| {
                let (tag, parameters) = part.split_once(';').unwrap_or((part, ""));
                let weight = parameters.trim().strip_prefix("q=").map_or(Some(1000), thousandths)?;
                (weight > 0).then_some((weight, tag.trim()))
            })
            .collect();
        // Stable: of equal weights the first named comes first.
        ranges.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
        ranges.into_iter().find_map(|(_, tag)| Self::near(tag))
    }

    fn near(tag: &str) -> Option<Self> {
        let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
        let wanted = primary(tag);
        Self::from_key(tag)
            .or_else(|| Self::ALL.into_iter().find(|language| primary(language.key()) == wanted))
    }

    /// Between the digits of thousands, and how many digits a number needs before it is grouped.
    const fn grouping(self) -> (char, usize) {
        match self {
            Self::En => (',', 4),
            // Four digits stay together in Spanish.
            Self::Es => ('.', 5),
            Self::PtBr => ('.', 4),
            Self::Fr => ('\u{202f}', 4),
        }
    }

    fn words(self) -> &'static Words {
        // One a language, in the order of `ALL`.
        static WORDS: LazyLock<[Words; 4]> = LazyLock::new(|| Language::ALL.map(Words::read));
        let [en, es, pt_br, fr] = &*WORDS;
        match self {
            Self::En => en,
            Self::Es => es,
            Self::PtBr => pt_br,
            Self::Fr => fr,
        }
    }

    /// The text under an id, with its places filled; of one of its attributes where one is named. What a language lacks is said in English;
    /// a test keeps that from happening.
    pub(crate) fn say(self, id: &str, attribute: Option<&str>, args: &FluentArgs<'_>) -> String {
        let own = self.words().say(id, attribute, args);
        let said = own.or_else(|| Self::En.words().say(id, attribute, args));
        said.map_or_else(|| id.to_owned(), |(text, _)| text)
    }
}

/// The order in which somebody wants the parts of a date; where they say nothing, it is their language's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateFormat {
    /// `22 November 2026`
    DayMonthYear,
    /// `November 22, 2026`
    MonthDayYear,
    /// `2026-11-22`
    YearMonthDay,
}

impl DateFormat {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::DayMonthYear, Self::MonthDayYear, Self::YearMonthDay];

    /// The word in the database and the API.
    pub const fn key(self) -> &'static str {
        match self {
            Self::DayMonthYear => "day_month_year",
            Self::MonthDayYear => "month_day_year",
            Self::YearMonthDay => "year_month_day",
        }
    }

    /// Reads [`DateFormat::key`] back.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.key() == key)
    }
}

/// A text that is no message of its own: a part of sentences, a label, a way to write a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phrase {
    Reminder,
    PersonOf,
    ProjectOf,
    EitherCompany,
    CauseProjectDeleted,
    CauseCompanyClosed,
    LabelUpstream,
    LabelDownstream,
    LabelProject,
    LabelCompany,
    LabelSet,
    LabelDeleted,
    LabelObsolete,
    LabelCurrent,
    LabelBy,
    LabelWhen,
    LabelReason,
    Date,
    Moment,
}

impl Phrase {
    #[cfg(test)]
    const ALL: [Self; 19] = [
        Self::Reminder,
        Self::PersonOf,
        Self::ProjectOf,
        Self::EitherCompany,
        Self::CauseProjectDeleted,
        Self::CauseCompanyClosed,
        Self::LabelUpstream,
        Self::LabelDownstream,
        Self::LabelProject,
        Self::LabelCompany,
        Self::LabelSet,
        Self::LabelDeleted,
        Self::LabelObsolete,
        Self::LabelCurrent,
        Self::LabelBy,
        Self::LabelWhen,
        Self::LabelReason,
        Self::Date,
        Self::Moment,
    ];

    pub(crate) const fn id(self) -> &'static str {
        match self {
            Self::Reminder => "reminder",
            Self::PersonOf => "person-of",
            Self::ProjectOf => "project-of",
            Self::EitherCompany => "either-company",
            Self::CauseProjectDeleted => "cause-project-deleted",
            Self::CauseCompanyClosed => "cause-company-closed",
            Self::LabelUpstream => "label-upstream",
            Self::LabelDownstream => "label-downstream",
            Self::LabelProject => "label-project",
            Self::LabelCompany => "label-company",
            Self::LabelSet => "label-set",
            Self::LabelDeleted => "label-deleted",
            Self::LabelObsolete => "label-obsolete",
            Self::LabelCurrent => "label-current",
            Self::LabelBy => "label-by",
            Self::LabelWhen => "label-when",
            Self::LabelReason => "label-reason",
            Self::Date => "date",
            Self::Moment => "moment",
        }
    }

    /// The phrase with its places filled.
    pub(crate) fn say(self, language: Language, args: &[(&'static str, &str)]) -> String {
        language.say(self.id(), None, &args.iter().copied().collect())
    }
}

/// `0.8` as 800; what is no weight is none.
fn thousandths(text: &str) -> Option<u16> {
    let weight: f32 = text.trim().parse().ok()?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 1000")]
    (0.0..=1.0).contains(&weight).then_some((weight * 1000.0) as u16)
}

/// The words of one language.
struct Words {
    bundle: FluentBundle<FluentResource>,
    /// What could not be read; a test wants none.
    #[cfg(test)]
    unsound: Vec<String>,
}

impl Words {
    const fn source(language: Language) -> &'static str {
        match language {
            Language::En => include_str!("../texts/en.ftl"),
            Language::Es => include_str!("../texts/es.ftl"),
            Language::PtBr => include_str!("../texts/pt-BR.ftl"),
            Language::Fr => include_str!("../texts/fr.ftl"),
        }
    }

    fn read(language: Language) -> Self {
        let (resource, errors) = match FluentResource::try_new(Self::source(language).to_owned()) {
            Ok(resource) => (resource, vec![]),
            Err(partly) => partly,
        };
        let mut unsound: Vec<String> = errors.iter().map(ToString::to_string).collect();
        let locale: LanguageIdentifier = language.key().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![locale]);
        // Marks that keep directions apart: all languages here run the same way, and in a mail's subject they would show.
        bundle.set_use_isolating(false);
        let twice = bundle.add_resource(resource).err().unwrap_or_default();
        unsound.extend(twice.iter().map(ToString::to_string));
        #[cfg(not(test))]
        drop(unsound);
        Self {
            bundle,
            #[cfg(test)]
            unsound,
        }
    }

    fn say(
        &self,
        id: &str,
        attribute: Option<&str>,
        args: &FluentArgs<'_>,
    ) -> Option<(String, Vec<FluentError>)> {
        let message = self.bundle.get_message(id)?;
        let pattern = match attribute {
            Some(name) => message.get_attribute(name)?.value(),
            None => message.value()?,
        };
        let mut errors = vec![];
        let text = self.bundle.format_pattern(pattern, Some(args), &mut errors).into_owned();
        Some((text, errors))
    }
}

/// How one reader is addressed: in which language, and in which zone they read times.
#[derive(Debug, Clone)]
pub struct Locale {
    /// Their language.
    pub language: Language,
    /// Their zone.
    pub zone: TimeZone,
    /// How they want dates written; `None` as their language does.
    pub dates: Option<DateFormat>,
}

impl Locale {
    /// From what is stored about a person; English and UTC where nothing is.
    pub(crate) fn stored(language: Option<&str>, zone: Option<&str>, dates: Option<&str>) -> Self {
        Self {
            language: language.and_then(Language::from_key).unwrap_or_default(),
            zone: zone.and_then(time_zone).unwrap_or(TimeZone::UTC),
            dates: dates.and_then(DateFormat::from_key),
        }
    }

    /// `12,345`
    pub(crate) fn number(&self, number: i64) -> String {
        let (separator, least) = self.language.grouping();
        let digits = number.unsigned_abs().to_string();
        let mut text = String::from(if number < 0 { "-" } else { "" });
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) && digits.len() >= least {
                text.push(separator);
            }
            text.push(digit);
        }
        text
    }

    /// `22 November 2026`, the day it is where the reader is.
    pub(crate) fn date(&self, at: Timestamp) -> String {
        let date = at.to_zoned(self.zone.clone()).date();
        if self.dates == Some(DateFormat::YearMonthDay) {
            return date.to_string();
        }
        let mut args = FluentArgs::new();
        args.set("day", i64::from(date.day()));
        args.set("month", i64::from(date.month()));
        args.set("year", i64::from(date.year()));
        args.set("order", self.dates.map_or("", DateFormat::key));
        self.language.say(Phrase::Date.id(), None, &args)
    }

    /// `22 November 2026, 14:05 (UTC+1)`
    pub(crate) fn moment(&self, at: Timestamp) -> String {
        let zoned = at.to_zoned(self.zone.clone());
        let time = format!("{:02}:{:02}", zoned.hour(), zoned.minute());
        let (date, zone) = (self.date(at), offset(zoned.offset()));
        Phrase::Moment.say(self.language, &[("date", &date), ("time", &time), ("zone", &zone)])
    }
}

/// `UTC`, `UTC+1`, `UTC−3:30`: understood in every language, unlike the short names of zones.
fn offset(offset: Offset) -> String {
    let minutes = offset.seconds() / 60;
    let sign = if minutes < 0 { '\u{2212}' } else { '+' };
    match (minutes.abs() / 60, minutes.abs() % 60) {
        (0, 0) => "UTC".to_owned(),
        (hours, 0) => format!("UTC{sign}{hours}"),
        (hours, minutes) => format!("UTC{sign}{hours}:{minutes:02}"),
    }
}

/// The zone of an IANA name, `America/Sao_Paulo`; `None` where there is no such zone.
pub(crate) fn time_zone(name: &str) -> Option<TimeZone> {
    // The library looks names up as files: what is no name of the IANA list does not get there.
    let sound = name.len() <= 64
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '_' | '-' | '+'));
    sound.then(|| TimeZone::get(name).ok()).flatten()
}

#[cfg(test)]
mod tests;
