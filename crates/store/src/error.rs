//! Why the store did not do as asked. Whatever the reason, nothing was changed.

use countersign_database::DatabaseError;
use countersign_model::{FeatureError, IntegrationStateError, NotedRecord, TokenStateError};
use thiserror::Error;

#[derive(Clone, Debug, Error)]
pub enum StoreError {
    #[error(transparent)]
    Conflict(#[from] Conflict),
    #[error("there is no account in this database yet: found one first")]
    NoAccount,
    #[error("there is no {0} in this account; look at its list for the internal id")]
    Unknown(NotedRecord),
    #[error(transparent)]
    Feature(#[from] FeatureError),
    #[error(transparent)]
    Integration(#[from] IntegrationStateError),
    #[error(transparent)]
    Token(#[from] TokenStateError),
    /// A row that this version cannot have written.
    #[error("a stored {what} cannot be read: {reason}. Use the version that wrote it, or restore a backup")]
    Unreadable { what: &'static str, reason: String },
    #[error(transparent)]
    Database(DatabaseError),
}

/// A unique column that refuses a row becomes the conflict people can mend; anything else is the database's.
impl From<DatabaseError> for StoreError {
    fn from(error: DatabaseError) -> Self {
        let conflict = match &error {
            DatabaseError::Duplicate { table, columns } => Conflict::over(table, columns),
            _ => None,
        };
        conflict.map_or(Self::Database(error), Self::Conflict)
    }
}

impl StoreError {
    pub(crate) fn unreadable(what: &'static str) -> impl Fn(&dyn std::fmt::Display) -> Self {
        move |reason| Self::Unreadable {
            what,
            reason: reason.to_string(),
        }
    }
}

/// Something the account can have only once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Conflict {
    #[error("this database already holds an account: open another one for a second account")]
    Account,
    #[error("another integration record has this Consumer Key: make a new one")]
    ConsumerKey,
    #[error("another access token has this Token ID: make a new one")]
    TokenId,
    #[error("another integration record has this name, upper and lower case aside: choose another")]
    IntegrationName,
    #[error("another role has this name, upper and lower case aside: choose another")]
    RoleName,
    #[error("another entity has this name, upper and lower case aside: choose another")]
    UserName,
}

impl Conflict {
    fn over(table: &str, columns: &str) -> Option<Self> {
        match (table, columns) {
            ("account", "only_row") => Some(Self::Account),
            ("integration", "consumer_key") => Some(Self::ConsumerKey),
            ("integration", "name_key") => Some(Self::IntegrationName),
            ("role", "name_key") => Some(Self::RoleName),
            ("entity", "name_key") => Some(Self::UserName),
            ("access_token", "token_id") => Some(Self::TokenId),
            _ => None,
        }
    }
}
