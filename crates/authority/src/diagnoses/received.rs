//! A refused request as it was received, held until it is diagnosed.

use std::fmt;
use std::net::IpAddr;

use countersign_diagnose::Presented;
use countersign_protocol::{AuthorizationHeader, Scheme, SoapHeader, TokenPassport, Value};

/// What of a request a diagnosis looks at.
pub struct Received {
    pub method: String,
    /// What the caller addressed, which behind a proxy that ends TLS is not what the socket saw.
    pub scheme: Scheme,
    pub authority: String,
    /// As it stood in the request line.
    pub target: String,
    pub content_type: Option<String>,
    /// Up to [`MOST_OF_A_BODY`](Self::MOST_OF_A_BODY).
    pub body: Vec<u8>,
    pub credentials: SentCredentials,
    /// A `JSESSIONID` cookie came along.
    pub session_cookie: bool,
    pub ip: Option<IpAddr>,
}

/// The credentials as they were sent.
pub enum SentCredentials {
    /// The values of all `Authorization` headers.
    Headers(Vec<String>),
    /// The start of a SOAP envelope, with its header.
    Envelope(String),
}

/// Whom the credentials name.
pub(super) struct Names {
    pub(super) consumer_key: String,
    pub(super) token: String,
    pub(super) timestamp: Option<i64>,
    pub(super) nonce: String,
}

impl Received {
    /// More of a body is not looked at. A form of this length is longer than what is computed for, so that one that is
    /// cut here is never taken for a short one.
    pub const MOST_OF_A_BODY: usize = 16 * 1024;

    /// No header of an envelope that is read reaches further.
    pub const MOST_OF_AN_ENVELOPE: usize = 65 * 1024;

    pub(super) fn bytes(&self) -> usize {
        let credentials = match &self.credentials {
            SentCredentials::Headers(headers) => headers.iter().map(String::len).sum(),
            SentCredentials::Envelope(envelope) => envelope.len(),
        };
        let texts = [&self.method, &self.authority, &self.target];
        let texts: usize = texts.into_iter().map(String::len).sum();
        texts + credentials + self.body.len() + self.content_type.as_ref().map_or(0, String::len)
    }

    pub(super) fn names(&self) -> Option<Names> {
        match &self.credentials {
            SentCredentials::Headers(headers) => match headers.as_slice() {
                [header] => Some(Names::of_header(&AuthorizationHeader::parse(header).ok()?)),
                _ => None,
            },
            SentCredentials::Envelope(envelope) => Some(Names::of_passport(
                SoapHeader::read(envelope).ok()?.token_passport?,
            )),
        }
    }

    /// Lets `look` see the credentials as they were presented.
    pub(super) fn presented<T>(&self, look: impl FnOnce(Presented<'_>) -> T) -> T {
        match &self.credentials {
            SentCredentials::Headers(headers) => {
                let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
                look(Presented::Headers(&headers))
            }
            SentCredentials::Envelope(envelope) => look(Presented::Envelope(envelope)),
        }
    }
}

impl SentCredentials {
    /// Of an envelope so much as its header can take.
    pub fn of_envelope(envelope: &str) -> Self {
        let end = envelope.len().min(Received::MOST_OF_AN_ENVELOPE);
        let end = (0..=end).rfind(|end| envelope.is_char_boundary(*end));
        let start = envelope.get(..end.unwrap_or_default()).unwrap_or_default();
        Self::Envelope(start.to_owned())
    }
}

impl Names {
    fn of_header(header: &AuthorizationHeader<'_>) -> Self {
        let text =
            |value: Option<Value<'_>>| value.map(|value| value.text().into_owned()).unwrap_or_default();
        Self {
            consumer_key: text(header.consumer_key()),
            token: text(header.token()),
            timestamp: text(header.timestamp()).parse().ok(),
            nonce: text(header.nonce()),
        }
    }

    fn of_passport(passport: TokenPassport) -> Self {
        Self {
            consumer_key: passport.consumer_key.unwrap_or_default(),
            token: passport.token.unwrap_or_default(),
            timestamp: passport.timestamp.and_then(|timestamp| timestamp.parse().ok()),
            nonce: passport.nonce.unwrap_or_default(),
        }
    }
}

// A header may hold a secret in the wrong place.
impl fmt::Debug for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            method, authority, ..
        } = self;
        write!(f, "Received({method} to {authority}, {} bytes)", self.bytes())
    }
}
