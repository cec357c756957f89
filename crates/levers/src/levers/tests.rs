//! What the settings allow, what they put back, and what can be seen.

use std::num::NonZeroU32;

use countersign_world::FixedClock;

use super::*;
use crate::fault::When;
use crate::{Credential, Service};

const NOON: UnixTime = UnixTime::from_seconds(1_767_268_800);
const HOUR: Duration = Duration::from_secs(3600);

fn allowing(levers: &[Lever], seed: Option<u64>) -> Settings {
    Settings {
        test_account: Some(TestAccount {
            levers: levers.to_vec(),
            seed,
        }),
        ..Settings::default()
    }
}

fn levers(settings: &Settings) -> Levers {
    let account = "1234567_SB1".parse().unwrap();
    Levers::for_account(account, settings, Arc::new(FixedClock::at(NOON)))
}

fn refuse_every(n: u32) -> FaultRule {
    FaultRule {
        service: Some(Service::Rest),
        integration: None,
        when: When::Every(NonZeroU32::new(n).unwrap()),
        fault: Fault::RefusedForConcurrency,
    }
}

const CALL: Call = Call {
    service: Service::Rest,
    integration: None,
};

#[test]
fn an_account_that_is_not_marked_refuses_every_lever_and_says_what_to_do() {
    let levers = levers(&Settings::default());
    let no = |lever| Err::<(), _>(LeverError::NoTestAccount(lever));
    assert_eq!(levers.turn_clock(ClockMove::Freeze).map(|_| ()), no(Lever::Clock));
    assert_eq!(levers.add_fault(refuse_every(1)).map(|_| ()), no(Lever::Faults));
    assert_eq!(
        levers.remove_fault(FaultId::new(1)).map(|_| ()),
        no(Lever::Faults)
    );
    assert_eq!(levers.clear_faults().map(|_| ()), no(Lever::Faults));
    assert_eq!(levers.permit(Lever::Reset), no(Lever::Reset));
    assert!(levers.credentials().is_none());
    assert_eq!(levers.header(), None);
    assert!(levers.state().in_force.is_empty());
    let said = LeverError::NoTestAccount(Lever::Clock).to_string();
    assert!(said.contains("mark it as one in its settings") && said.contains("\"Clock\""));
}

#[test]
fn mistakes_are_named_where_the_settings_say_so_and_no_longer() {
    let levers = levers(&allowing(&[Lever::NamedMistakes], None));
    assert!(levers.names_mistakes());
    assert_eq!(levers.header().as_deref(), Some("mistakes=named"));
    assert_eq!(levers.state().in_force.len(), 1);
    levers.take_in(&allowing(&[Lever::Faults], None));
    assert!(!levers.names_mistakes() && levers.header().is_none());
}

#[test]
fn a_test_account_allows_only_the_levers_it_names() {
    let levers = levers(&allowing(&[Lever::Faults], Some(7)));
    assert_eq!(
        levers.turn_clock(ClockMove::Freeze),
        Err(LeverError::NotAllowed(Lever::Clock))
    );
    assert!(
        levers.credentials().is_none(),
        "a seed alone makes nothing predictable"
    );
    levers.add_fault(refuse_every(1)).unwrap();
    assert_eq!(levers.next_fault(CALL), Some(Fault::RefusedForConcurrency));
}

#[test]
fn unmarking_an_account_puts_everything_back_at_once() {
    let levers = levers(&allowing(Lever::ALL, Some(7)));
    let clock = levers.clock();
    levers.turn_clock(ClockMove::Advance(HOUR)).unwrap();
    levers.add_fault(refuse_every(1)).unwrap();
    assert!(levers.credentials().is_some());
    levers.take_in(&Settings::default());
    assert_eq!(clock.now(), NOON);
    assert_eq!(levers.next_fault(CALL), None);
    assert!(levers.credentials().is_none());
    assert_eq!(levers.header(), None);
}

#[test]
fn taking_one_lever_away_leaves_the_others_as_they_are() {
    let levers = levers(&allowing(&[Lever::Clock, Lever::Faults], None));
    levers.turn_clock(ClockMove::Advance(HOUR)).unwrap();
    levers.add_fault(refuse_every(1)).unwrap();
    levers.take_in(&allowing(&[Lever::Clock], None));
    assert_eq!(levers.clock().now(), NOON.plus(HOUR));
    assert_eq!(levers.next_fault(CALL), None);
}

#[test]
fn settings_taken_in_again_move_nothing() {
    let settings = allowing(Lever::ALL, Some(7));
    let levers = levers(&settings);
    levers.turn_clock(ClockMove::Freeze).unwrap();
    levers.add_fault(refuse_every(2)).unwrap();
    let before = levers.state();
    levers.take_in(&settings);
    assert_eq!(levers.state(), before);
}

#[test]
fn no_lever_that_is_pulled_while_the_account_is_unmarked_stays_in_force() {
    let settings = allowing(Lever::ALL, None);
    for _ in 0..200 {
        let levers = levers(&settings);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let _refused = levers.turn_clock(ClockMove::Advance(HOUR));
                let _refused = levers.add_fault(refuse_every(1));
            });
            scope.spawn(|| levers.take_in(&Settings::default()));
        });
        assert_eq!(levers.header(), None);
        assert_eq!(levers.clock().now(), NOON);
    }
}

#[test]
fn whatever_is_in_force_is_said_in_words_and_in_the_header() {
    let levers = levers(&allowing(
        &[Lever::Clock, Lever::Faults, Lever::Determinism],
        Some(987),
    ));
    assert_eq!(levers.header().as_deref(), Some("credentials=seeded"));
    levers.turn_clock(ClockMove::FreezeAt(NOON.plus(HOUR))).unwrap();
    levers.add_fault(refuse_every(3)).unwrap();
    for _ in 0..12 {
        levers.next_fault(CALL);
    }
    assert_eq!(
        levers.header().as_deref(),
        Some("clock=frozen; faults=1; credentials=seeded")
    );
    let state = levers.state();
    assert_eq!(
        state.in_force,
        [
            "the clock is frozen at 2026-01-01T13:00:00Z",
            "every 3rd REST request is refused for concurrency; fired 4 times",
            "ids and credentials are made from the account's seed: whoever knows it knows them",
        ]
    );
    let json = serde_json::to_value(&state).unwrap();
    assert_eq!(
        json["clock"],
        serde_json::json!({
            "mode": "frozen",
            "now": "2026-01-01T13:00:00Z",
            "aheadMillis": 3_600_000,
            "says": "the clock is frozen at 2026-01-01T13:00:00Z",
        })
    );
    assert_eq!(json["faults"][0]["rule"]["when"]["every"], 3);
    assert_eq!(json["faults"][0]["fired"], 4);
    assert_eq!(json["seededCredentials"], true);
    assert!(!json.to_string().contains("987") && !format!("{:?}", levers.credentials()).contains("987"));
}

#[test]
fn a_spent_rule_is_listed_but_not_in_force() {
    let levers = levers(&allowing(&[Lever::Faults], None));
    let rule = FaultRule {
        when: When::Next(NonZeroU32::MIN),
        ..refuse_every(1)
    };
    let id = levers.add_fault(rule).unwrap();
    assert_eq!(levers.header().as_deref(), Some("faults=1"));
    levers.next_fault(CALL).unwrap();
    assert_eq!(levers.header(), None);
    assert!(levers.state().in_force.is_empty());
    assert_eq!(levers.remove_fault(id).unwrap().fired, 1);
    assert_eq!(levers.remove_fault(id), Err(LeverError::NoSuchRule(id)));
}

#[test]
fn the_credentials_of_an_account_are_those_of_its_id_and_seed() {
    let bytes = |seed| {
        let credentials = levers(&allowing(&[Lever::Determinism], Some(seed))).credentials();
        countersign_world::hex(&credentials.unwrap().bytes(Credential::TokenId, 1, 1), 30)
    };
    assert_eq!(bytes(1), bytes(1));
    assert_ne!(bytes(1), bytes(2));
}

#[test]
fn a_ledger_keeps_nonces_longer_only_where_the_clock_can_be_moved() {
    assert_eq!(levers(&Settings::default()).ledger_time(), NOON);
    let levers = levers(&allowing(&[Lever::Clock], None));
    let kept = Levers::NONCES_KEPT;
    assert_eq!(levers.ledger_time(), NOON.minus(kept));
    levers.turn_clock(ClockMove::Advance(HOUR * 9)).unwrap();
    assert_eq!(levers.ledger_time(), NOON.minus(kept));
    levers.turn_clock(ClockMove::Set(NOON.minus(HOUR))).unwrap();
    assert_eq!(levers.ledger_time(), NOON.minus(HOUR).minus(kept));
}
