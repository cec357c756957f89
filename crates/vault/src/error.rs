//! Why the vault did not do as asked. Whatever the reason, nothing was changed.

use countersign_database::DatabaseError;
use countersign_protocol::AccountId;
use countersign_seal::{OpenError, PassphraseError, SealError};
use thiserror::Error;

use crate::{
    CallerId, ConnectionId, CredentialsError, GrantId, IntegrationKey, LabelError, RotationError, ScopeError,
};

#[derive(Debug, Error)]
pub enum VaultError {
    #[error("there is no connection {0}: look at the list for its id")]
    UnknownConnection(ConnectionId),
    #[error("there is no caller {0}: look at the list for its id")]
    UnknownCaller(CallerId),
    #[error("there is no grant {0} that could be revoked: look at the list for its id")]
    UnknownGrant(GrantId),
    #[error("there is no integration {0}: look at the list for its key")]
    UnknownIntegration(IntegrationKey),
    #[error("the session is over: it was used, or its time has passed. Open another")]
    SessionOver,
    #[error("the link works no more: it was used or withdrawn, or its time has passed. Ask for another")]
    LinkOver,
    #[error(
        "{} links are open already: withdraw some, or wait until their time has passed",
        crate::links::MAX_OPEN
    )]
    TooManyLinks,
    #[error(
        "{} sessions are open already: use them, or wait until their time has passed",
        crate::sessions::MAX_OPEN
    )]
    TooManySessions,
    #[error(transparent)]
    Conflict(#[from] Conflict),
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
    #[error(transparent)]
    Label(#[from] LabelError),
    #[error(transparent)]
    Scope(#[from] ScopeError),
    #[error(transparent)]
    Rotation(#[from] RotationError),
    #[error("connection {id} is superseded{}: use that one, or give this one its credentials anew", named(.by.as_ref()))]
    Superseded {
        id: ConnectionId,
        by: Option<ConnectionId>,
    },
    #[error(
        "these credentials are of account {given}, and connection {id} is one of {account}: to move it there, replace all \
         of its credentials"
    )]
    AnotherAccount {
        id: ConnectionId,
        account: AccountId,
        given: AccountId,
    },
    #[error(
        "a caller's name is 1 to {} characters without control characters",
        crate::callers::MAX_NAME
    )]
    CallerName,
    /// The row was changed outside, or the keys are of another vault. Nothing else is tried.
    #[error(
        "the credentials of connection {id} do not open: {reason}. Enter them anew, or restore vault and keys together"
    )]
    Sealed { id: ConnectionId, reason: OpenError },
    #[error(transparent)]
    Seal(#[from] SealError),
    #[error(transparent)]
    Passphrase(#[from] PassphraseError),
    #[error("the export cannot be read: {0}. Take the file as it was written")]
    Export(String),
    /// A row that this version cannot have written.
    #[error("a stored {what} cannot be read: {reason}. Use the version that wrote it, or restore a backup")]
    Unreadable { what: &'static str, reason: String },
    #[error(transparent)]
    Database(DatabaseError),
}

/// Something the vault can have only once.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Conflict {
    #[error("there is a connection of this id already: choose another, or replace its credentials")]
    Connection,
    #[error("there is a connection {0} already; nothing was imported. Remove it first")]
    Imported(ConnectionId),
    #[error("there is an integration of this key already: choose another, or change that one")]
    Integration,
    #[error("{0} connections belong to this integration: remove them first")]
    IntegrationUsed(i64),
    #[error("there is a caller of this name already, upper and lower case aside: choose another")]
    CallerName,
}

fn named(successor: Option<&ConnectionId>) -> String {
    successor.map(|by| format!(" by {by}")).unwrap_or_default()
}

/// A unique column that refuses a row becomes the conflict people can mend; anything else is the database's.
impl From<DatabaseError> for VaultError {
    fn from(error: DatabaseError) -> Self {
        let DatabaseError::Duplicate { table, columns } = &error else {
            return Self::Database(error);
        };
        match (&**table, &**columns) {
            ("connection", "id") => Conflict::Connection.into(),
            ("integration", "key") => Conflict::Integration.into(),
            ("caller", "name_key") => Conflict::CallerName.into(),
            _ => Self::Database(error),
        }
    }
}

impl VaultError {
    pub(crate) fn unreadable(what: &'static str) -> impl Fn(&dyn std::fmt::Display) -> Self {
        move |reason| Self::Unreadable {
            what,
            reason: reason.to_string(),
        }
    }
}
