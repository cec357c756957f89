//! One caller's line: what it holds, who waits in it, and how much slot time it has had.
//!
//! Invariant: slot time is counted against the share. Whoever has had the least for its share is next, so that a caller
//! with long requests does not come to hold every slot.

use std::collections::VecDeque;
use std::num::NonZeroU8;
use std::sync::Arc;
use std::time::Duration;

use crate::lately::Lately;
use crate::{CallerGauge, Priority};

/// How long an idle caller is remembered for the slot time that it has had before the others.
const REMEMBERED: Duration = Duration::from_secs(60);

/// What a slot costs beside the time it is held: many requests that take no time are no gift either.
const LEAST_COST: Duration = Duration::from_millis(1);

/// Nanoseconds of a slot, divided by the share of who had them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Used(u64);

impl Used {
    fn plus(self, time: Duration, slots: u32, share: NonZeroU8) -> Self {
        let nanos = time.as_nanos().saturating_mul(slots.into()) / u128::from(share.get());
        Self(self.0.saturating_add(u64::try_from(nanos).unwrap_or(u64::MAX)))
    }
}

/// A request that waits, in the order it came.
#[derive(Debug)]
pub(crate) struct Waiter {
    pub(crate) id: u64,
    pub(crate) since: Duration,
    pub(crate) deadline: Duration,
}

#[derive(Debug)]
pub(crate) struct Line {
    share: NonZeroU8,
    held: u32,
    used: Used,
    /// `used` holds everything up to here.
    counted: Duration,
    lanes: [Lane; 3],
    pub(crate) lately: Lately,
}

/// The waiters of one priority, and what its slots have cost it beside the other two.
#[derive(Debug, Default)]
struct Lane {
    waiters: VecDeque<Waiter>,
    cost: u64,
}

impl Line {
    /// A line that comes in now begins where the others are: what it did not use before is not saved up.
    pub(crate) fn new(share: NonZeroU8, floor: Used, now: Duration) -> Self {
        Self {
            share,
            held: 0,
            used: floor,
            counted: now,
            lanes: Default::default(),
            lately: Lately::default(),
        }
    }

    pub(crate) const fn share(&self) -> NonZeroU8 {
        self.share
    }

    pub(crate) fn waiting(&self) -> usize {
        self.lanes.iter().map(|lane| lane.waiters.len()).sum()
    }

    pub(crate) fn is_idle(&self) -> bool {
        self.held == 0 && self.waiting() == 0
    }

    /// How long the first has waited.
    pub(crate) fn longest_wait(&self, now: Duration) -> Duration {
        let waiters = self.lanes.iter().flat_map(|lane| &lane.waiters);
        let first = waiters.map(|waiter| waiter.since).min();
        first.map_or(Duration::ZERO, |since| now.saturating_sub(since))
    }

    pub(crate) fn gauge(&self, caller: &Arc<str>, now: Duration) -> CallerGauge {
        CallerGauge {
            caller: caller.clone(),
            share: self.share.get(),
            holds: self.held,
            waits: self.waiting(),
            longest_wait: self.longest_wait(now),
            rate: self.lately.rate(now),
            served_lately: self.lately.minute(now).served,
        }
    }

    /// Whether nothing would be other without it.
    pub(crate) fn is_forgotten(&self, floor: Used, now: Duration) -> bool {
        let rested = now.saturating_sub(self.counted) >= REMEMBERED;
        self.is_idle() && (rested || self.used <= floor) && self.lately.is_over(now)
    }

    /// The slot time it has had until now, for its share.
    pub(crate) fn used(&self, now: Duration) -> Used {
        self.used
            .plus(now.saturating_sub(self.counted), self.held, self.share)
    }

    /// Its next request is made with this share.
    pub(crate) fn comes_in(&mut self, share: NonZeroU8, floor: Used, now: Duration) {
        self.count(now);
        if self.is_idle() {
            self.used = self.used.max(floor);
        }
        self.share = share;
    }

    pub(crate) fn take_slot(&mut self, now: Duration) {
        self.count(now);
        self.used = self.used.plus(LEAST_COST, 1, self.share);
        self.held = self.held.saturating_add(1);
    }

    pub(crate) fn give_slot_back(&mut self, now: Duration) {
        self.count(now);
        self.held = self.held.saturating_sub(1);
    }

    pub(crate) fn join(&mut self, priority: Priority, waiter: Waiter) {
        self.lane_that_fills(priority).waiters.push_back(waiter);
    }

    /// Puts a request that had a slot already before those that had none.
    pub(crate) fn join_first(&mut self, priority: Priority, waiter: Waiter) {
        self.lane_that_fills(priority).waiters.push_front(waiter);
    }

    /// The next waiter by priority and age.
    pub(crate) fn next(&mut self) -> Option<(Priority, Waiter)> {
        let filled = Priority::ALL.into_iter().zip(&mut self.lanes);
        let (priority, lane) = filled
            .filter(|(_, lane)| !lane.waiters.is_empty())
            .min_by_key(|(_, lane)| lane.cost)?;
        let waiter = lane.waiters.pop_front()?;
        lane.cost = lane.cost.saturating_add(priority.stride());
        Some((priority, waiter))
    }

    /// Takes a waiter out, wherever it stands; tells whether it was there.
    pub(crate) fn leave(&mut self, id: u64) -> bool {
        for lane in &mut self.lanes {
            if let Some(place) = lane.waiters.iter().position(|waiter| waiter.id == id) {
                lane.waiters.remove(place);
                return true;
            }
        }
        false
    }

    fn count(&mut self, now: Duration) {
        self.used = self.used(now);
        self.counted = self.counted.max(now);
    }

    /// As lines, lanes begin where the others are.
    fn lane_that_fills(&mut self, priority: Priority) -> &mut Lane {
        let filled = self.lanes.iter().filter(|lane| !lane.waiters.is_empty());
        let floor = filled.map(|lane| lane.cost).min();
        let [urgent, normal, background] = &mut self.lanes;
        let lane = match priority {
            Priority::Urgent => urgent,
            Priority::Normal => normal,
            Priority::Background => background,
        };
        if lane.waiters.is_empty() {
            lane.cost = floor.map_or(0, |floor| lane.cost.max(floor));
        }
        lane
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urgent_requests_go_first_and_none_waits_for_ever() {
        let mut line = Line::new(NonZeroU8::MIN, Used::default(), Duration::ZERO);
        for priority in Priority::ALL {
            for id in 0..40 {
                let deadline = Duration::MAX;
                line.join(
                    priority,
                    Waiter {
                        id,
                        since: Duration::ZERO,
                        deadline,
                    },
                );
            }
        }
        let first: Vec<_> = (0..42).filter_map(|_| Some(line.next()?.0)).collect();
        let of = |priority| first.iter().filter(|&&one| one == priority).count();
        assert_eq!(first.first(), Some(&Priority::Urgent));
        assert_eq!(Priority::ALL.map(of), [32, 8, 2]);
    }

    #[test]
    fn an_idle_line_is_remembered_for_a_while_where_it_has_had_more_than_the_others() {
        let (floor, second) = (Used::default(), Duration::from_secs(1));
        let mut line = Line::new(NonZeroU8::MIN, floor, Duration::ZERO);
        assert!(line.is_forgotten(floor, Duration::ZERO));
        line.take_slot(Duration::ZERO);
        assert!(!line.is_forgotten(floor, REMEMBERED * 2));
        line.give_slot_back(second);
        assert!(!line.is_forgotten(floor, second * 60));
        assert!(line.is_forgotten(floor, second * 61) && line.is_forgotten(line.used(second), second));
    }

    #[test]
    fn requests_of_one_priority_go_in_the_order_they_came() {
        let mut line = Line::new(NonZeroU8::MIN, Used::default(), Duration::ZERO);
        let deadline = Duration::MAX;
        for id in 1..=3 {
            line.join(
                Priority::Normal,
                Waiter {
                    id,
                    since: Duration::ZERO,
                    deadline,
                },
            );
        }
        line.join_first(
            Priority::Normal,
            Waiter {
                id: 4,
                since: Duration::ZERO,
                deadline,
            },
        );
        assert!(line.leave(2) && !line.leave(2));
        let order: Vec<_> = std::iter::from_fn(|| Some(line.next()?.1.id)).collect();
        assert_eq!(order, [4, 1, 3]);
    }

    #[test]
    fn slot_time_counts_for_every_slot_and_less_for_a_larger_share() {
        let four = NonZeroU8::new(4).unwrap();
        let mut line = Line::new(four, Used::default(), Duration::ZERO);
        line.take_slot(Duration::ZERO);
        line.take_slot(Duration::ZERO);
        let second = Duration::from_secs(1);
        // Two slots for a second and twice the least cost, over four.
        assert_eq!(line.used(second), Used(500_500_000));
        line.give_slot_back(second);
        assert_eq!(line.used(second * 2), Used(750_500_000));
    }
}
