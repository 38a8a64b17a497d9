//! The directory of a company: contacts, invitations, whom people represent, where they are. PPL-02, PPL-03, PPL-13.

use jiff::SignedDuration;
use sluice_store::args;
use sluice_testkit::world::{company, project, set_levels};
use sluice_testkit::{Person, Value, World, json, on_both, sql};
use uuid::Uuid;

/// The entry of an address in a company's directory.
async fn entry(by: &Person, company: Uuid, email: &str) -> Value {
    let all = by.items(&format!("/companies/{company}/people")).await;
    all.into_iter().find(|one| one["person"]["email"] == email).unwrap_or_else(|| panic!("no {email}"))
}

fn allowed(entry: &Value, act: &str) -> bool {
    entry["can"][act]["allowed"].as_bool().unwrap_or_else(|| panic!("{act}: {entry}"))
}

const NORA: &str = "nora@harbor.example";

on_both! {
    async fn ppl_03_a_contact_has_no_sign_in_until_invited(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let people = format!("/companies/{}/people", world.harbor);
        let body = json!({"name": "Nora Berg", "email": NORA, "employee": true, "invite": false});
        let added = world.ines.does(&people, body.clone()).await.expect(201);
        assert_eq!((&added["status"], &added["invited_until"]), (&json!("contact"), &Value::Null));
        assert!(allowed(&added, "invite") && !allowed(&added, "revoke_invitation"));
        world.ines.does(&people, body).await.refused("duplicate", 409);
        // In a project's directory as well, still without a mail.
        let nora = added["person"]["id"].as_str().unwrap().to_owned();
        let members = format!("/projects/{}/members", world.tower);
        let member = world.ines.does(&members, json!({"person_id": nora, "levels": {"drawings": "admin"}})).await.expect(201);
        assert_eq!(member["status"], "contact");
        let guest = json!({"name": "Guest", "email": "guest@delta.example", "invite": false});
        assert_eq!(world.ines.does(&members, guest).await.expect(201)["status"], "contact");
        site.run_until_idle().await;
        assert!(site.subjects_to(NORA).is_empty() && site.subjects_to("guest@delta.example").is_empty());
        let one = world.ines.get(&format!("{people}/{nora}")).await.expect(200);
        assert_eq!((&one["projects"], &one["member_of"][0]["project"]["name"]), (&json!(1), &json!("Harbor Tower")));
        assert_eq!(one["member_of"][0]["levels"]["drawings"], "admin");
        // Invited later, with what was set for them.
        world.ines.delete(&format!("{people}/{nora}/invitation")).await.refused("not_invited", 409);
        world.ines.does(&format!("{people}/{nora}/invitation"), json!({})).await.expect(202);
        let invited = entry(&world.ines, world.harbor, NORA).await;
        assert_eq!(invited["status"], "invited");
        assert!(invited["invited_until"].is_string() && allowed(&invited, "revoke_invitation"));
        let first = site.invitation_to(NORA).await;
        // Taken back, they are a contact again.
        world.ines.delete(&format!("{people}/{nora}/invitation")).await.expect(204);
        assert_eq!(entry(&world.ines, world.harbor, NORA).await["status"], "contact");
        site.nobody().get(&first).await.refused("invitation_revoked", 410);
        world.ines.does(&format!("{members}/{nora}/invitation"), json!({})).await.expect(202);
        let link = site.invitation_to(NORA).await;
        let mut person = site.nobody();
        person.post(&format!("{link}/acceptance"), json!({"password": "a crane and a hoist"})).await.expect(200);
        assert_eq!(person.get(&format!("/projects/{}", world.tower)).await.expect(200)["levels"]["drawings"], "admin");
        let active = entry(&world.ines, world.harbor, NORA).await;
        assert_eq!((&active["status"], &active["can"]["invite"]["code"]), (&json!("active"), &json!("invitation_used")));
        site.close().await;
    }

    async fn ppl_03_an_invitation_that_ran_out_can_be_sent_again(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let body = json!({"name": "Nora Berg", "email": NORA, "employee": true});
        let nora = world.ines.does(&format!("/companies/{}/people", world.harbor), body).await.expect(201);
        let until = nora["invited_until"].as_str().unwrap().to_owned();
        site.clock.advance(SignedDuration::from_hours(24 * 15));
        let late = entry(&world.ines, world.harbor, NORA).await;
        assert_eq!((&late["status"], &late["invited_until"]), (&json!("invited"), &json!(until)));
        assert!(allowed(&late, "invite"));
        site.close().await;
    }

    async fn ppl_02_ppl_03_no_link_leads_past_a_deactivation(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let people = format!("/companies/{}/people", world.harbor);
        let body = json!({"name": "Nora Berg", "email": NORA, "employee": true});
        let nora = world.ines.does(&people, body).await.expect(201)["person"]["id"].as_str().unwrap().to_owned();
        let (entry, password) = (format!("{people}/{nora}"), json!({"password": "a crane and a hoist"}));
        let link = site.invitation_to(NORA).await;
        world.ines.patch(&entry, json!({"active": false})).await.expect(200);
        site.nobody().get(&link).await.refused("invitation_revoked", 410);
        site.nobody().does(&format!("{link}/acceptance"), password.clone()).await.refused("invitation_revoked", 410);
        // Back, she is as before anybody invited her.
        assert_eq!(world.ines.patch(&entry, json!({"active": true})).await.expect(200)["status"], "contact");
        world.ines.does(&format!("{entry}/invitation"), json!({})).await.expect(202);
        let link = site.invitation_to(NORA).await;
        site.nobody().does(&format!("{link}/acceptance"), password).await.expect(200);
        site.close().await;
    }

    async fn ppl_03_ppl_16_nobody_is_in_a_new_company_before_they_accepted(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let olga = site.person("Olga Root", "olga@operator.example").await;
        sql::run(&site.app.db, "update person set installation_admin = true where id = $1", args![olga.id()]).await;
        sql::run(&site.app.db, "update person set password_hash = 'x' where id = $1", args![world.maria.id()]).await;
        let body = json!({"name": "Bright Plumbing", "admin": {"name": "Maria Lopez", "email": "maria@delta.example"}});
        olga.does("/companies", body).await.expect(201);
        let bright = |companies: Vec<Value>| companies.iter().any(|company| company["name"] == "Bright Plumbing");
        assert!(!bright(world.maria.items("/companies").await), "she has a sign-in, and was not asked yet");
        let link = site.invitation_to("maria@delta.example").await;
        world.maria.does(&format!("{link}/acceptance"), json!({})).await.expect(200);
        assert!(bright(world.maria.items("/companies").await));
        site.close().await;
    }

    async fn ppl_13_own_people_represent_the_company_and_only_its_directory_says_otherwise(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let (sierra, _) = company(&site, "Sierra Glass", "Gil Soto", "gil@sierra.example").await;
        let erik = entry(&world.ines, world.harbor, "erik@harbor.example").await;
        assert_eq!((&erik["represents"]["name"], &erik["can"]["represent"]["code"]), (&json!("Harbor Builders"), &json!("own_people")));
        let maria = entry(&world.ines, world.harbor, "maria@delta.example").await;
        assert_eq!(maria["represents"]["name"], "Delta Mechanical");
        let members = world.ines.items(&format!("/projects/{}/members", world.tower)).await;
        let names: Vec<&str> = members.iter().map(|member| member["represents"]["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["Harbor Builders", "Harbor Builders", "Delta Mechanical"]);
        let of = |person: &Person| format!("/companies/{}/people/{}", world.harbor, person.id());
        world.ines.patch(&of(&world.erik), json!({"represents_company_id": world.delta})).await.refused("own_people", 409);
        // Not by the person, nor by who keeps a project's directory only, nor to a company they do not work for.
        world.maria.patch(&of(&world.maria), json!({"represents_company_id": world.delta})).await.refused("needs_level", 403);
        set_levels(&world.ines, world.tower, &world.erik, json!({"directory": "admin"})).await;
        world.erik.patch(&of(&world.maria), json!({"represents_company_id": world.delta})).await.refused("needs_level", 403);
        world.ines.patch(&of(&world.maria), json!({"represents_company_id": sierra})).await.refused("invalid", 422);
        site.close().await;
    }

    async fn ppl_02_reactivated_somebody_has_their_template_and_projects_again(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let templates = world.ines.items(&format!("/companies/{}/permission-templates", world.harbor)).await;
        let owner = templates.iter().find(|one| one["name"] == "Owner").unwrap();
        let member = format!("/projects/{}/members/{}", world.tower, world.erik.id());
        world.ines.patch(&member, json!({"permission_template_id": owner["id"]})).await.expect(200);
        let annex = project(&world.ines, world.harbor, "Harbor Annex", "").await;
        sluice_testkit::world::member(&world.ines, annex, &world.erik, json!({"drawings": "admin"})).await;
        let erik = format!("/companies/{}/people/{}", world.harbor, world.erik.id());
        let before = world.ines.get(&erik).await.expect(200);
        world.ines.patch(&erik, json!({"active": false})).await.expect(200);
        assert!(world.erik.items("/projects").await.is_empty());
        // A change of the template while they are away is theirs when they are back.
        let address = format!("/companies/{}/permission-templates/{}", world.harbor, owner["id"].as_str().unwrap());
        world.ines.patch(&address, json!({"levels": {"drawings": "standard"}})).await.expect(200);
        world.ines.patch(&erik, json!({"active": true})).await.expect(200);
        let after = world.ines.get(&erik).await.expect(200);
        assert_eq!(after["member_of"][0], before["member_of"][0]);
        assert_eq!((&after["member_of"][1]["template"], &after["member_of"][1]["levels"]["drawings"]), (&json!("Owner"), &json!("standard")));
        assert_eq!(world.erik.items("/projects").await.len(), 2);
        site.close().await;
    }
}
