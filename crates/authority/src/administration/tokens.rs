//! Access tokens: method A for other users, method B for oneself.

use std::collections::HashMap;

use countersign_model::{
    AccessToken, AccessTokenId, EntityId, IntegrationId, Level, NotedRecord, Permission, RoleId, TokenChange,
    TokenEditForm, TokenUse,
};
use countersign_store::{Keeper, Maker, SecretOwner, StoreError, TokenFilter, TokenOrder};

use super::{AdministrationError, NewToken};
use crate::authority::Authority;
use crate::caller::{Caller, Forbidden};

/// A token, and how it was used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenWithUse {
    pub token: AccessToken,
    pub used: TokenUse,
}

impl Authority {
    /// Every token with Access Token Management, one's own without it.
    pub async fn tokens(
        &self,
        caller: &Caller,
        filter: TokenFilter,
        after: Option<AccessTokenId>,
        limit: u32,
    ) -> Result<Vec<TokenWithUse>, AdministrationError> {
        let filter = match sees(caller)? {
            Sees::Everybodys => filter,
            Sees::Own(user) if filter.user.is_none_or(|asked| asked == user) => TokenFilter {
                user: Some(user),
                ..filter
            },
            Sees::Own(_) => return Ok(Vec::new()),
        };
        let tokens = self.store.tokens(filter, after, limit).await?;
        self.with_uses(tokens).await
    }

    pub async fn token(
        &self,
        caller: &Caller,
        id: AccessTokenId,
    ) -> Result<TokenWithUse, AdministrationError> {
        let sees = sees(caller)?;
        let token = self.store.token(id).await?;
        // Another user's token is as unknown as none, to whoever may see their own only.
        let token = token.filter(|token| match sees {
            Sees::Everybodys => true,
            Sees::Own(user) => token.user == user,
        });
        let token = token.ok_or(StoreError::Unknown(NotedRecord::AccessToken(id)))?;
        self.with_use(token).await
    }

    /// Method A: Setup > Users/Roles > Access Tokens > New.
    pub async fn create_token(
        &self,
        caller: &Caller,
        integration: IntegrationId,
        (user, role): (EntityId, RoleId),
        name: String,
        given: Option<NewToken>,
    ) -> Result<(TokenWithUse, NewToken), AdministrationError> {
        let maker = match caller.user().zip(caller.role()) {
            None => Maker::Owner,
            Some((user, role)) => {
                caller.require(Permission::AccessTokenManagement, Level::Full)?;
                Maker::Manager { user, role }
            }
        };
        let order = TokenOrder {
            maker,
            integration,
            user,
            role,
            name,
        };
        self.issue(caller, order, given).await
    }

    /// Method B: Settings > Manage Access Tokens > New My Access Token.
    pub async fn create_own_token(
        &self,
        caller: &Caller,
        integration: IntegrationId,
        name: String,
    ) -> Result<(TokenWithUse, NewToken), AdministrationError> {
        let (user, role) = caller.require_user()?;
        caller.require(Permission::UserAccessTokens, Level::Full)?;
        let order = TokenOrder {
            maker: Maker::Own,
            integration,
            user,
            role,
            name,
        };
        self.issue(caller, order, None).await
    }

    async fn issue(
        &self,
        caller: &Caller,
        order: TokenOrder,
        given: Option<NewToken>,
    ) -> Result<(TokenWithUse, NewToken), AdministrationError> {
        let (token, _numbering) = match given {
            Some(given) => (given, None),
            None => self.first_of_token().await?,
        };
        let owner = SecretOwner::AccessToken(token.id.clone());
        let sealed = self.secrets.seal(&owner, 1, &token.secret, &*self.entropy)?;
        let by = caller.by(self.clock.now());
        let issued = self
            .store
            .issue_token(order, token.id.clone(), sealed, by)
            .await?;
        self.take_in_change().await;
        let unused = TokenWithUse {
            token: issued,
            used: TokenUse::default(),
        };
        Ok((unused, token))
    }

    /// Saves the Edit page of a token, as `edit` makes it of what is stored.
    pub async fn edit_token(
        &self,
        caller: &Caller,
        id: AccessTokenId,
        edit: impl FnOnce(TokenEditForm) -> TokenEditForm + Send + 'static,
    ) -> Result<TokenWithUse, AdministrationError> {
        let keeper = keeper(caller, &self.token(caller, id).await?.token)?;
        let by = caller.by(self.clock.now());
        let saved = self.store.edit_token(id, edit, keeper, by).await?;
        self.take_in_change().await;
        self.with_use(saved).await
    }

    /// Activates, inactivates or revokes a token; revoking is for ever. No login that is refused from now on succeeds once
    /// this has returned.
    pub async fn change_token_state(
        &self,
        caller: &Caller,
        id: AccessTokenId,
        change: TokenChange,
    ) -> Result<AccessToken, AdministrationError> {
        let keeper = keeper(caller, &self.token(caller, id).await?.token)?;
        let by = caller.by(self.clock.now());
        let changed = self.store.change_token_state(id, change, keeper, by).await?;
        self.take_in_change().await;
        Ok(changed)
    }

    async fn with_use(&self, token: AccessToken) -> Result<TokenWithUse, AdministrationError> {
        let used = self.store.token_uses(vec![token.id]).await?;
        let used = used.into_values().next().unwrap_or_default();
        Ok(TokenWithUse { token, used })
    }

    async fn with_uses(&self, tokens: Vec<AccessToken>) -> Result<Vec<TokenWithUse>, AdministrationError> {
        let ids = tokens.iter().map(|token| token.id).collect();
        let mut uses: HashMap<_, _> = self.store.token_uses(ids).await?.into_iter().collect();
        let with_use = |token: AccessToken| TokenWithUse {
            used: uses.remove(&token.id).unwrap_or_default(),
            token,
        };
        Ok(tokens.into_iter().map(with_use).collect())
    }
}

enum Sees {
    Everybodys,
    Own(EntityId),
}

fn sees(caller: &Caller) -> Result<Sees, Forbidden> {
    if caller.allows(Permission::AccessTokenManagement, Level::Full) {
        return Ok(Sees::Everybodys);
    }
    let (user, _) = caller.require_user()?;
    caller.require(Permission::UserAccessTokens, Level::Full)?;
    Ok(Sees::Own(user))
}

/// The rules about whose token it is are asked where it is changed; the scopes of a key are asked here.
fn keeper(caller: &Caller, token: &AccessToken) -> Result<Keeper, Forbidden> {
    let Some((user, role)) = caller.user().zip(caller.role()) else {
        return Ok(Keeper::Owner);
    };
    let own = token.user == user;
    let manages = caller.allows(Permission::AccessTokenManagement, Level::Full);
    if !manages || (own && !caller.is_administrator()) {
        caller.require(Permission::UserAccessTokens, Level::Full)?;
    }
    Ok(Keeper::User { user, role })
}
