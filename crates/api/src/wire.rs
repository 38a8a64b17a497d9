//! Wire forms that several resources share.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};
use sluice_app::Given;
use sluice_domain::permission::{Levels, Tool};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::words::WireLevel;

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Page<T: ToSchema> {
    /// The items.
    pub(crate) items: Vec<T>,
    /// Where the next page begins (`?after=`); null on the last.
    pub(crate) next: Option<String>,
}

impl<T: ToSchema> Page<T> {
    /// A list that is whole.
    pub(crate) const fn whole(items: Vec<T>) -> Self {
        Self { items, next: None }
    }
}

/// A record by id and name.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Ref {
    /// Id.
    pub(crate) id: Uuid,
    /// Name.
    pub(crate) name: String,
}

impl Ref {
    pub(crate) fn new(id: impl Into<Uuid>, name: impl Into<String>) -> Self {
        Self { id: id.into(), name: name.into() }
    }
}

/// A project by id, name and number.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ProjectRef {
    /// Id.
    pub(crate) id: Uuid,
    /// Name.
    pub(crate) name: String,
    /// Number; may be empty.
    pub(crate) number: String,
}

/// A reason, by code and sentence.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Reason {
    /// Stable code.
    pub(crate) code: String,
    /// A sentence.
    pub(crate) message: String,
}

/// An instant as RFC 3339, UTC.
pub(crate) fn instant(at: Timestamp) -> String {
    at.to_string()
}

/// Levels of a member, one a tool.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[schema(as = Levels)]
pub(crate) struct WireLevels {
    connection_manager: WireLevel,
    directory: WireLevel,
    admin: WireLevel,
    drawings: WireLevel,
    rfis: WireLevel,
    submittals: WireLevel,
}

impl From<Levels> for WireLevels {
    fn from(levels: Levels) -> Self {
        let of = |tool| levels.of(tool).into();
        Self {
            connection_manager: of(Tool::ConnectionManager),
            directory: of(Tool::Directory),
            admin: of(Tool::Admin),
            drawings: of(Tool::Drawings),
            rfis: of(Tool::Rfis),
            submittals: of(Tool::Submittals),
        }
    }
}

/// Levels to set; a tool that is not named keeps its level.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
pub(crate) struct LevelChanges {
    connection_manager: Option<WireLevel>,
    directory: Option<WireLevel>,
    admin: Option<WireLevel>,
    drawings: Option<WireLevel>,
    rfis: Option<WireLevel>,
    submittals: Option<WireLevel>,
}

impl LevelChanges {
    /// The levels after the changes.
    pub(crate) fn onto(self, levels: Levels) -> Levels {
        [
            (Tool::ConnectionManager, self.connection_manager),
            (Tool::Directory, self.directory),
            (Tool::Admin, self.admin),
            (Tool::Drawings, self.drawings),
            (Tool::Rfis, self.rfis),
            (Tool::Submittals, self.submittals),
        ]
        .into_iter()
        .fold(levels, |levels, (tool, change)| change.map_or(levels, |level| levels.with(tool, level.into())))
    }
}

/// The default of a switch that is on.
pub(crate) const fn yes() -> bool {
    true
}

/// 201 with `Location`.
pub(crate) fn created<T: Serialize>(location: &str, body: T) -> Response {
    let mut headers = HeaderMap::new();
    if let Ok(value) = HeaderValue::from_str(location) {
        headers.insert(header::LOCATION, value);
    }
    (StatusCode::CREATED, headers, axum::Json(body)).into_response()
}

/// 200 with the version as `ETag`, for `If-Match`.
pub(crate) fn versioned<T: Serialize>(version: i64, body: T) -> Response {
    ([(header::ETAG, format!("\"{version}\""))], axum::Json(body)).into_response()
}

/// Tells a field that is null from one that is absent, which is the default.
pub(crate) fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Given<T>, D::Error> {
    Ok(Option::deserialize(deserializer)?.map_or(Given::Null, Given::Value))
}
