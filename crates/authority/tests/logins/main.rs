//! Who is let in, through real sockets: the order of the checks, nonces, time, changes of the set-up, the trail.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "what is missing in an answer fails its test"
)]

mod changes;
mod concurrency;
mod diagnoses;
mod flood;
mod levers;
mod nonces;
mod order;
mod secrets;
mod setup;
mod timestamps;
mod upkeep;
