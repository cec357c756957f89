//! What must be shared and fast while requests are checked: used nonces and running requests.
//!
//! [`Ledger`] gives a nonce away once ([`NonceClaimed`]), also after a crash: with a folder behind it, a claim is
//! in the journal before the proof exists. [`Slots`] counts running requests against limits ([`Slot`]). Both
//! answers are values that only this crate can make, so holding one proves that the check was done.
//!
//! What survives what:
//!
//! | accident | what the next start knows |
//! |---|---|
//! | stopped cleanly, then anything | every claim |
//! | `kill -9`, a panic, out of memory | every claim: the page cache outlives the process |
//! | power loss, the folder moved to another machine while in use | a moment that no claim was stamped after; everything up to it is refused |
//! | a damaged or missing file | the same |
//! | the folder deleted, a disk snapshot restored | nothing: this cannot be seen from here |
//!
//! The code is synchronous. A claim that has to extend the promise on disk waits for the disk: the first one after a
//! start, one after about [`PROMISE_LEAD`] without claims, or one stamped that much later than any before it. Under
//! steady load [`Ledger::sync`], called every second, extends the promise ahead of need.

mod claim;
mod fingerprint;
mod folder;
mod journal;
mod ledger;
mod record;
mod recovery;
mod seen;
mod slots;

pub use claim::{ClaimError, Nonce, NonceClaimed};
pub use folder::OpenError;
pub use journal::PROMISE_LEAD;
pub use ledger::Ledger;
pub use recovery::{Doubt, Recovery};
pub use slots::{Busy, PoolKey, Slot, Slots};
