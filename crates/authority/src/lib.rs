//! The account's authority: who may come in, and who may change what.
//!
//! A request comes in as a [`LoginAttempt`] and goes on as a [`Principal`], which only [`Authority::log_in`] makes,
//! from the proofs that its signature is valid, its user may log in, it has a concurrency slot and its nonce is
//! claimed. A refusal has one public shape and one private reason: [`Refused`].

mod administration;
mod attempt;
mod audit_trail;
mod authority;
mod directory;
mod flood;
mod key_care;
mod login;
mod principal;
mod refusal;
mod secrets;

pub use administration::{AdministrationError, NewConsumer, NewToken};
pub use attempt::{LoginAttempt, Presented, Source};
pub use authority::{Authority, AuthorityError, DEVELOPMENT_CONCURRENCY, Parts};
pub use directory::Directory;
pub use key_care::{Checked, KeyCareError, Resealed, check_secrets, reseal_secrets};
pub use principal::{Principal, ServiceDenied};
pub use refusal::{PublicAnswer, Refused};
pub use secrets::{SecretError, Secrets};
