//! All accounts at one moment: what the page of the governor, `countersign governor` and programs are told. Names are those
//! of connections and callers; nothing of a call, a key or a credential is in it.

use std::time::Duration;

use countersign_client::BreakerState;
use countersign_governor::{CallerGauge, Gauge, Limit, Minute};
use serde::{Deserialize, Serialize};

use crate::proxy::{AccountGauge, Proxy};

/// Every account that was called.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Survey {
    /// RFC 3339, in UTC.
    pub at: String,
    pub accounts: Vec<AccountSurvey>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountSurvey {
    pub account: String,
    /// Of a local account: where it answers.
    pub server: Option<String>,
    /// Requests the account runs at once, over all programs; none where nobody told.
    pub limit: Option<u32>,
    pub limit_from: LimitFrom,
    /// Slots that are left to programs that do not call through the proxy.
    pub reserve: u32,
    /// Slots the proxy uses at most now: the limit, less the reserve and what other programs seem to take.
    pub slots: u32,
    pub running: u32,
    pub waiting: usize,
    /// How long the first of those has waited.
    pub longest_wait_ms: u64,
    /// How long a request keeps its slot, as of late.
    pub usual_hold_ms: u64,
    /// Requests that were answered, as of late.
    pub requests_per_second: f64,
    pub last_minute: Counts,
    /// The longest wait that ended in the last minute.
    pub last_minute_longest_wait_ms: u64,
    pub since_start: Counts,
    /// Those who hold a slot, wait for one, or were served in the last minute, by name.
    pub callers: Vec<CallerSurvey>,
    /// The connections that were called, by name.
    pub connections: Vec<ConnectionSurvey>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum LimitFrom {
    /// An operator said it when the proxy was started.
    Operator,
    /// The account's own governance service.
    Account,
    /// Nobody: it is found out by trying.
    Trying,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    pub served: u64,
    /// Requests the account refused for concurrency. Their callers saw none of it unless their time was up.
    pub refused: u64,
    /// Requests that found no slot in their time.
    pub late: u64,
    /// Requests that found the queue full.
    pub turned_away: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CallerSurvey {
    pub caller: String,
    /// Its weight beside the others, as its grant says.
    pub share: u8,
    pub holds: u32,
    pub waits: usize,
    pub longest_wait_ms: u64,
    pub requests_per_second: f64,
    pub served_last_minute: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionSurvey {
    pub connection: String,
    pub logins: Logins,
    /// Where they are stopped: when one is tried again.
    pub tried_again_in_seconds: Option<u64>,
}

/// Whether a connection's logins are tried: several that are refused in a row lock their user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Logins {
    Tried,
    /// After refusals, the next call tries whether they work again.
    OneMayTry,
    Stopped,
}

impl Proxy {
    pub fn survey(&self) -> Survey {
        let connections = self.connections();
        let accounts = self.gauges().into_iter().map(|one| {
            let place = (&one.account, &one.server);
            let own = connections.iter().filter(|(of, _)| (&of.0, &of.1) == place);
            AccountSurvey::of(&one, own.map(|(_, connection)| connection.clone()).collect())
        });
        Survey {
            at: self.0.clock.now().to_string(),
            accounts: accounts.collect(),
        }
    }
}

impl Survey {
    /// The connections whose logins were refused so often that they are not simply tried.
    pub fn stopped(&self) -> impl Iterator<Item = &ConnectionSurvey> {
        let all = self.accounts.iter().flat_map(|account| &account.connections);
        all.filter(|one| one.logins != Logins::Tried)
    }
}

impl AccountSurvey {
    pub(crate) fn of(one: &AccountGauge, connections: Vec<ConnectionSurvey>) -> Self {
        let AccountGauge {
            account,
            server,
            gauge,
        } = one;
        let (limit, limit_from) = match gauge.limit {
            Limit::Set(limit) => (Some(limit.get()), LimitFrom::Operator),
            Limit::Learnt(limit) => (Some(limit.get()), LimitFrom::Account),
            Limit::Unknown => (None, LimitFrom::Trying),
        };
        Self {
            account: account.to_string(),
            server: server.as_ref().map(ToString::to_string),
            limit,
            limit_from,
            reserve: gauge.reserve,
            slots: gauge.window,
            running: gauge.running,
            waiting: gauge.waiting,
            longest_wait_ms: millis(gauge.longest_wait),
            usual_hold_ms: millis(gauge.usual_hold),
            requests_per_second: rounded(gauge.rate),
            last_minute: Counts::from(gauge.lately),
            last_minute_longest_wait_ms: millis(gauge.lately.longest_wait),
            since_start: Counts::since_start(gauge),
            callers: gauge.callers.iter().map(CallerSurvey::of).collect(),
            connections,
        }
    }

    /// The slots there are in all, as far as is known.
    pub fn all_slots(&self) -> u32 {
        self.slots.max(self.running).max(self.limit.unwrap_or_default())
    }
}

impl Counts {
    const fn since_start(gauge: &Gauge) -> Self {
        Self {
            served: gauge.served,
            refused: gauge.refused,
            late: gauge.late,
            turned_away: gauge.turned_away,
        }
    }
}

impl From<Minute> for Counts {
    fn from(minute: Minute) -> Self {
        Self {
            served: minute.served,
            refused: minute.refused,
            late: minute.late,
            turned_away: minute.turned_away,
        }
    }
}

impl CallerSurvey {
    fn of(one: &CallerGauge) -> Self {
        Self {
            caller: one.caller.to_string(),
            share: one.share,
            holds: one.holds,
            waits: one.waits,
            longest_wait_ms: millis(one.longest_wait),
            requests_per_second: rounded(one.rate),
            served_last_minute: one.served_lately,
        }
    }
}

impl ConnectionSurvey {
    pub(crate) fn of(connection: &str, state: BreakerState, rest: Option<Duration>) -> Self {
        Self {
            connection: connection.to_owned(),
            logins: match state {
                BreakerState::Closed => Logins::Tried,
                BreakerState::HalfOpen => Logins::OneMayTry,
                BreakerState::Open => Logins::Stopped,
            },
            tried_again_in_seconds: rest.map(|rest| rest.as_secs().max(1)),
        }
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// To a tenth.
fn rounded(rate: f64) -> f64 {
    (rate * 10.0).round() / 10.0
}
