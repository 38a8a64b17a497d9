//! Everything of a company as one archive that opens without the product, and nothing of anybody else. PPL-12, FLO-15, SEC-01, SEC-03.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};

use jiff::SignedDuration;
use sha2::{Digest, Sha256};
use sluice_app::closing;
use sluice_app::export::{self, Progress};
use sluice_store::args;
use sluice_store::export::{LEFT_OUT, READ};
use sluice_testkit::person::id;
use sluice_testkit::seed::{self, Sheet};
use sluice_testkit::world::{collaborator, company, employee, member, project};
use sluice_testkit::{Person, Site, Value, World, json, on_both, sql};
use tokio::sync::watch;
use uuid::Uuid;

/// Harbor and Delta connected, two sheets arrived, and a drawing of Delta's own.
async fn flowing(site: &Site) -> (World, Uuid) {
    let world = World::harbor_and_delta(site).await;
    seed::published(&site.app, &world.erik, world.tower, &Sheet::many(2)).await;
    let connection = world.connected().await;
    site.run_until_idle().await;
    world
        .maria
        .does(&format!("/projects/{}/publications", world.site), json!({"all": true}))
        .await
        .expect(200);
    seed::published(&site.app, &world.maria, world.site, &[Sheet::new("D-900", "DELTA ONLY", "1")]).await;
    site.run_until_idle().await;
    (world, connection)
}

/// A finished export: its id, and what its archive holds by name.
async fn exported(site: &Site, by: &Person, company: Uuid) -> (Uuid, BTreeMap<String, Vec<u8>>) {
    let export = id(&by.does(&format!("/companies/{company}/exports"), json!({})).await.expect(201));
    site.run_until_idle().await;
    let path = format!("/companies/{company}/exports/{export}");
    let done = by.get(&path).await.expect(200);
    assert_eq!(done["state"], "done", "{done}");
    let answer = by.get(&format!("{path}/file")).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/zip")));
    assert!(answer.header("content-disposition").unwrap().starts_with("attachment; filename="));
    assert_eq!(done["bytes"].as_u64().unwrap(), answer.body.len() as u64);
    (export, unpacked(&answer.body))
}

fn unpacked(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut files = BTreeMap::new();
    for place in 0..archive.len() {
        let mut entry = archive.by_index(place).unwrap();
        let name = entry.name().unwrap().into_owned();
        let mut content = vec![];
        entry.read_to_end(&mut content).unwrap();
        assert!(files.insert(name.clone(), content).is_none(), "{name} twice");
    }
    files
}

fn text<'a>(files: &'a BTreeMap<String, Vec<u8>>, name: &str) -> &'a str {
    std::str::from_utf8(files.get(name).unwrap_or_else(|| panic!("no {name} in {:?}", files.keys()))).unwrap()
}

fn records(files: &BTreeMap<String, Vec<u8>>, name: &str) -> Vec<Value> {
    serde_json::from_str::<Value>(text(files, name))
        .unwrap_or_else(|error| panic!("{name}: {error}"))
        .as_array()
        .unwrap()
        .clone()
}

/// Where the links of a page lead, decoded.
fn links(page: &str) -> Vec<String> {
    let decode = |link: &str| {
        let mut bytes = vec![];
        let mut rest = link.bytes();
        while let Some(byte) = rest.next() {
            if byte == b'%' {
                let hex: Vec<u8> = rest.by_ref().take(2).collect();
                bytes.push(u8::from_str_radix(std::str::from_utf8(&hex).unwrap(), 16).unwrap());
            } else {
                bytes.push(byte);
            }
        }
        String::from_utf8(bytes).unwrap()
    };
    page.split("href=\"").skip(1).map(|rest| decode(rest.split('"').next().unwrap())).collect()
}

/// Every file but the manifest is in it with its hash, and nothing else.
fn manifest_holds(files: &BTreeMap<String, Vec<u8>>) {
    let listed: BTreeMap<&str, &str> = text(files, "manifest.sha256")
        .lines()
        .map(|line| line.split_once("  ").unwrap())
        .map(|(hash, name)| (name, hash))
        .collect();
    let names: BTreeSet<&str> =
        files.keys().map(String::as_str).filter(|name| *name != "manifest.sha256").collect();
    assert_eq!(listed.keys().copied().collect::<BTreeSet<_>>(), names);
    for (name, hash) in listed {
        let sum: String = Sha256::digest(&files[name]).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(sum, hash, "{name}");
    }
}

on_both! {
    async fn ppl_12_the_archive_holds_everything_and_opens_by_itself(site: Site) {
        let (world, connection) = flowing(&site).await;
        // What somebody drew and published is the company's; what they drew for themselves is theirs.
        let copy = world.arrived("q=A-0001").await[0].clone();
        let markups = format!("/drawings/{}/markups", id(&copy));
        for (said, publish) in [("Official", true), ("Private", false)] {
            let note = json!({"revision_id": copy["revision"]["id"], "kind": "text", "colour": "red", "size": 18, "points": [[10, 10]], "text": said});
            world.maria.does(&markups, note).await.expect(201);
            if publish {
                world.maria.does(&format!("{markups}/publications"), json!({"all": true})).await.expect(200);
            }
        }
        let (_, files) = exported(&site, &world.diego, world.delta).await;
        manifest_holds(&files);

        // From the first page to each project, from there to each file.
        let first = links(text(&files, "index.html"));
        assert_eq!(first, ["projects/D-77_Delta at Harbor Tower/index.html"]);
        let folder = "projects/D-77_Delta at Harbor Tower";
        let drawings = links(text(&files, &first[0]));
        let linked: BTreeSet<String> = drawings.iter().filter(|link| link.starts_with("drawings/")).map(|link| format!("{folder}/{link}")).collect();
        let kept: BTreeSet<String> = files.keys().filter(|name| name.contains("/drawings/")).cloned().collect();
        assert_eq!(linked, kept);
        assert_eq!(kept.len(), 3);
        assert_eq!(files[&format!("{folder}/drawings/D-900_1_DELTA ONLY.pdf")], Sheet::new("D-900", "DELTA ONLY", "1").bytes());
        assert_eq!(files[&format!("{folder}/drawings/A-0001_0_PLAN OF PART 1.pdf")], Sheet::many(1)[0].bytes());

        // Copies with their origin, their revisions with their files (FLO-15).
        let drawings = records(&files, &format!("{folder}/records/drawings.json"));
        let copy = drawings.iter().find(|one| one["number"] == "A-0001").unwrap();
        assert_eq!((copy["origin_company"].as_str(), copy["origin_project"].as_str()), (Some("Harbor Builders"), Some("Harbor Tower")));
        assert!(copy["arrived_at"].is_string() && copy["connection_id"] == connection.to_string());
        let own = drawings.iter().find(|one| one["number"] == "D-900").unwrap();
        assert_eq!((own["origin_company"].clone(), own["arrived_at"].clone()), (Value::Null, Value::Null));
        let revisions = records(&files, &format!("{folder}/records/revisions.json"));
        assert_eq!(revisions.len(), 3);
        for revision in &revisions {
            assert!(files.contains_key(&format!("{folder}/{}", revision["file"].as_str().unwrap())), "{revision}");
        }
        // Everything else, too, and each table twice with as many records.
        let connections = records(&files, "records/connections.json");
        assert_eq!((connections[0]["side"].as_str(), connections[0]["state"].as_str()), (Some("downstream"), Some("connected")));
        let history = records(&files, "records/connection_history.json");
        assert!(history.iter().any(|one| one["kind"] == "requested" && one["person"] == "Maria Lopez"));
        assert!(!records(&files, "records/deliveries.json").is_empty());
        assert!(!records(&files, &format!("{folder}/records/drawing_history.json")).is_empty());
        let markups = records(&files, &format!("{folder}/records/drawing_markups.json"));
        assert_eq!((markups.len(), &markups[0]["text"], &markups[0]["made_by"], &markups[0]["revision"]), (1, &json!("Official"), &json!("Maria Lopez"), &json!("0")));
        let people = records(&files, "records/people.json");
        assert_eq!(people.len(), 3);
        let members = records(&files, &format!("{folder}/records/members.json"));
        assert!(members.iter().any(|one| one["name"] == "Flor Perez" && one["levels"] == "drawings=read_only"), "{members:?}");
        for name in files.keys().filter_map(|name| name.strip_suffix(".json")) {
            let lines = text(&files, &format!("{name}.csv")).lines().count();
            assert_eq!(lines, records(&files, &format!("{name}.json")).len() + 1, "{name}");
        }
        site.close().await;
    }

    async fn ppl_12_sec_01_nothing_of_other_companies_is_in_it(site: Site) {
        let (world, _) = flowing(&site).await;
        let (third, gil) = company(&site, "Third Glass", "Gil Soto", "gil@third.example").await;
        let glass = project(&gil, third, "Glass", "").await;
        seed::published(&site.app, &gil, glass, &[Sheet::new("G-1", "SECRET GLASS", "0")]).await;
        // Somebody of Third works at Harbor, and one of Harbor's has nothing to do with Delta.
        collaborator(&site, world.harbor, &gil, third).await;
        member(&world.ines, world.tower, &gil, json!({"drawings": "read_only"})).await;
        let nils = employee(&site, world.harbor, "Nils Holm", "nils@harbor.example").await;
        let annex = project(&world.ines, world.harbor, "Harbor Annex", "HA-9").await;
        seed::published(&site.app, &world.ines, annex, &[Sheet::new("X-1", "ANNEX PLAN", "0")]).await;
        let whole = |files: &BTreeMap<String, Vec<u8>>| {
            let parts = files.iter().map(|(name, content)| format!("{name}\n{}", String::from_utf8_lossy(content)));
            parts.collect::<Vec<_>>().join("\n")
        };
        let (_, files) = exported(&site, &world.diego, world.delta).await;
        let delta = whole(&files);
        for foreign in [
            "Third Glass", "Gil Soto", "gil@", "SECRET GLASS", "Nils", "nils@", "Harbor Annex", "ANNEX PLAN", "Ines", "ines@", "erik@", "Erik",
            &third.to_string(), &glass.to_string(), &annex.to_string(), &world.harbor.to_string(), &world.tower.to_string(),
            &gil.id().to_string(), &nils.id().to_string(), &world.ines.id().to_string(), &world.erik.id().to_string(),
        ] {
            // Ines approved: her name is on the record of the connection, for both sides.
            let seen = delta.matches(foreign).count();
            let on_record = foreign == "Ines" && delta.matches("Ines Ortega").count() == seen;
            assert!(seen == 0 || on_record, "{foreign} is in Delta's export");
        }
        let (_, files) = exported(&site, &world.ines, world.harbor).await;
        let harbor = whole(&files);
        for foreign in [
            "SECRET GLASS", "DELTA ONLY", "D-900", "Flor", "flor@", "Diego", "diego@",
            &world.delta.to_string(), &world.site.to_string(), &glass.to_string(), &third.to_string(),
            &world.flor.id().to_string(), &world.diego.id().to_string(),
        ] {
            assert!(!harbor.contains(foreign), "{foreign} is in Harbor's export");
        }
        // Whoever is in its directory is in it.
        assert!(harbor.contains("Maria Lopez") && harbor.contains("Gil Soto") && harbor.contains("ANNEX PLAN"));
        site.close().await;
    }

    async fn sec_03_hostile_names_stay_within_their_folder_and_cell(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let hostile = project(&world.ines, world.harbor, "../../etc", "=cmd|' /C calc'!A0").await;
        let sheets = [
            Sheet::new("7 / 1", "../../passwd", "A"),
            Sheet::new("=1+1", "<script>alert(1)</script>", "0"),
            Sheet::new("A-1", "Same", "0"),
            Sheet::new("a-1", "SAME", "0"),
            Sheet::new("B-1", &"long ".repeat(50), "0"),
            Sheet::new("C-1", "CON", "\u{202e}x"),
        ];
        seed::published(&site.app, &world.ines, hostile, &sheets).await;
        let (_, files) = exported(&site, &world.ines, world.harbor).await;
        let mut folded = BTreeSet::new();
        for name in files.keys() {
            assert!(!name.starts_with('/') && !name.split('/').any(|part| matches!(part, "" | "." | "..")), "{name}");
            assert!(!name.contains(['\\', '\0', '\n', ':', '"', '<', '>', '|', '*', '?']), "{name}");
            assert!(name.split('/').all(|part| part.len() <= 255), "{name}");
            assert!(folded.insert(name.to_lowercase()), "{name} is there in other capitals");
        }
        assert_eq!(files.keys().filter(|name| name.contains("/drawings/")).count(), sheets.len());
        let folder = files.keys().find(|name| name.contains("etc") && name.ends_with("index.html")).unwrap().trim_end_matches("/index.html").to_owned();
        let page = text(&files, &format!("{folder}/index.html"));
        assert!(!page.contains("<script>") && page.contains("&lt;script&gt;"));
        for name in files.keys().filter(|name| name.strip_suffix(".csv").is_some()) {
            let cells = text(&files, name).trim_start_matches('\u{feff}').lines().flat_map(|line| line.split(','));
            for cell in cells {
                assert!(!cell.trim_start_matches('"').starts_with(['=', '+', '@']), "{name}: {cell}");
            }
        }
        manifest_holds(&files);
        site.close().await;
    }

    async fn ppl_12_a_file_that_is_damaged_is_named_and_left_out(site: Site) {
        let (world, _) = flowing(&site).await;
        let [gone, changed] = [Sheet::many(2)[0].sha256(), Sheet::many(2)[1].sha256()];
        std::fs::remove_file(site.app.blobs.blob_path(gone)).unwrap();
        std::fs::write(site.app.blobs.blob_path(changed), b"%PDF other bytes").unwrap();
        let (export, files) = exported(&site, &world.diego, world.delta).await;
        let done = world.diego.get(&format!("/companies/{}/exports/{export}", world.delta)).await.expect(200);
        assert_eq!((done["damaged"].as_i64(), done["files"].as_i64()), (Some(2), Some(3)));
        assert_eq!(files.keys().filter(|name| name.contains("/drawings/")).count(), 1);
        let named = text(&files, "damaged-files.csv");
        assert!(named.contains("A-0001_0_PLAN OF PART 1.pdf") && named.lines().count() == 3, "{named}");
        assert!(text(&files, "index.html").contains("2 files could not be had"));
        manifest_holds(&files);
        site.close().await;
    }

    async fn ppl_12_sec_09_only_company_administrators_fetch_it_and_not_for_ever(site: Site) {
        let (world, _) = flowing(&site).await;
        let list = format!("/companies/{}/exports", world.delta);
        for (person, code, status) in [(&world.maria, "needs_level", 403), (&world.ines, "not_found", 404), (&site.nobody(), "not_signed_in", 401)] {
            person.get(&list).await.refused(code, status);
            person.does(&list, json!({})).await.refused(code, status);
        }
        let (first, _) = exported(&site, &world.diego, world.delta).await;
        let path = format!("{list}/{first}");
        for (person, code, status) in [(&world.maria, "needs_level", 403), (&world.ines, "not_found", 404), (&site.nobody(), "not_signed_in", 401)] {
            for path in [&path, &format!("{path}/file")] {
                person.get(path).await.refused(code, status);
            }
            person.delete(&path).await.refused(code, status);
        }
        // Under another company's address there is nothing.
        world.ines.get(&format!("/companies/{}/exports/{first}/file", world.harbor)).await.refused("not_found", 404);
        // A part of it, as a download that broke off asks for.
        let request = world.diego.request("GET", &format!("{path}/file")).header("range", "bytes=0-3");
        let part = world.diego.send(request.body(axum::body::Body::empty()).unwrap()).await;
        assert_eq!((part.status, part.body.to_vec()), (206, b"PK\x03\x04".to_vec()));
        // One at a time; a newer one takes the place of the older.
        let second = id(&world.diego.does(&list, json!({})).await.expect(201));
        world.diego.does(&list, json!({})).await.refused("export_under_way", 409);
        world.diego.get(&format!("{path}/file")).await.refused("not_found", 404);
        site.run_until_idle().await;
        assert!(!site.app.blobs.export(first).exists() && site.app.blobs.export(second).exists());
        // After a week it is gone, also from the disk.
        site.clock.advance(SignedDuration::from_hours(24 * 7));
        world.diego.get(&format!("{list}/{second}/file")).await.refused("not_found", 404);
        site.run_until_idle().await;
        assert!(!site.app.blobs.export(second).exists());
        assert_eq!(world.diego.get(&format!("{list}/{second}")).await.expect(200)["state"], "removed");
        // Removed by hand before it was made: nothing is made.
        let third = id(&world.diego.does(&list, json!({})).await.expect(201));
        world.diego.delete(&format!("{list}/{third}")).await.expect(204);
        world.diego.delete(&format!("{list}/{third}")).await.refused("not_found", 404);
        site.run_until_idle().await;
        assert!(!site.app.blobs.export(third).exists());
        let entry = world.diego.items(&format!("/companies/{}/audit-log", world.delta)).await.remove(0);
        assert_eq!((entry["kind"].as_str(), entry["by"]["name"].as_str()), (Some("export_asked"), Some("Diego Ruiz")));
        // Somebody who is no administrator any more fetches nothing.
        let (fourth, _) = exported(&site, &world.diego, world.delta).await;
        sql::run(&site.app.db, "update directory_entry set company_admin = false where person_id = $1", args![world.diego.id()]).await;
        world.diego.get(&format!("{list}/{fourth}/file")).await.refused("needs_level", 403);
        site.close().await;
    }

    async fn ppl_17_a_closed_company_leaves_no_archive(site: Site) {
        let (world, _) = flowing(&site).await;
        let (export, _) = exported(&site, &world.diego, world.delta).await;
        assert!(site.app.blobs.export(export).exists());
        closing::close_by_operator(&site.app, "Delta Mechanical", "Moved.").await.unwrap();
        site.run_until_idle().await;
        assert!(!site.app.blobs.export(export).exists());
        site.close().await;
    }

    async fn ppl_12_the_operator_writes_one_to_a_file(site: Site) {
        let (world, _) = flowing(&site).await;
        let file = site.data().join("delta.zip");
        let (progress, seen) = watch::channel(Progress::default());
        let made = export::by_operator(&site.app, "Delta Mechanical", &file, &progress).await.unwrap();
        assert_eq!((made.damaged, made.bytes), (0, std::fs::metadata(&file).unwrap().len()));
        assert_eq!((seen.borrow().files, seen.borrow().files_done), (3, 3));
        let files = unpacked(&std::fs::read(&file).unwrap());
        manifest_holds(&files);
        assert_eq!(files.keys().filter(|name| name.contains("/drawings/")).count(), 3);
        // What is there stays, and nothing half-written is left.
        let again = export::by_operator(&site.app, &world.delta.to_string(), &file, &progress).await.unwrap_err();
        assert_eq!(again.public_code(), Some("duplicate"));
        let left: Vec<_> = std::fs::read_dir(site.data()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        assert!(left.iter().all(|name| !name.contains(".part")), "{left:?}");
        site.close().await;
    }

    async fn ppl_12_no_table_is_forgotten(site: Site) {
        let sql = if site.is_postgres() {
            "select table_name as value from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'"
        } else {
            "select name as value from sqlite_master where type = 'table' and name not like 'sqlite_%' and name not like 'sheet_text_index\\_%' escape '\\'"
        };
        let there: BTreeSet<String> = sql::values::<String>(&site.app.db, sql, args![]).await.into_iter().filter(|name| !name.starts_with("_sqlx")).collect();
        let named: BTreeSet<String> = READ.iter().copied().chain(LEFT_OUT.iter().map(|(name, _)| *name)).map(str::to_owned).collect();
        assert_eq!(there, named, "a table is exported, or left out with the reason why");
        assert!(LEFT_OUT.iter().all(|(name, why)| !READ.contains(name) && !why.is_empty()));
        site.close().await;
    }

    async fn ppl_12_what_is_written_meanwhile_is_not_in_it(site: Site) {
        let (world, _) = flowing(&site).await;
        let count = "select count(*) as value from drawing where project_id = $1";
        let mut before = site.app.db.snapshot().await.unwrap();
        let seen: i64 = before.value(count, args![world.site]).await.unwrap();
        seed::published(&site.app, &world.maria, world.site, &[Sheet::new("D-901", "LATER", "0")]).await;
        assert_eq!(before.value::<i64>(count, args![world.site]).await.unwrap(), seen);
        drop(before);
        assert_eq!(site.count(count, args![world.site]).await, seen + 1);
        site.close().await;
    }
}
