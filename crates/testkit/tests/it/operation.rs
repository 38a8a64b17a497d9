//! What an operator relies on: limits, figures, readiness, streams that end with the right to them, housekeeping.

use std::num::NonZeroU32;
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt;
use jiff::SignedDuration;
use sluice_api::{Limits, Rate, Readers, Settings};
use sluice_store::{args, job};
use sluice_testkit::person::id;
use sluice_testkit::seed::{self, Sheet};
use sluice_testkit::world::{employee, member, set_levels};
use sluice_testkit::{Person, Site, World, json, on_both, sql};
use tower::ServiceExt;

/// So many, and then none for an hour.
fn rate(burst: u32) -> Rate {
    Rate { burst: NonZeroU32::new(burst).unwrap(), interval: Duration::from_hours(1) }
}

const NONE: Limits = Limits { secrets: None, strangers: None, people: None };

fn behind(site: &Site, settings: Settings) -> axum::Router {
    sluice_api::router(site.app.clone(), settings)
}

/// Asks as from this address.
async fn from(person: &Person, address: &str, method: &str, path: &str) -> sluice_testkit::Answer {
    let request = person
        .request(method, path)
        .header("x-forwarded-for", address)
        .header("content-type", "application/json");
    person
        .send(request.body(Body::from(r#"{"email": "ines@harbor.example", "password": "wrong"}"#)).unwrap())
        .await
}

/// Asks for something outside the interface.
async fn plain(router: &axum::Router, path: &str, authorization: Option<&str>) -> (u16, String) {
    let mut request = Request::builder().uri(path);
    if let Some(value) = authorization {
        request = request.header("authorization", value);
    }
    let response = router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8_lossy(&body).into_owned())
}

/// A live stream of a person.
async fn listen(site: &Site, person: &Person, project: uuid::Uuid) -> Body {
    let router = sluice_server::serve::router(site.app.clone(), site.settings());
    let request =
        person.request("GET", &format!("/projects/{project}/changes")).header("accept", "text/event-stream");
    let response = router.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(response.status(), 200);
    response.into_body()
}

/// What a stream says until it ends; ends the test where it does not end.
async fn until_end(mut stream: Body) -> String {
    let mut said = String::new();
    let ended = tokio::time::timeout(Duration::from_secs(10), async {
        while let Some(Ok(frame)) = stream.frame().await {
            said.push_str(&String::from_utf8_lossy(&frame.into_data().unwrap_or_default()));
        }
    });
    ended.await.expect("the stream ends at once, not with the next hint");
    said
}

on_both! {
    async fn sec_04_guessing_is_slowed_down_by_address(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let settings = Settings { limits: Limits { secrets: Some(rate(3)), ..NONE }, trusted_proxies: vec!["127.0.0.1/32".parse().unwrap()], ..Settings::default() };
        let router = behind(&site, settings);
        let guesser = site.nobody().through(router.clone());
        for _ in 0..3 {
            assert_ne!(from(&guesser, "203.0.113.9", "POST", "/session").await.status, 429);
        }
        let refused = from(&guesser, "203.0.113.9", "POST", "/session").await;
        let seconds: i64 = refused.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=3_600).contains(&seconds), "{seconds}");
        refused.refused("too_many_requests", 429);
        from(&guesser, "203.0.113.9", "GET", "/invitations/guess").await.refused("too_many_requests", 429);
        // Another address is another one, and what a guesser writes before its own counts nothing.
        assert_ne!(from(&guesser, "203.0.113.10", "POST", "/session").await.status, 429);
        from(&guesser, "198.51.100.1, 203.0.113.9", "POST", "/session").await.refused("too_many_requests", 429);
        // Whoever is signed in goes on working from there.
        from(&world.ines.through(router), "203.0.113.9", "GET", "/projects").await.expect(200);
        site.close().await;
    }

    async fn sec_04_many_tries_at_once_are_as_many_in_a_row(site: Site) {
        let guess = async || {
            let body = json!({"email": "nobody@harbor.example", "password": "not the password"});
            site.nobody().does("/session", body).await.status
        };
        let answers = futures_util::future::join_all((0..20).map(|_| guess())).await;
        let count = |status| answers.iter().filter(|answer| **answer == status).count();
        assert_eq!((count(401), count(429)), (5, 15), "{answers:?}");
        site.close().await;
    }

    async fn rel_08_a_person_and_a_stranger_have_a_share_each(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let limits = Limits { secrets: None, strangers: Some(rate(2)), people: Some(rate(3)) };
        let router = behind(&site, Settings { limits, ..Settings::default() });
        let (ines, erik, nobody) = (world.ines.through(router.clone()), world.erik.through(router.clone()), site.nobody().through(router));
        for _ in 0..3 {
            ines.get("/projects").await.expect(200);
        }
        let refused = ines.get("/projects").await;
        assert!(refused.header("retry-after").is_some());
        refused.refused("too_many_requests", 429);
        erik.get("/projects").await.expect(200);
        for _ in 0..2 {
            nobody.get("/projects").await.refused("not_signed_in", 401);
        }
        nobody.get("/projects").await.refused("too_many_requests", 429);
        // Nor is there a way around under an address that does not exist.
        nobody.get("/nothing/here").await.refused("too_many_requests", 429);
        erik.get("/projects").await.expect(200);
        site.close().await;
    }

    async fn figures_are_for_whom_the_operator_says(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let token = "a token of the operator";
        let closed = behind(&site, Settings::default());
        assert_eq!(plain(&closed, "/metrics", Some(&format!("Bearer {token}"))).await.0, 404);
        let readers = Readers { this_machine: false, token: Some(token.into()) };
        let open = behind(&site, Settings { metrics: readers, ..Settings::default() });
        for wrong in [None, Some("Bearer nonsense"), Some(token)] {
            assert_eq!(plain(&open, "/metrics", wrong).await.0, 404);
        }
        let ines = world.ines.through(open.clone());
        ines.get(&format!("/projects/{}", world.tower)).await.expect(200);
        ines.get("/projects/nonsense").await.refused("not_found", 404);
        world.ask().await.expect(201);
        let (status, text) = plain(&open, "/metrics", Some(&format!("Bearer {token}"))).await;
        assert_eq!(status, 200);
        for line in [
            "sluice_http_requests_total{method=\"GET\",route=\"/api/v1/projects/{id}\",status=\"200\"} 1",
            "sluice_http_requests_total{method=\"GET\",route=\"/api/v1/projects/{id}\",status=\"404\"} 1",
            "sluice_http_request_duration_seconds_count{method=\"GET\",route=\"/api/v1/projects/{id}\"} 2",
            "sluice_connections{state=\"requested\"} 1",
        ] {
            assert!(text.lines().any(|written| written == line), "no {line} in:\n{text}");
        }
        // The request's mail is on its way.
        assert!(text.lines().any(|line| line.starts_with("sluice_mail{state=\"waiting\"}") && !line.ends_with(" 0")), "{text}");
        for secret in ["Harbor", "ines@", &world.tower.to_string()] {
            assert!(!text.contains(secret), "{secret}");
        }
        site.close().await;
    }

    async fn rel_01_a_start_takes_up_what_a_dead_process_held(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        seed::published(&site.app, &world.erik, world.tower, &Sheet::many(3)).await;
        world.connected().await;
        // A process claimed everything and died.
        let (due, until) = (site.clock.now() + SignedDuration::from_secs(1), site.clock.now() + SignedDuration::from_mins(1));
        while !job::claim(&site.app.db, job::Lane::Quick, due, until, "").await.unwrap().is_empty() {}
        site.run_until_idle().await;
        assert_eq!(world.arrived("").await.len(), 0, "it may still live");
        sluice_app::jobs::take_up(&site.app).await.unwrap();
        site.run_until_idle().await;
        if site.is_postgres() {
            assert_eq!(world.arrived("").await.len(), 0, "another node may be at it: its claim ends by itself");
            site.later(SignedDuration::from_mins(2)).await;
        }
        assert_eq!(world.arrived("").await.len(), 3);
        site.close().await;
    }

    /// Work that was scheduled again while it runs stays with whoever is at it, however long that takes.
    async fn a_lease_is_prolonged_although_the_work_was_scheduled_again(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        world.connected().await;
        let (now, lane) = (site.clock.now() + SignedDuration::from_secs(1), job::Lane::Quick);
        let until = |seconds| now + SignedDuration::from_secs(seconds);
        let all_due = async |now, until| {
            let mut due = vec![];
            loop {
                let claimed = job::claim(&site.app.db, lane, now, until, "").await.unwrap();
                if claimed.is_empty() {
                    return due;
                }
                due.extend(claimed);
            }
        };
        let mut claimed = all_due(now, until(60)).await;
        claimed.retain(|work| work.kind == "reconcile");
        assert_eq!(claimed.len(), 1);
        // A publication schedules the reconcile that is under way once more.
        seed::published(&site.app, &world.erik, world.tower, &Sheet::many(1)).await;
        job::prolong(&site.app.db, &claimed, until(120)).await.unwrap();
        let others = all_due(until(90), until(150)).await;
        assert!(others.iter().all(|work| work.id != claimed[0].id), "two would be at the same work");
        site.close().await;
    }

    async fn a_server_that_stops_says_so_and_ends_its_streams(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let router = behind(&site, Settings::default());
        assert_eq!(plain(&router, "/healthz", None).await, (200, "ok".into()));
        assert_eq!(plain(&router, "/readyz", None).await, (200, "ready".into()));
        let stream = listen(&site, &world.erik, world.tower).await;
        site.app.live.stop();
        assert_eq!(plain(&router, "/readyz", None).await.0, 503);
        assert_eq!(plain(&router, "/healthz", None).await, (200, "ok".into()), "it is alive, and finishes what it began");
        assert_eq!(until_end(stream).await, "");
        world.erik.get("/projects").await.expect(200);
        site.close().await;
    }

    async fn sec_09_a_stream_ends_with_the_session(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let stream = listen(&site, &world.erik, world.tower).await;
        world.erik.delete("/session").await.expect(204);
        assert_eq!(until_end(stream).await, "");
        site.close().await;
    }

    async fn sec_09_a_stream_ends_when_its_person_is_deactivated(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let (theirs, other) = (listen(&site, &world.erik, world.tower).await, listen(&site, &world.ines, world.tower).await);
        let entry = format!("/companies/{}/people/{}", world.harbor, world.erik.id());
        world.ines.patch(&entry, json!({"active": false})).await.expect(200);
        assert_eq!(until_end(theirs).await, "");
        // Nobody else's does.
        seed::published(&site.app, &world.ines, world.tower, &Sheet::many(1)).await;
        let mut other = other;
        let heard = other.frame().await.unwrap().unwrap().into_data().unwrap();
        assert!(String::from_utf8_lossy(&heard).contains("\"topic\""));
        site.close().await;
    }

    async fn sec_09_a_stream_ends_when_the_level_changes(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        for change in ["level", "removed"] {
            let stream = listen(&site, &world.erik, world.tower).await;
            match change {
                "level" => set_levels(&world.ines, world.tower, &world.erik, json!({"drawings": "none"})).await,
                _ => drop(world.ines.delete(&format!("/projects/{}/members/{}", world.tower, world.erik.id())).await.expect(204)),
            }
            assert_eq!(until_end(stream).await, "", "{change}");
        }
        site.close().await;
    }

    async fn sec_09_a_stream_ends_when_the_template_changes(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let templates = format!("/companies/{}/permission-templates", world.harbor);
        let owner = world.ines.items(&templates).await.into_iter().find(|one| one["name"] == "Owner").unwrap();
        let member = format!("/projects/{}/members/{}", world.tower, world.erik.id());
        world.ines.patch(&member, json!({"permission_template_id": owner["id"]})).await.expect(200);
        let stream = listen(&site, &world.erik, world.tower).await;
        let owner = format!("{templates}/{}", owner["id"].as_str().unwrap());
        world.ines.patch(&owner, json!({"levels": {"drawings": "none"}})).await.expect(200);
        assert_eq!(until_end(stream).await, "");
        site.close().await;
    }

    async fn sec_09_a_stream_ends_with_the_token_of_a_service_account(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let accounts = format!("/companies/{}/service-accounts", world.harbor);
        let account = id(&world.ines.does(&accounts, json!({"name": "ERP"})).await.expect(201));
        let tokens = format!("{accounts}/{account}/tokens");
        let made = world.ines.does(&tokens, json!({"name": "Nightly", "scopes": ["drawings:read"]})).await.expect(201);
        let body = json!({"person_id": account, "levels": {"drawings": "read_only"}});
        world.ines.does(&format!("/projects/{}/members", world.tower), body).await.expect(201);
        let stream = listen(&site, &site.nobody().script(made["token"].as_str().unwrap()), world.tower).await;
        world.ines.delete(&format!("{tokens}/{}", id(&made))).await.expect(204);
        assert_eq!(until_end(stream).await, "");
        site.close().await;
    }

    async fn sec_09_one_hears_only_of_tools_one_sees(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let nora = employee(&site, world.harbor, "Nora Berg", "nora@harbor.example").await;
        member(&world.ines, world.tower, &nora, json!({})).await;
        let stream = listen(&site, &nora, world.tower).await;
        seed::published(&site.app, &world.erik, world.tower, &Sheet::many(1)).await;
        world.ines.patch(&format!("/projects/{}", world.tower), json!({"name": "Harbor Tower II"})).await.expect(200);
        site.app.live.stop();
        let said = until_end(stream).await;
        assert!(!said.contains("drawings"), "{said}");
        site.close().await;
    }

    async fn sec_09_a_download_stops_when_the_right_to_it_ends(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let seeded = seed::published(&site.app, &world.erik, world.tower, &Sheet::many(1)).await;
        // A file of many pieces behind the revision.
        let large = vec![b'x'; 4 << 20];
        let incoming = site.app.blobs.incoming(site.app.environment.id());
        tokio::fs::write(&incoming, &large).await.unwrap();
        let (sha256, bytes) = site.app.blobs.keep(&incoming).await.unwrap();
        let (bytes, revision) = (i64::try_from(bytes).unwrap(), seeded[0].revision);
        sql::run(&site.app.db, "insert into blob (sha256, byte_count, stored_at) values ($1, $2, 0)", args![sha256, bytes]).await;
        sql::run(&site.app.db, "update drawing_revision set sha256 = $1, byte_count = $2 where id = $3", args![sha256, bytes, revision]).await;
        let router = sluice_server::serve::router(site.app.clone(), site.settings());
        let open = async || {
            let request = world.maria.request("GET", &format!("/drawing-revisions/{revision}/file")).body(Body::empty()).unwrap();
            let mut body = router.clone().oneshot(request).await.unwrap().into_body();
            body.frame().await.unwrap().unwrap();
            body
        };
        // What does not concern the right changes nothing.
        let body = open().await;
        set_levels(&world.ines, world.tower, &world.maria, json!({"drawings": "standard"})).await;
        let rest = body.collect().await.unwrap().to_bytes();
        assert!(rest.len() > 3 << 20, "{}", rest.len());
        let body = open().await;
        set_levels(&world.ines, world.tower, &world.maria, json!({"drawings": "none"})).await;
        assert!(body.collect().await.is_err(), "it breaks off, so that nobody takes it for whole");
        site.close().await;
    }

    async fn what_has_run_out_is_cleared_away(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let people = format!("/companies/{}/people", world.harbor);
        world.ines.does(&people, json!({"name": "Nora Berg", "email": "nora@harbor.example", "employee": true})).await.expect(201);
        world.ines.does(&people, json!({"name": "Omar Diaz", "email": "omar@harbor.example", "employee": true})).await.expect(201);
        let link = site.invitation_to("nora@harbor.example").await;
        let mut nora = site.nobody();
        nora.post(&format!("{link}/acceptance"), json!({"password": "a crane and a hoist"})).await.expect(200);
        site.nobody().does("/session", json!({"email": "nobody@harbor.example", "password": "wrong"})).await.refused("bad_credentials", 401);
        nora.delete("/session").await.expect(204);
        let counts = async || {
            let count = async |sql| site.count(sql, args![]).await;
            (
                count("select count(*) as value from session where revoked_at is not null").await,
                count("select count(*) as value from invitation").await,
                count("select count(*) as value from sign_in_throttle").await,
            )
        };
        sluice_app::sweep::begin(&site.app).await.unwrap();
        site.run_until_idle().await;
        assert_eq!(counts().await, (1, 2, 1), "nothing has run out yet");
        site.later(SignedDuration::from_hours(24 * 2)).await;
        assert_eq!(counts().await, (1, 2, 0));
        site.later(SignedDuration::from_hours(24 * 31)).await;
        assert_eq!(counts().await, (0, 2, 0));
        site.later(SignedDuration::from_hours(24 * 91)).await;
        // Omar was never there: sending it again still knows what it was about.
        assert_eq!(counts().await, (0, 1, 0));
        world.erik.get("/projects").await.expect(200);
        site.close().await;
    }
}
