//! Four credentials as the vault takes them, and as the bytes that are sealed.
//!
//! Sealed bytes, format 1: consumer key, consumer secret, token id and token secret, a line feed between them. None of
//! them can hold one.

use countersign_protocol::{AccountId, Credentials, LocalServer, Secret};
use zeroize::Zeroizing;

use crate::Given;

/// The longest of any of the four. NetSuite's have 64 characters.
const MAX_LENGTH: usize = 512;

/// The last characters that are shown of a key, of one long enough that they say nothing.
const SHOWN: usize = 4;
const SHOWN_OF: usize = 16;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialField {
    ConsumerKey,
    ConsumerSecret,
    TokenId,
    TokenSecret,
}

impl CredentialField {
    pub const ALL: [Self; 4] = [
        Self::ConsumerKey,
        Self::ConsumerSecret,
        Self::TokenId,
        Self::TokenSecret,
    ];

    /// As NetSuite's pages name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ConsumerKey => "Consumer Key",
            Self::ConsumerSecret => "Consumer Secret",
            Self::TokenId => "Token ID",
            Self::TokenSecret => "Token Secret",
        }
    }
}

/// Why credentials cannot be kept. No value is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CredentialsError {
    #[error("the {} is empty: copy it from NetSuite, where it is shown once", .0.name())]
    Empty(CredentialField),
    #[error("the {} is longer than {MAX_LENGTH} characters: something was pasted beside it", .0.name())]
    TooLong(CredentialField),
    #[error("the {} holds a space, a line break or a letter that no credential has: paste it anew", .0.name())]
    Characters(CredentialField),
    #[error("the {} and the {} are the same: one was pasted twice", .0.name(), .1.name())]
    Same(CredentialField, CredentialField),
    #[error(
        "these credentials are of a local account and are never sent to NetSuite: give the address of its server with \
         them, or paste those of the account at NetSuite"
    )]
    Local,
}

/// What is given as a whole.
pub(crate) fn check(given: &Given) -> Result<(), CredentialsError> {
    check_at(&given.credentials, given.server.as_ref())
}

/// What is given for an account whose server is known.
pub(crate) fn check_at(
    credentials: &Credentials,
    server: Option<&LocalServer>,
) -> Result<(), CredentialsError> {
    if server.is_none() && credentials.are_local() {
        return Err(CredentialsError::Local);
    }
    let values = CredentialField::ALL.into_iter().zip(values(credentials));
    for (field, value) in values.clone() {
        if value.is_empty() {
            return Err(CredentialsError::Empty(field));
        }
        if value.len() > MAX_LENGTH {
            return Err(CredentialsError::TooLong(field));
        }
        // They go into headers and signatures: what could break out of one is refused at the door.
        if !value.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(CredentialsError::Characters(field));
        }
        let mut before = values.clone().take_while(|(other, _)| *other != field);
        if let Some((other, _)) = before.find(|(_, other)| *other == value) {
            return Err(CredentialsError::Same(other, field));
        }
    }
    Ok(())
}

pub(crate) fn to_bytes(credentials: &Credentials) -> Zeroizing<Vec<u8>> {
    let values = values(credentials);
    // At its size from the start: growing would leave copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(
        values.iter().map(|value| value.len() + 1).sum(),
    ));
    for (place, value) in values.iter().enumerate() {
        if place > 0 {
            bytes.push(b'\n');
        }
        bytes.extend_from_slice(value.as_bytes());
    }
    bytes
}

/// Nothing where these bytes are not of [`to_bytes`].
pub(crate) fn from_bytes(account: AccountId, bytes: &[u8]) -> Option<Credentials> {
    let mut lines = std::str::from_utf8(bytes).ok()?.split('\n');
    let mut next = || lines.next();
    let (key, secret, token, token_secret) = (next()?, next()?, next()?, next()?);
    if next().is_some() {
        return None;
    }
    Some(Credentials {
        account,
        consumer_key: key.to_owned(),
        consumer_secret: Secret::new(secret),
        token: token.to_owned(),
        token_secret: Secret::new(token_secret),
    })
}

/// How people tell two keys apart.
pub(crate) fn end_of(key: &str) -> &str {
    match key.len() {
        SHOWN_OF.. => key.get(key.len() - SHOWN..).unwrap_or_default(),
        _ => "",
    }
}

fn values(credentials: &Credentials) -> [&str; 4] {
    [
        &credentials.consumer_key,
        credentials.consumer_secret.expose(),
        &credentials.token,
        credentials.token_secret.expose(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credentials(values: [&str; 4]) -> Credentials {
        from_bytes("1234567".parse().unwrap(), values.join("\n").as_bytes()).unwrap()
    }

    #[test]
    fn sealed_bytes_give_the_same_four_back() {
        let bytes = to_bytes(&credentials(["ck", "cs", "ti", "ts"]));
        assert_eq!(bytes.as_slice(), b"ck\ncs\nti\nts");
        for damaged in ["ck\ncs\nti", "ck\ncs\nti\nts\nmore", ""] {
            assert!(from_bytes("1234567".parse().unwrap(), damaged.as_bytes()).is_none());
        }
    }

    #[test]
    fn what_cannot_be_a_credential_is_named_and_not_shown() {
        use CredentialField::{ConsumerKey, ConsumerSecret, TokenId, TokenSecret};
        let wrong = |values: [&str; 4]| check_at(&credentials(values), None).unwrap_err();
        assert_eq!(check_at(&credentials(["ck", "cs", "ti", "ts"]), None), Ok(()));
        assert_eq!(
            wrong(["ck", "", "ti", "ts"]),
            CredentialsError::Empty(ConsumerSecret)
        );
        assert_eq!(
            wrong(["ck", "cs", "t\u{a0}i", "ts"]),
            CredentialsError::Characters(TokenId)
        );
        assert_eq!(
            wrong(["ck", "cs", "ti", "t s"]),
            CredentialsError::Characters(TokenSecret)
        );
        assert_eq!(
            wrong(["ck", "cs", "ck", "ts"]),
            CredentialsError::Same(ConsumerKey, TokenId)
        );
        assert_eq!(
            wrong(["ck", "cs", "ti", &"s".repeat(513)]),
            CredentialsError::TooLong(TokenSecret)
        );
        assert!(
            !wrong(["ck", "hush hush", "ti", "ts"])
                .to_string()
                .contains("hush")
        );
    }

    #[test]
    fn the_end_of_a_short_key_is_not_shown() {
        assert_eq!(end_of("0123456789abcdef"), "cdef");
        assert_eq!(end_of("0123456789abcde"), "");
    }
}
