//! Real drawing sets of strangers, uploaded and published. Runs where `SLUICE_CORPUS` names the folder of sets.

use std::path::{Path, PathBuf};

use sluice_testkit::person::id;
use sluice_testkit::sheets;
use sluice_testkit::{Site, World, json};

/// Files larger than this take too long for every day.
const BYTES_MAX: u64 = 12 << 20;

/// PDF files below a folder, in the order of their names.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("pdf")) {
            found.push(path);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_real_sets_are_uploaded_and_published() {
    let Some(corpus) = std::env::var_os("SLUICE_CORPUS").filter(|folder| !folder.is_empty()) else {
        println!("not run: real sets (SLUICE_CORPUS is not set)");
        return;
    };
    let folder = PathBuf::from(corpus).join("open/A");
    if !folder.is_dir() {
        println!("not run: real sets ({} is not there)", folder.display());
        return;
    }
    let site = Site::sqlite().await;
    let world = World::harbor_and_delta(&site).await;
    let connection = world.connected().await;
    let mut found = vec![];
    files(&folder, &mut found);
    found.retain(|file| (200_000..BYTES_MAX).contains(&file.metadata().unwrap().len()));
    let mut published = 0;
    let mut sets = 0;
    for file in found {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let uploaded =
            sheets::upload(&site, &world.erik, world.tower, &name, &[(&name, std::fs::read(&file).unwrap())])
                .await;
        let pages = uploaded["files"][0]["pages"].as_i64().unwrap_or(0);
        if pages < 2 {
            continue;
        }
        let read = sheets::of_upload(&world.erik, &uploaded).await;
        assert_eq!(i64::try_from(read.len()).unwrap(), pages, "{name}: a sheet for each page");
        let open: Vec<_> = read.iter().filter(|sheet| sheet["status"] == "to_review").collect();
        // What was not read, or read twice, a person would type: here the page number does.
        let mut typed = 0;
        for (place, sheet) in open.iter().enumerate() {
            let marks = sheet["marks"].as_array().unwrap();
            if sheet["number"].is_null() || marks.iter().any(|mark| mark["code"] == "conflict") {
                typed += 1;
                let number = format!("{}-{place:03}", sets + 1);
                world
                    .erik
                    .patch(&format!("/drawing-sheets/{}", id(sheet)), json!({"number": number}))
                    .await
                    .expect(200);
            }
        }
        let path = format!("/drawing-uploads/{}/confirmation", id(&uploaded));
        let confirmed = world.erik.does(&path, json!({"all": true})).await.expect(200);
        println!("{name}: {pages} pages, {typed} typed, {confirmed}");
        published += confirmed["confirmed"].as_i64().unwrap();
        sets += 1;
        if sets == 2 {
            break;
        }
    }
    assert!(published >= 4, "{published} sheets of {sets} sets");
    let path = format!("/projects/{}/publications", world.tower);
    let done = world.erik.does(&path, json!({"all": true, "distribute": false})).await.expect(200);
    assert_eq!(done["published"], published);
    site.run_until_idle().await;
    assert_eq!(world.seen(connection).await["tools"]["drawings"]["copied"], published);
    site.close().await;
}
