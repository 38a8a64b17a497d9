//! The story, from two companies that do not know each other to a connection that has ended, through the interface alone.

use sluice_testkit::person::id;
use sluice_testkit::seed::Sheet;
use sluice_testkit::sheets::{self, publish_set};
use sluice_testkit::world::manager;
use sluice_testkit::{Person, Site, Value, json, on_both};
use uuid::Uuid;

const PASSWORD: &str = "a crane and a hoist";

/// Follows the link of an invitation and chooses a password.
async fn accepts(site: &Site, name: &str, email: &str) -> Person {
    let link = site.invitation_to(email).await;
    let mut person = site.nobody();
    let page = person.get(&link).await.expect(200);
    assert_eq!((page["needs"].as_str(), page["email"].as_str()), (Some("password"), Some(email)));
    let session = person.post(&format!("{link}/acceptance"), json!({"password": PASSWORD})).await.expect(200);
    assert_eq!(session["person"]["name"], name);
    person.learn(&site.app, &session["person"]).await;
    person
}

async fn adds(by: &Person, company: Uuid, name: &str, email: &str) -> Uuid {
    let body = json!({"name": name, "email": email, "employee": true});
    let added = by.does(&format!("/companies/{company}/people"), body).await.expect(201);
    assert_eq!(added["status"], "invited");
    added["person"]["id"].as_str().unwrap().parse().unwrap()
}

fn numbers(drawings: &[Value]) -> Vec<&str> {
    drawings.iter().map(|drawing| drawing["number"].as_str().unwrap()).collect()
}

on_both! {
    async fn the_whole_story(site: Site) {
        // The operator makes two companies; their administrators sign in and make a project each.
        let found = async |company: &str, admin: &str, email: &str| {
            let founded = sluice_app::companies::found_by_operator(&site.app, company, admin, email, PASSWORD).await.unwrap();
            (founded.company.0, site.sign_in(admin, email, PASSWORD).await)
        };
        let (harbor, ines) = found("Harbor Builders", "Ines Ortega", "ines@harbor.example").await;
        let (delta, diego) = found("Delta Mechanical", "Diego Ruiz", "diego@delta.example").await;
        let tower = id(&ines.does(&format!("/companies/{harbor}/projects"), json!({"name": "Harbor Tower"})).await.expect(201));
        let dht = id(&diego.does(&format!("/companies/{delta}/projects"), json!({"name": "Delta at Harbor Tower"})).await.expect(201));

        // Their people come by invitation.
        let erik_id = adds(&ines, harbor, "Erik Lund", "erik@harbor.example").await;
        let erik = accepts(&site, "Erik Lund", "erik@harbor.example").await;
        let maria_id = adds(&diego, delta, "Maria Lopez", "maria@delta.example").await;
        let maria = accepts(&site, "Maria Lopez", "maria@delta.example").await;
        let flor_id = adds(&diego, delta, "Flor Perez", "flor@delta.example").await;
        let flor = accepts(&site, "Flor Perez", "flor@delta.example").await;
        for (who, project, person, levels) in [
            (&ines, tower, erik_id, json!({"drawings": "admin"})),
            (&diego, dht, maria_id, manager()),
            (&diego, dht, flor_id, json!({"drawings": "read_only"})),
        ] {
            let body = json!({"person_id": person, "levels": levels});
            who.does(&format!("/projects/{project}/members"), body).await.expect(201);
        }

        // Maria is invited to Harbor's project as a collaborator, signs in, and accepts for Delta.
        let body = json!({"email": "maria@delta.example", "name": "Maria of Delta", "levels": {"drawings": "read_only"}});
        let member = ines.does(&format!("/projects/{tower}/members"), body).await.expect(201);
        assert_eq!((member["status"].as_str(), member["employee"].as_bool()), (Some("invited"), Some(false)));
        maria.get(&format!("/projects/{tower}")).await.refused("not_found", 404);
        let link = site.invitation_to("maria@delta.example").await;
        assert_eq!(site.nobody().get(&link).await.expect(200)["needs"], "sign_in");
        let page = maria.get(&link).await.expect(200);
        assert_eq!((page["needs"].as_str(), page["project"]["name"].as_str()), (Some("acceptance"), Some("Harbor Tower")));
        assert_eq!(page["represent_options"], json!([{"id": delta, "name": "Delta Mechanical"}]));
        maria.does(&format!("{link}/acceptance"), json!({})).await.expect(200);
        let directory = ines.items(&format!("/projects/{tower}/members")).await;
        let listed = directory.iter().find(|member| member["person"]["id"] == maria_id.to_string()).unwrap();
        assert_eq!((listed["status"].as_str(), listed["represents"]["name"].as_str()), (Some("active"), Some("Delta Mechanical")));

        // Harbor's engineer uploads a set; it is split, read, reviewed, published.
        let set = [Sheet::new("A-101", "FIRST FLOOR PLAN", "0"), Sheet::new("A-102", "SECOND FLOOR PLAN", "0"), Sheet::new("M-201", "DUCTWORK LEVEL 1", "0")];
        let uploaded = sheets::upload(&site, &erik, tower, "Permit Set", &[("permit set.pdf", sheets::pdf(&set))]).await;
        assert_eq!((uploaded["status"].as_str(), uploaded["files"][0]["pages_done"].as_i64()), (Some("ready_for_review"), Some(3)));
        let read = sheets::of_upload(&erik, &uploaded).await;
        assert_eq!(numbers(&read), ["A-101", "A-102", "M-201"]);
        assert_eq!(read[2]["title"], "DUCTWORK LEVEL 1");
        assert_eq!(read[2]["discipline"]["name"], "Mechanical");
        assert_eq!(erik.get(&format!("/drawing-sheets/{}/thumbnail", id(&read[0]))).await.header("content-type"), Some("image/webp"));
        let corrected = erik.patch(&format!("/drawing-sheets/{}", id(&read[1])), json!({"title": "SECOND FLOOR PLAN, WEST", "revision": "0"})).await.expect(200);
        assert_eq!(corrected["reading"]["title"]["source"], "person");
        for sheet in &read {
            erik.patch(&format!("/drawing-sheets/{}", id(sheet)), json!({"revision": "0"})).await.expect(200);
        }
        let confirmed = erik.does(&format!("/drawing-uploads/{}/confirmation", id(&uploaded)), json!({"all": true})).await.expect(200);
        assert_eq!((confirmed["confirmed"].as_i64(), confirmed["refused"].clone()), (Some(3), json!([])));
        assert!(maria.items(&format!("/projects/{tower}/drawings")).await.is_empty(), "confirmed is not published");
        let published = erik.does(&format!("/projects/{tower}/publications"), json!({"all": true, "distribute": false})).await.expect(200);
        assert_eq!(published["published"], 3);
        assert_eq!(maria.items(&format!("/projects/{tower}/drawings")).await.len(), 3, "Read Only upstream sees what is published");

        // Maria connects: what would arrive is shown; Harbor is told and approves.
        let offered = maria.items(&format!("/projects/{dht}/connection-candidates")).await;
        assert_eq!((offered.len(), offered[0]["eligible"].as_bool()), (1, Some(true)));
        assert_eq!(offered[0]["would_arrive"]["drawings"]["records"], 3);
        let ask = json!({"upstream_project_id": tower, "tools": ["drawings"], "arrival": "review"});
        let request = maria.does(&format!("/projects/{dht}/connections"), ask.clone()).await.expect(201);
        let connection = id(&request);
        maria.does(&format!("/connections/{connection}/withdraw"), json!({})).await.expect(200);
        let connection = id(&maria.does(&format!("/projects/{dht}/connections"), ask.clone()).await.expect(201));
        site.run_until_idle().await;
        assert!(site.subjects_to("ines@harbor.example").iter().any(|subject| subject.contains("asks to connect")));
        let approved = ines.does(&format!("/connections/{connection}/approve"), json!({})).await.expect(200);
        let progress = |connection: &Value| ["copied", "waiting", "total"].map(|count| connection["tools"]["drawings"][count].as_i64());
        assert_eq!(progress(&approved), [Some(0), Some(3), Some(3)]);
        site.run_until_idle().await;

        // Everything arrives unpublished; one mail; Maria publishes; the foreman opens a sheet and sees where it comes from.
        let arrived = maria.items(&format!("/projects/{dht}/drawings")).await;
        assert_eq!(numbers(&arrived), ["A-101", "A-102", "M-201"]);
        assert_eq!(arrived[1]["title"], "SECOND FLOOR PLAN, WEST");
        assert!(arrived.iter().all(|drawing| drawing["revision"]["status"] == "unpublished"));
        let told: Vec<_> = site.subjects_to("maria@delta.example").into_iter().filter(|subject| subject.contains("first copy")).collect();
        assert_eq!(told.len(), 1);
        let seen = maria.get(&format!("/connections/{connection}")).await.expect(200);
        assert_eq!(progress(&seen), [Some(3), Some(0), Some(3)]);
        assert!(flor.items(&format!("/projects/{dht}/drawings")).await.is_empty());
        maria.does(&format!("/projects/{dht}/publications"), json!({"all": true, "distribute": false})).await.expect(200);
        let foremans = flor.items(&format!("/projects/{dht}/drawings")).await;
        let sheet = &foremans[0];
        assert_eq!(sheet["origin"]["company"], "Harbor Builders");
        let revision = sheet["revision"]["id"].as_str().unwrap();
        let levels = sheet["revision"]["tiles"]["levels"].as_u64().unwrap();
        for part in ["file".to_owned(), "thumbnail".into(), "text".into(), "tiles/0/0_0.webp".into(), format!("tiles/{}/0_0.webp", levels - 1)] {
            assert_eq!(flor.get(&format!("/drawing-revisions/{revision}/{part}")).await.status, 200, "{part}");
        }
        // The very bytes that Harbor published.
        let upstream = erik.items(&format!("/projects/{tower}/drawings")).await;
        let original = erik.get(&format!("/drawing-revisions/{}/file", upstream[0]["revision"]["id"].as_str().unwrap())).await;
        assert_eq!(original.body, flor.get(&format!("/drawing-revisions/{revision}/file")).await.body);

        // A further revision of one sheet, another title for another.
        publish_set(&site, &erik, tower, "Bulletin 1", &[Sheet::new("A-101", "FIRST FLOOR PLAN", "1")]).await;
        erik.patch(&format!("/drawings/{}", id(&upstream[2])), json!({"title": "DUCTWORK, LEVEL ONE"})).await.expect(200);
        site.run_until_idle().await;
        let seen = flor.items(&format!("/projects/{dht}/drawings")).await;
        assert_eq!(seen[2]["title"], "DUCTWORK, LEVEL ONE");
        assert_eq!((seen[0]["revision"]["revision"].as_str(), seen[0]["newer_upstream"].is_object()), (Some("0"), true));
        maria.does(&format!("/projects/{dht}/publications"), json!({"all": true, "distribute": false})).await.expect(200);
        assert_eq!(flor.items(&format!("/projects/{dht}/drawings")).await[0]["revision"]["revision"], "1");

        // Harbor's project sleeps and wakes.
        ines.patch(&format!("/projects/{tower}"), json!({"active": false})).await.expect(200);
        site.run_until_idle().await;
        let paused = maria.get(&format!("/connections/{connection}")).await.expect(200)["tools"]["drawings"].clone();
        assert_eq!((paused["state"].as_str(), paused["paused_reason"]["code"].as_str()), (Some("paused"), Some("upstream_inactive")));
        erik.patch(&format!("/drawings/{}", id(&upstream[1])), json!({"title": "SECOND FLOOR"})).await.expect(200);
        site.run_until_idle().await;
        ines.patch(&format!("/projects/{tower}"), json!({"active": true})).await.expect(200);
        site.run_until_idle().await;
        assert_eq!(flor.items(&format!("/projects/{dht}/drawings")).await[1]["title"], "SECOND FLOOR");

        // The end, with a reason, told to both; nothing comes after it, and nothing goes.
        let end = json!({"reason": "The fit-out is finished.", "accept": true});
        ines.does(&format!("/connections/{connection}/disconnect"), end).await.expect(200);
        site.run_until_idle().await;
        for email in ["ines@harbor.example", "maria@delta.example"] {
            let letter = site.mail.letters_to(email).pop().unwrap();
            assert!(letter.subject.contains("no longer connected") && letter.text.contains("The fit-out is finished."));
        }
        publish_set(&site, &erik, tower, "Bulletin 2", &[Sheet::new("A-102", "SECOND FLOOR PLAN", "1"), Sheet::new("A-103", "THIRD FLOOR PLAN", "0")]).await;
        erik.patch(&format!("/drawings/{}", id(&upstream[1])), json!({"title": "AFTER THE END"})).await.expect(200);
        for drawing in &upstream {
            erik.delete(&format!("/drawings/{}", id(drawing))).await.expect(204);
        }
        site.run_until_idle().await;
        let kept = flor.items(&format!("/projects/{dht}/drawings")).await;
        assert_eq!((numbers(&kept), kept[1]["title"].as_str()), (vec!["A-101", "A-102", "M-201"], Some("SECOND FLOOR")));
        let shown = kept.iter().map(|drawing| (drawing["revision"]["revision"].as_str().unwrap(), drawing["newer_upstream"].is_null()));
        assert_eq!(shown.collect::<Vec<_>>(), [("1", true), ("0", true), ("0", true)]);
        for drawing in &kept {
            let revision = drawing["revision"]["id"].as_str().unwrap();
            assert_eq!(flor.get(&format!("/drawing-revisions/{revision}/file")).await.status, 200);
            assert_eq!(flor.get(&format!("/drawing-revisions/{revision}/tiles/0/0_0.webp")).await.status, 200);
        }
        maria.does(&format!("/projects/{dht}/connections"), ask).await.refused("connection_spent", 409);
        site.close().await;
    }
}
