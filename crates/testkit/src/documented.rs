//! Every answer a test sees must be one that the description of the interface announces: status, form of the body, and the body itself
//! against its schema (in the spirit of `SEC-07`).

use std::sync::LazyLock;

use axum::http::Method;
use serde_json::Value;

use crate::person::Answer;

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| serde_json::from_str(sluice_api::openapi()).unwrap());

/// Ends the test where an answer is not announced for its route.
pub(crate) fn check(method: &Method, path: &str, answer: &Answer) {
    let asked = &answer.asked;
    assert_ne!(answer.status, 500, "{asked}: a fault of ours: {}", answer.text());
    let Some(path) = path.strip_prefix("/api/v1") else { return };
    let Some(item) = route(path) else {
        assert!(
            [401, 403, 404, 429].contains(&answer.status) || path == "/openapi.json",
            "{asked}: {} from nowhere",
            answer.status
        );
        return;
    };
    let name = method.as_str().to_lowercase();
    let operation = match (&item[&name], name.as_str()) {
        (Value::Null, "head") => &item["get"],
        (operation, _) => operation,
    };
    if operation.is_null() {
        assert!(
            [403, 405, 429].contains(&answer.status),
            "{asked}: {} from a method that is not there",
            answer.status
        );
        return;
    }
    let response = &operation["responses"][answer.status.to_string()];
    assert!(
        response.is_object(),
        "{asked}: the answer {} is not in the description: {}",
        answer.status,
        answer.text()
    );
    if answer.status == 201 {
        assert!(answer.headers.contains_key("location"), "{asked}: 201 without Location");
    }
    if answer.body.is_empty() {
        return;
    }
    let kind =
        answer.header("content-type").unwrap_or_default().split(';').next().unwrap_or_default().to_owned();
    let content = &response["content"][&kind];
    assert!(content.is_object(), "{asked}: the description has no {kind} for {}: {response}", answer.status);
    if kind.ends_with("json")
        && let Err(why) = fits(&content["schema"], &answer.json)
    {
        panic!("{asked}: the body does not fit its schema: {why}\n{}", answer.json);
    }
}

/// The description of a path; of several that fit, the one with the most words of its own.
fn route(path: &str) -> Option<&'static Value> {
    let asked: Vec<&str> = path.split('/').collect();
    let paths = DOCUMENT["paths"].as_object()?;
    let fitting = paths.iter().filter_map(|(template, item)| {
        let steps: Vec<&str> = template.split('/').collect();
        let fits = steps.len() == asked.len()
            && steps.iter().zip(&asked).all(|(step, asked)| step.starts_with('{') || step == asked);
        fits.then(|| (steps.iter().filter(|step| !step.starts_with('{')).count(), item))
    });
    fitting.max_by_key(|(own, _)| *own).map(|(_, item)| item)
}

/// Whether a value fits a schema, as far as ours go: references, choices, types, members, words.
fn fits(schema: &'static Value, value: &Value) -> Result<(), String> {
    if let Some(reference) = schema["$ref"].as_str() {
        let named = DOCUMENT.pointer(reference.trim_start_matches('#'));
        return fits(named.ok_or_else(|| format!("{reference} is not there"))?, value);
    }
    for choice in ["oneOf", "anyOf"] {
        if let Some(options) = schema[choice].as_array() {
            let tried: Vec<_> = options.iter().map(|option| fits(option, value)).collect();
            return if tried.iter().any(Result::is_ok) { Ok(()) } else { tried.into_iter().collect() };
        }
    }
    for part in schema["allOf"].as_array().into_iter().flatten() {
        fits(part, value)?;
    }
    if let Some(words) = schema["enum"].as_array()
        && !words.contains(value)
    {
        return Err(format!("{value} is none of {words:?}"));
    }
    let is = |kind: &str| match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "null" => value.is_null(),
        _ => false,
    };
    let sound = match &schema["type"] {
        Value::String(kind) => is(kind),
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).any(is),
        _ => true,
    };
    if !sound {
        return Err(format!("{value} is no {}", schema["type"]));
    }
    match value {
        Value::Array(items) if schema["items"].is_object() => {
            items.iter().try_for_each(|item| fits(&schema["items"], item))
        }
        Value::Object(members) => {
            for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                if !members.contains_key(name) {
                    return Err(format!("there is no {name}"));
                }
            }
            members.iter().try_for_each(|(name, member)| {
                let known = match &schema["properties"][name] {
                    Value::Null => &schema["additionalProperties"],
                    known => known,
                };
                if known.is_object() {
                    fits(known, member).map_err(|why| format!("{name}: {why}"))
                } else {
                    Ok(())
                }
            })
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn answer(status: u16, kind: &'static str, json: Value) -> Answer {
        let headers = [(axum::http::header::CONTENT_TYPE, axum::http::HeaderValue::from_static(kind))];
        Answer {
            status,
            headers: headers.into_iter().collect(),
            body: json.to_string().into(),
            json,
            asked: String::new(),
        }
    }

    #[test]
    fn sec_07_what_is_described_passes() {
        let session = json!({"person": {"id": "x", "name": "Ines", "email": "i@h.example"}, "companies": [], "installation_admin": false});
        check(&Method::GET, "/api/v1/session", &answer(200, "application/json", session));
    }

    #[test]
    fn sec_07_what_is_not_described_ends_the_test() {
        let ends = |answer: Answer| {
            std::panic::catch_unwind(|| check(&Method::GET, "/api/v1/session", &answer)).is_err()
        };
        assert!(ends(answer(418, "application/problem+json", json!({}))), "a status");
        assert!(ends(answer(200, "text/html", json!({}))), "a form");
        assert!(ends(answer(200, "application/json", json!({"person": null}))), "a body");
        assert!(ends(answer(500, "application/problem+json", json!({}))), "a fault of ours");
    }
}
