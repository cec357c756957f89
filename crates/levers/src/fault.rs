//! A fault and the rule that says which requests it meets. Every value here is within its limits.

use std::fmt;
use std::num::NonZeroU32;
use std::time::Duration;

use countersign_model::IntegrationId;
use serde::{Deserialize, Serialize};

use crate::call::{Call, Service};

/// What happens to a request in place of its answer, or before it. How it looks on the wire is each service's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Fault {
    /// As if no place were free. Like a real one, it uses up no nonce.
    RefusedForConcurrency,
    /// Answered later; in the meantime it holds its place among the running requests.
    Delayed(Delay),
    Answered(ServerError),
    /// The connection is closed without an answer.
    Dropped,
    /// The access token is revoked for good, after the login and before the service answers.
    TokenRevoked,
}

/// How long an answer is held back, in milliseconds: 1 ms to [`Delay::LONGEST`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "u32", try_from = "u32")]
pub struct Delay(u32);

impl Delay {
    pub const LONGEST: Duration = Duration::from_secs(60);

    pub const fn duration(self) -> Duration {
        Duration::from_millis(self.0 as u64)
    }
}

impl From<Delay> for u32 {
    fn from(delay: Delay) -> Self {
        delay.0
    }
}

impl TryFrom<u32> for Delay {
    type Error = WrongFault;

    fn try_from(millis: u32) -> Result<Self, WrongFault> {
        let longest = Self::LONGEST.as_millis();
        if millis >= 1 && u128::from(millis) <= longest {
            Ok(Self(millis))
        } else {
            Err(WrongFault::Delay(millis))
        }
    }
}

/// A status that says it is the account's fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "u16", try_from = "u16")]
pub enum ServerError {
    /// 500
    Internal,
    /// 502
    BadGateway,
    /// 503
    Unavailable,
}

impl ServerError {
    pub const fn status(self) -> u16 {
        match self {
            Self::Internal => 500,
            Self::BadGateway => 502,
            Self::Unavailable => 503,
        }
    }
}

impl From<ServerError> for u16 {
    fn from(error: ServerError) -> Self {
        error.status()
    }
}

impl TryFrom<u16> for ServerError {
    type Error = WrongFault;

    fn try_from(status: u16) -> Result<Self, WrongFault> {
        match status {
            500 => Ok(Self::Internal),
            502 => Ok(Self::BadGateway),
            503 => Ok(Self::Unavailable),
            _ => Err(WrongFault::Status(status)),
        }
    }
}

/// A value that no fault has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WrongFault {
    #[error("a delay is 1 to {} milliseconds, not {_0}", Delay::LONGEST.as_millis())]
    Delay(u32),
    #[error("a fault answers 500, 502 or 503, not {_0}")]
    Status(u16),
}

/// Which of the requests that a rule matches get the fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum When {
    /// Each nth one, counted from when the rule was added; 1 is every request.
    Every(NonZeroU32),
    /// This many, then the rule is spent.
    Next(NonZeroU32),
}

/// A fault and who gets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FaultRule {
    /// None is every service.
    #[serde(default)]
    pub service: Option<Service>,
    /// By internal id; None is every caller.
    #[serde(default, with = "internal_id")]
    pub integration: Option<IntegrationId>,
    pub when: When,
    pub fault: Fault,
}

impl FaultRule {
    pub(crate) fn matches(&self, call: Call) -> bool {
        self.service.is_none_or(|service| service == call.service)
            && (self.integration.is_none() || self.integration == call.integration)
    }

    /// What the rule does from now on. `left` is how many requests it still waits for, where it waits for some.
    pub(crate) fn sentence(&self, left: Option<u32>) -> String {
        let (which, many) = match (self.when, left) {
            (When::Every(n), _) if n.get() == 1 => ("every".to_owned(), false),
            (When::Every(n), _) => (format!("every {}", Ordinal(n.get())), false),
            (When::Next(_), Some(0)) => ("no further".to_owned(), false),
            (When::Next(_), Some(1)) => ("the next".to_owned(), false),
            (When::Next(n), left) => (format!("the next {}", left.unwrap_or(n.get())), true),
        };
        let plural = if many { "s" } else { "" };
        let requests = match self.service {
            None => format!("request{plural}"),
            Some(Service::Rest) => format!("REST request{plural}"),
            Some(Service::Restlet) => format!("RESTlet request{plural}"),
            Some(Service::Soap) => format!("SOAP request{plural}"),
            Some(Service::TokenServices) => format!("request{plural} to the token services"),
        };
        let of = self
            .integration
            .map(|id| format!(" of integration {id}"))
            .unwrap_or_default();
        let is = if many { "are" } else { "is" };
        let suffers = match self.fault {
            Fault::RefusedForConcurrency => format!("{is} refused for concurrency"),
            Fault::Delayed(delay) => format!("{is} delayed by {} ms", delay.0),
            Fault::Answered(error) => format!("{is} answered {}", error.status()),
            Fault::Dropped => format!("{is} dropped without an answer"),
            Fault::TokenRevoked if many => "have their tokens revoked after the login".to_owned(),
            Fault::TokenRevoked => "has its token revoked after the login".to_owned(),
        };
        format!("{which} {requests}{of} {suffers}")
    }
}

impl fmt::Display for FaultRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence(None))
    }
}

struct Ordinal(u32);

impl fmt::Display for Ordinal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let suffix = match (self.0 % 100, self.0 % 10) {
            (11..=13, _) => "th",
            (_, 1) => "st",
            (_, 2) => "nd",
            (_, 3) => "rd",
            _ => "th",
        };
        write!(f, "{}{suffix}", self.0)
    }
}

/// The model's ids know no format; here one is its number.
mod internal_id {
    use countersign_model::IntegrationId;
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};

    pub(super) fn serialize<S: Serializer>(
        id: &Option<IntegrationId>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        id.map(IntegrationId::get).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<IntegrationId>, D::Error> {
        Ok(Option::deserialize(deserializer)?.map(IntegrationId::new))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn rule(value: serde_json::Value) -> Result<FaultRule, serde_json::Error> {
        serde_json::from_value(value)
    }

    #[test]
    fn a_rule_says_in_words_what_it_does() {
        for (written, sentence) in [
            (
                json!({"service": "rest", "when": {"every": 3}, "fault": "refusedForConcurrency"}),
                "every 3rd REST request is refused for concurrency",
            ),
            (
                json!({"integration": 7, "when": {"next": 2}, "fault": {"delayed": 500}}),
                "the next 2 requests of integration 7 are delayed by 500 ms",
            ),
            (
                json!({"service": "soap", "when": {"every": 1}, "fault": {"answered": 503}}),
                "every SOAP request is answered 503",
            ),
            (
                json!({"service": "tokenServices", "when": {"every": 11}, "fault": "dropped"}),
                "every 11th request to the token services is dropped without an answer",
            ),
            (
                json!({"service": "restlet", "when": {"next": 4}, "fault": "tokenRevoked"}),
                "the next 4 RESTlet requests have their tokens revoked after the login",
            ),
        ] {
            assert_eq!(rule(written).unwrap().to_string(), sentence);
        }
    }

    #[test]
    fn numbers_are_counted_as_people_say_them() {
        let said: Vec<_> = [1, 2, 3, 4, 10, 11, 12, 13, 21, 22, 101, 111, 112]
            .map(|number| Ordinal(number).to_string())
            .into();
        let words = "1st 2nd 3rd 4th 10th 11th 12th 13th 21st 22nd 101st 111th 112th";
        assert_eq!(said.join(" "), words);
    }

    #[test]
    fn a_rule_is_read_back_as_it_was_written() {
        for written in [
            json!({"service": "rest", "integration": 7, "when": {"every": 3}, "fault": {"delayed": 60000}}),
            json!({"service": null, "integration": null, "when": {"next": 1}, "fault": {"answered": 502}}),
        ] {
            let read = rule(written.clone()).unwrap();
            assert_eq!(serde_json::to_value(read).unwrap(), written);
        }
    }

    #[test]
    fn what_is_outside_the_limits_is_no_rule_and_is_named() {
        for (when, fault, named) in [
            (json!({"every": 0}), json!("dropped"), "nonzero"),
            (json!({"next": 0}), json!("dropped"), "nonzero"),
            (
                json!({"every": 1}),
                json!({"delayed": 0}),
                "1 to 60000 milliseconds",
            ),
            (
                json!({"every": 1}),
                json!({"delayed": 60_001}),
                "1 to 60000 milliseconds",
            ),
            (json!({"every": 1}), json!({"answered": 404}), "500, 502 or 503"),
            (json!({"every": 1}), json!("late"), "unknown variant"),
        ] {
            let refused = rule(json!({"when": when, "fault": fault}))
                .unwrap_err()
                .to_string();
            assert!(refused.contains(named), "{refused}");
        }
        let misspelt = json!({"servcie": "rest", "when": {"every": 1}, "fault": "dropped"});
        assert!(rule(misspelt).is_err());
        assert!(rule(json!({"service": "pages", "when": {"every": 1}, "fault": "dropped"})).is_err());
    }
}
