//! problem+json (RFC 9457): every answer that is not what was asked for has a stable code, a sentence, and what to do next.

use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use sluice_app::codes::Code;
use sluice_app::error::FieldError;
use sluice_app::{Error, codes};
use tower_http::request_id::RequestId;
use utoipa::ToSchema;

use crate::words::ErrorCode;

/// Why a request was not carried out.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// `about:blank#` and the code.
    #[serde(rename = "type")]
    kind: String,
    /// What happened, in general.
    title: String,
    /// HTTP status.
    status: u16,
    /// Stable code.
    #[schema(value_type = ErrorCode)]
    code: &'static str,
    /// What happened, to what.
    detail: String,
    /// The address that was asked.
    instance: String,
    /// The request in the server's log; also the header `x-request-id`.
    request_id: String,
    /// What to do next.
    action: String,
    /// The fields that need another value.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<ProblemField>,
}

/// A field of the request that is not sound.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct ProblemField {
    /// JSON pointer into the request.
    pointer: String,
    /// Stable code.
    code: String,
    /// A sentence.
    detail: String,
}

/// The answer of a handler that may refuse.
pub(crate) type Answer<T> = Result<T, Refused>;

/// A refusal on its way out.
#[derive(Debug)]
pub(crate) struct Refused(pub(crate) Error);

impl<E: Into<Error>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

/// Hands the problem on to [`complete`], which knows the request.
fn answer(code: &'static Code, detail: &str, fields: &[FieldError]) -> Response {
    let status = StatusCode::from_u16(code.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let problem = Problem {
        kind: format!("about:blank#{}", code.code),
        title: code.title.into(),
        status: code.status,
        code: code.code,
        detail: detail.into(),
        instance: String::new(),
        request_id: String::new(),
        action: code.action.into(),
        errors: fields
            .iter()
            .map(|field| ProblemField {
                pointer: field.pointer.clone(),
                code: field.code.into(),
                detail: field.detail.clone(),
            })
            .collect(),
    };
    let mut response = status.into_response();
    response.extensions_mut().insert(problem);
    response
}

/// Writes problems down, with the address and the id of their request.
pub(crate) async fn complete(request: Request, next: Next) -> Response {
    let instance = request.uri().path().to_owned();
    let request_id = request.extensions().get::<RequestId>().and_then(|id| id.header_value().to_str().ok());
    let request_id = request_id.unwrap_or_default().to_owned();
    let mut response = next.run(request).await;
    let Some(problem) = response.extensions_mut().remove::<Problem>() else { return response };
    let (mut head, _) = response.into_parts();
    head.headers.remove(header::CONTENT_LENGTH);
    let mut response = (head, axum::Json(Problem { instance, request_id, ..problem })).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    response
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        match self.0 {
            Error::Refused { code, detail, retry_after } => {
                let mut response = answer(code, &detail, &[]);
                if let Some(seconds) = retry_after {
                    response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
                }
                response
            }
            Error::Invalid(fields) => {
                let detail = fields.iter().map(|field| field.detail.as_str()).collect::<Vec<_>>().join(" ");
                answer(codes::find("invalid"), &detail, &fields)
            }
            fault @ (Error::Store(_) | Error::Fault(_)) => {
                // The chain is logged here, once; the answer says nothing of our insides.
                tracing::error!(error = &fault as &dyn std::error::Error, "a request failed");
                let code = codes::find("fault");
                answer(code, code.title, &[])
            }
        }
    }
}

/// The answer in the words of the table.
pub(crate) fn plain(code: &str) -> Response {
    let code = codes::find(code);
    answer(code, code.title, &[])
}

pub(crate) async fn nothing_here() -> Response {
    plain("not_found")
}

pub(crate) async fn method_not_allowed() -> Response {
    plain("method_not_allowed")
}

#[expect(clippy::needless_pass_by_value, reason = "the layer hands the panic over")]
pub(crate) fn panicked(panic: Box<dyn std::any::Any + Send>) -> Response {
    let words =
        panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(panic = words.unwrap_or("unknown"), "a request panicked");
    plain("fault")
}

/// Gives the refusals of layers below the same form as all others.
pub(crate) async fn cross_site(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let is_problem = response.extensions().get::<Problem>().is_some();
    match response.status() {
        StatusCode::FORBIDDEN if !is_problem => plain("cross_site"),
        StatusCode::PAYLOAD_TOO_LARGE if !is_problem => plain("body_too_large"),
        _ => response,
    }
}
