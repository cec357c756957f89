//! One signed call.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use countersign_protocol::{Credentials, Request, RequestError, SignedPassport, Signer, Stamp, StampError};
use countersign_world::{Clock, Entropy, nonce};
use http::header::{
    AUTHORIZATION, CONTENT_TYPE, COOKIE, HeaderMap, HeaderName, HeaderValue, PROXY_AUTHORIZATION, USER_AGENT,
};
use http::{Method, StatusCode};
use http_body_util::{BodyExt as _, Full, Limited};

use crate::destination::Destination;
use crate::logins::Login;
use crate::resolver::Resolver;
use crate::retry::Retry;
use crate::transport::{Transport, Unanswered};

/// A signer with connections to send through.
pub struct Client {
    signer: Signer,
    login: Login,
    /// Whether the credentials are a local account's.
    is_local: bool,
    transport: Transport,
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
    OwnHeader(HeaderName),
    #[error(
        "these credentials are of a local account and are not sent to {0}: give the address of its server, or use the \
         credentials of the account at NetSuite"
    )]
    LocalCredentials(String),
    #[error("the address cannot be used: {0}")]
    Address(#[from] http::Error),
    #[error("TLS cannot be set up: {0}")]
    Tls(#[from] rustls::Error),
    #[error(transparent)]
    Connect(#[from] Unanswered),
    #[error("the answer broke off: {0}")]
    Broken(hyper::Error),
    #[error("the answer is longer than {0} bytes")]
    TooLong(usize),
    #[error("no answer within {} s", .0.as_secs())]
    TimedOut(Duration),
}

/// How far a call came that got no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It was never sent: the call itself, or this machine, would not have it.
    Preparing,
    /// The host name leads nowhere.
    Name,
    /// Nobody took the connection.
    Connecting,
    /// The other side could not prove that it is the host.
    Tls,
    /// It was sent, and the answer did not come, or not whole.
    Answer,
}

impl CallError {
    pub fn stage(&self) -> Stage {
        match self {
            Self::Connect(unanswered) => unanswered.stage(),
            Self::Broken(_) | Self::TooLong(_) | Self::TimedOut(_) => Stage::Answer,
            _ => Stage::Preparing,
        }
    }
}

impl Client {
    /// Prepares the credentials and reads this machine's certificate store. Without one only this machine can be called.
    pub fn new(
        credentials: &Credentials,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, CallError> {
        Ok(Self {
            signer: Signer::new(credentials),
            login: Login::of(credentials),
            is_local: credentials.are_local(),
            transport: Transport::new()?,
            clock,
            entropy,
            retry: Retry::default(),
            timeout: Duration::from_secs(15 * 60),
            longest_answer: 256 * 1024 * 1024,
        })
    }

    /// From now on it asks no name server, and reaches names of this machine only: for a program that must not leave it.
    ///
    /// # Errors
    /// The certificate store cannot be used.
    pub fn kept_on_this_machine(self) -> Result<Self, CallError> {
        Ok(Self {
            transport: Transport::resolving(Resolver::of_this_machine())?,
            ..self
        })
    }

    pub const fn signer(&self) -> &Signer {
        &self.signer
    }

    /// Whom its calls log in as.
    pub const fn login(&self) -> &Login {
        &self.login
    }

    /// Signs the request with a header and sends it; where the retry allows it again, with a new signature each time.
    pub async fn call(&self, call: &Call) -> Result<Reply, CallError> {
        refuse_own_headers(&call.headers)?;
        let content_type = call
            .headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok());
        let signed =
            Request::new(call.method.as_str(), call.destination.url())?.with_body(content_type, &call.body);
        let prepare = |stamp: &Stamp<'_>| {
            let mut authorization = HeaderValue::from_str(&self.signer.sign(&signed, stamp))?;
            authorization.set_sensitive(true);
            let mut request = request(&call.method, &call.destination, &call.headers, call.body.clone())?;
            request.headers_mut().insert(AUTHORIZATION, authorization);
            Ok(request)
        };
        self.send(&call.destination, prepare).await
    }

    /// Sends the request as it is, for what needs no login. Nothing of the credentials goes with it.
    pub async fn call_unsigned(&self, call: &Call) -> Result<Reply, CallError> {
        refuse_own_headers(&call.headers)?;
        let prepare =
            |_: &Stamp<'_>| request(&call.method, &call.destination, &call.headers, call.body.clone());
        self.send(&call.destination, prepare).await
    }

    /// Sends a SOAP envelope with a TokenPassport, which the caller puts into its header. Each attempt has its own.
    pub async fn call_soap(
        &self,
        destination: &Destination,
        action: &'static str,
        envelope: impl Fn(&SignedPassport) -> String + Sync,
    ) -> Result<Reply, CallError> {
        let headers = HeaderMap::from_iter([
            (CONTENT_TYPE, HeaderValue::from_static("text/xml; charset=utf-8")),
            (
                HeaderName::from_static("soapaction"),
                HeaderValue::from_static(action),
            ),
        ]);
        let prepare = |stamp: &Stamp<'_>| {
            let body = envelope(&self.signer.passport(stamp));
            request(&Method::POST, destination, &headers, body.into())
        };
        self.send(destination, prepare).await
    }

    async fn send(
        &self,
        destination: &Destination,
        prepare: impl Fn(&Stamp<'_>) -> Result<http::Request<Full<Bytes>>, http::Error>,
    ) -> Result<Reply, CallError> {
        if self.is_local && !destination.is_local() {
            return Err(CallError::LocalCredentials(destination.url().to_owned()));
        }
        let mut attempt = 1;
        loop {
            let now = u64::try_from(self.clock.now().seconds()).unwrap_or_default();
            let request = prepare(&Stamp::new(now, nonce(&*self.entropy).as_str())?)?;
            let answer = tokio::time::timeout(self.timeout, self.attempt(destination, request)).await;
            let (status, headers, body) = answer.map_err(|_| CallError::TimedOut(self.timeout))??;
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

    async fn attempt(
        &self,
        destination: &Destination,
        request: http::Request<Full<Bytes>>,
    ) -> Result<(StatusCode, HeaderMap, Bytes), CallError> {
        let answer = self.transport.send(destination, request.map(Into::into)).await?;
        let (parts, body) = answer.into_parts();
        let body = Limited::new(body, self.longest_answer).collect().await;
        let body = body.map_err(|error| match error.downcast::<hyper::Error>() {
            Ok(error) => CallError::Broken(*error),
            // The limit is the only other thing that ends a body.
            Err(_) => CallError::TooLong(self.longest_answer),
        })?;
        Ok((parts.status, parts.headers, body.to_bytes()))
    }
}

fn refuse_own_headers(headers: &HeaderMap) -> Result<(), CallError> {
    let own = [AUTHORIZATION, PROXY_AUTHORIZATION, COOKIE]
        .into_iter()
        .find(|own| headers.contains_key(own));
    own.map_or(Ok(()), |own| Err(CallError::OwnHeader(own)))
}

fn request(
    method: &Method,
    destination: &Destination,
    headers: &HeaderMap,
    body: Bytes,
) -> Result<http::Request<Full<Bytes>>, http::Error> {
    let mut request = http::Request::builder()
        .method(method)
        .uri(destination.url())
        .body(Full::new(body))?;
    *request.headers_mut() = headers.clone();
    let program = HeaderValue::from_static(concat!("countersign/", env!("CARGO_PKG_VERSION")));
    request.headers_mut().entry(USER_AGENT).or_insert(program);
    Ok(request)
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Client(of {})", self.signer.account())
    }
}
