//! What of a drawing travels and follows, and what is said of a copy here: DRF-01, DRF-04, DRF-05, DRF-08, FLO-07, FLO-10. What its history and
//! its people are told stands in [`news`], how new it is in [`sync`].

mod news;
mod sync;

use jiff::civil::date;
use sluice_store::args;
use sluice_testkit::person::id;
use sluice_testkit::seed::{self, Sheet};
use sluice_testkit::{Person, Site, Value, World, json, on_both, sql};
use uuid::Uuid;

pub(crate) async fn whole(by: &Person, project: Uuid, number: &str) -> Value {
    let log = by.items(&format!("/projects/{project}/drawings")).await;
    let found = log.iter().find(|drawing| drawing["number"] == number);
    let found = found.unwrap_or_else(|| panic!("no {number} for {}", by.name));
    by.get(&format!("/drawings/{}", id(found))).await.expect(200)
}

fn revision<'a>(drawing: &'a Value, text: &str) -> &'a Value {
    let all = drawing["revisions"].as_array().unwrap();
    let found = all.iter().find(|revision| revision["revision"] == text);
    found.unwrap_or_else(|| panic!("no revision {text} of {}", drawing["number"]))
}

async fn change(by: &Person, path: &str, changes: Value) -> Value {
    by.patch(path, changes).await.expect(200)
}

async fn publish_all(by: &Person, project: Uuid) {
    let path = format!("/projects/{project}/publications");
    by.does(&path, json!({"all": true, "distribute": false})).await.expect(200);
}

/// Kinds and words of a history, newest first.
fn history(drawing: &Value) -> Vec<String> {
    let line = |event: &Value| {
        let text = |field: &str| event[field].as_str().unwrap_or_default().to_owned();
        format!("{} {}", text("kind"), text("detail")).trim_end().to_owned()
    };
    drawing["history"].as_array().unwrap().iter().map(line).collect()
}

/// Two revisions published upstream, connected, copied; published here too.
async fn two_revisions(site: &Site) -> (World, Uuid, Vec<seed::Seeded>) {
    let world = World::harbor_and_delta(site).await;
    let mut seeded =
        seed::published(&site.app, &world.erik, world.tower, &[Sheet::new("A-101", "FIRST FLOOR", "0")])
            .await;
    let bulletin = ("Bulletin 1", date(2026, 2, 20));
    let first = [Sheet::new("A-101", "FIRST FLOOR", "1")];
    seeded.extend(seed::published_in(&site.app, &world.erik, world.tower, bulletin, &first).await);
    let connection = world.connected().await;
    site.run_until_idle().await;
    publish_all(&world.maria, world.site).await;
    site.mail.clear();
    (world, connection, seeded)
}

/// What of a drawing and one of its revisions has to be the same on both sides: every field that DRF-01 names.
async fn fields(by: &Person, project: Uuid, number: &str, text: &str) -> Value {
    let drawing = whole(by, project, number).await;
    let revision = revision(&drawing, text);
    let areas = by.items(&format!("/projects/{project}/drawing-areas")).await;
    let area = areas.iter().find(|area| area["id"] == drawing["area"]["id"]).unwrap();
    let file = by.get(&format!("/drawing-revisions/{}/file", id(revision))).await;
    let order: Vec<&Value> =
        drawing["revisions"].as_array().unwrap().iter().map(|revision| &revision["revision"]).collect();
    json!({
        "number": drawing["number"], "title": drawing["title"], "obsolete": drawing["obsolete"],
        "area": area["name"], "area description": area["description"],
        "discipline": drawing["discipline"]["name"], "discipline order": drawing["discipline"]["position"],
        "drawing date": revision["drawing_date"], "received date": revision["received_date"],
        "revision": revision["revision"], "set": revision["set"]["name"], "set date": revision["set"]["date"],
        "order": order, "manual order": revision["order"], "file": file.body.to_vec(), "sha256": revision["sha256"],
    })
}

on_both! {
    async fn drf_01_drf_04_every_field_travels_and_follows(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let seeded = seed::published(&site.app, &world.erik, world.tower, &[Sheet::new("A-101", "FIRST FLOOR", "0")]).await;
        let bulletin = ("Bulletin 1", date(2026, 2, 20));
        seed::published_in(&site.app, &world.erik, world.tower, bulletin, &[Sheet::new("A-101", "FIRST FLOOR", "1")]).await;
        let area = world.erik.does(&format!("/projects/{}/drawing-areas", world.tower), json!({"name": "Tower", "description": "Floors 1 to 30"})).await.expect(201);
        let drawing = format!("/drawings/{}", seeded[0].drawing);
        change(&world.erik, &drawing, json!({"area_id": area["id"]})).await;
        world.connected().await;
        site.run_until_idle().await;
        publish_all(&world.maria, world.site).await;

        let ours = whole(&world.erik, world.tower, "A-101").await;
        let newest = format!("/drawing-revisions/{}", id(revision(&ours, "1")));
        let set = format!("/drawing-sets/{}", id(&revision(&ours, "1")["set"]));
        let discipline = format!("/drawing-disciplines/{}", id(&ours["discipline"]));
        let area = format!("/drawing-areas/{}", id(&area));
        let (mut number, mut text) = ("A-101", "1");
        // Each edit alone: what is forgotten shows as a difference.
        let edits: [(&str, &str, Value); 13] = [
            ("as it arrived", "", Value::Null),
            ("title", &drawing, json!({"title": "GROUND FLOOR"})),
            ("number", &drawing, json!({"number": "A-100"})),
            ("obsolete", &drawing, json!({"obsolete": true})),
            ("area name", &area, json!({"name": "North tower"})),
            ("area description", &area, json!({"description": "Floors 1 to 31"})),
            ("discipline name", &discipline, json!({"name": "Architecture and interiors"})),
            ("discipline order", &discipline, json!({"position": 1})),
            ("drawing date", &newest, json!({"drawing_date": "2026-02-18"})),
            ("received date", &newest, json!({"received_date": "2026-02-19"})),
            ("revision", &newest, json!({"revision": "1A"})),
            ("set name", &set, json!({"name": "Bulletin 1, corrected"})),
            ("set date", &set, json!({"date": "2026-02-21"})),
        ];
        let before = fields(&world.erik, world.tower, number, text).await;
        for (what, path, edit) in edits {
            if !path.is_empty() {
                change(&world.erik, path, edit).await;
                site.run_until_idle().await;
            }
            match what {
                "number" => number = "A-100",
                "revision" => text = "1A",
                _ => {}
            }
            let upstream = fields(&world.erik, world.tower, number, text).await;
            assert_eq!(upstream, fields(&world.maria, world.site, number, text).await, "after: {what}");
        }
        let ours = whole(&world.erik, world.tower, "A-100").await;
        let order = json!({"revision_ids": [revision(&ours, "0")["id"], revision(&ours, "1A")["id"]]});
        world.erik.put(&format!("{drawing}/revision-order"), order).await.expect(200);
        site.run_until_idle().await;
        let after = fields(&world.erik, world.tower, number, text).await;
        assert_eq!(after, fields(&world.maria, world.site, number, text).await, "after: order");
        assert_eq!(after["order"], json!(["0", "1A"]));
        for (field, old) in before.as_object().unwrap() {
            assert!(matches!(field.as_str(), "file" | "sha256") || after[field] != *old, "{field} was never another");
        }
        site.close().await;
    }

    async fn drf_05_a_local_discipline_is_neither_renamed_nor_reordered(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        seed::published(&site.app, &world.maria, world.site, &[Sheet::new("M-900", "DELTA'S OWN", "0")]).await;
        let theirs = format!("/projects/{}/drawing-disciplines", world.site);
        let local = world.maria.items(&theirs).await;
        seed::published(&site.app, &world.erik, world.tower, &[Sheet::new("A-101", "FIRST FLOOR", "0"), Sheet::new("S-201", "FOOTINGS", "0")]).await;
        let ours = world.erik.items(&format!("/projects/{}/drawing-disciplines", world.tower)).await;
        let of = |name: &str| format!("/drawing-disciplines/{}", id(ours.iter().find(|one| one["name"] == name).unwrap()));
        change(&world.erik, &of("Structural"), json!({"name": "Concrete and steel", "position": 2})).await;
        world.connected().await;
        site.run_until_idle().await;
        let kept = |all: &[Value]| all.iter().filter(|one| one["external"] == false).cloned().collect::<Vec<_>>();
        let all = world.maria.items(&theirs).await;
        assert_eq!(kept(&all), local);
        let added: Vec<_> = all.iter().filter(|one| one["external"] == true).map(|one| (one["name"].as_str().unwrap(), one["position"].as_i64().unwrap())).collect();
        assert_eq!(added, [("Concrete and steel", 2)], "Architectural was matched by name");
        assert_eq!(whole(&world.maria, world.site, "A-101").await["discipline"]["id"], local.iter().find(|one| one["name"] == "Architectural").unwrap()["id"]);
        // Upstream renames and reorders: what it added follows, the local list stays; a sheet whose discipline lost its match goes along.
        change(&world.erik, &of("Structural"), json!({"name": "Structure", "position": 5})).await;
        change(&world.erik, &of("Architectural"), json!({"name": "Architecture"})).await;
        site.run_until_idle().await;
        let all = world.maria.items(&theirs).await;
        assert_eq!(kept(&all), local);
        let mut names: Vec<_> = all.iter().filter(|one| one["external"] == true).map(|one| one["name"].as_str().unwrap()).collect();
        names.sort_unstable();
        assert_eq!(names, ["Architecture", "Structure"]);
        assert_eq!(whole(&world.maria, world.site, "A-101").await["discipline"]["name"], "Architecture");
        assert_eq!(whole(&world.maria, world.site, "M-900").await["discipline"]["name"], "Mechanical");
        // Whoever is downstream cannot edit what came along, nor order upstream's own.
        let connected = all.iter().find(|one| one["name"] == "Structure").unwrap();
        world.maria.patch(&format!("/drawing-disciplines/{}", id(connected)), json!({"position": 1})).await.refused("external_read_only", 403);
        world.maria.patch(&of("Structural"), json!({"position": 1})).await.refused("needs_level", 403);
        world.flor.patch(&of("Structural"), json!({"position": 1})).await.refused("not_found", 404);
        site.close().await;
    }

    async fn drf_04_a_newer_revision_shows_nothing_of_its_content(site: Site) {
        let (world, _, _) = two_revisions(&site).await;
        let bulletin = ("Secret Bulletin", date(2026, 4, 1));
        seed::published_in(&site.app, &world.erik, world.tower, bulletin, &[Sheet::new("A-101", "SECRET FLOOR", "QX7")]).await;
        site.run_until_idle().await;
        let hidden = |answer: &str| ["SECRET", "Secret", "QX7", "2026-04-01"].into_iter().find(|word| answer.contains(word)).map(str::to_owned);
        let base = format!("/projects/{}", world.site);
        let copy = whole(&world.flor, world.site, "A-101").await;
        for path in [format!("/drawings/{}", id(&copy)), format!("{base}/drawings"), format!("{base}/drawing-sets"), format!("{base}/drawing-areas"), format!("/drawing-revisions/{}", id(&copy["revision"]))] {
            let answer = world.flor.get(&path).await;
            assert_eq!((answer.status, hidden(&answer.text())), (200, None), "{path}");
            if path.contains("drawings") {
                let text = answer.text();
                assert!(text.contains("\"issued_on\":\"2026-03-02\"") && text.contains("Maria Lopez"), "{path}: {text}");
            }
        }
        let newest = whole(&world.maria, world.site, "A-101").await["revision"]["id"].as_str().unwrap().to_owned();
        for part in ["", "/file", "/text", "/thumbnail"] {
            world.flor.get(&format!("/drawing-revisions/{newest}{part}")).await.refused("not_found", 404);
        }
        // An edit is no publication: it reaches the copy at once, as it is now.
        let upstream = whole(&world.erik, world.tower, "A-101").await;
        change(&world.erik, &format!("/drawings/{}", id(&upstream)), json!({"title": "FIRST FLOOR, EDITED"})).await;
        site.run_until_idle().await;
        assert_eq!(whole(&world.flor, world.site, "A-101").await["title"], "FIRST FLOOR, EDITED");
        change(&world.erik, &format!("/drawings/{}", id(&upstream)), json!({"title": "SECRET FLOOR"})).await;
        site.run_until_idle().await;
        publish_all(&world.maria, world.site).await;
        let copy = whole(&world.flor, world.site, "A-101").await;
        assert_eq!((&copy["title"], &copy["revision"]["revision"]), (&json!("SECRET FLOOR"), &json!("QX7")));
        assert!(history(&copy).contains(&"arrived Revision QX7".to_owned()), "published, its arrival is no secret");
        assert!(history(&copy).contains(&"changed_upstream Title: FIRST FLOOR, EDITED → SECRET FLOOR".to_owned()), "{:?}", history(&copy));
        site.close().await;
    }

    async fn flo_10_a_revision_deleted_alone_takes_nothing_else_along(site: Site) {
        let (world, _, seeded) = two_revisions(&site).await;
        let (zero, one) = (format!("/drawing-revisions/{}", seeded[0].revision), format!("/drawing-revisions/{}", seeded[1].revision));
        world.maria.delete(&one).await.refused("needs_level", 403);
        world.flor.delete(&one).await.refused("not_found", 404);
        world.erik.delete(&one).await.expect(204);
        world.erik.delete(&one).await.expect(204);
        world.erik.delete(&zero).await.refused("last_revision", 409);
        site.run_until_idle().await;
        let copy = whole(&world.flor, world.site, "A-101").await;
        assert_eq!((&copy["revision"]["revision"], &copy["origin"]["deleted_upstream_at"]), (&json!("0"), &Value::Null), "the drawing stands");
        let gone = revision(&copy, "1");
        assert!(gone["deleted_upstream_at"].is_string() && revision(&copy, "0")["deleted_upstream_at"].is_null(), "{copy}");
        assert_eq!(world.flor.get(&format!("/drawing-revisions/{}/file", id(gone))).await.status, 200, "nothing is erased");
        assert_eq!(history(&copy)[..2], ["current_changed Current revision: 1 → 0", "deleted_upstream Revision 1"]);
        assert_eq!(site.subjects_to("maria@delta.example"), ["A-101: revision 0 is current, no longer revision 1"]);
        let file = format!("/drawing-revisions/{}", id(gone));
        world.maria.delete(&file).await.refused("external_read_only", 403);
        world.erik.does(&format!("{one}/restoration"), json!({})).await.expect(200);
        world.erik.does(&format!("{one}/restoration"), json!({})).await.refused("drawing_not_deleted", 409);
        site.run_until_idle().await;
        let copy = whole(&world.flor, world.site, "A-101").await;
        assert_eq!((&copy["revision"]["revision"], &revision(&copy, "1")["deleted_upstream_at"]), (&json!("1"), &Value::Null));
        // The whole drawing deleted is the drawing's deletion, also where only its revisions are read.
        world.erik.delete(&format!("/drawings/{}", seeded[0].drawing)).await.expect(204);
        sql::run(&site.app.db, "delete from feed where kind = 'drawing'", args![]).await;
        sql::run(&site.app.db, "update connection_tool set position = 0", args![]).await;
        site.run_until_idle().await;
        assert_eq!(world.arrived("deleted=true").await.len(), 1);
        site.close().await;
    }

    async fn own_revisions_are_edited_with_care(site: Site) {
        let (world, _, seeded) = two_revisions(&site).await;
        let one = format!("/drawing-revisions/{}", seeded[1].revision);
        let ours = whole(&world.erik, world.tower, "A-101").await;
        let sets = (revision(&ours, "0")["set"]["id"].clone(), revision(&ours, "1")["set"]["id"].clone());
        world.maria.patch(&one, json!({"revision": "X"})).await.refused("needs_level", 403);
        world.flor.patch(&one, json!({"revision": "X"})).await.refused("not_found", 404);
        for unsound in [json!({"revision": " "}), json!({"drawing_date": "soon"}), json!({"set_id": Uuid::nil()})] {
            world.erik.patch(&one, unsound).await.refused("invalid", 422);
        }
        world.erik.patch(&one, json!({"revision": "0", "set_id": sets.0})).await.refused("revision_taken", 409);
        let tag = world.erik.get(&one).await.header("etag").unwrap().to_owned();
        let with = async |tag: &str| {
            let request = world.erik.request("PATCH", &one).header("content-type", "application/json").header("if-match", tag);
            world.erik.send(request.body(json!({"received_date": "2026-03-01"}).to_string().into()).unwrap()).await
        };
        with("\"99\"").await.refused("stale", 412);
        with(&tag).await.expect(200);
        with(&tag).await.refused("stale", 412);
        // Without a date of its own a sheet counts from its set's.
        change(&world.erik, &one, json!({"drawing_date": null})).await;
        assert_eq!(whole(&world.erik, world.tower, "A-101").await["revision"]["revision"], "1");
        change(&world.erik, &format!("/drawing-sets/{}", sets.1.as_str().unwrap()), json!({"date": "2025-01-01"})).await;
        site.run_until_idle().await;
        for (by, project) in [(&world.erik, world.tower), (&world.flor, world.site)] {
            let drawing = whole(by, project, "A-101").await;
            assert_eq!((&drawing["revision"]["revision"], history(&drawing)[0].as_str()), (&json!("0"), "current_changed Current revision: 1 → 0"), "{}", by.name);
        }
        let order = format!("/drawings/{}/revision-order", seeded[0].drawing);
        let ids = |texts: &[&str]| json!({"revision_ids": texts.iter().map(|text| revision(&ours, text)["id"].clone()).collect::<Vec<_>>()});
        world.erik.put(&order, ids(&["1"])).await.refused("invalid", 422);
        world.erik.put(&order, ids(&["1", "1"])).await.refused("invalid", 422);
        world.maria.put(&order, ids(&["1", "0"])).await.refused("needs_level", 403);
        assert_eq!(world.erik.put(&order, ids(&["1", "0"])).await.expect(200)["revision"]["revision"], "1");
        assert_eq!(world.erik.put(&order, json!({"revision_ids": []})).await.expect(200)["revision"]["revision"], "0", "by date again");
        let copy = whole(&world.maria, world.site, "A-101").await;
        world.maria.put(&format!("/drawings/{}/revision-order", id(&copy)), json!({"revision_ids": []})).await.refused("external_read_only", 403);
        world.maria.patch(&format!("/drawing-revisions/{}", id(&copy["revision"])), json!({"revision": "X"})).await.refused("external_read_only", 403);
        world.maria.patch(&format!("/drawing-sets/{}", id(&copy["revision"]["set"])), json!({"name": "X"})).await.refused("external_read_only", 403);
        site.close().await;
    }

    async fn drf_08_a_copy_is_marked_obsolete_or_replaced_here(site: Site) {
        let (world, connection, seeded) = two_revisions(&site).await;
        let shop = [Sheet::new("M-900", "SHOP DRAWING", "0")];
        seed::published(&site.app, &world.maria, world.site, &shop).await;
        seed::confirmed(&site.app, &world.maria, world.site, ("Own", date(2026, 3, 1)), &[Sheet::new("M-901", "DRAFT", "0")]).await;
        let (copy, own) = (whole(&world.maria, world.site, "A-101").await, whole(&world.maria, world.site, "M-900").await);
        let draft = whole(&world.maria, world.site, "M-901").await;
        let path = format!("/drawings/{}/obsolete-here", id(&copy));
        let upstream = whole(&world.erik, world.tower, "A-101").await;
        let feed = "select head as value from feed_head where project_id = $1";
        let heads = (site.count(feed, args![world.tower]).await, site.count(feed, args![world.site]).await);
        world.flor.put(&path, json!({})).await.refused("needs_level", 403);
        world.erik.put(&path, json!({})).await.refused("not_found", 404);
        world.maria.put(&format!("/drawings/{}/obsolete-here", id(&own)), json!({})).await.refused("not_external", 409);
        for wrong in [&copy["id"], &upstream["id"], &json!(Uuid::nil())] {
            world.maria.put(&path, json!({"replaced_by_id": wrong})).await.refused("invalid", 422);
        }
        let numbers = async |by: &Person, query: &str| -> Vec<String> {
            let log = by.items(&format!("/projects/{}/drawings?{query}", world.site)).await;
            log.iter().map(|drawing| drawing["number"].as_str().unwrap().to_owned()).collect()
        };
        let marked = world.maria.put(&path, json!({})).await.expect(200);
        assert_eq!((&marked["obsolete"], &marked["obsolete_here"]["by"], &marked["obsolete_here"]["replaced_by"]), (&json!(false), &json!("Maria Lopez"), &Value::Null));
        world.maria.put(&path, json!({})).await.expect(200);
        for query in ["obsolete_here=true", "obsolete=true"] {
            assert_eq!(numbers(&world.flor, query).await, ["A-101"], "{query}");
        }
        assert_eq!(numbers(&world.flor, "obsolete=false").await, ["M-900"]);
        // An edit upstream, an obsolete mark there and its end: the copied mark follows, the local one stays.
        let drawing = format!("/drawings/{}", seeded[0].drawing);
        for obsolete in [true, false] {
            change(&world.erik, &drawing, json!({"obsolete": obsolete})).await;
            site.run_until_idle().await;
            let seen = whole(&world.flor, world.site, "A-101").await;
            assert_eq!((&seen["obsolete"], seen["obsolete_here"].is_object()), (&json!(obsolete), true));
        }
        world.disconnect(connection).await;
        let replaced = world.maria.put(&path, json!({"replaced_by_id": own["id"]})).await.expect(200);
        assert_eq!(replaced["obsolete_here"]["replaced_by"], json!({"id": own["id"], "number": "M-900"}));
        let seen = whole(&world.flor, world.site, "A-101").await;
        assert_eq!(seen["obsolete_here"]["replaced_by"]["number"], "M-900");
        assert_eq!(history(&seen)[..2], ["replaced_here Replaced by: – → M-900", "changed_upstream Obsolete: yes → no"]);
        assert!(history(&seen).contains(&"obsolete_here".to_owned()));
        // What the reader would not find is not named to them.
        world.maria.put(&path, json!({"replaced_by_id": draft["id"]})).await.expect(200);
        assert_eq!(whole(&world.flor, world.site, "A-101").await["obsolete_here"]["replaced_by"], Value::Null);
        world.flor.delete(&path).await.refused("needs_level", 403);
        for _ in 0..2 {
            world.maria.delete(&path).await.expect(204);
        }
        let seen = whole(&world.flor, world.site, "A-101").await;
        assert_eq!((&seen["obsolete_here"], history(&seen)[0].as_str()), (&Value::Null, "in_force_here"));
        assert_eq!(numbers(&world.flor, "obsolete_here=true").await, Vec::<String>::new());
        // It never travelled: upstream's feed grew by its own two edits, Delta's by its own sheet alone.
        let after = (site.count(feed, args![world.tower]).await, site.count(feed, args![world.site]).await);
        assert_eq!((after.0 - heads.0, after.1 - heads.1), (2, 0));
        assert_eq!(whole(&world.erik, world.tower, "A-101").await["obsolete_here"], Value::Null);
        site.close().await;
    }
}
