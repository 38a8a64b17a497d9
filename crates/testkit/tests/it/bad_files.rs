//! Files nobody should send: each gets its code, the rest of the batch goes on, the server stays.

use axum::body::Body;
use sluice_testkit::person::id;
use sluice_testkit::seed::Sheet;
use sluice_testkit::sheets::{begin, of_upload, pdf, send, upload};
use sluice_testkit::{Site, Value, World, json};
use uuid::Uuid;

/// A PDF by hand: pages of these sizes, each with its number in the corner, `M-101` onwards.
fn by_hand(pages: &[(f64, f64)], trailer: &str) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut offsets = vec![];
    let mut object = |file: &mut Vec<u8>, body: &str| {
        offsets.push(file.len());
        let number = offsets.len();
        file.extend_from_slice(format!("{number} 0 obj\n{body}\nendobj\n").as_bytes());
    };
    let kids: String = (0..pages.len()).map(|page| format!("{} 0 R ", 4 + 2 * page)).collect();
    object(&mut file, "<</Type/Catalog/Pages 2 0 R>>");
    object(&mut file, &format!("<</Type/Pages/Count {}/Kids[{kids}]>>", pages.len()));
    object(&mut file, "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>");
    for (place, (width, height)) in pages.iter().enumerate() {
        let content = 5 + 2 * place;
        object(
            &mut file,
            &format!(
                "<</Type/Page/Parent 2 0 R/MediaBox[0 0 {width} {height}]/Contents {content} 0 R/Resources<</Font<</F1 3 0 R>>>>>>"
            ),
        );
        let text = format!("BT /F1 14 Tf {} 8 Td (M-{}) Tj ET", width - 60.0, 101 + place);
        object(&mut file, &format!("<</Length {}>>\nstream\n{text}\nendstream", text.len()));
    }
    let start = file.len();
    let count = offsets.len() + 1;
    file.extend_from_slice(format!("xref\n0 {count}\n0000000000 65535 f \n").as_bytes());
    for offset in &offsets {
        file.extend_from_slice(format!("{offset:010} 00000 n \n").as_bytes());
    }
    file.extend_from_slice(
        format!("trailer\n<</Size {count}/Root 1 0 R{trailer}>>\nstartxref\n{start}\n%%EOF\n").as_bytes(),
    );
    file
}

fn protected() -> Vec<u8> {
    let secret = "4E5F5A6B7C8D9EAFB0C1D2E3F405162738495A6B7C8D9EAFB0C1D2E3F4051627";
    let trailer = format!(
        "/ID[<00112233445566778899AABBCCDDEEFF><00112233445566778899AABBCCDDEEFF>]/Encrypt<</Filter/Standard/V 1/R 2/O<{secret}>/U<{secret}>/P -4>>"
    );
    by_hand(&[(612.0, 792.0)], &trailer)
}

async fn world() -> (Site, World) {
    let site = Site::sqlite().await;
    let world = World::harbor_and_delta(&site).await;
    (site, world)
}

fn file<'a>(upload: &'a Value, name: &str) -> &'a Value {
    let files = upload["files"].as_array().unwrap();
    files.iter().find(|file| file["name"] == name).unwrap_or_else(|| panic!("no {name} in {files:#?}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_02_each_bad_file_gets_its_code_and_the_good_ones_go_on() {
    let (site, world) = world().await;
    let good = pdf(&[Sheet::new("A-101", "FIRST FLOOR PLAN", "0")]);
    let cut = good[..good.len() / 2].to_vec();
    let files: Vec<(&str, Vec<u8>)> = vec![
        ("empty.pdf", vec![]),
        ("text.pdf", b"These are not the drawings you are looking for.".to_vec()),
        ("picture.pdf", b"\x89PNG\r\n\x1a\n0000".to_vec()),
        ("protected.pdf", protected()),
        ("no pages.pdf", by_hand(&[], "")),
        ("cut.pdf", cut),
        ("../../etc/good.pdf", good.clone()),
        ("one page.pdf", by_hand(&[(612.0, 792.0)], "")),
    ];
    let done = upload(&site, &world.erik, world.tower, "Mixed", &files).await;
    for (name, code) in [
        ("empty.pdf", "pdf_empty"),
        ("text.pdf", "not_a_pdf"),
        ("picture.pdf", "not_a_pdf"),
        ("protected.pdf", "pdf_encrypted"),
        ("no pages.pdf", "pdf_no_pages"),
        ("cut.pdf", "pdf_truncated"),
    ] {
        let file = file(&done, name);
        assert_eq!(
            (&file["state"], &file["error"]["code"]),
            (&json!("failed"), &json!(code)),
            "{name}: {file}"
        );
        assert!(
            ["message", "action"].iter().all(|field| file["error"][field].as_str().unwrap().ends_with('.'))
        );
    }
    assert_eq!(
        (file(&done, "good.pdf")["state"].as_str(), file(&done, "one page.pdf")["pages_done"].as_i64()),
        (Some("done"), Some(1))
    );
    assert_eq!(
        (done["status"].as_str(), done["sheets"]["total"].as_i64()),
        (Some("ready_for_review"), Some(2))
    );
    let read = of_upload(&world.erik, &done).await;
    let sheet = read.iter().find(|sheet| sheet["file"]["name"] == "good.pdf").unwrap();
    assert_eq!((sheet["number"].as_str(), sheet["page"].as_i64()), (Some("A-101"), Some(1)));
    site.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_02_a_page_without_a_size_fails_alone() {
    let (site, world) = world().await;
    let odd = by_hand(&[(612.0, 792.0), (0.0, 0.0), (500_000.0, 500_000.0), (792.0, 612.0)], "");
    let done = upload(&site, &world.erik, world.tower, "Odd", &[("odd.pdf", odd)]).await;
    let odd = file(&done, "odd.pdf");
    assert_eq!((odd["state"].as_str(), odd["pages"].as_i64()), (Some("done"), Some(4)), "{odd}");
    let read = of_upload(&world.erik, &done).await;
    let states: Vec<_> =
        read.iter().map(|sheet| (sheet["status"].as_str(), sheet["error"]["code"].as_str())).collect();
    let refused = (Some("failed"), Some("page_size_invalid"));
    // No page is 176 m wide.
    assert_eq!(states, [(Some("to_review"), None), refused, refused, (Some("to_review"), None)]);
    world
        .erik
        .patch(&format!("/drawing-sheets/{}", id(&read[1])), json!({"number": "A-1"}))
        .await
        .refused("sheet_failed", 409);
    site.close().await;
}

/// The whole way of a long set: small pages, so that drawing them takes no time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn drw_02_drw_04_five_hundred_pages_are_reviewed_and_confirmed() {
    let (site, world) = world().await;
    let book = by_hand(&[(180.0, 120.0); 500], "");
    let done = upload(&site, &world.erik, world.tower, "Book", &[("book.pdf", book)]).await;
    let book = file(&done, "book.pdf");
    assert_eq!(
        (&book["state"], &book["pages"], &book["pages_done"]),
        (&json!("done"), &json!(500), &json!(500))
    );
    let read = of_upload(&world.erik, &done).await;
    let pages: Vec<_> = read.iter().map(|sheet| sheet["page"].as_i64().unwrap()).collect();
    assert!(pages.iter().copied().eq(1..=500), "{pages:?}");
    for (number, sheet) in (101..).zip(&read) {
        assert_eq!(sheet["number"], format!("M-{number}"), "{sheet}");
    }
    let last = format!("/drawing-sheets/{}", id(&read[499]));
    world.erik.patch(&last, json!({"number": "M-1000", "title": "THE LAST ONE"})).await.expect(200);
    let confirm = format!("/drawing-uploads/{}/confirmation", id(&done));
    let confirmed = world.erik.does(&confirm, json!({"all": true})).await.expect(200);
    assert_eq!(confirmed, json!({"confirmed": 500, "refused": []}));
    let log = world.erik.items(&format!("/projects/{}/drawings", world.tower)).await;
    assert_eq!((log.len(), &log[499]["number"]), (500, &json!("M-1000")));
    site.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_file_and_the_same_number_twice() {
    let (site, world) = world().await;
    let set = [Sheet::new("A-101", "FIRST FLOOR PLAN", "0"), Sheet::new("A-102", "SECOND FLOOR PLAN", "0")];
    let bytes = pdf(&set);
    let done = upload(
        &site,
        &world.erik,
        world.tower,
        "Twice",
        &[("one.pdf", bytes.clone()), ("two.pdf", bytes.clone())],
    )
    .await;
    let read = of_upload(&world.erik, &done).await;
    assert_eq!(read.len(), 4);
    for sheet in &read {
        world
            .erik
            .patch(&format!("/drawing-sheets/{}", id(sheet)), json!({"revision": "0"}))
            .await
            .expect(200);
    }
    let confirm = format!("/drawing-uploads/{}/confirmation", id(&done));
    let refused = world.erik.does(&confirm, json!({"all": true})).await.expect(200);
    assert_eq!(refused["confirmed"], 0, "only a person can tell which is right");
    assert!(refused["refused"].as_array().unwrap().iter().all(|one| one["code"] == "number_twice"));
    // Two of them are removed; the others go on.
    for sheet in read.iter().filter(|sheet| sheet["file"]["name"] == "two.pdf") {
        world
            .erik
            .patch(&format!("/drawing-sheets/{}", id(sheet)), json!({"removed": true}))
            .await
            .expect(200);
    }
    assert_eq!(world.erik.does(&confirm, json!({"all": true})).await.expect(200)["confirmed"], 2);
    assert_eq!(world.erik.does(&confirm, json!({"all": true})).await.expect(200)["confirmed"], 0);
    let named = json!({"sheet_ids": [id(&read[0]), id(&read[0])]});
    assert_eq!(world.erik.does(&confirm, named).await.expect(200)["refused"][0]["code"], "sheet_not_open");
    // The same file tomorrow: marked as a duplicate; the same revision in the same set is refused.
    let again = upload(&site, &world.erik, world.tower, "Twice", &[("again.pdf", bytes)]).await;
    let read = of_upload(&world.erik, &again).await;
    for sheet in &read {
        world
            .erik
            .patch(&format!("/drawing-sheets/{}", id(sheet)), json!({"revision": "0"}))
            .await
            .expect(200);
    }
    let read = of_upload(&world.erik, &again).await;
    assert!(
        read[0]["marks"].as_array().unwrap().iter().any(|mark| mark["code"] == "duplicate"),
        "{}",
        read[0]
    );
    let confirm = format!("/drawing-uploads/{}/confirmation", id(&again));
    let refused = world.erik.does(&confirm, json!({"all": true})).await.expect(200);
    assert!(
        refused["refused"].as_array().unwrap().iter().all(|one| one["code"] == "revision_taken"),
        "{refused}"
    );
    site.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_that_cannot_be() {
    let (site, world) = world().await;
    let path = format!("/projects/{}/drawing-uploads", world.tower);
    for without in [
        json!({}),
        json!({"set": {"name": "S"}}),
        json!({"set": {"date": "2026-01-01"}}),
        json!({"set": {"name": " ", "date": "2026-01-01"}}),
    ] {
        world.erik.does(&path, without).await.refused("set_date_missing", 422);
    }
    for unsound in [
        json!({"set": {"name": "S", "date": "yesterday"}}),
        json!({"set": {"name": "S", "date": "2026-01-01"}, "naming": "by hand"}),
        json!({"set": {"name": "x".repeat(300), "date": "2026-01-01"}}),
        json!({"set_id": Uuid::from_u128(7)}),
        json!({"set": {"name": "S", "date": "2026-01-01"}, "area_id": Uuid::from_u128(7)}),
    ] {
        let answer = world.erik.does(&path, unsound.clone()).await;
        assert!(
            matches!(
                (answer.status, answer.json["code"].as_str()),
                (422, Some("invalid")) | (404, Some("not_found"))
            ),
            "{unsound}: {}",
            answer.text()
        );
    }
    let upload = begin(&world.erik, world.tower, "S", "2026-01-01").await;
    let files = upload["files_url"].as_str().unwrap();
    let announce = async |length: &str, version: &str| {
        let request = world
            .erik
            .request("POST", files)
            .header("tus-resumable", version)
            .header("upload-length", length)
            .header("upload-metadata", "filename QQ==");
        world.erik.send(request.body(Body::empty()).unwrap()).await
    };
    announce("3000000000", "1.0.0").await.refused("file_too_large", 413);
    announce("many", "1.0.0").await.refused("malformed_request", 400);
    announce("-1", "1.0.0").await.refused("malformed_request", 400);
    assert_eq!(announce("10", "0.9.0").await.status, 412);
    let file = announce("10", "1.0.0").await;
    let location = file.header("location").unwrap().to_owned();
    file.expect(201);
    let piece = async |offset: &str, bytes: &'static [u8]| {
        let request = world
            .erik
            .request("PATCH", &location)
            .header("tus-resumable", "1.0.0")
            .header("upload-offset", offset)
            .header("content-type", "application/offset+octet-stream");
        world.erik.send(request.body(Body::from(bytes)).unwrap()).await
    };
    piece("5", b"12345").await.refused("offset_mismatch", 409);
    assert_eq!(piece("0", b"12345").await.header("upload-offset"), Some("5"));
    piece("0", b"12345").await.refused("offset_mismatch", 409);
    piece("5", b"1234567").await.refused("malformed_request", 400);
    // What fits is here, and the file is complete: it is no PDF, as it turns out.
    site.run_until_idle().await;
    let seen = world.erik.get(&format!("/drawing-uploads/{}", id(&upload))).await.expect(200);
    assert_eq!(seen["files"][0]["error"]["code"], "not_a_pdf", "{seen}");
    world.erik.delete(&location).await.refused("file_complete", 409);
    // A file of another upload, another person's upload.
    let mine = begin(&world.ines, world.tower, "T", "2026-01-01").await;
    let crossed = location.replace(&id(&upload).to_string(), &id(&mine).to_string());
    world.erik.delete(&crossed).await.refused("not_found", 404);
    send(&world.maria, &upload, "x.pdf", b"x".to_vec()).await.refused("needs_level", 403);
    send(&world.diego, &upload, "x.pdf", b"x".to_vec()).await.refused("not_found", 404);
    site.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_request_with_everything_in_it() {
    let (site, world) = world().await;
    let path = format!("/projects/{}/drawing-uploads", world.tower);
    let form = async |fields: &[(&str, Option<&str>, &[u8])]| {
        let mut body = vec![];
        for (name, file, bytes) in fields {
            let file = file.map(|file| format!("; filename=\"{file}\"")).unwrap_or_default();
            body.extend_from_slice(
                format!("--line\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n").as_bytes(),
            );
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(b"--line--\r\n");
        let request =
            world.erik.request("POST", &path).header("content-type", "multipart/form-data; boundary=line");
        world.erik.send(request.body(Body::from(body)).unwrap()).await
    };
    let set: (&str, Option<&str>, &[u8]) = ("set", None, br#"{"name": "By script", "date": "2026-02-02"}"#);
    let bytes = pdf(&[Sheet::new("S-201", "FOOTINGS", "0")]);
    form(&[set]).await.refused("invalid", 422);
    form(&[("set", None, b"By script"), ("files", Some("a.pdf"), &bytes)]).await.refused("invalid", 422);
    form(&[("files", Some("a.pdf"), &bytes)]).await.refused("set_date_missing", 422);
    let request = world.erik.request("POST", &path).header("content-type", "multipart/form-data");
    world.erik.send(request.body(Body::from("x")).unwrap()).await.refused("malformed_request", 400);
    let made = form(&[("files", Some("..\\..\\a.pdf"), &bytes), set, ("files", Some("b.pdf"), b"nonsense")])
        .await
        .expect(201);
    site.run_until_idle().await;
    let done = world.erik.get(&format!("/drawing-uploads/{}", id(&made))).await.expect(200);
    assert_eq!(file(&done, "a.pdf")["state"], "done", "{done}");
    assert_eq!(file(&done, "b.pdf")["error"]["code"], "not_a_pdf");
    assert_eq!(of_upload(&world.erik, &done).await[0]["number"], "S-201");
    // What was refused left nothing behind.
    assert_eq!(std::fs::read_dir(site.data().join("blobs/staging")).unwrap().count(), 0);
    assert_eq!(world.erik.items(&path).await.len(), 1);
    site.close().await;
}
