//! `can` maps: what a person may do with a resource and, for what they may not, why (`PPL-07`).

use sluice_domain::Reason;
use sluice_domain::permission::{Action, Standing, allows};

/// Why something is not allowed.
#[derive(Debug, Clone)]
pub struct Why {
    /// Stable code.
    pub code: &'static str,
    /// A sentence.
    pub sentence: String,
}

impl Why {
    /// As a reason says it.
    pub fn of(reason: &impl Reason) -> Self {
        Self { code: reason.code(), sentence: reason.to_string() }
    }
}

impl From<Why> for crate::Error {
    fn from(why: Why) -> Self {
        Self::refused(why.code, why.sentence)
    }
}

/// Acts by name, each allowed or with the reason why not.
#[derive(Debug, Clone, Default)]
pub struct Can(pub Vec<(&'static str, Result<(), Why>)>);

impl Can {
    /// Adds an act.
    #[must_use]
    pub fn with<R: Reason>(self, act: &'static str, allowed: Result<(), R>) -> Self {
        self.judged(act, allowed.map_err(|reason| Why::of(&reason)))
    }

    /// Adds an act that was judged already.
    #[must_use]
    pub fn judged(mut self, act: &'static str, allowed: Result<(), Why>) -> Self {
        self.0.push((act, allowed));
        self
    }

    /// Adds an act of the permission matrix that the record, too, has to allow.
    #[must_use]
    pub fn fit<R: Reason>(
        self,
        act: &'static str,
        standing: &Standing,
        action: Action,
        fit: Result<(), R>,
    ) -> Self {
        match allows(standing, action) {
            Ok(()) => self.with(act, fit),
            refused => self.with(act, refused),
        }
    }

    /// Adds acts of the permission matrix under their own names.
    #[must_use]
    pub fn actions(self, standing: &Standing, actions: &[Action]) -> Self {
        actions.iter().fold(self, |can, action| can.with(action.key(), allows(standing, *action)))
    }

    /// Adds an act of the permission matrix under another name.
    #[must_use]
    pub fn named(self, act: &'static str, standing: &Standing, action: Action) -> Self {
        self.with(act, allows(standing, action))
    }
}
