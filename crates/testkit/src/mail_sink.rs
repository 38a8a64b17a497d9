//! A mail server in process: takes what is sent to it, keeps it, and refuses when it is told to.
//!
//! Real SMTP over loopback (RFC 5321), so that the client of the product is tested too. Deliberately absent: delivery, TLS, sign-in.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use mail_parser::MessageParser;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::tcp::OwnedReadHalf;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_util::sync::{CancellationToken, DropGuard};

/// How long [`MailSink::wait_for`] waits before it says what came instead. Only a failing test waits this long.
const PATIENCE: Duration = Duration::from_secs(20);

/// Longest line and longest letter taken, bytes.
const LINE_BYTES_MAX: u64 = 64 * 1024;
const LETTER_BYTES_MAX: usize = 16 * 1024 * 1024;

/// How a letter is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// 550: for good.
    Permanent,
    /// 421: come back later; the connection is closed.
    Later,
    /// Takes the letter, and hangs up before it has said so.
    Forgets,
}

/// A letter as it came.
#[derive(Debug, Clone)]
pub struct Letter {
    /// The sender of the envelope.
    pub from: String,
    /// The readers of the envelope.
    pub to: Vec<String>,
    /// Every byte, as sent.
    pub raw: String,
    /// `Subject`, decoded.
    pub subject: String,
    /// `Message-ID`, without the angle brackets.
    pub message_id: String,
    /// The plain text part, decoded.
    pub text: String,
    /// The HTML part, decoded.
    pub html: String,
}

impl Letter {
    /// A header by name, decoded as text; empty where it is absent.
    pub fn header(&self, name: &str) -> String {
        let parsed = MessageParser::default().parse(self.raw.as_bytes());
        let value = parsed.as_ref().and_then(|letter| letter.header_raw(name));
        value.map(|value| value.trim().to_owned()).unwrap_or_default()
    }

    /// The first link of the text part that begins like this; invitations are followed with it.
    pub fn link(&self, beginning: &str) -> Option<&str> {
        self.text.split_whitespace().find(|word| word.starts_with(beginning))
    }

    fn read(envelope: Envelope, raw: &[u8]) -> Self {
        let parsed = MessageParser::default().parse(raw);
        let letter = parsed.as_ref();
        let subject = letter.and_then(|letter| letter.subject()).unwrap_or_default().to_owned();
        let message_id = letter.and_then(|letter| letter.message_id()).unwrap_or_default().to_owned();
        let text = letter.and_then(|letter| letter.body_text(0)).unwrap_or_default().into_owned();
        let html = letter.and_then(|letter| letter.body_html(0)).unwrap_or_default().into_owned();
        let raw = String::from_utf8_lossy(raw).into_owned();
        Self { from: envelope.from, to: envelope.to, raw, subject, message_id, text, html }
    }
}

#[derive(Debug, Default)]
struct Envelope {
    from: String,
    to: Vec<String>,
}

#[derive(Debug)]
struct Kept {
    letters: Mutex<Vec<Letter>>,
    refusal: Mutex<Option<Refusal>>,
    count: watch::Sender<usize>,
    /// While it is true, nobody gets an answer.
    silent: watch::Sender<bool>,
    /// How many clients wait for an answer that is held back.
    waiting: watch::Sender<usize>,
}

/// What another thread left when it panicked is still a list of letters.
fn open<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The server. It stops when this value goes.
#[derive(Debug)]
pub struct MailSink {
    address: SocketAddr,
    kept: Arc<Kept>,
    stop: Mutex<Option<DropGuard>>,
}

impl MailSink {
    /// Starts on a free port of loopback.
    pub async fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.context("no port for the mail server")?;
        let address = listener.local_addr()?;
        let kept = Arc::new(Kept {
            letters: Mutex::default(),
            refusal: Mutex::default(),
            count: watch::Sender::new(0),
            silent: watch::Sender::new(false),
            waiting: watch::Sender::new(0),
        });
        let sink = Self { address, kept, stop: Mutex::default() };
        sink.serve(listener);
        Ok(sink)
    }

    fn serve(&self, listener: TcpListener) {
        let stop = CancellationToken::new();
        let work = accept(listener, Arc::clone(&self.kept), stop.clone());
        tokio::spawn(stop.clone().run_until_cancelled_owned(work));
        *open(&self.stop) = Some(stop.drop_guard());
    }

    /// The machine is gone: open connections break, new ones are refused.
    pub async fn go_down(&self) {
        open(&self.stop).take();
        // The listener goes with its task, soon.
        while TcpStream::connect(self.address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    }

    /// The machine is back, at the same address.
    pub async fn come_back(&self) -> Result<()> {
        self.serve(TcpListener::bind(self.address).await.context("the port is taken")?);
        Ok(())
    }

    /// From now on answers nobody, or with `false` everybody again.
    pub fn fall_silent(&self, silent: bool) {
        self.kept.silent.send_replace(silent);
    }

    /// Until a client waits for an answer that is held back.
    pub async fn kept_waiting(&self) {
        let mut waiting = self.kept.waiting.subscribe();
        // The sender lives as long as this value.
        let _ = waiting.wait_for(|waiting| *waiting > 0).await;
    }

    /// `smtp://127.0.0.1:PORT`, for the setting `smtp_url`.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// From now on refuses every letter, or with `None` takes them again.
    pub fn refuse(&self, refusal: Option<Refusal>) {
        *open(&self.kept.refusal) = refusal;
    }

    /// What has come so far, in order.
    pub fn letters(&self) -> Vec<Letter> {
        open(&self.kept.letters).clone()
    }

    /// Forgets what has come.
    pub fn clear(&self) {
        open(&self.kept.letters).clear();
    }

    /// What came to an address, in order.
    pub fn letters_to(&self, address: &str) -> Vec<Letter> {
        self.letters().into_iter().filter(|letter| letter.to.iter().any(|to| to == address)).collect()
    }

    /// The first letter that answers the description, now or as soon as it comes; an error says what came instead.
    pub async fn wait_for(&self, wanted: impl Fn(&Letter) -> bool) -> Result<Letter> {
        let mut count = self.kept.count.subscribe();
        let found = tokio::time::timeout(PATIENCE, async {
            loop {
                count.borrow_and_update();
                if let Some(letter) = self.letters().into_iter().find(|letter| wanted(letter)) {
                    return Ok(letter);
                }
                count.changed().await.context("the mail server stopped")?;
            }
        });
        if let Ok(found) = found.await {
            return found;
        }
        let came: Vec<_> = self
            .letters()
            .iter()
            .map(|letter| format!("{}: {}", letter.to.join(", "), letter.subject))
            .collect();
        bail!("no such letter came; these did: {came:#?}")
    }
}

async fn accept(listener: TcpListener, kept: Arc<Kept>, stop: CancellationToken) {
    while let Ok((stream, _)) = listener.accept().await {
        let talk = talk(stream, Arc::clone(&kept));
        // A client that hangs up in the middle is ordinary.
        tokio::spawn(stop.clone().run_until_cancelled_owned(async move { talk.await.ok() }));
    }
}

async fn talk(stream: TcpStream, kept: Arc<Kept>) -> Result<()> {
    stream.set_nodelay(true)?;
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read);
    let mut envelope = Envelope::default();
    write.write_all(b"220 sink ESMTP\r\n").await?;
    loop {
        let Some(line) = line(&mut lines).await? else { return Ok(()) };
        let line = String::from_utf8_lossy(&line).trim_end().to_owned();
        let (verb, rest) = line.split_once([' ', ':']).unwrap_or((&line, ""));
        held_back(&kept).await;
        let refusal = *open(&kept.refusal);
        let answer = match (verb.to_ascii_uppercase().as_str(), refusal) {
            ("EHLO", _) => "250-sink\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n",
            ("HELO" | "NOOP", _) => "250 OK\r\n",
            ("MAIL", Some(Refusal::Later)) => {
                write.write_all(b"421 later\r\n").await?;
                return Ok(());
            }
            ("MAIL", _) => {
                envelope = Envelope { from: path(rest), to: vec![] };
                "250 OK\r\n"
            }
            ("RCPT", Some(Refusal::Permanent | Refusal::Later)) => "550 no such mailbox\r\n",
            ("RCPT", _) => {
                envelope.to.push(path(rest));
                "250 OK\r\n"
            }
            ("DATA", _) if envelope.to.is_empty() => "503 nobody to give it to\r\n",
            ("DATA", _) => {
                write.write_all(b"354 go on\r\n").await?;
                let letter = Letter::read(std::mem::take(&mut envelope), &letter(&mut lines).await?);
                open(&kept.letters).push(letter);
                kept.count.send_modify(|count| *count += 1);
                if refusal == Some(Refusal::Forgets) {
                    return Ok(());
                }
                "250 taken\r\n"
            }
            ("RSET", _) => {
                envelope = Envelope::default();
                "250 OK\r\n"
            }
            ("QUIT", _) => {
                write.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => "502 not known here\r\n",
        };
        write.write_all(answer.as_bytes()).await?;
    }
}

/// Waits while the server is silent.
async fn held_back(kept: &Kept) {
    let mut silent = kept.silent.subscribe();
    if *silent.borrow_and_update() {
        kept.waiting.send_modify(|waiting| *waiting += 1);
        let _ = silent.wait_for(|silent| !*silent).await;
        kept.waiting.send_modify(|waiting| *waiting -= 1);
    }
}

/// The address between the angle brackets of `FROM:<…>` or `TO:<…>`.
fn path(rest: &str) -> String {
    let inside = rest.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inside.map_or(rest, |(address, _)| address).trim().to_owned()
}

/// One line with its end; `None` where the client has hung up.
async fn line(lines: &mut BufReader<OwnedReadHalf>) -> Result<Option<Vec<u8>>> {
    let mut line = vec![];
    let read = lines.take(LINE_BYTES_MAX).read_until(b'\n', &mut line).await?;
    Ok((read > 0).then_some(line))
}

/// The lines up to the lone dot, with the dots taken off that the client doubled (RFC 5321, 4.5.2).
async fn letter(lines: &mut BufReader<OwnedReadHalf>) -> Result<Vec<u8>> {
    let mut letter = vec![];
    loop {
        let line = line(lines).await?.context("the client hung up in the middle of a letter")?;
        if line == b".\r\n" {
            return Ok(letter);
        }
        letter.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        if letter.len() > LETTER_BYTES_MAX {
            bail!("the letter is too large");
        }
    }
}

#[cfg(test)]
mod tests {
    use lettre::message::{MultiPart, SinglePart};
    use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

    use super::*;

    fn client(sink: &MailSink) -> AsyncSmtpTransport<Tokio1Executor> {
        AsyncSmtpTransport::<Tokio1Executor>::from_url(&sink.url()).unwrap().build()
    }

    fn letter(subject: &str, text: &str) -> Message {
        Message::builder()
            .from("Sluice <sluice@harbor.example>".parse().unwrap())
            .to("Maria López <maria@delta.example>".parse().unwrap())
            .message_id(Some("<one@harbor.example>".into()))
            .subject(subject)
            .multipart(
                MultiPart::alternative()
                    .singlepart(SinglePart::plain(text.to_owned()))
                    .singlepart(SinglePart::html(format!("<p>{text}</p>"))),
            )
            .unwrap()
    }

    #[tokio::test]
    async fn a_letter_is_read_as_it_was_written() {
        let sink = MailSink::start().await.unwrap();
        let text = format!(
            "Grüße.\r\n.\r\n..two dots\r\n{}\r\nhttps://harbor.example/invitations/abc",
            "ä long line ".repeat(30)
        );
        let client = client(&sink);
        client
            .send(letter("Anschluß für Harbor Tower — bitte prüfen, sehr lange Zeile im Betreff", &text))
            .await
            .unwrap();
        client.send(letter("second", "over the same connection")).await.unwrap();

        let came = sink.wait_for(|letter| letter.text.contains("Grüße")).await.unwrap();
        assert_eq!(
            (came.from.as_str(), came.to.as_slice()),
            ("sluice@harbor.example", &["maria@delta.example".to_owned()][..])
        );
        assert_eq!(came.subject, "Anschluß für Harbor Tower — bitte prüfen, sehr lange Zeile im Betreff");
        assert_eq!(came.message_id, "one@harbor.example");
        assert_eq!(came.text.replace("\r\n", "\n"), text.replace("\r\n", "\n"));
        assert!(came.html.contains("<p>Grüße."));
        assert_eq!(
            came.link("https://harbor.example/invitations/"),
            Some("https://harbor.example/invitations/abc")
        );
        assert!(came.header("Content-Type").starts_with("multipart/alternative"));
        assert_eq!(sink.letters_to("maria@delta.example").len(), 2);
        sink.clear();
        assert!(sink.letters().is_empty());
    }

    #[tokio::test]
    async fn it_refuses_when_told_to_and_takes_again() {
        let sink = MailSink::start().await.unwrap();
        let client = client(&sink);
        sink.refuse(Some(Refusal::Permanent));
        assert!(client.send(letter("one", "one")).await.unwrap_err().is_permanent());
        sink.refuse(Some(Refusal::Later));
        let later = client.send(letter("two", "two")).await.unwrap_err();
        assert!(!later.is_permanent(), "{later:?}");
        assert!(sink.letters().is_empty());
        sink.refuse(None);
        client.send(letter("three", "three")).await.unwrap();
        assert_eq!(sink.wait_for(|_| true).await.unwrap().subject, "three");
    }

    #[tokio::test]
    async fn it_forgets_goes_down_and_comes_back() {
        let sink = MailSink::start().await.unwrap();
        sink.refuse(Some(Refusal::Forgets));
        client(&sink).send(letter("taken", "and not said")).await.unwrap_err();
        assert_eq!(sink.letters().len(), 1);
        sink.refuse(None);
        sink.go_down().await;
        client(&sink).send(letter("nobody", "there")).await.unwrap_err();
        sink.come_back().await.unwrap();
        client(&sink).send(letter("again", "there")).await.unwrap();
        assert_eq!(sink.letters().len(), 2);
    }

    #[tokio::test]
    async fn it_keeps_a_client_waiting() {
        let sink = MailSink::start().await.unwrap();
        sink.fall_silent(true);
        let client = client(&sink);
        let sending = tokio::spawn(async move { client.send(letter("slow", "but sure")).await });
        sink.kept_waiting().await;
        assert!(!sending.is_finished() && sink.letters().is_empty());
        sink.fall_silent(false);
        sending.await.unwrap().unwrap();
        assert_eq!(sink.letters().len(), 1);
    }

    #[tokio::test]
    async fn a_waiting_test_is_woken_by_the_letter() {
        let sink = MailSink::start().await.unwrap();
        let client = client(&sink);
        let (came, sent) = tokio::join!(
            sink.wait_for(|letter| letter.subject == "late"),
            client.send(letter("late", "late"))
        );
        sent.unwrap();
        assert_eq!(came.unwrap().text.trim_end(), "late");
    }

    #[tokio::test]
    async fn a_client_that_talks_nonsense_or_hangs_up_harms_nobody() {
        let sink = MailSink::start().await.unwrap();
        let mut stream = TcpStream::connect(sink.address).await.unwrap();
        stream
            .write_all(b"DATA\r\nHELLO?\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\nhalf")
            .await
            .unwrap();
        stream.shutdown().await.unwrap();
        let mut said = String::new();
        stream.read_to_string(&mut said).await.unwrap();
        assert_eq!(
            said,
            "220 sink ESMTP\r\n503 nobody to give it to\r\n502 not known here\r\n250 OK\r\n250 OK\r\n354 go on\r\n"
        );
        client(&sink).send(letter("after", "after")).await.unwrap();
        assert_eq!(sink.letters().len(), 1);
    }
}
