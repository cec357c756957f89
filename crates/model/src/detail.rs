//! The Detail column of the Login Audit Trail: NetSuite's own words, and a few of ours in parentheses where NetSuite
//! is known to refuse but its word is not public. The mixed spelling is NetSuite's.

use crate::Surface;
use crate::word::UnknownWord;

/// Why a login failed. The caller never learns this: it is for the account's own pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Detail {
    /// The integration record is Blocked, waits for approval, or does not allow tokens.
    ConsumerKeyRefused,
    ConsumerKeyUnknown,
    /// The Token-based Authentication feature is off.
    FeatureDisabled,
    MissingRequiredFields,
    /// Fewer than six characters.
    NonceRejected,
    NonceUsed,
    /// Sent twice, malformed or empty.
    ParameterRejected,
    /// The entity or role cannot be used, or the role may not log in by token.
    PermissionDenied,
    InvalidSignature,
    /// Anything but HMAC-SHA256.
    UnknownAlgorithm,
    /// Five bad passwords within the last 30 minutes.
    TemporaryLocked,
    /// More than five minutes from the account's clock.
    InvalidTimestamp,
    /// Unknown, inactive, revoked, or another integration's; of a request token also used or expired.
    TokenRejected,
    /// `oauth_version` is not 1.0.
    VersionRejected,
    /// The box TBA: Authorization Flow is clear.
    AuthorizationFlowRequired,
    /// The callback does not match the record's; the column shows it after the word.
    InvalidCallback,
    /// Empty after Deny, or another attempt's.
    InvalidVerifier,
    /// The box TBA: IssueToken Endpoint is clear.
    IssueTokenEndpointRequired,
    /// More than one kind of credentials in one request, or token credentials beside a session cookie.
    AmbiguousAuthentication,
    /// Several TokenPassports in one envelope.
    SeveralPassports,
    /// Credentials of another scheme: NLAuth, Bearer.
    NotTokenBased,
    /// The realm, or the passport's account, is not this account.
    RealmMismatch,
    /// The address is outside the IP address rules of the account or the entity.
    IpRule,
    /// Nobody with this address, or another password than theirs.
    WrongPassword,
    PasswordExpired,
    /// The role asks for a second factor and none was given, or none can be given to this service.
    TwoFactorRequired,
    /// The second factor was given and is not right, or was used before.
    WrongVerificationCode,
}

impl Detail {
    pub const ALL: &[Self] = &[
        Self::ConsumerKeyRefused,
        Self::ConsumerKeyUnknown,
        Self::FeatureDisabled,
        Self::MissingRequiredFields,
        Self::NonceRejected,
        Self::NonceUsed,
        Self::ParameterRejected,
        Self::PermissionDenied,
        Self::InvalidSignature,
        Self::UnknownAlgorithm,
        Self::TemporaryLocked,
        Self::InvalidTimestamp,
        Self::TokenRejected,
        Self::VersionRejected,
        Self::AuthorizationFlowRequired,
        Self::InvalidCallback,
        Self::InvalidVerifier,
        Self::IssueTokenEndpointRequired,
        Self::AmbiguousAuthentication,
        Self::SeveralPassports,
        Self::NotTokenBased,
        Self::RealmMismatch,
        Self::IpRule,
        Self::WrongPassword,
        Self::PasswordExpired,
        Self::TwoFactorRequired,
        Self::WrongVerificationCode,
    ];

    /// The word as the trail spells it for this service. Where NetSuite gives none for a service, the RESTlet word
    /// stands there as well.
    pub const fn word(self, surface: Surface) -> &'static str {
        let word = match surface {
            Surface::AuthorizationFlow => self.flow_word(),
            Surface::Soap => self.soap_word(),
            Surface::Rest if matches!(self, Self::NonceUsed) => Some("NonceUsed"),
            _ => None,
        };
        match word {
            Some(word) => word,
            None => self.common_word(),
        }
    }

    /// The flow's own table, where it differs.
    const fn flow_word(self) -> Option<&'static str> {
        Some(match self {
            Self::ConsumerKeyUnknown => "UnknownIntegration",
            Self::ConsumerKeyRefused => "IntegrationBlocked",
            Self::MissingRequiredFields => "MissingRequiredParameter",
            Self::NonceRejected => "NonceRejected",
            Self::NonceUsed => "NonceUsed",
            Self::TokenRejected => "TokenRejected",
            Self::PermissionDenied => "EntityOrRoleDisabled",
            _ => return None,
        })
    }

    const fn soap_word(self) -> Option<&'static str> {
        Some(match self {
            Self::NonceUsed => "NonceUsed",
            // SOAP says this to the caller as well, in the fault.
            Self::AmbiguousAuthentication => "Ambiguous authentication",
            Self::RealmMismatch => "(login failure: account)",
            _ => return None,
        })
    }

    const fn common_word(self) -> &'static str {
        match self {
            Self::ConsumerKeyRefused => "consumer_key_refused",
            Self::ConsumerKeyUnknown => "consumer_key_unknown",
            Self::FeatureDisabled => "FeatureDisabled",
            Self::MissingRequiredFields => "MissingTokenPassportRequiredFields",
            Self::NonceRejected => "nonce_rejected",
            Self::NonceUsed => "nonce_used",
            Self::ParameterRejected => "parameter_rejected",
            Self::PermissionDenied => "permission_denied",
            Self::InvalidSignature => "InvalidSignature",
            Self::UnknownAlgorithm => "UnknownAlgorithm",
            Self::TemporaryLocked => "temporary_locked",
            Self::InvalidTimestamp => "InvalidTimestamp",
            Self::TokenRejected => "token_rejected",
            Self::VersionRejected => "VersionRejected",
            Self::AuthorizationFlowRequired => "AuthorizationFlowRequired",
            Self::InvalidCallback => "InvalidCallback",
            Self::InvalidVerifier => "InvalidVerifier",
            Self::IssueTokenEndpointRequired => "(IssueToken endpoint)",
            Self::AmbiguousAuthentication => "(ambiguous)",
            Self::SeveralPassports => "(invalid login)",
            Self::NotTokenBased => "(not TBA)",
            Self::RealmMismatch => "(login failure)",
            Self::IpRule => "(login failure, IP rule)",
            Self::WrongPassword => "(wrong password)",
            Self::PasswordExpired => "(password expired)",
            Self::TwoFactorRequired => "(two-factor authentication required)",
            Self::WrongVerificationCode => "(wrong verification code)",
        }
    }

    /// Reads a word back, in any service's spelling.
    pub fn parse(word: &str) -> Result<Self, UnknownWord> {
        let spells = |detail: &Self| Surface::ALL.iter().any(|surface| detail.word(*surface) == word);
        let known = Self::ALL.iter().copied().find(spells);
        known.ok_or_else(|| UnknownWord {
            noun: "login detail",
            word: word.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_used_nonce_is_spelled_by_service() {
        assert_eq!(Detail::NonceUsed.word(Surface::Restlet), "nonce_used");
        assert_eq!(Detail::NonceUsed.word(Surface::Rest), "NonceUsed");
        assert_eq!(Detail::NonceUsed.word(Surface::Soap), "NonceUsed");
    }

    #[test]
    fn the_authorization_flow_has_a_table_of_its_own() {
        let words: Vec<&str> = Detail::ALL
            .iter()
            .map(|detail| detail.word(Surface::AuthorizationFlow))
            .collect();
        for documented in [
            "UnknownIntegration",
            "IntegrationBlocked",
            "AuthorizationFlowRequired",
            "InvalidTimestamp",
            "InvalidSignature",
            "MissingRequiredParameter",
            "InvalidCallback",
            "NonceRejected",
            "NonceUsed",
            "TokenRejected",
            "EntityOrRoleDisabled",
            "InvalidVerifier",
            "FeatureDisabled",
            "UnknownAlgorithm",
            "VersionRejected",
        ] {
            assert!(words.contains(&documented), "{documented}");
        }
    }

    #[test]
    fn every_spelling_reads_back_as_its_own_detail() {
        for detail in Detail::ALL.iter().copied() {
            for surface in Surface::ALL.iter().copied() {
                assert_eq!(Detail::parse(detail.word(surface)), Ok(detail));
            }
        }
        assert!(Detail::parse("TimestampRefused").is_err());
    }
}
