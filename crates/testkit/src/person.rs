//! A person at a browser: keeps a cookie, sends JSON, looks at answers.

use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, header};
use axum::response::Response;
use bytes::Bytes;
use http_body_util::BodyExt;
use serde_json::Value;
use sluice_app::{App, Caller};
use tower::ServiceExt;
use uuid::Uuid;

use crate::documented;

/// The way to the server.
#[derive(Debug, Clone)]
pub struct Door(Router);

impl Door {
    /// To this router.
    pub const fn new(router: Router) -> Self {
        Self(router)
    }

    /// Comes with a request, from this machine.
    async fn knock(&self, mut request: Request<Body>) -> Response {
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 40_000))));
        self.0.clone().oneshot(request).await.unwrap()
    }
}

/// A person.
#[derive(Debug, Clone)]
pub struct Person {
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Who they are, once they are signed in.
    pub caller: Option<Caller>,
    door: Door,
    cookie: Option<String>,
    token: Option<String>,
}

impl Person {
    pub(crate) fn new(door: Door, name: &str, email: &str) -> Self {
        Self { name: name.into(), email: email.into(), caller: None, door, cookie: None, token: None }
    }

    /// The same person, who goes in by another way.
    #[must_use]
    pub fn through(&self, router: Router) -> Self {
        Self { door: Door::new(router), ..self.clone() }
    }

    /// Their id.
    pub fn id(&self) -> Uuid {
        self.who().person.0
    }

    /// Who calls, for use cases that are called directly.
    pub fn who(&self) -> Caller {
        self.caller.expect("signed in")
    }

    /// The cookie they send, `name=value`.
    pub fn cookie(&self) -> Option<&str> {
        self.cookie.as_deref()
    }

    /// Sends this cookie from now on.
    pub fn set_cookie(&mut self, cookie: &str) {
        self.cookie = Some(cookie.into());
    }

    /// A script of theirs that sends this token and no cookie.
    #[must_use]
    pub fn script(&self, token: &str) -> Self {
        let name = format!("a script of {}", self.name);
        Self { name, cookie: None, token: Some(token.into()), ..self.clone() }
    }

    /// Makes a token of theirs with these scopes, and the script that uses it.
    pub async fn with_token(&self, scopes: &[&str]) -> Self {
        let body = serde_json::json!({"name": "Script", "scopes": scopes});
        let made = self.does("/tokens", body).await.expect(201);
        self.script(made["token"].as_str().expect("a token"))
    }

    /// Finds out who this is after signing in.
    pub async fn learn(&mut self, app: &App, person: &Value) {
        let token = self.cookie.as_deref().and_then(|cookie| cookie.split_once('=')).expect("a cookie").1;
        let caller = sluice_app::sign_in::caller(app, token).await.unwrap().expect("a session");
        assert_eq!(person["id"], caller.person.0.to_string());
        self.name = person["name"].as_str().unwrap_or_default().into();
        self.email = person["email"].as_str().unwrap_or_default().into();
        self.caller = Some(caller);
    }

    /// A request of theirs to a path below `/api/v1`, to be finished by a test.
    pub fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        let path = if path.starts_with("/api/") { path.to_owned() } else { format!("/api/v1{path}") };
        let mut request = Request::builder().method(method).uri(path);
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        request
    }

    /// Sends a request. A cookie in the answer is kept by whoever takes it with [`Answer::cookie`].
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let asked = format!("{} {} by {}", request.method(), request.uri(), self.name);
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let response = self.door.knock(request).await;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let json = serde_json::from_slice(&body).unwrap_or(Value::Null);
        let answer = Answer { status: parts.status.as_u16(), headers: parts.headers, body, json, asked };
        documented::check(&method, &path, &answer);
        answer
    }

    /// Sends JSON.
    pub async fn send_json(&self, method: Method, path: &str, body: &Value) -> Answer {
        let request = self.request(method.as_str(), path).header(header::CONTENT_TYPE, "application/json");
        self.send(request.body(Body::from(body.to_string())).unwrap()).await
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request("GET", path).body(Body::empty()).unwrap()).await
    }

    /// DELETE.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(self.request("DELETE", path).body(Body::empty()).unwrap()).await
    }

    /// POST with JSON. A session's cookie in the answer is kept.
    pub async fn post(&mut self, path: &str, body: Value) -> Answer {
        let answer = self.send_json(Method::POST, path, &body).await;
        if let Some(cookie) = answer.cookie() {
            self.cookie = Some(cookie);
        }
        answer
    }

    /// POST with JSON, where no cookie is expected.
    pub async fn does(&self, path: &str, body: Value) -> Answer {
        self.send_json(Method::POST, path, &body).await
    }

    /// PATCH with JSON.
    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send_json(Method::PATCH, path, &body).await
    }

    /// PUT with JSON.
    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send_json(Method::PUT, path, &body).await
    }

    /// Opens a line, as an open screen does.
    pub async fn listen(&self, path: &str) -> Line {
        let request = self.request("GET", path).header(header::ACCEPT, "text/event-stream");
        let response = self.door.knock(request.body(Body::empty()).unwrap()).await;
        Line { status: response.status().as_u16(), body: response.into_body() }
    }

    /// The items of a whole list, page by page.
    pub async fn items(&self, path: &str) -> Vec<Value> {
        let mut items = vec![];
        let mut after: Option<String> = None;
        loop {
            let joint = if path.contains('?') { '&' } else { '?' };
            let page = match &after {
                Some(after) => format!("{path}{joint}after={after}"),
                None => path.to_owned(),
            };
            let page = self.get(&page).await.expect(200);
            items.extend(page["items"].as_array().expect("a list").iter().cloned());
            match page["next"].as_str() {
                Some(next) => after = Some(next.to_owned()),
                None => return items,
            }
        }
    }
}

/// A line that is kept open, on which the server says when something changed.
#[derive(Debug)]
pub struct Line {
    /// HTTP status.
    pub status: u16,
    body: Body,
}

impl Line {
    /// What comes next; `None` where the server has hung up. Only a failing test waits long.
    pub async fn next(&mut self) -> Option<String> {
        let patience = std::time::Duration::from_secs(20);
        let frame = tokio::time::timeout(patience, self.body.frame()).await.expect("something comes");
        frame.map(|frame| String::from_utf8(frame.unwrap().into_data().unwrap().to_vec()).unwrap())
    }
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// Body as it came.
    pub body: Bytes,
    /// Body as JSON; null where it is none.
    pub json: Value,
    pub(crate) asked: String,
}

impl Answer {
    /// The body of an answer with this status; anything else ends the test.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}: {}", self.asked, self.text());
        self.json
    }

    /// A refusal with this code and status, in words a person can use; anything else ends the test.
    #[track_caller]
    pub fn refused(self, code: &str, status: u16) -> Value {
        assert_eq!(
            (self.status, self.json["code"].as_str()),
            (status, Some(code)),
            "{}: {}",
            self.asked,
            self.text()
        );
        let kind = self.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        assert_eq!(kind, Some("application/problem+json"), "{}", self.asked);
        for field in ["type", "title", "detail", "action", "instance", "request_id"] {
            assert!(
                self.json[field].as_str().is_some_and(|text| !text.is_empty()),
                "{}: no {field}",
                self.asked
            );
        }
        assert_eq!(self.header("x-request-id"), self.json["request_id"].as_str(), "{}", self.asked);
        self.json
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The cookie that is set, `name=value`.
    pub fn cookie(&self) -> Option<String> {
        let set = self.header("set-cookie")?;
        set.split(';').next().map(str::to_owned)
    }
}

/// The id of a record in an answer.
#[track_caller]
pub fn id(record: &Value) -> Uuid {
    let text = record["id"].as_str().unwrap_or_else(|| panic!("no id in {record}"));
    text.parse().unwrap()
}
