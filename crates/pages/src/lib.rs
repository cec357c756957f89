//! The setup pages of an account: what a person does with a mouse, by the names NetSuite's menus have.
//!
//! [`PLACES`] is the one table of where everything is, whom it opens to and what it was called. A module is a noun: what its
//! pages look like (plain structs with samples), and one function for each request, which lets the
//! [`Authority`](countersign_authority::Authority) do it and shows what came of it. What was posted leads to a page that
//! can be looked at again, but for a secret, which is shown where it was made.

mod access_reset;
mod checklist;
mod company;
mod consent;
mod desk;
mod employees;
mod execution_logs;
mod features;
mod filters;
mod first_start;
mod governance;
mod guard;
mod home;
mod inspector;
mod integrations;
mod listing;
mod login_audit_trail;
mod menu;
mod needs;
mod notes;
mod pages;
mod place;
mod reliance;
mod roles;
#[cfg(test)]
mod samples;
mod scripts;
mod second_factor;
mod session;
mod sheets;
mod sign_in;
mod tokens;
mod trouble;
mod view;
mod which_account;
mod written;

pub use consent::PATH as CONSENT;
pub use desk::Visit;
pub use first_start::OneTimeLink;
pub use needs::Needs;
pub use pages::{PREFIX, Pages};
pub use place::{PLACES, Place};
pub use which_account::which_account;
