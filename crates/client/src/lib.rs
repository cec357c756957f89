//! Signs a request and sends it: every attempt with a signature of its own, made when it is sent.
//!
//! A signed request goes to the account's own hosts over TLS, or to this machine. A redirect is never followed: the
//! signature would be for another host, and the credentials would go there.

mod breaker;
mod client;
mod connection;
mod credential_name;
mod destination;
mod early_answer;
mod logins;
mod paste;
mod resolver;
mod retry;
mod transport;

pub use breaker::{Admission, Breaker, BreakerState, Open, Sending};
pub use client::{Call, CallError, Client, Reply, Stage};
pub use connection::{Connection, ConnectionError, GivenCredentials};
pub use credential_name::CredentialName;
pub use destination::{Destination, DestinationError};
pub use logins::{Edition, Login, Logins};
pub use paste::{MAX_PASTE, PasteError, PastedCredentials};
pub use retry::Retry;
pub use transport::{Outgoing, Transport, Unanswered};
