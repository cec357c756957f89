//! Secrets that open something for whoever holds them: keys to the admin API, cookies of page sessions, verifiers.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_protocol::Secret;
use countersign_world::Entropy;
use sha2::{Digest as _, Sha256};

/// Random bytes: 256 bits, so that no number of guesses finds one and a fast hash hides it.
const BYTES: usize = 32;

/// What a secret opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BearerKind {
    ApiKey,
    Session,
}

impl BearerKind {
    /// How one begins, so that people and secret scanners know it when they see it.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::ApiKey => "csk_",
            Self::Session => "css_",
        }
    }
}

/// One that was just made. It is shown or handed over once; its [`digest`] is kept.
#[derive(Debug)]
pub struct BearerSecret(Secret);

impl BearerSecret {
    pub fn make(kind: BearerKind, entropy: &dyn Entropy) -> Self {
        let mut random = zeroize::Zeroizing::new([0; BYTES]);
        entropy.fill(&mut *random);
        let mut text = String::with_capacity(48);
        text.push_str(kind.prefix());
        URL_SAFE_NO_PAD.encode_string(*random, &mut text);
        Self(Secret::new(text))
    }

    /// As it came from a caller; None where it cannot be one of this kind, whatever is in the store.
    pub fn presented(kind: BearerKind, text: &str) -> Option<Self> {
        let random = text.strip_prefix(kind.prefix())?;
        let is_one = random.len() == BYTES.div_ceil(3) * 4 - 1
            && random
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        is_one.then(|| Self(Secret::new(text)))
    }

    pub fn digest(&self) -> String {
        digest(self.0.expose())
    }

    pub const fn secret(&self) -> &Secret {
        &self.0
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
        let text = key.secret().expose().to_owned();
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
        let text = key.secret().expose();
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
