//! The least a role needs to call each service by token. What it may do with the records comes on top.

use crate::word::words;
use crate::{Level, Permission, RoleForm};

/// A template to start a role from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MinimumPermissions {
    Rest,
    Soap,
    Restlet,
}

words!(MinimumPermissions, "template" {
    Rest => "REST web services",
    Soap => "SOAP web services",
    Restlet => "RESTlets",
});

impl MinimumPermissions {
    pub const fn permissions(self) -> &'static [(Permission, Level)] {
        match self {
            Self::Rest => &[
                (Permission::RestWebServices, Level::Full),
                (Permission::LogInUsingAccessTokens, Level::Full),
                (Permission::SuiteAnalyticsWorkbook, Level::Edit),
            ],
            Self::Soap => &[
                (Permission::SoapWebServices, Level::Full),
                (Permission::LogInUsingAccessTokens, Level::Full),
            ],
            Self::Restlet => &[(Permission::LogInUsingAccessTokens, Level::Full)],
        }
    }

    /// The New Role page, filled in with the template.
    pub fn role_form(self, name: impl Into<String>) -> RoleForm {
        RoleForm {
            name: name.into(),
            permissions: self.permissions().to_vec(),
            ..RoleForm::default()
        }
    }
}
