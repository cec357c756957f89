//! One file a command.

pub(crate) mod audit;
pub(crate) mod call;
pub(crate) mod completions;
pub(crate) mod conformance;
mod credentials;
pub(crate) mod demo;
pub(crate) mod key;
pub(crate) mod serve;
pub(crate) mod sign;
