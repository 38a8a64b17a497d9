//! Compare and repair (SEE-06, REL-04): damaged copies are found and mended, and nothing that is sound is touched.

use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::SignedDuration;
use sluice_app::flow::{Answer, Digested, Offer, ThisInstallation, Upstream, repair_with};
use sluice_app::{Result, upkeep};
use sluice_domain::ConnectionId;
use sluice_domain::feed::Kind;
use sluice_domain::permission::Tool;
use sluice_store::args;
use sluice_store::connection::ConnectionRow;
use sluice_testkit::seed::{self, Sheet};
use sluice_testkit::world::{Volt, set_levels};
use sluice_testkit::{Person, Site, Value, World, json, on_both, sql};
use uuid::Uuid;

/// Connected, eight sheets copied and published here, then a further revision and two new sheets that wait.
async fn flowing(site: &Site) -> (World, Uuid) {
    let world = World::harbor_and_delta(site).await;
    seed::published(&site.app, &world.erik, world.tower, &Sheet::many(8)).await;
    let connection = world.connected().await;
    site.run_until_idle().await;
    let all = json!({"all": true, "distribute": false});
    world.maria.does(&format!("/projects/{}/publications", world.site), all).await.expect(200);
    let later = [
        Sheet::new("A-0001", "PLAN OF PART 1", "1"),
        Sheet::new("X-100", "NEW", "0"),
        Sheet::new("X-101", "NEWER", "0"),
    ];
    seed::published(&site.app, &world.erik, world.tower, &later).await;
    site.run_until_idle().await;
    (world, connection)
}

/// Everything of the copies that came from upstream, and what people here made of it.
async fn copies(site: &Site, connection: Uuid) -> Vec<String> {
    let text = |column: &str| {
        if site.is_postgres() { format!("encode({column}, 'hex')") } else { format!("lower(hex({column}))") }
    };
    let statement = format!(
        "select d.number || '|' || d.sort_key || '|' || d.title || '|' || cast(d.obsolete as text) || '|'
             || cast(coalesce(d.deleted_upstream_at, 0) as text) || '|' || a.name || '|' || a.description || '|' || i.name || '|'
             || r.revision || '|' || coalesce(r.drawing_date, '') || '|' || coalesce(r.received_date, '') || '|'
             || cast(coalesce(r.manual_order, 0) as text) || '|' || r.status || '|' || {} || '|' || cast(r.byte_count as text) || '|'
             || cast(r.upstream_published_at as text) || '|' || s.name || '|' || coalesce(s.set_date, '') || '|'
             || case when d.current_revision_id = r.id then 'current' else '' end || case when d.top_revision_id = r.id then 'top' else '' end
             || '|' || cast(d.upstream_version as text) || '|' || cast(r.upstream_version as text)
             || case when exists (select 1 from blob_reference b join project p on p.company_id = b.company_id
                                   where p.id = d.project_id and b.sha256 = r.sha256) then '|held' else '' end
             || case when exists (select 1 from preview v join project p on p.company_id = v.company_id
                                   where p.id = d.project_id and v.sha256 = r.sha256) then '|pictured' else '' end as value
           from drawing_revision r join drawing d on d.id = r.drawing_id join drawing_area a on a.id = d.area_id
           join discipline i on i.id = d.discipline_id join drawing_set s on s.id = r.set_id
          where r.connection_id = $1 order by d.number, r.revision",
        text("r.sha256")
    );
    sql::values(&site.app.db, statement.leak(), args![connection]).await
}

async fn ask(person: &Person, connection: Uuid) -> sluice_testkit::Answer {
    person.does(&format!("/connections/{connection}/repair"), json!({})).await
}

/// The last comparison, as one side sees it.
async fn last(person: &Person, connection: Uuid) -> Value {
    person.get(&format!("/connections/{connection}")).await.expect(200)["tools"]["drawings"]["comparison"]
        .clone()
}

fn found(comparison: &Value) -> (i64, i64, i64, i64) {
    let number = |field: &str| comparison[field].as_i64().unwrap_or_else(|| panic!("{field}: {comparison}"));
    (number("missing"), number("changed"), number("unknown"), number("repaired"))
}

async fn compare(site: &Site, world: &World, connection: Uuid) -> Value {
    ask(&world.ines, connection).await.expect(200);
    site.run_until_idle().await;
    let seen = last(&world.ines, connection).await;
    assert_eq!(seen, last(&world.maria, connection).await, "both sides see the same");
    assert_eq!(seen["state"], "done", "{seen}");
    seen
}

/// Damages the copy of a sheet, past all rules.
async fn damage(site: &Site, connection: Uuid, statement: &'static str, number: &str) {
    let touched = sql::run(&site.app.db, statement, args![connection, number]).await;
    assert!(touched > 0, "{statement} damages something");
}

on_both! {
    async fn see_06_rel_04_damaged_copies_are_found_and_repaired(site: Site) {
        let (world, connection) = flowing(&site).await;
        let sound = copies(&site, connection).await;
        assert_eq!(sound.len(), 11);
        assert_eq!(found(&compare(&site, &world, connection).await), (0, 0, 0, 0), "sound copies are alike");
        for (statement, number) in [
            // Fields.
            ("update drawing set title = 'WRONG' where connection_id = $1 and number = $2", "A-0006"),
            ("update drawing set sort_key = 'zzz' where connection_id = $1 and number = $2", "S-0002"),
            ("update drawing set obsolete = true, deleted_upstream_at = 5 where connection_id = $1 and number = $2", "M-0003"),
            ("update drawing_revision set drawing_date = '1999-01-01', received_date = null, manual_order = 7
               where drawing_id in (select id from drawing where connection_id = $1 and number = $2)", "E-0004"),
            ("update drawing_revision set revision = 'ZZ', upstream_published_at = 5, deleted_at = 7
               where drawing_id in (select id from drawing where connection_id = $1 and number = $2)", "P-0005"),
            // The bytes of another sheet.
            ("update drawing_revision set byte_count = 1, sha256 = (select x.sha256 from drawing_revision x join drawing d on d.id = x.drawing_id
                where d.connection_id = $1 and d.number = 'E-0004')
               where drawing_id in (select id from drawing where connection_id = $1 and number = $2)", "S-0007"),
            // A version that no correction could ever overtake.
            ("update drawing set title = 'STUCK', upstream_version = 9000 where connection_id = $1 and number = $2", "M-0008"),
            // The wrong order: an older revision on top.
            ("update drawing set current_revision_id = null, top_revision_id = current_revision_id where connection_id = $1 and number = $2", "A-0001"),
            // A lost row, and a lost drawing with its rows.
            ("delete from drawing_revision where drawing_id in (select id from drawing where connection_id = $1 and number = $2)", "X-100"),
            ("delete from drawing_revision where drawing_id in (select id from drawing where connection_id = $1 and number = $2)", "X-101"),
            ("delete from drawing_event where drawing_id in (select id from drawing where connection_id = $1 and number = $2)", "X-101"),
            ("delete from drawing where connection_id = $1 and number = $2", "X-101"),
        ] {
            damage(&site, connection, statement, number).await;
        }
        for statement in [
            "update drawing_set set name = 'Wrong Set', set_date = null where connection_id = $1",
            "update drawing_area set name = 'Wrong', description = 'Wrong' where connection_id = $1",
        ] {
            sql::run(&site.app.db, statement, args![connection]).await;
        }
        // The company's own holds on the bytes and their pictures.
        let bytes = Sheet::many(6)[5].sha256();
        sql::run(&site.app.db, "delete from blob_reference where company_id = $1 and sha256 = $2", args![world.delta, bytes]).await;
        let picture = Sheet::many(2)[1].sha256();
        sql::run(&site.app.db, "delete from preview where company_id = $1 and sha256 = $2", args![world.delta, picture]).await;
        assert_ne!(copies(&site, connection).await, sound);

        let seen = compare(&site, &world, connection).await;
        // X-100's revision; X-101 and its revision. Four drawings, five revisions (one for its hold, one for its picture), an order, a set, an area.
        let (missing, changed, unknown, repaired) = found(&seen);
        assert_eq!((missing, unknown, repaired), (3, 0, missing + changed), "{seen}");
        assert!(changed >= 12, "{seen}");
        assert_eq!(copies(&site, connection).await, sound, "as before, and what was published here still is");
        assert_eq!((seen["by"].as_str(), seen["by_company"].as_str()), (Some("Ines Ortega"), Some("Harbor Builders")));
        // It stands in the history of both, and the next one finds nothing.
        for person in [&world.ines, &world.maria] {
            let history = person.items(&format!("/connections/{connection}/history?order=newest")).await;
            let entry = history.iter().find(|item| item["kind"] == "repair").unwrap();
            assert_eq!((entry["repair"]["repaired"].as_i64(), entry["repair"]["complete"].as_bool()), (Some(repaired), Some(true)));
        }
        assert_eq!(found(&compare(&site, &world, connection).await), (0, 0, 0, 0));
        site.close().await;
    }

    async fn see_06_a_copy_that_upstream_does_not_know_stays_and_is_counted(site: Site) {
        let (world, connection) = flowing(&site).await;
        let sound = copies(&site, connection).await;
        let stray: Uuid = site.app.environment.id();
        let lost = "update drawing set upstream_id = $2 where connection_id = $1 and number = 'S-0002'";
        sql::run(&site.app.db, lost, args![connection, stray]).await;
        let seen = compare(&site, &world, connection).await;
        let (missing, _, unknown, _) = found(&seen);
        assert_eq!((missing, unknown), (1, 1), "{seen}");
        // The sheet is whole again under its own id; the row that nobody knows is not erased (FLO-10).
        assert_eq!(copies(&site, connection).await, sound);
        let rows = "select count(*) as value from drawing where connection_id = $1 and number = 'S-0002'";
        assert_eq!(site.count(rows, args![connection]).await, 2);
        site.close().await;
    }

    async fn see_06_what_waits_here_or_is_deleted_upstream_is_no_difference(site: Site) {
        let (world, connection) = flowing(&site).await;
        let upstream = async |number: &str| world.erik.items(&format!("/projects/{}/drawings?q={number}", world.tower)).await[0].clone();
        // A title that waits for its revision (DRF-04), a revision and a drawing deleted upstream (FLO-10), a copy that is not to be built from here
        // (DRF-08).
        let sheets = [Sheet::new("A-0006", "NOBODY KNOWS YET", "1"), Sheet::new("S-0002", "GONE AGAIN", "1")];
        seed::published(&site.app, &world.erik, world.tower, &sheets).await;
        site.run_until_idle().await;
        let gone = upstream("S-0002").await["revision"]["id"].as_str().unwrap().to_owned();
        world.erik.delete(&format!("/drawing-revisions/{gone}")).await.expect(204);
        world.erik.delete(&format!("/drawings/{}", sluice_testkit::person::id(&upstream("M-0003").await))).await.expect(204);
        site.run_until_idle().await;
        let copy = sluice_testkit::person::id(&world.arrived("q=E-0004").await[0]);
        world.maria.put(&format!("/drawings/{copy}/obsolete-here"), json!({})).await.expect(200);
        let shown = world.flor.items(&format!("/projects/{}/drawings?q=A-0006", world.site)).await[0]["title"].clone();
        assert_ne!(shown, "NOBODY KNOWS YET");
        let before = copies(&site, connection).await;
        assert_eq!(found(&compare(&site, &world, connection).await), (0, 0, 0, 0));
        assert_eq!(copies(&site, connection).await, before);
        site.close().await;
    }

    async fn see_06_what_is_on_its_way_is_no_difference(site: Site) {
        let (world, connection) = flowing(&site).await;
        seed::published(&site.app, &world.erik, world.tower, &[Sheet::new("X-200", "FRESH", "0")]).await;
        assert_eq!(found(&compare(&site, &world, connection).await), (0, 0, 0, 0));
        assert_eq!(world.arrived("q=X-200").await.len(), 1, "it arrived by the ordinary way");
        // Changed upstream, and copied, between looking at one side and at the other.
        let editing = Between::new(&site, {
            let (app, erik) = (site.app.clone(), world.erik.clone());
            let drawing = world.erik.items(&format!("/projects/{}/drawings?q=A-0006", world.tower)).await[0]["id"].clone();
            move || {
                let (app, erik, drawing) = (app.clone(), erik.clone(), drawing.clone());
                async move {
                    erik.patch(&format!("/drawings/{}", drawing.as_str().unwrap()), json!({"title": "CORRECTED"})).await.expect(200);
                    sluice_app::flow::reconcile_with(&app, &ThisInstallation::new(app.clone()), ConnectionId(connection)).await.map(drop)
                }
            }
        });
        ask(&world.maria, connection).await.expect(200);
        repair_with(&site.app, &editing, ConnectionId(connection)).await.unwrap();
        assert_eq!(found(&last(&world.maria, connection).await), (0, 0, 0, 0));
        assert_eq!(world.arrived("q=A-0006").await[0]["title"], "CORRECTED");
        site.close().await;
    }

    async fn see_06_dis_04_refused_unless_connected_and_stopped_when_it_ends(site: Site) {
        let (world, connection) = flowing(&site).await;
        let volt = Volt::on(&site, &world, json!({"drawings": "admin", "connection_manager": "admin"})).await;
        ask(&volt.vera, connection).await.refused("not_found", 404);
        set_levels(&world.diego, world.site, &world.maria, json!({"connection_manager": "standard"})).await;
        ask(&world.maria, connection).await.refused("needs_level", 403);
        set_levels(&world.diego, world.site, &world.maria, sluice_testkit::world::manager()).await;
        // Paused: nothing of upstream may be looked at now.
        let tower = format!("/projects/{}", world.tower);
        world.ines.patch(&tower, json!({"active": false})).await.expect(200);
        ask(&world.ines, connection).await.refused("connection_paused", 409);
        world.ines.patch(&tower, json!({"active": true})).await.expect(200);
        site.run_until_idle().await;
        let waiting = world.another_site("Delta East").await;
        let request = sluice_testkit::person::id(&sluice_testkit::world::ask(&world.maria, waiting, world.tower).await.expect(201));
        ask(&world.maria, request).await.refused("connection_not_in_state", 409);
        // It ends while the comparison has its answer in hand: nothing is written any more.
        damage(&site, connection, "update drawing set title = 'WRONG' where connection_id = $1 and number = $2", "A-0006").await;
        let damaged = copies(&site, connection).await;
        let ending = Between::new(&site, {
            let world = world.clone();
            move || {
                let world = world.clone();
                async move {
                    world.disconnect(connection).await;
                    Ok(())
                }
            }
        });
        ask(&world.maria, connection).await.expect(200);
        repair_with(&site.app, &ending, ConnectionId(connection)).await.unwrap();
        assert_eq!(copies(&site, connection).await, damaged);
        assert_eq!(last(&world.maria, connection).await["state"], "stopped");
        ask(&world.ines, connection).await.refused("connection_not_in_state", 409);
        site.run_until_idle().await;
        assert_eq!(copies(&site, connection).await, damaged);
        site.close().await;
    }

    async fn see_06_every_connection_is_compared_at_night(site: Site) {
        let (world, connection) = flowing(&site).await;
        let volt = Volt::on(&site, &world, json!({"drawings": "read_only"})).await;
        let other = volt.connected(&world).await;
        site.run_until_idle().await;
        upkeep::begin(&site.app).await.unwrap();
        let rows = "select count(*) as value from repair where connection_id = $1 and nightly";
        for night in 0..3 {
            site.later(SignedDuration::from_hours(24)).await;
            if night == 0 {
                // Spread: not all at the same moment.
                let distinct = "select count(distinct run_at) as value from job where kind = 'repair'";
                let waiting = site.count(distinct, args![]).await;
                let done = site.count(rows, args![connection]).await + site.count(rows, args![other]).await;
                assert_eq!(waiting + done, 2, "{waiting} wait, {done} done");
            }
            site.later(SignedDuration::from_hours(4)).await;
            // Nights without news leave one line, not one each.
            assert_eq!(site.count(rows, args![connection]).await, 1);
            assert_eq!(site.count(rows, args![other]).await, 1);
        }
        assert_eq!(last(&volt.vera, other).await["nightly"], true);
        let sound = copies(&site, connection).await;
        damage(&site, connection, "update drawing set title = 'WRONG' where connection_id = $1 and number = $2", "A-0006").await;
        site.later(SignedDuration::from_hours(24)).await;
        site.later(SignedDuration::from_hours(4)).await;
        assert_eq!(copies(&site, connection).await, sound);
        assert_eq!(found(&last(&world.maria, connection).await), (0, 1, 0, 1));
        // The one that found something stays in the history when the next finds nothing.
        site.later(SignedDuration::from_hours(24)).await;
        site.later(SignedDuration::from_hours(4)).await;
        let history = world.maria.items(&format!("/connections/{connection}/history")).await;
        let changed: Vec<i64> =
            history.iter().filter(|item| item["kind"] == "repair").map(|item| item["repair"]["changed"].as_i64().unwrap()).collect();
        assert_eq!(changed, [1, 0]);
        site.close().await;
    }

    async fn flo_12_repair_tries_parked_records_at_once(site: Site) {
        let (world, connection) = flowing(&site).await;
        // A record that did not fit, as `exactly_once` makes one: its row was lost, and it waits for its next try.
        let record = "select upstream_id as value from drawing_revision where drawing_id in (select id from drawing where connection_id = $1 and number = 'X-100')";
        let record: Uuid = sql::value(&site.app.db, record, args![connection]).await;
        damage(&site, connection, "delete from drawing_revision where drawing_id in (select id from drawing where connection_id = $1 and number = $2)", "X-100").await;
        let parked = "insert into parked_record (connection_id, kind, record_id, code, detail, attempts, parked_at, retry_at)
                      values ($1, 'revision', $2, 'conflict', 'did not fit', 3, $3, $4)";
        let now = site.clock.now();
        sql::run(&site.app.db, parked, args![connection, record, now, now + SignedDuration::from_hours(5)]).await;
        assert_eq!(world.seen(connection).await["tools"]["drawings"]["attention"].as_array().unwrap().len(), 1);
        site.run_until_idle().await;
        assert_eq!(world.arrived("q=X-100").await.len(), 0, "before its time it is left alone");
        compare(&site, &world, connection).await;
        assert_eq!(world.seen(connection).await["tools"]["drawings"]["attention"], json!([]));
        assert_eq!(world.arrived("q=X-100").await.len(), 1);
        site.close().await;
    }
}

/// An upstream at which something happens once, after its digests were read.
struct Between<F> {
    inner: ThisInstallation,
    done: AtomicBool,
    then: F,
}

impl<F> Between<F> {
    fn new(site: &Site, then: F) -> Self {
        Self { inner: ThisInstallation::new(site.app.clone()), done: AtomicBool::new(false), then }
    }
}

impl<F, W> Upstream for Between<F>
where
    F: Fn() -> W + Send + Sync,
    W: Future<Output = Result<()>> + Send,
{
    async fn entries(
        &self,
        connection: &ConnectionRow,
        tool: Tool,
        after: i64,
        limit: i64,
    ) -> Result<Answer> {
        self.inner.entries(connection, tool, after, limit).await
    }

    async fn present(
        &self,
        connection: &ConnectionRow,
        tool: Tool,
        records: &[(Kind, Uuid)],
    ) -> Result<Vec<Offer>> {
        self.inner.present(connection, tool, records).await
    }

    async fn placed(
        &self,
        connection: &ConnectionRow,
        tool: Tool,
        records: &[Uuid],
    ) -> Result<Vec<(i64, Offer)>> {
        self.inner.placed(connection, tool, records).await
    }

    async fn numbered(&self, connection: &ConnectionRow, sort_key: &str) -> Result<Vec<Offer>> {
        self.inner.numbered(connection, sort_key).await
    }

    async fn digests(
        &self,
        connection: &ConnectionRow,
        tool: Tool,
        after: i64,
        limit: i64,
    ) -> Result<(Vec<Digested>, i64)> {
        let digests = self.inner.digests(connection, tool, after, limit).await?;
        if !self.done.swap(true, Ordering::SeqCst) {
            (self.then)().await?;
        }
        Ok(digests)
    }
}
