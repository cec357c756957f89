//! Integration records. A record's definition is permanent: it can be blocked, or uninstalled from the account, and its
//! history stays.

use crate::difference::Fields;
use crate::word::words;
use crate::{
    ApplicationId, CallbackUrl, CallbackUrlError, ConsumerKey, IntegrationId, Noted, NotedField, Origin,
};
use countersign_world::UnixTime;
use thiserror::Error;

/// The State field of an integration record. It is of this account, whatever the record's origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IntegrationState {
    Enabled,
    Blocked,
    /// A record that another account's application installed, until an administrator enables it.
    WaitingForApproval,
}

words!(IntegrationState, "integration state" {
    Enabled => "Enabled",
    Blocked => "Blocked",
    WaitingForApproval => "Waiting for Approval",
});

/// The Authentication subtab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authentication {
    /// Alone, lets people create tokens on the pages only; without it the two boxes below do nothing.
    pub token_based_authentication: bool,
    /// TBA: IssueToken Endpoint.
    pub issue_token_endpoint: bool,
    /// TBA: Authorization Flow, the three steps; needs a callback URL.
    pub authorization_flow: bool,
    pub callback_url: Option<String>,
    pub user_credentials: bool,
    /// The OAuth 2.0 box of that name. Kept, not served.
    pub authorization_code_grant: bool,
}

impl Default for Authentication {
    /// Tokens made on the pages, and nothing else: what a file or a program gets that says no more.
    fn default() -> Self {
        Self {
            token_based_authentication: true,
            issue_token_endpoint: false,
            authorization_flow: false,
            callback_url: None,
            user_credentials: false,
            authorization_code_grant: false,
        }
    }
}

impl Authentication {
    /// What the New page opens with. It cannot be saved as it is: the authorization flow wants its callback URL.
    pub const fn of_new_page() -> Self {
        Self {
            token_based_authentication: true,
            issue_token_endpoint: false,
            authorization_flow: true,
            callback_url: None,
            user_credentials: false,
            authorization_code_grant: true,
        }
    }

    pub const fn allows_issue_token(&self) -> bool {
        self.token_based_authentication && self.issue_token_endpoint
    }

    pub const fn allows_authorization_flow(&self) -> bool {
        self.token_based_authentication && self.authorization_flow
    }

    /// The callback URL with its rules. It was held to them when the record was saved, and is again in step one.
    pub fn callback(&self) -> Option<Result<CallbackUrl, CallbackUrlError>> {
        self.callback_url.as_deref().map(CallbackUrl::parse)
    }
}

/// The public half of a record's pair, and which pair it is. The secret is nowhere in the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// Also called Client ID.
    pub consumer_key: ConsumerKey,
    /// Counts the pairs the record has had: the first is 1, Reset Credentials adds one.
    pub generation: u64,
}

impl Credentials {
    pub const fn first(consumer_key: ConsumerKey) -> Self {
        Self {
            consumer_key,
            generation: 1,
        }
    }
}

/// The record of an application that may call the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Integration {
    pub id: IntegrationId,
    pub name: String,
    pub description: String,
    /// Of this account, like the state.
    pub note: String,
    pub state: IntegrationState,
    pub origin: Origin,
    /// Names the definition: the same record in two accounts has the same one, and the same pair.
    pub application_id: ApplicationId,
    pub authentication: Authentication,
    /// The integration's own share of the account's concurrent requests; without one it uses what is unallocated.
    pub concurrency_limit: Option<u32>,
    /// None until Token-based Authentication is checked for the first time; kept when it is cleared again.
    pub credentials: Option<Credentials>,
    pub created: UnixTime,
    pub last_modified: UnixTime,
    /// When it was uninstalled: its tokens were revoked, it left the lists, and its name became free.
    pub uninstalled: Option<UnixTime>,
}

/// What can be done to the State field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntegrationChange {
    /// Also how a record that waits is approved.
    Enable,
    Block,
}

/// Why a change to a record's state or pair is not made.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum IntegrationStateError {
    #[error("{name} is already {state}; nothing was changed")]
    Already { name: String, state: IntegrationState },
    #[error(
        "{name} was uninstalled; create a record anew at Setup > Integration > Manage Integrations > New"
    )]
    Uninstalled { name: String },
    #[error(
        "{name} has no credentials to reset: check Token-based Authentication at Setup > Integration > Manage \
         Integrations > {name} > Edit"
    )]
    NotTokenBased { name: String },
    #[error("the credentials of {name} can be reset only where it was made: it was installed from {origin}")]
    Installed { name: String, origin: Origin },
}

impl Integration {
    /// The record after the change. Nothing leads back to Waiting for Approval.
    pub fn apply(self, change: IntegrationChange, now: UnixTime) -> Result<Self, IntegrationStateError> {
        let state = match change {
            IntegrationChange::Enable => IntegrationState::Enabled,
            IntegrationChange::Block => IntegrationState::Blocked,
        };
        let current = self.installed()?;
        if current.state == state {
            return Err(IntegrationStateError::Already {
                name: current.name,
                state,
            });
        }
        Ok(Self {
            state,
            last_modified: now,
            ..current
        })
    }

    /// Reset Credentials: the old pair is dead at once, tokens live on with the new one.
    pub fn reset_credentials(
        self,
        consumer_key: ConsumerKey,
        now: UnixTime,
    ) -> Result<Self, IntegrationStateError> {
        let current = self.installed()?;
        if current.origin != Origin::ThisAccount {
            return Err(IntegrationStateError::Installed {
                name: current.name,
                origin: current.origin,
            });
        }
        let Some(old) = current
            .credentials
            .as_ref()
            .filter(|_| current.authentication.token_based_authentication)
        else {
            return Err(IntegrationStateError::NotTokenBased { name: current.name });
        };
        Ok(Self {
            credentials: Some(Credentials {
                consumer_key,
                generation: old.generation.saturating_add(1),
            }),
            last_modified: now,
            ..current
        })
    }

    /// The record after it was uninstalled. Its tokens are revoked with it.
    pub fn uninstall(self, now: UnixTime) -> Result<Self, IntegrationStateError> {
        Ok(Self {
            uninstalled: Some(now),
            last_modified: now,
            ..self.installed()?
        })
    }

    fn installed(self) -> Result<Self, IntegrationStateError> {
        match self.uninstalled {
            None => Ok(self),
            Some(_) => Err(IntegrationStateError::Uninstalled { name: self.name }),
        }
    }

    pub const fn is_uninstalled(&self) -> bool {
        self.uninstalled.is_some()
    }

    /// Whether Manage Integrations lists it. A blocked record is listed with Show Inactives, an uninstalled one never.
    pub fn is_listed(&self, show_inactives: bool) -> bool {
        !self.is_uninstalled() && (show_inactives || self.state != IntegrationState::Blocked)
    }

    pub fn consumer_key(&self) -> Option<&ConsumerKey> {
        self.credentials.as_ref().map(|pair| &pair.consumer_key)
    }

    /// Whether both are one record, in two accounts. A pair reset in one of them is dead in the other.
    pub fn is_same_definition(&self, other: &Self) -> bool {
        self.application_id == other.application_id
    }
}

impl Noted for Integration {
    fn noted_fields(&self) -> Vec<NotedField> {
        let boxes = &self.authentication;
        // With its number, because two keys may end alike, and a reset must leave a note.
        let pair = |pair: &Credentials| format!("{} (pair {})", pair.consumer_key.masked(), pair.generation);
        Fields::default()
            .with("Name", &self.name)
            .with("Description", &self.description)
            .with("State", self.state)
            .with("Note", &self.note)
            .optional("Concurrency Limit", self.concurrency_limit)
            .check_box("Token-based Authentication", boxes.token_based_authentication)
            .check_box("TBA: IssueToken Endpoint", boxes.issue_token_endpoint)
            .check_box("TBA: Authorization Flow", boxes.authorization_flow)
            .optional("Callback URL", boxes.callback_url.as_ref())
            .check_box("Authorization Code Grant", boxes.authorization_code_grant)
            .check_box("User Credentials", boxes.user_credentials)
            .optional("Consumer Key", self.credentials.as_ref().map(pair))
            .check_box("Uninstalled", self.is_uninstalled())
            .list()
    }
}

#[cfg(test)]
pub(crate) mod tests;
