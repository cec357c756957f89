//! The way of a request: host, route, login, service.

use std::sync::Arc;

use bytes::Bytes;
use countersign_authority::Authority;
use countersign_front::{Body, BodyError, Peer};
use countersign_model::Surface;
use countersign_records::Records;
use countersign_world::Clock;
use http::request::Parts;
use http::{Method, Request, StatusCode};

use crate::addressed::{Addressed, Elsewhere, Hosts};
use crate::reply::{Reply, TEXT, not_emulated, reply};
use crate::route::Route;
use crate::sign_in::{self, OneTimeLink};
use crate::{admin, rest, restlet, soap, token_services};

/// The longest request body, in bytes. NetSuite takes 100 MB in SOAP; this account holds a body in memory.
pub const LARGEST_BODY: u64 = 16 * 1024 * 1024;

/// The longest form body: it is read before its sender is known.
const LARGEST_FORM: u64 = 1024 * 1024;

/// The longest form of the sign-in page.
const LARGEST_SIGN_IN: u64 = 4096;

/// One account, over HTTP. Cheap to clone.
#[derive(Clone, Debug)]
pub struct AccountServer {
    pub(crate) authority: Arc<Authority>,
    pub(crate) records: Records,
    pub(crate) hosts: Arc<Hosts>,
    one_time_link: Arc<OneTimeLink>,
}

impl AccountServer {
    pub fn new(authority: Arc<Authority>, records: Records, hosts: Hosts) -> Self {
        Self {
            authority,
            records,
            hosts: Arc::new(hosts),
            one_time_link: Arc::default(),
        }
    }

    /// The link that opens the account once without credentials.
    pub fn one_time_link(&self) -> &OneTimeLink {
        &self.one_time_link
    }

    /// Answers one request, and says so in the log: never its query, which may hold anything.
    pub async fn answer(&self, request: Request<Body>, clock: &dyn Clock) -> Reply {
        let begun = clock.elapsed();
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let is_command = is_command(&request);
        let reply = self.route(request).await;
        let us = clock.elapsed().saturating_sub(begun).as_micros() as u64;
        let status = reply.status().as_u16();
        if is_command {
            tracing::debug!(%method, path, status, us, "answered");
        } else {
            tracing::info!(%method, path, status, us, "answered");
        }
        reply
    }

    async fn route(&self, request: Request<Body>) -> Reply {
        let Some(peer) = request.extensions().get::<Peer>().copied() else {
            return plain(
                StatusCode::INTERNAL_SERVER_ERROR,
                "The listener did not say where the request came from.",
            );
        };
        if is_command(&request) {
            return admin::answer(self, &request).await;
        }
        let account = self.authority.account();
        let addressed = match self.hosts.addressed(&request, peer, &account) {
            Ok(addressed) => addressed,
            Err(Elsewhere::Malformed(error)) => return plain(StatusCode::BAD_REQUEST, &error.to_string()),
            Err(Elsewhere::UnknownHost(host)) => {
                let known = account.host(countersign_protocol::Service::SuiteTalk);
                let text = format!(
                    "No account answers to {host} here. Call {known}, or this machine by its address."
                );
                return plain(StatusCode::NOT_FOUND, &text);
            }
        };
        let (parts, body) = request.into_parts();
        let route = Route::of(parts.uri.path());
        if route.service().is_some_and(|service| !addressed.serves(service))
            && !is_discovery(&addressed, route)
        {
            return plain(
                StatusCode::NOT_FOUND,
                "This service is on another host of the account.",
            );
        }
        match route {
            Route::Health => plain(StatusCode::OK, "ok\n"),
            Route::DataCenterUrls => token_services::data_center_urls(&account, &addressed, &parts),
            Route::SignIn => match body.collect(LARGEST_SIGN_IN).await {
                Ok(form) => {
                    let (directory, now) = (self.authority.directory(), self.authority.now());
                    let query = parts.uri.query().unwrap_or_default();
                    sign_in::answer(&self.one_time_link, &directory, &parts.method, query, &form, now)
                }
                Err(error) => plain(body_status(&error), &error.to_string()),
            },
            Route::TokenInfo => match self.log_in(Surface::Restlet, &parts, &addressed, &[]).await {
                Ok(principal) => token_services::token_info(&principal, &parts.method),
                Err(answer) => restlet::refusal(&account, &parts, answer),
            },
            Route::Rest(path) => self.rest(&parts, body, &addressed, path).await,
            Route::Restlet => self.restlet(&parts, body, &addressed).await,
            Route::Soap(version) => soap::answer(self, version, &parts, body, &addressed).await,
            Route::NotEmulated(feature) => not_emulated(feature),
            Route::NotFound => plain(StatusCode::NOT_FOUND, "There is no such page.\n"),
        }
    }

    async fn rest(&self, parts: &Parts, body: Body, addressed: &Addressed, path: &str) -> Reply {
        let (form, body) = match signed_body(parts, body).await {
            Ok(bodies) => bodies,
            Err(error) => return rest::error::body(&error),
        };
        match self.log_in(Surface::Rest, parts, addressed, &form).await {
            Ok(principal) => rest::answer(self, &principal, parts, body.with(form), addressed, path).await,
            Err(answer) => rest::refusal(&self.authority.account(), answer),
        }
    }

    async fn restlet(&self, parts: &Parts, body: Body, addressed: &Addressed) -> Reply {
        let (form, _body) = match signed_body(parts, body).await {
            Ok(bodies) => bodies,
            Err(error) => return plain(body_status(&error), &error.to_string()),
        };
        match self.log_in(Surface::Restlet, parts, addressed, &form).await {
            Ok(principal) => restlet::answer(&principal, parts),
            Err(answer) => restlet::refusal(&self.authority.account(), parts, answer),
        }
    }
}

/// A command of the account's owner, and not a call of a program.
fn is_command<B>(request: &Request<B>) -> bool {
    request.extensions().get::<Peer>() == Some(&Peer::Unix) && request.uri().path().starts_with("/admin/")
}

/// The SOAP operation that finds an account's hosts is also on the shared ones.
fn is_discovery(addressed: &Addressed, route: Route<'_>) -> bool {
    addressed.host == crate::addressed::Host::Shared && matches!(route, Route::Soap(_))
}

/// A body that is read only once its sender is known, or was read before because it is signed.
pub(crate) enum Pending {
    Unread(Body),
    Read(Bytes),
}

impl Pending {
    fn with(self, form: Bytes) -> Self {
        if form.is_empty() { self } else { Self::Read(form) }
    }

    pub(crate) async fn read(self) -> Result<Bytes, BodyError> {
        match self {
            Self::Unread(body) => body.collect(LARGEST_BODY).await,
            Self::Read(body) => Ok(body),
        }
    }
}

/// Reads the body where the signature covers it: when it is a form.
async fn signed_body(parts: &Parts, body: Body) -> Result<(Bytes, Pending), BodyError> {
    let content_type = parts
        .headers
        .get(http::header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let media_type = content_type
        .and_then(|value| value.split(';').next())
        .unwrap_or_default()
        .trim();
    if media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        let form = body.collect(LARGEST_FORM).await?;
        return Ok((form.clone(), Pending::Read(form)));
    }
    Ok((Bytes::new(), Pending::Unread(body)))
}

pub(crate) const fn body_status(error: &BodyError) -> StatusCode {
    match error {
        BodyError::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        BodyError::TooSlow { .. } | BodyError::TooLong { .. } => StatusCode::REQUEST_TIMEOUT,
        BodyError::Crowded => StatusCode::SERVICE_UNAVAILABLE,
        BodyError::Broken { .. } => StatusCode::BAD_REQUEST,
    }
}

pub(crate) fn plain(status: StatusCode, text: &str) -> Reply {
    reply(status, TEXT, text.to_owned())
}

/// A method that a path does not have.
pub(crate) fn is_reading(method: &Method) -> bool {
    method == Method::GET || method == Method::HEAD
}
