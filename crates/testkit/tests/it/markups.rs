//! What people draw over sheets, and where callouts lead: VIEW-04, VIEW-05, DRF-06.

use jiff::civil::date;
use sluice_store::args;
use sluice_store::blob::Derived;
use sluice_testkit::person::id;
use sluice_testkit::seed::{self, Seeded, Sheet};
use sluice_testkit::world::set_levels;
use sluice_testkit::{Answer, Person, Site, Value, World, json, on_both};
use uuid::Uuid;

use crate::copies::whole;

/// A cloud over part of a sheet.
fn cloud(revision: Uuid) -> Value {
    json!({"revision_id": revision, "kind": "cloud", "colour": "red", "size": 3, "points": [[100, 100], [400.125, 300]]})
}

async fn draw(by: &Person, drawing: Uuid, what: Value) -> Answer {
    by.does(&format!("/drawings/{drawing}/markups"), what).await
}

async fn drawn(by: &Person, drawing: Uuid) -> Vec<Value> {
    by.items(&format!("/drawings/{drawing}/markups")).await
}

async fn publish(by: &Person, drawing: Uuid, what: Value) -> Answer {
    by.does(&format!("/drawings/{drawing}/markups/publications"), what).await
}

fn address(markup: &Value) -> String {
    format!("/drawing-markups/{}", id(markup))
}

fn allowed(markup: &Value, act: &str) -> Option<bool> {
    markup["can"][act]["allowed"].as_bool()
}

/// One sheet, published; Erik and Ines are Admins, Maria reads.
async fn one_sheet(site: &Site) -> (World, Seeded) {
    let world = World::harbor_and_delta(site).await;
    let seeded =
        seed::published(&site.app, &world.erik, world.tower, &[Sheet::new("A-101", "FIRST FLOOR", "0")])
            .await;
    (world, seeded[0])
}

/// Copied and published downstream.
async fn copied(site: &Site) -> (World, Uuid, Value) {
    let (world, _) = one_sheet(site).await;
    let connection = world.connected().await;
    site.run_until_idle().await;
    let everything = json!({"all": true});
    world.maria.does(&format!("/projects/{}/publications", world.site), everything).await.expect(200);
    let copy = whole(&world.maria, world.site, "A-101").await;
    (world, connection, copy)
}

/// Puts words on a seeded sheet, one below the other.
async fn print(site: &Site, sheet: &Sheet, words: &[&str]) {
    let words = words.iter().enumerate().map(|(line, word)| {
        format!("{{\"text\":\"{word}\",\"x\":100.00,\"y\":{}.00,\"w\":{}.00,\"h\":10.00,\"size\":10.00,\"angle\":0}}", 50 * (line + 1), 6 * word.len())
    });
    let text = format!(
        "{{\"width\":2592.00,\"height\":1728.00,\"words\":[{}]}}",
        words.collect::<Vec<_>>().join(",")
    );
    let file = site.app.blobs.incoming(site.app.environment.id());
    tokio::fs::write(&file, text).await.unwrap();
    site.app.blobs.keep_derived(sheet.sha256(), Derived::Words, &file).await.unwrap();
}

async fn links(by: &Person, revision: Uuid) -> Vec<String> {
    let links = by.items(&format!("/drawing-revisions/{revision}/links")).await;
    links.iter().map(|link| link["number"].as_str().unwrap().to_owned()).collect()
}

on_both! {
    async fn view_04_personal_until_published(site: Site) {
        let (world, Seeded { drawing, revision }) = one_sheet(&site).await;
        set_levels(&world.ines, world.tower, &world.maria, json!({"drawings": "standard"})).await;
        let made = draw(&world.maria, drawing.0, cloud(revision.0)).await;
        let location = made.header("location").unwrap().to_owned();
        let made = made.expect(201);
        assert_eq!(location, format!("/api/v1{}", address(&made)));
        assert_eq!((&made["points"], &made["revision"]["revision"]), (&json!([[100.0, 100.0], [400.13, 300.0]]), &json!("0")));
        assert_eq!((&made["by"]["name"], &made["mine"], &made["published_at"], &made["version"]), (&json!("Maria Lopez"), &json!(true), &Value::Null, &json!(1)));
        assert_eq!(["update", "delete", "publish"].map(|act| allowed(&made, act)), [Some(true); 3]);
        // Nobody else sees it, not even those who may everything; to them it is not there.
        assert_eq!(drawn(&world.maria, drawing.0).await.len(), 1);
        for other in [&world.erik, &world.ines] {
            assert!(drawn(other, drawing.0).await.is_empty());
            other.patch(&address(&made), json!({"colour": "blue"})).await.refused("not_found", 404);
            other.delete(&address(&made)).await.refused("not_found", 404);
        }
        // Somebody else's cannot be published by naming it.
        assert_eq!(publish(&world.erik, drawing.0, json!({"markup_ids": [made["id"]]})).await.expect(200)["published"], 0);
        assert!(drawn(&world.ines, drawing.0).await.is_empty());

        let mut screen = world.erik.listen(&format!("/projects/{}/changes", world.tower)).await;
        assert_eq!(publish(&world.maria, drawing.0, json!({"markup_ids": [made["id"], made["id"]]})).await.expect(200)["published"], 1);
        let heard = screen.next().await.unwrap();
        assert!(heard.contains("\"topic\":\"markups\"") && heard.contains(&drawing.to_string()), "{heard}");
        assert_eq!(publish(&world.maria, drawing.0, json!({"all": true})).await.expect(200)["published"], 0, "once");
        let seen = drawn(&world.erik, drawing.0).await;
        assert_eq!((seen.len(), &seen[0]["by"]["name"], &seen[0]["mine"], seen[0]["published_at"].is_string()), (1, &json!("Maria Lopez"), &json!(false), true));
        // Everybody sees it; whoever made it changes it, and a Drawings Admin may take it away.
        assert_eq!((allowed(&seen[0], "update"), allowed(&seen[0], "delete"), allowed(&seen[0], "publish")), (Some(false), Some(true), None));
        assert_eq!(seen[0]["can"]["update"]["code"], "not_your_markup");
        world.erik.patch(&address(&made), json!({"colour": "blue"})).await.refused("not_your_markup", 403);
        world.erik.delete(&address(&made)).await.expect(204);
        world.erik.delete(&address(&made)).await.refused("not_found", 404);
        assert!(drawn(&world.maria, drawing.0).await.is_empty());
        site.close().await;
    }

    async fn view_04_read_only_draws_for_itself_and_standard_publishes(site: Site) {
        let (world, Seeded { drawing, revision }) = one_sheet(&site).await;
        let (path, reader) = (format!("/drawings/{drawing}"), &world.maria);
        let can = reader.get(&path).await.expect(200)["can"].clone();
        assert_eq!((&can["mark_up"]["allowed"], &can["publish_markups"]["code"]), (&json!(true), &json!("needs_level")));
        let made = draw(reader, drawing.0, cloud(revision.0)).await.expect(201);
        assert_eq!((allowed(&made, "update"), allowed(&made, "publish")), (Some(true), Some(false)));
        publish(reader, drawing.0, json!({"all": true})).await.refused("needs_level", 403);
        assert_eq!(reader.patch(&address(&made), json!({"size": 6})).await.expect(200)["size"], 6.0);
        // Raised to Standard it is published; lowered again, what is published is not theirs to change.
        set_levels(&world.ines, world.tower, reader, json!({"drawings": "standard"})).await;
        assert_eq!(publish(reader, drawing.0, json!({"all": true})).await.expect(200)["published"], 1);
        assert_eq!(reader.patch(&address(&made), json!({"size": 4})).await.expect(200)["size"], 4.0);
        // Nobody else's with less than Admin.
        let erik = draw(&world.erik, drawing.0, cloud(revision.0)).await.expect(201);
        publish(&world.erik, drawing.0, json!({"all": true})).await.expect(200);
        reader.delete(&address(&erik)).await.refused("not_your_markup", 403);
        set_levels(&world.ines, world.tower, reader, json!({"drawings": "read_only"})).await;
        reader.patch(&address(&made), json!({"size": 5})).await.refused("needs_level", 403);
        reader.delete(&address(&made)).await.refused("needs_level", 403);
        let seen = drawn(reader, drawing.0).await;
        assert_eq!((seen.len(), allowed(&seen[0], "update"), allowed(&seen[0], "delete")), (2, Some(false), Some(false)));
        // At None, and outside, there is nothing.
        world.diego.get(&format!("{path}/markups")).await.refused("not_found", 404);
        draw(&world.diego, drawing.0, cloud(revision.0)).await.refused("not_found", 404);
        let token = world.erik.with_token(&["drawings:read"]).await;
        assert_eq!(drawn(&token, drawing.0).await.len(), 2);
        draw(&token, drawing.0, cloud(revision.0)).await.refused("needs_scope", 403);
        site.close().await;
    }

    async fn view_04_each_kind_is_kept_as_it_was_drawn_and_the_rest_refused(site: Site) {
        let (world, Seeded { drawing, revision }) = one_sheet(&site).await;
        let by = &world.erik;
        let shape = |kind: &str, points: Value, text: Option<&str>| json!({"revision_id": revision.0, "kind": kind, "colour": "green", "size": 2.5, "points": points, "text": text});
        let two = json!([[10, 20], [30.5, 40]]);
        for kind in ["pen", "highlighter", "line", "arrow", "rectangle", "cloud"] {
            let made = draw(by, drawing.0, shape(kind, two.clone(), None)).await.expect(201);
            assert_eq!((&made["kind"], &made["points"], &made["text"]), (&json!(kind), &json!([[10.0, 20.0], [30.5, 40.0]]), &Value::Null));
        }
        let made = draw(by, drawing.0, shape("text", json!([[10, 20]]), Some("Move this wall\nby 2\""))).await.expect(201);
        assert_eq!(made["text"], "Move this wall\nby 2\"");
        let page = by.get(&format!("/drawings/{drawing}/markups?limit=3")).await.expect(200);
        assert_eq!(page["items"].as_array().unwrap().len(), 3);
        let rest = by.get(&format!("/drawings/{drawing}/markups?limit=9&after={}", page["next"].as_str().unwrap())).await.expect(200);
        assert_eq!((rest["items"].as_array().unwrap().len(), &rest["next"]), (4, &Value::Null));
        by.get(&format!("/drawings/{drawing}/markups?after=x")).await.refused("unsound_cursor", 400);

        let field = |answer: Answer| {
            let problem = answer.refused("invalid", 422);
            let error = &problem["errors"][0];
            (error["pointer"].as_str().unwrap().to_owned(), error["code"].as_str().unwrap().to_owned())
        };
        let long = "x".repeat(2_001);
        let many: Vec<[f64; 2]> = vec![[1.0, 1.0]; 501];
        for (what, pointer, code) in [
            (shape("line", json!([[1, 1]]), None), "/points", "point_count"),
            (shape("pen", json!(many), None), "/points", "point_count"),
            (shape("arrow", json!([[1, 1], [-3, 1]]), None), "/points", "off_the_sheet"),
            (shape("cloud", json!([[1, 1], [30_000, 1]]), None), "/points", "off_the_sheet"),
            (shape("text", json!([[1, 1]]), None), "/text", "missing"),
            (shape("text", json!([[1, 1]]), Some(&long)), "/text", "text_length"),
            (shape("pen", two.clone(), Some("Hm")), "/text", "unknown_field"),
            (shape("stamp", two.clone(), None), "/kind", "unsound_field"),
        ] {
            assert_eq!(field(draw(by, drawing.0, what).await), (pointer.to_owned(), code.to_owned()));
        }
        let mut what = shape("line", two.clone(), None);
        what["size"] = json!(200);
        assert_eq!(field(draw(by, drawing.0, what).await).1, "unsound_size");
        assert_eq!(field(draw(by, drawing.0, cloud(drawing.0)).await), ("/revision_id".into(), "unknown_value".into()));
        publish(by, drawing.0, json!({})).await.refused("invalid", 422);
        publish(by, drawing.0, json!({"markup_ids": vec![drawing.0; 501]})).await.refused("invalid", 422);
        site.close().await;
    }

    async fn view_04_two_who_change_at_once_and_how_many_there_may_be(site: Site) {
        let (world, Seeded { drawing, revision }) = one_sheet(&site).await;
        let made = draw(&world.erik, drawing.0, cloud(revision.0)).await.expect(201);
        let stale = world.erik.request("PATCH", &address(&made)).header("if-match", "\"1\"").header("content-type", "application/json");
        let moved = world.erik.patch(&address(&made), json!({"points": [[0, 0], [5, 5]]})).await;
        assert_eq!(moved.header("etag").unwrap(), "\"2\"");
        assert_eq!(moved.expect(200)["colour"], "red");
        world.erik.send(stale.body(json!({"size": 9}).to_string().into()).unwrap()).await.refused("stale", 412);
        // Five hundred of one's own, two thousand published ones.
        let fill = "insert into drawing_markup (id, project_id, drawing_id, revision_id, kind, colour, size, points, created_by, created_at, published_at)";
        let row = |published: Option<i64>| args![site.app.environment.id::<Uuid>(), world.tower, drawing.0, revision.0, "line", "red", 2.0, "1,1 2,2", world.erik.id(), 1_i64, published];
        let mut tx = site.app.db.begin().await.unwrap();
        tx.insert_many(fill, "", (0..499).map(|_| row(None)).collect()).await.unwrap();
        tx.commit().await.unwrap();
        draw(&world.erik, drawing.0, cloud(revision.0)).await.refused("too_many", 409);
        draw(&world.ines, drawing.0, cloud(revision.0)).await.expect(201);
        let mut tx = site.app.db.begin().await.unwrap();
        tx.insert_many(fill, "", (0..1_501).map(|_| row(Some(1))).collect()).await.unwrap();
        tx.commit().await.unwrap();
        publish(&world.erik, drawing.0, json!({"all": true})).await.refused("too_many", 409);
        assert_eq!(drawn(&world.ines, drawing.0).await.len(), 1_502, "nothing of it was published");
        assert_eq!(publish(&world.erik, drawing.0, json!({"markup_ids": [made["id"]]})).await.expect(200)["published"], 1);
        site.close().await;
    }

    async fn view_04_a_markup_stays_on_newer_revisions(site: Site) {
        let (world, Seeded { drawing, revision }) = one_sheet(&site).await;
        let made = draw(&world.erik, drawing.0, cloud(revision.0)).await.expect(201);
        publish(&world.erik, drawing.0, json!({"all": true})).await.expect(200);
        let newer = seed::confirmed(&site.app, &world.erik, world.tower, ("Bulletin 1", date(2026, 4, 1)), &[Sheet::new("A-101", "FIRST FLOOR", "1")]).await;
        // Made on a revision that only Drawings Admins see, it says nothing to others before that one is published.
        draw(&world.maria, drawing.0, cloud(newer[0].revision.0)).await.refused("invalid", 422);
        let early = draw(&world.ines, drawing.0, cloud(newer[0].revision.0)).await.expect(201);
        publish(&world.ines, drawing.0, json!({"all": true})).await.expect(200);
        let revisions = |all: Vec<Value>| all.iter().map(|one| one["revision"]["revision"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
        assert_eq!(revisions(drawn(&world.maria, drawing.0).await), ["0"]);
        world.maria.delete(&address(&early)).await.refused("not_found", 404);
        assert_eq!(revisions(drawn(&world.erik, drawing.0).await), ["0", "1"]);
        world.erik.does(&format!("/projects/{}/publications", world.tower), json!({"all": true})).await.expect(200);
        assert_eq!(revisions(drawn(&world.maria, drawing.0).await), ["0", "1"], "it says which one it was made on");
        // In the recycle bin nothing is drawn; out of it, all is there.
        world.erik.delete(&format!("/drawings/{drawing}")).await.expect(204);
        assert_eq!(world.erik.get(&format!("/drawings/{drawing}")).await.expect(200)["can"]["mark_up"]["code"], "drawing_deleted");
        draw(&world.erik, drawing.0, cloud(revision.0)).await.refused("drawing_deleted", 409);
        world.erik.patch(&address(&made), json!({"size": 1})).await.refused("drawing_deleted", 409);
        publish(&world.erik, drawing.0, json!({"all": true})).await.refused("drawing_deleted", 409);
        world.maria.get(&format!("/drawings/{drawing}/markups")).await.refused("not_found", 404);
        world.erik.does(&format!("/drawings/{drawing}/restoration"), json!({})).await.expect(200);
        assert_eq!(drawn(&world.maria, drawing.0).await.len(), 2);
        site.close().await;
    }

    async fn drf_06_markups_are_local_and_stay_on_a_copy(site: Site) {
        let (world, connection, copy) = copied(&site).await;
        let (drawing, revision) = (id(&copy), id(&copy["revision"]));
        let heads = async || {
            let head = "select head as value from feed_head where project_id = $1";
            (site.count(head, args![world.tower]).await, site.count(head, args![world.site]).await)
        };
        let before = heads().await;
        draw(&world.flor, drawing, cloud(revision)).await.expect(201);
        let made = draw(&world.maria, drawing, cloud(revision)).await.expect(201);
        publish(&world.maria, drawing, json!({"all": true})).await.expect(200);
        assert_eq!((drawn(&world.flor, drawing).await.len(), drawn(&world.maria, drawing).await.len()), (2, 1));
        // Upstream's own does not come down, and Delta's does not go up: the same sheet, two lists.
        let original = whole(&world.erik, world.tower, "A-101").await;
        draw(&world.erik, id(&original), cloud(id(&original["revision"]))).await.expect(201);
        publish(&world.erik, id(&original), json!({"all": true})).await.expect(200);
        site.run_until_idle().await;
        assert_eq!((drawn(&world.erik, id(&original)).await.len(), drawn(&world.maria, drawing).await.len()), (1, 1));
        assert_eq!(heads().await, before, "nothing of it is offered to anybody");
        world.erik.get(&format!("/drawings/{drawing}/markups")).await.refused("not_found", 404);

        // A new revision upstream, published here: it stays, and says where it comes from.
        seed::published_in(&site.app, &world.erik, world.tower, ("Bulletin 1", date(2026, 4, 1)), &[Sheet::new("A-101", "FIRST FLOOR", "1")]).await;
        site.run_until_idle().await;
        world.maria.does(&format!("/projects/{}/publications", world.site), json!({"all": true})).await.expect(200);
        let seen = whole(&world.flor, world.site, "A-101").await;
        let marks = drawn(&world.flor, drawing).await;
        assert_eq!((&seen["revision"]["revision"], marks.len(), &marks[1]["revision"]["revision"]), (&json!("1"), 2, &json!("0")));
        // An edit upstream, its deletion and the end of the connection leave it alone.
        world.erik.delete(&format!("/drawings/{}", id(&original))).await.expect(204);
        site.run_until_idle().await;
        world.disconnect(connection).await;
        assert_eq!(drawn(&world.maria, drawing).await.len(), 1);
        world.maria.patch(&address(&made), json!({"colour": "blue"})).await.expect(200);
        draw(&world.flor, drawing, cloud(revision)).await.expect(201);
        site.close().await;
    }

    async fn drf_06_und_02_drawing_over_a_copy_ends_the_time_to_undo(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        world.approve_automatically().await;
        seed::published(&site.app, &world.erik, world.tower, &[Sheet::new("A-101", "FIRST FLOOR", "0")]).await;
        let connection = id(&world.ask().await.expect(201));
        site.run_until_idle().await;
        let copy = whole(&world.maria, world.site, "A-101").await;
        drawn(&world.maria, id(&copy)).await;
        assert!(world.seen(connection).await["undo_until"].is_string(), "looking ends nothing");
        draw(&world.maria, id(&copy), cloud(id(&copy["revision"]))).await.expect(201);
        assert_eq!(world.seen(connection).await["undo_until"], Value::Null);
        world.diego.does(&format!("/connections/{connection}/undo"), json!({})).await.refused("undo_too_late", 409);
        assert_eq!(drawn(&world.maria, id(&copy)).await.len(), 1);
        site.close().await;
    }

    async fn view_04_ppl_17_with_its_project_a_markup_is_gone(site: Site) {
        let (world, Seeded { drawing, revision }) = one_sheet(&site).await;
        let made = draw(&world.erik, drawing.0, cloud(revision.0)).await.expect(201);
        let ending = json!({"name": "Harbor Tower", "reason": "Made by mistake."});
        world.ines.does(&format!("/projects/{}/deletion", world.tower), ending).await.expect(204);
        world.erik.get(&format!("/drawings/{drawing}/markups")).await.refused("not_found", 404);
        world.erik.delete(&address(&made)).await.refused("not_found", 404);
        site.close().await;
    }

    async fn view_05_callouts_lead_to_the_current_revision(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let plan = Sheet::new("A-101", "FIRST FLOOR", "0");
        let set = [plan.clone(), Sheet::new("A-501", "DETAILS", "0"), Sheet::new("12", "KEY PLAN", "0"), Sheet::new("S2.01", "FRAMING", "0"), Sheet::new("7 / 1", "SITE", "0")];
        let seeded = seed::published(&site.app, &world.erik, world.tower, &set).await;
        seed::confirmed(&site.app, &world.erik, world.tower, seed::SET, &[Sheet::new("M-900", "NOT ISSUED", "0")]).await;
        let sheet = seeded[0].revision.0;
        let path = format!("/drawing-revisions/{sheet}/links");
        assert!(links(&world.maria, sheet).await.is_empty(), "not drawn yet");
        print(&site, &plan, &["A-101", "5/A-501", "12", "s2.01", "(S2.01)", "M-900", "A-5011", "S2.01."]).await;
        assert_eq!(links(&world.maria, sheet).await, ["A-501", "S2.01", "S2.01"]);
        let first = world.maria.items(&path).await[0].clone();
        assert_eq!((&first["drawing_id"], &first["title"], &first["x"], &first["y"]), (&json!(seeded[1].drawing.0), &json!("DETAILS"), &json!(112.0), &json!(100.0)));
        // Unchanged it is not looked for again; a change in the log is seen.
        let tag = world.maria.get(&path).await.header("etag").unwrap().to_owned();
        let again = async || {
            let request = world.maria.request("GET", &path).header("if-none-match", &tag);
            world.maria.send(request.body(axum::body::Body::empty()).unwrap()).await.status
        };
        assert_eq!(again().await, 304);
        world.erik.patch(&format!("/drawings/{}", seeded[1].drawing), json!({"obsolete": true})).await.expect(200);
        assert_eq!((again().await, links(&world.maria, sheet).await), (200, vec!["S2.01".into(), "S2.01".into()]), "no current revision");
        world.erik.does(&format!("/projects/{}/publications", world.tower), json!({"all": true})).await.expect(200);
        assert_eq!(links(&world.maria, sheet).await, ["S2.01", "M-900", "S2.01"]);
        world.erik.delete(&format!("/drawings/{}", seeded[3].drawing)).await.expect(204);
        assert_eq!(links(&world.maria, sheet).await, ["M-900"]);
        world.diego.get(&path).await.refused("not_found", 404);
        site.close().await;
    }

    async fn view_05_drf_06_a_copy_leads_within_its_own_project(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let plan = Sheet::new("A-101", "FIRST FLOOR", "0");
        seed::published(&site.app, &world.erik, world.tower, &[plan.clone(), Sheet::new("A-501", "DETAILS", "0")]).await;
        print(&site, &plan, &["A-501", "M-900"]).await;
        world.connected().await;
        site.run_until_idle().await;
        world.maria.does(&format!("/projects/{}/publications", world.site), json!({"all": true})).await.expect(200);
        // Delta keyed the same number by hand, and has a sheet that upstream knows nothing of.
        seed::published(&site.app, &world.maria, world.site, &[Sheet::new("A-501", "BY HAND", "0"), Sheet::new("M-900", "SHOP DRAWING", "0")]).await;
        let copy = whole(&world.flor, world.site, "A-101").await;
        let found = world.flor.items(&format!("/drawing-revisions/{}/links", id(&copy["revision"]))).await;
        let titles: Vec<&str> = found.iter().map(|link| link["title"].as_str().unwrap()).collect();
        assert_eq!(titles, ["DETAILS", "SHOP DRAWING"], "what came with it goes before what was keyed by hand");
        let original = whole(&world.erik, world.tower, "A-101").await;
        assert_eq!(links(&world.erik, id(&original["revision"])).await, ["A-501"]);
        // Marked obsolete here, it is not to be built from, and nothing leads there.
        let details = id(&world.arrived("q=A-501&external=true").await[0]);
        world.maria.put(&format!("/drawings/{details}/obsolete-here"), json!({})).await.expect(200);
        let found = world.flor.items(&format!("/drawing-revisions/{}/links", id(&copy["revision"]))).await;
        assert_eq!(found.iter().map(|link| link["title"].as_str().unwrap()).collect::<Vec<_>>(), ["BY HAND", "SHOP DRAWING"]);
        site.close().await;
    }
}
