//! What a diagnosis is given: the request as it arrived, and whatever is known beside it.

use std::fmt;

use countersign_protocol::{AccountId, Scheme, Secret, TokenPassport};

use crate::mistake::Mistake;

/// A refused request, and what is known about it. The less is known, the weaker the findings.
#[derive(Clone, Copy)]
pub struct Evidence<'a> {
    pub method: &'a str,
    /// What the caller addressed, which behind a proxy that ends TLS is not what the socket saw.
    pub scheme: Scheme,
    /// The `Host` header, or HTTP/2's `:authority`.
    pub authority: &'a str,
    /// As it stood in the request line.
    pub target: &'a str,
    pub content_type: Option<&'a str>,
    pub body: &'a [u8],
    pub presented: Presented<'a>,
    /// A `JSESSIONID` cookie came along.
    pub session_cookie: bool,
    /// The verifier's clock, in seconds since 1970.
    pub now: Option<i64>,
    pub known: Known<'a>,
}

/// The credentials as they were sent.
#[derive(Clone, Copy)]
pub enum Presented<'a> {
    /// The values of all `Authorization` headers.
    Headers(&'a [&'a str]),
    /// A SOAP envelope.
    Envelope(&'a str),
    /// A TokenPassport that was read already, or the parts of a Connect token password.
    Passport(&'a TokenPassport),
}

/// What is known of the account, or only of the caller's own credentials.
#[derive(Clone, Copy, Debug, Default)]
pub struct Known<'a> {
    /// Of the integration record that the consumer key names.
    pub consumer_secret: Option<&'a Secret>,
    /// Of the token that was sent.
    pub token_secret: Option<&'a Secret>,
    /// Whose the secrets are.
    pub owner: Owner<'a>,
    /// The account that was called.
    pub account: Option<&'a AccountId>,
    /// Other names under which the same service is reached, with a port where they have one.
    pub hosts: &'a [&'a str],
    /// Secrets of other tokens and integrations, of which somebody may have taken the wrong ones.
    pub others: &'a [OtherSecrets<'a>],
    pub nonce: NonceHistory<'a>,
    pub elsewhere: Elsewhere,
    /// The URL as the caller wrote it, with its user information and fragment. Only the caller's side knows it.
    pub written_url: Option<&'a str>,
    /// What the account's records say of this login, such as [`Mistake::TokenRevoked`].
    pub records: &'a [Mistake],
}

/// The consumer key and the token ID that the known secrets belong to. Only the caller's side knows them apart from the request; an
/// account finds its secrets by what was sent.
#[derive(Clone, Copy, Debug, Default)]
pub struct Owner<'a> {
    pub consumer_key: Option<&'a str>,
    pub token: Option<&'a str>,
}

/// The secrets of another connection, by the name people know it by.
#[derive(Clone, Copy, Debug)]
pub struct OtherSecrets<'a> {
    pub name: &'a str,
    pub consumer_secret: Option<&'a Secret>,
    pub token_secret: Option<&'a Secret>,
}

/// Whether the nonce was used before with this timestamp, by this consumer key and token.
#[derive(Clone, Copy, Debug, Default)]
pub enum NonceHistory<'a> {
    #[default]
    Unknown,
    /// This is its first use.
    Unused,
    Used {
        /// When, in seconds since 1970.
        at: Option<i64>,
        /// Whether the whole header was the same, where that is known.
        same_header: Option<bool>,
        /// How the first was answered, such as `429`.
        answer: Option<&'a str>,
    },
}

/// Which secrets are proved right by other calls of the same caller.
#[derive(Clone, Copy, Debug, Default)]
pub struct Elsewhere {
    pub consumer_secret_is_right: bool,
    pub token_secret_is_right: bool,
}

// What a caller sent may hold its secrets: a PLAINTEXT signature is nothing else.
impl fmt::Debug for Evidence<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Evidence")
            .field("method", &self.method)
            .field("authority", &self.authority)
            .field("presented", &self.presented)
            .field("known", &self.known)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Presented<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Headers(_) => "Headers(..)",
            Self::Envelope(_) => "Envelope(..)",
            Self::Passport(_) => "Passport(..)",
        })
    }
}
