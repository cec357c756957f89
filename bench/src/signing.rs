//! A client's signing: of the test request, into a buffer that is used again; of any other, as it comes.

use countersign_protocol::{Credentials, Request, Scheme, Scratch, Signer, Stamp};
use countersign_world::{Clock as _, SystemClock, SystemEntropy, nonce};

use crate::test_request;

pub struct Signing {
    signer: Signer,
    clock: SystemClock,
    scratch: Scratch,
}

impl Signing {
    pub fn new() -> Self {
        Self {
            signer: Signer::new(&test_request::credentials()),
            clock: SystemClock::new(),
            scratch: Scratch::new(),
        }
    }

    /// The Authorization header of the next request.
    pub fn sign(&mut self) -> &str {
        let nonce = nonce(&SystemEntropy);
        let now = self.clock.now().seconds().unsigned_abs();
        let stamp = Stamp::new(now, nonce.as_str()).expect("now, and a fresh nonce");
        self.sign_under(&stamp)
    }

    /// The same under a stamp that is given.
    pub fn sign_under(&mut self, stamp: &Stamp<'_>) -> &str {
        self.signer
            .sign_into(&test_request::request(), stamp, &mut self.scratch)
    }
}

impl Default for Signing {
    fn default() -> Self {
        Self::new()
    }
}

/// The line of headers that signs a request to `localhost` now.
pub fn authorization(credentials: &Credentials, method: &'static str, target: &str) -> String {
    let request = Request::received(method, Scheme::Http, "localhost", target).expect("it is well-formed");
    let nonce = nonce(&SystemEntropy);
    let header = Signer::new(credentials).sign(&request, &stamp(nonce.as_str()));
    format!("Authorization: {header}\r\n")
}

pub fn stamp(nonce: &str) -> Stamp<'_> {
    let now = SystemClock::new().now().seconds().unsigned_abs();
    Stamp::new(now, nonce).expect("now, and a fresh nonce")
}
