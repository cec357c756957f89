//! What was seen, as plain data.

use std::collections::BTreeMap;

use countersign_capture::{Kind, Meaning};
use countersign_client::Stage;
use countersign_protocol::AccountId;

use crate::{Identity, Probe};

/// Everything a checkup saw of one connection.
#[derive(Clone, Debug)]
pub struct ProbeResults {
    pub account: AccountId,
    /// Whether the account is one of this machine.
    pub is_local: bool,
    pub signs_right: bool,
    /// What the host answered to a question without a login.
    pub address: Outcome,
    /// The hosts that are the account's own, as it says itself; empty where it did not.
    pub hosts: Vec<String>,
    /// By how many seconds this machine's clock is ahead of the host's.
    pub ahead: Option<i64>,
    /// The answers to signed calls.
    pub calls: BTreeMap<Probe, Outcome>,
    /// The RESTlet that was to be there, if one was named.
    pub expects_restlet: bool,
    pub identity: Option<Identity>,
    /// How many requests the account lets run at once, if it said so.
    pub concurrency_limit: Option<u32>,
}

/// What became of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Answered(Heard),
    Unreached { stage: Stage, why: String },
    Spared(Spared),
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    pub status: u16,
    pub meaning: Meaning,
    /// `INVALID_LOGIN`; empty where there is none.
    pub code: String,
    pub message: String,
}

/// Why a call was not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spared {
    /// What comes before it did not work, and it would not either.
    Pointless,
    /// One more failed login could lock the user.
    Breaker,
}

impl Outcome {
    pub const fn kind(&self) -> Option<Kind> {
        match self {
            Self::Answered(heard) => Some(heard.meaning.kind),
            _ => None,
        }
    }

    /// Whether the login was refused: it counts towards a lock.
    pub fn is_refused(&self) -> bool {
        matches!(
            self.kind(),
            Some(Kind::LoginRefused | Kind::HeaderRefused | Kind::OtherCredentials | Kind::Ambiguous)
        )
    }
}

impl ProbeResults {
    /// What became of a call; nothing where it is none.
    pub fn call(&self, probe: Probe) -> Option<&Outcome> {
        self.calls.get(&probe)
    }

    /// Whether the token logs in somewhere.
    pub fn logs_in(&self) -> bool {
        self.calls
            .values()
            .any(|outcome| outcome.kind().is_some_and(Kind::is_logged_in))
    }

    /// Whether a login was refused and none worked.
    pub fn is_refused(&self) -> bool {
        !self.logs_in() && self.calls.values().any(Outcome::is_refused)
    }
}
