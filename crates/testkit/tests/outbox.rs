//! The outbox against a real mail server: what is posted arrives once, by whom it may be read, and nothing is lost meanwhile.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};
use sluice_app::mail::{self, Kind, Notice};
use sluice_app::notifications::{self, Which};
use sluice_app::{App, Caller, Environment, Settings, jobs};
use sluice_domain::{CompanyId, ConnectionId, PersonId, ProjectId};
use sluice_pdf::Workshop;
use sluice_store::message::{self, MailState};
use sluice_store::{Blobs, Db, args};
use sluice_testkit::mail_sink::{MailSink, Refusal};
use sluice_testkit::postgres::Database;
use uuid::Uuid;

const HARBOR: CompanyId = CompanyId(Uuid::from_u128(1));
const DELTA: CompanyId = CompanyId(Uuid::from_u128(2));
const TOWER: ProjectId = ProjectId(Uuid::from_u128(11));
const FIT_OUT: ProjectId = ProjectId(Uuid::from_u128(12));
const CONNECTION: ConnectionId = ConnectionId(Uuid::from_u128(21));
/// Connection Manager Admin of Harbor.
const HANNA: PersonId = PersonId(Uuid::from_u128(31));
/// Administrator of Harbor, in no project's directory.
const ADA: PersonId = PersonId(Uuid::from_u128(32));
/// Of Delta, a collaborator with Admin in Harbor's project; Drawings Admin of Delta's.
const MARIA: PersonId = PersonId(Uuid::from_u128(33));

struct World {
    app: App,
    sink: MailSink,
    clock: Arc<AtomicI64>,
    _folder: tempfile::TempDir,
    database: Option<Database>,
}

async fn execute(db: &Db, statements: &[&'static str]) {
    let mut tx = db.begin().await.unwrap();
    for statement in statements {
        tx.run(statement, args![]).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// One world on each database there is.
async fn worlds(with_mail_server: bool) -> Vec<World> {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::sqlite(&folder.path().join("sluice.db")).await.unwrap();
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
    fn pass(&self, time: SignedDuration) {
        self.clock.fetch_add(i64::try_from(time.as_millis()).unwrap(), Ordering::SeqCst);
    }

    async fn requested(&self) {
        let mut tx = self.app.db.begin().await.unwrap();
        let to = mail::connection_recipients(&mut tx, TOWER).await.unwrap();
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

    async fn close(self) {
        self.app.db.close().await;
        if let Some(database) = &self.database {
            database.discard().await;
        }
    }

    async fn idle(&self) {
        jobs::run_until_idle(&self.app).await.unwrap();
    }

    async fn states(&self) -> Vec<MailState> {
        let mut db = self.app.db.read().await.unwrap();
        let rows: Vec<(String,)> =
            db.all("select mail_state as value from message order by id", args![]).await.unwrap();
        let all = [MailState::Waiting, MailState::Sent, MailState::Dropped, MailState::Stuck];
        rows.into_iter().map(|(key,)| all.into_iter().find(|state| state.key() == key).unwrap()).collect()
    }
}

fn caller(person: PersonId) -> Caller {
    Caller::signed_in(person, Uuid::nil())
}

#[tokio::test]
async fn not_03_each_reader_gets_one_mail_and_one_notification() {
    for world in worlds(true).await {
        world.requested().await;
        world.idle().await;
        let letters = world.sink.letters();
        assert_eq!(letters.len(), 1, "Hanna only: NOT-02 for Ada, NOT-01 for Maria");
        let letter = &letters[0];
        assert_eq!(letter.to, ["hanna@harbor.example"]);
        assert_eq!(letter.subject, "Delta Mechanical asks to connect to Harbor Tower");
        let link = format!("https://sluice.example/projects/{TOWER}/connections");
        assert_eq!(letter.link("https://"), Some(link.as_str()));
        assert!(letter.html.contains(&link) && letter.html.contains("Maria López of Delta Mechanical"));
        assert!(letter.message_id.ends_with("@sluice.example"));
        assert_eq!(letter.header("Auto-Submitted"), "auto-generated");
        assert!(letter.header("Date").starts_with("Fri, 15 Jan 2027 08:00:00"), "{}", letter.header("Date"));
        assert!(!letter.raw.contains("maria@"), "addresses never travel");

        let page = notifications::list(&world.app, caller(HANNA), None, None).await.unwrap();
        assert_eq!((page.items.len(), page.unread, page.next), (1, 1, None));
        assert_eq!(page.items[0].href, format!("/projects/{TOWER}/connections"));
        assert_eq!(page.items[0].title, letter.subject);
        let others = notifications::list(&world.app, caller(MARIA), None, None).await.unwrap();
        assert!(others.items.is_empty());
        let id = page.items[0].id;
        assert_eq!(
            notifications::mark_read(&world.app, caller(MARIA), Which::These(vec![id])).await.unwrap(),
            0
        );
        assert_eq!(notifications::list(&world.app, caller(HANNA), None, None).await.unwrap().unread, 1);
        assert_eq!(
            notifications::mark_read(&world.app, caller(HANNA), Which::These(vec![id])).await.unwrap(),
            0
        );
        world.idle().await;
        assert_eq!(world.sink.letters().len(), 1);
        world.close().await;
    }
}

#[tokio::test]
async fn not_01_the_list_can_be_chosen_and_names_who_does_not_qualify() {
    for world in worlds(true).await {
        let choose = |specific, people: &[PersonId]| {
            notifications::choose_connection_recipients(
                &world.app,
                caller(HANNA),
                TOWER,
                specific,
                people.to_vec(),
            )
        };
        let before = notifications::connection_recipients(&world.app, caller(HANNA), TOWER).await.unwrap();
        assert!(!before.specific && before.people.is_empty());
        let names: Vec<_> = before.options.iter().map(|option| option.name.as_str()).collect();
        assert_eq!(names, ["Ada Lund", "Hanna Berg"]);
        let refused = choose(true, &[ADA, MARIA]).await.unwrap_err();
        let sluice_app::Error::Invalid(fields) = refused else { panic!("{refused:?}") };
        assert_eq!((fields.len(), fields[0].pointer.as_str()), (1, "/person_ids/1"));
        assert!(fields[0].detail.starts_with("Maria López is neither"));
        let after = choose(true, &[ADA]).await.unwrap();
        assert_eq!((after.specific, after.people), (true, vec![ADA]));
        world.requested().await;
        world.idle().await;
        assert_eq!(world.sink.letters()[0].to, ["ada@harbor.example"]);
        let again = choose(false, &[]).await.unwrap();
        assert!(!again.specific && again.people.is_empty());
        world.close().await;
    }
}

#[tokio::test]
async fn not_05_who_lost_the_right_by_then_is_told_nothing() {
    for world in worlds(true).await {
        world.requested().await;
        execute(&world.app.db, &["update directory_entry set status = 'inactive' where company_id in (select company_id from project where name = 'Harbor Tower')"]).await;
        world.idle().await;
        assert!(world.sink.letters().is_empty());
        assert_eq!(world.states().await, [MailState::Dropped]);
        execute(&world.app.db, &["update directory_entry set status = 'active' where status = 'inactive'"])
            .await;
        world.idle().await;
        let page = notifications::list(&world.app, caller(HANNA), None, None).await.unwrap();
        assert!(page.items.is_empty() && page.unread == 0);
        world.close().await;
    }
}

#[tokio::test]
async fn without_a_mail_server_mail_waits_and_nothing_counts_as_failed() {
    for world in worlds(false).await {
        world.requested().await;
        for _ in 0..30 {
            world.idle().await;
            world.pass(SignedDuration::from_mins(10));
        }
        assert_eq!(world.states().await, [MailState::Waiting]);
        let mut db = world.app.db.read().await.unwrap();
        assert_eq!(message::waiting(&mut db).await.unwrap(), 1);
        assert!(message::stuck(&mut db).await.unwrap().is_empty());
        drop(db);
        assert_eq!(
            notifications::list(&world.app, caller(HANNA), None, None).await.unwrap().unread,
            1,
            "the screen shows it"
        );
        world.close().await;
    }
}

#[tokio::test]
async fn a_mail_server_that_is_down_loses_nothing() {
    for world in worlds(true).await {
        world.sink.refuse(Some(Refusal::Later));
        world.requested().await;
        for _ in 0..11 {
            world.idle().await;
            world.pass(SignedDuration::from_mins(10));
        }
        assert_eq!(world.states().await, [MailState::Waiting]);
        world.idle().await;
        assert_eq!(world.states().await, [MailState::Stuck]);
        {
            let mut db = world.app.db.read().await.unwrap();
            let stuck = message::stuck(&mut db).await.unwrap();
            assert_eq!((stuck[0].email.as_str(), stuck[0].mail_attempts), ("hanna@harbor.example", 12));
            assert!(stuck[0].mail_error.as_deref().unwrap().contains("421"), "{:?}", stuck[0].mail_error);
        }
        world.sink.refuse(None);
        world.pass(SignedDuration::from_hours(1));
        world.idle().await;
        assert_eq!(world.states().await, [MailState::Sent]);
        assert_eq!(world.sink.letters().len(), 1);
        world.close().await;
    }
}

#[tokio::test]
async fn a_refused_mail_is_not_tried_for_ever_and_the_operator_sends_it_again() {
    for world in worlds(true).await {
        world.sink.refuse(Some(Refusal::Permanent));
        world.requested().await;
        for _ in 0..12 {
            world.idle().await;
            world.pass(SignedDuration::from_mins(10));
        }
        assert_eq!(world.states().await, [MailState::Stuck]);
        world.sink.refuse(None);
        world.pass(SignedDuration::from_hours(24));
        world.idle().await;
        assert_eq!(world.states().await, [MailState::Stuck]);
        assert_eq!(mail::try_again(&world.app).await.unwrap(), 1);
        world.idle().await;
        assert_eq!(world.states().await, [MailState::Sent]);
        world.close().await;
    }
}

#[tokio::test]
async fn an_invitations_link_is_in_the_mail_and_nowhere_else() {
    for world in worlds(true).await {
        let mut tx = world.app.db.begin().await.unwrap();
        let facts = vec![("by", "Hanna Berg".to_owned()), ("token_path", "/invitations/secret".to_owned())];
        let notice =
            Notice { kind: Kind::Invitation, company: HARBOR, project: Some(TOWER), connection: None, facts };
        mail::post(&world.app, &mut tx, &[MARIA], notice.clone()).await.unwrap();
        tx.run(
        "insert into invitation (id, company_id, person_id, project_id, token_hash, invited_by, created_at, expires_at) values ($1, $2, $3, $4, $5, $6, 0, $7)",
        args![Uuid::from_u128(41), HARBOR, MARIA, TOWER, vec![1_u8; 32], HANNA, 1_900_000_000_000_i64],
    )
    .await
    .unwrap();
        tx.commit().await.unwrap();
        world.idle().await;
        let letter = &world.sink.letters()[0];
        assert_eq!(letter.link("https://"), Some("https://sluice.example/invitations/secret"));
        assert!(letter.text.contains("the project Harbor Tower of Harbor Builders"));
        assert!(notifications::list(&world.app, caller(MARIA), None, None).await.unwrap().items.is_empty());
        let facts: String = {
            let mut db = world.app.db.read().await.unwrap();
            db.value("select facts as value from message", args![]).await.unwrap()
        };
        assert!(!facts.contains("secret"), "{facts}");

        execute(&world.app.db, &["update invitation set revoked_at = 5"]).await;
        world.pass(SignedDuration::from_secs(1));
        let mut tx = world.app.db.begin().await.unwrap();
        mail::post(&world.app, &mut tx, &[MARIA], notice).await.unwrap();
        tx.commit().await.unwrap();
        world.idle().await;
        assert_eq!(
            world.states().await,
            [MailState::Sent, MailState::Dropped],
            "a link that leads nowhere is not sent"
        );
        world.close().await;
    }
}

#[tokio::test]
async fn pages_go_from_the_newest_to_the_oldest() {
    for world in worlds(true).await {
        for _ in 0..7 {
            world.requested().await;
            world.pass(SignedDuration::from_secs(1));
        }
        let mut seen = vec![];
        let mut after: Option<String> = None;
        loop {
            let page =
                notifications::list(&world.app, caller(HANNA), after.as_deref(), Some(3)).await.unwrap();
            assert_eq!(page.unread, 7);
            seen.extend(page.items.iter().map(|item| (item.created_at, item.id)));
            after = page.next.map(|id| id.to_string());
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen.len(), 7);
        assert!(seen.is_sorted_by(|a, b| a > b), "newest first, none twice");
        let unsound =
            notifications::list(&world.app, caller(HANNA), Some("yesterday"), None).await.unwrap_err();
        assert_eq!(unsound.public_code(), Some("unsound_cursor"));
        assert_eq!(notifications::mark_read(&world.app, caller(HANNA), Which::All).await.unwrap(), 0);
        world.close().await;
    }
}

#[tokio::test]
async fn the_operator_learns_whether_the_mail_server_answers() {
    let sink = MailSink::start().await.unwrap();
    let with = |smtp_url: Option<String>| Settings { smtp_url, ..Settings::default() };
    assert!(mail::reachable(&with(Some(sink.url()))).await.unwrap());
    assert!(!mail::reachable(&with(None)).await.unwrap());
    let url = sink.url();
    drop(sink);
    // The listener goes with the sink, soon.
    while mail::reachable(&with(Some(url.clone()))).await.is_ok() {
        tokio::task::yield_now().await;
    }
    let unsound =
        mail::reachable(&with(Some("ftp://secret@mail.example".into()))).await.unwrap_err().to_string();
    assert!(!unsound.contains("secret"), "{unsound}");
}
