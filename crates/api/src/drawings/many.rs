//! Many drawings at once: the search over the words on sheets (`LOG-02`), one change of many, many as one file (`LOG-03`).

use axum::body::Body as HttpBody;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::StreamExt;
use serde::{Deserialize, Serialize};
use sluice_app::drawings::bulk::{self, Changes};
use sluice_app::drawings::download::{self, Chosen};
use sluice_app::drawings::search;
use sluice_app::{Error, Given};
use sluice_domain::{AreaId, DisciplineId, ProjectId, RevisionId, SetId};
use tokio_stream::wrappers::ReceiverStream;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::LIMIT;
use super::wire::given_date;
use crate::Api;
use crate::download::disposition;
use crate::extract::{Body, Path, Query, Who};
use crate::guard::{Watch, guarded};
use crate::problem::{Answer, Problem};
use crate::wire::{created, given, instant};
use crate::words::DownloadForm;

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(find))
        .routes(routes!(update))
        .routes(routes!(prepare))
        .routes(routes!(fetch))
}

/// Hits of a search at most: the screen marks them in a log of as many rows.
const HITS_MAX: i64 = 10_000;

/// `current`, or a set.
fn set(text: Option<&str>) -> Result<Option<SetId>, Error> {
    let unsound = |_| Error::field("/set_id", "unsound_id", "This is not an id.");
    match text {
        None | Some("" | "current") => Ok(None),
        Some(id) => Ok(Some(SetId(id.parse().map_err(unsound)?))),
    }
}

/// What is searched for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct SearchQuery {
    /// Words, each of which stands in the number, in the title or on the sheet. The beginning of a word is enough.
    q: String,
    /// `current` (the newest revision of each drawing), or a set: all revisions in it.
    set_id: Option<String>,
    /// Hits at most, 1 to 10,000; 100 where it is not said.
    limit: Option<i64>,
}

/// A sheet on which everything stands that was searched for.
#[derive(Debug, Serialize, ToSchema)]
struct SheetFound {
    /// The drawing.
    drawing_id: Uuid,
    /// The revision on which it stands.
    revision_id: Uuid,
    /// Number as printed.
    number: String,
    /// Title.
    title: String,
    /// Revision as printed.
    revision: String,
}

/// What a search found.
#[derive(Debug, Serialize, ToSchema)]
struct SheetsFound {
    /// By number.
    items: Vec<SheetFound>,
    /// There are more than were asked for.
    more: bool,
}

/// Searches numbers, titles and the words on the sheets of the log. A sheet can be found a few seconds after it arrived.
#[utoipa::path(get, path = "/projects/{id}/drawing-search", tag = "Drawings", params(("id" = Uuid, Path), SearchQuery), responses(
    (status = 200, body = SheetsFound), (status = 400, body = Problem), (status = 401, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn find(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
    Query(query): Query<SearchQuery>,
) -> Answer<axum::Json<SheetsFound>> {
    let set = set(query.set_id.as_deref())?;
    let (hits, more) = search::find(
        &api,
        who,
        ProjectId(id),
        &query.q,
        set,
        query.limit.unwrap_or(LIMIT).clamp(1, HITS_MAX),
    )
    .await?;
    let items = hits.into_iter().map(|hit| SheetFound {
        drawing_id: hit.drawing_id.0,
        revision_id: hit.revision_id.0,
        number: hit.number,
        title: hit.title,
        revision: hit.revision,
    });
    Ok(axum::Json(SheetsFound { items: items.collect(), more }))
}

/// One change of many drawings; what is absent stays, a date that is null is cleared.
#[derive(Debug, Deserialize, ToSchema)]
struct DrawingsEdit {
    /// The revisions that were chosen, up to 10,000. Set and dates are changed of these, the rest of their drawings.
    revision_ids: Vec<Uuid>,
    /// Discipline.
    discipline_id: Option<Uuid>,
    /// Own area.
    area_id: Option<Uuid>,
    /// No longer to be built from.
    obsolete: Option<bool>,
    /// Own set.
    set_id: Option<Uuid>,
    /// Date on the sheet, `YYYY-MM-DD`.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    drawing_date: Given<String>,
    /// Date it came in, `YYYY-MM-DD`.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    received_date: Given<String>,
}

/// What came of a change of many drawings.
#[derive(Debug, Serialize, ToSchema)]
struct DrawingsEdited {
    /// Drawings that are different now.
    changed: usize,
}

/// Changes many own drawings at once: all of them or none. Each row that stands in the way is named in `errors`.
#[utoipa::path(post, path = "/projects/{id}/drawing-edits", tag = "Drawings", params(("id" = Uuid, Path)), request_body = DrawingsEdit,
    responses((status = 200, body = DrawingsEdited), (status = 400, body = Problem), (status = 401, body = Problem),
    (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 413, body = Problem),
    (status = 415, body = Problem), (status = 422, body = Problem)))]
async fn update(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
    Body(wanted): Body<DrawingsEdit>,
) -> Answer<axum::Json<DrawingsEdited>> {
    let changes = Changes {
        discipline: wanted.discipline_id.map(DisciplineId),
        area: wanted.area_id.map(AreaId),
        obsolete: wanted.obsolete,
        set: wanted.set_id.map(SetId),
        drawing_date: given_date("/drawing_date", wanted.drawing_date)?,
        received_date: given_date("/received_date", wanted.received_date)?,
    };
    let chosen: Vec<RevisionId> = wanted.revision_ids.into_iter().map(RevisionId).collect();
    if chosen.len() > bulk::ROWS_MAX {
        return Err(
            Error::field("/revision_ids", "list_length", "Name up to 10,000 revisions at once.").into()
        );
    }
    let changed = bulk::update(&api, who, ProjectId(id), &chosen, changes).await?;
    Ok(axum::Json(DrawingsEdited { changed }))
}

/// Which sheets are to be in one file: some revisions, or those of a set.
#[derive(Debug, Deserialize, ToSchema)]
struct NewDrawingDownload {
    /// What kind of file.
    form: DownloadForm,
    /// These revisions, up to 10,000.
    revision_ids: Option<Vec<Uuid>>,
    /// `current` (the newest revision of each drawing), or a set: the newest of each drawing in it.
    set_id: Option<String>,
}

/// Sheets that can be fetched as one file, by whoever asked for it.
#[derive(Debug, Serialize, ToSchema)]
struct DrawingDownload {
    /// Id.
    id: Uuid,
    /// Where to fetch it.
    file_url: String,
    /// Sheets in it.
    sheets: usize,
    /// Bytes of these.
    bytes: i64,
    /// Until when.
    expires_at: String,
}

/// Asks for many sheets as one file. The file is written while it is fetched.
#[utoipa::path(post, path = "/projects/{id}/drawing-downloads", tag = "Drawings", params(("id" = Uuid, Path)),
    request_body = NewDrawingDownload, responses((status = 201, body = DrawingDownload), (status = 400, body = Problem),
    (status = 401, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 413, body = Problem),
    (status = 415, body = Problem), (status = 422, body = Problem)))]
async fn prepare(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
    Body(wanted): Body<NewDrawingDownload>,
) -> Answer<Response> {
    let chosen = match (wanted.revision_ids, wanted.set_id) {
        (Some(ids), None) => Chosen::These(ids.into_iter().map(RevisionId).collect()),
        (None, Some(text)) => Chosen::Set(set(Some(&text))?),
        _ => return Err(Error::field("", "one_of", "Give one of revision_ids and set_id.").into()),
    };
    let made = download::prepare(&api, who, ProjectId(id), chosen, wanted.form.into()).await?;
    let file_url = format!("/api/v1/drawing-downloads/{}/file", made.id);
    let answer = DrawingDownload {
        id: made.id,
        file_url: file_url.clone(),
        sheets: made.sheets,
        bytes: made.bytes,
        expires_at: instant(made.expires_at),
    };
    Ok(created(&file_url, answer))
}

/// Many sheets as one file: a zip of PDFs named `Number_Rev_Title.pdf`, or one PDF with bookmarks and page labels. A file that could not be
/// finished ends without its end.
#[utoipa::path(get, path = "/drawing-downloads/{id}/file", tag = "Drawings", params(("id" = Uuid, Path)), responses(
    (status = 200, content((Vec<u8> = "application/zip"), (Vec<u8> = "application/pdf"))), (status = 401, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn fetch(State(api): State<Api>, Who(who): Who, Path(id): Path<Uuid>) -> Answer<Response> {
    let watch = Watch::new(&api, who);
    let file = download::fetchable(&api, who, id).await?;
    let (right, bytes) = (file.right(), file.bytes);
    let named = disposition(true, &file.file_name);
    let kind = HeaderValue::from_static(file.form.media_type());
    let pieces = ReceiverStream::new(download::fetch(&api, file).await?).map(|piece| piece.map(Bytes::from));
    let may = move |api: Api| async move { download::may_go_on(&api, who, right).await };
    let body = HttpBody::from_stream(guarded(api.clone(), watch, may, pieces));
    let mut response = body.into_response();
    let marks = response.headers_mut();
    marks.insert(header::CONTENT_TYPE, kind);
    marks.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    marks.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox"));
    marks.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Ok(named) = HeaderValue::from_str(&named) {
        marks.insert(header::CONTENT_DISPOSITION, named);
    }
    if let Some(bytes) = bytes {
        marks.insert(header::CONTENT_LENGTH, bytes.into());
    }
    Ok(response)
}
