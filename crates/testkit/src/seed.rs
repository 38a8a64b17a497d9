//! Records written without the detour over PDF files, for tests that need hundreds of them. What travels is real: rows, blobs, feed; only
//! the pages are short.

use jiff::civil::{Date, date};
use sha2::Digest;
use sluice_app::drawings::publish::{Chosen, publish};
use sluice_app::{App, permit_in_project};
use sluice_domain::permission::{Levels, Tool, act};
use sluice_domain::sheet_number::sort_key;
use sluice_domain::{AreaId, DrawingId, ProjectId, RevisionId};
use sluice_store::blob::Derived;
use sluice_store::drawing::{change, places, refresh_current};
use sluice_store::{Sha256, Tx, args};
use uuid::Uuid;

use crate::person::Person;

/// A drawing to be seeded.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// Number.
    pub number: String,
    /// Title.
    pub title: String,
    /// Revision.
    pub revision: String,
}

impl Sheet {
    /// A sheet.
    pub fn new(number: &str, title: &str, revision: &str) -> Self {
        Self { number: number.into(), title: title.into(), revision: revision.into() }
    }

    /// So many sheets, `A-0001` onwards, spread over disciplines.
    pub fn many(count: usize) -> Vec<Self> {
        let letters = ["A", "S", "M", "E", "P"];
        let sheet = |place: usize| {
            let number = format!("{}-{:04}", letters[place % letters.len()], place + 1);
            Self::new(&number, &format!("PLAN OF PART {}", place + 1), "0")
        };
        (0..count).map(sheet).collect()
    }

    /// The bytes of its page: different for each number and revision, the same each time.
    pub fn bytes(&self) -> Vec<u8> {
        format!("%PDF-1.7\n% {} {} {}\n%%EOF\n", self.number, self.revision, self.title).into_bytes()
    }

    /// What names those bytes.
    pub fn sha256(&self) -> Sha256 {
        Sha256(sha2::Sha256::digest(self.bytes()).into())
    }
}

/// The set that sheets are seeded into where nothing else is said.
pub const SET: (&str, Date) = ("Permit Set", date(2026, 2, 1));

/// A seeded drawing.
#[derive(Debug, Clone, Copy)]
pub struct Seeded {
    /// The drawing.
    pub drawing: DrawingId,
    /// Its revision.
    pub revision: RevisionId,
}

/// A page whose bytes are kept.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    /// What names them.
    pub sha256: Sha256,
    /// How many they are.
    pub byte_count: i64,
}

/// Keeps the bytes of a page.
pub async fn page(app: &App, bytes: &[u8]) -> Page {
    let file = app.blobs.incoming(app.environment.id());
    tokio::fs::write(&file, bytes).await.unwrap();
    let (sha256, byte_count) = app.blobs.keep(&file).await.unwrap();
    Page { sha256, byte_count: i64::try_from(byte_count).unwrap() }
}

/// Keeps words beside a page, as its reading would have.
pub async fn words(app: &App, sheet: &Sheet, words: &str) {
    let word = |text: &str| {
        format!(
            "{{\"text\":\"{text}\",\"x\":1.00,\"y\":1.00,\"w\":9.00,\"h\":9.00,\"size\":9.00,\"angle\":0}}"
        )
    };
    let words: Vec<String> = words.split_whitespace().map(word).collect();
    let file = app.blobs.incoming(app.environment.id());
    let text = format!("{{\"width\":2592.00,\"height\":1728.00,\"words\":[{}]}}", words.join(","));
    tokio::fs::write(&file, text).await.unwrap();
    app.blobs.keep_derived(sheet.sha256(), Derived::Words, &file).await.unwrap();
}

/// Confirms sheets as unpublished revisions, as a Drawings Admin would; a number that is there gets a further revision.
pub async fn confirmed(
    app: &App,
    by: &Person,
    project: Uuid,
    set: (&str, Date),
    sheets: &[Sheet],
) -> Vec<Seeded> {
    let mut pages = Vec::with_capacity(sheets.len());
    for sheet in sheets {
        pages.push(page(app, &sheet.bytes()).await);
    }
    confirmed_with(app, by, project, set, sheets, &pages).await
}

/// The same with pages of one's own, one for each sheet.
pub async fn confirmed_with(
    app: &App,
    by: &Person,
    project: Uuid,
    set: (&str, Date),
    sheets: &[Sheet],
    pages: &[Page],
) -> Vec<Seeded> {
    let project = ProjectId(project);
    let now = app.environment.now();
    let mut tx = app.db.begin().await.unwrap();
    let (permit, standing) =
        permit_in_project::<act::ReviewDrawings>(&mut tx, by.who(), project).await.unwrap();
    let set = places::find_or_add_set(&mut tx, &permit, project, app.environment.id(), set.0, set.1, now)
        .await
        .unwrap();
    let area: AreaId =
        places::default_area(&mut tx, &permit, project, app.environment.id(), "Main").await.unwrap();
    let disciplines = disciplines(app, &mut tx, project).await;
    let abbreviations: Vec<Vec<String>> =
        disciplines.iter().map(|discipline| discipline.abbreviations.0.clone()).collect();
    blobs(&mut tx, standing.company.0, pages, now).await;

    let (mut drawings, mut revisions, mut seeded) = (vec![], vec![], vec![]);
    for (sheet, page) in sheets.iter().zip(pages) {
        let known: Vec<(DrawingId,)> = tx
            .all(
                "select id as value from drawing where area_id = $1 and number = $2 and connection_id is null",
                args![area, &sheet.number],
            )
            .await
            .unwrap();
        let drawing = known.first().map_or_else(|| app.environment.id(), |(drawing,)| *drawing);
        if known.is_empty() {
            let place = sluice_domain::discipline::of_number(&sheet.number, &abbreviations).unwrap_or(0);
            drawings.push(change::NewDrawing {
                id: drawing,
                area,
                discipline: disciplines[place].id,
                number: sheet.number.clone(),
                sort_key: sort_key(&sheet.number),
                title: sheet.title.clone(),
            });
        }
        let revision: RevisionId = app.environment.id();
        revisions.push(change::NewRevision {
            id: revision,
            drawing,
            set,
            revision: sheet.revision.clone(),
            title: Some(sheet.title.clone()),
            drawing_date: Some(date(2026, 1, 15)),
            received_date: Some(date(2026, 1, 20)),
            sha256: page.sha256,
            byte_count: page.byte_count,
            file_name: "set.pdf".into(),
            page: 1,
        });
        seeded.push(Seeded { drawing, revision });
    }
    change::insert_drawings(&mut tx, &permit, project, drawings, now).await.unwrap();
    change::insert_revisions(&mut tx, &permit, project, revisions, now).await.unwrap();
    let touched: Vec<DrawingId> = seeded.iter().map(|seeded| seeded.drawing).collect();
    refresh_current(&mut tx, project, &touched).await.unwrap();
    let index = ("index", sluice_store::job::Lane::Index);
    sluice_store::job::schedule(&mut tx, index, vec![(app.environment.id(), project.0)], now).await.unwrap();
    tx.commit().await.unwrap();
    seeded
}

async fn disciplines(app: &App, tx: &mut Tx, project: ProjectId) -> Vec<places::Discipline> {
    let list = sluice_domain::discipline::STANDARD.iter().enumerate().map(|(place, standard)| {
        let position = i64::try_from(place).unwrap();
        (app.environment.id(), standard.name, position, standard.abbreviations.join(" "))
    });
    let list: Vec<_> = list.collect();
    places::add_disciplines(tx, project, list).await.unwrap();
    places::disciplines(tx, project).await.unwrap()
}

async fn blobs(tx: &mut Tx, company: Uuid, pages: &[Page], now: jiff::Timestamp) {
    let rows = pages.iter().map(|page| args![page.sha256, page.byte_count, now]);
    let tail = "on conflict (sha256) do nothing";
    tx.insert_many("insert into blob (sha256, byte_count, stored_at)", tail, rows.collect()).await.unwrap();
    let rows = pages.iter().map(|page| args![company, page.sha256, now]);
    let head = "insert into blob_reference (company_id, sha256, created_at)";
    tx.insert_many(head, "on conflict (company_id, sha256) do nothing", rows.collect()).await.unwrap();
    let rows = pages
        .iter()
        .map(|page| args![company, page.sha256, 2592.0, 1728.0, 5184_i64, 3456_i64, 256_i64, 6_i64]);
    tx.insert_many(
        "insert into preview (company_id, sha256, width_pt, height_pt, pixel_width, pixel_height, tile_size, level_count)",
        "on conflict (company_id, sha256) do nothing",
        rows.collect(),
    )
    .await
    .unwrap();
}

/// Confirms sheets and publishes everything that is unpublished.
pub async fn published(app: &App, by: &Person, project: Uuid, sheets: &[Sheet]) -> Vec<Seeded> {
    published_in(app, by, project, SET, sheets).await
}

/// The same, in a set of one's own.
pub async fn published_in(
    app: &App,
    by: &Person,
    project: Uuid,
    set: (&str, Date),
    sheets: &[Sheet],
) -> Vec<Seeded> {
    let seeded = confirmed(app, by, project, set, sheets).await;
    let published = publish(app, by.who(), ProjectId(project), &Chosen::All, None, false).await.unwrap();
    assert_eq!(published, sheets.len(), "everything confirmed is published");
    seeded
}

/// So many active projects of a company at once, with these people as Admins of everything.
pub async fn projects(app: &App, company: Uuid, people: &[&Person], name: &str, count: usize) -> Vec<Uuid> {
    let now = app.environment.now();
    let ids: Vec<Uuid> = (0..count).map(|_| app.environment.id()).collect();
    let mut tx = app.db.begin().await.unwrap();
    let rows = ids.iter().enumerate();
    let rows = rows.map(|(place, id)| args![*id, company, format!("{name} {place}"), people[0].id(), now]);
    let head = "insert into project (id, company_id, name, created_by, created_at)";
    tx.insert_many(head, "", rows.collect()).await.unwrap();
    let rows = ids.iter().map(|id| args![*id, Tool::Drawings]).collect();
    tx.insert_many("insert into project_tool (project_id, tool)", "", rows).await.unwrap();
    let rows = ids.iter().map(|id| args![*id, 0_i64]).collect();
    tx.insert_many("insert into feed_head (project_id, head)", "", rows).await.unwrap();
    let rows = ids
        .iter()
        .flat_map(|id| people.iter().map(move |person| args![*id, company, person.id(), Levels::ADMIN, now]));
    let head = "insert into member (project_id, company_id, person_id, levels, created_at)";
    tx.insert_many(head, "", rows.collect()).await.unwrap();
    tx.commit().await.unwrap();
    ids
}
