//! What somebody who is on the job for one subcontractor can learn of another: nothing (SEE-01, CON-14, NOT-05, SEE-05, SEC-09). Whatever they
//! can ask is asked before and after; nothing may be different.

use std::time::Duration;

use axum::body::Body;
use http_body_util::BodyExt;
use sluice_testkit::person::id;
use sluice_testkit::seed::{self, Sheet};
use sluice_testkit::world::{Volt, ask, collaborator, member};
use sluice_testkit::{Person, Site, World, json, on_both};
use tower::ServiceExt;
use uuid::Uuid;

/// Everything that Vera can ask, with what she was answered.
async fn asked(vera: &Person, paths: &[String]) -> Vec<(String, u16, String, Option<String>)> {
    let mut answers = vec![];
    for path in paths {
        let answer = vera.get(path).await;
        let etag = answer.header("etag").map(str::to_owned);
        // Each request has its own number, which tells nothing.
        let request = answer.header("x-request-id").unwrap_or_default();
        let text = answer.text().replace(request, "");
        answers.push((path.clone(), answer.status, text, etag));
    }
    answers
}

/// Delta's whole story beside Volt's: asks, is declined, asks again, is connected, receives, is compared, leaves.
async fn deltas_story(site: &Site, world: &World) -> Vec<Uuid> {
    let declined = id(&world.ask().await.expect(201));
    world
        .ines
        .does(&format!("/connections/{declined}/decline"), json!({"reason": "Not yet."}))
        .await
        .expect(200);
    let connection = world.connected().await;
    site.run_until_idle().await;
    world.maria.does(&format!("/connections/{connection}/repair"), json!({})).await.expect(200);
    site.run_until_idle().await;
    let waiting = world.another_site("Delta East").await;
    let request = id(&ask(&world.maria, waiting, world.tower).await.expect(201));
    site.run_until_idle().await;
    vec![declined, connection, request]
}

on_both! {
    async fn see_01_nothing_of_another_subcontractor_upstream(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        // Vera manages connections in Harbor Tower from outside, for Volt: more than anybody from outside should ever get.
        let volt = Volt::on(&site, &world, json!({"connection_manager": "admin", "drawings": "read_only"})).await;
        seed::published(&site.app, &world.erik, world.tower, &Sheet::many(2)).await;
        let own = id(&ask(&volt.vera, volt.project, world.tower).await.expect(201));
        site.run_until_idle().await;
        let mut paths = vec!["/projects".to_owned(), "/notifications".into(), "/session".into(), format!("/companies/{}", world.harbor)];
        for part in [
            "", "/connections", "/connection-candidates", "/connection-notifications", "/drawings", "/drawing-sets", "/drawing-areas", "/changes?after=0",
            "/members", "/drawing-uploads", "/arrival-settings",
        ] {
            paths.push(format!("/projects/{}{part}", world.tower));
        }
        for part in ["", "/history", "/explanation?number=A-0001"] {
            paths.push(format!("/connections/{own}{part}"));
        }
        paths.push(format!("/projects/{}/connection-candidates", volt.project));
        paths.push(format!("/companies/{}/connections", volt.company));
        let works = ask(&volt.vera, world.tower, volt.project).await;
        let before = asked(&volt.vera, &paths).await;
        let letters = site.mail.letters_to("vera@volt.example").len();

        let theirs = deltas_story(&site, &world).await;
        for told in asked(&volt.vera, &paths).await.iter().zip(&before) {
            assert_eq!(told.0, told.1, "{}", told.0.0);
        }
        assert_eq!(site.mail.letters_to("vera@volt.example").len(), letters);
        // Trying tells no more: the same refusal as before Harbor Tower had anybody downstream (CON-14).
        let again = ask(&volt.vera, world.tower, volt.project).await;
        assert_eq!((again.status, &again.json["code"], &again.json["detail"]), (works.status, &works.json["code"], &works.json["detail"]));
        for connection in &theirs {
            for part in ["", "/history", "/history.csv", "/explanation?number=A-0001"] {
                volt.vera.get(&format!("/connections/{connection}{part}")).await.refused("not_found", 404);
            }
            for (verb, body) in [
                ("approve", json!({})), ("decline", json!({})), ("withdraw", json!({})), ("remind", json!({})), ("repair", json!({})),
                ("disconnect", json!({"reason": "Because.", "accept": true})),
            ] {
                volt.vera.does(&format!("/connections/{connection}/{verb}"), body).await.refused("not_found", 404);
            }
        }
        world.disconnect(theirs[1]).await;
        site.run_until_idle().await;
        assert_eq!(asked(&volt.vera, &paths).await, before);
        // Harbor's own people see all of it.
        assert_eq!(world.ines.items(&format!("/projects/{}/connections", world.tower)).await.len(), 4);
        site.close().await;
    }

    async fn see_01_nothing_of_another_company_downstream(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let volt = Volt::on(&site, &world, json!({})).await;
        // Vera helps Delta in its own project, and Harbor's engineer too; each for their own company.
        let reads = json!({"connection_manager": "read_only", "drawings": "read_only"});
        collaborator(&site, world.delta, &volt.vera, volt.company).await;
        member(&world.diego, world.site, &volt.vera, reads.clone()).await;
        collaborator(&site, world.delta, &world.erik, world.harbor).await;
        member(&world.diego, world.site, &world.erik, reads).await;
        let project = format!("/projects/{}", world.site);
        let paths = [project.clone(), format!("{project}/connections"), "/projects".into(), "/notifications".into()];
        let before = asked(&volt.vera, &paths).await;
        let connection = world.connected().await;
        site.run_until_idle().await;
        assert_eq!(asked(&volt.vera, &paths).await, before);
        volt.vera.get(&format!("/connections/{connection}")).await.refused("not_found", 404);
        assert_eq!(world.erik.items(&format!("{project}/connections")).await.len(), 1);
        site.close().await;
    }

    async fn sec_09_an_open_screen_hears_nothing_of_another_subcontractor(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let volt = Volt::on(&site, &world, json!({"connection_manager": "read_only", "drawings": "read_only"})).await;
        let router = sluice_server::serve::router(site.app.clone(), site.settings());
        let open = async |person: &Person| {
            let request = person.request("GET", &format!("/projects/{}/changes", world.tower)).header("accept", "text/event-stream");
            let response = router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
            assert_eq!(response.status(), 200);
            response.into_body()
        };
        // What each hears up to the moment when Volt's own request is declined.
        let until = async |mut stream: Body, last: Uuid| {
            let mut heard = vec![];
            loop {
                let frame = tokio::time::timeout(Duration::from_secs(20), stream.frame()).await.expect("the last one is heard");
                let text = String::from_utf8(frame.unwrap().unwrap().into_data().unwrap().to_vec()).unwrap();
                let done = text.contains(&last.to_string());
                heard.extend(text.lines().filter(|line| line.starts_with("data:")).map(str::to_owned));
                if done {
                    return heard;
                }
            }
        };
        let (vera, ines, erik) = (open(&volt.vera).await, open(&world.ines).await, open(&world.erik).await);
        let theirs = deltas_story(&site, &world).await;
        let own = id(&ask(&volt.vera, volt.project, world.tower).await.expect(201));
        let heard = until(vera, own).await;
        assert_eq!(heard.len(), 1, "{heard:?}");
        let told = until(ines, own).await.join("\n");
        assert!(theirs.iter().all(|connection| told.contains(&connection.to_string())), "{told}");
        // Erik has no level on Connection Manager: he hears of drawings only, when there are some.
        seed::published(&site.app, &world.ines, world.tower, &Sheet::many(1)).await;
        let mut erik = erik;
        let frame = tokio::time::timeout(Duration::from_secs(20), erik.frame()).await.unwrap().unwrap().unwrap();
        let first = String::from_utf8(frame.into_data().unwrap().to_vec()).unwrap();
        assert!(first.contains("\"topic\":\"drawings\""), "{first}");
        site.close().await;
    }
}
