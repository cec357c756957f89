//! One file a command.

pub(crate) mod account;
mod administration;
pub(crate) mod api_key;
pub(crate) mod audit;
pub(crate) mod backup;
pub(crate) mod call;
pub(crate) mod completions;
pub(crate) mod conformance;
mod credentials;
pub(crate) mod demo;
pub(crate) mod integration;
pub(crate) mod key;
pub(crate) mod lever;
mod lifecycle;
mod other_audits;
pub(crate) mod role;
pub(crate) mod serve;
pub(crate) mod sign;
pub(crate) mod token;
pub(crate) mod user;
