//! All pages: what a request has to be to reach one, and which one it is.

use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use countersign_front::Body;
use countersign_nango::Nango;
use countersign_protocol::{AccountId, LocalServer};
use countersign_proxy::Proxy;
use countersign_vault::Vault;
use countersign_web::{Answer, Asset, Filled, Forged, redirect};
use countersign_world::{Clock, Entropy};
use http::{Method, Request, Response, StatusCode};
use http_body_util::BodyExt;
use http_body_util::combinators::UnsyncBoxBody;

use crate::arrival::{Arrival, CONNECT};
use crate::checked::Checkups;
use crate::desk::Desk;
use crate::sessions::Sessions;
use crate::{
    add, caller, callers, changes, checked, connection, connections, governor, invite, relocation, removal,
    revocation, rotation, setup, sign_in, trouble, uses,
};

/// The longest form, in bytes: a paste of 64 KiB, each byte of which may be three.
const LARGEST_FORM: u64 = 256 * 1024;

/// What the pages are about, and what they need.
pub struct Parts {
    /// That of the proxy.
    pub vault: Vault,
    pub proxy: Proxy,
    pub nango: Nango,
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
    /// Names by which the pages may be called, beside those of this machine.
    pub hosts: Vec<String>,
    /// What the bar says they are of: the address of the proxy.
    pub of: String,
    /// Where others reach the page behind a link.
    pub setup_base: String,
    /// Where an account of this machine answers, if there is such an account.
    pub local_server: LocalServers,
}

/// Finds the server of a local account.
pub type LocalServers = Box<dyn Fn(&AccountId) -> Option<LocalServer> + Send + Sync>;

/// The pages. Clones share them, and who is signed in.
#[derive(Clone)]
pub struct Console(Arc<Shared>);

pub(crate) struct Shared {
    pub(crate) parts: Parts,
    pub(crate) sessions: Sessions,
    pub(crate) checkups: Checkups,
}

/// Whole, or going on as long as somebody looks.
pub type ConsoleBody = UnsyncBoxBody<Bytes, Infallible>;

impl Console {
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(Shared {
            sessions: Sessions::default(),
            checkups: Checkups::default(),
            parts,
        }))
    }

    /// Answers a request that came to the listener of the pages.
    pub async fn answer(&self, request: Request<Body>) -> Result<Response<ConsoleBody>, Infallible> {
        Ok(Box::pin(self.0.answer(request)).await.unwrap_or_else(whole))
    }

    /// Whether a path is that of the page behind a link, or of what it looks like: to be answered by
    /// [`set_up`](Self::set_up) on a listener that is for others.
    pub fn is_of_setup(path: &str) -> bool {
        path == CONNECT || path.starts_with(Asset::PREFIX)
    }

    /// Answers a request for the page behind a link. Nothing else is behind this.
    pub async fn set_up(&self, request: Request<Body>) -> Answer {
        let answered = async {
            let (arrival, form) = self.0.read(request).await?;
            if let Some(asset) = asset(&arrival) {
                return Ok(asset);
            }
            Ok(setup::answer(&self.0, &arrival, form.as_ref()).await)
        };
        let answered: Result<Answer, Answer> = Box::pin(answered).await;
        answered.unwrap_or_else(|refused| refused)
    }
}

impl fmt::Debug for Console {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Console").finish_non_exhaustive()
    }
}

impl Shared {
    async fn answer(self: &Arc<Self>, request: Request<Body>) -> Result<Response<ConsoleBody>, Answer> {
        let (arrival, form) = self.read(request).await?;
        if let Some(asset) = asset(&arrival) {
            return Err(asset);
        }
        let segments: Vec<&str> = arrival.path.split('/').filter(|part| !part.is_empty()).collect();
        match segments.as_slice() {
            ["connect"] => return Err(setup::answer(self, &arrival, form.as_ref()).await),
            ["sign-in"] => return Err(sign_in::answer(self, &arrival, form.as_ref()).await),
            _ => {}
        }
        let desk = Desk::of(self, &arrival)?;
        let is_form = arrival.method == Method::POST;
        if !is_form && !matches!(arrival.method, Method::GET | Method::HEAD) {
            return Err(trouble::said(
                StatusCode::METHOD_NOT_ALLOWED,
                "Not taken",
                "A page is looked at, or a form of it is sent.",
            ));
        }
        let filled = match form {
            Some(form) if is_form => Some(desk.lock.open(&form).map_err(|Forged| {
                desk.trouble(
                    StatusCode::FORBIDDEN,
                    "Not taken",
                    "This form is of another session. Go back, load the page again and send it once more.",
                )
            })?),
            _ => None,
        };
        if let (None, ["governor", "live"]) = (&filled, segments.as_slice()) {
            return Ok(governor::follow(&desk, &arrival));
        }
        Err(Box::pin(route(&desk, segments.as_slice(), filled.as_ref())).await)
    }

    /// What every request is asked before anything is done for it.
    async fn read(&self, request: Request<Body>) -> Result<(Arrival, Option<Bytes>), Answer> {
        let arrival = Arrival::of(&request, &self.parts.hosts)?;
        if arrival.method != Method::POST {
            return Ok((arrival, None));
        }
        if arrival.is_of_another_site() {
            return Err(trouble::said(
                StatusCode::FORBIDDEN,
                "Not taken",
                "This form was sent from another site. Nothing was done.",
            ));
        }
        let form = request.into_body().collect(LARGEST_FORM).await;
        let form = form.map_err(|_| {
            trouble::said(
                StatusCode::PAYLOAD_TOO_LARGE,
                "Not taken",
                "The form is too long, or did not arrive whole. Nothing was done.",
            )
        })?;
        Ok((arrival, Some(form)))
    }
}

/// Every page for somebody who is signed in. With what was filled in, where a form was sent.
async fn route(desk: &Desk, segments: &[&str], form: Option<&Filled>) -> Answer {
    match (segments, form) {
        ([], None) => redirect(connections::PATH),
        (["connections"], None) => connections::show(desk).await,
        (["connections", "new"], None) => add::show(desk),
        (["connections", "new"], Some(form)) => add::save(desk, form).await,
        (["connections", "invite"], None) => invite::show(desk),
        (["connections", "invite"], Some(form)) => invite::make(desk, form).await,
        (["connections", "withdraw"], Some(form)) => invite::withdraw(desk, form).await,
        (["connection", id], None) => connection::show(desk, id).await,
        (["connection", id, "check"], None) => checked::show(desk, id).await,
        (["connection", id, "check"], Some(_)) => checked::check(desk, id).await,
        (["connection", id, "rotate"], None) => rotation::show(desk, id).await,
        (["connection", id, "rotate"], Some(form)) => rotation::go_on(desk, id, form).await,
        (["connection", id, "move"], None) => relocation::show(desk, id).await,
        (["connection", id, "move"], Some(form)) => relocation::go(desk, id, form).await,
        (["connection", id, "remove"], None) => removal::show(desk, id).await,
        (["connection", id, "remove"], Some(form)) => removal::remove(desk, id, form).await,
        (["callers"], None) => callers::show(desk).await,
        (["callers", "new"], None) => callers::new(desk),
        (["callers", "new"], Some(form)) => callers::add(desk, form).await,
        (["caller", id], None) => caller::show(desk, id).await,
        (["caller", id, "grant"], Some(form)) => caller::grant(desk, id, form).await,
        (["caller", id, "revoke-grant"], Some(form)) => caller::revoke_grant(desk, id, form).await,
        (["caller", id, "revoke"], None) => revocation::show(desk, id).await,
        (["caller", id, "revoke"], Some(form)) => revocation::revoke(desk, id, form).await,
        (["governor"], None) => governor::show(desk),
        (["uses"], None) => uses::show(desk).await,
        (["changes"], None) => changes::show(desk).await,
        (["log-out"], Some(_)) => sign_in::log_out(desk),
        _ => desk.not_found(),
    }
}

fn asset(arrival: &Arrival) -> Option<Answer> {
    arrival
        .path
        .starts_with(Asset::PREFIX)
        .then(|| match Asset::at(&arrival.path) {
            Some(asset) => asset.answer(),
            None => {
                let mut answer = Answer::default();
                *answer.status_mut() = StatusCode::NOT_FOUND;
                answer
            }
        })
}

fn whole(answer: Answer) -> Response<ConsoleBody> {
    answer.map(BodyExt::boxed_unsync)
}
