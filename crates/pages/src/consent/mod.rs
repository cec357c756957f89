//! Step two of the authorization flow: whoever is signed in sees which application asks and what it would get, chooses the
//! role, and allows or denies it. It works without a script.
//!
//! Attack: a page of another site sends the browser here with a decision made. The cookie of the session is not sent from
//! other sites, a form from another origin is refused, no other site shows the page in a frame, and an answer must carry
//! a proof made of the cookie for this one request token.

mod answer;
mod asked;
mod page;

pub(crate) use answer::answer;
#[cfg(test)]
pub(crate) use page::samples;

/// Where an application sends the browser.
pub const PATH: &str = "/app/login/secure/authorizetoken.nl";
