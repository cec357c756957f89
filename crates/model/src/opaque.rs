//! Hashes of what is only ever compared: passwords, API keys, cookies. They are made and compared elsewhere; here they
//! are carried, and never shown.

use thiserror::Error;

/// Why a text cannot be a stored hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a stored hash is 1 to 512 visible ASCII characters; this one is not")]
pub struct InvalidHash;

macro_rules! opaque_hash {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash)]
        pub struct $name(String);

        impl $name {
            pub fn parse(text: impl Into<String>) -> Result<Self, InvalidHash> {
                let text = text.into();
                let visible = text.bytes().all(|byte| byte.is_ascii_graphic());
                if visible && (1..=512).contains(&text.len()) {
                    Ok(Self(text))
                } else {
                    Err(InvalidHash)
                }
            }

            /// For the store and for the comparison.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    };
}

opaque_hash! {
    /// A password, hashed so that guessing is slow (Argon2id).
    PasswordHash
}
opaque_hash! {
    /// A key to the admin API. Keys are random, so a fast hash is enough.
    ApiKeyHash
}
opaque_hash! {
    /// What the cookie of a page session holds.
    SessionHash
}
opaque_hash! {
    /// A recovery code of a second factor.
    RecoveryCodeHash
}
opaque_hash! {
    /// The verifier of the authorization flow, which goes out once with the redirect.
    VerifierHash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_never_shown() {
        let hash = PasswordHash::parse("$argon2id$v=19$abc").unwrap();
        assert_eq!(format!("{hash:?}"), "PasswordHash(..)");
        assert!(ApiKeyHash::parse("").is_err() && SessionHash::parse("a b").is_err());
    }
}
