//! The boxes Web Services User and Concurrent Web Services User. They are of the time before 2017.2: they count against
//! the SuiteCloud Plus licences and mean nothing for tokens, whose concurrency is the account's.

use crate::{Feature, FeatureSet, Governance, User};
use thiserror::Error;

/// Users one SuiteCloud Plus licence lets be concurrent web services users.
const USERS_A_LICENCE: u32 = 1;

/// Why the box Concurrent Web Services User cannot be checked. A sentence that starts where the label ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ConcurrentUserError {
    #[error(
        "needs {feature}, which is off: Setup > Company > Enable Features > {} > {}.", feature.subtab(), feature.section()
    )]
    FeatureOff { feature: Feature },
    #[error("needs Web Services User checked as well.")]
    NotWebServicesUser,
    #[error("needs a SuiteCloud Plus licence: the account has {licences}, and {in_use} are in use.")]
    NoLicence { licences: u32, in_use: u32 },
}

impl User {
    /// Whether this user takes a SuiteCloud Plus licence now.
    pub const fn takes_licence(&self) -> bool {
        self.concurrent_web_services_user && self.give_access && !self.inactive
    }

    /// Whether the box may be checked as it is, given the licences that other users take.
    pub fn check_concurrent_user(
        &self,
        features: &FeatureSet,
        governance: Governance,
        taken_by_others: u32,
    ) -> Result<(), ConcurrentUserError> {
        if !self.concurrent_web_services_user {
            return Ok(());
        }
        for feature in [Feature::SoapWebServices, Feature::ConcurrentUsersForWebServices] {
            if !features.has(feature) {
                return Err(ConcurrentUserError::FeatureOff { feature });
            }
        }
        if !self.web_services_user {
            return Err(ConcurrentUserError::NotWebServicesUser);
        }
        let licences = governance
            .suitecloud_plus_licences
            .saturating_mul(USERS_A_LICENCE);
        if self.takes_licence() && taken_by_others >= licences {
            return Err(ConcurrentUserError::NoLicence {
                licences,
                in_use: taken_by_others,
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Tier;
    use crate::user::tests::user;

    #[test]
    fn the_box_needs_both_features_the_other_box_and_a_licence() {
        let mut user = user();
        user.concurrent_web_services_user = true;
        let governance = Governance {
            tier: Tier::Standard,
            suitecloud_plus_licences: 1,
        };
        let off = FeatureSet::none();
        let on = off
            .clone()
            .enable([Feature::SoapWebServices, Feature::ConcurrentUsersForWebServices])
            .unwrap();
        let check = |user: &User, features, others| user.check_concurrent_user(features, governance, others);
        assert_eq!(
            check(&user, &off, 0),
            Err(ConcurrentUserError::FeatureOff {
                feature: Feature::SoapWebServices
            })
        );
        assert_eq!(check(&user, &on, 0), Err(ConcurrentUserError::NotWebServicesUser));
        user.web_services_user = true;
        assert_eq!(check(&user, &on, 0), Ok(()));
        assert_eq!(
            check(&user, &on, 1),
            Err(ConcurrentUserError::NoLicence {
                licences: 1,
                in_use: 1
            })
        );
        user.inactive = true;
        assert_eq!(check(&user, &on, 1), Ok(()), "who cannot log in takes no licence");
    }
}
