//! What is shown once and kept as a digest: 256 random bits behind a prefix that people and secret scanners know.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_protocol::Secret;
use countersign_world::Entropy;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

const BYTES: usize = 32;
/// Of the random bits, as text.
const LENGTH: usize = 43;

pub(crate) fn make(prefix: &str, entropy: &dyn Entropy) -> Secret {
    let mut random = Zeroizing::new([0; BYTES]);
    entropy.fill(&mut *random);
    let mut text = String::with_capacity(prefix.len() + LENGTH);
    text.push_str(prefix);
    URL_SAFE_NO_PAD.encode_string(*random, &mut text);
    Secret::new(text)
}

/// As it came in a request; none where it cannot be one, whatever the vault holds.
pub(crate) fn presented(prefix: &str, text: &str) -> Option<Secret> {
    let random = text.strip_prefix(prefix)?;
    let is_known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (random.len() == LENGTH && random.bytes().all(is_known)).then(|| Secret::new(text))
}

/// What is kept and looked up by. No number of guesses finds 256 bits, so a fast hash hides them, and an index over hashes
/// tells by its timing at most how one begins.
pub(crate) fn digest(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(text.as_bytes()))
}
