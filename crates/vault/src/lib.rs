//! Keeps customers' credentials sealed, and decides who may use which of them for what.
//!
//! A [`Connection`] is a customer's account and four credentials. [`Vault`] keeps connections, the callers that may use
//! them and their grants, on SQLite or PostgreSQL: one method a use case, one transaction a method, with its row of audit.
//! The account, its server and the four credentials can only be given together, so that nobody points stored secrets at
//! another place.
//!
//! A [`Link`] works once: it signs in to the pages of connections, or lets whoever has it give the credentials of one
//! connection.
//!
//! A token is replaced in steps ([`Vault::stage`], [`observe`](Vault::observe), [`switch`](Vault::switch),
//! [`fall_back`](Vault::fall_back) or [`settle`](Vault::settle)), and after each of them exactly one set of credentials is
//! the current one.
//!
//! What a caller may do is decided by [`decide`], a function of its grants and the [`Call`], without the vault.

mod audit;
mod audit_chain;
mod call;
mod caller_key;
mod callers;
mod connection;
mod connection_row;
mod connections;
mod credential_sets;
mod credentials;
mod error;
mod export;
mod grant;
mod grants;
mod id;
mod integrations;
mod label;
mod link_token;
mod links;
mod observed;
mod rotation;
mod scope_words;
mod sessions;
mod shared;
mod use_chain;
mod uses;
mod vault;

pub use audit::{Action, AuditFilter, AuditRow, By};
pub use audit_chain::{AuditBroken, AuditHead};
pub use call::{Call, CallRefused, Method, ServiceKind};
pub use caller_key::CallerKey;
pub use callers::{Caller, CallerDraft};
pub use connection::{Connection, Failure, Given, Health, Observed, StoredSet};
/// What a vault on PostgreSQL is opened with.
pub use countersign_database::postgres::{Address, Schema, Server};
pub use credential_sets::Opened;
pub use credentials::{CredentialField, CredentialsError};
pub use error::{Conflict, VaultError};
pub use export::MAX_EXPORT;
pub use grant::{Denied, Grant, GrantDraft, Scope, ScopeError, Target, Targets, decide};
pub use id::{CallerId, ConnectionId, ConnectionIdError, GrantId};
pub use integrations::{Integration, IntegrationDraft, IntegrationKey, IntegrationKeyError, NewConnection};
pub use label::{Label, LabelError, Metadata};
pub use link_token::LinkToken;
pub use links::{Invitation, Link, LinkDraft, Purpose};
pub use observed::Holder;
pub use rotation::RotationError;
pub use sessions::{Session, SessionDraft, SessionToken};
pub use shared::SameKey;
pub use uses::{Use, UseFilter};
pub use vault::{MAX_ROWS, Vault};
