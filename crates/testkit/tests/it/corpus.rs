//! Real drawing sets of strangers, uploaded, read and published. Runs where `SLUICE_CORPUS` names the folder of sets.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use sluice_testkit::person::id;
use sluice_testkit::sheets;
use sluice_testkit::{Site, Value, World, json};

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

/// The cells of a line of CSV (RFC 4180).
fn cells(line: &str) -> Vec<String> {
    let (mut cells, mut quoted) = (vec![String::new()], false);
    let mut rest = line.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            '"' if quoted && rest.next_if_eq(&'"').is_some() => cells.last_mut().unwrap().push('"'),
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            _ => cells.last_mut().unwrap().push(character),
        }
    }
    cells
}

/// What people found printed on the sheets: number and title, by file and page.
fn truth(corpus: &Path) -> HashMap<(String, i64), [String; 2]> {
    let text = std::fs::read_to_string(corpus.join("truth.csv")).unwrap();
    let rows = text.lines().skip(1).map(cells);
    rows.map(|row| ((row[0].clone(), row[1].parse().unwrap()), [row[2].clone(), row[3].clone()])).collect()
}

/// Whether a sheet says what is printed on it; letter case and spaces tell nothing.
fn says(read: &Value, printed: &str) -> bool {
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    read.as_str().is_some_and(|read| plain(read) == plain(printed))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn drw_03_two_real_sets_are_read_uploaded_and_published() {
    let Some(corpus) = std::env::var_os("SLUICE_CORPUS").filter(|folder| !folder.is_empty()) else {
        println!("not run: real sets (SLUICE_CORPUS is not set)");
        return;
    };
    let corpus = PathBuf::from(corpus).join("open");
    let folder = corpus.join("A");
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
    let truth = truth(&corpus);
    let (mut published, mut sets) = (0, 0);
    let (mut opened, mut typed) = (0, 0);
    // How many numbers and titles are printed, and how many of them were read as they are.
    let (mut printed, mut right) = ([0; 2], [0; 2]);
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
        let path = file.strip_prefix(&corpus).unwrap().to_string_lossy().into_owned();
        for sheet in &open {
            let Some(on_paper) = truth.get(&(path.clone(), sheet["page"].as_i64().unwrap())) else {
                continue;
            };
            for (place, field) in ["number", "title"].into_iter().enumerate() {
                printed[place] += usize::from(!on_paper[place].is_empty());
                right[place] += usize::from(says(&sheet[field], &on_paper[place]));
            }
        }
        opened += open.len();
        // What was not read, or read twice, a person would type: here the page number does.
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
        println!("{name}: {pages} pages, {confirmed}");
        published += confirmed["confirmed"].as_i64().unwrap();
        sets += 1;
        if sets == 2 {
            break;
        }
    }
    println!("{opened} sheets, {typed} typed; numbers and titles printed {printed:?}, read {right:?}");
    assert!(published >= 4, "{published} sheets of {sets} sets");
    assert!(typed * 4 <= opened, "{typed} of {opened} numbers had to be typed");
    for (place, field) in ["numbers", "titles"].into_iter().enumerate() {
        let (printed, right) = (printed[place], right[place]);
        assert!(
            printed > 0 && right * 4 >= printed * 3,
            "{right} of {printed} {field} are read as they are printed"
        );
    }
    let path = format!("/projects/{}/publications", world.tower);
    let done = world.erik.does(&path, json!({"all": true, "distribute": false})).await.expect(200);
    assert_eq!(done["published"], published);
    site.run_until_idle().await;
    assert_eq!(world.seen(connection).await["tools"]["drawings"]["copied"], published);
    site.close().await;
}
