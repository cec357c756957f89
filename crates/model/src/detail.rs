//! The Detail column of the Login Audit Trail: NetSuite's own words, and a few of ours in parentheses where NetSuite
//! is known to refuse but its word is not public. The mixed spelling is NetSuite's.

use crate::Surface;
use crate::word::UnknownWord;

/// Why a login failed. The caller never learns this: it is for the account's own pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Detail {
    /// The integration record is Blocked, or waits for approval.
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
    /// Unknown, inactive, revoked, or another integration's.
    TokenRejected,
    /// `oauth_version` is not 1.0.
    VersionRejected,
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
        Self::AmbiguousAuthentication,
        Self::SeveralPassports,
        Self::NotTokenBased,
        Self::RealmMismatch,
        Self::IpRule,
    ];

    /// The word as the trail spells it for this service. Where NetSuite gives none for REST and SOAP, the RESTlet
    /// word stands for all three.
    pub const fn word(self, surface: Surface) -> &'static str {
        match self {
            Self::ConsumerKeyRefused => "consumer_key_refused",
            Self::ConsumerKeyUnknown => "consumer_key_unknown",
            Self::FeatureDisabled => "FeatureDisabled",
            Self::MissingRequiredFields => "MissingTokenPassportRequiredFields",
            Self::NonceRejected => "nonce_rejected",
            Self::NonceUsed => match surface {
                Surface::Restlet => "nonce_used",
                Surface::Rest | Surface::Soap => "NonceUsed",
            },
            Self::ParameterRejected => "parameter_rejected",
            Self::PermissionDenied => "permission_denied",
            Self::InvalidSignature => "InvalidSignature",
            Self::UnknownAlgorithm => "UnknownAlgorithm",
            Self::TemporaryLocked => "temporary_locked",
            Self::InvalidTimestamp => "InvalidTimestamp",
            Self::TokenRejected => "token_rejected",
            Self::VersionRejected => "VersionRejected",
            // SOAP says this to the caller as well, in the fault.
            Self::AmbiguousAuthentication => match surface {
                Surface::Soap => "Ambiguous authentication",
                Surface::Rest | Surface::Restlet => "(ambiguous)",
            },
            Self::SeveralPassports => "(invalid login)",
            Self::NotTokenBased => "(not TBA)",
            Self::RealmMismatch => match surface {
                Surface::Soap => "(login failure: account)",
                Surface::Rest | Surface::Restlet => "(login failure)",
            },
            Self::IpRule => "(login failure, IP rule)",
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
    fn every_spelling_reads_back_as_its_own_detail() {
        for detail in Detail::ALL.iter().copied() {
            for surface in Surface::ALL.iter().copied() {
                assert_eq!(Detail::parse(detail.word(surface)), Ok(detail));
            }
        }
        assert!(Detail::parse("TimestampRefused").is_err());
    }
}
