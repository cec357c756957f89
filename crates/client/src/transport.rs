//! Connections to where signed requests go. They are kept for the next request; bodies stream both ways.

use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full, combinators::UnsyncBoxBody};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::{Client as HyperClient, connect::HttpConnector};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::{ClientConfig, RootCertStore};

use crate::client::Stage;
use crate::destination::Destination;
use crate::early_answer::EarlyAnswers;
use crate::resolver::Resolver;

const CONNECT_TIME: Duration = Duration::from_secs(15);
/// Shorter than servers keep them: a request that meets its connection's end gets no answer.
const KEPT_FOR: Duration = Duration::from_secs(15);

type BoxError = Box<dyn Error + Send + Sync>;

/// Sends what somebody else has signed. Clones share its connections.
#[derive(Clone)]
pub struct Transport {
    http: HyperClient<EarlyAnswers<HttpsConnector<HttpConnector<Resolver>>>, Outgoing>,
}

/// The body of a request: whole, or one that comes while it is sent.
pub struct Outgoing(UnsyncBoxBody<Bytes, BoxError>);

/// A request that got no answer.
#[derive(Debug, thiserror::Error)]
#[error("no answer from {url}: {}", innermost(.source))]
pub struct Unanswered {
    url: String,
    source: hyper_util::client::legacy::Error,
}

impl Unanswered {
    /// Whether nothing of it was sent, as there was no connection: it was not executed.
    pub fn is_unsent(&self) -> bool {
        self.source.is_connect()
    }

    pub fn stage(&self) -> Stage {
        // The resolver's error is known by its words alone.
        if !self.is_unsent() {
            Stage::Answer
        } else if causes(&self.source).any(|error| error.to_string() == "dns error") {
            Stage::Name
        } else if causes(&self.source).any(is_of_tls) {
            Stage::Tls
        } else {
            Stage::Connecting
        }
    }
}

/// An error of input and output hides the one inside from `source`, and may be inside another of its kind.
fn is_of_tls(error: &(dyn Error + 'static)) -> bool {
    let inside = error.downcast_ref::<std::io::Error>();
    error.is::<rustls::Error>()
        || inside
            .and_then(std::io::Error::get_ref)
            .is_some_and(|error| is_of_tls(error))
}

impl Transport {
    /// Reads this machine's certificate store. Without one only this machine can be called.
    pub fn new() -> Result<Self, rustls::Error> {
        Self::resolving(Resolver::new())
    }

    pub(crate) fn resolving(resolver: Resolver) -> Result<Self, rustls::Error> {
        let mut http = HttpConnector::new_with_resolver(resolver);
        http.enforce_http(false);
        http.set_nodelay(true);
        http.set_connect_timeout(Some(CONNECT_TIME));
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls()?)
            .https_or_http()
            .enable_http1()
            .wrap_connector(http);
        let mut http = HyperClient::builder(TokioExecutor::new());
        http.pool_idle_timeout(KEPT_FOR).pool_timer(TokioTimer::new());
        Ok(Self {
            http: http.build(EarlyAnswers(connector)),
        })
    }

    /// Gives the answer as soon as its head is there. Dropped before, it ends the connection, and whoever answers may
    /// notice.
    pub async fn send(
        &self,
        destination: &Destination,
        request: Request<Outgoing>,
    ) -> Result<Response<Incoming>, Unanswered> {
        let answer = self.http.request(request).await;
        answer.map_err(|source| Unanswered {
            url: destination.url().to_owned(),
            source,
        })
    }

    /// Sends something of ours to an address that whoever runs this program named: nothing signed.
    pub async fn report(&self, request: Request<Outgoing>) -> Result<Response<Incoming>, Unanswered> {
        let url = request.uri().to_string();
        let answer = self.http.request(request).await;
        answer.map_err(|source| Unanswered { url, source })
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport").finish_non_exhaustive()
    }
}

impl Outgoing {
    pub fn streamed<B>(body: B) -> Self
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        Self(body.map_err(Into::into).boxed_unsync())
    }
}

impl From<Bytes> for Outgoing {
    fn from(bytes: Bytes) -> Self {
        Full::new(bytes).into()
    }
}

impl From<Full<Bytes>> for Outgoing {
    fn from(whole: Full<Bytes>) -> Self {
        Self::streamed(whole)
    }
}

impl Body for Outgoing {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        Pin::new(&mut self.0).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}

/// TLS 1.2 or later, checked against this machine's certificate store. There is no way around the check.
fn tls() -> Result<ClientConfig, rustls::Error> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

/// The cause at the bottom: "Connection refused" says more than "client error (Connect)".
fn innermost(error: &(dyn Error + 'static)) -> String {
    causes(error).last().map(ToString::to_string).unwrap_or_default()
}

/// The error, and what it came of.
fn causes<'e>(error: &'e (dyn Error + 'static)) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| (**error).source())
}
