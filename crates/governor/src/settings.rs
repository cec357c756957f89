//! What an operator says about an account's concurrency.

use std::num::NonZeroU32;

/// What is known of the number of requests the account runs at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// An operator says so; nothing that is learnt changes it.
    Set(NonZeroU32),
    /// The account's own governance service said so.
    Learnt(NonZeroU32),
    /// Found out by trying: begins at five, the least that any account has.
    Unknown,
}

/// How one account's slots are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    pub limit: Limit,
    /// Slots that are left to programs that do not ask here. One slot is always used, whatever this says.
    pub reserve: u32,
    /// How many may wait at once, over all callers.
    pub queue: usize,
    /// How many of them may be one caller's.
    pub queue_per_caller: usize,
}

impl Settings {
    /// No reserve, and room for a thousand waiters, of one caller a quarter of them.
    pub const fn of(limit: Limit) -> Self {
        Self {
            limit,
            reserve: 0,
            queue: 1000,
            queue_per_caller: 250,
        }
    }
}
