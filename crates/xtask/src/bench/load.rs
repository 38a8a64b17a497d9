//! Asks one thing again and again over many kept connections, and counts.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::sample::as_f64;

/// Connections at a time, as a busy server has them.
const CLIENTS: usize = 32;
/// Room for one answer.
const ANSWER_MAX: usize = 1 << 22;

/// Sends the same request over and over for so long; answers seconds per request. Every answer must have this status.
pub(super) fn seconds_per_request(
    address: SocketAddr,
    request: &[u8],
    status: u16,
    time: Duration,
) -> Result<f64> {
    let start = Instant::now();
    let counts: Vec<Result<u64>> = thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|_| scope.spawn(|| one_client(address, request, status, start + time)))
            .collect();
        clients
            .into_iter()
            .map(|client| client.join().unwrap_or_else(|_| bail!("a client fell over")))
            .collect()
    });
    let took = start.elapsed().as_secs_f64();
    let count = counts.into_iter().sum::<Result<u64>>()?;
    if count == 0 {
        bail!("not one answer within {} ms", time.as_millis());
    }
    Ok(took / as_f64(count))
}

fn one_client(address: SocketAddr, request: &[u8], status: u16, until: Instant) -> Result<u64> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let mut buffer = vec![0; ANSWER_MAX];
    let mut count = 0;
    while Instant::now() < until {
        stream.write_all(request)?;
        let answered = read_answer(&mut stream, &mut buffer)?;
        if answered != status {
            bail!("{answered} instead of {status}");
        }
        count += 1;
    }
    Ok(count)
}

/// Reads one answer whole; answers its status.
fn read_answer(stream: &mut impl Read, buffer: &mut [u8]) -> Result<u16> {
    let mut filled = 0;
    loop {
        let read = stream.read(buffer.get_mut(filled..).unwrap_or_default())?;
        if read == 0 {
            bail!("the server closed a connection, or an answer is too long");
        }
        filled += read;
        let seen = buffer.get(..filled).unwrap_or_default();
        if let Some((status, length)) = parse(seen)?
            && filled >= length
        {
            return Ok(status);
        }
    }
}

/// Status and length, head included, of an answer whose head is there.
fn parse(seen: &[u8]) -> Result<Option<(u16, usize)>> {
    let Some(end) = seen.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
    let head = std::str::from_utf8(seen.get(..end).unwrap_or_default())?;
    let status = head.split(' ').nth(1).context("no HTTP answer")?.parse()?;
    let mut length = 0;
    for line in head.lines() {
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse()?;
        }
    }
    Ok(Some((status, end + 4 + length)))
}

#[cfg(test)]
mod tests {
    use super::{parse, read_answer};

    #[test]
    fn an_answer_is_read_to_its_end_and_no_further() {
        let text = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello";
        assert_eq!(parse(&text[..20]).unwrap(), None);
        assert_eq!(parse(text).unwrap(), Some((200, text.len())));
        assert_eq!(read_answer(&mut text.as_slice(), &mut [0; 100]).unwrap(), 200);
        assert!(read_answer(&mut &text[..30], &mut [0; 100]).is_err());
    }
}
