//! What a use case answers when it cannot do what was asked: a refusal with a public code, unsound fields, or a fault of ours.

use sluice_domain::Reason;

use crate::codes::{self, Code};

/// A field of a request that is not sound.
#[derive(Debug, Clone)]
pub struct FieldError {
    /// JSON pointer into the request, `/name`.
    pub pointer: String,
    /// Stable code.
    pub code: &'static str,
    /// A sentence.
    pub detail: String,
}

/// The answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Refused by a rule.
    #[error("{detail}")]
    Refused {
        /// The public code, with its status and the next step.
        code: &'static Code,
        /// What happened, to what.
        detail: String,
        /// Seconds until it makes sense to try again.
        retry_after: Option<i64>,
    },
    /// The request has unsound fields.
    #[error("some fields need another value")]
    Invalid(Vec<FieldError>),
    /// The database or the files failed.
    #[error(transparent)]
    Store(sluice_store::Error),
    /// Something else of ours failed.
    #[error("an internal fault")]
    Fault(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Result of every use case.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// A refusal under a public code, in words of its own.
    pub fn refused(code: &str, detail: impl Into<String>) -> Self {
        Self::Refused { code: codes::find(code), detail: detail.into(), retry_after: None }
    }

    /// A refusal under a public code, in the sentence of the table.
    pub fn code(code: &str) -> Self {
        let code = codes::find(code);
        Self::Refused { code, detail: code.title.to_owned(), retry_after: None }
    }

    /// The same, with a time after which to try again.
    pub fn retry(code: &str, seconds: i64) -> Self {
        let code = codes::find(code);
        Self::Refused { code, detail: code.title.to_owned(), retry_after: Some(seconds.max(1)) }
    }

    /// One unsound field.
    pub fn field(pointer: &str, code: &'static str, detail: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError { pointer: pointer.into(), code, detail: detail.into() }])
    }

    /// A fault of ours.
    pub fn fault(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Fault(source.into())
    }

    /// The public code, where it is a refusal.
    pub const fn public_code(&self) -> Option<&'static str> {
        match self {
            Self::Refused { code, .. } => Some(code.code),
            _ => None,
        }
    }
}

impl From<sluice_store::Error> for Error {
    fn from(error: sluice_store::Error) -> Self {
        crate::once::meaning(error)
    }
}

macro_rules! from_reasons {
    ($($reason:ty),* $(,)?) => {$(
        impl From<$reason> for Error {
            fn from(reason: $reason) -> Self {
                Self::refused(reason.code(), reason.to_string())
            }
        }
    )*};
}
from_reasons!(
    sluice_domain::people::Unfit,
    sluice_domain::permission::Refusal,
    sluice_domain::topology::Ineligible,
    sluice_domain::connection::InvalidTransition,
    sluice_domain::connection::NotYours,
    sluice_domain::connection::TooLate,
    sluice_domain::connection::UnsoundReason,
);
