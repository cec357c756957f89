//! The question a ledger answers, and its two kinds of answer.

use std::io;

/// What must not be used twice: RFC 5849 section 3.3 makes a nonce unique per timestamp, client and token.
#[derive(Clone, Copy, Debug)]
pub struct Nonce<'a> {
    pub consumer_key: &'a str,
    /// Empty where a request carries no token (the first step of the three-legged flow).
    pub token: &'a str,
    /// Unix seconds, as the request states them.
    pub timestamp: i64,
    pub nonce: &'a str,
}

/// Proof that a nonce was unused, and that it is used from now on.
///
/// ```compile_fail
/// let forged = countersign_ledger::NonceClaimed(());
/// ```
#[derive(Debug)]
#[must_use = "a claimed nonce is spent: the request it belongs to must go on, or its sender cannot retry it"]
pub struct NonceClaimed(pub(crate) ());

/// Why a nonce was not given. In every case the request must be refused.
#[derive(Debug, thiserror::Error)]
pub enum ClaimError {
    #[error("this nonce was already used with this timestamp: every request, a retry too, needs a new nonce")]
    Used,

    #[error(
        "the timestamp {timestamp} is outside {earliest} to {latest}: used nonces are only known for that time"
    )]
    Outside {
        timestamp: i64,
        earliest: i64,
        latest: i64,
    },

    /// After a power loss (or damage, or a clock that stepped back behind what was dropped) a used nonce of that
    /// time cannot be told from an unused one.
    #[error(
        "requests stamped up to {through} are refused: which nonces they used is no longer known. \
         Sign again with the current time"
    )]
    BeforeRestart { through: i64 },

    /// The nonce stays unused in memory, so the same request may succeed once the disk is well again. If the
    /// entry did reach the disk all the same, a restart finds the nonce used; the other way round cannot happen.
    #[error("the nonce could not be written to the journal, so the request is refused: {0}")]
    Journal(#[source] io::Error),
}
