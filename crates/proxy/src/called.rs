//! The connections that were called: where, and what stops their logins.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use countersign_client::{Breaker, BreakerState};
use countersign_vault::ConnectionId;

use crate::book::Keyed;
use crate::proxy::Place;
use crate::survey::ConnectionSurvey;

#[derive(Default)]
pub(crate) struct Called(Mutex<BTreeMap<ConnectionId, Last>>);

/// How a connection was called the last time.
struct Last {
    place: Place,
    breaker: Arc<Breaker>,
}

impl Called {
    pub(crate) fn note(&self, connection: &ConnectionId, keyed: &Keyed) {
        let mut all = self.all();
        let is_known = |last: &Last| {
            Arc::ptr_eq(&last.breaker, &keyed.breaker)
                && (&last.place.0, &last.place.1) == (&keyed.account, &keyed.server)
        };
        if !all.get(connection).is_some_and(is_known) {
            let last = Last {
                place: (keyed.account.clone(), keyed.server.clone()),
                breaker: keyed.breaker.clone(),
            };
            all.insert(connection.clone(), last);
        }
    }

    pub(crate) fn ids(&self) -> Vec<ConnectionId> {
        self.all().keys().cloned().collect()
    }

    pub(crate) fn forget(&self, removed: &[ConnectionId]) {
        let mut all = self.all();
        for id in removed {
            all.remove(id);
        }
    }

    /// Whether logins are still tried.
    pub(crate) fn breakers(&self, now: Duration) -> Vec<(String, BreakerState)> {
        let all = self.all();
        let states = all
            .iter()
            .map(|(id, last)| (id.to_string(), last.breaker.state(now)));
        states.collect()
    }

    pub(crate) fn surveys(&self, now: Duration) -> Vec<(Place, ConnectionSurvey)> {
        let all = self.all();
        let surveys = all.iter().map(|(id, Last { place, breaker })| {
            let survey = ConnectionSurvey::of(id.as_str(), breaker.state(now), breaker.tried_again_in(now));
            (place.clone(), survey)
        });
        surveys.collect()
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<ConnectionId, Last>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
