//! SEE-05: *why did (or didn't) I get sheet A-101?* Each side is told what it may know, and nothing else.

use sluice_testkit::person::id;
use sluice_testkit::seed::{self, Sheet};
use sluice_testkit::world::{Volt, set_levels};
use sluice_testkit::{Answer, Person, Site, Value, World, json, on_both};
use uuid::Uuid;

async fn ask(person: &Person, connection: Uuid, number: &str) -> Answer {
    person.get(&format!("/connections/{connection}/explanation?number={number}")).await
}

/// The one revision that is told of.
async fn only(person: &Person, connection: Uuid, number: &str) -> Value {
    let answer = ask(person, connection, number).await.expect(200);
    let revisions = answer["revisions"].as_array().unwrap();
    assert_eq!(revisions.len(), 1, "{answer}");
    revisions[0].clone()
}

fn told(revision: &Value) -> (&str, &str) {
    (revision["status"].as_str().unwrap(), revision["reason"]["code"].as_str().unwrap_or(""))
}

/// Everything of an answer that could tell two apart: the bytes, and the headers but for the request's own.
fn whole(answer: Answer) -> (u16, Vec<u8>, Vec<String>) {
    let headers = answer.headers.iter().filter(|(name, _)| *name != "x-request-id");
    let headers = headers.map(|(name, value)| format!("{name}: {value:?}")).collect();
    (answer.status, answer.body.to_vec(), headers)
}

/// Connected: `A-101` arrived and was published by Delta, `A-102` arrived and was not; of `A-103` there is only a draft upstream.
async fn told_of(site: &Site) -> (World, Uuid) {
    let world = World::harbor_and_delta(site).await;
    seed::published(&site.app, &world.erik, world.tower, &[Sheet::new("A-101", "FIRST FLOOR", "0")]).await;
    let connection = world.connected().await;
    site.run_until_idle().await;
    let publish = json!({"all": true, "distribute": false});
    world.maria.does(&format!("/projects/{}/publications", world.site), publish).await.expect(200);
    seed::published(&site.app, &world.erik, world.tower, &[Sheet::new("A-102", "SECOND FLOOR", "0")]).await;
    site.run_until_idle().await;
    seed::confirmed(
        &site.app,
        &world.erik,
        world.tower,
        seed::SET,
        &[Sheet::new("A-103", "THIRD FLOOR", "0")],
    )
    .await;
    (world, connection)
}

/// Publishes these sheets and leaves drafts alone.
async fn publish(site: &Site, world: &World, sheets: &[Sheet]) {
    let seeded = seed::confirmed(&site.app, &world.erik, world.tower, seed::SET, sheets).await;
    let revisions: Vec<Uuid> = seeded.iter().map(|seeded| seeded.revision.0).collect();
    let these = json!({"revision_ids": revisions, "distribute": false});
    world.erik.does(&format!("/projects/{}/publications", world.tower), these).await.expect(200);
}

on_both! {
    async fn see_05_downstream_is_told_of_what_was_published_to_it(site: Site) {
        let (world, connection) = told_of(&site).await;
        let first = only(&world.maria, connection, "a-101").await;
        assert_eq!((first["number"].as_str(), first["revision"].as_str(), told(&first)), (Some("A-101"), Some("0"), ("arrived", "")));
        for moment in ["published_upstream_at", "arrived_at", "published_here_at"] {
            assert!(first[moment].is_string(), "{moment}: {first}");
        }
        let copy = first["drawing_id"].as_str().unwrap();
        assert_eq!(world.maria.get(&format!("/drawings/{copy}")).await.status, 200);
        let second = only(&world.maria, connection, "A-102").await;
        assert_eq!((told(&second), &second["published_here_at"]), (("arrived", "not_published_here"), &Value::Null));
        assert!(second["reason"]["message"].as_str().unwrap().contains("Maria Lopez"), "{second}");
        ask(&world.maria, connection, "").await.refused("invalid", 422);
        ask(&world.maria, connection, &"A".repeat(300)).await.refused("invalid", 422);
        world.maria.get(&format!("/connections/{connection}/explanation")).await.refused("malformed_request", 400);
        site.close().await;
    }

    async fn see_05_what_was_never_published_is_one_answer(site: Site) {
        let (world, connection) = told_of(&site).await;
        // Another draft of a sheet that is there: its revision is no news either.
        seed::confirmed(&site.app, &world.erik, world.tower, seed::SET, &[Sheet::new("A-101", "SECRET", "1")]).await;
        let nothing = whole(ask(&world.maria, connection, "A-999").await);
        assert_eq!(nothing.0, 200);
        assert!(String::from_utf8_lossy(&nothing.1).contains("Nothing with this number has been published to you."));
        assert_eq!(whole(ask(&world.maria, connection, "A-103").await), nothing, "a draft");
        assert_eq!(only(&world.maria, connection, "A-101").await["revision"], "0");
        // Deleted before it was published, and after the end: the same.
        let gone = seed::confirmed(&site.app, &world.erik, world.tower, seed::SET, &[Sheet::new("A-104", "GONE", "0")]).await;
        world.erik.delete(&format!("/drawings/{}", gone[0].drawing)).await.expect(204);
        assert_eq!(whole(ask(&world.maria, connection, "A-104").await), nothing);
        world.disconnect(connection).await;
        publish(&site, &world, &[Sheet::new("A-103", "THIRD FLOOR", "1")]).await;
        site.run_until_idle().await;
        assert_eq!(whole(ask(&world.maria, connection, "A-103").await), nothing, "published after the end");
        // What had arrived is still explained; upstream is told why the rest did not.
        assert_eq!(told(&only(&world.maria, connection, "A-101").await), ("arrived", ""));
        let late = ask(&world.ines, connection, "A-103").await.expect(200);
        let why: Vec<_> = late["revisions"].as_array().unwrap().iter().map(told).collect();
        assert_eq!(why, [("withheld", "unpublished"), ("withheld", "ended")], "{late}");
        site.close().await;
    }

    async fn see_05_upstream_is_told_when_it_arrived_and_never_what_becomes_of_it(site: Site) {
        let (world, connection) = told_of(&site).await;
        let before = whole(ask(&world.ines, connection, "A-102").await);
        let second = only(&world.ines, connection, "A-102").await;
        assert_eq!((told(&second), second["arrived_at"].is_string()), (("arrived", ""), true));
        let publish = json!({"all": true, "distribute": true});
        assert_eq!(world.maria.does(&format!("/projects/{}/publications", world.site), publish).await.expect(200)["published"], 1);
        let copy = only(&world.maria, connection, "A-102").await;
        world.maria.get(&format!("/drawings/{}", copy["drawing_id"].as_str().unwrap())).await.expect(200);
        assert_eq!(whole(ask(&world.ines, connection, "A-102").await), before);
        assert_eq!(told(&only(&world.ines, connection, "A-103").await), ("withheld", "unpublished"));
        assert_eq!(ask(&world.ines, connection, "A-999").await.expect(200)["nothing"]["code"], "no_such_number");
        // Who sees no drafts in the log sees none here.
        set_levels(&world.ines, world.tower, &world.erik, json!({"drawings": "standard", "connection_manager": "read_only"})).await;
        assert_eq!(told(&only(&world.erik, connection, "A-101").await), ("arrived", ""));
        assert_eq!(ask(&world.erik, connection, "A-103").await.expect(200)["revisions"], json!([]));
        set_levels(&world.ines, world.tower, &world.erik, json!({"drawings": "none"})).await;
        ask(&world.erik, connection, "A-101").await.refused("needs_level", 403);
        site.close().await;
    }

    async fn see_05_why_it_waits(site: Site) {
        let (world, connection) = told_of(&site).await;
        let tower = format!("/projects/{}", world.tower);
        let sheet = [Sheet::new("A-105", "ROOF", "0")];
        publish(&site, &world, &sheet).await;
        for person in [&world.ines, &world.maria] {
            assert_eq!(told(&only(person, connection, "A-105").await), ("waiting", "on_its_way"));
        }
        world.ines.patch(&tower, json!({"active": false})).await.expect(200);
        site.run_until_idle().await;
        for person in [&world.ines, &world.maria] {
            assert_eq!(told(&only(person, connection, "A-105").await), ("waiting", "upstream_inactive"));
        }
        world.ines.patch(&tower, json!({"active": true})).await.expect(200);
        site.run_until_idle().await;
        assert_eq!(told(&only(&world.maria, connection, "A-105").await), ("arrived", "not_published_here"));
        // While it is only asked for, downstream has been published nothing.
        let another = world.another_site("Delta East").await;
        let request = id(&sluice_testkit::world::ask(&world.maria, another, world.tower).await.expect(201));
        assert_eq!(ask(&world.maria, request, "A-105").await.expect(200)["nothing"]["code"], "nothing_published");
        assert_eq!(told(&only(&world.ines, request, "A-105").await), ("waiting", "not_connected"));
        site.close().await;
    }

    async fn see_05_who_sees_no_unpublished_copies_is_told_of_none(site: Site) {
        let (world, connection) = told_of(&site).await;
        set_levels(&world.diego, world.site, &world.flor, json!({"connection_manager": "read_only"})).await;
        let nothing = whole(ask(&world.flor, connection, "A-999").await);
        assert_eq!(whole(ask(&world.flor, connection, "A-102").await), nothing, "arrived, and seen by Drawings Admins only");
        // Of a newer revision of what they see they learn that it waits, and whom to ask (DRF-04).
        publish(&site, &world, &[Sheet::new("A-101", "SECRET TITLE", "7")]).await;
        site.run_until_idle().await;
        let answer = ask(&world.flor, connection, "A-101").await;
        let newer = &answer.json["revisions"][1];
        assert_eq!((told(newer), &newer["revision"], &newer["set"]), (("arrived", "not_published_here"), &Value::Null, &Value::Null));
        assert!(newer["reason"]["message"].as_str().unwrap().contains("Maria Lopez"));
        // Nobody else is told anything.
        let volt = Volt::on(&site, &world, json!({"drawings": "admin", "connection_manager": "admin"})).await;
        for stranger in [&volt.vera, &world.erik] {
            ask(stranger, connection, "A-101").await.refused("not_found", 404);
        }
        site.close().await;
    }
}
