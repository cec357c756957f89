//! Forms and drafts: what a person or a file asks for, and what is left after every field has been checked.
//!
//! A draft cannot be made except from a form, and a record that is new not except from a draft. All errors of a form
//! are reported together. Where NetSuite states no limit, the limits are ours.

mod field;
mod integration;
mod role;
mod token;
mod user;

pub use field::{FieldError, FieldErrors, MAX_EMAIL, MAX_NAME, MAX_TEXT};
pub use integration::{IntegrationDraft, IntegrationForm};
pub use role::{RoleDraft, RoleForm};
pub use token::{TokenDraft, TokenForm};
pub use user::{UserDraft, UserForm};
