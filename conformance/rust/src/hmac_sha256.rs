//! HMAC-SHA256 plugged into `oauth1-request` by its own trait: it ships HMAC-SHA1, which NetSuite refuses. Everything else of a
//! signature is the crate's own.

use std::fmt::{self, Display, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use oauth1_request::signature_method::{Sign, SignatureMethod};
use sha2::Sha256;

#[derive(Clone, Copy, Debug)]
pub struct HmacSha256;

/// A signature under way.
pub struct Signing(Hmac<Sha256>);

impl Write for Signing {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.update(text.as_bytes());
        Ok(())
    }
}

impl SignatureMethod for HmacSha256 {
    type Sign = Signing;

    /// The secrets come percent-encoded.
    fn sign_with(self, consumer_secret: impl Display, token_secret: Option<impl Display>) -> Signing {
        let token_secret = token_secret.map(|secret| secret.to_string()).unwrap_or_default();
        let key = format!("{consumer_secret}&{token_secret}");
        Signing(Hmac::new_from_slice(key.as_bytes()).expect("HMAC takes a key of any length"))
    }
}

impl Sign for Signing {
    type Signature = String;

    fn get_signature_method_name(&self) -> &'static str {
        "HMAC-SHA256"
    }

    fn request_method(&mut self, method: &str) {
        self.uri(method);
    }

    fn uri(&mut self, uri: impl Display) {
        write!(self, "{uri}&").expect("hashing does not fail");
    }

    fn parameter(&mut self, name: &str, value: impl Display) {
        write!(self, "{name}%3D{value}").expect("hashing does not fail");
    }

    fn delimiter(&mut self) {
        self.0.update(b"%26");
    }

    fn finish(self) -> String {
        let signature = STANDARD.encode(self.0.finalize().into_bytes());
        signature
            .replace('+', "%2B")
            .replace('/', "%2F")
            .replace('=', "%3D")
    }
}
