//! `/me`: how one wants to be addressed.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use sluice_app::Given;
use sluice_app::language::{DateFormat, Language};
use sluice_app::me::{self, Changes};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Api;
use crate::extract::{Body, Who};
use crate::problem::{Answer, Problem};
use crate::session::WirePerson;
use crate::wire::given;
use crate::words::{DateFormatWord, LanguageWord};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(get, update))
}

/// Oneself.
#[derive(Debug, Serialize, ToSchema)]
struct Me {
    /// Who.
    person: WirePerson,
    /// The language one chose; null where the browser's counts.
    language: Option<LanguageWord>,
    /// The zone one chose, an IANA name; null where the browser's counts.
    time_zone: Option<String>,
    /// The date format one chose; null where the language says it.
    date_format: Option<DateFormatWord>,
}

impl From<me::Person> for Me {
    fn from(person: me::Person) -> Self {
        Self {
            language: person.language.as_deref().and_then(Language::from_key).map(LanguageWord),
            time_zone: person.time_zone,
            date_format: person.date_format.as_deref().and_then(DateFormat::from_key).map(DateFormatWord),
            person: WirePerson { id: person.id.0, name: person.name, email: person.email },
        }
    }
}

/// How one is addressed.
#[utoipa::path(get, path = "/me", tag = "Session", responses((status = 200, body = Me), (status = 401, body = Problem)))]
async fn get(State(api): State<Api>, Who(who): Who) -> Answer<axum::Json<Me>> {
    Ok(axum::Json(me::get(&api, who).await?.into()))
}

/// Changes to how one is addressed; what is absent stays, null leaves it to the browser.
#[derive(Debug, Deserialize, ToSchema)]
struct MyChanges {
    /// The language of screens and messages.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<LanguageWord>)]
    language: Given<LanguageWord>,
    /// The zone in which times are shown, an IANA name.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    time_zone: Given<String>,
    /// How dates are written.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<DateFormatWord>)]
    date_format: Given<DateFormatWord>,
}

/// Saves how one wants to be addressed.
#[utoipa::path(patch, path = "/me", tag = "Session", request_body = MyChanges, responses(
    (status = 200, body = Me), (status = 401, body = Problem), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn update(
    State(api): State<Api>,
    Who(who): Who,
    Body(body): Body<MyChanges>,
) -> Answer<axum::Json<Me>> {
    let changes = Changes {
        language: body.language.map(Language::from),
        time_zone: body.time_zone,
        date_format: body.date_format.map(DateFormat::from),
    };
    Ok(axum::Json(me::update(&api, who, changes).await?.into()))
}
