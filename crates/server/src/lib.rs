//! The account over HTTP.
//!
//! [`AccountServer::answer`] takes any request. It finds out which host and service the caller addressed
//! (`addressed`), lets the authority verify the caller (`login`), and hands a [`Principal`] to the service.
//! A refusal has one public shape for each service; the reason goes to the Login Audit Trail.
//!
//! [`Principal`]: countersign_authority::Principal

mod addressed;
mod admin;
mod login;
mod reply;
mod rest;
mod restlet;
mod route;
mod server;
mod sign_in;
mod soap;
mod token_services;

pub use addressed::Hosts;
pub use admin::LoginJson;
pub use reply::Reply;
pub use server::{AccountServer, LARGEST_BODY};
pub use sign_in::OneTimeLink;
