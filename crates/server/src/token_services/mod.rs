//! The services that make, revoke and describe tokens.
//!
//! Their errors are JSON, `{"error":{"code","message"}}`, whatever was asked for.

mod authorize;
mod data_center_urls;
mod error;
mod flow;
mod issue_token;
mod nlauth;
mod revoke_token;
mod roles;
mod token_info;

pub(crate) use authorize::meant_by_page;
pub(crate) use data_center_urls::data_center_urls;
pub(crate) use flow::meant_by_flow;
pub(crate) use roles::roles;
pub(crate) use token_info::token_info;
