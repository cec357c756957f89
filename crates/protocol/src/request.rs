//! The request that is signed: method, scheme, authority, path, query, and a form body.
//!
//! Everything is kept as it goes over the wire. The scheme and the authority are those the client addressed, which
//! behind a proxy that ends TLS are not those of the socket.

use std::fmt;

use memchr::{memchr, memchr2, memchr3, memrchr};

use crate::digits::Decimal;
use crate::encoding::{Plus, decode, encode_once};

/// The scheme a client addressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    Http,
    Https,
}

impl Scheme {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    const fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What of a request a signature covers.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    method: &'a str,
    scheme: Scheme,
    host: &'a str,
    port: Option<u16>,
    path: &'a str,
    query: &'a str,
    form: &'a [u8],
}

/// Why a URL, a host or a request target cannot be signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    #[error("the URL does not start with http:// or https://: give the whole address")]
    NotAbsolute,
    #[error(
        "the host {0:?} cannot be part of a URL: only letters, digits, '.', '-', '_' or an address in [brackets]"
    )]
    Host(String),
    #[error("the port {0:?} is not a number from 0 to 65535")]
    Port(String),
    #[error(
        "the path has a character that cannot be sent as it is (space, control or non-ASCII): percent-encode it"
    )]
    Path,
    #[error("the query has a control character: percent-encode it")]
    Query,
    #[error("the method {0:?} is not a word of letters")]
    Method(String),
}

impl<'a> Request<'a> {
    /// A request to an absolute URL. User information and a fragment are not part of what is sent, so not signed.
    pub fn new(method: &'a str, url: &'a str) -> Result<Self, RequestError> {
        let (scheme, rest) = split_scheme(url).ok_or(RequestError::NotAbsolute)?;
        let (authority, rest) = split_at_or_end(rest, memchr3(b'/', b'?', b'#', rest.as_bytes()));
        let (target, _fragment) = split_at_or_end(rest, memchr(b'#', rest.as_bytes()));
        let host = memrchr(b'@', authority.as_bytes()).map_or(authority, |at| authority.split_at(at + 1).1);
        Self::of_parts(method, scheme, host, target)
    }

    /// A request as a server received it: the scheme and authority the client addressed, and the request target in
    /// origin form (`/path?query`) or absolute form (RFC 9112 section 3.2), of which path and query count.
    pub fn received(
        method: &'a str,
        scheme: Scheme,
        authority: &'a str,
        target: &'a str,
    ) -> Result<Self, RequestError> {
        let target = match split_scheme(target) {
            Some((_, rest)) => split_at_or_end(rest, memchr2(b'/', b'?', rest.as_bytes())).1,
            None => target,
        };
        Self::of_parts(method, scheme, authority, target)
    }

    fn of_parts(
        method: &'a str,
        scheme: Scheme,
        authority: &'a str,
        target: &'a str,
    ) -> Result<Self, RequestError> {
        if method.is_empty() || !all(method, is_token) {
            return Err(RequestError::Method(clipped(method)));
        }
        let (host, port) = split_port(authority)?;
        let (path, query) = split_at_or_end(target, memchr(b'?', target.as_bytes()));
        if !all(path, |byte| byte.is_ascii_graphic()) {
            return Err(RequestError::Path);
        }
        if !all(query, |byte| !byte.is_ascii_control()) {
            return Err(RequestError::Query);
        }
        let query = query.strip_prefix('?').unwrap_or_default();
        let path = if path.is_empty() { "/" } else { path };
        Ok(Self {
            method,
            scheme,
            host,
            port,
            path,
            query,
            form: &[],
        })
    }

    /// Adds the body. It is signed only when the media type is `application/x-www-form-urlencoded` (RFC 5849
    /// section 3.4.1.3.1); JSON, XML and a body without a media type are not covered by the signature.
    #[must_use]
    pub fn with_body(self, content_type: Option<&str>, body: &'a [u8]) -> Self {
        let form = if content_type.is_some_and(is_form) {
            body
        } else {
            &[]
        };
        Self { form, ..self }
    }

    pub const fn method(&self) -> &'a str {
        self.method
    }

    pub const fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// Host name or address as it was written, without the port.
    pub const fn host(&self) -> &'a str {
        self.host
    }

    pub const fn path(&self) -> &'a str {
        self.path
    }

    /// The query as it was sent, without its `?`.
    pub const fn query(&self) -> &'a str {
        self.query
    }

    /// The query's names and values, decoded once, in the order they were sent; see [`parameters`].
    pub fn query_parameters(&self) -> impl Iterator<Item = (Vec<u8>, Vec<u8>)> + 'a {
        pairs(self.query.as_bytes()).map(decoded)
    }

    /// The form body's names and values, decoded once, in the order they were sent.
    pub fn form_parameters(&self) -> impl Iterator<Item = (Vec<u8>, Vec<u8>)> + 'a {
        pairs(self.form).map(decoded)
    }

    pub(crate) const fn form(&self) -> &'a [u8] {
        self.form
    }

    /// Appends `METHOD&enc(base string URI)&` (RFC 5849 sections 3.4.1.1 and 3.4.1.2).
    pub(crate) fn write_start(&self, out: &mut Vec<u8>) {
        let start = out.len();
        out.extend_from_slice(self.method.as_bytes());
        out.get_mut(start..).unwrap_or_default().make_ascii_uppercase();
        out.push(b'&');
        out.extend_from_slice(match self.scheme {
            Scheme::Http => b"http%3A%2F%2F",
            Scheme::Https => b"https%3A%2F%2F",
        });
        // A host name has no reserved character; an address in brackets has.
        if self.host.starts_with('[') {
            encode_once(out, self.host.to_ascii_lowercase().as_bytes());
        } else {
            let start = out.len();
            out.extend_from_slice(self.host.as_bytes());
            out.get_mut(start..).unwrap_or_default().make_ascii_lowercase();
        }
        if let Some(port) = self.port.filter(|port| *port != self.scheme.default_port()) {
            out.extend_from_slice(b"%3A");
            out.extend_from_slice(Decimal::of(port.into()).as_str().as_bytes());
        }
        encode_once(out, self.path.as_bytes());
        out.push(b'&');
    }
}

fn split_scheme(url: &str) -> Option<(Scheme, &str)> {
    [Scheme::Http, Scheme::Https].into_iter().find_map(|scheme| {
        let (name, rest) = url.split_at_checked(scheme.as_str().len())?;
        let rest = rest.strip_prefix("://")?;
        name.eq_ignore_ascii_case(scheme.as_str())
            .then_some((scheme, rest))
    })
}

/// What comes before an ASCII byte that was found, and the rest from it on.
fn split_at_or_end(text: &str, found: Option<usize>) -> (&str, &str) {
    text.split_at(found.unwrap_or(text.len()))
}

/// Whether every byte is allowed: all are looked at without a branch, so that the compiler takes many at once.
fn all(text: &str, is_allowed: impl Fn(u8) -> bool) -> bool {
    text.bytes().fold(true, |all, byte| all & is_allowed(byte))
}

fn split_port(authority: &str) -> Result<(&str, Option<u16>), RequestError> {
    let (host, port) = match memrchr(b':', authority.as_bytes()) {
        Some(at) if !authority.ends_with(']') => (
            authority.get(..at).unwrap_or_default(),
            authority.get(at + 1..).unwrap_or_default(),
        ),
        _ => (authority, ""),
    };
    let port = match port {
        "" => None,
        digits if all(digits, |byte| byte.is_ascii_digit()) => {
            Some(digits.parse().map_err(|_| RequestError::Port(clipped(port)))?)
        }
        _ => return Err(RequestError::Port(clipped(port))),
    };
    let is_valid = match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(address) => !address.is_empty() && all(address, is_in_address),
        None => !host.is_empty() && all(host, is_in_host_name),
    };
    if is_valid {
        Ok((host, port))
    } else {
        Err(RequestError::Host(clipped(host)))
    }
}

/// Text from outside, cut to a length that fits a message.
fn clipped(text: &str) -> String {
    text.chars().take(80).collect()
}

const fn is_in_host_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() | (byte == b'.') | (byte == b'-') | (byte == b'_')
}

const fn is_in_address(byte: u8) -> bool {
    byte.is_ascii_hexdigit() | (byte == b':') | (byte == b'.')
}

/// RFC 9110 section 5.6.2, of which methods are made.
const fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'!' | b'#' | b'$' | b'%' | b'\'' | b'*' | b'+' | b'-' | b'.' | b'^' | b'_' | b'`' | b'|' | b'~'
        )
}

fn is_form(content_type: &str) -> bool {
    let media_type = content_type
        .split_once(';')
        .map_or(content_type, |(media_type, _)| media_type);
    media_type
        .trim()
        .eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// The names and values of a query or of a form body, decoded once, in the order they stand in: `+` is a space.
///
/// ```
/// let parameters: Vec<_> = countersign_protocol::parameters("a=1+2&b=%26").collect();
/// assert_eq!(parameters, [("a", "1 2"), ("b", "&")].map(|(name, value)| (name.into(), value.into())));
/// ```
pub fn parameters(encoded: &str) -> impl Iterator<Item = (Vec<u8>, Vec<u8>)> {
    pairs(encoded.as_bytes()).map(decoded)
}

/// Splits a query or form into encoded pairs: at `&`, then at the first `=`, before anything is decoded. Empty pieces
/// (`a=1&&b=2`) are not parameters.
fn pairs(text: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    pieces(text).map(|piece| match memchr(b'=', piece) {
        Some(at) => (
            piece.get(..at).unwrap_or_default(),
            piece.get(at + 1..).unwrap_or_default(),
        ),
        None => (piece, &[][..]),
    })
}

/// What stands between `&`, without the empty pieces.
fn pieces(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| *byte == b'&').filter(|piece| !piece.is_empty())
}

fn decoded((name, value): (&[u8], &[u8])) -> (Vec<u8>, Vec<u8>) {
    (
        decode(name, Plus::Space).into_owned(),
        decode(value, Plus::Space).into_owned(),
    )
}

#[cfg(test)]
mod tests;
