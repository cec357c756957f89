//! A new access token.

use super::field::{Check, FieldErrors, MAX_NAME};
use crate::{
    AccessToken, AccessTokenId, EntityId, Integration, IntegrationId, IntegrationState, Role, RoleId,
    TokenId, TokenState, User,
};
use countersign_world::UnixTime;

/// Setup > Users/Roles > Access Tokens > New, as filled in, with the records that were chosen.
#[derive(Clone, Copy, Debug)]
pub struct TokenForm<'a> {
    pub application: &'a Integration,
    pub user: &'a User,
    pub role: &'a Role,
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
    /// access, a role the user does not have or that may not log in by token.
    pub fn parse(form: TokenForm<'_>) -> Result<Self, FieldErrors> {
        let TokenForm {
            application,
            user,
            role,
            name,
        } = form;
        let mut check = Check::default();
        if !application.authentication.token_based_authentication {
            check.refuse(
                "Application Name",
                "must have Token-based Authentication checked on its record.",
            );
        } else if application.state != IntegrationState::Enabled {
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
        } else if !role.logs_in_by_token() {
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
    pub fn into_access_token(self, id: AccessTokenId, token_id: TokenId, now: UnixTime) -> AccessToken {
        AccessToken {
            id,
            name: self.name,
            token_id,
            user: self.user,
            role: self.role,
            integration: self.integration,
            state: TokenState::Active,
            secret_generation: 1,
            created: now,
        }
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
    use crate::{ApplicationId, AssignedRole, Authentication, ConsumerKey, EntityKind};

    fn records() -> (Integration, User, Role) {
        let application = Integration {
            id: IntegrationId::new(1),
            name: "Warehouse sync".into(),
            description: String::new(),
            note: String::new(),
            state: IntegrationState::Enabled,
            application_id: ApplicationId::from_bytes([0; 16]),
            authentication: Authentication::default(),
            concurrency_limit: None,
            consumer_key: ConsumerKey::parse("k").unwrap(),
            secret_generation: 1,
            created: UnixTime::from_seconds(1),
            last_modified: UnixTime::from_seconds(1),
        };
        let user = User {
            id: EntityId::new(42),
            kind: EntityKind::Employee,
            name: "Ada Byron".into(),
            email: "ada@example.com".into(),
            give_access: true,
            inactive: false,
            roles: vec![AssignedRole {
                role: Role::ADMINISTRATOR,
                hidden: false,
            }],
            locked_until: None,
        };
        (application, user, Role::administrator())
    }

    #[test]
    fn an_unnamed_token_is_called_by_its_application_user_and_role() {
        let (application, user, role) = records();
        let form = TokenForm {
            application: &application,
            user: &user,
            role: &role,
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
            name: "a\nb",
        };
        let errors = TokenDraft::parse(form).unwrap_err();
        let fields: Vec<&str> = errors.iter().map(|error| error.field).collect();
        assert_eq!(fields, ["Application Name", "User", "Role", "Token Name"]);
    }
}
