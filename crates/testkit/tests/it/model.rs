//! Issue 3's property: whatever whoever commands in whatever order, the topology holds (CON-03 … CON-06), and each answer is the one the
//! rules give. Commands are drawn at random and played against the product and against a model of the rules; then by eight callers at once,
//! where only what must hold is asked.
//!
//! `SLUICE_LONG` plays more of it.
//!
//! Long because: the commands, the model and the two players are read together.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use sluice_app::connections::{self, Ask};
use sluice_app::drawings::publish::{Chosen, publish};
use sluice_app::{App, Error, companies, projects};
use sluice_domain::connection::ApprovalPolicy;
use sluice_domain::permission::{Level, Levels, Tool};
use sluice_domain::{CompanyId, ConnectionId, ProjectId};
use sluice_store::args;
use sluice_testkit::seed::{self, Sheet};
use sluice_testkit::world::{collaborator, company, employee};
use sluice_testkit::{Dice, Person, Site, sql};
use uuid::Uuid;

use crate::races::sound;

const COMPANIES: usize = 3;
const PROJECTS: usize = 2;
const PEOPLE: usize = 2;
const EVERYWHERE: usize = COMPANIES * PROJECTS;

/// Something a person does, or time. Numbers choose among what there is.
#[derive(Debug, Clone, Copy)]
enum Command {
    /// Asks to connect a project to another.
    Ask {
        who: usize,
        down: usize,
        up: usize,
    },
    Approve {
        who: usize,
        of: usize,
    },
    Decline {
        who: usize,
        of: usize,
    },
    Withdraw {
        who: usize,
        of: usize,
    },
    Undo {
        who: usize,
        of: usize,
    },
    Disconnect {
        who: usize,
        of: usize,
    },
    /// A company changes how it approves.
    Policy {
        company: usize,
        automatic: bool,
    },
    /// A project becomes active or inactive.
    Active {
        project: usize,
        active: bool,
    },
    /// Its drawings are switched on or off.
    Drawings {
        project: usize,
        on: bool,
    },
    /// Somebody downstream publishes what arrived.
    Use {
        project: usize,
    },
    /// What is due is done.
    Work,
    /// Time passes.
    Wait {
        minutes: i64,
    },
}

/// Waits such that no sum of them ends on a limit: five minutes, a day, sixty days.
const WAITS: [i64; 5] = [2, 4, 7, 25 * 60, 61 * 24 * 60];

fn command() -> impl Strategy<Value = Command> {
    let who = 0..COMPANIES * PEOPLE;
    let project = 0..EVERYWHERE;
    let of = 0..64_usize;
    let on_one = (who.clone(), of);
    prop_oneof![
        // Asks from the right people often enough that something comes of it.
        8 => (project.clone(), project.clone(), 0..PEOPLE).prop_map(|(down, up, which)| Command::Ask {
            who: down / PROJECTS * PEOPLE + which, down, up
        }),
        1 => (who, project.clone(), project.clone()).prop_map(|(who, down, up)| Command::Ask { who, down, up }),
        5 => on_one.clone().prop_map(|(who, of)| Command::Approve { who, of }),
        2 => on_one.clone().prop_map(|(who, of)| Command::Decline { who, of }),
        2 => on_one.clone().prop_map(|(who, of)| Command::Withdraw { who, of }),
        3 => on_one.clone().prop_map(|(who, of)| Command::Undo { who, of }),
        2 => on_one.prop_map(|(who, of)| Command::Disconnect { who, of }),
        2 => (0..COMPANIES, any::<bool>()).prop_map(|(company, automatic)| Command::Policy { company, automatic }),
        1 => (project.clone(), prop::bool::weighted(0.7)).prop_map(|(project, active)| Command::Active { project, active }),
        1 => (project.clone(), prop::bool::weighted(0.7)).prop_map(|(project, on)| Command::Drawings { project, on }),
        1 => project.prop_map(|project| Command::Use { project }),
        2 => Just(Command::Work),
        3 => prop::sample::select(WAITS.to_vec()).prop_map(|minutes| Command::Wait { minutes }),
    ]
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Requested,
    Connected { at: Timestamp, by_policy: bool },
    Over(&'static str),
}

impl Stage {
    const fn word(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Connected { .. } => "connected",
            Self::Over(word) => word,
        }
    }

    fn counts(self) -> bool {
        matches!(self.word(), "requested" | "connected" | "disconnected")
    }

    fn binds_upstream(self) -> bool {
        matches!(self.word(), "connected" | "disconnected")
    }
}

#[derive(Debug, Clone, Copy)]
struct Link {
    id: ConnectionId,
    up: usize,
    down: usize,
    asked_at: Timestamp,
    stage: Stage,
    used: bool,
    /// Copies stand downstream, unpublished.
    copied: bool,
}

#[derive(Debug, Clone, Copy)]
struct Job {
    active: bool,
    drawings: bool,
}

/// The rules, told once more and without a database.
#[derive(Debug, Clone)]
struct Model {
    automatic: [bool; COMPANIES],
    projects: [Job; EVERYWHERE],
    links: Vec<Link>,
}

type Refusals = BTreeSet<&'static str>;

const fn owner(project: usize) -> usize {
    project / PROJECTS
}

const fn employer(person: usize) -> usize {
    person / PEOPLE
}

const FIVE_MINUTES: SignedDuration = SignedDuration::from_mins(5);

impl Model {
    fn new() -> Self {
        Self {
            automatic: [false; COMPANIES],
            projects: [Job { active: true, drawings: true }; EVERYWHERE],
            links: vec![],
        }
    }

    fn is_upstream(&self, project: usize) -> bool {
        self.links.iter().any(|link| link.up == project && link.stage.binds_upstream())
    }

    fn is_downstream(&self, project: usize) -> bool {
        self.links.iter().any(|link| link.down == project && link.stage.counts())
    }

    /// Everything that stands against two projects being joined.
    fn against(&self, up: usize, down: usize) -> Refusals {
        let mut against = Refusals::new();
        let mut no = |broken: bool, code| {
            if broken {
                against.insert(code);
            }
        };
        no(owner(up) == owner(down), "own_company");
        no(self.is_upstream(down), "downstream_is_upstream");
        no(self.is_downstream(up), "upstream_is_downstream");
        for project in [up, down] {
            no(!self.projects[project].active, "project_inactive");
            no(!self.projects[project].drawings, "tool_off");
        }
        against
    }

    fn against_asking(&self, who: usize, down: usize, up: usize, now: Timestamp) -> Refusals {
        let mut against = self.against(up, down);
        // Everybody sees every project, and manages connections in those of their own company alone.
        if employer(who) != owner(down) {
            against.insert("not_found");
        }
        for link in self.links.iter().filter(|link| link.down == down) {
            match link.stage.word() {
                "disconnected" => drop(against.insert("connection_spent")),
                "requested" => drop(against.insert("already_requested")),
                "connected" => drop(against.insert("already_connected")),
                _ => {}
            }
        }
        let a_day = SignedDuration::from_hours(24);
        let recent = self
            .links
            .iter()
            .filter(|link| (link.up, link.down) == (up, down) && now - a_day < link.asked_at);
        if recent.count() >= 3 {
            against.insert("too_many_requests_today");
        }
        against
    }

    /// Everything that stands against a verb on one of the connections.
    fn against_verb(&self, verb: &str, who: usize, link: &Link, now: Timestamp) -> Refusals {
        let mut against = Refusals::new();
        let own = |project: usize| employer(who) == owner(project);
        if !own(link.up) && !own(link.down) {
            // Whoever represents neither company does not see it.
            return Refusals::from(["not_found"]);
        }
        let made_upstream = match link.stage {
            Stage::Connected { by_policy, .. } => Some(!by_policy),
            _ => None,
        };
        let by_upstream = match verb {
            "approve" | "decline" => Some(true),
            "withdraw" => Some(false),
            "undo" => made_upstream,
            _ => None,
        };
        if by_upstream.is_some_and(|upstream| !own(if upstream { link.up } else { link.down })) {
            against.insert("other_side");
        }
        let wanted = if matches!(verb, "undo" | "disconnect") { "connected" } else { "requested" };
        if link.stage.word() != wanted {
            against.insert("connection_not_in_state");
        }
        if verb == "undo"
            && let Stage::Connected { at, .. } = link.stage
            && (link.used || now >= at + FIVE_MINUTES)
        {
            against.insert("undo_too_late");
        }
        if verb == "approve" {
            against.extend(self.against_approval(link));
        }
        against
    }

    /// The rules of topology as of now; that the downstream project has this request is no obstacle.
    fn against_approval(&self, link: &Link) -> Refusals {
        let mut others = self.clone();
        others.links.retain(|other| other.id != link.id);
        others.against(link.up, link.down)
    }

    fn reviewed(&self, up: usize, down: usize) -> bool {
        let ended = |link: &Link| {
            link.up == up && owner(link.down) == owner(down) && link.stage.word() == "disconnected"
        };
        !self.automatic[owner(up)] || self.links.iter().any(ended)
    }

    /// What was due at this time is done.
    fn work(&mut self, now: Timestamp) {
        let projects = self.projects;
        let flows = |project: usize| projects[project].active && projects[project].drawings;
        for link in &mut self.links {
            if link.stage == Stage::Requested && link.asked_at + SignedDuration::from_hours(24 * 60) <= now {
                link.stage = Stage::Over("expired");
            }
            if matches!(link.stage, Stage::Connected { .. }) && flows(link.up) && flows(link.down) {
                link.copied = true;
            }
        }
    }
}

/// Three companies, two projects and two people each; everybody is in every project's directory.
struct Companies {
    companies: Vec<Uuid>,
    people: Vec<Person>,
    projects: Vec<Uuid>,
}

impl Companies {
    /// `round` keeps their addresses apart from those of other rounds.
    async fn found(site: &Site, round: usize) -> Self {
        let (mut companies, mut people, mut all) = (vec![], vec![], vec![]);
        for place in 0..COMPANIES {
            let address = |who: usize| format!("p{who}@c{place}-r{round}.example");
            let (id, admin) = company(site, &format!("Company {place}"), "Admin", &address(0)).await;
            let second = employee(site, id, "Second", &address(1)).await;
            all.extend(seed::projects(&site.app, id, &[&admin, &second], "Job", PROJECTS).await);
            seed::published(&site.app, &admin, all[place * PROJECTS], &[Sheet::new("A-101", "PLAN", "0")])
                .await;
            seed::published(
                &site.app,
                &admin,
                all[place * PROJECTS + 1],
                &[Sheet::new("A-102", "PLAN", "0")],
            )
            .await;
            companies.push(id);
            people.extend([admin, second]);
        }
        let mut rows = vec![];
        let levels = Levels::default().with(Tool::Drawings, Level::ReadOnly);
        for (place, person) in people.iter().enumerate() {
            for (host, company) in companies.iter().enumerate().filter(|(host, _)| *host != employer(place)) {
                collaborator(site, *company, person, companies[employer(place)]).await;
                for project in &all[host * PROJECTS..(host + 1) * PROJECTS] {
                    rows.push(args![*project, *company, person.id(), levels, site.clock.now()]);
                }
            }
        }
        let mut tx = site.app.db.begin().await.unwrap();
        let head = "insert into member (project_id, company_id, person_id, levels, created_at)";
        tx.insert_many(head, "", rows).await.unwrap();
        tx.commit().await.unwrap();
        Self { companies, people, projects: all }
    }

    /// Carries a command out; the code of a refusal. `links` are the connections there are.
    async fn play(
        &self,
        app: &App,
        command: Command,
        links: &[ConnectionId],
    ) -> Result<Option<ConnectionId>, &'static str> {
        let caller = |who: usize| self.people[who].who();
        let admin = |company: usize| caller(company * PEOPLE);
        let of = |of: usize| links[of % links.len()];
        let switch = |changes: projects::Changes, project: usize| async move {
            let id = ProjectId(self.projects[project]);
            projects::update(app, admin(owner(project)), id, None, changes).await.map(|_| None)
        };
        let done = match command {
            Command::Ask { who, down, up } => {
                let ask = Ask {
                    upstream: ProjectId(self.projects[up]),
                    tools: vec![Tool::Drawings],
                    arrival: None,
                };
                let view = connections::request(app, caller(who), ProjectId(self.projects[down]), &ask).await;
                view.map(|view| Some(view.row.id))
            }
            Command::Approve { who, of: which } => {
                connections::approve(app, caller(who), of(which)).await.map(|_| None)
            }
            Command::Decline { who, of: which } => {
                connections::decline(app, caller(who), of(which), Some("No.")).await.map(|_| None)
            }
            Command::Withdraw { who, of: which } => {
                connections::withdraw(app, caller(who), of(which)).await.map(|_| None)
            }
            Command::Undo { who, of: which } => {
                connections::undo(app, caller(who), of(which)).await.map(|_| None)
            }
            Command::Disconnect { who, of: which } => {
                connections::disconnect(app, caller(who), of(which), "Over.", true).await.map(|_| None)
            }
            Command::Policy { company, automatic } => {
                let policy = if automatic { ApprovalPolicy::Automatic } else { ApprovalPolicy::Review };
                let id = CompanyId(self.companies[company]);
                companies::set_approval(app, admin(company), id, policy).await.map(|_| None)
            }
            Command::Active { project, active } => {
                switch(projects::Changes { active: Some(active), ..Default::default() }, project).await
            }
            Command::Drawings { project, on } => {
                let changes = projects::Changes { tools: vec![(Tool::Drawings, on)], ..Default::default() };
                switch(changes, project).await
            }
            Command::Use { project } => {
                let id = ProjectId(self.projects[project]);
                publish(app, admin(owner(project)), id, &Chosen::All, None, false).await.map(|_| None)
            }
            Command::Work | Command::Wait { .. } => Ok(None),
        };
        done.map_err(code)
    }
}

/// The code of a refusal; a fault of the database ends the test.
fn code(error: Error) -> &'static str {
    error.public_code().unwrap_or_else(|| panic!("no refusal but a fault: {error:?}"))
}

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
    let played = runner.run(&prop::collection::vec(command(), 10..50), |commands| {
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

/// A command by chance.
fn any_command(dice: &mut Dice) -> Command {
    let mut below = |sides: usize| usize::try_from(dice.below(sides as u64)).unwrap();
    let (who, of) = (below(COMPANIES * PEOPLE), below(64));
    let (down, up) = (below(EVERYWHERE), below(EVERYWHERE));
    match below(20) {
        0..8 => Command::Ask { who: owner(down) * PEOPLE + below(PEOPLE), down, up },
        8..11 => Command::Approve { who, of },
        11 => Command::Decline { who, of },
        12 => Command::Withdraw { who, of },
        13 | 14 => Command::Undo { who, of },
        15 => Command::Disconnect { who, of },
        16 => Command::Policy { company: below(COMPANIES), automatic: below(2) == 0 },
        17 => Command::Use { project: down },
        18 => Command::Active { project: down, active: below(4) > 0 },
        _ => Command::Drawings { project: down, on: below(4) > 0 },
    }
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
                let command = match any_command(&mut dice) {
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
