//! Who is told what, in which language: the table of 10-connections.md (NOT-01 … NOT-05) and USE-05, through the interface.

use std::collections::BTreeSet;

use axum::body::Body;
use jiff::SignedDuration;
use sluice_testkit::person::id;
use sluice_testkit::seed::{self, Sheet};
use sluice_testkit::world::{collaborator, employee, member, set_levels};
use sluice_testkit::{Person, Site, Value, World, json, on_both};

/// Everybody in Harbor and Delta.
const fn people(world: &World) -> [&Person; 5] {
    [&world.ines, &world.erik, &world.diego, &world.maria, &world.flor]
}

/// What came since the last look: `name: kind`, and that a mail said the same.
async fn news(site: &Site, world: &World, seen: &mut BTreeSet<String>) -> Vec<String> {
    site.run_until_idle().await;
    let mut told = vec![];
    for person in people(world) {
        let subjects = site.subjects_to(&person.email);
        for item in person.items("/notifications").await {
            if seen.insert(item["id"].as_str().unwrap().to_owned()) {
                let title = item["title"].as_str().unwrap();
                assert!(
                    subjects.iter().any(|subject| subject == title),
                    "{}: no mail said {title}",
                    person.name
                );
                let first_name = person.name.split(' ').next().unwrap();
                told.push(format!("{first_name}: {}", item["kind"].as_str().unwrap()));
            }
        }
    }
    told.sort();
    told
}

async fn list(by: &Person, project: uuid::Uuid, which: &str, mode: &str, people: &[&Person]) -> Value {
    let ids: Vec<_> = people.iter().map(|person| person.id()).collect();
    let path = format!("/projects/{project}/{which}-notifications");
    by.put(&path, json!({"mode": mode, "person_ids": ids})).await.expect(200)
}

on_both! {
    async fn not_04_each_event_tells_its_side_and_nobody_else(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let mut seen = BTreeSet::new();
        let connection = |verb: &str, request| format!("/connections/{request}/{verb}");

        let request = id(&world.ask().await.expect(201));
        assert_eq!(news(&site, &world, &mut seen).await, ["Diego: request_sent", "Ines: requested", "Maria: request_sent"]);
        world.maria.does(&connection("remind", request), json!({})).await.expect(200);
        assert_eq!(news(&site, &world, &mut seen).await, ["Ines: requested"]);
        world.ines.does(&connection("decline", request), json!({"reason": "Not yet."})).await.expect(200);
        assert_eq!(news(&site, &world, &mut seen).await, ["Diego: declined", "Maria: declined"]);

        let request = id(&world.ask().await.expect(201));
        news(&site, &world, &mut seen).await;
        world.maria.does(&connection("withdraw", request), json!({})).await.expect(200);
        assert_eq!(news(&site, &world, &mut seen).await, ["Ines: withdrawn"]);

        world.ask().await.expect(201);
        news(&site, &world, &mut seen).await;
        site.clock.advance(SignedDuration::from_hours(24 * 61));
        assert_eq!(news(&site, &world, &mut seen).await, ["Diego: expired", "Ines: expired", "Maria: expired"]);

        seed::published(&site.app, &world.erik, world.tower, &Sheet::many(3)).await;
        let request = id(&world.ask().await.expect(201));
        news(&site, &world, &mut seen).await;
        world.ines.does(&connection("approve", request), json!({})).await.expect(200);
        let both = ["Diego: connected", "Diego: first_copy_complete", "Ines: connected", "Maria: connected", "Maria: first_copy_complete"];
        assert_eq!(news(&site, &world, &mut seen).await, both);

        seed::published(&site.app, &world.erik, world.tower, &[Sheet::new("A-0900", "LATER", "0")]).await;
        assert_eq!(news(&site, &world, &mut seen).await, ["Diego: new_sheets", "Maria: new_sheets"]);

        world.disconnect(request).await;
        assert_eq!(news(&site, &world, &mut seen).await, ["Diego: disconnected", "Ines: disconnected", "Maria: disconnected"]);

        // NOT-05: names travel, addresses never do; every mail links to the place to act.
        for letter in site.mail.letters() {
            let html = letter.html.replace("@media", "");
            assert!(!letter.text.contains('@') && !html.contains('@'), "{}", letter.text);
            assert!(letter.link("http://sluice.example/projects/").is_some(), "{}", letter.text);
        }
        site.close().await;
    }

    async fn not_04_a_message_leads_to_the_connection_it_is_about(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let request = id(&world.ask().await.expect(201));
        site.run_until_idle().await;
        let item = &world.ines.items("/notifications").await[0];
        assert_eq!(item["href"], format!("/projects/{}/connections/{request}", world.tower));
        assert!(item["body"].as_str().unwrap().contains("Maria Lopez of Delta Mechanical"), "{item}");
        site.close().await;
    }

    async fn not_01_not_02_administrators_outside_the_directory_are_told_when_they_are_chosen(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let ada = employee(&site, world.harbor, "Ada Boyd", "ada@harbor.example").await;
        let entry = format!("/companies/{}/people/{}", world.harbor, ada.id());
        world.ines.patch(&entry, json!({"company_admin": true})).await.expect(200);
        let mut asked = 0;
        let mut ask = async || {
            let request = id(&world.ask().await.expect(201));
            site.run_until_idle().await;
            world.maria.does(&format!("/connections/{request}/withdraw"), json!({})).await.expect(200);
            site.run_until_idle().await;
            site.clock.advance(SignedDuration::from_hours(25));
            asked += 1;
            (site.subjects_to("ines@harbor.example").len(), site.subjects_to("ada@harbor.example").len())
        };
        assert_eq!(ask().await, (2, 0), "NOT-02: nothing by default");
        let options = world.ines.get(&format!("/projects/{}/connection-notifications", world.tower)).await.expect(200);
        let names: Vec<_> = options["options"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["Ada Boyd", "Ines Ortega"], "collaborators and the engineer cannot be chosen");
        list(&world.ines, world.tower, "connection", "specific", &[&ada]).await;
        assert_eq!(ask().await, (2, 2), "the chosen one alone");
        world.ines.patch(&entry, json!({"company_admin": false})).await.expect(200);
        assert_eq!(ask().await, (4, 2), "she no longer qualifies: the administrators are told");
        site.close().await;
    }

    async fn not_01_who_is_told_of_arrivals_is_chosen_likewise(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let path = format!("/projects/{}/arrival-notifications", world.site);
        let before = world.flor.get(&path).await.expect(200);
        assert_eq!((before["mode"].as_str(), before["can"]["update"]["allowed"].as_bool()), (Some("all_admins"), Some(false)));
        assert_eq!(before["options"], json!([]), "who may be chosen is shown to those who choose");
        world.flor.put(&path, json!({"mode": "specific", "person_ids": [world.flor.id()]})).await.refused("needs_level", 403);
        let unsound = world.maria.put(&path, json!({"mode": "specific", "person_ids": [world.flor.id()]})).await.refused("invalid", 422);
        assert_eq!(unsound["errors"][0]["code"], "does_not_qualify");
        assert!(unsound["detail"].as_str().unwrap().starts_with("Flor Perez is neither Admin on Drawings"), "{unsound}");
        let omar = employee(&site, world.delta, "Omar Diaz", "omar@delta.example").await;
        let chosen = json!({"mode": "specific", "person_ids": [world.diego.id(), omar.id(), world.erik.id()]});
        let unsound = world.maria.put(&path, chosen).await.refused("invalid", 422);
        let errors = unsound["errors"].as_array().unwrap();
        let named: Vec<_> = errors.iter().map(|field| field["detail"].as_str().unwrap().split(" is ").next().unwrap()).collect();
        assert_eq!(named, ["Omar Diaz", "Person 3 of the list"], "by name where one may know it, never by id");
        world.erik.get(&path).await.refused("not_found", 404);

        let chosen = list(&world.maria, world.site, "arrival", "specific", &[&world.diego]).await;
        assert_eq!((chosen["mode"].as_str(), chosen["person_ids"].as_array().map(Vec::len)), (Some("specific"), Some(1)));
        world.approve_automatically().await;
        seed::published(&site.app, &world.erik, world.tower, &Sheet::many(2)).await;
        world.ask().await.expect(201);
        site.run_until_idle().await;
        let arrivals = |email: &str| site.subjects_to(email).into_iter().filter(|subject| subject.contains("first copy") || subject.contains("new sheet")).count();
        assert_eq!((arrivals("diego@delta.example"), arrivals("maria@delta.example")), (1, 0));

        list(&world.maria, world.site, "arrival", "specific", &[&world.maria]).await;
        set_levels(&world.diego, world.site, &world.maria, json!({"drawings": "standard"})).await;
        seed::published(&site.app, &world.erik, world.tower, &[Sheet::new("A-0900", "LATER", "0")]).await;
        site.run_until_idle().await;
        assert_eq!((arrivals("diego@delta.example"), arrivals("maria@delta.example")), (2, 0), "nobody is left: the administrators are told");
        site.close().await;
    }

    async fn not_01_a_collaborator_is_never_on_the_other_companys_list(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let ada = employee(&site, world.delta, "Ada Boyd", "ada@delta.example").await;
        collaborator(&site, world.harbor, &ada, world.delta).await;
        member(&world.ines, world.tower, &ada, json!({"connection_manager": "admin", "drawings": "read_only"})).await;
        let path = format!("/projects/{}/connection-notifications", world.tower);
        world.ines.put(&path, json!({"mode": "specific", "person_ids": [ada.id()]})).await.refused("invalid", 422);
        world.ask().await.expect(201);
        site.run_until_idle().await;
        assert!(site.subjects_to("ada@delta.example").is_empty());
        site.close().await;
    }

    async fn use_05_a_person_chooses_language_zone_and_date_format(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let me = world.ines.get("/me").await.expect(200);
        assert_eq!((me["person"]["name"].as_str(), me["language"].clone(), me["time_zone"].clone()), (Some("Ines Ortega"), json!(null), json!(null)));
        let changed = world.ines.patch("/me", json!({"language": "es", "time_zone": "europe/madrid"})).await.expect(200);
        assert_eq!((changed["language"].as_str(), changed["time_zone"].as_str()), (Some("es"), Some("Europe/Madrid")));
        assert_eq!(world.ines.get("/session").await.expect(200)["language"], "es");
        let unsound = world.ines.patch("/me", json!({"time_zone": "Mars/Olympus"})).await.refused("invalid", 422);
        assert_eq!((unsound["errors"][0]["pointer"].as_str(), unsound["errors"][0]["code"].as_str()), (Some("/time_zone"), Some("unknown_time_zone")));
        let dated = world.ines.patch("/me", json!({"date_format": "year_month_day"})).await.expect(200);
        assert_eq!((dated["date_format"].as_str(), dated["language"].as_str()), (Some("year_month_day"), Some("es")));
        world.ines.patch("/me", json!({"language": "tlh"})).await.refused("invalid", 422);
        world.ines.patch("/me", json!({"date_format": "stardate"})).await.refused("invalid", 422);

        world.ask().await.expect(201);
        site.run_until_idle().await;
        let letter = site.mail.letters_to("ines@harbor.example").pop().unwrap();
        assert_eq!(letter.subject, "Delta Mechanical solicita conectarse a Harbor Tower");
        assert!(letter.text.contains("(UTC+"), "{}", letter.text);
        assert!(letter.text.contains("2026-05-01"), "the request's last day, as she writes dates: {}", letter.text);
        assert_eq!(world.ines.items("/notifications").await[0]["title"], letter.subject.as_str());
        let asked = world.ines.request("GET", "/notifications").header("accept-language", "fr-CA, es;q=0.5").body(Body::empty()).unwrap();
        let french = world.ines.send(asked).await.expect(200);
        assert_eq!(french["items"][0]["title"], "Delta Mechanical demande à se connecter à Harbor Tower");

        let left = world.ines.patch("/me", json!({"language": null})).await.expect(200);
        assert_eq!((left["language"].clone(), left["time_zone"].as_str()), (json!(null), Some("Europe/Madrid")));
        site.close().await;
    }

    async fn use_05_who_chooses_nothing_is_addressed_as_their_browser_asks(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        world.diego.patch("/me", json!({"language": "es"})).await.expect(200);
        let new = json!({"email": "lia@delta.example", "name": "Lia Prado", "employee": true, "company_admin": false});
        world.diego.does(&format!("/companies/{}/people", world.delta), new).await.expect(201);
        let path = site.invitation_to("lia@delta.example").await;
        let invitation = site.mail.letters_to("lia@delta.example").pop().unwrap();
        assert_eq!(invitation.subject, "Diego Ruiz le invita a Delta Mechanical", "nothing is known of her: as whoever invites");
        // She accepts in a browser that asks for Portuguese, in Recife.
        let mut lia = site.nobody();
        let accepted = json!({"password": "obra nova em recife", "time_zone": "America/Recife"});
        let asked = lia.request("POST", &format!("{path}/acceptance")).header("accept-language", "pt-PT,pt;q=0.9").header("content-type", "application/json");
        let answer = lia.send(asked.body(Body::from(accepted.to_string())).unwrap()).await;
        lia.set_cookie(&answer.cookie().unwrap());
        let session = answer.expect(200);
        assert_eq!(session["language"], json!(null), "seen is not chosen");
        lia.learn(&site.app, &session["person"]).await;
        member(&world.diego, world.site, &lia, json!({"connection_manager": "admin"})).await;
        world.ask().await.expect(201);
        site.run_until_idle().await;
        let letter = site.mail.letters_to("lia@delta.example").pop().unwrap();
        assert_eq!(letter.subject, "Sua solicitação de conexão com Harbor Tower foi enviada");
        assert!(letter.text.contains("(UTC\u{2212}3)"), "{}", letter.text);
        // The next sign-in, in another language: that counts from now on.
        let asked = lia.request("POST", "/session").header("accept-language", "fr").header("content-type", "application/json");
        let body = json!({"email": "lia@delta.example", "password": "obra nova em recife", "time_zone": "nowhere"});
        lia.send(asked.body(Body::from(body.to_string())).unwrap()).await.expect(201);
        let request = id(&world.maria.items(&format!("/projects/{}/connections", world.site)).await[0]);
        world.ines.does(&format!("/connections/{request}/decline"), json!({})).await.expect(200);
        site.run_until_idle().await;
        let letter = site.mail.letters_to("lia@delta.example").pop().unwrap();
        assert_eq!(letter.subject, "Harbor Builders a refusé de connecter Delta at Harbor Tower");
        assert!(letter.text.contains("(UTC\u{2212}3)"), "a zone that is none changes nothing: {}", letter.text);
        site.close().await;
    }
    async fn use_05_a_project_has_a_zone_of_its_own(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let path = format!("/projects/{}", world.tower);
        assert_eq!(world.ines.get(&path).await.expect(200)["time_zone"], "UTC");
        let changed = world.ines.patch(&path, json!({"time_zone": "america/new_york"})).await.expect(200);
        assert_eq!(changed["time_zone"], "America/New_York");
        world.ines.patch(&path, json!({"time_zone": "Mars/Olympus"})).await.refused("invalid", 422);
        world.erik.patch(&path, json!({"time_zone": "UTC"})).await.refused("not_found", 404);
        // A new project begins where its first person is.
        world.ines.patch("/me", json!({"time_zone": "Europe/Lisbon"})).await.expect(200);
        let annex = sluice_testkit::world::project(&world.ines, world.harbor, "Harbor Annex", "").await;
        assert_eq!(world.ines.get(&format!("/projects/{annex}")).await.expect(200)["time_zone"], "Europe/Lisbon");
        site.close().await;
    }

    async fn not_04_notifications_are_read_one_by_one_or_all_and_open_screens_hear_of_it(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let mut line = world.ines.listen("/notifications").await;
        assert_eq!(line.status, 200);
        for _ in 0..3 {
            let request = id(&world.ask().await.expect(201));
            world.maria.does(&format!("/connections/{request}/withdraw"), json!({})).await.expect(200);
        }
        site.run_until_idle().await;
        assert!(line.next().await.unwrap().contains("\"topic\":\"notifications\""));
        let items = world.ines.items("/notifications").await;
        assert_eq!(items.len(), 6);
        let one = json!({"ids": [items[0]["id"], items[1]["id"]]});
        assert_eq!(world.maria.does("/notifications/read", one.clone()).await.expect(200)["unread"], 3, "hers, and hers alone");
        assert_eq!(world.ines.does("/notifications/read", one).await.expect(200)["unread"], 4);
        assert!(world.ines.items("/notifications").await[0]["read_at"].is_string());
        assert_eq!(world.ines.does("/notifications/read", json!({"all": true})).await.expect(200)["unread"], 0);
        // The line ends with the session.
        world.ines.delete("/session").await.expect(204);
        world.ask().await.refused("too_many_requests_today", 429);
        site.clock.advance(SignedDuration::from_hours(25));
        world.ask().await.expect(201);
        site.run_until_idle().await;
        while let Some(event) = line.next().await {
            assert!(event.contains("notifications"), "{event}");
        }
        site.close().await;
    }
}
