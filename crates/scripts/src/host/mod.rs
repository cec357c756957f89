//! The account as a running script sees it: a [`Host`](countersign_suitescript::Host), one file a family of calls.

mod business;

pub use business::{Business, May};
