//! Every way a step of the flow is refused: the word for the trail, and what the application is told.

use crate::{Detail, Surface};
use thiserror::Error;

/// The step that refused. Step two is a page: it has no answer of this kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FlowStep {
    /// `/rest/requesttoken`
    RequestToken,
    /// `/rest/accesstoken`
    AccessToken,
}

/// Why a step is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FlowRefusal {
    #[error("The feature Token-based Authentication is off.")]
    FeatureDisabled,
    #[error("{0} is missing, or sent twice, malformed or empty.")]
    MissingRequiredParameter(String),
    #[error("The version is not 1.0.")]
    VersionRejected,
    #[error("The signature method is not HMAC-SHA256.")]
    UnknownAlgorithm,
    #[error("The timestamp is more than five minutes from the account's clock, or no number.")]
    InvalidTimestamp,
    #[error("The nonce has fewer than six characters.")]
    NonceRejected,
    #[error("The nonce was used with this timestamp before. Sign every attempt anew.")]
    NonceUsed,
    #[error("{0}")]
    RealmMismatch(String),
    #[error("No integration record of this account has this consumer key.")]
    UnknownIntegration,
    #[error("The integration record {0} is not Enabled.")]
    IntegrationBlocked(String),
    #[error(
        "The integration record {0} does not serve the authorization flow. Check Token-based Authentication and TBA: \
         Authorization Flow on its Authentication subtab."
    )]
    AuthorizationFlowRequired(String),
    #[error("The signature does not match the request as it arrived.")]
    InvalidSignature,
    #[error("The callback {sent} is not the one of the integration record, {record}.")]
    InvalidCallback { sent: String, record: String },
    #[error("The request token {0}.")]
    TokenRejected(&'static str),
    #[error("The verifier {0}.")]
    InvalidVerifier(&'static str),
    #[error("{0}")]
    EntityOrRoleDisabled(String),
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
            Self::InvalidTimestamp => Detail::InvalidTimestamp,
            Self::NonceRejected => Detail::NonceRejected,
            Self::NonceUsed => Detail::NonceUsed,
            Self::RealmMismatch(_) => Detail::RealmMismatch,
            Self::UnknownIntegration => Detail::ConsumerKeyUnknown,
            Self::IntegrationBlocked(_) => Detail::ConsumerKeyRefused,
            Self::AuthorizationFlowRequired(_) => Detail::AuthorizationFlowRequired,
            Self::InvalidSignature => Detail::InvalidSignature,
            Self::InvalidCallback { .. } => Detail::InvalidCallback,
            Self::TokenRejected(_) => Detail::TokenRejected,
            Self::InvalidVerifier(_) => Detail::InvalidVerifier,
            Self::EntityOrRoleDisabled(_) => Detail::PermissionDenied,
        }
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
            (Self::IntegrationBlocked(_), FlowStep::RequestToken) => account_was_given,
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
            | Self::InvalidTimestamp => MALFORMED,
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

    #[test]
    fn a_refused_callback_follows_its_word() {
        let refused = FlowRefusal::InvalidCallback {
            sent: "https://evil.example/cb".into(),
            record: "https://my.example.com/cb".into(),
        };
        assert_eq!(refused.detail_column(), "InvalidCallback https://evil.example/cb");
        assert_eq!(refused.public().status, 400);
    }

    #[test]
    fn who_is_asking_learns_one_thing_only() {
        let alike = [
            FlowRefusal::UnknownIntegration,
            FlowRefusal::IntegrationBlocked("Warehouse sync".into()),
            FlowRefusal::AuthorizationFlowRequired("Warehouse sync".into()),
            FlowRefusal::InvalidSignature,
            FlowRefusal::TokenRejected("is unknown"),
            FlowRefusal::InvalidVerifier("is wrong"),
            FlowRefusal::EntityOrRoleDisabled("x".into()),
            FlowRefusal::FeatureDisabled,
        ];
        for refused in alike {
            assert_eq!(refused.public(), INVALID_LOGIN, "{refused:?}");
        }
    }

    #[test]
    fn a_blocked_record_is_noted_in_step_one_only_with_the_account() {
        let blocked = FlowRefusal::IntegrationBlocked("Warehouse sync".into());
        assert!(!blocked.is_noted(FlowStep::RequestToken, false));
        assert!(blocked.is_noted(FlowStep::RequestToken, true));
        assert!(blocked.is_noted(FlowStep::AccessToken, false));
        assert_eq!(blocked.detail_column(), "IntegrationBlocked");
    }
}
