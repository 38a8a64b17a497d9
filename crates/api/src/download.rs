//! Files as answers: whole or a part of them (RFC 9110, 14.2), recognised when unchanged, never as something a browser would run (`SEC-03`).

use std::fmt::Write;
use std::future::Future;
use std::io::SeekFrom;
use std::ops::Range;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sluice_app::Error;
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio_util::io::ReaderStream;

use crate::Api;
use crate::guard::{Watch, guarded};
use crate::problem::Answer;

/// Bytes read from the disk at a time.
pub(crate) const PIECE: usize = 128 * 1024;

/// A file to be given, whose reading was allowed.
pub(crate) struct Download<'a> {
    /// What its bytes are recognised by.
    pub(crate) etag: String,
    /// Their number.
    pub(crate) bytes: u64,
    /// What they are.
    pub(crate) kind: &'static str,
    /// The name under which it is saved.
    pub(crate) name: &'a str,
    /// To be saved rather than shown.
    pub(crate) saved: bool,
}

/// What a `Range` header asks for.
#[derive(Debug, PartialEq, Eq)]
enum Asked {
    Whole,
    Part(Range<u64>),
    Nothing,
}

/// Reads a range (RFC 9110, 14.2). Several ranges and other units are answered with the whole file, as the standard allows.
fn asked(value: Option<&str>, length: u64) -> Asked {
    let Some(spec) = value.and_then(|value| value.trim().strip_prefix("bytes=")) else { return Asked::Whole };
    let Some((first, last)) = spec.trim().split_once('-').filter(|_| !spec.contains(',')) else {
        return Asked::Whole;
    };
    let range = match (first.trim(), last.trim()) {
        ("", last) => last.parse::<u64>().ok().map(|count| length.saturating_sub(count)..length),
        (first, "") => first.parse().ok().map(|first| first..length),
        (first, last) => match (first.parse::<u64>(), last.parse::<u64>()) {
            (Ok(first), Ok(last)) if first <= last => Some(first..last.saturating_add(1).min(length)),
            _ => None,
        },
    };
    match range {
        None => Asked::Whole,
        Some(range) if range.start < range.end => Asked::Part(range),
        Some(_) => Asked::Nothing,
    }
}

/// `Content-Disposition` with the name in both forms: plain for old readers, UTF-8 for the others (RFC 6266).
pub(crate) fn disposition(saved: bool, name: &str) -> String {
    let kind = if saved { "attachment" } else { "inline" };
    let plain: String =
        name.chars().map(|c| if c.is_ascii_graphic() && c != '"' || c == ' ' { c } else { '_' }).collect();
    let mut encoded = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    format!("{kind}; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

fn names(headers: &HeaderMap, name: HeaderName, etag: &str) -> Option<bool> {
    let value = headers.get(name)?.to_str().ok()?;
    Some(value.split(',').any(|one| matches!(one.trim(), "*") || one.trim().trim_start_matches("W/") == etag))
}

/// Gives a file as the request's headers ask for it: opened only where bytes of it are sent, and for as long as `may` says so.
pub(crate) async fn send<O, J, F>(
    api: Api,
    watch: Watch,
    headers: &HeaderMap,
    file: &Download<'_>,
    open: O,
    may: J,
) -> Answer<Response>
where
    O: Future<Output = sluice_app::Result<tokio::fs::File>>,
    J: Fn(Api) -> F + Send + 'static,
    F: Future<Output = bool> + Send + 'static,
{
    let mut marks = HeaderMap::new();
    let mut mark = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            marks.insert(name, value);
        }
    };
    mark(header::ETAG, &file.etag);
    mark(header::CACHE_CONTROL, "private, no-cache");
    mark(header::ACCEPT_RANGES, "bytes");
    mark(header::CONTENT_DISPOSITION, &disposition(file.saved, file.name));
    mark(header::CONTENT_SECURITY_POLICY, "sandbox");
    mark(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    if names(headers, header::IF_NONE_MATCH, &file.etag) == Some(true) {
        return Ok((StatusCode::NOT_MODIFIED, marks).into_response());
    }
    mark(header::CONTENT_TYPE, file.kind);
    // A part of an older file would not fit to what the reader has.
    let same = names(headers, header::IF_RANGE, &file.etag).unwrap_or(true);
    let range = headers.get(header::RANGE).filter(|_| same).and_then(|value| value.to_str().ok());
    let (status, part) = match asked(range, file.bytes) {
        Asked::Whole => (StatusCode::OK, 0..file.bytes),
        Asked::Part(part) => {
            mark(header::CONTENT_RANGE, &format!("bytes {}-{}/{}", part.start, part.end - 1, file.bytes));
            (StatusCode::PARTIAL_CONTENT, part)
        }
        Asked::Nothing => {
            let mut response = crate::problem::plain("range_unsound");
            if let Ok(value) = HeaderValue::from_str(&format!("bytes */{}", file.bytes)) {
                response.headers_mut().insert(header::CONTENT_RANGE, value);
            }
            return Ok(response);
        }
    };
    let mut opened = open.await?;
    opened.seek(SeekFrom::Start(part.start)).await.map_err(Error::fault)?;
    let length = part.end - part.start;
    mark(header::CONTENT_LENGTH, &length.to_string());
    let pieces = ReaderStream::with_capacity(opened.take(length), PIECE);
    Ok((status, marks, Body::from_stream(guarded(api, watch, may, pieces))).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_the_standard_says() {
        for (value, expected) in [
            (None, Asked::Whole),
            (Some("bytes=0-9"), Asked::Part(0..10)),
            (Some("bytes=90-"), Asked::Part(90..100)),
            (Some("bytes=-5"), Asked::Part(95..100)),
            (Some("bytes=-500"), Asked::Part(0..100)),
            (Some("bytes=50-500"), Asked::Part(50..100)),
            (Some("bytes=100-"), Asked::Nothing),
            (Some("bytes=-0"), Asked::Nothing),
            (Some("bytes=0-1,5-6"), Asked::Whole),
            (Some("bytes=9-1"), Asked::Whole),
            (Some("lines=0-1"), Asked::Whole),
        ] {
            assert_eq!(asked(value, 100), expected, "{value:?}");
        }
        assert_eq!(asked(Some("bytes=18446744073709551614-18446744073709551615"), 100), Asked::Nothing);
    }

    #[test]
    fn a_hostile_title_stays_within_the_header() {
        assert_eq!(
            disposition(true, "7 - 1_Ä\"\r\nx.pdf"),
            "attachment; filename=\"7 - 1_____x.pdf\"; filename*=UTF-8''7%20-%201_%C3%84%22%0D%0Ax.pdf"
        );
    }
}
