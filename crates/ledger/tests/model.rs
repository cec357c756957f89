//! The ledger against a model that never forgets.

use std::collections::HashSet;
use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use countersign_ledger::{ClaimError, Ledger, Nonce};
use countersign_world::{SeededEntropy, UnixTime};
use proptest::prelude::*;
use tempfile::TempDir;

const START: i64 = 1_767_225_600;
const WINDOW: i64 = 300;

fn window() -> Duration {
    Duration::from_secs(WINDOW.cast_unsigned())
}

fn at(seconds: i64) -> UnixTime {
    UnixTime::from_seconds(seconds)
}

#[derive(Clone, Debug)]
enum Step {
    /// Seconds from now, and which of a few callers and nonces.
    Claim(i64, u8, u8),
    Wait(i64),
    Back(i64),
    Sync,
    Crash,
    Close,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let offset = prop_oneof![-320..320_i64, -301..=-299_i64, 299..=301_i64, -2..=2_i64];
    let step = prop_oneof![
        12 => (offset, 0..3_u8, 0..4_u8).prop_map(|(offset, caller, nonce)| Step::Claim(offset, caller, nonce)),
        3 => prop_oneof![0..3_i64, 20..400_i64].prop_map(Step::Wait),
        1 => (1..700_i64).prop_map(Step::Back),
        2 => Just(Step::Sync),
        1 => Just(Step::Crash),
        1 => Just(Step::Close),
    ];
    prop::collection::vec(step, 1..120)
}

/// Callers whose names run into each other, so that the borders between the parts are tried too.
fn parts(caller: u8, nonce: u8) -> (&'static str, &'static str, String) {
    let (consumer_key, token) = match caller {
        0 => ("key", "token"),
        1 => ("keyt", "oken"),
        _ => ("key", ""),
    };
    (consumer_key, token, format!("nonce{nonce}"))
}

#[expect(clippy::unwrap_used, reason = "a folder that cannot be opened fails the test")]
fn reopen(folder: &TempDir, now: i64) -> Ledger {
    Ledger::open(folder.path(), window(), at(now), &SeededEntropy::new(9)).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn no_nonce_is_given_twice_and_while_time_goes_forward_every_unused_one_is_given(
        steps in steps(),
        on_disk in any::<bool>(),
    ) {
        let folder = TempDir::new().unwrap();
        let mut now = START;
        let mut went_back = false;
        let mut given = HashSet::new();
        let mut ledger =
            if on_disk { reopen(&folder, now) } else { Ledger::in_memory([5; 16], window()) };

        for step in steps {
            match step {
                Step::Claim(offset, caller, number) => {
                    let timestamp = now + offset;
                    let (consumer_key, token, nonce) = parts(caller, number);
                    let claim = Nonce { consumer_key, token, timestamp, nonce: &nonce };
                    let answer = ledger.claim(&claim, at(now));
                    let inside = (now - WINDOW..=now + WINDOW).contains(&timestamp);
                    let unused = !given.contains(&(caller, number, timestamp));
                    match answer {
                        Ok(_) => {
                            prop_assert!(inside && unused, "{claim:?} was given at {now}");
                            given.insert((caller, number, timestamp));
                        }
                        Err(ClaimError::Used) => prop_assert!(inside && !unused),
                        Err(ClaimError::Outside { .. }) => prop_assert!(!inside),
                        Err(ClaimError::BeforeRestart { .. }) => prop_assert!(went_back),
                        Err(ClaimError::Journal(error)) => prop_assert!(false, "{error}"),
                    }
                }
                Step::Wait(seconds) => now += seconds,
                Step::Back(seconds) => {
                    went_back = true;
                    now -= seconds;
                }
                Step::Sync => ledger.sync(at(now)).unwrap(),
                Step::Crash | Step::Close if !on_disk => {}
                Step::Crash => {
                    drop(ledger);
                    ledger = reopen(&folder, now);
                }
                Step::Close => {
                    ledger.close().unwrap();
                    drop(ledger);
                    ledger = reopen(&folder, now);
                }
            }
        }
    }

    #[test]
    fn no_timestamp_and_no_clock_overflows(timestamp in any::<i64>(), millis in any::<i64>()) {
        let ledger = Ledger::in_memory([5; 16], Duration::MAX);
        let now = UnixTime::from_millis(millis);
        let claim = Nonce { consumer_key: "", token: "", timestamp, nonce: "" };
        let first = ledger.claim(&claim, now).is_ok();
        ledger.sync(now).unwrap();
        prop_assert!(!first || ledger.claim(&claim, now).is_err());
    }
}

#[test]
fn of_many_threads_with_one_nonce_exactly_one_wins() {
    let folder = TempDir::new().unwrap();
    let threads = 4;
    for ledger in [Ledger::in_memory([5; 16], window()), reopen(&folder, START)] {
        for round in 0..300 {
            let nonce = format!("nonce{round}");
            let claim = Nonce {
                consumer_key: "key",
                token: "token",
                timestamp: START,
                nonce: &nonce,
            };
            let together = Barrier::new(threads);
            let won = thread::scope(|scope| {
                let claims: Vec<_> = (0..threads)
                    .map(|_| {
                        scope.spawn(|| {
                            together.wait();
                            ledger.claim(&claim, at(START)).is_ok()
                        })
                    })
                    .collect();
                claims
                    .into_iter()
                    .map(|claim| claim.join().unwrap())
                    .filter(|won| *won)
                    .count()
            });
            assert_eq!(won, 1);
        }
        assert_eq!(ledger.count(), 300);
    }
}

#[test]
fn a_million_nonces_take_less_than_24_bytes_each() {
    let ledger = Ledger::in_memory([5; 16], window());
    let claimed: i64 = 1_000_000;
    for number in 0..claimed {
        let nonce = number.to_string();
        let timestamp = START - 300 + number % 600;
        let claim = Nonce {
            consumer_key: "key",
            token: "token",
            timestamp,
            nonce: &nonce,
        };
        let _proof = ledger.claim(&claim, at(START)).unwrap();
        // From 50,000 on, at every fill of the tables.
        if number % 50_000 == 49_999 {
            let per_nonce = ledger.bytes() as f64 / ledger.count() as f64;
            assert!(per_nonce <= 24.0, "{per_nonce:.1} bytes a nonce at {number}");
        }
    }
    assert_eq!(ledger.count(), 1_000_000);
    ledger.sync(at(START + 601)).unwrap();
    assert!(ledger.count() < 50_000, "whole buckets are given back");
}
