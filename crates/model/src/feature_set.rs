//! The features that are on.

use crate::difference::Fields;
use crate::{Feature, Noted, NotedField};
use std::collections::BTreeSet;
use thiserror::Error;

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
        let unmet = self.unmet().next();
        match unmet {
            Some((feature, missing)) => Err(FeatureError::MissingPrerequisite { feature, missing }),
            None => Ok(self),
        }
    }

    /// Switches features off together.
    pub fn disable(mut self, features: impl IntoIterator<Item = Feature>) -> Result<Self, FeatureError> {
        for feature in features {
            self.0.remove(&feature);
        }
        let unmet = self.unmet().next();
        match unmet {
            Some((dependent, feature)) => Err(FeatureError::StillNeeded { feature, dependent }),
            None => Ok(self),
        }
    }

    /// Both at once, with every reason why not.
    pub(crate) fn save(
        &self,
        on: impl IntoIterator<Item = Feature>,
        off: impl IntoIterator<Item = Feature>,
    ) -> Result<Self, Vec<FeatureError>> {
        let mut saved = self.clone();
        saved.0.extend(on);
        for feature in off {
            saved.0.remove(&feature);
        }
        let wrong: Vec<_> = saved
            .unmet()
            .map(|(feature, missing)| self.reason(feature, missing))
            .collect();
        if wrong.is_empty() { Ok(saved) } else { Err(wrong) }
    }

    /// What was on before is being switched off; what was not was never there.
    fn reason(&self, feature: Feature, missing: Feature) -> FeatureError {
        if self.has(missing) {
            FeatureError::StillNeeded {
                feature: missing,
                dependent: feature,
            }
        } else {
            FeatureError::MissingPrerequisite { feature, missing }
        }
    }

    /// Features that are on, each with a prerequisite that is not.
    fn unmet(&self) -> impl Iterator<Item = (Feature, Feature)> + '_ {
        self.iter().flat_map(|feature| {
            let needed = feature.prerequisites().iter().copied();
            needed
                .filter(|needed| !self.has(*needed))
                .map(move |missing| (feature, missing))
        })
    }
}

impl Noted for FeatureSet {
    fn noted_fields(&self) -> Vec<NotedField> {
        let line = |fields: Fields, feature: &Feature| fields.check_box(feature.label(), self.has(*feature));
        Feature::ALL.iter().fold(Fields::default(), line).list()
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
}
