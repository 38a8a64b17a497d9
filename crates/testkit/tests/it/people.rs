//! People: signing in, invitations, directories, levels. PPL-01 … PPL-05, PPL-07, PPL-08, PPL-13, PPL-14, PPL-16, SEC-04.

use jiff::SignedDuration;
use sluice_app::{companies, figures};
use sluice_store::args;
use sluice_testkit::person::id;
use sluice_testkit::seed::{self, Sheet};
use sluice_testkit::world::{collaborator, company, employee, member, project, set_levels};
use sluice_testkit::{Answer, Person, Site, Value, World, json, on_both, sql};
use uuid::Uuid;

const PASSWORD: &str = "a crane and a hoist";
const INES: &str = "ines@harbor.example";

async fn harbor(site: &Site) -> Uuid {
    companies::found_by_operator(&site.app, "Harbor Builders", "Ines Ortega", INES, PASSWORD)
        .await
        .unwrap()
        .company
        .0
}

async fn try_to_sign_in(site: &Site, email: &str, password: &str) -> Answer {
    site.nobody().does("/session", json!({"email": email, "password": password})).await
}

on_both! {
    async fn sec_04_nothing_tells_whether_an_address_has_a_sign_in(site: Site) {
        harbor(&site).await;
        let known = try_to_sign_in(&site, INES, "not the password").await;
        let unknown = try_to_sign_in(&site, "nobody@harbor.example", "not the password").await;
        let said = |answer: Answer| {
            let mut said = answer.refused("bad_credentials", 401);
            // Which request it was is all that may differ.
            said["request_id"].take();
            said
        };
        assert_eq!(said(known), said(unknown));
        // The same work: what takes the time, comparing a password with a hash, is done once for either.
        let compared = async || figures::now(&site.app).await.unwrap().password_checks;
        for email in [INES, "somebody.else@harbor.example"] {
            let before = compared().await;
            try_to_sign_in(&site, email, "not the password").await.refused("bad_credentials", 401);
            assert_eq!(compared().await, before + 1, "{email}");
        }
        site.close().await;
    }

    async fn sec_04_five_failures_lock_an_address_for_a_growing_while(site: Site) {
        harbor(&site).await;
        for email in [INES, "nobody@harbor.example"] {
            for _ in 0..5 {
                try_to_sign_in(&site, email, "not the password").await.refused("bad_credentials", 401);
            }
            // Now not even the right password helps, and the answer says how long.
            let locked = try_to_sign_in(&site, email, PASSWORD).await;
            assert!((1..=31).contains(&locked.header("retry-after").unwrap().parse::<i64>().unwrap()));
            locked.refused("too_many_attempts", 429);
        }
        // In other letters it is the same address.
        try_to_sign_in(&site, " INES@Harbor.Example ", PASSWORD).await.refused("too_many_attempts", 429);
        site.clock.advance(SignedDuration::from_secs(31));
        try_to_sign_in(&site, INES, "not the password").await.refused("bad_credentials", 401);
        let longer = try_to_sign_in(&site, INES, PASSWORD).await;
        assert!(longer.header("retry-after").unwrap().parse::<i64>().unwrap() > 40);
        site.clock.advance(SignedDuration::from_secs(61));
        try_to_sign_in(&site, INES, PASSWORD).await.expect(201);
        // A sign-in forgets the failures.
        try_to_sign_in(&site, INES, "not the password").await.refused("bad_credentials", 401);
        try_to_sign_in(&site, INES, PASSWORD).await.expect(201);
        site.close().await;
    }

    async fn sec_03_sec_04_a_session_is_a_cookie_whose_secret_is_nowhere_else(site: Site) {
        harbor(&site).await;
        let answer = try_to_sign_in(&site, INES, PASSWORD).await;
        let set = answer.header("set-cookie").unwrap().to_owned();
        assert!(set.contains("HttpOnly") && set.contains("SameSite=Lax") && set.contains("Path=/"), "{set}");
        let cookie = answer.cookie().unwrap();
        let token = cookie.strip_prefix("sluice=").unwrap();
        assert!(token.len() >= 43 && !answer.text().contains(token));
        let stored: Vec<Vec<u8>> = sql::values(&site.app.db, "select token_hash as value from session", args![]).await;
        assert!(stored.iter().all(|hash| hash.len() == 32 && hash != token.as_bytes()));
        let hashes: Vec<String> = sql::values(&site.app.db, "select password_hash as value from person where password_hash is not null", args![]).await;
        assert!(hashes.iter().all(|hash| hash.starts_with("$argon2id$") && !hash.contains(PASSWORD)));
        for cookie in ["sluice=", "sluice=x", "sluice", &format!("sluice={token}x"), &format!("__Host-sluice={token}")] {
            let mut stranger = site.nobody();
            stranger.set_cookie(cookie);
            stranger.get("/session").await.refused("not_signed_in", 401);
        }
        site.close().await;
    }

    async fn ppl_10_sessions_are_listed_and_revoked(site: Site) {
        harbor(&site).await;
        let one = site.sign_in("Ines", INES, PASSWORD).await;
        let two = site.sign_in("Ines", INES, PASSWORD).await;
        let listed = one.items("/sessions").await;
        assert_eq!((listed.len(), listed.iter().filter(|session| session["current"] == true).count()), (2, 1));
        let other = id(listed.iter().find(|session| session["current"] == false).unwrap());
        // Nobody ends somebody else's.
        let world = World::harbor_and_delta(&site).await;
        world.diego.delete(&format!("/sessions/{other}")).await.refused("not_found", 404);
        one.delete(&format!("/sessions/{other}")).await.expect(204);
        two.get("/session").await.refused("not_signed_in", 401);
        one.delete("/session").await.expect(204);
        one.get("/session").await.refused("not_signed_in", 401);
        // A new password ends them all; time does as well.
        let three = site.sign_in("Ines", INES, PASSWORD).await;
        sluice_app::passwords::reset_by_operator(&site.app, INES, "another long password").await.unwrap();
        three.get("/session").await.refused("not_signed_in", 401);
        try_to_sign_in(&site, INES, PASSWORD).await.refused("bad_credentials", 401);
        let four = site.sign_in("Ines", INES, "another long password").await;
        site.clock.advance(SignedDuration::from_hours(24 * 29));
        four.get("/session").await.expect(200);
        site.clock.advance(SignedDuration::from_hours(25));
        four.get("/session").await.refused("not_signed_in", 401);
        site.close().await;
    }

    async fn ppl_03_a_link_works_once_for_a_time_until_taken_back(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let people = format!("/companies/{}/people", world.harbor);
        let body = json!({"name": "Nora Berg", "email": "nora@harbor.example", "employee": true});
        let nora = world.ines.does(&people, body.clone()).await.expect(201)["person"]["id"].as_str().unwrap().to_owned();
        world.ines.does(&people, body).await.refused("duplicate", 409);
        let invitation = format!("{people}/{nora}/invitation");
        let first = site.invitation_to("nora@harbor.example").await;
        site.nobody().get("/invitations/no-such-token").await.refused("not_found", 404);
        // Sent again: the older link stops working.
        world.ines.does(&invitation, json!({})).await.expect(202);
        let second = site.invitation_to("nora@harbor.example").await;
        assert_ne!(first, second);
        site.nobody().get(&first).await.refused("invitation_revoked", 410);
        // Taken back.
        world.ines.delete(&invitation).await.expect(204);
        site.nobody().get(&second).await.refused("invitation_revoked", 410);
        site.nobody().does(&format!("{second}/acceptance"), json!({"password": PASSWORD})).await.refused("invitation_revoked", 410);
        // Too late.
        world.ines.does(&invitation, json!({})).await.expect(202);
        let third = site.invitation_to("nora@harbor.example").await;
        site.clock.advance(SignedDuration::from_hours(24 * 14));
        site.nobody().get(&third).await.refused("invitation_expired", 410);
        site.nobody().does(&format!("{third}/acceptance"), json!({"password": PASSWORD})).await.refused("invitation_expired", 410);
        // In time, once.
        world.ines.does(&invitation, json!({})).await.expect(202);
        let fourth = site.invitation_to("nora@harbor.example").await;
        let accept = format!("{fourth}/acceptance");
        for weak in ["short", "1234567890", "aaaaaaaaaaaa", "Password1234", "p@ssw0rd2024", "qwertyuiop[]", "michael.1985", &"ab".repeat(40), &"x".repeat(1_001)] {
            site.nobody().does(&accept, json!({"password": weak})).await.refused("weak_password", 422);
        }
        site.nobody().does(&accept, json!({})).await.refused("invalid", 422);
        site.nobody().does(&accept, json!({"password": PASSWORD})).await.expect(200);
        site.nobody().get(&fourth).await.refused("invitation_used", 410);
        site.nobody().does(&accept, json!({"password": "another long password"})).await.refused("invitation_used", 410);
        try_to_sign_in(&site, "nora@harbor.example", PASSWORD).await.expect(201);
        world.ines.does(&invitation, json!({})).await.refused("invitation_used", 410);
        // The token itself is nowhere: only its hash is kept, and what was mailed is forgotten.
        let token = fourth.rsplit('/').next().unwrap();
        let kept: Vec<String> = sql::values(&site.app.db, "select facts as value from message", args![]).await;
        assert!(kept.iter().all(|facts| !facts.contains(token)));
        site.close().await;
    }

    async fn ppl_01_ppl_03_whoever_has_a_sign_in_signs_in_with_it(site: Site) {
        harbor(&site).await;
        let (delta, diego) = company(&site, "Delta Mechanical", "Diego Ruiz", "diego@delta.example").await;
        // Ines of Harbor is invited by Delta under whatever name Delta knows her.
        let body = json!({"name": "I. Ortega", "email": "Ines@Harbor.example"});
        diego.does(&format!("/companies/{delta}/people"), body).await.expect(201);
        let link = site.invitation_to(INES).await;
        let accept = format!("{link}/acceptance");
        assert_eq!(site.nobody().get(&link).await.expect(200)["needs"], "sign_in");
        site.nobody().does(&accept, json!({"password": "another long password"})).await.refused("invitation_for_other_person", 403);
        // Somebody else cannot take it.
        assert_eq!(diego.get(&link).await.expect(200)["needs"], "other_person");
        diego.does(&accept, json!({})).await.refused("invitation_for_other_person", 403);
        let ines = site.sign_in("Ines", INES, PASSWORD).await;
        assert_eq!(ines.get(&link).await.expect(200)["needs"], "acceptance");
        ines.does(&accept, json!({})).await.expect(200);
        // Her password is hers: Delta's invitation did not change it.
        try_to_sign_in(&site, INES, PASSWORD).await.expect(201);
        let companies = ines.get("/session").await.expect(200)["companies"].as_array().unwrap().len();
        assert_eq!(companies, 2);
        site.close().await;
    }

    async fn ppl_03_an_answer_does_not_say_whether_an_address_has_a_sign_in(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        sql::run(&site.app.db, "update person set password_hash = 'x' where id = $1", args![world.flor.id()]).await;
        let people = format!("/companies/{}/people", world.harbor);
        let added = async |email: &str| {
            let body = json!({"name": "Guest Worker", "email": email});
            let mut added = world.ines.does(&people, body).await.expect(201);
            let person: Uuid = added["person"]["id"].take().as_str().unwrap().parse().unwrap();
            added["person"]["email"] = Value::Null;
            // The clock goes on between the two.
            added["invited_until"] = Value::Null;
            (person, added)
        };
        let (known, unknown) = (added("flor@delta.example").await, added("unheard.of@delta.example").await);
        assert_eq!(known.1, unknown.1);
        // An id that tells when it was made would tell who was there before.
        let mut ids = vec![known.0, unknown.0];
        for guest in 0..10 {
            ids.push(added(&format!("guest{guest}@delta.example")).await.0);
        }
        assert!(ids.iter().all(|id| id.get_version_num() == 4), "{ids:?}");
        assert!(!ids[1..].is_sorted(), "made one after another, and sorted: {ids:?}");
        // Nor does the directory, nor a project's, until they accept; nor does putting them aside and back.
        let of = async |path: &str| {
            let listed = world.ines.items(path).await;
            let one = listed.iter().find(|entry| entry["person"]["email"] == "flor@delta.example").unwrap();
            (one["person"]["name"].as_str().unwrap().to_owned(), one["status"].as_str().unwrap().to_owned())
        };
        let invited = ("Guest Worker".to_owned(), "invited".to_owned());
        assert_eq!(of(&people).await, invited);
        let members = format!("/projects/{}/members", world.tower);
        world.ines.does(&members, json!({"person_id": world.flor.id(), "levels": {}})).await.expect(201);
        assert_eq!(of(&members).await, invited);
        let entry = format!("{people}/{}", world.flor.id());
        world.ines.patch(&entry, json!({"active": false})).await.expect(200);
        world.ines.patch(&entry, json!({"active": true})).await.expect(200);
        assert_eq!(of(&people).await.1, "contact", "nobody is active who never accepted");
        world.flor.get(&format!("/companies/{}", world.harbor)).await.refused("not_found", 404);
        world.ines.does(&format!("{entry}/invitation"), json!({})).await.expect(202);
        let link = site.invitation_to("flor@delta.example").await;
        world.flor.does(&format!("{link}/acceptance"), json!({})).await.expect(200);
        assert_eq!(of(&people).await, ("Flor Perez".to_owned(), "active".to_owned()));
        site.close().await;
    }

    async fn ppl_13_one_chooses_whom_one_represents(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let (sierra, gil) = company(&site, "Sierra Glass", "Gil Soto", "gil@sierra.example").await;
        let sam = employee(&site, sierra, "Sam Vega", "sam@both.example").await;
        sql::run(&site.app.db, "update person set password_hash = 'x' where id = $1", args![sam.id()]).await;
        sql::run(
            &site.app.db,
            "insert into directory_entry (company_id, person_id, employee, status, created_at) values ($1, $2, true, 'active', 0)",
            args![world.delta, sam.id()],
        )
        .await;
        let body = json!({"email": "sam@both.example", "name": "Sam", "levels": {"drawings": "read_only"}});
        world.ines.does(&format!("/projects/{}/members", world.tower), body).await.expect(201);
        let link = site.invitation_to("sam@both.example").await;
        assert_eq!(sam.get(&link).await.expect(200)["represent_options"].as_array().unwrap().len(), 2);
        let accept = format!("{link}/acceptance");
        sam.does(&accept, json!({})).await.refused("must_choose_company", 422);
        sam.does(&accept, json!({"represents_company_id": world.harbor})).await.refused("invalid", 422);
        sam.does(&accept, json!({"represents_company_id": sierra})).await.expect(200);
        let listed = world.ines.items(&format!("/projects/{}/members", world.tower)).await;
        let entry = listed.iter().find(|entry| entry["person"]["id"] == sam.id().to_string()).unwrap();
        assert_eq!(entry["represents"]["name"], "Sierra Glass");
        // Changed later only by the side that keeps the directory, and only to a company of theirs.
        let path = format!("/companies/{}/people/{}", world.harbor, sam.id());
        gil.patch(&path, json!({"represents_company_id": world.delta})).await.refused("not_found", 404);
        world.erik.patch(&path, json!({"represents_company_id": world.delta})).await.refused("needs_level", 403);
        world.ines.patch(&path, json!({"represents_company_id": world.harbor})).await.refused("invalid", 422);
        assert_eq!(world.ines.patch(&path, json!({"represents_company_id": world.delta})).await.expect(200)["represents"]["name"], "Delta Mechanical");
        site.close().await;
    }

    async fn ppl_02_ppl_08_who_is_deactivated_finds_nothing(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        seed::published(&site.app, &world.erik, world.tower, &Sheet::many(1)).await;
        let drawing = id(&world.erik.items(&format!("/projects/{}/drawings", world.tower)).await[0]);
        let paths = [
            format!("/companies/{}", world.harbor),
            format!("/companies/{}/people", world.harbor),
            format!("/companies/{}/projects", world.harbor),
            format!("/projects/{}", world.tower),
            format!("/projects/{}/members", world.tower),
            format!("/projects/{}/drawings", world.tower),
            format!("/projects/{}/changes", world.tower),
            format!("/drawings/{drawing}"),
        ];
        let entry = format!("/companies/{}/people/{}", world.harbor, world.erik.id());
        world.ines.patch(&entry, json!({"active": false})).await.expect(200);
        for path in &paths {
            world.erik.get(path).await.refused("not_found", 404);
        }
        assert!(world.erik.items("/projects").await.is_empty() && world.erik.items("/companies").await.is_empty());
        world.erik.get("/session").await.expect(200);
        // Nothing of it was lost.
        world.ines.patch(&entry, json!({"active": true})).await.expect(200);
        let levels = world.erik.get(&format!("/projects/{}", world.tower)).await.expect(200)["levels"].clone();
        assert_eq!(levels["drawings"], "admin");
        world.erik.get(&format!("/drawings/{drawing}")).await.expect(200);
        // The last administrator stays.
        let own = format!("/companies/{}/people/{}", world.harbor, world.ines.id());
        for changes in [json!({"active": false}), json!({"company_admin": false})] {
            world.ines.patch(&own, changes).await.refused("last_administrator", 409);
        }
        let outsider = format!("/companies/{}/people/{}", world.harbor, world.maria.id());
        world.ines.patch(&outsider, json!({"company_admin": true})).await.refused("invalid", 422);
        site.close().await;
    }

    async fn ppl_04_ppl_05_levels_and_what_they_open(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        seed::published(&site.app, &world.erik, world.tower, &Sheet::many(1)).await;
        let nora = employee(&site, world.harbor, "Nora Berg", "nora@harbor.example").await;
        let project = format!("/projects/{}", world.tower);
        nora.get(&project).await.refused("not_found", 404);
        member(&world.ines, world.tower, &nora, json!({})).await;
        // In the directory without any level: the front page, and no tool.
        nora.get(&project).await.expect(200);
        for tool in ["members", "drawings", "connections", "drawing-uploads"] {
            nora.get(&format!("{project}/{tool}")).await.refused("not_found", 404);
        }
        nora.patch(&project, json!({"name": "Mine"})).await.refused("not_found", 404);
        set_levels(&world.ines, world.tower, &nora, json!({"drawings": "read_only"})).await;
        assert_eq!(nora.items(&format!("{project}/drawings")).await.len(), 1);
        nora.does(&format!("{project}/publications"), json!({"all": true})).await.refused("needs_level", 403);
        nora.does(&format!("{project}/drawing-uploads"), json!({"set": {"name": "S", "date": "2026-01-01"}})).await.refused("needs_level", 403);
        // A grant opens one act and no other.
        world.ines.patch(&format!("{project}/members/{}", nora.id()), json!({"grants": ["upload_drawings"]})).await.expect(200);
        nora.does(&format!("{project}/drawing-uploads"), json!({"set": {"name": "S", "date": "2026-01-01"}})).await.expect(201);
        nora.does(&format!("{project}/publications"), json!({"all": true})).await.refused("needs_level", 403);
        world.ines.patch(&format!("{project}/members/{}", nora.id()), json!({"grants": ["fly"]})).await.refused("invalid", 422);
        // Directory Admin is Admin on every tool of the project, and of no other.
        set_levels(&world.ines, world.tower, &nora, json!({"directory": "admin", "drawings": "none"})).await;
        nora.patch(&project, json!({"name": "Harbor Tower"})).await.expect(200);
        nora.does(&format!("{project}/publications"), json!({"all": true})).await.expect(200);
        let mine = nora.get(&format!("/me/permissions?project_id={}", world.tower)).await.expect(200);
        assert!(mine["levels"].as_object().unwrap().values().all(|level| level == "admin"), "{mine}");
        let other = world.another_tower("Harbor Annex").await;
        nora.get(&format!("/projects/{other}")).await.refused("not_found", 404);
        // An administrator of the company is Admin everywhere in it, also where nobody put them.
        let entry = format!("/companies/{}/people/{}", world.harbor, nora.id());
        world.ines.patch(&entry, json!({"company_admin": true})).await.expect(200);
        nora.patch(&format!("/projects/{other}"), json!({"name": "Annex"})).await.expect(200);
        nora.get(&format!("/projects/{}", world.site)).await.refused("not_found", 404);
        site.close().await;
    }

    async fn ppl_07_every_can_map_says_why_not(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        seed::published(&site.app, &world.erik, world.tower, &Sheet::many(2)).await;
        let connection = world.connected().await;
        site.run_until_idle().await;
        world.maria.does(&format!("/projects/{}/publications", world.site), json!({"all": true})).await.expect(200);
        let mut maps = 0;
        for person in [&world.ines, &world.erik, &world.diego, &world.maria, &world.flor] {
            for path in [
                "/companies".to_owned(),
                "/projects".into(),
                format!("/companies/{}/people", world.delta),
                format!("/projects/{}/members", world.site),
                format!("/projects/{}/connections", world.site),
                format!("/projects/{}/drawings", world.site),
                format!("/projects/{}/drawings", world.tower),
                format!("/connections/{connection}"),
                format!("/me/permissions?project_id={}", world.site),
            ] {
                let answer = person.get(&path).await;
                if answer.status == 200 {
                    maps += sound_maps(&answer.json, &path);
                }
            }
        }
        assert!(maps > 40, "{maps}");
        site.close().await;
    }

    async fn ppl_07_a_verb_is_refused_as_its_can_map_says(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        seed::published(&site.app, &world.erik, world.tower, &Sheet::many(2)).await;
        // Flor looks on; Maria could answer, were it not her own request.
        set_levels(&world.diego, world.site, &world.flor, json!({"connection_manager": "read_only"})).await;
        set_levels(&world.ines, world.tower, &world.maria, json!({"connection_manager": "admin"})).await;
        let connection = id(&world.ask().await.expect(201));
        let path = format!("/connections/{connection}");
        let refused = async || {
            let mut refused = 0;
            for person in [&world.ines, &world.erik, &world.diego, &world.maria, &world.flor] {
                refused += refused_as_said(person, &path).await;
            }
            refused
        };
        let requested = refused().await;
        world.maria.does(&format!("{path}/remind"), json!({})).await.expect(200);
        let reminded = refused().await;
        world.ines.does(&format!("{path}/approve"), json!({})).await.expect(200);
        let connected = refused().await;
        site.clock.advance(SignedDuration::from_mins(6));
        let too_late = refused().await;
        world.disconnect(connection).await;
        let over = refused().await;
        assert!(requested >= 18 && requested < reminded, "{requested}, reminded {reminded}");
        assert!(connected >= 18 && connected < too_late && too_late < over, "{connected}, too late {too_late}, over {over}");
        site.close().await;
    }

    async fn ppl_14_the_company_looked_at_is_never_an_input(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        // Erik also works for Delta: with one session he reaches what he may in both, whatever he says he looks at.
        let body = json!({"name": "Erik", "email": "erik@harbor.example", "employee": true});
        sql::run(&site.app.db, "update person set password_hash = 'x' where id = $1", args![world.erik.id()]).await;
        world.diego.does(&format!("/companies/{}/people", world.delta), body).await.expect(201);
        let link = site.invitation_to("erik@harbor.example").await;
        world.erik.does(&format!("{link}/acceptance"), json!({})).await.expect(200);
        member(&world.diego, world.site, &world.erik, json!({"drawings": "read_only"})).await;
        for path in [format!("/projects/{}?company_id={}", world.tower, world.delta), format!("/projects/{}?company_id={}", world.site, world.harbor)] {
            world.erik.get(&path).await.expect(200);
        }
        // Admin in one is nothing in the other.
        world.erik.does(&format!("/projects/{}/publications?company_id={}", world.site, world.harbor), json!({"all": true})).await.refused("needs_level", 403);
        assert_eq!(world.erik.items("/projects").await.len(), 2);
        site.close().await;
    }

    async fn ppl_16_the_installation_administrator_sees_no_companys_records(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        companies::create_installation_admin(&site.app, "Olga Root", "olga@operator.example", PASSWORD).await.unwrap();
        let olga = site.sign_in("Olga Root", "olga@operator.example", PASSWORD).await;
        let new = json!({"name": "Sierra Glass", "admin": {"name": "Gil Soto", "email": "gil@sierra.example"}});
        world.ines.does("/companies", new.clone()).await.refused("installation_admin_only", 403);
        let sierra = id(&olga.does("/companies", new).await.expect(201));
        for path in [format!("/companies/{}", world.harbor), format!("/companies/{sierra}"), format!("/projects/{}", world.tower), format!("/companies/{}/people", world.harbor)] {
            olga.get(&path).await.refused("not_found", 404);
        }
        assert!(olga.items("/companies").await.is_empty() && olga.items("/projects").await.is_empty());
        let link = site.invitation_to("gil@sierra.example").await;
        let mut gil = site.nobody();
        let session = gil.post(&format!("{link}/acceptance"), json!({"password": PASSWORD})).await.expect(200);
        assert_eq!(session["companies"][0]["company_admin"], true);
        project(&gil, sierra, "Glass", "").await;
        site.close().await;
    }

    async fn a_collaborator_is_not_an_employee(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        // Maria is in Harbor's directory from outside: she sees the company's name and not its people.
        world.maria.get(&format!("/companies/{}", world.harbor)).await.expect(200);
        world.maria.get(&format!("/companies/{}/people", world.harbor)).await.refused("needs_level", 403);
        world.maria.does(&format!("/companies/{}/projects", world.harbor), json!({"name": "Mine"})).await.refused("needs_level", 403);
        let (sierra, _) = company(&site, "Sierra Glass", "Gil Soto", "gil@sierra.example").await;
        let pat = employee(&site, sierra, "Pat", "pat@sierra.example").await;
        collaborator(&site, world.harbor, &pat, sierra).await;
        assert_eq!(pat.items(&format!("/companies/{}/projects", world.harbor)).await.len(), 0);
        site.close().await;
    }
}

/// Asks for each verb that the `can` map of a connection refuses, and hears the same reason. Answers how many they were.
async fn refused_as_said(person: &Person, path: &str) -> usize {
    let seen = person.get(path).await;
    if seen.status == 404 {
        return 0;
    }
    let can = seen.expect(200)["can"].clone();
    let mut refused = 0;
    for verb in ["approve", "decline", "withdraw", "remind", "undo", "disconnect"] {
        if can[verb]["allowed"] != false {
            continue;
        }
        let body = match verb {
            "disconnect" => json!({"reason": "Because.", "accept": true}),
            _ => json!({}),
        };
        let answer = person.does(&format!("{path}/{verb}"), body).await;
        assert_eq!(
            (answer.status / 100, &answer.json["code"]),
            (4, &can[verb]["code"]),
            "{verb} by {}",
            person.name
        );
        refused += 1;
    }
    refused
}

/// Looks at every `can` map in an answer: what is not allowed has a code and a sentence. Answers how many maps there are.
fn sound_maps(value: &Value, path: &str) -> usize {
    match value {
        Value::Array(items) => items.iter().map(|item| sound_maps(item, path)).sum(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, field)| {
                if name != "can" {
                    return sound_maps(field, path);
                }
                for (act, may) in field.as_object().unwrap() {
                    let why = (may["code"].as_str().unwrap_or(""), may["reason"].as_str().unwrap_or(""));
                    match may["allowed"].as_bool() {
                        Some(true) => {}
                        Some(false) => {
                            assert!(!why.0.is_empty() && why.1.ends_with('.'), "{path}: {act}: {may}")
                        }
                        None => panic!("{path}: {act}: {may}"),
                    }
                }
                1
            })
            .sum(),
        _ => 0,
    }
}
