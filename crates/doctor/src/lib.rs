//! Finds out which of the many things between a program and a NetSuite account is wrong.
//!
//! NetSuite answers some twenty causes with one sentence. A [`Checkup`] therefore asks in an order in which each
//! [`Probe`] adds one thing to what already worked, and gives [`ProbeResults`]. What they mean is computed by
//! [`Findings::of`], which sees no network: what was tested, what was seen, the causes that remain, and what to do about
//! each, with its path in NetSuite's menus and a code that does not change.
//!
//! A checkup is careful with the account: a [`Breaker`] ends it before failed logins could lock anybody out, and nothing
//! it calls changes anything.

mod breaker;
mod checkup;
mod findings;
mod identity;
mod likely;
mod probe;
mod results;
mod self_test;
mod service;
mod tries;
mod warning;

pub use breaker::Breaker;
pub use checkup::{Checkup, Restlet};
pub use findings::{Cause, Finding, Findings, State, Whose};
pub use identity::Identity;
pub use likely::{History, Neighbour};
pub use probe::Probe;
pub use results::{Heard, Outcome, ProbeResults, Spared};
pub use self_test::signs_right;
pub use tries::Tries;
pub use warning::{Advice, SameKeyElsewhere, Warning};
