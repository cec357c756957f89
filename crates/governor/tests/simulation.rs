//! An account with five slots, callers who want more, and a program that asks nobody: all in the schedule's own time.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test ends at its first surprise"
)]

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::num::{NonZeroU8, NonZeroU32};
use std::time::Duration;

use countersign_governor::{
    Again, Answer, Ask, End, Gauge, Limit, PlaceId, Schedule, Settings, Slot, Verdict,
};

/// What the account answers, and how long it takes for it.
enum Sent {
    Served(Slot),
    Refused(Slot),
    /// The pause of a request that runs alone is over.
    Again(Slot),
}

struct Account {
    slots: usize,
    /// Slots taken by a program that asks nobody, from a moment on.
    others: Vec<(Duration, usize)>,
    running: usize,
}

impl Account {
    fn has_room(&self, now: Duration) -> bool {
        let others = self.others.iter().rev().find(|(from, _)| *from <= now);
        self.running + others.map_or(0, |(_, slots)| *slots) < self.slots
    }
}

struct Caller {
    share: u8,
    hold: Duration,
    left: usize,
    done: usize,
}

struct Simulation {
    schedule: Schedule,
    account: Account,
    callers: Vec<Caller>,
    events: BinaryHeap<Reverse<(Duration, u64)>>,
    sent: BTreeMap<u64, (usize, Sent)>,
    waiting: BTreeMap<PlaceId, usize>,
    now: Duration,
    next: u64,
    late: usize,
}

impl Simulation {
    fn new(limit: u32, account: Account, callers: Vec<Caller>) -> Self {
        let settings = Settings::of(Limit::Set(NonZeroU32::new(limit).unwrap()));
        Self {
            schedule: Schedule::new(&settings),
            account,
            callers,
            events: BinaryHeap::new(),
            sent: BTreeMap::new(),
            waiting: BTreeMap::new(),
            now: Duration::ZERO,
            next: 0,
            late: 0,
        }
    }

    /// Each caller sends one request after another until it has none left, or the time is up.
    fn run(mut self, until: Duration) -> Self {
        for caller in 0..self.callers.len() {
            self.ask(caller);
        }
        while let Some(Reverse((at, event))) = self.events.pop() {
            if at > until {
                break;
            }
            self.now = at;
            let (caller, sent) = self.sent.remove(&event).unwrap();
            match sent {
                Sent::Served(slot) => {
                    self.account.running -= 1;
                    self.schedule.release(slot, End::Answered, self.now);
                    self.callers[caller].done += 1;
                    self.ask(caller);
                }
                Sent::Refused(slot) => match self.schedule.refused(slot, self.now) {
                    Again::Granted(slot) => self.send(caller, slot),
                    Again::Waits(place) => {
                        self.waiting.insert(place.id(), caller);
                    }
                    Again::Alone { slot, pause } => self.later(pause, caller, Sent::Again(slot)),
                    Again::Late(_) => self.late += 1,
                },
                Sent::Again(slot) => self.send(caller, slot),
            }
            while let Some((id, verdict)) = self.schedule.verdict() {
                let caller = self.waiting.remove(&id).unwrap();
                match verdict {
                    Verdict::Granted(slot) => self.send(caller, slot),
                    Verdict::Late(_) => self.late += 1,
                }
            }
        }
        self
    }

    fn ask(&mut self, caller: usize) {
        let settings = &mut self.callers[caller];
        if settings.left == 0 {
            return;
        }
        settings.left -= 1;
        let ask = Ask {
            share: NonZeroU8::new(settings.share).unwrap(),
            ..Ask::of(format!("caller {caller}"), Duration::from_secs(60))
        };
        match self.schedule.ask(&ask, self.now).unwrap() {
            Answer::Granted(slot) => self.send(caller, slot),
            Answer::Waits(place) => {
                self.waiting.insert(place.id(), caller);
            }
        }
    }

    fn send(&mut self, caller: usize, slot: Slot) {
        if self.account.has_room(self.now) {
            self.account.running += 1;
            self.later(self.callers[caller].hold, caller, Sent::Served(slot));
        } else {
            self.later(Duration::from_millis(20), caller, Sent::Refused(slot));
        }
    }

    fn later(&mut self, after: Duration, caller: usize, sent: Sent) {
        self.next += 1;
        self.events.push(Reverse((self.now + after, self.next)));
        self.sent.insert(self.next, (caller, sent));
    }

    fn done(&self) -> usize {
        self.callers.iter().map(|caller| caller.done).sum()
    }

    fn gauge(&self) -> Gauge {
        self.schedule.gauge(self.now)
    }
}

const fn caller(share: u8, millis: u64, left: usize) -> Caller {
    Caller {
        share,
        hold: Duration::from_millis(millis),
        left,
        done: 0,
    }
}

const EVER: Duration = Duration::MAX;

#[test]
fn sixty_four_callers_lose_nothing_of_ten_thousand_requests_while_another_program_takes_two_of_five_slots() {
    let account = Account {
        slots: 5,
        others: vec![(Duration::from_secs(10), 2)],
        running: 0,
    };
    let callers = (0..64).map(|name| caller(1, 50 + name * 3, 10_000 / 64 + usize::from(name < 16)));
    let simulation = Simulation::new(5, account, callers.collect()).run(EVER);
    let gauge = simulation.gauge();
    assert_eq!((simulation.done(), simulation.late), (10_000, 0));
    assert_eq!(
        (gauge.late, gauge.turned_away, gauge.running, gauge.waiting),
        (0, 0, 0, 0)
    );
    // What is tried in vain is little, and the slots that are left are used: 10,000 requests of 144.5 ms on average,
    // five at once for ten seconds and then three.
    assert!(gauge.refused < 100, "{} refusals", gauge.refused);
    let ideal = 10.0 + (10_000.0 * 0.1445 - 50.0) / 3.0;
    let took = simulation.now.as_secs_f64();
    assert!(took < ideal * 1.05, "{took} s and not {ideal} s");
}

#[test]
fn slots_that_another_program_gives_back_are_used_again() {
    let account = Account {
        slots: 5,
        others: vec![(Duration::ZERO, 4), (Duration::from_secs(100), 0)],
        running: 0,
    };
    let callers = (0..16).map(|_| caller(1, 100, usize::MAX)).collect();
    let simulation = Simulation::new(5, account, callers).run(Duration::from_secs(250));
    assert_eq!(simulation.gauge().window, 5);
    assert_eq!(simulation.late, 0);
}

#[test]
fn an_account_that_has_no_place_at_all_is_asked_seldom() {
    let account = Account {
        slots: 5,
        others: vec![(Duration::ZERO, 5), (Duration::from_secs(50), 0)],
        running: 0,
    };
    let callers = (0..16).map(|_| caller(1, 100, 10)).collect();
    let simulation = Simulation::new(5, account, callers).run(EVER);
    assert_eq!((simulation.done(), simulation.late), (160, 0));
    assert!(simulation.gauge().refused < 25, "{}", simulation.gauge().refused);
}

#[test]
fn slot_time_is_shared_by_the_shares_whatever_the_requests_take() {
    let account = Account {
        slots: 4,
        others: Vec::new(),
        running: 0,
    };
    // Eight of each, under one name each: long requests, short ones, and short ones with three times the share.
    let mut callers = Vec::new();
    for _ in 0..8 {
        callers.extend([
            caller(1, 1000, usize::MAX),
            caller(1, 100, usize::MAX),
            caller(3, 100, usize::MAX),
        ]);
    }
    let simulation = Simulation::new(4, account, callers).run(Duration::from_secs(1000));
    let time = |kind: usize| {
        let of_kind = simulation.callers.iter().skip(kind).step_by(3);
        of_kind
            .map(|caller| caller.done as f64 * caller.hold.as_secs_f64())
            .sum::<f64>()
            / 4000.0
    };
    let [long, short, thrice] = [time(0), time(1), time(2)];
    for (had, due) in [(long, 0.2), (short, 0.2), (thrice, 0.6)] {
        assert!((had - due).abs() < 0.03, "{long} {short} {thrice}");
    }
}
