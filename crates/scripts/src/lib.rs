//! An account's scripts: what is deployed, who may call it, and what a script reaches of the account.
//!
//! Script files lie in the file cabinet, scripts and their deployments are records; so REST, SuiteQL, snapshots and
//! `reset` know them without a word here. [`host`] is the account as a running script sees it.

pub mod host;
