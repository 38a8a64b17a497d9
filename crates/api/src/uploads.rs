//! `/projects/{id}/drawing-uploads`, `/drawing-uploads`, `/drawing-sheets`: uploads, their sheets under review, confirming. Their files come in
//! by tus (`tus`) or in one request (`multipart`).

mod multipart;
pub(crate) mod wire;

use axum::extract::{FromRequest, Request, State};
use axum::http::header;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use sluice_app::uploads::review::{self, Chosen, SheetChanges};
use sluice_app::uploads::{self, Wanted};
use sluice_app::{Error, Given, error::Result};
use sluice_domain::{AreaId, DisciplineId, ProjectId, SetId, SheetId, UploadId};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::Api;
use crate::drawings::limit;
use crate::drawings::wire::date;
use crate::extract::{Body, Path, Query, Who};
use crate::problem::{Answer, Problem};
use crate::wire::{Page, created, given};
use crate::words::{ErrorCode, NamingMode};

use wire::{Sheet, Upload};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get))
        .routes(routes!(list_sheets))
        .routes(routes!(update_sheet))
        .routes(routes!(confirm))
}

/// Lists the uploads of a project, open ones first; with a grant only one's own.
#[utoipa::path(get, path = "/projects/{id}/drawing-uploads", tag = "Uploads", params(("id" = Uuid, Path)), responses(
    (status = 200, body = Page<Upload>), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem)))]
async fn list(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
) -> Answer<axum::Json<Page<Upload>>> {
    let views = uploads::list(&api, who, ProjectId(id)).await?;
    Ok(axum::Json(Page::whole(views.into_iter().map(Upload::from).collect())))
}

/// A set by name and date; it is begun where it is absent.
#[derive(Debug, Deserialize, ToSchema)]
struct NamedSet {
    /// Name.
    name: Option<String>,
    /// Date of issue, `YYYY-MM-DD`.
    date: Option<String>,
}

/// An upload to be made. As `multipart/form-data` the fields are text, `set` is JSON text, and `files` are sent along.
#[derive(Debug, Default, Deserialize, ToSchema)]
struct NewUpload {
    /// Into this set …
    set: Option<NamedSet>,
    /// … or this one.
    set_id: Option<Uuid>,
    /// Into this area; the default area where it is absent.
    area_id: Option<Uuid>,
    /// Drawing date of sheets that get no other, `YYYY-MM-DD`.
    drawing_date: Option<String>,
    /// Received date of sheets that get no other, `YYYY-MM-DD`.
    received_date: Option<String>,
    /// Revision of sheets on which none is read.
    default_revision: Option<String>,
    /// How file names are read; `automatic` where it is not said.
    #[schema(value_type = Option<NamingMode>)]
    naming: Option<String>,
}

impl NewUpload {
    fn wanted(self) -> Result<Wanted> {
        let set_date = self.set.as_ref().and_then(|set| set.date.as_deref());
        Ok(Wanted {
            set: self.set_id.map(SetId),
            set_date: date("/set/date", set_date)?,
            set_name: self.set.and_then(|set| set.name),
            area: self.area_id.map(AreaId),
            drawing_date: date("/drawing_date", self.drawing_date.as_deref())?,
            received_date: date("/received_date", self.received_date.as_deref())?,
            default_revision: self.default_revision,
            naming: self.naming,
        })
    }
}

/// Makes an upload. Its files follow by tus at `files_url`, or come along as `multipart/form-data`.
#[utoipa::path(post, path = "/projects/{id}/drawing-uploads", tag = "Uploads", params(("id" = Uuid, Path)),
    request_body(content((NewUpload = "application/json"), (multipart::Form = "multipart/form-data"))),
    responses((status = 201, body = Upload), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem), (status = 413, body = Problem), (status = 415, body = Problem),
    (status = 422, body = Problem)))]
async fn create(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
    request: Request,
) -> Answer<Response> {
    let kind =
        request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let view = if kind.starts_with("multipart/form-data") {
        multipart::create(&api, who, ProjectId(id), request).await?
    } else {
        let Body(wanted) = Body::<NewUpload>::from_request(request, &api).await?;
        uploads::create(&api, who, ProjectId(id), &wanted.wanted()?).await?
    };
    Ok(created(&format!("/api/v1/drawing-uploads/{}", view.upload.id), Upload::from(view)))
}

/// Gives one upload with its files.
#[utoipa::path(get, path = "/drawing-uploads/{id}", tag = "Uploads", params(("id" = Uuid, Path)), responses(
    (status = 200, body = Upload), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem)))]
async fn get(State(api): State<Api>, Who(who): Who, Path(id): Path<Uuid>) -> Answer<axum::Json<Upload>> {
    Ok(axum::Json(uploads::get(&api, who, UploadId(id)).await?.into()))
}

/// Which part of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct SheetQuery {
    /// Where the page begins: `next` of the page before.
    after: Option<String>,
    /// Sheets of the page, 1 to 1,000; 1,000 where it is not said.
    limit: Option<i64>,
}

/// Sheets of a page where nobody says how many: most uploads are shorter, and a reviewer wants them all.
const SHEETS: i64 = 1_000;

/// Lists the sheets of an upload, in the order of files and pages.
#[utoipa::path(get, path = "/drawing-uploads/{id}/sheets", tag = "Uploads", params(("id" = Uuid, Path), SheetQuery), responses(
    (status = 200, body = Page<Sheet>), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn list_sheets(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
    Query(query): Query<SheetQuery>,
) -> Answer<axum::Json<Page<Sheet>>> {
    let after = query.after.as_deref().map(str::parse::<Uuid>).transpose();
    let after = after.map_err(|_| Error::code("unsound_cursor"))?.map(SheetId);
    let (sheets, next) = review::sheets(&api, who, UploadId(id), after, limit(query.limit, SHEETS)).await?;
    let items = sheets.into_iter().map(Sheet::from).collect();
    Ok(axum::Json(Page { items, next: next.map(|sheet| sheet.to_string()) }))
}

/// Changes to a sheet; what is absent stays, what is null is cleared.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = SheetEdit)]
struct Changes {
    /// Sheet number as printed.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    number: Given<String>,
    /// Title.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    title: Given<String>,
    /// Revision.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    revision: Given<String>,
    /// Discipline; where it is absent it follows a changed number.
    discipline_id: Option<Uuid>,
    /// Date on the sheet, `YYYY-MM-DD`.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    drawing_date: Given<String>,
    /// Date it came in, `YYYY-MM-DD`.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    received_date: Given<String>,
    /// Take it out of the upload, or back in.
    removed: Option<bool>,
}

/// Changes a sheet under review.
#[utoipa::path(patch, path = "/drawing-sheets/{id}", tag = "Uploads", params(("id" = Uuid, Path)), request_body = Changes, responses(
    (status = 200, body = Sheet), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem), (status = 413, body = Problem), (status = 415, body = Problem),
    (status = 422, body = Problem)))]
async fn update_sheet(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
    Body(changes): Body<Changes>,
) -> Answer<axum::Json<Sheet>> {
    let day = |pointer, value: Given<String>| {
        // An empty text clears the field, as null does.
        let value = if value == Given::Value(String::new()) { Given::Null } else { value };
        let unsound = || Error::field(pointer, "unsound_date", "Give the date as YYYY-MM-DD.");
        value.try_map(|text| date(pointer, Some(&text))?.ok_or_else(unsound))
    };
    let changes = SheetChanges {
        number: changes.number,
        title: changes.title,
        revision: changes.revision,
        discipline: changes.discipline_id.map(DisciplineId),
        drawing_date: day("/drawing_date", changes.drawing_date)?,
        received_date: day("/received_date", changes.received_date)?,
        removed: changes.removed,
    };
    Ok(axum::Json(review::update(&api, who, SheetId(id), changes).await?.into()))
}

/// Which sheets to confirm.
#[derive(Debug, Deserialize, ToSchema)]
struct NewConfirmation {
    /// These …
    sheet_ids: Option<Vec<Uuid>>,
    /// … or all that wait for review.
    all: Option<bool>,
}

/// A sheet that was not confirmed, and why.
#[derive(Debug, Serialize, ToSchema)]
struct RefusedSheet {
    sheet_id: Uuid,
    /// Stable code.
    #[schema(value_type = ErrorCode)]
    code: &'static str,
    /// A sentence.
    message: String,
}

/// What came of it.
#[derive(Debug, Serialize, ToSchema)]
struct Confirmation {
    /// Sheets that are unpublished revisions now.
    confirmed: usize,
    /// Sheets that are not; the others are not held up by them.
    refused: Vec<RefusedSheet>,
}

/// Confirms sheets: each becomes an unpublished revision.
#[utoipa::path(post, path = "/drawing-uploads/{id}/confirmation", tag = "Uploads", params(("id" = Uuid, Path)), request_body = NewConfirmation,
    responses((status = 200, body = Confirmation), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem), (status = 413, body = Problem), (status = 415, body = Problem),
    (status = 422, body = Problem)))]
async fn confirm(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
    Body(wanted): Body<NewConfirmation>,
) -> Answer<axum::Json<Confirmation>> {
    let chosen = match (wanted.sheet_ids, wanted.all) {
        (Some(ids), None | Some(false)) => Chosen::These(ids.into_iter().map(SheetId).collect()),
        (None, Some(true)) => Chosen::All,
        _ => return Err(Error::field("", "one_of", "Give one of sheet_ids and all.").into()),
    };
    let done = review::confirm(&api, who, UploadId(id), &chosen).await?;
    let refused = done.refused.into_iter().map(|refused| RefusedSheet {
        sheet_id: refused.sheet.0,
        code: refused.code,
        message: refused.message,
    });
    Ok(axum::Json(Confirmation { confirmed: done.confirmed, refused: refused.collect() }))
}
