//! Identifiers: internal ids, which people see in NetSuite's lists, and the public halves of the two credentials.
//! Closed types: a role's id cannot stand where an entity's belongs.

use crate::Masked;
use std::fmt;
use std::str::FromStr;
use thiserror::Error;

macro_rules! internal_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(i64);

        impl $name {
            pub const fn new(id: i64) -> Self {
                Self(id)
            }

            pub const fn get(self) -> i64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

internal_id! {
    /// The internal id of an integration record.
    IntegrationId
}
internal_id! {
    /// The internal id of a role: the `role` of a token and of NetSuite's three-step flow.
    ///
    /// ```compile_fail
    /// use countersign_model::{EntityId, RoleId};
    /// let role: RoleId = EntityId::new(3);
    /// ```
    RoleId
}
internal_id! {
    /// The internal id of an entity: employee, vendor, customer, partner or contact.
    EntityId
}
internal_id! {
    /// The internal id of an access token, which appears in lists; never the Token ID that goes over the wire.
    AccessTokenId
}
internal_id! {
    /// The internal id of a key to the admin API; never the key.
    ApiKeyId
}
internal_id! {
    /// The internal id of a signed-in page session; never what the cookie holds.
    SessionId
}

internal_id! {
    /// A row of the Login Audit Trail; a later row has a higher one.
    LoginId
}
internal_id! {
    /// A row of the execution log; a later row has a higher one.
    ExecutionId
}
internal_id! {
    /// A system note; a later one has a higher one.
    NoteId
}

/// Why a text cannot be a Consumer Key, Token ID or Application ID.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("a {noun} is {rule}; this one is not")]
pub struct InvalidId {
    noun: &'static str,
    rule: &'static str,
}

macro_rules! public_id {
    ($(#[$doc:meta])* $name:ident, $noun:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// In bytes.
            pub const MAX_LENGTH: usize = 256;

            /// Takes 1 to 256 visible ASCII characters: NetSuite makes 64 hexadecimal digits but states no rule, and
            /// an imported credential keeps the form it has.
            pub fn parse(text: impl Into<String>) -> Result<Self, InvalidId> {
                let text = text.into();
                let visible = text.bytes().all(|byte| byte.is_ascii_graphic());
                if visible && (1..=Self::MAX_LENGTH).contains(&text.len()) {
                    Ok(Self(text))
                } else {
                    Err(InvalidId { noun: $noun, rule: "1 to 256 visible ASCII characters without spaces" })
                }
            }

            /// As it goes over the wire.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// As it may be written into a trail.
            pub fn masked(&self) -> Masked {
                Masked::of(&self.0)
            }
        }
    };
}

public_id! {
    /// The Consumer Key (also Client ID) of an integration record: `oauth_consumer_key`.
    ///
    /// ```compile_fail
    /// use countersign_model::{ConsumerKey, TokenId};
    /// let key: ConsumerKey = TokenId::parse("a1").unwrap();
    /// ```
    /// ```compile_fail
    /// use countersign_model::ConsumerKey;
    /// let text: &str = &ConsumerKey::parse("a1").unwrap();
    /// ```
    ConsumerKey, "Consumer Key"
}
public_id! {
    /// The Token ID of an access token: `oauth_token`.
    TokenId, "Token ID"
}
public_id! {
    /// A request token of the authorization flow: `oauth_token` of its steps two and three.
    RequestTokenId, "request token"
}

/// An integration record's Application ID, shown as a GUID. Sent beside a token it makes the request ambiguous, and
/// refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ApplicationId([u8; 16]);

impl ApplicationId {
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }
}

impl fmt::Display for ApplicationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, byte) in self.0.iter().enumerate() {
            if matches!(place, 4 | 6 | 8 | 10) {
                f.write_str("-")?;
            }
            write!(f, "{byte:02X}")?;
        }
        Ok(())
    }
}

impl FromStr for ApplicationId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let digits: String = text.chars().filter(|character| *character != '-').collect();
        let is_hex = digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        u128::from_str_radix(&digits, 16)
            .ok()
            .filter(|_| is_hex)
            .map(|number| Self(number.to_be_bytes()))
            .ok_or(InvalidId {
                noun: "Application ID",
                rule: "a GUID of 32 hexadecimal digits",
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_public_id_is_one_to_256_visible_ascii_characters() {
        assert!(ConsumerKey::parse("a").is_ok());
        assert!(ConsumerKey::parse("x".repeat(256)).is_ok());
        for bad in ["", " ", "a b", "a\n", "é", &"x".repeat(257)] {
            assert!(ConsumerKey::parse(bad).is_err(), "{bad:?}");
            assert!(TokenId::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn an_application_id_is_shown_as_a_guid() {
        let id =
            ApplicationId::from_bytes(*b"\x00\x11\x22\x33\x44\x55\x66\x77\x88\x99\xaa\xbb\xcc\xdd\xee\xff");
        assert_eq!(id.to_string(), "00112233-4455-6677-8899-AABBCCDDEEFF");
        assert!(
            "+0112233-4455-6677-8899-AABBCCDDEEFF"
                .parse::<ApplicationId>()
                .is_err()
        );
    }

    proptest! {
        #[test]
        fn an_application_id_reads_back(bytes: [u8; 16]) {
            let id = ApplicationId::from_bytes(bytes);
            prop_assert_eq!(id.to_string().parse(), Ok(id));
        }
    }
}
