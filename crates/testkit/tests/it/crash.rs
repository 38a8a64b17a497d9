//! REL-01: a real `sluice serve` on SQLite, killed with SIGKILL at random instants of a first copy. What is in the data afterwards is what an
//! uninterrupted run leaves: rows, position, history, messages, bytes.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use sluice_store::row::Arg;
use sluice_store::{Db, args};
use sluice_testkit::seed::{self, Sheet};
use sluice_testkit::site::program;
use sluice_testkit::{Dice, Site, World, copied, sql};
use uuid::Uuid;

/// Enough that the copy takes several batches.
const SHEETS: usize = 1_500;

const KILLS: usize = 24;

/// Over how long the kills are spread that come after something was saved.
const BATCH_MICROS: u64 = 40_000;

/// A folder whose server has a connection before it and nothing copied yet.
async fn prepared() -> (Site, World, Uuid) {
    let site = Site::sqlite().await;
    let world = World::harbor_and_delta(&site).await;
    seed::published(&site.app, &world.erik, world.tower, &Sheet::many(SHEETS)).await;
    let connection = world.connected().await;
    site.app.db.close().await;
    (site, world, connection)
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn serve(data: &Path) -> Child {
    Command::new(program())
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(data)
        .current_dir(data)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// What stands in the data, in words that do not depend on when it was written.
#[derive(Debug, PartialEq, Eq)]
struct State {
    rows: Vec<String>,
    position: i64,
    copied: i64,
    references: i64,
    first_copy_messages: i64,
}

async fn strings(db: &Db, sql: &'static str, args: Vec<Arg>) -> Vec<String> {
    sql::values(db, sql, args).await
}

async fn state(db: &Db, connection: Uuid, delta: Uuid) -> State {
    let rows = strings(
        db,
        "select d.number || '|' || d.title || '|' || a.name || '|' || i.name || '|' || s.name || '|' || r.revision || '|' || r.status || '|'
                || hex(r.sha256) || '|' || hex(r.upstream_id) || '|' || cast(r.version as text) || '|' || cast(d.version as text) || '|'
                || (case when d.top_revision_id = r.id then 'top' else '' end) as value
           from drawing_revision r join drawing d on d.id = r.drawing_id join drawing_area a on a.id = d.area_id
           join discipline i on i.id = d.discipline_id join drawing_set s on s.id = r.set_id
          where r.connection_id = $1 order by d.number, r.revision",
        args![connection],
    )
    .await;
    let references = "select count(*) as value from blob_reference where company_id = $1";
    let told = "select count(*) as value from message where kind = 'first_copy_complete'";
    State {
        rows,
        position: sql::value(db, copied::POSITION, args![connection]).await,
        copied: sql::value(db, copied::COPIED, args![connection]).await,
        references: sql::value(db, references, args![delta]).await,
        first_copy_messages: sql::value(db, told, args![]).await,
    }
}

/// Where the copy stands at any instant, also right after a kill, once everything tells the same.
async fn consistent(db: &Db, connection: Uuid) -> i64 {
    copied::check(db, connection).await.unwrap().1
}

/// Waits until everything has arrived and was told.
async fn wait(data: &Path, connection: Uuid, began: Instant) -> Duration {
    let db = Db::sqlite(&data.join("sluice.db")).unwrap();
    let done = "select count(*) as value from connection_tool where connection_id = $1 and first_copy_complete_at is not null";
    loop {
        let complete: i64 = sql::value(&db, done, args![connection]).await;
        if complete == 1 {
            break;
        }
        assert!(began.elapsed() < Duration::from_secs(120), "the copy does not end");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let took = began.elapsed();
    db.close().await;
    took
}

/// Waits until the position has moved on.
async fn moved(data: &Path, connection: Uuid, from: i64) {
    let began = Instant::now();
    let db = Db::sqlite(&data.join("sluice.db")).unwrap();
    while sql::value::<i64>(&db, copied::POSITION, args![connection]).await <= from {
        assert!(began.elapsed() < Duration::from_secs(120), "the copy does not go on");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    db.close().await;
}

fn kill(mut server: Child) {
    // SIGKILL on Unix: nothing is flushed, nothing is said.
    server.kill().unwrap();
    server.wait().unwrap();
}

/// Each blob is what its name says.
fn sound_blobs(data: &Path) -> usize {
    use sha2::Digest;
    let mut count = 0;
    for folder in std::fs::read_dir(data.join("blobs/sha256")).unwrap() {
        for file in std::fs::read_dir(folder.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            let hash: [u8; 32] = sha2::Sha256::digest(std::fs::read(&path).unwrap()).into();
            let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(path.file_name().unwrap().to_str(), Some(hex.as_str()));
            count += 1;
        }
    }
    count
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_01_killed_at_any_instant_of_a_first_copy() {
    if !program().is_file() {
        println!("not run: the crash test ({} is not built; SLUICE_BIN can name it)", program().display());
        return;
    }
    let (site, world, connection) = prepared().await;
    let origin = site.data();
    let work = tempfile::tempdir().unwrap();
    let folder = |name: &str| -> PathBuf { work.path().join(name) };

    // The run that nobody disturbs.
    let calm = folder("calm");
    copy(&origin, &calm);
    let began = Instant::now();
    let server = serve(&calm);
    let took = wait(&calm, connection, began).await;
    kill(server);
    let db = Db::sqlite(&calm.join("sluice.db")).unwrap();
    let expected = state(&db, connection, world.delta).await;
    let head: i64 =
        sql::value(&db, "select head as value from feed_head where project_id = $1", args![world.tower])
            .await;
    consistent(&db, connection).await;
    db.close().await;
    assert_eq!((expected.rows.len(), expected.position, expected.first_copy_messages), (SHEETS, head, 2));

    let mut dice = Dice::new(20_260_302);
    let (mut kills, mut halfway, mut rounds) = (0, 0, 0);
    while kills < KILLS {
        rounds += 1;
        let data = folder(&format!("round-{rounds}"));
        copy(&origin, &data);
        let mut position = 0;
        // Killed again and again until it is through; each start goes on from where the last one was cut off.
        while position < head && kills < KILLS {
            let server = serve(&data);
            if kills % 2 == 0 {
                // At any instant of its life, of which the copy is a small part …
                let instant = dice.below(u64::try_from(took.as_micros()).unwrap());
                tokio::time::sleep(Duration::from_micros(instant)).await;
            } else {
                // … and within the next batches after something was saved.
                moved(&data, connection, position).await;
                tokio::time::sleep(Duration::from_micros(dice.below(BATCH_MICROS))).await;
            }
            kill(server);
            kills += 1;
            let db = Db::sqlite(&data.join("sluice.db")).unwrap();
            let now = consistent(&db, connection).await;
            db.close().await;
            assert!(now >= position, "what was saved stays saved: {now} after {position}");
            halfway += usize::from(0 < now && now < head);
            position = now;
        }
        let began = Instant::now();
        let server = serve(&data);
        wait(&data, connection, began).await;
        kill(server);
        let db = Db::sqlite(&data.join("sluice.db")).unwrap();
        consistent(&db, connection).await;
        let found = state(&db, connection, world.delta).await;
        assert_eq!(found.rows.len(), expected.rows.len());
        assert!(found == expected, "round {rounds} differs from the undisturbed run");
        db.close().await;
        assert_eq!(sound_blobs(&data), SHEETS);
        std::fs::remove_dir_all(&data).unwrap();
    }
    println!(
        "{kills} kills in {rounds} rounds, {halfway} of them in the middle of the copy, which takes {took:?}"
    );
    assert!(halfway >= 3, "only {halfway} of {kills} kills hit the copy");
}
