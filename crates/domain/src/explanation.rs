//! *Why did (or didn't) this sheet arrive?* (`SEE-05`): why a revision has not been copied, as either side may be told.

use crate::Reason;
use crate::connection::{Pause, State};
use crate::revision::Status;
use crate::travel::{self, Offer, Withheld};

/// Why a revision is not copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Absence {
    /// It may not travel. Only upstream is told.
    #[error("It is withheld: {0}.")]
    Withheld(Withheld),
    /// It was published, and deleted before it was copied.
    #[error("It was deleted before it was copied.")]
    DeletedUncopied,
    /// There is only a request.
    #[error("The projects are not connected yet.")]
    NotConnected,
    /// The connection is over.
    #[error("The connection had ended before it was copied.")]
    Ended,
    /// The flow is paused.
    #[error("{0}")]
    Paused(Pause),
    /// It did not fit here; it is tried again.
    #[error("It could not be copied yet. It is tried again by itself.")]
    Parked,
    /// Nothing is in its way.
    #[error("It is published and on its way.")]
    OnItsWay,
}

impl Reason for Absence {
    fn code(&self) -> &'static str {
        match self {
            Self::Withheld(withheld) => withheld.code(),
            Self::DeletedUncopied => "deleted_uncopied",
            Self::NotConnected => "not_connected",
            Self::Ended => "ended",
            Self::Paused(pause) => pause.code(),
            Self::Parked => "parked",
            Self::OnItsWay => "on_its_way",
        }
    }
}

/// What is known of a revision that is not copied.
#[derive(Debug, Clone, Copy)]
pub struct Facts {
    /// Where the connection stands.
    pub state: State,
    /// Why the flow is paused, if it is.
    pub pause: Option<Pause>,
    /// Whether upstream published it.
    pub status: Status,
    /// Whether upstream deleted it or its drawing.
    pub deleted: bool,
    /// Whether it did not fit.
    pub parked: bool,
}

/// Says why a revision is not copied: first what lies with the record, then with the connection, then with the flow.
pub const fn absence(facts: Facts) -> Absence {
    match travel::revision(facts.status, facts.deleted) {
        Err(withheld) => return Absence::Withheld(withheld),
        Ok(Offer::Deleted) => return Absence::DeletedUncopied,
        Ok(Offer::Present) => {}
    }
    match facts.state {
        State::Requested => Absence::NotConnected,
        State::Connected => match (facts.pause, facts.parked) {
            (Some(pause), _) => Absence::Paused(pause),
            (None, true) => Absence::Parked,
            (None, false) => Absence::OnItsWay,
        },
        _ => Absence::Ended,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::Side;

    #[test]
    fn see_05_the_record_is_asked_before_the_connection_and_the_flow() {
        let waits = Facts {
            state: State::Connected,
            pause: Some(Pause::ToolOff(Side::Upstream)),
            status: Status::Published,
            deleted: false,
            parked: true,
        };
        let code = |facts| absence(facts).code();
        assert_eq!(code(waits), "upstream_tool_off");
        assert_eq!(code(Facts { pause: None, ..waits }), "parked");
        assert_eq!(code(Facts { pause: None, parked: false, ..waits }), "on_its_way");
        assert_eq!(code(Facts { state: State::Requested, ..waits }), "not_connected");
        assert_eq!(code(Facts { state: State::Disconnected, ..waits }), "ended");
        assert_eq!(code(Facts { deleted: true, ..waits }), "deleted_uncopied");
        let draft = Facts { status: Status::Unpublished, ..waits };
        assert_eq!(code(draft), "unpublished");
        assert_eq!(code(Facts { state: State::Disconnected, deleted: true, ..draft }), "deleted_unseen");
    }
}
