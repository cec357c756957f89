//! What an account itself says of its concurrency limit, where the connection's role may ask.

use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use countersign_client::{Destination, Outgoing};
use countersign_governor::Ask;
use countersign_protocol::{Request as Signed, Service, Stamp};
use countersign_vault::ConnectionId;
use countersign_world::nonce;
use http::header::{ACCEPT, AUTHORIZATION};
use http::{HeaderValue, Request, StatusCode};
use http_body_util::{BodyExt as _, Limited};
use serde_json::Value;

use crate::book::Keyed;
use crate::proxy::{Account, Shared};

const PATH: &str = "/services/rest/system/v1/governanceLimits";
const ASK_EVERY: Duration = Duration::from_hours(6);
/// The name it has among those who use slots.
const ASKER: &str = "countersign, for the limit";
const PATIENCE: Duration = Duration::from_mins(1);
const LONGEST: usize = 64 * 1024;

/// When an account was asked last.
#[derive(Debug, Default)]
pub(crate) struct Asked(Mutex<Option<Duration>>);

impl Asked {
    /// Whether it is time, and nobody else asks.
    fn again(&self, now: Duration) -> bool {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_time = last.is_none_or(|last| now.saturating_sub(last) >= ASK_EVERY);
        if is_time {
            *last = Some(now);
        }
        is_time
    }
}

/// Behind the calls, with a slot of its own. Only credentials that work ask: a refused login would count.
pub(crate) fn ask_now_and_then(
    shared: &Arc<Shared>,
    account: &Arc<Account>,
    id: &ConnectionId,
    keyed: &Arc<Keyed>,
) {
    let is_set = shared.settings.limits.contains_key(&keyed.account);
    let works = keyed.is_verified && !keyed.is_failing;
    if !shared.settings.ask_for_limit || is_set || !works || !account.limit.again(shared.clock.elapsed()) {
        return;
    }
    let (shared, account, id, keyed) = (shared.clone(), account.clone(), id.clone(), keyed.clone());
    tokio::spawn(async move {
        match ask(&shared, &account, &keyed).await {
            Some(limit) => {
                tracing::info!(account = %keyed.account, limit, "the account's concurrency limit");
                account.governor.learn(limit);
            }
            None => tracing::debug!(connection = %id, "the account does not tell its concurrency limit"),
        }
    });
}

async fn ask(shared: &Shared, account: &Account, keyed: &Keyed) -> Option<NonZeroU32> {
    let mut permit = account.governor.acquire(Ask::of(ASKER, PATIENCE)).await.ok()?;
    let origin = match &keyed.server {
        Some(server) => server.to_string(),
        None => format!("https://{}", keyed.account.host(Service::SuiteTalk)),
    };
    let destination = Destination::resolve(&format!("{origin}{PATH}"), &keyed.account, None).ok()?;
    let now = account.skew.corrected(shared.clock.now()).seconds();
    let nonce = nonce(&*shared.entropy);
    let stamp = Stamp::new(u64::try_from(now).ok()?, nonce.as_str()).ok()?;
    let signed = keyed
        .signer
        .sign(&Signed::new("GET", destination.url()).ok()?, &stamp);
    let mut authorization = HeaderValue::from_str(&signed).ok()?;
    authorization.set_sensitive(true);
    let mut request = Request::new(Outgoing::from(bytes::Bytes::new()));
    *request.uri_mut() = destination.url().parse().ok()?;
    request.headers_mut().insert(AUTHORIZATION, authorization);
    request
        .headers_mut()
        .insert(ACCEPT, HeaderValue::from_static("application/json"));
    let answer = tokio::time::timeout(PATIENCE, shared.transport.send(&destination, request)).await;
    let answer = answer.ok()?.ok()?;
    if answer.status() != StatusCode::TOO_MANY_REQUESTS {
        permit.answered();
    }
    if answer.status() != StatusCode::OK {
        return None;
    }
    let body = Limited::new(answer.into_body(), LONGEST).collect();
    let body = tokio::time::timeout(PATIENCE, body).await.ok()?.ok()?;
    limit_of(&serde_json::from_slice(&body.to_bytes()).ok()?)
}

/// The account's limit, or where that is less the integration's own, or what is left for those that have none.
fn limit_of(answer: &Value) -> Option<NonZeroU32> {
    let of = |name: &str| {
        let value = answer.get(name)?;
        let number = value.as_u64().or_else(|| value.as_str()?.parse().ok());
        NonZeroU32::new(u32::try_from(number?).ok()?)
    };
    let account = of("accountConcurrencyLimit");
    let own = match answer.get("integrationLimitType").and_then(Value::as_str) {
        Some("accountLimit") => of("accountUnallocatedConcurrencyLimit"),
        _ => of("integrationConcurrencyLimit"),
    };
    account.into_iter().chain(own).min()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_smaller_of_two_limits_counts_and_nonsense_is_none() {
        let limit = |answer: Value| limit_of(&answer).map(NonZeroU32::get);
        assert_eq!(limit(json!({ "accountConcurrencyLimit": 15 })), Some(15));
        assert_eq!(
            limit(json!({ "accountConcurrencyLimit": "15", "integrationConcurrencyLimit": 4 })),
            Some(4)
        );
        let unallocated = json!({
            "accountConcurrencyLimit": 15, "accountUnallocatedConcurrencyLimit": 9, "integrationLimitType": "accountLimit",
        });
        assert_eq!(limit(unallocated), Some(9));
        for nonsense in [
            json!({}),
            json!([]),
            json!({ "accountConcurrencyLimit": 0 }),
            json!({ "accountConcurrencyLimit": -1 }),
        ] {
            assert_eq!(limit(nonsense), None);
        }
    }
}
