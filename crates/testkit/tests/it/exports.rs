//! What leaves as a table: with its origin, as one sees it, and never as a formula (FLO-15, LOG-03, SEC-03).

use sluice_testkit::seed::{self, Sheet};
use sluice_testkit::{World, json, on_both};

use crate::copies::whole;

on_both! {
    async fn flo_15_the_log_is_exported_with_origin_and_arrival(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let odd = ["=1+1", "+1 WALL", "-2 BASEMENT", "@HOME", "SAYS \"A, B\""];
        let mut sheets: Vec<Sheet> = odd.iter().enumerate().map(|(place, title)| Sheet::new(&format!("X-{place}"), title, "0")).collect();
        sheets.extend(Sheet::many(1_003));
        seed::published(&site.app, &world.erik, world.tower, &sheets).await;
        seed::published(&site.app, &world.maria, world.site, &[Sheet::new("M-900", "DELTA'S OWN", "0")]).await;
        world.connected().await;
        site.run_until_idle().await;
        let path = format!("/projects/{}/drawings.csv", world.site);
        let csv = world.maria.get(&path).await;
        assert_eq!((csv.status, csv.header("content-type")), (200, Some("text/csv; charset=utf-8")));
        assert_eq!(csv.header("content-disposition"), Some("attachment; filename=\"drawings.csv\""));
        let text = csv.text();
        assert_eq!(text.lines().count(), 1 + sheets.len() + 1, "every page of it");
        for neutral in ["X-0,'=1+1,", "X-1,'+1 WALL,", "X-2,'-2 BASEMENT,", "X-3,'@HOME,", "X-4,\"SAYS \"\"A, B\"\"\","] {
            assert!(text.contains(neutral), "{neutral}");
        }
        let head: Vec<&str> = text.lines().next().unwrap().split(',').collect();
        let row = |number: &str| -> Vec<String> {
            text.lines().find(|line| line.starts_with(&format!("{number},"))).unwrap().split(',').map(str::to_owned).collect()
        };
        let cell = |row: &[String], name: &str| row[head.iter().position(|column| *column == name).unwrap()].clone();
        let (copy, own) = (row("A-0001"), row("M-900"));
        let seen = whole(&world.maria, world.site, "A-0001").await;
        let origin = &seen["origin"];
        for (name, value) in [
            ("external", json!("yes")),
            ("upstream company", origin["company"].clone()),
            ("upstream project", origin["project"].clone()),
            ("upstream drawing", origin["record_id"].clone()),
            ("arrived at", seen["revision"]["arrived_at"].clone()),
            ("issued upstream at", seen["revision"]["issued_at"].clone()),
            ("sha256", seen["revision"]["sha256"].clone()),
            ("in sync", json!("yes")),
            ("status", json!("unpublished")),
        ] {
            assert_eq!(json!(cell(&copy, name)), value, "{name}");
        }
        let upstream = whole(&world.erik, world.tower, "A-0001").await;
        assert_eq!(origin["record_id"], upstream["id"]);
        for name in ["upstream company", "upstream drawing", "arrived at", "in sync"] {
            assert_eq!(cell(&own, name), "", "{name}");
        }
        // Filtered as the log is, and no more than one sees there.
        let own = world.flor.get(&path).await.text();
        assert_eq!(own.lines().count(), 2, "{own}");
        let external = world.maria.get(&format!("{path}?external=true&q=X-")).await.text();
        assert_eq!(external.lines().count(), 1 + odd.len());
        world.maria.get(&format!("{path}?set_id=rubbish")).await.refused("malformed_request", 400);
        world.erik.get(&path).await.refused("not_found", 404);
        site.nobody().get(&path).await.refused("not_signed_in", 401);
        site.close().await;
    }
}
