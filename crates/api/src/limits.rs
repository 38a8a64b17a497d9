//! How often one may ask (`SEC-04`, `REL-08`): by address where something secret could be guessed or nobody is known, by person for the rest.
//! Failed sign-ins also lock the account, whatever the address (`sign_in`).

use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::extract::{OptionalFromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use sluice_app::Error;
use sluice_domain::PersonId;

use crate::extract::Who;
use crate::problem::Refused;
use crate::{Api, client};

/// So many at once, and then one in each interval.
#[derive(Debug, Clone, Copy)]
pub struct Rate {
    /// At once.
    pub burst: NonZeroU32,
    /// Until one more is free.
    pub interval: Duration,
}

impl Rate {
    const fn new(burst: u32, interval: Duration) -> Self {
        let Some(burst) = NonZeroU32::new(burst) else { panic!("a rate lets at least one through") };
        Self { burst, interval }
    }
}

/// The limits in force; `None` is none.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// For each address, where something secret could be guessed: sign-in, invitations, passwords, tokens.
    pub secrets: Option<Rate>,
    /// For each address, where nobody is signed in.
    pub strangers: Option<Rate>,
    /// For each person.
    pub people: Option<Rate>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            // An office behind one address may well sign in together in the morning; to guess, one in five seconds is nothing.
            secrets: Some(Rate::new(60, Duration::from_secs(5))),
            strangers: Some(Rate::new(300, Duration::from_millis(100))),
            people: Some(Self::people(NonZeroU32::MIN.saturating_add(199))),
        }
    }
}

impl Limits {
    /// The limit of a person who may send so many requests a second: ten seconds' worth at once, because a page of sheets opens many pictures.
    pub fn people(per_second: NonZeroU32) -> Rate {
        Rate {
            burst: per_second.saturating_mul(NonZeroU32::MIN.saturating_add(9)),
            interval: Duration::from_secs(1) / per_second.get(),
        }
    }
}

/// Keys kept at most before those are dropped that have not asked for a while.
const KEYS_MAX: usize = 50_000;

/// How many questions pass between two looks at how many keys there are.
const LOOK: u64 = 1_024;

/// One limit for many keys.
struct Keyed<K: Hash + Eq + Clone> {
    limiter: DefaultKeyedRateLimiter<K>,
    asked: AtomicU64,
}

impl<K: Hash + Eq + Clone> Keyed<K> {
    fn new(rate: Rate) -> Option<Self> {
        let quota = Quota::with_period(rate.interval)?.allow_burst(rate.burst);
        Some(Self { limiter: RateLimiter::keyed(quota), asked: AtomicU64::new(0) })
    }

    /// Counts one, or says after how long to come back.
    fn ask(&self, key: &K) -> Result<(), Duration> {
        if self.asked.fetch_add(1, Ordering::Relaxed).is_multiple_of(LOOK) && self.limiter.len() > KEYS_MAX {
            // Memory is bounded: whoever has their whole share again need not be remembered.
            self.limiter.retain_recent();
            self.limiter.shrink_to_fit();
        }
        self.limiter.check_key(key).map_err(|not_yet| not_yet.wait_time_from(DefaultClock::default().now()))
    }
}

impl<K: Hash + Eq + Clone> std::fmt::Debug for Keyed<K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keyed").field("asked", &self.asked).finish_non_exhaustive()
    }
}

/// The counters of a process.
#[derive(Debug)]
pub(crate) struct Counters {
    secrets: Option<Keyed<IpAddr>>,
    strangers: Option<Keyed<IpAddr>>,
    people: Option<Keyed<PersonId>>,
}

impl Counters {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            secrets: limits.secrets.and_then(Keyed::new),
            strangers: limits.strangers.and_then(Keyed::new),
            people: limits.people.and_then(Keyed::new),
        }
    }
}

fn count<K: Hash + Eq + Clone>(counter: Option<&Keyed<K>>, key: &K) -> Result<(), Error> {
    let wait = counter.map_or(Ok(()), |counter| counter.ask(key));
    wait.map_err(|wait| {
        let seconds = i64::try_from(wait.as_millis().div_ceil(1_000)).unwrap_or(i64::MAX);
        Error::retry("too_many_requests", seconds)
    })
}

/// Whether an address takes or gives away something that could be guessed.
fn is_secret(method: &str, path: &str) -> bool {
    let mut steps = path.split('/').filter(|step| !step.is_empty());
    match steps.next() {
        Some("session" | "first-run") => method == "POST",
        Some("invitations") => true,
        first => first
            .into_iter()
            .chain(steps)
            .any(|step| method != "GET" && (step.contains("password") || step.ends_with("tokens"))),
    }
}

/// Refuses who asks too often.
pub(crate) async fn hold_back(State(api): State<Api>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    match counted(&api, &mut parts).await {
        Ok(()) => next.run(Request::from_parts(parts, body)).await,
        Err(refused) => refused.into_response(),
    }
}

async fn counted(api: &Api, parts: &mut axum::http::request::Parts) -> Result<(), Refused> {
    let address = client::household(client::address(parts, &api.settings.trusted_proxies));
    if is_secret(parts.method.as_str(), parts.uri.path()) {
        count(api.counters.secrets.as_ref(), &address)?;
    }
    match <Who as OptionalFromRequestParts<Api>>::from_request_parts(parts, api).await? {
        Some(Who(who)) => count(api.counters.people.as_ref(), &who.person)?,
        None => count(api.counters.strangers.as_ref(), &address)?,
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sec_04_each_key_has_a_share_of_its_own() {
        let two: Keyed<u32> = Keyed::new(Rate::new(2, Duration::from_hours(1))).unwrap();
        assert!(two.ask(&1).is_ok() && two.ask(&1).is_ok());
        let wait = two.ask(&1).unwrap_err();
        assert!(wait > Duration::from_mins(50), "{wait:?}");
        assert!(two.ask(&2).is_ok());
    }

    #[test]
    fn rel_08_keys_that_have_their_share_again_are_forgotten() {
        // One in a nanosecond: everybody has their whole share again at once.
        let many: Keyed<usize> = Keyed::new(Rate::new(1, Duration::from_nanos(1))).unwrap();
        for key in 0..KEYS_MAX + 2 * usize::try_from(LOOK).unwrap() {
            let _ = many.ask(&key);
        }
        assert!(many.limiter.len() <= KEYS_MAX, "{}", many.limiter.len());
    }

    #[test]
    fn sec_04_what_could_be_guessed_is_counted_by_address() {
        for (method, path, expected) in [
            ("POST", "/session", true),
            ("GET", "/session", false),
            ("GET", "/invitations/abc", true),
            ("POST", "/invitations/abc/acceptance", true),
            ("POST", "/password-resets", true),
            ("PUT", "/me/password", true),
            ("POST", "/me/tokens", true),
            ("GET", "/me/tokens", false),
            ("POST", "/companies/1/people/2/invitation", false),
            ("GET", "/projects", false),
        ] {
            assert_eq!(is_secret(method, path), expected, "{method} {path}");
        }
    }
}
