//! `/metrics`: figures for the operator's monitoring (`OpenMetrics` text), for whom the operator says: nobody, this machine, or who has the token.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::header;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use prometheus_client::encoding::text::{encode_eof, encode_registry};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use sha2::{Digest, Sha256};
use sluice_app::Error;
use sluice_app::figures::{self, Figures};

use crate::problem::Answer;
use crate::{Api, client};

/// Who may read the figures.
#[derive(Debug, Clone, Default)]
pub struct Readers {
    /// Whoever asks from this machine itself, not through a proxy.
    pub this_machine: bool,
    /// Whoever sends this as `Authorization: Bearer`.
    pub token: Option<String>,
}

impl Readers {
    fn may_read(&self, parts: &Parts) -> bool {
        let peer: IpAddr = client::peer(parts);
        if self.this_machine && peer.is_loopback() && !client::is_forwarded(parts) {
            return true;
        }
        let said = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let said = said.and_then(|value| value.split_once(' ')).map(|(_, token)| token.trim());
        // Hashes are compared, so that the time taken tells nothing of the token.
        let hash = |text: &str| -> [u8; 32] { Sha256::digest(text.as_bytes()).into() };
        self.token.as_deref().zip(said).is_some_and(|(token, said)| hash(token) == hash(said))
    }
}

/// Seconds within which most requests are answered, and some are not.
const SECONDS: [f64; 11] = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// Method, route with its parameters' names instead of values, and in the first status.
type Asked = [(&'static str, String); 3];
type Route = [(&'static str, String); 2];

fn histogram() -> Histogram {
    Histogram::new(SECONDS)
}

/// What the interface counts itself.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Asked, Counter>,
    durations: Family<Route, Histogram, fn() -> Histogram>,
    /// Open live streams.
    pub(crate) streams: Gauge,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let requests = Family::default();
        let durations = Family::new_with_constructor(histogram as fn() -> Histogram);
        let streams = Gauge::default();
        let mut registry = Registry::with_prefix("sluice");
        registry.register(
            "http_requests",
            "Requests to the interface by method, route and status",
            requests.clone(),
        );
        registry.register_with_unit(
            "http_request_duration",
            "Time until an answer begins",
            Unit::Seconds,
            durations.clone(),
        );
        registry.register("live_streams", "Live streams that are open now", streams.clone());
        Self { registry, requests, durations, streams }
    }
}

/// Counts one for as long as it is held.
#[derive(Debug)]
pub(crate) struct Held(Arc<Metrics>);

impl Held {
    /// A live stream.
    pub(crate) fn stream(metrics: &Arc<Metrics>) -> Self {
        metrics.streams.inc();
        Self(Arc::clone(metrics))
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.streams.dec();
    }
}

/// Counts a request.
pub(crate) async fn measure(State(api): State<Api>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    // A route, never an address: ids would make as many rows as there are records.
    let route = request.extensions().get::<MatchedPath>().map_or("other", MatchedPath::as_str).to_owned();
    let method = match request.method().as_str() {
        known @ ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS") => known.to_owned(),
        _ => "other".to_owned(),
    };
    let response = next.run(request).await;
    let status = response.status().as_str().to_owned();
    let seconds = began.elapsed().as_secs_f64();
    api.metrics
        .durations
        .get_or_create(&[("method", method.clone()), ("route", route.clone())])
        .observe(seconds);
    api.metrics.requests.get_or_create(&[("method", method), ("route", route), ("status", status)]).inc();
    response
}

/// Gives the figures to whom the operator says; to anybody else there is nothing here.
pub(crate) async fn show(State(api): State<Api>, request: Request) -> Answer<Response> {
    let (parts, _) = request.into_parts();
    if !api.settings.metrics.may_read(&parts) {
        return Err(Error::code("not_found").into());
    }
    let text = text(&api.metrics, &figures::now(&api).await?).map_err(Error::fault)?;
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, kind)], text).into_response())
}

fn text(metrics: &Metrics, figures: &Figures) -> Result<String, std::fmt::Error> {
    let mut text = String::new();
    encode_registry(&mut text, &metrics.registry)?;
    encode_registry(&mut text, &counted(figures))?;
    encode_eof(&mut text)?;
    Ok(text)
}

/// What was counted in the database just now. States in which there is nothing say 0, so that an alarm on them has something to look at.
fn counted(figures: &Figures) -> Registry {
    let mut registry = Registry::with_prefix("sluice");
    let work: Family<Route, Gauge> = Family::default();
    for lane in [false, true] {
        for state in ["running", "waiting", "failing", "later"] {
            let found = figures.work.iter().find(|work| work.ingest == lane && work.state == state);
            let lane = if lane { "ingest" } else { "quick" };
            let labels = [("lane", lane.to_owned()), ("state", state.to_owned())];
            work.get_or_create(&labels).set(found.map_or(0, |found| found.count));
        }
    }
    registry.register("jobs", "Background work by lane and state", work);
    let outbox: Family<[(&str, String); 1], Gauge> = Family::default();
    for state in ["waiting", "stuck"] {
        let found = figures.outbox.iter().find(|mail| mail.state == state);
        outbox.get_or_create(&[("state", state.to_owned())]).set(found.map_or(0, |found| found.count));
    }
    registry.register("mail", "Messages whose mail is not out", outbox);
    let connections: Family<[(&str, String); 1], Gauge> = Family::default();
    for state in sluice_domain::connection::State::ALL {
        let found = figures.connections.iter().find(|connections| connections.state == state.key());
        connections
            .get_or_create(&[("state", state.key().to_owned())])
            .set(found.map_or(0, |found| found.count));
    }
    registry.register("connections", "Connections by state", connections);
    let (blobs, bytes) = figures.written;
    for (name, help, value) in [
        ("blobs_written", "Blobs that this process has kept", blobs),
        ("blob_bytes_written", "Bytes of blobs that this process has kept", bytes),
        ("password_checks", "Passwords that this process has compared with a hash", figures.password_checks),
    ] {
        let counter: Counter = Counter::default();
        counter.inc_by(value);
        registry.register(name, help, counter);
    }
    registry
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use axum::extract::ConnectInfo;

    use super::*;

    fn asked(peer: &str, headers: &[(&'static str, &str)]) -> Parts {
        let mut request = axum::http::Request::builder();
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(()).unwrap();
        request.extensions_mut().insert(ConnectInfo::<SocketAddr>(peer.parse().unwrap()));
        request.into_parts().0
    }

    #[test]
    fn only_whom_the_operator_named_may_read() {
        let nobody = Readers::default();
        let machine = Readers { this_machine: true, token: None };
        let token = Readers { this_machine: false, token: Some("a long secret".into()) };
        let here = asked("127.0.0.1:1", &[]);
        let proxied = asked("127.0.0.1:1", &[("x-forwarded-for", "203.0.113.9")]);
        let away = asked("203.0.113.9:1", &[]);
        let with = asked("203.0.113.9:1", &[("authorization", "Bearer a long secret")]);
        let wrong = asked("127.0.0.1:1", &[("authorization", "Bearer another")]);
        let may =
            |readers: &Readers| [&here, &proxied, &away, &with, &wrong].map(|parts| readers.may_read(parts));
        assert_eq!(may(&nobody), [false; 5]);
        assert_eq!(may(&machine), [true, false, false, false, true]);
        assert_eq!(may(&token), [false, false, false, true, false]);
    }

    #[test]
    fn figures_are_written_with_zeros() {
        let work = vec![figures::Work { ingest: true, state: "waiting".into(), count: 3 }];
        let figures =
            Figures { work, outbox: vec![], connections: vec![], written: (2, 10), password_checks: 7 };
        let text = text(&Metrics::new(), &figures).unwrap();
        for line in [
            "sluice_jobs{lane=\"ingest\",state=\"waiting\"} 3",
            "sluice_jobs{lane=\"quick\",state=\"failing\"} 0",
            "sluice_mail{state=\"stuck\"} 0",
            "sluice_connections{state=\"connected\"} 0",
            "sluice_blobs_written_total 2",
            "sluice_password_checks_total 7",
            "sluice_live_streams 0",
        ] {
            assert!(text.lines().any(|written| written == line), "no {line} in:\n{text}");
        }
        assert!(text.ends_with("# EOF\n"));
    }
}
