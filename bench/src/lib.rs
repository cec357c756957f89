//! The requests that are measured, and the sides of them: whoever signs, whoever verifies, and whoever names a mistake. The
//! binary as it is shipped, and a connection to it.

mod connection;
mod nginx;
mod server;
mod signing;
mod suspect;
mod turn;
mod verifier;

pub mod test_request;

pub use connection::Connection;
pub use nginx::Nginx;
pub use server::{Diagnoses, Server, processor_time};
pub use signing::{Signing, authorization, stamp};
pub use suspect::Suspect;
pub use turn::{Turn, median, millis, turn};
pub use verifier::{Refused, Verifier};
