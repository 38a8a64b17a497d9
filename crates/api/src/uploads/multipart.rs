//! An upload with its files in one `multipart/form-data` request, for scripts. Files are written as they come; nothing is held whole.

use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request};
use axum::http::StatusCode;
use sluice_app::uploads::UploadView;
use sluice_app::uploads::batch::Batch;
use sluice_app::{Caller, Error, error::Result};
use sluice_domain::ProjectId;
use utoipa::ToSchema;

use super::NewUpload;
use crate::Api;
use crate::words::NamingMode;

/// Longest text of a field that is no file, bytes.
const TEXT_MAX: usize = 64 * 1024;

/// The fields of the form, in any order.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes the form, which is read field by field")]
pub(super) struct Form {
    /// `{"name", "date"}` as JSON text.
    set: Option<String>,
    /// Instead of `set`.
    set_id: Option<String>,
    area_id: Option<String>,
    drawing_date: Option<String>,
    received_date: Option<String>,
    default_revision: Option<String>,
    #[schema(value_type = Option<NamingMode>)]
    naming: Option<String>,
    /// Any number of PDF files.
    #[schema(value_type = Vec<String>, format = Binary)]
    files: Vec<Vec<u8>>,
}

#[expect(clippy::needless_pass_by_value, reason = "it is mapped over errors")]
fn unsound(error: MultipartError) -> Error {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Error::code("body_too_large"),
        _ => Error::refused("malformed_request", error.body_text()),
    }
}

/// Takes the request in and makes the upload.
pub(super) async fn create(
    api: &Api,
    who: Caller,
    project: ProjectId,
    mut request: Request,
) -> Result<UploadView> {
    let mut batch = Batch::begin(api, who, project).await?;
    // Files are bounded one by one while they are written; the JSON form of this address keeps its limit.
    DefaultBodyLimit::disable().apply(&mut request);
    let mut form = Multipart::from_request(request, api)
        .await
        .map_err(|rejection| Error::refused("malformed_request", rejection.body_text()))?;
    let mut wanted = NewUpload::default();
    while let Some(field) = form.next_field().await.map_err(unsound)? {
        let name = field.name().unwrap_or_default().to_owned();
        if matches!(name.as_str(), "files" | "files[]" | "file") {
            let file_name = field.file_name().unwrap_or_default().to_owned();
            batch.add(&file_name, field).await?;
            continue;
        }
        let text = text(field).await?;
        let id = |pointer: &'static str| {
            let unsound = |_| Error::field(pointer, "unsound_id", "This is not an id.");
            let text = text.trim();
            if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(unsound) }
        };
        match name.as_str() {
            "set" => {
                let unsound =
                    |_| Error::field("/set", "unsound_field", "Give the set as {\"name\": …, \"date\": …}.");
                wanted.set = serde_json::from_str(&text).map_err(unsound)?;
            }
            "set_id" => wanted.set_id = id("/set_id")?,
            "area_id" => wanted.area_id = id("/area_id")?,
            "drawing_date" => wanted.drawing_date = Some(text),
            "received_date" => wanted.received_date = Some(text),
            "default_revision" => wanted.default_revision = Some(text),
            "naming" => wanted.naming = Some(text).filter(|text| !text.trim().is_empty()),
            // What we do not know does no harm.
            _ => {}
        }
    }
    batch.create(&wanted.wanted()?).await
}

async fn text(mut field: Field<'_>) -> Result<String> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(unsound)? {
        if bytes.len() + chunk.len() > TEXT_MAX {
            return Err(Error::code("body_too_large"));
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).map_err(|_| Error::refused("malformed_request", "A field is not UTF-8 text."))
}
