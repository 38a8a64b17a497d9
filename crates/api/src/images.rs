//! Files and pictures of sheets: the one-page PDF with ranges, the thumbnail, tiles, words. Each request is authorised (`SEC-09`); an
//! uploaded file is never served as something a browser would run (`SEC-03`).

use std::fmt::Write;
use std::io::SeekFrom;
use std::ops::Range;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use sluice_app::Error;
use sluice_app::drawings::files::{self, Picture};
use sluice_domain::{RevisionId, SheetId};
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio_util::io::ReaderStream;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::Api;
use crate::extract::{Path, Query, Who};
use crate::guard::{Watch, guarded};
use crate::problem::{Answer, Problem};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(file))
        .routes(routes!(thumbnail))
        .routes(routes!(tile))
        .routes(routes!(text))
        .routes(routes!(sheet_thumbnail))
        .routes(routes!(sheet_tile))
}

/// Bytes read from the disk at a time.
const PIECE: usize = 128 * 1024;

/// What is under an address never changes: a revision keeps its file.
const FOREVER: (HeaderName, HeaderValue) =
    (header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=31536000, immutable"));

/// How to give the file.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct FileQuery {
    /// `1`: to be saved rather than shown.
    download: Option<String>,
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
fn disposition(download: bool, name: &str) -> String {
    let kind = if download { "attachment" } else { "inline" };
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

/// Gives the one-page PDF of a revision, whole or a part of it.
#[utoipa::path(get, path = "/drawing-revisions/{id}/file", tag = "Drawings", params(("id" = Uuid, Path), FileQuery), responses(
    (status = 200, body = Vec<u8>, content_type = "application/pdf"), (status = 206, body = Vec<u8>, content_type = "application/pdf"),
    (status = 304), (status = 401, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 416, body = Problem)))]
async fn file(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
    Query(query): Query<FileQuery>,
    headers: HeaderMap,
) -> Answer<Response> {
    let watch = Watch::new(&api, who);
    let readable = files::of_revision(&api, who, RevisionId(id)).await?;
    let etag = format!("\"{}\"", readable.sha256);
    let download = query.download.as_deref().is_some_and(|wanted| !matches!(wanted, "" | "0" | "false"));
    let mut marks = HeaderMap::new();
    let mut mark = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            marks.insert(name, value);
        }
    };
    mark(header::ETAG, &etag);
    mark(header::CACHE_CONTROL, "private, no-cache");
    mark(header::ACCEPT_RANGES, "bytes");
    mark(header::CONTENT_DISPOSITION, &disposition(download, &readable.file_name));
    mark(header::CONTENT_SECURITY_POLICY, "sandbox");
    mark(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    if names(&headers, header::IF_NONE_MATCH, &etag) == Some(true) {
        return Ok((StatusCode::NOT_MODIFIED, marks).into_response());
    }
    mark(header::CONTENT_TYPE, "application/pdf");
    // A part of an older file would not fit to what the reader has.
    let same = names(&headers, header::IF_RANGE, &etag).unwrap_or(true);
    let range = headers.get(header::RANGE).filter(|_| same).and_then(|value| value.to_str().ok());
    let (status, part) = match asked(range, readable.bytes) {
        Asked::Whole => (StatusCode::OK, 0..readable.bytes),
        Asked::Part(part) => {
            mark(header::CONTENT_RANGE, &format!("bytes {}-{}/{}", part.start, part.end - 1, readable.bytes));
            (StatusCode::PARTIAL_CONTENT, part)
        }
        Asked::Nothing => {
            let mut response = crate::problem::plain("range_unsound");
            if let Ok(value) = HeaderValue::from_str(&format!("bytes */{}", readable.bytes)) {
                response.headers_mut().insert(header::CONTENT_RANGE, value);
            }
            return Ok(response);
        }
    };
    files::take(&api, &readable).await?;
    let mut opened = files::open(&api, &readable).await?;
    opened.seek(SeekFrom::Start(part.start)).await.map_err(Error::fault)?;
    let length = part.end - part.start;
    mark(header::CONTENT_LENGTH, &length.to_string());
    let pieces = ReaderStream::with_capacity(opened.take(length), PIECE);
    let may = move |api: Api| async move { files::of_revision(&api, who, RevisionId(id)).await.is_ok() };
    Ok((status, marks, Body::from_stream(guarded(api, watch, may, pieces))).into_response())
}

fn picture(opened: sluice_app::Result<tokio::fs::File>, kind: &'static str) -> Answer<Response> {
    let body = Body::from_stream(ReaderStream::with_capacity(opened?, PIECE));
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static(kind)), FOREVER], body).into_response())
}

const WEBP: &str = "image/webp";

/// Gives the small picture of a revision.
#[utoipa::path(get, path = "/drawing-revisions/{id}/thumbnail", tag = "Drawings", params(("id" = Uuid, Path)), responses(
    (status = 200, body = Vec<u8>, content_type = "image/webp"), (status = 401, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn thumbnail(State(api): State<Api>, Who(who): Who, Path(id): Path<Uuid>) -> Answer<Response> {
    let file = files::of_revision(&api, who, RevisionId(id)).await?;
    picture(files::open_derived(&api, file.sha256, Picture::Thumbnail).await, WEBP)
}

/// A word on a sheet with its place, in points from the top left.
#[derive(Debug, Serialize, ToSchema)]
struct WordOnSheet {
    /// The characters.
    text: String,
    /// Left edge.
    x: f64,
    /// Top edge.
    y: f64,
    /// Width.
    w: f64,
    /// Height.
    h: f64,
    /// Size of the letters.
    size: f64,
    /// Reading direction, degrees clockwise.
    angle: u16,
}

/// The words of a sheet.
#[derive(Debug, Serialize, ToSchema)]
struct SheetText {
    /// Paper width, points.
    width: f64,
    /// Paper height, points.
    height: f64,
    /// The words.
    words: Vec<WordOnSheet>,
}

/// Gives the words of a revision with their places.
#[utoipa::path(get, path = "/drawing-revisions/{id}/text", tag = "Drawings", params(("id" = Uuid, Path)), responses(
    (status = 200, body = SheetText), (status = 401, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn text(State(api): State<Api>, Who(who): Who, Path(id): Path<Uuid>) -> Answer<Response> {
    let file = files::of_revision(&api, who, RevisionId(id)).await?;
    picture(files::open_derived(&api, file.sha256, Picture::Words).await, "application/json")
}

/// Reads `X_Y.webp`.
fn place(tile: &str) -> Option<(u32, u32)> {
    let (x, y) = tile.strip_suffix(".webp")?.split_once('_')?;
    Some((x.parse().ok()?, y.parse().ok()?))
}

fn webp(tile: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static(WEBP)), FOREVER], tile).into_response()
}

/// Gives one tile of a revision's picture: `{tile}` is `X_Y.webp`, level 0 the smallest.
#[utoipa::path(get, path = "/drawing-revisions/{id}/tiles/{level}/{tile}", tag = "Drawings",
    params(("id" = Uuid, Path), ("level" = u32, Path), ("tile" = String, Path, description = "`X_Y.webp`")), responses(
    (status = 200, body = Vec<u8>, content_type = "image/webp"), (status = 401, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn tile(
    State(api): State<Api>,
    Who(who): Who,
    Path((id, level, tile)): Path<(Uuid, u32, String)>,
) -> Answer<Response> {
    let file = files::of_revision(&api, who, RevisionId(id)).await?;
    let (x, y) = place(&tile).ok_or_else(|| Error::code("not_found"))?;
    Ok(webp(files::tile(&api, file.sha256, level, x, y).await?))
}

/// Gives the small picture of a sheet under review.
#[utoipa::path(get, path = "/drawing-sheets/{id}/thumbnail", tag = "Uploads", params(("id" = Uuid, Path)), responses(
    (status = 200, body = Vec<u8>, content_type = "image/webp"), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn sheet_thumbnail(State(api): State<Api>, Who(who): Who, Path(id): Path<Uuid>) -> Answer<Response> {
    let sha256 = files::of_sheet(&api, who, SheetId(id)).await?;
    picture(files::open_derived(&api, sha256, Picture::Thumbnail).await, WEBP)
}

/// Gives one tile of a sheet under review: `{tile}` is `X_Y.webp`, level 0 the smallest.
#[utoipa::path(get, path = "/drawing-sheets/{id}/tiles/{level}/{tile}", tag = "Uploads",
    params(("id" = Uuid, Path), ("level" = u32, Path), ("tile" = String, Path, description = "`X_Y.webp`")), responses(
    (status = 200, body = Vec<u8>, content_type = "image/webp"), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn sheet_tile(
    State(api): State<Api>,
    Who(who): Who,
    Path((id, level, tile)): Path<(Uuid, u32, String)>,
) -> Answer<Response> {
    let sha256 = files::of_sheet(&api, who, SheetId(id)).await?;
    let (x, y) = place(&tile).ok_or_else(|| Error::code("not_found"))?;
    Ok(webp(files::tile(&api, sha256, level, x, y).await?))
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

    #[test]
    fn a_tile_has_a_column_and_a_row() {
        assert_eq!(place("3_14.webp"), Some((3, 14)));
        for wrong in ["3_14.png", "3.webp", "-1_2.webp", "a_b.webp", "../x_y.webp"] {
            assert_eq!(place(wrong), None, "{wrong}");
        }
    }
}
