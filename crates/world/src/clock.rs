//! Time: what a wall clock says, and how long something took.

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::Timestamp;

/// A moment in milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixTime(i64);

impl UnixTime {
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Whole seconds, as OAuth timestamps count them (RFC 5849 section 3.3).
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    pub const fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add_unsigned(millis_of(duration)))
    }

    pub const fn minus(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub_unsigned(millis_of(duration)))
    }

    /// How long ago `earlier` was; zero when it lies ahead.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

const fn millis_of(duration: Duration) -> u64 {
    let millis = duration.as_millis();
    if millis > u64::MAX as u128 {
        u64::MAX
    } else {
        millis as u64
    }
}

impl fmt::Display for UnixTime {
    /// RFC 3339, in UTC: `2026-11-22T05:00:00.25Z`. A moment beyond the calendar, which only a clock that is absurdly wrong
    /// shows, is written as the first or last one in it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let beyond = match self.0 {
            ..0 => Timestamp::MIN,
            0.. => Timestamp::MAX,
        };
        Timestamp::from_millisecond(self.0).unwrap_or(beyond).fmt(f)
    }
}

/// Where the time comes from.
pub trait Clock: Send + Sync + 'static {
    /// The wall clock.
    fn now(&self) -> UnixTime;

    /// Monotonic time since an arbitrary start: for measuring, never for comparing with a wall clock.
    fn elapsed(&self) -> Duration;
}

/// The machine's own clock.
#[derive(Debug)]
pub struct SystemClock {
    start: std::time::Instant,
}

impl SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the clock"
    )]
    pub fn new() -> Self {
        Self {
            start: std::time::Instant::now(),
        }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    /// Of the time the kernel keeps at every tick, at most ten milliseconds old: reading the counter of the processor
    /// makes it finish all that is under way first, which costs a signature a tenth.
    #[cfg(target_os = "linux")]
    fn now(&self) -> UnixTime {
        let tick = rustix::time::clock_gettime(rustix::time::ClockId::RealtimeCoarse);
        UnixTime::from_seconds(tick.tv_sec).plus(Duration::from_nanos(tick.tv_nsec.unsigned_abs()))
    }

    #[cfg(not(target_os = "linux"))]
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the clock"
    )]
    fn now(&self) -> UnixTime {
        let since_epoch = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        UnixTime::default().plus(since_epoch.unwrap_or_default())
    }

    fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }
}

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct FixedClock {
    millis: AtomicI64,
}

impl FixedClock {
    pub const fn at(time: UnixTime) -> Self {
        Self {
            millis: AtomicI64::new(time.millis()),
        }
    }

    pub fn set(&self, time: UnixTime) {
        self.millis.store(time.millis(), Ordering::SeqCst);
    }

    pub fn advance(&self, by: Duration) {
        self.set(self.now().plus(by));
    }
}

impl Clock for FixedClock {
    fn now(&self) -> UnixTime {
        UnixTime::from_millis(self.millis.load(Ordering::SeqCst))
    }

    fn elapsed(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.now().millis()).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_before_1970_rounds_down_to_its_second() {
        assert_eq!(UnixTime::from_millis(-1).seconds(), -1);
    }

    #[test]
    fn a_moment_is_written_as_a_date() {
        for (millis, written) in [
            (0, "1970-01-01T00:00:00Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (1_795_323_600_250, "2026-11-22T05:00:00.25Z"),
            (i64::MIN, &*Timestamp::MIN.to_string()),
            (i64::MAX, &*Timestamp::MAX.to_string()),
        ] {
            assert_eq!(UnixTime::from_millis(millis).to_string(), written);
        }
    }

    #[test]
    fn time_never_overflows() {
        assert_eq!(
            UnixTime::from_millis(i64::MAX).plus(Duration::MAX).millis(),
            i64::MAX
        );
        assert_eq!(
            UnixTime::from_millis(5).since(UnixTime::from_millis(9)),
            Duration::ZERO
        );
    }

    #[test]
    fn a_fixed_clock_moves_only_when_told() {
        let clock = FixedClock::at(UnixTime::from_seconds(10));
        assert_eq!(clock.now(), clock.now());
        clock.advance(Duration::from_secs(5));
        assert_eq!(clock.now().seconds(), 15);
    }

    #[test]
    fn the_system_clock_is_past_2025() {
        assert!(SystemClock::new().now().seconds() > 1_735_689_600);
    }
}
