//! Requests nobody should send: each gets its code and sentence, nothing is lost, nothing is done twice.

use axum::body::Body;
use jiff::civil::date;
use sluice_store::args;
use sluice_testkit::person::id;
use sluice_testkit::seed::{self, Sheet};
use sluice_testkit::world::{ask, project, set_levels};
use sluice_testkit::{Answer, Person, World, json, on_both};
use uuid::Uuid;

/// A POST with any body and kind.
async fn raw(person: &Person, path: &str, kind: Option<&str>, body: impl Into<Body>) -> Answer {
    let mut request = person.request("POST", path);
    if let Some(kind) = kind {
        request = request.header("content-type", kind);
    }
    person.send(request.body(body.into()).unwrap()).await
}

/// A request with further headers.
async fn with(person: &Person, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut request = person.request(method, path).header("content-type", "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    person.send(request.body(Body::from(body.to_owned())).unwrap()).await
}

const JSON: Option<&str> = Some("application/json");

on_both! {
    async fn bodies_that_are_no_bodies(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let path = format!("/companies/{}/projects", world.harbor);
        let large = format!("{{\"name\": \"{}\"}}", "x".repeat(1 << 20));
        raw(&world.ines, &path, JSON, large).await.refused("body_too_large", 413);
        raw(&world.ines, &path, Some("text/plain"), "{\"name\": \"x\"}").await.refused("unsupported_media_type", 415);
        raw(&world.ines, &path, None, "{\"name\": \"x\"}").await.refused("unsupported_media_type", 415);
        raw(&world.ines, &path, Some("application/x-www-form-urlencoded"), "name=x").await.refused("unsupported_media_type", 415);
        for broken in ["", "{", "{\"name\": }", "{\"name\": \"x\"} trailing"] {
            raw(&world.ines, &path, JSON, broken).await.refused("malformed_request", 400);
        }
        for unsound in ["null", "[]", "{}", "{\"name\": 7}", "{\"name\": null}", "\"x\""] {
            raw(&world.ines, &path, JSON, unsound).await.refused("invalid", 422);
        }
        // Bytes that are no text.
        let answer = raw(&world.ines, &path, JSON, vec![0xff, 0xfe, 0x00]).await;
        assert_eq!(answer.status, 400, "{}", answer.text());
        assert_eq!(world.ines.items(&path).await.len(), 1, "nothing was made of any of them");
        site.close().await;
    }

    async fn a_field_that_is_not_there(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let seeded = seed::published(&site.app, &world.erik, world.tower, &Sheet::many(1)).await;
        let drawing = format!("/drawings/{}", seeded[0].drawing);
        let before = world.erik.get(&drawing).await.expect(200);
        for (body, pointer) in [
            (json!({"titel": "MISSPELT"}), "/titel"),
            (json!({"title": "RIGHT", "a/b": 1}), "/a~1b"),
        ] {
            let refused = world.erik.patch(&drawing, body).await.refused("invalid", 422);
            assert_eq!(refused["errors"][0]["pointer"], pointer, "{refused}");
        }
        assert_eq!(world.erik.get(&drawing).await.expect(200), before, "nothing of it was taken");
        let projects = format!("/companies/{}/projects", world.harbor);
        let nested = json!({"name": "Annex", "tools": {"drawing": true}});
        let refused = world.ines.does(&projects, nested).await.refused("invalid", 422);
        assert_eq!(refused["errors"][0]["pointer"], "/tools/drawing", "{refused}");
        assert_eq!(world.ines.items(&projects).await.len(), 1);
        site.close().await;
    }

    async fn below_the_interface_nothing_is_a_page(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let nobody = site.nobody();
        for person in [&world.ines, &nobody] {
            for path in ["/api/v1/", "/api/v2/projects", "/api/nothing"] {
                person.get(path).await.refused("not_found", 404);
            }
            raw(person, "/api/v2/x", JSON, "{}").await.refused("not_found", 404);
        }
        site.close().await;
    }

    async fn names_that_are_no_names(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let path = format!("/companies/{}/projects", world.harbor);
        for name in ["", "   ", "\u{0}", &"x".repeat(256)] {
            let refused = world.ines.does(&path, json!({"name": name})).await.refused("invalid", 422);
            assert_eq!(refused["errors"][0]["pointer"], "/name", "{refused}");
        }
        let people = format!("/companies/{}/people", world.harbor);
        for email in ["", "nobody", "a@b", "a b@c.example", "@c.example", "a@c.example\r\nBcc: x@y.example"] {
            world.ines.does(&people, json!({"name": "N", "email": email})).await.refused("invalid", 422);
        }
        // What is odd and yet a name is kept as it is, and shown as text.
        let odd = "=1+1 <script>alert(1)</script> \u{1f3d7} 7 / 1";
        let made = world.ines.does(&path, json!({"name": odd})).await.expect(201);
        assert_eq!(made["name"], odd);
        site.close().await;
    }

    async fn addresses_under_which_there_is_nothing(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let unknown = Uuid::from_u128(7);
        for path in [
            "/nothing/here".to_owned(),
            "/projects/not-an-id".into(),
            format!("/projects/{unknown}"),
            format!("/projects/{unknown}/drawings"),
            format!("/companies/{unknown}"),
            format!("/connections/{unknown}"),
            format!("/connections/{unknown}/history"),
            format!("/drawings/{unknown}"),
            format!("/drawing-revisions/{unknown}"),
            format!("/drawing-revisions/{unknown}/file"),
            format!("/drawing-revisions/{unknown}/tiles/0/0_0.webp"),
            format!("/drawing-uploads/{unknown}"),
            format!("/drawing-sheets/{unknown}/thumbnail"),
            format!("/companies/{}/people/{unknown}", world.harbor),
        ] {
            let answer = world.ines.get(&path).await;
            if answer.status == 405 {
                answer.refused("method_not_allowed", 405);
            } else {
                answer.refused("not_found", 404);
            }
        }
        world.ines.delete(&format!("/projects/{}", world.tower)).await.refused("method_not_allowed", 405);
        world.ines.does(&format!("/projects/{}/connections", world.tower), json!({"upstream_project_id": unknown, "tools": ["drawings"]})).await.refused("not_found", 404);
        world.ines.get(&format!("/projects/{}/drawings?after=%21%21", world.tower)).await.refused("unsound_cursor", 400);
        world.ines.get(&format!("/projects/{}/drawings?limit=many", world.tower)).await.refused("malformed_request", 400);
        world.ines.get("/notifications?after=7").await.refused("unsound_cursor", 400);
        // A page cannot be asked to be endless or empty.
        for limit in ["0", "-5", "999999999"] {
            world.ines.get(&format!("/projects/{}/drawings?limit={limit}", world.tower)).await.expect(200);
        }
        site.close().await;
    }

    async fn a_stale_version_changes_nothing(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let seeded = seed::published(&site.app, &world.erik, world.tower, &Sheet::many(1)).await;
        let drawing = format!("/drawings/{}", seeded[0].drawing);
        for (path, field) in [(format!("/projects/{}", world.tower), "name"), (drawing, "title")] {
            let seen = world.ines.get(&path).await;
            let etag = seen.header("etag").unwrap().to_owned();
            let change = |text: &str| json!({field: text}).to_string();
            let done = with(&world.ines, "PATCH", &path, &[("if-match", &etag)], &change("FIRST")).await;
            assert_ne!(done.header("etag").unwrap(), etag);
            done.expect(200);
            for stale in [etag.as_str(), "\"0\"", "\"x\"", "x"] {
                with(&world.ines, "PATCH", &path, &[("if-match", stale)], &change("SECOND")).await.refused("stale", 412);
            }
            assert_eq!(world.ines.get(&path).await.expect(200)[field], "FIRST");
        }
        site.close().await;
    }

    async fn a_repeated_request_takes_effect_once(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let path = format!("/companies/{}/projects", world.harbor);
        let key: &[(&str, &str)] = &[("idempotency-key", "the-first")];
        let body = json!({"name": "Once"}).to_string();
        let first = with(&world.ines, "POST", &path, key, &body).await;
        let again = with(&world.ines, "POST", &path, key, &body).await;
        assert_eq!((first.status, &first.json, first.header("location")), (again.status, &again.json, again.header("location")));
        assert_eq!(world.ines.items(&path).await.len(), 2, "Harbor Tower and one more");
        with(&world.ines, "POST", &path, key, &json!({"name": "Another"}).to_string()).await.refused("key_reused", 409);
        let elsewhere = format!("/companies/{}/people", world.harbor);
        with(&world.ines, "POST", &elsewhere, key, &body).await.refused("key_reused", 409);
        // Somebody else's key is another key.
        let theirs = with(&world.diego, "POST", &format!("/companies/{}/projects", world.delta), key, &body).await;
        assert_ne!(theirs.expect(201)["id"], first.json["id"]);
        // A refusal is not remembered: it changed nothing.
        let key: &[(&str, &str)] = &[("idempotency-key", "the-second")];
        let ask = json!({"upstream_project_id": world.tower, "tools": ["drawings"]}).to_string();
        let path = format!("/projects/{}/connections", world.site);
        set_levels(&world.ines, world.tower, &world.maria, json!({"drawings": "none"})).await;
        with(&world.maria, "POST", &path, key, &ask).await.refused("needs_tool_level", 403);
        set_levels(&world.ines, world.tower, &world.maria, json!({"drawings": "read_only"})).await;
        let request = with(&world.maria, "POST", &path, key, &ask).await.expect(201);
        assert_eq!(id(&with(&world.maria, "POST", &path, key, &ask).await.expect(201)), id(&request));
        for unsound in ["", &"k".repeat(201)] {
            with(&world.maria, "POST", &path, &[("idempotency-key", unsound)], &ask).await.refused("malformed_request", 400);
        }
        site.close().await;
    }

    async fn sec_03_another_site_cannot_act(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let path = format!("/companies/{}/projects", world.harbor);
        let body = json!({"name": "Forged"}).to_string();
        for headers in [
            &[("sec-fetch-site", "cross-site")][..],
            &[("sec-fetch-site", "same-site")],
            &[("origin", "https://evil.example"), ("host", "sluice.example")],
            &[("origin", "null"), ("host", "sluice.example")],
        ] {
            with(&world.ines, "POST", &path, headers, &body).await.refused("cross_site", 403);
        }
        assert_eq!(world.ines.items(&path).await.len(), 1);
        for headers in [&[("sec-fetch-site", "same-origin")][..], &[("origin", "http://sluice.example"), ("host", "sluice.example")]] {
            with(&world.ines, "POST", &path, headers, &body).await.expect(201);
        }
        site.close().await;
    }

    async fn publishing_twice_and_what_is_not_there(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let seeded = seed::confirmed(&site.app, &world.erik, world.tower, seed::SET, &Sheet::many(3)).await;
        let path = format!("/projects/{}/publications", world.tower);
        let publish = async |what: sluice_testkit::Value| world.erik.does(&path, what).await;
        let one = json!({"revision_ids": [seeded[0].revision.0]});
        assert_eq!(publish(one.clone()).await.expect(200)["published"], 1);
        assert_eq!(publish(one).await.expect(200)["published"], 0);
        assert_eq!(publish(json!({"all": true})).await.expect(200)["published"], 2);
        assert_eq!(publish(json!({"all": true})).await.expect(200)["published"], 0);
        // One entry each in the feed, and one event each in the history.
        let entries = "select count(*) as value from feed where project_id = $1 and kind = 'revision'";
        assert_eq!(site.count(entries, args![world.tower]).await, 3);
        let events = "select count(*) as value from drawing_event where project_id = $1 and kind = 'published'";
        assert_eq!(site.count(events, args![world.tower]).await, 3);
        publish(json!({})).await.refused("invalid", 422);
        publish(json!({"all": true, "set_id": Uuid::from_u128(7)})).await.refused("invalid", 422);
        publish(json!({"set_id": Uuid::from_u128(7)})).await.refused("invalid", 422);
        // Revisions of another project are nothing here.
        let other = project(&world.ines, world.harbor, "Harbor Annex", "").await;
        let there = seed::confirmed(&site.app, &world.ines, other, ("Set", date(2026, 1, 1)), &Sheet::many(1)).await;
        assert_eq!(publish(json!({"revision_ids": [there[0].revision.0]})).await.expect(200)["published"], 0);
        site.close().await;
    }

    async fn drawings_that_cannot_be_so(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let seeded = seed::published(&site.app, &world.erik, world.tower, &Sheet::many(2)).await;
        let drawing = format!("/drawings/{}", seeded[0].drawing);
        world.erik.patch(&drawing, json!({"number": "S-0002"})).await.refused("number_taken", 409);
        for unsound in [json!({"number": ""}), json!({"number": "x".repeat(256)}), json!({"title": "x".repeat(256)}), json!({"area_id": Uuid::from_u128(7)}), json!({"discipline_id": Uuid::from_u128(7)})] {
            world.erik.patch(&drawing, unsound).await.refused("invalid", 422);
        }
        world.erik.does(&format!("{drawing}/restoration"), json!({})).await.refused("drawing_not_deleted", 409);
        world.erik.does(&format!("{drawing}/keep-in-log"), json!({})).await.refused("drawing_not_deleted", 409);
        world.erik.delete(&drawing).await.expect(204);
        world.erik.delete(&drawing).await.expect(204);
        world.erik.patch(&drawing, json!({"title": "LATE"})).await.refused("drawing_deleted", 409);
        // Its number is free; restoring it then does not fit.
        world.erik.patch(&format!("/drawings/{}", seeded[1].drawing), json!({"number": "A-0001"})).await.expect(200);
        world.erik.does(&format!("{drawing}/restoration"), json!({})).await.refused("number_taken", 409);
        let sets = format!("/projects/{}/drawing-sets", world.tower);
        world.erik.does(&sets, json!({"name": "Bulletin"})).await.refused("set_date_missing", 422);
        world.erik.does(&sets, json!({"name": "Bulletin", "date": "2026-02-30"})).await.refused("invalid", 422);
        world.erik.does(&sets, json!({"name": "Bulletin", "date": "2026-02-03"})).await.expect(201);
        world.erik.does(&sets, json!({"name": "Bulletin", "date": "2026-02-03"})).await.refused("duplicate", 409);
        let areas = format!("/projects/{}/drawing-areas", world.tower);
        world.erik.does(&areas, json!({"name": "East"})).await.expect(201);
        world.erik.does(&areas, json!({"name": "East"})).await.refused("duplicate", 409);
        let file = format!("/drawing-revisions/{}/file", seeded[1].revision);
        let part = async |range: &str| {
            let request = world.erik.request("GET", &file).header("range", range).body(Body::empty()).unwrap();
            world.erik.send(request).await
        };
        assert_eq!((part("bytes=0-3").await.status, part("bytes=0-3").await.text()), (206, "%PDF".to_owned()));
        part("bytes=99999-").await.refused("range_unsound", 416);
        assert_eq!(part("lines=1-2").await.status, 200);
        site.close().await;
    }

    async fn see_03_sec_03_the_register_holds_all_connections_and_no_formulas(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        world.ines.patch(&format!("/projects/{}", world.tower), json!({"name": "=HYPERLINK(\"x\")"})).await.expect(200);
        let connection = world.connected().await;
        let end = json!({"reason": "+1,\"quoted\"\nsecond line", "accept": true});
        world.maria.does(&format!("/connections/{connection}/disconnect"), end).await.expect(200);
        let answer = world.ines.get(&format!("/companies/{}/connections.csv", world.harbor)).await;
        assert_eq!(answer.header("content-type"), Some("text/csv; charset=utf-8"));
        let text = answer.text();
        assert!(text.contains("\"'=HYPERLINK(\"\"x\"\")\"") && text.contains("\"'+1,\"\"quoted\"\"\nsecond line\""), "{text}");
        world.erik.get(&format!("/companies/{}/connections.csv", world.harbor)).await.refused("needs_level", 403);
        world.ines.get(&format!("/companies/{}/connections?state=nonsense", world.harbor)).await.refused("malformed_request", 400);
        // Both companies have all of theirs, inbound and outbound, and find those in a state.
        ask(&world.maria, world.another_site("Delta East").await, world.tower).await.expect(201);
        for (by, company) in [(&world.ines, world.harbor), (&world.diego, world.delta)] {
            for (query, count) in [("", 2), ("?state=disconnected", 1), ("?state=requested", 1), ("?state=connected", 0)] {
                let found = by.items(&format!("/companies/{company}/connections{query}")).await;
                assert_eq!(found.len(), count, "{query} of {}", by.name);
            }
        }
        site.close().await;
    }
}
