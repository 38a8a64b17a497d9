//! What handlers take from a request: who calls, the body, ids and the version that was seen.

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum_extra::extract::CookieJar;
use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde_ignored::Path as Ignored;
use serde_path_to_error::{Segment, Track};
use sluice_app::language::Language;
use sluice_app::{Caller, Error, sign_in, tokens};
use utoipa::openapi::Required;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::{IntoParams, PartialSchema};

use crate::Api;
use crate::problem::Refused;

/// The cookie that holds the session's token.
pub(crate) const fn cookie_name(https: bool) -> &'static str {
    // `__Host-` binds the cookie to this host and to https; over plain http a browser would refuse it (SEC-03).
    if https { "__Host-sluice" } else { "sluice" }
}

/// The token of an `Authorization: Bearer` header (RFC 6750).
fn bearer(authorization: &HeaderValue) -> Option<&str> {
    let (scheme, token) = authorization.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
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
        let caller = if let Some(authorization) = parts.headers.get(header::AUTHORIZATION) {
            // A script says who it is in every request; a cookie beside that counts for nothing.
            match bearer(authorization) {
                Some(token) => tokens::caller(api, token).await?,
                None => None,
            }
        } else {
            let jar = CookieJar::from_headers(&parts.headers);
            let session = jar.get(cookie_name(api.settings.https));
            match session.map(axum_extra::extract::cookie::Cookie::value) {
                Some(session) => sign_in::caller(api, session).await?,
                None => None,
            }
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

/// The language that the request asks for, if it is spoken here.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted(pub(crate) Option<Language>);

impl FromRequestParts<Api> for Wanted {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, _api: &Api) -> Result<Self, Refused> {
        let header = parts.headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        Ok(Self(header.and_then(Language::wanted)))
    }
}

/// A JSON body.
#[derive(Debug)]
pub(crate) struct Body<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Api> for Body<T> {
    type Rejection = Refused;

    async fn from_request(request: Request, api: &Api) -> Result<Self, Refused> {
        if !is_json(request.headers()) {
            return Err(Error::code("unsupported_media_type").into());
        }
        let bytes =
            Bytes::from_request(request, api).await.map_err(|rejection| match rejection.status() {
                StatusCode::PAYLOAD_TOO_LARGE => Error::code("body_too_large"),
                _ => Error::refused("malformed_request", rejection.body_text()),
            })?;
        Ok(Self(read(&bytes)?))
    }
}

/// Whether a request says that its body is JSON.
pub(crate) fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind == "application/json" || kind.starts_with("application/") && kind.ends_with("+json")
}

/// Reads JSON; a value of another form is told with the place where it stands, and so is one that nobody would look at.
fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    let malformed = |error: &serde_json::Error| {
        Error::refused("malformed_request", format!("The body is no JSON: {error}."))
    };
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let (mut track, mut unknown) = (Track::new(), None);
    let tracked = serde_path_to_error::Deserializer::new(&mut json, &mut track);
    let value = serde_ignored::deserialize(tracked, |path| {
        unknown.get_or_insert_with(|| pointer_to(&path));
    });
    let value = value.map_err(|error: serde_json::Error| {
        let path = track.path();
        let pointer: String = path
            .iter()
            .map(|step| match step {
                Segment::Seq { index } => format!("/{index}"),
                Segment::Map { key } => step_to(key),
                Segment::Enum { .. } | Segment::Unknown => String::new(),
            })
            .collect();
        if error.is_data() { unsound(&pointer, &error) } else { malformed(&error) }
    })?;
    json.end().map_err(|error| malformed(&error))?;
    match unknown {
        Some(pointer) => Err(Error::field(&pointer, "unknown_field", "There is no such field here.")),
        None => Ok(value),
    }
}

/// A step of a JSON pointer (RFC 6901).
fn step_to(key: &str) -> String {
    format!("/{}", key.replace('~', "~0").replace('/', "~1"))
}

fn pointer_to(path: &Ignored<'_>) -> String {
    match path {
        Ignored::Root => String::new(),
        Ignored::Seq { parent, index } => format!("{}/{index}", pointer_to(parent)),
        Ignored::Map { parent, key } => pointer_to(parent) + &step_to(key),
        Ignored::Some { parent } | Ignored::NewtypeStruct { parent } | Ignored::NewtypeVariant { parent } => {
            pointer_to(parent)
        }
    }
}

fn unsound(pointer: &str, error: &serde_json::Error) -> Error {
    let said = error.to_string();
    // Where in the text it stands helps nobody: the pointer says where it stands in the value.
    let said = said.rsplit_once(" at line ").map_or(said.as_str(), |(said, _)| said);
    match said.strip_prefix("missing field `").and_then(|rest| rest.split_once('`')) {
        Some((name, _)) => Error::field(&format!("{pointer}/{name}"), "missing", format!("Give {name}.")),
        None => Error::field(pointer, "unsound_field", format!("This value does not fit: {said}.")),
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
            Err(error) => Err(Error::refused("malformed_request", unsound_query(&error.body_text())).into()),
        }
    }
}

/// Which parameter does not fit, of what axum says about it: `Failed to …: NAME: WHY`.
fn unsound_query(said: &str) -> String {
    let mut parts = said.splitn(3, ": ").skip(1);
    match (parts.next(), parts.next()) {
        (Some(name), Some(why)) => format!("The parameter {name} does not fit: {why}."),
        _ => "The parameters of this address do not fit.".to_owned(),
    }
}

/// The version in `If-Match`, for edits (`412 stale` where it has moved on).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen(pub(crate) Option<i64>);

impl IntoParams for Seen {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let about =
            "The `ETag` that was seen: 412 `stale` where somebody was faster. Without it the last one wins.";
        let seen = ParameterBuilder::new().name("If-Match").parameter_in(ParameterIn::Header);
        vec![seen.required(Required::False).description(Some(about)).schema(Some(String::schema())).build()]
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[expect(dead_code, reason = "only how it is read counts")]
    struct Area {
        name: String,
        sheets: Vec<u8>,
    }

    fn refused(json: &str) -> (String, String) {
        match read::<Area>(json.as_bytes()) {
            Err(Error::Invalid(fields)) => (fields[0].pointer.clone(), fields[0].detail.clone()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn use_04_a_value_that_does_not_fit_is_named_by_its_place() {
        assert_eq!(refused(r#"{"name": "East", "sheets": [1, "x"]}"#).0, "/sheets/1");
        assert_eq!(refused(r#"{"sheets": []}"#), ("/name".into(), "Give name.".into()));
        assert_eq!(refused(r#"{"name": "East", "sheets": [], "a/b": 1}"#).0, "/a~1b");
        let (pointer, sentence) = refused("[]");
        assert_eq!(pointer, "");
        assert!(sentence.ends_with('.') && !sentence.contains("line 1"), "{sentence}");
        assert_eq!(read::<Area>(b"{").unwrap_err().public_code(), Some("malformed_request"));
        assert_eq!(
            read::<Area>(br#"{"name":"E","sheets":[]} x"#).unwrap_err().public_code(),
            Some("malformed_request")
        );
    }

    #[test]
    fn use_04_a_parameter_that_does_not_fit_is_named() {
        let uri = "/?limit=many".parse().unwrap();
        let error =
            axum::extract::Query::<std::collections::HashMap<String, u8>>::try_from_uri(&uri).unwrap_err();
        let sentence = unsound_query(&error.body_text());
        assert!(sentence.starts_with("The parameter limit does not fit: "), "{sentence}");
    }

    #[test]
    fn json_is_told_by_its_kind() {
        for (kind, expected) in [
            ("application/json", true),
            ("Application/JSON; charset=utf-8", true),
            ("application/merge-patch+json", true),
            ("text/plain", false),
            ("application/jsonp", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, kind.parse().unwrap());
            assert_eq!(is_json(&headers), expected, "{kind}");
        }
    }
}
