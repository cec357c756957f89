//! Where an integration record in this account comes from.

use crate::word::UnknownWord;
use crate::{Credentials, Integration, IntegrationId, IntegrationState};
use countersign_protocol::AccountId;
use countersign_world::UnixTime;
use std::fmt;
use std::str::FromStr;

/// Whose the definition of a record is. Only its own account changes it; others have a state and a note of their own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Origin {
    #[default]
    ThisAccount,
    /// Installed when somebody here granted another account's application access.
    Account(AccountId),
    /// Installed with a bundle, by its id.
    Bundle(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ThisAccount => f.write_str("this account"),
            Self::Account(account) => write!(f, "account {account}"),
            Self::Bundle(bundle) => write!(f, "bundle {bundle}"),
        }
    }
}

impl FromStr for Origin {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = match text.split_once(' ') {
            Some(("this", "account")) => Some(Self::ThisAccount),
            Some(("account", id)) => id.parse().ok().map(Self::Account),
            Some(("bundle", id)) if !id.is_empty() => Some(Self::Bundle(id.to_owned())),
            _ => None,
        };
        known.ok_or_else(|| UnknownWord {
            noun: "origin",
            word: text.to_owned(),
        })
    }
}

/// The record that step three of the authorization flow installs in the account that granted access.
#[derive(Clone, Copy, Debug)]
pub struct AutoInstallation<'a> {
    pub definition: &'a Integration,
    /// The account the definition is of.
    pub from: &'a AccountId,
    /// Require Approval during Auto-Installation of Integration.
    pub require_approval: bool,
}

impl AutoInstallation<'_> {
    /// Waits for approval where the preference is on; until it is Enabled all its calls are refused.
    pub fn into_integration(self, id: IntegrationId, now: UnixTime) -> Integration {
        let Self {
            definition,
            from,
            require_approval,
        } = self;
        Integration {
            id,
            note: String::new(),
            state: if require_approval {
                IntegrationState::WaitingForApproval
            } else {
                IntegrationState::Enabled
            },
            origin: Origin::Account(from.clone()),
            concurrency_limit: None,
            credentials: definition.credentials.clone().map(|pair| Credentials {
                generation: 1,
                ..pair
            }),
            created: now,
            last_modified: now,
            uninstalled: None,
            ..definition.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::integration::tests::integration;

    #[test]
    fn an_origin_reads_back() {
        for origin in [
            Origin::ThisAccount,
            Origin::Account("1234567_SB1".parse().unwrap()),
            Origin::Bundle("41309".into()),
        ] {
            assert_eq!(origin.to_string().parse(), Ok(origin));
        }
        assert!("elsewhere".parse::<Origin>().is_err() && "bundle ".parse::<Origin>().is_err());
    }

    #[test]
    fn an_installed_record_has_the_same_pair_and_a_state_of_its_own() {
        let definition = integration(IntegrationState::Enabled);
        let from = "7654321".parse().unwrap();
        let install = |require_approval| {
            let installation = AutoInstallation {
                definition: &definition,
                from: &from,
                require_approval,
            };
            installation.into_integration(IntegrationId::new(9), UnixTime::from_seconds(5))
        };
        let installed = install(false);
        assert_eq!(installed.state, IntegrationState::Enabled);
        assert_eq!(installed.consumer_key(), definition.consumer_key());
        assert!(installed.is_same_definition(&definition));
        assert_eq!(installed.origin.to_string(), "account 7654321");
        assert_eq!(install(true).state, IntegrationState::WaitingForApproval);
    }
}
