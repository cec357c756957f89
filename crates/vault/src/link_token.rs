//! What makes a link work: 256 random bits behind a prefix that people and secret scanners know.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_protocol::Secret;
use countersign_world::Entropy;
use zeroize::Zeroizing;

use crate::caller_key;

const PREFIX: &str = "csl_";
const BYTES: usize = 32;

/// The secret part of a link: shown once, where the link was made. The vault keeps its digest.
#[derive(Debug)]
pub struct LinkToken(Secret);

impl LinkToken {
    pub(crate) fn make(entropy: &dyn Entropy) -> Self {
        let mut random = Zeroizing::new([0; BYTES]);
        entropy.fill(&mut *random);
        let mut text = String::with_capacity(PREFIX.len() + 43);
        text.push_str(PREFIX);
        URL_SAFE_NO_PAD.encode_string(*random, &mut text);
        Self(Secret::new(text))
    }

    /// As it came in a request; none where it cannot be one.
    pub fn presented(text: &str) -> Option<Self> {
        let random = text.strip_prefix(PREFIX)?;
        let is_known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let is_one = random.len() == BYTES.div_ceil(3) * 4 - 1 && random.bytes().all(is_known);
        is_one.then(|| Self(Secret::new(text)))
    }

    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    pub(crate) fn digest(&self) -> String {
        caller_key::digest(self.expose())
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
        assert_eq!(format!("{token:?}"), "LinkToken(Secret(..))");
        for wrong in ["", "csl_", &token.expose()[..46], "csc_"] {
            assert!(LinkToken::presented(wrong).is_none(), "{wrong}");
        }
    }
}
