//! Undoing a connection made by mistake: who, for how long, what ends it early, and that nothing of it is left (UND-01, UND-02).

use jiff::SignedDuration;
use sluice_store::args;
use sluice_testkit::person::id;
use sluice_testkit::seed::{self, Sheet};
use sluice_testkit::world::{ask, employee, manager, member, set_levels};
use sluice_testkit::{Person, Site, Value, World, json, on_both, sql};
use uuid::Uuid;

use crate::exactly_once::{fault, mend};

/// Connected by policy, with these sheets published upstream and copied.
async fn automatic(site: &Site, sheets: &[Sheet]) -> (World, Uuid) {
    let world = World::harbor_and_delta(site).await;
    world.approve_automatically().await;
    seed::published(&site.app, &world.erik, world.tower, sheets).await;
    let connection = id(&world.ask().await.expect(201));
    site.run_until_idle().await;
    (world, connection)
}

/// Approved by Ines, with these sheets published upstream and copied.
async fn reviewed(site: &Site, sheets: &[Sheet]) -> (World, Uuid) {
    let world = World::harbor_and_delta(site).await;
    seed::published(&site.app, &world.erik, world.tower, sheets).await;
    let connection = world.connected().await;
    site.run_until_idle().await;
    (world, connection)
}

async fn undo(by: &Person, connection: Uuid) -> sluice_testkit::person::Answer {
    by.does(&format!("/connections/{connection}/undo"), json!({})).await
}

async fn set_arrival(world: &World, mode: &str) {
    let path = format!("/projects/{}/arrival-settings", world.site);
    world.maria.put(&path, json!({"mode": mode})).await.expect(200);
}

async fn kinds(by: &Person, connection: Uuid) -> Vec<String> {
    let history = by.items(&format!("/connections/{connection}/history")).await;
    let kinds = history.iter().filter(|item| item["kind"] != "delivery");
    kinds.map(|item| item["kind"].as_str().unwrap().to_owned()).collect()
}

/// Rows of the downstream project that came through a connection, and the company's references and pictures.
async fn left(site: &Site, world: &World) -> Vec<i64> {
    let mut counts = vec![];
    for sql in [
        "select count(*) as value from drawing where project_id = $1 and connection_id is not null",
        "select count(*) as value from drawing_revision where project_id = $1 and connection_id is not null",
        "select count(*) as value from drawing_area where project_id = $1 and connection_id is not null",
        "select count(*) as value from drawing_set where project_id = $1 and connection_id is not null",
        "select count(*) as value from discipline where project_id = $1 and connection_id is not null",
        "select count(*) as value from drawing_event e where e.project_id = $1
            and not exists (select 1 from drawing d where d.id = e.drawing_id)",
    ] {
        counts.push(site.count(sql, args![world.site]).await);
    }
    for sql in [
        "select count(*) as value from blob_reference where company_id = $1",
        "select count(*) as value from preview where company_id = $1",
    ] {
        counts.push(site.count(sql, args![world.delta]).await);
    }
    counts
}

const NOTHING: [i64; 8] = [0; 8];

fn numbers(drawings: &[Value]) -> Vec<&str> {
    drawings.iter().map(|drawing| drawing["number"].as_str().unwrap()).collect()
}

on_both! {
    async fn und_01_the_downstream_undoes_what_policy_approved(site: Site) {
        let (world, connection) = automatic(&site, &Sheet::many(4)).await;
        assert_eq!(world.arrived("").await.len(), 4);
        site.mail.clear();
        let undone = undo(&world.diego, connection).await.expect(200);
        assert_eq!((undone["state"].as_str(), undone["ended_by"]["name"].as_str()), (Some("undone"), Some("Diego Ruiz")));
        assert_eq!((undone["undo_until"].clone(), undone["tools"]["drawings"]["state"].as_str()), (json!(null), Some("inactive")));
        assert_eq!(left(&site, &world).await, NOTHING);
        assert!(world.arrived("").await.is_empty() && world.arrived("deleted=true").await.is_empty());
        assert_eq!(kinds(&world.ines, connection).await, ["requested", "connected", "undone"]);
        // Both sides are told by whom.
        site.run_until_idle().await;
        for (person, email) in [(&world.ines, "ines@harbor.example"), (&world.maria, "maria@delta.example")] {
            let letters = site.mail.letters_to(email);
            assert_eq!(letters.len(), 1, "{email}");
            assert_eq!(letters[0].subject, "The connection of Delta at Harbor Tower to Harbor Tower was undone");
            assert!(letters[0].text.contains("Diego Ruiz of Delta Mechanical") && letters[0].text.contains("may ask again"));
            assert_eq!(person.items("/notifications").await[0]["kind"], "undone");
        }
        // No role is left, and the one connection is not spent (CON-04, CON-05).
        assert_eq!(site.count("select count(*) as value from project_role", args![]).await, 0);
        assert_eq!(undo(&world.diego, connection).await.refused("connection_not_in_state", 409)["code"], "connection_not_in_state");
        let again = id(&world.ask().await.expect(201));
        site.run_until_idle().await;
        assert_eq!(world.seen(again).await["tools"]["drawings"]["copied"], 4);
        assert_eq!(world.arrived("").await.len(), 4);
        site.close().await;
    }

    async fn und_01_the_upstream_undoes_its_approval(site: Site) {
        let (world, connection) = reviewed(&site, &Sheet::many(3)).await;
        let ada = employee(&site, world.harbor, "Ada Boyd", "ada@harbor.example").await;
        member(&world.ines, world.tower, &ada, manager()).await;
        site.mail.clear();
        // Any Connection Manager Admin of the side that made it, not only whoever approved.
        let undone = undo(&ada, connection).await.expect(200);
        assert_eq!((undone["state"].as_str(), undone["connected_at"].clone()), (Some("requested"), json!(null)));
        assert_eq!(undone["can"]["approve"]["allowed"], true);
        assert_eq!(left(&site, &world).await, NOTHING);
        site.run_until_idle().await;
        let letter = site.mail.letters_to("maria@delta.example").pop().unwrap();
        assert!(letter.text.contains("Ada Boyd of Harbor Builders") && letter.text.contains("waits again for Harbor Builders"));
        // The downstream role is held as by any request, the upstream role by nobody.
        let roles = "select count(*) as value from project_role where role = $1";
        assert_eq!((site.count(roles, args!["upstream"]).await, site.count(roles, args!["downstream"]).await), (0, 1));
        assert_eq!(world.seen(connection).await["tools"]["drawings"]["state"], "waiting_for_approval");
        // Approved again, all of it comes again; declined, it is over.
        world.ines.does(&format!("/connections/{connection}/approve"), json!({})).await.expect(200);
        site.run_until_idle().await;
        assert_eq!(world.seen(connection).await["tools"]["drawings"]["copied"], 3);
        assert_eq!(world.arrived("").await.len(), 3);
        undo(&world.ines, connection).await.expect(200);
        world.ines.does(&format!("/connections/{connection}/decline"), json!({"reason": "Wrong job."})).await.expect(200);
        assert_eq!(
            kinds(&world.maria, connection).await,
            ["requested", "approved", "undone", "approved", "undone", "declined"]
        );
        assert_eq!(site.count("select count(*) as value from project_role", args![]).await, 0);
        site.close().await;
    }

    async fn und_01_a_request_that_waits_again_still_runs_out(site: Site) {
        let (world, connection) = reviewed(&site, &[]).await;
        undo(&world.ines, connection).await.expect(200);
        site.later(SignedDuration::from_hours(24 * 61)).await;
        assert_eq!(world.seen(connection).await["state"], "expired");
        site.close().await;
    }

    async fn und_01_only_the_side_that_made_it(site: Site) {
        let (world, by_policy) = automatic(&site, &[]).await;
        undo(&world.ines, by_policy).await.refused("other_side", 403);
        assert_eq!(world.ines.get(&format!("/connections/{by_policy}")).await.expect(200)["can"]["undo"]["code"], "other_side");
        undo(&world.flor, by_policy).await.refused("not_found", 404);
        undo(&world.erik, by_policy).await.refused("not_found", 404);
        set_levels(&world.diego, world.site, &world.flor, json!({"connection_manager": "read_only"})).await;
        undo(&world.flor, by_policy).await.refused("needs_level", 403);
        let path = format!("/companies/{}/connection-settings", world.harbor);
        world.ines.put(&path, json!({"approval": "review"})).await.expect(200);
        let second = world.another_site("Delta East").await;
        let request = id(&ask(&world.maria, second, world.tower).await.expect(201));
        undo(&world.maria, request).await.refused("connection_not_in_state", 409);
        world.ines.does(&format!("/connections/{request}/approve"), json!({})).await.expect(200);
        undo(&world.maria, request).await.refused("other_side", 403);
        undo(&world.ines, request).await.expect(200);
        undo(&world.maria, by_policy).await.expect(200);
        site.close().await;
    }

    async fn und_01_the_server_keeps_the_time(site: Site) {
        let (world, connection) = automatic(&site, &Sheet::many(1)).await;
        let seen = world.seen(connection).await;
        let connected_at: jiff::Timestamp = seen["connected_at"].as_str().unwrap().parse().unwrap();
        let until: jiff::Timestamp = seen["undo_until"].as_str().unwrap().parse().unwrap();
        assert_eq!(until.duration_since(connected_at), SignedDuration::from_mins(5));
        assert_eq!(seen["can"]["undo"], json!({"allowed": true}));
        site.later(SignedDuration::from_secs(280)).await;
        // Looked at again, it is the same moment and not a new five minutes.
        assert_eq!(world.seen(connection).await["undo_until"], seen["undo_until"]);
        site.later(SignedDuration::from_secs(20)).await;
        let over = world.seen(connection).await;
        assert_eq!((over["undo_until"].clone(), over["can"]["undo"]["code"].as_str()), (json!(null), Some("undo_too_late")));
        undo(&world.maria, connection).await.refused("undo_too_late", 409);
        assert_eq!(world.seen(connection).await["state"], "connected");
        assert_eq!(world.arrived("").await.len(), 1);
        site.close().await;
    }

    async fn und_02_publishing_a_copy_ends_it_early(site: Site) {
        let (world, connection) = reviewed(&site, &Sheet::many(2)).await;
        // Own sheets of the downstream project are no copies.
        let own = [Sheet::new("Z-001", "SHOP DRAWING", "0")];
        let of_own = seed::confirmed(&site.app, &world.maria, world.site, seed::SET, &own).await;
        let publish = format!("/projects/{}/publications", world.site);
        world.maria.does(&publish, json!({"revision_ids": [of_own[0].revision.0]})).await.expect(200);
        assert!(world.seen(connection).await["undo_until"].is_string());
        let copy = world.arrived("external=true").await[0]["revision"]["id"].clone();
        world.maria.does(&publish, json!({"revision_ids": [copy]})).await.expect(200);
        assert_eq!(world.seen(connection).await["undo_until"], json!(null));
        let refused = undo(&world.ines, connection).await.refused("undo_too_late", 409);
        assert!(refused["detail"].as_str().unwrap().contains("already used"), "{refused}");
        assert_eq!(world.arrived("external=true").await.len(), 2);
        site.close().await;
    }

    async fn und_02_a_download_ends_it_early_and_looking_does_not(site: Site) {
        let sheets = Sheet::many(2);
        let (world, connection) = reviewed(&site, &sheets).await;
        let upstream = world.erik.items(&format!("/projects/{}/drawings", world.tower)).await;
        world.erik.get(&format!("/drawing-revisions/{}/file", upstream[0]["revision"]["id"].as_str().unwrap())).await;
        let copy = world.arrived("").await[0].clone();
        let revision = format!("/drawing-revisions/{}", copy["revision"]["id"].as_str().unwrap());
        for part in ["", "/thumbnail", "/text", "/tiles/0/0_0.webp"] {
            world.maria.get(&format!("{revision}{part}")).await;
        }
        world.maria.get(&format!("/drawings/{}", id(&copy))).await.expect(200);
        // Who may not see it has not used it.
        world.flor.get(&format!("{revision}/file")).await.refused("not_found", 404);
        assert_eq!(world.ines.get(&format!("/connections/{connection}")).await.expect(200)["can"]["undo"]["allowed"], true);
        assert_eq!(world.maria.get(&format!("{revision}/file")).await.status, 200);
        let seen = world.ines.get(&format!("/connections/{connection}")).await.expect(200);
        assert_eq!((seen["undo_until"].clone(), seen["can"]["undo"]["code"].as_str()), (json!(null), Some("undo_too_late")));
        undo(&world.ines, connection).await.refused("undo_too_late", 409);
        site.close().await;
    }

    async fn und_02_drf_03_automatic_publishing_waits_until_it_cannot_be_undone(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        world.approve_automatically().await;
        set_arrival(&world, "publish_and_distribute").await;
        world.maria.put(&format!("/projects/{}/drawing-subscription", world.site), json!({"subscribed": true})).await.expect(200);
        seed::published(&site.app, &world.erik, world.tower, &Sheet::many(3)).await;
        let connection = id(&world.ask().await.expect(201));
        site.run_until_idle().await;
        let log = format!("/projects/{}/drawings", world.site);
        assert!(world.flor.items(&log).await.is_empty(), "it could still be undone");
        assert_eq!(world.arrived("status=unpublished").await.len(), 3);
        let distributed = |site: &Site| {
            let subjects = site.subjects_to("maria@delta.example");
            subjects.into_iter().filter(|subject| subject.ends_with("published in Delta at Harbor Tower")).collect::<Vec<_>>()
        };
        assert!(distributed(&site).is_empty());
        site.later(SignedDuration::from_mins(5)).await;
        assert_eq!(world.flor.items(&log).await.len(), 3);
        assert_eq!(distributed(&site), ["3 drawings published in Delta at Harbor Tower"]);
        // From now on what arrives is published as it lands.
        seed::published(&site.app, &world.erik, world.tower, &[Sheet::new("A-0900", "LATER", "0")]).await;
        site.run_until_idle().await;
        assert_eq!(world.flor.items(&log).await.len(), 4);
        undo(&world.maria, connection).await.refused("undo_too_late", 409);
        site.close().await;
    }

    async fn und_02_drf_03_what_waits_is_published_at_once_when_it_is_used(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        world.approve_automatically().await;
        set_arrival(&world, "publish").await;
        seed::published(&site.app, &world.erik, world.tower, &Sheet::many(3)).await;
        world.ask().await.expect(201);
        site.run_until_idle().await;
        let copy = world.arrived("").await[0]["revision"]["id"].as_str().unwrap().to_owned();
        assert_eq!(world.maria.get(&format!("/drawing-revisions/{copy}/file")).await.status, 200);
        site.run_until_idle().await;
        assert_eq!(world.flor.items(&format!("/projects/{}/drawings", world.site)).await.len(), 3);
        site.close().await;
    }

    async fn und_02_drf_03_the_setting_at_the_arrival_counts(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        world.approve_automatically().await;
        seed::published(&site.app, &world.erik, world.tower, &Sheet::many(2)).await;
        world.ask().await.expect(201);
        site.run_until_idle().await;
        // What landed under review stays so, whatever is chosen afterwards.
        set_arrival(&world, "publish").await;
        seed::published(&site.app, &world.erik, world.tower, &[Sheet::new("A-0900", "LATER", "0")]).await;
        site.run_until_idle().await;
        site.later(SignedDuration::from_mins(6)).await;
        let log = format!("/projects/{}/drawings", world.site);
        assert_eq!(numbers(&world.flor.items(&log).await), ["A-0900"]);
        assert_eq!(world.arrived("status=unpublished").await.len(), 2);
        // And what was to be published is not, where a review is wanted by then.
        let east = world.another_site("Delta East").await;
        let arrival = format!("/projects/{east}/arrival-settings");
        world.maria.put(&arrival, json!({"mode": "publish"})).await.expect(200);
        ask(&world.maria, east, world.tower).await.expect(201);
        site.run_until_idle().await;
        world.maria.put(&arrival, json!({"mode": "review"})).await.expect(200);
        site.later(SignedDuration::from_mins(6)).await;
        assert_eq!(world.maria.items(&format!("/projects/{east}/drawings?status=unpublished")).await.len(), 3);
        site.close().await;
    }

    async fn und_02_never_a_local_one(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        world.approve_automatically().await;
        // Delta has sheets of its own, one with the same number and one with the very same bytes as Harbor's.
        let own = [Sheet::new("A-0001", "DELTA'S OWN", "0"), Sheet::many(1)[0].clone()];
        seed::published(&site.app, &world.maria, world.site, &own[..1]).await;
        let other = world.another_site("Delta's yard").await;
        seed::published(&site.app, &world.maria, other, &own[1..]).await;
        // A discipline that Harbor has and Delta has not.
        sql::run(&site.app.db, "delete from discipline where project_id = $1 and name = 'Plumbing'", args![world.site]).await;
        seed::published(&site.app, &world.erik, world.tower, &Sheet::many(4)).await;
        seed::published(&site.app, &world.erik, world.tower, &[Sheet::new("P-101", "PLUMBING", "0")]).await;
        let everything = |site: &Site| {
            let db = site.app.db.clone();
            async move {
                let mut all: Vec<String> = vec![];
                for sql in [
                    "select d.number || d.title || cast(d.version as text) || a.name || i.name as value from drawing d
                       join drawing_area a on a.id = d.area_id join discipline i on i.id = d.discipline_id
                      where d.project_id = $1 order by d.number, d.id",
                    "select name || cast(position as text) as value from discipline where project_id = $1 order by name",
                    "select name as value from drawing_set where project_id = $1 order by name",
                    "select name as value from drawing_area where project_id = $1 order by name",
                ] {
                    all.extend(sql::values::<String>(&db, sql, args![world.site]).await);
                }
                all
            }
        };
        let before = everything(&site).await;
        let held = "select count(*) as value from blob_reference where company_id = $1";
        let references = site.count(held, args![world.delta]).await;
        let connection = id(&world.ask().await.expect(201));
        site.run_until_idle().await;
        assert_eq!(world.arrived("").await.len(), 6);
        undo(&world.maria, connection).await.expect(200);
        assert_eq!(everything(&site).await, before);
        assert_eq!(site.count(held, args![world.delta]).await, references, "its own bytes it keeps");
        let of_yard = world.maria.items(&format!("/projects/{other}/drawings")).await;
        let file = format!("/drawing-revisions/{}/file", of_yard[0]["revision"]["id"].as_str().unwrap());
        assert_eq!(world.maria.get(&file).await.status, 200);
        site.close().await;
    }

    async fn und_02_a_discipline_that_is_used_here_stays(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        world.approve_automatically().await;
        seed::published(&site.app, &world.erik, world.tower, &[Sheet::new("P-101", "PLUMBING", "0")]).await;
        let connection = id(&world.ask().await.expect(201));
        site.run_until_idle().await;
        // Somebody files an own sheet under the discipline that came.
        let own = [Sheet::new("P-900", "OUR RISERS", "0")];
        let own = seed::confirmed(&site.app, &world.maria, world.site, seed::SET, &own).await;
        let path = format!("/projects/{}/drawing-disciplines", world.site);
        let came = world.maria.items(&path).await.into_iter().find(|one| one["name"] == "Plumbing").unwrap();
        let filed = json!({"discipline_id": came["id"]});
        world.maria.patch(&format!("/drawings/{}", own[0].drawing), filed).await.expect(200);
        undo(&world.maria, connection).await.expect(200);
        let disciplines = world.maria.items(&path).await;
        assert!(disciplines.iter().any(|one| one["name"] == "Plumbing"), "{disciplines:?}");
        let log = world.arrived("").await;
        assert_eq!((numbers(&log), log[0]["discipline"]["name"].as_str()), (vec!["P-900"], Some("Plumbing")));
        assert_eq!(left(&site, &world).await[4], 0, "it is Delta's own now");
        site.close().await;
    }

    async fn und_02_another_connection_of_the_company_keeps_its_bytes(site: Site) {
        let (world, first) = automatic(&site, &Sheet::many(3)).await;
        let east = world.another_site("Delta East").await;
        let second = id(&ask(&world.maria, east, world.tower).await.expect(201));
        site.run_until_idle().await;
        let held = "select count(*) as value from blob_reference where company_id = $1";
        undo(&world.maria, first).await.expect(200);
        assert_eq!(site.count(held, args![world.delta]).await, 3);
        let copies = world.maria.items(&format!("/projects/{east}/drawings")).await;
        assert_eq!((copies.len(), copies[0]["revision"]["tiles"].is_object()), (3, true));
        undo(&world.maria, second).await.expect(200);
        assert_eq!(site.count(held, args![world.delta]).await, 0);
        // The bytes themselves are Harbor's.
        assert_eq!(site.count(held, args![world.harbor]).await, 3);
        site.close().await;
    }

    async fn und_02_an_undo_is_one_transaction(site: Site) {
        let (world, connection) = automatic(&site, &Sheet::many(5)).await;
        let before = left(&site, &world).await;
        for (table, when) in [
            ("drawing_revision", "delete"),
            ("drawing", "delete"),
            ("drawing_area", "delete"),
            ("drawing_set", "delete"),
            ("blob_reference", "delete"),
            ("preview", "delete"),
            ("connection_tool", "update of position"),
            ("connection", "update of state"),
            ("project_role", "delete"),
            ("connection_event", "insert"),
            ("message", "insert"),
        ] {
            fault(&site, table, when).await;
            let undone = sluice_app::connections::undo(&site.app, world.maria.who(), sluice_domain::ConnectionId(connection)).await;
            mend(&site, table).await;
            assert!(undone.is_err(), "{table}");
            assert_eq!(left(&site, &world).await, before, "{table}");
            let seen = world.seen(connection).await;
            assert_eq!((seen["state"].as_str(), seen["tools"]["drawings"]["copied"].as_i64()), (Some("connected"), Some(5)), "{table}");
            assert_eq!(kinds(&world.maria, connection).await, ["requested", "connected"], "{table}");
        }
        undo(&world.maria, connection).await.expect(200);
        assert_eq!(left(&site, &world).await, NOTHING);
        site.close().await;
    }

    async fn und_02_also_while_paused(site: Site) {
        let (world, connection) = automatic(&site, &Sheet::many(2)).await;
        world.ines.patch(&format!("/projects/{}", world.tower), json!({"active": false})).await.expect(200);
        site.run_until_idle().await;
        assert_eq!(world.seen(connection).await["tools"]["drawings"]["state"], "paused");
        undo(&world.maria, connection).await.expect(200);
        assert_eq!(left(&site, &world).await, NOTHING);
        site.close().await;
    }
}
