//! One signed call.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use countersign_protocol::{Credentials, Request, RequestError, Signer, Stamp, StampError};
use countersign_world::{Clock, Entropy, UnixTime, nonce};
use http::header::{AUTHORIZATION, COOKIE, HeaderMap, HeaderValue, PROXY_AUTHORIZATION, USER_AGENT};
use http::{Method, StatusCode};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::{Client as HyperClient, connect::HttpConnector};
use hyper_util::rt::TokioExecutor;

use crate::destination::Destination;
use crate::retry::Retry;

/// A signer with connections to send through.
pub struct Client {
    signer: Signer,
    http: HyperClient<HttpsConnector<HttpConnector>, Full<Bytes>>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    pub retry: Retry,
    /// For a whole attempt, the answer's body included.
    pub timeout: Duration,
    /// The longest answer that is read, in bytes.
    pub longest_answer: usize,
}

/// What to send. The body's `Content-Type` is among the headers.
#[derive(Clone, Debug)]
pub struct Call {
    pub method: Method,
    pub destination: Destination,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// How many attempts it took.
    pub attempts: u32,
}

/// Why a call got no answer.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    #[error(transparent)]
    Request(#[from] RequestError),
    #[error(transparent)]
    Stamp(#[from] StampError),
    #[error("the header {0} is made by the signer; leave it out")]
    OwnHeader(http::HeaderName),
    #[error("the address cannot be used: {0}")]
    Address(#[from] http::Error),
    #[error("no certificates were found to check the account's TLS certificate with: {0}")]
    NoRoots(std::io::Error),
    #[error("no connection to {host}: {source}")]
    Connect {
        host: String,
        source: hyper_util::client::legacy::Error,
    },
    #[error("the answer broke off: {0}")]
    Broken(hyper::Error),
    #[error("the answer is longer than {0} bytes")]
    TooLong(usize),
    #[error("no answer within {} s", .0.as_secs())]
    TimedOut(Duration),
}

impl Client {
    /// Prepares the credentials and reads this machine's certificate store.
    pub fn new(
        credentials: &Credentials,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, CallError> {
        let tls = HttpsConnectorBuilder::new()
            .with_native_roots()
            .map_err(CallError::NoRoots)?;
        let connector = tls.https_or_http().enable_http1().build();
        Ok(Self {
            signer: Signer::new(credentials),
            http: HyperClient::builder(TokioExecutor::new()).build(connector),
            clock,
            entropy,
            retry: Retry::default(),
            timeout: Duration::from_secs(15 * 60),
            longest_answer: 256 * 1024 * 1024,
        })
    }

    pub const fn signer(&self) -> &Signer {
        &self.signer
    }

    /// Signs and sends; where the retry allows it again, with a new signature each time.
    pub async fn call(&self, call: &Call) -> Result<Reply, CallError> {
        for own in [AUTHORIZATION, PROXY_AUTHORIZATION, COOKIE] {
            if call.headers.contains_key(&own) {
                return Err(CallError::OwnHeader(own));
            }
        }
        let mut attempt = 1;
        loop {
            let answer = tokio::time::timeout(self.timeout, self.attempt(call, self.clock.now()));
            let (status, headers, body) = answer.await.map_err(|_| CallError::TimedOut(self.timeout))??;
            if !self.retry.applies(attempt, status, &body) {
                return Ok(Reply {
                    status,
                    headers,
                    body,
                    attempts: attempt,
                });
            }
            tokio::time::sleep(self.retry.wait(attempt, &*self.entropy)).await;
            attempt += 1;
        }
    }

    async fn attempt(&self, call: &Call, now: UnixTime) -> Result<(StatusCode, HeaderMap, Bytes), CallError> {
        let url = call.destination.url();
        let nonce = nonce(&*self.entropy);
        let stamp = Stamp::new(u64::try_from(now.seconds()).unwrap_or_default(), &nonce)?;
        let content_type = call
            .headers
            .get(http::header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok());
        let signed = Request::new(call.method.as_str(), url)?.with_body(content_type, &call.body);
        let mut authorization =
            HeaderValue::from_str(&self.signer.sign(&signed, &stamp)).map_err(http::Error::from)?;
        authorization.set_sensitive(true);

        let mut request = http::Request::builder()
            .method(&call.method)
            .uri(url)
            .body(Full::new(call.body.clone()))?;
        let headers = request.headers_mut();
        *headers = call.headers.clone();
        headers
            .entry(USER_AGENT)
            .or_insert(HeaderValue::from_static(concat!(
                "countersign/",
                env!("CARGO_PKG_VERSION")
            )));
        headers.insert(AUTHORIZATION, authorization);
        let answer = self.http.request(request).await;
        let answer = answer.map_err(|source| CallError::Connect {
            host: signed.host().to_owned(),
            source,
        })?;
        let (parts, body) = answer.into_parts();
        let body = Limited::new(body, self.longest_answer)
            .collect()
            .await
            .map_err(|error| {
                match error.downcast::<hyper::Error>() {
                    Ok(error) => CallError::Broken(*error),
                    // The limit is the only other thing that ends a body.
                    Err(_) => CallError::TooLong(self.longest_answer),
                }
            })?;
        Ok((parts.status, parts.headers, body.to_bytes()))
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Client(of {})", self.signer.account())
    }
}
