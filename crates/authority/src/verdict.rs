//! Which checks a login passed, told from its row in the trail.
//!
//! Invariant: the order is that of [`Authority::log_in`](crate::Authority::log_in), which stops at the first that fails.

use countersign_model::{Detail, LoginRow, Surface};

/// A check of a login by token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Check {
    Credentials,
    Account,
    Stamp,
    Feature,
    Integration,
    Token,
    Signature,
    Access,
    Place,
    Nonce,
}

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    Passed,
    Refused,
    /// A check before it refused.
    NotReached,
}

impl Check {
    /// In the order in which a login goes through them.
    pub const ALL: &[Self] = &[
        Self::Credentials,
        Self::Account,
        Self::Stamp,
        Self::Feature,
        Self::Integration,
        Self::Token,
        Self::Signature,
        Self::Access,
        Self::Place,
        Self::Nonce,
    ];

    /// What is looked at, and what must be true of it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Credentials => "Credentials: one set, readable, complete, version 1.0, HMAC-SHA256",
            Self::Account => "Account: the one that was sent is this one",
            Self::Stamp => "Timestamp and nonce: within five minutes, six characters or more",
            Self::Feature => "Feature: Token-based Authentication is on",
            Self::Integration => "Integration record: known and enabled",
            Self::Token => "Access token: known, active, of this integration record",
            Self::Signature => "Signature: that of the request as it arrived",
            Self::Access => "User and role: may log in by token, from this address",
            Self::Place => "Concurrency: a place is free",
            Self::Nonce => "Nonce: not used before",
        }
    }

    /// The check that refuses with this word; none of a login by password and of the authorization flow's own.
    const fn refusing(detail: Detail) -> Option<Self> {
        Some(match detail {
            Detail::ParameterRejected
            | Detail::MissingRequiredFields
            | Detail::UnknownAlgorithm
            | Detail::VersionRejected
            | Detail::AmbiguousAuthentication
            | Detail::SeveralPassports
            | Detail::NotTokenBased => Self::Credentials,
            Detail::RealmMismatch => Self::Account,
            Detail::InvalidTimestamp | Detail::NonceRejected => Self::Stamp,
            Detail::FeatureDisabled => Self::Feature,
            Detail::ConsumerKeyUnknown | Detail::ConsumerKeyRefused => Self::Integration,
            Detail::TokenRejected => Self::Token,
            Detail::InvalidSignature => Self::Signature,
            Detail::PermissionDenied | Detail::TemporaryLocked | Detail::IpRule => Self::Access,
            Detail::NonceUsed => Self::Nonce,
            Detail::AuthorizationFlowRequired
            | Detail::InvalidCallback
            | Detail::InvalidVerifier
            | Detail::IssueTokenEndpointRequired
            | Detail::WrongPassword
            | Detail::PasswordExpired
            | Detail::TwoFactorRequired
            | Detail::WrongVerificationCode => return None,
        })
    }
}

/// Each check of a call by token with its outcome, in their order. None of what goes through other checks: a sign-in, a
/// password, a step of the authorization flow.
pub fn verdict(row: &LoginRow) -> Option<Vec<(Check, Outcome)>> {
    if !matches!(row.surface, Surface::Rest | Surface::Restlet | Surface::Soap) {
        return None;
    }
    let refusing = match row.detail() {
        None => None,
        Some(detail) => Some(Check::refusing(detail)?),
    };
    let mut is_over = false;
    let outcomes = Check::ALL.iter().map(|check| {
        let outcome = match (is_over, refusing == Some(*check)) {
            (true, _) => Outcome::NotReached,
            (false, true) => Outcome::Refused,
            (false, false) => Outcome::Passed,
        };
        is_over |= outcome == Outcome::Refused;
        (*check, outcome)
    });
    Some(outcomes.collect())
}
