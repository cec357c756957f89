//! The ids of audit rows, and the places where pages of a list begin, in JSON: as text.
//!
//! Invariant: never a number. An id of the trails is about 2^61, and whatever reads a number of JSON as a double, as
//! JavaScript and jq do, holds only those up to 2^53: it would name another row.

use std::borrow::Cow;
use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

use countersign_model::{ExecutionId, LoginId};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use utoipa::ToSchema;

/// The place of a row among others of its kind. It is text, as many programs read no number beyond 2^53 exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ToSchema)]
#[schema(value_type = String, pattern = "^-?[0-9]{1,19}$", example = "1882553344640155648")]
pub struct RowId(i64);

impl From<i64> for RowId {
    fn from(id: i64) -> Self {
        Self(id)
    }
}

impl From<RowId> for i64 {
    fn from(id: RowId) -> Self {
        id.0
    }
}

impl From<LoginId> for RowId {
    fn from(id: LoginId) -> Self {
        Self(id.get())
    }
}

impl From<ExecutionId> for RowId {
    fn from(id: ExecutionId) -> Self {
        Self(id.get())
    }
}

impl From<RowId> for LoginId {
    fn from(id: RowId) -> Self {
        Self::new(id.0)
    }
}

impl From<RowId> for ExecutionId {
    fn from(id: RowId) -> Self {
        Self::new(id.0)
    }
}

impl fmt::Display for RowId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for RowId {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

impl Serialize for RowId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for RowId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(|_| {
            let shown: String = text.chars().take(40).collect();
            de::Error::custom(format_args!(
                "{shown:?} is no id of a row, which is a whole number"
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_text_in_json_to_its_last_digit() {
        let id: RowId = "1882553344640155649".parse().unwrap();
        let json = serde_json::to_string(&id).unwrap();
        assert_eq!(json, "\"1882553344640155649\"");
        assert_eq!(serde_json::from_str::<RowId>(&json).unwrap(), id);
        assert!(
            serde_json::from_str::<RowId>("17").is_err(),
            "a number may be rounded already"
        );
        assert!(serde_json::from_str::<RowId>("\"9223372036854775808\"").is_err());
    }
}
