//! A sandbox refresh: the sandbox becomes what production is, and what may not be the same in both is left behind.

use crate::difference::Fields;
use crate::word::words;
use crate::{Integration, Noted, NotedField, Origin};
use countersign_protocol::{AccountId, Environment};
use thiserror::Error;

/// Something an account holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Held {
    Features,
    Settings,
    Roles,
    Users,
    Passwords,
    SecondFactors,
    Integrations,
    AccessTokens,
    RequestTokens,
    Sessions,
    ApiKeys,
    Records,
    SystemNotes,
    LoginAuditTrail,
    ExecutionLogs,
}

words!(Held, "part of an account" {
    Features => "features",
    Settings => "settings",
    Roles => "roles",
    Users => "users",
    Passwords => "passwords",
    SecondFactors => "second factors",
    Integrations => "integration records",
    AccessTokens => "access tokens",
    RequestTokens => "request tokens",
    Sessions => "page sessions",
    ApiKeys => "API keys",
    Records => "records",
    SystemNotes => "system notes",
    LoginAuditTrail => "Login Audit Trail",
    ExecutionLogs => "execution logs",
});

/// What becomes of it in the sandbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fate {
    /// Production's, in place of the sandbox's.
    Copied,
    /// The sandbox's own, and what production has beside it: [`merge_integrations`].
    Merged,
    /// The sandbox's own.
    Kept,
    /// Neither.
    Removed,
}

words!(Fate, "fate" { Copied => "copied", Merged => "merged", Kept => "kept", Removed => "removed" });

impl Held {
    /// Set-up and data are copied, integration records are kept, tokens are removed. Audits stay with the account they
    /// are about. Settings are copied without the mark of a test account, which is each account's own.
    pub const fn fate(self) -> Fate {
        match self {
            Self::Features
            | Self::Settings
            | Self::Roles
            | Self::Users
            | Self::Passwords
            | Self::SecondFactors
            | Self::Records => Fate::Copied,
            Self::Integrations => Fate::Merged,
            Self::AccessTokens | Self::RequestTokens | Self::Sessions | Self::ApiKeys => Fate::Removed,
            Self::SystemNotes | Self::LoginAuditTrail | Self::ExecutionLogs => Fate::Kept,
        }
    }
}

/// Why an account cannot be refreshed from another.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RefreshError {
    #[error("{0} is a production account: only a sandbox or a Release Preview account can be refreshed")]
    NotASandbox(AccountId),
    #[error("{from} is not production: {to} is refreshed from {company}", company = .to.company())]
    NotProduction { from: AccountId, to: AccountId },
    #[error("{from} and {to} are not of one company: {to} is refreshed from {company}", company = .to.company())]
    OtherCompany { from: AccountId, to: AccountId },
}

/// Whether `to` may be refreshed from `from`.
pub fn may_refresh(from: &AccountId, to: &AccountId) -> Result<(), RefreshError> {
    let both = || (from.clone(), to.clone());
    if to.environment() == Environment::Production {
        return Err(RefreshError::NotASandbox(to.clone()));
    }
    if from.company() != to.company() {
        let (from, to) = both();
        return Err(RefreshError::OtherCompany { from, to });
    }
    if from.environment() != Environment::Production {
        let (from, to) = both();
        return Err(RefreshError::NotProduction { from, to });
    }
    Ok(())
}

/// Which account this one was refreshed from, for its System Notes: what changed in each record they do not say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RefreshedFrom(pub Option<AccountId>);

impl RefreshedFrom {
    /// The field of the note, by which a reader of the notes knows that nothing read before holds any more.
    pub const FIELD: &str = "Refreshed From";
}

impl Noted for RefreshedFrom {
    fn noted_fields(&self) -> Vec<NotedField> {
        Fields::default().optional(Self::FIELD, self.0.as_ref()).list()
    }
}

/// Which snapshot this account was put back to, for its System Notes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RestoredFrom(pub Option<String>);

impl RestoredFrom {
    /// As [`RefreshedFrom::FIELD`].
    pub const FIELD: &str = "Restored From";
}

impl Noted for RestoredFrom {
    fn noted_fields(&self) -> Vec<NotedField> {
        Fields::default().optional(Self::FIELD, self.0.as_ref()).list()
    }
}

/// The integration records of a sandbox after its refresh: first its own in their order, with the state and note they
/// had there, and then those of production it has not. A record in both keeps one pair, so resetting it in either account kills
/// the other's; production's pair wins, because that is the one applications have. Internal ids are for the store to
/// give; those of the records given here are not looked at.
pub fn merge_integrations(
    production: &AccountId,
    of_production: &[Integration],
    of_sandbox: Vec<Integration>,
) -> Vec<Integration> {
    let mut merged: Vec<Integration> = of_sandbox
        .into_iter()
        .map(|own| {
            match of_production
                .iter()
                .find(|theirs| theirs.is_same_definition(&own))
            {
                Some(theirs) => Integration {
                    name: theirs.name.clone(),
                    description: theirs.description.clone(),
                    authentication: theirs.authentication.clone(),
                    credentials: theirs.credentials.clone(),
                    ..own
                },
                None => own,
            }
        })
        .collect();
    for theirs in of_production.iter().filter(|theirs| !theirs.is_uninstalled()) {
        if !merged.iter().any(|own| own.is_same_definition(theirs)) {
            let origin = match &theirs.origin {
                Origin::ThisAccount => Origin::Account(production.clone()),
                other => other.clone(),
            };
            merged.push(Integration {
                origin,
                ..theirs.clone()
            });
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::integration::tests::integration;
    use crate::{ApplicationId, ConsumerKey, Credentials, IntegrationState};

    fn account(id: &str) -> AccountId {
        id.parse().unwrap()
    }

    #[test]
    fn only_a_sandbox_of_the_company_is_refreshed_and_from_production() {
        let may = |from, to| may_refresh(&account(from), &account(to));
        assert!(may("1234567", "1234567_SB1").is_ok());
        assert!(may("1234567", "1234567_RP1").is_ok());
        assert!(matches!(
            may("1234567", "1234567"),
            Err(RefreshError::NotASandbox(_))
        ));
        assert!(matches!(
            may("1234567_SB1", "1234567_SB2"),
            Err(RefreshError::NotProduction { .. })
        ));
        assert_eq!(
            may("7654321", "1234567_SB1").unwrap_err().to_string(),
            "7654321 and 1234567_SB1 are not of one company: 1234567_SB1 is refreshed from 1234567"
        );
    }

    #[test]
    fn tokens_do_not_survive_and_the_audits_do() {
        assert_eq!(Held::AccessTokens.fate(), Fate::Removed);
        assert_eq!(Held::LoginAuditTrail.fate(), Fate::Kept);
        assert_eq!(Held::Integrations.fate(), Fate::Merged);
        assert_eq!(Held::Users.fate(), Fate::Copied);
    }

    #[test]
    fn a_record_of_both_accounts_keeps_its_state_here_and_the_pair_of_production() {
        let record = |application: u8, state, key: &str| Integration {
            application_id: ApplicationId::from_bytes([application; 16]),
            credentials: Some(Credentials::first(ConsumerKey::parse(key).unwrap())),
            ..integration(state)
        };
        let production = [
            record(1, IntegrationState::Enabled, "one"),
            record(2, IntegrationState::Enabled, "two"),
        ];
        let sandbox = vec![
            record(1, IntegrationState::Blocked, "old"),
            record(3, IntegrationState::Enabled, "own"),
        ];
        let merged = merge_integrations(&account("1234567"), &production, sandbox);
        let found: Vec<_> = merged
            .iter()
            .map(|record| {
                (
                    record.state,
                    record.consumer_key().unwrap().as_str(),
                    record.origin.to_string(),
                )
            })
            .collect();
        let here = "this account".to_owned();
        assert_eq!(
            found,
            [
                (IntegrationState::Blocked, "one", here.clone()),
                (IntegrationState::Enabled, "own", here),
                (IntegrationState::Enabled, "two", "account 1234567".to_owned()),
            ]
        );
    }
}
