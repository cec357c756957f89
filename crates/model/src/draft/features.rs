//! Enable Features, as it is saved.

use super::field::{Check, FieldErrors};
use crate::{By, Feature, FeatureError, FeatureSet, TermsAccepted};

/// Setup > Company > Enable Features, as filled in: the boxes whose state is to be another one.
#[derive(Clone, Debug, Default)]
pub struct FeaturesForm {
    pub check: Vec<Feature>,
    pub clear: Vec<Feature>,
    /// The boxes for which I Agree was clicked.
    pub agreed: Vec<Feature>,
}

/// Features that may be switched.
#[derive(Clone, Debug)]
pub struct FeaturesDraft {
    before: FeatureSet,
    after: FeatureSet,
}

impl FeaturesDraft {
    pub fn parse(current: &FeatureSet, form: FeaturesForm) -> Result<Self, FieldErrors> {
        let mut check = Check::default();
        let newly = |feature: &Feature| !current.has(*feature);
        for feature in form.check.iter().copied() {
            if form.clear.contains(&feature) {
                check.refuse(
                    feature.label(),
                    "is both checked and cleared; keep one of the two.",
                );
            }
            if let Some(terms) = feature.terms().filter(|_| newly(&feature))
                && !form.agreed.contains(&feature)
            {
                check.refuse(
                    feature.label(),
                    format!("cannot be checked before you agree to the {terms}."),
                );
            }
        }
        let after = current.save(form.check, form.clear).unwrap_or_else(|errors| {
            for error in errors {
                let (FeatureError::MissingPrerequisite { feature, .. }
                | FeatureError::StillNeeded { feature, .. }) = error;
                check.refuse(feature.label(), format!("cannot be saved: {error}."));
            }
            current.clone()
        });
        check.finish(Self {
            before: current.clone(),
            after,
        })
    }

    /// The features that are on after the Save.
    pub const fn features(&self) -> &FeatureSet {
        &self.after
    }

    pub fn switched_on(&self) -> Vec<Feature> {
        self.after
            .iter()
            .filter(|feature| !self.before.has(*feature))
            .collect()
    }

    pub fn switched_off(&self) -> Vec<Feature> {
        self.before
            .iter()
            .filter(|feature| !self.after.has(*feature))
            .collect()
    }

    /// Who agreed to what with this Save.
    pub fn terms_accepted(&self, by: &By) -> Vec<TermsAccepted> {
        let accepted = |feature: Feature| {
            feature.terms().map(|terms| TermsAccepted {
                terms,
                feature,
                by: by.clone(),
            })
        };
        self.switched_on().into_iter().filter_map(accepted).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Actor, Via};
    use countersign_world::UnixTime;

    #[test]
    fn a_box_with_terms_stays_clear_until_they_are_accepted() {
        let form = |agreed| FeaturesForm {
            check: vec![Feature::TokenBasedAuthentication],
            agreed,
            ..FeaturesForm::default()
        };
        assert_eq!(
            FeaturesDraft::parse(&FeatureSet::none(), form(vec![]))
                .unwrap_err()
                .to_string(),
            "Token-based Authentication cannot be checked before you agree to the SuiteCloud Terms of Service."
        );
        let agreed = form(vec![Feature::TokenBasedAuthentication]);
        let draft = FeaturesDraft::parse(&FeatureSet::none(), agreed).unwrap();
        let by = By {
            actor: Actor {
                user: None,
                name: "Ada".into(),
                via: Via::Page,
            },
            at: UnixTime::from_seconds(5),
        };
        let accepted = draft.terms_accepted(&by);
        assert_eq!((accepted.len(), &accepted[0].by), (1, &by));
        let again = FeaturesDraft::parse(draft.features(), form(vec![])).unwrap();
        assert!(
            again.switched_on().is_empty(),
            "a box that is checked asks for nothing"
        );
    }

    #[test]
    fn every_wrong_box_is_named_at_once() {
        let current = FeatureSet::none().enable([Feature::ClientSuiteScript, Feature::ServerSuiteScript]);
        let form = FeaturesForm {
            check: vec![Feature::OAuth2, Feature::IpAddressRules],
            clear: vec![Feature::ClientSuiteScript, Feature::IpAddressRules],
            agreed: vec![],
        };
        let errors = FeaturesDraft::parse(&current.unwrap(), form).unwrap_err();
        let fields: Vec<&str> = errors.iter().map(|error| error.field).collect();
        assert_eq!(fields, ["OAuth 2.0", "IP Address Rules", "Client SuiteScript"]);
    }
}
