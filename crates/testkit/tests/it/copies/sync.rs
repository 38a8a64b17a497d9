//! Whether a copy is as new as upstream, and what wakes a connection that nobody woke: VIEW-02, FLO-02, FLO-11.

use jiff::SignedDuration;
use jiff::civil::date;
use sluice_app::flow::{ThisInstallation, reconcile_with, wake_all};
use sluice_domain::ConnectionId;
use sluice_store::args;
use sluice_testkit::seed::{self, Sheet};
use sluice_testkit::{json, on_both, sql};

use super::{change, publish_all, two_revisions, whole};
use crate::exactly_once::Broken;

on_both! {
    async fn view_02_in_sync_means_as_new_as_upstream(site: Site) {
        let (world, connection, _) = two_revisions(&site).await;
        let sync = async |number: &str| {
            let origin = whole(&world.flor, world.site, number).await["origin"].clone();
            (origin["in_sync"].as_bool().unwrap(), origin["out_of_sync"]["code"].as_str().unwrap_or_default().to_owned())
        };
        let told = |in_sync, code: &str| (in_sync, code.to_owned());
        let log = format!("/projects/{}/drawings", world.site);
        let tag = world.flor.get(&log).await.header("etag").unwrap().to_owned();
        assert_eq!(sync("A-101").await, told(true, ""));
        change(&world.ines, &format!("/projects/{}", world.tower), json!({"active": false})).await;
        site.run_until_idle().await;
        assert_eq!(sync("A-101").await, told(false, "upstream_inactive"));
        assert_ne!(world.flor.get(&log).await.header("etag").unwrap(), tag, "the log is another one");
        change(&world.ines, &format!("/projects/{}", world.tower), json!({"active": true})).await;
        change(&world.ines, &format!("/projects/{}", world.tower), json!({"tools": {"drawings": false}})).await;
        site.run_until_idle().await;
        assert_eq!(sync("A-101").await, told(false, "upstream_tool_off"));
        change(&world.ines, &format!("/projects/{}", world.tower), json!({"tools": {"drawings": true}})).await;
        site.run_until_idle().await;
        assert_eq!(sync("A-101").await, told(true, ""));
        // Published upstream, not here yet: not as new.
        seed::published_in(&site.app, &world.erik, world.tower, ("Bulletin 2", date(2026, 4, 1)), &[Sheet::new("A-101", "FIRST FLOOR", "2"), Sheet::new("A-102", "SECOND FLOOR", "0")]).await;
        assert_eq!(sync("A-101").await, told(false, "catching_up"));
        sql::run(&site.app.db, "delete from job where kind = 'reconcile'", args![]).await;
        let broken = Broken { inner: ThisInstallation::new(site.app.clone()), number: "A-101" };
        reconcile_with(&site.app, &broken, ConnectionId(connection)).await.unwrap();
        publish_all(&world.maria, world.site).await;
        assert_eq!((sync("A-101").await, sync("A-102").await), (told(false, "needs_attention"), told(true, "")));
        let attention = world.seen(connection).await["tools"]["drawings"]["attention"].clone();
        assert_eq!((attention.as_array().map(Vec::len), &attention[0]["label"], &attention[0]["reason"]), (Some(1), &json!("A-101"), &json!("It refers to something that is not here.")));
        site.clock.advance(SignedDuration::from_mins(30));
        wake_all(&site.app).await.unwrap();
        site.run_until_idle().await;
        // It has arrived, and nobody has published it here: what the reader sees is not as new, in the log neither.
        assert_eq!(sync("A-101").await, told(false, "not_published_here"));
        let listed = world.flor.items(&format!("{log}?q=A-101")).await;
        assert_eq!((listed.len(), &listed[0]["origin"]["in_sync"]), (1, &json!(false)));
        let tag = world.flor.get(&log).await.header("etag").unwrap().to_owned();
        publish_all(&world.maria, world.site).await;
        assert_eq!(sync("A-101").await, told(true, ""));
        assert_ne!(world.flor.get(&log).await.header("etag").unwrap(), tag);
        world.disconnect(connection).await;
        assert_eq!(sync("A-101").await, told(false, "disconnected"));
        site.close().await;
    }

    async fn flo_02_flo_11_a_timer_wakes_what_was_left_and_nothing_else(site: Site) {
        let (world, _, _) = two_revisions(&site).await;
        site.run_until_idle().await;
        wake_all(&site.app).await.unwrap();
        site.later(SignedDuration::from_mins(30)).await;
        let all = "select count(*) as value from job where kind not in ('expire', 'look')";
        assert_eq!(site.count(all, args![]).await, 0, "an idle connection is no work");
        let work = "select count(*) as value from job where kind = 'reconcile'";
        assert_eq!(site.count("select count(*) as value from job where kind = 'look'", args![]).await, 1);
        // The signal is lost; the timer finds it.
        let publish = async |number: &str| {
            seed::published(&site.app, &world.erik, world.tower, &[Sheet::new(number, "LATER", "0")]).await;
            sql::run(&site.app.db, "delete from job where kind = 'reconcile'", args![]).await;
        };
        publish("A-0900").await;
        site.run_until_idle().await;
        assert_eq!(world.arrived("").await.len(), 1);
        site.later(SignedDuration::from_mins(5)).await;
        assert_eq!(world.arrived("").await.len(), 2);
        // A paused one is no work either, as long as it is paused; and what waits for its turn keeps it.
        change(&world.ines, &format!("/projects/{}", world.tower), json!({"active": false})).await;
        site.run_until_idle().await;
        sql::run(&site.app.db, "update feed_head set head = head + 1 where project_id = $1", args![world.tower]).await;
        let look = async || {
            site.clock.advance(SignedDuration::from_mins(5));
            sql::run(&site.app.db, "delete from job where kind not in ('look', 'reconcile')", args![]).await;
            let claimed = sluice_app::jobs::step(&site.app, sluice_store::job::Lane::Quick).await.unwrap();
            (claimed, site.count(work, args![]).await)
        };
        assert_eq!(look().await, (true, 0));
        sql::run(&site.app.db, "update project set active = $2 where id = $1", args![world.tower, true]).await;
        assert_eq!(look().await, (true, 1));
        let waits = "update job set attempts = 7, run_at = run_at + 86400000 where kind = 'reconcile'";
        sql::run(&site.app.db, waits, args![]).await;
        look().await;
        assert_eq!(site.count("select attempts as value from job where kind = 'reconcile'", args![]).await, 7);
        site.close().await;
    }
}
