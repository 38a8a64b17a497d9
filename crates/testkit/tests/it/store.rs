//! The database itself: every statement is sound on both engines, both schemas are one, and the topology holds without the rules (CON-10).

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use sluice_domain::permission::template::DEFAULTS;
use sluice_domain::{CompanyId, PersonId, ProjectId};
use sluice_store::{Conflict, Db, args, message, migrate, project, template};
use sluice_testkit::person::id;
use sluice_testkit::world::{self, company};
use sluice_testkit::{Site, World, on_both, sql};
use uuid::Uuid;

use crate::connections::becomes_upstream;

const STORE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../store");

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The string literal at the beginning of a text: plain with its escapes, or raw.
fn literal(text: &str) -> Option<String> {
    if let Some(raw) = text.strip_prefix('r') {
        let hashes = raw.chars().take_while(|c| *c == '#').count();
        let body = raw.get(hashes..)?.strip_prefix('"')?;
        let end = body.find(&format!("\"{}", "#".repeat(hashes)))?;
        return body.get(..end).map(str::to_owned);
    }
    let mut characters = text.strip_prefix('"')?.chars().peekable();
    let mut found = String::new();
    loop {
        match characters.next()? {
            '"' => return Some(found),
            '\\' => match characters.next()? {
                'n' => found.push('\n'),
                '\n' => while characters.next_if(|c| c.is_whitespace()).is_some() {},
                c => found.push(c),
            },
            c => found.push(c),
        }
    }
}

/// Every statement in `sql!("…")` of the store, with where it stands.
fn statements() -> Vec<(String, String)> {
    let mut files = vec![];
    sources(&Path::new(STORE).join("src"), &mut files);
    files.sort();
    let mut found = vec![];
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        for (place, _) in text.match_indices("sql!(") {
            let line = text[..place].lines().count();
            let before = text[..place].lines().next_back().unwrap_or_default();
            if before.trim_start().starts_with("//") {
                continue;
            }
            let argument = text[place + "sql!(".len()..].trim_start();
            let name = file.strip_prefix(STORE).unwrap().display();
            let statement = literal(argument).unwrap_or_else(|| panic!("{name}:{line}: no literal in sql!"));
            found.push((format!("{name}:{line}"), statement));
        }
    }
    found
}

#[test]
fn the_scanner_reads_every_form() {
    assert_eq!(literal("\"a \\\"b\\\" \\\n      c\" rest").as_deref(), Some("a \"b\" c"));
    assert_eq!(literal("r#\"a \"b\" c\"# rest").as_deref(), Some("a \"b\" c"));
    assert_eq!(literal("text").as_deref(), None);
    assert!(statements().len() > 100, "{} statements", statements().len());
}

/// Tables with their columns: name, kind of value, whether it may be null.
async fn columns(site: &Site) -> BTreeSet<String> {
    let sql = if site.is_postgres() {
        "select table_name || '.' || column_name || ' '
                || case data_type when 'uuid' then 'bytes' when 'bytea' then 'bytes' when 'bigint' then 'whole' when 'boolean' then 'whole'
                                  when 'double precision' then 'real' else data_type end
                || case is_nullable when 'NO' then ' not null' else '' end as value
           from information_schema.columns where table_schema = 'public'"
    } else {
        "select m.name || '.' || c.name || ' '
                || case lower(c.type) when 'blob' then 'bytes' when 'integer' then 'whole' else lower(c.type) end
                || case when c.\"notnull\" = 1 or c.pk > 0 then ' not null' else '' end as value
           from sqlite_master m join pragma_table_info(m.name) c where m.type = 'table'"
    };
    let all: Vec<String> = sql::values(&site.app.db, sql, args![]).await;
    all.into_iter()
        .filter(|line| {
            // The search index is each database's own.
            !["_sqlx", "sqlite_", "drawing_shown", "sheet_text_index"].iter().any(|own| line.starts_with(own))
        })
        .collect()
}

/// Names of indexes that were given one, with whether they are unique and partial.
async fn indexes(site: &Site) -> BTreeSet<String> {
    let sql = if site.is_postgres() {
        "select c.relname || case when i.indisunique then ' unique' else '' end || case when i.indpred is null then '' else ' partial' end as value
           from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
          where n.nspname = 'public' and not exists (select 1 from pg_constraint k where k.conindid = i.indexrelid)"
    } else {
        "select name || case when sql like 'create unique%' then ' unique' else '' end
                || case when lower(sql) like '% where %' then ' partial' else '' end as value
           from sqlite_master where type = 'index' and sql is not null"
    };
    let all: Vec<String> = sql::values(&site.app.db, sql, args![]).await;
    all.into_iter()
        .filter(|line| !line.starts_with("_sqlx") && !line.starts_with("sheet_text_index"))
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_schemas_are_one_postgres() {
    let Some(postgres) = Site::postgres().await else { return };
    let sqlite = Site::sqlite().await;
    let (here, there) = (columns(&sqlite).await, columns(&postgres).await);
    let only = |a: &BTreeSet<String>, b: &BTreeSet<String>| a.difference(b).cloned().collect::<Vec<_>>();
    assert_eq!(
        (only(&here, &there), only(&there, &here)),
        (vec![], vec![]),
        "(only SQLite, only PostgreSQL)"
    );
    assert!(here.len() > 150);
    let (here, there) = (indexes(&sqlite).await, indexes(&postgres).await);
    assert_eq!(
        (only(&here, &there), only(&there, &here)),
        (vec![], vec![]),
        "(only SQLite, only PostgreSQL)"
    );
    postgres.close().await;
    sqlite.close().await;
}

/// Writes a connection past all rules.
async fn write(
    site: &Site,
    up: (Uuid, Uuid),
    down: (Uuid, Uuid),
    state: &str,
    by: Uuid,
) -> sluice_store::Result<u64> {
    let live = matches!(state, "connected" | "disconnected");
    let holds = live || state == "requested";
    let mut tx = site.app.db.begin().await?;
    for (project, role, needed) in [(up.1, "upstream", live), (down.1, "downstream", holds)] {
        if needed {
            let sql = "insert into project_role (project_id, role) values ($1, $2) on conflict (project_id) do nothing";
            tx.run(sql, args![project, role]).await?;
        }
    }
    let now = site.clock.now();
    let touched = tx
        .run(
            "insert into connection (id, upstream_company_id, upstream_project_id, upstream_role, downstream_company_id, downstream_project_id,
                 downstream_role, state, upstream_company_name, upstream_project_name, requested_by, requested_at, expires_at, approved_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, 'x', 'x', $9, $10, $10, $11)",
            args![
                site.app.environment.id::<Uuid>(),
                up.0,
                up.1,
                live.then_some("upstream"),
                down.0,
                down.1,
                holds.then_some("downstream"),
                state,
                by,
                now,
                live.then_some(now)
            ],
        )
        .await?;
    tx.commit().await?;
    Ok(touched)
}

/// What was there before people got templates, tokens and messages of their own is there afterwards.
#[tokio::test]
async fn rel_06_people_migrate_with_what_they_have() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::sqlite(&folder.path().join("sluice.db")).unwrap();
    migrate::run_below(&db, 6).await.unwrap();
    let [harbor, ines, tower, letter] = [1_u128, 2, 3, 4].map(Uuid::from_u128);
    for (statement, args) in [
        ("insert into company (id, name, created_at) values ($1, 'Harbor Builders', 1)", args![harbor]),
        ("insert into person (id, email, name, created_at) values ($1, 'ines@harbor.example', 'Ines', 1)", args![ines]),
        (
            "insert into directory_entry (company_id, person_id, employee, status, created_at) values ($1, $2, true, 'active', 1)",
            args![harbor, ines],
        ),
        (
            "insert into project (id, company_id, name, created_by, created_at) values ($1, $2, 'Harbor Tower', $3, 1)",
            args![tower, harbor, ines],
        ),
        (
            "insert into member (project_id, company_id, person_id, levels, created_at) values ($1, $2, $3, 'drawings=admin', 1)",
            args![tower, harbor, ines],
        ),
        (
            "insert into message (id, person_id, company_id, project_id, kind, facts, in_app, created_at, mail_state)
             values ($1, $2, $3, $4, 'distributed', 'count=2', true, 5, 'waiting')",
            args![letter, ines, harbor, tower],
        ),
    ] {
        assert_eq!(sql::run(&db, statement, args).await, 1, "{statement}");
    }
    migrate::run(&db).await.unwrap();
    let templates: Vec<String> =
        sql::values(&db, "select name as value from permission_template order by name", args![]).await;
    assert_eq!(
        templates,
        ["Architect or engineer", "Owner", "Project manager", "Subcontractor", "Superintendent"]
    );
    let ids: Vec<Uuid> = sql::values(&db, "select id as value from permission_template", args![]).await;
    assert!(ids.iter().all(|id| id.get_version_num() == 7), "{ids:?}");
    // They say what a new company begins with.
    let mut read = db.read().await.unwrap();
    for one in template::of_company(&mut read, CompanyId(harbor)).await.unwrap() {
        let default = DEFAULTS.iter().find(|default| default.name == one.name).unwrap();
        assert_eq!(one.rights(), default.rights(), "{}", one.name);
    }
    let member = project::member(&mut read, ProjectId(tower), PersonId(ines)).await.unwrap().unwrap();
    assert!(member.template_id.is_none() && !member.overridden && !member.service);
    let tower = project::get(&mut read, ProjectId(tower)).await.unwrap().unwrap();
    assert_eq!((tower.time_zone.as_str(), tower.stage), ("UTC", None));
    let letter = message::outgoing(&mut read, letter.into()).await.unwrap().unwrap();
    assert_eq!((letter.facts.as_str(), letter.company_id), ("count=2", Some(CompanyId(harbor))));
    drop(read);
    db.close().await;
}

on_both! {
    async fn every_statement_is_sound(site: Site) {
        let mut unsound = vec![];
        for (place, statement) in statements() {
            // One session each: a statement that fails must not spoil the next.
            let mut tx = site.app.db.begin().await.unwrap();
            if let Err(error) = tx.prepare(&statement).await {
                let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
                unsound.push(format!("{place}: {error}: {cause}\n    {statement}"));
            }
        }
        assert!(unsound.is_empty(), "{}", unsound.join("\n"));
        site.close().await;
    }

    async fn con_10_the_database_refuses_what_the_rules_refuse(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let (sierra, gil) = company(&site, "Sierra Glass", "Gil Soto", "gil@sierra.example").await;
        let glass = world::project(&gil, sierra, "Glass", "").await;
        let by = world.maria.id();
        let (up, down, third) = ((world.harbor, world.tower), (world.delta, world.site), (sierra, glass));
        let conflict = async |up, down, state| write(&site, up, down, state, by).await.map_err(|error| error.conflict());
        // Its own company, also under another company's id.
        let own = (world.delta, world.another_site("Yard").await);
        assert_eq!(conflict(own, down, "requested").await, Err(Some(Conflict::Reference)));
        assert_eq!(conflict((world.harbor, own.1), down, "requested").await, Err(Some(Conflict::Reference)));
        // The first is taken; a second upstream, in any state that counts, is not.
        assert_eq!(conflict(up, down, "connected").await, Ok(1));
        for state in ["requested", "connected", "disconnected"] {
            assert_eq!(conflict(third, down, state).await, Err(Some(Conflict::OneUpstream)), "{state}");
        }
        assert_eq!(conflict(third, down, "withdrawn").await, Ok(1));
        // A chain, at either end.
        assert!(conflict(down, third, "connected").await.is_err());
        assert!(conflict(third, up, "requested").await.is_err());
        // A project cannot change its role while a connection stands on it.
        let flip = "update project_role set role = 'upstream' where project_id = $1";
        assert!(sql::try_run(&site.app.db, flip, args![world.site]).await.is_err());
        assert!(sql::try_run(&site.app.db, "delete from project_role where project_id = $1", args![world.site]).await.is_err());
        // States that the roles and approvals do not fit.
        let bare = "update connection set state = 'declined' where state = 'connected'";
        assert!(sql::try_run(&site.app.db, bare, args![]).await.is_err());
        site.close().await;
    }

    async fn con_10_a_released_role_can_be_taken_in_the_other_direction(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let request = id(&world.ask().await.expect(201));
        let roles = async || -> Vec<String> {
            let role = "select role as value from project_role where project_id = $1";
            sql::values(&site.app.db, role, args![ProjectId(world.site)]).await
        };
        assert_eq!(roles().await, ["downstream"]);
        world.maria.does(&format!("/connections/{request}/withdraw"), sluice_testkit::json!({})).await.expect(200);
        assert!(roles().await.is_empty());
        becomes_upstream(&site, &world).await;
        assert_eq!(roles().await, ["upstream"]);
        site.close().await;
    }

    async fn a_transaction_that_is_dropped_leaves_nothing(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let mut tx = site.app.db.begin().await.unwrap();
        tx.run("update company set name = 'Nobody' where id = $1", args![world.harbor]).await.unwrap();
        drop(tx);
        let name: String = sql::value(&site.app.db, "select name as value from company where id = $1", args![world.harbor]).await;
        assert_eq!(name, "Harbor Builders");
        site.close().await;
    }
}
