//! The account's authority: who may come in, and who may change what.
//!
//! A request comes in as a [`LoginAttempt`] and goes on as a [`Principal`], which only [`Authority::log_in`] makes,
//! from the proofs that its signature is valid, its user may log in, it has a concurrency slot and its nonce is
//! claimed. A refusal has one public shape and one private reason: [`Refused`].

mod administration;
mod attempt;
mod audience;
mod audit_trail;
mod authority;
mod caller;
mod calls;
mod diagnoses;
mod directory;
mod execution;
mod execution_log;
mod fault;
mod flood;
mod flow;
mod governance;
mod key_care;
mod known;
mod login;
mod network;
mod password_login;
mod patience;
mod principal;
mod records;
mod refusal;
mod secrets;
mod snapshot;
mod snapshots;
mod throttle;
mod token_services;
mod token_uses;
mod upkeep;
mod verdict;

pub use administration::{
    AdministrationError, Applied, AppliedStep, ApplyError, Authorization, BegunSession, Export,
    GovernanceOverview, MadeConsumer, MadeToken, NewApiKey, NewAuthenticator, NewConsumer, NewToken, Proofs,
    RecordTypeError, RequestedBy, RoleNotOpen, Share, SignIn, StateError, TokenChoices, TokenNames,
    TokenWithUse, UserChoice,
};
pub use attempt::{LoginAttempt, Presented, Source};
pub use audience::AudienceFull;
pub use audit_trail::{NotWritten, WrittenRow};
pub use authority::{Authority, AuthorityError, Parts};
pub use caller::{Caller, CallerRefused, Forbidden};
pub use calls::{AnsweredCall, Followed, Follower, Happened, NamedCall, RefusedCall};
pub use countersign_credential::RecoveryCodes;
pub use diagnoses::{DiagnosisCount, KeptCredential, KeptDiagnosis, KeptRequest, Received, SentCredentials};
pub use execution::{Answered, Execution};
pub use fault::ByFault;
pub use flow::{Exchanged, FlowAttempt, FlowRefused, Grant, IssuedRequestToken};
pub use governance::ConcurrencyLimits;
pub use key_care::{Checked, KeyCareError, Resealed, check_secrets, reseal_secrets};
pub use password_login::{LoggedInByPassword, PasswordAttempt, PasswordRefused};
pub use principal::{Principal, ServiceDenied};
pub use refusal::{PublicAnswer, Refused};
pub use secrets::{SecretError, Secrets};
pub use snapshot::Snapshot;
pub use snapshots::{ACCOUNT_FILE, RECORDS_FILE, SnapshotError, SnapshotInfo, SnapshotName, Snapshots};
pub use token_services::{NlAuthField, NotOwn, ServiceRefused, Unusable};
pub use verdict::{Check, Outcome, verdict};
