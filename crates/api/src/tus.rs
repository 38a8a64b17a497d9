//! `/drawing-uploads/{id}/files`: files piece by piece, resumable, by the tus protocol 1.0.0 with creation, creation-with-upload, termination
//! and expiration (`DRW-01`). Bodies are written as they come; none is held in memory.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use sluice_app::uploads::FILE_BYTES_MAX;
use sluice_app::uploads::receive::{self, Received};
use sluice_app::{Error, error::Result};
use sluice_domain::{UploadFileId, UploadId};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::Api;
use crate::extract::{Path, Who};
use crate::problem::{Answer, Problem};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(create, describe)).routes(routes!(head, append, delete))
}

/// The version spoken here.
const VERSION: &str = "1.0.0";
const EXTENSIONS: &str = "creation,creation-with-upload,termination,expiration";
const PIECE_TYPE: &str = "application/offset+octet-stream";

const TUS_RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const TUS_VERSION: HeaderName = HeaderName::from_static("tus-version");
const TUS_EXTENSION: HeaderName = HeaderName::from_static("tus-extension");
const TUS_MAX_SIZE: HeaderName = HeaderName::from_static("tus-max-size");
const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const UPLOAD_LENGTH: HeaderName = HeaderName::from_static("upload-length");
const UPLOAD_METADATA: HeaderName = HeaderName::from_static("upload-metadata");
const UPLOAD_EXPIRES: HeaderName = HeaderName::from_static("upload-expires");

fn answer(status: StatusCode, marks: impl IntoIterator<Item = (HeaderName, String)>) -> Response {
    let mut response = status.into_response();
    let headers = response.headers_mut();
    headers.insert(TUS_RESUMABLE, HeaderValue::from_static(VERSION));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    for (name, value) in marks {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
    response
}

/// Refuses another version of the protocol; a script that names none means ours.
fn version(headers: &HeaderMap) -> Result<()> {
    match headers.get(TUS_RESUMABLE) {
        Some(version) if version != VERSION => Err(Error::code("tus_version_unsupported")),
        _ => Ok(()),
    }
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Result<u64> {
    let value =
        headers.get(name).and_then(|value| value.to_str().ok()).and_then(|value| value.trim().parse().ok());
    value.ok_or_else(|| {
        Error::refused("malformed_request", format!("The header {name} is missing or no number."))
    })
}

/// The name among the metadata: `filename d29ybGQucGRm,filetype …`.
fn file_name(headers: &HeaderMap) -> String {
    let metadata = headers.get(UPLOAD_METADATA).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let value = |wanted: &str| {
        let pairs = metadata.split(',').filter_map(|pair| pair.trim().split_once(' '));
        let (_, encoded) = pairs.into_iter().find(|(name, _)| *name == wanted)?;
        Some(String::from_utf8_lossy(&STANDARD.decode(encoded.trim()).ok()?).into_owned())
    };
    value("filename").or_else(|| value("name")).unwrap_or_default()
}

fn is_piece(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(PIECE_TYPE.as_bytes()))
}

/// `Upload-Expires`, as dates are written in HTTP (RFC 9110, 5.6.7).
fn expires(at: Option<Timestamp>) -> Option<(HeaderName, String)> {
    Some((UPLOAD_EXPIRES, at?.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()))
}

/// Says which version and extensions of tus are spoken here.
#[utoipa::path(options, path = "/drawing-uploads/{id}/files", tag = "Uploads", params(("id" = Uuid, Path)), responses((status = 204)))]
async fn describe() -> Response {
    answer(
        StatusCode::NO_CONTENT,
        [
            (TUS_VERSION, VERSION.to_owned()),
            (TUS_EXTENSION, EXTENSIONS.to_owned()),
            (TUS_MAX_SIZE, FILE_BYTES_MAX.to_string()),
        ],
    )
}

/// Announces a file (`Upload-Length`, `Upload-Metadata: filename …`), with its first piece if one comes along.
#[utoipa::path(post, path = "/drawing-uploads/{id}/files", tag = "Uploads", params(("id" = Uuid, Path),
    ("Upload-Length" = u64, Header), ("Upload-Metadata" = Option<String>, Header)), responses(
    (status = 201), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem), (status = 412, body = Problem), (status = 413, body = Problem)))]
async fn create(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
    request: Request,
) -> Answer<Response> {
    let headers = request.headers();
    version(headers)?;
    let length = number(headers, &UPLOAD_LENGTH)?;
    let with_piece = is_piece(headers);
    let file = receive::announce(&api, who, UploadId(id), &file_name(headers), length).await?;
    let mut offset = 0;
    if with_piece && length > 0 {
        let piece = request.into_body().into_data_stream();
        // The file is announced whatever becomes of its first piece: the sender asks how far it came.
        match receive::append(&api, who, UploadId(id), file, 0, piece).await {
            Ok(received) => offset = received.offset,
            Err(error) if error.public_code().is_some() => {}
            Err(error) => return Err(error.into()),
        }
    }
    let location = format!("/api/v1/drawing-uploads/{id}/files/{file}");
    Ok(answer(StatusCode::CREATED, [(header::LOCATION, location), (UPLOAD_OFFSET, offset.to_string())]))
}

/// Says how many bytes of a file are safely here.
#[utoipa::path(head, path = "/drawing-uploads/{id}/files/{file_id}", tag = "Uploads", params(("id" = Uuid, Path), ("file_id" = Uuid, Path)),
    responses((status = 200), (status = 401), (status = 403), (status = 404), (status = 409), (status = 410), (status = 412)))]
async fn head(
    State(api): State<Api>,
    Who(who): Who,
    Path((id, file)): Path<(Uuid, Uuid)>,
    headers: HeaderMap,
) -> Answer<Response> {
    version(&headers)?;
    let Received { offset, length, expires_at } =
        receive::received(&api, who, UploadId(id), UploadFileId(file)).await?;
    let marks = [(UPLOAD_OFFSET, offset.to_string()), (UPLOAD_LENGTH, length.to_string())];
    Ok(answer(StatusCode::OK, marks.into_iter().chain(expires(expires_at))))
}

/// Appends a piece at `Upload-Offset`; what is acknowledged is safe.
#[utoipa::path(patch, path = "/drawing-uploads/{id}/files/{file_id}", tag = "Uploads", params(("id" = Uuid, Path), ("file_id" = Uuid, Path),
    ("Upload-Offset" = u64, Header)), request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"), responses(
    (status = 204), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem), (status = 410, body = Problem), (status = 412, body = Problem), (status = 415, body = Problem)))]
async fn append(
    State(api): State<Api>,
    Who(who): Who,
    Path((id, file)): Path<(Uuid, Uuid)>,
    request: Request,
) -> Answer<Response> {
    version(request.headers())?;
    if !is_piece(request.headers()) {
        return Err(Error::code("unsupported_media_type").into());
    }
    let offset = number(request.headers(), &UPLOAD_OFFSET)?;
    let piece = request.into_body().into_data_stream();
    let received = receive::append(&api, who, UploadId(id), UploadFileId(file), offset, piece).await?;
    let marks = [(UPLOAD_OFFSET, received.offset.to_string())];
    Ok(answer(StatusCode::NO_CONTENT, marks.into_iter().chain(expires(received.expires_at))))
}

/// Takes back a file that is not complete.
#[utoipa::path(delete, path = "/drawing-uploads/{id}/files/{file_id}", tag = "Uploads", params(("id" = Uuid, Path), ("file_id" = Uuid, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem), (status = 410, body = Problem), (status = 412, body = Problem)))]
async fn delete(
    State(api): State<Api>,
    Who(who): Who,
    Path((id, file)): Path<(Uuid, Uuid)>,
    headers: HeaderMap,
) -> Answer<Response> {
    version(&headers)?;
    receive::take_back(&api, who, UploadId(id), UploadFileId(file)).await?;
    Ok(answer(StatusCode::NO_CONTENT, []))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_among_the_metadata() {
        let mut headers = HeaderMap::new();
        assert_eq!(file_name(&headers), "");
        headers.insert(
            UPLOAD_METADATA,
            HeaderValue::from_static("filetype YXBwbGljYXRpb24vcGRm, filename QS0xMDEucGRm,empty"),
        );
        assert_eq!(file_name(&headers), "A-101.pdf");
        headers.insert(UPLOAD_METADATA, HeaderValue::from_static("filename !!!"));
        assert_eq!(file_name(&headers), "");
    }
}
