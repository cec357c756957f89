//! What happened in the last minute, second by second: for whoever looks, and for nothing that is decided.

use std::collections::VecDeque;
use std::time::Duration;

/// Seconds that are remembered.
const KEPT: u64 = 60;
/// Seconds a rate is taken of: few enough to follow what happens, enough not to jump.
const RATED: u64 = 5;

/// What happened in a minute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Minute {
    /// Requests that were answered.
    pub served: u64,
    /// Requests the account refused for concurrency.
    pub refused: u64,
    /// Waiters whose deadline passed.
    pub late: u64,
    /// Askers who found the queue full.
    pub turned_away: u64,
    /// The longest that anybody waited who waits no more.
    pub longest_wait: Duration,
}

/// A minute, and the part of it that a second is.
#[derive(Debug, Default)]
pub(crate) struct Lately(VecDeque<(u64, Minute)>);

impl Lately {
    pub(crate) fn note(&mut self, now: Duration, happened: impl FnOnce(&mut Minute)) {
        let second = now.as_secs();
        while self
            .0
            .front()
            .is_some_and(|(first, _)| first.saturating_add(KEPT) <= second)
        {
            self.0.pop_front();
        }
        // Whoever took the time first may come second.
        if self.0.back().is_none_or(|(last, _)| *last < second) {
            self.0.push_back((second, Minute::default()));
        }
        if let Some((_, minute)) = self.0.back_mut() {
            happened(minute);
        }
    }

    pub(crate) fn minute(&self, now: Duration) -> Minute {
        self.since(now, KEPT).fold(Minute::default(), |sum, one| Minute {
            served: sum.served + one.served,
            refused: sum.refused + one.refused,
            late: sum.late + one.late,
            turned_away: sum.turned_away + one.turned_away,
            longest_wait: sum.longest_wait.max(one.longest_wait),
        })
    }

    /// Requests that were answered a second, as of late.
    pub(crate) fn rate(&self, now: Duration) -> f64 {
        let served: u64 = self.since(now, RATED).map(|one| one.served).sum();
        let begun = Duration::from_secs((now.as_secs() + 1).saturating_sub(RATED));
        let time = now.saturating_sub(begun).max(Duration::from_secs(1));
        // Counts of a few seconds are exact as floating-point numbers.
        u32::try_from(served).map_or(f64::MAX, f64::from) / time.as_secs_f64()
    }

    pub(crate) fn is_over(&self, now: Duration) -> bool {
        self.since(now, KEPT).next().is_none()
    }

    fn since(&self, now: Duration, seconds: u64) -> impl Iterator<Item = &Minute> {
        let second = now.as_secs();
        let recent = move |number: u64| number.saturating_add(seconds) > second;
        self.0
            .iter()
            .filter(move |(number, _)| recent(*number))
            .map(|(_, one)| one)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_is_forgotten_second_by_second_and_a_rate_sooner() {
        let mut lately = Lately::default();
        let at = Duration::from_secs;
        for second in 10..20 {
            lately.note(at(second), |minute| {
                minute.served += 3;
                minute.longest_wait = minute.longest_wait.max(at(second));
            });
        }
        let now = Duration::from_millis(19_500);
        assert_eq!(
            (lately.minute(now).served, lately.minute(now).longest_wait),
            (30, at(19))
        );
        // Five seconds, of the last of which a half is over.
        assert!((lately.rate(now) - 15.0 / 4.5).abs() < 1e-9);
        assert!(lately.rate(at(25)) < f64::EPSILON && !lately.is_over(at(78)));
        assert_eq!(lately.minute(at(74)).served, 15);
        assert!(lately.is_over(at(79)));
        lately.note(at(200), |minute| minute.refused += 1);
        lately.note(at(199), |minute| minute.refused += 1);
        assert_eq!((lately.0.len(), lately.minute(at(200)).refused), (1, 2));
    }
}
