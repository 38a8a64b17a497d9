//! The way out: a message as a letter, and the connections to the operator's mail server.

use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::{self, PoolConfig};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use sluice_store::message::Outgoing;

use super::{Facts, Kind, render, words};
use crate::language::Locale;
use crate::{App, Settings};

/// How long the mail server may take for one answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// Connections kept to the mail server, each for one mail at a time.
pub(crate) const AT_ONCE: usize = 4;

/// Why a mail did not get out.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A setting or an address does not allow a letter to be written.
    #[error("{0}")]
    Unsound(String),
    /// The mail server said no, for good.
    #[error("the mail server refused it: {0}")]
    Refused(String),
    /// The mail server was not reached, or asks to try later.
    #[error("the mail server did not take it: {0}")]
    Later(String),
}

/// The connections to the mail server, opened when the first mail goes out.
#[derive(Debug, Default)]
pub(crate) struct Mailer {
    transport: OnceLock<AsyncSmtpTransport<Tokio1Executor>>,
}

impl Mailer {
    /// Hands a letter to the mail server at `url`.
    pub(crate) async fn send(&self, url: &str, letter: Result<Message, Failure>) -> Result<(), Failure> {
        let letter = letter?;
        let transport = self.transport(url, &letter)?;
        match transport.send(letter).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_permanent() => Err(Failure::Refused(chain(&error))),
            Err(error) => Err(Failure::Later(chain(&error))),
        }
    }

    fn transport(&self, url: &str, letter: &Message) -> Result<&AsyncSmtpTransport<Tokio1Executor>, Failure> {
        if let Some(transport) = self.transport.get() {
            return Ok(transport);
        }
        let own_name = letter.envelope().from().map_or("localhost", Address::domain);
        let built = connect(url, own_name)?;
        Ok(self.transport.get_or_init(|| built))
    }
}

/// Prepares to talk to the mail server at `url`; opens no connection yet.
fn connect(url: &str, own_name: &str) -> Result<AsyncSmtpTransport<Tokio1Executor>, Failure> {
    // The address may hold a password: it does not go into the error.
    let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
        .map_err(|error| Failure::Unsound(format!("the address of the mail server is not sound: {error}")))?;
    Ok(builder
        .hello_name(ClientId::Domain(own_name.to_owned()))
        .timeout(Some(PATIENCE))
        .pool_config(PoolConfig::new().max_size(u32::try_from(AT_ONCE).unwrap_or(1)))
        .build())
}

/// Whether the mail server answers, for the operator; `false` where none is set.
pub async fn reachable(settings: &Settings) -> Result<bool, Failure> {
    let Some(url) = &settings.smtp_url else { return Ok(false) };
    let from = sender(settings)?;
    match connect(url, from.email.domain())?.test_connection().await {
        Ok(true) => Ok(true),
        Ok(false) => Err(Failure::Later("it hung up".to_owned())),
        Err(error) => Err(Failure::Later(chain(&error))),
    }
}

fn sender(settings: &Settings) -> Result<Mailbox, Failure> {
    let parsed: Result<Mailbox, _> = settings.mail_from.parse();
    parsed.map_err(|error| Failure::Unsound(format!("the sender's address is not sound: {error}")))
}

fn chain(error: &smtp::Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(next) = cause {
        let words = next.to_string();
        if !text.contains(&words) {
            text.push_str(": ");
            text.push_str(&words);
        }
        cause = next.source();
    }
    text
}

/// A message as a letter, always the same for the same message but for its date: a second one after a crash is known by its id (`NOT-03`).
pub(crate) fn letter(app: &App, outgoing: &Outgoing, kind: Kind, facts: &Facts) -> Result<Message, Failure> {
    let unsound = |what: &str, error: &dyn std::fmt::Display| Failure::Unsound(format!("{what}: {error}"));
    let language = outgoing.language.as_deref().unwrap_or_else(|| facts.get("language"));
    let locale =
        Locale::stored(Some(language), outgoing.time_zone.as_deref(), outgoing.date_format.as_deref());
    let link = app.link(&kind.path(outgoing.project_id, outgoing.connection_id, facts));
    let subject = words(&locale, kind, facts, outgoing.created_at).title;
    let shown = words(&locale, kind, &facts.clone().map(render::unlinked), outgoing.created_at);
    let parts = render::parts(locale.language, &shown, &link);
    let from = sender(&app.settings)?;
    let address: Address =
        outgoing.email.parse().map_err(|error| unsound("the reader's address is not sound", &error))?;
    let name = Some(render::single_line(&outgoing.person_name)).filter(|name| !name.is_empty());
    let part = |kind: ContentType, body: String| SinglePart::builder().header(kind).body(body);
    Message::builder()
        .from(from)
        .to(Mailbox::new(name, address))
        .subject(render::single_line(&subject))
        .date(SystemTime::from(app.environment.now()))
        .message_id(Some(format!("<{}@{}>", outgoing.id, host(&app.settings.public_url))))
        // Nobody's holiday note needs to answer this (RFC 3834).
        .raw_header(HeaderValue::new(
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".to_owned(),
        ))
        .multipart(
            MultiPart::alternative()
                .boundary(format!("sluice-{}", outgoing.id))
                .build()
                .singlepart(part(ContentType::TEXT_PLAIN, parts.text))
                .singlepart(part(ContentType::TEXT_HTML, parts.html)),
        )
        .map_err(|error| unsound("the letter could not be written", &error))
}

/// The host of an address, without port.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = match authority.strip_prefix('[') {
        // An IPv6 address has colons of its own, and none may stand in a message id.
        Some(_) => "localhost",
        None => authority.split(':').next().unwrap_or_default(),
    };
    if host.is_empty() { "localhost" } else { host }
}

#[cfg(test)]
mod tests {
    use super::host;

    #[test]
    fn a_message_id_ends_with_the_host() {
        assert_eq!(host("https://sluice.harbor.example/under/here"), "sluice.harbor.example");
        assert_eq!(host("http://localhost:8080"), "localhost");
        assert_eq!(host("http://[::1]:8080"), "localhost");
        assert_eq!(host(""), "localhost");
    }
}
