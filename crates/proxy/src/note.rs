//! What will be said of a request, however it ends: one row of the uses, and one count.

use std::sync::Arc;
use std::time::Duration;

use countersign_vault::{Call, ConnectionId, Method, Use};
use countersign_world::Clock;
use http::StatusCode;

use crate::book::KnownCaller;
use crate::metrics::{InFlight, Metrics};
use crate::refusal::Refusal;
use crate::trail::Place;

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

    /// It was refused before it was read as a call.
    pub(crate) fn asked(&mut self, method: &str, path: &str) {
        self.what.method = Method::ALL.into_iter().find(|known| known.as_str() == method);
        path.clone_into(&mut self.what.path);
    }

    pub(crate) fn attempted(&mut self) {
        self.what.attempts += 1;
    }

    pub(crate) fn waited(&mut self, time: Duration) {
        self.what.waited += time;
    }

    /// As far as it is known now.
    pub(crate) fn row(&self) -> Use {
        self.what.clone()
    }

    /// The account's answer begins.
    pub(crate) fn answering(&mut self, status: StatusCode) {
        self.what.status = Some(status.as_u16());
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
        place.send(self.what.clone());
    }
}

impl Drop for Note {
    fn drop(&mut self) {
        self.settle("abandoned");
    }
}
