//! Files and pictures of sheets: the one-page PDF with ranges, the thumbnail, tiles, words. Each request is authorised (`SEC-09`); an
//! uploaded file is never served as something a browser would run (`SEC-03`).

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use sluice_app::Error;
use sluice_app::drawings::files::{self, Picture};
use sluice_domain::{RevisionId, SheetId};
use tokio_util::io::ReaderStream;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::Api;
use crate::download::{self, Download, PIECE};
use crate::extract::{Path, Query, Who};
use crate::guard::Watch;
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
    let file = Download {
        etag: format!("\"{}\"", readable.sha256),
        bytes: readable.bytes,
        kind: "application/pdf",
        name: &readable.file_name,
        saved: query.download.as_deref().is_some_and(|wanted| !matches!(wanted, "" | "0" | "false")),
    };
    let open = async {
        files::take(&api, &readable).await?;
        files::open(&api, &readable).await
    };
    let may = move |api: Api| async move { files::of_revision(&api, who, RevisionId(id)).await.is_ok() };
    download::send(api.clone(), watch, &headers, &file, open, may).await
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
    fn a_tile_has_a_column_and_a_row() {
        assert_eq!(place("3_14.webp"), Some((3, 14)));
        for wrong in ["3_14.png", "3.webp", "-1_2.webp", "a_b.webp", "../x_y.webp"] {
            assert_eq!(place(wrong), None, "{wrong}");
        }
    }
}
