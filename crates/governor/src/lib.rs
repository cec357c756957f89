//! Keeps the requests to one account inside its concurrency limit, and shares the places between callers.
//!
//! NetSuite refuses what is beyond the account's limit, over all programs that call it. A [`Governor`] lets its callers
//! wait instead: each gets slots in proportion to its share, a refusal is taken as news about other programs and tried
//! again, and whoever cannot be served before its deadline is told when to come back.
//!
//! [`Schedule`] decides and is a plain value: time is an argument, nothing waits in it. [`Governor`] is what waits.
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! use countersign_governor::{Ask, Governor, Limit, Settings};
//! use countersign_world::SystemClock;
//! use std::{num::NonZeroU32, sync::Arc, time::Duration};
//!
//! let limit = Limit::Set(NonZeroU32::new(5).ok_or("a limit is one or more")?);
//! let governor = Governor::new(Settings::of(limit), Arc::new(SystemClock::new()));
//! let ask = Ask::of("nightly-sync", Duration::from_secs(30));
//! let mut permit = governor.acquire(ask).await?;
//! // The request is sent here. Had it been refused for concurrency: `permit = permit.refused().await?`, and again.
//! permit.answered();
//! drop(permit);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod ask;
mod gauge;
mod governor;
mod lately;
mod line;
mod schedule;
mod settings;
mod window;

pub use ask::{Ask, Busy, Priority};
pub use gauge::{CallerGauge, Gauge};
pub use governor::{Governor, Permit};
pub use lately::Minute;
pub use schedule::{Again, Answer, End, Place, PlaceId, Schedule, Slot, Verdict};
pub use settings::{Limit, Settings};
