//! How many logins may still fail.

/// Counts failed logins over every connection of an account that is looked at. NetSuite locks a user for half an hour
/// after the fifth in a row, and several connections may be one user's.
#[derive(Clone, Copy, Debug)]
pub struct Breaker {
    left: u32,
}

impl Breaker {
    /// Of the five that lock, one is left for whoever calls next.
    pub const MOST: u32 = 4;

    /// For the connections of one account.
    pub const fn of_account() -> Self {
        Self { left: Self::MOST }
    }

    pub const fn is_open(self) -> bool {
        self.left == 0
    }

    pub(crate) const fn count_failure(&mut self) {
        self.left = self.left.saturating_sub(1);
    }
}
