//! A connection as it is shown: all but its secrets.

use countersign_protocol::{AccountId, Credentials, LocalServer};
use countersign_world::UnixTime;

use crate::{ConnectionId, CredentialsError, Holder, IntegrationKey, Label, credentials};

/// What a connection is made of, given only together: a server, an account or a key that could be given alone would send
/// stored secrets to another place.
#[derive(Debug)]
pub struct Given {
    pub credentials: Credentials,
    /// That of a local account. Without one, calls go to the account's own hosts at NetSuite.
    pub server: Option<LocalServer>,
}

impl Given {
    /// Whether it can be kept, as far as that is seen without asking the account.
    pub fn check(&self) -> Result<(), CredentialsError> {
        credentials::check(self)
    }
}

/// For an account at NetSuite.
impl From<Credentials> for Given {
    fn from(credentials: Credentials) -> Self {
        Self {
            credentials,
            server: None,
        }
    }
}

/// A customer's account and credentials.
#[derive(Clone, Debug, PartialEq)]
pub struct Connection {
    pub id: ConnectionId,
    /// Never given again, also where the id is.
    pub number: i64,
    /// Under which programs speak of it; none where it was made otherwise.
    pub integration: Option<IntegrationKey>,
    pub account: AccountId,
    /// Where its calls go, if it is a local account.
    pub server: Option<LocalServer>,
    pub label: Label,
    pub health: Health,
    pub created: UnixTime,
    pub last_success: Option<UnixTime>,
    pub last_failure: Option<Failure>,
    /// Since when nobody answers for the account, as far as somebody looked: it says nothing of the credentials. None once
    /// there was an answer.
    pub unreached: Option<Failure>,
    /// Who its token is; none where no account has said so yet.
    pub holder: Option<Holder>,
    /// What calls are signed with.
    pub current: StoredSet,
    /// What they shall be signed with, once it is verified.
    pub staged: Option<StoredSet>,
    /// What they were signed with before the last switch, kept until it is settled.
    pub previous: Option<StoredSet>,
}

/// Four credentials that are kept, without them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSet {
    /// Counts the sets this connection ever had: an answer to an old set says nothing about a newer one.
    pub generation: u64,
    /// The last characters of the Consumer Key, where it is long enough to show them.
    pub consumer_key_end: String,
    /// The same of the Token ID.
    pub token_end: String,
    pub stored: UnixTime,
    /// When a login with it first succeeded.
    pub verified: Option<UnixTime>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Health {
    /// No login was tried with what is current.
    Unverified,
    Healthy,
    Failing {
        since: UnixTime,
    },
    /// Another one is in its place; it opens no more.
    Superseded {
        by: Option<ConnectionId>,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub at: UnixTime,
    pub why: String,
}

/// What a login with a set of credentials showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Observed {
    Worked,
    /// The account refused the login. `why` is written for people and holds no secret; its beginning is kept.
    Failed {
        why: String,
    },
}
