//! Two companies, three people and a mail server, written straight into the database.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};
use sluice_app::mail::{self, Kind, Notice};
use sluice_app::notifications::List;
use sluice_app::{App, Environment, Settings, jobs};
use sluice_domain::{CompanyId, ConnectionId, PersonId, ProjectId};
use sluice_pdf::Workshop;
use sluice_store::message::MailState;
use sluice_store::{Blobs, Db, args};
use sluice_testkit::mail_sink::MailSink;
use sluice_testkit::postgres::Database;
use uuid::Uuid;

pub(super) const HARBOR: CompanyId = CompanyId(Uuid::from_u128(1));
pub(super) const DELTA: CompanyId = CompanyId(Uuid::from_u128(2));
pub(super) const TOWER: ProjectId = ProjectId(Uuid::from_u128(11));
pub(super) const FIT_OUT: ProjectId = ProjectId(Uuid::from_u128(12));
pub(super) const CONNECTION: ConnectionId = ConnectionId(Uuid::from_u128(21));
/// Connection Manager Admin of Harbor.
pub(super) const HANNA: PersonId = PersonId(Uuid::from_u128(31));
/// Administrator of Harbor, in no project's directory.
pub(super) const ADA: PersonId = PersonId(Uuid::from_u128(32));
/// Of Delta, a collaborator with Admin in Harbor's project; Drawings Admin of Delta's.
pub(super) const MARIA: PersonId = PersonId(Uuid::from_u128(33));

pub(super) struct World {
    pub(super) app: App,
    pub(super) sink: MailSink,
    clock: Arc<AtomicI64>,
    _folder: tempfile::TempDir,
    database: Option<Database>,
}

pub(super) async fn execute(db: &Db, statements: &[&'static str]) {
    let mut tx = db.begin().await.unwrap();
    for statement in statements {
        tx.run(statement, args![]).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// One world on each database there is.
pub(super) async fn worlds(with_mail_server: bool) -> Vec<World> {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::sqlite(&folder.path().join("sluice.db")).unwrap();
    let mut worlds = vec![world(db, None, folder, with_mail_server).await];
    if let Some(database) = Database::make().await {
        let db = Db::postgres(&database.url()).await.unwrap();
        worlds.push(world(db, Some(database), tempfile::tempdir().unwrap(), with_mail_server).await);
    }
    worlds
}

async fn world(
    db: Db,
    database: Option<Database>,
    folder: tempfile::TempDir,
    with_mail_server: bool,
) -> World {
    sluice_store::migrate::run(&db).await.unwrap();
    let mut tx = db.begin().await.unwrap();
    for (id, name) in [(HARBOR, "Harbor Builders"), (DELTA, "Delta Mechanical")] {
        tx.run("insert into company (id, name, created_at) values ($1, $2, 0)", args![id, name])
            .await
            .unwrap();
    }
    for (id, name, email) in [
        (HANNA, "Hanna Berg", "hanna@harbor.example"),
        (ADA, "Ada Lund", "ada@harbor.example"),
        (MARIA, "Maria López", "maria@delta.example"),
    ] {
        tx.run(
            "insert into person (id, email, name, created_at) values ($1, $2, $3, 0)",
            args![id, email, name],
        )
        .await
        .unwrap();
    }
    for (company, person, employee, admin, represents) in [
        (HARBOR, HANNA, true, false, None),
        (HARBOR, ADA, true, true, None),
        (HARBOR, MARIA, false, false, Some(DELTA)),
        (DELTA, MARIA, true, false, None),
    ] {
        tx.run(
            "insert into directory_entry (company_id, person_id, employee, company_admin, status, represents_company_id, created_at) values ($1, $2, $3, $4, 'active', $5, 0)",
            args![company, person, employee, admin, represents],
        )
        .await
        .unwrap();
    }
    for (project, company, name) in [(TOWER, HARBOR, "Harbor Tower"), (FIT_OUT, DELTA, "Fit-out")] {
        tx.run(
            "insert into project (id, company_id, name, created_by, created_at) values ($1, $2, $3, $4, 0)",
            args![project, company, name, MARIA],
        )
        .await
        .unwrap();
        tx.run("insert into project_tool (project_id, tool) values ($1, 'drawings')", args![project])
            .await
            .unwrap();
    }
    for (project, company, person) in
        [(TOWER, HARBOR, HANNA), (TOWER, HARBOR, MARIA), (FIT_OUT, DELTA, MARIA)]
    {
        tx.run(
            "insert into member (project_id, company_id, person_id, levels, created_at) values ($1, $2, $3, 'connection_manager=admin drawings=admin', 0)",
            args![project, company, person],
        )
        .await
        .unwrap();
    }
    tx.run(
        "insert into connection (id, upstream_company_id, upstream_project_id, downstream_company_id, downstream_project_id, downstream_role, state, upstream_company_name, upstream_project_name, requested_by, requested_at, expires_at) values ($1, $2, $3, $4, $5, null, 'withdrawn', 'Harbor Builders', 'Harbor Tower', $6, 0, 0)",
        args![CONNECTION, HARBOR, TOWER, DELTA, FIT_OUT, MARIA],
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let sink = MailSink::start().await.unwrap();
    let clock = Arc::new(AtomicI64::new(1_800_000_000_000));
    let environment = Environment::with_clock({
        let clock = Arc::clone(&clock);
        move || Timestamp::from_millisecond(clock.load(Ordering::SeqCst)).unwrap()
    });
    let settings = Settings {
        public_url: "https://sluice.example".into(),
        smtp_url: with_mail_server.then(|| sink.url()),
        ..Settings::default()
    };
    let blobs = Blobs::open(folder.path().join("blobs")).await.unwrap();
    let workshop = Workshop::new("/nowhere".into(), sluice_pdf::Limits::default());
    World {
        app: App::new(db, blobs, workshop, environment, settings, sluice_app::flow::Tools::built()),
        sink,
        clock,
        _folder: folder,
        database,
    }
}

impl World {
    pub(super) fn pass(&self, time: SignedDuration) {
        self.clock.fetch_add(i64::try_from(time.as_millis()).unwrap(), Ordering::SeqCst);
    }

    pub(super) async fn requested(&self) {
        let mut tx = self.app.db.begin().await.unwrap();
        let to = mail::recipients(&mut tx, TOWER, List::Connections).await.unwrap();
        let facts = vec![("by", "Maria López".to_owned()), ("by_company", "Delta Mechanical".to_owned())];
        let notice = Notice {
            kind: Kind::Requested,
            company: HARBOR,
            project: Some(TOWER),
            connection: Some(CONNECTION),
            facts,
        };
        let twice = [to.clone(), to].concat();
        mail::post(&self.app, &mut tx, &twice, notice).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub(super) async fn close(self) {
        self.app.db.close().await;
        if let Some(database) = &self.database {
            database.discard().await;
        }
    }

    pub(super) async fn idle(&self) {
        jobs::run_until_idle(&self.app).await.unwrap();
    }

    pub(super) async fn states(&self) -> Vec<MailState> {
        let mut db = self.app.db.read().await.unwrap();
        let rows: Vec<(String,)> =
            db.all("select mail_state as value from message order by id", args![]).await.unwrap();
        let all = [MailState::Waiting, MailState::Sent, MailState::Dropped, MailState::Stuck];
        rows.into_iter().map(|(key,)| all.into_iter().find(|state| state.key() == key).unwrap()).collect()
    }
}
