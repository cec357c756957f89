//! What makes a link work.

use countersign_bearer::{BearerKind, BearerSecret};
use countersign_world::Entropy;

/// The secret part of a link: shown once, where the link was made. The vault keeps its digest.
#[derive(Debug)]
pub struct LinkToken(BearerSecret);

impl LinkToken {
    pub(crate) fn make(entropy: &dyn Entropy) -> Self {
        Self(BearerSecret::make(BearerKind::Link, entropy))
    }

    /// As it came in a request; none where it cannot be one.
    pub fn presented(text: &str) -> Option<Self> {
        BearerSecret::presented(BearerKind::Link, text).map(Self)
    }

    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    pub(crate) fn digest(&self) -> String {
        self.0.digest()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_world::SeededEntropy;

    #[test]
    fn a_link_is_known_by_its_form_and_shown_by_nothing() {
        let token = LinkToken::make(&SeededEntropy::new(1));
        assert_eq!(token.expose().len(), 47);
        let again = LinkToken::presented(token.expose()).expect("it is one");
        assert_eq!(again.digest(), token.digest());
        assert_eq!(format!("{token:?}"), "LinkToken(BearerSecret(Secret(..)))");
        for wrong in ["", "csl_", &token.expose()[..46], "csc_"] {
            assert!(LinkToken::presented(wrong).is_none(), "{wrong}");
        }
    }
}
