//! What is commanded: drawn by `proptest`, which can shorten what fails, or by dice.

use proptest::prelude::*;
use sluice_testkit::Dice;

use super::rules::owner;
use super::{COMPANIES, EVERYWHERE, PEOPLE, PROJECTS};

/// Something a person does, or time. Numbers choose among what there is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Command {
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
pub(super) const WAITS: [i64; 5] = [2, 4, 7, 25 * 60, 61 * 24 * 60];

/// What may be commanded, the likelier the more comes of it.
pub(super) fn drawn() -> impl Strategy<Value = Command> {
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

/// A command by chance.
pub(super) fn rolled(dice: &mut Dice) -> Command {
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
