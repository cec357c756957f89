//! The token password of SuiteAnalytics Connect (ODBC, JDBC, ADO.NET): the values of a TokenPassport, its signature
//! and the algorithm, joined. It goes where a user's password would.

use crate::key::{SignatureMismatch, SignatureValid, SigningKey};

const ALGORITHM: &str = "HMAC-SHA256";

/// The longest password that is read. NetSuite says about 500 characters; imported keys may be longer.
const MAX_LENGTH: usize = 2048;

pub(crate) fn password(base_string: &str, key: &SigningKey) -> String {
    format!("{base_string}&{}&{ALGORITHM}", key.sign(base_string.as_bytes()))
}

/// A token password as it was received, unverified.
#[derive(Clone, Copy, Debug)]
pub struct ConnectPassword<'a> {
    pub account: &'a str,
    pub consumer_key: &'a str,
    pub token: &'a str,
    pub nonce: &'a str,
    pub timestamp: &'a str,
    pub signature: &'a str,
    pub algorithm: &'a str,
    base_string: &'a str,
}

/// The text is not a token password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a token password is account&consumerKey&token&nonce&timestamp&signature&HMAC-SHA256, none of them empty"
)]
pub struct ConnectPasswordError;

impl<'a> ConnectPassword<'a> {
    /// Splits a password. Single quotes around it, which ADO.NET needs, are taken off.
    pub fn parse(password: &'a str) -> Result<Self, ConnectPasswordError> {
        if password.len() > MAX_LENGTH {
            return Err(ConnectPasswordError);
        }
        let password = password
            .strip_prefix('\'')
            .and_then(|rest| rest.strip_suffix('\''))
            .unwrap_or(password);
        let mut parts = password.split('&');
        let mut part = || {
            parts
                .next()
                .filter(|part| !part.is_empty())
                .ok_or(ConnectPasswordError)
        };
        let (account, consumer_key, token, nonce) = (part()?, part()?, part()?, part()?);
        let (timestamp, signature, algorithm) = (part()?, part()?, part()?);
        if parts.next().is_some() {
            return Err(ConnectPasswordError);
        }
        let signed = password.len() - "&&".len() - signature.len() - algorithm.len();
        let base_string = password.get(..signed).ok_or(ConnectPasswordError)?;
        Ok(Self {
            account,
            consumer_key,
            token,
            nonce,
            timestamp,
            signature,
            algorithm,
            base_string,
        })
    }

    pub const fn base_string(&self) -> &'a str {
        self.base_string
    }

    pub fn verify(&self, key: &SigningKey) -> Result<SignatureValid, SignatureMismatch> {
        key.verify(self.base_string.as_bytes(), self.signature.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Credentials, Secret, Signer, Stamp};

    #[test]
    fn a_password_verifies_and_a_changed_one_does_not() {
        let credentials = Credentials {
            account: "1234567".parse().unwrap(),
            consumer_key: "ck".into(),
            consumer_secret: Secret::new("cs"),
            token: "tk".into(),
            token_secret: Secret::new("ts"),
        };
        let password =
            Signer::new(&credentials).connect_password(&Stamp::new(1_439_829_974, "6obMKq0tmY8y").unwrap());
        let key = SigningKey::new(&credentials.consumer_secret, Some(&credentials.token_secret));
        assert!(ConnectPassword::parse(&password).unwrap().verify(&key).is_ok());
        assert!(
            ConnectPassword::parse(&format!("'{password}'"))
                .unwrap()
                .verify(&key)
                .is_ok()
        );
        assert!(
            ConnectPassword::parse(&password.replace("ck", "cx"))
                .unwrap()
                .verify(&key)
                .is_err()
        );
    }

    #[test]
    fn anything_but_seven_full_parts_is_refused() {
        for text in [
            "",
            "a&b&c&d&1&s",
            "a&b&c&d&1&s&HMAC-SHA256&",
            "a&b&&d&1&s&HMAC-SHA256",
            "&&&&&&",
            "'",
        ] {
            assert!(ConnectPassword::parse(text).is_err(), "{text}");
        }
        assert!(ConnectPassword::parse(&"a".repeat(MAX_LENGTH + 1)).is_err());
    }
}
