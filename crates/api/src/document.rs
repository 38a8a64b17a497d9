//! Completes the description of the interface: what every operation may answer because of its form, in what form refusals come, a name for
//! each operation. A handler lists what only it answers.

use sluice_app::codes::CODES;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::schema::{ArrayItems, Object, SchemaFormat, SchemaType, Type};
use utoipa::openapi::{
    ContentBuilder, KnownFormat, ObjectBuilder, OpenApi, Ref, RefOr, Required, Response, Schema,
};

use crate::idempotency;

/// The form of every refusal.
const PROBLEM: &str = "application/problem+json";
const PROBLEM_SCHEMA: &str = "Problem";

/// Completes the document.
pub(crate) fn complete(mut document: OpenApi) -> OpenApi {
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations(item) {
            operation.operation_id = Some(operation_id(method, path));
            by_form(method, path, operation);
            for (status, response) in &mut operation.responses.responses {
                if let RefOr::T(response) = response {
                    finish(status, response);
                }
            }
        }
    }
    if let Some(components) = &mut document.components {
        let names: Vec<String> = components.schemas.keys().cloned().collect();
        for (name, schema) in &mut components.schemas {
            let item = name.strip_prefix("Page_").filter(|item| names.iter().any(|name| name == item));
            if let RefOr::T(schema) = schema {
                refer(schema, item);
                formats(schema);
            }
        }
    }
    document
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    [
        ("get", &mut item.get),
        ("head", &mut item.head),
        ("post", &mut item.post),
        ("put", &mut item.put),
        ("patch", &mut item.patch),
        ("delete", &mut item.delete),
        ("options", &mut item.options),
    ]
    .into_iter()
    .filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

/// A name that no other operation has: method and path in words.
fn operation_id(method: &str, path: &str) -> String {
    let words = path.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    std::iter::once(method).chain(words).collect::<Vec<_>>().join("_")
}

/// Adds what follows from method, address, parameters and body.
fn by_form(method: &str, path: &str, operation: &mut Operation) {
    let body = operation.request_body.is_some();
    let parameters = operation.parameters.get_or_insert_default();
    let has = |place: ParameterIn, name: Option<&str>| {
        parameters.iter().any(|parameter| match parameter {
            RefOr::T(Parameter { parameter_in, name: theirs, .. }) => {
                *parameter_in == place && name.is_none_or(|name| name == theirs)
            }
            RefOr::Ref(_) => false,
        })
    };
    let versioned = has(ParameterIn::Header, Some("If-Match"));
    let mut statuses = vec!["429"];
    if operation.responses.responses.contains_key("401") {
        // A token may lack the scope.
        statuses.push("403");
    }
    if body || has(ParameterIn::Query, None) {
        statuses.push("400");
    }
    if path.contains('{') && method != "options" {
        statuses.push("404");
    }
    if !matches!(method, "get" | "head" | "options") {
        // From another site's page.
        statuses.push("403");
    }
    if body {
        statuses.extend(["413", "415", "422"]);
    }
    if versioned {
        statuses.push("412");
    }
    if idempotency::recognises(method, path) {
        statuses.extend(["400", "409"]);
        parameters.push(RefOr::T(idempotency_key()));
    }
    let responses = &mut operation.responses.responses;
    for status in statuses {
        responses.entry(status.to_owned()).or_insert_with(|| RefOr::T(Response::new("")));
    }
}

fn idempotency_key() -> Parameter {
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some("With the same key the same request takes effect once and is answered alike."))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String).max_length(Some(idempotency::KEY_MAX))))
        .build()
}

/// Gives a response its description, its headers and, where it is a refusal, its form.
fn finish(status: &str, response: &mut Response) {
    let number: u16 = status.parse().unwrap_or_default();
    if number >= 400 {
        response.content.clear();
        let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name(PROBLEM_SCHEMA))).build();
        response.content.insert(PROBLEM.into(), RefOr::T(problem));
    }
    if response.description.is_empty() {
        response.description = match number {
            200 => "Done.".into(),
            201 => "Made.".into(),
            202 => "Taken up.".into(),
            204 => "Done; there is nothing to say.".into(),
            206 => "The part asked for.".into(),
            304 => "Unchanged.".into(),
            _ => codes_of(number),
        };
    }
    let headers: &[(&str, &str)] = match number {
        201 => &[("Location", "Where the new record is.")],
        429 | 503 => &[("Retry-After", "Seconds after which to try again.")],
        _ => &[],
    };
    for (name, description) in headers {
        let schema = ObjectBuilder::new().schema_type(Type::String);
        let header = HeaderBuilder::new().schema(Some(schema)).description(Some(*description)).build();
        response.headers.insert((*name).into(), RefOr::T(header));
    }
}

/// The codes a status may carry, where they are few.
fn codes_of(status: u16) -> String {
    let codes: Vec<String> = CODES
        .iter()
        .filter(|code| code.status == status)
        .map(|code| format!("`{}`: {}", code.code, code.title))
        .collect();
    match codes.len() {
        1..=3 => codes.join(" "),
        _ => "Refused: `code` says why.".to_owned(),
    }
}

/// A page names what it holds instead of repeating it.
fn refer(page: &mut Schema, item: Option<&str>) {
    if let (Schema::Object(page), Some(item)) = (page, item)
        && let Some(RefOr::T(Schema::Array(items))) = page.properties.get_mut("items")
    {
        items.items = ArrayItems::RefOrSchema(Box::new(RefOr::Ref(Ref::from_schema_name(item))));
    }
}

/// Instants and dates are told by their names: `…_at` is an instant, `…_date` and `…_on` a date.
fn formats(schema: &mut Schema) {
    match schema {
        Schema::Object(object) => {
            for (name, property) in &mut object.properties {
                if let RefOr::T(Schema::Object(property)) = property {
                    format(name, property);
                }
            }
        }
        Schema::AllOf(parts) => {
            for part in &mut parts.items {
                if let RefOr::T(part) = part {
                    formats(part);
                }
            }
        }
        _ => {}
    }
}

fn format(name: &str, property: &mut Object) {
    let text = match &property.schema_type {
        SchemaType::Type(kind) => *kind == Type::String,
        SchemaType::Array(kinds) => kinds.contains(&Type::String),
        SchemaType::AnyValue => false,
    };
    if !text || property.format.is_some() {
        return;
    }
    if name == "at" || name.ends_with("_at") {
        property.format = Some(SchemaFormat::KnownFormat(KnownFormat::DateTime));
    } else if name == "date" || name.ends_with("_date") || name.ends_with("_on") {
        property.format = Some(SchemaFormat::KnownFormat(KnownFormat::Date));
    }
}
