//! Credentials from a seed: the same account with the same seed has the same ones, wherever and whenever it is made.
//!
//! Anybody who knows the seed knows them, and a small seed is guessed. They are for tests and for nothing else.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use countersign_protocol::AccountId;
use countersign_world::Entropy;
use sha2::{Digest as _, Sha256};

/// Which part of a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Credential {
    ApplicationId,
    ConsumerKey,
    ConsumerSecret,
    TokenId,
    TokenSecret,
}

impl Credential {
    const fn word(self) -> &'static str {
        match self {
            Self::ApplicationId => "application id",
            Self::ConsumerKey => "consumer key",
            Self::ConsumerSecret => "consumer secret",
            Self::TokenId => "token id",
            Self::TokenSecret => "token secret",
        }
    }
}

/// Makes the credentials of one account.
#[derive(Clone)]
pub struct SeededCredentials {
    account: AccountId,
    seed: u64,
}

impl SeededCredentials {
    /// Two accounts with one seed have different credentials.
    pub const fn new(account: AccountId, seed: u64) -> Self {
        Self { account, seed }
    }

    /// The bytes that one part of one credential is made from, whatever else was asked for before.
    ///
    /// `number` says whose it is, and must be another for each integration record and for each token: its place in
    /// the account file, or its internal id. `generation` is 1 for the first and grows with each reset, so that a
    /// reset gives other ones.
    pub fn bytes(&self, credential: Credential, number: u64, generation: u32) -> SeededBytes {
        let mut origin = Sha256::new();
        // Each text ends with a byte that is in none of them, each number has its fixed length: no two questions
        // are hashed as the same bytes.
        for text in [
            "countersign seeded credential",
            self.account.as_str(),
            credential.word(),
        ] {
            origin.update(text);
            origin.update([0]);
        }
        origin.update(self.seed.to_be_bytes());
        origin.update(number.to_be_bytes());
        origin.update(generation.to_be_bytes());
        SeededBytes {
            origin,
            blocks: AtomicU64::new(0),
        }
    }
}

impl fmt::Debug for SeededCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SeededCredentials")
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}

/// A repeatable stream for one part of one credential: SHA-256 of its origin and a count. Asked again it goes on, in
/// whole blocks.
pub struct SeededBytes {
    origin: Sha256,
    blocks: AtomicU64,
}

impl Entropy for SeededBytes {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(32) {
            let block = self.blocks.fetch_add(1, Ordering::Relaxed);
            let digest = self.origin.clone().chain_update(block.to_be_bytes()).finalize();
            for (byte, hashed) in chunk.iter_mut().zip(digest) {
                *byte = hashed;
            }
        }
    }
}

impl fmt::Debug for SeededBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SeededBytes").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    use countersign_world::hex;

    const KINDS: [Credential; 5] = [
        Credential::ApplicationId,
        Credential::ConsumerKey,
        Credential::ConsumerSecret,
        Credential::TokenId,
        Credential::TokenSecret,
    ];

    fn account(id: &str, seed: u64) -> SeededCredentials {
        SeededCredentials::new(id.parse().unwrap(), seed)
    }

    #[test]
    fn a_seed_gives_the_same_credentials_in_every_version() {
        let account = account("1234567_SB1", 7);
        let made = KINDS.map(|kind| hex(&account.bytes(kind, 1, 1), 8));
        let expected = [
            "b3abda0c32820fe6",
            "44fc7deb2214b123",
            "e821b0fdab8ef105",
            "bb2458fdc2609321",
            "6889f60c7dbd3fde",
        ];
        assert_eq!(made, expected, "accounts that others wrote down would change");
    }

    #[test]
    fn what_was_asked_for_before_changes_nothing() {
        let account = account("1234567", 7);
        let first = hex(&account.bytes(Credential::TokenId, 3, 1), 30);
        for kind in KINDS.iter().rev() {
            hex(&account.bytes(*kind, 9, 2), 99);
        }
        assert_eq!(hex(&account.bytes(Credential::TokenId, 3, 1), 30), first);
    }

    #[test]
    fn another_account_seed_kind_number_or_generation_gives_another_credential() {
        let mut made = HashSet::new();
        for (id, seed) in [("1234567", 1), ("1234567", 2), ("1234567_SB1", 1)] {
            for kind in KINDS {
                for (number, generation) in [(1, 1), (1, 2), (2, 1), (1 << 32, 1)] {
                    made.insert(hex(&account(id, seed).bytes(kind, number, generation), 30));
                }
            }
        }
        assert_eq!(made.len(), 3 * 5 * 4);
    }

    #[test]
    fn a_stream_goes_on_and_repeats_nothing() {
        let stream = account("1234567", 1).bytes(Credential::TokenId, 1, 1);
        let parts: HashSet<String> = (0..100).map(|_| hex(&stream, 32)).collect();
        assert_eq!(parts.len(), 100);
        let long = hex(&account("1234567", 1).bytes(Credential::TokenId, 1, 1), 64);
        assert_ne!(long[..64], long[64..]);
    }

    #[test]
    fn the_seed_is_not_shown() {
        let account = account("1234567", 987_654_321);
        let shown = format!("{account:?} {:?}", account.bytes(Credential::TokenId, 1, 1));
        assert!(!shown.contains("987654321"), "{shown}");
    }
}
