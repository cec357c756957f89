//! The binary itself, run as a person or a script would run it.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "what is missing in an output fails its test"
)]

mod account_file;
mod accounts;
mod administration;
mod audit;
mod calls;
mod canary;
mod conformance;
mod connections;
mod cores;
mod demo;
mod doctor;
mod exit_codes;
mod explain;
mod folders;
mod forms;
mod governor;
mod isolation;
mod keys;
mod kill;
mod leaks;
mod levers;
mod lifecycle;
mod machine;
mod needles;
mod output;
mod parallel;
#[cfg(target_os = "linux")]
mod priorities;
mod proxy;
mod record_types;
mod reference;
mod restores;
mod scripts;
mod serve;
mod signatures;
mod starts;
mod terminal;
mod way_in;
mod why;
