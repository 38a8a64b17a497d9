//! SEC-01: nobody sees another company's data. Every address of the interface is tried without a session, as a person of a third company,
//! as a member who may do too little, and with ids swapped; nothing may leak, nothing may change.

mod routes;
mod swapped;

use axum::body::Body;
use sluice_store::args;
use sluice_testkit::person::id;
use sluice_testkit::seed::{self, Sheet};
use sluice_testkit::world::{company, project};
use sluice_testkit::{Answer, Person, Site, World, json, on_both, sql};
use uuid::Uuid;

use routes::{Records, Route, routes};

async fn call(person: &Person, route: &Route, path: &str) -> Answer {
    let mut request = person.request(&route.method, &format!("{path}{}", route.query));
    if path.contains("/files") {
        request = request
            .header("tus-resumable", "1.0.0")
            .header("upload-length", "3")
            .header("upload-offset", "0")
            .header("content-type", "application/offset+octet-stream");
        return person.send(request.body(Body::from("abc")).unwrap()).await;
    }
    match &route.body {
        Some(body) => {
            request = request.header("content-type", "application/json");
            person.send(request.body(Body::from(body.to_string())).unwrap()).await
        }
        None => person.send(request.body(Body::empty()).unwrap()).await,
    }
}

/// A record of every kind that a project has, made by one of its Drawings Admins; drawings are there already.
async fn of_project(site: &Site, by: &Person, project: Uuid, title: &str) -> Vec<(&'static str, String)> {
    let body = json!({"set": {"name": "Bulletin", "date": "2026-02-02"}});
    let upload = by.does(&format!("/projects/{project}/drawing-uploads"), body).await.expect(201);
    let files = format!("/drawing-uploads/{}/files", id(&upload));
    let request = by.request("POST", &files).header("tus-resumable", "1.0.0").header("upload-length", "3");
    let file = by.send(request.body(Body::empty()).unwrap()).await;
    let file = file.header("location").unwrap().rsplit('/').next().unwrap().to_owned();
    // A sheet under review, past the worker.
    let sheet: Uuid = site.app.environment.id();
    sql::run(
        &site.app.db,
        "insert into sheet (id, upload_id, project_id, file_id, page, status, number, title)
         values ($1, $2, $3, $4, 1, 'to_review', 'A-900', $5)",
        args![sheet, id(&upload), project, file.parse::<Uuid>().unwrap(), title],
    )
    .await;
    let log = by.items(&format!("/projects/{project}/drawings")).await;
    let areas = by.items(&format!("/projects/{project}/drawing-areas")).await;
    let disciplines = by.items(&format!("/projects/{project}/drawing-disciplines")).await;
    let current = json!({"form": "zip", "set_id": "current"});
    let download = by.does(&format!("/projects/{project}/drawing-downloads"), current).await.expect(201);
    let drawn = json!({"revision_id": id(&log[0]["revision"]), "kind": "text", "colour": "red", "size": 18, "points": [[100, 100]], "text": title});
    let markup = by.does(&format!("/drawings/{}/markups", id(&log[0])), drawn).await.expect(201);
    vec![
        ("projects", project.to_string()),
        ("drawing-markups", id(&markup).to_string()),
        ("drawing-downloads", id(&download).to_string()),
        ("drawings", id(&log[0]).to_string()),
        ("drawing-revisions", id(&log[0]["revision"]).to_string()),
        ("drawing-uploads", id(&upload).to_string()),
        ("drawing-sheets", sheet.to_string()),
        ("drawing-areas", id(&areas[0]).to_string()),
        ("drawing-disciplines", id(&disciplines[0]).to_string()),
        ("drawing-sets", upload["set"]["id"].as_str().unwrap().to_owned()),
        ("file_id", file),
    ]
}

/// A record of every kind that a company or its administrator has.
async fn of_company(site: &Site, admin: &Person, company: Uuid) -> Vec<(&'static str, String)> {
    let templates = admin.items(&format!("/companies/{company}/permission-templates")).await;
    let token =
        admin.does("/tokens", json!({"name": "Script", "scopes": ["drawings:read"]})).await.expect(201);
    let email = format!("nora@{company}.example");
    let body = json!({"name": "Nora Berg", "email": email, "employee": true});
    admin.does(&format!("/companies/{company}/people"), body).await.expect(201);
    let invitation = site.invitation_to(&email).await;
    let session: Uuid = admin.who().session().unwrap();
    let export = admin.does(&format!("/companies/{company}/exports"), json!({})).await.expect(201);
    site.run_until_idle().await;
    vec![
        ("companies", company.to_string()),
        ("sessions", session.to_string()),
        ("token", invitation.rsplit('/').next().unwrap().to_owned()),
        ("template_id", id(&templates[0]).to_string()),
        ("tokens", id(&token).to_string()),
        ("token_id", id(&token).to_string()),
        ("export_id", id(&export).to_string()),
    ]
}

/// What stands in an address and is no record.
const NO_RECORDS: [(&str, &str); 4] =
    [("tile", "0_0.webp"), ("level", "0"), ("name", "0_0.webp"), ("tool", "drawings")];

/// Harbor's and Delta's world with a record of every kind in it.
async fn full(site: &Site) -> (World, Records) {
    let world = World::harbor_and_delta(site).await;
    seed::published(&site.app, &world.erik, world.tower, &Sheet::many(2)).await;
    let connection = world.connected().await;
    let waiting = world.another_site("Delta East").await;
    sluice_testkit::world::ask(&world.maria, waiting, world.tower).await.expect(201);
    site.run_until_idle().await;
    // What somebody subscribed to and marked, so that taking it away shows.
    let subscription = format!("/projects/{}/drawing-subscription", world.tower);
    world.erik.put(&subscription, json!({"subscribed": true})).await.expect(200);
    let copy = id(&world.arrived("").await[0]);
    world.maria.put(&format!("/drawings/{copy}/obsolete-here"), json!({})).await.expect(200);
    let mut ids = of_project(site, &world.erik, world.tower, "TOP SECRET SHEET").await;
    ids.extend(of_company(site, &world.ines, world.harbor).await);
    ids.extend(NO_RECORDS.map(|(name, value)| (name, value.to_owned())));
    let message = world.ines.items("/notifications").await.swap_remove(0);
    ids.extend([
        ("connections", connection.to_string()),
        ("person_id", world.erik.id().to_string()),
        ("messages", id(&message).to_string()),
        // And some of Delta's.
        ("companies", world.delta.to_string()),
        ("projects", world.site.to_string()),
        ("drawings", copy.to_string()),
    ]);
    (world, Records { ids })
}

/// Words that only Harbor and Delta may read.
const SECRETS: [&str; 11] = [
    "Harbor Builders",
    "Harbor Tower",
    "Delta Mechanical",
    "Delta at",
    "PLAN OF PART",
    "TOP SECRET",
    "A-0001",
    "Ines",
    "Erik",
    "Maria",
    "Permit Set",
];

fn no_secret(answer: &Answer, what: &str) {
    let text = answer.text();
    for secret in SECRETS {
        assert!(!text.contains(secret), "{what} tells {secret:?}: {text}");
    }
}

/// Everything in the database that somebody could change, in one number for each table.
async fn fingerprint(site: &Site) -> Vec<String> {
    let mut lines = vec![];
    for sql in [
        "select name || approval as value from company order by id",
        "select cast(company_id as text) || cast(person_id as text) || status || cast(employee as text) || cast(company_admin as text) as value
           from directory_entry order by company_id, person_id",
        "select name || number || arrival || connection_recipients || cast(active as text) || cast(version as text) as value from project order by id",
        "select cast(project_id as text) || cast(person_id as text) || levels || grants as value from member order by project_id, person_id",
        "select cast(project_id as text) || tool as value from project_tool order by project_id, tool",
        "select state || coalesce(reason, '') || cast(coalesce(reminded_at, 0) as text) as value from connection order by id",
        "select number || title || cast(version as text) || cast(coalesce(deleted_at, 0) as text) as value from drawing order by id",
        "select status || revision || cast(version as text) as value from drawing_revision order by id",
        "select name || description || cast(version as text) as value from drawing_area order by id",
        "select name || coalesce(set_date, '') || cast(version as text) as value from drawing_set order by id",
        "select name || cast(position as text) || cast(version as text) as value from discipline order by id",
        "select cast(project_id as text) || cast(person_id as text) as value from drawing_subscriber order by project_id, person_id",
        "select cast(drawing_id as text) || cast(coalesce(replaced_by_id, drawing_id) as text) as value from drawing_obsolete_here order by drawing_id",
        "select kind || coalesce(text, '') || cast(coalesce(published_at, 0) as text) || cast(version as text) as value from drawing_markup order by id",
        "select kind || coalesce(reason, '') as value from connection_event order by id",
        "select cast(person_id as text) || kind || facts || cast(coalesce(read_at, 0) as text) as value from message order by id",
        "select naming as value from upload order by id",
        "select name || state || cast(received_count as text) as value from upload_file order by id",
        "select status || coalesce(number, '') || coalesce(title, '') as value from sheet order by id",
        "select cast(coalesce(accepted_at, 0) as text) || cast(coalesce(revoked_at, 0) as text) as value from invitation order by id",
        "select cast(project_id as text) || cast(head as text) as value from feed_head order by project_id",
        "select cast(coalesce(revoked_at, 0) as text) as value from session order by id",
        "select name || levels || grants as value from permission_template order by id",
        "select name || scopes || cast(coalesce(revoked_at, 0) as text) as value from api_token order by id",
        "select name || coalesce(password_hash, '') as value from person where service order by id",
    ] {
        let rows: Vec<String> = if site.is_postgres() {
            sql::values(&site.app.db, sql, args![]).await
        } else {
            // SQLite keeps ids as bytes: their text is made another way.
            let of_bytes = |sql: String, id: &str| sql.replace(&format!("cast({id} as text)"), &format!("hex({id})"));
            let ids = ["company_id", "person_id", "project_id", "drawing_id", "coalesce(replaced_by_id, drawing_id)"];
            let sql: &'static str = ids.into_iter().fold(sql.to_owned(), of_bytes).leak();
            sql::values(&site.app.db, sql, args![]).await
        };
        lines.push(rows.join("\n"));
    }
    lines
}

/// Routes that answer to nobody in particular, and what they say to somebody without a session.
fn is_open(route: &Route) -> bool {
    matches!(
        (route.method.as_str(), route.path.as_str()),
        ("POST", "/session" | "/password-resets")
            | (
                _,
                "/first-run"
                    | "/invitations/{token}"
                    | "/invitations/{token}/acceptance"
                    | "/password-resets/{token}"
                    | "/password-resets/{token}/completion"
            )
    )
}

on_both! {
    async fn sec_01_without_a_session(site: Site) {
        let (_, records) = full(&site).await;
        let before = fingerprint(&site).await;
        let nobody = site.nobody();
        let mut forged = site.nobody();
        forged.set_cookie("sluice=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
        for route in routes(&records) {
            for person in [&nobody, &forged] {
                let what = format!("{} {}", route.method, route.path);
                if is_open(&route) {
                    continue;
                }
                let answer = call(person, &route, &records.fill(&route.path)).await;
                no_secret(&answer, &what);
                assert_eq!(answer.status, 401, "{what}: {}", answer.text());
                if route.method != "HEAD" {
                    answer.refused("not_signed_in", 401);
                }
            }
        }
        assert_eq!(fingerprint(&site).await, before);
        site.close().await;
    }

    async fn sec_01_a_person_of_a_third_company(site: Site) {
        let (world, records) = full(&site).await;
        let (third, gil) = company(&site, "Third Glass", "Gil Soto", "gil@third.example").await;
        let theirs = project(&gil, third, "Glass", "").await;
        let before = fingerprint(&site).await;
        let routes = routes(&records);
        for route in &routes {
            let what = format!("{} {}", route.method, route.path);
            let own = matches!((route.method.as_str(), route.path.as_str()), ("DELETE", "/session") | ("PUT", "/me/password"));
            if is_open(route) || own {
                continue;
            }
            let answer = call(&gil, route, &records.fill(&route.path)).await;
            no_secret(&answer, &what);
            let own_or_list = !route.path.contains('{') && route.query.is_empty();
            match (route.method.as_str(), route.path.as_str()) {
                ("POST", "/companies") | ("GET", "/installation/companies") => drop(answer.refused("installation_admin_only", 403)),
                _ if own_or_list => assert!(answer.status < 300, "{what}: {}", answer.text()),
                ("HEAD", _) => assert_eq!(answer.status, 404, "{what}"),
                _ => drop(answer.refused("not_found", 404)),
            }
        }
        // Ids swapped: Gil's own records in front, Harbor's behind.
        let own = Records {
            ids: records.ids.iter().map(|(name, value)| match *name {
                "companies" => (*name, third.to_string()),
                "projects" => (*name, theirs.to_string()),
                _ => (*name, value.clone()),
            }).collect(),
        };
        for route in routes.iter().filter(|route| route.path.matches('{').count() > 1 && (route.path.starts_with("/companies") || route.path.starts_with("/projects"))) {
            let answer = call(&gil, route, &own.fill(&route.path)).await;
            let what = format!("{} {} with ids of two companies", route.method, route.path);
            no_secret(&answer, &what);
            assert_eq!(answer.status, 404, "{what}: {}", answer.text());
        }
        let upload = gil.does(&format!("/projects/{theirs}/drawing-uploads"), json!({"set": {"name": "S", "date": "2026-01-01"}})).await.expect(201);
        for (method, path, body) in [
            ("POST", format!("/projects/{theirs}/connections"), json!({"upstream_project_id": world.tower, "tools": ["drawings"]})),
            ("POST", format!("/projects/{theirs}/drawing-uploads"), json!({"set_id": records.of("/drawing-sets", "id")})),
            ("POST", format!("/projects/{theirs}/drawing-uploads"), json!({"set": {"name": "S", "date": "2026-01-01"}, "area_id": records.of("/drawing-areas", "id")})),
            ("POST", format!("/projects/{theirs}/members"), json!({"person_id": world.erik.id()})),
            ("POST", format!("/projects/{theirs}/publications"), json!({"set_id": records.of("/drawing-sets", "id")})),
            ("PUT", format!("/projects/{theirs}/connection-notifications"), json!({"mode": "specific", "person_ids": [world.ines.id()]})),
            ("PATCH", format!("/companies/{third}/people/{}", gil.id()), json!({"represents_company_id": world.harbor})),
            ("DELETE", format!("/drawing-uploads/{}/files/{}", id(&upload), records.of("", "file_id")), json!({})),
        ] {
            let answer = gil.send_json(method.parse().unwrap(), &path, &body).await;
            no_secret(&answer, &format!("{method} {path} {body}"));
            let own = answer.json["code"] == "own_people";
            assert!(own || matches!(answer.status, 404 | 422), "{method} {path} {body}: {}", answer.text());
        }
        let others = json!({"revision_ids": [records.of("/drawing-revisions", "id")]});
        assert_eq!(gil.does(&format!("/projects/{theirs}/publications"), others).await.expect(200)["published"], 0);
        let others = json!({"sheet_ids": [records.of("/drawing-sheets", "id")]});
        let confirmed = gil.does(&format!("/drawing-uploads/{}/confirmation", id(&upload)), others).await.expect(200);
        assert_eq!((confirmed["confirmed"].as_i64(), confirmed["refused"][0]["code"].as_str()), (Some(0), Some("not_found")));
        // A cursor of another company's list begins another list, and shows nothing of it.
        let page = world.erik.get(&format!("/projects/{}/drawings?limit=1", world.tower)).await.expect(200);
        let cursor = page["next"].as_str().unwrap();
        no_secret(&gil.get(&format!("/projects/{theirs}/drawings?after={cursor}")).await, "a cursor");
        // What Gil did to his own is all that changed.
        let after = fingerprint(&site).await;
        let lines = |all: &[String]| all.iter().flat_map(|table| table.lines().map(str::to_owned)).collect::<Vec<_>>();
        let (before, after) = (lines(&before), lines(&after));
        let lost: Vec<_> = before.iter().filter(|line| !after.contains(line)).collect();
        assert!(lost.is_empty(), "changed by a stranger: {lost:?}");
        site.close().await;
    }

    /// Whoever creates companies sees nothing of any (PPL-16), and so does a token of somebody who may everything, without the scope (PPL-11).
    async fn ppl_16_ppl_11_neither_the_installation_administrator_nor_a_token_without_scope(site: Site) {
        let (world, records) = full(&site).await;
        let olga = site.person("Olga Root", "olga@operator.example").await;
        sql::run(&site.app.db, "update person set installation_admin = true where id = $1", args![olga.id()]).await;
        let narrow = world.ines.with_token(&["rfis:read"]).await;
        let before = fingerprint(&site).await;
        for route in routes(&records).iter().filter(|route| route.path.contains('{') && !is_open(route)) {
            let what = format!("{} {}", route.method, route.path);
            // Closing is theirs to do: the company's name and numbers, tested in `closing`.
            if !route.path.ends_with("/closure") {
                let answer = call(&olga, route, &records.fill(&route.path)).await;
                no_secret(&answer, &what);
                assert_eq!(answer.status, 404, "{what} by the installation administrator: {}", answer.text());
            }
            // The names of one's own companies and projects are all that a token without scope can tell.
            let names = route.method == "GET"
                && matches!(route.path.as_str(), "/companies/{id}" | "/companies/{id}/projects" | "/companies/{id}/connection-settings" | "/projects/{id}");
            let answer = call(&narrow, route, &records.fill(&route.path)).await;
            let refused = matches!(answer.json["code"].as_str(), Some("needs_scope" | "sign_in_only" | "not_found")) || route.method == "HEAD";
            assert!(names || (refused && matches!(answer.status, 403 | 404)), "{what} by a narrow token: {} {}", answer.status, answer.text());
        }
        assert_eq!(fingerprint(&site).await, before);
        assert!(olga.items("/companies").await.is_empty() && olga.items("/projects").await.is_empty());
        site.close().await;
    }

    async fn sec_01_a_member_who_may_too_little(site: Site) {
        let (world, records) = full(&site).await;
        // Maria stands in Harbor Tower from outside, with Read Only on Drawings and nothing else; Flor's like in Harbor the same from inside.
        let nora = sluice_testkit::world::employee(&site, world.harbor, "Nils Holm", "nils@harbor.example").await;
        sluice_testkit::world::member(&world.ines, world.tower, &nora, json!({"drawings": "read_only"})).await;
        let before = fingerprint(&site).await;
        for weak in [&world.maria, &nora] {
            for route in routes(&records) {
                let reads = matches!(route.method.as_str(), "GET" | "HEAD");
                // Whoever sees drawings may subscribe themselves, draw for themselves and download (30-drawings.md, Permissions).
                let theirs = ["/drawing-subscription", "/markups", "/drawing-downloads"];
                let own = !route.path.contains('{') || theirs.iter().any(|end| route.path.ends_with(end));
                // Maria is of the other side of this connection, where she may do everything.
                if is_open(&route) || own || (weak.id() == world.maria.id() && route.path.starts_with("/connections")) {
                    continue;
                }
                let what = format!("{} {} by {}", route.method, route.path, weak.name);
                let answer = call(weak, &route, &records.fill(&route.path)).await;
                assert!(answer.status < 500, "{what}: {}", answer.text());
                assert!(!answer.text().contains("TOP SECRET"), "{what}: {}", answer.text());
                if !reads {
                    assert!(matches!(answer.status, 403 | 404), "{what}: {} {}", answer.status, answer.text());
                }
            }
        }
        assert_eq!(fingerprint(&site).await, before);
        site.close().await;
    }

    async fn sec_09_an_open_screen_hears_nothing_after_the_session(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let changes = format!("/projects/{}/changes", world.tower);
        assert_eq!(world.diego.listen(&changes).await.status, 404);
        for path in [changes.as_str(), "/notifications"] {
            assert_eq!(site.nobody().listen(path).await.status, 401);
        }
        let mut line = world.erik.listen(&changes).await;
        seed::published(&site.app, &world.erik, world.tower, &Sheet::many(1)).await;
        let heard = line.next().await.unwrap();
        assert!(heard.contains("\"topic\":\"drawings\"") && !heard.contains("PLAN"), "{heard}");
        world.erik.delete("/session").await.expect(204);
        seed::published(&site.app, &world.ines, world.tower, &[Sheet::new("A-0900", "LATER", "0")]).await;
        while let Some(text) = line.next().await {
            assert!(!text.contains("\"topic\""), "{text}");
        }
        site.close().await;
    }
}
