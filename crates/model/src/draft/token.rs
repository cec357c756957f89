//! An access token, as it is filled in and saved.

use super::field::{Check, FieldErrors, MAX_NAME};
use crate::{
    AccessToken, AccessTokenId, By, EntityId, FeatureSet, Integration, IntegrationId, IntegrationState,
    Rights, Role, RoleId, TokenId, TokenState, User,
};

/// Setup > Users/Roles > Access Tokens > New, as filled in, with the records that were chosen.
#[derive(Clone, Copy, Debug)]
pub struct TokenForm<'a> {
    pub application: &'a Integration,
    pub user: &'a User,
    pub role: &'a Role,
    /// Whether the user's global permissions count is one of them.
    pub features: &'a FeatureSet,
    /// Empty takes the default name.
    pub name: &'a str,
}

/// An access token that may be created.
#[derive(Clone, Debug)]
pub struct TokenDraft {
    integration: IntegrationId,
    user: EntityId,
    role: RoleId,
    name: String,
}

impl TokenDraft {
    /// Refuses what NetSuite's lists do not offer: an application without Token-based Authentication, a user without
    /// access, a role the user does not have or that may not log in by token. Who may create it for whom is for
    /// [`TokenMaker`](crate::TokenMaker).
    pub fn parse(form: TokenForm<'_>) -> Result<Self, FieldErrors> {
        let TokenForm {
            application,
            user,
            role,
            features,
            name,
        } = form;
        let mut check = Check::default();
        if application.is_uninstalled() {
            check.refuse(
                "Application Name",
                "must be installed; its record was uninstalled.",
            );
        } else if !application.authentication.token_based_authentication {
            check.refuse(
                "Application Name",
                "must have Token-based Authentication checked on its record.",
            );
        } else if application.state == IntegrationState::Blocked {
            check.refuse(
                "Application Name",
                format!("must be Enabled; it is {}.", application.state),
            );
        }
        if user.inactive || !user.give_access {
            check.refuse("User", "must be active and have access.");
        }
        if user.assignment(role.id).is_none() {
            check.refuse(
                "Role",
                format!(
                    "must be one {} has; add it on the Access subtab first.",
                    user.name
                ),
            );
        } else if role.inactive {
            check.refuse("Role", "must be active.");
        } else if !Rights::of(user, role, features).logs_in_by_token() {
            check.refuse(
                "Role",
                "must have Log in using Access Tokens or User Access Tokens.",
            );
        }
        let name = match name.trim() {
            "" => default_name(application, user, role),
            name => check.name("Token Name", name),
        };
        check.finish(Self {
            integration: application.id,
            user: user.id,
            role: role.id,
            name,
        })
    }

    pub fn integration(&self) -> IntegrationId {
        self.integration
    }

    pub fn user(&self) -> EntityId {
        self.user
    }

    pub fn role(&self) -> RoleId {
        self.role
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// The token, active, with the first generation of its secret.
    pub fn into_access_token(self, id: AccessTokenId, token_id: TokenId, by: &By) -> AccessToken {
        AccessToken {
            id,
            name: self.name,
            token_id,
            user: self.user,
            role: self.role,
            integration: self.integration,
            state: TokenState::Active,
            secret_generation: 1,
            created: by.at,
            created_by: by.actor.user,
        }
    }
}

/// The Edit page of a token, as filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenEditForm {
    /// Empty keeps the name.
    pub name: String,
    pub inactive: bool,
}

impl From<&AccessToken> for TokenEditForm {
    fn from(token: &AccessToken) -> Self {
        Self {
            name: token.name.clone(),
            inactive: !token.is_active(),
        }
    }
}

/// A change to an access token that may be saved. Who the token is for never changes.
#[derive(Clone, Debug)]
pub struct TokenEdit(AccessToken);

impl TokenEdit {
    pub fn parse(current: &AccessToken, form: &TokenEditForm) -> Result<Self, FieldErrors> {
        let mut check = Check::default();
        if current.is_revoked() {
            check.refuse(
                "Token Name",
                "is of a revoked token, which cannot be changed any more.",
            );
        }
        let name = match form.name.trim() {
            "" => current.name.clone(),
            name => check.name("Token Name", name),
        };
        let state = if form.inactive {
            TokenState::Inactive
        } else {
            TokenState::Active
        };
        check.finish(Self(AccessToken {
            name,
            state,
            ..current.clone()
        }))
    }

    /// The token after the Save.
    pub fn into_access_token(self) -> AccessToken {
        self.0
    }
}

/// Application, user and role, as NetSuite joins them; the comma between them is ours, its separator is not public.
fn default_name(application: &Integration, user: &User, role: &Role) -> String {
    let name = format!("{}, {}, {}", application.name, user.name, role.name);
    name.chars().take(MAX_NAME).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access_token::tests::token;
    use crate::integration::tests::integration;
    use crate::login::tests::features;
    use crate::user::tests::user;
    use crate::{Actor, AssignedRole, TokenChange, Via};
    use countersign_world::UnixTime;

    const NOW: UnixTime = UnixTime::from_seconds(5);

    fn records() -> (Integration, User, Role) {
        let user = User {
            roles: vec![AssignedRole {
                role: Role::ADMINISTRATOR,
                hidden: false,
            }],
            ..user()
        };
        (
            integration(IntegrationState::Enabled),
            user,
            Role::administrator(),
        )
    }

    #[test]
    fn an_unnamed_token_is_called_by_its_application_user_and_role() {
        let (application, user, role) = records();
        let form = TokenForm {
            application: &application,
            user: &user,
            role: &role,
            features: &features(),
            name: " ",
        };
        assert_eq!(
            TokenDraft::parse(form).unwrap().name(),
            "Warehouse sync, Ada Byron, Administrator"
        );
        let named = TokenDraft::parse(TokenForm {
            name: "nightly",
            ..form
        })
        .unwrap();
        assert_eq!(named.name(), "nightly");
    }

    #[test]
    fn what_could_never_log_in_is_refused_field_by_field() {
        let (mut application, mut user, role) = records();
        application.authentication.token_based_authentication = false;
        user.give_access = false;
        user.roles.clear();
        let form = TokenForm {
            application: &application,
            user: &user,
            role: &role,
            features: &features(),
            name: "a\nb",
        };
        let errors = TokenDraft::parse(form).unwrap_err();
        let fields: Vec<&str> = errors.iter().map(|error| error.field).collect();
        assert_eq!(fields, ["Application Name", "User", "Role", "Token Name"]);
    }

    #[test]
    fn a_token_knows_who_made_it() {
        let (application, user, role) = records();
        let draft = TokenDraft::parse(TokenForm {
            application: &application,
            user: &user,
            role: &role,
            features: &features(),
            name: "",
        });
        let by = By {
            actor: Actor {
                user: Some(EntityId::new(7)),
                name: "Grace".into(),
                via: Via::Page,
            },
            at: NOW,
        };
        let token_id = TokenId::parse("t").unwrap();
        let token = draft
            .unwrap()
            .into_access_token(AccessTokenId::new(1), token_id, &by);
        assert_eq!((token.created, token.created_by), (NOW, Some(EntityId::new(7))));
    }

    #[test]
    fn a_token_is_renamed_and_inactivated_until_it_is_revoked() {
        let form = TokenEditForm {
            name: " weekly ".into(),
            inactive: true,
        };
        let edited = TokenEdit::parse(&token(), &form).unwrap().into_access_token();
        assert_eq!(
            (edited.name.as_str(), edited.state),
            ("weekly", TokenState::Inactive)
        );
        let unnamed = TokenEditForm {
            name: String::new(),
            inactive: false,
        };
        assert_eq!(
            TokenEdit::parse(&edited, &unnamed)
                .unwrap()
                .into_access_token()
                .name,
            "weekly"
        );
        let revoked = edited.apply(TokenChange::Revoke, NOW).unwrap();
        assert_eq!(
            TokenEdit::parse(&revoked, &unnamed).unwrap_err().to_string(),
            "Token Name is of a revoked token, which cannot be changed any more."
        );
    }
}
