//! The key of a caller: 256 random bits behind a prefix that people and secret scanners know.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_protocol::Secret;
use countersign_world::Entropy;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

const PREFIX: &str = "csc_";
const BYTES: usize = 32;

/// Shown once, where it was made. The vault keeps its digest.
#[derive(Debug)]
pub struct CallerKey(Secret);

impl CallerKey {
    pub(crate) fn make(entropy: &dyn Entropy) -> Self {
        let mut random = Zeroizing::new([0; BYTES]);
        entropy.fill(&mut *random);
        let mut text = String::with_capacity(PREFIX.len() + 43);
        text.push_str(PREFIX);
        URL_SAFE_NO_PAD.encode_string(*random, &mut text);
        Self(Secret::new(text))
    }

    /// As it came in a request; none where it cannot be one, whatever the vault holds.
    pub fn presented(text: &str) -> Option<Self> {
        let random = text.strip_prefix(PREFIX)?;
        let is_one = random.len() == BYTES.div_ceil(3) * 4 - 1
            && random
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        is_one.then(|| Self(Secret::new(text)))
    }

    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// What is kept and looked up by. No number of guesses finds 256 bits, so a fast hash hides them, and an index over
    /// hashes tells by its timing at most how one begins.
    pub fn digest(&self) -> String {
        digest(self.expose())
    }
}

pub(crate) fn digest(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_world::SeededEntropy;

    #[test]
    fn a_key_is_known_by_its_beginning_and_shown_by_nothing() {
        let key = CallerKey::make(&SeededEntropy::new(1));
        assert!(key.expose().starts_with("csc_") && key.expose().len() == 47);
        assert_eq!(CallerKey::presented(key.expose()).unwrap().digest(), key.digest());
        assert_eq!(format!("{key:?}"), "CallerKey(Secret(..))");
        for wrong in [
            "",
            "csc_",
            &key.expose()[..46],
            &key.expose().replace("csc_", "csk_"),
        ] {
            assert!(CallerKey::presented(wrong).is_none());
        }
    }
}
