//! The unit of every ratio: the HMAC-SHA256 of the test request's base string with its key prepared, and its base64.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign_bench::test_request::{CONSUMER_SECRET, TOKEN_SECRET, base_string};
use ring::hmac::{self, HMAC_SHA256};

/// Less work than this no signer can do.
pub struct BareHash {
    key: hmac::Key,
    base_string: String,
    text: [u8; 44],
}

impl BareHash {
    pub fn new() -> Self {
        let key = format!("{CONSUMER_SECRET}&{TOKEN_SECRET}");
        Self {
            key: hmac::Key::new(HMAC_SHA256, key.as_bytes()),
            base_string: base_string(),
            text: [0; 44],
        }
    }

    pub fn sign(&mut self) -> [u8; 44] {
        let tag = hmac::sign(&self.key, self.base_string.as_bytes());
        STANDARD
            .encode_slice(tag, &mut self.text)
            .expect("32 bytes are 44 characters");
        self.text
    }
}
