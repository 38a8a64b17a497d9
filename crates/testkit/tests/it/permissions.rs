//! Permission templates: what they set, how a change of one reaches those who have it, and what the defaults open. PPL-06.

use sluice_testkit::person::id;
use sluice_testkit::seed::{self, Sheet};
use sluice_testkit::world::{collaborator, company, employee, project};
use sluice_testkit::{Person, Site, Value, World, json, on_both};
use uuid::Uuid;

/// A company's template by name.
async fn template(by: &Person, company: Uuid, name: &str) -> Value {
    let all = by.items(&format!("/companies/{company}/permission-templates")).await;
    all.into_iter().find(|one| one["name"] == name).unwrap_or_else(|| panic!("no template {name}"))
}

/// Adds somebody of the directory to a project with a template.
async fn add(by: &Person, project: Uuid, person: &Person, template: &Value) -> Value {
    let body = json!({"person_id": person.id(), "permission_template_id": template["id"]});
    by.does(&format!("/projects/{project}/members"), body).await.expect(201)
}

fn drawings(member: &Value) -> &str {
    member["levels"]["drawings"].as_str().unwrap()
}

/// Harbor with Nora and Nils in Harbor Tower as superintendents.
async fn superintendents(site: &Site) -> (World, Person, Person, Value) {
    let world = World::harbor_and_delta(site).await;
    let nora = employee(site, world.harbor, "Nora Berg", "nora@harbor.example").await;
    let nils = employee(site, world.harbor, "Nils Holm", "nils@harbor.example").await;
    let superintendent = template(&world.ines, world.harbor, "Superintendent").await;
    for person in [&nora, &nils] {
        let member = add(&world.ines, world.tower, person, &superintendent).await;
        assert_eq!((drawings(&member), &member["overridden"]), ("standard", &json!(false)));
        assert_eq!(member["template"]["name"], "Superintendent");
        assert_eq!(member["grants"], superintendent["grants"]);
    }
    (world, nora, nils, superintendent)
}

on_both! {
    async fn ppl_06_a_change_of_a_template_reaches_those_who_have_it(site: Site) {
        let (world, nora, nils, superintendent) = superintendents(&site).await;
        seed::confirmed(&site.app, &world.erik, world.tower, seed::SET, &Sheet::many(1)).await;
        let publish = format!("/projects/{}/publications", world.tower);
        nora.does(&publish, json!({"all": true})).await.refused("needs_level", 403);
        // Nils is set apart from it in this project; Nora is not.
        let members = format!("/projects/{}/members", world.tower);
        let apart = json!({"levels": {"drawings": "read_only"}});
        let member = world.ines.patch(&format!("{members}/{}", nils.id()), apart).await.expect(200);
        assert_eq!((drawings(&member), &member["overridden"]), ("read_only", &json!(true)));
        assert_eq!(member["template"]["levels"]["drawings"], "standard", "what differs is visible");

        let address = format!("/companies/{}/permission-templates/{}", world.harbor, superintendent["id"].as_str().unwrap());
        let changed = world.ines.patch(&address, json!({"levels": {"drawings": "admin"}, "grants": []})).await.expect(200);
        assert_eq!((&changed["members"], &changed["overridden"]), (&json!(2), &json!(1)));
        let of = async |person: &Person| world.ines.get(&format!("{members}/{}", person.id())).await.expect(200);
        assert_eq!((drawings(&of(&nora).await), &of(&nora).await["grants"]), ("admin", &json!([])));
        assert_eq!(drawings(&of(&nils).await), "read_only");
        nora.does(&publish, json!({"all": true})).await.expect(200);

        // Set to what the template says, Nils follows it again.
        let same = json!({"levels": {"drawings": "admin"}, "grants": []});
        assert_eq!(world.ines.patch(&format!("{members}/{}", nils.id()), same).await.expect(200)["overridden"], false);
        world.ines.patch(&address, json!({"levels": {"drawings": "read_only"}})).await.expect(200);
        assert_eq!((drawings(&of(&nora).await), drawings(&of(&nils).await)), ("read_only", "read_only"));
        // Set apart, and the template becomes the same: no longer apart.
        world.ines.patch(&format!("{members}/{}", nils.id()), json!({"levels": {"drawings": "standard"}})).await.expect(200);
        let changed = world.ines.patch(&address, json!({"levels": {"drawings": "standard"}})).await.expect(200);
        assert_eq!(changed["overridden"], 0);
        // Given again, a template sets everything anew; taken off, it leaves what it set.
        world.ines.patch(&format!("{members}/{}", nils.id()), json!({"grants": ["upload_drawings"]})).await.expect(200);
        let again = json!({"permission_template_id": superintendent["id"]});
        assert_eq!(world.ines.patch(&format!("{members}/{}", nils.id()), again).await.expect(200)["grants"], json!([]));
        let off = world.ines.patch(&format!("{members}/{}", nils.id()), json!({"permission_template_id": null})).await.expect(200);
        assert_eq!((&off["template"], drawings(&off)), (&Value::Null, "standard"));
        // Removed, it leaves everybody what they have.
        world.ines.delete(&address).await.expect(204);
        let nora = of(&nora).await;
        assert_eq!((&nora["template"], drawings(&nora), &nora["overridden"]), (&Value::Null, "standard", &json!(false)));
        world.ines.delete(&address).await.refused("not_found", 404);
        site.close().await;
    }

    async fn ppl_06_a_template_is_for_one_company_and_one_project_at_a_time(site: Site) {
        let (world, nora, _, superintendent) = superintendents(&site).await;
        // In another project the same person stands apart on their own.
        let annex = world.another_tower("Harbor Annex").await;
        let body = json!({"person_id": nora.id(), "permission_template_id": superintendent["id"], "levels": {"directory": "admin"}});
        let there = world.ines.does(&format!("/projects/{annex}/members"), body).await.expect(201);
        assert_eq!((&there["overridden"], drawings(&there)), (&json!(true), "standard"));
        let here = world.ines.get(&format!("/projects/{}/members/{}", world.tower, nora.id())).await.expect(200);
        assert_eq!(here["overridden"], false);
        // Nobody else's template, nor one that is none.
        let foreign = template(&world.diego, world.delta, "Superintendent").await;
        for wrong in [foreign["id"].clone(), json!(Uuid::nil())] {
            let path = format!("/projects/{annex}/members/{}", nora.id());
            world.ines.patch(&path, json!({"permission_template_id": wrong})).await.refused("invalid", 422);
        }
        let path = format!("/companies/{}/permission-templates/{}", world.harbor, foreign["id"].as_str().unwrap());
        world.ines.patch(&path, json!({"name": "Ours"})).await.refused("not_found", 404);
        site.close().await;
    }

    async fn ppl_06_who_sees_and_who_keeps_templates(site: Site) {
        let (world, nora, _, superintendent) = superintendents(&site).await;
        let templates = format!("/companies/{}/permission-templates", world.harbor);
        let names: Vec<String> = nora.items(&templates).await.iter().map(|one| one["name"].as_str().unwrap().into()).collect();
        assert_eq!(names, ["Architect or engineer", "Owner", "Project manager", "Subcontractor", "Superintendent"]);
        nora.does(&templates, json!({"name": "Foreman"})).await.refused("needs_level", 403);
        let one = format!("{templates}/{}", superintendent["id"].as_str().unwrap());
        nora.patch(&one, json!({"name": "Foreman"})).await.refused("needs_level", 403);
        nora.delete(&one).await.refused("needs_level", 403);
        world.maria.get(&templates).await.refused("needs_level", 403);
        world.diego.get(&templates).await.refused("not_found", 404);

        let added = world.ines.does(&templates, json!({"name": " Foreman ", "levels": {"drawings": "read_only"}, "grants": ["upload_drawings", "upload_drawings"]})).await.expect(201);
        assert_eq!((&added["name"], &added["grants"]), (&json!("Foreman"), &json!(["upload_drawings"])));
        world.ines.does(&templates, json!({"name": "foreman"})).await.refused("duplicate", 409);
        world.ines.does(&templates, json!({"name": ""})).await.refused("invalid", 422);
        world.ines.does(&templates, json!({"name": "Pilot", "grants": ["fly"]})).await.refused("invalid", 422);
        // Two who change it at once: the second is told.
        let path = format!("{templates}/{}", id(&added));
        let stale = world.ines.request("PATCH", &path).header("if-match", "\"1\"").header("content-type", "application/json");
        world.ines.patch(&path, json!({"name": "Lead foreman"})).await.expect(200);
        world.ines.send(stale.body(json!({"name": "Other"}).to_string().into()).unwrap()).await.refused("stale", 412);

        // Who keeps a project's directory from outside gives templates without seeing the company's own pages.
        world.maria.get(&format!("/projects/{}/permission-templates", world.tower)).await.refused("not_found", 404);
        sluice_testkit::world::set_levels(&world.ines, world.tower, &world.maria, json!({"directory": "admin"})).await;
        assert_eq!(world.maria.items(&format!("/projects/{}/permission-templates", world.tower)).await.len(), 6);
        world.maria.get(&templates).await.refused("needs_level", 403);
        site.close().await;
    }

    /// The table in docs/permissions.md is what the interface says, template by template and state by state.
    async fn ppl_06_ppl_07_the_printed_matrix_is_what_holds(site: Site) {
        let printed = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/permissions.md")).unwrap();
        let table = printed.split("## What the default templates open").nth(1).expect("the section");
        let rows: Vec<Vec<String>> = table
            .lines()
            .filter(|line| line.starts_with('|') && !line.starts_with("| ---"))
            .map(|line| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect())
            .collect();
        let (head, acts) = rows.split_first().unwrap();
        assert!(head.len() > 8 && acts.len() > 10, "{} by {}", head.len(), acts.len());
        let (harbor, ines) = company(&site, "Harbor Builders", "Ines Ortega", "ines@harbor.example").await;
        let (delta, _) = company(&site, "Delta Mechanical", "Diego Ruiz", "diego@delta.example").await;
        let (on, off) = (project(&ines, harbor, "Harbor Tower", "").await, project(&ines, harbor, "Harbor Annex", "").await);
        ines.patch(&format!("/projects/{off}"), json!({"tools": {"drawings": false}})).await.expect(200);
        let mut judged = 0;
        for (column, who) in head.iter().enumerate().skip(1) {
            let (name, tower) = match who.strip_suffix(", Drawings off") {
                Some(name) => (name, off),
                None => (who.as_str(), on),
            };
            let person = if name == "company administrator" {
                ines.clone()
            } else {
                let address = format!("person{column}@delta.example");
                let person = employee(&site, delta, name, &address).await;
                collaborator(&site, harbor, &person, delta).await;
                let body = match name {
                    "nobody's template" => json!({"person_id": person.id()}),
                    "Directory Admin" => json!({"person_id": person.id(), "levels": {"directory": "admin"}}),
                    _ => json!({"person_id": person.id(), "permission_template_id": template(&ines, harbor, name).await["id"]}),
                };
                ines.does(&format!("/projects/{tower}/members"), body).await.expect(201);
                person
            };
            let can = person.get(&format!("/me/permissions?project_id={tower}")).await.expect(200)["can"].clone();
            for act in acts {
                let said = &can[act[0].trim_matches('`')];
                let holds = match (said["allowed"].as_bool().unwrap(), said["code"].as_str()) {
                    (true, _) => "yes",
                    (false, Some("not_found")) => "absent",
                    (false, Some("tool_off")) => "off",
                    (false, _) => "no",
                };
                assert_eq!(holds, act[column], "{} by {who}: {said}", act[0]);
                judged += 1;
            }
        }
        assert!(judged > 100, "{judged}");
        site.close().await;
    }
}
