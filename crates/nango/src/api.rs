//! The API as a whole: which request is whose.

use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;

use countersign_front::Body;
use countersign_proxy::{AnswerBody, KnownCaller, Proxy};
use countersign_vault::{By, Vault};
use countersign_world::{Clock, Entropy};
use http::{HeaderMap, Method, Request, Response, StatusCode};

use crate::asked::Asked;
use crate::problem::Problem;
use crate::{absent, provider};

/// Nango's API in front of a proxy. Clones share it.
#[derive(Clone)]
pub struct Nango {
    pub(crate) proxy: Proxy,
    pub(crate) vault: Vault,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) takes_servers: bool,
}

pub(crate) type Answered = Result<Response<AnswerBody>, Problem>;

const HERE: [&str; 7] = [
    "providers",
    "integrations",
    "connections",
    "connection",
    "connect",
    "auth",
    "proxy",
];

impl Nango {
    /// The vault is the proxy's.
    pub fn new(proxy: Proxy, vault: Vault, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Self {
            proxy,
            vault,
            clock,
            entropy,
            takes_servers: true,
        }
    }

    /// Takes no address of a local account's server. Attack: whoever may add connections from elsewhere would learn from
    /// what becomes of them which ports of this machine are open.
    #[must_use]
    pub fn without_servers(self) -> Self {
        Self {
            takes_servers: false,
            ..self
        }
    }

    /// Answers a request that came to a listener: Nango's paths here, all others by the proxy.
    pub async fn answer(&self, request: Request<Body>) -> Result<Response<AnswerBody>, Infallible> {
        let path = request.uri().path();
        let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
        if !HERE.contains(&first) && !absent::is_absent(first) {
            return self.proxy.answer(request).await;
        }
        let answered = Box::pin(self.route(request)).await;
        Ok(answered.unwrap_or_else(Problem::response))
    }

    async fn route(&self, request: Request<Body>) -> Answered {
        let base = self.proxy.base(&request)?;
        let asked = Asked::of(&request, base)?;
        let segments: Vec<&str> = asked.segments.iter().map(String::as_str).collect();
        match (&asked.method, segments.as_slice()) {
            // Whoever comes with a session has no key.
            (&Method::GET, ["connect", "session"]) => return self.session(request.headers()).await,
            (&Method::DELETE, ["connect", "session"]) => return self.end_session(request.headers()).await,
            (&Method::POST, ["auth", "tba", key]) => {
                return self.authorize(&asked, key, request.into_body()).await;
            }
            (_, ["auth", ..]) => {
                return Err(absent::named(
                    "this way of authorization",
                    "Post the values of token-based authentication to /auth/tba/INTEGRATION.",
                ));
            }
            _ => {}
        }
        let caller = self.proxy.authenticate(request.headers()).await?;
        if let ["proxy", ..] = segments.as_slice() {
            return self.pass(&caller, request).await;
        }
        if !caller.caller.administers {
            return Err(Problem::new(
                StatusCode::FORBIDDEN,
                "forbidden",
                "This key does not administer connections: it may call through /proxy what its grants open. Whoever runs \
                 the proxy makes one that does with `countersign caller add NAME --administers`.",
            ));
        }
        if let Some(answer) = provider::answer(&asked)? {
            return Ok(answer);
        }
        let body = request.into_body();
        match (&asked.method, segments.as_slice()) {
            (&Method::GET, ["integrations"]) => self.integrations(&asked).await,
            (&Method::POST, ["integrations"]) => self.add_integration(&asked, &caller, body).await,
            (_, ["integrations", "quickstart"] | ["integrations", _, "functions", ..]) => {
                Err(absent::functions())
            }
            (&Method::GET, ["integrations", key]) => self.integration(&asked, key).await,
            (&Method::PATCH, ["integrations", key]) => {
                self.change_integration(&asked, &caller, key, body).await
            }
            (&Method::DELETE, ["integrations", key]) => self.remove_integration(&caller, key).await,
            (&Method::GET, ["connections" | "connection"]) => self.list(&asked).await,
            (&Method::POST, ["connections"]) => self.add_connection(&asked, &caller, body).await,
            (&Method::POST, ["connections" | "connection", "metadata"]) => {
                self.set_metadata(&caller, body).await
            }
            (&Method::PATCH, ["connections" | "connection", "metadata"]) => {
                self.update_metadata(&caller, body).await
            }
            (&Method::GET, ["connections" | "connection", id]) => self.connection(&asked, id).await,
            (&Method::PATCH, ["connections" | "connection", id]) => {
                self.change_connection(&asked, &caller, id, body).await
            }
            (&Method::DELETE, ["connections" | "connection", id]) => {
                self.remove_connection(&asked, &caller, id).await
            }
            (&Method::POST, ["connect", "sessions"]) => self.open_session(&asked, &caller, body).await,
            (&Method::POST, ["connect", "sessions", "reconnect"]) => {
                self.open_again(&asked, &caller, body).await
            }
            (_, [first, ..]) if absent::is_absent(first) => Err(absent::below(first)),
            _ => Err(absent::nowhere()),
        }
    }

    pub(crate) fn by(&self, caller: &KnownCaller) -> By {
        By {
            actor: format!("caller {}", caller.caller.name),
            at: self.clock.now(),
        }
    }

    /// Makes what was changed be in force for the next request.
    pub(crate) async fn in_force(&self) -> Result<(), Problem> {
        Ok(self.proxy.look().await?)
    }
}

impl fmt::Debug for Nango {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Nango").finish_non_exhaustive()
    }
}

/// `Authorization: Bearer`, of a session.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(http::header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
