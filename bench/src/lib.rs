//! The requests that are measured, and the sides of them: whoever signs, whoever verifies, and whoever names a mistake.

mod signing;
mod suspect;
mod verifier;

pub mod test_request;

pub use signing::Signing;
pub use suspect::Suspect;
pub use verifier::{Refused, Verifier};
