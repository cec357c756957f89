//! Passwords under Argon2id.
//!
//! Attack: each hash takes 19 MiB and tens of milliseconds, so whoever may try passwords could take all memory and every
//! processor. A few are hashed at once, the rest wait for their turn.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use countersign_model::PasswordHash;
use countersign_protocol::Secret;
use countersign_world::Entropy;
use thiserror::Error;
use tokio::sync::{OnceCell, Semaphore};

/// Passwords that are hashed at the same time.
pub const PASSWORDS_AT_ONCE: usize = 2;

/// In KiB, passes and lanes: the second of the choices OWASP's Password Storage Cheat Sheet holds to be equally strong.
const COST: (u32, u32, u32) = (19 * 1024, 2, 1);

/// No hash and no answer. Nothing about the password is in it.
#[derive(Clone, Debug, Error)]
#[error("a password could not be hashed: {0}; try again, and look at the memory of the machine")]
pub struct HashingFailed(String);

/// Hashes passwords and compares them, a few at a time. Clones share their turns.
#[derive(Clone, Debug)]
pub struct Passwords {
    turns: Arc<Semaphore>,
    comparisons: Arc<AtomicU64>,
    nobody: Arc<Nobody>,
}

/// What is compared where there is no hash, so that an email nobody has takes as long as one somebody has.
#[derive(Debug)]
struct Nobody {
    password: [u8; 32],
    salt: [u8; 16],
    /// Made with the first comparison, whoever it is of: an account that starts waits for nothing.
    hash: OnceCell<PasswordHash>,
}

impl Passwords {
    pub fn new(entropy: &dyn Entropy) -> Self {
        let mut password = [0; 32];
        entropy.fill(&mut password);
        let nobody = Nobody {
            password,
            salt: salt(entropy),
            hash: OnceCell::new(),
        };
        Self {
            turns: Arc::new(Semaphore::new(PASSWORDS_AT_ONCE)),
            comparisons: Arc::default(),
            nobody: Arc::new(nobody),
        }
    }

    /// The hash to keep, in the PHC string format.
    pub async fn hash(
        &self,
        password: &Secret,
        entropy: &dyn Entropy,
    ) -> Result<PasswordHash, HashingFailed> {
        let (password, salt) = (password.duplicate(), salt(entropy));
        self.in_turn(move || hash(password.expose().as_bytes(), &salt))
            .await
    }

    /// Whether `password` is the one that was hashed. Takes as long where there is no hash, and is false.
    pub async fn matches(
        &self,
        password: &Secret,
        hash: Option<&PasswordHash>,
    ) -> Result<bool, HashingFailed> {
        let is_somebodys = hash.is_some();
        let hash = hash.unwrap_or(self.nobodys_hash().await?).clone();
        let password = password.duplicate();
        let comparisons = Arc::clone(&self.comparisons);
        let compare = move || {
            comparisons.fetch_add(1, Ordering::Relaxed);
            matches(&password, &hash)
        };
        let matches = self.in_turn(compare).await?;
        Ok(matches && is_somebodys)
    }

    /// How many passwords were compared with a hash, somebody's or nobody's.
    pub fn comparisons(&self) -> u64 {
        self.comparisons.load(Ordering::Relaxed)
    }

    /// Whether `password` is among those that were hashed.
    pub async fn matches_any(
        &self,
        password: &Secret,
        hashes: &[PasswordHash],
    ) -> Result<bool, HashingFailed> {
        for hash in hashes {
            if self.matches(password, Some(hash)).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn nobodys_hash(&self) -> Result<&PasswordHash, HashingFailed> {
        let make = || {
            let nobody = Arc::clone(&self.nobody);
            self.in_turn(move || hash(&nobody.password, &nobody.salt))
        };
        self.nobody.hash.get_or_try_init(make).await
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, HashingFailed> + Send + 'static,
    ) -> Result<T, HashingFailed> {
        let turns = Arc::clone(&self.turns);
        let failed = |error: &dyn std::fmt::Display| HashingFailed(error.to_string());
        let turn = turns.acquire_owned().await.map_err(|error| failed(&error))?;
        let done = tokio::task::spawn_blocking(move || {
            // Kept by the work, not by whoever waits for it: a caller who goes away frees no processor.
            let _turn = turn;
            work()
        });
        done.await.map_err(|error| failed(&error))?
    }
}

fn salt(entropy: &dyn Entropy) -> [u8; 16] {
    let mut salt = [0; 16];
    entropy.fill(&mut salt);
    salt
}

fn argon2() -> Result<Argon2<'static>, HashingFailed> {
    let (memory, passes, lanes) = COST;
    let cost = Params::new(memory, passes, lanes, None).map_err(|error| HashingFailed(error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, cost))
}

fn hash(password: &[u8], salt: &[u8]) -> Result<PasswordHash, HashingFailed> {
    let hash = argon2()?
        .hash_password_with_salt(password, salt)
        .map_err(|error| HashingFailed(error.to_string()))?;
    PasswordHash::parse(hash.to_string()).map_err(|error| HashingFailed(error.to_string()))
}

/// A stored hash says its own cost: those made under another stay good.
fn matches(password: &Secret, hash: &PasswordHash) -> Result<bool, HashingFailed> {
    use argon2::password_hash::Error;
    let verified = argon2()?.verify_password(password.expose().as_bytes(), hash.as_str());
    match verified {
        Ok(()) => Ok(true),
        Err(Error::PasswordInvalid) => Ok(false),
        Err(error) => Err(HashingFailed(error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_world::SeededEntropy;

    #[tokio::test]
    async fn a_password_matches_its_own_hash_and_no_other() {
        let entropy = SeededEntropy::new(1);
        let passwords = Passwords::new(&entropy);
        let (right, wrong) = (Secret::new("Correct horse 1"), Secret::new("Correct horse 2"));
        let hash = passwords.hash(&right, &entropy).await.unwrap();
        assert!(hash.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(!hash.as_str().contains("Correct"));
        assert!(passwords.matches(&right, Some(&hash)).await.unwrap());
        assert!(!passwords.matches(&wrong, Some(&hash)).await.unwrap());
        let again = passwords.hash(&right, &entropy).await.unwrap();
        assert_ne!(hash, again, "each has a salt of its own");
        assert!(
            passwords
                .matches_any(&right, &[hash.clone(), again.clone()])
                .await
                .unwrap()
        );
        assert!(!passwords.matches_any(&wrong, &[hash, again]).await.unwrap());
    }

    #[tokio::test]
    async fn nobody_has_a_password() {
        let passwords = Passwords::new(&SeededEntropy::new(1));
        assert!(!passwords.matches(&Secret::new(""), None).await.unwrap());
        let mut made = [0; 32];
        SeededEntropy::new(1).fill(&mut made);
        let made = Secret::new(String::from_utf8_lossy(&made));
        assert!(!passwords.matches(&made, None).await.unwrap());
    }

    #[tokio::test]
    async fn a_stored_hash_that_is_none_is_an_error_and_not_a_wrong_password() {
        let passwords = Passwords::new(&SeededEntropy::new(1));
        let broken = PasswordHash::parse("$argon2id$broken").unwrap();
        assert!(passwords.matches(&Secret::new("x"), Some(&broken)).await.is_err());
    }
}
