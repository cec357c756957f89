//! Finds out which of the many things between a program and a NetSuite account is wrong.
//!
//! NetSuite answers some twenty causes with one sentence. A [`Checkup`] therefore asks in an order in which each
//! [`Probe`] adds one thing to what already worked, and gives [`ProbeResults`]. What they mean is computed by
//! [`Findings::of`], which sees no network: what was tested, what was seen, the causes that remain, and what to do about
//! each, with its path in NetSuite's menus and a code that does not change.
//!
//! A checkup is careful with the account: a refused login is its last, a [`Breaker`](countersign_client::Breaker) stands
//! before each, and nothing it calls changes anything.

mod cause;
mod checkup;
mod finding;
mod findings;
mod identity;
mod judge;
mod kept;
mod likely;
mod probe;
mod results;
mod self_test;
mod service;
mod warning;

pub use cause::{Cause, Whose};
pub use checkup::{Checkup, Restlet};
pub use finding::{Finding, State};
pub use findings::Findings;
pub use identity::Identity;
pub use likely::{History, Neighbour};
pub use probe::Probe;
pub use results::{Heard, Outcome, ProbeResults, Spared};
pub use self_test::signs_right;
pub use warning::{Advice, SameKeyElsewhere, Warning};
