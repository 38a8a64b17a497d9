//! Which crate may know which: a crate exists only to forbid a dependency, so the table is checked.

use serde_json::Value;

use super::Finding;

/// The product's crates and what each may depend on. `testkit` may know all of them; `xtask` none.
const EDGES: [(&str, &[&str]); 6] = [
    ("domain", &[]),
    ("pdf", &["domain"]),
    ("store", &["domain"]),
    ("app", &["domain", "pdf", "store"]),
    ("api", &["app", "domain"]),
    ("server", &["api", "app", "pdf", "store", "domain"]),
];

/// Crates of others that only some of ours may use. Tests are free, since nothing ships with them.
const GUARDED: [(&str, &[&str], &str); 13] = [
    ("sqlx", &["store", "testkit"], "only store knows SQL: put the statement there and call it"),
    ("rusqlite", &["store"], "only store knows SQL: put the statement there and call it"),
    (
        "serde",
        SERDE,
        "wire forms are api's: domain types never derive Serialize, so that a wire form changes on purpose",
    ),
    ("serde_json", SERDE, "wire forms are api's: hand a value over, not JSON"),
    ("axum", &["api", "server", "testkit"], "HTTP ends in api: return a plain value or an error from app"),
    (
        "tower-http",
        &["api", "server", "testkit"],
        "HTTP ends in api: return a plain value or an error from app",
    ),
    ("reqwest", &["app", "testkit"], "domain, store and pdf do no network: pass in what was fetched"),
    (
        "tokio",
        &["pdf", "store", "app", "api", "server", "testkit"],
        "domain does no I/O and does not wait: keep it a pure function",
    ),
    ("rand", &["app", "testkit"], "randomness comes in as an argument: use app's Environment"),
    ("lettre", &["app", "testkit"], "mail is sent by app's outbox: add a message to it"),
    ("hayro", &["pdf"], "only pdf reads PDF bytes, and only in its limited child process"),
    ("hayro-syntax", &["pdf"], "only pdf reads PDF bytes, and only in its limited child process"),
    ("lopdf", &["pdf", "testkit"], "only pdf reads PDF bytes, and only in its limited child process"),
];

/// api: wire forms; pdf: frames on the pipe to its worker; server: configuration.
const SERDE: &[&str] = &["api", "pdf", "server", "testkit", "xtask"];

const EDGE: &str =
    "a crate exists to forbid an edge (docs/architecture.md): move the code, or change the table with an ADR";

/// Checks the packages of `cargo metadata --no-deps`.
pub(super) fn check(metadata: &Value) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in array(metadata, "packages") {
        let name = short(text(package, "name"));
        let manifest = format!("crates/{name}/Cargo.toml");
        let Some(allowed) = allowed(name) else {
            let what = format!("the crate `{name}` has no place in the table of edges");
            findings.push(Finding::new(&manifest, 0, what, EDGE));
            continue;
        };
        for dependency in array(package, "dependencies") {
            let other = text(dependency, "name");
            let for_tests = text(dependency, "kind") == "dev";
            if let Some(ours) = other.strip_prefix("sluice-") {
                if !(allowed.includes(ours) || for_tests && ours == "testkit") {
                    findings.push(Finding::new(&manifest, 0, format!("`{name}` depends on `{ours}`"), EDGE));
                }
            } else if let Some((_, users, why)) = GUARDED.iter().find(|(guarded, ..)| *guarded == other)
                && !for_tests
                && !users.contains(&name)
            {
                findings.push(Finding::new(&manifest, 0, format!("`{name}` depends on `{other}`"), why));
            }
        }
    }
    findings
}

enum Allowed {
    Everything,
    These(&'static [&'static str]),
}

impl Allowed {
    fn includes(&self, name: &str) -> bool {
        match self {
            Self::Everything => true,
            Self::These(names) => names.contains(&name),
        }
    }
}

fn allowed(name: &str) -> Option<Allowed> {
    match name {
        "testkit" => Some(Allowed::Everything),
        "xtask" => Some(Allowed::These(&[])),
        _ => EDGES.iter().find(|(of, _)| *of == name).map(|(_, names)| Allowed::These(names)),
    }
}

fn short(name: &str) -> &str {
    name.strip_prefix("sluice-").unwrap_or(name)
}

fn array<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// A string member; empty when absent or null, as `kind` is for an ordinary dependency.
fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::check;

    fn package(name: &str, dependencies: &[(&str, Option<&str>)]) -> Value {
        let dependencies: Vec<Value> =
            dependencies.iter().map(|(name, kind)| json!({"name": name, "kind": kind})).collect();
        json!({"packages": [{"name": name, "dependencies": dependencies}]})
    }

    fn breaches(name: &str, dependencies: &[(&str, Option<&str>)]) -> Vec<String> {
        check(&package(name, dependencies)).into_iter().map(|finding| finding.what).collect()
    }

    #[test]
    fn the_table_is_kept() {
        assert!(breaches("sluice-app", &[("sluice-store", None), ("sluice-domain", None)]).is_empty());
        assert_eq!(breaches("sluice-api", &[("sluice-store", None)]), ["`api` depends on `store`"]);
        assert_eq!(breaches("sluice-domain", &[("sluice-app", None)]), ["`domain` depends on `app`"]);
        assert_eq!(breaches("sluice-xtask", &[("sluice-server", None)]), ["`xtask` depends on `server`"]);
        assert!(breaches("sluice-testkit", &[("sluice-server", None)]).is_empty());
    }

    #[test]
    fn tests_may_use_the_testkit_and_nothing_else_that_is_forbidden() {
        assert!(breaches("sluice-api", &[("sluice-testkit", Some("dev"))]).is_empty());
        assert_eq!(breaches("sluice-api", &[("sluice-testkit", None)]).len(), 1);
        assert_eq!(breaches("sluice-api", &[("sluice-store", Some("dev"))]).len(), 1);
    }

    #[test]
    fn guarded_crates_stay_where_they_belong() {
        assert!(breaches("sluice-store", &[("sqlx", None)]).is_empty());
        assert_eq!(breaches("sluice-app", &[("sqlx", None)]), ["`app` depends on `sqlx`"]);
        assert_eq!(breaches("sluice-domain", &[("serde", None), ("tokio", Some("build"))]).len(), 2);
        assert!(breaches("sluice-domain", &[("serde_json", Some("dev"))]).is_empty());
    }

    #[test]
    fn a_new_crate_needs_a_place() {
        assert_eq!(breaches("sluice-utils", &[]).len(), 1);
    }
}
