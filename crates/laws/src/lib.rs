//! What is fuzzed, one function a target. Each asserts laws; a broken law is a panic.
//!
//! The functions run under libFuzzer (`fuzz/`) and, on the stable toolchain, over their corpus and generated inputs
//! (`tests/corpus.rs`).
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a broken law is a panic, which is how a fuzzer hears of it"
)]

mod account_file;
mod account_id;
mod authorization_header;
mod capture;
mod connect_password;
mod query;
mod restlet_call;
mod script_project;
mod soap_envelope;
mod suiteql;
mod token_passport;

pub use account_file::account_file;
pub use account_id::account_id;
pub use authorization_header::authorization_header;
pub use capture::capture;
pub use connect_password::connect_password;
pub use query::query;
pub use restlet_call::restlet_call;
pub use script_project::script_project;
pub use soap_envelope::soap_envelope;
pub use suiteql::suiteql;
pub use token_passport::token_passport;

use countersign_protocol::{Secret, SigningKey};

/// A target by its name.
pub type Target = fn(&[u8]);

/// Every target.
pub const TARGETS: [(&str, Target); 11] = [
    ("authorization_header", authorization_header),
    ("query", query),
    ("token_passport", token_passport),
    ("account_id", account_id),
    ("connect_password", connect_password),
    ("account_file", account_file),
    ("capture", capture),
    ("suiteql", suiteql),
    ("soap_envelope", soap_envelope),
    ("script_project", script_project),
    ("restlet_call", restlet_call),
];

fn key() -> SigningKey {
    SigningKey::new(
        &Secret::new("consumer secret"),
        Some(&Secret::new("token secret")),
    )
}
