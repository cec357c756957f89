//! Signs for programs that use somebody's connection, so that they hold no credentials.
//!
//! A caller's request is read once ([`Call`](countersign_vault::Call)) and judged by its grants; it waits for a slot of the
//! account ([`Governor`](countersign_governor::Governor)), is signed when it is sent, anew for each attempt, and its answer
//! streams back. Upstream there are only the hosts that follow from the connection's account, or its local server.
//!
//! [`Proxy::call`] is all of this for whoever stands in front of it; [`Proxy::answer`] is a front of its own, below
//! `/c/CONNECTION/`. What the vault says is in force within a second.

mod answer;
mod book;
mod called;
mod envelope;
mod headers;
mod journey;
mod judgement;
mod key;
mod limit;
mod links;
mod metrics;
mod note;
mod pace;
mod passing;
mod payload;
mod proxy;
mod refusal;
mod service;
mod settings;
mod skew;
mod span;
mod status;
mod survey;
mod traces;
mod trail;
mod waiting;

pub use answer::{AnswerBody, AnswerError};
pub use book::KnownCaller;
pub use countersign_client::BreakerState;
pub use proxy::{AccountGauge, LinksTo, Parts, Proxy};
pub use refusal::Refusal;
pub use settings::{Audit, Settings};
pub use survey::{AccountSurvey, CallerSurvey, ConnectionSurvey, Counts, LimitFrom, Logins, Survey};
pub use traces::Collector;
