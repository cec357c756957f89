//! The requests that are measured, and the sides of them: whoever signs, whoever verifies, and whoever names a mistake. The
//! binary as it is shipped, and a connection to it.

mod connection;
mod server;
mod signing;
mod suspect;
mod verifier;

pub mod test_request;

pub use connection::Connection;
pub use server::{Diagnoses, Server, processor_time};
pub use signing::Signing;
pub use suspect::Suspect;
pub use verifier::{Refused, Verifier};
