//! Secrets that open something for whoever holds them: 256 random bits behind a beginning that says what they open.
//!
//! Each is shown or handed over once, where it was made; what is kept is its digest.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_protocol::Secret;
use countersign_world::Entropy;
use sha2::{Digest as _, Sha256};

/// Random bytes: 256 bits, so that no number of guesses finds one and a fast hash hides it.
const BYTES: usize = 32;
/// The same as text.
const LENGTH: usize = 43;

/// What a secret opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BearerKind {
    /// The admin API.
    ApiKey,
    /// The setup pages: the cookie of whoever signed in.
    Session,
    /// The proxy, for a program.
    CallerKey,
    /// A page of connections, once.
    Link,
}

impl BearerKind {
    /// How one begins, so that people and secret scanners know it when they see it.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::ApiKey => "csk_",
            Self::Session => "css_",
            Self::CallerKey => "csc_",
            Self::Link => "csl_",
        }
    }
}

/// One that was just made, or that a caller presents.
#[derive(Debug)]
pub struct BearerSecret(Secret);

impl BearerSecret {
    pub fn make(kind: BearerKind, entropy: &dyn Entropy) -> Self {
        let mut random = zeroize::Zeroizing::new([0; BYTES]);
        entropy.fill(&mut *random);
        let mut text = String::with_capacity(kind.prefix().len() + LENGTH);
        text.push_str(kind.prefix());
        URL_SAFE_NO_PAD.encode_string(*random, &mut text);
        Self(Secret::new(text))
    }

    /// As it came from a caller; none where it cannot be one of this kind, whatever is kept.
    pub fn presented(kind: BearerKind, text: &str) -> Option<Self> {
        let random = text.strip_prefix(kind.prefix())?;
        let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let is_one = random.len() == LENGTH && random.bytes().all(is_letter);
        is_one.then(|| Self(Secret::new(text)))
    }

    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// What is kept and looked up by.
    pub fn digest(&self) -> String {
        digest(self.expose())
    }

    pub fn into_secret(self) -> Secret {
        self.0
    }
}

/// SHA-256 in URL-safe base64: what is kept, and looked up by, in place of a long random secret. Finding it in an index
/// by its hash tells by its timing at most how a hash begins.
pub fn digest(secret: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(secret.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_world::SeededEntropy;

    #[test]
    fn a_key_is_known_by_its_beginning_and_kept_by_its_hash() {
        let key = BearerSecret::make(BearerKind::ApiKey, &SeededEntropy::new(1));
        let text = key.expose().to_owned();
        assert!(text.starts_with("csk_") && text.len() == 47, "{text}");
        let presented = BearerSecret::presented(BearerKind::ApiKey, &text).unwrap();
        assert_eq!(presented.digest(), key.digest());
        assert!(!key.digest().contains(&text[4..20]));
        assert!(BearerSecret::presented(BearerKind::Session, &text).is_none());
        assert_eq!(format!("{key:?}"), "BearerSecret(Secret(..))");
    }

    #[test]
    fn what_cannot_be_a_key_is_none() {
        let key = BearerSecret::make(BearerKind::ApiKey, &SeededEntropy::new(1));
        let text = key.expose();
        for wrong in [
            "",
            "csk_",
            &text[..46],
            &format!("{text}x"),
            &text.replace("csk_", "cSk_"),
        ] {
            assert!(
                BearerSecret::presented(BearerKind::ApiKey, wrong).is_none(),
                "{wrong}"
            );
        }
    }
}
