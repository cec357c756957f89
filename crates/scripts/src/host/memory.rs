//! `cache.*`.

use std::time::Duration;

use countersign_suitescript::HostError;
use serde_json::{Value, json};

use super::{AccountHost, Answer, text};
use crate::cache::{LARGEST, LONGEST_KEY, LONGEST_NAME, Place};

impl AccountHost {
    /// `PRIVATE` is the script's own, `PROTECTED` and `PUBLIC` are the account's: there are no bundles here.
    fn place(&self, arguments: &Value) -> Place {
        let is_private = text(arguments, "scope").eq_ignore_ascii_case("private");
        Place {
            script: is_private.then_some(self.deployment.script),
            name: text(arguments, "name").to_owned(),
            key: text(arguments, "key").to_owned(),
        }
    }

    pub(super) fn cached(&self, arguments: &Value) -> Value {
        json!(self.scripts.cache().get(&self.place(arguments), self.now()))
    }

    pub(super) fn put_into_cache(&self, arguments: &Value) -> Answer {
        let value = text(arguments, "value").to_owned();
        if value.len() > LARGEST {
            let message = format!(
                "A cached value has at most {LARGEST} bytes, and this one has {}.",
                value.len()
            );
            return Err(HostError::new("SSS_CACHE_VALUE_TOO_LARGE", message));
        }
        let place = self.place(arguments);
        if place.key.len() > LONGEST_KEY || place.name.len() > LONGEST_NAME {
            let message = format!(
                "The key of a cached value has at most {LONGEST_KEY} bytes and the name of a cache {LONGEST_NAME}; these have {} and \
                 {}.",
                place.key.len(),
                place.name.len()
            );
            return Err(HostError::new("SSS_INVALID_TYPE_ARG", message));
        }
        let ttl = arguments
            .get("ttl")
            .and_then(Value::as_f64)
            .filter(|ttl| *ttl >= 0.0 && ttl.is_finite());
        let ttl = ttl.and_then(|ttl| Duration::try_from_secs_f64(ttl).ok());
        self.scripts.cache().put(place, value, ttl, self.now());
        Ok(Value::Null)
    }

    pub(super) fn remove_from_cache(&self, arguments: &Value) -> Value {
        self.scripts.cache().remove(&self.place(arguments));
        Value::Null
    }
}
