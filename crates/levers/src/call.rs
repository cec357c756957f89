//! What a fault rule can tell requests apart by.

use countersign_model::{IntegrationId, Surface};
use serde::{Deserialize, Serialize};

/// The services that faults act on. The pages and the admin API are none of them: they are the way out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Service {
    Rest,
    Restlet,
    Soap,
    /// issuetoken, revoketoken, tokeninfo, roles, and the three steps of the authorization flow.
    TokenServices,
}

impl Service {
    pub const ALL: &[Self] = &[Self::Rest, Self::Restlet, Self::Soap, Self::TokenServices];

    /// None for the pages.
    pub const fn of(surface: Surface) -> Option<Self> {
        match surface {
            Surface::Rest => Some(Self::Rest),
            Surface::Restlet => Some(Self::Restlet),
            Surface::Soap => Some(Self::Soap),
            Surface::TokenService | Surface::AuthorizationFlow => Some(Self::TokenServices),
            Surface::Page => None,
        }
    }
}

/// A request, as far as a rule looks at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    pub service: Service,
    /// None where no integration record is known, as for a call with a password.
    pub integration: Option<IntegrationId>,
}
