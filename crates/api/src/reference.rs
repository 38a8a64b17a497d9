//! `/api`: the description of the interface as a page to read, written once when the server starts. It needs no script, no network and no
//! style but its own, and shows what `openapi.json` says and nothing else.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::LazyLock;

use axum::Router;
use axum::http::header;
use axum::response::{Html, IntoResponse};
use axum::routing::get;
use bytes::Bytes;
use serde_json::Value;

const STYLE: &str = include_str!("reference.css");

/// Made when somebody first asks, and the same for as long as this process runs.
static PAGE: LazyLock<Bytes> = LazyLock::new(|| {
    let document = serde_json::from_str(crate::openapi()).unwrap_or_default();
    Bytes::from(page(&document))
});

/// The page and its style.
pub(crate) fn routes() -> Router {
    Router::new().route("/api", get(show)).route("/api/style.css", get(style))
}

async fn show() -> impl IntoResponse {
    ([(header::CACHE_CONTROL, "no-cache")], Html(PAGE.clone()))
}

async fn style() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")], STYLE)
}

/// Methods in the order in which one reads about them.
const METHODS: [&str; 7] = ["get", "head", "post", "put", "patch", "delete", "options"];

/// Something one can ask for.
struct Operation<'a> {
    method: &'static str,
    path: &'a str,
    said: &'a Value,
}

impl Operation<'_> {
    fn id(&self) -> &str {
        text(&self.said["operationId"])
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// Writes to the page; writing to a string cannot fail.
macro_rules! put {
    ($html:expr, $($text:tt)+) => {{
        let _ = write!($html, $($text)+);
    }};
}

/// Text as it may stand in HTML; what is between back quotes is code.
fn prose(raw: &str) -> String {
    let escaped = escape(raw);
    let mut parts = escaped.split('`');
    let mut html = parts.next().unwrap_or_default().to_owned();
    for (place, part) in parts.enumerate() {
        html.push_str(if place % 2 == 0 { "<code>" } else { "</code>" });
        html.push_str(part);
    }
    if escaped.matches('`').count() % 2 == 1 {
        html.push_str("</code>");
    }
    html
}

fn escape(raw: &str) -> String {
    raw.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// What a pointer leads to; null where it leads nowhere.
fn at<'a>(value: &'a Value, pointer: &str) -> &'a Value {
    value.pointer(pointer).unwrap_or(&Value::Null)
}

fn page(document: &Value) -> String {
    let mut by_tag: BTreeMap<&str, Vec<Operation<'_>>> = BTreeMap::new();
    for (path, item) in members(at(document, "/paths")) {
        for method in METHODS {
            let said = at(item, &format!("/{method}"));
            if said.is_object() {
                by_tag.entry(text(at(said, "/tags/0"))).or_default().push(Operation { method, path, said });
            }
        }
    }
    let server = text(at(document, "/servers/0/url"));
    let mut html = String::from(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>Sluice: the HTTP API</title><link rel=\"stylesheet\" href=\"/api/style.css\"></head><body>",
    );
    html.push_str("<nav aria-label=\"Contents\">");
    for (tag, operations) in &by_tag {
        put!(html, "<details><summary>{}</summary><ul>", escape(tag));
        for operation in operations {
            put!(
                html,
                "<li><a href=\"#{}\">{} <code>{}</code></a></li>",
                escape(operation.id()),
                operation.method.to_uppercase(),
                escape(operation.path)
            );
        }
        html.push_str("</ul></details>");
    }
    html.push_str("<details><summary>Forms</summary><ul>");
    for (name, _) in members(at(document, "/components/schemas")) {
        put!(html, "<li><a href=\"#{0}\">{0}</a></li>", escape(name));
    }
    html.push_str("</ul></details></nav><main>");
    put!(
        html,
        "<h1>The HTTP API</h1><p>All addresses begin with <code>{}</code>. The same as \
         <a href=\"{0}/openapi.json\">OpenAPI&nbsp;3.1</a>, for programs.</p>",
        escape(server)
    );
    for (tag, operations) in &by_tag {
        put!(html, "<h2>{}</h2>", escape(tag));
        for one in operations {
            operation(&mut html, one);
        }
    }
    html.push_str("<h2>Forms</h2>");
    for (name, schema) in members(at(document, "/components/schemas")) {
        put!(
            html,
            "<section id=\"{0}\"><h3><b>{0}</b></h3><p>{1}</p>",
            escape(name),
            prose(text(at(schema, "/description")))
        );
        form(&mut html, schema);
        html.push_str("</section>");
    }
    html.push_str("</main></body></html>");
    html
}

fn operation(html: &mut String, operation: &Operation<'_>) {
    let said = operation.said;
    put!(
        html,
        "<section id=\"{}\"><h3><b class=\"method {}\">{}</b> <code>{}</code></h3><p>{}</p><p>{}</p>",
        escape(operation.id()),
        operation.method,
        operation.method.to_uppercase(),
        escape(operation.path),
        prose(text(at(said, "/summary"))),
        prose(text(at(said, "/description"))),
    );
    let mut parameters = list(at(said, "/parameters")).peekable();
    if parameters.peek().is_some() {
        html.push_str("<h4>Parameters</h4><dl>");
        for parameter in parameters {
            let place = text(at(parameter, "/in"));
            let must = if *at(parameter, "/required") == true && place != "path" { ", required" } else { "" };
            put!(
                html,
                "<dt><code>{}</code> <small>{place}{must}</small></dt><dd>{} {}</dd>",
                escape(text(at(parameter, "/name"))),
                kind(at(parameter, "/schema")),
                prose(text(at(parameter, "/description"))),
            );
        }
        html.push_str("</dl>");
    }
    let mut bodies = members(at(said, "/requestBody/content")).peekable();
    if bodies.peek().is_some() {
        html.push_str("<h4>Body</h4><dl>");
        for (media, content) in bodies {
            put!(html, "<dt><code>{}</code></dt><dd>{}</dd>", escape(media), kind(at(content, "/schema")));
        }
        html.push_str("</dl>");
    }
    html.push_str("<h4>Answers</h4><dl>");
    for (status, response) in members(at(said, "/responses")) {
        let forms: Vec<String> =
            members(at(response, "/content")).map(|(_, content)| kind(at(content, "/schema"))).collect();
        put!(
            html,
            "<dt><b>{}</b> {}</dt><dd>{}</dd>",
            escape(status),
            forms.join(" or "),
            prose(text(at(response, "/description")))
        );
    }
    html.push_str("</dl></section>");
}

/// The members of an object, or the words of a list.
fn form(html: &mut String, schema: &Value) {
    let words: Vec<String> =
        list(at(schema, "/enum")).map(|word| format!("<code>{}</code>", escape(text(word)))).collect();
    if !words.is_empty() {
        put!(html, "<p>{}</p>", words.join(", "));
    }
    if schema["additionalProperties"].is_object() {
        put!(html, "<p>By name: {}</p>", kind(at(schema, "/additionalProperties")));
    }
    let mut parts = list(at(schema, "/allOf")).peekable();
    if parts.peek().is_some() {
        for part in parts {
            if part["$ref"].is_string() {
                put!(html, "<p>Everything of {}, and:</p>", kind(part));
            }
            form(html, part);
        }
    }
    let required: Vec<&str> = list(at(schema, "/required")).map(text).collect();
    let mut properties = members(at(schema, "/properties")).peekable();
    if properties.peek().is_none() {
        return;
    }
    html.push_str("<dl>");
    for (name, property) in properties {
        let must = if required.contains(&name.as_str()) { "" } else { " <small>optional</small>" };
        put!(
            html,
            "<dt><code>{}</code>{must}</dt><dd>{} {}</dd>",
            escape(name),
            kind(property),
            prose(text(at(property, "/description")))
        );
    }
    html.push_str("</dl>");
}

/// What a value is, in short; a form with a name of its own is a link.
fn kind(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next()) {
        return format!("<a href=\"#{0}\">{0}</a>", escape(name));
    }
    for choice in ["oneOf", "anyOf"] {
        let options: Vec<String> = list(&schema[choice]).map(kind).collect();
        if !options.is_empty() {
            return options.join(" or ");
        }
    }
    if let Some(reference) = list(at(schema, "/allOf")).next() {
        return kind(reference);
    }
    if schema["items"].is_object() {
        return format!("list of {}", kind(at(schema, "/items")));
    }
    let mut words = String::new();
    let types: Vec<&str> = match at(schema, "/type") {
        Value::String(one) => vec![one],
        several => list(several).map(text).collect(),
    };
    put!(words, "<small>{}", types.join(" or "));
    if let Some(format) = schema["format"].as_str() {
        put!(words, " ({})", escape(format));
    }
    words.push_str("</small>");
    let listed: Vec<String> =
        list(at(schema, "/enum")).map(|word| format!("<code>{}</code>", escape(text(word)))).collect();
    if !listed.is_empty() {
        put!(words, " {}", listed.join(", "));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole() -> (Value, String) {
        let document: Value = serde_json::from_str(crate::openapi()).unwrap();
        let page = page(&document);
        (document, page)
    }

    #[test]
    fn every_operation_and_every_form_is_on_the_page_and_every_link_leads_somewhere() {
        let (document, page) = whole();
        for (path, item) in members(at(&document, "/paths")) {
            for method in METHODS.iter().filter(|method| item[**method].is_object()) {
                let id = text(&item[*method]["operationId"]);
                assert!(page.contains(&format!("<section id=\"{id}\">")), "{method} {path}");
            }
        }
        for (name, _) in members(at(&document, "/components/schemas")) {
            assert!(page.contains(&format!("<section id=\"{name}\">")), "{name}");
        }
        for link in page.split("href=\"#").skip(1) {
            let id = link.split('"').next().unwrap();
            assert!(page.contains(&format!("id=\"{id}\"")), "#{id} leads nowhere");
        }
    }

    #[test]
    fn sec_03_the_page_needs_no_script_no_inline_style_and_no_other_host() {
        let (_, page) = whole();
        for forbidden in ["<script", "style=", "<style", "http://", "https://", "javascript:", " onclick"] {
            assert!(!page.contains(forbidden), "{forbidden}");
        }
        assert!(!STYLE.contains("url(") && !STYLE.contains("@import"));
    }

    #[test]
    fn what_is_between_back_quotes_is_code_and_nothing_is_markup() {
        assert_eq!(prose("a `b<i>` & `c"), "a <code>b&lt;i&gt;</code> &amp; <code>c</code>");
    }
}
