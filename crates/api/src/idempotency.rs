//! `Idempotency-Key` on POST: the same request sent twice takes effect once and is answered alike (`SEC-09`: a key belongs to person, route and body).

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};
use sluice_app::Error;
use sluice_app::error::Result;

use crate::extract::Who;
use crate::problem::{Refused, plain};
use crate::{Api, BODY_BYTES_MAX};

/// Longest key, characters.
const KEY_MAX: usize = 200;

/// Remembers the answer to a POST with a key, and gives it again when the request comes again.
pub(crate) async fn remember(State(api): State<Api>, request: Request, next: Next) -> Response {
    let Some(key) = request.headers().get("idempotency-key").cloned() else { return next.run(request).await };
    let is_json = request
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    if request.method() != Method::POST || !is_json {
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
    let mut hasher = Sha256::new();
    hasher.update(parts.uri.path());
    hasher.update([0]);
    hasher.update(&body);
    let request_hash: [u8; 32] = hasher.finalize().into();

    if let Some(earlier) = sluice_app::sign_in::earlier_answer(api, caller, key).await? {
        if earlier.request_hash != request_hash {
            return Err(Error::code("key_reused"));
        }
        let status = u16::try_from(earlier.status).ok().and_then(|status| StatusCode::from_u16(status).ok());
        let mut response = (status.unwrap_or(StatusCode::OK), earlier.body).into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Some(location) = earlier.location.and_then(|location| HeaderValue::from_str(&location).ok()) {
            response.headers_mut().insert(header::LOCATION, location);
        }
        return Ok(response);
    }
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    if !response.status().is_success() {
        // A refusal changed nothing: trying again is free.
        return Ok(response);
    }
    let (head, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.map_err(Error::fault)?;
    let answer = sluice_app::sign_in::EarlierAnswer {
        request_hash,
        status: i64::from(head.status.as_u16()),
        location: head
            .headers
            .get(header::LOCATION)
            .and_then(|value| value.to_str().ok())
            .map(ToOwned::to_owned),
        body: String::from_utf8_lossy(&body).into_owned(),
    };
    sluice_app::sign_in::remember_answer(api, caller, key, &answer).await?;
    Ok(Response::from_parts(head, Body::from(body)))
}
