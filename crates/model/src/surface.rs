//! The services somebody can log in to.

use crate::word::words;
use crate::{Feature, Permission};

/// The service a login is for; the spelling of an audit word depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Surface {
    /// REST web services and SuiteQL.
    Rest,
    Restlet,
    /// SOAP web services.
    Soap,
    /// The pages.
    Page,
    /// issuetoken, revoketoken and roles, when they are called with a password.
    TokenService,
    /// The three steps of the TBA authorization flow.
    AuthorizationFlow,
}

words!(Surface, "service" {
    Rest => "REST",
    Restlet => "RESTlet",
    Soap => "SOAP",
    Page => "UI",
    TokenService => "Token service",
    AuthorizationFlow => "Authorization flow",
});

impl Surface {
    /// The feature without which the service is off.
    pub const fn feature(self) -> Option<Feature> {
        match self {
            Self::Rest => Some(Feature::RestWebServices),
            Self::Soap => Some(Feature::SoapWebServices),
            Self::Restlet => Some(Feature::ServerSuiteScript),
            Self::TokenService | Self::AuthorizationFlow => Some(Feature::TokenBasedAuthentication),
            Self::Page => None,
        }
    }

    /// The permission a role needs at level Full. A RESTlet asks for none of its own: its deployment has an audience.
    pub const fn permission(self) -> Option<Permission> {
        match self {
            Self::Rest => Some(Permission::RestWebServices),
            Self::Soap => Some(Permission::SoapWebServices),
            Self::Restlet | Self::Page | Self::TokenService | Self::AuthorizationFlow => None,
        }
    }

    /// Whether calls are made with an access token. No token opens the pages.
    pub const fn takes_tokens(self) -> bool {
        matches!(self, Self::Rest | Self::Restlet | Self::Soap)
    }
}
