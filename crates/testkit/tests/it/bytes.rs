//! Stored bytes: damage is found, shown and never served, and heals (SEE-06, REL-04).

use std::path::PathBuf;

use jiff::SignedDuration;
use sluice_app::upkeep;
use sluice_store::args;
use sluice_testkit::seed::{self, Sheet};
use sluice_testkit::sheets::{pdf, publish_set, upload};
use sluice_testkit::{Person, Site, Value, World, json, on_both};
use uuid::Uuid;

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Where a sheet's bytes are.
fn file(site: &Site, sha256: impl std::fmt::Display) -> PathBuf {
    let name = sha256.to_string();
    site.data().join("blobs/sha256").join(&name[..2]).join(&name)
}

/// Connected, with so many sheets copied and published here, and somebody who looks after everything.
async fn flowing(site: &Site, sheets: &[Sheet]) -> (World, Uuid) {
    let world = World::harbor_and_delta(site).await;
    seed::published(&site.app, &world.erik, world.tower, sheets).await;
    let connection = world.connected().await;
    site.run_until_idle().await;
    let all = json!({"all": true, "distribute": false});
    world.maria.does(&format!("/projects/{}/publications", world.site), all).await.expect(200);
    upkeep::begin(&site.app).await.unwrap();
    (world, connection)
}

/// The sheet with a number, as somebody sees it in a project.
async fn sheet(person: &Person, project: Uuid, number: &str) -> Value {
    let found = person.items(&format!("/projects/{project}/drawings?q={number}")).await;
    found.into_iter().next().unwrap_or_else(|| panic!("no {number}"))
}

async fn open(person: &Person, drawing: &Value) -> sluice_testkit::Answer {
    person.get(&format!("/drawing-revisions/{}/file", drawing["revision"]["id"].as_str().unwrap())).await
}

async fn kinds(person: &Person, connection: Uuid) -> Vec<(String, Option<String>)> {
    let text = |field: &Value| field.as_str().map(str::to_owned);
    let history = person.items(&format!("/connections/{connection}/history")).await;
    history
        .iter()
        .map(|item| (text(&item["kind"]).unwrap(), text(&item["reason"])))
        .filter(|(kind, _)| matches!(kind.as_str(), "damaged" | "healed"))
        .collect()
}

on_both! {
    async fn see_06_rel_04_damaged_bytes_are_found_shown_to_both_and_never_served(site: Site) {
        let sheets = Sheet::many(3);
        let (world, connection) = flowing(&site, &sheets).await;
        // Same length, other bytes: only the hash tells.
        let damaged = file(&site, sheets[0].sha256());
        let mut bytes = std::fs::read(&damaged).unwrap();
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
        std::fs::write(&damaged, &bytes).unwrap();
        for _ in 0..29 {
            site.later(DAY).await;
        }
        assert!(kinds(&world.ines, connection).await.is_empty(), "each blob is checked once in thirty days");
        site.later(DAY + DAY).await;
        for (person, project) in [(&world.erik, world.tower), (&world.maria, world.site)] {
            let drawing = sheet(person, project, &sheets[0].number).await;
            assert_eq!(drawing["revision"]["damaged"], true);
            let answer = open(person, &drawing).await;
            assert!(!answer.text().contains("PDF-1.7"));
            answer.refused("file_damaged", 409);
            let sound = sheet(person, project, &sheets[1].number).await;
            assert_eq!((sound["revision"]["damaged"].as_bool(), open(person, &sound).await.status), (Some(false), 200));
        }
        let shown = Some(sheets[0].number.clone());
        for person in [&world.ines, &world.maria] {
            assert_eq!(kinds(person, connection).await, [("damaged".to_owned(), shown.clone())]);
            let seen = person.get(&format!("/connections/{connection}")).await.expect(200);
            assert_eq!(seen["tools"]["drawings"]["damaged"], 1);
        }
        // After the end stored bytes are still checked (DIS-04): the operator puts the file back, and the next day it is sound.
        world.disconnect(connection).await;
        std::fs::write(&damaged, sheets[0].bytes()).unwrap();
        site.later(DAY + DAY).await;
        let drawing = sheet(&world.maria, world.site, &sheets[0].number).await;
        let answer = open(&world.maria, &drawing).await;
        assert_eq!((answer.status, answer.body.to_vec()), (200, sheets[0].bytes()));
        assert_eq!(kinds(&world.ines, connection).await.last().unwrap(), &("healed".to_owned(), shown));
        site.close().await;
    }

    async fn see_06_a_file_that_is_gone_or_cut_off_is_found_when_it_is_read(site: Site) {
        let sheets = Sheet::many(2);
        let (world, connection) = flowing(&site, &sheets).await;
        std::fs::remove_file(file(&site, sheets[0].sha256())).unwrap();
        std::fs::write(file(&site, sheets[1].sha256()), "%PDF").unwrap();
        for one in &sheets {
            let drawing = sheet(&world.maria, world.site, &one.number).await;
            assert_eq!(drawing["revision"]["damaged"], false);
            open(&world.maria, &drawing).await.refused("file_damaged", 409);
            assert_eq!(sheet(&world.maria, world.site, &one.number).await["revision"]["damaged"], true);
        }
        assert_eq!(kinds(&world.ines, connection).await.len(), 2);
        let explained = world.maria.get(&format!("/connections/{connection}/explanation?number={}", sheets[0].number)).await.expect(200);
        assert_eq!(explained["revisions"][0]["damaged"], true);
        site.close().await;
    }

    async fn see_06_a_fresh_upload_of_the_same_file_heals(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let sheets = [Sheet::new("A-101", "FIRST FLOOR PLAN", "0"), Sheet::new("A-102", "SECOND FLOOR PLAN", "0")];
        let published = publish_set(&site, &world.erik, world.tower, "Permit Set", &sheets).await;
        let connection = world.connected().await;
        site.run_until_idle().await;
        let copy = sheet(&world.maria, world.site, "A-101").await;
        let sound = open(&world.maria, &copy).await;
        assert_eq!(sound.status, 200);
        std::fs::write(file(&site, published[0]["revision"]["sha256"].as_str().unwrap()), "not it").unwrap();
        open(&world.maria, &copy).await.refused("file_damaged", 409);
        // The same company has had the same bytes taken apart before: that is no reason to pass over the damage (SPD-08).
        upload(&site, &world.erik, world.tower, "Again", &[("set.pdf", pdf(&sheets))]).await;
        let healed = open(&world.maria, &copy).await;
        assert_eq!((healed.status, healed.body), (200, sound.body));
        let both: Vec<String> = kinds(&world.ines, connection).await.into_iter().map(|(kind, _)| kind).collect();
        assert_eq!(both, ["damaged", "healed"]);
        // And now it is again: no sheet is drawn a second time.
        let drawn = site.count("select count(*) as value from sheet", args![]).await;
        upload(&site, &world.erik, world.tower, "Once more", &[("set.pdf", pdf(&sheets))]).await;
        assert_eq!(site.count("select count(*) as value from sheet", args![]).await, drawn + 2);
        site.close().await;
    }
}
