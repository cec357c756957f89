//! The account's nouns, their states and rules, in NetSuite's words.
//!
//! Nothing here asks for the time, a random byte, a file or the network: the same arguments give the same answer.
//! A change of state takes the old value and gives the new one; what has not been checked is a *form*, what has
//! been checked is a *draft*, and only a draft becomes a record.

mod access_token;
mod account;
mod callback_url;
mod detail;
mod draft;
mod feature;
mod governance;
mod id;
mod integration;
mod ip_rule;
mod login;
mod login_audit_trail;
mod masked;
mod permission;
mod role;
mod surface;
mod system_note;
mod user;
mod word;

pub use access_token::{AccessToken, TokenChange, TokenState, TokenStateError};
pub use account::Account;
pub use callback_url::{CallbackUrl, CallbackUrlError};
pub use detail::Detail;
pub use draft::{
    FieldError, FieldErrors, IntegrationDraft, IntegrationForm, MAX_EMAIL, MAX_NAME, MAX_TEXT, RoleDraft,
    RoleForm, TokenDraft, TokenForm, UserDraft, UserForm,
};
pub use feature::{Feature, FeatureError, FeatureSet};
pub use governance::{AllocationError, Governance, Tier};
pub use id::{
    AccessTokenId, ApplicationId, ConsumerKey, EntityId, IntegrationId, InvalidId, RoleId, TokenId,
};
pub use integration::{
    Authentication, Integration, IntegrationChange, IntegrationState, IntegrationStateError,
};
pub use ip_rule::{IpRange, IpRuleError, IpRules, MAX_IP_RULES};
pub use login::{LoginDenied, MayLogIn, may_log_in};
pub use login_audit_trail::{LoginRole, LoginRow, LoginStatus, LoginUser, OneLine, RequestUri};
pub use masked::Masked;
pub use permission::{Level, LevelNotOffered, Permission, PermissionSet, Subtab};
pub use role::Role;
pub use surface::Surface;
pub use system_note::{Actor, By, NoteType, NotedRecord, SystemNote, Via};
pub use user::{AssignedRole, EntityKind, User};
pub use word::UnknownWord;
