//! What scripts ask of the account's own hosts: answered here, without a connection, and with every check of one.

use std::collections::BTreeMap;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, OnceLock, Weak};

use arc_swap::ArcSwap;
use bytes::Bytes;
use countersign_front::{Body, Peer};
use countersign_protocol::AccountId;
use countersign_scripts::{Actor, Wire};
use http::header::HOST;
use http::{HeaderValue, Request, Response, Uri};
use http_body_util::BodyExt as _;

use crate::account::AccountServer;
use crate::accounts::Accounts;
use crate::addressed::Hosts;
use crate::asking::Asking;
use crate::reply::{Reply, is_dropped};
use crate::route::Route;
use crate::server::Pending;
use crate::{rest, restlet, services};

/// Of the accounts of one server. It does not keep them.
#[derive(Debug)]
pub(crate) struct Within {
    pub(crate) held: Weak<ArcSwap<BTreeMap<AccountId, AccountServer>>>,
    pub(crate) hosts: Arc<OnceLock<Hosts>>,
}

/// Where such a request seems to come from: this machine, over TLS, as a script's call of NetSuite does.
const PEER: Peer = Peer::Tls(SocketAddr::new(
    std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST),
    0,
));

impl Wire for Within {
    fn answer(
        &self,
        request: Request<Bytes>,
    ) -> Pin<Box<dyn Future<Output = Result<Response<Bytes>, String>> + Send + '_>> {
        Box::pin(async {
            let held = self.held.upgrade().ok_or("The account is being closed.")?;
            let accounts = Accounts::of(held, Arc::clone(&self.hosts));
            let reply = ask(&accounts, request).await?;
            if is_dropped(&reply) {
                return Err(
                    "The connection was closed without an answer: a fault rule of this test account."
                        .to_owned(),
                );
            }
            let (head, body) = reply.into_parts();
            let Ok(body) = body.collect().await;
            Ok(Response::from_parts(head, body.to_bytes()))
        })
    }
}

async fn ask(accounts: &Accounts, mut request: Request<Bytes>) -> Result<Reply, String> {
    let uri = request.uri().clone();
    let authority = uri.authority().ok_or("The address has no host.")?;
    let host = HeaderValue::from_str(authority.as_str()).map_err(|error| error.to_string())?;
    request.headers_mut().insert(HOST, host);
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    *request.uri_mut() = path.parse::<Uri>().map_err(|error| error.to_string())?;
    request.extensions_mut().insert(PEER);
    let addressed = accounts.hosts().addressed_within(&request, PEER);
    let addressed = addressed.map_err(|_| format!("No account answers to {authority} here."))?;
    let (mut parts, bytes) = request.into_parts();
    let caller = parts.extensions.remove::<Actor>();
    let route = Route::of(path.split('?').next().unwrap_or(path));
    if let (Some(actor), Route::Restlet | Route::Rest(_)) = (caller, route) {
        let own = &actor.snapshot().account.id;
        let named = addressed.host.account().filter(|named| *named == own);
        let account = named.and_then(|id| accounts.get(id));
        let account = account.ok_or_else(|| format!("No account answers to {authority} here."))?;
        let (account, body) = (account.current(), Body::from(bytes));
        return Ok(match route {
            Route::Rest(path) => {
                let (asking, body) = (Asking::within(&actor), Pending::Unread(body));
                rest::answer(&account, asking, &parts, body, &addressed, path).await
            }
            _ => restlet::answer_to(&account, actor, &parts, body, &addressed).await,
        });
    }
    if !route.is_at(&addressed) {
        return Err(format!("{authority} has no {path}."));
    }
    let answer = services::answer(accounts, route, &parts, Body::from(bytes), &addressed).await;
    Ok(answer.unwrap_or_else(|refused| refused))
}
