//! Ids of what the vault keeps.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Names a connection where people and programs say which one they mean: `acme-production`. It can stand in a path as it
/// is, and is no secret.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ConnectionId(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a connection's id is 1 to {} letters, digits, dots, hyphens and underscores, a letter or digit first",
    ConnectionId::MAX_LENGTH
)]
pub struct ConnectionIdError;

impl ConnectionId {
    pub const MAX_LENGTH: usize = 64;

    /// In rows of use, for a name that cannot be an id. It is no connection's, and no text is read as it.
    pub const fn none() -> Self {
        Self(String::new())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for ConnectionId {
    type Error = ConnectionIdError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let is_first = text.starts_with(|c: char| c.is_ascii_alphanumeric());
        let is_known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
        if is_first && text.len() <= Self::MAX_LENGTH && text.bytes().all(is_known) {
            Ok(Self(text))
        } else {
            Err(ConnectionIdError)
        }
    }
}

impl FromStr for ConnectionId {
    type Err = ConnectionIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.to_owned().try_into()
    }
}

impl From<ConnectionId> for String {
    fn from(id: ConnectionId) -> Self {
        id.0
    }
}

impl fmt::Display for ConnectionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallerId(pub(crate) i64);

impl fmt::Display for CallerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<i64> for CallerId {
    fn from(id: i64) -> Self {
        Self(id)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GrantId(pub(crate) i64);

impl fmt::Display for GrantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<i64> for GrantId {
    fn from(id: i64) -> Self {
        Self(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_one_segment_of_a_path() {
        for good in ["a", "7", "acme-production", "Acme.Prod_2", &"a".repeat(64)] {
            assert_eq!(good.parse::<ConnectionId>().unwrap().as_str(), good);
        }
        for bad in [
            "",
            ".",
            "..",
            "-a",
            "a/b",
            "a b",
            "a%2f",
            "é",
            "a\n",
            &"a".repeat(65),
        ] {
            assert!(bad.parse::<ConnectionId>().is_err(), "{bad:?}");
        }
    }
}
