//! What handlers take from a request: who calls, the body, ids and the version that was seen.

use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::header;
use axum::http::request::Parts;
use axum_extra::extract::CookieJar;
use serde::de::DeserializeOwned;
use sluice_app::{Caller, Error, sign_in};

use crate::Api;
use crate::problem::Refused;

/// The cookie that holds the session's token.
pub(crate) const fn cookie_name(https: bool) -> &'static str {
    // `__Host-` binds the cookie to this host and to https; over plain http a browser would refuse it (SEC-03).
    if https { "__Host-sluice" } else { "sluice" }
}

/// The person who calls; refuses with 401 where nobody is signed in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Who(pub(crate) Caller);

impl FromRequestParts<Api> for Who {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Refused> {
        // The layer for repeated requests asks first; once is enough.
        if let Some(who) = parts.extensions.get::<Self>() {
            return Ok(*who);
        }
        let jar = CookieJar::from_headers(&parts.headers);
        let token = jar.get(cookie_name(api.settings.https)).map(axum_extra::extract::cookie::Cookie::value);
        let caller = match token {
            Some(token) => sign_in::caller(api, token).await?,
            None => None,
        };
        let who = Self(caller.ok_or_else(|| Error::code("not_signed_in"))?);
        parts.extensions.insert(who);
        Ok(who)
    }
}

impl axum::extract::OptionalFromRequestParts<Api> for Who {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Option<Self>, Refused> {
        match <Self as FromRequestParts<Api>>::from_request_parts(parts, api).await {
            Ok(who) => Ok(Some(who)),
            Err(Refused(error)) if error.public_code() == Some("not_signed_in") => Ok(None),
            Err(refused) => Err(refused),
        }
    }
}

/// A JSON body.
#[derive(Debug)]
pub(crate) struct Body<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Api> for Body<T> {
    type Rejection = Refused;

    async fn from_request(request: Request, api: &Api) -> Result<Self, Refused> {
        match axum::Json::<T>::from_request(request, api).await {
            Ok(axum::Json(body)) => Ok(Self(body)),
            Err(JsonRejection::MissingJsonContentType(_)) => {
                Err(Error::code("unsupported_media_type").into())
            }
            Err(JsonRejection::BytesRejection(_)) => Err(Error::code("body_too_large").into()),
            Err(JsonRejection::JsonDataError(error)) => Err(Error::field(
                "",
                "unsound_field",
                format!("{}.", error.body_text().trim_end_matches('.')),
            )
            .into()),
            Err(rejection) => Err(Error::refused("malformed_request", rejection.body_text()).into()),
        }
    }
}

/// Path parameters; what cannot be an id is an address under which there is nothing.
#[derive(Debug)]
pub(crate) struct Path<T>(pub(crate) T);

impl<T: DeserializeOwned + Send> FromRequestParts<Api> for Path<T> {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Refused> {
        match axum::extract::Path::<T>::from_request_parts(parts, api).await {
            Ok(axum::extract::Path(value)) => Ok(Self(value)),
            Err(_) => Err(Error::code("not_found").into()),
        }
    }
}

/// Query parameters.
#[derive(Debug)]
pub(crate) struct Query<T>(pub(crate) T);

impl<T: DeserializeOwned + Send> FromRequestParts<Api> for Query<T> {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Refused> {
        match axum::extract::Query::<T>::from_request_parts(parts, api).await {
            Ok(axum::extract::Query(value)) => Ok(Self(value)),
            Err(error) => Err(Error::refused("malformed_request", error.body_text()).into()),
        }
    }
}

/// The version in `If-Match`, for edits (`412 stale` where it has moved on).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen(pub(crate) Option<i64>);

impl FromRequestParts<Api> for Seen {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, _api: &Api) -> Result<Self, Refused> {
        let Some(value) = parts.headers.get(header::IF_MATCH).and_then(|value| value.to_str().ok()) else {
            return Ok(Self(None));
        };
        let version = value.trim().trim_start_matches("W/").trim_matches('"');
        Ok(Self(Some(version.parse().unwrap_or(-1))))
    }
}
