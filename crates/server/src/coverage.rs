//! How much of NetSuite's services is here. What NetSuite offers is a list; whether it is answered, and which record types
//! and functions there are, is asked of the routes, the declarations and SuiteQL themselves.

use countersign_records::Catalog;
use countersign_soap::{Emulated, Operation};
use serde::Serialize;

use crate::rest;
use crate::route::Route;

/// The services of an account, and what is in them.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Coverage {
    pub services: Vec<ServiceCoverage>,
    pub record_operations: Vec<RecordOperation>,
    pub soap_operations: Vec<SoapOperation>,
    pub record_types: Vec<RecordTypeCoverage>,
    /// Record types of NetSuite's REST that answer 501.
    pub missing_record_types: Vec<&'static str>,
    pub suiteql_functions: Vec<String>,
    /// Functions of SuiteQL that answer 501.
    pub missing_suiteql_functions: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
pub struct ServiceCoverage {
    pub service: &'static str,
    pub path: &'static str,
    pub state: Covered,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Covered {
    Answered,
    /// The login is checked; of what follows, [`SoapOperation`]s say it one by one.
    ByOperation,
    /// 501.
    NotEmulated,
}

#[derive(Clone, Debug, Serialize)]
pub struct RecordOperation {
    pub path: String,
    pub methods: &'static str,
}

#[derive(Clone, Debug, Serialize)]
pub struct SoapOperation {
    pub operation: &'static str,
    pub state: SoapCovered,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SoapCovered {
    Answered,
    /// Of what it can be asked for, some is there, and the rest says that it is not.
    Partly,
    /// A fault with the header.
    NotEmulated,
    /// An operation of sessions, which NetSuite has ended: a fault.
    Ended,
}

#[derive(Clone, Debug, Serialize)]
pub struct RecordTypeCoverage {
    pub name: String,
    pub label: String,
    /// 0, 1 or 2; see [`Tier`](countersign_records::Tier).
    pub tier: u8,
    /// The tier in words.
    pub depth: &'static str,
    pub fields: usize,
    pub sublists: Vec<String>,
    /// The types it can become.
    pub transforms: Vec<String>,
}

/// What NetSuite offers a program: a name, where it is, and an address there.
const OFFERED: &[(&str, &str, &str)] = &[
    (
        "Records",
        "/services/rest/record/v1/{type}",
        "/services/rest/record/v1/customer",
    ),
    (
        "Record metadata",
        "/services/rest/record/v1/metadata-catalog",
        "/services/rest/record/v1/metadata-catalog",
    ),
    (
        "SuiteQL",
        "/services/rest/query/v1/suiteql",
        "/services/rest/query/v1/suiteql",
    ),
    (
        "Datasets",
        "/services/rest/query/v1/dataset/{id}/result",
        "/services/rest/query/v1/dataset/1/result",
    ),
    (
        "Asynchronous jobs",
        "/services/rest/async/v1/job/{id}",
        "/services/rest/async/v1/job/1",
    ),
    (
        "System",
        "/services/rest/system/v1/governanceLimits",
        "/services/rest/system/v1/governanceLimits",
    ),
    (
        "System",
        "/services/rest/system/v1/…",
        "/services/rest/system/v1/serverTime",
    ),
    (
        "OAuth 2.0",
        "/services/rest/auth/…",
        "/services/rest/auth/oauth2/v1/token",
    ),
    (
        "RESTlets",
        "/app/site/hosting/restlet.nl",
        "/app/site/hosting/restlet.nl",
    ),
    (
        "Suitelets",
        "/app/site/hosting/scriptlet.nl",
        "/app/site/hosting/scriptlet.nl",
    ),
    (
        "SOAP",
        "/services/NetSuitePort_{version}",
        "/services/NetSuitePort_2025_2",
    ),
    (
        "WSDL",
        "/wsdl/{version}/netsuite.wsdl",
        "/wsdl/v2025_2_0/netsuite.wsdl",
    ),
    ("Authorization flow", "/rest/requesttoken", "/rest/requesttoken"),
    ("Authorization flow", "/rest/accesstoken", "/rest/accesstoken"),
    ("Tokens", "/rest/issuetoken", "/rest/issuetoken"),
    ("Tokens", "/rest/revoketoken", "/rest/revoketoken"),
    ("Tokens", "/rest/tokeninfo", "/rest/tokeninfo"),
    ("Discovery", "/rest/roles", "/rest/roles"),
    ("Discovery", "/rest/datacenterurls", "/rest/datacenterurls"),
];

/// Of an account with these record types.
pub fn coverage(catalog: &Catalog) -> Coverage {
    let services = OFFERED.iter().map(|(service, path, example)| ServiceCoverage {
        service,
        path,
        state: covered(example),
    });
    let operations = rest::operations().map(|(path, methods)| RecordOperation { path, methods });
    let types = catalog.types().map(|of| RecordTypeCoverage {
        name: of.name.clone(),
        label: of.label.clone(),
        tier: of.tier.number(),
        depth: of.tier.words(),
        fields: of.fields.iter().filter(|field| !field.hidden).count(),
        sublists: of.sublists.iter().map(|sublist| sublist.name.clone()).collect(),
        transforms: of
            .transforms
            .iter()
            .map(|transform| transform.to.clone())
            .collect(),
    });
    let functions = countersign_suiteql::functions();
    Coverage {
        services: services.collect(),
        record_operations: operations.collect(),
        soap_operations: countersign_soap::operations().map(SoapOperation::of).collect(),
        record_types: types.collect(),
        missing_record_types: rest::netsuites()
            .filter(|name| catalog.get(name).is_none())
            .collect(),
        suiteql_functions: functions.answered,
        missing_suiteql_functions: functions.not_emulated,
    }
}

fn covered(path: &str) -> Covered {
    match Route::of(path) {
        Route::Rest(path) => match rest::Service::of(path) {
            rest::Service::Record(_) | rest::Service::Suiteql | rest::Service::GovernanceLimits => {
                Covered::Answered
            }
            rest::Service::NotEmulated(_) | rest::Service::NotFound => Covered::NotEmulated,
        },
        Route::Soap(_) => Covered::ByOperation,
        Route::NotEmulated(_) | Route::NotFound => Covered::NotEmulated,
        _ => Covered::Answered,
    }
}

impl SoapOperation {
    const fn of(operation: &Operation) -> Self {
        Self {
            operation: operation.name,
            state: match operation.emulated {
                Emulated::Whole => SoapCovered::Answered,
                Emulated::Partly => SoapCovered::Partly,
                Emulated::No => SoapCovered::NotEmulated,
                Emulated::Ended => SoapCovered::Ended,
            },
        }
    }
}

impl SoapCovered {
    pub const fn words(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Partly => "in part: what is not there says so",
            Self::NotEmulated => "a fault: not emulated",
            Self::Ended => "a fault: NetSuite ended it with sessions",
        }
    }
}

impl Covered {
    pub const fn words(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::ByOperation => "operation by operation, below",
            Self::NotEmulated => "501",
        }
    }
}
