//! Integration records. A record is never deleted: it can only be blocked.

use crate::word::words;
use crate::{ApplicationId, ConsumerKey, IntegrationId};
use countersign_world::UnixTime;
use thiserror::Error;

/// The State field of an integration record.
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
    /// Alone, lets people create tokens on the pages only.
    pub token_based_authentication: bool,
    /// TBA: IssueToken Endpoint.
    pub issue_token_endpoint: bool,
    /// TBA: Authorization Flow, the three steps; needs a callback URL.
    pub authorization_flow: bool,
    pub callback_url: Option<String>,
    pub user_credentials: bool,
    /// The OAuth 2.0 box of that name.
    pub authorization_code_grant: bool,
}

impl Default for Authentication {
    /// What the New page opens with.
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

/// The record of an application that may call the account; owns a Consumer Key and Consumer Secret (also Client ID
/// and Client Secret). The secret itself is nowhere in the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Integration {
    pub id: IntegrationId,
    pub name: String,
    pub description: String,
    pub note: String,
    pub state: IntegrationState,
    pub application_id: ApplicationId,
    pub authentication: Authentication,
    /// The integration's own share of the account's concurrent requests; without one it uses what is unallocated.
    pub concurrency_limit: Option<u32>,
    pub consumer_key: ConsumerKey,
    /// Counts the credentials the record has had: the first pair is 1, Reset Credentials adds one.
    pub secret_generation: u64,
    pub created: UnixTime,
    pub last_modified: UnixTime,
}

/// What can be done to the State field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntegrationChange {
    /// Also how a record that waits is approved.
    Enable,
    Block,
}

#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{name} is already {state}; nothing was changed")]
pub struct IntegrationStateError {
    pub name: String,
    pub state: IntegrationState,
}

impl Integration {
    /// The record after the change. Nothing leads back to Waiting for Approval.
    pub fn apply(self, change: IntegrationChange, now: UnixTime) -> Result<Self, IntegrationStateError> {
        let state = match change {
            IntegrationChange::Enable => IntegrationState::Enabled,
            IntegrationChange::Block => IntegrationState::Blocked,
        };
        if self.state == state {
            return Err(IntegrationStateError {
                name: self.name,
                state,
            });
        }
        Ok(Self {
            state,
            last_modified: now,
            ..self
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn integration(state: IntegrationState) -> Integration {
        Integration {
            id: IntegrationId::new(1),
            name: "Warehouse sync".into(),
            description: String::new(),
            note: String::new(),
            state,
            application_id: ApplicationId::from_bytes([0; 16]),
            authentication: Authentication::default(),
            concurrency_limit: None,
            consumer_key: ConsumerKey::parse("k").unwrap(),
            secret_generation: 1,
            created: UnixTime::from_seconds(1),
            last_modified: UnixTime::from_seconds(1),
        }
    }

    #[test]
    fn a_waiting_record_can_be_approved_or_blocked() {
        let now = UnixTime::from_seconds(9);
        let approved = integration(IntegrationState::WaitingForApproval)
            .apply(IntegrationChange::Enable, now)
            .unwrap();
        assert_eq!(
            (approved.state, approved.last_modified),
            (IntegrationState::Enabled, now)
        );
        let blocked = approved.apply(IntegrationChange::Block, now).unwrap();
        assert_eq!(blocked.state, IntegrationState::Blocked);
    }

    #[test]
    fn a_change_that_changes_nothing_is_refused() {
        let error = integration(IntegrationState::Blocked)
            .apply(IntegrationChange::Block, UnixTime::from_seconds(9))
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "Warehouse sync is already Blocked; nothing was changed"
        );
    }
}
