//! What an operator says about the proxy.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::time::Duration;

use countersign_protocol::AccountId;

use crate::traces::Collector;

/// The longest a caller may ask to wait for a slot.
pub(crate) const LONGEST_WAIT: Duration = Duration::from_mins(10);

#[derive(Clone, Debug)]
pub struct Settings {
    /// How long a request may wait for a slot of its account, all attempts together, where its caller does not say.
    /// 30 seconds.
    pub wait: Duration,
    /// Attempts of a request that failed for another reason than that the account was busy. 4.
    pub attempts: u32,
    /// How long an account may take to begin its answer. 16 minutes: NetSuite gives up after 15.
    pub answer_time: Duration,
    /// How long an answer may stand still. 2 minutes.
    pub answer_idle_time: Duration,
    /// The largest body that is kept to be sent again, in bytes; a larger one is sent once. 1 MiB.
    pub kept_body: u64,
    /// The largest SOAP envelope or form, which have to be read to be signed, in bytes. 16 MiB.
    pub read_body: u64,
    /// Requests an account runs at once, where it is not to be found out.
    pub limits: BTreeMap<AccountId, NonZeroU32>,
    /// Slots of each account that are left to programs that do not call through here. None.
    pub reserve: u32,
    /// Whether an account is asked for its limit.
    pub ask_for_limit: bool,
    /// Whether links of answers lead through the proxy, also where the caller does not ask for it.
    pub rewrite_links: bool,
    pub audit: Audit,
    /// Names by which the proxy may be called, beside those of this machine.
    pub hosts: Vec<String>,
    /// How long it is kept who used what. 90 days.
    pub uses_kept: Duration,
    /// Where spans of calls go. Nowhere.
    pub traces: Option<Collector>,
}

/// When it is written down who used a connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Audit {
    /// Many rows at once, behind the answers. What was under way at a crash is not in it.
    #[default]
    Grouped,
    /// A row before each call as well: what cannot be written down is not sent.
    Strict,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            wait: Duration::from_secs(30),
            attempts: 4,
            answer_time: Duration::from_mins(16),
            answer_idle_time: Duration::from_mins(2),
            kept_body: 1024 * 1024,
            read_body: 16 * 1024 * 1024,
            limits: BTreeMap::new(),
            reserve: 0,
            ask_for_limit: true,
            rewrite_links: false,
            audit: Audit::default(),
            hosts: Vec::new(),
            uses_kept: Duration::from_hours(90 * 24),
            traces: None,
        }
    }
}
