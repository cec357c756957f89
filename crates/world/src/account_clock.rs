//! The clock of one account: the machine's, until somebody moves it.
//!
//! All that can be moved is one number, read at once: no reader sees half of a change, and asking costs one load more
//! than the machine's clock.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use crate::{Clock, UnixTime};

/// How an account's clock differs from the machine's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ClockSetting {
    /// It goes with the machine's, so many milliseconds ahead of it; behind where negative.
    Running { ahead_millis: i64 },
    /// It stands still.
    Frozen { at: UnixTime },
}

impl ClockSetting {
    /// The machine's own time.
    pub const SYSTEM: Self = Self::Running { ahead_millis: 0 };

    /// What a clock with this setting shows when the machine's shows `system`.
    pub const fn shown(self, system: UnixTime) -> UnixTime {
        match self {
            Self::Running { ahead_millis } => {
                UnixTime::from_millis(system.millis().saturating_add(ahead_millis))
            }
            Self::Frozen { at } => at,
        }
    }

    /// The setting after a move that is made when the machine's clock shows `system`.
    pub fn after(self, moved: ClockMove, system: UnixTime) -> Result<Self, OutsideClock> {
        let running_at = |moment: UnixTime| Self::Running {
            ahead_millis: moment.millis().saturating_sub(system.millis()),
        };
        let shown = self.shown(system);
        let after = match (moved, self) {
            (ClockMove::Freeze, _) => Self::Frozen { at: shown },
            (ClockMove::FreezeAt(at), _) => Self::Frozen { at },
            (ClockMove::Set(moment), _) => running_at(moment),
            (ClockMove::Advance(by), Self::Frozen { at }) => Self::Frozen { at: at.plus(by) },
            (ClockMove::Advance(by), Self::Running { .. }) => running_at(shown.plus(by)),
            (ClockMove::Skew { ahead_millis }, _) => Self::Running { ahead_millis },
            (ClockMove::Resume, _) => running_at(shown),
            // Always possible, whatever the machine's clock shows: it is the way out.
            (ClockMove::FollowSystem, _) => return Ok(Self::SYSTEM),
        };
        let moment = after.shown(system);
        let in_range = moment >= AccountClock::EARLIEST && moment <= AccountClock::LATEST;
        // A machine whose clock is absurdly wrong can be too far from it to be written down.
        if !in_range || Self::unpacked(after.packed()) != after {
            return Err(OutsideClock { moment });
        }
        Ok(after)
    }

    const fn packed(self) -> i64 {
        match self {
            Self::Running { ahead_millis } => ahead_millis.saturating_mul(2),
            Self::Frozen { at } => at.millis().saturating_mul(2) | 1,
        }
    }

    const fn unpacked(packed: i64) -> Self {
        let millis = packed >> 1;
        if packed & 1 == 0 {
            Self::Running { ahead_millis: millis }
        } else {
            Self::Frozen {
                at: UnixTime::from_millis(millis),
            }
        }
    }
}

/// What somebody does to an account's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockMove {
    /// It stands still at what it shows.
    Freeze,
    FreezeAt(UnixTime),
    /// It runs on from this moment.
    Set(UnixTime),
    /// It shows a later time, and stands still or runs as before.
    Advance(Duration),
    /// It runs, so many milliseconds ahead of the machine's; behind where negative.
    Skew {
        ahead_millis: i64,
    },
    /// It runs on from what it shows.
    Resume,
    /// It is the machine's again.
    FollowSystem,
}

/// A moment that an account's clock cannot show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutsideClock {
    pub moment: UnixTime,
}

impl fmt::Display for OutsideClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the clock would show {}, and it can show {} to {}: choose a moment between them",
            self.moment,
            AccountClock::EARLIEST,
            AccountClock::LATEST
        )
    }
}

impl std::error::Error for OutsideClock {}

/// A clock that can be frozen, advanced, skewed and put back, over the machine's.
pub struct AccountClock {
    system: Arc<dyn Clock>,
    /// A [`ClockSetting`], packed.
    setting: AtomicI64,
}

impl AccountClock {
    /// The Unix epoch: no OAuth timestamp lies before it.
    pub const EARLIEST: UnixTime = UnixTime::from_seconds(0);
    /// 2100-01-01T00:00:00Z. Early enough that whatever is ordered or written by time has room after it.
    pub const LATEST: UnixTime = UnixTime::from_seconds(4_102_444_800);

    /// Follows `system`.
    pub fn new(system: Arc<dyn Clock>) -> Self {
        Self {
            system,
            setting: AtomicI64::new(ClockSetting::SYSTEM.packed()),
        }
    }

    /// Moves the clock; gives what it shows then. Of moves made at once, each is made on the one before.
    pub fn turn(&self, moved: ClockMove) -> Result<UnixTime, OutsideClock> {
        let mut found = self.setting.load(Ordering::SeqCst);
        loop {
            let system = self.system.now();
            let after = ClockSetting::unpacked(found).after(moved, system)?;
            let put =
                self.setting
                    .compare_exchange(found, after.packed(), Ordering::SeqCst, Ordering::SeqCst);
            match put {
                Ok(_) => return Ok(after.shown(system)),
                Err(other) => found = other,
            }
        }
    }

    pub fn setting(&self) -> ClockSetting {
        ClockSetting::unpacked(self.setting.load(Ordering::SeqCst))
    }

    /// The machine's own time, however this clock is set.
    pub fn system_now(&self) -> UnixTime {
        self.system.now()
    }
}

impl Clock for AccountClock {
    fn now(&self) -> UnixTime {
        self.setting().shown(self.system.now())
    }

    /// The machine's: a timeout or a measurement is not moved with the account's time.
    fn elapsed(&self) -> Duration {
        self.system.elapsed()
    }
}

impl fmt::Debug for AccountClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccountClock")
            .field("setting", &self.setting())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "account_clock/tests.rs"]
mod tests;
