//! Uploading and review: files that come in pieces, are taken apart, read, looked at and confirmed.

use axum::body::Body;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sluice_app::{App, jobs};
use sluice_domain::UploadFileId;
use sluice_pdf::{Limits, Workshop};
use sluice_store::job::Lane;
use sluice_testkit::person::{Answer, Person, id};
use sluice_testkit::seed::Sheet;
use sluice_testkit::sheets::{begin, of_upload, pdf, send, upload};
use sluice_testkit::world::{employee, member};
use sluice_testkit::{Site, Value, World, json, on_both};

fn floors() -> Vec<Sheet> {
    vec![
        Sheet::new("A-101", "FIRST FLOOR PLAN", "0"),
        Sheet::new("A-102", "SECOND FLOOR PLAN", "0"),
        Sheet::new("S-201", "FRAMING PLAN", "0"),
    ]
}

async fn announce(by: &Person, upload: &Value, name: &str, length: usize) -> Answer {
    let request = by
        .request("POST", upload["files_url"].as_str().unwrap())
        .header("tus-resumable", "1.0.0")
        .header("upload-length", length)
        .header("upload-metadata", format!("filename {}", STANDARD.encode(name)));
    by.send(request.body(Body::empty()).unwrap()).await
}

async fn piece(by: &Person, file: &str, offset: usize, bytes: &[u8]) -> Answer {
    let request = by
        .request("PATCH", file)
        .header("tus-resumable", "1.0.0")
        .header("upload-offset", offset)
        .header("content-type", "application/offset+octet-stream");
    by.send(request.body(Body::from(bytes.to_vec())).unwrap()).await
}

async fn offset(by: &Person, file: &str) -> Option<String> {
    let answer = by.send(by.request("HEAD", file).body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, 200);
    answer.header("upload-offset").map(str::to_owned)
}

/// The sheets of an upload, as they stand in the database.
async fn pages(site: &Site, upload: &Value) -> Vec<uuid::Uuid> {
    let ids = "select id as value from sheet where upload_id = $1 order by page";
    sluice_testkit::sql::values(&site.app.db, ids, sluice_store::args![id(upload)]).await
}

async fn confirm(by: &Person, upload: &Value, what: Value) -> Value {
    by.does(&format!("/drawing-uploads/{}/confirmation", id(upload)), what).await.expect(200)
}

/// The same installation, in which no worker can be started.
fn without_workshop(site: &Site) -> App {
    let workshop = Workshop::new("/nonexistent/sluice".into(), Limits::default());
    let app = &site.app;
    App::new(
        app.db.clone(),
        app.blobs.clone(),
        workshop,
        app.environment.clone(),
        app.settings.clone(),
        app.tools.clone(),
    )
}

on_both! {
    /// `DRW-01`: what lies on the disk decides where to continue, also after a restart.
    async fn drw_01_a_file_comes_in_pieces(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let bytes = pdf(&floors());
        let upload = begin(&world.erik, world.tower, "Permit Set", "2026-02-01").await;
        assert_eq!(upload["status"], "receiving");
        let file = announce(&world.erik, &upload, "../../Harbor\u{7}/set.pdf", bytes.len()).await;
        assert_eq!((file.status, file.header("tus-resumable")), (201, Some("1.0.0")));
        let file = file.header("location").unwrap().to_owned();
        assert_eq!(offset(&world.erik, &file).await.as_deref(), Some("0"));

        let (first, rest) = bytes.split_at(1_000);
        let answer = piece(&world.erik, &file, 0, first).await;
        assert_eq!((answer.status, answer.header("upload-offset")), (204, Some("1000")));
        piece(&world.erik, &file, 0, first).await.refused("offset_mismatch", 409);
        piece(&world.erik, &file, 2_000, rest).await.refused("offset_mismatch", 409);

        // A crash: bytes of the next piece reached the disk, and nobody was told.
        let file_id: uuid::Uuid = file.rsplit('/').next().unwrap().parse().unwrap();
        let incoming = site.app.blobs.incoming(UploadFileId(file_id).0);
        tokio::fs::write(&incoming, &bytes[..5_000]).await.unwrap();
        assert_eq!(offset(&world.erik, &file).await.as_deref(), Some("5000"));
        let shown = world.erik.get(&format!("/drawing-uploads/{}", id(&upload))).await.expect(200);
        assert_eq!((&shown["files"][0]["received_bytes"], &shown["files"][0]["name"]), (&json!(5000), &json!("set.pdf")));

        assert_eq!(piece(&world.erik, &file, 5_000, &bytes[5_000..]).await.status, 204);
        assert_eq!(offset(&world.erik, &file).await, Some(bytes.len().to_string()));
        site.run_until_idle().await;
        let shown = world.erik.get(&format!("/drawing-uploads/{}", id(&upload))).await.expect(200);
        assert_eq!(shown["status"], "ready_for_review", "{shown}");
        assert_eq!((&shown["files"][0]["pages"], &shown["files"][0]["pages_done"]), (&json!(3), &json!(3)));
        assert!(!incoming.exists(), "what came in is not kept twice");
        // More than was announced is refused; the file itself can be taken back until it is complete.
        let short = announce(&world.erik, &upload, "short.pdf", 10).await.header("location").unwrap().to_owned();
        piece(&world.erik, &short, 0, &bytes[..20]).await.refused("malformed_request", 400);
        site.close().await;
    }

    /// Termination, other versions, sizes and people.
    async fn a_file_can_be_taken_back(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let upload = begin(&world.erik, world.tower, "Permit Set", "2026-02-01").await;
        let file = announce(&world.erik, &upload, "a.pdf", 100).await.header("location").unwrap().to_owned();
        world.maria.delete(&file).await.refused("needs_level", 403);
        assert_eq!(world.erik.delete(&file).await.status, 204);
        world.erik.delete(&file).await.refused("not_found", 404);
        announce(&world.erik, &upload, "big.pdf", (2 << 30) + 1).await.refused("file_too_large", 413);
        let request = world.erik.request("POST", upload["files_url"].as_str().unwrap()).header("tus-resumable", "0.2.2");
        world.erik.send(request.body(Body::empty()).unwrap()).await.refused("tus_version_unsupported", 412);
        let request = world.erik.request("OPTIONS", upload["files_url"].as_str().unwrap());
        let spoken = world.erik.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!((spoken.status, spoken.header("tus-extension")), (204, Some("creation,creation-with-upload,termination,expiration")));
        let path = format!("/projects/{}/drawing-uploads", world.tower);
        for body in [json!({}), json!({"set": {"name": "Permit Set"}}), json!({"set": {"date": "2026-02-01"}})] {
            world.erik.does(&path, body).await.refused("set_date_missing", 422);
        }
        world.erik.does(&path, json!({"set": {"name": "x", "date": "1.2.2026"}})).await.refused("invalid", 422);
        world.erik.does(&path, json!({"set": {"name": "x", "date": "2026-02-01"}, "naming": "guess"})).await.refused("invalid", 422);
        world.diego.does(&path, json!({})).await.refused("not_found", 404);
        site.close().await;
    }

    /// The whole way: read, marked, corrected, confirmed; the second time nothing happens.
    async fn drw_04_sheets_are_reviewed_and_confirmed(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let uploaded = upload(&site, &world.erik, world.tower, "Permit Set", &[("set.pdf", pdf(&floors()))]).await;
        let sheets = of_upload(&world.erik, &uploaded).await;
        let numbers: Vec<_> = sheets.iter().map(|sheet| sheet["number"].as_str()).collect();
        assert_eq!(numbers, [Some("A-101"), Some("A-102"), Some("S-201")], "{sheets:#?}");
        assert_eq!((&sheets[0]["page"], &sheets[0]["file"]["name"]), (&json!(1), &json!("set.pdf")));
        assert_eq!(sheets[0]["discipline"]["name"], "Architectural");
        assert_eq!(sheets[2]["discipline"]["name"], "Structural");
        assert_eq!(sheets[0]["marks"][0]["code"], "new_drawing");
        assert!(sheets[0]["tiles"]["levels"].as_i64().unwrap() > 1);
        let path = |sheet: &Value| format!("/drawing-sheets/{}", id(sheet));
        let small = world.erik.get(&format!("{}/thumbnail", path(&sheets[0]))).await;
        assert_eq!((small.status, small.header("content-type"), &small.body[8..12]), (200, Some("image/webp"), &b"WEBP"[..]));
        let tile = world.erik.get(&format!("{}/tiles/0/0_0.webp", path(&sheets[0]))).await;
        assert_eq!((tile.status, &tile.body[8..12]), (200, &b"WEBP"[..]));
        world.erik.get(&format!("{}/tiles/0/9_9.webp", path(&sheets[0]))).await.refused("not_found", 404);
        world.maria.get(&format!("{}/thumbnail", path(&sheets[0]))).await.refused("needs_level", 403);

        // The same number and revision twice: neither is confirmed, the third is.
        let twin = world.erik.patch(&path(&sheets[1]), json!({"number": "A-101", "title": null})).await.expect(200);
        assert_eq!((&twin["number"], &twin["title"]), (&json!("A-101"), &Value::Null));
        assert_eq!(twin["reading"]["number"], json!({"confidence": 1.0, "source": "person"}));
        assert!(twin["marks"].as_array().unwrap().iter().any(|mark| mark["code"] == "conflict"), "{twin}");
        let done = confirm(&world.erik, &uploaded, json!({"all": true})).await;
        assert_eq!(done["confirmed"], 1, "{done}");
        assert_eq!(done["refused"].as_array().unwrap().len(), 2);
        assert_eq!(done["refused"][0]["code"], "number_twice");

        world.erik.patch(&path(&sheets[1]), json!({"number": "M-301", "title": "DUCTS"})).await.expect(200);
        world.erik.patch(&path(&sheets[0]), json!({"number": " "})).await.expect(200);
        let done = confirm(&world.erik, &uploaded, json!({"all": true})).await;
        assert_eq!((&done["confirmed"], &done["refused"][0]["code"]), (&json!(1), &json!("number_missing")));
        let moved = of_upload(&world.erik, &uploaded).await;
        assert_eq!(moved[1]["discipline"]["name"], "Mechanical", "the discipline follows the number");
        assert_eq!(moved[1]["status"], "confirmed");
        world.erik.patch(&path(&sheets[1]), json!({"title": "X"})).await.refused("sheet_not_open", 409);
        let again = confirm(&world.erik, &uploaded, json!({"sheet_ids": [id(&sheets[1])]})).await;
        assert_eq!((&again["confirmed"], &again["refused"][0]["code"]), (&json!(0), &json!("sheet_not_open")));

        world.erik.patch(&path(&sheets[0]), json!({"removed": true})).await.expect(200);
        let shown = world.erik.get(&format!("/drawing-uploads/{}", id(&uploaded))).await.expect(200);
        assert_eq!(shown["status"], "reviewed");
        assert_eq!(shown["sheets"], json!({"total": 3, "reading": 0, "to_review": 0, "confirmed": 2, "failed": 0, "removed": 1}));
        site.close().await;
    }

    /// `SPD-08`: the same bytes again cost no PDF work; and say so in the review.
    async fn spd_08_the_same_file_again_is_not_taken_apart_again(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let bytes = pdf(&floors());
        let first = upload(&site, &world.erik, world.tower, "Permit Set", &[("set.pdf", bytes.clone())]).await;
        confirm(&world.erik, &first, json!({"all": true})).await;
        // From here on nobody can take a PDF apart.
        let idle = without_workshop(&site);
        let second = begin(&world.erik, world.tower, "Addendum", "2026-03-01").await;
        send(&world.erik, &second, "renamed.pdf", bytes.clone()).await.expect(201);
        jobs::run_until_idle(&idle).await.unwrap();
        let second = world.erik.get(&format!("/drawing-uploads/{}", id(&second))).await.expect(200);
        assert_eq!(second["status"], "ready_for_review", "{second}");
        // Another company's work is of no use to anybody else (FLO-04).
        let of_delta = begin(&world.maria, world.site, "Permit Set", "2026-02-01").await;
        send(&world.maria, &of_delta, "set.pdf", bytes.clone()).await.expect(201);
        jobs::run_until_idle(&idle).await.unwrap();
        let of_delta = world.maria.get(&format!("/drawing-uploads/{}", id(&of_delta))).await.expect(200);
        assert_eq!((&of_delta["status"], &of_delta["sheets"]["total"]), (&json!("processing"), &json!(0)));
        let (before, after) = (of_upload(&world.erik, &first).await, of_upload(&world.erik, &second).await);
        for (before, after) in before.iter().zip(&after) {
            for field in ["number", "title", "revision", "reading", "title_block", "tiles", "discipline"] {
                assert_eq!(before[field], after[field], "{field}");
            }
            let marks: Vec<_> = after["marks"].as_array().unwrap().iter().map(|mark| mark["code"].as_str().unwrap()).collect();
            assert!(marks.contains(&"duplicate") && marks.contains(&"same_revision"), "{marks:?}");
        }
        // The revision of the same text stands in another set.
        let done = confirm(&world.erik, &second, json!({"all": true})).await;
        assert_eq!(done, json!({"confirmed": 3, "refused": []}));
        let third = begin(&world.erik, world.tower, "Addendum", "2026-03-01").await;
        send(&world.erik, &third, "renamed.pdf", bytes).await.expect(201);
        jobs::run_until_idle(&idle).await.unwrap();
        let done = confirm(&world.erik, &third, json!({"all": true})).await;
        assert_eq!((&done["confirmed"], &done["refused"][2]["code"]), (&json!(0), &json!("revision_taken")));
        site.close().await;
    }

    /// With a grant one works on one's own uploads.
    async fn a_grant_is_for_ones_own_uploads(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let (uma, ravi) = (
            employee(&site, world.harbor, "Uma Patel", "uma@harbor.example").await,
            employee(&site, world.harbor, "Ravi Shah", "ravi@harbor.example").await,
        );
        member(&world.ines, world.tower, &uma, json!({"drawings": "standard"})).await;
        member(&world.ines, world.tower, &ravi, json!({"drawings": "read_only"})).await;
        let grant = |person: &Person, grants: Value| {
            let path = format!("/projects/{}/members/{}", world.tower, person.id());
            let ines = world.ines.clone();
            async move { ines.patch(&path, json!({"grants": grants})).await.expect(200) }
        };
        let path = format!("/projects/{}/drawing-uploads", world.tower);
        uma.get(&path).await.refused("needs_level", 403);
        grant(&uma, json!(["upload_drawings"])).await;
        grant(&ravi, json!(["upload_and_review_drawings"])).await;

        let of_uma = upload(&site, &uma, world.tower, "Permit Set", &[("set.pdf", pdf(&floors()))]).await;
        assert_eq!(of_uma["can"]["review"]["allowed"], false);
        let confirmation = format!("/drawing-uploads/{}/confirmation", id(&of_uma));
        uma.does(&confirmation, json!({"all": true})).await.refused("needs_level", 403);
        ravi.does(&confirmation, json!({"all": true})).await.refused("own_uploads_only", 403);
        ravi.get(&format!("/drawing-uploads/{}", id(&of_uma))).await.refused("own_uploads_only", 403);
        assert!(ravi.items(&path).await.is_empty(), "somebody else's is not listed");
        let of_ravi = upload(&site, &ravi, world.tower, "Permit Set", &[("set.pdf", pdf(&floors()))]).await;
        assert_eq!(of_ravi["can"]["confirm"]["allowed"], true, "{of_ravi}");
        assert_eq!(confirm(&ravi, &of_ravi, json!({"all": true})).await["confirmed"], 3);
        assert!(ravi.items(&format!("/projects/{}/drawings", world.tower)).await.is_empty(), "unpublished is for Admins");
        assert_eq!(world.erik.items(&path).await.len(), 2);
        site.close().await;
    }

    /// `DRW-02`: bad files fail with their code, the others go on; a script sends all in one request.
    async fn drw_02_a_script_sends_everything_at_once(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let good = pdf(&floors());
        let cut = good[..good.len() / 2].to_vec();
        let boundary = "-----harbor";
        let mut body: Vec<u8> = Vec::new();
        let mut part = |head: &str, bytes: &[u8]| {
            body.extend_from_slice(format!("--{boundary}\r\nContent-Disposition: form-data; {head}\r\n\r\n").as_bytes());
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        };
        part("name=\"files\"; filename=\"../set.pdf\"", &good);
        part("name=\"set\"", br#"{"name": "Permit Set", "date": "2026-02-01"}"#);
        part("name=\"default_revision\"", b"P1");
        part("name=\"files\"; filename=\"empty.pdf\"", b"");
        part("name=\"files\"; filename=\"notes.txt\"", b"no drawing at all");
        part("name=\"files\"; filename=\"cut.pdf\"", &cut);
        body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
        let path = format!("/projects/{}/drawing-uploads", world.tower);
        let kind = format!("multipart/form-data; boundary={boundary}");
        let request = |by: &Person| by.request("POST", &path).header("content-type", &kind).body(Body::from(body.clone())).unwrap();
        world.maria.send(request(&world.maria)).await.refused("needs_level", 403);
        let made = world.erik.send(request(&world.erik)).await.expect(201);
        assert_eq!(made["status"], "processing");
        site.run_until_idle().await;
        let shown = world.erik.get(&format!("/drawing-uploads/{}", id(&made))).await.expect(200);
        let states: Vec<_> = shown["files"].as_array().unwrap().iter().map(|file| {
            (file["name"].as_str().unwrap(), file["state"].as_str().unwrap(), file["error"]["code"].as_str())
        }).collect();
        assert_eq!(states, [
            ("set.pdf", "done", None),
            ("empty.pdf", "failed", Some("pdf_empty")),
            ("notes.txt", "failed", Some("not_a_pdf")),
            ("cut.pdf", "failed", Some("pdf_truncated")),
        ]);
        assert_eq!(shown["status"], "ready_for_review");
        assert_eq!(confirm(&world.erik, &shown, json!({"all": true})).await["confirmed"], 3);
        site.close().await;
    }

    /// `DRW-02`: work that dies in the middle goes on where it was; no page is there twice.
    async fn drw_02_a_crash_repeats_no_page(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let upload = begin(&world.erik, world.tower, "Permit Set", "2026-02-01").await;
        send(&world.erik, &upload, "set.pdf", pdf(&Sheet::many(6))).await.expect(201);
        let path = format!("/drawing-uploads/{}", id(&upload));
        let app = site.app.clone();
        let work = tokio::spawn(async move { jobs::step(&app, Lane::Ingest).await });
        let first = loop {
            let sheets = pages(&site, &upload).await;
            if sheets.len() >= 2 {
                work.abort();
                let _ended = work.await;
                break pages(&site, &upload).await;
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        };
        assert!(first.len() < 6, "it died in the middle");
        site.later(jiff::SignedDuration::from_mins(3)).await;
        let shown = world.erik.get(&path).await.expect(200);
        assert_eq!((&shown["status"], &shown["sheets"]["to_review"]), (&json!("ready_for_review"), &json!(6)));
        let after = pages(&site, &upload).await;
        assert!(first.iter().all(|page| after.contains(page)), "a page that was saved is not worked on again");
        let mut staging = tokio::fs::read_dir(site.app.blobs.root().join("staging")).await.unwrap();
        assert!(staging.next_entry().await.unwrap().is_none(), "nothing of the work stays behind");
        site.close().await;
    }

    /// `DRW-03`: sheets that come one a file are read together when the last one is there; what a person typed stays.
    async fn drw_03_single_sheets_are_read_together(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let sheets = Sheet::many(4);
        let upload = begin(&world.erik, world.tower, "Permit Set", "2026-02-01").await;
        send(&world.erik, &upload, "1.pdf", pdf(&sheets[..1])).await.expect(201);
        site.run_until_idle().await;
        let first = of_upload(&world.erik, &upload).await.remove(0);
        let path = format!("/drawing-sheets/{}", id(&first));
        world.erik.patch(&path, json!({"number": "X-999", "title": "BY HAND"})).await.expect(200);
        for (place, sheet) in sheets.iter().enumerate().skip(1) {
            send(&world.erik, &upload, &format!("{}.pdf", place + 1), pdf(std::slice::from_ref(sheet))).await.expect(201);
        }
        site.run_until_idle().await;
        let alone = "select count(*) as value from sheet where upload_id = $1 and read_alone and read_number = number";
        assert_eq!(site.count(alone, sluice_store::args![id(&upload)]).await, 0);
        let read = of_upload(&world.erik, &upload).await;
        let numbers: Vec<_> = read.iter().map(|sheet| sheet["number"].as_str().unwrap_or_default()).collect();
        assert_eq!(numbers, ["X-999", "S-0002", "M-0003", "E-0004"]);
        assert_eq!(read[0]["title"], "BY HAND");
        site.close().await;
    }
}
