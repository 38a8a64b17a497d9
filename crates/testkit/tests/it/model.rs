//! Whatever whoever commands in whatever order, the topology holds (CON-03 … CON-06), and each answer is the one the
//! rules give. Commands are drawn at random and played against the product and against a model of the rules; then by eight callers at once,
//! where only what must hold is asked.
//!
//! `SLUICE_LONG` plays more of it.

mod command;
mod companies;
mod rules;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use sluice_domain::ConnectionId;
use sluice_store::args;
use sluice_testkit::{Dice, Site, sql};

use crate::races::sound;
use command::{Command, WAITS, drawn, rolled};
use companies::Companies;
use rules::{Link, Model, Refusals, Stage};

const COMPANIES: usize = 3;
const PROJECTS: usize = 2;
const PEOPLE: usize = 2;
const EVERYWHERE: usize = COMPANIES * PROJECTS;

/// One sequence of commands, each judged by the model and compared with what the product says and keeps.
async fn compare(site: &Site, round: usize, commands: &[Command]) -> Result<(), TestCaseError> {
    let world = Companies::found(site, round).await;
    let mut model = Model::new();
    for command in commands {
        let ids: Vec<ConnectionId> = model.links.iter().map(|link| link.id).collect();
        let on_one = match *command {
            Command::Approve { who, of } => Some(("approve", who, of)),
            Command::Decline { who, of } => Some(("decline", who, of)),
            Command::Withdraw { who, of } => Some(("withdraw", who, of)),
            Command::Undo { who, of } => Some(("undo", who, of)),
            Command::Disconnect { who, of } => Some(("disconnect", who, of)),
            _ => None,
        };
        if on_one.is_some() && ids.is_empty() {
            continue;
        }
        let now = site.clock.now();
        let against = match (*command, on_one) {
            (_, Some((verb, who, of))) => model.against_verb(verb, who, &model.links[of % ids.len()], now),
            (Command::Ask { who, down, up }, _) => model.against_asking(who, down, up, now),
            (Command::Use { project }, _) if !model.projects[project].drawings => {
                Refusals::from(["tool_off"])
            }
            _ => Refusals::new(),
        };
        let answer = world.play(&site.app, *command, &ids).await;
        match &answer {
            Ok(_) => prop_assert!(against.is_empty(), "{command:?} was allowed against {against:?}"),
            Err(code) => {
                prop_assert!(against.contains(code), "{command:?} was refused with {code}, not {against:?}")
            }
        }
        if let Ok(made) = answer {
            follow(site, &world, &mut model, *command, made).await?;
        }
        same(site, &world, &model, command).await?;
    }
    Ok(())
}

/// What a command that was allowed changes in the model.
async fn follow(
    site: &Site,
    world: &Companies,
    model: &mut Model,
    command: Command,
    made: Option<ConnectionId>,
) -> Result<(), TestCaseError> {
    let count = model.links.len().max(1);
    match command {
        Command::Ask { down, up, .. } => {
            let row: Vec<Timestamp> = sql::values(
                &site.app.db,
                "select coalesce(approved_at, requested_at) as value from connection where id = $1",
                args![made],
            )
            .await;
            let stage = if model.reviewed(up, down) {
                Stage::Requested
            } else {
                Stage::Connected { at: row[0], by_policy: true }
            };
            let id = made.expect("a connection");
            model.links.push(Link { id, up, down, asked_at: row[0], stage, used: false, copied: false });
        }
        Command::Approve { of, .. } => {
            let link = &mut model.links[of % count];
            let at: Timestamp = sql::value(
                &site.app.db,
                "select approved_at as value from connection where id = $1",
                args![link.id],
            )
            .await;
            link.stage = Stage::Connected { at, by_policy: false };
        }
        Command::Decline { of, .. } => model.links[of % count].stage = Stage::Over("declined"),
        Command::Withdraw { of, .. } => model.links[of % count].stage = Stage::Over("withdrawn"),
        Command::Disconnect { of, .. } => model.links[of % count].stage = Stage::Over("disconnected"),
        Command::Undo { of, .. } => {
            let link = &mut model.links[of % count];
            let by_policy = matches!(link.stage, Stage::Connected { by_policy: true, .. });
            link.stage = if by_policy { Stage::Over("undone") } else { Stage::Requested };
            link.copied = false;
        }
        Command::Policy { company, automatic } => model.automatic[company] = automatic,
        Command::Active { project, active } => model.projects[project].active = active,
        Command::Drawings { project, on } => model.projects[project].drawings = on,
        Command::Use { project } => {
            let used = |link: &&mut Link| link.down == project && link.copied;
            for link in model.links.iter_mut().filter(used) {
                link.used |= matches!(link.stage, Stage::Connected { .. });
            }
        }
        Command::Work => {
            site.run_until_idle().await;
            model.work(site.clock.now());
        }
        Command::Wait { minutes } => {
            site.later(SignedDuration::from_mins(minutes)).await;
            model.work(site.clock.now());
        }
    }
    prop_assert_eq!(world.projects.len(), EVERYWHERE);
    Ok(())
}

/// What the database keeps is what the model says, role by role and copy by copy.
async fn same(site: &Site, world: &Companies, model: &Model, after: &Command) -> Result<(), TestCaseError> {
    for link in &model.links {
        let state: String =
            sql::value(&site.app.db, "select state as value from connection where id = $1", args![link.id])
                .await;
        prop_assert_eq!(state.as_str(), link.stage.word(), "after {:?}: {:?}", after, link);
        let copies = "select count(*) as value from drawing_revision where connection_id = $1";
        let copies = site.count(copies, args![link.id]).await;
        prop_assert_eq!(copies, i64::from(link.copied), "after {:?}: {:?}", after, link);
    }
    for (place, project) in world.projects.iter().enumerate() {
        let role: Vec<String> = sql::values(
            &site.app.db,
            "select role as value from project_role where project_id = $1",
            args![*project],
        )
        .await;
        let expected = match (model.is_upstream(place), model.is_downstream(place)) {
            (true, true) => {
                return Err(TestCaseError::fail("the model itself has a project with both roles"));
            }
            (true, false) => vec!["upstream".to_owned()],
            (false, true) => vec!["downstream".to_owned()],
            (false, false) => vec![],
        };
        prop_assert_eq!(role, expected, "after {:?}", after);
    }
    sound(site).await;
    Ok(())
}

fn long() -> bool {
    std::env::var_os("SLUICE_LONG").is_some_and(|value| !value.is_empty())
}

/// Plays so many sequences of commands; the same ones each time, so that a failure is found again.
fn sequences(site: &Site, runtime: &tokio::runtime::Handle) {
    let cases = if long() { 300 } else { 12 };
    let config = Config { cases, max_shrink_iters: 200, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[3; 32]));
    let round = std::cell::Cell::new(0);
    let played = runner.run(&prop::collection::vec(drawn(), 10..50), |commands| {
        round.set(round.get() + 1);
        runtime.block_on(compare(site, round.get(), &commands))
    });
    if let Err(failure) = played {
        panic!("{failure}");
    }
}

#[test]
fn con_03_con_04_con_05_con_06_hold_after_every_command_sqlite() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let site = runtime.block_on(Site::sqlite());
    sequences(&site, runtime.handle());
    runtime.block_on(site.close());
}

#[test]
fn con_03_con_04_con_05_con_06_hold_after_every_command_postgres() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let Some(site) = runtime.block_on(Site::postgres()) else { return };
    sequences(&site, runtime.handle());
    runtime.block_on(site.close());
}

/// Eight callers at once in two processes, and the background work beside them; whatever came of it must hold.
async fn at_once(site: Site) {
    const CALLERS: usize = 8;
    let (games, rounds) = if long() { (20, 60) } else { (2, 25) };
    let other = site.second().await;
    let mut dice = Dice::new(33);
    let (mut allowed, mut refused) = (0, 0);
    for game in 0..games {
        let world = std::sync::Arc::new(Companies::found(&site, game).await);
        for _ in 0..rounds {
            let ids: Vec<ConnectionId> = sql::values(
                &site.app.db,
                "select id as value from connection order by requested_at desc, id limit 24",
                args![],
            )
            .await;
            let callers = (0..CALLERS).map(|place| {
                let command = match rolled(&mut dice) {
                    Command::Ask { who, down, up } => Command::Ask { who, down, up },
                    _ if ids.is_empty() => Command::Work,
                    other => other,
                };
                let app = if place % 2 == 0 { site.app.clone() } else { other.clone() };
                let (world, ids) = (std::sync::Arc::clone(&world), ids.clone());
                tokio::spawn(async move { world.play(&app, command, &ids).await })
            });
            let callers: Vec<_> = callers.collect();
            let worker = other.clone();
            let work = tokio::spawn(async move { sluice_app::jobs::run_until_idle(&worker).await });
            for caller in callers {
                match caller.await.unwrap() {
                    Ok(_) => allowed += 1,
                    Err(_) => refused += 1,
                }
            }
            work.await.unwrap().unwrap();
            sound(&site).await;
            site.clock.advance(SignedDuration::from_mins(WAITS[usize::try_from(dice.below(4)).unwrap()]));
        }
        site.run_until_idle().await;
        sound(&site).await;
    }
    println!("{allowed} commands were carried out, {refused} refused");
    assert!(allowed > rounds && refused > rounds);
    other.db.close().await;
    site.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn con_03_con_04_con_05_con_06_hold_with_eight_callers_at_once_sqlite() {
    at_once(Site::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn con_03_con_04_con_05_con_06_hold_with_eight_callers_at_once_postgres() {
    if let Some(site) = Site::postgres().await {
        at_once(site).await;
    }
}
