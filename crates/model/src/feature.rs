//! The boxes of Setup > Company > Enable Features, which box needs which other, and what each one means here.

use crate::terms::Terms;
use crate::word::{UnknownWord, words};

/// A feature an account can have switched on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Feature {
    ClientSuiteScript,
    ServerSuiteScript,
    SoapWebServices,
    RestWebServices,
    TokenBasedAuthentication,
    SuiteAnalyticsWorkbook,
    OAuth2,
    ConcurrentUsersForWebServices,
    IpAddressRules,
    GlobalPermissions,
}

words!(Feature, "feature" {
    ClientSuiteScript => "Client SuiteScript",
    ServerSuiteScript => "Server SuiteScript",
    SoapWebServices => "SOAP Web Services",
    RestWebServices => "REST Web Services",
    TokenBasedAuthentication => "Token-based Authentication",
    SuiteAnalyticsWorkbook => "SuiteAnalytics Workbook",
    OAuth2 => "OAuth 2.0",
    ConcurrentUsersForWebServices => "Concurrent Users for Web Services",
    IpAddressRules => "IP Address Rules",
    GlobalPermissions => "Global Permissions",
});

impl Feature {
    /// NetSuite's id of the feature, by which scripts and stored accounts name it. The ids of SuiteAnalytics Workbook,
    /// Concurrent Users for Web Services and Global Permissions are ours: NetSuite's own are not public.
    pub const fn id(self) -> &'static str {
        match self {
            Self::ClientSuiteScript => "CUSTOMCODE",
            Self::ServerSuiteScript => "SERVERSIDESCRIPTING",
            Self::SoapWebServices => "WEBSERVICESEXTERNAL",
            Self::RestWebServices => "RESTWEBSERVICES",
            Self::TokenBasedAuthentication => "TBA",
            Self::SuiteAnalyticsWorkbook => "SUITEANALYTICSWORKBOOK",
            Self::OAuth2 => "OAUTH2",
            Self::ConcurrentUsersForWebServices => "CONCURRENTWEBSERVICES",
            Self::IpAddressRules => "IPADDRESSRULES",
            Self::GlobalPermissions => "GLOBALPERMISSIONS",
        }
    }

    pub fn by_id(id: &str) -> Result<Self, UnknownWord> {
        let known = Self::ALL.iter().copied().find(|feature| feature.id() == id);
        known.ok_or_else(|| UnknownWord {
            noun: "feature",
            word: id.to_owned(),
        })
    }

    /// The subtab of Enable Features the box is on.
    pub const fn subtab(self) -> &'static str {
        match self {
            Self::SuiteAnalyticsWorkbook => "Analytics",
            Self::IpAddressRules => "Company",
            Self::GlobalPermissions => "Employees",
            _ => "SuiteCloud",
        }
    }

    /// The heading on that subtab.
    pub const fn section(self) -> &'static str {
        match self {
            Self::ClientSuiteScript | Self::ServerSuiteScript => "SuiteScript",
            Self::SoapWebServices | Self::RestWebServices | Self::ConcurrentUsersForWebServices => {
                "SuiteTalk (Web Services)"
            }
            Self::TokenBasedAuthentication | Self::OAuth2 => "Manage Authentication",
            Self::SuiteAnalyticsWorkbook => "SuiteAnalytics",
            Self::IpAddressRules => "Access",
            Self::GlobalPermissions => "Permissions",
        }
    }

    /// What must be on before this can be. REST Web Services is advised to have SuiteAnalytics Workbook beside it, but
    /// its box does not insist.
    pub const fn prerequisites(self) -> &'static [Self] {
        match self {
            Self::ServerSuiteScript => &[Self::ClientSuiteScript],
            _ => &[],
        }
    }

    /// The terms that whoever checks the box must accept, each time it is checked.
    pub const fn terms(self) -> Option<Terms> {
        match self {
            Self::ClientSuiteScript
            | Self::ServerSuiteScript
            | Self::SoapWebServices
            | Self::RestWebServices
            | Self::TokenBasedAuthentication
            | Self::OAuth2 => Some(Terms::SuiteCloud),
            _ => None,
        }
    }

    /// What is so while the box is clear, for the page that offers it. True from the moment of the Save.
    pub const fn effect_when_off(self) -> &'static str {
        match self {
            Self::ClientSuiteScript => "Server SuiteScript cannot be on.",
            Self::ServerSuiteScript => "RESTlets answer that the feature is off.",
            Self::SoapWebServices => "Every SOAP request is refused.",
            Self::RestWebServices => "Every REST and SuiteQL request is refused.",
            Self::TokenBasedAuthentication => {
                "Every login by token fails with FeatureDisabled, and no token can be created."
            }
            Self::SuiteAnalyticsWorkbook => "Nothing here; NetSuite's REST web services want it on.",
            Self::OAuth2 => "Nothing here: OAuth 2.0 is not served.",
            Self::ConcurrentUsersForWebServices => {
                "The box Concurrent Web Services User cannot be checked. It never mattered for tokens."
            }
            Self::IpAddressRules => "IP address rules are kept and not asked.",
            Self::GlobalPermissions => "Global permissions are kept and give nothing.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_feature_is_found_by_its_id_and_its_label() {
        for feature in Feature::ALL.iter().copied() {
            assert_eq!(Feature::by_id(feature.id()), Ok(feature));
            assert_eq!(feature.label().parse(), Ok(feature));
        }
        assert!(Feature::by_id("tba").is_err());
    }

    #[test]
    fn the_boxes_of_suitecloud_ask_for_its_terms() {
        for feature in Feature::ALL.iter().copied() {
            let asks = feature.terms() == Some(Terms::SuiteCloud);
            let expected =
                feature.subtab() == "SuiteCloud" && feature != Feature::ConcurrentUsersForWebServices;
            assert_eq!(asks, expected, "{feature}");
        }
    }
}
