//! What will be said of a request, however it ends: one row of the uses, and one count.

use std::sync::Arc;
use std::time::Duration;

use countersign_vault::{Call, ConnectionId, Method, Use};
use countersign_world::{Clock, Entropy};
use http::{HeaderValue, StatusCode};
use serde_json::{Value, json};

use crate::book::KnownCaller;
use crate::metrics::{InFlight, Metrics};
use crate::refusal::Refusal;
use crate::span::Span;
use crate::traces::Traces;
use crate::trail::Place;

/// Its span, and where that goes.
pub(crate) struct Traced {
    pub(crate) span: Span,
    pub(crate) traces: Arc<Traces>,
    pub(crate) entropy: Arc<dyn Entropy>,
}

/// Dropped, the caller went away.
pub(crate) struct Note {
    place: Option<Place>,
    what: Use,
    begun: Duration,
    caller: Arc<str>,
    /// Whether the caller may know of the connection: what anybody can make up is no label of a metric.
    is_known: bool,
    clock: Arc<dyn Clock>,
    metrics: Arc<Metrics>,
    traced: Option<Traced>,
    _in_flight: InFlight,
}

impl Note {
    pub(crate) fn begin(
        place: Place,
        request: String,
        caller: &KnownCaller,
        connection: &ConnectionId,
        clock: &Arc<dyn Clock>,
        metrics: &Arc<Metrics>,
    ) -> Self {
        let what = Use {
            at: clock.now(),
            request,
            caller: caller.caller.id,
            connection: connection.clone(),
            service: None,
            method: None,
            path: String::new(),
            outcome: "begun".to_owned(),
            status: None,
            attempts: 0,
            waited: Duration::ZERO,
            took: Duration::ZERO,
        };
        Self {
            place: Some(place),
            what,
            begun: clock.elapsed(),
            caller: caller.name.clone(),
            is_known: caller.grants.iter().any(|grant| grant.connection == *connection),
            clock: clock.clone(),
            metrics: metrics.clone(),
            traced: None,
            _in_flight: metrics.begin(),
        }
    }

    /// The call was read. Its query stays out: values in it may be anybody's.
    pub(crate) fn called(&mut self, call: &Call, path: &str) {
        self.what.service = Some(call.service());
        self.what.method = Some(call.method());
        self.what.path = match call.soap_operation() {
            Some(operation) => format!("{path} {operation}"),
            None => path.to_owned(),
        };
    }

    /// As it was sent: it may be refused before it is read as a call.
    pub(crate) fn asked(&mut self, method: &str, path: &str) {
        self.what.method = Method::ALL.into_iter().find(|known| known.as_str() == method);
        path.clone_into(&mut self.what.path);
    }

    /// A trace has it, too.
    pub(crate) fn traced(&mut self, traced: Traced) {
        self.traced = Some(traced);
    }

    /// Where the account is to be told of the trace: the header for it.
    pub(crate) fn attempted(&mut self) -> Option<HeaderValue> {
        self.what.attempts += 1;
        let traced = self.traced.as_mut()?;
        let header = traced.span.attempted(self.clock.elapsed(), &*traced.entropy);
        header.filter(|_| traced.traces.passes_on)
    }

    pub(crate) fn waited(&mut self, time: Duration) {
        self.what.waited += time;
        if let Some(traced) = &mut self.traced {
            traced.span.waited(time, self.clock.elapsed(), &*traced.entropy);
        }
    }

    /// As far as it is known now.
    pub(crate) fn row(&self) -> Use {
        self.what.clone()
    }

    /// The account's answer begins.
    pub(crate) fn answering(&mut self, status: StatusCode) {
        self.what.status = Some(status.as_u16());
        if let Some(traced) = &mut self.traced {
            traced.span.arrived(self.clock.elapsed());
        }
    }

    /// All of it was passed on.
    pub(crate) fn answered(mut self) {
        let outcome = match self.what.status {
            Some(401) => "login refused",
            Some(400..) => "answered with an error",
            _ => "answered",
        };
        self.settle(outcome);
    }

    pub(crate) fn broke_off(mut self) {
        self.settle("broke off");
    }

    pub(crate) fn refused(self, refusal: &Refusal) {
        self.turned_away(refusal.status, refusal.outcome());
    }

    /// With a word for why.
    pub(crate) fn turned_away(mut self, status: StatusCode, why: &'static str) {
        self.what.status = Some(status.as_u16());
        self.settle(why);
    }

    fn settle(&mut self, outcome: &'static str) {
        let Some(place) = self.place.take() else { return };
        outcome.clone_into(&mut self.what.outcome);
        self.what.took = self.clock.elapsed().saturating_sub(self.begun);
        let connection = self.is_known.then(|| self.what.connection.as_str());
        self.metrics
            .count(connection, &self.caller, outcome, self.what.waited);
        tracing::info!(
            request = %self.what.request,
            caller = %self.caller,
            connection = %self.what.connection,
            method = self.what.method.map(Method::as_str),
            path = %self.what.path,
            outcome,
            status = self.what.status,
            attempts = self.what.attempts,
            waited_ms = u64::try_from(self.what.waited.as_millis()).unwrap_or(u64::MAX),
            "a call"
        );
        if let Some(Traced { span, traces, .. }) = self.traced.take() {
            let spans = span.told(self.clock.elapsed(), self.what.status, &self.attributes(outcome));
            traces.hand_in(spans);
        }
        place.send(self.what.clone());
    }

    /// What a span says of the call. Nothing a caller could put a value of a customer's into.
    fn attributes(&self, outcome: &str) -> [(&'static str, Value); 9] {
        let millis = u64::try_from(self.what.waited.as_millis()).unwrap_or(u64::MAX);
        let connection = self.is_known.then(|| self.what.connection.as_str());
        [
            ("countersign.request", json!(self.what.request)),
            ("countersign.caller", json!(&*self.caller)),
            ("countersign.connection", json!(connection)),
            (
                "countersign.service",
                json!(self.what.service.as_ref().map(ToString::to_string)),
            ),
            ("http.request.method", json!(self.what.method.map(Method::as_str))),
            ("http.response.status_code", json!(self.what.status)),
            ("countersign.outcome", json!(outcome)),
            ("countersign.attempts", json!(self.what.attempts)),
            ("countersign.waited_ms", json!(millis)),
        ]
    }
}

impl Drop for Note {
    fn drop(&mut self) {
        self.settle("abandoned");
    }
}
