//! Tokens for scripts and service accounts: shown once, kept as a hash, never more than their owner. PPL-11, SEC-04.

use jiff::SignedDuration;
use sluice_store::args;
use sluice_testkit::person::id;
use sluice_testkit::seed::{self, Sheet};
use sluice_testkit::world::set_levels;
use sluice_testkit::{World, json, on_both, sql};

on_both! {
    async fn ppl_11_a_token_is_shown_once_and_kept_as_a_hash(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let made = world.erik.does("/tokens", json!({"name": "Plan room", "scopes": ["drawings:write", "drawings:read"]})).await.expect(201);
        let secret = made["token"].as_str().unwrap().to_owned();
        assert!(secret.starts_with("sluice_") && secret.len() > 60, "{secret}");
        assert_eq!(made["scopes"], json!(["drawings:write"]));
        let listed = world.erik.get("/tokens").await;
        assert!(!listed.text().contains(&secret) && listed.json["items"][0]["token"].is_null());
        assert!(listed.json["items"][0]["last_used_at"].is_null());
        let hashes: Vec<Vec<u8>> = sql::values(&site.app.db, "select token_hash as value from api_token", args![]).await;
        assert!(hashes.len() == 1 && hashes[0].len() == 32 && !secret.contains(&String::from_utf8_lossy(&hashes[0]).into_owned()));

        let script = world.erik.script(&secret);
        assert_eq!(script.get("/session").await.expect(200)["person"]["id"], world.erik.id().to_string());
        assert!(world.erik.items("/tokens").await[0]["last_used_at"].is_string());
        // Anything but the whole token is nobody, also beside a good cookie.
        let flipped: String = secret.char_indices().map(|(place, c)| if place == 40 { if c == 'A' { 'B' } else { 'A' } } else { c }).collect();
        for wrong in ["", "sluice_", &secret[..secret.len() - 1], &flipped, &secret.replace("sluice_", "")] {
            world.erik.script(wrong).get("/session").await.refused("not_signed_in", 401);
            let both = world.erik.request("GET", "/session").header("authorization", format!("Bearer {wrong}"));
            world.erik.send(both.body(axum::body::Body::empty()).unwrap()).await.refused("not_signed_in", 401);
        }
        let basic = site.nobody().request("GET", "/session").header("authorization", format!("Basic {secret}"));
        site.nobody().send(basic.body(axum::body::Body::empty()).unwrap()).await.refused("not_signed_in", 401);

        // Nobody else ends it; its owner does.
        let address = format!("/tokens/{}", id(&made));
        world.ines.delete(&address).await.refused("not_found", 404);
        world.erik.delete(&address).await.expect(204);
        script.get("/session").await.refused("not_signed_in", 401);
        assert!(world.erik.items("/tokens").await.is_empty());
        world.erik.delete(&address).await.refused("not_found", 404);
        site.close().await;
    }

    async fn ppl_11_a_token_ends_by_itself(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let body = json!({"name": "Short", "scopes": ["drawings:read"], "expires_in_days": 1});
        let made = world.erik.does("/tokens", body).await.expect(201);
        let script = world.erik.script(made["token"].as_str().unwrap());
        script.get("/projects").await.expect(200);
        site.clock.advance(SignedDuration::from_hours(24));
        script.get("/projects").await.refused("not_signed_in", 401);
        for (field, wrong) in [
            ("/expires_in_days", json!({"name": "T", "scopes": ["drawings:read"], "expires_in_days": 0})),
            ("/expires_in_days", json!({"name": "T", "scopes": ["drawings:read"], "expires_in_days": 400})),
            ("/scopes", json!({"name": "T", "scopes": []})),
            ("/scopes", json!({"name": "T", "scopes": ["drawings:admin"]})),
            ("/name", json!({"name": " ", "scopes": ["drawings:read"]})),
        ] {
            let refused = world.erik.does("/tokens", wrong).await.refused("invalid", 422);
            assert_eq!(refused["errors"][0]["pointer"], field);
        }
        site.close().await;
    }

    async fn ppl_11_a_token_has_its_scopes_and_never_more_than_its_owner(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        seed::published(&site.app, &world.erik, world.tower, &Sheet::many(1)).await;
        let project = format!("/projects/{}", world.tower);
        let upload = json!({"set": {"name": "S", "date": "2026-01-01"}});
        let reads = world.erik.with_token(&["drawings:read"]).await;
        let drawing = id(&reads.items(&format!("{project}/drawings")).await[0]);
        let refused = reads.patch(&format!("/drawings/{drawing}"), json!({"title": "Mine"})).await.refused("needs_scope", 403);
        assert!(refused["detail"].as_str().unwrap().contains("drawings:write"), "{refused}");
        reads.does(&format!("{project}/drawing-uploads"), upload.clone()).await.refused("needs_scope", 403);
        let can = reads.get(&format!("/me/permissions?project_id={}", world.tower)).await.expect(200)["can"].clone();
        assert_eq!((&can["view_drawings"]["allowed"], &can["edit_drawings"]["code"]), (&json!(true), &json!("needs_scope")));
        let writes = world.erik.with_token(&["drawings:write"]).await;
        writes.does(&format!("{project}/drawing-uploads"), upload).await.expect(201);
        writes.patch(&format!("/drawings/{drawing}"), json!({"title": "Ours"})).await.expect(200);
        // Other tools stay closed, whatever their owner may.
        let narrow = world.ines.with_token(&["rfis:write"]).await;
        narrow.get(&format!("{project}/drawings")).await.refused("needs_scope", 403);
        narrow.get(&format!("{project}/members")).await.refused("needs_scope", 403);
        narrow.get(&format!("/companies/{}/people", world.harbor)).await.refused("needs_scope", 403);
        narrow.patch(&project, json!({"name": "Mine"})).await.refused("needs_scope", 403);
        assert_eq!(narrow.get(&project).await.expect(200)["name"], "Harbor Tower");
        // Less for the owner is less for the token, at once.
        set_levels(&world.ines, world.tower, &world.erik, json!({"drawings": "read_only"})).await;
        writes.patch(&format!("/drawings/{drawing}"), json!({"title": "Again"})).await.refused("needs_level", 403);
        let entry = format!("/companies/{}/people/{}", world.harbor, world.erik.id());
        world.ines.patch(&entry, json!({"active": false})).await.expect(200);
        reads.get(&format!("{project}/drawings")).await.refused("not_found", 404);
        site.close().await;
    }

    async fn ppl_11_no_token_reaches_what_is_a_persons_alone(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let all = ["company:write", "directory:write", "admin:write", "connection_manager:write", "drawings:write"];
        let script = world.ines.with_token(&all).await;
        let token = id(&world.ines.items("/tokens").await[0]);
        let session = world.ines.who().session().unwrap();
        let accounts = format!("/companies/{}/service-accounts", world.harbor);
        let account = id(&world.ines.does(&accounts, json!({"name": "ERP"})).await.expect(201));
        let wanted = json!({"name": "More", "scopes": ["company:write"]});
        for (method, path, body) in [
            ("GET", "/tokens".to_owned(), json!(null)),
            ("POST", "/tokens".into(), wanted.clone()),
            ("DELETE", format!("/tokens/{token}"), json!(null)),
            ("GET", accounts.clone(), json!(null)),
            ("POST", accounts.clone(), json!({"name": "Second"})),
            ("POST", format!("{accounts}/{account}/tokens"), wanted),
            ("GET", "/sessions".into(), json!(null)),
            ("DELETE", "/sessions".into(), json!(null)),
            ("DELETE", format!("/sessions/{session}"), json!(null)),
            ("DELETE", "/session".into(), json!(null)),
            ("PUT", "/me/password".into(), json!({"current_password": "a", "new_password": "b"})),
            ("GET", "/notifications".into(), json!(null)),
            ("POST", "/notifications/read".into(), json!({"all": true})),
            ("PUT", format!("/projects/{}/drawing-subscription", world.tower), json!({"subscribed": true})),
            ("POST", "/companies".into(), json!({"name": "C", "admin": {"name": "A", "email": "a@b.example"}})),
        ] {
            script.send_json(method.parse().unwrap(), &path, &body).await.refused("sign_in_only", 403);
        }
        world.ines.get("/session").await.expect(200);
        // What it may, it does, and the log says with which token.
        script.patch(&format!("/projects/{}", world.tower), json!({"number": "HT-02"})).await.expect(200);
        let body = json!({"name": "Nora Berg", "email": "nora@harbor.example", "employee": true});
        script.does(&format!("/companies/{}/people", world.harbor), body).await.expect(201);
        let log = world.ines.items(&format!("/companies/{}/audit-log", world.harbor)).await;
        let invited = log.iter().find(|entry| entry["kind"] == "invited" && entry["person"]["name"] == "Nora Berg").unwrap();
        assert_eq!((&invited["by"]["name"], &invited["token"]), (&json!("Ines Ortega"), &json!("Script")));
        site.close().await;
    }

    async fn ppl_11_sec_09_a_repeated_request_never_gives_the_secret_again(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let ask = || {
            let request = world.erik.request("POST", "/tokens").header("idempotency-key", "once").header("content-type", "application/json");
            request.body(json!({"name": "T", "scopes": ["drawings:read"]}).to_string().into()).unwrap()
        };
        world.erik.send(ask()).await.expect(201);
        world.erik.send(ask()).await.refused("idempotency_answer_lost", 409);
        let kept: Vec<String> =
            sql::values(&site.app.db, "select coalesce(body, '') as value from idempotent_request", args![]).await;
        assert!(kept.iter().all(|body| !body.contains("sluice_")), "{kept:?}");
        site.close().await;
    }

    async fn ppl_11_a_service_account_has_levels_and_no_sign_in(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        seed::published(&site.app, &world.erik, world.tower, &Sheet::many(1)).await;
        let accounts = format!("/companies/{}/service-accounts", world.harbor);
        world.erik.does(&accounts, json!({"name": "ERP"})).await.refused("needs_level", 403);
        world.diego.does(&accounts, json!({"name": "ERP"})).await.refused("not_found", 404);
        let account = id(&world.ines.does(&accounts, json!({"name": "ERP"})).await.expect(201));
        world.ines.does(&accounts, json!({"name": "erp"})).await.refused("duplicate", 409);
        let tokens = format!("{accounts}/{account}/tokens");
        let made = world.ines.does(&tokens, json!({"name": "Nightly", "scopes": ["drawings:read", "company:write"]})).await.expect(201);
        let script = site.nobody().script(made["token"].as_str().unwrap());
        let me = script.get("/session").await.expect(200);
        assert_eq!((&me["person"]["name"], &me["person"]["email"]), (&json!("ERP"), &json!("")));
        // It is in the directory, and nowhere else until somebody puts it there.
        let people = format!("/companies/{}/people", world.harbor);
        let entry = world.ines.items(&people).await.into_iter().find(|one| one["service_account"] == true).unwrap();
        assert_eq!((&entry["person"]["email"], &entry["status"], &entry["can"]["invite"]["code"]), (&json!(""), &json!("active"), &json!("service_account")));
        let project = format!("/projects/{}", world.tower);
        script.get(&project).await.refused("not_found", 404);
        let body = json!({"person_id": account, "levels": {"drawings": "read_only", "connection_manager": "admin"}});
        world.ines.does(&format!("{project}/members"), body).await.expect(201);
        assert_eq!(script.items(&format!("{project}/drawings")).await.len(), 1);
        script.does(&people, json!({"name": "N", "email": "n@x.example"})).await.refused("needs_level", 403);
        // It cannot be invited, signed in as, or written to.
        world.ines.does(&format!("{people}/{account}/invitation"), json!({})).await.refused("service_account", 409);
        for address in [format!("service:{account}"), format!("service:{account}@x.example")] {
            let body = json!({"email": address, "password": "a crane and a hoist"});
            site.nobody().does("/session", body).await.refused("bad_credentials", 401);
        }
        world.ask().await.expect(201);
        site.run_until_idle().await;
        let stuck: i64 = site.count("select count(*) as value from message where person_id = $1", args![account]).await;
        assert_eq!(stuck, 0, "nobody writes to a service account");
        let listed = world.ines.get(&format!("{project}/connection-notifications")).await.expect(200);
        assert!(!listed.to_string().contains("ERP"));
        // An administrator that cannot sign in is not the last one.
        let own = format!("{people}/{}", world.ines.id());
        world.ines.patch(&format!("{people}/{account}"), json!({"company_admin": true})).await.expect(200);
        world.ines.patch(&own, json!({"company_admin": false})).await.refused("last_administrator", 409);
        // Deactivated, its tokens reach nothing; revoked, they are nobody.
        world.ines.patch(&format!("{people}/{account}"), json!({"active": false})).await.expect(200);
        script.get(&project).await.refused("not_found", 404);
        assert_eq!(world.ines.items(&accounts).await[0]["active"], false);
        world.ines.patch(&format!("{people}/{account}"), json!({"active": true})).await.expect(200);
        script.get(&project).await.expect(200);
        world.ines.delete(&format!("{tokens}/{}", id(&made))).await.expect(204);
        script.get(&project).await.refused("not_signed_in", 401);
        // A person is no service account.
        world.ines.does(&format!("{accounts}/{}/tokens", world.erik.id()), json!({"name": "T", "scopes": ["drawings:read"]})).await.refused("not_found", 404);
        site.close().await;
    }

    async fn ppl_11_sec_09_a_live_line_ends_with_its_token(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let script = world.erik.with_token(&["drawings:read"]).await;
        let token = id(&world.erik.items("/tokens").await[0]);
        let project = sluice_domain::ProjectId(world.tower);
        let caller = {
            let text = script.request("GET", "/session").body(axum::body::Body::empty()).unwrap();
            let header = text.headers()["authorization"].to_str().unwrap().to_owned();
            sluice_app::tokens::caller(&site.app, header.strip_prefix("Bearer ").unwrap()).await.unwrap().unwrap()
        };
        assert!(sluice_app::changes::may_still_listen(&site.app, caller, project).await.is_some());
        world.erik.delete(&format!("/tokens/{token}")).await.expect(204);
        assert!(sluice_app::changes::may_still_listen(&site.app, caller, project).await.is_none());
        site.close().await;
    }
}
