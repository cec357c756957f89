//! A clock for what waits.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use countersign_world::{Clock, FixedClock, SystemClock, UnixTime};

/// The time of day of an account, which stands still, and real time to wait by, which can be put forward.
pub struct Ticking {
    pub wall: Arc<FixedClock>,
    real: SystemClock,
    /// In seconds.
    pub ahead: AtomicU64,
}

impl Ticking {
    pub fn over(wall: Arc<FixedClock>) -> Self {
        Self {
            wall,
            real: SystemClock::new(),
            ahead: AtomicU64::new(0),
        }
    }
}

impl Clock for Ticking {
    fn now(&self) -> UnixTime {
        self.wall.now()
    }

    fn elapsed(&self) -> Duration {
        self.real.elapsed() + Duration::from_secs(self.ahead.load(Ordering::SeqCst))
    }
}
