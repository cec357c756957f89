//! Why the store did not do as asked. Whatever the reason, nothing was changed.

use countersign_database::DatabaseError;
use countersign_model::{
    FieldErrors, FlowRefusal, IntegrationStateError, NotedRecord, RefreshError, RoleId, TokenRefused,
    TokenStateError,
};
use thiserror::Error;

use crate::request_tokens::MAX_UNFINISHED;

#[derive(Clone, Debug, Error)]
pub enum StoreError {
    #[error(transparent)]
    Conflict(#[from] Conflict),
    #[error("there is no account in this database yet: found one first")]
    NoAccount,
    #[error("there is no {0} in this account; look at its list for the internal id")]
    Unknown(NotedRecord),
    /// Every field of a form that cannot be saved on what is stored.
    #[error(transparent)]
    Fields(#[from] FieldErrors),
    #[error(transparent)]
    Integration(#[from] IntegrationStateError),
    #[error(
        "{application} needs a Consumer Key and Consumer Secret with this Save; make a pair and save again"
    )]
    NoPair { application: String },
    #[error("{user} does not have the role {role}; add it on the Access subtab first")]
    RoleNotAssigned { user: String, role: RoleId },
    /// The rules do not let this user do that with tokens.
    #[error(transparent)]
    TokenRefused(#[from] TokenRefused),
    #[error(transparent)]
    Refresh(#[from] RefreshError),
    #[error(transparent)]
    Token(#[from] TokenStateError),
    #[error(transparent)]
    Flow(#[from] FlowRefusal),
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
    #[error(
        "another integration record has this Consumer Key: make a new one, or reset that record's credentials"
    )]
    ConsumerKey,
    #[error("another access token has this Token ID: make a new one")]
    TokenId,
    #[error(
        "the Consumer Key of this integration record was changed meanwhile: read the record and try again"
    )]
    Pair,
    #[error("another integration record has this name, upper and lower case aside: choose another")]
    IntegrationName,
    #[error("another role has this name, upper and lower case aside: choose another")]
    RoleName,
    #[error("another entity has this name, upper and lower case aside: choose another")]
    UserName,
    #[error("another API key has this hash: make a new one")]
    ApiKey,
    #[error("another session has this cookie: make a new one")]
    Session,
    #[error("another request token has this value: make a new one")]
    RequestToken,
    #[error("the password of this user was changed meanwhile: look again and decide anew")]
    Password,
    #[error("the two-factor authentication of this user was changed meanwhile: look again and decide anew")]
    SecondFactor,
    #[error("the session has ended: sign in again")]
    SessionEnded,
    #[error(
        "the integration record has {MAX_UNFINISHED} request tokens that nobody has allowed, denied or exchanged: wait \
         until some of them lapse"
    )]
    TooManyRequestTokens,
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
            ("api_key", "hash") => Some(Self::ApiKey),
            ("session", "hash") => Some(Self::Session),
            ("request_token", "token") => Some(Self::RequestToken),
            _ => None,
        }
    }
}
