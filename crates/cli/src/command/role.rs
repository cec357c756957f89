//! `countersign role`.

use clap::{Args, Subcommand};
use countersign_admin::{
    CenterWord, GrantJson, MinimumPermissionsWord, PermissionWord, RoleInput, StandardRoleWord, SubtabWord,
};

use super::at::At;
use super::examples;
use super::listed::{OneOf, grant, permission};
use super::words::yes_no;

/// Look after roles and their permissions
///
/// Setup > Users/Roles > Manage Roles. A role is named by its internal id or its exact name. A change
/// applies to its tokens at once.
#[derive(Debug, Args)]
#[command(after_long_help = examples::ROLE)]
pub(crate) struct Role {
    #[command(subcommand)]
    pub(crate) action: RoleAction,

    #[command(flatten)]
    pub(crate) at: At,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RoleAction {
    /// List roles
    #[command(after_help = "Example:\n  countersign role list")]
    List,
    /// Show a role, its permissions, and what people expect of them in vain
    #[command(after_help = "Example:\n  countersign role show Integrator")]
    Show {
        /// Internal id or exact name
        role: String,
    },
    /// Create a role: from nothing, as a copy of a standard role, or with the fewest permissions a service needs
    #[command(
        after_help = "Examples:\n  countersign role create Integrator --minimum-permissions rest \\\n    --permission Customers=Full\n  countersign role create 'My Accountant' --customizes accountant"
    )]
    Create {
        /// Its name, which no other role has
        name: String,
        /// Begin as a copy of this standard role
        #[arg(long, value_name = "STANDARD_ROLE", value_parser = OneOf::<StandardRoleWord>::list(), conflicts_with = "minimum_permissions")]
        customizes: Option<StandardRoleWord>,
        /// Begin with the fewest permissions this service needs
        #[arg(long, value_name = "SERVICE", value_parser = OneOf::<MinimumPermissionsWord>::list())]
        minimum_permissions: Option<MinimumPermissionsWord>,
        #[command(flatten)]
        fields: Box<RoleFields>,
    },
    /// Change a role; what is not given stays
    #[command(
        after_help = "Examples:\n  countersign role edit Integrator --permission Vendors=View \\\n    --remove-permission Customers\n  countersign role edit Integrator --inactive"
    )]
    Edit {
        /// Internal id or exact name
        role: String,
        /// A new name
        #[arg(long)]
        name: Option<String>,
        /// Take this permission away (can be repeated)
        #[arg(long, value_name = "PERMISSION", value_parser = permission)]
        remove_permission: Vec<PermissionWord>,
        #[command(flatten)]
        fields: Box<RoleFields>,
    },
    /// List every permission there is, with its levels
    #[command(after_help = "Example:\n  countersign role permissions --subtab setup")]
    Permissions {
        /// Only those of this subtab
        #[arg(long, value_parser = OneOf::<SubtabWord>::list())]
        subtab: Option<SubtabWord>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct RoleFields {
    /// Give this permission at this level, View, Create, Edit or Full; the others stay (can be repeated)
    #[arg(long = "permission", value_name = "PERMISSION=LEVEL", value_parser = grant)]
    pub(crate) permissions: Vec<GrantJson>,

    /// The center type, which a role keeps for ever
    #[arg(long, value_name = "CENTER", value_parser = OneOf::<CenterWord>::list(), hide_possible_values = true)]
    center_type: Option<CenterWord>,

    /// Whether it is inactive: nobody logs in with it
    #[arg(long, value_name = "yes|no", num_args = 0..=1, require_equals = true, default_missing_value = "yes", value_parser = yes_no)]
    inactive: Option<bool>,

    /// Whether it works with REST and SOAP alone, never with RESTlets or pages
    #[arg(long, value_name = "yes|no", num_args = 0..=1, require_equals = true, default_missing_value = "yes", value_parser = yes_no)]
    web_services_only_role: Option<bool>,

    /// Whether it asks for a second factor, whatever its permissions
    #[arg(long, value_name = "yes|no", num_args = 0..=1, require_equals = true, default_missing_value = "yes", value_parser = yes_no)]
    two_factor_authentication_required: Option<bool>,
}

impl RoleFields {
    /// What is to be set, permissions aside.
    pub(crate) fn input(&self, name: Option<String>) -> RoleInput {
        RoleInput {
            name,
            center_type: self.center_type,
            inactive: self.inactive,
            web_services_only_role: self.web_services_only_role,
            two_factor_authentication_required: self.two_factor_authentication_required,
            ..RoleInput::default()
        }
    }
}
