//! Forms and drafts: what a person or a file asks for, and what is left after every field has been checked.
//!
//! A draft cannot be made except from a form, and a record that is new not except from a draft. An edit is made from
//! the record as it is and the whole page as it is to be. All errors of a form are reported together. Where NetSuite
//! states no limit, the limits are ours.

mod api_key;
mod features;
mod field;
mod integration;
mod password;
mod role;
mod settings;
mod token;
mod user;

pub use api_key::{ApiKeyDraft, ApiKeyForm};
pub use features::{FeaturesDraft, FeaturesForm};
pub use field::{FieldError, FieldErrors, MAX_EMAIL, MAX_NAME, MAX_TEXT};
pub use integration::{IntegrationDraft, IntegrationEdit, IntegrationForm};
pub use password::{PasswordDraft, PasswordForm};
pub use role::{RoleDraft, RoleEdit, RoleForm};
pub use settings::{SettingsDraft, SettingsForm};
pub use token::{TokenDraft, TokenEdit, TokenEditForm, TokenForm};
pub use user::{UserDraft, UserEdit, UserForm};
