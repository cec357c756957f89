//! The unit of every ratio: the bare HMAC-SHA256 of the test request's base string, and its base64.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign_protocol::{Signer, Stamp};
use ring::hmac::{self, HMAC_SHA256};

use crate::test_request::{self, CONSUMER_SECRET, NONCE, TIMESTAMP, TOKEN_SECRET};

/// The hash with its key prepared: less work than this no signer can do.
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

    pub fn sign(&mut self) -> &[u8] {
        let tag = hmac::sign(&self.key, self.base_string.as_bytes());
        STANDARD.encode_slice(tag, &mut self.text).expect("32 bytes are 44 characters");
        &self.text
    }
}

impl Default for BareHash {
    fn default() -> Self {
        Self::new()
    }
}

/// The base string of the test request under a fixed stamp: 473 bytes.
pub fn base_string() -> String {
    let stamp = Stamp::new(TIMESTAMP, NONCE).expect("the stamp is well-formed");
    let (base_string, _) = Signer::new(&test_request::credentials()).explain(&test_request::request(), &stamp);
    base_string.as_str().to_owned()
}
