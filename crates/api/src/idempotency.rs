//! `Idempotency-Key` on POST: the same request sent twice takes effect once and is answered alike (`SEC-09`: a key belongs to person, route and body).

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};
use sluice_app::once::{self, Answer, Claim, Turn};
use sluice_app::{App, Error, Result};

use crate::extract::{Who, is_json};
use crate::problem::{Refused, plain};
use crate::{Api, BODY_BYTES_MAX};

/// Longest key, characters.
pub(crate) const KEY_MAX: usize = 200;

/// Marks an answer that holds a secret: it is shown once and not kept, so that a repeated request makes another.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ShownOnce;

/// Says of an answer that it was given before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// Whether requests to this address are recognised by their keys: not where nobody need be signed in, nor where files come in, which are read
/// as they come and have an offset of their own.
pub(crate) fn recognises(method: &str, path: &str) -> bool {
    let open = matches!(path, "/session" | "/first-run") || path.starts_with("/invitations/");
    method.eq_ignore_ascii_case("POST") && !open && !path.ends_with("/files")
}

/// Carries a POST with a key out once, and gives its answer again when it comes again.
pub(crate) async fn remember(State(api): State<Api>, request: Request, next: Next) -> Response {
    let Some(key) = request.headers().get("idempotency-key").cloned() else { return next.run(request).await };
    let has_form = request.headers().contains_key(header::CONTENT_TYPE) && !is_json(request.headers());
    if !recognises(request.method().as_str(), request.uri().path()) || has_form {
        return next.run(request).await;
    }
    match once(&api, &key, request, next).await {
        Ok(response) => response,
        Err(error) => Refused(error).into_response(),
    }
}

async fn once(api: &Api, key: &HeaderValue, request: Request, next: Next) -> Result<Response> {
    let key = key.to_str().ok().filter(|key| (1..=KEY_MAX).contains(&key.len()));
    let Some(key) = key else {
        return Err(Error::refused("malformed_request", "The Idempotency-Key is empty or too long."));
    };
    let (mut parts, body) = request.into_parts();
    let Ok(Who(caller)) = <Who as FromRequestParts<Api>>::from_request_parts(&mut parts, api).await else {
        return Ok(next.run(Request::from_parts(parts, body)).await);
    };
    let Ok(body) = to_bytes(body, BODY_BYTES_MAX).await else { return Ok(plain("body_too_large")) };
    let address = parts.uri.path_and_query().map_or(parts.uri.path(), |address| address.as_str());
    let (app, key, hash) = (api.app.clone(), key.to_owned(), hash(address, &body));
    // On a task of its own from the reservation on: a caller that hangs up must leave neither a key that nobody answers nor an effect without
    // its answer.
    let work = async move {
        let claim = match once::turn(&app, caller, &key, hash).await? {
            Turn::First(claim) => claim,
            Turn::Again(answer) => return Ok(again(answer)),
        };
        let answer = once::under(&app, &claim, next.run(Request::from_parts(parts, Body::from(body)))).await;
        settle(&app, &claim, answer).await
    };
    tokio::spawn(work).await.map_err(Error::fault)?
}

fn hash(address: &str, body: &Bytes) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(address);
    hasher.update([0]);
    hasher.update(body);
    hasher.finalize().into()
}

/// Keeps a success that holds no secret; a refusal changed nothing, so trying again is free.
async fn settle(app: &App, claim: &Claim, response: Response) -> Result<Response> {
    if !response.status().is_success() || response.extensions().get::<ShownOnce>().is_some() {
        once::let_go(app, claim).await?;
        return Ok(response);
    }
    let (head, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.map_err(Error::fault)?;
    let text = |name: HeaderName| {
        head.headers.get(name).and_then(|value| value.to_str().ok()).map(ToOwned::to_owned)
    };
    let answer = Answer {
        status: i64::from(head.status.as_u16()),
        content_type: text(header::CONTENT_TYPE),
        location: text(header::LOCATION),
        etag: text(header::ETAG),
        body: String::from_utf8_lossy(&body).into_owned(),
    };
    once::answered(app, claim, &answer).await?;
    Ok(Response::from_parts(head, Body::from(body)))
}

fn again(answer: Answer) -> Response {
    let status = u16::try_from(answer.status).ok().and_then(|status| StatusCode::from_u16(status).ok());
    let mut headers = HeaderMap::new();
    for (name, value) in [
        (header::CONTENT_TYPE, answer.content_type),
        (header::LOCATION, answer.location),
        (header::ETAG, answer.etag),
        (REPLAYED, Some("true".into())),
    ] {
        if let Some(value) = value.and_then(|value| HeaderValue::from_str(&value).ok()) {
            headers.insert(name, value);
        }
    }
    (status.unwrap_or(StatusCode::OK), headers, Body::from(answer.body)).into_response()
}
