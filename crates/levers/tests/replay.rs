//! The real ledger of an account whose clock is moved: no nonce is given twice, and who is refused for it.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use countersign_ledger::{ClaimError, Ledger, Nonce};
use countersign_levers::Levers;
use countersign_model::{Lever, Settings, TestAccount};
use countersign_world::{Clock as _, ClockMove, FixedClock, SeededEntropy, UnixTime};
use proptest::prelude::*;
use tempfile::TempDir;

const START: i64 = 1_767_225_600;
const WINDOW: i64 = 300;
const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// An account, its machine and the folder of its ledger.
struct Bench {
    folder: TempDir,
    system: Arc<FixedClock>,
    levers: Levers,
    ledger: Option<Ledger>,
    /// No unused nonce stamped at this time or later may have been refused.
    known_from: i64,
}

#[expect(clippy::unwrap_used, reason = "what cannot be opened fails the test")]
impl Bench {
    fn new() -> Self {
        let system = Arc::new(FixedClock::at(UnixTime::from_seconds(START)));
        let mut bench = Self {
            folder: TempDir::new().unwrap(),
            levers: levers(&system),
            system,
            ledger: None,
            known_from: i64::MIN,
        };
        bench.restart();
        bench
    }

    /// As after a crash: the ledger is not closed, and the levers begin anew.
    fn restart(&mut self) {
        self.ledger = None;
        self.levers = levers(&self.system);
        let (window, now) = (
            Duration::from_secs(WINDOW.cast_unsigned()),
            self.levers.clock().now(),
        );
        let entropy = SeededEntropy::new(1);
        self.ledger = Some(Ledger::open(self.folder.path(), window, now, &entropy).unwrap());
        self.known_from = self.known_from.max(now.seconds() - WINDOW);
    }

    fn ledger(&self) -> &Ledger {
        self.ledger.as_ref().unwrap()
    }

    fn now(&self) -> i64 {
        self.levers.clock().now().seconds()
    }

    fn set(&self, seconds: i64) {
        let moment = UnixTime::from_seconds(seconds);
        self.levers.turn_clock(ClockMove::Set(moment)).unwrap();
    }

    fn follow_system(&self) {
        self.levers.turn_clock(ClockMove::FollowSystem).unwrap();
    }

    fn sync(&self) {
        self.ledger().sync(self.levers.ledger_time()).unwrap();
    }

    /// An hour before what the machine's clock has made too old; no hour, of what it had at the last start.
    fn known_from(&self) -> i64 {
        self.known_from.max(self.system.now().seconds() - HOUR - WINDOW)
    }

    /// Seconds pass on the machine, with a login in each half-minute and a sync now and then.
    fn work(&self, seconds: i64) {
        for half_minute in 0..seconds / 30 {
            self.claim(self.now(), &format!("work {half_minute}")).unwrap();
            self.system.advance(Duration::from_secs(30));
            if half_minute % 10 == 9 {
                self.sync();
            }
        }
    }

    fn claim(&self, timestamp: i64, nonce: &str) -> Result<(), ClaimError> {
        let nonce = Nonce {
            consumer_key: "consumer",
            token: "token",
            timestamp,
            nonce,
        };
        self.ledger()
            .claim(&nonce, self.levers.clock().now())
            .map(|_claimed| ())
    }
}

#[expect(clippy::unwrap_used, reason = "the account's id is one")]
fn levers(system: &Arc<FixedClock>) -> Levers {
    let settings = Settings {
        test_account: Some(TestAccount {
            levers: vec![Lever::Clock],
            seed: None,
        }),
        ..Settings::default()
    };
    Levers::for_account("1234567".parse().unwrap(), &settings, Arc::clone(system) as _)
}

#[test]
fn going_ahead_for_long_and_back_gives_no_nonce_again_and_refuses_nobody() {
    let bench = Bench::new();
    bench.claim(START, "before").unwrap();
    bench.set(START + 30 * DAY);
    bench.work(HOUR);
    bench.claim(bench.now(), "ahead").unwrap();
    let ahead = bench.now();

    bench.set(START + 10);
    assert!(matches!(bench.claim(START, "before"), Err(ClaimError::Used)));
    bench.follow_system();
    bench.claim(bench.now(), "back").unwrap();
    bench.claim(bench.now() - WINDOW, "as old as it may be").unwrap();

    bench.set(ahead);
    assert!(matches!(bench.claim(ahead, "ahead"), Err(ClaimError::Used)));
    bench.claim(ahead, "ahead again").unwrap();
}

#[test]
fn a_start_while_the_clock_was_ahead_forgets_nothing() {
    let mut bench = Bench::new();
    bench.claim(START, "before").unwrap();
    bench.set(START + DAY);
    bench.claim(START + DAY, "ahead").unwrap();
    bench.sync();
    bench.restart();
    assert_eq!(bench.now(), START);
    assert!(matches!(bench.claim(START, "before"), Err(ClaimError::Used)));
    bench.set(START + DAY);
    assert!(matches!(bench.claim(START + DAY, "ahead"), Err(ClaimError::Used)));
}

#[test]
fn an_hour_back_the_ledger_still_tells_used_from_unused() {
    let bench = Bench::new();
    bench.work(3 * HOUR);
    let then = bench.now() - HOUR;
    bench.set(then);
    assert!(matches!(bench.claim(then, "work 240"), Err(ClaimError::Used)));
    bench.claim(then, "new").unwrap();
}

#[test]
fn further_back_than_the_ledger_knows_all_are_refused_until_the_clock_is_where_it_does() {
    let bench = Bench::new();
    bench.work(4 * HOUR);
    let system = bench.now();
    bench.set(system - 3 * HOUR);
    let Err(ClaimError::BeforeRestart { through }) = bench.claim(system - 3 * HOUR, "new") else {
        panic!("a nonce was given of which nobody knows whether it was used");
    };
    let known_from = system - HOUR - WINDOW;
    assert!(through < known_from && known_from - through <= 30, "{through}");
    bench.set(through + 1);
    bench.claim(through + 1, "new").unwrap();
    bench.follow_system();
    bench.claim(system, "back").unwrap();
}

#[test]
fn forgetting_on_purpose_lets_the_clock_go_anywhere() {
    let bench = Bench::new();
    bench.work(3 * HOUR);
    bench.set(START);
    assert!(bench.claim(START, "new").is_err());
    bench.ledger().forget_everything().unwrap();
    bench.claim(START, "new").unwrap();
}

#[test]
fn years_ahead_and_back_cost_one_entry_for_each_login_and_refuse_nobody() {
    let bench = Bench::new();
    for year in 0..70 {
        bench.set(START + year * 365 * DAY);
        bench.claim(bench.now(), "yearly").unwrap();
        bench.sync();
    }
    assert_eq!(bench.ledger().count(), 70);
    bench.follow_system();
    assert!(matches!(bench.claim(START, "yearly"), Err(ClaimError::Used)));
    bench.claim(START, "new").unwrap();
}

#[derive(Clone, Debug)]
enum Step {
    Turn(ClockMove),
    Wait(u64),
    /// Seconds from what the clock shows, and which of a few nonces.
    Claim(i64, u8),
    Sync,
    Restart,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    // Coming back to few places finds the nonces used there.
    let place = prop_oneof![
        Just(0),
        Just(-600),
        Just(900),
        Just(2 * HOUR),
        Just(DAY),
        Just(-3 * HOUR)
    ];
    let moved = prop_oneof![
        Just(ClockMove::Freeze),
        Just(ClockMove::Resume),
        Just(ClockMove::FollowSystem),
        (0..7200_u64).prop_map(|by| ClockMove::Advance(Duration::from_secs(by))),
        place.clone().prop_map(|ahead| ClockMove::Skew {
            ahead_millis: ahead * 1000
        }),
        place.prop_map(|place| ClockMove::Set(UnixTime::from_seconds(START + place))),
    ];
    let offset = prop_oneof![4 => -2..=2_i64, 1 => -310..310_i64];
    let step = prop_oneof![
        10 => (offset, 0..3_u8).prop_map(|(offset, nonce)| Step::Claim(offset, nonce)),
        4 => moved.prop_map(Step::Turn),
        2 => prop_oneof![0..3_u64, 20..4000_u64].prop_map(Step::Wait),
        3 => Just(Step::Sync),
        1 => Just(Step::Restart),
    ];
    prop::collection::vec(step, 1..100)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn no_nonce_is_given_twice_however_the_clock_is_moved(steps in steps()) {
        let mut bench = Bench::new();
        let mut given = HashSet::new();
        for step in steps {
            match step {
                Step::Turn(moved) => { bench.levers.turn_clock(moved).unwrap(); }
                Step::Wait(seconds) => bench.system.advance(Duration::from_secs(seconds)),
                Step::Sync => bench.sync(),
                Step::Restart => bench.restart(),
                Step::Claim(offset, nonce) => {
                    let timestamp = bench.now() + offset;
                    let is_known = given.contains(&(timestamp, nonce));
                    match bench.claim(timestamp, &format!("nonce{nonce}")) {
                        Ok(()) => prop_assert!(given.insert((timestamp, nonce)), "given twice"),
                        Err(ClaimError::Used) => prop_assert!(is_known, "refused as used, and never given"),
                        Err(ClaimError::Outside { .. }) => prop_assert!(offset.abs() > WINDOW),
                        Err(ClaimError::BeforeRestart { .. }) => {
                            prop_assert!(timestamp < bench.known_from(), "refused, and it could be known");
                        }
                        Err(error @ ClaimError::Journal(_)) => prop_assert!(false, "{error}"),
                    }
                }
            }
        }
    }
}
