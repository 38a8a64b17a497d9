//! The table of transitions, as properties and rule by rule.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;

fn person(n: u128) -> PersonId {
    PersonId(Uuid::from_u128(n))
}

fn deed(n: u128, side: Side) -> Deed {
    Deed { by: Decider::Person(person(n), side), at: Timestamp::UNIX_EPOCH, reason: None }
}

fn requested() -> Connection {
    let end = |n| End { company: CompanyId(Uuid::from_u128(n)), project: ProjectId(Uuid::from_u128(n + 10)) };
    Connection {
        id: ConnectionId(Uuid::from_u128(1)),
        upstream: end(1),
        downstream: end(2),
        requested_by: person(7),
        requested_at: Timestamp::UNIX_EPOCH,
        stage: Stage::Requested,
    }
}

fn verb() -> impl Strategy<Value = Verb> {
    prop::sample::select(Verb::ALL.to_vec())
}

proptest! {
    /// Whatever is commanded in whatever order: only steps of the table happen, a refusal changes nothing, and what has ended stays ended.
    #[test]
    fn only_the_table_moves_a_connection(verbs in prop::collection::vec(verb(), 0..40)) {
        let mut connection = requested();
        let mut was_connected = false;
        for verb in verbs {
            let before = connection.stage.state();
            let side = connection.side_of_verb(verb);
            match connection.clone().apply(verb, deed(9, side.unwrap_or(Side::Downstream))) {
                Ok(after) => {
                    prop_assert!(TRANSITIONS.contains(&(before, verb, side, after.stage.state())));
                    connection = after;
                }
                Err(refusal) => {
                    prop_assert_eq!(refusal, InvalidTransition { state: before, verb });
                    prop_assert!(!TRANSITIONS.iter().any(|(from, by, _, _)| (*from, *by) == (before, verb)));
                }
            }
            was_connected |= connection.is_connected();
            if connection.stage.state() == State::Disconnected {
                prop_assert!(was_connected, "only what was live can be disconnected");
            }
        }
    }
}

#[test]
fn every_pair_has_at_most_one_outcome_and_final_states_have_none() {
    for (place, (from, verb, side, _)) in TRANSITIONS.iter().enumerate() {
        assert!(!TRANSITIONS[place + 1..].iter().any(|(f, v, s, _)| (f, v, s) == (from, verb, side)));
    }
    for state in [State::Declined, State::Withdrawn, State::Expired, State::Undone, State::Disconnected] {
        assert!(TRANSITIONS.iter().all(|(from, _, _, _)| *from != state), "{state:?} is final");
    }
}

#[test]
fn con_05_roles_follow_the_state() {
    assert!(!State::Requested.holds_upstream_role(), "nobody can bar a project by asking");
    assert!(State::Requested.holds_downstream_role());
    for state in [State::Declined, State::Withdrawn, State::Expired, State::Undone] {
        assert!(!state.holds_downstream_role() && !state.holds_upstream_role());
    }
    assert!(State::Disconnected.holds_downstream_role() && State::Disconnected.holds_upstream_role());
}

#[test]
fn apr_08_nobody_answers_their_own_request_or_for_another_company() {
    let connection = requested();
    let upstream = Some(connection.upstream.company);
    assert_eq!(
        may_command(&connection, Verb::Approve, Side::Upstream, person(7), upstream),
        Err(NotYours::OwnRequest)
    );
    assert_eq!(
        may_command(
            &connection,
            Verb::Approve,
            Side::Upstream,
            person(8),
            Some(connection.downstream.company)
        ),
        Err(NotYours::RepresentsAnother)
    );
    assert_eq!(may_command(&connection, Verb::Approve, Side::Upstream, person(8), upstream), Ok(()));
    assert_eq!(
        may_command(
            &connection,
            Verb::Approve,
            Side::Downstream,
            person(8),
            Some(connection.downstream.company)
        ),
        Err(NotYours::OtherSide(Side::Upstream))
    );
    assert_eq!(
        may_command(&connection, Verb::Withdraw, Side::Upstream, person(8), upstream),
        Err(NotYours::OtherSide(Side::Downstream))
    );
}

#[test]
fn dis_01_both_sides_disconnect_and_say_why() {
    let connection = requested().apply(Verb::Approve, deed(8, Side::Upstream)).unwrap();
    for side in [Side::Upstream, Side::Downstream] {
        assert_eq!(
            may_command(&connection, Verb::Disconnect, side, person(9), Some(connection.end(side).company)),
            Ok(())
        );
    }
    assert_eq!(sound_reason(" \n "), Err(UnsoundReason::Missing));
    assert_eq!(sound_reason(&"x".repeat(2_001)), Err(UnsoundReason::TooLong));
    assert_eq!(sound_reason(" Job\u{7} closed \n").unwrap(), "Job closed");
}

#[test]
fn ppl_17_an_ending_ends_what_is_open_and_the_other_side_hears_of_it() {
    let connected = requested().apply(Verb::Approve, deed(8, Side::Upstream)).unwrap();
    for connection in [requested(), connected] {
        for side in Side::ALL {
            let ending = connection.ending_from(side).unwrap();
            assert!(ending.told().iter().any(|told| *told != side), "{ending:?} by {side:?}");
            let ended = connection.clone().apply(ending.verb(), deed(9, side)).unwrap();
            assert!(!ended.stage.state().is_open(), "{ending:?} by {side:?}");
            assert!(Side::ALL.iter().all(|side| ended.ending_from(*side).is_none()), "it ends once");
        }
    }
    let time = Deed { by: Decider::Time, at: Timestamp::UNIX_EPOCH, reason: None };
    let expired = requested().apply(Ending::Expire.verb(), time).unwrap();
    assert_eq!((expired.stage.state(), Ending::Expire.told()), (State::Expired, &Side::ALL[..]));
}

#[test]
fn und_01_the_side_that_made_it_undoes_it() {
    let command = |connection: &Connection, side: Side| {
        may_command(connection, Verb::Undo, side, person(9), Some(connection.end(side).company))
    };
    // Approved by a person upstream: back to where it was.
    let approved = requested().apply(Verb::Approve, deed(8, Side::Upstream)).unwrap();
    assert_eq!(command(&approved, Side::Upstream), Ok(()));
    assert_eq!(command(&approved, Side::Downstream), Err(NotYours::OtherSide(Side::Upstream)));
    assert_eq!(approved.apply(Verb::Undo, deed(9, Side::Upstream)).unwrap().stage, Stage::Requested);
    // Approved by policy: downstream made it, and nothing is left of it.
    let policy = Deed { by: Decider::Policy, at: Timestamp::UNIX_EPOCH, reason: None };
    let automatic = requested().apply(Verb::Approve, policy).unwrap();
    assert_eq!(command(&automatic, Side::Downstream), Ok(()));
    assert_eq!(command(&automatic, Side::Upstream), Err(NotYours::OtherSide(Side::Downstream)));
    let undone = automatic.apply(Verb::Undo, deed(9, Side::Downstream)).unwrap();
    assert_eq!(undone.stage.state(), State::Undone);
    // What is not live cannot be undone.
    for over in [requested(), undone] {
        let state = over.stage.state();
        assert_eq!(over.side_of_verb(Verb::Undo), None);
        assert_eq!(
            over.apply(Verb::Undo, deed(9, Side::Downstream)),
            Err(InvalidTransition { state, verb: Verb::Undo })
        );
    }
}

proptest! {
    /// Five minutes to the millisecond, and not one more; use ends it at once.
    #[test]
    fn und_01_und_02_five_minutes_unless_used(after_ms in -1_000_i64..900_000, used in any::<bool>()) {
        let connection = requested().apply(Verb::Approve, deed(8, Side::Upstream)).unwrap();
        let now = Timestamp::from_millisecond(after_ms).unwrap();
        let expected = match (used, after_ms < 300_000) {
            (true, _) => Err(TooLate::Used),
            (false, true) => Ok(()),
            (false, false) => Err(TooLate::TimeOver),
        };
        prop_assert_eq!(may_undo(&connection, used, now), expected);
        let until = undo_until(Timestamp::UNIX_EPOCH, used, now);
        prop_assert_eq!(until.is_some(), expected.is_ok());
        prop_assert!(until.is_none_or(|until| until.as_millisecond() == 300_000));
    }
}

#[test]
fn con_09_a_pause_names_what_is_off() {
    let on = (true, true);
    assert_eq!(pause(on, on), None);
    assert_eq!(pause((false, true), on), Some(Pause::ProjectInactive(Side::Upstream)));
    assert_eq!(pause(on, (false, false)), Some(Pause::ProjectInactive(Side::Downstream)));
    assert_eq!(pause((true, false), on), Some(Pause::ToolOff(Side::Upstream)));
    assert_eq!(pause(on, (true, false)), Some(Pause::ToolOff(Side::Downstream)));
}

#[test]
fn con_04_a_company_that_was_disconnected_before_always_goes_to_review() {
    assert_eq!(ApprovalPolicy::Automatic.for_request(false), ApprovalPolicy::Automatic);
    assert_eq!(ApprovalPolicy::Automatic.for_request(true), ApprovalPolicy::Review);
    assert_eq!(ApprovalPolicy::Review.for_request(false), ApprovalPolicy::Review);
}
