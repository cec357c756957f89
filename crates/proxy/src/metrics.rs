//! What Prometheus is told. Labels are ids of connections and names of callers that a grant names, a bounded number of
//! them; never a path, a key or anything a caller could make up.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::atomic::AtomicU64;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use countersign_client::BreakerState;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::proxy::AccountGauge;

/// Pairs of connection and caller that are counted apart; the rest are `other`.
const MOST_PAIRS: usize = 500;
const OTHER: &str = "other";
/// Seconds.
const WAITS: [f64; 10] = [0.001, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 15.0, 30.0, 120.0];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    connection: String,
    caller: String,
    outcome: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfAccount {
    account: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfConnection {
    connection: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    outcome: String,
}

pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Request, Counter>,
    waits: Histogram,
    in_flight: Gauge,
    slots: Family<OfAccount, Gauge>,
    window: Family<OfAccount, Gauge>,
    waiting: Family<OfAccount, Gauge>,
    busy: Family<OfAccount, Counter<u64, AtomicU64>>,
    turned_away: Family<Outcome, Counter>,
    breakers: Family<OfConnection, Gauge>,
    pairs: Mutex<BTreeSet<(String, String)>>,
}

/// One request under way.
pub(crate) struct InFlight(Gauge);

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut metrics = Self {
            registry: Registry::with_prefix("countersign_proxy"),
            requests: Family::default(),
            waits: Histogram::new(WAITS),
            in_flight: Gauge::default(),
            slots: Family::default(),
            window: Family::default(),
            waiting: Family::default(),
            busy: Family::default(),
            turned_away: Family::default(),
            breakers: Family::default(),
            pairs: Mutex::default(),
        };
        let registry = &mut metrics.registry;
        registry.register(
            "requests",
            "Requests that ended, by how",
            metrics.requests.clone(),
        );
        registry.register(
            "turned_away",
            "Requests without a key, or with one that is wrong, revoked or expired",
            metrics.turned_away.clone(),
        );
        registry.register(
            "wait_seconds",
            "How long requests waited for a slot",
            metrics.waits.clone(),
        );
        registry.register(
            "requests_in_flight",
            "Requests under way",
            metrics.in_flight.clone(),
        );
        registry.register(
            "slots_in_use",
            "Slots of the account in use by the proxy",
            metrics.slots.clone(),
        );
        registry.register(
            "slots",
            "Slots of the account the proxy uses at most now",
            metrics.window.clone(),
        );
        registry.register(
            "waiting",
            "Requests that wait for a slot",
            metrics.waiting.clone(),
        );
        registry.register(
            "account_busy",
            "Requests the account refused for concurrency",
            metrics.busy.clone(),
        );
        registry.register(
            "breaker",
            "0 closed, 1 may try, 2 open after refused logins",
            metrics.breakers.clone(),
        );
        metrics
    }

    pub(crate) fn begin(&self) -> InFlight {
        self.in_flight.inc();
        InFlight(self.in_flight.clone())
    }

    pub(crate) fn count(&self, connection: Option<&str>, caller: &str, outcome: &str, waited: Duration) {
        let (connection, caller) = self.labels(connection, caller);
        let request = Request {
            connection,
            caller,
            outcome: outcome.to_lowercase().replace(' ', "_"),
        };
        self.requests.get_or_create(&request).inc();
        self.waits.observe(waited.as_secs_f64());
    }

    /// Of nobody who is known. `outcome` is one of a few words of ours.
    pub(crate) fn turned_away(&self, outcome: &str) {
        let outcome = Outcome {
            outcome: outcome.to_lowercase(),
        };
        self.turned_away.get_or_create(&outcome).inc();
    }

    fn labels(&self, connection: Option<&str>, caller: &str) -> (String, String) {
        let pair = (connection.unwrap_or(OTHER).to_owned(), caller.to_owned());
        let mut pairs = self.pairs.lock().unwrap_or_else(PoisonError::into_inner);
        if pairs.contains(&pair) || (pairs.len() < MOST_PAIRS && pairs.insert(pair.clone())) {
            pair
        } else {
            (OTHER.to_owned(), OTHER.to_owned())
        }
    }

    /// All of it in Prometheus' text format, with what is asked for only now.
    pub(crate) fn text(
        &self,
        accounts: &[AccountGauge],
        breakers: &[(String, BreakerState)],
    ) -> Option<String> {
        for AccountGauge { account, gauge, .. } in accounts {
            let account = OfAccount {
                account: account.to_string(),
            };
            self.slots.get_or_create(&account).set(gauge.running.into());
            self.window.get_or_create(&account).set(gauge.window.into());
            self.waiting
                .get_or_create(&account)
                .set(i64::try_from(gauge.waiting).unwrap_or(i64::MAX));
            let busy = self.busy.get_or_create(&account);
            busy.inner()
                .store(gauge.refused, std::sync::atomic::Ordering::Relaxed);
        }
        // Those of connections that are gone are not told of any more.
        self.breakers.clear();
        for (connection, state) in breakers.iter().take(MOST_PAIRS) {
            let connection = OfConnection {
                connection: connection.clone(),
            };
            let value = match state {
                BreakerState::Closed => 0,
                BreakerState::HalfOpen => 1,
                BreakerState::Open => 2,
            };
            self.breakers.get_or_create(&connection).set(value);
        }
        let mut text = String::new();
        encode(&mut text, &self.registry).ok()?;
        Some(text)
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_a_bounded_number() {
        let metrics = Metrics::new();
        for number in 0..2 * MOST_PAIRS {
            metrics.count(Some(&format!("c{number}")), "caller", "answered", Duration::ZERO);
        }
        let text = metrics.text(&[], &[]).unwrap();
        let lines = text
            .lines()
            .filter(|line| line.starts_with("countersign_proxy_requests_total"))
            .count();
        assert_eq!(lines, MOST_PAIRS + 1, "{text}");
    }
}
