//! How many requests may run at once: what is known of the account's limit, less what its refusals say other programs
//! take.
//!
//! Invariant: the window is never below one and never above the ceiling. It shrinks by a quarter at a refusal, once for
//! all that was under way together, and grows by one while it is what holds requests back. A growth that is refused
//! makes the next one wait twice as long.

use std::num::NonZeroU32;
use std::time::Duration;

use crate::{Limit, Settings};

/// The least concurrency limit an account is sold with.
const LEAST_SOLD: u32 = 5;
/// Far above what accounts have: an unknown limit is not tried for beyond it.
const MOST_TRIED: u32 = 100;

const SHORTEST_PATIENCE: Duration = Duration::from_secs(1);
const LONGEST_PATIENCE: Duration = Duration::from_secs(32);

const SHORTEST_PAUSE: Duration = Duration::from_millis(100);
/// 100 ms doubled six times.
const MOST_DOUBLINGS: u32 = 6;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    None,
    Grown,
    Shrunk,
}

/// Counts how often the window has shrunk: a request of an earlier epoch says nothing new by being refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Epoch(u64);

#[derive(Debug)]
pub(crate) struct Window {
    limit: Limit,
    reserve: u32,
    size: u32,
    epoch: Epoch,
    last_change: Change,
    changed: Duration,
    patience: Duration,
    /// Refusals in a row of a request that ran alone.
    alone: u32,
}

impl Window {
    pub(crate) fn new(settings: &Settings) -> Self {
        let mut window = Self {
            limit: settings.limit,
            reserve: settings.reserve,
            size: 1,
            epoch: Epoch(0),
            last_change: Change::None,
            changed: Duration::ZERO,
            patience: SHORTEST_PATIENCE,
            alone: 0,
        };
        window.size = window.first_size();
        window
    }

    pub(crate) const fn limit(&self) -> Limit {
        self.limit
    }

    pub(crate) const fn size(&self) -> u32 {
        self.size
    }

    pub(crate) const fn epoch(&self) -> Epoch {
        self.epoch
    }

    pub(crate) const fn reserve(&self) -> u32 {
        self.reserve
    }

    pub(crate) fn ceiling(&self) -> u32 {
        let limit = match self.limit {
            Limit::Set(limit) | Limit::Learnt(limit) => limit.get(),
            Limit::Unknown => MOST_TRIED,
        };
        limit.saturating_sub(self.reserve).max(1)
    }

    fn first_size(&self) -> u32 {
        match self.limit {
            Limit::Set(_) | Limit::Learnt(_) => self.ceiling(),
            Limit::Unknown => LEAST_SOLD.saturating_sub(self.reserve).max(1),
        }
    }

    /// The account says what its limit is. An operator's word stands above it.
    pub(crate) fn learn(&mut self, limit: NonZeroU32) {
        let learnt = Limit::Learnt(limit);
        if matches!(self.limit, Limit::Set(_)) || self.limit == learnt {
            return;
        }
        self.limit = learnt;
        // What refusals have said of other programs stays true.
        self.size = match self.last_change {
            Change::Shrunk => self.size.min(self.ceiling()),
            Change::None | Change::Grown => self.ceiling(),
        };
    }

    /// A request was served. `full` says that all of the window was in use.
    pub(crate) fn served(&mut self, full: bool, now: Duration) {
        self.alone = 0;
        let ceiling = self.ceiling();
        let quiet = now.saturating_sub(self.changed);
        if !full || self.size >= ceiling || quiet < self.patience {
            return;
        }
        // After a long calm what is known is old, and the known limit is near at once. An unknown one is felt for.
        let steps = match self.limit {
            Limit::Unknown => 1,
            Limit::Set(_) | Limit::Learnt(_) => quiet.as_millis() / self.patience.as_millis().max(1),
        };
        let steps = u32::try_from(steps).unwrap_or(u32::MAX);
        if self.last_change == Change::Grown {
            self.patience = (self.patience / 2).max(SHORTEST_PATIENCE);
        }
        self.size = self.size.saturating_add(steps).min(ceiling);
        self.last_change = Change::Grown;
        self.changed = now;
    }

    /// A request of this epoch was refused while so many ran, itself among them.
    pub(crate) fn refused(&mut self, epoch: Epoch, running: u32, now: Duration) {
        if epoch < self.epoch {
            return;
        }
        if self.last_change == Change::Grown {
            self.patience = self.patience.saturating_mul(2).min(LONGEST_PATIENCE);
        }
        let room = self.size.min(running);
        self.size = (room - room.div_ceil(4)).max(1);
        self.epoch.0 += 1;
        self.last_change = Change::Shrunk;
        self.changed = now;
    }

    /// How long a request waits that was refused though it ran alone.
    pub(crate) fn pause(&mut self) -> Duration {
        let pause = SHORTEST_PAUSE.saturating_mul(1 << self.alone.min(MOST_DOUBLINGS));
        self.alone = self.alone.saturating_add(1);
        pause
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(limit: Limit) -> Window {
        Window::new(&Settings::of(limit))
    }

    fn some(limit: u32) -> NonZeroU32 {
        NonZeroU32::new(limit).unwrap()
    }

    const fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn refusals_of_what_was_under_way_together_shrink_it_once() {
        let mut window = window(Limit::Set(some(20)));
        let epoch = window.epoch();
        for running in (1..=20).rev() {
            window.refused(epoch, running, at(0));
        }
        assert_eq!(window.size(), 15);
        window.refused(window.epoch(), 4, at(0));
        assert_eq!(window.size(), 3);
    }

    #[test]
    fn it_never_falls_below_one_nor_below_what_the_reserve_leaves() {
        let mut window = window(Limit::Set(some(2)));
        for _ in 0..9 {
            window.refused(window.epoch(), 1, at(0));
        }
        assert_eq!(window.size(), 1);
        let reserved = Settings {
            reserve: 9,
            ..Settings::of(Limit::Set(some(5)))
        };
        assert_eq!(
            (Window::new(&reserved).size(), Window::new(&reserved).ceiling()),
            (1, 1)
        );
    }

    #[test]
    fn a_growth_that_is_refused_makes_the_next_wait_twice_as_long() {
        let mut window = window(Limit::Set(some(5)));
        window.refused(window.epoch(), 4, at(0));
        assert_eq!(window.size(), 3);
        window.served(true, Duration::from_millis(999));
        assert_eq!(window.size(), 3);
        window.served(true, at(1));
        assert_eq!(window.size(), 4);
        window.refused(window.epoch(), 4, at(1));
        window.served(true, at(2));
        assert_eq!(window.size(), 3);
        window.served(true, at(3));
        assert_eq!(window.size(), 4);
    }

    #[test]
    fn it_grows_only_while_it_holds_requests_back() {
        let mut window = window(Limit::Set(some(5)));
        window.refused(window.epoch(), 5, at(0));
        window.served(false, at(100));
        assert_eq!(window.size(), 3);
        window.served(true, at(100));
        assert_eq!(window.size(), 5);
    }

    #[test]
    fn an_unknown_limit_is_felt_for_from_five_and_ends_where_it_is_learnt() {
        let mut window = window(Limit::Unknown);
        assert_eq!(window.size(), 5);
        window.served(true, at(3600));
        assert_eq!(window.size(), 6);
        window.learn(some(15));
        assert_eq!((window.size(), window.limit()), (15, Limit::Learnt(some(15))));
        window.refused(window.epoch(), 15, at(3600));
        window.learn(some(20));
        assert_eq!((window.size(), window.ceiling()), (11, 20));
    }

    #[test]
    fn what_is_learnt_does_not_change_what_was_set() {
        let mut window = window(Limit::Set(some(4)));
        window.learn(some(15));
        assert_eq!((window.size(), window.ceiling()), (4, 4));
    }

    #[test]
    fn pauses_of_a_lonely_request_double_up_to_a_bound_and_end_with_an_answer() {
        let mut window = window(Limit::Set(some(1)));
        let pauses: Vec<_> = (0..9).map(|_| window.pause().as_millis()).collect();
        assert_eq!(pauses, [100, 200, 400, 800, 1600, 3200, 6400, 6400, 6400]);
        window.served(true, at(0));
        assert_eq!(window.pause().as_millis(), 100);
    }
}
