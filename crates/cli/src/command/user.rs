//! `countersign user`.

use clap::{Args, Subcommand};
use countersign_admin::{EntityKindWord, GrantJson, PermissionWord, UserInput};

use super::at::{At, Sure};
use super::examples;
use super::integration::Length;
use super::listed::{OneOf, grant, permission};
use super::words::yes_no;

/// Look after users: entities, what they may log in as, their passwords and locks
///
/// Setup > Users/Roles > Manage Users. A user is named by internal id or exact name. A change applies to the
/// user's tokens at once.
#[derive(Debug, Args)]
#[command(after_long_help = examples::USER)]
pub(crate) struct User {
    #[command(subcommand)]
    pub(crate) action: UserAction,

    #[command(flatten)]
    pub(crate) at: At,
}

#[derive(Debug, Subcommand)]
pub(crate) enum UserAction {
    /// List users
    #[command(after_help = "Example:\n  countersign user list --type employee --inactive=no")]
    List {
        /// How the name begins; the list is then sorted by name
        #[arg(long)]
        name: Option<String>,
        /// The whole email address
        #[arg(long)]
        email: Option<String>,
        /// Only entities of this type
        #[arg(long = "type", value_name = "TYPE", value_parser = OneOf::<EntityKindWord>::list())]
        kind: Option<EntityKindWord>,
        /// Only inactive ones, or with =no only the others
        #[arg(long, value_name = "yes|no", num_args = 0..=1, require_equals = true, default_missing_value = "yes", value_parser = yes_no)]
        inactive: Option<bool>,
        #[command(flatten)]
        length: Length,
    },
    /// Show a user with its roles
    #[command(after_help = "Example:\n  countersign user show 'Ada Byron'")]
    Show {
        /// Internal id or exact name
        user: String,
    },
    /// Create an entity; one with a role gets access, unless --give-access=no
    #[command(
        after_help = "Example:\n  countersign user create 'Ada Byron' --email ada@example.com --role Integrator"
    )]
    Create {
        /// Its name, which no other entity has
        name: String,
        #[command(flatten)]
        fields: Box<UserFields>,
    },
    /// Change a user; what is not given stays
    #[command(
        after_help = "Examples:\n  countersign user edit 'Ada Byron' --email ada.byron@example.com\n  countersign user edit 'Ada Byron' --give-access=no"
    )]
    Edit {
        /// Internal id or exact name
        user: String,
        /// A new name
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        fields: Box<UserFields>,
    },
    /// Set a user's password: asked for on a terminal, or the first line of standard input
    #[command(
        after_help = "Examples:\n  countersign user password 'Ada Byron'\n  pass show ada | countersign user password 'Ada Byron' \\\n    --require-password-change-on-next-login=no"
    )]
    Password {
        /// Internal id or exact name
        user: String,
        /// Whether the password must be changed at the next sign-in on a page [default: yes]
        #[arg(long, value_name = "yes|no", num_args = 0..=1, require_equals = true, default_missing_value = "yes", value_parser = yes_no)]
        require_password_change_on_next_login: Option<bool>,
    },
    /// End the lock that five failed passwords set
    #[command(after_help = "Example:\n  countersign user unlock 'Ada Byron'")]
    Unlock {
        /// Internal id or exact name
        user: String,
    },
    /// Remove a user's authenticator app and recovery codes; the next sign-in that asks for one sets it up anew
    #[command(after_help = "Example:\n  countersign user remove-second-factor 'Ada Byron'")]
    RemoveSecondFactor {
        /// Internal id or exact name
        user: String,
    },
    /// Give a user a role, and with it access
    #[command(after_help = "Example:\n  countersign user give-role 'Ada Byron' Administrator")]
    GiveRole {
        /// The user, by internal id or exact name
        user: String,
        /// The role, by internal id or exact name
        role: String,
    },
    /// Take a role from a user
    #[command(after_help = "Example:\n  countersign user take-role 'Ada Byron' Integrator")]
    TakeRole {
        /// The user, by internal id or exact name
        user: String,
        /// The role, by internal id or exact name
        role: String,
    },
    /// Give a user one global permission, or change its level
    #[command(after_help = "Example:\n  countersign user give-global-permission 'Ada Byron' Customers=View")]
    GiveGlobalPermission {
        /// Internal id or exact name
        user: String,
        /// The permission and its level: View, Create, Edit or Full
        #[arg(value_name = "PERMISSION=LEVEL", value_parser = grant)]
        grant: GrantJson,
    },
    /// Take one global permission from a user
    #[command(after_help = "Example:\n  countersign user take-global-permission 'Ada Byron' Customers")]
    TakeGlobalPermission {
        /// Internal id or exact name
        user: String,
        /// Its name, as `countersign role permissions` lists it
        #[arg(value_parser = permission)]
        permission: PermissionWord,
    },
    /// Delete an entity with its tokens, for ever
    #[command(after_help = "Example:\n  countersign user delete 'Ada Byron'")]
    Delete {
        /// Internal id or exact name
        user: String,
        #[command(flatten)]
        sure: Sure,
    },
}

#[derive(Debug, Args)]
pub(crate) struct UserFields {
    /// Its email address, which it signs in with
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,

    /// The entity's type, which cannot be changed afterwards [default: employee]
    #[arg(long = "type", value_name = "TYPE", value_parser = OneOf::<EntityKindWord>::list())]
    kind: Option<EntityKindWord>,

    /// Whether it is inactive: its logins are refused
    #[arg(long, value_name = "yes|no", num_args = 0..=1, require_equals = true, default_missing_value = "yes", value_parser = yes_no)]
    inactive: Option<bool>,

    /// Whether the entity may log in
    #[arg(long, value_name = "yes|no", num_args = 0..=1, require_equals = true, default_missing_value = "yes", value_parser = yes_no)]
    give_access: Option<bool>,

    /// One of its roles (can be repeated); roles that are not named are taken away
    #[arg(long = "role", value_name = "ROLE")]
    pub(crate) roles: Vec<String>,

    /// A permission in every role, while the feature Global Permissions is on (can be repeated); global
    /// permissions that are not named are taken away
    #[arg(long = "global-permission", value_name = "PERMISSION=LEVEL", value_parser = grant)]
    global_permissions: Vec<GrantJson>,

    /// Its box Web Services User; it changes nothing for tokens
    #[arg(long, value_name = "yes|no", num_args = 0..=1, require_equals = true, default_missing_value = "yes", value_parser = yes_no)]
    web_services_user: Option<bool>,

    /// Its box Concurrent Web Services User, which takes a SuiteCloud Plus licence; it changes nothing for tokens
    #[arg(long, value_name = "yes|no", num_args = 0..=1, require_equals = true, default_missing_value = "yes", value_parser = yes_no)]
    concurrent_web_services_user: Option<bool>,

    /// Whether the company's rules on addresses hold for it too
    #[arg(long, value_name = "yes|no", num_args = 0..=1, require_equals = true, default_missing_value = "yes", value_parser = yes_no)]
    inherit_ip_rules_from_company: Option<bool>,

    /// From where it may log in: addresses, ranges and networks with commas between them; '' for anywhere
    #[arg(long, value_name = "ADDRESSES")]
    ip_address_restriction: Option<String>,
}

impl UserFields {
    /// What is to be set; `roles` are those of the flags, by internal id.
    pub(crate) fn input(self, name: Option<String>, roles: Vec<i64>) -> UserInput {
        UserInput {
            kind: self.kind,
            name,
            email: self.email,
            inactive: self.inactive,
            give_access: self.give_access,
            roles: Some(roles).filter(|roles| !roles.is_empty()),
            global_permissions: Some(self.global_permissions).filter(|grants| !grants.is_empty()),
            web_services_user: self.web_services_user,
            concurrent_web_services_user: self.concurrent_web_services_user,
            inherit_ip_rules_from_company: self.inherit_ip_rules_from_company,
            ip_address_restriction: self.ip_address_restriction,
        }
    }
}
