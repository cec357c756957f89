//! What a governor looks like at one moment, for people and metrics.

use std::sync::Arc;
use std::time::Duration;

use crate::{Limit, Minute};

/// One moment of a schedule. Counts are since it began.
#[derive(Clone, Debug, PartialEq)]
pub struct Gauge {
    pub limit: Limit,
    /// How many requests are thought to find a place now, below the limit while other programs take some.
    pub window: u32,
    /// The most the window may grow to.
    pub ceiling: u32,
    /// Slots that are left to programs that do not ask here.
    pub reserve: u32,
    pub running: u32,
    pub waiting: usize,
    /// How long the first of them has waited.
    pub longest_wait: Duration,
    /// How long a request keeps its slot, as of late.
    pub usual_hold: Duration,
    /// Requests that were answered a second, as of late.
    pub rate: f64,
    pub lately: Minute,
    /// Requests that were answered.
    pub served: u64,
    /// Requests the account refused for concurrency. Their callers saw none of it unless their time was up.
    pub refused: u64,
    /// Waiters whose deadline passed.
    pub late: u64,
    /// Askers who found the queue full.
    pub turned_away: u64,
    /// Those who hold a slot, wait for one, or were served in the last minute, by name.
    pub callers: Vec<CallerGauge>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct CallerGauge {
    pub caller: Arc<str>,
    pub share: u8,
    pub holds: u32,
    pub waits: usize,
    /// How long the first of its requests has waited.
    pub longest_wait: Duration,
    /// Requests that were answered a second, as of late.
    pub rate: f64,
    /// Requests that were answered in the last minute.
    pub served_lately: u64,
}
