//! Every entry takes effect exactly once, whatever fails in between (FLO-01 … FLO-03, FLO-12, DIS-04).
//!
//! Rows and position are saved together. These tests fail when somebody saves the position in a transaction of its own: a fault at either
//! of the two leaves the other standing alone, and [`consistent`] sees it.
//!
//! Long because: each upstream that misbehaves answers everything an upstream can be asked.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use jiff::SignedDuration;
use sluice_app::flow::{Answer, Content, Digested, Offer, ThisInstallation, Upstream, reconcile_with};
use sluice_app::{App, Error, Result, projects};
use sluice_domain::feed::Kind;
use sluice_domain::permission::Tool;
use sluice_domain::{ConnectionId, ProjectId};
use sluice_store::connection::ConnectionRow;
use sluice_store::{Sha256, args};
use sluice_testkit::copied::{COPIED, POSITION, ROWS, check};
use sluice_testkit::seed::{self, Sheet};
use sluice_testkit::{Site, World, json, on_both, sql};
use tokio::sync::Barrier;
use uuid::Uuid;

/// Rows and position, which tell the same as everything else.
async fn consistent(site: &Site, connection: Uuid) -> (i64, i64) {
    check(&site.app.db, connection).await.unwrap()
}

/// Connected, with so many sheets waiting, nothing copied, and no work scheduled but by the test itself.
async fn waiting(site: &Site, sheets: usize) -> (World, Uuid) {
    let world = World::harbor_and_delta(site).await;
    seed::published(&site.app, &world.erik, world.tower, &Sheet::many(sheets)).await;
    let connection = world.connected().await;
    sql::run(&site.app.db, "delete from job where kind = 'reconcile'", args![]).await;
    (world, connection)
}

async fn reconcile(app: &App, connection: Uuid) -> Result<()> {
    reconcile_with(app, &ThisInstallation::new(app.clone()), ConnectionId(connection)).await.map(drop)
}

/// An upstream that says there is nothing.
struct Silent;

impl Upstream for Silent {
    async fn entries(&self, _: &ConnectionRow, _: Tool, after: i64, _: i64) -> Result<Answer> {
        Ok(Answer::Entries { offers: vec![], read_to: after, more: false })
    }

    async fn present(&self, _: &ConnectionRow, _: Tool, _: &[(Kind, Uuid)]) -> Result<Vec<Offer>> {
        Ok(vec![])
    }

    async fn digests(&self, _: &ConnectionRow, _: Tool, after: i64, _: i64) -> Result<(Vec<Digested>, i64)> {
        Ok((vec![], after))
    }

    async fn placed(&self, _: &ConnectionRow, _: Tool, _: &[Uuid]) -> Result<Vec<(i64, Offer)>> {
        Ok(vec![])
    }

    async fn numbered(&self, _: &ConnectionRow, _: &str) -> Result<Vec<Offer>> {
        Ok(vec![])
    }
}

/// An upstream that does something just before it hands out what it has read: a stale answer, as after a long pause of this process.
struct Between<F> {
    inner: ThisInstallation,
    call: AtomicUsize,
    then: F,
}

impl<F> Between<F> {
    fn new(app: &App, then: F) -> Self {
        Self { inner: ThisInstallation::new(app.clone()), call: AtomicUsize::new(0), then }
    }
}

impl<F, W> Upstream for Between<F>
where
    F: Fn(usize) -> W + Send + Sync,
    W: Future<Output = Result<()>> + Send,
{
    async fn entries(
        &self,
        connection: &ConnectionRow,
        tool: Tool,
        after: i64,
        limit: i64,
    ) -> Result<Answer> {
        let answer = self.inner.entries(connection, tool, after, limit).await?;
        (self.then)(self.call.fetch_add(1, Ordering::SeqCst)).await?;
        Ok(answer)
    }

    async fn present(
        &self,
        connection: &ConnectionRow,
        tool: Tool,
        records: &[(Kind, Uuid)],
    ) -> Result<Vec<Offer>> {
        self.inner.present(connection, tool, records).await
    }

    async fn digests(
        &self,
        connection: &ConnectionRow,
        tool: Tool,
        after: i64,
        limit: i64,
    ) -> Result<(Vec<Digested>, i64)> {
        self.inner.digests(connection, tool, after, limit).await
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
}

/// Polls a future so many times and then drops it, as a process that dies between two awaits.
struct Mortal<F> {
    work: Pin<Box<F>>,
    polls: usize,
}

impl<F: Future> Future for Mortal<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if self.polls == 0 {
            return Poll::Ready(None);
        }
        self.polls -= 1;
        self.work.as_mut().poll(context).map(Some)
    }
}

/// Makes every write of a kind fail, and lets it work again.
pub(crate) async fn fault(site: &Site, table: &str, when: &str) {
    let trigger: Vec<String> = if site.is_postgres() {
        vec![
            "create or replace function injected() returns trigger language plpgsql as $$ begin raise exception 'injected'; end $$".into(),
            format!("create trigger injected before {when} on {table} for each row execute function injected()"),
        ]
    } else {
        vec![format!(
            "create trigger injected before {when} on {table} begin select raise(abort, 'injected'); end"
        )]
    };
    for statement in trigger {
        sql::run(&site.app.db, statement.leak(), args![]).await;
    }
}

pub(crate) async fn mend(site: &Site, table: &str) {
    let drop = if site.is_postgres() {
        format!("drop trigger injected on {table}")
    } else {
        "drop trigger injected".to_owned()
    };
    sql::run(&site.app.db, drop.leak(), args![]).await;
}

on_both! {
    async fn flo_01_a_fault_at_the_position_takes_the_rows_back_and_the_other_way_round(site: Site) {
        let (_, connection) = waiting(&site, 20).await;
        for (table, when) in [
            ("connection_tool", "update of position"),
            ("drawing_revision", "insert"),
            ("drawing", "insert"),
            ("blob_reference", "insert"),
            ("delivery", "insert"),
        ] {
            fault(&site, table, when).await;
            // Whether it fails, parks or goes on: nothing may stand half.
            let outcome = reconcile(&site.app, connection).await;
            mend(&site, table).await;
            assert!(outcome.is_err(), "a fault of the database at {table} is a fault, not a record that does not fit");
            assert_eq!(consistent(&site, connection).await, (0, 0), "{table}");
        }
        reconcile(&site.app, connection).await.unwrap();
        assert_eq!(consistent(&site, connection).await.0, 20);
        // The message about the first copy is part of it too.
        site.run_until_idle().await;
        let told = "select count(*) as value from message where kind = 'first_copy_complete'";
        assert_eq!(site.count(told, args![]).await, 2, "one for each Drawings Admin");
        site.close().await;
    }

    async fn the_check_notices_a_position_saved_on_its_own(site: Site) {
        let (_, connection) = waiting(&site, 20).await;
        // What a process leaves that saves the position first and dies before the rows …
        let ahead = "update connection_tool set position = 30 where connection_id = $1";
        sql::run(&site.app.db, ahead, args![connection]).await;
        assert!(check(&site.app.db, connection).await.is_err());
        // … and what one leaves that saves the rows first.
        sql::run(&site.app.db, "update connection_tool set position = 0 where connection_id = $1", args![connection]).await;
        reconcile(&site.app, connection).await.unwrap();
        consistent(&site, connection).await;
        sql::run(&site.app.db, "update connection_tool set position = 0 where connection_id = $1", args![connection]).await;
        assert!(check(&site.app.db, connection).await.is_err());
        // Applied again from there, the copies stay single all the same.
        reconcile(&site.app, connection).await.unwrap();
        assert_eq!(site.count(ROWS, args![connection]).await, 20);
        site.close().await;
    }

    async fn flo_02_an_upstream_that_fails_is_asked_again_from_where_it_was(site: Site) {
        let (_, connection) = waiting(&site, 700).await;
        let mut seen = 0;
        for fails_at in [0, 1, 1, 0, 2, 9] {
            let flaky = Between::new(&site.app, move |call| async move {
                if call == fails_at { Err(Error::fault("the line is down")) } else { Ok(()) }
            });
            let outcome = reconcile_with(&site.app, &flaky, ConnectionId(connection)).await;
            let (rows, _) = consistent(&site, connection).await;
            assert!(rows >= seen, "what was copied stays");
            seen = rows;
            assert!(outcome.is_ok() || rows < 700 || fails_at < 9, "{rows} rows, fault at call {fails_at}");
        }
        assert_eq!(seen, 700);
        site.close().await;
    }

    async fn flo_05_nothing_arrives_but_through_the_interface(site: Site) {
        let (world, connection) = waiting(&site, 3).await;
        reconcile_with(&site.app, &Silent, ConnectionId(connection)).await.unwrap();
        assert_eq!(consistent(&site, connection).await.0, 0, "what is upstream is in the same database, and nobody looks");
        reconcile(&site.app, connection).await.unwrap();
        assert_eq!((consistent(&site, connection).await.0, world.arrived("").await.len()), (3, 3));
        site.close().await;
    }

    async fn flo_01_dropped_between_any_two_awaits(site: Site) {
        let (_, connection) = waiting(&site, 300).await;
        // SQLite's statements wait for nothing: there the upstream's answers are where it can be dropped. Killed in between it is by `crash`.
        let upstream = Between::new(&site.app, |_| async {
            tokio::task::yield_now().await;
            Ok(())
        });
        let stride = if site.app.db.engine() == "sqlite" { 1 } else { 3 };
        let mut drops = 0;
        for polls in 1.. {
            let work = Box::pin(reconcile_with(&site.app, &upstream, ConnectionId(connection)));
            let done = Mortal { work, polls: polls * stride }.await;
            consistent(&site, connection).await;
            if let Some(done) = done {
                done.unwrap();
                break;
            }
            drops += 1;
        }
        assert!(drops >= 2, "it died {drops} times on the way");
        assert_eq!(consistent(&site, connection).await.0, 300);
        site.close().await;
    }

    async fn flo_01_a_stale_batch_counts_nothing(site: Site) {
        let (_, connection) = waiting(&site, 300).await;
        let other = site.second().await;
        // While this process holds the first batch in its hands, another one copies everything.
        let stale = Between::new(&site.app, |call| {
            let other = other.clone();
            async move { if call == 0 { reconcile(&other, connection).await } else { Ok(()) } }
        });
        reconcile_with(&site.app, &stale, ConnectionId(connection)).await.unwrap();
        assert_eq!(consistent(&site, connection).await.0, 300);
        let told = "select count(*) as value from message where kind = 'first_copy_complete'";
        assert_eq!(site.count(told, args![]).await, 2);
        other.db.close().await;
        site.close().await;
    }

    async fn flo_01_many_workers_at_once(site: Site) {
        let (_, connection) = waiting(&site, 400).await;
        let other = site.second().await;
        let barrier = std::sync::Arc::new(Barrier::new(4));
        let workers = [&site.app, &other, &site.app, &other].map(|app| {
            let (app, barrier) = (app.clone(), std::sync::Arc::clone(&barrier));
            tokio::spawn(async move {
                barrier.wait().await;
                reconcile(&app, connection).await
            })
        });
        for worker in workers {
            worker.await.unwrap().unwrap();
        }
        assert_eq!(consistent(&site, connection).await.0, 400);
        let told = "select count(*) as value from message where kind = 'first_copy_complete'";
        assert_eq!(site.count(told, args![]).await, 2);
        other.db.close().await;
        site.close().await;
    }

    async fn flo_03_published_while_the_first_copy_runs(site: Site) {
        let (world, connection) = waiting(&site, 400).await;
        // Between the batches Harbor publishes a further sheet, a further revision, and edits one that was copied already.
        let app = site.app.clone();
        let erik = world.erik.clone();
        let tower = world.tower;
        let busy = Between::new(&site.app, move |call| {
            let (app, erik) = (app.clone(), erik.clone());
            async move {
                if call < 2 {
                    let sheets = [Sheet::new(&format!("Q-{call}"), "MEANWHILE", "0"), Sheet::new("A-0001", "PLAN OF PART 1", &format!("{}", call + 1))];
                    seed::published(&app, &erik, tower, &sheets).await;
                }
                Ok(())
            }
        });
        reconcile_with(&site.app, &busy, ConnectionId(connection)).await.unwrap();
        assert_eq!(consistent(&site, connection).await.0, 404);
        assert_eq!(world.arrived("limit=1000").await.len(), 402);
        site.close().await;
    }

    async fn dis_04_a_batch_commits_nothing_once_it_is_over_or_paused(site: Site) {
        let (world, connection) = waiting(&site, 50).await;
        let tower = format!("/projects/{}", world.tower);
        let pausing = Between::new(&site.app, |_| {
            let (ines, tower) = (world.ines.clone(), tower.clone());
            async move {
                ines.patch(&tower, json!({"active": false})).await.expect(200);
                Ok(())
            }
        });
        reconcile_with(&site.app, &pausing, ConnectionId(connection)).await.unwrap();
        assert_eq!(consistent(&site, connection).await, (0, 0));
        world.ines.patch(&tower, json!({"active": true})).await.expect(200);
        let ending = Between::new(&site.app, |_| {
            let world = world.clone();
            async move {
                world.disconnect(connection).await;
                Ok(())
            }
        });
        reconcile_with(&site.app, &ending, ConnectionId(connection)).await.unwrap();
        assert_eq!(consistent(&site, connection).await, (0, 0));
        site.run_until_idle().await;
        assert_eq!(consistent(&site, connection).await, (0, 0));
        site.close().await;
    }

    async fn dis_04_und_02_a_batch_commits_nothing_once_it_is_undone(site: Site) {
        let (world, connection) = waiting(&site, 700).await;
        let path = format!("/connections/{connection}");
        let rows = async || site.count(ROWS, args![connection]).await;
        // Undone while the second batch is in this process's hands: the first goes, the second never comes.
        let undoing = Between::new(&site.app, |call| {
            let (ines, path) = (world.ines.clone(), path.clone());
            async move {
                if call == 1 {
                    ines.does(&format!("{path}/undo"), json!({})).await.expect(200);
                }
                Ok(())
            }
        });
        reconcile_with(&site.app, &undoing, ConnectionId(connection)).await.unwrap();
        assert_eq!((rows().await, site.count(POSITION, args![connection]).await), (0, 0));
        // Undone and approved again meanwhile: what was read before counts nothing, and the copy begins again.
        world.ines.does(&format!("{path}/approve"), json!({})).await.expect(200);
        let again = Between::new(&site.app, |call| {
            let (ines, path) = (world.ines.clone(), path.clone());
            async move {
                if call == 1 {
                    ines.does(&format!("{path}/undo"), json!({})).await.expect(200);
                    ines.does(&format!("{path}/approve"), json!({})).await.expect(200);
                }
                Ok(())
            }
        });
        reconcile_with(&site.app, &again, ConnectionId(connection)).await.unwrap();
        assert_eq!(rows().await, 700);
        assert_eq!(site.count(COPIED, args![connection]).await, 700);
        site.close().await;
    }

    async fn flo_01_refresh_required_is_an_ordinary_answer(site: Site) {
        let (world, connection) = waiting(&site, 10).await;
        reconcile(&site.app, connection).await.unwrap();
        seed::published(&site.app, &world.erik, world.tower, &[Sheet::new("A-0900", "LATER", "0")]).await;
        // The feed was shortened beyond the position: everything is offered anew, and nothing doubles.
        sql::run(&site.app.db, "update feed_head set kept_from = head where project_id = $1", args![world.tower]).await;
        reconcile(&site.app, connection).await.unwrap();
        assert_eq!(site.count(ROWS, args![connection]).await, 11);
        assert_eq!(site.count(COPIED, args![connection]).await, 11);
        assert_eq!(world.arrived("").await.len(), 11);
        site.close().await;
    }

    async fn flo_12_a_record_that_does_not_fit_is_parked_and_the_rest_goes_on(site: Site) {
        let (world, connection) = waiting(&site, 5).await;
        let broken = Broken { inner: ThisInstallation::new(site.app.clone()), number: "M-0003" };
        reconcile_with(&site.app, &broken, ConnectionId(connection)).await.unwrap();
        assert_eq!(site.count(ROWS, args![connection]).await, 4, "the other four arrived");
        let tool = world.seen(connection).await["tools"]["drawings"].clone();
        assert_eq!(tool["attention"].as_array().map(Vec::len), Some(1), "{tool}");
        assert_eq!(tool["attention"][0]["label"], "M-0003");
        let head = "select head as value from feed_head where project_id = $1";
        assert_eq!(site.count(POSITION, args![connection]).await, site.count(head, args![world.tower]).await);
        // Before its time it is left alone; then its present state is applied.
        site.run_until_idle().await;
        assert_eq!(site.count(ROWS, args![connection]).await, 4);
        site.clock.advance(SignedDuration::from_mins(30));
        reconcile(&site.app, connection).await.unwrap();
        assert_eq!(site.count(ROWS, args![connection]).await, 5);
        assert_eq!(world.seen(connection).await["tools"]["drawings"]["attention"], json!([]));
        site.close().await;
    }

    async fn flo_12_finding_the_record_that_does_not_fit_costs_few_batches(site: Site) {
        let (world, connection) = waiting(&site, 600).await;
        let last = Sheet::many(600).pop().unwrap().number;
        let broken = Broken { inner: ThisInstallation::new(site.app.clone()), number: last.leak() };
        reconcile_with(&site.app, &broken, ConnectionId(connection)).await.unwrap();
        assert_eq!(site.count(ROWS, args![connection]).await, 599);
        let batches = site.count("select count(*) as value from delivery where connection_id = $1", args![connection]).await;
        assert!(batches < 40, "{batches} batches: one by one would be hundreds");
        assert_eq!(world.seen(connection).await["tools"]["drawings"]["attention"].as_array().map(Vec::len), Some(1));
        site.close().await;
    }

    async fn flo_02_a_lost_signal_is_no_loss(site: Site) {
        let (world, connection) = waiting(&site, 6).await;
        // The scheduled work is gone, as if the machine had died before the commit was seen: the next start finds it.
        sluice_app::flow::wake_all(&site.app).await.unwrap();
        site.run_until_idle().await;
        assert_eq!(consistent(&site, connection).await.0, 6);
        // A job that somebody claimed and never finished is claimed again when its lease is over.
        seed::published(&site.app, &world.erik, world.tower, &[Sheet::new("A-0900", "LATER", "0")]).await;
        let now = site.clock.now();
        let lane = sluice_store::job::Lane::Quick;
        let claimed = sluice_store::job::claim(&site.app.db, lane, now + SignedDuration::from_secs(1), now + SignedDuration::from_mins(1), "").await;
        assert!(!claimed.unwrap().is_empty());
        site.later(SignedDuration::from_mins(2)).await;
        assert_eq!(consistent(&site, connection).await.0, 7);
        projects::get(&site.app, world.maria.who(), ProjectId(world.site)).await.unwrap();
        site.close().await;
    }
}

/// An upstream that offers one revision with bytes that nobody has.
pub(crate) struct Broken {
    pub(crate) inner: ThisInstallation,
    pub(crate) number: &'static str,
}

impl Upstream for Broken {
    async fn entries(
        &self,
        connection: &ConnectionRow,
        tool: Tool,
        after: i64,
        limit: i64,
    ) -> Result<Answer> {
        let mut answer = self.inner.entries(connection, tool, after, limit).await?;
        if let Answer::Entries { offers, .. } = &mut answer {
            for offer in offers {
                if let Some(Content::Revision(offered)) = offer.content_mut::<Content>()
                    && offered.1.number == self.number
                {
                    offered.0.sha256 = Sha256([7; 32]);
                }
            }
        }
        Ok(answer)
    }

    async fn present(
        &self,
        connection: &ConnectionRow,
        tool: Tool,
        records: &[(Kind, Uuid)],
    ) -> Result<Vec<Offer>> {
        self.inner.present(connection, tool, records).await
    }

    async fn digests(
        &self,
        connection: &ConnectionRow,
        tool: Tool,
        after: i64,
        limit: i64,
    ) -> Result<(Vec<Digested>, i64)> {
        self.inner.digests(connection, tool, after, limit).await
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
}
