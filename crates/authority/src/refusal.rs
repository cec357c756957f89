//! Why a login is refused: one shape for the caller, the truth for the account's own pages.

use countersign_ledger::{Busy, ClaimError};
use countersign_levers::ServerError;
use countersign_model::{Detail, LoginStatus, TokenObstacle, why_unknown};
use countersign_protocol::{AccountId, HeaderError, Refusal, RequestError, SoapHeaderError, Syntax};
use countersign_store::StoreError;

use crate::audit_trail::WrittenRow;
use crate::execution::Execution;

/// What a caller is told, the same for many reasons. REST and RESTlets differ in which of the first three they call a
/// malformed request (400) and which a failed login (401).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PublicAnswer {
    /// The header cannot be read: a malformed request on both.
    MalformedHeader,
    /// A parameter is doubled or empty: malformed on REST, a failed login on RESTlets.
    RejectedParameter,
    /// Version, method or timestamp: a failed login on REST, malformed on RESTlets.
    UnacceptableValue,
    /// A failed login on both.
    InvalidLogin,
    /// User credentials where a token is needed.
    InvalidCredentials,
    /// SOAP says so in its fault; the others call it a failed login.
    Ambiguous,
    /// Not a login failure: try again later.
    ConcurrencyLimit,
    /// This account cannot answer now, through no fault of the caller's.
    Unavailable,
    /// A fault rule of a test account answers in place of the service. The caller was let in.
    Fails(ServerError),
    /// A fault rule closes the connection without an answer. The caller was let in.
    Dropped,
}

pub(crate) const BY_FAULT: &str = "A fault rule of this test account does this. List the rules, and remove it, with: countersign lever fault.";

/// A refused login.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    pub public: PublicAnswer,
    /// The Detail word; none where it is no login failure.
    pub detail: Option<Detail>,
    /// What happened and what to do about it, for the account's own pages.
    pub reason: String,
    /// The stable id of the mistake, where it is known.
    pub mistake: Option<&'static str>,
    /// The name of the integration record whose key was sent.
    pub application: Option<String>,
    /// Whose request it is, where it belongs into the execution log.
    pub execution: Option<Box<Execution>>,
    /// Its row in the trail, where it has one.
    pub row: Option<WrittenRow>,
}

impl Refused {
    fn new(detail: Detail, mistake: impl Into<Option<&'static str>>, reason: impl Into<String>) -> Self {
        Self {
            public: PublicAnswer::InvalidLogin,
            detail: Some(detail),
            reason: reason.into(),
            mistake: mistake.into(),
            application: None,
            execution: None,
            row: None,
        }
    }

    fn answered(self, public: PublicAnswer) -> Self {
        Self { public, ..self }
    }

    /// The Status of its row; none where it is no login failure.
    pub(crate) fn status(&self) -> Option<LoginStatus> {
        Some(LoginStatus::Failure {
            detail: self.detail?,
            reason: self.reason.clone(),
            mistake: self.mistake.map(str::to_owned),
        })
    }

    pub(crate) fn no_header() -> Self {
        let reason = "The request has no Authorization header. Sign it, and see that no redirect or proxy drops the header.";
        Self::new(Detail::MissingRequiredFields, "no_header", reason)
    }

    pub(crate) fn two_headers() -> Self {
        let reason = "Two Authorization headers were sent. Send one; a proxy may be adding its own.";
        Self::new(Detail::AmbiguousAuthentication, "two_headers", reason)
    }

    pub(crate) fn session_cookie() -> Self {
        let reason = "A JSESSIONID cookie came with the token's credentials. Send one of the two: clear the client's cookies.";
        Self::new(Detail::AmbiguousAuthentication, "ambiguous", reason).answered(PublicAnswer::Ambiguous)
    }

    pub(crate) fn ambiguous_envelope(other: &str) -> Self {
        let reason = format!(
            "The envelope's header has {other} beside the tokenPassport. Send the tokenPassport alone."
        );
        Self::new(Detail::AmbiguousAuthentication, "ambiguous", reason).answered(PublicAnswer::Ambiguous)
    }

    pub(crate) fn request(error: &RequestError) -> Self {
        Self::new(Detail::ParameterRejected, "request_malformed", error.to_string())
            .answered(PublicAnswer::MalformedHeader)
    }

    pub(crate) fn no_passport() -> Self {
        let reason = "The envelope has no tokenPassport in its Header. Token-based authentication needs one in each request.";
        Self::new(Detail::MissingRequiredFields, "no_header", reason)
    }

    pub(crate) fn realm(sent: Option<&str>, account: &AccountId) -> Self {
        let (mistake, reason) = match sent {
            None => (
                "realm_missing",
                format!("No realm was sent. Send realm=\"{account}\"."),
            ),
            Some(sent) => match sent.parse::<AccountId>() {
                Ok(meant) if meant == *account && sent.contains('-') => (
                    "realm_hyphen",
                    format!(
                        "The account was sent as {sent:?}. Sign and send it as {account}; only host names have a hyphen."
                    ),
                ),
                Ok(meant) if meant == *account => (
                    "realm_lowercase",
                    format!(
                        "The account was sent as {sent:?}. Sign and send it as {account}, in upper case."
                    ),
                ),
                Ok(meant) if meant.company() == account.company() => (
                    "realm_host_mismatch",
                    format!(
                        "The account was sent as {meant}, but this host is that of {account}: production and sandbox are accounts of their own, with credentials of their own."
                    ),
                ),
                Ok(meant) => (
                    "realm_other_account",
                    format!("The account was sent as {meant}, but this host is that of {account}."),
                ),
                Err(_) => (
                    "realm_other_account",
                    format!("What was sent as the account is not an account ID; this one is {account}."),
                ),
            },
        };
        Self::new(Detail::RealmMismatch, mistake, reason)
    }

    pub(crate) fn feature_off() -> Self {
        let reason = "Token-based Authentication is off. Check it at Setup > Company > Enable Features > SuiteCloud > Manage Authentication.";
        Self::new(Detail::FeatureDisabled, "feature_disabled", reason)
    }

    pub(crate) fn consumer_key_unknown() -> Self {
        let reason = "No integration record of this account has this consumer key. Copy it again, or make a record: Setup > Integration > Manage Integrations > New.";
        Self::new(Detail::ConsumerKeyUnknown, "consumer_key_unknown", reason)
    }

    pub(crate) fn token_unknown() -> Self {
        Self::new(Detail::TokenRejected, "token_unknown", why_unknown(false))
    }

    pub(crate) fn token_of_another(token: &str, owner: &str, caller: &str) -> Self {
        let reason = format!(
            "The token {token} belongs to the integration record {owner}, but the call used the consumer key of {caller}. Use the pair that belongs together."
        );
        Self::new(Detail::TokenRejected, "token_other_integration", reason)
    }

    pub(crate) fn signature() -> Self {
        let reason = "The signature does not match the request as it arrived. countersign audit why says what was signed instead, as far as that can be found out.";
        Self::new(Detail::InvalidSignature, None, reason)
    }

    pub(crate) fn busy(busy: &Busy, execution: Execution) -> Self {
        let mut refused = Self::no_failure(PublicAnswer::ConcurrencyLimit, busy.to_string());
        refused.mistake = Some("concurrency");
        refused.execution = Some(Box::new(execution.rejected()));
        refused
    }

    pub(crate) fn busy_by_fault(execution: Execution) -> Self {
        Self {
            execution: Some(Box::new(execution.rejected())),
            ..Self::no_failure(PublicAnswer::ConcurrencyLimit, BY_FAULT.to_owned())
        }
    }

    /// What a fault rule does in place of the service.
    pub(crate) fn by_fault(public: PublicAnswer, execution: Execution) -> Self {
        Self {
            execution: Some(Box::new(execution)),
            ..Self::no_failure(public, BY_FAULT.to_owned())
        }
    }

    pub(crate) fn unavailable(reason: String) -> Self {
        Self::no_failure(PublicAnswer::Unavailable, reason)
    }

    const fn no_failure(public: PublicAnswer, reason: String) -> Self {
        Self {
            public,
            detail: None,
            reason,
            mistake: None,
            application: None,
            execution: None,
            row: None,
        }
    }
}

impl From<TokenObstacle> for Refused {
    fn from(obstacle: TokenObstacle) -> Self {
        Self::new(obstacle.detail(), obstacle.mistake(), obstacle.to_string())
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "who logs in cannot be looked up");
        Self::unavailable(error.to_string())
    }
}

impl From<ClaimError> for Refused {
    fn from(error: ClaimError) -> Self {
        match error {
            ClaimError::Used => {
                let reason = "This nonce was used with this timestamp before: the same header was sent twice. Sign every attempt anew, also a retry.";
                Self::new(Detail::NonceUsed, "nonce_replay", reason)
            }
            ClaimError::Outside { .. } => Self::new(Detail::InvalidTimestamp, "timestamp", error.to_string()),
            ClaimError::Journal(_) => Self::unavailable(error.to_string()),
            other => Self::new(Detail::NonceUsed, None, other.to_string()),
        }
    }
}

impl From<SoapHeaderError> for Refused {
    fn from(error: SoapHeaderError) -> Self {
        match error {
            SoapHeaderError::TwoPassports => {
                Self::new(Detail::SeveralPassports, "two_passports", error.to_string())
            }
            SoapHeaderError::Doubled(_) => Self::new(
                Detail::ParameterRejected,
                "duplicate_parameter",
                error.to_string(),
            ),
            _ => Self::new(Detail::ParameterRejected, "header_syntax", error.to_string())
                .answered(PublicAnswer::MalformedHeader),
        }
    }
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        let reason = refusal.to_string();
        match refusal {
            Refusal::Parameter(error) => header(&error, reason),
            Refusal::Missing(names) => Self::new(
                Detail::MissingRequiredFields,
                names.first().and_then(|name| missing(name)),
                reason,
            ),
            Refusal::Version(_) => Self::new(Detail::VersionRejected, "version", reason)
                .answered(PublicAnswer::UnacceptableValue),
            Refusal::Algorithm(_) => Self::new(Detail::UnknownAlgorithm, "algorithm", reason)
                .answered(PublicAnswer::UnacceptableValue),
            Refusal::TimestampForm(_) => Self::new(Detail::InvalidTimestamp, "timestamp", reason)
                .answered(PublicAnswer::UnacceptableValue),
            Refusal::TimestampSkew(skew) => {
                let mistake = skewed(skew);
                let reason = match mistake {
                    "timestamp_milliseconds" => "The timestamp is in milliseconds: send seconds.".to_owned(),
                    "timestamp_timezone" => format!(
                        "{reason}. That is whole hours: local time was taken for UTC. Send the seconds since 1970 in UTC."
                    ),
                    _ => reason,
                };
                Self::new(Detail::InvalidTimestamp, mistake, reason).answered(PublicAnswer::UnacceptableValue)
            }
            Refusal::NonceTooShort(_) => Self::new(Detail::NonceRejected, "nonce_too_short", reason),
        }
    }
}

fn header(error: &HeaderError, reason: String) -> Refused {
    let rejected = |mistake| Refused::new(Detail::ParameterRejected, mistake, reason.clone());
    match error {
        HeaderError::Missing => Refused::no_header(),
        HeaderError::Scheme(scheme) if scheme.eq_ignore_ascii_case("NLAuth") => {
            Refused::new(Detail::NotTokenBased, "nlauth", reason).answered(PublicAnswer::InvalidCredentials)
        }
        HeaderError::Scheme(scheme) => {
            let mistake = scheme.eq_ignore_ascii_case("Bearer").then_some("bearer");
            Refused::new(Detail::NotTokenBased, mistake, reason)
        }
        HeaderError::Ambiguous => Refused::two_headers(),
        HeaderError::Doubled(_) => rejected("duplicate_parameter").answered(PublicAnswer::RejectedParameter),
        HeaderError::Empty(name) => match name.as_str() {
            "oauth_nonce" | "nonce" => rejected("empty_nonce").answered(PublicAnswer::RejectedParameter),
            "oauth_signature" | "signature" => {
                rejected("empty_oauth_signature").answered(PublicAnswer::RejectedParameter)
            }
            // RESTlets answer a bad timestamp, version or method as a malformed request.
            "oauth_timestamp" => rejected("timestamp").answered(PublicAnswer::MalformedHeader),
            "oauth_version" => rejected("version").answered(PublicAnswer::MalformedHeader),
            "oauth_signature_method" => rejected("algorithm").answered(PublicAnswer::MalformedHeader),
            _ => rejected("header_syntax").answered(PublicAnswer::RejectedParameter),
        },
        HeaderError::Syntax {
            problem: Syntax::CurlyQuotes,
            ..
        } => rejected("curly_quotes").answered(PublicAnswer::MalformedHeader),
        HeaderError::Syntax { .. } | HeaderError::TooLong | HeaderError::TooMany => {
            rejected("header_syntax").answered(PublicAnswer::MalformedHeader)
        }
    }
}

fn missing(name: &str) -> Option<&'static str> {
    Some(match name {
        "oauth_consumer_key" | "consumerKey" => "missing_oauth_consumer_key",
        "oauth_token" | "token" => "missing_oauth_token",
        "oauth_signature_method" | "signature algorithm" => "missing_oauth_signature_method",
        "oauth_timestamp" | "timestamp" => "missing_oauth_timestamp",
        "oauth_nonce" | "nonce" => "missing_oauth_nonce",
        "oauth_signature" | "signature" => "missing_oauth_signature",
        _ => return None,
    })
}

/// A timestamp out by whole hours is local time taken for UTC; one far beyond the year 10000 is in milliseconds.
const fn skewed(skew: i64) -> &'static str {
    const HOUR: i64 = 3600;
    let off = skew.saturating_abs();
    let beside_the_hour = (off + HOUR / 2) % HOUR - HOUR / 2;
    if skew > 1_000_000_000_000 {
        "timestamp_milliseconds"
    } else if off <= 14 * HOUR + 60 && beside_the_hour.abs() <= 60 {
        "timestamp_timezone"
    } else {
        "clock_skew"
    }
}
