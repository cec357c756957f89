//! What applying a file did, and why it was not applied.

use countersign_account_file::{Action, FileErrors, Plan, Planned, RoleGone};
use countersign_model::Integration;
use countersign_records::RecordsError;
use countersign_store::StoreError;

use super::super::{AdministrationError, NewConsumer, NewToken};

/// What a file does, and what doing it made.
#[derive(Debug)]
pub struct Applied {
    /// In words; none where the account was as the file says.
    pub steps: Vec<AppliedStep>,
    /// Pairs that were made for records without a new token, shown here and never again.
    pub consumers: Vec<MadeConsumer>,
    /// Tokens whose ID and secret, or whose application's pair, were made; shown here and never again.
    pub tokens: Vec<MadeToken>,
    /// Records whose pair was replaced, for the other accounts that share them.
    pub replaced: Vec<(Integration, NewConsumer)>,
}

/// A step of the plan, for the reader.
#[derive(Debug)]
pub struct AppliedStep {
    pub text: String,
    pub action: Action,
    pub record: &'static str,
    pub name: String,
    pub changes: Vec<countersign_account_file::Change>,
}

#[derive(Debug)]
pub struct MadeConsumer {
    pub integration: String,
    pub consumer: NewConsumer,
}

#[derive(Debug)]
pub struct MadeToken {
    pub name: String,
    pub integration: String,
    pub token: NewToken,
    /// The pair of its application, where it was made or given now.
    pub consumer: Option<NewConsumer>,
}

/// Why a file was not applied, or not to its end.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// Every mistake of the file. Nothing was done.
    #[error(transparent)]
    File(#[from] FileErrors),
    #[error(transparent)]
    Administration(#[from] AdministrationError),
    #[error(transparent)]
    Records(#[from] RecordsError),
    #[error("there is no {record} {name:?} any more: it was changed meanwhile")]
    Gone { record: &'static str, name: String },
    #[error(
        "{step}: {reason}. {done} of {all} steps were done, and this one was not; mend what it says and apply the file again"
    )]
    Step {
        step: String,
        done: usize,
        all: usize,
        #[source]
        reason: Box<ApplyError>,
    },
}

impl From<StoreError> for ApplyError {
    fn from(error: StoreError) -> Self {
        Self::Administration(error.into())
    }
}

impl From<RoleGone> for ApplyError {
    fn from(gone: RoleGone) -> Self {
        Self::Gone {
            record: "role",
            name: gone.name,
        }
    }
}

impl From<&Planned> for AppliedStep {
    fn from(planned: &Planned) -> Self {
        Self {
            text: planned.to_string(),
            action: planned.action,
            record: planned.record,
            name: planned.name.clone(),
            changes: planned.changes.clone(),
        }
    }
}

impl Applied {
    /// Steps that wait to be done.
    pub(super) fn planned(plan: &Plan) -> Self {
        Self {
            steps: plan.iter().map(AppliedStep::from).collect(),
            consumers: Vec::new(),
            tokens: Vec::new(),
            replaced: Vec::new(),
        }
    }
}
