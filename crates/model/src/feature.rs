//! The boxes of Setup > Company > Enable Features, and which box needs which other.

use crate::word::{UnknownWord, words};
use std::collections::BTreeSet;
use thiserror::Error;

/// A feature an account can have switched on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Feature {
    ClientSuiteScript,
    ServerSuiteScript,
    SoapWebServices,
    RestWebServices,
    TokenBasedAuthentication,
    SuiteAnalyticsWorkbook,
}

words!(Feature, "feature" {
    ClientSuiteScript => "Client SuiteScript",
    ServerSuiteScript => "Server SuiteScript",
    SoapWebServices => "SOAP Web Services",
    RestWebServices => "REST Web Services",
    TokenBasedAuthentication => "Token-based Authentication",
    SuiteAnalyticsWorkbook => "SuiteAnalytics Workbook",
});

impl Feature {
    /// NetSuite's id of the feature, by which scripts and stored accounts name it. The id of SuiteAnalytics Workbook
    /// is ours: NetSuite's own is not public.
    pub const fn id(self) -> &'static str {
        match self {
            Self::ClientSuiteScript => "CUSTOMCODE",
            Self::ServerSuiteScript => "SERVERSIDESCRIPTING",
            Self::SoapWebServices => "WEBSERVICESEXTERNAL",
            Self::RestWebServices => "RESTWEBSERVICES",
            Self::TokenBasedAuthentication => "TBA",
            Self::SuiteAnalyticsWorkbook => "SUITEANALYTICSWORKBOOK",
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
            _ => "SuiteCloud",
        }
    }

    /// The heading on that subtab.
    pub const fn section(self) -> &'static str {
        match self {
            Self::ClientSuiteScript | Self::ServerSuiteScript => "SuiteScript",
            Self::SoapWebServices | Self::RestWebServices => "SuiteTalk (Web Services)",
            Self::TokenBasedAuthentication => "Manage Authentication",
            Self::SuiteAnalyticsWorkbook => "SuiteAnalytics",
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
}

/// Why the boxes cannot be saved as asked.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FeatureError {
    #[error(
        "{feature} needs {missing}, which is off: check {missing} first, at Setup > Company > Enable Features > \
         {} > {}", missing.subtab(), missing.section()
    )]
    MissingPrerequisite { feature: Feature, missing: Feature },
    #[error(
        "{feature} cannot be switched off while {dependent} is on: clear {dependent} first, at Setup > Company > \
         Enable Features > {} > {}", dependent.subtab(), dependent.section()
    )]
    StillNeeded { feature: Feature, dependent: Feature },
}

/// The features that are on. Invariant: with every feature its prerequisites are on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FeatureSet(BTreeSet<Feature>);

impl FeatureSet {
    /// Every feature off.
    pub const fn none() -> Self {
        Self(BTreeSet::new())
    }

    pub fn has(&self, feature: Feature) -> bool {
        self.0.contains(&feature)
    }

    pub fn iter(&self) -> impl Iterator<Item = Feature> + '_ {
        self.0.iter().copied()
    }

    /// Switches features on together, as one Save of the page does: a prerequisite may be among them, in any order.
    pub fn enable(mut self, features: impl IntoIterator<Item = Feature>) -> Result<Self, FeatureError> {
        self.0.extend(features);
        for feature in self.iter() {
            if let Some(missing) = feature
                .prerequisites()
                .iter()
                .copied()
                .find(|needed| !self.has(*needed))
            {
                return Err(FeatureError::MissingPrerequisite { feature, missing });
            }
        }
        Ok(self)
    }

    /// Switches features off together.
    pub fn disable(mut self, features: impl IntoIterator<Item = Feature>) -> Result<Self, FeatureError> {
        for feature in features {
            self.0.remove(&feature);
        }
        for dependent in self.iter() {
            if let Some(feature) = dependent
                .prerequisites()
                .iter()
                .copied()
                .find(|needed| !self.has(*needed))
            {
                return Err(FeatureError::StillNeeded { feature, dependent });
            }
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn server_suitescript_names_the_box_it_needs() {
        let error = FeatureSet::none()
            .enable([Feature::ServerSuiteScript])
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "Server SuiteScript needs Client SuiteScript, which is off: check Client SuiteScript first, at Setup > \
             Company > Enable Features > SuiteCloud > SuiteScript"
        );
    }

    #[test]
    fn boxes_saved_together_may_need_one_another_in_any_order() {
        let both = [Feature::ServerSuiteScript, Feature::ClientSuiteScript];
        let features = FeatureSet::none().enable(both).unwrap();
        assert!(features.has(Feature::ServerSuiteScript));
        assert_eq!(features.disable(both), Ok(FeatureSet::none()));
    }

    #[test]
    fn a_feature_another_one_needs_stays_on() {
        let features = FeatureSet::none()
            .enable([Feature::ClientSuiteScript, Feature::ServerSuiteScript])
            .unwrap();
        assert_eq!(
            features.disable([Feature::ClientSuiteScript]),
            Err(FeatureError::StillNeeded {
                feature: Feature::ClientSuiteScript,
                dependent: Feature::ServerSuiteScript
            })
        );
    }

    #[test]
    fn every_feature_is_found_by_its_id_and_its_label() {
        for feature in Feature::ALL.iter().copied() {
            assert_eq!(Feature::by_id(feature.id()), Ok(feature));
            assert_eq!(feature.label().parse(), Ok(feature));
        }
        assert!(Feature::by_id("tba").is_err());
    }
}
