//! The services behind the login, each with the feature that the account needs for it.

use crate::{Heard, Probe};

/// A service that a probe asks.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) name: &'static str,
    /// The code where the role may not use it.
    pub(crate) not_permitted: &'static str,
    pub(crate) feature: &'static str,
    /// The code where that feature is off.
    pub(crate) off: &'static str,
    /// Where it is switched on.
    pub(crate) path: &'static str,
}

const REST: Service = Service {
    name: "REST web services",
    not_permitted: "rest_not_permitted",
    feature: "REST Web Services",
    off: "rest_feature_off",
    path: "Setup > Company > Enable Features > SuiteCloud > SuiteTalk (Web Services)",
};
const SUITEQL: Service = Service {
    name: "SuiteQL",
    not_permitted: "suiteql_not_permitted",
    feature: "SuiteAnalytics Workbook",
    off: "suiteql_feature_off",
    path: "Setup > Company > Enable Features > Analytics > SuiteAnalytics",
};
const RESTLETS: Service = Service {
    name: "RESTlets",
    not_permitted: "restlet_not_permitted",
    feature: "Server SuiteScript",
    off: "restlet_feature_off",
    path: "Setup > Company > Enable Features > SuiteCloud > SuiteScript",
};
const SOAP: Service = Service {
    name: "SOAP web services",
    not_permitted: "soap_not_permitted",
    feature: "SOAP Web Services",
    off: "soap_feature_off",
    path: "Setup > Company > Enable Features > SuiteCloud > SuiteTalk (Web Services)",
};

const ALL: [&Service; 4] = [&REST, &SUITEQL, &RESTLETS, &SOAP];

impl Service {
    /// The service of a probe; none where it asks for the login alone.
    pub(crate) const fn of(probe: Probe) -> Option<&'static Self> {
        match probe {
            Probe::Rest => Some(&REST),
            Probe::SuiteQl => Some(&SUITEQL),
            Probe::Restlet => Some(&RESTLETS),
            Probe::Soap => Some(&SOAP),
            _ => None,
        }
    }

    /// The service whose feature is off, where the answer says so and not that the role lacks something. It may be another
    /// than the one that was asked: SuiteQL goes through REST.
    pub(crate) fn lacking(probe: Probe, heard: &Heard) -> Option<&'static Self> {
        let message = heard.message.to_ascii_lowercase();
        let is_off = heard.code == "WS_FEATURE_REQD"
            || message.contains(" is off")
            || message.contains("enable features");
        let named = || {
            let is_named = |service: &&&Self| message.contains(&service.feature.to_ascii_lowercase());
            ALL.iter().find(is_named).copied()
        };
        is_off.then(|| named().or(Self::of(probe))).flatten()
    }
}
