//! Accounts over HTTP.
//!
//! [`Server::answer`] takes any request. It finds out which host and service the caller addressed (`addressed`) and which
//! account that means (`accounts`), lets the account's authority verify the caller (`login`), and hands a [`Principal`]
//! to the service. A refusal has one public shape for each service; the reason goes to the Login Audit Trail.
//!
//! [`Principal`]: countersign_authority::Principal

mod account;
mod accounts;
mod addressed;
mod answered;
mod asking;
mod coverage;
mod heard;
mod login;
mod named;
mod pages;
mod reply;
mod rest;
mod restlet;
mod route;
mod server;
mod services;
mod soap;
mod token_services;
mod within;

pub use account::AccountServer;
pub use accounts::Accounts;
pub use addressed::{Hosts, SHARED_HOSTS};
pub use countersign_pages::OneTimeLink;
pub use coverage::{
    Coverage, Covered, RecordOperation, RecordTypeCoverage, ServiceCoverage, SoapCovered, SoapOperation,
    coverage,
};
pub use reply::{Reply, Sent};
pub use server::{Dropped, LARGEST_BODY, Server};
