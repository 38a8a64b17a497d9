//! Real drawing sets: drawn, uploaded, taken apart, reviewed and published through the interface, as an engineer would.

use axum::body::Body;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sluice_pdf::draw::{Plan, SheetDrawing, set_pdf};
use uuid::Uuid;

use crate::person::{Answer, Person, id};
use crate::seed::Sheet;
use crate::site::Site;

/// What people see of a sheet as it is drawn.
pub fn drawn(sheet: &Sheet) -> SheetDrawing {
    let plan = match sheet.number.chars().next() {
        Some('S') => Plan::Structure,
        Some('M') => Plan::Ductwork,
        _ => Plan::FloorPlan,
    };
    SheetDrawing {
        number: sheet.number.clone(),
        title: sheet.title.clone(),
        revision: sheet.revision.clone(),
        date: "2026-02-01".into(),
        project: "HARBOR TOWER".into(),
        company: "HARBOR BUILDERS".into(),
        plan,
        seed: 7,
        changed: sheet.revision != "0",
        ..SheetDrawing::default()
    }
}

/// The sheets as one PDF.
pub fn pdf(sheets: &[Sheet]) -> Vec<u8> {
    set_pdf(&sheets.iter().map(drawn).collect::<Vec<_>>())
}

/// Begins an upload into a set.
pub async fn begin(by: &Person, project: Uuid, set: &str, date: &str) -> Value {
    let body = json!({"set": {"name": set, "date": date}, "naming": "automatic"});
    by.does(&format!("/projects/{project}/drawing-uploads"), body).await.expect(201)
}

/// Sends a file whole, in the request that announces it (tus, creation-with-upload).
pub async fn send(by: &Person, upload: &Value, name: &str, bytes: Vec<u8>) -> Answer {
    let files = upload["files_url"].as_str().expect("where to send files");
    let request = by
        .request("POST", files)
        .header("tus-resumable", "1.0.0")
        .header("upload-length", bytes.len())
        .header("upload-metadata", format!("filename {}", STANDARD.encode(name)))
        .header("content-type", "application/offset+octet-stream");
    by.send(request.body(Body::from(bytes)).unwrap()).await
}

/// Uploads files and waits until they are taken apart; answers the upload.
pub async fn upload(site: &Site, by: &Person, project: Uuid, set: &str, files: &[(&str, Vec<u8>)]) -> Value {
    let upload = begin(by, project, set, "2026-02-01").await;
    for (name, bytes) in files {
        send(by, &upload, name, bytes.clone()).await.expect(201);
    }
    site.run_until_idle().await;
    by.get(&format!("/drawing-uploads/{}", id(&upload))).await.expect(200)
}

/// The sheets of an upload.
pub async fn of_upload(by: &Person, upload: &Value) -> Vec<Value> {
    by.items(&format!("/drawing-uploads/{}/sheets", id(upload))).await
}

/// Uploads a drawn set, reviews it (what was misread is typed again), confirms all and publishes; answers the published drawings.
pub async fn publish_set(site: &Site, by: &Person, project: Uuid, set: &str, sheets: &[Sheet]) -> Vec<Value> {
    let uploaded = upload(site, by, project, set, &[("set.pdf", pdf(sheets))]).await;
    review(by, &uploaded, sheets).await;
    let upload = id(&uploaded);
    let confirmed =
        by.does(&format!("/drawing-uploads/{upload}/confirmation"), json!({"all": true})).await.expect(200);
    assert_eq!(confirmed["refused"], json!([]), "{confirmed}");
    assert_eq!(confirmed["confirmed"], sheets.len());
    let path = format!("/projects/{project}/publications");
    let published = by.does(&path, json!({"all": true, "distribute": false})).await.expect(200);
    assert_eq!(published["published"], sheets.len());
    let drawings = by.items(&format!("/projects/{project}/drawings")).await;
    let of = |sheet: &Sheet| {
        let found = drawings.iter().find(|drawing| drawing["number"] == sheet.number.as_str());
        found.unwrap_or_else(|| panic!("no drawing {}", sheet.number)).clone()
    };
    sheets.iter().map(of).collect()
}

/// Types again what was misread.
async fn review(by: &Person, upload: &Value, sheets: &[Sheet]) {
    let read = of_upload(by, upload).await;
    assert_eq!(read.len(), sheets.len(), "{read:#?}");
    for (found, sheet) in read.iter().zip(sheets) {
        let wanted = json!({"number": sheet.number, "title": sheet.title, "revision": sheet.revision});
        let same = ["number", "title", "revision"].iter().all(|field| found[field] == wanted[field]);
        if !same {
            by.patch(&format!("/drawing-sheets/{}", id(found)), wanted).await.expect(200);
        }
    }
}
