//! The list and search of access tokens.

use crate::text_filter::contains;
use crate::{AccessToken, EntityId, IntegrationId, RevokedFilter, RoleId, TokenState};

/// Which tokens to show: those that fit every filter given. The name fits where the token's holds it, upper and lower
/// case aside.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenSearch {
    pub name: Option<String>,
    pub integration: Option<IntegrationId>,
    pub user: Option<EntityId>,
    pub role: Option<RoleId>,
    pub revoked: RevokedFilter,
    /// None for both; a revoked token counts as inactive.
    pub inactive: Option<bool>,
}

impl TokenSearch {
    /// What the filters mean. A store that filters by itself must give the same tokens.
    pub fn admits(&self, token: &AccessToken) -> bool {
        contains(self.name.as_deref(), Some(token.name.as_str()))
            && self.integration.is_none_or(|id| id == token.integration)
            && self.user.is_none_or(|id| id == token.user)
            && self.role.is_none_or(|id| id == token.role)
            && self.revoked.admits(token.state)
            && self
                .inactive
                .is_none_or(|inactive| inactive != matches!(token.state, TokenState::Active))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TokenChange;
    use crate::access_token::tests::token;
    use countersign_world::UnixTime;

    #[test]
    fn tokens_are_found_by_name_record_and_state() {
        let revoked = token()
            .apply(TokenChange::Revoke, UnixTime::from_seconds(5))
            .unwrap();
        let all = TokenSearch::default();
        assert!(all.admits(&token()) && all.admits(&revoked));
        let found = TokenSearch {
            name: Some("NIGHT".into()),
            integration: Some(IntegrationId::new(1)),
            user: Some(EntityId::new(42)),
            role: Some(RoleId::new(1001)),
            revoked: RevokedFilter::No,
            inactive: Some(false),
        };
        assert!(found.admits(&token()) && !found.admits(&revoked));
        let inactive = TokenSearch {
            inactive: Some(true),
            ..all.clone()
        };
        assert!(inactive.admits(&revoked) && !inactive.admits(&token()));
        let other = TokenSearch {
            user: Some(EntityId::new(43)),
            ..all
        };
        assert!(!other.admits(&token()));
    }
}
