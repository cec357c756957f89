//! The laws of an account's clock, for any moves in any order.

use proptest::prelude::*;

use super::*;
use crate::FixedClock;

const START: UnixTime = UnixTime::from_seconds(1_767_225_600);
const HOUR: Duration = Duration::from_secs(3600);

fn clock() -> (Arc<FixedClock>, AccountClock) {
    let system = Arc::new(FixedClock::at(START));
    let account = AccountClock::new(Arc::clone(&system) as _);
    (system, account)
}

#[test]
fn a_clock_that_nobody_moved_is_the_systems() {
    let (system, clock) = clock();
    assert_eq!(clock.setting(), ClockSetting::SYSTEM);
    system.advance(HOUR);
    assert_eq!(clock.now(), system.now());
}

#[test]
fn a_frozen_clock_stands_still_until_it_is_resumed() {
    let (system, clock) = clock();
    assert_eq!(clock.turn(ClockMove::Freeze), Ok(START));
    system.advance(HOUR);
    assert_eq!(clock.now(), START);
    assert_eq!(clock.turn(ClockMove::Advance(HOUR * 2)), Ok(START.plus(HOUR * 2)));
    system.advance(HOUR);
    assert_eq!(clock.now(), START.plus(HOUR * 2));
    clock.turn(ClockMove::Resume).unwrap();
    system.advance(HOUR);
    assert_eq!(clock.now(), START.plus(HOUR * 3));
}

#[test]
fn a_skewed_clock_keeps_its_distance_from_the_systems() {
    let (system, clock) = clock();
    for ahead_millis in [-600_000, 600_000] {
        clock.turn(ClockMove::Skew { ahead_millis }).unwrap();
        system.advance(HOUR);
        assert_eq!(clock.now().millis(), system.now().millis() + ahead_millis);
    }
}

#[test]
fn a_moved_clock_follows_the_system_again_from_wherever_it_was() {
    let (system, clock) = clock();
    for moved in [
        ClockMove::Freeze,
        ClockMove::Set(AccountClock::LATEST),
        ClockMove::FreezeAt(AccountClock::EARLIEST),
    ] {
        clock.turn(moved).unwrap();
        assert_eq!(clock.turn(ClockMove::FollowSystem), Ok(system.now()));
        assert_eq!(clock.setting(), ClockSetting::SYSTEM);
    }
}

#[test]
fn a_clock_follows_the_system_also_where_no_account_may_be_set_to() {
    for far in [i64::MIN, i64::MAX] {
        let system = FixedClock::at(UnixTime::from_millis(far));
        let clock = AccountClock::new(Arc::new(system));
        assert_eq!(clock.now().millis(), far);
        assert!(clock.turn(ClockMove::Freeze).is_err());
        assert!(clock.turn(ClockMove::Set(START)).is_err());
        assert_eq!(clock.turn(ClockMove::FreezeAt(START)), Ok(START));
        clock.turn(ClockMove::FollowSystem).unwrap();
        assert_eq!(clock.now().millis(), far);
    }
}

#[test]
fn a_move_that_would_leave_the_range_changes_nothing_and_names_it() {
    let (_, clock) = clock();
    for moved in [
        ClockMove::Advance(Duration::MAX),
        ClockMove::Set(AccountClock::LATEST.plus(Duration::from_millis(1))),
        ClockMove::FreezeAt(UnixTime::from_millis(-1)),
        ClockMove::Skew {
            ahead_millis: i64::MIN,
        },
        ClockMove::Skew {
            ahead_millis: i64::MAX,
        },
    ] {
        let refused = clock.turn(moved).unwrap_err();
        assert!(refused.to_string().contains("2100-01-01"), "{refused}");
        assert_eq!(clock.setting(), ClockSetting::SYSTEM);
    }
}

#[test]
fn elapsed_time_is_the_systems_however_the_clock_is_moved() {
    let (system, clock) = clock();
    clock.turn(ClockMove::FreezeAt(AccountClock::LATEST)).unwrap();
    assert_eq!(clock.elapsed(), system.elapsed());
    system.advance(HOUR);
    assert_eq!(clock.elapsed(), system.elapsed());
}

#[test]
fn of_moves_made_at_once_none_is_lost() {
    let (_, clock) = clock();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..1_000 {
                    clock.turn(ClockMove::Advance(Duration::from_millis(1))).unwrap();
                }
            });
        }
    });
    assert_eq!(clock.now(), START.plus(Duration::from_secs(4)));
}

fn moment() -> impl Strategy<Value = UnixTime> {
    (AccountClock::EARLIEST.millis()..=AccountClock::LATEST.millis()).prop_map(UnixTime::from_millis)
}

fn moves() -> impl Strategy<Value = Vec<ClockMove>> {
    let one = prop_oneof![
        Just(ClockMove::Freeze),
        Just(ClockMove::Resume),
        Just(ClockMove::FollowSystem),
        moment().prop_map(ClockMove::FreezeAt),
        moment().prop_map(ClockMove::Set),
        any::<u64>().prop_map(|millis| ClockMove::Advance(Duration::from_millis(millis))),
        (0..100_000_000_u64).prop_map(|millis| ClockMove::Advance(Duration::from_millis(millis))),
        any::<i64>().prop_map(|ahead_millis| ClockMove::Skew { ahead_millis }),
        (-1_000_000..1_000_000_i64).prop_map(|ahead_millis| ClockMove::Skew { ahead_millis }),
    ];
    prop::collection::vec(one, 0..20)
}

proptest! {
    #[test]
    fn a_clock_shows_what_the_last_accepted_move_said(moves in moves(), waits in prop::collection::vec(0..10_000_u64, 20)) {
        let (system, clock) = clock();
        for (moved, wait) in moves.into_iter().zip(waits) {
            system.advance(Duration::from_millis(wait));
            let before = clock.setting();
            match clock.turn(moved) {
                Ok(shown) => {
                    prop_assert_eq!(clock.now(), shown);
                    prop_assert!((AccountClock::EARLIEST..=AccountClock::LATEST).contains(&shown));
                }
                Err(_) => prop_assert_eq!(clock.setting(), before),
            }
        }
    }

    #[test]
    fn while_nobody_moves_it_a_clock_stands_still_or_goes_with_the_system(moves in moves(), waits in prop::collection::vec(0..10_000_u64, 1..20)) {
        let (system, clock) = clock();
        for moved in moves {
            let _outside = clock.turn(moved);
        }
        let mut before = clock.now();
        for wait in waits {
            system.advance(Duration::from_millis(wait));
            let passed = clock.now().millis() - before.millis();
            let expected = match clock.setting() {
                ClockSetting::Running { .. } => wait.cast_signed(),
                ClockSetting::Frozen { .. } => 0,
            };
            prop_assert_eq!(passed, expected);
            before = clock.now();
        }
    }

    #[test]
    fn an_advance_adds_exactly_what_it_says(moves in moves(), by in 0..1_000_000_000_u64) {
        let (_, clock) = clock();
        for moved in moves {
            let _outside = clock.turn(moved);
        }
        let before = clock.now();
        if let Ok(after) = clock.turn(ClockMove::Advance(Duration::from_millis(by))) {
            prop_assert_eq!(after.since(before), Duration::from_millis(by));
        }
    }

    #[test]
    fn a_setting_is_read_as_it_was_kept(millis in AccountClock::EARLIEST.millis()..=AccountClock::LATEST.millis(), ahead_millis in -(1_i64 << 43)..1 << 43) {
        for setting in [
            ClockSetting::Frozen { at: UnixTime::from_millis(millis) },
            ClockSetting::Running { ahead_millis },
        ] {
            prop_assert_eq!(ClockSetting::unpacked(setting.packed()), setting);
        }
    }
}
