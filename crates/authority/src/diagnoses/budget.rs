//! How much of a core diagnoses may take.

use std::time::Duration;

/// One in so many: a flood of bad signatures costs a quarter of one core and no more.
const SHARE: u32 = 4;

/// Computing time that is saved up while nobody errs, so that the mistakes of one test run are named at once.
const SAVED: Duration = Duration::from_secs(1);

/// What was computed, as the time by which it is paid for, by the machine's monotonic clock.
#[derive(Debug, Default)]
pub(super) struct Budget {
    paid_at: Duration,
}

impl Budget {
    /// Takes what was spent; gives how long to rest before the next.
    pub(super) fn spend(&mut self, spent: Duration, now: Duration) -> Duration {
        self.paid_at = self.paid_at.max(now).saturating_add(spent.saturating_mul(SHARE));
        self.paid_at.saturating_sub(now).saturating_sub(SAVED * SHARE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MILLISECOND: Duration = Duration::from_millis(1);

    #[test]
    fn a_flood_gets_a_quarter_of_a_core_and_what_was_saved() {
        let (mut budget, start) = (Budget::default(), Duration::from_secs(7));
        let (mut now, mut spent) = (start, Duration::ZERO);
        while now < start + Duration::from_secs(10) {
            now += MILLISECOND;
            spent += MILLISECOND;
            now += budget.spend(MILLISECOND, now);
        }
        let most = SAVED + Duration::from_secs(10) / SHARE;
        assert!(
            spent <= most + MILLISECOND && spent >= most - MILLISECOND * 10,
            "{spent:?}"
        );
    }

    #[test]
    fn no_more_is_saved_than_a_second() {
        let (mut budget, late) = (Budget::default(), Duration::from_secs(100_000));
        assert_eq!(budget.spend(SAVED, late), Duration::ZERO);
        assert_eq!(budget.spend(MILLISECOND, late), 4 * MILLISECOND);
    }
}
