//! What the history of a copy says, and what people are told of it: DRF-04, DRF-07.

use jiff::SignedDuration;
use jiff::civil::date;
use sluice_app::flow::wake_all;
use sluice_store::args;
use sluice_testkit::person::id;
use sluice_testkit::seed::{self, Sheet};
use sluice_testkit::{Value, World, json, on_both, sql};

use super::{change, history, revision, two_revisions, whole};

on_both! {
    async fn drf_04_another_current_revision_is_told_and_written_down(site: Site) {
        let (world, _, seeded) = two_revisions(&site).await;
        let copy = whole(&world.flor, world.site, "A-101").await;
        assert_eq!(copy["revision"]["revision"], "1");
        // Revision 0 was issued again: it is dated after revision 1 now.
        change(&world.erik, &format!("/drawing-revisions/{}", seeded[0].revision), json!({"drawing_date": "2026-03-01"})).await;
        site.run_until_idle().await;
        let copy = whole(&world.flor, world.site, "A-101").await;
        assert_eq!((&copy["revision"]["revision"], &revision(&copy, "1")["superseded_by"]["revision"]), (&json!("0"), &json!("0")));
        assert_eq!(history(&copy)[..2], ["current_changed Current revision: 1 → 0", "changed_upstream Revision 0 · Drawing date: 2026-01-15 → 2026-03-01"]);
        assert_eq!((&copy["history"][0]["by_company"], &copy["history"][0]["by"]), (&json!("Harbor Builders"), &Value::Null));
        assert_eq!(history(&whole(&world.erik, world.tower, "A-101").await)[0], "current_changed Current revision: 1 → 0");
        let subject = "A-101: revision 0 is current, no longer revision 1";
        assert_eq!(site.subjects_to("maria@delta.example"), [subject]);
        assert_eq!(site.subjects_to("diego@delta.example"), [subject]);
        assert!(site.subjects_to("flor@delta.example").is_empty());
        assert!(site.subjects_to("erik@harbor.example").is_empty());
        let told = world.maria.get("/notifications").await.expect(200)["items"][0].clone();
        assert_eq!((&told["kind"], &told["title"], &told["href"]), (&json!("current_changed"), &json!(subject), &json!(format!("/projects/{}/drawings", world.site))));
        // What follows within ten minutes is gathered; each sheet is named.
        change(&world.erik, &format!("/drawing-revisions/{}", seeded[0].revision), json!({"drawing_date": "2026-01-15"})).await;
        site.run_until_idle().await;
        assert_eq!(site.subjects_to("maria@delta.example").len(), 1);
        site.later(SignedDuration::from_mins(11)).await;
        assert_eq!(site.subjects_to("maria@delta.example")[1..], ["A-101: revision 1 is current, no longer revision 0"]);
        assert_eq!(whole(&world.flor, world.site, "A-101").await["revision"]["revision"], "1");
        // A new revision that is published on arrival is an arrival, and no news of this kind.
        world.maria.put(&format!("/projects/{}/arrival-settings", world.site), json!({"mode": "publish"})).await.expect(200);
        seed::published_in(&site.app, &world.erik, world.tower, ("Bulletin 2", date(2026, 4, 1)), &[Sheet::new("A-101", "FIRST FLOOR", "2")]).await;
        site.later(SignedDuration::from_mins(11)).await;
        let copy = whole(&world.flor, world.site, "A-101").await;
        assert_eq!(copy["revision"]["revision"], "2");
        let told: Vec<String> = site.subjects_to("maria@delta.example").into_iter().filter(|subject| subject.contains("is current")).collect();
        assert_eq!(told.len(), 2);
        site.close().await;
    }

    async fn drf_04_the_history_of_a_copy_says_what_happened_upstream(site: Site) {
        let (world, _, seeded) = two_revisions(&site).await;
        let drawing = format!("/drawings/{}", seeded[0].drawing);
        let lines = async || history(&whole(&world.maria, world.site, "A-101").await);
        let arrived = lines().await;
        let count = |wanted: &str| arrived.iter().filter(|line| *line == wanted).count();
        assert_eq!((count("arrived Revision 0"), count("arrived Revision 1"), count("published Revision 1")), (1, 1, 1), "{arrived:?}");
        change(&world.erik, &drawing, json!({"title": "GROUND FLOOR", "obsolete": true})).await;
        site.run_until_idle().await;
        let edited = lines().await;
        assert!(edited.contains(&"changed_upstream Title: FIRST FLOOR → GROUND FLOOR".to_owned()), "{edited:?}");
        assert!(edited.contains(&"changed_upstream Obsolete: no → yes".to_owned()), "{edited:?}");
        let area = world.erik.does(&format!("/projects/{}/drawing-areas", world.tower), json!({"name": "Podium"})).await.expect(201);
        change(&world.erik, &drawing, json!({"area_id": area["id"]})).await;
        world.erik.delete(&drawing).await.expect(204);
        site.run_until_idle().await;
        let gone = world.maria.items(&format!("/projects/{}/drawings?deleted=true", world.site)).await;
        let gone = world.maria.get(&format!("/drawings/{}", id(&gone[0]))).await.expect(200);
        assert_eq!(history(&gone)[0], "deleted_upstream");
        world.maria.does(&format!("/drawings/{}/keep-in-log", id(&gone)), json!({})).await.expect(200);
        world.erik.does(&format!("{drawing}/restoration"), json!({})).await.expect(200);
        site.run_until_idle().await;
        let back = lines().await;
        assert_eq!(back[0], "changed_upstream Area: Harbor Builders · Main → Podium");
        assert_eq!(back[1..4], ["restored_upstream", "kept_in_log", "deleted_upstream"]);
        // Kept once is not kept for ever: the next deletion is a new one.
        world.erik.delete(&drawing).await.expect(204);
        site.run_until_idle().await;
        assert!(world.arrived("").await.is_empty());
        // Read again from the start, nothing is written twice.
        let events = "select count(*) as value from drawing_event where project_id = $1";
        let before = site.count(events, args![world.site]).await;
        sql::run(&site.app.db, "update connection_tool set position = 0", args![]).await;
        wake_all(&site.app).await.unwrap();
        site.run_until_idle().await;
        assert_eq!(site.count(events, args![world.site]).await, before);
        site.close().await;
    }

    async fn drf_07_deleted_or_made_obsolete_is_one_gathered_message(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let seeded = seed::published(&site.app, &world.erik, world.tower, &Sheet::many(6)).await;
        // Obsolete before it arrived is nothing that happened here.
        change(&world.erik, &format!("/drawings/{}", seeded[5].drawing), json!({"obsolete": true})).await;
        world.connected().await;
        site.run_until_idle().await;
        site.mail.clear();
        let drawing = |place: usize| format!("/drawings/{}", seeded[place].drawing);
        change(&world.erik, &drawing(0), json!({"obsolete": true})).await;
        site.run_until_idle().await;
        assert_eq!(site.subjects_to("maria@delta.example"), ["1 sheet deleted or made obsolete in Harbor Tower"]);
        for place in [1, 2] {
            world.erik.delete(&drawing(place)).await.expect(204);
            site.run_until_idle().await;
        }
        change(&world.erik, &drawing(3), json!({"obsolete": true})).await;
        // Back in force, and a change of something else, are nothing of the kind.
        change(&world.erik, &drawing(0), json!({"obsolete": false})).await;
        change(&world.erik, &drawing(4), json!({"title": "X"})).await;
        site.run_until_idle().await;
        assert_eq!(site.subjects_to("maria@delta.example").len(), 1, "gathered");
        site.later(SignedDuration::from_mins(11)).await;
        let letters = site.mail.letters_to("maria@delta.example");
        assert_eq!((letters.len(), letters[1].subject.as_str()), (2, "3 sheets deleted or made obsolete in Harbor Tower"));
        for said in ["Deleted: S-0002, M-0003", "Made obsolete: E-0004"] {
            assert!(letters[1].text.contains(said), "{}", letters[1].text);
        }
        site.later(SignedDuration::from_mins(60)).await;
        assert_eq!(site.subjects_to("maria@delta.example").len(), 2);
        site.close().await;
    }
}
