//! Two at once (CON-10, UND-01, DIS-04): two pools on one database, barriers, at least 200 rounds each, on both databases; what must hold is asked of the
//! database itself after each round.

use std::future::Future;
use std::sync::Arc;

use sluice_app::connections::{self, Ask};
use sluice_app::drawings::files;
use sluice_app::drawings::publish::{Chosen, publish};
use sluice_app::flow::{ThisInstallation, reconcile_with};
use sluice_app::{App, Caller, Error};
use sluice_domain::permission::{Levels, Tool};
use sluice_domain::{ConnectionId, ProjectId, RevisionId};
use sluice_store::args;
use sluice_testkit::seed::{self, Sheet};
use sluice_testkit::world::{World, collaborator, employee, manager, member};
use sluice_testkit::{Dice, Site, json, on_both, sql};
use tokio::sync::Barrier;
use uuid::Uuid;

mod closing;

const ROUNDS: usize = 200;

/// Both at once, from a barrier on, each after a short wait of its own, so that now this one and now the other is first.
async fn at_once<A, B>(dice: &mut Dice, a: A, b: B) -> (A::Output, B::Output)
where
    A: Future + Send + 'static,
    B: Future + Send + 'static,
    A::Output: Send,
    B::Output: Send,
{
    let barrier = Arc::new(Barrier::new(2));
    let other = Arc::clone(&barrier);
    let (wait_a, wait_b) = (dice.below(40), dice.below(40));
    let a = tokio::spawn(async move {
        barrier.wait().await;
        for _ in 0..wait_a {
            tokio::task::yield_now().await;
        }
        a.await
    });
    let b = tokio::spawn(async move {
        other.wait().await;
        for _ in 0..wait_b {
            tokio::task::yield_now().await;
        }
        b.await
    });
    (a.await.unwrap(), b.await.unwrap())
}

fn ask(
    app: &App,
    who: Caller,
    downstream: Uuid,
    upstream: Uuid,
) -> impl Future<Output = Result<Uuid, &'static str>> + Send + use<> {
    let app = app.clone();
    async move {
        let ask = Ask { upstream: ProjectId(upstream), tools: vec![Tool::Drawings], arrival: None };
        let answer = connections::request(&app, who, ProjectId(downstream), &ask).await;
        answer.map(|view| view.row.id.0).map_err(code)
    }
}

/// The code of a refusal. A fault of the database (a deadlock, a lock that was not had) ends the test.
fn code(error: Error) -> &'static str {
    error.public_code().unwrap_or_else(|| panic!("no refusal but a fault: {error:?}"))
}

/// What the database itself must hold, whatever happened.
pub(crate) async fn sound(site: &Site) {
    let broken = [
        (
            "a project has both roles",
            "select count(*) as value from connection a join connection b on a.upstream_project_id = b.downstream_project_id
              where a.state in ('connected', 'disconnected') and b.state in ('requested', 'connected', 'disconnected')",
        ),
        (
            "two upstreams at a time",
            "select count(*) as value from (select downstream_project_id from connection
               where state in ('requested', 'connected', 'disconnected') group by downstream_project_id having count(*) > 1) twice",
        ),
        ("one company", "select count(*) as value from connection where upstream_company_id = downstream_company_id"),
        (
            "a role nobody gave",
            "select count(*) as value from project_role r where not exists (select 1 from connection n
               where (n.downstream_project_id = r.project_id and n.downstream_role = r.role)
                  or (n.upstream_project_id = r.project_id and n.upstream_role = r.role))",
        ),
        (
            "a role nobody holds",
            "select count(*) as value from connection n where n.state in ('connected', 'disconnected')
                and not exists (select 1 from project_role r where r.project_id = n.upstream_project_id and r.role = 'upstream')",
        ),
        (
            "an ending and an approval of one request",
            "select count(*) as value from connection n where
               (select count(*) from connection_event e where e.connection_id = n.id
                  and e.kind in ('approved', 'connected', 'declined', 'withdrawn', 'expired')) > 1 +
               (select count(*) from connection_event e where e.connection_id = n.id and e.kind = 'undone')",
        ),
        (
            "something is left of what was undone",
            "select count(*) as value from connection n where n.state = 'undone'
                and (exists (select 1 from drawing_revision r where r.connection_id = n.id)
                  or exists (select 1 from drawing d where d.connection_id = n.id)
                  or exists (select 1 from drawing_area a where a.connection_id = n.id)
                  or exists (select 1 from connection_tool t where t.connection_id = n.id and t.position > 0))",
        ),
        (
            "a copy without its company's reference",
            "select count(*) as value from drawing_revision r join project p on p.id = r.project_id
              where p.deleted_at is null
                and not exists (select 1 from blob_reference b where b.company_id = p.company_id and b.sha256 = r.sha256)",
        ),
        (
            "a state without its event",
            "select count(*) as value from connection n where n.state <> 'requested' and not exists (select 1 from connection_event e
               where e.connection_id = n.id and (e.kind = n.state or (n.state = 'connected' and e.kind = 'approved')))",
        ),
    ];
    for (what, sql) in broken {
        assert_eq!(site.count(sql, args![]).await, 0, "{what}");
    }
}

/// Both companies, with Maria in each of Harbor's further projects.
async fn towers(site: &Site, world: &World, count: usize) -> Vec<Uuid> {
    let towers = seed::projects(&site.app, world.harbor, &[&world.ines], "Tower", count).await;
    let mut tx = site.app.db.begin().await.unwrap();
    let levels = Levels::default().with(Tool::Drawings, sluice_domain::permission::Level::ReadOnly);
    let rows =
        towers.iter().map(|tower| args![*tower, world.harbor, world.maria.id(), levels, site.clock.now()]);
    let head = "insert into member (project_id, company_id, person_id, levels, created_at)";
    tx.insert_many(head, "", rows.collect()).await.unwrap();
    tx.commit().await.unwrap();
    towers
}

async fn sites(site: &Site, world: &World, count: usize) -> Vec<Uuid> {
    seed::projects(&site.app, world.delta, &[&world.maria, &world.diego], "Site", count).await
}

on_both! {
    async fn con_10_con_04_one_project_asks_two_upstreams_at_once(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let other = site.second().await;
        let mut dice = Dice::new(1);
        let towers = towers(&site, &world, 2).await;
        // Half of the rounds with automatic approval: then both would connect.
        for (round, project) in sites(&site, &world, ROUNDS).await.into_iter().enumerate() {
            if round == ROUNDS / 2 {
                world.approve_automatically().await;
            }
            let who = world.maria.who();
            let (a, b) = at_once(&mut dice, ask(&site.app, who, project, towers[0]), ask(&other, who, project, towers[1])).await;
            let refused = [a, b].into_iter().filter_map(Result::err).collect::<Vec<_>>();
            assert_eq!(refused.len(), 1, "one of two");
            assert!(["already_requested", "already_connected"].contains(&refused[0]), "{refused:?}");
        }
        sound(&site).await;
        other.db.close().await;
        site.close().await;
    }

    async fn con_10_con_03_two_projects_ask_one_upstream_at_once(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        world.approve_automatically().await;
        let other = site.second().await;
        let mut dice = Dice::new(2);
        let towers = towers(&site, &world, ROUNDS).await;
        let sites = sites(&site, &world, 2 * ROUNDS).await;
        for (tower, pair) in towers.iter().zip(sites.chunks(2)) {
            let who = world.maria.who();
            let (a, b) = at_once(&mut dice, ask(&site.app, who, pair[0], *tower), ask(&other, who, pair[1], *tower)).await;
            a.unwrap();
            b.unwrap();
        }
        sound(&site).await;
        let live = "select count(*) as value from connection where state = 'connected'";
        assert_eq!(usize::try_from(site.count(live, args![]).await).unwrap(), 2 * ROUNDS);
        other.db.close().await;
        site.close().await;
    }

    async fn con_10_con_05_crossing_requests_never_make_a_circle(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        // Ines manages Harbor's projects and is a collaborator in Delta's, and the other way round for Maria; both companies approve by themselves.
        collaborator(&site, world.delta, &world.ines, world.harbor).await;
        world.approve_automatically().await;
        world.diego.put(&format!("/companies/{}/connection-settings", world.delta), json!({"approval": "automatic"})).await.expect(200);
        let other = site.second().await;
        let mut dice = Dice::new(3);
        let towers = towers(&site, &world, ROUNDS).await;
        let sites = sites(&site, &world, ROUNDS).await;
        let mut tx = site.app.db.begin().await.unwrap();
        let levels = Levels::default().with(Tool::Drawings, sluice_domain::permission::Level::ReadOnly);
        let rows = sites.iter().map(|project| args![*project, world.delta, world.ines.id(), levels, site.clock.now()]);
        tx.insert_many("insert into member (project_id, company_id, person_id, levels, created_at)", "", rows.collect()).await.unwrap();
        tx.commit().await.unwrap();
        let mut first = 0;
        for (tower, project) in towers.into_iter().zip(sites) {
            let down = ask(&site.app, world.maria.who(), project, tower);
            let up = ask(&other, world.ines.who(), tower, project);
            let (a, b) = at_once(&mut dice, down, up).await;
            first += usize::from(a.is_ok());
            match (a, b) {
                (Ok(_), Err(refused)) | (Err(refused), Ok(_)) => {
                    assert!(["upstream_is_downstream", "downstream_is_upstream"].contains(&refused), "{refused}");
                }
                both => panic!("exactly one of two: {both:?}"),
            }
        }
        println!("{first} of {ROUNDS} times the first was first");
        sound(&site).await;
        other.db.close().await;
        site.close().await;
    }

    async fn con_10_approve_against_withdraw(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let other = site.second().await;
        let mut dice = Dice::new(4);
        let mut approved = 0;
        for project in sites(&site, &world, ROUNDS).await {
            let request = ConnectionId(ask(&site.app, world.maria.who(), project, world.tower).await.unwrap());
            let (one, two) = (site.app.clone(), other.clone());
            let (ines, maria) = (world.ines.who(), world.maria.who());
            let (yes, no) = at_once(
                &mut dice,
                async move { connections::approve(&one, ines, request).await.map(drop).map_err(code) },
                async move { connections::withdraw(&two, maria, request).await.map(drop).map_err(code) },
            )
            .await;
            approved += usize::from(yes.is_ok());
            assert_eq!([yes, no].iter().filter(|outcome| **outcome == Err("connection_not_in_state")).count(), 1, "{yes:?} {no:?}");
        }
        println!("{approved} of {ROUNDS} were approved");
        sound(&site).await;
        let told = "select count(*) as value from message where kind = 'connected'";
        // Ines upstream; Maria and Diego downstream.
        assert_eq!(usize::try_from(site.count(told, args![]).await).unwrap(), 3 * approved);
        other.db.close().await;
        site.close().await;
    }

    async fn con_10_two_approve_at_once(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let ada = employee(&site, world.harbor, "Ada Boyd", "ada@harbor.example").await;
        member(&world.ines, world.tower, &ada, manager()).await;
        let other = site.second().await;
        let mut dice = Dice::new(5);
        for project in sites(&site, &world, ROUNDS).await {
            let request = ConnectionId(ask(&site.app, world.maria.who(), project, world.tower).await.unwrap());
            let (one, two) = (site.app.clone(), other.clone());
            let (ines, ada) = (world.ines.who(), ada.who());
            let (a, b) = at_once(
                &mut dice,
                async move { connections::approve(&one, ines, request).await.map(drop).map_err(code) },
                async move { connections::decline(&two, ada, request, None).await.map(drop).map_err(code) },
            )
            .await;
            assert_eq!([a, b].iter().filter(|outcome| **outcome == Err("connection_not_in_state")).count(), 1, "{a:?} {b:?}");
        }
        sound(&site).await;
        other.db.close().await;
        site.close().await;
    }

    async fn dis_04_disconnect_against_a_batch_being_applied(site: Site) {
        const SHEETS: i64 = 12;
        let world = World::harbor_and_delta(&site).await;
        world.approve_automatically().await;
        let sheets = Sheet::many(usize::try_from(SHEETS).unwrap());
        seed::published(&site.app, &world.erik, world.tower, &sheets).await;
        let other = site.second().await;
        let mut dice = Dice::new(6);
        let mut whole = 0;
        let rows = "select count(*) as value from drawing_revision where connection_id = $1";
        let position = "select position as value from connection_tool where connection_id = $1";
        let head = "select head as value from feed_head where project_id = $1";
        let head = site.count(head, args![world.tower]).await;
        let projects = sites(&site, &world, ROUNDS).await;
        // A second project after a disconnection goes to review: all ask before the first one ends.
        let mut live = vec![];
        for project in projects {
            live.push(ask(&site.app, world.maria.who(), project, world.tower).await.unwrap());
        }
        for connection in live {
            let connection = ConnectionId(connection);
            let (one, two) = (site.app.clone(), other.clone());
            let maria = world.maria.who();
            let (copied, ended) = at_once(
                &mut dice,
                Box::pin(async move { reconcile_with(&one, &ThisInstallation::new(one.clone()), connection).await.map(drop) }),
                async move { connections::disconnect(&two, maria, connection, "Over.", true).await.map(drop).map_err(code) },
            )
            .await;
            copied.unwrap();
            ended.unwrap();
            let after = (site.count(rows, args![connection]).await, site.count(position, args![connection]).await);
            assert!(after == (0, 0) || after == (SHEETS, head), "{after:?}");
            whole += usize::from(after.0 == SHEETS);
            reconcile_with(&site.app, &ThisInstallation::new(site.app.clone()), connection).await.unwrap();
            let later = (site.count(rows, args![connection]).await, site.count(position, args![connection]).await);
            assert_eq!(after, later, "nothing comes after the end");
        }
        println!("{whole} of {ROUNDS} batches were before the end");
        sound(&site).await;
        other.db.close().await;
        site.close().await;
    }
    async fn dis_04_und_02_undo_against_a_batch_being_applied(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        world.approve_automatically().await;
        seed::published(&site.app, &world.erik, world.tower, &Sheet::many(12)).await;
        let other = site.second().await;
        let mut dice = Dice::new(7);
        let delivered = "select count(*) as value from delivery where connection_id = $1";
        let rows = "select count(*) as value from drawing_revision where connection_id = $1";
        let mut whole = 0;
        for project in sites(&site, &world, ROUNDS).await {
            let connection = ConnectionId(ask(&site.app, world.maria.who(), project, world.tower).await.unwrap());
            let (one, two) = (site.app.clone(), other.clone());
            let maria = world.maria.who();
            let (copied, undone) = at_once(
                &mut dice,
                Box::pin(async move { reconcile_with(&one, &ThisInstallation::new(one.clone()), connection).await.map(drop) }),
                async move { connections::undo(&two, maria, connection).await.map(drop).map_err(code) },
            )
            .await;
            copied.unwrap();
            undone.unwrap();
            whole += site.count(delivered, args![connection]).await;
            reconcile_with(&site.app, &ThisInstallation::new(site.app.clone()), connection).await.unwrap();
            assert_eq!(site.count(rows, args![connection]).await, 0, "nothing is left, and nothing comes after");
        }
        println!("{whole} of {ROUNDS} batches were before the undo");
        sound(&site).await;
        let held = "select count(*) as value from blob_reference where company_id = $1";
        assert_eq!(site.count(held, args![world.delta]).await, 0);
        assert_eq!(site.count("select count(*) as value from project_role", args![]).await, 0);
        other.db.close().await;
        site.close().await;
    }

    async fn und_02_undo_against_publishing_and_downloading(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        world.approve_automatically().await;
        seed::published(&site.app, &world.erik, world.tower, &Sheet::many(3)).await;
        let other = site.second().await;
        let mut dice = Dice::new(8);
        let mut undone = 0;
        for (round, project) in sites(&site, &world, ROUNDS).await.into_iter().enumerate() {
            let connection = ConnectionId(ask(&site.app, world.maria.who(), project, world.tower).await.unwrap());
            reconcile_with(&site.app, &ThisInstallation::new(site.app.clone()), connection).await.unwrap();
            let copies: Vec<Uuid> = sql::values(
                &site.app.db,
                "select id as value from drawing_revision where connection_id = $1",
                args![connection],
            )
            .await;
            let (one, two) = (site.app.clone(), other.clone());
            let (maria, diego) = (world.maria.who(), world.diego.who());
            let copy = RevisionId(copies[0]);
            let (used, over) = at_once(
                &mut dice,
                async move {
                    if round % 2 == 0 {
                        publish(&one, diego, ProjectId(project), &Chosen::All, None, false).await.map(|count| count > 0).map_err(code)
                    } else {
                        match files::of_revision(&one, diego, copy).await {
                            Ok(file) => files::take(&one, &file).await.map(|()| true).map_err(code),
                            Err(error) => Err(code(error)),
                        }
                    }
                },
                async move { connections::undo(&two, maria, connection).await.map(drop).map_err(code) },
            )
            .await;
            let rows = site.count("select count(*) as value from drawing_revision where connection_id = $1", args![connection]).await;
            // Either it was used and stands, or it was undone and nobody got anything.
            match over {
                Ok(()) => assert!((used == Ok(false) || used == Err("not_found")) && rows == 0, "{used:?} {rows}"),
                Err(refused) => assert_eq!((refused, used, rows), ("undo_too_late", Ok(true), 3)),
            }
            undone += usize::from(over.is_ok());
        }
        println!("{undone} of {ROUNDS} were undone before they were used");
        sound(&site).await;
        other.db.close().await;
        site.close().await;
    }

    async fn con_10_undo_against_disconnect(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        world.approve_automatically().await;
        seed::published(&site.app, &world.erik, world.tower, &Sheet::many(2)).await;
        let other = site.second().await;
        let mut dice = Dice::new(9);
        // A second project after a disconnection goes to review: all ask before the first one ends.
        let mut live = vec![];
        for project in sites(&site, &world, ROUNDS).await {
            live.push(ConnectionId(ask(&site.app, world.maria.who(), project, world.tower).await.unwrap()));
        }
        let mut undone = 0;
        for connection in live {
            reconcile_with(&site.app, &ThisInstallation::new(site.app.clone()), connection).await.unwrap();
            let (one, two) = (site.app.clone(), other.clone());
            let (maria, ines) = (world.maria.who(), world.ines.who());
            let (back, end) = at_once(
                &mut dice,
                async move { connections::undo(&one, maria, connection).await.map(drop).map_err(code) },
                async move { connections::disconnect(&two, ines, connection, "Over.", true).await.map(drop).map_err(code) },
            )
            .await;
            assert_eq!([back, end].iter().filter(|outcome| **outcome == Err("connection_not_in_state")).count(), 1, "{back:?} {end:?}");
            let rows = site.count("select count(*) as value from drawing_revision where connection_id = $1", args![connection]).await;
            assert_eq!(rows, if back.is_ok() { 0 } else { 2 });
            undone += usize::from(back.is_ok());
        }
        println!("{undone} of {ROUNDS} were undone, the others disconnected");
        sound(&site).await;
        other.db.close().await;
        site.close().await;
    }
}
