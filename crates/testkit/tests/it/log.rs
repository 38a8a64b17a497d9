//! The log in bulk: the search over the words on sheets, one change of many drawings, many sheets as one file.

use std::collections::BTreeSet;
use std::io::{Cursor, Read};
use std::time::{Duration, Instant};

use jiff::SignedDuration;
use sluice_domain::ProjectId;
use sluice_domain::search::{gather, terms};
use sluice_store::drawing::search;
use sluice_store::{Db, args, migrate};
use sluice_testkit::person::{Person, id};
use sluice_testkit::seed::{self, SET, Sheet, confirmed, published, words};
use sluice_testkit::sheets::publish_set;
use sluice_testkit::world::set_levels;
use sluice_testkit::{Site, Value, World, json, on_both, sql};
use uuid::Uuid;

/// The numbers of the sheets that somebody finds.
async fn found(by: &Person, project: Uuid, query: &str) -> Vec<String> {
    let query: String = query.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let hits = by.get(&format!("/projects/{project}/drawing-search?q={query}")).await.expect(200);
    hits["items"].as_array().unwrap().iter().map(|hit| hit["number"].as_str().unwrap().to_owned()).collect()
}

fn sheets() -> [Sheet; 3] {
    [
        Sheet::new("A-101", "GROUND FLOOR", "0"),
        Sheet::new("S-201", "FRAMING", "0"),
        Sheet::new("E-301", "LIGHTING", "0"),
    ]
}

/// Sheets with words on them, confirmed and not published.
async fn with_words(site: &Site, world: &World) -> Vec<seed::Seeded> {
    let all = sheets();
    words(&site.app, &all[0], "CONCRETE SLAB ON GRADE SEE 5/S-201").await;
    words(&site.app, &all[1], "STEEL BEAM W12X26 CONCRETE PEDESTAL").await;
    words(&site.app, &all[2], "INSTALACI\u{d3}N EL\u{c9}CTRICA").await;
    confirmed(&site.app, &world.erik, world.tower, SET, &all).await
}

const INDEXED: &str = "select count(*) as value from sheet_text where project_id = $1";

async fn publish_all(by: &Person, project: Uuid) {
    by.does(&format!("/projects/{project}/publications"), json!({"all": true})).await.expect(200);
}

async fn drawing(by: &Person, project: Uuid, number: &str) -> Value {
    let all = by.items(&format!("/projects/{project}/drawings")).await;
    all.into_iter().find(|drawing| drawing["number"] == number).unwrap_or_else(|| panic!("no {number}"))
}

fn revision(drawing: &Value) -> String {
    drawing["revision"]["id"].as_str().unwrap().to_owned()
}

on_both! {
    /// Words, numbers and titles are found by whoever may see the sheet, and by nobody else.
    async fn log_02_sheets_are_found_by_their_words(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let tower = world.tower;
        with_words(&site, &world).await;
        site.run_until_idle().await;
        assert_eq!(found(&world.erik, tower, "concrete").await, ["A-101", "S-201"]);
        assert!(found(&world.maria, tower, "concrete").await.is_empty(), "unpublished is for Drawings Admins");
        publish_all(&world.erik, tower).await;
        site.run_until_idle().await;
        for (query, expected) in [
            ("concrete", vec!["A-101", "S-201"]),
            ("CONC slab", vec!["A-101"]),
            ("concrete light", vec![]),
            ("201", vec!["A-101", "S-201"]),
            ("s-201 5/s", vec!["A-101"]),
            ("lighting electrica", vec!["E-301"]),
            ("w12", vec!["S-201"]),
            ("rete", vec![]),
            ("'):*|&!\"", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(found(&world.maria, tower, query).await, expected, "{query}");
        }
        let path = format!("/projects/{tower}/drawing-search?q=concrete");
        let first = world.maria.get(&format!("{path}&limit=1")).await.expect(200);
        assert_eq!((first["items"].as_array().unwrap().len(), &first["more"]), (1, &json!(true)));
        world.diego.get(&path).await.refused("not_found", 404);
        world.maria.get(&format!("{path}&set_id=nonsense")).await.refused("invalid", 422);

        // Another title is found a moment later, the old one no longer.
        let slab = drawing(&world.erik, tower, "A-101").await;
        world.erik.patch(&format!("/drawings/{}", id(&slab)), json!({"title": "BASEMENT"})).await.expect(200);
        site.run_until_idle().await;
        assert_eq!(found(&world.maria, tower, "basement").await, ["A-101"]);
        assert!(found(&world.maria, tower, "ground").await.is_empty());

        // Of a drawing the newest is searched; a set has its own.
        let newer = Sheet::new("A-101", "BASEMENT", "1");
        words(&site.app, &newer, "TIMBER").await;
        seed::published_in(&site.app, &world.erik, tower, ("Bulletin", jiff::civil::date(2026, 5, 1)), &[newer]).await;
        site.run_until_idle().await;
        assert_eq!(found(&world.maria, tower, "timber").await, ["A-101"]);
        assert_eq!(found(&world.maria, tower, "concrete").await, ["S-201"]);
        let sets = world.maria.items(&format!("/projects/{tower}/drawing-sets")).await;
        let permit = sets.iter().find(|set| set["name"] == "Permit Set").unwrap();
        let earlier = world.maria.get(&format!("{path}&set_id={}", id(permit))).await.expect(200);
        assert_eq!(earlier["items"].as_array().unwrap().len(), 2);

        // The recycle bin is not searched.
        let steel = drawing(&world.erik, tower, "S-201").await;
        world.erik.delete(&format!("/drawings/{}", id(&steel))).await.expect(204);
        assert!(found(&world.erik, tower, "steel").await.is_empty());
        site.close().await;
    }

    /// A copy is found downstream without a PDF being opened, by whoever may see it there; taken back, it leaves the index.
    async fn log_02_copies_are_found_where_they_arrive(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        with_words(&site, &world).await;
        publish_all(&world.erik, world.tower).await;
        world.approve_automatically().await;
        let connection = id(&world.ask().await.expect(201));
        site.run_until_idle().await;
        site.later(SignedDuration::from_secs(10)).await;
        assert_eq!(found(&world.maria, world.site, "concrete").await, ["A-101", "S-201"]);
        assert!(found(&world.flor, world.site, "concrete").await.is_empty(), "they wait to be published");
        assert_eq!(site.count(INDEXED, args![world.site]).await, 3);
        world.diego.does(&format!("/connections/{connection}/undo"), json!({})).await.expect(200);
        assert_eq!(site.count(INDEXED, args![world.site]).await, 0, "what was taken back is in no index");
        let left = "select count(*) as value from sheet_text_index";
        assert_eq!(site.count(left, args![]).await, 3, "nor are its words; upstream has its own");
        site.close().await;
    }

    /// A copy stays found when the connection ends, and is not found any more when it was deleted upstream.
    async fn log_02_a_copy_deleted_upstream_is_not_found(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        with_words(&site, &world).await;
        publish_all(&world.erik, world.tower).await;
        let connection = world.connected().await;
        site.run_until_idle().await;
        publish_all(&world.maria, world.site).await;
        site.later(SignedDuration::from_secs(10)).await;
        assert_eq!(found(&world.flor, world.site, "steel").await, ["S-201"]);
        let steel = drawing(&world.erik, world.tower, "S-201").await;
        world.erik.delete(&format!("/drawings/{}", id(&steel))).await.expect(204);
        site.run_until_idle().await;
        assert!(found(&world.flor, world.site, "steel").await.is_empty());
        world.disconnect(connection).await;
        assert_eq!(found(&world.flor, world.site, "slab").await, ["A-101"]);
        site.close().await;
    }

    /// Many drawings change at once, with their histories and their copies.
    async fn log_03_many_drawings_change_at_once(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let tower = world.tower;
        published(&site.app, &world.erik, tower, &sheets()).await;
        world.connected().await;
        site.run_until_idle().await;
        let path = format!("/projects/{tower}/drawing-edits");
        let disciplines = world.erik.items(&format!("/projects/{tower}/drawing-disciplines")).await;
        let civil = disciplines.iter().find(|discipline| discipline["name"] == "Civil").unwrap();
        let chosen = [drawing(&world.erik, tower, "A-101").await, drawing(&world.erik, tower, "S-201").await];
        let ids: Vec<String> = chosen.iter().map(revision).collect();
        let change = json!({
            "revision_ids": ids, "discipline_id": id(civil), "obsolete": true, "drawing_date": "2026-06-01", "received_date": null,
        });
        world.maria.does(&path, change.clone()).await.refused("needs_level", 403);
        world.diego.does(&path, change.clone()).await.refused("not_found", 404);
        assert_eq!(world.erik.does(&path, change.clone()).await.expect(200), json!({"changed": 2}));
        assert_eq!(world.erik.does(&path, change).await.expect(200), json!({"changed": 0}), "twice is once");
        for before in &chosen {
            let after = world.maria.get(&format!("/drawings/{}", id(before))).await.expect(200);
            assert_eq!(
                (&after["discipline"]["name"], &after["obsolete"], &after["revision"]["drawing_date"], &after["revision"]["received_date"]),
                (&json!("Civil"), &json!(true), &json!("2026-06-01"), &json!(null))
            );
            let events: Vec<&str> = after["history"].as_array().unwrap().iter().map(|event| event["kind"].as_str().unwrap()).collect();
            assert_eq!(events.iter().filter(|kind| **kind == "edited").count(), 3, "{events:?}");
            assert_eq!(events.iter().filter(|kind| **kind == "obsolete").count(), 1, "{events:?}");
        }
        let third = drawing(&world.erik, tower, "E-301").await;
        assert_eq!((&third["obsolete"], &third["discipline"]["name"]), (&json!(false), &json!("Electrical")));
        site.run_until_idle().await;
        let copy = drawing(&world.maria, world.site, "S-201").await;
        assert_eq!((&copy["obsolete"], &copy["revision"]["drawing_date"]), (&json!(true), &json!("2026-06-01")));
        site.close().await;
    }

    /// One row in the way keeps all as they are, and each that is in the way is named.
    async fn log_03_one_refused_row_changes_nothing(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        published(&site.app, &world.erik, world.tower, &sheets()).await;
        world.connected().await;
        site.run_until_idle().await;
        publish_all(&world.maria, world.site).await;
        let own = [Sheet::new("D-1", "OWN", "0"), Sheet::new("D-2", "OWN TOO", "0")];
        seed::published(&site.app, &world.maria, world.site, &own).await;
        let path = format!("/projects/{}/drawing-edits", world.site);
        let [first, second] = [drawing(&world.maria, world.site, "D-1").await, drawing(&world.maria, world.site, "D-2").await];
        let copy = drawing(&world.maria, world.site, "A-101").await;
        let nowhere = Uuid::from_u128(7).to_string();
        let chosen = json!([revision(&first), revision(&copy), nowhere, revision(&second)]);
        let refused = world.maria.does(&path, json!({"revision_ids": chosen, "obsolete": true})).await.refused("invalid", 422);
        let named: Vec<(&str, &str)> = refused["errors"].as_array().unwrap().iter()
            .map(|error| (error["pointer"].as_str().unwrap(), error["code"].as_str().unwrap())).collect();
        assert_eq!(named, [("/revision_ids/1", "external_read_only"), ("/revision_ids/2", "unknown_value")]);
        assert!(refused["errors"][0]["detail"].as_str().unwrap().starts_with("A-101: "));
        assert_eq!(drawing(&world.maria, world.site, "D-1").await["obsolete"], json!(false));

        // A number is one drawing's within an area.
        let areas = format!("/projects/{}/drawing-areas", world.site);
        let north = world.maria.does(&areas, json!({"name": "North"})).await.expect(201);
        world.maria.patch(&format!("/drawings/{}", id(&second)), json!({"area_id": id(&north), "number": "D-1"})).await.expect(200);
        let moving = json!({"revision_ids": [revision(&first), revision(&second)], "area_id": id(&north)});
        let refused = world.maria.does(&path, moving).await.refused("invalid", 422);
        assert_eq!((&refused["errors"][0]["pointer"], &refused["errors"][0]["code"]), (&json!("/revision_ids/0"), &json!("number_taken")));

        // A revision stays one that can be told from the others.
        let again = [Sheet::new("D-3", "OWN", "0")];
        seed::published(&site.app, &world.maria, world.site, &again).await;
        let later = ("Bulletin", jiff::civil::date(2026, 5, 1));
        seed::published_in(&site.app, &world.maria, world.site, later, &[Sheet::new("D-3", "OWN 2", "0")]).await;
        let third = world.maria.get(&format!("/drawings/{}", id(&drawing(&world.maria, world.site, "D-3").await))).await.expect(200);
        let both: Vec<&Value> = third["revisions"].as_array().unwrap().iter().map(|revision| &revision["id"]).collect();
        let merged = json!({"revision_ids": both, "set_id": third["revisions"][0]["set"]["id"]});
        let refused = world.maria.does(&path, merged).await.refused("invalid", 422);
        assert_eq!(refused["errors"][0]["code"], "revision_taken");
        site.close().await;
    }

    /// A selection, a set or the current set as a zip of files with names of their own.
    async fn log_03_sheets_are_fetched_as_a_zip(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let tower = world.tower;
        let all = [Sheet::new("A-101", "PLAN: \"NORTH\"", "0"), Sheet::new("7 / 1", "\u{c9}TAGE", "B"), Sheet::new("A-101-0", "", "1")];
        published(&site.app, &world.erik, tower, &all).await;
        confirmed(&site.app, &world.erik, tower, SET, &[Sheet::new("S-900", "NOT YET", "0")]).await;
        let path = format!("/projects/{tower}/drawing-downloads");
        let made = world.maria.does(&path, json!({"form": "zip", "set_id": "current"})).await.expect(201);
        assert_eq!((&made["sheets"], &made["bytes"]), (&json!(3), &json!(all.iter().map(|sheet| sheet.bytes().len()).sum::<usize>())));
        let file = made["file_url"].as_str().unwrap().to_owned();
        let answer = world.maria.get(&file).await;
        assert_eq!(answer.header("content-type"), Some("application/zip"));
        assert_eq!(answer.header("content-length"), Some(answer.body.len().to_string().as_str()), "told before it is written");
        assert!(answer.header("content-disposition").unwrap().contains("HT-01"), "{:?}", answer.headers);
        let mut archive = zip::ZipArchive::new(Cursor::new(answer.body.to_vec())).unwrap();
        let mut names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
        names.sort();
        assert_eq!(names, ["7 - 1_B_\u{c9}TAGE.pdf", "A-101-0_1.pdf", "A-101_0_PLAN- -NORTH-.pdf"]);
        let mut bytes = vec![];
        archive.by_name("A-101_0_PLAN- -NORTH-.pdf").unwrap().read_to_end(&mut bytes).unwrap();
        assert_eq!(bytes, all[0].bytes());

        // It is theirs, for as long as they may see it.
        world.erik.get(&file).await.refused("not_found", 404);
        let every = world.erik.does(&path, json!({"form": "zip", "set_id": "current"})).await.expect(201);
        assert_eq!(every["sheets"], 4, "whoever sees unpublished sheets gets them");
        let one = drawing(&world.maria, tower, "7 / 1").await;
        let chosen = world.maria.does(&path, json!({"form": "zip", "revision_ids": [revision(&one)]})).await.expect(201);
        assert_eq!(chosen["sheets"], 1);
        let hidden = revision(&drawing(&world.erik, tower, "S-900").await);
        world.maria.does(&path, json!({"form": "zip", "revision_ids": [hidden]})).await.refused("invalid", 422);
        world.maria.does(&path, json!({"form": "zip"})).await.refused("invalid", 422);
        world.maria.does(&path, json!({"form": "zip", "revision_ids": []})).await.refused("invalid", 422);
        world.diego.does(&path, json!({"form": "zip", "set_id": "current"})).await.refused("not_found", 404);
        set_levels(&world.ines, tower, &world.maria, json!({"drawings": "none"})).await;
        world.maria.get(&file).await.refused("not_found", 404);
        set_levels(&world.ines, tower, &world.maria, json!({"drawings": "read_only"})).await;
        world.maria.get(&file).await.expect(200);
        sluice_app::sweep::begin(&site.app).await.unwrap();
        site.later(SignedDuration::from_hours(2)).await;
        world.maria.get(&file).await.refused("not_found", 404);
        assert_eq!(site.count("select count(*) as value from drawing_download", args![]).await, 0, "and then it is forgotten");
        site.close().await;
    }

    /// The same as one PDF, made by the confined worker.
    async fn log_03_sheets_are_fetched_as_one_pdf(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let set = [Sheet::new("A-101", "GROUND FLOOR PLAN", "0"), Sheet::new("A-102", "FIRST FLOOR PLAN", "0")];
        publish_set(&site, &world.erik, world.tower, "Permit Set", &set).await;
        let path = format!("/projects/{}/drawing-downloads", world.tower);
        let made = world.maria.does(&path, json!({"form": "pdf", "set_id": "current"})).await.expect(201);
        let answer = world.maria.get(made["file_url"].as_str().unwrap()).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/pdf")));
        let text = answer.text();
        assert!(text.starts_with("%PDF-") && text.ends_with("%%EOF\n"));
        for label in ["(A-101 GROUND FLOOR PLAN)", "(A-102 FIRST FLOOR PLAN)"] {
            assert_eq!(text.matches(label).count(), 2, "a bookmark and a page label: {label}");
        }
        assert!(text.contains("/Type/Pages/Count 2"));
        // What was drawn can be found.
        site.run_until_idle().await;
        assert_eq!(found(&world.maria, world.tower, "ground").await, ["A-101"]);
        assert_eq!(found(&world.maria, world.tower, "harbor builders").await, ["A-101", "A-102"]);
        site.close().await;
    }

    /// Whoever fetched copies may build from them: the connection can no longer be undone.
    async fn und_02_copies_fetched_in_a_file_are_used(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        published(&site.app, &world.erik, world.tower, &sheets()).await;
        world.approve_automatically().await;
        let connection = id(&world.ask().await.expect(201));
        site.run_until_idle().await;
        let path = format!("/projects/{}/drawing-downloads", world.site);
        let made = world.maria.does(&path, json!({"form": "zip", "set_id": "current"})).await.expect(201);
        let undo = format!("/connections/{connection}/undo");
        world.maria.get(made["file_url"].as_str().unwrap()).await.expect(200);
        world.diego.does(&undo, json!({})).await.refused("undo_too_late", 409);
        site.close().await;
    }
}

/// Sheets that were there before there was an index are found after the upgrade.
#[tokio::test]
async fn log_02_rel_06_an_upgrade_schedules_the_index() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::sqlite(&folder.path().join("sluice.db")).unwrap();
    migrate::run_below(&db, 11).await.unwrap();
    let id = Uuid::from_u128(1);
    for statement in [
        "insert into company (id, name, created_at) values ($1, 'Harbor Builders', 1)",
        "insert into person (id, email, name, created_at) values ($1, 'ines@harbor.example', 'Ines', 1)",
        "insert into project (id, company_id, name, created_by, created_at) values ($1, $1, 'Harbor Tower', $1, 1)",
    ] {
        sql::run(&db, statement, args![id]).await;
    }
    migrate::run(&db).await.unwrap();
    let scheduled = "select count(*) as value from job where kind = 'index' and subject = $1 and run_at = 0 and lease_until = 0";
    assert_eq!(sql::value::<i64>(&db, scheduled, args![id]).await, 1);
    db.close().await;
}

/// Words of a trade's sheets, as often on them as such words are.
const TRADE: [&str; 12] = [
    "CONCRETE", "STEEL", "BEAM", "SLAB", "GRADE", "DUCT", "VALVE", "PUMP", "FIRE", "STAIR", "ROOF", "DETAIL",
];

/// 10,000 sheets of 300 words each, in the index.
async fn ten_thousand(site: &Site, world: &World) {
    let all = Sheet::many(10_000);
    let page = seed::page(&site.app, &all[0].bytes()).await;
    let seeded =
        seed::confirmed_with(&site.app, &world.erik, world.tower, SET, &all, &vec![page; all.len()]).await;
    publish_all(&world.erik, world.tower).await;
    let project = ProjectId(world.tower);
    let mut rows = vec![];
    for (place, (sheet, seeded)) in all.iter().zip(&seeded).enumerate() {
        let label = format!("{} {}", sheet.number, sheet.title);
        let mut tokens = BTreeSet::new();
        gather(&label, &mut tokens);
        for (rank, word) in TRADE.iter().enumerate() {
            // The first on every second sheet, the last on every thirteenth.
            if place % (rank + 2) == 0 {
                gather(word, &mut tokens);
            }
        }
        for n in 0..280 {
            gather(&format!("W{}", (place * 7919 + n * 104_729) % 40_000), &mut tokens);
        }
        rows.push(search::Indexed { id: seeded.revision, sha256: page.sha256, label, tokens });
    }
    while !rows.is_empty() {
        let rest = rows.split_off(rows.len().min(500));
        let mut tx = site.app.db.begin().await.unwrap();
        search::index(&mut tx, project, std::mem::replace(&mut rows, rest)).await.unwrap();
        tx.commit().await.unwrap();
    }
}

/// Among 10,000 sheets a search finds what the index finds; how much longer the whole request takes is printed.
#[tokio::test]
#[ignore = "long: writes 10,000 sheets"]
async fn log_02_a_search_among_ten_thousand_sheets() {
    Site::each(async |site| {
        let world = World::harbor_and_delta(&site).await;
        ten_thousand(&site, &world).await;
        let queries =
            ["concrete", "steel beam", "fire pump", "w1234", "w12", "part 77", "detail roof", "valve"];
        let (mut bare, mut whole) = (vec![], vec![]);
        for round in 0..30 {
            for query in queries {
                let terms = terms(query);
                let mut db = site.app.db.read().await.unwrap();
                let began = Instant::now();
                let count = search::bare(&mut db, ProjectId(world.tower), &terms).await.unwrap();
                bare.push(began.elapsed());
                drop(db);
                let path = format!("/projects/{}/drawing-search?q={}", world.tower, query.replace(' ', "+"));
                let began = Instant::now();
                let hits = world.maria.get(&path).await.expect(200);
                whole.push(began.elapsed());
                if round == 0 {
                    let all = world.maria.get(&format!("{path}&limit=10000")).await.expect(200);
                    assert_eq!(
                        i64::try_from(all["items"].as_array().unwrap().len()).unwrap(),
                        count,
                        "{query}"
                    );
                    assert_eq!(hits["more"], json!(count > 100), "{query}");
                }
            }
        }
        let p95 = |mut times: Vec<Duration>| {
            times.sort();
            times[times.len() * 95 / 100]
        };
        let (bare, whole) = (p95(bare), p95(whole));
        println!("{}: p95 {whole:?} beside the index's {bare:?}", site.app.db.engine());
        site.close().await;
    })
    .await;
}
