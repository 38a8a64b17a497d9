//! The log: publishing, what each person sees of it, editing, files; own drawings and copies.

use axum::body::Body;
use jiff::SignedDuration;
use sluice_testkit::person::{Answer, Person, id};
use sluice_testkit::seed::{Sheet, confirmed, published, published_in};
use sluice_testkit::sheets::publish_set;
use sluice_testkit::{Value, World, json, on_both};
use uuid::Uuid;

use crate::copies::whole;

fn set() -> Vec<Sheet> {
    vec![
        Sheet::new("A-2", "ROOF PLAN", "0"),
        Sheet::new("A-10", "DETAILS", "0"),
        Sheet::new("S-1", "FOUNDATIONS", "0"),
    ]
}

fn log(project: Uuid) -> String {
    format!("/projects/{project}/drawings")
}

async fn numbers(by: &Person, path: &str) -> Vec<String> {
    by.items(path).await.iter().map(|drawing| drawing["number"].as_str().unwrap().to_owned()).collect()
}

async fn drawing(by: &Person, number: &str, project: Uuid) -> Value {
    let all = by.items(&log(project)).await;
    let found =
        all.iter().find(|drawing| drawing["number"] == number).unwrap_or_else(|| panic!("no {number}"));
    by.get(&format!("/drawings/{}", id(found))).await.expect(200)
}

async fn publish(by: &Person, project: Uuid, what: Value) -> Answer {
    by.does(&format!("/projects/{project}/publications"), what).await
}

async fn patch(by: &Person, drawing: &Value, version: &Value, change: Value) -> Answer {
    let request = by
        .request("PATCH", &format!("/drawings/{}", id(drawing)))
        .header("content-type", "application/json")
        .header("if-match", format!("\"{version}\""));
    by.send(request.body(Body::from(change.to_string())).unwrap()).await
}

on_both! {
    /// `DRW-05`: unpublished is for Drawings Admins; publishing makes it official, once.
    async fn drw_05_published_is_seen_by_all(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let (tower, path) = (world.tower, log(world.tower));
        let seeded = confirmed(&site.app, &world.erik, tower, sluice_testkit::seed::SET, &set()).await;
        assert_eq!(numbers(&world.erik, &path).await, ["A-2", "A-10", "S-1"], "sorted as people read");
        assert!(numbers(&world.maria, &path).await.is_empty());
        let first = seeded[0].revision.0;
        for picture in ["", "/file", "/thumbnail", "/text", "/tiles/0/0_0.webp"] {
            let path = format!("/drawing-revisions/{first}{picture}");
            world.maria.get(&path).await.refused("not_found", 404);
        }
        world.maria.get(&format!("/drawings/{}", seeded[0].drawing)).await.refused("not_found", 404);
        publish(&world.maria, tower, json!({"all": true})).await.refused("needs_level", 403);
        world.diego.get(&path).await.refused("not_found", 404);

        publish(&world.erik, tower, json!({})).await.refused("invalid", 422);
        publish(&world.erik, tower, json!({"all": true, "as_of": "yesterday"})).await.refused("invalid", 422);
        let before = publish(&world.erik, tower, json!({"all": true, "as_of": "2001-01-01T00:00:00Z"})).await;
        assert_eq!(before.expect(200), json!({"published": 0}));
        let one = publish(&world.erik, tower, json!({"revision_ids": [first, first]})).await.expect(200);
        assert_eq!(one, json!({"published": 1}));
        assert_eq!(numbers(&world.maria, &path).await, ["A-2"]);
        let sets = world.erik.items(&format!("/projects/{tower}/drawing-sets")).await;
        assert_eq!((&sets[0]["revisions"], &sets[0]["unpublished"]), (&json!(3), &json!(2)));
        let seen = world.maria.items(&format!("/projects/{tower}/drawing-sets")).await;
        assert_eq!((&seen[0]["revisions"], &seen[0]["unpublished"]), (&json!(1), &json!(0)));
        let rest = publish(&world.erik, tower, json!({"set_id": id(&sets[0])})).await.expect(200);
        assert_eq!(rest, json!({"published": 2}));
        assert_eq!(publish(&world.erik, tower, json!({"all": true})).await.expect(200), json!({"published": 0}));
        assert_eq!(numbers(&world.maria, &format!("{path}?set_id={}", id(&sets[0]))).await, ["A-2", "A-10", "S-1"]);

        // Three revisions and drawings, an area, a set and two disciplines stand in the feed.
        let kinds: Vec<String> = sluice_testkit::sql::values(
            &site.app.db,
            "select kind as value from feed where project_id = $1 order by position",
            sluice_store::args![tower],
        ).await;
        assert_eq!(kinds.iter().filter(|kind| *kind == "revision").count(), 3, "{kinds:?}");
        assert_eq!(kinds.iter().filter(|kind| *kind == "discipline").count(), 2, "{kinds:?}");
        let whole = drawing(&world.maria, "A-10", tower).await;
        assert_eq!((&whole["previous"]["number"], &whole["next"]["number"]), (&json!("A-2"), &json!("S-1")));
        assert_eq!(whole["history"][0]["kind"], "published");
        assert_eq!(whole["history"].as_array().unwrap().len(), 1, "confirming is not shown to everybody");
        site.close().await;
    }

    /// A newer revision becomes current and lifts the obsolete mark; an older one does not.
    async fn a_newer_revision_is_current(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let tower = world.tower;
        published(&site.app, &world.erik, tower, &[Sheet::new("A-2", "ROOF PLAN", "B")]).await;
        let roof = drawing(&world.erik, "A-2", tower).await;
        patch(&world.erik, &roof, &roof["version"], json!({"obsolete": true})).await.expect(200);
        let early = ("Early Set", jiff::civil::date(2025, 1, 1));
        published_in(&site.app, &world.erik, tower, early, &[Sheet::new("A-2", "ROOF", "A")]).await;
        let roof = drawing(&world.maria, "A-2", tower).await;
        assert_eq!((&roof["obsolete"], &roof["title"], &roof["revision"]["revision"]), (&json!(true), &json!("ROOF PLAN"), &json!("B")));
        let old = roof["revisions"].as_array().unwrap().iter().find(|revision| revision["revision"] == "A").unwrap().clone();
        assert_eq!((&old["current"], &old["superseded_by"]["revision"]), (&json!(false), &json!("B")));

        confirmed(&site.app, &world.erik, tower, ("Bulletin 1", jiff::civil::date(2026, 4, 1)), &[Sheet::new("A-2", "ROOF PLAN, PART 1", "C")]).await;
        let for_admin = drawing(&world.erik, "A-2", tower).await;
        assert_eq!((&for_admin["revision"]["revision"], &for_admin["title"]), (&json!("C"), &json!("ROOF PLAN")));
        assert_eq!(drawing(&world.maria, "A-2", tower).await["revisions"].as_array().unwrap().len(), 2);
        assert_eq!(numbers(&world.erik, &format!("{}?status=unpublished", log(tower))).await, ["A-2"]);
        let subscription = format!("/projects/{tower}/drawing-subscription");
        assert_eq!(world.maria.get(&subscription).await.expect(200), json!({"subscribed": false}));
        world.maria.put(&subscription, json!({"subscribed": true})).await.expect(200);
        world.maria.put(&subscription, json!({"subscribed": true})).await.expect(200);
        world.diego.get(&subscription).await.refused("not_found", 404);
        site.run_until_idle().await;
        let before = site.subjects_to("maria@delta.example").len();
        publish(&world.erik, tower, json!({"all": true, "distribute": true})).await.expect(200);
        site.run_until_idle().await;
        assert_eq!(site.subjects_to("maria@delta.example").len(), before + 1, "who asked is told, once");
        let roof = drawing(&world.maria, "A-2", tower).await;
        assert_eq!((&roof["obsolete"], &roof["title"], &roof["revision"]["revision"]), (&json!(false), &json!("ROOF PLAN, PART 1"), &json!("C")));
        site.close().await;
    }

    /// Editing needs the version seen; numbers are unique; deleting goes to the recycle bin.
    async fn own_drawings_are_edited_and_deleted(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let tower = world.tower;
        published(&site.app, &world.erik, tower, &set()).await;
        let roof = drawing(&world.erik, "A-2", tower).await;
        patch(&world.maria, &roof, &roof["version"], json!({"title": "X"})).await.refused("needs_level", 403);
        let edited = patch(&world.erik, &roof, &roof["version"], json!({"title": "UPPER ROOF PLAN"})).await;
        assert_eq!(edited.header("etag").map(str::to_owned), Some(format!("\"{}\"", edited.json["version"])));
        let edited = edited.expect(200);
        assert_eq!(edited["history"][0]["detail"], "Title: ROOF PLAN → UPPER ROOF PLAN");
        patch(&world.erik, &roof, &roof["version"], json!({"title": "Y"})).await.refused("stale", 412);
        patch(&world.erik, &roof, &edited["version"], json!({"number": "S-1"})).await.refused("number_taken", 409);
        patch(&world.erik, &roof, &edited["version"], json!({"number": ""})).await.refused("invalid", 422);
        patch(&world.erik, &roof, &edited["version"], json!({"area_id": Uuid::nil()})).await.refused("invalid", 422);

        let areas = format!("/projects/{tower}/drawing-areas");
        let podium = world.erik.does(&areas, json!({"name": "Podium"})).await.expect(201);
        world.erik.does(&areas, json!({"name": "Podium"})).await.refused("duplicate", 409);
        let renamed = world.erik.patch(&format!("/drawing-areas/{}", id(&podium)), json!({"description": "To level 3"})).await;
        assert_eq!(renamed.expect(200)["description"], "To level 3");
        let moved = patch(&world.erik, &roof, &edited["version"], json!({"area_id": id(&podium), "number": "S-1"})).await.expect(200);
        assert_eq!(moved["area"]["name"], "Podium");
        assert_eq!(numbers(&world.maria, &format!("{}?area_id={}", log(tower), id(&podium))).await, ["S-1"]);

        let path = format!("/drawings/{}", id(&roof));
        world.maria.delete(&path).await.refused("needs_level", 403);
        assert_eq!(world.erik.delete(&path).await.status, 204);
        assert_eq!(world.erik.delete(&path).await.status, 204, "deleted is deleted");
        world.maria.get(&path).await.refused("not_found", 404);
        assert_eq!(numbers(&world.erik, &format!("{}?deleted=true", log(tower))).await, ["S-1"]);
        assert!(numbers(&world.maria, &format!("{}?deleted=true", log(tower))).await.is_empty());
        world.erik.does(&format!("{path}/restoration"), json!({})).await.expect(200);
        world.erik.does(&format!("{path}/restoration"), json!({})).await.refused("drawing_not_deleted", 409);
        assert_eq!(numbers(&world.maria, &log(tower)).await, ["A-10", "S-1", "S-1"]);
        site.close().await;
    }

    /// `SPD-06`: pages follow one another, filters hold, and an unchanged page is not sent again.
    async fn spd_06_the_log_comes_in_pages(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let (tower, path) = (world.tower, log(world.tower));
        published(&site.app, &world.erik, tower, &Sheet::many(25)).await;
        let page = world.maria.get(&format!("{path}?limit=10")).await;
        let tag = page.header("etag").unwrap().to_owned();
        let page = page.expect(200);
        assert_eq!(page["items"].as_array().unwrap().len(), 10);
        let all = numbers(&world.maria, &format!("{path}?limit=10")).await;
        assert_eq!(all.len(), 25);
        let mut sorted = all.clone();
        sorted.sort();
        assert_eq!(all, sorted);
        assert_eq!(numbers(&world.maria, &format!("{path}?q=part%2012")).await.len(), 1);
        assert_eq!(numbers(&world.maria, &format!("{path}?q=%25")).await.len(), 0);
        assert_eq!(numbers(&world.maria, &format!("{path}?external=true")).await.len(), 0);
        let disciplines = world.maria.items(&format!("/projects/{tower}/drawing-disciplines")).await;
        let structural = disciplines.iter().find(|discipline| discipline["name"] == "Structural").unwrap();
        assert_eq!(numbers(&world.maria, &format!("{path}?discipline_id={}", id(structural))).await.len(), 5);
        world.maria.get(&format!("{path}?after=rubbish!")).await.refused("unsound_cursor", 400);
        world.maria.get(&format!("{path}?set_id=rubbish")).await.refused("malformed_request", 400);

        let ask = async |by: &Person| {
            let request = by.request("GET", &format!("{path}?limit=10")).header("if-none-match", &tag);
            by.send(request.body(Body::empty()).unwrap()).await
        };
        let same = ask(&world.maria).await;
        assert_eq!((same.status, same.body.len()), (304, 0));
        assert_eq!(ask(&world.erik).await.status, 200, "an Admin sees more");
        let first = drawing(&world.erik, "A-0001", tower).await;
        patch(&world.erik, &first, &first["version"], json!({"title": "X"})).await.expect(200);
        assert_eq!(ask(&world.maria).await.status, 200);
        site.close().await;
    }

    async fn a_search_takes_capitals_for_small_letters_in_any_language(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let sheets = [Sheet::new("A-101", "PLANTA DE CIMENTACIÓN", "0"), Sheet::new("A-102", "Coupe d'été", "0")];
        published(&site.app, &world.erik, world.tower, &sheets).await;
        for (asked, found) in [("cimentaci%C3%B3n", "A-101"), ("CIMENTACI%C3%93N", "A-101"), ("%C3%89T%C3%89", "A-102"), ("d%27%C3%A9t%C3%A9", "A-102")] {
            assert_eq!(numbers(&world.maria, &format!("{}?q={asked}", log(world.tower))).await, [found], "{asked}");
        }
        site.close().await;
    }

    /// Files are given whole and in parts, and never as something a browser would run (`SEC-03`).
    async fn sec_03_files_are_given_with_care(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let sheets = [Sheet::new("A-101", "PLAN: \"FIRST\" FLOOR", "0")];
        let published = publish_set(&site, &world.erik, world.tower, "Permit Set", &sheets).await;
        let revision = format!("/drawing-revisions/{}", id(&published[0]["revision"]));
        let file = world.maria.get(&format!("{revision}/file")).await;
        assert_eq!((file.status, file.header("content-type")), (200, Some("application/pdf")));
        assert_eq!(file.header("content-security-policy"), Some("sandbox"));
        assert_eq!(file.header("x-content-type-options"), Some("nosniff"));
        let disposition = file.header("content-disposition").unwrap();
        assert!(disposition.starts_with("inline; filename=\"A-101_0_PLAN- -FIRST- FLOOR.pdf\""), "{disposition}");
        let etag = file.header("etag").unwrap().to_owned();
        assert_eq!(etag, format!("\"{}\"", published[0]["revision"]["sha256"].as_str().unwrap()));
        assert!(file.body.starts_with(b"%PDF-"));
        assert_eq!(published[0]["revision"]["bytes"], file.body.len());
        let part = async |name: &str, value: &str| {
            let request = world.maria.request("GET", &format!("{revision}/file?download=1")).header(name, value);
            world.maria.send(request.body(Body::empty()).unwrap()).await
        };
        let some = part("range", "bytes=2-9").await;
        assert_eq!((some.status, &some.body[..]), (206, &file.body[2..10]));
        assert_eq!(some.header("content-range"), Some(format!("bytes 2-9/{}", file.body.len()).as_str()));
        assert!(some.header("content-disposition").unwrap().starts_with("attachment"));
        part("range", "bytes=99999999-").await.refused("range_unsound", 416);
        assert_eq!(part("if-none-match", &etag).await.status, 304);
        let text = world.maria.get(&format!("{revision}/text")).await.expect(200);
        assert!(text["words"].as_array().unwrap().iter().any(|word| word["text"] == "A-101"), "the number stands on the sheet");
        let small = world.maria.get(&format!("{revision}/thumbnail")).await;
        assert!(small.header("cache-control").unwrap().contains("immutable"));
        let levels = published[0]["revision"]["tiles"]["levels"].as_i64().unwrap();
        let tile = world.maria.get(&format!("{revision}/tiles/{}/1_1.webp", levels - 1)).await;
        assert_eq!((tile.status, tile.header("content-type")), (200, Some("image/webp")));
        world.diego.get(&format!("{revision}/file")).await.refused("not_found", 404);
        site.nobody().get(&format!("{revision}/file")).await.refused("not_signed_in", 401);
        site.close().await;
    }

    /// `FLO-08`, `FLO-09`, `DRF-04`, `DRF-07`: copies are read-only, and people are told what waits.
    async fn flo_08_copies_are_read_only(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        published(&site.app, &world.erik, world.tower, &set()).await;
        world.connected().await;
        site.run_until_idle().await;
        let dht = world.site;
        let copies = numbers(&world.maria, &log(dht)).await;
        assert_eq!(copies, ["A-2", "A-10", "S-1"]);
        assert!(numbers(&world.flor, &log(dht)).await.is_empty());
        let roof = drawing(&world.maria, "A-2", dht).await;
        assert_eq!((&roof["external"], &roof["origin"]["company"], &roof["origin"]["in_sync"]), (&json!(true), &json!("Harbor Builders"), &json!(true)));
        assert_eq!(roof["can"]["update"]["code"], "external_read_only");
        patch(&world.maria, &roof, &roof["version"], json!({"title": "MINE"})).await.refused("external_read_only", 403);
        world.maria.delete(&format!("/drawings/{}", id(&roof))).await.refused("external_undeletable", 403);
        let area = id(&roof["area"]);
        world.maria.patch(&format!("/drawing-areas/{area}"), json!({"name": "Mine"})).await.refused("external_read_only", 403);
        let wanted = json!({"set": {"name": "Ours", "date": "2026-03-01"}, "area_id": area});
        world.maria.does(&format!("/projects/{dht}/drawing-uploads"), wanted).await.refused("external_read_only", 403);
        let set_id = id(&roof["revision"]["set"]);
        world.maria.does(&format!("/projects/{dht}/drawing-uploads"), json!({"set_id": set_id})).await.refused("external_read_only", 403);

        publish(&world.maria, dht, json!({"all": true})).await.expect(200);
        assert_eq!(numbers(&world.flor, &format!("{}?external=true", log(dht))).await, ["A-2", "A-10", "S-1"]);
        assert_eq!(drawing(&world.flor, "A-2", dht).await["newer_upstream"], Value::Null);
        site.clock.advance(SignedDuration::from_hours(1));
        published_in(&site.app, &world.erik, world.tower, ("Bulletin 1", jiff::civil::date(2026, 4, 1)), &[Sheet::new("A-2", "ROOF PLAN", "1")]).await;
        site.run_until_idle().await;
        let roof = drawing(&world.flor, "A-2", dht).await;
        let newer = &roof["newer_upstream"];
        assert!(newer["issued_on"].is_string() && newer["ask"].as_array().unwrap().contains(&json!("Maria Lopez")), "{newer}");
        assert_eq!(roof["revisions"].as_array().unwrap().len(), 1, "nothing of its content");
        world.flor.get(&format!("/drawing-revisions/{}", drawing(&world.maria, "A-2", dht).await["revision"]["id"].as_str().unwrap())).await.refused("not_found", 404);

        // Deleted upstream: out of the log, in the report, readable; kept in the log when an Admin says so.
        let upstream = drawing(&world.erik, "A-2", world.tower).await;
        assert_eq!(world.erik.delete(&format!("/drawings/{}", id(&upstream))).await.status, 204);
        site.run_until_idle().await;
        assert_eq!(numbers(&world.flor, &log(dht)).await, ["A-10", "S-1"]);
        assert_eq!(numbers(&world.flor, &format!("{}?deleted=true", log(dht))).await, ["A-2"]);
        let path = format!("/drawings/{}", id(&roof));
        let gone = world.flor.get(&path).await.expect(200);
        assert!(gone["origin"]["deleted_upstream_at"].is_string());
        world.flor.does(&format!("{path}/keep-in-log"), json!({})).await.refused("needs_level", 403);
        world.maria.does(&format!("{path}/keep-in-log"), json!({})).await.expect(200);
        world.maria.does(&format!("{path}/keep-in-log"), json!({})).await.refused("drawing_not_deleted", 409);
        assert_eq!(numbers(&world.flor, &log(dht)).await, ["A-2", "A-10", "S-1"]);
        site.close().await;
    }

    async fn spd_07_both_databases_list_drawings_in_one_order(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let numbers = ["A-101", "a.101", "A 101", "A_1", "Ä-1", "A10", "A-2", "1/A", "Z-1", "z-2", "(A)", "É1", "A'1", "A"];
        let sheets: Vec<Sheet> = numbers.iter().map(|number| Sheet::new(number, "PLAN", "0")).collect();
        published(&site.app, &world.erik, world.tower, &sheets).await;
        let mut expected: Vec<&str> = numbers.to_vec();
        expected.sort_by_key(|number| sluice_domain::sheet_number::sort_key(number));
        for limit in [1, 3, 100] {
            let log = world.maria.items(&format!("/projects/{}/drawings?limit={limit}", world.tower)).await;
            let listed: Vec<&str> = log.iter().map(|drawing| drawing["number"].as_str().unwrap()).collect();
            assert_eq!(listed, expected, "pages of {limit}");
        }
        let mut walked = vec![expected[0].to_owned()];
        let mut at = whole(&world.maria, world.tower, expected[0]).await;
        while let Some(next) = at["next"]["id"].as_str() {
            let next = world.maria.get(&format!("/drawings/{next}")).await.expect(200);
            assert_eq!(next["previous"]["number"], at["number"]);
            walked.push(next["number"].as_str().unwrap().to_owned());
            at = next;
        }
        assert_eq!(walked, expected);
        site.close().await;
    }
}
