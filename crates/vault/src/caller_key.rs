//! The key of a caller.

use countersign_bearer::{BearerKind, BearerSecret};
use countersign_world::Entropy;

/// Shown once, where it was made. The vault keeps its digest.
#[derive(Debug)]
pub struct CallerKey(BearerSecret);

impl CallerKey {
    pub(crate) fn make(entropy: &dyn Entropy) -> Self {
        Self(BearerSecret::make(BearerKind::CallerKey, entropy))
    }

    /// As it came in a request; none where it cannot be one, whatever the vault holds.
    pub fn presented(text: &str) -> Option<Self> {
        BearerSecret::presented(BearerKind::CallerKey, text).map(Self)
    }

    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// What is kept and looked up by.
    pub fn digest(&self) -> String {
        self.0.digest()
    }
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
        assert_eq!(format!("{key:?}"), "CallerKey(BearerSecret(Secret(..)))");
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
