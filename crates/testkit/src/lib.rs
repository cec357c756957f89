//! For tests only: an account that is ready to be called, and callers that send exactly what they are told to.
//!
//! An [`Account`] is the real thing over real files, with a clock that stands still and repeatable randomness.
//! [`Account::listen`] puts it behind a real socket. A [`Caller`] is somebody who knows five values and calls: each
//! [`Call`] can be bent before it is signed and after, so that a test reads who does what.
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! use countersign_testkit::Account;
//!
//! let account = Account::ready().await;
//! let server = account.listen().await;
//! let caller = server.caller(&account.application());
//!
//! assert_eq!(caller.get("/rest/tokeninfo").send().await.status, 200);
//! assert_eq!(account.last_login().await.status, "Success");
//! # });
//! ```
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a stage that cannot be set up fails its test"
)]

mod account;
mod answer;
mod application;
mod blueprint;
mod browser;
mod call;
mod crowd;
mod html;
mod passport;
mod server;
mod ticking;

pub use account::{Account, NOW};
pub use answer::Answer;
pub use application::Application;
pub use blueprint::{Blueprint, Storage};
pub use browser::Browser;
pub use call::{Call, Caller, Signed};
pub use crowd::Crowd;
pub use html::faults_of_html;
pub use passport::PassportCall;
pub use server::Server;
pub use ticking::Ticking;
