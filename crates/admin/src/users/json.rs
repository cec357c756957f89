//! The JSON of users.

use countersign_model::{RoleId, User, UserForm};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::edit::{given, set};
use crate::moment::Moment;
use crate::named::{EntityKindWord, Named};
use crate::roles::{GrantJson, granted, grants};

/// An entity, and what it may log in as.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserJson {
    /// The internal id.
    pub id: i64,
    #[serde(rename = "type")]
    pub kind: EntityKindWord,
    pub name: String,
    pub email: String,
    pub inactive: bool,
    pub give_access: bool,
    pub roles: Vec<AssignedRoleJson>,
    /// What it may do in every role, while the feature Global Permissions is on.
    pub global_permissions: Vec<GrantJson>,
    pub web_services_user: bool,
    pub concurrent_web_services_user: bool,
    pub inherit_ip_rules_from_company: bool,
    pub ip_address_restriction: String,
    /// Until when five failed passwords lock it.
    pub locked_until: Option<Moment>,
}

/// A role on the Access subtab.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AssignedRoleJson {
    /// The internal id of the role.
    pub role: i64,
    /// Whether the user has hidden it on View My Roles; no token logs in with it then.
    pub hidden: bool,
}

/// What a user is to be. On a new one, what is left out is empty; on one that is there it stays as it is.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct UserInput {
    /// Chosen once.
    #[serde(
        rename = "type",
        skip_serializing_if = "Option::is_none",
        deserialize_with = "given"
    )]
    #[schema(nullable = false)]
    pub kind: Option<EntityKindWord>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(nullable = false)]
    pub name: Option<String>,
    /// Which the user signs in with.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(nullable = false)]
    pub email: Option<String>,
    /// An inactive entity does not log in.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(nullable = false)]
    pub inactive: Option<bool>,
    /// Who has access has at least one role.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(nullable = false)]
    pub give_access: Option<bool>,
    /// The internal ids of all its roles: one that is not in the list is taken away. For one alone there is
    /// `…/roles/{role}`.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(nullable = false)]
    pub roles: Option<Vec<i64>>,
    /// All of them: one that is not in the list is taken away. For one alone there is `…/global-permissions/{permission}`.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(nullable = false)]
    pub global_permissions: Option<Vec<GrantJson>>,
    /// Its box; it changes nothing for tokens.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(nullable = false)]
    pub web_services_user: Option<bool>,
    /// Its box, which takes a SuiteCloud Plus licence; it changes nothing for tokens.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(nullable = false)]
    pub concurrent_web_services_user: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(nullable = false)]
    pub inherit_ip_rules_from_company: Option<bool>,
    /// Addresses, ranges and networks, with commas between them.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(nullable = false)]
    pub ip_address_restriction: Option<String>,
}

/// Which users to list.
#[derive(Clone, Debug, Default, Serialize, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct UserQuery {
    /// How the name begins, upper and lower case aside; the list is then by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The whole email address, as it is written in the record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The type of the entity.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    #[param(value_type = Option<EntityKindWord>, inline)]
    pub kind: Option<EntityKindWord>,
    /// Only inactive ones, or only the others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inactive: Option<bool>,
    /// The internal id of the user the page begins after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<i64>,
    /// How many at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 500, default = 50)]
    pub limit: Option<u32>,
}

/// A password that an administrator gives a user.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PasswordInput {
    #[schema(format = Password)]
    pub password: String,
    /// Require Password Change on Next Login; it is, where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub require_password_change_on_next_login: Option<bool>,
}

impl std::fmt::Debug for PasswordInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordInput(..)")
    }
}

impl From<&User> for UserJson {
    fn from(user: &User) -> Self {
        let restriction = &user.ip_restriction;
        let role = |assigned: &countersign_model::AssignedRole| AssignedRoleJson {
            role: assigned.role.get(),
            hidden: assigned.hidden,
        };
        Self {
            id: user.id.get(),
            kind: Named(user.kind),
            name: user.name.clone(),
            email: user.email.clone(),
            inactive: user.inactive,
            give_access: user.give_access,
            roles: user.roles.iter().map(role).collect(),
            global_permissions: grants(&user.global_permissions),
            web_services_user: user.web_services_user,
            concurrent_web_services_user: user.concurrent_web_services_user,
            inherit_ip_rules_from_company: restriction.inherit_from_company,
            ip_address_restriction: restriction
                .own
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            locked_until: user.locked_until.map(Moment),
        }
    }
}

impl UserInput {
    /// The form with what is given here filled in.
    pub fn fill(self, mut form: UserForm) -> UserForm {
        set(&mut form.kind, self.kind.map(|kind| kind.0));
        set(&mut form.name, self.name);
        set(&mut form.email, self.email);
        set(&mut form.inactive, self.inactive);
        set(&mut form.give_access, self.give_access);
        let roles = self
            .roles
            .map(|ids| ids.into_iter().map(RoleId::new).collect::<Vec<_>>());
        set(&mut form.roles, roles);
        let permissions = self.global_permissions.map(|grants| granted(&grants));
        set(&mut form.global_permissions, permissions);
        set(&mut form.web_services_user, self.web_services_user);
        set(
            &mut form.concurrent_web_services_user,
            self.concurrent_web_services_user,
        );
        set(&mut form.inherit_ip_rules, self.inherit_ip_rules_from_company);
        set(&mut form.ip_address_restriction, self.ip_address_restriction);
        form
    }
}
