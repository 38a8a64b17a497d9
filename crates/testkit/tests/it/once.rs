//! SEC-09: a request with an `Idempotency-Key` takes effect once, however often and from wherever it comes, and whatever dies in between.

use std::sync::Arc;

use axum::body::Body;
use jiff::SignedDuration;
use sluice_app::once::{self, Answer as Kept, Turn};
use sluice_domain::CompanyId;
use sluice_store::args;
use sluice_store::once as keys;
use sluice_testkit::person::id;
use sluice_testkit::{Answer, Dice, Person, Site, Value, World, json, on_both};
use tokio::sync::Barrier;

const ROUNDS: usize = 60;

async fn with_key(person: &Person, path: &str, key: &str, body: &Value) -> Answer {
    let request = person
        .request("POST", path)
        .header("content-type", "application/json")
        .header("idempotency-key", key);
    person.send(request.body(Body::from(body.to_string())).unwrap()).await
}

/// A request without a body.
async fn bare(person: &Person, path: &str, key: &str) -> Answer {
    person
        .send(person.request("POST", path).header("idempotency-key", key).body(Body::empty()).unwrap())
        .await
}

/// How many projects of a name there are.
async fn named(site: &Site, name: &str) -> i64 {
    site.count("select count(*) as value from project where name = $1", args![name]).await
}

on_both! {
    async fn sec_09_two_at_once_take_effect_once_and_are_answered_alike(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        // Two processes on one database.
        let other = site.second().await;
        let elsewhere = world.ines.through(sluice_server::serve::router(other.clone(), site.settings()));
        let path = format!("/companies/{}/projects", world.harbor);
        let mut dice = Dice::new(7);
        for round in 0..ROUNDS {
            let name = format!("Tower {round}");
            let barrier = Arc::new(Barrier::new(2));
            let send = |person: &Person, wait: u64| {
                let (person, path, barrier, key, body) = (person.clone(), path.clone(), Arc::clone(&barrier), format!("key-{round}"), json!({"name": name}));
                tokio::spawn(async move {
                    barrier.wait().await;
                    for _ in 0..wait {
                        tokio::task::yield_now().await;
                    }
                    with_key(&person, &path, &key, &body).await
                })
            };
            let (one, two) = (send(&world.ines, dice.below(40)), send(&elsewhere, dice.below(40)));
            let (one, two) = (one.await.unwrap(), two.await.unwrap());
            assert_eq!((one.status, two.status), (201, 201), "{} {}", one.text(), two.text());
            assert_eq!((&one.json, one.header("location")), (&two.json, two.header("location")));
            let replayed = [&one, &two].map(|answer| answer.header("idempotency-replayed") == Some("true"));
            assert!(replayed[0] != replayed[1], "one of them was carried out: {replayed:?}");
            assert_eq!(named(&site, &name).await, 1);
        }
        other.db.close().await;
        site.close().await;
    }

    async fn sec_09_a_key_belongs_to_person_route_and_body(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let path = format!("/companies/{}/projects", world.harbor);
        let body = json!({"name": "Annex"});
        let first = with_key(&world.ines, &path, "k", &body).await.expect(201);
        with_key(&world.ines, &path, "k", &json!({"name": "Other"})).await.refused("key_reused", 409);
        with_key(&world.ines, &format!("{path}?x=1"), "k", &body).await.refused("key_reused", 409);
        with_key(&world.ines, &format!("/companies/{}/people", world.harbor), "k", &body).await.refused("key_reused", 409);
        assert_eq!(with_key(&world.ines, &path, "k", &body).await.expect(201), first);
        // Erik's key is not Ines's, and he may not do it at all.
        with_key(&world.erik, &path, "k", &body).await.refused("needs_level", 403);
        assert_eq!(named(&site, "Annex").await, 1);
        // Requests without a body have keys too.
        let request = id(&world.ask().await.expect(201));
        let approve = format!("/connections/{request}/approve");
        let approved = bare(&world.ines, &approve, "yes").await.expect(200);
        assert_eq!(bare(&world.ines, &approve, "yes").await.expect(200), approved);
        bare(&world.ines, &approve, "yes again").await.refused("connection_not_in_state", 409);
        site.close().await;
    }

    async fn sec_09_a_death_before_the_effect_leaves_the_key_free(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let path = format!("/companies/{}/projects", world.harbor);
        let body = json!({"name": "Annex"});
        // The first attempt reserved its key and died: what it was doing was rolled back.
        let hash = hash_of(&path, &body);
        let Turn::First(claim) = once::turn(&site.app, world.ines.who(), "k", hash).await.unwrap() else { panic!("first") };
        keys::under(claim.clone(), async {
            let mut tx = site.app.db.begin().await.unwrap();
            sluice_store::company::insert(&mut tx, site.app.environment.id::<CompanyId>(), "Half", site.clock.now()).await.unwrap();
            drop(tx);
        })
        .await;
        // While it may still live, nobody else carries the request out.
        let waits = with_key(&world.ines, &path, "k", &body).await;
        assert!(waits.header("retry-after").is_some());
        waits.refused("idempotency_in_progress", 409);
        assert_eq!(named(&site, "Annex").await, 0);
        site.clock.advance(SignedDuration::from_mins(2));
        with_key(&world.ines, &path, "k", &body).await.expect(201);
        assert_eq!(named(&site, "Annex").await, 1);
        // It was not dead but slow: it cannot commit any more.
        let late = keys::under(claim, async {
            let mut tx = site.app.db.begin().await.unwrap();
            sluice_store::company::insert(&mut tx, site.app.environment.id::<CompanyId>(), "Late", site.clock.now()).await.unwrap();
            tx.commit().await
        })
        .await;
        assert!(matches!(late, Err(sluice_store::Error::TakenOver)), "{late:?}");
        assert_eq!(site.count("select count(*) as value from company where name in ('Half', 'Late')", args![]).await, 0);
        site.close().await;
    }

    async fn sec_09_a_start_frees_the_keys_that_a_dead_process_held(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let path = format!("/companies/{}/projects", world.harbor);
        let body = json!({"name": "Annex"});
        let Turn::First(_) = once::turn(&site.app, world.ines.who(), "k", hash_of(&path, &body)).await.unwrap() else { panic!("first") };
        sluice_app::jobs::take_up(&site.app).await.unwrap();
        if site.is_postgres() {
            // Another node may be at it: its claim ends by itself.
            with_key(&world.ines, &path, "k", &body).await.refused("idempotency_in_progress", 409);
            site.clock.advance(SignedDuration::from_mins(2));
        }
        with_key(&world.ines, &path, "k", &body).await.expect(201);
        assert_eq!(named(&site, "Annex").await, 1);
        site.close().await;
    }

    async fn sec_09_a_death_between_effect_and_answer_is_told_and_not_repeated(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let path = format!("/companies/{}/projects", world.harbor);
        let body = json!({"name": "Annex"});
        let Turn::First(claim) = once::turn(&site.app, world.ines.who(), "k", hash_of(&path, &body)).await.unwrap() else { panic!("first") };
        let annex = sluice_app::projects::NewProject { name: "Annex".into(), ..Default::default() };
        let made = keys::under(claim, sluice_app::projects::create(&site.app, world.ines.who(), CompanyId(world.harbor), annex));
        made.await.unwrap();
        site.clock.advance(SignedDuration::from_mins(2));
        with_key(&world.ines, &path, "k", &body).await.refused("idempotency_answer_lost", 409);
        assert_eq!(named(&site, "Annex").await, 1);
        site.close().await;
    }

    async fn sec_09_the_second_gets_the_answer_that_comes_while_it_waits(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let path = format!("/companies/{}/projects", world.harbor);
        let body = json!({"name": "Annex"});
        let Turn::First(claim) = once::turn(&site.app, world.ines.who(), "k", hash_of(&path, &body)).await.unwrap() else { panic!("first") };
        let second = {
            let (ines, path, body) = (world.ines.clone(), path.clone(), body.clone());
            tokio::spawn(async move { with_key(&ines, &path, "k", &body).await })
        };
        tokio::task::yield_now().await;
        let made = world.ines.does(&path, body.clone()).await.expect(201);
        let answer = Kept { status: 201, content_type: Some("application/json".into()), location: Some("/here".into()), etag: None, body: made.to_string() };
        once::answered(&site.app, &claim, &answer).await.unwrap();
        let second = second.await.unwrap();
        assert_eq!((second.status, second.header("location"), &second.json["name"]), (201, Some("/here"), &json!("Annex")));
        site.close().await;
    }

    async fn sec_09_a_caller_that_hangs_up_finds_the_answer_later(site: Site) {
        use tower::ServiceExt;
        let world = World::harbor_and_delta(&site).await;
        let router = sluice_server::serve::router(site.app.clone(), site.settings());
        let path = format!("/companies/{}/projects", world.harbor);
        let body = json!({"name": "Annex"});
        let request = world.ines.request("POST", &path).header("content-type", "application/json").header("idempotency-key", "k");
        let mut sent = Box::pin(router.oneshot(request.body(Body::from(body.to_string())).unwrap()));
        // It asks, and the line breaks off as soon as the key is reserved.
        loop {
            let done = futures_util::future::poll_immediate(&mut sent).await.is_some();
            if done || site.count("select count(*) as value from idempotent_request", args![]).await > 0 {
                break;
            }
        }
        drop(sent);
        let again = with_key(&world.ines, &path, "k", &body).await.expect(201);
        assert_eq!((again["name"].as_str(), named(&site, "Annex").await), (Some("Annex"), 1));
        site.close().await;
    }

    async fn what_was_remembered_is_forgotten_after_days(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let path = format!("/companies/{}/projects", world.harbor);
        let body = json!({"name": "Annex"});
        with_key(&world.ines, &path, "k", &body).await.expect(201);
        sluice_app::sweep::begin(&site.app).await.unwrap();
        site.later(SignedDuration::from_hours(24)).await;
        with_key(&world.ines, &path, "k", &body).await.expect(201);
        assert_eq!(named(&site, "Annex").await, 1, "a day is kept");
        site.later(SignedDuration::from_hours(48)).await;
        assert_eq!(site.count("select count(*) as value from idempotent_request", args![]).await, 0);
        site.close().await;
    }
}

/// What the interface takes for the same request.
fn hash_of(path: &str, body: &Value) -> [u8; 32] {
    use sha2::Digest;
    let mut hasher = sha2::Sha256::new();
    hasher.update(path);
    hasher.update([0]);
    hasher.update(body.to_string());
    hasher.finalize().into()
}
