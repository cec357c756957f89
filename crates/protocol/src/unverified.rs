//! A request that claims to come from somebody, and the checks that need no knowledge of the account.
//!
//! The order in which they are made is part of the answer: of several mistakes the first one is named.

use std::borrow::Cow;

use crate::base_string::{BaseString, OwnParameters as _, Scratch};
use crate::encoding::{Plus, decode};
use crate::header::{AuthorizationHeader, HeaderError, shown};
use crate::key::{SignatureMismatch, SignatureValid, SigningKey};
use crate::passport::TokenPassport;
use crate::request::Request;
use crate::stamp::{MIN_NONCE, TIMESTAMP_WINDOW};

/// Why a request is refused before anybody is looked up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Malformed, doubled or empty: `parameter_rejected`.
    #[error("{0}")]
    Parameter(#[from] HeaderError),
    /// `MissingTokenPassportRequiredFields`.
    #[error("{} missing", listed(.0))]
    Missing(Vec<&'static str>),
    /// `VersionRejected`.
    #[error("the version is {0:?}; oauth_version must be 1.0 or left out")]
    Version(String),
    /// `UnknownAlgorithm`.
    #[error("the signature method is {0:?}; NetSuite takes HMAC-SHA256 only")]
    Algorithm(String),
    /// `InvalidTimestamp`.
    #[error("the timestamp {0:?} is not a positive whole number of seconds")]
    TimestampForm(String),
    /// `InvalidTimestamp`: the seconds by which the caller is ahead of the server; negative when behind.
    #[error("the timestamp is {} s {} the server's clock; 300 s are allowed", .0.unsigned_abs(), if *.0 < 0 { "behind" } else { "ahead of" })]
    TimestampSkew(i64),
    /// `nonce_rejected`.
    #[error("the nonce has {0} characters; it needs at least {MIN_NONCE}")]
    NonceTooShort(usize),
}

fn listed(names: &[&str]) -> String {
    match names {
        [name] => format!("{name} is"),
        names => format!("{} are", names.join(", ")),
    }
}

/// Which parameters a request must carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// A call with an access token, or the third step of the authorization flow with a request token.
    Token,
    /// The first step of the authorization flow: there is no token yet.
    NoToken,
}

/// A request with a readable header that names its caller. Nothing of it is proved.
#[derive(Clone, Debug)]
pub struct Unverified<'a> {
    request: Request<'a>,
    header: AuthorizationHeader<'a>,
    consumer_key: Cow<'a, str>,
    token: Cow<'a, str>,
    timestamp: Cow<'a, str>,
    nonce: Cow<'a, str>,
}

impl<'a> Unverified<'a> {
    /// Reads the header, refuses what is doubled, empty or malformed, then what is missing, then another version or
    /// signature method.
    pub fn parse(request: Request<'a>, authorization: &'a str, needs: Needs) -> Result<Self, Refusal> {
        let mut unverified = Self {
            request,
            header: AuthorizationHeader::default(),
            consumer_key: Cow::default(),
            token: Cow::default(),
            timestamp: Cow::default(),
            nonce: Cow::default(),
        };
        // Read in place: it is large, and every hand it goes through would copy it.
        let header = &mut unverified.header;
        header.read(authorization).map_err(|error| *error)?;
        refuse_doubled(&request, header)?;
        let (Some(consumer_key), Some(timestamp), Some(nonce), Some(method), Some(_)) = (
            header.consumer_key(),
            header.timestamp(),
            header.nonce(),
            header.signature_method(),
            header.signature(),
        ) else {
            return Err(Refusal::Missing(missing(header, needs)));
        };
        unverified.token = match header.token() {
            Some(token) => token.text(),
            None if needs == Needs::Token => return Err(Refusal::Missing(missing(header, needs))),
            None => Cow::default(),
        };
        if let Some(version) = header.version().filter(|version| !version.is("1.0")) {
            return Err(Refusal::Version(shown(&version.text())));
        }
        if !method.is("HMAC-SHA256") {
            return Err(Refusal::Algorithm(shown(&method.text())));
        }
        unverified.consumer_key = consumer_key.text();
        unverified.timestamp = timestamp.text();
        unverified.nonce = nonce.text();
        Ok(unverified)
    }

    /// Checks timestamp and nonce against the server's clock, in seconds since 1970. Returns the timestamp.
    pub fn check_stamp(&self, now: i64) -> Result<i64, Refusal> {
        check_stamp(&self.timestamp, &self.nonce, now)
    }

    /// Recomputes the signature over the request as it was received.
    pub fn verify(
        &self,
        key: &SigningKey,
        scratch: &mut Scratch,
    ) -> Result<SignatureValid, SignatureMismatch> {
        self.push_parameters(scratch);
        // A signature sent raw is refused: its '+' and '/' do not survive the way to NetSuite either.
        scratch.sent.clear();
        if let Some(signature) = self
            .header
            .signature()
            .filter(|signature| signature.is_properly_encoded())
        {
            signature.decode_into(&mut scratch.sent);
        }
        scratch.build(&self.request, &self.header);
        key.verify(&scratch.base, &scratch.sent)
    }

    /// The base string of the request as it was received.
    pub fn base_string(&self) -> BaseString {
        let mut scratch = Scratch::new();
        self.push_parameters(&mut scratch);
        self.header.push_to(&mut scratch.parameters);
        BaseString::of(&mut scratch, &self.request)
    }

    /// All but the protocol's own.
    fn push_parameters(&self, scratch: &mut Scratch) {
        let parameters = &mut scratch.parameters;
        parameters.clear();
        for (name, value) in self.header.others() {
            parameters.push_values(*name, *value);
        }
        parameters.push_request(&self.request);
    }

    pub const fn request(&self) -> &Request<'a> {
        &self.request
    }

    pub const fn header(&self) -> &AuthorizationHeader<'a> {
        &self.header
    }

    pub fn realm(&self) -> Option<&str> {
        self.header.realm()
    }

    pub fn consumer_key(&self) -> &str {
        &self.consumer_key
    }

    /// The token; empty when the request needs none.
    pub fn token(&self) -> &str {
        &self.token
    }

    pub fn nonce(&self) -> &str {
        &self.nonce
    }
}

/// The names of what a request must carry and does not.
#[cold]
fn missing(header: &AuthorizationHeader<'_>, needs: Needs) -> Vec<&'static str> {
    let names = [
        ("oauth_consumer_key", header.consumer_key()),
        ("oauth_token", header.token()),
        ("oauth_signature_method", header.signature_method()),
        ("oauth_timestamp", header.timestamp()),
        ("oauth_nonce", header.nonce()),
        ("oauth_signature", header.signature()),
    ];
    names
        .into_iter()
        .filter(|(name, value)| value.is_none() && (*name != "oauth_token" || needs == Needs::Token))
        .map(|(name, _)| name)
        .collect()
}

/// A protocol parameter in the header and in the query or form as well (RFC 5849 section 3.1).
fn refuse_doubled(request: &Request<'_>, header: &AuthorizationHeader<'_>) -> Result<(), HeaderError> {
    for pairs in [request.query().as_bytes(), request.form()] {
        if starts_like_own(pairs) {
            pairs
                .split(|byte| *byte == b'&')
                .try_for_each(|pair| refuse_doubled_name(pair, header))?;
        }
    }
    Ok(())
}

/// Whether some name starts like `oauth_`, or with an escape. All bytes are looked at without a branch, so that the
/// compiler takes many at once.
fn starts_like_own(pairs: &[u8]) -> bool {
    let is_like =
        |first: u8, second: u8| (first == b'%') | ((first == b'o') & ((second == b'a') | (second == b'%')));
    let from = |at| pairs.get(at..).unwrap_or_default();
    let threes = pairs.iter().zip(from(1)).zip(from(2));
    let found = threes.fold(false, |found, ((before, first), second)| {
        found | ((*before == b'&') & is_like(*first, *second))
    });
    found || matches!(pairs, [first, second, ..] if is_like(*first, *second))
}

fn refuse_doubled_name(pair: &[u8], header: &AuthorizationHeader<'_>) -> Result<(), HeaderError> {
    let name = pair.split(|byte| *byte == b'=').next().unwrap_or_default();
    if name.starts_with(b"oauth") || name.contains(&b'%') {
        let name = String::from_utf8_lossy(&decode(name, Plus::Space)).into_owned();
        if name.starts_with("oauth_") && header.has(&name) {
            return Err(HeaderError::Doubled(name));
        }
    }
    Ok(())
}

fn check_stamp(timestamp: &str, nonce: &str, now: i64) -> Result<i64, Refusal> {
    let parsed = seconds(timestamp).ok_or_else(|| Refusal::TimestampForm(shown(timestamp)))?;
    let skew = parsed.saturating_sub(now);
    if skew.saturating_abs() > TIMESTAMP_WINDOW {
        return Err(Refusal::TimestampSkew(skew));
    }
    match nonce.chars().count() {
        MIN_NONCE.. => Ok(parsed),
        short => Err(Refusal::NonceTooShort(short)),
    }
}

/// A positive number in decimal digits without a leading zero.
fn seconds(timestamp: &str) -> Option<i64> {
    let is_plain = !timestamp.starts_with('0') && timestamp.bytes().all(|byte| byte.is_ascii_digit());
    timestamp.parse().ok().filter(|_| is_plain)
}

impl TokenPassport {
    /// Refuses what is missing or empty, then another algorithm. SOAP spells it with a hyphen or an underscore.
    pub fn check_fields(&self) -> Result<(), Refusal> {
        let fields = [
            ("account", &self.account),
            ("consumerKey", &self.consumer_key),
            ("token", &self.token),
            ("nonce", &self.nonce),
            ("timestamp", &self.timestamp),
            ("signature", &self.signature),
            ("signature algorithm", &self.algorithm),
        ];
        let missing: Vec<_> = fields
            .iter()
            .filter(|(_, value)| value.is_none())
            .map(|(name, _)| *name)
            .collect();
        if !missing.is_empty() {
            return Err(Refusal::Missing(missing));
        }
        if let Some((name, _)) = fields
            .iter()
            .find(|(_, value)| value.as_ref().is_some_and(String::is_empty))
        {
            return Err(Refusal::Parameter(HeaderError::Empty((*name).to_owned())));
        }
        match self.algorithm.as_deref() {
            Some("HMAC-SHA256" | "HMAC_SHA256") | None => Ok(()),
            Some(other) => Err(Refusal::Algorithm(shown(other))),
        }
    }

    /// Checks timestamp and nonce against the server's clock, in seconds since 1970. Returns the timestamp.
    pub fn check_stamp(&self, now: i64) -> Result<i64, Refusal> {
        let (timestamp, nonce) = (self.timestamp.as_deref(), self.nonce.as_deref());
        check_stamp(timestamp.unwrap_or_default(), nonce.unwrap_or_default(), now)
    }
}

#[cfg(test)]
mod tests;
