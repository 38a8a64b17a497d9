//! What flows, when, and what it may never do: FLO-02 … FLO-13, DRF-01 … DRF-08, CON-01, CON-09, DIS-02, and who is told of arrivals.

use jiff::SignedDuration;
use jiff::civil::date;
use sluice_store::args;
use sluice_testkit::person::id;
use sluice_testkit::seed::{self, Sheet};
use sluice_testkit::{Person, Site, Value, World, json, on_both, sql};
use uuid::Uuid;

/// Numbers of drawings, in the order of the list.
fn numbers(drawings: &[Value]) -> Vec<&str> {
    drawings.iter().map(|drawing| drawing["number"].as_str().unwrap()).collect()
}

fn sorted(drawings: &[Value]) -> Vec<&str> {
    let mut numbers = numbers(drawings);
    numbers.sort_unstable();
    numbers
}

fn named<'a>(drawings: &'a [Value], number: &str) -> &'a Value {
    let found = drawings.iter().find(|drawing| drawing["number"] == number);
    found.unwrap_or_else(|| panic!("no {number} among {:?}", numbers(drawings)))
}

/// Connected, with these sheets published upstream and copied.
async fn flowing(site: &Site, sheets: &[Sheet]) -> (World, Uuid, Vec<seed::Seeded>) {
    let world = World::harbor_and_delta(site).await;
    let seeded = seed::published(&site.app, &world.erik, world.tower, sheets).await;
    let connection = world.connected().await;
    site.run_until_idle().await;
    (world, connection, seeded)
}

async fn publish_all(by: &Person, project: Uuid) -> i64 {
    let path = format!("/projects/{project}/publications");
    let done = by.does(&path, json!({"all": true, "distribute": false})).await.expect(200);
    done["published"].as_i64().unwrap()
}

async fn edit(by: &Person, drawing: impl std::fmt::Display, changes: Value) {
    by.patch(&format!("/drawings/{drawing}"), changes).await.expect(200);
}

/// The words of what a project published, to see that nothing of it changed.
async fn fingerprint(site: &Site, project: Uuid) -> Vec<String> {
    sql::values(
        &site.app.db,
        "select d.number || '|' || d.title || '|' || cast(d.version as text) || '|' || r.revision || '|' || r.status || '|'
                || cast(r.version as text) || '|' || a.name as value
           from drawing d join drawing_revision r on r.drawing_id = d.id join drawing_area a on a.id = d.area_id
          where d.project_id = $1 order by d.number, r.revision, d.id",
        args![project],
    )
    .await
}

on_both! {
    async fn drf_01_drf_02_drf_03_all_published_revisions_arrive_unpublished(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let first = [Sheet::new("A-101", "FIRST FLOOR", "0"), Sheet::new("S-201", "FOOTINGS", "0")];
        seed::published(&site.app, &world.erik, world.tower, &first).await;
        let later = [Sheet::new("A-101", "FIRST FLOOR PLAN", "1")];
        seed::published_in(&site.app, &world.erik, world.tower, ("Bulletin 1", date(2026, 2, 20)), &later).await;
        // A draft never travels (FLO-06).
        let draft = [Sheet::new("A-102", "SECOND FLOOR", "0"), Sheet::new("A-101", "SECRET", "2")];
        seed::confirmed(&site.app, &world.erik, world.tower, seed::SET, &draft).await;
        let connection = world.connected().await;
        site.run_until_idle().await;

        let arrived = world.arrived("").await;
        assert_eq!(sorted(&arrived), ["A-101", "S-201"]);
        let whole = world.maria.get(&format!("/drawings/{}", id(named(&arrived, "A-101")))).await.expect(200);
        assert_eq!((whole["title"].as_str(), whole["external"].as_bool()), (Some("FIRST FLOOR PLAN"), Some(true)));
        assert_eq!(whole["area"]["name"], "Harbor Builders · Main");
        assert_eq!((whole["area"]["external"].as_bool(), whole["discipline"]["name"].as_str()), (Some(true), Some("Architectural")));
        let origin = &whole["origin"];
        assert_eq!(origin["connection_id"], connection.to_string());
        assert_eq!((origin["company"].as_str(), origin["project"].as_str()), (Some("Harbor Builders"), Some("Harbor Tower")));
        assert_eq!((origin["in_sync"].as_bool(), origin["arrived_at"].is_string()), (Some(true), true));
        let revisions: Vec<_> = whole["revisions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|revision| {
                let set = &revision["set"];
                let text = |field: &Value| field.as_str().unwrap_or_default().to_owned();
                (text(&revision["revision"]), text(&revision["status"]), text(&set["name"]), text(&set["date"]), text(&revision["drawing_date"]))
            })
            .collect();
        let copy = |revision: &str, set: &str, issued: &str| {
            (revision.to_owned(), "unpublished".to_owned(), set.to_owned(), issued.to_owned(), "2026-01-15".to_owned())
        };
        let mut copies = revisions.clone();
        copies.sort();
        assert_eq!(copies, [copy("0", "Permit Set", "2026-02-01"), copy("1", "Bulletin 1", "2026-02-20")]);
        // Nobody but a Drawings Admin sees them; then they are published, and the foreman does.
        let foreman = format!("/projects/{}/drawings", world.site);
        assert!(world.flor.items(&foreman).await.is_empty());
        world.flor.get(&format!("/drawings/{}", id(&whole))).await.refused("not_found", 404);
        assert_eq!(publish_all(&world.maria, world.site).await, 3);
        let seen = world.flor.items(&foreman).await;
        assert_eq!(sorted(&seen), ["A-101", "S-201"]);
        assert_eq!(named(&seen, "A-101")["revision"]["revision"], "1");
        assert_eq!(named(&seen, "A-101")["can"]["update"]["allowed"], false);
        site.close().await;
    }

    async fn flo_07_a_copy_knows_its_origin(site: Site) {
        let (world, connection, upstream) = flowing(&site, &[Sheet::new("A-101", "FIRST FLOOR", "0")]).await;
        let arrived = world.arrived("").await;
        let copy = world.maria.get(&format!("/drawings/{}", id(&arrived[0]))).await.expect(200);
        // Marked wherever it is shown: in the list, on its own, its area, its set.
        let sets = world.maria.items(&format!("/projects/{}/drawing-sets", world.site)).await;
        for shown in [&arrived[0], &copy, &copy["area"], &sets[0]] {
            assert_eq!(shown["external"], true, "{shown}");
        }
        let origin = &copy["origin"];
        assert_eq!((origin["connection_id"].as_str(), origin["record_id"].as_str()), (Some(connection.to_string().as_str()), Some(upstream[0].drawing.to_string().as_str())));
        assert_eq!((origin["company"].as_str(), origin["project"].as_str()), (Some("Harbor Builders"), Some("Harbor Tower")));
        assert!(origin["version"].as_i64().is_some_and(|version| version > 0) && origin["arrived_at"].is_string(), "{origin}");
        // Known also when there is nobody to ask any more.
        world.disconnect(connection).await;
        let after = world.maria.get(&format!("/drawings/{}", id(&arrived[0]))).await.expect(200);
        assert_eq!((&after["origin"]["company"], &after["origin"]["record_id"]), (&origin["company"], &origin["record_id"]));
        // No person of Harbor became anybody at Delta.
        let people = "select count(*) as value from directory_entry where company_id = $1 and person_id = $2";
        assert_eq!(site.count(people, args![world.delta, world.erik.id()]).await, 0);
        site.close().await;
    }

    async fn drf_04_edits_reach_the_copies_and_a_new_revision_waits(site: Site) {
        let (world, _, seeded) = flowing(&site, &[Sheet::new("A-101", "FIRST FLOOR", "0"), Sheet::new("A-102", "SECOND FLOOR", "0")]).await;
        let arrived = world.arrived("").await;
        let copy = id(named(&arrived, "A-101"));
        world.maria.does(&format!("/projects/{}/publications", world.site), json!({"revision_ids": [named(&arrived, "A-101")["revision"]["id"]], "distribute": false})).await.expect(200);
        // Both the published copy and the unpublished one follow, without anybody's review.
        edit(&world.erik, seeded[0].drawing, json!({"title": "GROUND FLOOR", "number": "A-100"})).await;
        edit(&world.erik, seeded[1].drawing, json!({"title": "UPPER FLOOR", "obsolete": true})).await;
        site.run_until_idle().await;
        let arrived = world.arrived("").await;
        assert_eq!(numbers(&arrived), ["A-100", "A-102"]);
        assert_eq!((named(&arrived, "A-100")["title"].as_str(), id(named(&arrived, "A-100"))), (Some("GROUND FLOOR"), copy));
        assert_eq!((named(&arrived, "A-102")["title"].as_str(), named(&arrived, "A-102")["obsolete"].as_bool()), (Some("UPPER FLOOR"), Some(true)));
        let seen = world.flor.get(&format!("/drawings/{copy}")).await.expect(200);
        assert_eq!((seen["title"].as_str(), seen["newer_upstream"].is_null()), (Some("GROUND FLOOR"), true));

        seed::published(&site.app, &world.erik, world.tower, &[Sheet::new("A-100", "GROUND FLOOR, REVISED", "1")]).await;
        site.run_until_idle().await;
        let answer = world.flor.get(&format!("/drawings/{copy}")).await;
        let seen = answer.clone().expect(200);
        assert_eq!(seen["revision"]["revision"], "0", "the published one stays until somebody publishes the newer one");
        assert_eq!(seen["newer_upstream"]["issued_on"], "2026-03-02");
        assert_eq!(seen["newer_upstream"]["ask"], json!(["Diego Ruiz", "Maria Lopez"]));
        assert_eq!(seen["revisions"].as_array().unwrap().len(), 1, "nothing of its content");
        assert_eq!(publish_all(&world.maria, world.site).await, 2);
        let seen = world.flor.get(&format!("/drawings/{copy}")).await.expect(200);
        assert_eq!((seen["revision"]["revision"].as_str(), seen["newer_upstream"].is_null()), (Some("1"), true));
        site.close().await;
    }

    async fn drf_03_copies_land_as_the_downstream_project_wants(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        seed::published(&site.app, &world.erik, world.tower, &[Sheet::new("A-101", "FIRST FLOOR", "0")]).await;
        let path = format!("/projects/{}/arrival-settings", world.site);
        world.flor.put(&path, json!({"mode": "publish"})).await.refused("needs_level", 403);
        world.maria.put(&path, json!({"mode": "tomorrow"})).await.refused("invalid", 422);
        world.maria.put(&path, json!({"mode": "publish"})).await.expect(200);
        world.connected().await;
        // Not before it can no longer be undone (UND-02).
        site.later(SignedDuration::from_mins(5)).await;
        site.later(SignedDuration::from_secs(1)).await;
        let seen = world.flor.items(&format!("/projects/{}/drawings", world.site)).await;
        assert_eq!(numbers(&seen), ["A-101"]);
        assert_eq!(seen[0]["revision"]["status"], "published");
        // Back to review: what was published stays, what comes waits.
        world.maria.put(&path, json!({"mode": "review"})).await.expect(200);
        seed::published(&site.app, &world.erik, world.tower, &[Sheet::new("A-102", "SECOND FLOOR", "0")]).await;
        site.run_until_idle().await;
        assert_eq!(numbers(&world.flor.items(&format!("/projects/{}/drawings", world.site)).await), ["A-101"]);
        world.maria.put(&path, json!({"mode": "publish_and_distribute"})).await.expect(200);
        sql::run(&site.app.db, "insert into drawing_subscriber (project_id, person_id) values ($1, $2)", args![world.site, world.flor.id()]).await;
        seed::published(&site.app, &world.erik, world.tower, &[Sheet::new("A-103", "ROOF", "0")]).await;
        site.run_until_idle().await;
        assert_eq!(numbers(&world.flor.items(&format!("/projects/{}/drawings", world.site)).await), ["A-101", "A-103"]);
        assert_eq!(site.subjects_to("flor@delta.example").len(), 1);
        site.close().await;
    }

    async fn drf_05_connected_places_are_closed_and_local_ones_live_beside(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        // Delta has a sheet of the same number, and a discipline under its own name.
        seed::published(&site.app, &world.maria, world.site, &[Sheet::new("A-101", "DELTA'S OWN", "0")]).await;
        sql::run(&site.app.db, "update discipline set name = 'ARCHITECTURAL', position = 77 where project_id = $1 and name = 'Architectural'", args![world.site]).await;
        let before = fingerprint(&site, world.site).await;
        seed::published(&site.app, &world.erik, world.tower, &[Sheet::new("A-101", "FIRST FLOOR", "0"), Sheet::new("A-102", "SECOND FLOOR", "0")]).await;
        world.connected().await;
        site.run_until_idle().await;
        let all = world.arrived("").await;
        assert_eq!(sorted(&all), ["A-101", "A-101", "A-102"]);
        let own = fingerprint(&site, world.site).await;
        assert!(before.iter().all(|line| own.contains(line)), "the local sheet is untouched");
        let disciplines = world.maria.items(&format!("/projects/{}/drawing-disciplines", world.site)).await;
        let architectural: Vec<_> = disciplines.iter().filter(|one| one["name"].as_str().unwrap().eq_ignore_ascii_case("architectural")).collect();
        assert_eq!((architectural.len(), architectural[0]["name"].as_str(), architectural[0]["position"].as_i64()), (1, Some("ARCHITECTURAL"), Some(77)));
        let areas = world.maria.items(&format!("/projects/{}/drawing-areas", world.site)).await;
        let area = id(areas.iter().find(|area| area["external"] == true).unwrap());
        let sets = world.maria.items(&format!("/projects/{}/drawing-sets", world.site)).await;
        let set = id(sets.iter().find(|set| set["external"] == true).unwrap());
        world.maria.patch(&format!("/drawing-areas/{area}"), json!({"name": "Mine"})).await.refused("external_read_only", 403);
        let uploads = format!("/projects/{}/drawing-uploads", world.site);
        let into_area = world.maria.does(&uploads, json!({"set": {"name": "Own", "date": "2026-03-01"}, "area_id": area})).await;
        let into_set = world.maria.does(&uploads, json!({"set_id": set})).await;
        for answer in [into_area, into_set] {
            assert!(matches!(answer.status, 403 | 422), "{}", answer.text());
        }
        site.close().await;
    }

    async fn flo_08_flo_09_copies_are_read_only_and_upstream_never_changes(site: Site) {
        let (world, _, _) = flowing(&site, &Sheet::many(3)).await;
        publish_all(&world.maria, world.site).await;
        let upstream = fingerprint(&site, world.tower).await;
        let copy = id(&world.arrived("").await[0]);
        for changes in [json!({"title": "MINE"}), json!({"number": "X-1"}), json!({"obsolete": true})] {
            world.maria.patch(&format!("/drawings/{copy}"), changes).await.refused("external_read_only", 403);
        }
        world.maria.delete(&format!("/drawings/{copy}")).await.refused("external_undeletable", 403);
        world.maria.does(&format!("/drawings/{copy}/restoration"), json!({})).await.refused("external_read_only", 403);
        // Own drawings of Delta never go upstream; nothing a downstream person does changes anything there (CON-01).
        seed::published(&site.app, &world.maria, world.site, &[Sheet::new("Z-001", "SHOP DRAWING", "0")]).await;
        site.run_until_idle().await;
        assert_eq!(fingerprint(&site, world.tower).await, upstream);
        site.close().await;
    }

    async fn flo_10_drf_07_deleted_upstream_keeps_the_copy(site: Site) {
        let (world, _, seeded) = flowing(&site, &Sheet::many(3)).await;
        publish_all(&world.maria, world.site).await;
        let copy = world.arrived("").await.into_iter().find(|drawing| drawing["number"] == "A-0001").unwrap();
        site.mail.clear();
        world.erik.delete(&format!("/drawings/{}", seeded[0].drawing)).await.expect(204);
        site.run_until_idle().await;
        assert_eq!(world.arrived("").await.len(), 2);
        let deleted = world.arrived("deleted=true").await;
        assert_eq!(numbers(&deleted), ["A-0001"]);
        assert!(deleted[0]["origin"]["deleted_upstream_at"].is_string(), "{}", deleted[0]);
        let file = format!("/drawing-revisions/{}/file", copy["revision"]["id"].as_str().unwrap());
        for reader in [&world.maria, &world.flor] {
            let answer = reader.get(&file).await;
            assert_eq!((answer.status, answer.body.to_vec()), (200, Sheet::many(1)[0].bytes()));
        }
        let subjects = site.subjects_to("maria@delta.example");
        assert_eq!(subjects, ["1 sheet deleted or made obsolete in Harbor Tower"]);
        // Kept in the log from here on; then upstream restores it.
        let path = format!("/drawings/{}", id(&copy));
        world.flor.does(&format!("{path}/keep-in-log"), json!({})).await.refused("needs_level", 403);
        world.maria.does(&format!("{path}/keep-in-log"), json!({})).await.expect(200);
        assert_eq!(world.arrived("").await.len(), 3);
        world.erik.does(&format!("/drawings/{}/restoration", seeded[0].drawing), json!({})).await.expect(200);
        site.run_until_idle().await;
        let restored = world.maria.get(&path).await.expect(200);
        assert_eq!(restored["origin"]["deleted_upstream_at"], json!(null));
        assert_eq!(world.arrived("deleted=true").await.len(), 0);
        site.close().await;
    }

    async fn drf_07_a_sheet_moved_upstream_follows(site: Site) {
        let (world, _, seeded) = flowing(&site, &Sheet::many(2)).await;
        let area = world.ines.does(&format!("/projects/{}/drawing-areas", world.tower), json!({"name": "Tower B", "description": "The second tower"})).await.expect(201);
        edit(&world.erik, seeded[0].drawing, json!({"area_id": area["id"]})).await;
        site.run_until_idle().await;
        let arrived = world.arrived("").await;
        assert_eq!(named(&arrived, "A-0001")["area"]["name"], "Tower B");
        world.ines.patch(&format!("/drawing-areas/{}", id(&area)), json!({"name": "Tower C"})).await.expect(200);
        site.run_until_idle().await;
        assert_eq!(named(&world.arrived("").await, "A-0001")["area"]["name"], "Tower C");
        site.close().await;
    }

    async fn flo_04_no_second_copy_of_the_bytes_and_a_reference_of_ones_own(site: Site) {
        let (world, _, seeded) = flowing(&site, &Sheet::many(4)).await;
        let files = walk(&site.data().join("blobs/sha256"));
        assert_eq!(files, 4);
        let held = "select count(*) as value from blob_reference where company_id = $1";
        assert_eq!(site.count(held, args![world.delta]).await, 4);
        // Harbor deletes its drawings and lets go of its bytes: Delta's references hold them.
        for sheet in &seeded {
            world.erik.delete(&format!("/drawings/{}", sheet.drawing)).await.expect(204);
        }
        sql::run(&site.app.db, "delete from blob_reference where company_id = $1", args![world.harbor]).await;
        site.run_until_idle().await;
        for drawing in world.arrived("deleted=true").await {
            let file = format!("/drawing-revisions/{}/file", drawing["revision"]["id"].as_str().unwrap());
            assert_eq!(world.maria.get(&file).await.status, 200);
        }
        site.close().await;
    }

    async fn con_09_a_pause_says_why_and_catches_up_by_itself(site: Site) {
        let (world, connection, _) = flowing(&site, &Sheet::many(1)).await;
        let upstream = format!("/projects/{}", world.tower);
        let downstream = format!("/projects/{}", world.site);
        let off = json!({"tools": {"drawings": false}});
        let on = json!({"tools": {"drawings": true}});
        let cases = [
            ("upstream_inactive", &world.ines, &upstream, json!({"active": false}), json!({"active": true})),
            ("downstream_inactive", &world.diego, &downstream, json!({"active": false}), json!({"active": true})),
            ("downstream_tool_off", &world.diego, &downstream, off.clone(), on.clone()),
            ("upstream_tool_off", &world.ines, &upstream, off, on),
        ];
        for (round, (code, who, path, pause, resume)) in cases.into_iter().enumerate() {
            let publish = async || {
                let sheet = Sheet::new(&format!("P-{round}"), "IN BETWEEN", "0");
                seed::published(&site.app, &world.erik, world.tower, &[sheet]).await;
            };
            // Nobody publishes where Drawings are off: there it was published just before, and not copied yet.
            let just_before = code == "upstream_tool_off";
            if just_before {
                publish().await;
            }
            who.patch(path, pause).await.expect(200);
            site.run_until_idle().await;
            let tool = world.seen(connection).await["tools"]["drawings"].clone();
            assert_eq!((tool["state"].as_str(), tool["paused_reason"]["code"].as_str()), (Some("paused"), Some(code)));
            if !just_before {
                publish().await;
            }
            site.later(SignedDuration::from_mins(30)).await;
            let copied = 1 + i64::try_from(round).unwrap();
            assert_eq!(world.seen(connection).await["tools"]["drawings"]["copied"], copied);
            who.patch(path, resume).await.expect(200);
            site.run_until_idle().await;
            let tool = world.seen(connection).await["tools"]["drawings"].clone();
            assert_eq!((tool["state"].as_str(), tool["copied"].as_i64()), (Some("active"), Some(copied + 1)));
        }
        let history = world.maria.items(&format!("/connections/{connection}/history")).await;
        let pauses = history.iter().filter(|item| item["kind"] == "paused").count();
        let resumes = history.iter().filter(|item| item["kind"] == "resumed").count();
        assert_eq!((pauses, resumes), (4, 4));
        site.close().await;
    }

    async fn dis_02_drf_08_after_the_end_nothing_comes_and_nothing_goes(site: Site) {
        let (world, connection, seeded) = flowing(&site, &Sheet::many(3)).await;
        let arrived = world.arrived("").await;
        let first = json!({"revision_ids": [arrived[0]["revision"]["id"]], "distribute": false});
        world.maria.does(&format!("/projects/{}/publications", world.site), first).await.expect(200);
        world.disconnect(connection).await;
        seed::published(&site.app, &world.erik, world.tower, &[Sheet::new("A-0001", "AGAIN", "1"), Sheet::new("A-0900", "NEW", "0")]).await;
        edit(&world.erik, seeded[1].drawing, json!({"title": "CHANGED"})).await;
        world.erik.delete(&format!("/drawings/{}", seeded[2].drawing)).await.expect(204);
        site.later(SignedDuration::from_hours(30)).await;
        let after = world.arrived("").await;
        assert_eq!(after.len(), 3);
        for (before, after) in arrived.iter().zip(&after) {
            assert_eq!((&before["title"], &before["number"]), (&after["title"], &after["number"]));
            assert_eq!((after["origin"]["in_sync"].as_bool(), after["origin"]["disconnected_on"].is_string()), (Some(false), true));
            assert_eq!(after["external"], true);
            let file = format!("/drawing-revisions/{}/file", after["revision"]["id"].as_str().unwrap());
            assert_eq!(world.maria.get(&file).await.status, 200);
            world.maria.patch(&format!("/drawings/{}", id(after)), json!({"title": "MINE"})).await.refused("external_read_only", 403);
            world.maria.delete(&format!("/drawings/{}", id(after))).await.refused("external_undeletable", 403);
        }
        // What was published stays so; what was not still can be.
        assert_eq!(world.flor.items(&format!("/projects/{}/drawings", world.site)).await.len(), 1);
        assert_eq!(publish_all(&world.maria, world.site).await, 2);
        assert_eq!(world.flor.items(&format!("/projects/{}/drawings", world.site)).await.len(), 3);
        site.close().await;
    }

    async fn flo_11_an_idle_connection_is_a_row(site: Site) {
        let (world, _, _) = flowing(&site, &Sheet::many(2)).await;
        site.later(SignedDuration::from_hours(1)).await;
        let work = "select count(*) as value from job where kind <> 'expire'";
        assert_eq!(site.count(work, args![]).await, 0);
        // Work per publication grows with what changed: one sheet is one small batch, whatever the project holds.
        seed::published(&site.app, &world.erik, world.tower, &[Sheet::new("A-0900", "ONE", "0")]).await;
        site.run_until_idle().await;
        site.later(SignedDuration::from_hours(1)).await;
        let last = "select record_count as value from delivery order by ended_at desc, id desc limit 1";
        assert!(site.count(last, args![]).await <= 4);
        assert_eq!(site.count(work, args![]).await, 0);
        site.close().await;
    }

    async fn flo_13_upstream_rights_do_not_matter_downstream(site: Site) {
        let (world, _, _) = flowing(&site, &Sheet::many(2)).await;
        publish_all(&world.maria, world.site).await;
        // Flor was never in Harbor's directory; Maria is taken off it.
        world.ines.delete(&format!("/projects/{}/members/{}", world.tower, world.maria.id())).await.expect(204);
        assert_eq!(world.arrived("").await.len(), 2);
        assert_eq!(world.flor.items(&format!("/projects/{}/drawings", world.site)).await.len(), 2);
        site.close().await;
    }

    async fn see_01_upstream_sees_nothing_of_what_is_done_with_its_copies(site: Site) {
        let (world, connection, _) = flowing(&site, &Sheet::many(2)).await;
        let shown = async || {
            let seen = world.ines.get(&format!("/connections/{connection}")).await.expect(200);
            ["state", "copied", "total", "waiting", "last_arrival_at"].map(|what| seen["tools"]["drawings"][what].clone())
        };
        let before = shown().await;
        let copy = id(&world.arrived("").await[0]);
        publish_all(&world.maria, world.site).await;
        seed::published(&site.app, &world.maria, world.site, &[Sheet::new("Z-001", "SHOP DRAWING", "0")]).await;
        site.run_until_idle().await;
        assert_eq!(shown().await, before);
        for path in [format!("/projects/{}/drawings", world.site), format!("/drawings/{copy}")] {
            world.ines.get(&path).await.refused("not_found", 404);
        }
        site.close().await;
    }

    async fn drawings_admins_get_one_mail_for_the_first_copy_and_gathered_ones_later(site: Site) {
        let (world, _, _) = flowing(&site, &Sheet::many(5)).await;
        let told = || {
            let subjects = site.subjects_to("maria@delta.example");
            subjects.into_iter().filter(|subject| subject.contains("first copy") || subject.contains("new sheet")).collect::<Vec<_>>()
        };
        assert_eq!(told(), ["The first copy from Harbor Tower is complete"]);
        let publish = async |number: &str| {
            seed::published(&site.app, &world.erik, world.tower, &[Sheet::new(number, "LATER", "0")]).await;
            site.run_until_idle().await;
        };
        publish("A-0101").await;
        assert_eq!(told().len(), 2, "the first is told at once");
        publish("A-0102").await;
        publish("A-0103").await;
        assert_eq!(told().len(), 2, "later ones are gathered");
        site.later(SignedDuration::from_mins(11)).await;
        assert_eq!(told()[1..], ["1 new sheet from Harbor Tower", "2 new sheets from Harbor Tower"]);
        site.later(SignedDuration::from_mins(60)).await;
        assert_eq!(told().len(), 3);
        assert!(site.subjects_to("flor@delta.example").is_empty(), "the foreman is not bothered");
        site.close().await;
    }

    async fn see_04_see_07_history_and_latency_are_shown_to_both(site: Site) {
        let (world, connection, _) = flowing(&site, &Sheet::many(5)).await;
        seed::published(&site.app, &world.erik, world.tower, &[Sheet::new("A-0900", "ONE", "0")]).await;
        site.run_until_idle().await;
        for person in [&world.ines, &world.maria] {
            let history = person.items(&format!("/connections/{connection}/history")).await;
            let kinds: Vec<_> = history.iter().map(|item| item["kind"].as_str().unwrap()).collect();
            assert_eq!(kinds[..2], ["requested", "approved"]);
            let deliveries: Vec<_> = history.iter().filter(|item| item["kind"] == "delivery").collect();
            let bytes: i64 = deliveries.iter().map(|item| item["delivery"]["bytes"].as_i64().unwrap()).sum();
            let whole: usize = Sheet::many(5).iter().map(|sheet| sheet.bytes().len()).sum::<usize>() + Sheet::new("A-0900", "ONE", "0").bytes().len();
            assert_eq!((deliveries.len(), bytes), (2, i64::try_from(whole).unwrap()));
            let seen = person.get(&format!("/connections/{connection}")).await.expect(200);
            assert!(seen["tools"]["drawings"]["latency_ms"]["p50"].as_i64().is_some_and(|ms| ms > 0), "{seen}");
        }
        site.close().await;
    }
}

/// Files below a folder.
fn walk(folder: &std::path::Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { walk(&path) } else { 1 }).sum()
}
