//! Why a token cannot be used. A login stops at the first reason; the page of the token shows all of them, in the order
//! in which a login would find them. A token that is in order but for its user or role shows as active; the reason is
//! elsewhere, and this says where.

use crate::{
    AccessToken, Detail, Integration, IntegrationState, LoginDenied, LoginScene, Role, TokenState, User,
    may_log_in,
};
use countersign_world::UnixTime;
use thiserror::Error;

/// A token with what it refers to. What is not there any more is none.
#[derive(Clone, Copy, Debug)]
pub struct TokenInContext<'a> {
    pub token: &'a AccessToken,
    pub integration: Option<&'a Integration>,
    pub user: Option<&'a User>,
    pub role: Option<&'a Role>,
}

/// One thing in the way, and how to remove it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TokenObstacle {
    #[error(
        "The integration record {name} was uninstalled, and its tokens were revoked with it. Create a record and a token \
         anew."
    )]
    Uninstalled { name: String },
    #[error(
        "The integration record {name} is {state}. Set its State to Enabled: Setup > Integration > Manage Integrations > \
         {name} > Edit."
    )]
    IntegrationState { name: String, state: IntegrationState },
    #[error(
        "The integration record {name} does not allow tokens. Check Token-based Authentication: Setup > Integration > \
         Manage Integrations > {name} > Edit."
    )]
    TokensNotAllowed { name: String },
    #[error(
        "The token {name} was revoked, which is for ever. Create a new one at Setup > Users/Roles > Access Tokens > New."
    )]
    Revoked { name: String, at: UnixTime },
    #[error(
        "The token {name} is inactive. Clear Inactive: Setup > Users/Roles > Access Tokens > {name} > Edit."
    )]
    Inactive { name: String },
    #[error("The {what} the token was made for was deleted. Create a new token for another.")]
    Deleted { what: &'static str },
    #[error(transparent)]
    Login(#[from] LoginDenied),
}

impl TokenObstacle {
    pub const ENTITY_DELETED: Self = Self::Deleted { what: "entity" };
    pub const ROLE_DELETED: Self = Self::Deleted { what: "role" };

    /// The Detail word of a login that stumbles over it.
    pub const fn detail(&self) -> Detail {
        match self {
            Self::Uninstalled { .. } => Detail::ConsumerKeyUnknown,
            Self::IntegrationState { .. } | Self::TokensNotAllowed { .. } => Detail::ConsumerKeyRefused,
            Self::Revoked { .. } | Self::Inactive { .. } | Self::Deleted { .. } => Detail::TokenRejected,
            Self::Login(denied) => denied.detail(),
        }
    }

    /// The stable id of the mistake. Of an uninstalled record nothing is known, and of what was deleted neither.
    pub const fn mistake(&self) -> &'static str {
        match self {
            Self::Uninstalled { .. } => "consumer_key_unknown",
            Self::IntegrationState {
                state: IntegrationState::WaitingForApproval,
                ..
            } => "integration_waiting",
            Self::IntegrationState { .. } => "integration_blocked",
            Self::TokensNotAllowed { .. } => "integration_without_tba",
            Self::Revoked { .. } => "token_revoked",
            Self::Inactive { .. } => "token_inactive",
            Self::Deleted { .. } => "token_unknown",
            Self::Login(denied) => denied.mistake(),
        }
    }
}

impl Integration {
    /// What keeps all tokens of the record out.
    pub fn obstacle(&self) -> Option<TokenObstacle> {
        let name = || self.name.clone();
        if self.is_uninstalled() {
            Some(TokenObstacle::Uninstalled { name: name() })
        } else if self.state != IntegrationState::Enabled {
            Some(TokenObstacle::IntegrationState {
                name: name(),
                state: self.state,
            })
        } else if !self.authentication.token_based_authentication {
            Some(TokenObstacle::TokensNotAllowed { name: name() })
        } else {
            None
        }
    }
}

impl AccessToken {
    /// What keeps the token itself out.
    pub fn obstacle(&self) -> Option<TokenObstacle> {
        let name = || self.name.clone();
        match self.state {
            TokenState::Active => None,
            TokenState::Inactive => Some(TokenObstacle::Inactive { name: name() }),
            TokenState::Revoked { at } => Some(TokenObstacle::Revoked { name: name(), at }),
        }
    }
}

impl TokenInContext<'_> {
    /// Empty when the token can be used. `scene` says for which service, from where and when; of its answers only the
    /// first is found, as a login would.
    pub fn obstacles(&self, scene: &LoginScene<'_>) -> Vec<TokenObstacle> {
        let of_integration = match self.integration {
            None => Some(TokenObstacle::Deleted {
                what: "integration record",
            }),
            Some(record) => record.obstacle(),
        };
        let of_people = match (self.user, self.role) {
            (None, _) => Some(TokenObstacle::ENTITY_DELETED),
            (_, None) => Some(TokenObstacle::ROLE_DELETED),
            (Some(user), Some(role)) => may_log_in(user, role, scene).err().map(TokenObstacle::Login),
        };
        of_integration
            .into_iter()
            .chain(self.token.obstacle())
            .chain(of_people)
            .collect()
    }
}

/// Why a token id that a caller still has is not known here, the likeliest reason first: a refresh deletes every token of
/// a sandbox, and nothing of them is left to look at.
pub const fn why_unknown(refreshed: bool) -> &'static str {
    if refreshed {
        "This account was refreshed, which deletes all its tokens, and has no such token now. Create one at Setup > \
         Users/Roles > Access Tokens > New."
    } else {
        "This account has no such token. Tokens of another account, or of an entity that was deleted, are not known: \
         create one at Setup > Users/Roles > Access Tokens > New."
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access_token::tests::token;
    use crate::integration::tests::integration;
    use crate::login::tests::{NOW, features, role, scene};
    use crate::user::tests::user;
    use crate::{Surface, TokenChange};

    struct Records {
        token: AccessToken,
        integration: Option<Integration>,
        user: Option<User>,
        role: Option<Role>,
    }

    fn words(change: impl FnOnce(&mut Records)) -> Vec<Detail> {
        let mut records = Records {
            token: token(),
            integration: Some(integration(IntegrationState::Enabled)),
            user: Some(user()),
            role: Some(role()),
        };
        change(&mut records);
        let token = TokenInContext {
            token: &records.token,
            integration: records.integration.as_ref(),
            user: records.user.as_ref(),
            role: records.role.as_ref(),
        };
        let found = token.obstacles(&scene(Surface::Rest, &features()));
        found.iter().map(TokenObstacle::detail).collect()
    }

    #[test]
    fn a_token_in_order_has_nothing_in_its_way() {
        assert_eq!(words(|_| {}), []);
    }

    #[test]
    fn a_role_taken_away_stops_the_token_until_it_is_given_back() {
        assert_eq!(
            words(|records| records.user.as_mut().unwrap().roles.clear()),
            [Detail::PermissionDenied]
        );
        assert_eq!(words(|_| {}), [], "given back");
    }

    #[test]
    fn each_rule_of_the_manual_is_found() {
        let no = [Detail::PermissionDenied];
        assert_eq!(
            words(|records| records.user.as_mut().unwrap().inactive = true),
            no
        );
        assert_eq!(
            words(|records| records.role.as_mut().unwrap().inactive = true),
            no
        );
        assert_eq!(
            words(|records| records.user.as_mut().unwrap().roles[0].hidden = true),
            no
        );
        assert_eq!(words(|records| records.user = None), [Detail::TokenRejected]);
        assert_eq!(
            words(|records| records.token = token().apply(TokenChange::Inactivate, NOW).unwrap()),
            [Detail::TokenRejected]
        );
        assert_eq!(
            words(|records| records.integration.as_mut().unwrap().state = IntegrationState::Blocked),
            [Detail::ConsumerKeyRefused]
        );
    }

    #[test]
    fn an_uninstalled_record_is_named_before_the_tokens_revocation() {
        let found = words(|records| {
            let record = records.integration.take().unwrap();
            records.integration = Some(record.uninstall(NOW).unwrap());
            records.token = token().apply(TokenChange::Revoke, NOW).unwrap();
        });
        assert_eq!(found, [Detail::ConsumerKeyUnknown, Detail::TokenRejected]);
    }
}
