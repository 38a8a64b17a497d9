//! Time, ids and randomness, as arguments: the only place that asks the machine for them. Tests bring their own clock.

use std::sync::Arc;

use jiff::Timestamp;
use rand::TryRngCore;
use rand::rngs::OsRng;
use sluice_domain::PersonId;
use uuid::Uuid;

type Now = dyn Fn() -> Timestamp + Send + Sync;

/// Where time, ids and secrets come from.
#[derive(Clone)]
pub struct Environment {
    now: Arc<Now>,
}

impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Environment")
    }
}

impl Environment {
    /// The machine's own.
    pub fn system() -> Self {
        #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
        Self::with_clock(Timestamp::now)
    }

    /// With another clock.
    pub fn with_clock(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self { now: Arc::new(now) }
    }

    /// Now, to the millisecond, as it is stored.
    pub fn now(&self) -> Timestamp {
        let now = (self.now)();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }

    /// A new id, `UUIDv7`: it sorts by time.
    pub fn id<T: From<Uuid>>(&self) -> T {
        let millis = u64::try_from(self.now().as_millisecond()).unwrap_or_default();
        let mut random = [0_u8; 10];
        fill(&mut random);
        T::from(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
    }

    /// A new person's id, `UUIDv4`: it does not tell whether their address was known before (`PPL-03`).
    pub fn person_id(&self) -> PersonId {
        let mut random = [0_u8; 16];
        fill(&mut random);
        PersonId(uuid::Builder::from_random_bytes(random).into_uuid())
    }

    /// 256 random bits, for a token that is shown once.
    pub fn secret(&self) -> [u8; 32] {
        let mut secret = [0_u8; 32];
        fill(&mut secret);
        secret
    }
}

fn fill(bytes: &mut [u8]) {
    // Without the operating system's randomness nothing here is safe: stopping is the only right answer.
    #[expect(clippy::expect_used, reason = "no token may ever be guessable")]
    OsRng.try_fill_bytes(bytes).expect("the operating system gives random bytes");
}
