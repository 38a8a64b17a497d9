//! Projects: their fields, tools, stages, the portfolio; what the operator lists. PPL-09, SEE-02.

use sluice_testkit::person::id;
use sluice_testkit::site::program;
use sluice_testkit::{Value, World, json, on_both};

on_both! {
    async fn ppl_09_a_project_says_where_it_is_and_how_far(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let projects = format!("/companies/{}/projects", world.harbor);
        let full = json!({
            "name": " Harbor Annex ", "number": "HA-1", "address": "  1 Quay Street \r\n\n Harbor City ", "time_zone": "America/New_York",
            "stage": "bidding", "tools": {"drawings": false}
        });
        let annex = world.ines.does(&projects, full).await.expect(201);
        assert_eq!((&annex["name"], &annex["address"]), (&json!("Harbor Annex"), &json!("1 Quay Street\nHarbor City")));
        assert_eq!((&annex["time_zone"], &annex["stage"], &annex["tools"]["drawings"]), (&json!("America/New_York"), &json!("bidding"), &json!(false)));
        assert!(annex["levels"].as_object().unwrap().values().all(|level| level == "admin"), "{annex}");
        let plain = world.ines.does(&projects, json!({"name": "Plain"})).await.expect(201);
        assert_eq!((&plain["time_zone"], &plain["stage"], &plain["address"]), (&json!("UTC"), &Value::Null, &json!("")));
        assert_eq!(plain["tools"], json!({"drawings": true, "rfis": false, "submittals": false}));
        for (field, wrong) in [
            ("/name", json!({"name": ""})),
            ("/number", json!({"name": "N", "number": "a\nb"})),
            ("/address", json!({"name": "N", "address": "x".repeat(600)})),
            ("/time_zone", json!({"name": "N", "time_zone": "Atlantis/Center"})),
            ("/stage", json!({"name": "N", "stage": "sinking"})),
        ] {
            let refused = world.ines.does(&projects, wrong.clone()).await.refused("invalid", 422);
            if field != "/stage" {
                assert_eq!(refused["errors"][0]["pointer"], field, "{wrong}");
            }
        }
        // Changed by project Admins; what is not named stays, what is null is cleared.
        let address = format!("/projects/{}", id(&annex));
        let changed = world.ines.patch(&address, json!({"stage": "construction", "tools": {"drawings": true}})).await.expect(200);
        assert_eq!((&changed["stage"], &changed["time_zone"], &changed["tools"]["drawings"]), (&json!("construction"), &json!("America/New_York"), &json!(true)));
        assert_eq!(world.ines.patch(&address, json!({"stage": null})).await.expect(200)["stage"], Value::Null);
        assert_eq!(world.ines.patch(&address, json!({"number": "HA-2"})).await.expect(200)["address"], "1 Quay Street\nHarbor City");
        world.erik.patch(&format!("/projects/{}", world.tower), json!({"stage": "warranty"})).await.refused("not_found", 404);
        site.close().await;
    }

    async fn ppl_09_who_creates_projects_is_said_by_the_company(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let may = async |person: &sluice_testkit::Person, company: uuid::Uuid| {
            let companies = person.items("/companies").await;
            let one = companies.into_iter().find(|one| one["id"] == company.to_string()).unwrap();
            one["can"]["create_project"].clone()
        };
        assert_eq!(may(&world.ines, world.harbor).await, json!({"allowed": true}));
        for (person, company) in [(&world.erik, world.harbor), (&world.maria, world.harbor), (&world.maria, world.delta)] {
            assert_eq!(may(person, company).await["code"], "needs_level");
            person.does(&format!("/companies/{company}/projects"), json!({"name": "Mine"})).await.refused("needs_level", 403);
        }
        site.close().await;
    }

    async fn see_02_the_portfolio_shows_each_projects_connections_to_those_who_may_see_them(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        world.connected().await;
        let waiting = world.another_site("Delta East").await;
        sluice_testkit::world::ask(&world.maria, waiting, world.tower).await.expect(201);
        let of = async |person: &sluice_testkit::Person, project: uuid::Uuid| {
            let listed = person.items("/projects").await.into_iter().find(|one| one["id"] == project.to_string()).unwrap();
            let alone = person.get(&format!("/projects/{project}")).await.expect(200);
            assert_eq!(listed, alone, "the list says what the project says");
            listed["connections"].clone()
        };
        let tower = of(&world.ines, world.tower).await;
        assert_eq!((tower["downstream"].as_array().unwrap().len(), &tower["waiting"], &tower["upstream"]), (2, &json!(1), &Value::Null));
        let site_of_delta = of(&world.maria, world.site).await;
        assert_eq!((&site_of_delta["upstream"]["company"]["name"], &site_of_delta["upstream"]["state"]), (&json!("Harbor Builders"), &json!("connected")));
        // Without Connection Manager nothing is shown.
        for (person, project) in [(&world.erik, world.tower), (&world.maria, world.tower), (&world.flor, world.site)] {
            assert_eq!(of(person, project).await, json!({"upstream": null, "downstream": [], "waiting": 0}));
        }
        // Of one company only, and inactive ones are listed too.
        world.diego.patch(&format!("/projects/{waiting}"), json!({"active": false})).await.expect(200);
        let delta = world.diego.items(&format!("/companies/{}/projects", world.delta)).await;
        let mut active: Vec<bool> = delta.iter().map(|project| project["active"].as_bool().unwrap()).collect();
        active.sort_unstable();
        assert_eq!(active, [false, true]);
        site.close().await;
    }

    async fn the_operator_lists_all_connections_on_the_command_line(site: Site) {
        if site.is_postgres() {
            // The program would need the database's address on its command line; the statement is the same.
            let listed = sluice_app::operator::connections(&site.app).await.unwrap();
            assert!(listed.is_empty());
            site.close().await;
            return;
        }
        let world = World::harbor_and_delta(&site).await;
        let connection = world.connected().await;
        let list = async |more: &[&str]| {
            let mut command = tokio::process::Command::new(program());
            command.args(["admin", "list-connections", "--data"]).arg(site.data()).args(more);
            let done = command.output().await.unwrap();
            assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
            String::from_utf8(done.stdout).unwrap()
        };
        let line = list(&[]).await;
        assert!(line.contains(&connection.to_string()) && line.contains("connected"), "{line}");
        assert!(line.contains("Harbor Tower (Harbor Builders) → Delta at Harbor Tower (Delta Mechanical)"), "{line}");
        let json: Value = list(&["--json"]).await.parse().unwrap();
        assert_eq!((&json["id"], &json["upstream"]["project"]), (&json!(connection.to_string()), &json!("Harbor Tower")));
        site.close().await;
    }
}
