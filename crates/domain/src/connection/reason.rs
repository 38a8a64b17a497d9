//! The reason that a person gives for ending something, which both sides read.

use crate::Reason;

/// Longest reason, in characters (`DIS-01`).
pub const REASON_CHARACTERS_MAX: usize = 2_000;

/// A reason that is missing or too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnsoundReason {
    /// Nothing but white space.
    #[error("A reason is needed: it is shown to both companies.")]
    Missing,
    /// Over [`REASON_CHARACTERS_MAX`].
    #[error("The reason is longer than {REASON_CHARACTERS_MAX} characters.")]
    TooLong,
}

impl Reason for UnsoundReason {
    fn code(&self) -> &'static str {
        match self {
            Self::Missing => "reason_missing",
            Self::TooLong => "reason_too_long",
        }
    }
}

/// Reads a reason: trimmed, 1 to 2,000 characters, control characters other than line breaks removed (`DIS-01`).
pub fn sound_reason(raw: &str) -> Result<String, UnsoundReason> {
    let clean: String = raw.trim().chars().filter(|c| *c == '\n' || !c.is_control()).collect();
    match clean.chars().count() {
        0 => Err(UnsoundReason::Missing),
        1..=REASON_CHARACTERS_MAX => Ok(clean),
        _ => Err(UnsoundReason::TooLong),
    }
}
