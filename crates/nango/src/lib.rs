//! Answers programs that were written for Nango's API, so that they work with another host and another key.
//!
//! Paths, headers, queries and answers are those that `@nangohq/node` 0.71 sends and reads. There is one provider,
//! `netsuite-tba`. An integration is a name over connections of the vault; a connection made here was seen to log in, and
//! its caller may do with it whatever its credentials open. A call below `/proxy` is the proxy's, with its grants.
//!
//! Secrets go in and never come out. What Nango has besides is answered by its name and 501.

mod absent;
mod api;
mod asked;
mod connections;
mod credentials;
mod end_user;
mod integrations;
mod listing;
mod passage;
mod problem;
mod provider;
mod sessions;
mod shown;
mod verification;

pub use api::Nango;
