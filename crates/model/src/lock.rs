//! The lock after failed passwords. Bad signatures never count: whoever knew a token's id could lock its user out.

use countersign_world::UnixTime;
use std::time::Duration;

/// Failed passwords in a row before the lock.
pub const FAILURES_BEFORE_LOCK: u32 = 5;
/// How long it lasts. It ends by itself.
pub const LOCK_LASTS: Duration = Duration::from_secs(30 * 60);

/// Where a user's count of failed passwords stands.
///
/// Invariant: fewer failures than [`FAILURES_BEFORE_LOCK`]; the last of them becomes the lock and the count starts anew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    failures: u32,
    until: Option<UnixTime>,
}

impl Lock {
    /// From its stored parts. A count no version can have written locks at the next failure.
    pub fn stored(failures: u32, until: Option<UnixTime>) -> Self {
        Self {
            failures: failures.min(FAILURES_BEFORE_LOCK - 1),
            until,
        }
    }

    pub const fn failures(self) -> u32 {
        self.failures
    }

    /// The end of the lock: what [`User::locked_until`](crate::User::locked_until) is set to.
    pub const fn until(self) -> Option<UnixTime> {
        self.until
    }

    pub fn is_locked(self, now: UnixTime) -> bool {
        self.until.is_some_and(|until| until > now)
    }

    /// After a wrong password. While locked nothing counts, so that trying does not make the lock longer.
    pub fn failed(self, now: UnixTime) -> Self {
        if self.is_locked(now) {
            return self;
        }
        let failures = self.failures + 1;
        if failures < FAILURES_BEFORE_LOCK {
            Self {
                failures,
                until: None,
            }
        } else {
            Self {
                failures: 0,
                until: Some(now.plus(LOCK_LASTS)),
            }
        }
    }

    /// After the right password. It does not open a lock: only time and an administrator do.
    pub fn succeeded(self, now: UnixTime) -> Self {
        if self.is_locked(now) {
            self
        } else {
            Self::default()
        }
    }

    /// The User Access Reset Tool.
    pub fn unlocked(self) -> Self {
        Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const START: UnixTime = UnixTime::from_seconds(1_700_000_000);

    #[test]
    fn the_fifth_failure_locks_for_thirty_minutes() {
        let four = (0..4).fold(Lock::default(), |lock, _| lock.failed(START));
        assert!(!four.is_locked(START));
        let locked = four.failed(START);
        assert_eq!(locked.until(), Some(START.plus(Duration::from_secs(1800))));
        assert!(locked.is_locked(START.plus(Duration::from_secs(1799))));
        assert!(!locked.is_locked(START.plus(Duration::from_secs(1800))));
        assert!(!locked.unlocked().is_locked(START));
    }

    #[test]
    fn the_right_password_ends_the_count_and_not_the_lock() {
        let three = (0..3).fold(Lock::default(), |lock, _| lock.failed(START));
        assert_eq!(three.succeeded(START), Lock::default());
        let locked = (0..5).fold(Lock::default(), |lock, _| lock.failed(START));
        assert_eq!(locked.succeeded(START), locked);
    }

    proptest! {
        /// Against the rule as one would say it: locked, exactly while the last five answers counted were failures
        /// and less than thirty minutes have passed since the fifth.
        #[test]
        fn the_lock_is_what_the_rule_says(steps in prop::collection::vec((any::<bool>(), 0..900_u64), 0..60)) {
            let mut lock = Lock::default();
            let mut now = START;
            let (mut in_a_row, mut locked_at) = (0, None::<UnixTime>);
            for (right, seconds) in steps {
                now = now.plus(Duration::from_secs(seconds));
                let rule_locks = locked_at.is_some_and(|at| now.since(at) < LOCK_LASTS);
                prop_assert_eq!(lock.is_locked(now), rule_locks);
                lock = if right { lock.succeeded(now) } else { lock.failed(now) };
                if !rule_locks {
                    in_a_row = if right { 0 } else { in_a_row + 1 };
                    if in_a_row == 5 {
                        (in_a_row, locked_at) = (0, Some(now));
                    }
                }
                prop_assert!(lock.failures() < FAILURES_BEFORE_LOCK);
                prop_assert_eq!(Lock::stored(lock.failures(), lock.until()), lock);
            }
        }
    }
}
