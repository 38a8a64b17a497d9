//! Just enough HTTP/1.1 to ask a server on this machine: one kept connection, JSON, and a stream of events.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// How long an answer may take before the measure is given up.
const PATIENCE: Duration = Duration::from_mins(2);

/// One kept connection of one person.
pub(super) struct Client {
    stream: BufReader<TcpStream>,
    cookie: String,
}

impl Client {
    /// Connects; `cookie` is sent with each request, and may be empty.
    pub(super) fn connect(address: SocketAddr, cookie: &str) -> Result<Self> {
        let stream = TcpStream::connect_timeout(&address, Duration::from_secs(5))?;
        // What is written here is whole requests: waiting to gather more only delays them.
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self { stream: BufReader::new(stream), cookie: cookie.to_owned() })
    }

    /// `GET`, answered with 200.
    pub(super) fn get(&mut self, path: &str) -> Result<Value> {
        self.send("GET", path, "", b"")?.json(200)
    }

    /// `POST` with JSON, answered with `status`.
    pub(super) fn post(&mut self, path: &str, body: &Value, status: u16) -> Result<Value> {
        let head = "content-type: application/json\r\n";
        self.send("POST", path, head, body.to_string().as_bytes())?.json(status)
    }

    /// Any request; `head` holds further header lines, each with its end.
    pub(super) fn send(&mut self, method: &str, path: &str, head: &str, body: &[u8]) -> Result<Answer> {
        let mut request = request(method, path, &self.cookie, head, body.len());
        request.extend_from_slice(body);
        self.stream.get_mut().write_all(&request)?;
        let mut answer = read_head(&mut self.stream)?;
        answer.asked = format!("{method} {path}");
        if method != "HEAD" {
            answer.body = read_body(&mut self.stream, &answer)?;
        }
        Ok(answer)
    }
}

/// The head of a request, and nothing of its body.
pub(super) fn request(method: &str, path: &str, cookie: &str, head: &str, length: usize) -> Vec<u8> {
    let mut text = format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\n");
    // Writing to a string cannot fail.
    if !cookie.is_empty() {
        let _ = write!(text, "cookie: {cookie}\r\n");
    }
    if length > 0 {
        let _ = write!(text, "content-length: {length}\r\n");
    }
    text.push_str(head);
    text.push_str("\r\n");
    text.into_bytes()
}

/// What a server answered.
#[derive(Default)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// Names in small letters.
    headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
    asked: String,
}

impl Answer {
    /// A header, by its name in small letters.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    /// The body of an answer with this status; any other status is an error that says what came.
    pub(super) fn json(self, status: u16) -> Result<Value> {
        if self.status != status {
            bail!("{}: {} {}", self.asked, self.status, String::from_utf8_lossy(&self.body));
        }
        serde_json::from_slice(&self.body).with_context(|| format!("what {} answered", self.asked))
    }

    fn length(&self) -> Result<Option<usize>> {
        Ok(self.header("content-length").map(str::parse).transpose()?)
    }
}

fn read_head(stream: &mut impl BufRead) -> Result<Answer> {
    let mut line = String::new();
    stream.read_line(&mut line)?;
    let status = line.split(' ').nth(1).and_then(|status| status.parse().ok());
    let mut answer =
        Answer { status: status.with_context(|| format!("no HTTP answer: {line:?}"))?, ..Answer::default() };
    loop {
        line.clear();
        stream.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { return Ok(answer) };
        answer.headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
}

fn read_body(stream: &mut impl BufRead, answer: &Answer) -> Result<Vec<u8>> {
    if matches!(answer.status, 204 | 304) {
        return Ok(Vec::new());
    }
    let mut body = Vec::new();
    if let Some(length) = answer.length()? {
        body.resize(length, 0);
        stream.read_exact(&mut body)?;
        return Ok(body);
    }
    if answer.header("transfer-encoding") != Some("chunked") {
        bail!("{}: an answer of no known length", answer.asked);
    }
    loop {
        let mut line = String::new();
        stream.read_line(&mut line)?;
        let length = usize::from_str_radix(line.trim(), 16).with_context(|| format!("a chunk: {line:?}"))?;
        let before = body.len();
        body.resize(before + length, 0);
        stream.read_exact(body.get_mut(before..).unwrap_or_default())?;
        line.clear();
        stream.read_line(&mut line)?;
        if length == 0 {
            return Ok(body);
        }
    }
}

/// An open stream of events.
pub(super) struct Events {
    stream: BufReader<TcpStream>,
}

impl Events {
    /// Begins to listen.
    pub(super) fn open(address: SocketAddr, path: &str, cookie: &str) -> Result<Self> {
        let mut client = Client::connect(address, cookie)?;
        let request = request("GET", path, cookie, "accept: text/event-stream\r\n", 0);
        client.stream.get_mut().write_all(&request)?;
        let answer = read_head(&mut client.stream)?;
        if answer.status != 200 {
            bail!("GET {path} as a stream: {}", answer.status);
        }
        Ok(Self { stream: client.stream })
    }

    /// The data of the next event. What frames it, and signs of life, are passed over.
    pub(super) fn next(&mut self) -> Result<Value> {
        let mut line = String::new();
        loop {
            line.clear();
            if self.stream.read_line(&mut line)? == 0 {
                bail!("the server closed a stream of events");
            }
            if let Some(data) = line.strip_prefix("data: ") {
                return serde_json::from_str(data).with_context(|| format!("an event: {data:?}"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{read_body, read_head};

    fn read(text: &str) -> (u16, Vec<u8>) {
        let mut stream = text.as_bytes();
        let head = read_head(&mut stream).unwrap();
        let body = read_body(&mut stream, &head).unwrap();
        assert!(stream.is_empty(), "everything is read");
        (head.status, body)
    }

    #[test]
    fn bodies_of_a_length_in_chunks_and_none() {
        assert_eq!(read("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"), (200, b"hi".to_vec()));
        let chunks =
            "HTTP/1.1 201 Created\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n1\r\n!\r\n0\r\n\r\n";
        assert_eq!(read(chunks), (201, b"hi!".to_vec()));
        assert_eq!(read("HTTP/1.1 304 Not Modified\r\netag: \"1\"\r\n\r\n"), (304, Vec::new()));
    }
}
