//! What scripts reach over HTTP: the account's own hosts, and others that were allowed by name.
//!
//! Attack: a script that was copied from somewhere sends records to a stranger, or looks around in the network the server
//! stands in. So nothing is called but the account itself, until a host is named.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use crate::resolver::Resolver;

/// NetSuite's limits: 45 seconds for an answer, of 10 MB.
const TIME: Duration = Duration::from_secs(45);
const LARGEST_ANSWER: usize = 10 * 1024 * 1024;

/// Answers what a script asks of the account's own hosts, as if it had come over the network.
pub trait Wire: Send + Sync + fmt::Debug {
    /// The URI is absolute, and its host one of the account's. The error is a sentence.
    fn answer(
        &self,
        request: Request<Bytes>,
    ) -> Pin<Box<dyn Future<Output = Result<Response<Bytes>, String>> + Send + '_>>;
}

/// On a request that a script made: how many scripts are waiting for its answer.
///
/// Attack: a RESTlet that calls itself. Each call holds a thread and a place among the running requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WithinScript(pub u8);

impl WithinScript {
    /// NetSuite has no such limit; its scripts run out of usage units first.
    pub const DEEPEST: u8 = 3;
}

/// The hosts that scripts may call besides the account's own.
pub struct Outside {
    hosts: Vec<String>,
    client: Client<HttpsConnector<HttpConnector<Resolver>>, Full<Bytes>>,
}

impl Outside {
    /// `hosts` are names, without scheme; one with a port is allowed there alone. A name that others keep leads to no address of this
    /// machine or its network, unless that is among them too.
    ///
    /// # Errors
    /// This machine's certificate store cannot be read.
    pub fn of(hosts: Vec<String>) -> Result<Self, std::io::Error> {
        let mut http = HttpConnector::new_with_resolver(Resolver::for_hosts(&hosts));
        http.enforce_http(false);
        let connector = HttpsConnectorBuilder::new()
            .with_native_roots()?
            .https_or_http()
            .enable_http1()
            .wrap_connector(http);
        Ok(Self {
            hosts: hosts.into_iter().map(|host| host.to_ascii_lowercase()).collect(),
            client: Client::builder(TokioExecutor::new()).build(connector),
        })
    }

    pub(crate) fn hosts(&self) -> &[String] {
        &self.hosts
    }

    pub(crate) fn allows(&self, authority: &http::uri::Authority) -> bool {
        let (host, whole) = (authority.host(), authority.as_str());
        let is_it =
            |allowed: &String| allowed.eq_ignore_ascii_case(host) || allowed.eq_ignore_ascii_case(whole);
        self.hosts.iter().any(is_it)
    }

    /// A redirect is an answer like any other: nobody is led elsewhere.
    pub(crate) fn send(
        &self,
        request: Request<Bytes>,
    ) -> impl Future<Output = Result<(u16, HeaderMap, Bytes), Unsent>> + use<> {
        let client = self.client.clone();
        let answer = async move {
            let answer = client.request(request.map(Full::new)).await;
            let (head, body) = answer
                .map_err(|error| Unsent::Failed(innermost(&error)))?
                .into_parts();
            let body = Limited::new(body, LARGEST_ANSWER).collect().await;
            let body = body.map_err(|error| Unsent::Failed(error.to_string()))?;
            Ok((head.status.as_u16(), head.headers, body.to_bytes()))
        };
        async {
            tokio::time::timeout(TIME, answer)
                .await
                .unwrap_or(Err(Unsent::TimedOut))
        }
    }
}

/// What an error is in the end due to.
fn innermost(error: &(dyn Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| (**error).source());
    causes.last().unwrap_or(error).to_string()
}

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum Unsent {
    TimedOut,
    Failed(String),
}

impl fmt::Debug for Outside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outside")
            .field("hosts", &self.hosts)
            .finish_non_exhaustive()
    }
}
