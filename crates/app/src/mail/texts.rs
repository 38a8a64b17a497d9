//! The words of messages: one module a language, one function a language. Mails and notifications show the same words.

mod en;

use super::Kind;
use super::facts::Facts;

/// A language in which messages are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Language {
    /// English.
    #[default]
    En,
}

impl Language {
    /// The tag of the language (BCP 47).
    pub(crate) const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
        }
    }
}

/// A message in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Words {
    /// One line: the mail's subject, the notification's title.
    pub(crate) title: String,
    /// What happened, in sentences.
    pub(crate) body: String,
    /// Between whom, by whom, why: a label and a value each.
    pub(crate) details: Vec<(&'static str, String)>,
    /// What the link does.
    pub(crate) action: &'static str,
    /// Why the reader gets this.
    pub(crate) footer: String,
}

/// Says it.
pub(crate) fn words(language: Language, kind: Kind, facts: &Facts) -> Words {
    match language {
        Language::En => en::words(kind, facts),
    }
}
