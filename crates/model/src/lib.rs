//! The account's nouns, their states and rules, in NetSuite's words.
//!
//! Nothing here asks for the time, a random byte, a file or the network: the same arguments give the same answer.
//! A change of state takes the old value and gives the new one; what has not been checked is a *form*, what has
//! been checked is a *draft* or an *edit*, and only those become a record. What must be proved before something is
//! done ([`MayLogIn`], [`MayLogInByPassword`], [`MayMakeToken`]) is a value that one function gives.

mod access_token;
mod account;
mod api_key;
mod callback_url;
mod center;
mod detail;
mod difference;
mod draft;
mod execution_log;
mod feature;
mod feature_set;
mod flow;
mod governance;
mod id;
mod integration;
mod ip_restriction;
mod ip_rule;
mod lock;
mod login;
mod login_audit_trail;
mod login_column;
mod login_search;
mod masked;
mod minimum_permissions;
mod opaque;
mod origin;
mod password;
mod password_login;
mod password_policy;
mod permission;
mod permission_advice;
mod permission_set;
mod refresh;
mod rights;
mod role;
mod role_choice;
mod second_factor;
mod session;
mod settings;
mod standard_role;
mod surface;
mod system_note;
mod terms;
mod test_account;
mod text_filter;
mod token_maker;
mod token_obstacle;
mod token_search;
mod token_use;
mod user;
mod web_services_user;
mod word;

pub use access_token::{AccessToken, RevokedFilter, TokenChange, TokenState, TokenStateError};
pub use account::Account;
pub use api_key::{ApiKey, ApiKeyRefused};
pub use callback_url::{CallbackUrl, CallbackUrlError};
pub use center::Center;
pub use detail::Detail;
pub use difference::{Difference, Noted, NotedField, differences, system_notes};
pub use draft::{
    ApiKeyDraft, ApiKeyForm, FeaturesDraft, FeaturesForm, FieldError, FieldErrors, IntegrationDraft,
    IntegrationEdit, IntegrationForm, MAX_EMAIL, MAX_NAME, MAX_TEXT, PasswordDraft, PasswordForm, RoleDraft,
    RoleEdit, RoleForm, SettingsDraft, SettingsForm, TokenDraft, TokenEdit, TokenEditForm, TokenForm,
    UserDraft, UserEdit, UserForm,
};
pub use execution_log::{ExecutionRow, ExecutionSearch, ExecutionStatus, execution_log_retention};
pub use feature::Feature;
pub use feature_set::{FeatureError, FeatureSet};
pub use flow::{
    FlowRefusal, FlowState, FlowStateError, FlowStep, MAX_FLOW_STATE, Named, PublicRefusal,
    REQUEST_TOKEN_LASTS, Redirect, RequestToken, RequestTokenFault, RequestTokenState, VERIFIER_LASTS,
    VerifierAnswer, VerifierFault, callback_of, serves_flow,
};
pub use governance::{AllocationError, Governance, Tier};
pub use id::{
    AccessTokenId, ApiKeyId, ApplicationId, ConsumerKey, EntityId, ExecutionId, IntegrationId, InvalidId,
    LoginId, NoteId, RequestTokenId, RoleId, SessionId, TokenId,
};
pub use integration::{
    Authentication, Credentials, Integration, IntegrationChange, IntegrationState, IntegrationStateError,
};
pub use ip_restriction::IpRestriction;
pub use ip_rule::{IpRange, IpRuleError, IpRules, MAX_IP_RULES};
pub use lock::{FAILURES_BEFORE_LOCK, LOCK_LASTS, Lock};
pub use login::{LoginDenied, LoginScene, MayLogIn, may_log_in};
pub use login_audit_trail::{
    LoginRole, LoginRow, LoginStatus, LoginUser, OneLine, RequestUri, SecurityChallenge, printable,
};
pub use login_column::LoginColumn;
pub use login_search::LoginSearch;
pub use masked::Masked;
pub use minimum_permissions::MinimumPermissions;
pub use opaque::{ApiKeyHash, InvalidHash, PasswordHash, RecoveryCodeHash, SessionHash, VerifierHash};
pub use origin::{AutoInstallation, Origin};
pub use password::{OLD_PASSWORDS, Password};
pub use password_login::{
    CodeAnswer, MayLogInByPassword, PasswordAnswer, PasswordDenied, PasswordRefusal, PasswordScene,
    may_log_in_by_password,
};
pub use password_policy::{MAX_PASSWORD, PasswordPolicy, PasswordStrength, WantedPassword};
pub use permission::{Level, Permission, Subtab};
pub use permission_advice::PermissionAdvice;
pub use permission_set::{LevelNotOffered, PermissionSet};
pub use refresh::{Fate, Held, RefreshError, RefreshedFrom, RestoredFrom, may_refresh, merge_integrations};
pub use rights::Rights;
pub use role::Role;
pub use second_factor::{RECOVERY_CODES, SecondFactor, TimeStep};
pub use session::{NewSession, SESSION_LASTS, Session, SessionEnd};
pub use settings::Settings;
pub use standard_role::StandardRole;
pub use surface::Surface;
pub use system_note::{Actor, By, NoteType, NotedRecord, SystemNote, Via};
pub use terms::{Terms, TermsAccepted};
pub use test_account::{Lever, LeverSays, TestAccount};
pub use token_maker::{MayMakeToken, TokenMaker, TokenRefused};
pub use token_obstacle::{TokenInContext, TokenObstacle, why_unknown};
pub use token_search::TokenSearch;
pub use token_use::TokenUse;
pub use user::{AssignedRole, EntityKind, User};
pub use web_services_user::ConcurrentUserError;
pub use word::{UnknownWord, Word};
