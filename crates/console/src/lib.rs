//! The pages of connections, for a person with a browser: what there is and how it is, who may use it for what, what runs
//! now, who did what. And one page for somebody who has a link and nothing else: it takes the credentials of one connection.
//!
//! They are in the process of the proxy, whose governor and vault they show, on a listener of their own; the page behind a
//! link is on the proxy's listeners too, where others can reach it. [`Console::answer`] is the guard and the routes.
//!
//! A module is a noun: a plain struct that looks like a page, and a function for each request. No page shows a secret that
//! was kept, and none shows what was typed as one.

mod add;
mod arrival;
mod board;
mod caller;
mod callers;
mod chain;
mod changes;
mod checked;
mod checkup;
mod connection;
mod connections;
mod console;
mod desk;
mod findings;
mod governor;
mod grant_form;
mod health;
mod invite;
mod relocation;
mod removal;
mod revocation;
mod rotation;
#[cfg(test)]
mod samples;
mod sessions;
mod setup;
mod sign_in;
mod steps;
mod trial;
mod trouble;
mod typed;
mod uses;

pub use arrival::CONNECT;
pub use board::{PLACES, Place};
pub use console::{Console, ConsoleBody, LocalServers, Parts};
pub use invite::link_to_setup;
pub use sign_in::link_to_pages;
