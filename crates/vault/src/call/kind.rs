//! What a request calls, and how: the words of a grant.

use std::fmt;

use countersign_protocol::Service;
use serde::{Deserialize, Serialize};

/// The services a grant can open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ServiceKind {
    /// REST web services but SuiteQL.
    Rest,
    SuiteQl,
    Restlet,
    Soap,
}

impl ServiceKind {
    pub const ALL: [Self; 4] = [Self::Rest, Self::SuiteQl, Self::Restlet, Self::Soap];

    /// The host it is on.
    pub const fn service(self) -> Service {
        match self {
            Self::Rest | Self::SuiteQl | Self::Soap => Service::SuiteTalk,
            Self::Restlet => Service::Restlets,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    Get,
    Head,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    pub const ALL: [Self; 6] = [
        Self::Get,
        Self::Head,
        Self::Post,
        Self::Put,
        Self::Patch,
        Self::Delete,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    /// A method has one spelling (RFC 9110 section 9.1).
    pub(super) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.as_str() == text)
    }
}

impl fmt::Display for ServiceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rest => "REST",
            Self::SuiteQl => "SuiteQL",
            Self::Restlet => "RESTlets",
            Self::Soap => "SOAP",
        })
    }
}
