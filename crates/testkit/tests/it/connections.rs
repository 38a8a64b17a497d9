//! Topology and starting a connection: CON-01 … CON-15. Pauses (CON-09) stand in `flow`, two at once (CON-10) in `races`.

use sluice_store::args;
use sluice_testkit::person::id;
use sluice_testkit::seed::{self, Sheet};
use sluice_testkit::world::{ask, collaborator, company, employee, manager, member, project, set_levels};
use sluice_testkit::{Person, Site, World, json, on_both, sql};
use uuid::Uuid;

/// Sierra Glass: a third company with a project, its administrator, and a person who may connect it.
struct Sierra {
    company: Uuid,
    project: Uuid,
    admin: Person,
}

async fn sierra(site: &Site) -> Sierra {
    let (company, admin) = company(site, "Sierra Glass", "Gil Soto", "gil@sierra.example").await;
    let project = project(&admin, company, "Sierra at Harbor Tower", "").await;
    Sierra { company, project, admin }
}

impl Sierra {
    /// Asks to connect its project to Delta's, which then would be an upstream project.
    async fn asks_delta(&self, site: &Site, world: &World) -> Uuid {
        collaborator(site, world.delta, &self.admin, self.company).await;
        member(&world.diego, world.site, &self.admin, json!({"drawings": "read_only"})).await;
        id(&ask(&self.admin, self.project, world.site).await.expect(201))
    }
}

/// Delta's project, with nothing of its own waiting, becomes an upstream project: Sierra asks and Delta approves. From then on it asks nobody.
pub(crate) async fn becomes_upstream(site: &Site, world: &World) {
    let inbound = sierra(site).await.asks_delta(site, world).await;
    let approved = world.diego.does(&format!("/connections/{inbound}/approve"), json!({})).await.expect(200);
    assert_eq!((&approved["state"], &approved["side"]), (&json!("connected"), &json!("upstream")));
    world.ask().await.refused("downstream_is_upstream", 409);
}

on_both! {
    async fn con_01_data_flows_one_way_only(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        seed::published(&site.app, &world.erik, world.tower, &Sheet::many(3)).await;
        let connection = world.connected().await;
        site.run_until_idle().await;
        let upstream = async || {
            let mut all: Vec<String> = vec![];
            for sql in [
                "select number || title || cast(version as text) as value from drawing where project_id = $1 order by id",
                "select revision || status || cast(version as text) as value from drawing_revision where project_id = $1 order by id",
                "select name || cast(version as text) as value from drawing_set where project_id = $1 order by id",
                "select name || cast(version as text) as value from drawing_area where project_id = $1 order by id",
                "select name || cast(version as text) as value from discipline where project_id = $1 order by id",
                "select cast(head as text) as value from feed_head where project_id = $1",
                "select kind as value from drawing_event where project_id = $1 order by id",
            ] {
                all.extend(sql::values::<String>(&site.app.db, sql, args![world.tower]).await);
            }
            all
        };
        let before = upstream().await;
        assert!(before.len() > 10);
        // Everything that Delta's people do in their project stays there.
        let publish = format!("/projects/{}/publications", world.site);
        world.maria.does(&publish, json!({"all": true, "distribute": true})).await.expect(200);
        let own = seed::published(&site.app, &world.maria, world.site, &[Sheet::new("A-0001", "OURS", "9")]).await;
        world.maria.patch(&format!("/drawings/{}", own[0].drawing), json!({"title": "OURS, TOO"})).await.expect(200);
        world.maria.does(&format!("/projects/{}/drawing-areas", world.site), json!({"name": "Yard"})).await.expect(201);
        for copy in world.arrived("external=true").await {
            world.maria.get(&format!("/drawing-revisions/{}/file", copy["revision"]["id"].as_str().unwrap())).await;
            world.maria.patch(&format!("/drawings/{}", id(&copy)), json!({"title": "MINE"})).await.refused("external_read_only", 403);
        }
        site.run_until_idle().await;
        world.disconnect(connection).await;
        assert_eq!(upstream().await, before);
        site.close().await;
    }

    async fn con_02_only_the_downstream_project_starts(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        // Ines may do everything in Harbor Tower, and knows nothing of Delta's project.
        ask(&world.ines, world.tower, world.site).await.refused("not_found", 404);
        // In the description of the interface, one address makes connections, and it is below the downstream project.
        let described: sluice_testkit::Value = serde_json::from_str(sluice_api::openapi()).unwrap();
        let makers = described["paths"].as_object().unwrap().iter().filter(|(_, methods)| {
            methods["post"]["requestBody"]["content"]["application/json"]["schema"]["$ref"]
                .as_str()
                .is_some_and(|body| body.ends_with("/NewConnection"))
        });
        assert_eq!(makers.map(|(path, _)| path.as_str()).collect::<Vec<_>>(), ["/projects/{id}/connections"]);
        site.close().await;
    }

    async fn con_03_an_upstream_project_has_any_number_of_downstream_projects(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        world.approve_automatically().await;
        for name in ["East", "West", "North"] {
            let project = world.another_site(name).await;
            let connection = ask(&world.maria, project, world.tower).await.expect(201);
            assert_eq!(connection["state"], "connected");
        }
        let project = world.ines.get(&format!("/projects/{}", world.tower)).await.expect(200);
        assert_eq!(project["connections"]["downstream"].as_array().unwrap().len(), 3);
        site.close().await;
    }

    async fn con_04_one_upstream_while_requested_and_while_connected(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let other = world.another_tower("Harbor Annex").await;
        let request = id(&world.ask().await.expect(201));
        world.ask().await.refused("already_requested", 409);
        ask(&world.maria, world.site, other).await.refused("already_requested", 409);
        world.ines.does(&format!("/connections/{request}/approve"), json!({})).await.expect(200);
        world.ask().await.refused("already_connected", 409);
        ask(&world.maria, world.site, other).await.refused("already_connected", 409);
        site.close().await;
    }

    async fn con_04_a_spent_project_never_connects_again(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let other = world.another_tower("Harbor Annex").await;
        world.approve_automatically().await;
        let connection = id(&world.ask().await.expect(201));
        world.disconnect(connection).await;
        world.ask().await.refused("connection_spent", 409);
        ask(&world.maria, world.site, other).await.refused("connection_spent", 409);
        let offered = world.maria.items(&format!("/projects/{}/connection-candidates", world.site)).await;
        assert!(offered.iter().all(|candidate| candidate["reason"]["code"] == "connection_spent"), "{offered:#?}");
        // Another project of the same company may ask, and then always goes to review.
        let again = world.another_site("Delta, second try").await;
        let request = ask(&world.maria, again, world.tower).await.expect(201);
        assert_eq!(request["state"], "requested");
        // A project that was never connected before to Harbor's other project is approved by itself.
        let elsewhere = world.another_site("Delta at the Annex").await;
        assert_eq!(ask(&world.maria, elsewhere, other).await.expect(201)["state"], "connected");
        site.close().await;
    }

    async fn con_05_no_chains(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let sierra = sierra(&site).await;
        collaborator(&site, world.delta, &sierra.admin, sierra.company).await;
        member(&world.diego, world.site, &sierra.admin, json!({"drawings": "read_only"})).await;
        collaborator(&site, sierra.company, &world.ines, world.harbor).await;
        member(&sierra.admin, sierra.project, &world.ines, json!({"drawings": "read_only"})).await;
        world.connected().await;
        // Delta's project is downstream: it cannot be anybody's upstream.
        ask(&sierra.admin, sierra.project, world.site).await.refused("upstream_is_downstream", 409);
        // Harbor's project is upstream: it cannot be anybody's downstream.
        ask(&world.ines, world.tower, sierra.project).await.refused("downstream_is_upstream", 409);
        site.close().await;
    }

    async fn con_05_a_mere_request_locks_nothing_upstream(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let inbound = sierra(&site).await.asks_delta(&site, &world).await;
        // Sierra asked Delta's project; that bars nobody from connecting it downstream.
        world.connected().await;
        // By now it is downstream, and the approval says so; the request stays, to be declined.
        let approve = format!("/connections/{inbound}/approve");
        world.diego.does(&approve, json!({})).await.refused("upstream_is_downstream", 409);
        world.diego.does(&format!("/connections/{inbound}/decline"), json!({})).await.expect(200);
        site.close().await;
    }

    async fn con_06_the_projects_belong_to_two_companies(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let own = world.another_site("Delta's yard").await;
        ask(&world.maria, world.site, own).await.refused("own_company", 409);
        ask(&world.maria, world.site, world.site).await.refused("own_company", 409);
        site.close().await;
    }

    async fn con_07_both_projects_are_active(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        for (who, project) in [(&world.ines, world.tower), (&world.diego, world.site)] {
            let path = format!("/projects/{project}");
            who.patch(&path, json!({"active": false})).await.expect(200);
            world.ask().await.refused("project_inactive", 409);
            who.patch(&path, json!({"active": true})).await.expect(200);
        }
        world.ask().await.expect(201);
        site.close().await;
    }

    async fn con_08_a_connection_outlives_the_people_who_made_it(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let connection = world.connected().await;
        site.run_until_idle().await;
        // Demoted at home, taken off the upstream project, deactivated in both companies.
        set_levels(&world.diego, world.site, &world.maria, json!({"connection_manager": "none", "drawings": "none"})).await;
        world.ines.delete(&format!("/projects/{}/members/{}", world.tower, world.maria.id())).await.expect(204);
        let entry = format!("/companies/{}/people/{}", world.harbor, world.maria.id());
        world.ines.patch(&entry, json!({"active": false})).await.expect(200);
        let entry = format!("/companies/{}/people/{}", world.delta, world.maria.id());
        world.diego.patch(&entry, json!({"active": false})).await.expect(200);
        seed::published(&site.app, &world.erik, world.tower, &Sheet::many(3)).await;
        site.run_until_idle().await;
        let arrived = world.diego.items(&format!("/projects/{}/drawings?external=true", world.site)).await;
        assert_eq!(arrived.len(), 3);
        let seen = world.diego.get(&format!("/connections/{connection}")).await.expect(200);
        assert_eq!((seen["state"].as_str(), seen["requested_by"]["name"].as_str()), (Some("connected"), Some("Maria Lopez")));
        site.close().await;
    }

    async fn con_11_who_may_start(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        // Not in the upstream project: it does not exist for them.
        let unseen = project(&world.ines, world.harbor, "Harbor Secret", "").await;
        ask(&world.maria, world.site, unseen).await.refused("not_found", 404);
        ask(&world.diego, world.site, world.tower).await.refused("not_found", 404);
        // Visible there, and not Admin on Connection Manager here.
        for level in ["read_only", "standard"] {
            set_levels(&world.diego, world.site, &world.maria, json!({"connection_manager": level})).await;
            world.ask().await.refused("needs_level", 403);
        }
        set_levels(&world.diego, world.site, &world.maria, json!({"connection_manager": "none"})).await;
        world.ask().await.refused("not_found", 404);
        set_levels(&world.diego, world.site, &world.maria, manager()).await;
        // A company administrator who is not in the project's directory.
        let ada = employee(&site, world.delta, "Ada Reyes", "ada@delta.example").await;
        let entry = format!("/companies/{}/people/{}", world.delta, ada.id());
        world.diego.patch(&entry, json!({"company_admin": true})).await.expect(200);
        collaborator(&site, world.harbor, &ada, world.delta).await;
        member(&world.ines, world.tower, &ada, json!({"drawings": "read_only"})).await;
        ask(&ada, world.site, world.tower).await.refused("not_a_member", 403);
        // Deactivated upstream: nothing of Harbor exists any more.
        let entry = format!("/companies/{}/people/{}", world.harbor, world.maria.id());
        world.ines.patch(&entry, json!({"active": false})).await.expect(200);
        world.ask().await.refused("not_found", 404);
        world.ines.patch(&entry, json!({"active": true})).await.expect(200);
        world.ask().await.expect(201);
        site.close().await;
    }

    async fn con_11_only_the_upstream_directory_says_whom_one_represents(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let sierra = sierra(&site).await;
        // Sam works for Sierra and Delta; Harbor knows him as Sierra's.
        let sam = employee(&site, sierra.company, "Sam Vega", "sam@sierra.example").await;
        let mut tx = site.app.db.begin().await.unwrap();
        let entry = sluice_store::company::NewEntry {
            company: world.delta.into(),
            person: sam.who().person,
            employee: true,
            company_admin: false,
            status: sluice_domain::people::EntryStatus::Active,
        };
        sluice_store::company::add_entry(&mut tx, entry, site.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        collaborator(&site, world.harbor, &sam, sierra.company).await;
        member(&world.ines, world.tower, &sam, json!({"drawings": "read_only"})).await;
        member(&world.diego, world.site, &sam, manager()).await;
        ask(&sam, world.site, world.tower).await.refused("not_representing", 403);
        // Harbor's administrator records the other of his companies: now he may.
        let path = format!("/companies/{}/people/{}", world.harbor, sam.id());
        world.ines.patch(&path, json!({"represents_company_id": world.delta})).await.expect(200);
        ask(&sam, world.site, world.tower).await.expect(201);
        site.close().await;
    }

    async fn con_12_the_tool_is_visible_and_on_at_both_ends(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        set_levels(&world.ines, world.tower, &world.maria, json!({"drawings": "none"})).await;
        world.ask().await.refused("needs_tool_level", 403);
        set_levels(&world.ines, world.tower, &world.maria, json!({"drawings": "read_only"})).await;
        set_levels(&world.diego, world.site, &world.maria, json!({"drawings": "none"})).await;
        world.ask().await.refused("needs_tool_level", 403);
        set_levels(&world.diego, world.site, &world.maria, json!({"drawings": "read_only"})).await;
        for (who, project) in [(&world.ines, world.tower), (&world.diego, world.site)] {
            let path = format!("/projects/{project}");
            who.patch(&path, json!({"tools": {"drawings": false}})).await.expect(200);
            world.ask().await.refused("tool_off", 409);
            who.patch(&path, json!({"tools": {"drawings": true}})).await.expect(200);
        }
        world.ask().await.expect(201);
        site.close().await;
    }

    async fn con_13_at_least_one_thing_that_is_built_is_shared(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let path = format!("/projects/{}/connections", world.site);
        let with = |tools: sluice_testkit::Value, arrival: Option<&str>| {
            json!({"upstream_project_id": world.tower, "tools": tools, "arrival": arrival})
        };
        for (tools, sentence) in [
            (json!([]), "Choose at least one thing to share."),
            (json!(["drawings", "rfis"]), "RFIs cannot be shared through a connection."),
            (json!(["directory"]), "Directory cannot be shared through a connection."),
        ] {
            let refused = world.maria.does(&path, with(tools, None)).await.refused("nothing_to_share", 422);
            assert_eq!(refused["detail"], sentence);
        }
        world.maria.does(&path, with(json!(["bananas"]), None)).await.refused("invalid", 422);
        world.maria.does(&path, with(json!(["drawings"]), Some("sometime"))).await.refused("invalid", 422);
        world.maria.does(&path, with(json!(["drawings"]), Some("publish"))).await.expect(201);
        let settings = world.maria.get(&format!("/projects/{}/arrival-settings", world.site)).await.expect(200);
        assert_eq!(settings["mode"], "publish");
        site.close().await;
    }

    async fn con_14_the_wizard_lists_only_what_one_belongs_to(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let asleep = world.another_tower("Harbor Annex").await;
        world.ines.patch(&format!("/projects/{asleep}"), json!({"active": false})).await.expect(200);
        project(&world.ines, world.harbor, "Harbor Secret", "").await;
        let offered = world.maria.items(&format!("/projects/{}/connection-candidates", world.site)).await;
        let seen: Vec<(&str, bool, &str)> = offered
            .iter()
            .map(|candidate| {
                let name = candidate["project"]["name"].as_str().unwrap();
                let code = candidate["reason"]["code"].as_str().unwrap_or("");
                (name, candidate["eligible"].as_bool().unwrap(), code)
            })
            .collect();
        let mut sorted = seen.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, [("Harbor Annex", false, "project_inactive"), ("Harbor Tower", true, "")]);
        site.close().await;
    }

    async fn con_14_a_reason_names_no_third_company(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let sierra = sierra(&site).await;
        // Harbor Tower is itself downstream of Sierra's project.
        collaborator(&site, sierra.company, &world.ines, world.harbor).await;
        member(&sierra.admin, sierra.project, &world.ines, json!({"drawings": "read_only"})).await;
        ask(&world.ines, world.tower, sierra.project).await.expect(201);
        let path = format!("/projects/{}/connection-candidates", world.site);
        let answer = world.maria.get(&path).await;
        assert!(!answer.text().contains("Sierra"), "{}", answer.text());
        let candidate = &answer.expect(200)["items"][0];
        assert_eq!(candidate["reason"]["code"], "upstream_is_downstream");
        assert_eq!(candidate["reason"]["message"], "This project cannot be an upstream project.");
        let refused = world.ask().await;
        assert!(!refused.text().contains("Sierra"));
        refused.refused("upstream_is_downstream", 409);
        site.close().await;
    }

    async fn con_15_what_would_arrive_is_counted_before(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let sheets = Sheet::many(7);
        let seeded = seed::published(&site.app, &world.erik, world.tower, &sheets).await;
        seed::published(&site.app, &world.erik, world.tower, &[Sheet::new("A-0001", "PLAN OF PART 1", "1")]).await;
        // What is unpublished or deleted would not arrive.
        let draft = [Sheet::new("A-0900", "NOT YET", "0")];
        seed::confirmed(&site.app, &world.erik, world.tower, seed::SET, &draft).await;
        world.erik.delete(&format!("/drawings/{}", seeded[6].drawing)).await.expect(204);
        let offered = world.maria.items(&format!("/projects/{}/connection-candidates", world.site)).await;
        let drawings = &offered[0]["would_arrive"]["drawings"];
        assert_eq!((drawings["records"].as_i64(), drawings["revisions"].as_i64()), (Some(6), Some(7)));
        let all = |list: &str| {
            drawings[list].as_array().unwrap().iter().map(|share| share["records"].as_i64().unwrap()).sum::<i64>()
        };
        assert_eq!((all("by_area"), all("by_discipline")), (6, 6));
        let bytes: usize = sheets.iter().take(6).map(|sheet| sheet.bytes().len()).sum::<usize>()
            + Sheet::new("A-0001", "PLAN OF PART 1", "1").bytes().len();
        assert_eq!(drawings["bytes"], bytes);
        // The approver sees the same.
        let request = id(&world.ask().await.expect(201));
        let seen = world.ines.get(&format!("/connections/{request}")).await.expect(200);
        assert_eq!(seen["would_arrive"]["drawings"]["records"], 6);
        // And that is what arrives.
        world.ines.does(&format!("/connections/{request}/approve"), json!({})).await.expect(200);
        site.run_until_idle().await;
        assert_eq!(world.seen(request).await["tools"]["drawings"]["copied"], 7);
        assert_eq!(world.arrived("external=true").await.len(), 6);
        site.close().await;
    }
}
