//! Why a step is not done.

use countersign_model::{FlowRefusal, Named, NotedRecord, TokenRefused};
use countersign_protocol::{HeaderError, Refusal};
use countersign_store::{Conflict, StoreError};

use crate::audit_trail::{NotWritten, WrittenRow};
use crate::fault::ByFault;
use crate::refusal::Refused;
use crate::secrets::SecretError;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FlowRefused {
    /// [`FlowRefusal::public`] is for the caller, the rest for the account's own pages.
    #[error("{refusal}")]
    Refused {
        refusal: FlowRefusal,
        /// Its row in the trail, where it has one.
        row: Option<WrittenRow>,
    },
    /// The integration record has as many unfinished request tokens as one may have.
    #[error("{0}")]
    TooMany(String),
    #[error(transparent)]
    Fault(#[from] ByFault),
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

impl From<FlowRefusal> for FlowRefused {
    fn from(refusal: FlowRefusal) -> Self {
        Self::Refused { refusal, row: None }
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
            StoreError::Unknown(record) => gone(record, error.to_string()).into(),
            StoreError::Conflict(Conflict::TooManyRequestTokens) => Self::TooMany(error.to_string()),
            error => Self::unavailable(&error),
        }
    }
}

/// The user or the role was deleted after Allow.
fn gone(record: NotedRecord, reason: String) -> FlowRefusal {
    let mistake = match record {
        NotedRecord::Role(_) => "role_deleted",
        _ => "entity_deleted",
    };
    FlowRefusal::EntityOrRoleDisabled(Named { mistake, reason })
}

fn of_rule(refused: TokenRefused) -> FlowRefusal {
    match refused {
        TokenRefused::FeatureOff => FlowRefusal::FeatureDisabled,
        TokenRefused::NoAuthorizationFlow { application }
        | TokenRefused::Application {
            application,
            state: None,
        } => FlowRefusal::AuthorizationFlowRequired(application),
        TokenRefused::Application {
            application,
            state: Some(state),
        } => FlowRefusal::IntegrationBlocked { application, state },
        refused => FlowRefusal::EntityOrRoleDisabled(Named::from(&refused)),
    }
}

/// In the words of the flow; mistake and sentence are those of a login.
pub(super) fn of_header(refusal: Refusal) -> FlowRefusal {
    match refusal {
        Refusal::Version(_) => FlowRefusal::VersionRejected,
        Refusal::Algorithm(_) => FlowRefusal::UnknownAlgorithm,
        Refusal::NonceTooShort(_) => FlowRefusal::NonceRejected,
        Refusal::TimestampForm(_) | Refusal::TimestampSkew(_) => {
            FlowRefusal::InvalidTimestamp(named(refusal.into()))
        }
        Refusal::Parameter(HeaderError::Empty(name)) if name == "oauth_callback" => missing(&name),
        Refusal::Parameter(_) | Refusal::Missing(_) => {
            FlowRefusal::MissingRequiredParameter(named(refusal.into()))
        }
    }
}

/// Of a parameter that only the flow has.
pub(super) fn missing(parameter: &str) -> FlowRefusal {
    let (mistake, next) = match parameter {
        "oauth_callback" => (
            "callback_missing",
            "Send the Callback URL of the integration record, signed.",
        ),
        _ => (
            "verifier_missing",
            "Send the one that came to the callback, signed.",
        ),
    };
    FlowRefusal::MissingRequiredParameter(Named {
        mistake,
        reason: format!("{parameter} is missing or empty. {next}"),
    })
}

pub(super) fn named(refused: Refused) -> Named {
    Named {
        mistake: refused.mistake.unwrap_or("header_syntax"),
        reason: refused.reason,
    }
}
