//! Which service a path belongs to.

use countersign_protocol::{EndpointVersion, Service};

use crate::addressed::{Addressed, Host};

/// The services of the account. Those that need no login are said to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route<'p> {
    /// The admin API, on every host: it names its accounts itself, and takes no token.
    Admin,
    /// No login: whether the process can answer.
    Health,
    /// No login: where an account's hosts are.
    DataCenterUrls,
    /// No login by token: the setup pages, which sign people in themselves.
    Pages,
    TokenInfo,
    /// Step one of the authorization flow.
    RequestToken,
    /// Step two: the page.
    AuthorizeToken,
    /// Step three.
    AccessToken,
    IssueToken,
    RevokeToken,
    /// By email and password alone, over every account.
    Roles,
    /// REST web services: what follows `/services/rest/`.
    Rest(&'p str),
    Restlet,
    Soap(EndpointVersion),
    /// No login: the WSDL of SOAP web services, and its schemas.
    Schema(EndpointVersion),
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
            return countersign_soap::Schemas::version_of(path).map_or(Self::NotFound, Self::Schema);
        }
        if path
            .strip_prefix(countersign_admin::PREFIX)
            .is_some_and(|rest| rest.starts_with('/'))
        {
            return Self::Admin;
        }
        match path {
            "/rest/requesttoken" => Self::RequestToken,
            countersign_pages::CONSENT => Self::AuthorizeToken,
            "/rest/accesstoken" => Self::AccessToken,
            "/rest/issuetoken" => Self::IssueToken,
            "/rest/revoketoken" => Self::RevokeToken,
            "/rest/roles" => Self::Roles,
            "/app/site/hosting/scriptlet.nl" => Self::NotEmulated("Suitelets"),
            "/health" => Self::Health,
            "/rest/datacenterurls" => Self::DataCenterUrls,
            "/" => Self::Pages,
            "/rest/tokeninfo" => Self::TokenInfo,
            "/app/site/hosting/restlet.nl" => Self::Restlet,
            _ if is_page(path) => Self::Pages,
            _ => Self::NotFound,
        }
    }

    /// Whether the service is on the host that was addressed.
    pub(crate) fn is_at(self, addressed: &Addressed) -> bool {
        let is_shared = addressed.host == Host::Shared;
        let serves = |service| addressed.serves(service);
        match self {
            Self::Rest(_) => serves(Service::SuiteTalk),
            // The operation that finds an account's hosts is on the shared ones too.
            Self::Soap(_) | Self::Schema(_) => serves(Service::SuiteTalk) || is_shared,
            Self::Restlet => serves(Service::Restlets),
            Self::Pages => serves(Service::App),
            Self::RequestToken | Self::AccessToken => serves(Service::Restlets) || is_shared,
            Self::AuthorizeToken => serves(Service::App) || is_shared,
            Self::TokenInfo => serves(Service::Restlets) || serves(Service::App),
            Self::IssueToken | Self::RevokeToken => {
                serves(Service::Restlets) || serves(Service::App) || is_shared
            }
            Self::Roles => is_shared || !matches!(addressed.host, Host::Account { .. }),
            Self::Admin | Self::Health | Self::DataCenterUrls | Self::NotEmulated(_) | Self::NotFound => true,
        }
    }
}

/// Below the pages' path, where no service of its own is.
fn is_page(path: &str) -> bool {
    let below = path.strip_prefix(countersign_pages::PREFIX);
    below.is_some_and(|below| below.is_empty() || below.starts_with('/'))
}
