//! Which service a path belongs to.

use countersign_protocol::{EndpointVersion, Service};

/// The services of the account. Those that need no login are said to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route<'p> {
    /// No login: whether the process can answer.
    Health,
    /// No login: where an account's hosts are.
    DataCenterUrls,
    /// No login by token: the one-time link of a first start.
    SignIn,
    TokenInfo,
    /// REST web services: what follows `/services/rest/`.
    Rest(&'p str),
    Restlet,
    Soap(EndpointVersion),
    /// NetSuite has it, this account does not yet.
    NotEmulated(&'static str),
    NotFound,
}

impl<'p> Route<'p> {
    pub(crate) fn of(path: &'p str) -> Self {
        if let Some(rest) = path.strip_prefix("/services/rest/") {
            return Self::Rest(rest);
        }
        if let Some(version) = path.strip_prefix("/services/NetSuitePort_") {
            return version.parse().map_or(Self::NotFound, Self::Soap);
        }
        if path.starts_with("/wsdl/") || path.starts_with("/xsd/") {
            return Self::NotEmulated("WSDL");
        }
        match path {
            "/rest/requesttoken" | "/rest/accesstoken" | "/app/login/secure/authorizetoken.nl" => {
                Self::NotEmulated("TBA authorization flow")
            }
            "/rest/issuetoken" => Self::NotEmulated("issuetoken"),
            "/rest/revoketoken" => Self::NotEmulated("revoketoken"),
            "/rest/roles" => Self::NotEmulated("roles"),
            "/app/site/hosting/scriptlet.nl" => Self::NotEmulated("Suitelets"),
            "/health" => Self::Health,
            "/rest/datacenterurls" => Self::DataCenterUrls,
            crate::sign_in::PATH => Self::SignIn,
            "/rest/tokeninfo" => Self::TokenInfo,
            "/app/site/hosting/restlet.nl" => Self::Restlet,
            _ => Self::NotFound,
        }
    }

    /// The host a service is on, where it is on one.
    pub(crate) const fn service(self) -> Option<Service> {
        match self {
            Self::Rest(_) | Self::Soap(_) => Some(Service::SuiteTalk),
            Self::Restlet | Self::TokenInfo => Some(Service::Restlets),
            Self::SignIn => Some(Service::App),
            Self::Health | Self::DataCenterUrls | Self::NotEmulated(_) | Self::NotFound => None,
        }
    }
}
