//! The audit log of a company: what is in it, who reads it, how it is exported. PPL-10.

use sluice_app::companies;
use sluice_testkit::world::{member, set_levels};
use sluice_testkit::{Value, World, json, on_both};

const PASSWORD: &str = "a crane and a hoist";
const INES: &str = "ines@harbor.example";

fn kinds(log: &[Value]) -> Vec<&str> {
    log.iter().rev().map(|entry| entry["kind"].as_str().unwrap()).collect()
}

on_both! {
    async fn ppl_10_what_concerns_a_sign_in_is_in_the_log_of_the_company_one_works_for(site: Site) {
        let harbor = companies::found_by_operator(&site.app, "Harbor Builders", "Ines Ortega", INES, PASSWORD).await.unwrap().company.0;
        let world = World::harbor_and_delta(&site).await;
        let ines = site.sign_in("Ines", INES, PASSWORD).await;
        for _ in 0..5 {
            site.nobody().does("/session", json!({"email": INES, "password": "wrong wrong wrong"})).await.refused("bad_credentials", 401);
        }
        ines.does("/tokens", json!({"name": "T", "scopes": ["drawings:read"]})).await.expect(201);
        site.nobody().does("/password-resets", json!({"email": INES})).await.expect(202);
        site.run_until_idle().await;
        sluice_app::passwords::reset_by_operator(&site.app, INES, "two cranes and no hoist").await.unwrap();
        let ines = site.sign_in("Ines", INES, "two cranes and no hoist").await;
        let log = ines.items(&format!("/companies/{harbor}/audit-log")).await;
        let failed = "sign_in_failed";
        assert_eq!(
            kinds(&log),
            ["signed_in", failed, failed, failed, failed, "locked_out", "token_created", "password_reset_asked", "password_changed", "signed_in"]
        );
        let locked = log.iter().find(|entry| entry["kind"] == "locked_out").unwrap();
        assert!(locked["by"].is_null() && locked["person"]["name"] == "Ines Ortega" && locked["detail"].as_str().unwrap().starts_with("until "));
        assert!(log.iter().all(|entry| !entry.to_string().contains("sluice_")), "no secret is in it");
        // Only administrators read it, and of their own company.
        world.diego.get(&format!("/companies/{harbor}/audit-log")).await.refused("not_found", 404);
        world.erik.get(&format!("/companies/{}/audit-log", world.harbor)).await.refused("needs_level", 403);
        world.maria.get(&format!("/companies/{}/audit-log.csv", world.harbor)).await.refused("needs_level", 403);
        site.close().await;
    }

    async fn ppl_10_what_is_done_to_people_and_rights_is_in_the_log(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let people = format!("/companies/{}/people", world.harbor);
        let before = world.ines.items(&format!("/companies/{}/audit-log", world.harbor)).await.len();
        let contact = json!({"name": "=Nora", "email": "nora@harbor.example", "employee": true, "invite": false});
        let nora = world.ines.does(&people, contact).await.expect(201)["person"]["id"].as_str().unwrap().to_owned();
        world.ines.does(&format!("{people}/{nora}/invitation"), json!({})).await.expect(202);
        world.ines.delete(&format!("{people}/{nora}/invitation")).await.expect(204);
        set_levels(&world.ines, world.tower, &world.erik, json!({"drawings": "read_only"})).await;
        // Nothing changed: nothing is written.
        set_levels(&world.ines, world.tower, &world.erik, json!({"drawings": "read_only"})).await;
        let erik = format!("{people}/{}", world.erik.id());
        for changes in [json!({"active": false}), json!({"active": true}), json!({"company_admin": true}), json!({"company_admin": false})] {
            world.ines.patch(&erik, changes).await.expect(200);
        }
        world.ines.delete(&format!("/projects/{}/members/{}", world.tower, world.erik.id())).await.expect(204);
        member(&world.ines, world.tower, &world.erik, json!({"drawings": "admin"})).await;
        world.approve_automatically().await;
        let log = world.ines.items(&format!("/companies/{}/audit-log?limit=3", world.harbor)).await;
        let since = &kinds(&log)[before..];
        assert_eq!(
            since,
            [
                "contact_added", "invited", "invitation_revoked", "rights_changed", "deactivated", "reactivated", "administrator_made",
                "administrator_unmade", "member_removed", "member_added", "approval_changed"
            ]
        );
        let rights = log.iter().find(|entry| entry["kind"] == "rights_changed").unwrap();
        assert_eq!(rights["detail"], "drawings: admin → read_only");
        assert_eq!((&rights["project"]["name"], &rights["by"]["name"], &rights["person"]["name"]), (&json!("Harbor Tower"), &json!("Ines Ortega"), &json!("Erik Lund")));
        // As a file: everything, and nothing that a spreadsheet takes for a formula.
        let file = world.ines.get(&format!("/companies/{}/audit-log.csv", world.harbor)).await;
        assert_eq!(file.header("content-type"), Some("text/csv; charset=utf-8"));
        let lines: Vec<String> = file.text().lines().map(str::to_owned).collect();
        assert_eq!((lines.len(), lines[0].as_str()), (log.len() + 1, "at,kind,by,token,person,project,detail"));
        assert!(lines.iter().any(|line| line.contains("contact_added,Ines Ortega,,'=Nora,,")), "{lines:?}");
        world.ines.get(&format!("/companies/{}/audit-log?after=nonsense", world.harbor)).await.refused("unsound_cursor", 400);
        site.close().await;
    }
}
