//! What holds for a schedule whatever is asked of it, in whatever order.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test ends at its first surprise"
)]

use std::collections::BTreeSet;
use std::num::{NonZeroU8, NonZeroU32};
use std::time::Duration;

use countersign_governor::{
    Again, Answer, Ask, End, Limit, Place, Priority, Schedule, Settings, Slot, Verdict,
};
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Act {
    Ask {
        caller: u8,
        share: u8,
        priority: usize,
        patience: u64,
    },
    Release {
        which: usize,
        answered: bool,
    },
    Refuse {
        which: usize,
    },
    Leave {
        which: usize,
    },
    Pass {
        millis: u64,
    },
    Learn {
        limit: u32,
    },
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        6 => (0..5_u8, 1..=100_u8, 0..3_usize, 1..20_000_u64)
            .prop_map(|(caller, share, priority, patience)| Act::Ask { caller, share, priority, patience }),
        4 => (any::<usize>(), any::<bool>()).prop_map(|(which, answered)| Act::Release { which, answered }),
        2 => any::<usize>().prop_map(|which| Act::Refuse { which }),
        1 => any::<usize>().prop_map(|which| Act::Leave { which }),
        3 => (0..3_000_u64).prop_map(|millis| Act::Pass { millis }),
        1 => (1..30_u32).prop_map(|limit| Act::Learn { limit }),
    ]
}

fn limit() -> impl Strategy<Value = Limit> {
    let some = |limit| NonZeroU32::new(limit).unwrap();
    prop_oneof![
        Just(Limit::Unknown),
        (1..20_u32).prop_map(move |limit| Limit::Set(some(limit))),
        (1..20_u32).prop_map(move |limit| Limit::Learnt(some(limit))),
    ]
}

/// A schedule, and all that its callers have of it.
struct World {
    schedule: Schedule,
    slots: Vec<Slot>,
    places: Vec<Place>,
    now: Duration,
    asked: u64,
    turned_away: u64,
    left: u64,
    finished: u64,
    late: u64,
}

impl World {
    fn new(settings: &Settings) -> Self {
        Self {
            schedule: Schedule::new(settings),
            slots: Vec::new(),
            places: Vec::new(),
            now: Duration::ZERO,
            asked: 0,
            turned_away: 0,
            left: 0,
            finished: 0,
            late: 0,
        }
    }

    fn act(&mut self, act: &Act) {
        let gauge = self.schedule.gauge(self.now);
        match *act {
            Act::Ask {
                caller,
                share,
                priority,
                patience,
            } => {
                self.asked += 1;
                let ask = Ask {
                    share: NonZeroU8::new(share).unwrap(),
                    priority: Priority::ALL[priority],
                    ..Ask::of(format!("caller {caller}"), Duration::from_millis(patience))
                };
                match self.schedule.ask(&ask, self.now) {
                    Ok(Answer::Granted(slot)) => self.slots.push(slot),
                    Ok(Answer::Waits(place)) => self.places.push(place),
                    Err(busy) => {
                        assert!(busy.retry_after() >= Duration::from_secs(1));
                        self.turned_away += 1;
                    }
                }
            }
            Act::Release { which, answered } => {
                if let Some(slot) = pick(&mut self.slots, which) {
                    let end = if answered { End::Answered } else { End::Unknown };
                    self.schedule.release(slot, end, self.now);
                    self.finished += 1;
                }
            }
            Act::Refuse { which } => {
                if let Some(slot) = pick(&mut self.slots, which) {
                    match self.schedule.refused(slot, self.now) {
                        Again::Granted(slot) | Again::Alone { slot, .. } => self.slots.push(slot),
                        Again::Waits(place) => self.places.push(place),
                        Again::Late(_) => self.late += 1,
                    }
                }
            }
            Act::Leave { which } => {
                if let Some(place) = pick(&mut self.places, which) {
                    self.schedule.leave(&place);
                    self.left += 1;
                }
            }
            Act::Pass { millis } => {
                self.now += Duration::from_millis(millis);
                for place in self.places.iter().filter(|place| place.deadline() <= self.now) {
                    self.schedule.overdue(place, self.now);
                }
            }
            Act::Learn { limit } => self.schedule.learn(NonZeroU32::new(limit).unwrap(), self.now),
        }
        self.hear();
        self.check(gauge.running);
    }

    fn hear(&mut self) {
        while let Some((id, verdict)) = self.schedule.verdict() {
            let place = self.places.iter().position(|place| place.id() == id);
            self.places.swap_remove(place.unwrap());
            match verdict {
                Verdict::Granted(slot) => self.slots.push(slot),
                Verdict::Late(_) => self.late += 1,
            }
        }
    }

    fn check(&self, before: u32) {
        let gauge = self.schedule.gauge(self.now);
        let held: u32 = gauge.callers.iter().map(|caller| caller.holds).sum();
        let waits: usize = gauge.callers.iter().map(|caller| caller.waits).sum();
        assert_eq!(
            (gauge.running as usize, gauge.waiting),
            (self.slots.len(), self.places.len())
        );
        assert_eq!((gauge.running, gauge.waiting), (held, waits));
        assert!(gauge.window >= 1 && gauge.window <= gauge.ceiling);
        // A window that shrinks takes no slot away, but none is given beyond it.
        assert!(gauge.running <= gauge.window.max(before), "{gauge:?}");
        assert!(gauge.waiting == 0 || gauge.running >= gauge.window, "{gauge:?}");
        assert_eq!((gauge.late, gauge.turned_away), (self.late, self.turned_away));
    }
}

fn pick<T>(from: &mut Vec<T>, which: usize) -> Option<T> {
    (!from.is_empty()).then(|| from.swap_remove(which % from.len()))
}

proptest! {
    #[test]
    fn slots_stay_within_the_window_no_work_waits_beside_a_free_one_and_every_waiter_ends(
        limit in limit(),
        reserve in 0..6_u32,
        queue in 0..20_usize,
        acts in prop::collection::vec(act(), 0..300),
    ) {
        let settings = Settings { reserve, queue, queue_per_caller: queue.div_ceil(2), ..Settings::of(limit) };
        let mut world = World::new(&settings);
        for act in &acts {
            world.act(act);
        }
        // Everybody answers from now on: nothing stays behind.
        while !world.slots.is_empty() {
            world.act(&Act::Release { which: 0, answered: true });
        }
        prop_assert!(world.places.is_empty(), "a free account leaves nobody waiting");
        let ended = world.finished + world.late + world.turned_away + world.left;
        prop_assert_eq!(world.asked, ended);
    }

    #[test]
    fn a_caller_with_the_smallest_share_is_served_beside_busy_ones_with_the_largest(
        slots in 1..8_u32,
        rivals in prop::collection::vec((1..=100_u8, 1..200_u64), 1..8),
    ) {
        let settings = Settings::of(Limit::Set(NonZeroU32::new(slots).unwrap()));
        let mut schedule = Schedule::new(&settings);
        let mut now = Duration::ZERO;
        let ask = |name: usize, share: u8| Ask {
            share: NonZeroU8::new(share).unwrap(),
            ..Ask::of(name.to_string(), Duration::MAX)
        };
        let mut held = Vec::new();
        // Each rival has always more to do than there are slots.
        for (name, &(share, _)) in rivals.iter().enumerate() {
            for _ in 0..=slots {
                if let Answer::Granted(slot) = schedule.ask(&ask(name, share), now).unwrap() {
                    held.push(slot);
                }
            }
        }
        let small = rivals.len();
        let Answer::Waits(waits) = schedule.ask(&ask(small, 1), now).unwrap() else { panic!("all is taken") };
        let mut grants = 0;
        let longest = rivals.iter().map(|&(_, hold)| hold).max().unwrap();
        loop {
            prop_assert!(grants < 100_000, "it starves");
            now += Duration::from_millis(longest);
            schedule.release(held.remove(0), End::Answered, now);
            let mut served = BTreeSet::new();
            while let Some((id, verdict)) = schedule.verdict() {
                let Verdict::Granted(slot) = verdict else { panic!("nobody is late") };
                served.insert(id);
                held.push(slot);
                grants += 1;
            }
            if served.contains(&waits.id()) {
                break;
            }
            for (name, &(share, _)) in rivals.iter().enumerate() {
                if schedule.gauge(now).callers.iter().all(|caller| *caller.caller != *name.to_string() || caller.waits == 0) {
                    prop_assert!(matches!(schedule.ask(&ask(name, share), now), Ok(Answer::Waits(_))));
                }
            }
        }
    }
}

#[test]
fn whoever_is_turned_away_hears_how_long_those_before_it_will_take() {
    let settings = Settings {
        queue: 2,
        ..Settings::of(Limit::Set(NonZeroU32::MIN))
    };
    let mut schedule = Schedule::new(&settings);
    let ask = Ask::of("a", Duration::from_secs(60));
    let Ok(Answer::Granted(slot)) = schedule.ask(&ask, Duration::ZERO) else {
        panic!("it is free")
    };
    let now = Duration::from_secs(4);
    schedule.release(slot, End::Answered, now);
    let mut answers = (0..4).map(|_| schedule.ask(&ask, now));
    assert!(matches!(answers.next(), Some(Ok(Answer::Granted(_)))));
    assert!(matches!(answers.next(), Some(Ok(Answer::Waits(_)))));
    assert!(matches!(answers.next(), Some(Ok(Answer::Waits(_)))));
    // Two before it and itself, four seconds each, one at a time.
    let retry_after = answers.next().map(|answer| answer.unwrap_err().retry_after());
    assert_eq!(retry_after, Some(Duration::from_secs(12)));
}

#[test]
fn the_gauge_tells_who_holds_who_waits_and_what_is_left_to_others() {
    let settings = Settings {
        reserve: 2,
        ..Settings::of(Limit::Set(NonZeroU32::new(5).unwrap()))
    };
    let mut schedule = Schedule::new(&settings);
    for name in ["a", "a", "b", "b", "c"] {
        let answer = schedule.ask(&Ask::of(name, Duration::MAX), Duration::ZERO);
        assert!(answer.is_ok());
    }
    let gauge = schedule.gauge(Duration::ZERO);
    assert_eq!(
        (gauge.window, gauge.ceiling, gauge.running, gauge.waiting),
        (3, 3, 3, 2)
    );
    let callers: Vec<_> = gauge
        .callers
        .iter()
        .map(|one| (&*one.caller, one.holds, one.waits))
        .collect();
    assert_eq!(callers, [("a", 2, 0), ("b", 1, 1), ("c", 0, 1)]);
    assert_eq!(gauge.reserve, 2);
}

#[test]
fn the_gauge_tells_how_long_the_first_has_waited_and_what_the_last_minute_brought() {
    let settings = Settings {
        queue: 2,
        ..Settings::of(Limit::Set(NonZeroU32::MIN))
    };
    let mut schedule = Schedule::new(&settings);
    let second = Duration::from_secs(1);
    let ask = |name: &str, patience| Ask::of(name, patience);
    let Ok(Answer::Granted(slot)) = schedule.ask(&ask("a", Duration::MAX), second) else {
        panic!("it is free")
    };
    let Ok(Answer::Waits(_)) = schedule.ask(&ask("b", Duration::MAX), second * 2) else {
        panic!("it is taken")
    };
    let Ok(Answer::Waits(late)) = schedule.ask(&ask("c", second), second * 3) else {
        panic!("it is taken")
    };
    assert!(schedule.ask(&ask("d", second), second * 4).is_err());
    let gauge = schedule.gauge(second * 4);
    assert_eq!((gauge.longest_wait, gauge.lately.turned_away), (second * 2, 1));
    schedule.overdue(&late, second * 5);
    schedule.release(slot, End::Answered, second * 6);
    let gauge = schedule.gauge(second * 6);
    assert_eq!((gauge.waiting, gauge.longest_wait), (0, Duration::ZERO));
    assert_eq!(
        (gauge.lately.served, gauge.lately.late, gauge.lately.longest_wait),
        (1, 1, second * 4)
    );
    assert!(gauge.rate > 0.0);
    // Whoever was served in the last minute is there, and what happened before it is not.
    let seen = |now| {
        let gauge = schedule.gauge(now);
        let callers = gauge.callers.into_iter();
        let callers: Vec<_> = callers
            .map(|one| (one.caller.to_string(), one.served_lately))
            .collect();
        (gauge.lately.served, callers)
    };
    assert_eq!(
        seen(second * 65),
        (1, vec![("a".to_owned(), 1), ("b".to_owned(), 0)])
    );
    assert_eq!(seen(second * 66), (0, vec![("b".to_owned(), 0)]));
}
