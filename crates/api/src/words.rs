//! Words of closed lists on the wire: states, levels, kinds, codes. Each is read from the table that defines it, so that the description
//! of the interface cannot name another list than the one in force.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sluice_app::connections::repair::Repair;
use sluice_app::connections::{explanation, history};
use sluice_app::drawings::download;
use sluice_app::language::{DateFormat, Language};
use sluice_app::live::Topic;
use sluice_app::{audit, codes, export, mail, projects, uploads};
use sluice_domain::connection::{ApprovalPolicy, Side, State, ToolState};
use sluice_domain::people::ShownStatus;
use sluice_domain::permission::{Grant, Level, Tool};
use sluice_domain::project::Stage;
use sluice_domain::{feed, markup, revision};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

fn list(description: &str, words: impl Iterator<Item = &'static str>) -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(description.trim()))
        .enum_values(Some(words))
        .into()
}

/// Why a word was not taken: the words that would have been.
fn unknown(given: &str, words: impl Iterator<Item = &'static str>) -> String {
    format!("`{given}` is none of {}", words.collect::<Vec<_>>().join(", "))
}

/// Declares types that are written and read by the keys of a type of ours: the name here, the name in the description, the type, its table.
macro_rules! words {
    ($($(#[doc = $doc:literal])+ $name:ident as $shown:literal: $type:ty, $table:expr;)*) => {$(
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) struct $name(pub(crate) $type);

        impl From<$type> for $name {
            fn from(value: $type) -> Self {
                Self(value)
            }
        }

        impl From<$name> for $type {
            fn from(word: $name) -> Self {
                word.0
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.0.key())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let given = String::deserialize(deserializer)?;
                let found = $table.into_iter().find(|value| value.key() == given);
                let refuse = || serde::de::Error::custom(unknown(&given, $table.into_iter().map(|value| value.key())));
                found.map(Self).ok_or_else(refuse)
            }
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                list(concat!($($doc),+), $table.into_iter().map(|value| value.key()))
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed($shown)
            }
        }
    )*};
}

words! {
    /// Level on a tool, in rising order.
    WireLevel as "Level": Level, Level::ALL;
    /// A tool of a project on which a member has a level.
    ToolWord as "Tool": Tool, Tool::LEVELLED;
    /// A single act given on top of a level.
    GrantWord as "Grant": Grant, Grant::ALL;
    /// State of a person's entry in a directory. A contact is in it and was not invited, or is not any more.
    EntryWord as "DirectoryStatus": ShownStatus, ShownStatus::ALL;
    /// How far a job is.
    StageWord as "Stage": Stage, Stage::ALL;
    /// How connections to a company's projects are approved: at once for whoever already has access, or each on request.
    Approval as "Approval": ApprovalPolicy, ApprovalPolicy::ALL;
    /// State of a connection.
    StateWord as "ConnectionState": State, State::ALL;
    /// One of the two ends of a connection.
    SideWord as "Side": Side, Side::ALL;
    /// What a connected tool does now.
    ToolStateWord as "ConnectedToolState": ToolState, ToolState::ALL;
    /// Status of a revision.
    RevisionStatus as "RevisionStatus": revision::Status, revision::Status::ALL;
    /// How a markup looks.
    MarkupKind as "MarkupKind": markup::Kind, markup::Kind::ALL;
    /// What a markup is drawn in.
    MarkupColour as "MarkupColour": markup::Colour, markup::Colour::ALL;
    /// Where an upload stands.
    UploadWord as "UploadStatus": uploads::UploadStatus, uploads::UploadStatus::ALL;
    /// Where a file of an upload stands.
    FileWord as "UploadFileState": uploads::FileState, uploads::FileState::ALL;
    /// Where a sheet of an upload stands.
    SheetWord as "SheetStatus": uploads::SheetStatus, uploads::SheetStatus::ALL;
    /// Where an export of a company stands.
    ExportWord as "ExportState": export::ExportState, export::ExportState::ALL;
    /// A kind of file with many sheets in it.
    DownloadForm as "DrawingDownloadForm": download::Form, download::Form::ALL;
    /// What a notification is about.
    NotificationKind as "NotificationKind": mail::Kind, mail::Kind::ALL;
    /// A language of screens and messages, a tag (BCP 47).
    LanguageWord as "Language": Language, Language::ALL;
    /// The order of the parts of a date: `22 Nov 2026`, `Nov 22, 2026`, `2026-11-22`.
    DateFormatWord as "DateFormat": DateFormat, DateFormat::ALL;
    /// What an open screen should fetch again.
    TopicWord as "HintTopic": Topic, Topic::ALL;
}

/// What an entry of a project's feed is about. The list is open: each tool that can be shared has kinds of its own.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(transparent)]
pub(crate) struct FeedKind(&'static str);

impl From<feed::Kind> for FeedKind {
    fn from(kind: feed::Kind) -> Self {
        Self(kind.key())
    }
}

impl PartialSchema for FeedKind {
    fn schema() -> RefOr<Schema> {
        let drawings: Vec<_> = feed::drawings::Kind::ALL.into_iter().map(feed::drawings::Kind::key).collect();
        let description = format!(
            "What an entry of a project's feed is about. Of Drawings: {}. More may come: pass over one that you do not know.",
            drawings.join(", ")
        );
        ObjectBuilder::new().schema_type(Type::String).description(Some(description)).into()
    }
}

impl ToSchema for FeedKind {}

/// Declares names for lists of words whose values travel as text, for the description only.
macro_rules! lists {
    ($($(#[doc = $doc:literal])+ $name:ident: $words:expr;)*) => {$(
        $(#[doc = $doc])+
        pub(crate) struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                list(concat!($($doc),+), $words)
            }
        }

        impl ToSchema for $name {}
    )*};
}

lists! {
    /// Why something was refused; `docs/errors.md` says what to do. More may come: judge one you do not know by its status.
    ErrorCode: codes::CODES.iter().map(|code| code.code);
    /// What an entry of the audit log says. More may come.
    AuditKind: audit::Kind::ALL.iter().map(|kind| kind.key());
    /// How copies land in a downstream project.
    ArrivalMode: projects::ARRIVALS.into_iter();
    /// What happened to a connection.
    HistoryKind: history::KINDS.into_iter();
    /// How far a comparison of copies with the upstream is; `stopped` where the connection paused or ended meanwhile.
    ComparisonState: Repair::STATES.into_iter();
    /// What became of a revision: `withheld` only upstream is told.
    Fate: explanation::Fate::KEYS.into_iter();
    /// How the names of uploaded files are read.
    NamingMode: uploads::namings();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_read_back_and_an_unknown_one_says_which_there_are() {
        let word: StateWord = serde_json::from_str("\"connected\"").unwrap();
        assert_eq!(word.0, State::Connected);
        assert_eq!(serde_json::to_string(&word).unwrap(), "\"connected\"");
        let refused = serde_json::from_str::<SideWord>("\"sideways\"").unwrap_err().to_string();
        assert!(refused.starts_with("`sideways` is none of upstream, downstream"), "{refused}");
    }
}
