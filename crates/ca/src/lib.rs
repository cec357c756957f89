//! TLS for NetSuite's names on this machine: a certificate authority of one data folder, and the certificates it makes.
//!
//! [`LocalCa`] is made on first use and kept in a folder. Its certificate is good for NetSuite's names and this machine's,
//! for nothing else (name constraints), and nobody trusts it who was not told to: it is never put among the system's.
//! [`Leaves`] makes a certificate for each name a client asks for, and [`bundle`] is the list of authorities for a
//! program that is to believe this one too.
//!
//! Private keys come from ring's own generator, as in every TLS handshake.

mod bundle;
mod leaves;
mod local_ca;
mod names;

pub use bundle::bundle;
pub use leaves::Leaves;
pub use local_ca::{CaError, LocalCa};
pub use names::is_netsuite;
