//! What the client addressed, which is what it signed; and where it sits.

use std::net::IpAddr;

use http::header::HOST;
use http::uri::{Authority, Scheme};
use http::{HeaderMap, HeaderName, HeaderValue, Request};

use crate::listener::Peer;
use crate::trust::{Trust, hop};

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    pub scheme: Scheme,
    /// Host and port as sent, but for case: a name or an address, no user.
    pub authority: Authority,
    /// The nearest address that no trusted proxy vouches for; nothing for a client on the Unix socket.
    pub client: Option<IpAddr>,
}

/// Why nobody can say what a request addressed. Answer with 400.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OriginError {
    #[error("the request has no Host header: HTTP/1.1 requires one")]
    NoHost,
    #[error("the request has more than one {header} header, and only one can be meant")]
    Doubled { header: HeaderName },
    #[error("the {header} header names no host: expected a name or an address, and perhaps a port")]
    Malformed { header: HeaderName },
    #[error(
        "the request line names no host that can be served: expected a name or an address, and perhaps a port"
    )]
    Target,
    #[error("the request line says {stated}, but the request came over {used}")]
    Scheme { stated: Scheme, used: Scheme },
    /// The proxy in front of us is set up wrongly; a client behind a good one cannot cause this.
    #[error("the trusted proxy sent an X-Forwarded-Proto that is neither http nor https")]
    ForwardedProto,
    /// As above.
    #[error("the trusted proxy sent an X-Forwarded-For with something that is no address")]
    ForwardedFor,
}

impl Origin {
    /// From an absolute target, whose authority wins over `Host` (RFC 9112 section 3.2.2); else from the one `Host`
    /// header. `X-Forwarded-*` counts only when `peer` is a proxy that `trust` names, and then wins over both.
    pub fn of<B>(request: &Request<B>, peer: Peer, trust: &Trust) -> Result<Self, OriginError> {
        let headers = request.headers();
        let addressed = addressed(request)?;
        if !trust.covers(peer) {
            return addressed.seen_from(peer.scheme(), peer.ip());
        }
        let scheme = match only(headers, FORWARDED_PROTO)? {
            None => peer.scheme(),
            Some(b"http") => Scheme::HTTP,
            Some(b"https") => Scheme::HTTPS,
            Some(_) => return Err(OriginError::ForwardedProto),
        };
        let client = client(headers, peer, trust)?;
        match only(headers, FORWARDED_HOST)? {
            None => addressed.seen_from(scheme, client),
            Some(host) => {
                let authority = authority(host).ok_or(OriginError::Malformed {
                    header: FORWARDED_HOST,
                })?;
                Ok(Self {
                    scheme,
                    authority,
                    client,
                })
            }
        }
    }
}

/// What the request itself says.
struct Addressed {
    authority: Authority,
    /// Of an absolute target.
    scheme: Option<Scheme>,
}

impl Addressed {
    /// A target cannot make a plain connection a secure one.
    fn seen_from(self, used: Scheme, client: Option<IpAddr>) -> Result<Origin, OriginError> {
        match self.scheme {
            Some(stated) if stated != used => Err(OriginError::Scheme { stated, used }),
            _ => Ok(Origin {
                scheme: used,
                authority: self.authority,
                client,
            }),
        }
    }
}

fn addressed<B>(request: &Request<B>) -> Result<Addressed, OriginError> {
    // Looked at even where the target wins: two hosts, or a broken one, are an attempt to be read in two ways.
    let host = only(request.headers(), HOST)?
        .map(|host| authority(host).ok_or(OriginError::Malformed { header: HOST }))
        .transpose()?;
    if let (Some(scheme), Some(target)) = (request.uri().scheme(), request.uri().authority()) {
        return Ok(Addressed {
            authority: authority(target.as_str().as_bytes()).ok_or(OriginError::Target)?,
            scheme: Some(scheme.clone()),
        });
    }
    Ok(Addressed {
        authority: host.ok_or(OriginError::NoHost)?,
        scheme: None,
    })
}

fn only(headers: &HeaderMap, header: HeaderName) -> Result<Option<&[u8]>, OriginError> {
    let mut values = headers.get_all(&header).iter();
    let value = values.next();
    if values.next().is_some() {
        return Err(OriginError::Doubled { header });
    }
    Ok(value.map(HeaderValue::as_bytes))
}

/// `uri-host [":" port]` (RFC 9110 section 7.2), without the parts of it that are only ever used to confuse: a user,
/// percent-encoding, an empty port.
pub(crate) fn authority(bytes: &[u8]) -> Option<Authority> {
    let text = std::str::from_utf8(bytes).ok()?;
    let (host, port) = match text.rfind(':') {
        Some(colon) if !text.ends_with(']') => (text.get(..colon)?, text.get(colon + 1..)),
        _ => (text, None),
    };
    let named = |host: &str| {
        !host.is_empty()
            && host
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
    };
    let bracketed = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let valid_host = match bracketed {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => named(host),
    };
    let valid_port =
        port.is_none_or(|port| port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok());
    (valid_host && valid_port)
        .then(|| Authority::try_from(text).ok())
        .flatten()
}

/// Walks `X-Forwarded-For` from its end: each proxy appends whom it saw, so an entry is worth as much as the hop
/// after it. What stands before the first untrusted one was written by the client.
fn client(headers: &HeaderMap, peer: Peer, trust: &Trust) -> Result<Option<IpAddr>, OriginError> {
    let mut client = peer.ip();
    for line in headers.get_all(&FORWARDED_FOR).iter().rev() {
        let line = line.to_str().map_err(|_| OriginError::ForwardedFor)?;
        for text in line.rsplit(',') {
            let address = hop(text).ok_or(OriginError::ForwardedFor)?;
            client = Some(address);
            if !trust.covers_address(address) {
                return Ok(client);
            }
        }
    }
    Ok(client)
}

#[cfg(test)]
#[path = "origin/tests.rs"]
mod tests;
