//! What lists and forms offer by name: the roles of a session, and what a token can be made of.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use countersign_model::{
    AccessToken, EntityId, IntegrationId, IntegrationState, Level, Permission, Rights, Role, RoleId, Surface,
};
use countersign_store::{IntegrationFilter, MAX_ROWS, UserFilter};

use super::{AdministrationError, TokenWithUse};
use crate::authority::Authority;
use crate::caller::Caller;

/// A user somebody may choose, with the roles of theirs that may log in by token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserChoice {
    pub id: EntityId,
    pub name: String,
    pub roles: Vec<RoleId>,
}

/// What the New page of a token offers. Of very many records, the first [`MAX_ROWS`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenChoices {
    /// Enabled records that take tokens.
    pub applications: Vec<(IntegrationId, String)>,
    pub users: Vec<UserChoice>,
    /// Those that one of the users has.
    pub roles: Vec<(RoleId, String)>,
}

/// How the records of some tokens are called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenNames {
    pub applications: BTreeMap<IntegrationId, String>,
    pub users: BTreeMap<EntityId, String>,
    pub roles: BTreeMap<RoleId, String>,
}

impl Authority {
    /// The roles somebody who is signed in may go on in, by internal id.
    pub async fn own_roles(
        &self,
        caller: &Caller,
        address: Option<IpAddr>,
    ) -> Result<Vec<Arc<Role>>, AdministrationError> {
        let session = caller.require_session()?;
        let user = self.require_user(session.user).await?;
        let snapshot = self.snapshot();
        let scene = snapshot.scene(Surface::Page, address, self.now());
        let roles = snapshot.roles().map(Arc::as_ref);
        let open: Vec<RoleId> = scene.roles_open_to(&user, roles).map(|role| role.id).collect();
        Ok(open
            .into_iter()
            .filter_map(|id| snapshot.role(id).cloned())
            .collect())
    }

    /// For whoever makes tokens for other users.
    pub async fn token_choices(&self, caller: &Caller) -> Result<TokenChoices, AdministrationError> {
        caller.require(Permission::AccessTokenManagement, Level::Full)?;
        let snapshot = self.snapshot();
        let filter = UserFilter {
            inactive: Some(false),
            ..UserFilter::default()
        };
        let users = self.store.users(filter, None, MAX_ROWS).await?;
        let mut choices = TokenChoices {
            applications: self.applications_with_tokens().await?,
            ..TokenChoices::default()
        };
        let mut roles = BTreeMap::new();
        for user in users.into_iter().filter(|user| user.give_access) {
            let assigned = user
                .roles
                .iter()
                .filter_map(|assigned| snapshot.role(assigned.role));
            let open = assigned.filter(|role| {
                !role.inactive && Rights::of(&user, role, &snapshot.features).logs_in_by_token()
            });
            let open: Vec<_> = open.map(|role| (role.id, role.name.clone())).collect();
            if open.is_empty() {
                continue;
            }
            choices.users.push(UserChoice {
                id: user.id,
                roles: open.iter().map(|(id, _)| *id).collect(),
                name: user.name,
            });
            roles.extend(open);
        }
        choices.roles = roles.into_iter().collect();
        Ok(choices)
    }

    /// The applications somebody may make a token of their own for.
    pub async fn own_token_choices(
        &self,
        caller: &Caller,
    ) -> Result<Vec<(IntegrationId, String)>, AdministrationError> {
        caller.require_user()?;
        caller.require(Permission::UserAccessTokens, Level::Full)?;
        self.applications_with_tokens().await
    }

    /// How the applications, users and roles of tokens that somebody may see are called.
    pub async fn token_names(&self, tokens: &[TokenWithUse]) -> Result<TokenNames, AdministrationError> {
        let snapshot = self.snapshot();
        let mut names = TokenNames::default();
        for TokenWithUse { token, .. } in tokens {
            if !names.applications.contains_key(&token.integration)
                && let Some(record) = self.store.integration(token.integration).await?
            {
                names.applications.insert(record.id, record.name);
            }
            if !names.users.contains_key(&token.user)
                && let Some(user) = self.store.user(token.user).await?
            {
                names.users.insert(user.id, user.name);
            }
            if let Some(role) = snapshot.role(token.role) {
                names.roles.insert(role.id, role.name.clone());
            }
        }
        Ok(names)
    }

    /// The Consumer Key of the application of a token somebody was shown: calls name it, so it is no secret. Empty where
    /// the record has none.
    pub async fn consumer_key_of(&self, token: &AccessToken) -> Result<String, AdministrationError> {
        let record = self.store.integration(token.integration).await?;
        let pair = record.and_then(|record| record.credentials);
        Ok(pair
            .map(|pair| pair.consumer_key.as_str().to_owned())
            .unwrap_or_default())
    }

    async fn applications_with_tokens(&self) -> Result<Vec<(IntegrationId, String)>, AdministrationError> {
        let filter = IntegrationFilter {
            state: Some(IntegrationState::Enabled),
            ..IntegrationFilter::default()
        };
        let records = self.store.integrations(filter, None, MAX_ROWS).await?;
        let usable = records
            .into_iter()
            .filter(|record| record.authentication.token_based_authentication && !record.is_uninstalled());
        Ok(usable.map(|record| (record.id, record.name)).collect())
    }
}
