//! Who asks for a slot, and what they are told when they get none.

use std::num::NonZeroU8;
use std::sync::Arc;
use std::time::Duration;

/// Orders the waiting requests of one caller. It takes nothing from another caller: between callers the shares decide.
///
/// Of each twenty-one slots under pressure sixteen go to urgent requests, four to normal ones and one to those in the
/// background, so that none waits for ever.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Priority {
    Urgent,
    #[default]
    Normal,
    Background,
}

impl Priority {
    pub const ALL: [Self; 3] = [Self::Urgent, Self::Normal, Self::Background];

    /// What a slot costs a line of this priority, beside the caller's other lines.
    pub(crate) const fn stride(self) -> u64 {
        match self {
            Self::Urgent => 1,
            Self::Normal => 4,
            Self::Background => 16,
        }
    }
}

/// One request for a slot.
#[derive(Clone, Debug)]
pub struct Ask {
    /// Requests under the same name are one caller's, whatever they call.
    pub caller: Arc<str>,
    /// The caller's weight beside the others that wait. Where two requests of one caller differ, the later one counts.
    pub share: NonZeroU8,
    pub priority: Priority,
    /// How long it may wait, all attempts together.
    pub patience: Duration,
}

impl Ask {
    /// With a share of one and normal priority.
    pub fn of(caller: impl Into<Arc<str>>, patience: Duration) -> Self {
        Self {
            caller: caller.into(),
            share: NonZeroU8::MIN,
            priority: Priority::default(),
            patience,
        }
    }
}

/// Why there is no slot. `retry_after` is an estimate in whole seconds, for the header of that name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Busy {
    #[error("no slot of the account became free in time: try again in {} s", retry_after.as_secs())]
    Late { retry_after: Duration },
    #[error(
        "as many requests as may wait for this account are waiting already: try again in {} s",
        retry_after.as_secs()
    )]
    QueueFull { retry_after: Duration },
    #[error(
        "as many requests of this caller as may wait are waiting already: send fewer at once, or try again in {} s",
        retry_after.as_secs()
    )]
    CallerQueueFull { retry_after: Duration },
}

impl Busy {
    pub const fn retry_after(&self) -> Duration {
        match self {
            Self::Late { retry_after }
            | Self::QueueFull { retry_after }
            | Self::CallerQueueFull { retry_after } => *retry_after,
        }
    }
}
