//! A clock that stands in a test's hand. Each look at it takes a millisecond, so that no two events share an instant.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};
use sluice_app::Environment;

/// The morning of a Monday: 2026-03-02, 08:00 UTC.
const START: i64 = 1_772_438_400_000;

/// The clock.
#[derive(Debug, Clone)]
pub struct Clock(Arc<AtomicI64>);

impl Default for Clock {
    fn default() -> Self {
        Self(Arc::new(AtomicI64::new(START)))
    }
}

impl Clock {
    /// What it shows, without moving it.
    pub fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.0.load(Ordering::SeqCst)).unwrap()
    }

    /// Moves it forward.
    pub fn advance(&self, by: SignedDuration) {
        self.0.fetch_add(i64::try_from(by.as_millis()).unwrap(), Ordering::SeqCst);
    }

    /// An environment that looks at it.
    pub fn environment(&self) -> Environment {
        let clock = Arc::clone(&self.0);
        Environment::with_clock(move || {
            Timestamp::from_millisecond(clock.fetch_add(1, Ordering::SeqCst) + 1).unwrap()
        })
    }
}
