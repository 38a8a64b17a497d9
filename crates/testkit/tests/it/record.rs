//! The record of connections: latency (SEE-07), history (SEE-04), the company's register (SEE-03).

use jiff::SignedDuration;
use sluice_testkit::person::id;
use sluice_testkit::seed::{self, Sheet};
use sluice_testkit::world::{Volt, ask, employee};
use sluice_testkit::{Person, Site, Value, World, json, on_both};
use uuid::Uuid;

/// Connected, with so many sheets published upstream and copied.
async fn flowing(site: &Site, sheets: usize) -> (World, Uuid) {
    let world = World::harbor_and_delta(site).await;
    seed::published(&site.app, &world.erik, world.tower, &Sheet::many(sheets)).await;
    let connection = world.connected().await;
    site.run_until_idle().await;
    (world, connection)
}

async fn publish(site: &Site, world: &World, numbers: &[&str]) {
    let sheets: Vec<Sheet> = numbers.iter().map(|number| Sheet::new(number, "LATER", "0")).collect();
    seed::published(&site.app, &world.erik, world.tower, &sheets).await;
}

async fn latency(person: &Person, connection: Uuid) -> Value {
    person.get(&format!("/connections/{connection}")).await.expect(200)["tools"]["drawings"]["latency_ms"]
        .clone()
}

/// The lines of a CSV without quoted line breaks, cell by cell.
fn cells(csv: &str) -> Vec<Vec<String>> {
    csv.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

on_both! {
    async fn see_07_from_publishing_to_the_copy_without_first_copy_and_pauses(site: Site) {
        let (world, connection) = flowing(&site, 5).await;
        assert_eq!(latency(&world.ines, connection).await, Value::Null, "a first copy says nothing");
        // Nineteen sheets that arrive after three seconds, and one after a minute.
        let many: Vec<String> = (0..19).map(|place| format!("B-{place:03}")).collect();
        publish(&site, &world, &many.iter().map(String::as_str).collect::<Vec<_>>()).await;
        site.later(SignedDuration::from_secs(3)).await;
        publish(&site, &world, &["B-900"]).await;
        site.later(SignedDuration::from_secs(60)).await;
        for person in [&world.ines, &world.maria] {
            let seen = latency(person, connection).await;
            let within = |field: &str, least: i64| (least..least + 1_000).contains(&seen[field].as_i64().unwrap());
            assert!(within("p50", 3_000) && within("p95", 3_000), "19 of 20: {seen}");
        }
        publish(&site, &world, &["B-901"]).await;
        site.later(SignedDuration::from_secs(60)).await;
        assert!(latency(&world.ines, connection).await["p95"].as_i64().unwrap() >= 60_000);
        // What people hold up does not count: neither while it is paused nor when it catches up.
        let before = latency(&world.ines, connection).await;
        let tower = format!("/projects/{}", world.tower);
        world.ines.patch(&tower, json!({"active": false})).await.expect(200);
        site.run_until_idle().await;
        publish(&site, &world, &["C-100"]).await;
        site.later(SignedDuration::from_hours(5)).await;
        world.ines.patch(&tower, json!({"active": true})).await.expect(200);
        site.run_until_idle().await;
        assert_eq!(world.arrived("q=C-100").await.len(), 1);
        assert_eq!(latency(&world.maria, connection).await, before);
        // Afterwards it does again.
        publish(&site, &world, &["C-101", "C-102"]).await;
        site.later(SignedDuration::from_secs(600)).await;
        assert!(latency(&world.maria, connection).await["p95"].as_i64().unwrap() >= 600_000);
        site.close().await;
    }

    async fn see_04_the_history_is_the_same_for_both_and_read_page_by_page(site: Site) {
        let (world, connection) = flowing(&site, 5).await;
        publish(&site, &world, &["B-001"]).await;
        site.run_until_idle().await;
        let path = format!("/connections/{connection}/history");
        let whole = world.ines.items(&path).await;
        assert_eq!(whole, world.maria.items(&path).await);
        let kinds: Vec<_> = whole.iter().map(|item| item["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["requested", "approved", "delivery", "delivery"]);
        assert_eq!((whole[1]["by"].as_str(), whole[1]["by_company"].as_str()), (Some("Ines Ortega"), Some("Harbor Builders")));
        let first = &whole[2]["delivery"];
        let bytes: usize = Sheet::many(5).iter().map(|sheet| sheet.bytes().len()).sum();
        assert_eq!((first["arrived"].as_i64(), first["bytes"].as_u64()), (Some(5), Some(bytes as u64)));
        assert!(first["records"].as_i64() > Some(5) && first["duration_ms"].as_i64() > Some(0), "{first}");
        // Page by page, from either end.
        assert_eq!(world.ines.items(&format!("{path}?limit=1")).await, whole);
        let mut newest = world.maria.items(&format!("{path}?order=newest&limit=3")).await;
        newest.reverse();
        assert_eq!(newest, whole);
        world.ines.get(&format!("{path}?after=rubbish!")).await.refused("unsound_cursor", 400);
        world.ines.get(&format!("{path}?order=sideways")).await.refused("malformed_request", 400);
        site.close().await;
    }

    async fn see_04_pauses_and_endings_stand_in_it_and_it_can_be_taken_away(site: Site) {
        let (world, connection) = flowing(&site, 2).await;
        let off = json!({"tools": {"drawings": false}});
        world.diego.patch(&format!("/projects/{}", world.site), off).await.expect(200);
        site.run_until_idle().await;
        let reason = "=HYPERLINK(\"http://evil.example\")";
        let body = json!({"reason": reason, "accept": true});
        world.ines.does(&format!("/connections/{connection}/disconnect"), body).await.expect(200);
        let path = format!("/connections/{connection}/history");
        let history = world.maria.items(&path).await;
        let kinds: Vec<_> = history.iter().map(|item| item["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["requested", "approved", "delivery", "paused", "disconnected"]);
        assert_eq!((history[3]["by_policy"].as_bool(), history[3]["reason"].is_string()), (Some(false), true));
        for person in [&world.ines, &world.maria] {
            let csv = person.get(&format!("{path}.csv")).await;
            assert_eq!(csv.header("content-type"), Some("text/csv; charset=utf-8"));
            let text = csv.text();
            let lines = cells(&text);
            assert_eq!(lines.len(), history.len() + 1, "{text}");
            assert_eq!((lines[0][0].as_str(), lines[1][1].as_str(), lines[3][1].as_str()), ("at", "requested", "delivery"));
            assert!(text.contains("\"'=HYPERLINK(\"\"http"), "{text}");
        }
        // Nobody else, and not even that it exists.
        let (_, gil) = sluice_testkit::world::company(&site, "Third Glass", "Gil Soto", "gil@third.example").await;
        for person in [&gil, &world.flor] {
            person.get(&path).await.refused("not_found", 404);
            person.get(&format!("{path}.csv")).await.refused("not_found", 404);
        }
        site.close().await;
    }

    async fn see_02_the_project_home_shows_connected_projects_and_waiting_requests(site: Site) {
        let (world, connection) = flowing(&site, 1).await;
        let volt = Volt::on(&site, &world, json!({"drawings": "read_only"})).await;
        let request = id(&ask(&volt.vera, volt.project, world.tower).await.expect(201));
        let home = async |person: &Person, project: Uuid| person.get(&format!("/projects/{project}")).await.expect(200)["connections"].clone();
        let upstream = home(&world.ines, world.tower).await;
        let seen: Vec<_> = upstream["downstream"].as_array().unwrap().iter().map(|one| (one["connection_id"].clone(), one["state"].clone())).collect();
        assert_eq!(seen, [(json!(connection), json!("connected")), (json!(request), json!("requested"))]);
        assert_eq!((upstream["waiting"].as_i64(), &upstream["upstream"]), (Some(1), &Value::Null));
        // Each leads to a page that the reader may open.
        for (one, _) in &seen {
            world.ines.get(&format!("/connections/{}", one.as_str().unwrap())).await.expect(200);
        }
        let downstream = home(&world.maria, world.site).await;
        assert_eq!((&downstream["upstream"]["connection_id"], downstream["waiting"].as_i64()), (&json!(connection), Some(0)));
        // Without a level on Connection Manager there is nothing to see, also not how many.
        for (person, project) in [(&world.erik, world.tower), (&world.flor, world.site), (&world.maria, world.tower)] {
            assert_eq!(home(person, project).await, json!({"upstream": null, "downstream": [], "waiting": 0}));
        }
        site.close().await;
    }

    async fn see_03_the_register_holds_both_directions_and_is_for_administrators(site: Site) {
        let (world, connection) = flowing(&site, 2).await;
        let volt = Volt::on(&site, &world, json!({"drawings": "read_only"})).await;
        let waiting = id(&ask(&volt.vera, volt.project, world.tower).await.expect(201));
        // Harbor receives, too: another project of theirs is downstream of Volt's.
        let works = sluice_testkit::world::project(&volt.vera, volt.company, "Switchgear Works", "").await;
        sluice_testkit::world::collaborator(&site, volt.company, &world.ines, world.harbor).await;
        sluice_testkit::world::member(&volt.vera, works, &world.ines, json!({"drawings": "read_only"})).await;
        let annex = world.another_tower("Harbor Annex").await;
        let outbound = id(&ask(&world.ines, annex, works).await.expect(201));
        let path = format!("/companies/{}/connections", world.harbor);
        let ids = |items: &[Value]| items.iter().map(id).collect::<Vec<_>>();
        assert_eq!(ids(&world.ines.items(&path).await), [outbound, waiting, connection], "newest first");
        let sides: Vec<Value> = world.ines.items(&path).await.iter().map(|one| one["side"].clone()).collect();
        assert_eq!(sides, ["downstream", "upstream", "upstream"]);
        let find = async |query: &str| ids(&world.ines.items(&format!("{path}?{query}")).await);
        for (query, found) in [
            ("side=upstream".to_owned(), vec![waiting, connection]),
            ("side=downstream".into(), vec![outbound]),
            ("state=connected".into(), vec![connection]),
            ("state=requested,connected&side=upstream".into(), vec![waiting, connection]),
            (format!("project_id={annex}"), vec![outbound]),
            (format!("company_id={}", volt.company), vec![outbound, waiting]),
            ("tool_state=active".into(), vec![connection]),
            ("tool_state=waiting_for_approval".into(), vec![outbound, waiting]),
            ("tool_state=paused".into(), vec![]),
            ("q=ELECTRICAL".into(), vec![outbound, waiting]),
            ("q=annex".into(), vec![outbound]),
            ("q=V-12".into(), vec![waiting]),
            // Where the key is the same, the oldest comes first.
            ("sort=project".into(), vec![outbound, connection, waiting]),
            ("sort=company&side=upstream".into(), vec![connection, waiting]),
            ("sort=last_arrival&limit=1".into(), vec![connection, waiting, outbound]),
            ("sort=state".into(), vec![waiting, outbound, connection]),
            ("limit=1".into(), vec![outbound, waiting, connection]),
        ] {
            assert_eq!(find(&query).await, found, "{query}");
        }
        // The tool is paused.
        world.ines.patch(&format!("/projects/{}", world.tower), json!({"active": false})).await.expect(200);
        site.run_until_idle().await;
        assert_eq!(find("tool_state=paused").await, [connection]);
        for wrong in ["side=left", "state=odd", "tool_state=odd"] {
            world.ines.get(&format!("{path}?{wrong}")).await.refused("malformed_request", 400);
        }
        let csv = world.ines.get(&format!("{path}.csv?side=upstream&limit=1")).await;
        let lines = cells(&csv.text());
        assert_eq!((lines.len(), lines[1][1].as_str(), lines[2][16].as_str()), (3, "requested", "paused"), "{}", csv.text());
        // Each company has its own register, and only its administrators.
        assert_eq!(ids(&world.diego.items(&format!("/companies/{}/connections", world.delta)).await), [connection]);
        let nils = employee(&site, world.harbor, "Nils Holm", "nils@harbor.example").await;
        nils.get(&path).await.refused("needs_level", 403);
        nils.get(&format!("{path}.csv")).await.refused("needs_level", 403);
        volt.vera.get(&path).await.refused("needs_level", 403);
        world.diego.get(&path).await.refused("not_found", 404);
        site.close().await;
    }
}
