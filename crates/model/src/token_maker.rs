//! Who may create and revoke which tokens. Three permissions look alike and are not: Access Token Management is for
//! other users' tokens, User Access Tokens for one's own, Log in using Access Tokens creates none.

use crate::{
    AccessToken, Detail, EntityId, Feature, FeatureSet, Integration, IntegrationState, Level, Permission,
    Rights, Role, RoleId, User,
};
use thiserror::Error;

/// Proof that somebody may create a token for this user in this role. It can be had from [`TokenMaker`] only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MayMakeToken {
    user: EntityId,
    role: RoleId,
}

impl MayMakeToken {
    pub const fn user(self) -> EntityId {
        self.user
    }

    pub const fn role(self) -> RoleId {
        self.role
    }
}

/// Why not, and what would help.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TokenRefused {
    #[error(
        "Token-based Authentication is off. Check it at Setup > Company > Enable Features > SuiteCloud > Manage \
         Authentication."
    )]
    FeatureOff,
    #[error(
        "The role {role} may not manage other users' tokens. Add Access Token Management: Setup > Users/Roles > User \
         Management > Manage Roles > Edit > Permissions > Setup."
    )]
    NotManager { role: String },
    #[error(
        "Access Token Management is for other users' tokens. Make your own with User Access Tokens, at Settings > Manage \
         Access Tokens > New My Access Token."
    )]
    OwnByManager,
    #[error(
        "A token for an Administrator role can be made by that administrator only, for themselves. Choose another role."
    )]
    Administrator,
    #[error(
        "The role {role} may not create its own tokens{}. Add User Access Tokens: Setup > Users/Roles > User Management > \
         Manage Roles > Edit > Permissions > Setup.", only_logs_in(*.logs_in)
    )]
    NotOwn {
        role: String,
        /// It has Log in using Access Tokens, which is often mistaken for it.
        logs_in: bool,
    },
    #[error(
        "The role {role} may not log in by token, so none is made for it. Add Log in using Access Tokens or User Access \
         Tokens: Setup > Users/Roles > User Management > Manage Roles > Edit > Permissions > Setup, or choose another role."
    )]
    NoLogin { role: String },
    #[error(
        "{application} does not serve the issuetoken endpoint. Check Token-based Authentication and TBA: IssueToken \
         Endpoint: Setup > Integration > Manage Integrations > {application} > Edit."
    )]
    NoIssueTokenEndpoint { application: String },
    #[error(
        "{application} does not serve the authorization flow. Check Token-based Authentication and TBA: Authorization \
         Flow: Setup > Integration > Manage Integrations > {application} > Edit."
    )]
    NoAuthorizationFlow { application: String },
    #[error("{application} cannot have tokens: its record is {}.", state_of(*.state))]
    Application {
        application: String,
        /// None when it was uninstalled or its box is clear.
        state: Option<IntegrationState>,
    },
    #[error("This token is another user's. You can revoke your own only, or with Access Token Management.")]
    NotYours,
}

const fn only_logs_in(logs_in: bool) -> &'static str {
    if logs_in {
        ": Log in using Access Tokens only logs in"
    } else {
        ""
    }
}

fn state_of(state: Option<IntegrationState>) -> &'static str {
    state.map_or(
        "uninstalled or without Token-based Authentication",
        IntegrationState::label,
    )
}

impl TokenRefused {
    /// The word for the trail, where a token service refused.
    pub const fn detail(&self) -> Detail {
        match self {
            Self::FeatureOff => Detail::FeatureDisabled,
            Self::NoIssueTokenEndpoint { .. } => Detail::IssueTokenEndpointRequired,
            Self::NoAuthorizationFlow { .. } => Detail::AuthorizationFlowRequired,
            Self::Application { .. } => Detail::ConsumerKeyRefused,
            Self::NotYours => Detail::TokenRejected,
            _ => Detail::PermissionDenied,
        }
    }

    /// The stable id of the mistake.
    pub const fn mistake(&self) -> &'static str {
        match self {
            Self::FeatureOff => "feature_disabled",
            Self::NotManager { .. } => "role_without_atm",
            Self::OwnByManager => "own_token_by_manager",
            Self::NotOwn { .. } => "role_without_own_tokens",
            Self::NoLogin { .. } => "role_without_tba",
            Self::NoIssueTokenEndpoint { .. } => "issue_token_not_enabled",
            Self::NoAuthorizationFlow { .. } => "flow_not_enabled",
            Self::Application {
                state: Some(IntegrationState::WaitingForApproval),
                ..
            } => "integration_waiting",
            Self::Application { state: Some(_), .. } => "integration_blocked",
            Self::Application { state: None, .. } => "integration_without_tba",
            Self::Administrator | Self::NotYours => "token_of_another_user",
        }
    }
}

/// Somebody who is logged in and wants to make or revoke a token.
#[derive(Clone, Copy, Debug)]
pub struct TokenMaker<'a> {
    pub user: &'a User,
    pub role: &'a Role,
    pub features: &'a FeatureSet,
}

impl TokenMaker<'_> {
    fn rights(&self) -> Rights<'_> {
        Rights::of(self.user, self.role, self.features)
    }

    /// Method A, Setup > Users/Roles > Access Tokens > New: for another user. An Administrator may also make one for
    /// themselves there, and nobody one for another Administrator.
    pub fn may_make_for(
        &self,
        user: &User,
        role: &Role,
        application: &Integration,
    ) -> Result<MayMakeToken, TokenRefused> {
        self.takes_tokens(application)?;
        let rights = self.rights();
        if !rights.allows(Permission::AccessTokenManagement, Level::Full) {
            return Err(TokenRefused::NotManager {
                role: self.role.name.clone(),
            });
        }
        let own = user.id == self.user.id;
        let is_administrator = rights.is_administrator();
        if own && !is_administrator {
            return Err(TokenRefused::OwnByManager);
        }
        if role.administrator && !(own && is_administrator) {
            return Err(TokenRefused::Administrator);
        }
        Ok(MayMakeToken {
            user: user.id,
            role: role.id,
        })
    }

    /// Method B, Settings > Manage Access Tokens > New My Access Token: for the current user and role.
    pub fn may_make_own(&self, application: &Integration) -> Result<MayMakeToken, TokenRefused> {
        self.takes_tokens(application)?;
        self.may_have_own()
    }

    /// The issuetoken endpoint: as method B, where the record serves it.
    pub fn may_issue(&self, application: &Integration) -> Result<MayMakeToken, TokenRefused> {
        self.takes_tokens(application)?;
        if !application.authentication.allows_issue_token() {
            return Err(TokenRefused::NoIssueTokenEndpoint {
                application: application.name.clone(),
            });
        }
        self.may_have_own()
    }

    /// Allow, on the consent page of the authorization flow. The token is made for the application by the user's
    /// consent, so it is enough that the role may log in with it. A record that waits for approval may have the token
    /// already: its calls are refused until somebody enables it.
    pub fn may_authorize(&self, application: &Integration) -> Result<MayMakeToken, TokenRefused> {
        match self.takes_tokens(application) {
            Err(TokenRefused::Application {
                state: Some(IntegrationState::WaitingForApproval),
                ..
            }) => {}
            taken => taken?,
        }
        if !application.authentication.allows_authorization_flow() {
            return Err(TokenRefused::NoAuthorizationFlow {
                application: application.name.clone(),
            });
        }
        if !self.rights().logs_in_by_token() {
            return Err(TokenRefused::NoLogin {
                role: self.role.name.clone(),
            });
        }
        Ok(self.own())
    }

    /// Revoking, inactivating or renaming `token`, which is for a role of `its_role`: one's own with User Access Tokens,
    /// another's with Access Token Management, never an Administrator's.
    pub fn may_change(&self, token: &AccessToken, its_role: Option<&Role>) -> Result<(), TokenRefused> {
        let rights = self.rights();
        if token.user == self.user.id {
            return self.may_have_own().map(drop);
        }
        if !rights.allows(Permission::AccessTokenManagement, Level::Full) {
            return Err(TokenRefused::NotYours);
        }
        if its_role.is_some_and(|role| role.administrator) && !rights.is_administrator() {
            return Err(TokenRefused::Administrator);
        }
        Ok(())
    }

    fn takes_tokens(&self, application: &Integration) -> Result<(), TokenRefused> {
        if !self.features.has(Feature::TokenBasedAuthentication) {
            return Err(TokenRefused::FeatureOff);
        }
        let refused = |state| {
            Err(TokenRefused::Application {
                application: application.name.clone(),
                state,
            })
        };
        if application.is_uninstalled() || !application.authentication.token_based_authentication {
            refused(None)
        } else if application.state != IntegrationState::Enabled {
            refused(Some(application.state))
        } else {
            Ok(())
        }
    }

    fn may_have_own(&self) -> Result<MayMakeToken, TokenRefused> {
        if self.rights().allows(Permission::UserAccessTokens, Level::Full) {
            Ok(self.own())
        } else {
            Err(self.not_own())
        }
    }

    fn not_own(&self) -> TokenRefused {
        TokenRefused::NotOwn {
            role: self.role.name.clone(),
            logs_in: self
                .rights()
                .allows(Permission::LogInUsingAccessTokens, Level::Full),
        }
    }

    const fn own(&self) -> MayMakeToken {
        MayMakeToken {
            user: self.user.id,
            role: self.role.id,
        }
    }
}

#[cfg(test)]
mod tests;
