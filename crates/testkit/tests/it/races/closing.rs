//! Deleting a project and closing a company at the moment somebody approves, asks, or a batch is applied. PPL-17, DIS-04.

use super::*;
use sluice_app::closing;
use sluice_testkit::world::company;

async fn name_of(site: &Site, project: Uuid) -> String {
    sql::value(&site.app.db, "select name as value from project where id = $1", args![project]).await
}

async fn state_of(site: &Site, connection: ConnectionId) -> String {
    sql::value(&site.app.db, "select state as value from connection where id = $1", args![connection]).await
}

on_both! {
    async fn ppl_17_delete_a_project_against_approve(site: Site) {
        let world = World::harbor_and_delta(&site).await;
        let other = site.second().await;
        let mut dice = Dice::new(7);
        let mut approved = 0;
        for project in sites(&site, &world, ROUNDS).await {
            let request = ConnectionId(ask(&site.app, world.maria.who(), project, world.tower).await.unwrap());
            let name = name_of(&site, project).await;
            let (one, two) = (site.app.clone(), other.clone());
            let (ines, diego) = (world.ines.who(), world.diego.who());
            let (yes, gone) = at_once(
                &mut dice,
                async move { connections::approve(&one, ines, request).await.map(drop).map_err(code) },
                async move { closing::delete_project(&two, diego, ProjectId(project), &name, "Over.").await.map_err(code) },
            )
            .await;
            gone.unwrap();
            let state = state_of(&site, request).await;
            match yes {
                Ok(()) => assert_eq!(state, "disconnected"),
                // Between the reading and the lock it was gone, or it was withdrawn before.
                Err(code) => assert!(code == "connection_not_in_state" && state == "withdrawn", "{code} {state}"),
            }
            approved += usize::from(yes.is_ok());
        }
        println!("{approved} of {ROUNDS} were approved first");
        sound(&site).await;
        let open = "select count(*) as value from connection where state in ('requested', 'connected')";
        assert_eq!(site.count(open, args![]).await, 0);
        other.db.close().await;
        site.close().await;
    }

    async fn ppl_17_close_a_company_against_a_request_to_it(site: Site) {
        const COMPANIES: usize = 40;
        let world = World::harbor_and_delta(&site).await;
        let other = site.second().await;
        let mut dice = Dice::new(8);
        let mut first = 0;
        for (round, project) in sites(&site, &world, COMPANIES).await.into_iter().enumerate() {
            let (upstream, admin) = company(&site, &format!("Closing {round}"), "Ada Boyd", &format!("ada{round}@closing.example")).await;
            let tower = seed::projects(&site.app, upstream, &[&admin], "Tower", 1).await[0];
            collaborator(&site, upstream, &world.maria, world.delta).await;
            member(&admin, tower, &world.maria, json!({"drawings": "read_only"})).await;
            let two = other.clone();
            let (asked, closed) = at_once(
                &mut dice,
                ask(&site.app, world.maria.who(), project, tower),
                async move { closing::close_by_operator(&two, &format!("Closing {round}"), "Over.").await.map(|(_, ended)| ended).map_err(code) },
            )
            .await;
            match asked {
                Ok(request) => {
                    first += 1;
                    assert_eq!((closed, state_of(&site, ConnectionId(request)).await.as_str()), (Ok(1), "declined"));
                }
                Err(code) => assert_eq!((code, closed), ("not_found", Ok(0))),
            }
        }
        println!("{first} of {COMPANIES} asked first");
        sound(&site).await;
        other.db.close().await;
        site.close().await;
    }

    async fn ppl_17_delete_a_project_against_a_batch_being_applied(site: Site) {
        const SHEETS: i64 = 12;
        let world = World::harbor_and_delta(&site).await;
        world.approve_automatically().await;
        let sheets = Sheet::many(usize::try_from(SHEETS).unwrap());
        seed::published(&site.app, &world.erik, world.tower, &sheets).await;
        let other = site.second().await;
        let mut dice = Dice::new(9);
        let mut whole = 0;
        let rows = "select count(*) as value from drawing_revision where connection_id = $1";
        let held = "select count(*) as value from blob_reference where company_id = $1";
        let mut live = vec![];
        for project in sites(&site, &world, ROUNDS / 2).await {
            live.push((project, ConnectionId(ask(&site.app, world.maria.who(), project, world.tower).await.unwrap())));
        }
        for (project, connection) in live {
            let name = name_of(&site, project).await;
            let (one, two) = (site.app.clone(), other.clone());
            let diego = world.diego.who();
            let (copied, gone) = at_once(
                &mut dice,
                async move { reconcile_with(&one, &ThisInstallation::new(one.clone()), connection).await.map(drop) },
                async move { closing::delete_project(&two, diego, ProjectId(project), &name, "Over.").await.map_err(code) },
            )
            .await;
            copied.unwrap();
            gone.unwrap();
            let after = site.count(rows, args![connection]).await;
            assert!(after == 0 || after == SHEETS, "{after}");
            whole += usize::from(after == SHEETS);
            reconcile_with(&site.app, &ThisInstallation::new(site.app.clone()), connection).await.unwrap();
            assert_eq!(site.count(rows, args![connection]).await, after, "nothing comes after the end");
            assert_eq!(site.count(held, args![world.delta]).await, 0, "what only the deleted project referred to is let go");
        }
        println!("{whole} of {} batches were before the end", ROUNDS / 2);
        sound(&site).await;
        other.db.close().await;
        site.close().await;
    }
}
