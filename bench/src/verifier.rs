//! A server's check of one header, without HTTP: what stands around the signature costs as much as it.

use std::time::Duration;

use countersign_ledger::{ClaimError, Ledger, Nonce, NonceClaimed};
use countersign_protocol::{
    Needs, Refusal, Scratch, SignatureMismatch, SignatureValid, SigningKey, TIMESTAMP_WINDOW, Unverified,
};
use countersign_world::{Clock as _, SystemClock, UnixTime};
use hashbrown::HashMap;

use crate::test_request::{self, CONSUMER_KEY, TOKEN};

const TOKENS: usize = 1000;

/// One account with a thousand tokens, of which one is used.
pub struct Verifier {
    clock: SystemClock,
    tokens: HashMap<String, Token>,
    ledger: Ledger,
    scratch: Scratch,
}

/// Stands in for the record of an access token.
struct Token {
    consumer_key: String,
    key: SigningKey,
}

#[derive(Debug)]
pub enum Refused {
    Request(Refusal),
    UnknownCaller,
    Signature(SignatureMismatch),
    Nonce(ClaimError),
}

impl Verifier {
    pub fn new() -> Self {
        let token = |id| {
            let key = test_request::signing_key();
            let consumer_key = CONSUMER_KEY.to_owned();
            (id, Token { consumer_key, key })
        };
        let others = (1..TOKENS).map(|number| format!("{number:064x}"));
        Self {
            clock: SystemClock::new(),
            tokens: others.chain([TOKEN.to_owned()]).map(token).collect(),
            ledger: Ledger::in_memory([7; 16], Duration::from_secs(TIMESTAMP_WINDOW.unsigned_abs())),
            scratch: Scratch::new(),
        }
    }

    /// All of it: header, stamp, caller, signature, and the nonce claimed.
    pub fn accept(&mut self, authorization: &str) -> Result<(SignatureValid, NonceClaimed), Refused> {
        let now = self.clock.now();
        let unverified = Unverified::parse(test_request::received(), authorization, Needs::Token)
            .map_err(Refused::Request)?;
        let (timestamp, valid) = self.check(&unverified, now)?;
        let nonce = Nonce {
            consumer_key: unverified.consumer_key(),
            token: unverified.token(),
            timestamp,
            nonce: unverified.nonce(),
        };
        let claimed = self.ledger.claim(&nonce, now).map_err(Refused::Nonce)?;
        Ok((valid, claimed))
    }

    /// The same without the ledger.
    pub fn verify(&mut self, authorization: &str) -> Result<SignatureValid, Refused> {
        let unverified = Unverified::parse(test_request::received(), authorization, Needs::Token)
            .map_err(Refused::Request)?;
        self.check(&unverified, self.clock.now()).map(|(_, valid)| valid)
    }

    fn check(
        &mut self,
        unverified: &Unverified<'_>,
        now: UnixTime,
    ) -> Result<(i64, SignatureValid), Refused> {
        let timestamp = unverified.check_stamp(now.seconds()).map_err(Refused::Request)?;
        let token = self
            .tokens
            .get(unverified.token())
            .ok_or(Refused::UnknownCaller)?;
        if token.consumer_key != unverified.consumer_key() {
            return Err(Refused::UnknownCaller);
        }
        let valid = unverified
            .verify(&token.key, &mut self.scratch)
            .map_err(Refused::Signature)?;
        Ok((timestamp, valid))
    }
}

impl Default for Verifier {
    fn default() -> Self {
        Self::new()
    }
}
