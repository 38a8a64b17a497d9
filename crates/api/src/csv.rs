//! Lists as CSV, page by page, so that a long one is never held whole in memory.

use std::future::Future;

use axum::body::Body;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_util::stream::{StreamExt, once, unfold};
use sluice_app::Error;
pub(crate) use sluice_app::csv::line;

use crate::problem::Answer;

/// Rows of a page while a list is written out.
pub(crate) const ROWS: i64 = 1_000;

/// A number as a cell; nothing where there is none.
pub(crate) fn number(number: Option<i64>) -> String {
    number.map(|number| number.to_string()).unwrap_or_default()
}

/// A file of a head and the lines that `page` answers, with where the next page begins. What is refused is refused before anything is sent.
pub(crate) async fn download<P, W>(
    name: &str,
    head: impl IntoIterator<Item = &str>,
    page: P,
) -> Answer<Response>
where
    P: Fn(Option<String>) -> W + Send + 'static,
    W: Future<Output = Result<(String, Option<String>), Error>> + Send + 'static,
{
    let (first, next) = page(None).await?;
    let first = once(std::future::ready(Ok(line(head) + &first)));
    let rest = unfold(next, move |next| {
        let page = next.map(|next| page(Some(next)));
        async move {
            match page?.await {
                Ok((lines, next)) => Some((Ok(lines), next)),
                // The connection breaks off: a file that ends early must not look whole.
                Err(error) => {
                    tracing::error!(
                        error = &error as &dyn std::error::Error,
                        "a list could not be written out"
                    );
                    Some((Err(std::io::Error::other("the list could not be written out")), None))
                }
            }
        }
    });
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    Ok((headers, Body::from_stream(first.chain(rest))).into_response())
}
