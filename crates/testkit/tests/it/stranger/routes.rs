//! Every way to call the interface, from its description, with bodies that fit and ids of the strangers' world.

use sluice_testkit::{Value, json};

/// Records of Harbor, by the address in which their id stands.
pub(super) struct Records {
    pub(super) ids: Vec<(&'static str, String)>,
}

impl Records {
    /// The id for a parameter of an address.
    pub(super) fn of(&self, path: &str, parameter: &str) -> String {
        let key = if parameter == "id" { path.split('/').nth(1).unwrap_or_default() } else { parameter };
        let found = self.ids.iter().find(|(name, _)| *name == key);
        found
            .unwrap_or_else(|| {
                panic!("no record for {{{parameter}}} of {path}: add one to the stranger's world")
            })
            .1
            .clone()
    }

    pub(super) fn fill(&self, path: &str) -> String {
        self.fill_but(path, &[])
    }

    /// The address with other ids for some of its parameters.
    pub(super) fn fill_but(&self, path: &str, others: &[(&str, &str)]) -> String {
        let mut filled = String::new();
        let mut rest = path;
        while let Some((before, behind)) = rest.split_once('{') {
            let (parameter, after) = behind.split_once('}').unwrap();
            filled.push_str(before);
            match others.iter().find(|(name, _)| *name == parameter) {
                Some((_, id)) => filled.push_str(id),
                None => filled.push_str(&self.of(path, parameter)),
            }
            rest = after;
        }
        filled + rest
    }
}

/// Where a request names a record besides its address.
#[derive(Debug, Clone)]
pub(super) enum Place {
    /// A field of the body …
    Field(String),
    /// … or one that holds several.
    List(String),
    /// A parameter of the query.
    Query(String),
}

/// A way to call the interface.
#[derive(Debug, Clone)]
pub(super) struct Route {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) body: Option<Value>,
    /// Required parameters of the query.
    pub(super) query: String,
    /// Parameters of the address that are ids.
    pub(super) ids: Vec<String>,
    /// Where else ids stand.
    pub(super) places: Vec<Place>,
}

fn resolve<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(reference) => resolve(document, document.pointer(reference.trim_start_matches('#')).unwrap()),
        None => schema,
    }
}

/// A value that fits a schema: as little as it takes, so that a request is refused for who asks and not for how.
fn sample(document: &Value, schema: &Value, records: &Records) -> Value {
    let schema = resolve(document, schema);
    for choice in ["oneOf", "anyOf", "allOf"] {
        if let Some(options) = schema[choice].as_array() {
            let wanted = options.iter().find(|option| option["type"] != "null").unwrap();
            return sample(document, wanted, records);
        }
    }
    if let Some(options) = schema["enum"].as_array() {
        return options[0].clone();
    }
    let kind = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().find(|kind| **kind != "null").cloned().unwrap_or_default(),
        kind => kind.clone(),
    };
    match kind.as_str() {
        Some("object") => {
            let required = schema["required"].as_array().cloned().unwrap_or_default();
            let fields = required.iter().filter_map(Value::as_str);
            fields
                .map(|name| (name.to_owned(), sample(document, &schema["properties"][name], records)))
                .collect()
        }
        Some("array") => json!([]),
        Some("boolean") => json!(true),
        Some("integer" | "number") => json!(1),
        _ if schema["format"] == "uuid" => json!(records.of("/projects", "id")),
        _ => json!("review"),
    }
}

/// Whether a schema is that of an id.
fn is_id(document: &Value, schema: &Value) -> bool {
    let schema = resolve(document, schema);
    let mut choices = ["oneOf", "anyOf"].into_iter().filter_map(|choice| schema[choice].as_array()).flatten();
    schema["format"] == "uuid" || choices.any(|option| is_id(document, option))
}

/// The names of parameters that are ids and stand in the address, or in the query.
fn parameters(document: &Value, operation: &Value, place: &str) -> Vec<String> {
    let all = operation["parameters"].as_array().into_iter().flatten();
    let ids = all.filter(|one| one["in"] == place && is_id(document, &one["schema"]));
    ids.map(|one| one["name"].as_str().unwrap().to_owned()).collect()
}

/// Where ids stand beside the address.
fn places(document: &Value, operation: &Value, body: &Value) -> Vec<Place> {
    let mut places: Vec<Place> =
        parameters(document, operation, "query").into_iter().map(Place::Query).collect();
    for (name, field) in resolve(document, body)["properties"].as_object().into_iter().flatten() {
        if is_id(document, field) {
            places.push(Place::Field(name.clone()));
        } else if is_id(document, &resolve(document, field)["items"]) {
            places.push(Place::List(name.clone()));
        }
    }
    places
}

pub(super) fn routes(records: &Records) -> Vec<Route> {
    let document: Value = serde_json::from_str(sluice_api::openapi()).unwrap();
    let mut routes = vec![];
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            if !["get", "post", "put", "patch", "delete", "head"].contains(&method.as_str()) {
                continue;
            }
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            let mut body = (!schema.is_null()).then(|| sample(&document, schema, records));
            // What is optional by itself and not all together.
            let choice = match path.rsplit('/').next().unwrap() {
                "publications" | "confirmation" => Some(json!({"all": true})),
                "drawing-downloads" => Some(json!({"form": "zip", "set_id": "current"})),
                "drawing-uploads" => Some(json!({"set": {"name": "S", "date": "2026-01-01"}})),
                "drawing-sets" => Some(json!({"name": "S", "date": "2026-01-01"})),
                "members" => Some(json!({"email": "new@third.example", "name": "New"})),
                "people" => Some(json!({"email": "new@third.example", "name": "New"})),
                "tokens" => Some(json!({"name": "Script", "scopes": ["drawings:read"]})),
                "disconnect" => Some(json!({"reason": "Because.", "accept": true})),
                "connections" => {
                    Some(json!({"upstream_project_id": records.of("/projects", "id"), "tools": ["drawings"]}))
                }
                "read" => Some(json!({"all": true})),
                _ => None,
            };
            if body.is_some() && choice.is_some() {
                body = choice;
            }
            if let (Some(Value::Object(fields)), "patch") = (&mut body, method.as_str()) {
                // Something to change.
                for field in ["name", "title"] {
                    let known = resolve(&document, schema)["properties"].get(field).is_some();
                    if known {
                        fields.insert(field.into(), json!("Taken over"));
                    }
                }
            }
            let query = operation["parameters"].as_array().cloned().unwrap_or_default();
            let query =
                query.iter().filter(|parameter| parameter["in"] == "query" && parameter["required"] == true);
            let query: Vec<String> = query
                .map(|parameter| {
                    format!("{}={}", parameter["name"].as_str().unwrap(), records.of("/projects", "id"))
                })
                .collect();
            routes.push(Route {
                method: method.to_uppercase(),
                path: path.clone(),
                body,
                query: if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) },
                ids: parameters(&document, operation, "path"),
                places: places(&document, operation, schema),
            });
        }
    }
    assert!(routes.len() > 60, "{} routes", routes.len());
    routes
}
