//! What an administrator does. Each use case asks its [`Caller`](crate::Caller) first, makes the secrets it needs, writes
//! one transaction with its system notes, and is in force when it returns. The time it is noted at is the account's own.

mod access;
mod account;
mod api_keys;
mod api_secrets;
mod apply;
mod audits;
mod authorizations;
mod credentials;
mod export;
mod integrations;
mod levers;
mod page_choices;
mod present;
mod record_types;
mod roles;
mod sessions;
mod states;
mod tokens;
mod users;

use countersign_credential::HashingFailed;
use countersign_levers::LeverError;
use countersign_model::{FieldErrors, InvalidHash, InvalidId};
use countersign_store::StoreError;

pub use access::{NewAuthenticator, Proofs};
pub use api_keys::NewApiKey;
pub use apply::{Applied, AppliedStep, ApplyError, MadeConsumer, MadeToken};
pub use audits::{GovernanceOverview, Share};
pub use authorizations::{Authorization, RequestedBy};
pub use credentials::{NewConsumer, NewToken};
pub use export::Export;
pub use page_choices::{TokenChoices, TokenNames, UserChoice};
pub use record_types::RecordTypeError;
pub use sessions::{BegunSession, RoleNotOpen, SignIn};
pub use states::StateError;
pub use tokens::TokenWithUse;

use crate::audience::AudienceFull;
use crate::audit_trail::NotWritten;
use crate::caller::Forbidden;
use crate::secrets::SecretError;

/// Why a use case was not done. Whatever the reason, nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum AdministrationError {
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error(transparent)]
    Fields(#[from] FieldErrors),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Secret(#[from] SecretError),
    #[error(transparent)]
    Hashing(#[from] HashingFailed),
    #[error(transparent)]
    Id(#[from] InvalidId),
    #[error(transparent)]
    Hash(#[from] InvalidHash),
    #[error(transparent)]
    Trail(#[from] NotWritten),
    #[error(transparent)]
    Lever(#[from] LeverError),
    #[error(transparent)]
    Audience(#[from] AudienceFull),
}
