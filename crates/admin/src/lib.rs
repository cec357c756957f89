//! The admin API: everything a page of the account does, for programs and the command line.
//!
//! A module is a noun: its JSON, and one function for each call, which reads the request, lets the
//! [`Authority`] do it and shows what came of it. Whether somebody may is decided
//! there, not here. JSON members are called as the labels of the pages are.

#![expect(
    unused_qualifications,
    reason = "what describes a route to OpenAPI is written out by a macro, which qualifies every name"
)]

mod account_file;
mod accounts;
mod api_keys;
mod authorizations;
mod body;
mod caller;
mod calls;
mod csv;
mod diagnosis;
mod edit;
mod execution_log;
mod features;
mod governance;
mod integrations;
mod levers;
mod login_audit_trail;
mod moment;
mod named;
mod openapi;
mod page;
mod problem;
mod record_types;
mod reply;
mod roles;
mod router;
mod row_id;
mod scripts;
mod session;
mod settings;
mod states;
mod system_notes;
mod tokens;
mod users;

use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;

use countersign_authority::{Authority, Snapshots};
use countersign_protocol::AccountId;
use countersign_records::Records;
use countersign_scripts::Scripts;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;

pub use account_file::{
    AppliedJson, AppliedStepJson, ApplyQuery, ExportQuery, FieldChangeJson, MadeConsumerJson, MadeTokenJson,
};
pub use accounts::{AccountJson, BackupInput, BackupJson, FoundInput, FoundedJson, Founder};
pub use api_keys::{ApiKeyInput, ApiKeyJson, ApiKeyQuery, NewApiKeyJson};
pub use authorizations::{AuthorizationJson, Consent, ConsentInput, RedirectJson, RoleChoiceJson};
pub use caller::{Arrival, SAME_SITE_HEADER};
pub use calls::{CallJson, MissedJson, NamedCallJson};
pub use countersign_web::SESSION_COOKIE;
pub use diagnosis::{CredentialJson, DiagnosisCountJson, DiagnosisJson, RequestJson};
pub use execution_log::{ExecutionJson, ExecutionQuery};
pub use features::{FeatureJson, FeaturesInput};
pub use governance::GovernanceJson;
pub use integrations::{
    ConsumerJson, IntegrationInput, IntegrationJson, IntegrationQuery, SavedIntegrationJson,
};
pub use levers::{
    ClockInput, ClockJson, FaultJson, FaultKindJson, FaultRuleJson, FaultServiceWord, FaultWhenJson,
    LeversJson,
};
pub use login_audit_trail::{DiagnosedLoginJson, LoginJson, LoginQuery, Outcome, OutcomeWord};
pub use moment::Moment;
pub use named::{
    CenterWord, EntityKindWord, ExecutionStatusWord, FeatureWord, IntegrationStateWord, LevelWord, LeverWord,
    MinimumPermissionsWord, Named, NoteTypeWord, PasswordStrengthWord, PermissionWord, SecurityChallengeWord,
    StandardRoleWord, SubtabWord, SurfaceWord, TierWord, ViaWord,
};
pub use page::Page;
pub use problem::{FieldProblem, Problem};
pub use record_types::{
    BadCellJson, ImportQuery, ImportedTypesJson, RecordTypeJson, RemarkJson, RowsJson, RowsLineJson,
    ShapeFileJson, ShapeFilesInput,
};
pub use roles::{GrantJson, LevelInput, PermissionJson, RoleInput, RoleJson};
pub use router::{Admin, PREFIX};
pub use row_id::RowId;
pub use scripts::{
    ApiSecretInput, ApiSecretJson, CabinetFileJson, DeployInput, DeployedDeploymentJson, DeployedJson,
    DeployedScriptJson, DeploymentInput, DeploymentJson, LoggedJson, ScriptCallInput, ScriptCallJson,
    ScriptErrorJson, ScriptJson, ScriptLogFilter, ScriptLogLineJson, ScriptSourceJson, SdfObjectJson,
};
pub use session::{
    AuthenticatorJson, CodeInput, HiddenRoleInput, OwnPasswordInput, PresentPasswordInput, RecoveryCodesJson,
    RoleSwitchInput, SessionJson, SignInInput,
};
pub use settings::{SettingsInput, SettingsJson};
pub use states::{SnapshotInput, SnapshotJson};
pub use system_notes::{NoteQuery, RecordKind, RecordKindWord, SystemNoteJson};
pub use tokens::{NewTokenJson, TokenChangeInput, TokenCredentialsJson, TokenInput, TokenJson, TokenQuery};
pub use users::{AssignedRoleJson, PasswordInput, UserInput, UserJson, UserQuery};

/// The accounts a server holds.
pub trait Accounts: Send + Sync + 'static {
    fn account(&self, id: &AccountId) -> Option<Arc<Authority>>;
    /// Every account, by ID.
    fn ids(&self) -> Vec<AccountId>;
    /// The business records of an account.
    fn records(&self, id: &AccountId) -> Option<Records>;
    /// What the executions of an account's scripts share.
    fn scripts(&self, id: &AccountId) -> Option<Scripts>;
    /// The snapshots of an account; none where it is kept in no folder.
    fn snapshots(&self, id: &AccountId) -> Option<Arc<Snapshots>>;
    /// Where all of them are kept; none where that is nowhere.
    fn folder(&self) -> Option<Arc<dyn DataFolder>>;
}

/// What is done with a data folder as a whole, for its owner.
pub trait DataFolder: std::fmt::Debug + Send + Sync + 'static {
    /// Founds an account beside those that are there, and lets it answer.
    fn found(&self, id: AccountId, founder: Founder) -> BoxFuture<'_, Result<FoundedJson, Problem>>;

    /// Ends an account: it answers no more, and everything of it is gone.
    fn remove(&self, id: AccountId) -> BoxFuture<'_, Result<(), Problem>>;

    /// Copies everything but the keys into a folder that is not there yet.
    fn back_up(&self, to: PathBuf) -> BoxFuture<'_, Result<BackupJson, Problem>>;
}

/// What waits for something.
pub type BoxFuture<'f, T> = Pin<Box<dyn Future<Output = T> + Send + 'f>>;

type Routes = OpenApiRouter<Arc<dyn Accounts>>;

/// A record of an account.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct RecordPath {
    #[expect(dead_code, reason = "read with whoever calls, in `caller`")]
    account: String,
    /// The internal id.
    id: i64,
}

/// A row of an audit.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct RowPath {
    #[expect(dead_code, reason = "read with whoever calls, in `caller`")]
    account: String,
    /// Its place in the audit.
    #[param(value_type = RowId, inline)]
    id: RowId,
}
