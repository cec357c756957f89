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
mod login;
mod named;
mod page;
mod reply;
mod rest;
mod restlet;
mod route;
mod server;
mod sign_in;
mod soap;
mod token_services;

pub use account::AccountServer;
pub use accounts::Accounts;
pub use addressed::Hosts;
pub use reply::Reply;
pub use server::{Dropped, LARGEST_BODY, Server};
pub use sign_in::OneTimeLink;
