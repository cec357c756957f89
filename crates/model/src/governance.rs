//! Concurrency governance: how many requests an account may run at once, and what integrations may take of it.
//!
//! REST, SOAP and RESTlets share one pool. An integration record may have a share of its own; at least one place
//! always stays for those that have none.

use crate::word::words;
use thiserror::Error;

/// The service tier of an account's contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tier {
    /// Development and partner accounts: five, whatever licences they have.
    Development,
    Standard,
    Premium,
    Enterprise,
    Ultimate,
}

words!(Tier, "service tier" {
    Development => "Development",
    Standard => "Standard",
    Premium => "Premium",
    Enterprise => "Enterprise",
    Ultimate => "Ultimate",
});

/// What an account's limit is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Governance {
    pub tier: Tier,
    /// SuiteCloud Plus licences: ten more places each.
    pub suitecloud_plus_licences: u32,
}

/// The share an integration record asks for cannot be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error(
    "must be from 1 to {max}: the account runs {limit} requests at once, {allocated} of them are allocated to other integrations, and one always stays unallocated."
)]
pub struct AllocationError {
    /// The MAX Concurrency Limit of the record.
    pub max: u32,
    pub limit: u32,
    pub allocated: u32,
}

impl Governance {
    /// Requests the account may run at once.
    pub const fn limit(self) -> u32 {
        let base = match self.tier {
            Tier::Development | Tier::Standard => 5,
            Tier::Premium => 15,
            Tier::Enterprise | Tier::Ultimate => 20,
        };
        match self.tier {
            Tier::Development => base,
            _ => self
                .suitecloud_plus_licences
                .saturating_mul(10)
                .saturating_add(base),
        }
    }

    /// The MAX Concurrency Limit shown on a record, given what the other records have together.
    pub const fn max_concurrency_limit(self, allocated_to_others: u32) -> u32 {
        self.limit().saturating_sub(allocated_to_others).saturating_sub(1)
    }

    /// What is left for integrations without a limit of their own, given what all others have together: the last line
    /// of the Integration Governance page. Never less than one while shares are given by [`allocate`](Self::allocate).
    pub const fn unallocated(self, allocated: u32) -> u32 {
        self.limit().saturating_sub(allocated)
    }

    /// Whether a record may have `wanted` places of its own.
    pub const fn allocate(self, wanted: u32, allocated_to_others: u32) -> Result<(), AllocationError> {
        let max = self.max_concurrency_limit(allocated_to_others);
        if wanted >= 1 && wanted <= max {
            Ok(())
        } else {
            Err(AllocationError {
                max,
                limit: self.limit(),
                allocated: allocated_to_others,
            })
        }
    }
}

impl Default for Governance {
    fn default() -> Self {
        Self {
            tier: Tier::Development,
            suitecloud_plus_licences: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn limit(tier: Tier, licences: u32) -> u32 {
        Governance {
            tier,
            suitecloud_plus_licences: licences,
        }
        .limit()
    }

    #[test]
    fn each_tier_has_its_limit_and_ten_more_a_licence() {
        assert_eq!(limit(Tier::Standard, 0), 5);
        assert_eq!(limit(Tier::Premium, 0), 15);
        assert_eq!(limit(Tier::Enterprise, 1), 30);
        assert_eq!(limit(Tier::Ultimate, 2), 40);
    }

    #[test]
    fn licences_add_nothing_to_a_development_account() {
        assert_eq!(limit(Tier::Development, 9), 5);
    }

    #[test]
    fn one_place_always_stays_unallocated() {
        let account = Governance::default();
        assert_eq!(account.max_concurrency_limit(0), 4);
        assert!(account.allocate(4, 0).is_ok());
        assert_eq!(
            account.allocate(5, 0),
            Err(AllocationError {
                max: 4,
                limit: 5,
                allocated: 0
            })
        );
        assert!(account.allocate(1, 4).is_err() && account.allocate(0, 0).is_err());
    }

    proptest! {
        #[test]
        fn shares_that_were_given_never_fill_the_account(wanted in prop::collection::vec(0..30_u32, 0..10), licences in 0..5_u32) {
            let account = Governance { tier: Tier::Premium, suitecloud_plus_licences: licences };
            let mut allocated = 0;
            for share in wanted {
                if account.allocate(share, allocated).is_ok() {
                    allocated += share;
                }
            }
            prop_assert!(account.unallocated(allocated) >= 1);
        }
    }
}
