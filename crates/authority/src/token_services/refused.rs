//! Why a token service refuses.

use countersign_model::{FieldErrors, TokenRefused, TokenStateError};
use countersign_store::StoreError;

use crate::administration::AdministrationError;
use crate::fault::ByFault;
use crate::password_login::PasswordRefused;

/// Why a token service does not do as asked.
#[derive(Debug, thiserror::Error)]
pub enum ServiceRefused {
    #[error(transparent)]
    Password(#[from] PasswordRefused),
    #[error(transparent)]
    Fault(#[from] ByFault),
    /// The rules do not let this user; who logged in may read why.
    #[error(transparent)]
    Rule(TokenRefused),
    #[error(
        "No integration record of this account has this consumer key. Copy it again: it is shown where the record was made."
    )]
    UnknownIntegration,
    /// Which of the three it is, is for the account's own pages: one answer.
    #[error("You have no such token of this integration record.")]
    UnknownToken(NotOwn),
    #[error(transparent)]
    State(TokenStateError),
    #[error(transparent)]
    Fields(FieldErrors),
    #[error(transparent)]
    Failed(AdministrationError),
}

/// Why a token that was named is none that its user may revoke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotOwn {
    #[error("This account has no such token. Send the Token ID as it was shown, percent-encoded.")]
    Unknown,
    #[error(
        "The token belongs to another integration record than the consumer key. Send the pair that belongs together."
    )]
    OtherIntegration,
    #[error(
        "The token is another user's. Its own user revokes it here, others at Setup > Users/Roles > Access Tokens."
    )]
    OtherUser,
}

impl NotOwn {
    pub(super) const fn mistake(self) -> &'static str {
        match self {
            Self::Unknown => "token_unknown",
            Self::OtherIntegration => "token_other_integration",
            Self::OtherUser => "token_of_another_user",
        }
    }
}

/// Credentials that are refused before anybody is looked up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    #[error("The request has no Authorization header, or several. Send one, with NLAuth.")]
    Missing,
    #[error("{0} is missing from the NLAuth header. Send it percent-encoded, separated by a comma.")]
    Field(NlAuthField),
    #[error(
        "The Authorization header cannot be read: {0}. It is NLAuth nlauth_account=…, nlauth_email=…, nlauth_signature=…, \
         nlauth_role=…."
    )]
    Malformed(String),
    #[error("The account that was sent is not this one.")]
    Account(Option<String>),
}

/// A field that NLAuth cannot do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NlAuthField {
    Account,
    Email,
    /// The password.
    Signature,
    Role,
}

impl NlAuthField {
    /// The stable id of the mistake of leaving it out.
    pub(super) const fn mistake(self) -> &'static str {
        match self {
            Self::Account => "nlauth_account_missing",
            Self::Email => "nlauth_email_missing",
            Self::Signature => "nlauth_signature_missing",
            Self::Role => "nlauth_role_missing",
        }
    }
}

impl std::fmt::Display for NlAuthField {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Account => "nlauth_account",
            Self::Email => "nlauth_email",
            Self::Signature => "nlauth_signature",
            Self::Role => "nlauth_role",
        })
    }
}

impl From<AdministrationError> for ServiceRefused {
    fn from(error: AdministrationError) -> Self {
        match error {
            AdministrationError::Store(error) => error.into(),
            error => Self::Failed(error),
        }
    }
}

impl From<StoreError> for ServiceRefused {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::TokenRefused(refused) => Self::Rule(refused),
            StoreError::Token(state) => Self::State(state),
            StoreError::Fields(fields) => Self::Fields(fields),
            error => Self::Failed(error.into()),
        }
    }
}
