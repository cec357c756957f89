//! The way of a request to its account: host, route, and whom it means.

use std::sync::Arc;

use bytes::Bytes;
use countersign_admin::{Admin, Arrival};
use countersign_front::{Body, BodyError, MediaType, Peer};
use countersign_protocol::{AccountId, Scheme};
use countersign_world::Clock;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::{BodyExt as _, Either, Full};

use crate::accounts::Accounts;
use crate::addressed::{Elsewhere, Hosts};
use crate::heard::Line;
use crate::pages::{self, AccountPages};
use crate::reply::{Reply, Sent, TEXT, is_dropped, reply};
use crate::route::Route;
use crate::{services, token_services};

/// The longest request body, in bytes. NetSuite takes 100 MB in SOAP; this account holds a body in memory.
pub const LARGEST_BODY: u64 = 16 * 1024 * 1024;

/// The longest form body: it is read before its sender is known.
const LARGEST_FORM: u64 = 1024 * 1024;

/// A fault rule of a test account wants this connection closed without an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a fault rule of a test account drops this connection")]
pub struct Dropped;

/// Accounts over HTTP.
#[derive(Debug)]
pub struct Server {
    accounts: Accounts,
    hosts: Hosts,
    admin: Admin,
    pages: AccountPages,
}

impl Server {
    pub fn new(accounts: Accounts, hosts: Hosts) -> Self {
        accounts.answer_to(&hosts);
        let admin = Admin::over(Arc::new(accounts.clone()));
        Self {
            accounts,
            hosts,
            admin,
            pages: AccountPages::default(),
        }
    }

    /// Answers one request, and says so in the log: never its query, which may hold anything. In place of an answer there
    /// is an error where a fault rule wants the connection closed.
    pub async fn answer(&self, request: Request<Body>, clock: &dyn Clock) -> Result<Sent, Dropped> {
        let begun = clock.elapsed();
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let line = Line::of(&request);
        let is_command = is_command(&request);
        let mut reply = self
            .route(request)
            .await
            .unwrap_or_else(|refused| refused.map(Either::Left));
        let took = clock.elapsed().saturating_sub(begun);
        line.tell(&mut reply, took);
        let us = took.as_micros() as u64;
        if is_dropped(&reply) {
            tracing::info!(%method, path, us, "dropped without an answer");
            return Err(Dropped);
        }
        let status = reply.status().as_u16();
        if is_command {
            tracing::debug!(%method, path, status, us, "answered");
        } else {
            tracing::info!(%method, path, status, us, "answered");
        }
        Ok(reply)
    }

    async fn route(&self, request: Request<Body>) -> Result<Sent, Reply> {
        let Some(peer) = request.extensions().get::<Peer>().copied() else {
            let text = "The listener did not say where the request came from.";
            return Err(plain(StatusCode::INTERNAL_SERVER_ERROR, text));
        };
        if is_command(&request) {
            return Ok(self.administer(request, Arrival::of_owner()).await);
        }
        let addressed = self
            .hosts
            .addressed(&request, peer)
            .map_err(|elsewhere| match elsewhere {
                Elsewhere::Malformed(error) => plain(StatusCode::BAD_REQUEST, &error.to_string()),
                Elsewhere::UnknownHost(host) => nobody(&host),
            })?;
        let is_not_held = |account| !self.accounts.has(account);
        if addressed.host.account().is_some_and(is_not_held) {
            return Err(nobody(addressed.name()));
        }
        if Route::of(request.uri().path()) == Route::Admin {
            let arrival = Arrival {
                address: addressed.client,
                secure: addressed.scheme == Scheme::Https,
                owner: None,
            };
            return Ok(self.administer(request, arrival).await);
        }
        if Route::of(request.uri().path()) == Route::Pages {
            let pages = &self.pages;
            return pages.answer(&self.accounts, request, &addressed).await;
        }
        let (parts, body) = request.into_parts();
        let route = Route::of(parts.uri.path());
        if !route.is_at(&addressed) {
            let text = "This service is on another host of the account.";
            return Err(plain(StatusCode::NOT_FOUND, text));
        }
        if route == Route::AuthorizeToken {
            let flow = token_services::meant_by_page(&self.accounts, &parts, &addressed).await;
            let flow = flow.ok_or_else(|| nobody(addressed.name()))?;
            let request = Request::from_parts(parts, body);
            let page = pages::consent(&flow, request, &addressed).await;
            return Ok(page.map(Either::Left));
        }
        let reply = services::answer(&self.accounts, route, &parts, body, &addressed).await?;
        Ok(reply.map(Either::Left))
    }

    async fn administer(&self, request: Request<Body>, arrival: Arrival) -> Sent {
        let account = account_of(request.uri().path());
        let reply = self.ask_admin(request, arrival).await;
        let strangers = [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN];
        match account.and_then(|id| self.accounts.get(&id)) {
            // A stranger learns of no account, and so of none that is played with.
            Some(account) if !strangers.contains(&reply.status()) => account.marked(reply),
            _ => reply,
        }
    }

    async fn ask_admin(&self, request: Request<Body>, arrival: Arrival) -> Sent {
        let mut request = request.map(axum::body::Body::new);
        request.extensions_mut().insert(arrival);
        let (parts, body) = self.admin.answer(request).await.into_parts();
        if goes_on(&parts.headers) {
            return Sent::from_parts(parts, Either::Right(body));
        }
        let reply = match body.collect().await {
            Ok(body) => Reply::from_parts(parts, Full::new(body.to_bytes())),
            Err(error) => {
                tracing::error!(%error, "an answer of the admin API broke off");
                plain(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "The answer could not be made.\n",
                )
            }
        };
        reply.map(Either::Left)
    }
}

/// Server-sent events: an answer whose end nobody waits for.
pub(crate) fn goes_on(headers: &HeaderMap) -> bool {
    let content_type = headers.get(CONTENT_TYPE);
    content_type.is_some_and(|content_type| content_type.as_bytes().starts_with(b"text/event-stream"))
}

/// The account of a path of the admin API.
fn account_of(path: &str) -> Option<AccountId> {
    let path = path.strip_prefix(countersign_admin::PREFIX)?;
    let account = path.strip_prefix("/accounts/")?.split('/').next()?;
    account.parse().ok()
}

/// What a name that is no account's is told, and that of an account that is not held here: the same.
pub(crate) fn nobody(host: &str) -> Reply {
    let text = format!(
        "No account answers to {host} here. Call one by its own host, or this machine by its address; serve and run begin another from a file, with --account."
    );
    plain(StatusCode::NOT_FOUND, &text)
}

/// A command of the account's owner, and not a call of a program.
fn is_command<B>(request: &Request<B>) -> bool {
    request.extensions().get::<Peer>() == Some(&Peer::Unix) && Route::of(request.uri().path()) == Route::Admin
}

/// A body that is read only once its sender is known, or was read before because it is signed.
pub(crate) enum Pending {
    Unread(Body),
    Read(Bytes),
}

impl Pending {
    pub(crate) fn with(self, form: Bytes) -> Self {
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
pub(crate) async fn signed_body(parts: &Parts, body: Body) -> Result<(Bytes, Pending), BodyError> {
    if MediaType::of(&parts.headers).is("application/x-www-form-urlencoded") {
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

/// Whether a method only reads.
pub(crate) fn is_reading(method: &Method) -> bool {
    method == Method::GET || method == Method::HEAD
}
