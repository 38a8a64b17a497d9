//! Closing a company and deleting a project end what they are part of, and nothing beyond it. PPL-16, PPL-17, FLO-04.

use sluice_app::{closing, companies};
use sluice_store::args;
use sluice_testkit::person::id;
use sluice_testkit::seed::{self, Sheet};
use sluice_testkit::world::{ask, collaborator, company, employee, manager, member, project};
use sluice_testkit::{Person, Site, Value, World, json, on_both, sql};
use uuid::Uuid;

const REASON: &str = "The job was called off.";

/// Harbor and Delta connected, with sheets that have arrived and are published at Delta.
async fn flowing(site: &Site, count: usize) -> (World, Uuid) {
    let world = World::harbor_and_delta(site).await;
    seed::published(&site.app, &world.erik, world.tower, &Sheet::many(count)).await;
    let connection = world.connected().await;
    site.run_until_idle().await;
    world
        .maria
        .does(&format!("/projects/{}/publications", world.site), json!({"all": true}))
        .await
        .expect(200);
    site.run_until_idle().await;
    (world, connection)
}

async fn delete(by: &Person, project: Uuid, name: &str) -> sluice_testkit::Answer {
    by.does(&format!("/projects/{project}/deletion"), json!({"name": name, "reason": REASON})).await
}

async fn close(by: &Person, company: Uuid, name: &str) -> sluice_testkit::Answer {
    by.does(&format!("/companies/{company}/closure"), json!({"name": name, "reason": REASON})).await
}

/// Somebody who administers the installation and works for nobody.
async fn operator(site: &Site) -> Person {
    let email = "ola@operator.example";
    companies::create_installation_admin(&site.app, "Ola Berg", email, "a crane and a hoist").await.unwrap();
    site.sign_in("Ola Berg", email, "a crane and a hoist").await
}

/// Delta's copies are there, with their bytes.
async fn delta_has_all(world: &World, count: usize) {
    let copies = world.arrived("").await;
    assert_eq!(copies.len(), count);
    for (place, copy) in copies.iter().enumerate() {
        let file = format!("/drawing-revisions/{}/file", copy["revision"]["id"].as_str().unwrap());
        for reader in [&world.maria, &world.flor] {
            let answer = reader.get(&file).await;
            assert_eq!(answer.status, 200, "{place}");
            assert!(answer.body.starts_with(b"%PDF"));
        }
    }
}

fn kinds(history: &[Value]) -> Vec<&str> {
    history.iter().filter_map(|one| one["kind"].as_str()).collect()
}

on_both! {
    async fn ppl_17_deleting_the_upstream_project_ends_its_connections_and_leaves_the_copies(site: Site) {
        let (world, connection) = flowing(&site, 3).await;
        let waiting = world.another_site("Delta East").await;
        let request = id(&ask(&world.maria, waiting, world.tower).await.expect(201));
        site.run_until_idle().await;
        let before = site.subjects_to("maria@delta.example").len();
        let consequences = world.ines.get(&format!("/projects/{}/deletion", world.tower)).await.expect(200);
        assert_eq!((consequences["drawings"].as_i64(), consequences["name"].as_str()), (Some(3), Some("Harbor Tower")));
        assert_eq!(consequences["ends"].as_array().unwrap().len(), 2);

        delete(&world.ines, world.tower, "Harbor Towers").await.refused("invalid", 422);
        delete(&world.ines, world.tower, " Harbor Tower ").await.expect(204);
        site.run_until_idle().await;

        // Delta is told of both, by whom and why, and keeps everything.
        let ended = world.seen(connection).await;
        assert_eq!((ended["state"].as_str(), ended["reason"].as_str()), (Some("disconnected"), Some(REASON)));
        assert_eq!(ended["ended_by"]["name"], "Ines Ortega");
        let history = world.maria.items(&format!("/connections/{connection}/history")).await;
        let told = kinds(&history);
        assert_eq!(told[told.len() - 2..], ["project_deleted", "disconnected"], "{told:?}");
        assert_eq!(world.seen(request).await["state"], "declined");
        let subjects = site.subjects_to("maria@delta.example");
        assert_eq!(subjects.len() - before, 2, "{subjects:?}");
        let letter = site.mail.letters_to("maria@delta.example").into_iter().next_back().unwrap();
        assert!(letter.text.contains("Ines Ortega of Harbor Builders deleted the project."), "{}", letter.text);
        assert!(letter.text.contains(REASON));
        delta_has_all(&world, 3).await;
        // One message for Harbor's own people, whatever ended.
        let own = site.subjects_to("ines@harbor.example");
        assert_eq!(own.iter().filter(|subject| *subject == "The project Harbor Tower was deleted").count(), 1, "{own:?}");
        assert!(world.ines.items("/notifications").await.iter().any(|one| one["kind"] == "project_deleted"));
        // Delta's site is spent, as after any disconnection; the one that only asked may ask elsewhere.
        let other = world.another_tower("Harbor Annex").await;
        ask(&world.maria, world.site, other).await.refused("connection_spent", 409);
        ask(&world.maria, waiting, other).await.expect(201);
        site.close().await;
    }

    async fn ppl_17_flo_07_a_copy_keeps_the_name_it_arrived_under_and_shows_the_present_one_while_connected(site: Site) {
        let (world, connection) = flowing(&site, 1).await;
        let names = |copy: &Value| {
            let origin = &copy["origin"];
            ["company", "project", "company_now", "project_now"].map(|name| origin[name].as_str().unwrap_or("-").to_owned())
        };
        let list = format!("/projects/{}/drawings", world.site);
        let tag = world.maria.get(&list).await.header("etag").unwrap().to_owned();
        let again = || async {
            let request = world.maria.request("GET", &list).header("if-none-match", &tag);
            world.maria.send(request.body(axum::body::Body::empty()).unwrap()).await.status
        };
        assert_eq!(again().await, 304);
        world.ines.patch(&format!("/projects/{}", world.tower), json!({"name": "Harbor East"})).await.expect(200);
        world.ines.patch(&format!("/companies/{}", world.harbor), json!({"name": "Harbor Group"})).await.expect(200);
        assert_eq!(again().await, 200, "the list says so at once");
        seed::published(&site.app, &world.erik, world.tower, &[Sheet::new("Z-1", "LATER", "0")]).await;
        site.run_until_idle().await;
        let copies = world.arrived("").await;
        assert_eq!(names(&copies[0]), ["Harbor Builders", "Harbor Tower", "Harbor Group", "Harbor East"]);
        assert_eq!(names(&copies[1]), ["Harbor Group", "Harbor East", "Harbor Group", "Harbor East"]);
        world.disconnect(connection).await;
        let copies = world.arrived("").await;
        assert_eq!(names(&copies[0]), ["Harbor Builders", "Harbor Tower", "-", "-"]);
        assert_eq!(names(&copies[1]), ["Harbor Group", "Harbor East", "-", "-"]);
        site.close().await;
    }

    async fn ppl_17_deleting_the_downstream_project_tells_upstream(site: Site) {
        let (world, connection) = flowing(&site, 2).await;
        delete(&world.diego, world.site, "Delta at Harbor Tower").await.expect(204);
        site.run_until_idle().await;
        let ended = world.ines.get(&format!("/connections/{connection}")).await.expect(200);
        assert_eq!((ended["state"].as_str(), ended["ended_by"]["name"].as_str()), (Some("disconnected"), Some("Diego Ruiz")));
        assert!(site.subjects_to("ines@harbor.example").iter().any(|subject| subject.contains("no longer connected")));
        // Harbor's own are as they were.
        assert_eq!(world.ines.items(&format!("/projects/{}/drawings", world.tower)).await.len(), 2);
        // A request that waits is taken back.
        let waiting = world.another_site("Delta East").await;
        let request = id(&ask(&world.maria, waiting, world.tower).await.expect(201));
        delete(&world.diego, waiting, "Delta East").await.expect(204);
        assert_eq!(world.ines.get(&format!("/connections/{request}")).await.expect(200)["state"], "withdrawn");
        let role = "select count(*) as value from project_role where project_id = $1";
        assert_eq!(site.count(role, args![waiting]).await, 0);
        site.close().await;
    }

    async fn ppl_17_only_a_company_administrator_deletes_and_says_why(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let ada = employee(&site, world.harbor, "Ada Boyd", "ada@harbor.example").await;
        member(&world.ines, world.tower, &ada, json!({"directory": "admin", "admin": "admin"})).await;
        for weak in [&ada, &world.erik, &world.maria] {
            delete(weak, world.tower, "Harbor Tower").await.refused("needs_level", 403);
            weak.get(&format!("/projects/{}/deletion", world.tower)).await.refused("needs_level", 403);
            assert_eq!(weak.get(&format!("/projects/{}", world.tower)).await.expect(200)["can"]["delete"]["allowed"], false);
        }
        delete(&world.diego, world.tower, "Harbor Tower").await.refused("not_found", 404);
        for reason in ["", "  \n"] {
            let body = json!({"name": "Harbor Tower", "reason": reason});
            world.ines.does(&format!("/projects/{}/deletion", world.tower), body).await.refused("reason_missing", 422);
        }
        assert_eq!(world.ines.get(&format!("/projects/{}", world.tower)).await.expect(200)["can"]["delete"]["allowed"], true);
        delete(&world.ines, world.tower, "Harbor Tower").await.expect(204);
        delete(&world.ines, world.tower, "Harbor Tower").await.refused("not_found", 404);
        let entry = world.ines.items(&format!("/companies/{}/audit-log", world.harbor)).await.remove(0);
        assert_eq!((entry["kind"].as_str(), entry["detail"].as_str()), (Some("project_deleted"), Some(REASON)));
        site.close().await;
    }

    async fn ppl_17_what_is_gone_answers_as_what_never_was(site: Site) {
        let (world, connection) = flowing(&site, 2).await;
        let drawings = world.erik.items(&format!("/projects/{}/drawings", world.tower)).await;
        let (drawing, revision) = (id(&drawings[0]), drawings[0]["revision"]["id"].as_str().unwrap().to_owned());
        let upload = world.erik.does(&format!("/projects/{}/drawing-uploads", world.tower), json!({"set": {"name": "B", "date": "2026-02-02"}})).await.expect(201);
        let files = format!("/drawing-uploads/{}/files", id(&upload));
        let request = world.erik.request("POST", &files).header("tus-resumable", "1.0.0").header("upload-length", "3");
        let file = world.erik.send(request.body(axum::body::Body::empty()).unwrap()).await;
        let file = file.header("location").unwrap().to_owned();
        let invited = json!({"email": "nora@harbor.example", "name": "Nora", "employee": true, "levels": {"drawings": "read_only"}});
        world.ines.does(&format!("/projects/{}/members", world.tower), invited).await.expect(201);
        let invitation = site.invitation_to("nora@harbor.example").await;
        delete(&world.ines, world.tower, "Harbor Tower").await.expect(204);
        let tower = world.tower;
        for person in [&world.ines, &world.erik, &world.maria] {
            for path in [
                format!("/projects/{tower}"),
                format!("/projects/{tower}/members"),
                format!("/projects/{tower}/drawings"),
                format!("/projects/{tower}/drawing-sets"),
                format!("/projects/{tower}/drawing-areas"),
                format!("/projects/{tower}/drawing-uploads"),
                format!("/projects/{tower}/connections"),
                format!("/projects/{tower}/changes"),
                format!("/projects/{tower}/deletion"),
                format!("/me/permissions?project_id={tower}"),
                format!("/drawings/{drawing}"),
                format!("/drawing-revisions/{revision}/file"),
                format!("/drawing-revisions/{revision}/thumbnail"),
                format!("/drawing-uploads/{}", id(&upload)),
            ] {
                person.get(&path).await.refused("not_found", 404);
            }
            assert!(person.items("/projects").await.iter().all(|one| id(one) != tower));
        }
        world.ines.get(&format!("/connections/{connection}")).await.refused("not_found", 404);
        world.ines.patch(&format!("/projects/{tower}"), json!({"name": "Back"})).await.refused("not_found", 404);
        world.erik.patch(&format!("/drawings/{drawing}"), json!({"title": "Back"})).await.refused("not_found", 404);
        let piece = world.erik.request("PATCH", file.strip_prefix("/api/v1").unwrap_or(&file)).header("tus-resumable", "1.0.0")
            .header("upload-offset", "0").header("content-type", "application/offset+octet-stream");
        assert_eq!(world.erik.send(piece.body("abc".into()).unwrap()).await.status, 404);
        // The invitation still leads into the company; of the project it says nothing.
        let seen = site.nobody().get(&invitation).await.expect(200);
        assert_eq!(seen["project"], json!(null));
        // Nothing about it is left among notifications but that it is gone.
        for one in world.ines.items("/notifications").await {
            assert!(one["kind"] == "project_deleted" || !one.to_string().contains(&tower.to_string()), "{one}");
        }
        site.close().await;
    }

    async fn ppl_17_flo_04_bytes_are_let_go_where_nothing_else_refers_to_them(site: Site) {
        let (world, _) = flowing(&site, 3).await;
        // One of the sheets stands in a second project of Harbor.
        let annex = project(&world.ines, world.harbor, "Harbor Annex", "").await;
        seed::published(&site.app, &world.ines, annex, &Sheet::many(1)).await;
        let held = "select count(*) as value from blob_reference where company_id = $1";
        assert_eq!((site.count(held, args![world.harbor]).await, site.count(held, args![world.delta]).await), (3, 3));
        delete(&world.ines, world.tower, "Harbor Tower").await.expect(204);
        assert_eq!((site.count(held, args![world.harbor]).await, site.count(held, args![world.delta]).await), (1, 3));
        let previews = "select count(*) as value from preview where company_id = $1";
        assert_eq!(site.count(previews, args![world.harbor]).await, 1);
        delta_has_all(&world, 3).await;
        let left = world.ines.items(&format!("/projects/{annex}/drawings")).await;
        let file = format!("/drawing-revisions/{}/file", left[0]["revision"]["id"].as_str().unwrap());
        assert_eq!(world.ines.get(&file).await.status, 200);
        site.close().await;
    }

    async fn ppl_17_closing_a_company_ends_everything_of_it_and_nothing_of_others(site: Site) {
        let (world, connection) = flowing(&site, 3).await;
        let waiting = world.another_site("Delta East").await;
        let request = id(&ask(&world.maria, waiting, world.tower).await.expect(201));
        // Ines works for a second company too.
        let (third, gil) = company(&site, "Third Glass", "Gil Soto", "gil@third.example").await;
        collaborator(&site, third, &world.ines, world.harbor).await;
        let glass = project(&gil, third, "Glass", "").await;
        member(&gil, glass, &world.ines, json!({"drawings": "read_only"})).await;
        let ola = operator(&site).await;
        let seen = ola.get(&format!("/companies/{}/closure", world.harbor)).await.expect(200);
        assert_eq!((seen["projects"].as_i64(), seen["connected"].as_i64(), seen["requested"].as_i64()), (Some(1), Some(1), Some(1)));
        close(&ola, world.harbor, "Harbor").await.refused("invalid", 422);
        close(&ola, world.harbor, "Harbor Builders").await.expect(204);
        site.run_until_idle().await;

        let ended = world.seen(connection).await;
        assert_eq!((ended["state"].as_str(), ended["reason"].as_str()), (Some("disconnected"), Some(REASON)));
        // Nobody is named: whoever runs the installation is not of that company.
        assert!(!ended.to_string().contains("Ola"), "{ended}");
        let history = world.maria.items(&format!("/connections/{connection}/history")).await;
        assert!(kinds(&history).ends_with(&["company_closed", "disconnected"]));
        assert_eq!(world.seen(request).await["state"], "declined");
        let letter = site.mail.letters_to("maria@delta.example").into_iter().next_back().unwrap();
        assert!(letter.text.contains("Harbor Builders was closed on this installation."), "{}", letter.text);
        delta_has_all(&world, 3).await;
        let held = "select count(*) as value from blob_reference where company_id = $1";
        assert_eq!((site.count(held, args![world.harbor]).await, site.count(held, args![world.delta]).await), (0, 3));

        // Its people are told, keep their sign-in and their other companies, and see nothing of it.
        assert!(site.subjects_to("erik@harbor.example").contains(&"Harbor Builders was closed".to_owned()));
        let session = world.ines.get("/session").await.expect(200);
        let names: Vec<_> = session["companies"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["Third Glass"]);
        world.ines.get(&format!("/projects/{glass}")).await.expect(200);
        for path in [
            format!("/companies/{}", world.harbor),
            format!("/companies/{}/people", world.harbor),
            format!("/companies/{}/projects", world.harbor),
            format!("/companies/{}/connections", world.harbor),
            format!("/companies/{}/connection-settings", world.harbor),
            format!("/projects/{}", world.tower),
            format!("/connections/{connection}"),
        ] {
            world.ines.get(&path).await.refused("not_found", 404);
        }
        world.ines.does(&format!("/companies/{}/projects", world.harbor), json!({"name": "New"})).await.refused("not_found", 404);
        close(&ola, world.harbor, "Harbor Builders").await.refused("not_found", 404);
        // The list still names it, as closed.
        let listed = ola.items("/installation/companies").await;
        let harbor = listed.iter().find(|one| one["name"] == "Harbor Builders").unwrap();
        assert!(harbor["closed_at"].is_string());
        site.close().await;
    }

    async fn ppl_16_only_whoever_administers_the_installation_closes_and_sees_names_only(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        seed::published(&site.app, &world.erik, world.tower, &Sheet::many(1)).await;
        let ola = operator(&site).await;
        for (person, code, status) in [(&world.ines, "installation_admin_only", 403), (&world.maria, "installation_admin_only", 403), (&world.diego, "not_found", 404)] {
            close(person, world.harbor, "Harbor Builders").await.refused(code, status);
            person.get(&format!("/companies/{}/closure", world.harbor)).await.refused(code, status);
            person.get("/installation/companies").await.refused("installation_admin_only", 403);
        }
        let listed = ola.items("/installation/companies").await;
        assert_eq!(listed.len(), 2);
        for path in [
            format!("/companies/{}", world.harbor),
            format!("/companies/{}/people", world.harbor),
            format!("/companies/{}/projects", world.harbor),
            format!("/projects/{}", world.tower),
            format!("/projects/{}/drawings", world.tower),
        ] {
            ola.get(&path).await.refused("not_found", 404);
        }
        let closure = ola.get(&format!("/companies/{}/closure", world.harbor)).await.expect(200);
        for secret in ["Harbor Tower", "Ines", "Erik", "PLAN OF PART"] {
            assert!(!closure.to_string().contains(secret), "{closure}");
        }
        site.close().await;
    }

    async fn ppl_17_the_operator_closes_on_the_command_line(site: Site) {
        let (world, connection) = flowing(&site, 1).await;
        let unknown = closing::close_by_operator(&site.app, "Harbour", REASON).await.unwrap_err();
        assert_eq!(unknown.public_code(), Some("not_found"));
        let (closed, ended) = closing::close_by_operator(&site.app, "Delta Mechanical", REASON).await.unwrap();
        assert_eq!((closed.id.0, ended), (world.delta, 1));
        site.run_until_idle().await;
        let seen = world.ines.get(&format!("/connections/{connection}")).await.expect(200);
        assert_eq!(seen["state"], "disconnected");
        assert!(closing::close_by_operator(&site.app, &world.delta.to_string(), REASON).await.is_err(), "closed already");
        // Another company of the same name is another one.
        let (again, _) = company(&site, "Delta Mechanical", "Dora", "dora@delta.example").await;
        let (closed, _) = closing::close_by_operator(&site.app, "Delta Mechanical", REASON).await.unwrap();
        assert_eq!(closed.id.0, again);
        site.close().await;
    }

    async fn ppl_17_a_file_that_is_being_taken_apart_stops(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let upload = world.erik.does(&format!("/projects/{}/drawing-uploads", world.tower), json!({"set": {"name": "B", "date": "2026-02-02"}})).await.expect(201);
        let file: Uuid = site.app.environment.id();
        sql::run(
            &site.app.db,
            "insert into upload_file (id, upload_id, project_id, name, byte_count, received_count, state, created_at) values ($1, $2, $3, 'a.pdf', 3, 3, 'waiting', 1)",
            args![file, id(&upload), world.tower],
        )
        .await;
        let incoming = site.app.blobs.incoming(file);
        std::fs::write(&incoming, b"abc").unwrap();
        let mut tx = site.app.db.begin().await.unwrap();
        sluice_app::jobs::schedule(&site.app, &mut tx, sluice_app::jobs::Kind::Ingest, file, site.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        delete(&world.ines, world.tower, "Harbor Tower").await.expect(204);
        site.run_until_idle().await;
        assert!(!incoming.exists(), "its bytes are gone");
        let state: String = sql::value(&site.app.db, "select state as value from upload_file where id = $1", args![file]).await;
        assert_eq!(state, "waiting", "nobody worked on it");
        site.close().await;
    }

    async fn ppl_17_open_screens_of_what_is_gone_end(site: Site) {
        use http_body_util::BodyExt;
        use tower::ServiceExt;
        let world = World::harbor_and_delta(&site).await;
        member(&world.ines, world.tower, &employee(&site, world.harbor, "Ada Boyd", "ada@harbor.example").await, manager()).await;
        let router = sluice_server::serve::router(site.app.clone(), site.settings());
        let request = world.erik.request("GET", &format!("/projects/{}/changes", world.tower)).header("accept", "text/event-stream");
        let mut stream = router.oneshot(request.body(axum::body::Body::empty()).unwrap()).await.unwrap().into_body();
        delete(&world.ines, world.tower, "Harbor Tower").await.expect(204);
        let ended = tokio::time::timeout(std::time::Duration::from_secs(10), async {
            while let Some(frame) = stream.frame().await {
                let text = String::from_utf8(frame.unwrap().into_data().unwrap().to_vec()).unwrap();
                assert!(!text.contains("\"topic\""), "{text}");
            }
        });
        ended.await.expect("the stream ends");
        site.close().await;
    }
}
