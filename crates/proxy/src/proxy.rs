//! The proxy: one function that takes an authenticated caller, a connection and a request, and gives a streamed answer.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use countersign_client::{BreakerState, Logins, Transport};
use countersign_front::Body;
use countersign_governor::{Gauge, Governor, Limit, Settings as GovernorSettings};
use countersign_protocol::{AccountId, EndpointVersion, LocalServer};
use countersign_vault::{Call, ConnectionId, Denied, ServiceKind, Vault, VaultError, decide};
use countersign_world::{Clock, Entropy, nonce};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri};
use tokio::task::AbortHandle;

use crate::answer::AnswerBody;
use crate::book::{Book, Keyed, KnownCaller};
use crate::journey::{Arrived, Journey};
use crate::metrics::Metrics;
use crate::note::{Note, Traced};
use crate::passing::{Answers, Held};
use crate::payload::Payload;
use crate::refusal::{Form, Refusal, SOAP};
use crate::settings::{Audit, Settings};
use crate::skew::Skew;
use crate::span::{Context, Span};
use crate::survey::ConnectionSurvey;
use crate::traces::Traces;
use crate::trail::Trail;
use crate::{headers, key, waiting};

const REQUEST: HeaderName = HeaderName::from_static("x-countersign-request");

/// What a proxy is made of.
pub struct Parts {
    pub vault: Vault,
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
    pub settings: Settings,
}

/// Calls accounts for callers. Clones share it.
#[derive(Clone)]
pub struct Proxy(pub(crate) Arc<Shared>);

pub(crate) struct Shared {
    pub(crate) vault: Vault,
    pub(crate) book: Arc<Book>,
    pub(crate) transport: Transport,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) settings: Settings,
    pub(crate) trail: Trail,
    pub(crate) metrics: Arc<Metrics>,
    traces: Option<Arc<Traces>>,
    accounts: Mutex<HashMap<Place, Arc<Account>>>,
    logins: Arc<Logins>,
    answers: Arc<Answers>,
    follower: AbortHandle,
}

/// Where an account is: two connections to one place share its slots.
pub(crate) type Place = (AccountId, Option<LocalServer>);

/// What is known of an account, over all connections to it.
pub(crate) struct Account {
    pub(crate) governor: Governor,
    pub(crate) skew: Skew,
    pub(crate) limit: crate::limit::Asked,
}

/// One moment of an account's slots.
#[derive(Clone, Debug)]
pub struct AccountGauge {
    pub account: AccountId,
    pub server: Option<LocalServer>,
    pub gauge: Gauge,
}

/// Asks that links of the answer lead here: an extension of the request. What follows the account's host is appended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinksTo(pub String);

impl Proxy {
    /// Begins to follow the vault. To be called on a tokio runtime.
    ///
    /// # Errors
    /// TLS cannot be set up.
    pub fn start(parts: Parts) -> Result<Self, rustls::Error> {
        let Parts {
            vault,
            clock,
            entropy,
            settings,
        } = parts;
        let transport = Transport::new()?;
        let logins = Arc::new(Logins::by_token());
        let book = Arc::new(Book::new(vault.clone(), clock.clone(), logins.clone()));
        let followed = book.clone();
        let answers = Arc::new(Answers::default());
        let watched = answers.clone();
        let follower = tokio::spawn(async move { tokio::join!(followed.follow(), watched.watch()) });
        Ok(Self(Arc::new(Shared {
            trail: Trail::start(vault.clone(), clock.clone(), settings.uses_kept),
            vault,
            book,
            traces: settings
                .traces
                .clone()
                .map(|collector| Arc::new(Traces::start(collector, transport.clone()))),
            transport,
            clock,
            entropy,
            settings,
            metrics: Arc::new(Metrics::new()),
            accounts: Mutex::default(),
            logins,
            answers,
            follower: follower.abort_handle(),
        })))
    }

    /// Whoever presents a key: `Authorization: Bearer`, `X-Countersign-Key`, or the password of `Basic`.
    ///
    /// # Errors
    /// 401; or 503, where the vault cannot be read.
    pub async fn authenticate(&self, headers: &HeaderMap) -> Result<Arc<KnownCaller>, Refusal> {
        let known = async {
            let key = key::presented(headers)?;
            self.0.book.caller(&key).await?.ok_or_else(Refusal::wrong_key)
        };
        known.await.inspect_err(|refusal| {
            // There is no row of use without a caller: a job whose key has expired is seen here.
            self.0.metrics.turned_away(refusal.outcome());
            tracing::warn!(outcome = refusal.outcome(), "a call without a caller was refused");
        })
    }

    /// Does the call of a caller through a connection. The request's path and query are what the account gets; of its
    /// headers go on those that mean something to NetSuite. [`LinksTo`] is read from its extensions.
    ///
    /// Dropped before there is an answer, it gives up its place and its slot.
    pub async fn call(
        &self,
        caller: &KnownCaller,
        connection: &ConnectionId,
        request: Request<Body>,
    ) -> Response<AnswerBody> {
        let form = Form::of(request.uri().path());
        let place = match self.0.trail.place().await {
            Ok(place) => place,
            Err(refusal) => return refusal.response(form),
        };
        let id = nonce(&*self.0.entropy);
        let mut note = Note::begin(
            place,
            id.as_str().to_owned(),
            caller,
            connection,
            &self.0.clock,
            &self.0.metrics,
        );
        if let Some(traced) = self.0.traced(request.headers()) {
            note.traced(traced);
        }
        let called = Box::pin(self.0.call(caller, connection, request, &mut note)).await;
        let mut response = match called {
            Ok(Arrived {
                head,
                upstream,
                permit,
            }) => {
                note.answering(head.status);
                let held = Held {
                    note,
                    _permit: permit,
                };
                let passing = self.0.answers.begin(upstream, held, self.0.clock.clone());
                Response::from_parts(head, AnswerBody::passing(passing))
            }
            Err(refusal) => {
                note.refused(&refusal);
                refusal.response(form)
            }
        };
        if let Ok(id) = HeaderValue::from_str(id.as_str()) {
            response.headers_mut().insert(REQUEST, id);
        }
        response
    }

    /// Writes down that a caller was turned away before there was a call: attempts on connections are seen too. `why` is a
    /// word that does not change.
    pub async fn turned_away(
        &self,
        caller: &KnownCaller,
        connection: Option<&ConnectionId>,
        (method, uri): (&Method, &Uri),
        (status, why): (StatusCode, &'static str),
    ) {
        // Nothing was done, so that it may go unsaid while the proxy stops.
        let Ok(place) = self.0.trail.place().await else {
            return;
        };
        let none = ConnectionId::none();
        let id = nonce(&*self.0.entropy);
        let mut note = Note::begin(
            place,
            id.as_str().to_owned(),
            caller,
            connection.unwrap_or(&none),
            &self.0.clock,
            &self.0.metrics,
        );
        note.asked(method.as_str(), uri.path());
        note.turned_away(status, why);
    }

    /// The slots of every account that was called.
    pub fn gauges(&self) -> Vec<AccountGauge> {
        let accounts = self.0.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        let gauges = accounts.iter().map(|((account, server), known)| AccountGauge {
            account: account.clone(),
            server: server.clone(),
            gauge: known.governor.gauge(),
        });
        let mut gauges: Vec<_> = gauges.collect();
        gauges.sort_by(|one, other| one.account.cmp(&other.account));
        gauges
    }

    /// Whether logins are still tried, of every connection that was called.
    pub fn breakers(&self) -> Vec<(String, BreakerState)> {
        self.0.book.called.breakers(self.0.clock.elapsed())
    }

    /// The connections that were called, and where.
    pub(crate) fn connections(&self) -> Vec<(Place, ConnectionSurvey)> {
        self.0.book.called.surveys(self.0.clock.elapsed())
    }

    /// How often logins failed of late, by account and token: for whoever else in this process signs in as somebody.
    pub fn logins(&self) -> &Logins {
        &self.0.logins
    }

    /// What Prometheus reads.
    pub fn metrics(&self) -> Option<String> {
        self.0.metrics.text(&self.gauges(), &self.breakers())
    }

    /// Whether the vault can be read.
    pub async fn is_ready(&self) -> bool {
        self.0.vault.revision().await.is_ok()
    }

    /// Takes in what has changed in the vault by now, which would be seen within a second without it.
    pub async fn look(&self) -> Result<(), VaultError> {
        self.0.book.look().await
    }

    /// Waits until it is written down who used what. All requests have to be over.
    pub async fn close(self) {
        self.0.follower.abort();
        self.0.trail.close().await;
        if let Some(traces) = &self.0.traces {
            traces.close().await;
        }
    }
}

impl Shared {
    fn traced(&self, headers: &HeaderMap) -> Option<Traced> {
        let traces = self.traces.clone()?;
        let context = Context::of(headers, &*self.entropy)?;
        Some(Traced {
            span: Span::begin(context, self.clock.now(), self.clock.elapsed()),
            traces,
            entropy: self.entropy.clone(),
        })
    }

    async fn call(
        self: &Arc<Self>,
        caller: &KnownCaller,
        connection: &ConnectionId,
        request: Request<Body>,
        note: &mut Note,
    ) -> Result<Arrived, Refusal> {
        let target = request
            .uri()
            .path_and_query()
            .map_or("/", |target| target.as_str())
            .to_owned();
        let path = target.split('?').next().unwrap_or_default();
        note.asked(request.method().as_str(), path);
        let mut call = Call::parse(request.method().as_str(), &target)?;
        note.called(&call, path);
        let now = self.clock.now();
        let judge = |call: &Call| decide(&caller.grants, connection, call, now);
        // Of SOAP the operation says whether it writes; of anybody without a grant no body is read.
        let may_read_only = |denied| denied == Denied::Writing && call.service() == ServiceKind::Soap;
        if let Err(denied) = judge(&call)
            && !may_read_only(denied)
        {
            return Err(Refusal::denied(denied, connection));
        }
        let (head, body) = request.into_parts();
        let body = body.of_caller(caller.name.clone());
        let wait = waiting::asked(&head.headers, self.settings.wait)?;
        let headers = headers::up(&head.headers)
            .map_err(|name| Refusal::bad_request(format!("The header {name} is there twice.")))?;
        let (kept, read) = (self.settings.kept_body, self.settings.read_body);
        let payload = match call.service() {
            ServiceKind::Soap => Payload::read_envelope(&headers, body, read, version_of(path)?).await?,
            _ => Payload::read(&headers, body, kept, read).await?,
        };
        // Attack: a form that names another script than the query, which is what the grant is asked for.
        if call.service() == ServiceKind::Restlet && payload.has_field(&["script", "deploy"]) {
            return Err(Refusal::bad_request(
                "The form has a field named script or deploy: those stand in the query, and nowhere else.",
            ));
        }
        if let Payload::Envelope(envelope) = &payload {
            call = call.with_soap_operation(&envelope.operation);
            note.called(&call, path);
        }
        let grant = judge(&call).map_err(|denied| Refusal::denied(denied, connection))?;
        if self.settings.audit == Audit::Strict {
            self.trail.written(note.row()).await?;
        }
        let links = head.extensions.get::<LinksTo>().cloned();
        let links = links.filter(|_| head.method == Method::GET || head.method == Method::POST);
        let journey = Journey {
            shared: self,
            connection,
            call: &call,
            method: head.method,
            target: &target,
            headers,
            payload,
            caller: caller.name.clone(),
            share: grant.share,
            wait,
            links,
        };
        Box::pin(journey.travel(note)).await
    }

    pub(crate) fn account(&self, keyed: &Keyed) -> Arc<Account> {
        let place = (keyed.account.clone(), keyed.server.clone());
        let mut accounts = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        let known = accounts.entry(place).or_insert_with(|| {
            let limit = self.settings.limits.get(&keyed.account).copied();
            let settings = GovernorSettings {
                reserve: self.settings.reserve,
                ..GovernorSettings::of(limit.map_or(Limit::Unknown, Limit::Set))
            };
            Arc::new(Account {
                governor: Governor::new(settings, self.clock.clone()),
                skew: Skew::default(),
                limit: crate::limit::Asked::default(),
            })
        });
        known.clone()
    }
}

fn version_of(path: &str) -> Result<EndpointVersion, Refusal> {
    let version = path.strip_prefix(SOAP).and_then(|version| version.parse().ok());
    version.ok_or_else(|| {
        Refusal::bad_request("The SOAP endpoint is written with its version: /services/NetSuitePort_2025_2.")
    })
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxy").finish_non_exhaustive()
    }
}
