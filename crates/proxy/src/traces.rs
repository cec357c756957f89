//! Sends spans to a collector: OTLP over HTTP, in JSON, many at a time and behind the answers. What the collector does not
//! take is dropped: a trace is worth no waiting.
//!
//! Own code, as it is a page of JSON; the libraries for it bring gRPC, and ask clock and randomness themselves.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use countersign_client::{Outgoing, Transport};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Method, Request, Uri};
use http_body_util::{BodyExt as _, Limited};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// Calls that may wait to be sent; those beyond are dropped.
const LINE: usize = 2048;
/// Calls that are sent together.
const GROUP: usize = 256;
const SEND_EVERY: Duration = Duration::from_secs(1);
const PATIENCE: Duration = Duration::from_secs(10);
/// The most that is read of a collector's answer, in bytes.
const LONGEST: usize = 64 * 1024;

/// Where spans go.
#[derive(Clone)]
pub struct Collector {
    /// `http://127.0.0.1:4318/v1/traces`
    pub address: Uri,
    /// Sent along; a key of the operator's may be among them.
    pub headers: HeaderMap,
    /// The name under which the collector shows this program.
    pub service: String,
    /// Whether the account is told of the trace, too.
    pub passes_on: bool,
}

/// Where spans are handed in.
pub(crate) struct Traces {
    pub(crate) passes_on: bool,
    /// Nothing once closed.
    line: Mutex<Option<mpsc::Sender<Vec<Value>>>>,
    sender: Mutex<Option<JoinHandle<()>>>,
}

impl Traces {
    pub(crate) fn start(collector: Collector, transport: Transport) -> Self {
        let (line, spans) = mpsc::channel(LINE);
        Self {
            passes_on: collector.passes_on,
            line: Mutex::new(Some(line)),
            sender: Mutex::new(Some(tokio::spawn(send(spans, collector, transport)))),
        }
    }

    pub(crate) fn hand_in(&self, spans: Vec<Value>) {
        let line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(line) = &*line
            && line.try_send(spans).is_err()
        {
            tracing::debug!("the collector of traces is slow; spans of a call are dropped");
        }
    }

    /// Sends what is left.
    pub(crate) async fn close(&self) {
        drop(self.line.lock().unwrap_or_else(PoisonError::into_inner).take());
        let sender = self.sender.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(sender) = sender {
            let _ = sender.await;
        }
    }
}

async fn send(mut spans: mpsc::Receiver<Vec<Value>>, collector: Collector, transport: Transport) {
    let mut is_told = false;
    let mut group = Vec::new();
    while spans.recv_many(&mut group, GROUP).await > 0 {
        let told: Vec<Value> = group.drain(..).flatten().collect();
        match tokio::time::timeout(PATIENCE, post(&collector, &transport, told)).await {
            Ok(Ok(())) => is_told = false,
            Ok(Err(why)) if !std::mem::replace(&mut is_told, true) => {
                tracing::warn!(%why, "the collector of traces takes no spans; they are dropped until it does");
            }
            Err(_) if !std::mem::replace(&mut is_told, true) => {
                tracing::warn!("the collector of traces does not answer; spans are dropped until it does");
            }
            _ => {}
        }
        if spans.is_empty() && !spans.is_closed() {
            tokio::time::sleep(SEND_EVERY).await;
        }
    }
}

async fn post(collector: &Collector, transport: &Transport, spans: Vec<Value>) -> Result<(), String> {
    let attribute = |key: &str, value: &str| json!({ "key": key, "value": { "stringValue": value } });
    let version = env!("CARGO_PKG_VERSION");
    let body = json!({ "resourceSpans": [{
        "resource": { "attributes": [
            attribute("service.name", &collector.service),
            attribute("service.version", version),
        ]},
        "scopeSpans": [{ "scope": { "name": "countersign.proxy", "version": version }, "spans": spans }],
    }]});
    let mut request = Request::new(Outgoing::from(Bytes::from(body.to_string())));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = collector.address.clone();
    request.headers_mut().extend(collector.headers.clone());
    let json = HeaderValue::from_static("application/json");
    request.headers_mut().insert(CONTENT_TYPE, json);
    let answer = transport
        .report(request)
        .await
        .map_err(|error| error.to_string())?;
    let status = answer.status();
    // Read to its end, so that the connection can be used again.
    let _ = Limited::new(answer.into_body(), LONGEST).collect().await;
    match status.is_success() {
        true => Ok(()),
        false => Err(format!("it answered {status}")),
    }
}

/// Its headers may hold a key.
impl fmt::Debug for Collector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Collector")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Traces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Traces").finish_non_exhaustive()
    }
}
