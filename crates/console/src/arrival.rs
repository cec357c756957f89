//! A request as it came: how the pages were called, and whether that may be.

use countersign_front::{Origin, Peer, Trust};
use countersign_protocol::LocalServer;
use countersign_web::{Answer, Filled, is_of_another_site};
use http::uri::Scheme;
use http::{HeaderMap, Method, Request, StatusCode};

use crate::trouble;

/// The page behind a link.
pub const CONNECT: &str = "/connect";

pub(crate) struct Arrival {
    pub(crate) method: Method,
    pub(crate) path: String,
    query: String,
    pub(crate) headers: HeaderMap,
    /// Scheme and authority as the browser sees them.
    pub(crate) origin: String,
    /// Whether it came over TLS.
    pub(crate) secure: bool,
}

impl Arrival {
    /// Attack: a page of another site that has this machine's address under its own name (DNS rebinding).
    pub(crate) fn of<B>(request: &Request<B>, hosts: &[String]) -> Result<Self, Answer> {
        let peer = request.extensions().get::<Peer>().copied().unwrap_or(Peer::Unix);
        let origin = Origin::of(request, peer, &Trust::default()).map_err(|_| {
            trouble::said(
                StatusCode::BAD_REQUEST,
                "Not taken",
                "The request does not say which host it is for.",
            )
        })?;
        let host = origin.authority.host();
        if !LocalServer::is_host(host) && !hosts.iter().any(|name| name.eq_ignore_ascii_case(host)) {
            return Err(trouble::said(
                StatusCode::MISDIRECTED_REQUEST,
                "Not called by this name",
                "Call these pages by the address they were printed with, or start the proxy with --host NAME.",
            ));
        }
        let uri = request.uri();
        Ok(Self {
            method: request.method().clone(),
            path: uri.path().to_owned(),
            query: uri.query().unwrap_or_default().to_owned(),
            headers: request.headers().clone(),
            origin: format!("{}://{}", origin.scheme, origin.authority),
            secure: origin.scheme == Scheme::HTTPS,
        })
    }

    pub(crate) fn query(&self) -> Filled {
        Filled::of_query(&self.query)
    }

    pub(crate) fn is_of_another_site(&self) -> bool {
        is_of_another_site(&self.headers, &self.origin)
    }
}
