//! The nonce of a vector, claimed in a ledger that has seen what the vector says.

use std::time::Duration;

use countersign_ledger::{ClaimError, Ledger, Nonce};
use countersign_protocol::TIMESTAMP_WINDOW;
use countersign_world::UnixTime;

use crate::vector::Vector;

/// The word for a refusal, or acceptance; `now` is in seconds since 1970.
pub(crate) fn claim(vector: &Vector, nonce: &Nonce<'_>, now: i64) -> Result<(), &'static str> {
    let window = Duration::from_secs(TIMESTAMP_WINDOW.unsigned_abs());
    let (ledger, now) = (Ledger::in_memory([7; 16], window), UnixTime::from_seconds(now));
    for (consumer_key, token, timestamp, nonce) in &vector.seen {
        let seen = Nonce {
            consumer_key,
            token,
            timestamp: timestamp.parse().unwrap_or_default(),
            nonce,
        };
        // What was seen outside the window is forgotten, as it would be.
        let _ = ledger.claim(&seen, now);
    }
    match ledger.claim(nonce, now) {
        Ok(_) => Ok(()),
        Err(ClaimError::Used) => Err("NonceUsed"),
        Err(_) => Err("InvalidTimestamp"),
    }
}
