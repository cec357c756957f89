//! HMAC-SHA256 for `oauth1-request`, which ships HMAC-SHA1 only: the version NetSuite takes, over the same hash code
//! as ours. Two releases of the crate are in use and their traits differ.

use std::fmt::{self, Display, Write};

use base64::display::Base64Display;
use base64::engine::general_purpose::STANDARD;
use countersign_protocol::percent_encode;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

#[derive(Clone, Copy, Debug)]
pub struct HmacSha256;

/// A signature under way.
pub struct Signing(Hmac<Sha256>);

impl Signing {
    fn new(key: &str) -> Self {
        Self(Hmac::new_from_slice(key.as_bytes()).expect("HMAC takes a key of any length"))
    }

    fn uri(&mut self, uri: impl Display) {
        write!(self, "{uri}&").expect("hashing does not fail");
    }

    fn parameter(&mut self, name: &str, value: impl Display) {
        write!(self, "{name}%3D{value}").expect("hashing does not fail");
    }

    fn finish(self) -> String {
        percent_encode(Base64Display::new(&self.0.finalize().into_bytes(), &STANDARD).to_string())
    }
}

impl Write for Signing {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.update(text.as_bytes());
        Ok(())
    }
}

mod release_06 {
    use super::*;
    use oauth1_request::signature_method::{Sign, SignatureMethod};

    impl SignatureMethod for HmacSha256 {
        type Sign = Signing;

        fn sign_with(self, client_secret: &str, token_secret: Option<&str>) -> Signing {
            let token_secret = percent_encode(token_secret.unwrap_or_default());
            Signing::new(&format!("{}&{token_secret}", percent_encode(client_secret)))
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

        fn uri<T: Display>(&mut self, uri: T) {
            self.uri(uri);
        }

        fn parameter<V: Display>(&mut self, key: &str, value: V) {
            self.parameter(key, value);
        }

        fn delimiter(&mut self) {
            self.0.update(b"%26");
        }

        fn end(self) -> String {
            self.finish()
        }
    }
}

mod release_03 {
    use super::*;
    use oauth1_request_03::signature_method::{Sign, SignatureMethod};

    impl SignatureMethod for HmacSha256 {
        type Sign = Signing;

        // This release gives the secrets percent-encoded.
        fn sign_with(self, consumer_secret: impl Display, token_secret: Option<impl Display>) -> Signing {
            let token_secret = token_secret.map(|secret| secret.to_string()).unwrap_or_default();
            Signing::new(&format!("{consumer_secret}&{token_secret}"))
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
            self.uri(uri);
        }

        fn parameter(&mut self, key: &str, value: impl Display) {
            self.parameter(key, value);
        }

        fn delimiter(&mut self) {
            self.0.update(b"%26");
        }

        fn finish(self) -> String {
            self.finish()
        }
    }
}
