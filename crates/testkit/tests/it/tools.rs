//! A second tool through the same engine (FLO-14), and adding one to a live connection (CON-16): the test kit's RFIs stand in.

use jiff::SignedDuration;
use sluice_app::jobs;
use sluice_domain::ProjectId;
use sluice_store::{args, connection};
use sluice_testkit::person::{Answer, id};
use sluice_testkit::rfis;
use sluice_testkit::seed::{self, Sheet};
use sluice_testkit::world::{employee, member, set_levels};
use sluice_testkit::{Person, Site, Value, World, json, on_both, sql};
use uuid::Uuid;

/// Levels of somebody who manages connections and both tools.
fn manager() -> Value {
    json!({"connection_manager": "admin", "drawings": "admin", "rfis": "admin", "directory": "read_only"})
}

/// Both companies with RFIs switched on in both projects, Maria at home in both tools.
async fn with_rfis(site: Site) -> (Site, World) {
    let site = site.sharing_rfis().await;
    let world = World::harbor_and_delta(&site).await;
    for project in [world.tower, world.site] {
        switch(&site, project, true).await;
    }
    set_levels(&world.ines, world.tower, &world.maria, json!({"drawings": "read_only", "rfis": "read_only"}))
        .await;
    set_levels(&world.diego, world.site, &world.maria, manager()).await;
    (site, world)
}

/// The same, connected with drawings alone.
async fn connected(site: Site) -> (Site, World, Uuid) {
    let (site, world) = with_rfis(site).await;
    seed::published(&site.app, &world.erik, world.tower, &Sheet::many(2)).await;
    rfis::closed(&site.app, world.tower, 3).await;
    let connection = world.connected().await;
    site.run_until_idle().await;
    (site, world, connection)
}

async fn switch(site: &Site, project: Uuid, on: bool) {
    let sql = if on {
        "insert into project_tool (project_id, tool) values ($1, 'rfis') on conflict (project_id, tool) do nothing"
    } else {
        "delete from project_tool where project_id = $1 and tool = 'rfis'"
    };
    sql::run(&site.app.db, sql, args![project]).await;
    // What switching a tool does: the flow is looked at now.
    let mut tx = site.app.db.begin().await.unwrap();
    for live in connection::live_of_project(&mut tx, ProjectId(project)).await.unwrap() {
        jobs::schedule(&site.app, &mut tx, jobs::Kind::Reconcile, live.id.0, site.clock.now()).await.unwrap();
    }
    tx.commit().await.unwrap();
}

async fn add(by: &Person, connection: Uuid) -> Answer {
    by.does(&format!("/connections/{connection}/tools"), json!({"tool": "rfis"})).await
}

async fn does(by: &Person, connection: Uuid, verb: &str) -> Answer {
    by.does(&format!("/connections/{connection}/tools/rfis/{verb}"), json!({})).await
}

/// What the tool does now, as somebody sees it.
async fn tool(by: &Person, connection: Uuid) -> Value {
    by.get(&format!("/connections/{connection}")).await.expect(200)["tools"]["rfis"].clone()
}

async fn state(by: &Person, connection: Uuid) -> String {
    tool(by, connection).await["state"].as_str().unwrap_or_default().to_owned()
}

async fn told(person: &Person) -> Vec<String> {
    let mut kinds: Vec<String> = person
        .items("/notifications")
        .await
        .iter()
        .map(|one| one["kind"].as_str().unwrap().to_owned())
        .collect();
    kinds.reverse();
    kinds
}

async fn automatic(world: &World, approval: &str) {
    let path = format!("/companies/{}/connection-settings", world.harbor);
    world.ines.put(&path, json!({"approval": approval})).await.expect(200);
}

on_both! {
    async fn flo_14_a_second_tool_flows_through_the_same_engine(site: Site) {
        let (site, world) = with_rfis(site).await;
        automatic(&world, "automatic").await;
        seed::published(&site.app, &world.erik, world.tower, &Sheet::many(2)).await;
        rfis::closed(&site.app, world.tower, 3).await;
        let open = rfis::open(&site.app, world.tower, "RFI-9", "Not yet").await;
        // The wizard counts each tool, and offers both.
        let offered = world.maria.items(&format!("/projects/{}/connection-candidates", world.site)).await;
        let would = &offered[0]["would_arrive"];
        assert_eq!((would["drawings"]["records"].as_i64(), would["rfis"]["records"].as_i64()), (Some(2), Some(3)));
        let choices: Vec<_> = offered[0]["tools"].as_array().unwrap().iter().map(|one| one["tool"].as_str().unwrap()).collect();
        assert_eq!(choices, ["drawings", "rfis"]);
        let ask = json!({"upstream_project_id": world.tower, "tools": ["drawings", "rfis"]});
        let connection = id(&world.maria.does(&format!("/projects/{}/connections", world.site), ask).await.expect(201));
        site.run_until_idle().await;
        assert_eq!(rfis::arrived(&site.app, world.site).await, ["Question 1", "Question 2", "Question 3"]);
        assert_eq!(world.arrived("").await.len(), 2);
        // Each tool has its own place in the one feed, its own counts.
        let seen = world.seen(connection).await;
        assert_eq!((seen["tools"]["drawings"]["copied"].as_i64(), seen["tools"]["rfis"]["copied"].as_i64()), (Some(2), Some(3)));
        rfis::close(&site.app, world.tower, open, "At last").await;
        site.run_until_idle().await;
        assert_eq!(rfis::arrived(&site.app, world.site).await.len(), 4);
        let positions = "select count(distinct position) as value from connection_tool where connection_id = $1";
        assert_eq!(site.count(positions, args![connection]).await, 1, "both have read all of it");
        // Changed upstream, the copy follows; twice is once.
        rfis::close(&site.app, world.tower, open, "At last, revised").await;
        site.run_until_idle().await;
        assert_eq!(rfis::arrived(&site.app, world.site).await[3], "At last, revised");
        assert_eq!(tool(&world.maria, connection).await["copied"], 4);
        site.close().await;
    }

    async fn flo_14_only_built_tools_are_offered(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        for project in [world.tower, world.site] {
            switch(&site, project, true).await;
        }
        let connection = world.connected().await;
        let seen = world.seen(connection).await;
        assert_eq!(seen["tools"].as_object().unwrap().keys().collect::<Vec<_>>(), ["drawings"]);
        add(&world.maria, connection).await.refused("nothing_to_share", 422);
        world.maria.does(&format!("/connections/{connection}/tools"), json!({"tool": "bananas"})).await.refused("invalid", 422);
        world.maria.does(&format!("/connections/{connection}/tools/rfis/approve"), json!({})).await.refused("not_found", 404);
        let offered = world.maria.items(&format!("/projects/{}/connection-candidates", world.another_site("East").await)).await;
        assert!(offered.iter().all(|one| one["tools"].as_array().unwrap().len() == 1), "{offered:#?}");
        site.close().await;
    }

    async fn con_16_flo_12_position_pause_and_parking_are_each_tools_own(site: Site) {
        let (site, world, connection) = connected(site).await;
        automatic(&world, "automatic").await;
        add(&world.maria, connection).await.expect(201);
        site.run_until_idle().await;
        // RFIs are switched off downstream: drawings go on.
        switch(&site, world.site, false).await;
        site.run_until_idle().await;
        let seen = world.seen(connection).await;
        assert_eq!((seen["tools"]["drawings"]["state"].as_str(), seen["tools"]["rfis"]["state"].as_str()), (Some("active"), Some("paused")));
        assert_eq!(seen["tools"]["rfis"]["paused_reason"]["code"], "downstream_tool_off");
        seed::published(&site.app, &world.erik, world.tower, &[Sheet::new("A-0900", "LATER", "0")]).await;
        rfis::closed(&site.app, world.tower, 1).await;
        site.run_until_idle().await;
        let seen = world.seen(connection).await;
        assert_eq!((seen["tools"]["drawings"]["copied"].as_i64(), seen["tools"]["rfis"]["copied"].as_i64()), (Some(3), Some(3)));
        assert_eq!((seen["tools"]["drawings"]["waiting"].as_i64(), seen["tools"]["rfis"]["waiting"].as_i64()), (Some(0), Some(1)));
        switch(&site, world.site, true).await;
        site.run_until_idle().await;
        assert_eq!(tool(&world.maria, connection).await["copied"], 4);
        // One that does not fit is parked; what comes after it, and the other tool, go on.
        let odd = rfis::open(&site.app, world.tower, "RFI-0", "draft").await;
        rfis::close(&site.app, world.tower, odd, rfis::IMPOSSIBLE).await;
        rfis::closed(&site.app, world.tower, 1).await;
        seed::published(&site.app, &world.erik, world.tower, &[Sheet::new("A-0901", "LATER", "0")]).await;
        site.run_until_idle().await;
        let seen = world.seen(connection).await;
        let attention = |tool: &str| seen["tools"][tool]["attention"].as_array().unwrap().len();
        assert_eq!((attention("drawings"), attention("rfis")), (0, 1));
        assert_eq!((seen["tools"]["drawings"]["copied"].as_i64(), seen["tools"]["rfis"]["copied"].as_i64()), (Some(4), Some(5)));
        // Mended upstream, its present state is applied.
        rfis::close(&site.app, world.tower, odd, "Possible after all").await;
        site.later(SignedDuration::from_mins(30)).await;
        let mended = tool(&world.maria, connection).await;
        assert_eq!((mended["attention"].as_array().unwrap().len(), mended["copied"].as_i64()), (0, Some(6)));
        site.close().await;
    }

    async fn con_16_under_review_a_tool_waits_is_approved_and_flows(site: Site) {
        let (site, world, connection) = connected(site).await;
        let inactive = tool(&world.maria, connection).await;
        assert_eq!((inactive["state"].as_str(), inactive["can"]["add"]["allowed"].as_bool()), (Some("inactive"), Some(true)));
        assert_eq!(inactive["would_arrive"]["records"], 3, "counted before anybody asks (CON-15)");
        assert_eq!(tool(&world.ines, connection).await["can"]["add"]["code"], "other_side");
        add(&world.ines, connection).await.refused("other_side", 403);
        site.mail.clear();
        let asked = add(&world.maria, connection).await;
        assert_eq!(asked.header("location").map(str::to_owned), Some(format!("/api/v1/connections/{connection}")));
        assert_eq!(asked.expect(201)["tools"]["rfis"]["state"], "waiting_for_approval");
        add(&world.maria, connection).await.refused("tool_shared_already", 409);
        site.run_until_idle().await;
        assert!(rfis::arrived(&site.app, world.site).await.is_empty(), "nothing is shared before somebody approves");
        assert_eq!(site.subjects_to("ines@harbor.example"), ["Delta Mechanical asks to add RFIs to its connection to Harbor Tower"]);
        assert_eq!(site.subjects_to("maria@delta.example"), ["Your request to add RFIs to the connection to Harbor Tower was sent"]);
        // Who answers sees who asks, what would come and what that person sees already (APR-07).
        let waiting = tool(&world.ines, connection).await;
        let request = &waiting["request"];
        assert_eq!((request["requested_by"]["name"].as_str(), request["requester_sees"]["levels"]["rfis"].as_str()), (Some("Maria Lopez"), Some("read_only")));
        assert_eq!((waiting["would_arrive"]["records"].as_i64(), request["requester_sees"]["records"]["rfis"].as_i64()), (Some(3), Some(3)));
        assert_eq!((request["can"]["approve"]["allowed"].as_bool(), request["can"]["withdraw"]["code"].as_str()), (Some(true), Some("other_side")));
        assert_eq!(tool(&world.maria, connection).await["request"]["requester_sees"], json!(null));
        does(&world.maria, connection, "approve").await.refused("other_side", 403);
        does(&world.erik, connection, "approve").await.refused("not_found", 404);
        does(&world.flor, connection, "withdraw").await.refused("not_found", 404);
        let approved = does(&world.ines, connection, "approve").await.expect(200);
        assert_eq!(approved["tools"]["rfis"]["request"]["approved_by"]["name"], "Ines Ortega");
        does(&world.ines, connection, "approve").await.refused("connection_not_in_state", 409);
        site.run_until_idle().await;
        assert_eq!((state(&world.maria, connection).await.as_str(), rfis::arrived(&site.app, world.site).await.len()), ("active", 3));
        assert_eq!(site.subjects_to("maria@delta.example")[1], "RFIs of Harbor Tower now arrive in Delta at Harbor Tower");
        let history = world.ines.items(&format!("/connections/{connection}/history")).await;
        let of_tool: Vec<_> = history.iter().filter(|item| item["tool"] == "rfis" && item["kind"] != "delivery").map(|item| item["kind"].as_str().unwrap()).collect();
        assert_eq!(of_tool, ["requested", "approved"]);
        // With the connection it ends.
        world.disconnect(connection).await;
        assert_eq!(state(&world.maria, connection).await, "disabled");
        rfis::closed(&site.app, world.tower, 1).await;
        site.run_until_idle().await;
        assert_eq!(rfis::arrived(&site.app, world.site).await.len(), 3, "what was copied stays, nothing comes");
        add(&world.maria, connection).await.refused("connection_not_in_state", 409);
        site.close().await;
    }

    async fn con_16_automatic_approval_adds_at_once(site: Site) {
        let (site, world, connection) = connected(site).await;
        automatic(&world, "automatic").await;
        site.mail.clear();
        let added = add(&world.maria, connection).await.expect(201);
        let request = &added["tools"]["rfis"]["request"];
        assert_eq!((added["tools"]["rfis"]["state"].as_str(), request["approved_by_policy"].as_bool()), (Some("active"), Some(true)));
        site.run_until_idle().await;
        assert_eq!(rfis::arrived(&site.app, world.site).await.len(), 3);
        for email in ["ines@harbor.example", "maria@delta.example"] {
            assert_eq!(site.subjects_to(email), ["RFIs of Harbor Tower now arrive in Delta at Harbor Tower"], "{email}: nobody is asked, both are told");
        }
        site.close().await;
    }

    async fn con_16_declined_with_a_reason_withdrawn_reminded_and_asked_again(site: Site) {
        let (site, world, connection) = connected(site).await;
        add(&world.maria, connection).await.expect(201);
        let path = format!("/connections/{connection}/tools/rfis/decline");
        world.ines.does(&path, json!({"reason": "x".repeat(2_001)})).await.refused("reason_too_long", 422);
        world.ines.does(&path, json!({"reason": "Not on this job."})).await.expect(200);
        let seen = tool(&world.maria, connection).await;
        assert_eq!((seen["state"].as_str(), seen["request"]["state"].as_str()), (Some("inactive"), Some("declined")));
        assert_eq!((seen["request"]["reason"].as_str(), seen["can"]["add"]["allowed"].as_bool()), (Some("Not on this job."), Some(true)));
        site.run_until_idle().await;
        let letter = site.mail.letters_to("maria@delta.example").pop().unwrap();
        assert_eq!(letter.subject, "Harbor Builders declined to add RFIs to the connection to Delta at Harbor Tower");
        assert!(letter.text.contains("Not on this job."));
        // The drawings of the connection noticed nothing.
        assert_eq!(world.seen(connection).await["state"], "connected");
        add(&world.maria, connection).await.expect(201);
        assert_eq!(tool(&world.maria, connection).await["request"]["can"]["remind"]["allowed"], true);
        does(&world.ines, connection, "remind").await.refused("other_side", 403);
        does(&world.maria, connection, "remind").await.expect(200);
        does(&world.maria, connection, "remind").await.refused("duplicate", 409);
        does(&world.diego, connection, "withdraw").await.expect(200);
        assert_eq!(state(&world.maria, connection).await, "inactive");
        site.run_until_idle().await;
        assert_eq!(told(&world.ines).await, ["requested", "connected", "requested", "requested", "requested", "withdrawn"]);
        // Three requests for this pair of projects today: the connection's, and two for RFIs (APR-08).
        add(&world.maria, connection).await.refused("too_many_requests_today", 429);
        site.clock.advance(SignedDuration::from_hours(25));
        add(&world.maria, connection).await.expect(201);
        site.close().await;
    }

    async fn con_16_a_request_for_a_tool_runs_out(site: Site) {
        let (site, world, connection) = connected(site).await;
        add(&world.maria, connection).await.expect(201);
        site.later(SignedDuration::from_hours(24 * 59)).await;
        assert_eq!(state(&world.maria, connection).await, "waiting_for_approval");
        site.later(SignedDuration::from_hours(25)).await;
        assert_eq!(tool(&world.maria, connection).await["request"]["state"], "expired");
        assert_eq!((told(&world.ines).await.last().unwrap().as_str(), told(&world.maria).await.last().unwrap().as_str()), ("expired", "expired"));
        does(&world.ines, connection, "approve").await.refused("connection_not_in_state", 409);
        assert_eq!(world.seen(connection).await["state"], "connected");
        site.close().await;
    }

    async fn con_16_con_11_con_12_the_same_rules(site: Site) {
        let (site, world, connection) = connected(site).await;
        let both = |rfis: &str| json!({"drawings": "read_only", "rfis": rfis});
        set_levels(&world.ines, world.tower, &world.maria, both("none")).await;
        assert_eq!(tool(&world.maria, connection).await["can"]["add"]["code"], "needs_tool_level");
        add(&world.maria, connection).await.refused("needs_tool_level", 403);
        set_levels(&world.ines, world.tower, &world.maria, both("read_only")).await;
        set_levels(&world.diego, world.site, &world.maria, json!({"connection_manager": "standard", "rfis": "admin"})).await;
        add(&world.maria, connection).await.refused("needs_level", 403);
        set_levels(&world.diego, world.site, &world.maria, manager()).await;
        // Diego manages Delta's connections, and is not in Harbor's project.
        add(&world.diego, connection).await.refused("not_a_member", 403);
        for project in [world.tower, world.site] {
            switch(&site, project, false).await;
            add(&world.maria, connection).await.refused("tool_off", 409);
            switch(&site, project, true).await;
        }
        world.ines.patch(&format!("/projects/{}", world.tower), json!({"active": false})).await.expect(200);
        add(&world.maria, connection).await.refused("project_inactive", 409);
        world.ines.patch(&format!("/projects/{}", world.tower), json!({"active": true})).await.expect(200);
        // A request that is not answered yet has nothing to which a tool could be added.
        let east = world.another_site("Delta East").await;
        let request = id(&sluice_testkit::world::ask(&world.maria, east, world.tower).await.expect(201));
        add(&world.maria, request).await.refused("connection_not_in_state", 409);
        // At the approval all of it is asked again (APR-06).
        add(&world.maria, connection).await.expect(201);
        set_levels(&world.ines, world.tower, &world.maria, both("none")).await;
        does(&world.ines, connection, "approve").await.refused("requester_lost_access", 409);
        set_levels(&world.ines, world.tower, &world.maria, both("read_only")).await;
        switch(&site, world.site, false).await;
        does(&world.ines, connection, "approve").await.refused("tool_off", 409);
        switch(&site, world.site, true).await;
        does(&world.ines, connection, "approve").await.expect(200);
        site.close().await;
    }

    async fn con_16_apr_08_nobody_answers_their_own_request(site: Site) {
        let (site, world, connection) = connected(site).await;
        set_levels(&world.ines, world.tower, &world.maria, json!({"connection_manager": "admin", "drawings": "read_only", "rfis": "read_only"})).await;
        add(&world.maria, connection).await.expect(201);
        for verb in ["approve", "decline"] {
            does(&world.maria, connection, verb).await.refused("own_request", 403);
        }
        site.close().await;
    }

    async fn con_16_und_01_an_addition_is_undone_alone(site: Site) {
        let (site, world, connection) = connected(site).await;
        add(&world.maria, connection).await.expect(201);
        does(&world.ines, connection, "approve").await.expect(200);
        site.run_until_idle().await;
        assert!(tool(&world.ines, connection).await["request"]["undo_until"].is_string());
        does(&world.maria, connection, "undo").await.refused("other_side", 403);
        let undone = does(&world.ines, connection, "undo").await.expect(200);
        assert_eq!(undone["tools"]["rfis"]["state"], "waiting_for_approval");
        assert!(rfis::arrived(&site.app, world.site).await.is_empty());
        assert_eq!((world.arrived("").await.len(), undone["state"].as_str()), (2, Some("connected")));
        site.run_until_idle().await;
        assert_eq!(told(&world.maria).await.last().unwrap(), "undone");
        // Approved again, it comes again; after five minutes it stays.
        does(&world.ines, connection, "approve").await.expect(200);
        site.run_until_idle().await;
        assert_eq!(rfis::arrived(&site.app, world.site).await.len(), 3);
        site.later(SignedDuration::from_mins(5)).await;
        does(&world.ines, connection, "undo").await.refused("undo_too_late", 409);
        assert_eq!(tool(&world.ines, connection).await["request"]["undo_until"], json!(null));
        site.close().await;
    }

    async fn con_16_und_02_undoing_the_connection_takes_the_added_tool_with_it(site: Site) {
        let (site, world) = with_rfis(site).await;
        automatic(&world, "automatic").await;
        rfis::closed(&site.app, world.tower, 2).await;
        seed::published(&site.app, &world.erik, world.tower, &Sheet::many(1)).await;
        let connection = id(&world.ask().await.expect(201));
        add(&world.maria, connection).await.expect(201);
        site.run_until_idle().await;
        assert_eq!(rfis::arrived(&site.app, world.site).await.len(), 2);
        world.maria.does(&format!("/connections/{connection}/undo"), json!({})).await.expect(200);
        assert!(rfis::arrived(&site.app, world.site).await.is_empty() && world.arrived("").await.is_empty());
        let left = "select count(*) as value from connection_tool where connection_id = $1 and tool = 'rfis'";
        assert_eq!(site.count(left, args![connection]).await, 0);
        // Asked again with drawings alone, RFIs are not shared.
        let again = id(&world.ask().await.expect(201));
        site.run_until_idle().await;
        assert_eq!(state(&world.maria, again).await, "inactive");
        assert!(rfis::arrived(&site.app, world.site).await.is_empty());
        site.close().await;
    }

    async fn con_16_a_request_for_a_tool_ends_with_the_connection(site: Site) {
        let (site, world, connection) = connected(site).await;
        add(&world.maria, connection).await.expect(201);
        world.disconnect(connection).await;
        does(&world.ines, connection, "approve").await.refused("connection_not_in_state", 409);
        let open = "select count(*) as value from connection_addition where state = 'requested'";
        assert_eq!(site.count(open, args![]).await, 0);
        site.close().await;
    }

    async fn con_16_see_01_a_third_company_sees_nothing_of_it(site: Site) {
        let (site, world, connection) = connected(site).await;
        let (sierra, gil) = sluice_testkit::world::company(&site, "Sierra Glass", "Gil Soto", "gil@sierra.example").await;
        sluice_testkit::world::collaborator(&site, world.harbor, &gil, sierra).await;
        member(&world.ines, world.tower, &gil, json!({"connection_manager": "admin", "rfis": "admin"})).await;
        add(&world.maria, connection).await.expect(201);
        for verb in ["approve", "decline", "withdraw", "remind", "undo"] {
            does(&gil, connection, verb).await.refused("not_found", 404);
        }
        add(&gil, connection).await.refused("not_found", 404);
        let pat = employee(&site, world.delta, "Pat Cruz", "pat@delta.example").await;
        does(&pat, connection, "withdraw").await.refused("not_found", 404);
        site.close().await;
    }

    async fn flo_14_the_feed_tells_each_reader_of_what_they_see(site: Site) {
        let (site, world, _) = connected(site).await;
        let kinds = async |by: &Person| {
            let page = by.get(&format!("/projects/{}/changes?limit=1000", world.tower)).await.expect(200);
            let mut kinds: Vec<String> = page["items"].as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap().to_owned()).collect();
            kinds.sort_unstable();
            kinds.dedup();
            kinds
        };
        assert!(kinds(&world.ines).await.contains(&"rfi".to_owned()));
        assert!(!kinds(&world.erik).await.contains(&"rfi".to_owned()), "he has no level on RFIs");
        site.close().await;
    }
}
