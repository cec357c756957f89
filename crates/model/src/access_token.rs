//! Access tokens: one user in one role through one integration.

use crate::difference::Fields;
use crate::word::words;
use crate::{AccessTokenId, EntityId, IntegrationId, Noted, NotedField, RoleId, TokenId};
use countersign_world::UnixTime;
use thiserror::Error;

/// Whether a token can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenState {
    Active,
    /// The Inactive box is checked; it can be cleared again.
    Inactive,
    /// For ever; the record is kept for audit, and shows as inactive too.
    Revoked {
        at: UnixTime,
    },
}

impl TokenState {
    pub const fn label(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::Inactive => "Inactive",
            Self::Revoked { .. } => "Revoked",
        }
    }

    pub const fn revoked_at(self) -> Option<UnixTime> {
        match self {
            Self::Revoked { at } => Some(at),
            Self::Active | Self::Inactive => None,
        }
    }
}

/// The Filters panel of the list: Revoked = All, Yes, No.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum RevokedFilter {
    #[default]
    All,
    Yes,
    No,
}

words!(RevokedFilter, "Revoked filter" { All => "All", Yes => "Yes", No => "No" });

impl RevokedFilter {
    pub const fn admits(self, state: TokenState) -> bool {
        let revoked = matches!(state, TokenState::Revoked { .. });
        match self {
            Self::All => true,
            Self::Yes => revoked,
            Self::No => !revoked,
        }
    }
}

/// An access token; its Token Secret is nowhere in the model. Tokens never expire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessToken {
    pub id: AccessTokenId,
    pub name: String,
    pub token_id: TokenId,
    pub user: EntityId,
    pub role: RoleId,
    pub integration: IntegrationId,
    pub state: TokenState,
    pub secret_generation: u64,
    pub created: UnixTime,
    /// None for whoever owns the process.
    pub created_by: Option<EntityId>,
}

/// What can be done to a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenChange {
    Activate,
    Inactivate,
    Revoke,
}

words!(TokenChange, "token change" { Activate => "Active", Inactivate => "Inactive", Revoke => "Revoked" });

#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TokenStateError {
    #[error(
        "{name} was revoked, and a revoked token stays revoked: create a new one at Setup > Users/Roles > Access Tokens > New"
    )]
    Revoked { name: String },
    #[error("{name} is already {state}; nothing was changed", state = state.label())]
    Already { name: String, state: TokenState },
}

impl AccessToken {
    /// The token after the change.
    pub fn apply(self, change: TokenChange, now: UnixTime) -> Result<Self, TokenStateError> {
        let state = match (self.state, change) {
            (TokenState::Revoked { .. }, _) => return Err(TokenStateError::Revoked { name: self.name }),
            (_, TokenChange::Activate) => TokenState::Active,
            (_, TokenChange::Inactivate) => TokenState::Inactive,
            (_, TokenChange::Revoke) => TokenState::Revoked { at: now },
        };
        if self.state == state {
            return Err(TokenStateError::Already {
                name: self.name,
                state,
            });
        }
        Ok(Self { state, ..self })
    }

    pub const fn is_active(&self) -> bool {
        matches!(self.state, TokenState::Active)
    }

    pub const fn is_revoked(&self) -> bool {
        matches!(self.state, TokenState::Revoked { .. })
    }
}

impl Noted for AccessToken {
    fn noted_fields(&self) -> Vec<NotedField> {
        Fields::default()
            .with("Token Name", &self.name)
            .with("Application Name", self.integration)
            .with("User", self.user)
            .with("Role", self.role)
            .with("State", self.state.label())
            .list()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    const NOW: UnixTime = UnixTime::from_seconds(1_700_000_000);

    /// A token of user 42 in role 1001.
    pub(crate) fn token() -> AccessToken {
        AccessToken {
            id: AccessTokenId::new(1),
            name: "nightly".into(),
            token_id: TokenId::parse("t").unwrap(),
            user: EntityId::new(42),
            role: RoleId::new(1001),
            integration: IntegrationId::new(1),
            state: TokenState::Active,
            secret_generation: 1,
            created: NOW,
            created_by: None,
        }
    }

    #[test]
    fn inactive_is_reversible() {
        let token = token().apply(TokenChange::Inactivate, NOW).unwrap();
        assert!(!token.is_active());
        assert!(token.apply(TokenChange::Activate, NOW).unwrap().is_active());
    }

    #[test]
    fn revoked_is_for_ever() {
        let revoked = token().apply(TokenChange::Revoke, NOW).unwrap();
        assert_eq!(revoked.state, TokenState::Revoked { at: NOW });
        for change in TokenChange::ALL.iter().copied() {
            let error = revoked.clone().apply(change, NOW).unwrap_err();
            assert_eq!(
                error,
                TokenStateError::Revoked {
                    name: "nightly".into()
                }
            );
        }
    }

    #[test]
    fn an_active_token_cannot_be_activated_again() {
        let error = token().apply(TokenChange::Activate, NOW).unwrap_err();
        assert_eq!(
            error.to_string(),
            "nightly is already Active; nothing was changed"
        );
    }

    #[test]
    fn the_filter_tells_revoked_from_inactive() {
        let revoked = TokenState::Revoked { at: NOW };
        assert!(RevokedFilter::Yes.admits(revoked) && !RevokedFilter::No.admits(revoked));
        assert!(RevokedFilter::No.admits(TokenState::Inactive) && RevokedFilter::All.admits(revoked));
    }
}
