//! Approving, withdrawing, ending: APR-01 … APR-08, DIS-01 … DIS-03, and who is told (NOT-01, NOT-02, NOT-04).

use jiff::SignedDuration;
use sluice_testkit::person::id;
use sluice_testkit::seed::{self, Sheet};
use sluice_testkit::world::{ask, collaborator, company, employee, manager, member, set_levels};
use sluice_testkit::{Person, World, json, on_both};

use crate::connections::becomes_upstream;

/// What somebody's notifications are about, oldest first.
async fn told(person: &Person) -> Vec<String> {
    let mut kinds: Vec<String> = person
        .items("/notifications")
        .await
        .iter()
        .map(|notification| notification["kind"].as_str().unwrap().to_owned())
        .collect();
    kinds.reverse();
    kinds
}

/// The state as Delta's administrator sees it: he keeps his access whatever happens to Maria.
async fn state(world: &World, connection: uuid::Uuid) -> String {
    let seen = world.diego.get(&format!("/connections/{connection}")).await.expect(200);
    seen["state"].as_str().unwrap().to_owned()
}

const HARBOR: &str = "ines@harbor.example";
const DELTA: &str = "maria@delta.example";

on_both! {
    async fn apr_01_each_company_chooses_and_review_is_the_beginning(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let path = format!("/companies/{}/connection-settings", world.harbor);
        let settings = world.ines.get(&path).await.expect(200);
        assert_eq!((settings["approval"].as_str(), settings["can"]["update"]["allowed"].as_bool()), (Some("review"), Some(true)));
        world.erik.put(&path, json!({"approval": "automatic"})).await.refused("needs_level", 403);
        world.diego.put(&path, json!({"approval": "automatic"})).await.refused("not_found", 404);
        world.ines.put(&path, json!({"approval": "perhaps"})).await.refused("invalid", 422);
        // A request that waits keeps waiting.
        let waiting = id(&world.ask().await.expect(201));
        world.approve_automatically().await;
        site.run_until_idle().await;
        assert_eq!(world.seen(waiting).await["state"], "requested");
        let later = world.another_site("Delta East").await;
        assert_eq!(ask(&world.maria, later, world.tower).await.expect(201)["state"], "connected");
        site.close().await;
    }

    async fn apr_02_automatic_connects_at_once_and_tells_both(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        world.approve_automatically().await;
        let connection = world.ask().await.expect(201);
        assert_eq!(connection["state"], "connected");
        assert_eq!(connection["approved_by_policy"], true);
        assert_eq!(connection["approved_by"], json!(null));
        site.run_until_idle().await;
        for (person, email) in [(&world.ines, HARBOR), (&world.maria, DELTA)] {
            let subjects = site.subjects_to(email);
            assert_eq!(subjects[0], "Delta at Harbor Tower is connected to Harbor Tower");
            assert_eq!(told(person).await[0], "connected");
            assert!(!told(person).await.iter().any(|kind| kind.starts_with("request")));
        }
        let history = world.ines.items(&format!("/connections/{}/history", id(&connection))).await;
        let kinds: Vec<_> = history.iter().map(|item| (item["kind"].as_str().unwrap(), item["by_policy"].as_bool().unwrap())).collect();
        assert_eq!(kinds, [("requested", false), ("connected", true)]);
        site.close().await;
    }

    async fn apr_03_under_review_upstream_decides(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let request = world.ask().await.expect(201);
        assert_eq!((request["state"].as_str(), request["side"].as_str()), (Some("requested"), Some("downstream")));
        assert_eq!(request["can"]["approve"]["allowed"], false);
        site.run_until_idle().await;
        let letter = site.mail.letters_to(HARBOR).pop().unwrap();
        assert_eq!(letter.subject, "Delta Mechanical asks to connect to Harbor Tower");
        assert!(letter.link(&format!("http://sluice.example/projects/{}/connections", world.tower)).is_some(), "{}", letter.text);
        assert_eq!(site.subjects_to(DELTA), ["Your request to connect to Harbor Tower was sent"]);
        // Only Connection Manager Admins in the directory are told: not the engineer, not the foreman.
        assert!(site.subjects_to("erik@harbor.example").is_empty() && site.subjects_to("flor@delta.example").is_empty());

        let upstream = world.ines.items(&format!("/projects/{}/connections", world.tower)).await;
        assert_eq!((upstream[0]["side"].as_str(), upstream[0]["can"]["approve"]["allowed"].as_bool()), (Some("upstream"), Some(true)));
        let path = format!("/connections/{}", id(&request));
        world.maria.does(&format!("{path}/approve"), json!({})).await.refused("other_side", 403);
        world.erik.does(&format!("{path}/approve"), json!({})).await.refused("not_found", 404);
        let approved = world.ines.does(&format!("{path}/approve"), json!({})).await.expect(200);
        assert_eq!(approved["approved_by"]["name"], "Ines Ortega");
        assert_eq!(approved["approved_by_policy"], false);
        world.ines.does(&format!("{path}/approve"), json!({})).await.refused("connection_not_in_state", 409);
        world.ines.does(&format!("{path}/decline"), json!({})).await.refused("connection_not_in_state", 409);
        world.maria.does(&format!("{path}/withdraw"), json!({})).await.refused("connection_not_in_state", 409);
        site.run_until_idle().await;
        assert_eq!(told(&world.ines).await, ["requested", "connected"]);
        assert_eq!(told(&world.maria).await, ["request_sent", "connected", "first_copy_complete"]);
        site.close().await;
    }

    async fn apr_03_apr_04_declined_with_a_reason_and_asked_again(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let request = id(&world.ask().await.expect(201));
        let path = format!("/connections/{request}/decline");
        world.maria.does(&path, json!({})).await.refused("other_side", 403);
        let long = "x".repeat(2_001);
        world.ines.does(&path, json!({"reason": long})).await.refused("reason_too_long", 422);
        let reason = "Your contract starts in May. <b>https://harbor.example/x</b>";
        let declined = world.ines.does(&path, json!({"reason": reason})).await.expect(200);
        assert_eq!(declined["state"], "declined");
        let seen = world.seen(request).await;
        assert_eq!((seen["reason"].as_str(), seen["ended_by"]["name"].as_str()), (Some(reason), Some("Ines Ortega")));
        site.run_until_idle().await;
        let letter = site.mail.letters_to(DELTA).pop().unwrap();
        assert_eq!(letter.subject, "Harbor Builders declined to connect Delta at Harbor Tower");
        assert!(letter.text.contains("Your contract starts in May."));
        assert!(!letter.html.contains("<b>https"), "a reason is plain text (NOT-05)");
        assert_eq!(told(&world.maria).await, ["request_sent", "declined"]);
        world.ask().await.expect(201);
        site.close().await;
    }

    async fn apr_05_the_downstream_withdraws(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let request = id(&world.ask().await.expect(201));
        let path = format!("/connections/{request}/withdraw");
        world.ines.does(&path, json!({})).await.refused("other_side", 403);
        world.flor.does(&path, json!({})).await.refused("not_found", 404);
        assert_eq!(world.maria.does(&path, json!({})).await.expect(200)["state"], "withdrawn");
        world.ines.does(&format!("/connections/{request}/approve"), json!({})).await.refused("connection_not_in_state", 409);
        site.run_until_idle().await;
        assert_eq!(site.subjects_to(HARBOR)[1], "Delta Mechanical withdrew its request to connect to Harbor Tower");
        assert_eq!(told(&world.ines).await, ["requested", "withdrawn"]);
        // It locked nothing: the project may ask elsewhere, and may be an upstream project itself.
        let other = world.another_tower("Harbor Annex").await;
        let elsewhere = id(&ask(&world.maria, world.site, other).await.expect(201));
        world.maria.does(&format!("/connections/{elsewhere}/withdraw"), json!({})).await.expect(200);
        becomes_upstream(&site, &world).await;
        site.close().await;
    }

    async fn apr_06_the_rules_are_asked_again_at_the_approval(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let request = id(&world.ask().await.expect(201));
        let approve = format!("/connections/{request}/approve");
        let no = async |code: &str| {
            world.ines.does(&approve, json!({})).await.refused(code, 409);
            assert_eq!(state(&world, request).await, "requested");
        };
        // The requester lost access, in every way.
        set_levels(&world.ines, world.tower, &world.maria, json!({"drawings": "none"})).await;
        no("requester_lost_access").await;
        set_levels(&world.ines, world.tower, &world.maria, json!({"drawings": "read_only"})).await;
        set_levels(&world.diego, world.site, &world.maria, json!({"connection_manager": "standard"})).await;
        no("requester_lost_access").await;
        set_levels(&world.diego, world.site, &world.maria, manager()).await;
        let entry = format!("/companies/{}/people/{}", world.harbor, world.maria.id());
        world.ines.patch(&entry, json!({"active": false})).await.expect(200);
        no("requester_lost_access").await;
        world.ines.patch(&entry, json!({"active": true})).await.expect(200);
        let membership = format!("/projects/{}/members/{}", world.tower, world.maria.id());
        world.ines.delete(&membership).await.expect(204);
        no("requester_lost_access").await;
        member(&world.ines, world.tower, &world.maria, json!({"drawings": "read_only"})).await;
        // She works for Sierra too, and Harbor records her as speaking for them now.
        let (sierra, _) = company(&site, "Sierra Glass", "Gil Soto", "gil@sierra.example").await;
        assert_eq!(employee(&site, sierra, "Maria Lopez", DELTA).await.id(), world.maria.id());
        world.ines.patch(&entry, json!({"represents_company_id": sierra})).await.expect(200);
        no("requester_lost_access").await;
        world.ines.patch(&entry, json!({"represents_company_id": world.delta})).await.expect(200);
        // At home.
        set_levels(&world.diego, world.site, &world.maria, json!({"drawings": "none"})).await;
        no("requester_lost_access").await;
        set_levels(&world.diego, world.site, &world.maria, manager()).await;
        world.diego.delete(&format!("/projects/{}/members/{}", world.site, world.maria.id())).await.expect(204);
        no("requester_lost_access").await;
        member(&world.diego, world.site, &world.maria, manager()).await;
        let at_home = format!("/companies/{}/people/{}", world.delta, world.maria.id());
        world.diego.patch(&at_home, json!({"active": false})).await.expect(200);
        no("requester_lost_access").await;
        world.diego.patch(&at_home, json!({"active": true})).await.expect(200);
        // The projects changed.
        for (who, project) in [(&world.diego, world.site), (&world.ines, world.tower)] {
            let project = format!("/projects/{project}");
            who.patch(&project, json!({"active": false})).await.expect(200);
            no("project_inactive").await;
            who.patch(&project, json!({"active": true, "tools": {"drawings": false}})).await.expect(200);
            no("tool_off").await;
            who.patch(&project, json!({"tools": {"drawings": true}})).await.expect(200);
        }
        world.ines.does(&approve, json!({})).await.expect(200);
        site.close().await;
    }

    async fn apr_07_the_approver_sees_who_asks_and_what_they_see(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        seed::published(&site.app, &world.erik, world.tower, &Sheet::many(4)).await;
        let request = id(&world.ask().await.expect(201));
        let seen = world.ines.get(&format!("/connections/{request}")).await.expect(200);
        assert_eq!((seen["requested_by"]["name"].as_str(), seen["requested_by"]["company"].as_str()), (Some("Maria Lopez"), Some("Delta Mechanical")));
        assert_eq!(seen["requester_sees"]["levels"]["drawings"], "read_only");
        assert_eq!(seen["requester_sees"]["records"]["drawings"], 4);
        assert_eq!(seen["would_arrive"]["drawings"]["records"], 4);
        // The other side is not told what the approver is told; addresses never travel (NOT-05).
        assert_eq!(world.seen(request).await["requester_sees"], json!(null));
        assert!(!seen.to_string().contains("@delta.example"));
        site.close().await;
    }

    async fn apr_08_nobody_answers_their_own_request(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        set_levels(&world.ines, world.tower, &world.maria, json!({"connection_manager": "admin"})).await;
        // Pat speaks for Delta too, and manages connections in Harbor's project.
        let pat = employee(&site, world.delta, "Pat Cruz", "pat@delta.example").await;
        collaborator(&site, world.harbor, &pat, world.delta).await;
        member(&world.ines, world.tower, &pat, json!({"connection_manager": "admin", "drawings": "read_only"})).await;
        let request = id(&world.ask().await.expect(201));
        for verb in ["approve", "decline"] {
            let path = format!("/connections/{request}/{verb}");
            world.maria.does(&path, json!({})).await.refused("own_request", 403);
            pat.does(&path, json!({})).await.refused("not_representing", 403);
        }
        world.ines.does(&format!("/connections/{request}/approve"), json!({})).await.expect(200);
        site.close().await;
    }

    async fn apr_08_three_requests_a_day_and_one_reminder(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        for _ in 0..3 {
            let request = id(&world.ask().await.expect(201));
            world.maria.does(&format!("/connections/{request}/withdraw"), json!({})).await.expect(200);
        }
        world.ask().await.refused("too_many_requests_today", 429);
        // Another pair is another count.
        let other = world.another_tower("Harbor Annex").await;
        let elsewhere = id(&ask(&world.maria, world.site, other).await.expect(201));
        world.maria.does(&format!("/connections/{elsewhere}/withdraw"), json!({})).await.expect(200);
        site.clock.advance(SignedDuration::from_hours(25));
        let request = id(&world.ask().await.expect(201));
        site.run_until_idle().await;
        let before = site.subjects_to(HARBOR).len();
        let remind = format!("/connections/{request}/remind");
        assert_eq!(world.seen(request).await["can"]["remind"]["allowed"], true);
        world.ines.does(&remind, json!({})).await.refused("other_side", 403);
        world.maria.does(&remind, json!({})).await.expect(200);
        world.maria.does(&remind, json!({})).await.refused("duplicate", 409);
        assert_eq!(world.seen(request).await["can"]["remind"]["allowed"], false);
        site.run_until_idle().await;
        assert_eq!(site.subjects_to(HARBOR).len(), before + 1);
        site.close().await;
    }

    async fn apr_08_a_request_runs_out(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let request = id(&world.ask().await.expect(201));
        site.later(SignedDuration::from_hours(24 * 59)).await;
        assert_eq!(world.seen(request).await["state"], "requested");
        site.later(SignedDuration::from_hours(25)).await;
        let seen = world.seen(request).await;
        assert_eq!((seen["state"].as_str(), seen["ended_by"].is_null()), (Some("expired"), true));
        for (person, email) in [(&world.ines, HARBOR), (&world.maria, DELTA)] {
            assert_eq!(told(person).await[1], "expired");
            assert_eq!(site.subjects_to(email)[1], "The request to connect Delta at Harbor Tower to Harbor Tower has expired");
        }
        world.ines.does(&format!("/connections/{request}/approve"), json!({})).await.refused("connection_not_in_state", 409);
        world.ask().await.expect(201);
        site.close().await;
    }

    async fn dis_01_either_side_disconnects_with_a_reason(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        world.approve_automatically().await;
        let reason = "  The contract has ended.\u{7} ";
        // Both before the first one ends: after that, Delta's requests go to review.
        let mut live = vec![];
        for (name, by_upstream) in [("One", true), ("Two", false)] {
            let project = world.another_site(name).await;
            live.push((id(&ask(&world.maria, project, world.tower).await.expect(201)), by_upstream));
        }
        for (connection, by_upstream) in live {
            let path = format!("/connections/{connection}/disconnect");
            let who = if by_upstream { &world.ines } else { &world.maria };
            who.does(&path, json!({"reason": "x"})).await.refused("consequences_not_accepted", 422);
            who.does(&path, json!({"reason": " \n ", "accept": true})).await.refused("reason_missing", 422);
            who.does(&path, json!({"reason": "x".repeat(2_001), "accept": true})).await.refused("reason_too_long", 422);
            world.erik.does(&path, json!({"reason": "x", "accept": true})).await.refused("not_found", 404);
            site.run_until_idle().await;
            site.mail.clear();
            let ended = who.does(&path, json!({"reason": reason, "accept": true})).await.expect(200);
            assert_eq!((ended["state"].as_str(), ended["reason"].as_str()), (Some("disconnected"), Some("The contract has ended.")));
            assert_eq!(ended["ended_side"], if by_upstream { "upstream" } else { "downstream" });
            assert_eq!(ended["ended_by"]["name"], who.name.as_str());
            who.does(&path, json!({"reason": reason, "accept": true})).await.refused("connection_not_in_state", 409);
            site.run_until_idle().await;
            for (person, email) in [(&world.ines, HARBOR), (&world.maria, DELTA)] {
                let letters = site.mail.letters_to(email);
                assert_eq!(letters.len(), 1, "{email}: one mail and no more");
                assert!(letters[0].text.contains("The contract has ended."));
                assert_eq!(told(person).await.last().map(String::as_str), Some("disconnected"));
            }
            assert_eq!(ended["tools"]["drawings"]["state"], "disabled");
        }
        site.close().await;
    }

    async fn dis_01_also_while_paused(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let connection = world.connected().await;
        world.ines.patch(&format!("/projects/{}", world.tower), json!({"active": false})).await.expect(200);
        site.run_until_idle().await;
        assert_eq!(world.seen(connection).await["tools"]["drawings"]["state"], "paused");
        world.disconnect(connection).await;
        site.close().await;
    }

    async fn dis_03_others_notice_nothing(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        world.approve_automatically().await;
        let east = world.another_site("East").await;
        let stays = id(&world.ask().await.expect(201));
        let goes = id(&ask(&world.maria, east, world.tower).await.expect(201));
        site.run_until_idle().await;
        let before = world.seen(stays).await;
        world.disconnect(goes).await;
        seed::published(&site.app, &world.erik, world.tower, &Sheet::many(2)).await;
        site.run_until_idle().await;
        let after = world.seen(stays).await;
        assert_eq!((after["state"].as_str(), after["connected_at"].clone()), (Some("connected"), before["connected_at"].clone()));
        assert_eq!(after["tools"]["drawings"]["copied"], 2);
        assert_eq!(world.seen(goes).await["tools"]["drawings"]["copied"], 0);
        site.close().await;
    }

    async fn not_01_the_list_is_chosen_and_never_empty(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let path = format!("/projects/{}/connection-notifications", world.tower);
        // The engineer does not manage connections: he cannot be on the list.
        let chosen = json!({"mode": "specific", "person_ids": [world.erik.id()]});
        world.ines.put(&path, chosen).await.refused("invalid", 422);
        let ada = employee(&site, world.harbor, "Ada Boyd", "ada@harbor.example").await;
        member(&world.ines, world.tower, &ada, json!({"connection_manager": "admin"})).await;
        world.ines.put(&path, json!({"mode": "specific", "person_ids": [ada.id()]})).await.expect(200);
        let request = id(&world.ask().await.expect(201));
        site.run_until_idle().await;
        assert_eq!((site.subjects_to("ada@harbor.example").len(), site.subjects_to(HARBOR).len()), (1, 0));
        // Ada no longer qualifies: the administrators of the company are told instead.
        set_levels(&world.ines, world.tower, &ada, json!({"connection_manager": "read_only"})).await;
        world.maria.does(&format!("/connections/{request}/withdraw"), json!({})).await.expect(200);
        site.run_until_idle().await;
        assert_eq!((site.subjects_to("ada@harbor.example").len(), site.subjects_to(HARBOR).len()), (1, 1));
        site.close().await;
    }

    async fn see_01_who_represents_another_company_sees_only_its_connections(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        set_levels(&world.ines, world.tower, &world.maria, json!({"connection_manager": "read_only"})).await;
        let (sierra, gil) = company(&site, "Sierra Glass", "Gil Soto", "gil@sierra.example").await;
        let theirs = sluice_testkit::world::project(&gil, sierra, "Sierra at Harbor Tower", "").await;
        collaborator(&site, world.harbor, &gil, sierra).await;
        member(&world.ines, world.tower, &gil, json!({"drawings": "read_only", "connection_manager": "read_only"})).await;
        let of_sierra = id(&ask(&gil, theirs, world.tower).await.expect(201));
        let of_delta = world.connected().await;
        let path = format!("/projects/{}/connections", world.tower);
        assert_eq!(world.ines.items(&path).await.len(), 2);
        let seen = world.maria.items(&path).await;
        assert_eq!(seen.iter().map(id).collect::<Vec<_>>(), [of_delta]);
        world.maria.get(&format!("/connections/{of_sierra}")).await.refused("not_found", 404);
        world.maria.get(&format!("/connections/{of_sierra}/history")).await.refused("not_found", 404);
        let home = world.maria.get(&format!("/projects/{}", world.tower)).await;
        assert!(!home.text().contains("Sierra"), "{}", home.text());
        site.close().await;
    }
}
