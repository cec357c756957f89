//! What is shown to be let in, other than a signature: passwords, verification codes, recovery codes.
//!
//! What is only ever compared is kept as a hash, so that nobody who reads the store can use it: a password under
//! Argon2id, which makes guessing slow; what was made at random and is long under SHA-256, which is enough. The one
//! secret here that must be read again, that of an authenticator app, is sealed elsewhere.

mod password;
mod recovery_code;
mod verification_code;

pub use password::{HashingFailed, PASSWORDS_AT_ONCE, Passwords};
pub use recovery_code::{RecoveryCodes, recovery_code_hash};
pub use verification_code::{AuthenticatorSecret, VerificationCode};
