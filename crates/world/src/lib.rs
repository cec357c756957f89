//! The clock, the random source and the environment: the one crate that asks the operating system for them.
//!
//! Everything else takes a time, a nonce or a setting as an argument, so that a test can fix all three and an
//! account can move its clock. `clippy.toml` bans the direct calls elsewhere.

mod account_clock;
mod clock;
mod entropy;
pub mod environment;

pub use account_clock::{AccountClock, ClockMove, ClockSetting, OutsideClock};
pub use clock::{Clock, FixedClock, SystemClock, UnixTime};
pub use entropy::{Entropy, Nonce, SeededEntropy, SystemEntropy, hex, nonce};
