//! The screen inside the binary: files of `web/dist`, immutable where their names carry a hash; every other address of the screen is its first page.

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../web/dist"]
#[allow_missing = true]
struct Dist;

/// Only our own scripts, styles, pictures and connections; no frames, no plug-ins (`SEC-03`).
const POLICY: &str = "default-src 'self'; img-src 'self' blob: data:; style-src 'self'; script-src 'self'; \
     connect-src 'self'; font-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Adds the screen to the interface.
pub fn with_screen(api: Router, https: bool) -> Router {
    api.fallback(page)
        .layer(axum::middleware::from_fn(move |request: Request, next: Next| secure(https, request, next)))
}

async fn secure(https: bool, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(POLICY));
    headers.entry(header::X_CONTENT_TYPE_OPTIONS).or_insert(HeaderValue::from_static("nosniff"));
    headers.entry(header::REFERRER_POLICY).or_insert(HeaderValue::from_static("same-origin"));
    if https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    response
}

async fn page(method: Method, headers: HeaderMap, uri: axum::http::Uri) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let path = uri.path().trim_start_matches('/');
    let named = if path.is_empty() { "index.html" } else { path };
    if let Some(response) = file(named, &headers) {
        return response;
    }
    if path.contains('.') {
        return StatusCode::NOT_FOUND.into_response();
    }
    file("index.html", &headers).unwrap_or_else(|| {
        (
            StatusCode::SERVICE_UNAVAILABLE,
            "The screen is not built into this program. Run `cargo xtask build`.",
        )
            .into_response()
    })
}

/// A file, in the smallest form the browser takes.
fn file(path: &str, headers: &HeaderMap) -> Option<Response> {
    const PACKED: [&str; 2] = [".br", ".gz"];
    if PACKED.iter().any(|suffix| path.ends_with(suffix)) {
        return None;
    }
    let plain = Dist::get(path)?;
    let accepts =
        headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let packed = [("br", ".br"), ("gzip", ".gz")]
        .into_iter()
        .filter(|(name, _)| accepts.contains(name))
        .find_map(|(name, suffix)| Dist::get(&format!("{path}{suffix}")).map(|file| (name, file)));
    let kind = plain.metadata.mimetype().to_owned();
    let kind = if kind.starts_with("text/") || kind.ends_with("javascript") {
        format!("{kind}; charset=utf-8")
    } else {
        kind
    };
    // Vite puts a hash into the names below assets/.
    let cache = if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let tag = format!(
        "\"{}\"",
        plain
            .metadata
            .sha256_hash()
            .iter()
            .take(16)
            .fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
    );
    if headers.get(header::IF_NONE_MATCH).is_some_and(|seen| seen.as_bytes() == tag.as_bytes()) {
        return Some((StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response());
    }
    let mut response = match &packed {
        Some((_, file)) => file.data.clone().into_owned().into_response(),
        None => plain.data.into_owned().into_response(),
    };
    let out = response.headers_mut();
    if let Some((name, _)) = packed {
        out.insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
    }
    out.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    for (name, value) in
        [(header::CONTENT_TYPE, kind.as_str()), (header::CACHE_CONTROL, cache), (header::ETAG, &tag)]
    {
        if let Ok(value) = HeaderValue::from_str(value) {
            out.insert(name, value);
        }
    }
    Some(response)
}
