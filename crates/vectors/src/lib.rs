//! Test vectors for token-based authentication, and what runs them.
//!
//! A vector is data: a request, its credentials and every value in between, so that a failure shows at which step two
//! implementations part. `data/` holds the project's own; [`parse`] reads any file of the same format.

mod claim;
mod outcome;
mod passport;
mod question;
mod request;
mod vector;

pub use outcome::{Outcome, Step, same};
pub use passport::envelope;
pub use question::{Question, signature_in};
pub use vector::{Authorization, Expect, Transport, Vector, VectorsError, embedded, parse};

/// Runs our signer and verifier over a vector.
pub fn run(vector: &Vector) -> Outcome {
    let result = match vector.transport {
        Transport::OauthHeader => request::run(vector),
        Transport::SoapTokenPassport => passport::run_soap(vector),
        Transport::ConnectTokenPassword => passport::run_connect(vector),
    };
    result.err().unwrap_or(Outcome::Passed)
}
