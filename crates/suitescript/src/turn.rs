//! Scripts that are long take turns on the processors, and leave one to everything else. While there are any, no more scripts than
//! that begin at the same time: the first millisecond of one is not held back by a turn.
//!
//! A priority alone does not do: what wakes up waits for the end of a slice of whoever runs, and one script that gives memory back
//! keeps the others of its process from theirs for as long as it is not let run again. Running only where nothing else does is for
//! crowds: beside a compiler, such a script would stand still.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long a turn is while others wait, in microseconds. Long: what has slept and is let run keeps the processor for a tick of the
/// system's clock, whoever else wakes up meanwhile, and so each change of turns holds back a request.
const SLICE: u64 = 50_000;

/// Whoever waited for so long goes on without a turn: somebody is inside a call of the engine that takes no notice of turns. More
/// than a slice for each thread of a pool.
const PATIENCE: Duration = Duration::from_millis(500);

/// So many that wait are a crowd: fewer may be an ordinary day.
const CROWD: usize = 4;

/// The turns of all long scripts of a process, whichever [`Threads`](crate::Threads) they run on.
#[derive(Debug)]
pub struct Turns {
    patience: Duration,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug)]
struct State {
    at_once: usize,
    free: usize,
    /// Scripts of which it is not known yet whether they are long.
    beginning: usize,
    /// Who comes first is first.
    waiting: VecDeque<u64>,
    tickets: u64,
}

/// As many as there are processors but one, which is left to whatever else is asked.
impl Default for Turns {
    fn default() -> Self {
        Self::new(std::thread::available_parallelism().map_or(1, |processors| processors.get() - 1))
    }
}

impl Turns {
    /// `at_once`: how many may run at the same time, one at least.
    fn new(at_once: usize) -> Self {
        Self::with_patience(at_once, PATIENCE)
    }

    fn with_patience(at_once: usize, patience: Duration) -> Self {
        let at_once = at_once.max(1);
        Self {
            patience,
            state: Mutex::new(State {
                at_once,
                free: at_once,
                beginning: 0,
                waiting: VecDeque::new(),
                tickets: 0,
            }),
            changed: Condvar::new(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits while long scripts are there and as many others begin as may.
    fn begin(&self) {
        let (mut state, _) = self
            .changed
            .wait_timeout_while(self.state(), self.patience, |state| {
                state.has_long_ones() && state.beginning >= state.at_once
            })
            .unwrap_or_else(PoisonError::into_inner);
        state.beginning += 1;
    }

    fn has_begun(&self) {
        self.state().beginning -= 1;
        self.changed.notify_all();
    }

    fn waiting(&self) -> usize {
        self.state().waiting.len()
    }

    /// False when it took too long.
    fn take(&self) -> bool {
        let mut state = self.state();
        if state.free > 0 && state.waiting.is_empty() {
            state.free -= 1;
            return true;
        }
        let ticket = state.tickets;
        state.tickets += 1;
        state.waiting.push_back(ticket);
        let (mut state, timeout) = self
            .changed
            .wait_timeout_while(state, self.patience, |state| {
                state.free == 0 || state.waiting.front() != Some(&ticket)
            })
            .unwrap_or_else(PoisonError::into_inner);
        state.waiting.retain(|waiting| *waiting != ticket);
        let is_taken = !timeout.timed_out();
        if is_taken {
            state.free -= 1;
        }
        // Whoever stood behind it may have looked before it was gone.
        let has_next = state.free > 0 && !state.waiting.is_empty();
        drop(state);
        if has_next {
            self.changed.notify_all();
        }
        is_taken
    }

    fn give_back(&self) {
        self.state().free += 1;
        self.changed.notify_all();
    }
}

impl State {
    fn has_long_ones(&self) -> bool {
        self.free < self.at_once || !self.waiting.is_empty()
    }
}

/// What one execution has of the [`Turns`]. Whoever gave the execution up may give its turn back too.
#[derive(Debug)]
pub(crate) struct Place {
    turns: Arc<Turns>,
    begins: AtomicBool,
    has_turn: AtomicBool,
    /// Microseconds of the execution until which it goes on without asking again: to the end of a slice that begins when
    /// its waiting ends, also where it waited in vain.
    until: AtomicU64,
}

impl Place {
    pub(crate) fn among(turns: &Arc<Turns>) -> Self {
        Self {
            turns: Arc::clone(turns),
            begins: AtomicBool::new(false),
            has_turn: AtomicBool::new(false),
            until: AtomicU64::new(0),
        }
    }

    /// Before the execution begins, and before its time does.
    pub(crate) fn begin(&self) {
        self.turns.begin();
        self.begins.store(true, Ordering::Release);
    }

    fn has_begun(&self) {
        if self.begins.swap(false, Ordering::AcqRel) {
            self.turns.has_begun();
        }
    }

    /// Waits for a turn where it has none, and lets others have theirs where its own is over. `now`: the time since the
    /// execution began, which goes on while it waits.
    pub(crate) fn take_turn(&self, now: impl Fn() -> Duration) {
        self.has_begun();
        let now = || u64::try_from(now().as_micros()).unwrap_or(u64::MAX);
        if now() < self.until.load(Ordering::Relaxed) {
            return;
        }
        if !self.has_turn() || self.turns.waiting() > 0 {
            self.give_back();
            self.has_turn.store(self.turns.take(), Ordering::Release);
        }
        self.until.store(now().saturating_add(SLICE), Ordering::Relaxed);
    }

    /// Whether many others wait for a turn now.
    pub(crate) fn is_in_crowd(&self) -> bool {
        self.turns.waiting() >= CROWD
    }

    fn has_turn(&self) -> bool {
        self.has_turn.load(Ordering::Acquire)
    }

    /// Where it has one: as before it waits for something else.
    pub(crate) fn give_back(&self) {
        self.has_begun();
        self.until.store(0, Ordering::Relaxed);
        if self.has_turn.swap(false, Ordering::AcqRel) {
            self.turns.give_back();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;
    use std::thread::{scope, yield_now};

    use super::*;

    const LATER: Duration = Duration::from_secs(60);

    const fn at(micros: u64) -> impl Fn() -> Duration {
        move || Duration::from_micros(micros)
    }

    #[test]
    fn a_turn_goes_on_to_whoever_waits_once_its_time_is_over_and_to_nobody_before() {
        let turns = Arc::new(Turns::new(1));
        let (first, second) = (Place::among(&turns), Place::among(&turns));
        let (let_go, waits) = channel::<()>();
        let waits = Mutex::new(waits);
        first.take_turn(at(0));
        scope(|scope| {
            scope.spawn(|| {
                for now in 0.. {
                    second.take_turn(at(now * SLICE));
                    if second.has_turn() {
                        break;
                    }
                }
                waits.lock().unwrap().recv().unwrap_err();
                second.give_back();
            });
            while turns.waiting() == 0 {
                yield_now();
            }
            first.take_turn(at(SLICE / 2));
            assert!(first.has_turn());
            assert!(!second.has_turn());
            let mut now = SLICE;
            while !second.has_turn() {
                now += SLICE;
                first.take_turn(at(now));
            }
            drop(let_go);
        });
        assert_eq!(turns.state().free + usize::from(first.has_turn()), 1);
    }

    #[test]
    fn a_crowd_is_seen_also_where_it_comes_in_the_middle_of_a_turn() {
        let turns = Arc::new(Turns::new(1));
        let first = Place::among(&turns);
        first.take_turn(at(0));
        turns.state().waiting.extend(1..CROWD as u64);
        assert!(!first.is_in_crowd());
        turns.state().waiting.push_back(CROWD as u64);
        first.take_turn(at(SLICE - 1));
        assert!(first.has_turn());
        assert!(first.is_in_crowd());
    }

    #[test]
    fn scripts_begin_one_after_the_other_while_there_is_a_long_one_and_together_where_there_is_none() {
        let turns = Arc::new(Turns::with_patience(1, LATER));
        let [first, second, third] = [(); 3].map(|()| Place::among(&turns));
        first.begin();
        second.begin();
        assert_eq!(turns.state().beginning, 2);
        first.give_back();

        second.take_turn(at(0));
        first.begin();
        scope(|scope| {
            let begins = scope.spawn(|| third.begin());
            assert_eq!(turns.state().beginning, 1);
            // It has begun by its turn, or by its end, which is given back twice.
            first.give_back();
            first.give_back();
            begins.join().unwrap();
        });
        assert_eq!(turns.state().beginning, 1);
    }

    #[test]
    fn whoever_waited_too_long_goes_on_without_a_turn_and_gives_none_back() {
        let turns = Arc::new(Turns::with_patience(1, Duration::from_millis(1)));
        let (stuck, patient) = (Place::among(&turns), Place::among(&turns));
        stuck.take_turn(at(0));
        patient.take_turn(at(0));
        assert!(!patient.has_turn());
        patient.give_back();
        assert_eq!(turns.state().free, 0);

        // Whoever gave it up gives its turn back, and it does so no second time.
        stuck.give_back();
        stuck.give_back();
        assert_eq!(turns.state().free, 1);
        patient.take_turn(at(0));
        assert!(patient.has_turn());
    }

    #[test]
    fn a_slice_begins_when_the_waiting_ends_also_where_it_was_in_vain() {
        let turns = Arc::new(Turns::with_patience(1, Duration::from_millis(1)));
        let (stuck, patient) = (Place::among(&turns), Place::among(&turns));
        stuck.take_turn(at(0));
        // The time goes on while it waits.
        let looks = AtomicU64::new(0);
        patient.take_turn(|| at(looks.fetch_add(1, Ordering::Relaxed) * 5 * SLICE)());
        stuck.give_back();
        patient.take_turn(at(6 * SLICE - 1));
        assert!(!patient.has_turn(), "it goes on without asking");
        patient.take_turn(at(6 * SLICE));
        assert!(patient.has_turn());

        turns.state().waiting.push_back(17);
        patient.take_turn(at(7 * SLICE - 1));
        assert!(patient.has_turn());
    }
}
