//! The floors of `SPD-06`: a minimal axum handler that serialises a page of a project's log from the same SQLite file, and one that
//! answers that nothing changed. Nobody is asked who they are, nothing is judged or filtered: less than this no server can do.

use std::path::Path;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions, SqliteRow};
use sqlx::{Row, SqlitePool};
use uuid::Uuid;

/// What a page of the log shows of a drawing.
#[derive(Debug, Serialize)]
struct Line {
    id: Uuid,
    number: String,
    title: String,
    discipline: String,
    area: String,
    obsolete: bool,
    version: i64,
    revision_id: Uuid,
    revision: String,
    drawing_date: Option<String>,
    received_date: Option<String>,
    set_name: String,
    status: String,
    byte_count: i64,
}

impl Line {
    fn read(row: &SqliteRow) -> Self {
        Self {
            id: row.get(0),
            number: row.get(1),
            title: row.get(2),
            discipline: row.get(3),
            area: row.get(4),
            obsolete: row.get(5),
            version: row.get(6),
            revision_id: row.get(7),
            revision: row.get(8),
            drawing_date: row.get(9),
            received_date: row.get(10),
            set_name: row.get(11),
            status: row.get(12),
            byte_count: row.get(13),
        }
    }
}

const PAGE: &str = "select d.id, d.number, d.title, i.name as discipline, a.name as area, d.obsolete, d.version,
        r.id as revision_id, r.revision, r.drawing_date, r.received_date, s.name as set_name, r.status, r.byte_count
   from drawing d
   join drawing_revision r on r.id = d.current_revision_id
   join drawing_area a on a.id = d.area_id
   join discipline i on i.id = d.discipline_id
   join drawing_set s on s.id = r.set_id
  where d.project_id = $1 and d.deleted_at is null
  order by d.sort_key, d.id limit 100";

/// `GET /page` and `GET /unchanged` over the database of a data folder.
pub async fn router(data: &Path, project: Uuid) -> Router {
    let options = SqliteConnectOptions::new().filename(data.join("sluice.db")).read_only(true);
    let pool = SqlitePoolOptions::new().max_connections(8).connect_with(options).await.unwrap();
    Router::new()
        .route("/page", get(page))
        .route("/unchanged", get(async || (StatusCode::NOT_MODIFIED, [(header::ETAG, "W/\"1\"")])))
        .with_state((pool, project))
}

async fn page(State((pool, project)): State<(SqlitePool, Uuid)>) -> impl IntoResponse {
    let rows = sqlx::query(PAGE).bind(project).fetch_all(&pool).await.unwrap();
    Json(rows.iter().map(Line::read).collect::<Vec<_>>())
}
