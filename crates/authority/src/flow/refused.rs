//! Why a step is not done.

use countersign_model::{FlowRefusal, TokenRefused};
use countersign_protocol::{HeaderError, Refusal};
use countersign_store::{Conflict, StoreError};

use crate::audit_trail::NotWritten;
use crate::secrets::SecretError;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FlowRefused {
    /// [`FlowRefusal::public`] is for the caller, the rest for the account's own pages.
    #[error(transparent)]
    Refused(#[from] FlowRefusal),
    /// The integration record has as many unfinished request tokens as one may have.
    #[error("{0}")]
    TooMany(String),
    /// This account cannot answer now, through no fault of the caller's.
    #[error("{0}")]
    Unavailable(String),
}

impl FlowRefused {
    fn unavailable(error: &dyn std::fmt::Display) -> Self {
        tracing::error!(%error, "a step of the authorization flow cannot be done");
        Self::Unavailable(error.to_string())
    }
}

impl From<SecretError> for FlowRefused {
    fn from(error: SecretError) -> Self {
        Self::unavailable(&error)
    }
}

impl From<NotWritten> for FlowRefused {
    fn from(error: NotWritten) -> Self {
        Self::unavailable(&error)
    }
}

impl From<StoreError> for FlowRefused {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Flow(refusal) => refusal.into(),
            StoreError::TokenRefused(refused) => of_rule(refused).into(),
            // The user or the role is gone, or is none that a token can be made for any more.
            StoreError::Unknown(_) | StoreError::Fields(_) => {
                FlowRefusal::EntityOrRoleDisabled(error.to_string()).into()
            }
            StoreError::Conflict(Conflict::TooManyRequestTokens) => Self::TooMany(error.to_string()),
            error => Self::unavailable(&error),
        }
    }
}

fn of_rule(refused: TokenRefused) -> FlowRefusal {
    match refused {
        TokenRefused::FeatureOff => FlowRefusal::FeatureDisabled,
        TokenRefused::NoAuthorizationFlow { application } => {
            FlowRefusal::AuthorizationFlowRequired(application)
        }
        TokenRefused::Application { application, .. } => FlowRefusal::IntegrationBlocked(application),
        refused => FlowRefusal::EntityOrRoleDisabled(refused.to_string()),
    }
}

pub(super) fn of_header(refusal: Refusal) -> FlowRefusal {
    match refusal {
        Refusal::Parameter(HeaderError::Doubled(name) | HeaderError::Empty(name)) => {
            let is_known = ["realm", "role"].contains(&name.as_str()) || name.starts_with("oauth_");
            // Any other name may be a secret in the wrong place.
            let shown = if is_known && name.len() <= 32 {
                name
            } else {
                "A parameter".to_owned()
            };
            FlowRefusal::MissingRequiredParameter(shown)
        }
        Refusal::Parameter(_) => FlowRefusal::MissingRequiredParameter("The Authorization header".to_owned()),
        Refusal::Missing(names) => FlowRefusal::MissingRequiredParameter(names.join(", ")),
        Refusal::Version(_) => FlowRefusal::VersionRejected,
        Refusal::Algorithm(_) => FlowRefusal::UnknownAlgorithm,
        Refusal::TimestampForm(_) | Refusal::TimestampSkew(_) => FlowRefusal::InvalidTimestamp,
        Refusal::NonceTooShort(_) => FlowRefusal::NonceRejected,
    }
}
