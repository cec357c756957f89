//! Every way a step of the flow is refused: the word for the trail, and what the application is told.

use crate::{Detail, IntegrationState, LoginDenied, Surface, TokenRefused};
use thiserror::Error;

/// The step that refused. Step two is a page: it has no answer of this kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FlowStep {
    /// `/rest/requesttoken`
    RequestToken,
    /// `/rest/accesstoken`
    AccessToken,
}

/// A mistake that is known by more than its word: its stable id, and a sentence on what happened and what to do.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{reason}")]
pub struct Named {
    pub mistake: &'static str,
    pub reason: String,
}

impl From<&LoginDenied> for Named {
    fn from(denied: &LoginDenied) -> Self {
        Self {
            mistake: denied.mistake(),
            reason: denied.to_string(),
        }
    }
}

impl From<&TokenRefused> for Named {
    fn from(refused: &TokenRefused) -> Self {
        Self {
            mistake: refused.mistake(),
            reason: refused.to_string(),
        }
    }
}

/// Why a step is refused. The sentences are for the account's own pages.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FlowRefusal {
    #[error(
        "Token-based Authentication is off. Check it at Setup > Company > Enable Features > SuiteCloud > Manage \
         Authentication."
    )]
    FeatureDisabled,
    /// Missing, sent twice, malformed or empty.
    #[error(transparent)]
    MissingRequiredParameter(Named),
    #[error("The version is not 1.0. Send oauth_version=\"1.0\", or leave it out.")]
    VersionRejected,
    #[error("The signature method is not HMAC-SHA256. NetSuite takes no other.")]
    UnknownAlgorithm,
    #[error(transparent)]
    InvalidTimestamp(Named),
    #[error("The nonce has fewer than six characters. Make it longer, and anew for each request.")]
    NonceRejected,
    #[error("The nonce was used with this timestamp before. Sign every attempt anew, also a retry.")]
    NonceUsed,
    #[error(transparent)]
    RealmMismatch(Named),
    #[error(
        "No integration record of this account has this consumer key. Copy it again from where the record was made, or \
         make a record: Setup > Integration > Manage Integrations > New."
    )]
    UnknownIntegration,
    #[error(
        "The integration record {application} is {state}. Set its State to Enabled: Setup > Integration > Manage \
         Integrations > {application} > Edit."
    )]
    IntegrationBlocked {
        application: String,
        state: IntegrationState,
    },
    #[error(
        "The integration record {0} does not serve the authorization flow. Check Token-based Authentication and TBA: \
         Authorization Flow: Setup > Integration > Manage Integrations > {0} > Edit."
    )]
    AuthorizationFlowRequired(String),
    #[error(
        "The signature does not match the request as it arrived. Step one is signed with the consumer secret and an empty \
         token secret, step three with the consumer secret and the secret of the request token; oauth_callback, \
         oauth_verifier and role are signed too."
    )]
    InvalidSignature,
    #[error(
        "The callback {sent} is not the one of the integration record, {record}. Send that one, or change Callback URL: \
         Setup > Integration > Manage Integrations > Edit."
    )]
    InvalidCallback {
        sent: String,
        record: String,
        /// It has more labels in front than the one the record's star stands for.
        too_deep: bool,
    },
    #[error(transparent)]
    TokenRejected(#[from] RequestTokenFault),
    #[error(transparent)]
    InvalidVerifier(#[from] VerifierFault),
    #[error(transparent)]
    EntityOrRoleDisabled(Named),
}

/// What is wrong with a request token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum RequestTokenFault {
    #[error("The request token does not exist. Begin with step one again.")]
    Unknown,
    #[error(
        "The request token belongs to another integration record. Use the consumer key that step one was sent with."
    )]
    OfAnotherRecord,
    #[error("The request token has expired. Begin with step one again, and ask the user at once.")]
    Expired,
    #[error(
        "The request token was exchanged before, and each can be once. Keep the access token of the first exchange."
    )]
    Used,
    #[error("The request token was allowed or denied before. Begin with step one again.")]
    Decided,
}

impl RequestTokenFault {
    /// The stable id of the mistake.
    pub const fn mistake(self) -> &'static str {
        match self {
            Self::Unknown => "request_token_unknown",
            Self::OfAnotherRecord => "request_token_other_integration",
            Self::Expired => "request_token_expired",
            Self::Used => "request_token_used",
            Self::Decided => "request_token_decided",
        }
    }
}

/// What is wrong with a verifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum VerifierFault {
    #[error("There is no verifier: the user clicked Deny. Tell them so; do not go on to step three.")]
    Denied,
    #[error(
        "There is no verifier yet: no user has clicked Allow. Send the user's browser to step two first."
    )]
    NotAllowed,
    #[error("The verifier is empty. Send the oauth_verifier that came to the callback.")]
    Empty,
    #[error(
        "The verifier is of another attempt. Send the one that came to the callback with this request token."
    )]
    Wrong,
}

impl VerifierFault {
    /// The stable id of the mistake.
    pub const fn mistake(self) -> &'static str {
        match self {
            Self::Denied => "denied",
            Self::NotAllowed => "request_token_not_allowed",
            Self::Empty => "verifier_empty",
            Self::Wrong => "verifier_wrong",
        }
    }
}

/// What the application is told, as `{"error":{"code","message"}}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicRefusal {
    pub status: u16,
    pub code: &'static str,
    pub message: &'static str,
}

const MALFORMED: PublicRefusal = PublicRefusal {
    status: 400,
    code: "INVALID_REQUEST",
    message: "The request could not be understood by the server due to malformed syntax.",
};

const INVALID_LOGIN: PublicRefusal = PublicRefusal {
    status: 401,
    code: "INVALID_LOGIN_ATTEMPT",
    message: "Invalid login attempt.",
};

impl FlowRefusal {
    pub const fn detail(&self) -> Detail {
        match self {
            Self::FeatureDisabled => Detail::FeatureDisabled,
            Self::MissingRequiredParameter(_) => Detail::MissingRequiredFields,
            Self::VersionRejected => Detail::VersionRejected,
            Self::UnknownAlgorithm => Detail::UnknownAlgorithm,
            Self::InvalidTimestamp(_) => Detail::InvalidTimestamp,
            Self::NonceRejected => Detail::NonceRejected,
            Self::NonceUsed => Detail::NonceUsed,
            Self::RealmMismatch(_) => Detail::RealmMismatch,
            Self::UnknownIntegration => Detail::ConsumerKeyUnknown,
            Self::IntegrationBlocked { .. } => Detail::ConsumerKeyRefused,
            Self::AuthorizationFlowRequired(_) => Detail::AuthorizationFlowRequired,
            Self::InvalidSignature => Detail::InvalidSignature,
            Self::InvalidCallback { .. } => Detail::InvalidCallback,
            Self::TokenRejected(_) => Detail::TokenRejected,
            Self::InvalidVerifier(_) => Detail::InvalidVerifier,
            Self::EntityOrRoleDisabled(_) => Detail::PermissionDenied,
        }
    }

    /// The stable id of the mistake. A bad signature has many causes: none is named here.
    pub const fn mistake(&self) -> Option<&'static str> {
        Some(match self {
            Self::FeatureDisabled => "feature_disabled",
            Self::MissingRequiredParameter(named)
            | Self::InvalidTimestamp(named)
            | Self::RealmMismatch(named)
            | Self::EntityOrRoleDisabled(named) => named.mistake,
            Self::VersionRejected => "version",
            Self::UnknownAlgorithm => "algorithm",
            Self::NonceRejected => "nonce_too_short",
            Self::NonceUsed => "nonce_replay",
            Self::UnknownIntegration => "consumer_key_unknown",
            Self::IntegrationBlocked {
                state: IntegrationState::WaitingForApproval,
                ..
            } => "integration_waiting",
            Self::IntegrationBlocked { .. } => "integration_blocked",
            Self::AuthorizationFlowRequired(_) => "flow_not_enabled",
            Self::InvalidSignature => return None,
            Self::InvalidCallback { too_deep: true, .. } => "callback_wildcard",
            Self::InvalidCallback { .. } => "callback_mismatch",
            Self::TokenRejected(fault) => fault.mistake(),
            Self::InvalidVerifier(fault) => fault.mistake(),
        })
    }

    /// The Detail column as it is read: a refused callback follows its word.
    pub fn detail_column(&self) -> String {
        let word = self.detail().word(Surface::AuthorizationFlow);
        match self {
            Self::InvalidCallback { sent, .. } => format!("{word} {sent}"),
            _ => word.to_owned(),
        }
    }

    /// Whether a row is written. In step one a blocked record leaves a row only where the request named the account:
    /// without a realm nobody knows whose trail it belongs in.
    pub const fn is_noted(&self, step: FlowStep, account_was_given: bool) -> bool {
        match (self, step) {
            (Self::IntegrationBlocked { .. }, FlowStep::RequestToken) => account_was_given,
            _ => true,
        }
    }

    /// One answer for everything that has to do with who is asking. NetSuite's codes for the flow are not public;
    /// these are those of its RESTlets.
    pub const fn public(&self) -> PublicRefusal {
        match self {
            Self::MissingRequiredParameter(_)
            | Self::VersionRejected
            | Self::UnknownAlgorithm
            | Self::InvalidTimestamp(_) => MALFORMED,
            Self::InvalidCallback { .. } => PublicRefusal {
                message: "The callback URL is not the one of the integration record.",
                ..MALFORMED
            },
            _ => INVALID_LOGIN,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocked() -> FlowRefusal {
        FlowRefusal::IntegrationBlocked {
            application: "Warehouse sync".into(),
            state: IntegrationState::Blocked,
        }
    }

    #[test]
    fn a_refused_callback_follows_its_word() {
        let refused = FlowRefusal::InvalidCallback {
            sent: "https://evil.example/cb".into(),
            record: "https://my.example.com/cb".into(),
            too_deep: false,
        };
        assert_eq!(refused.detail_column(), "InvalidCallback https://evil.example/cb");
        assert_eq!(refused.public().status, 400);
    }

    #[test]
    fn who_is_asking_learns_one_thing_only() {
        let alike = [
            FlowRefusal::UnknownIntegration,
            blocked(),
            FlowRefusal::AuthorizationFlowRequired("Warehouse sync".into()),
            FlowRefusal::InvalidSignature,
            RequestTokenFault::Unknown.into(),
            VerifierFault::Wrong.into(),
            FlowRefusal::EntityOrRoleDisabled(Named {
                mistake: "role_removed",
                reason: "x".into(),
            }),
            FlowRefusal::FeatureDisabled,
        ];
        for refused in alike {
            assert_eq!(refused.public(), INVALID_LOGIN, "{refused:?}");
        }
    }

    #[test]
    fn a_blocked_record_is_noted_in_step_one_only_with_the_account() {
        let blocked = blocked();
        assert!(!blocked.is_noted(FlowStep::RequestToken, false));
        assert!(blocked.is_noted(FlowStep::RequestToken, true));
        assert!(blocked.is_noted(FlowStep::AccessToken, false));
        assert_eq!(blocked.detail_column(), "IntegrationBlocked");
    }
}
