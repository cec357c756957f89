//! What works today and is worth a word: shown where credentials are kept and where they are looked at.

use countersign_protocol::{AccountId, Environment};
use countersign_world::UnixTime;

use crate::Identity;

/// From this age on, credentials are called old: tokens never end by themselves.
const OLD_DAYS: i64 = 365;
const DAY: i64 = 24 * 60 * 60;
/// Of connections that share something, those that are named.
const TOLD: usize = 5;

/// Something to know about a connection that works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warning {
    Administrator,
    /// The Consumer Key signs for other accounts, too.
    SameKey(Vec<SameKeyElsewhere>),
    /// The token is kept under other names, too.
    SameToken(Vec<SameKeyElsewhere>),
    Old {
        days: i64,
    },
    /// NetSuite ends token-based authentication.
    Ends,
}

/// Another connection with the same Consumer Key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SameKeyElsewhere {
    /// Its name here.
    pub connection: String,
    pub account: AccountId,
}

/// A connection that works, as far as advice about it goes.
#[derive(Clone, Debug)]
pub struct Advice<'a> {
    pub account: &'a AccountId,
    pub is_local: bool,
    pub identity: Option<&'a Identity>,
    pub same_key: &'a [SameKeyElsewhere],
    /// Others with the same token.
    pub same_token: &'a [SameKeyElsewhere],
    /// When its credentials were entered.
    pub stored: Option<UnixTime>,
    pub now: UnixTime,
}

impl Advice<'_> {
    pub fn warnings(&self) -> Vec<Warning> {
        let mut warnings = Vec::new();
        if self.identity.is_some_and(Identity::is_administrator) {
            warnings.push(Warning::Administrator);
        }
        let elsewhere = self.same_key.iter();
        let elsewhere: Vec<_> = elsewhere
            .filter(|other| other.account != *self.account)
            .cloned()
            .collect();
        if !elsewhere.is_empty() {
            warnings.push(Warning::SameKey(elsewhere));
        }
        if !self.same_token.is_empty() {
            warnings.push(Warning::SameToken(self.same_token.to_vec()));
        }
        if let Some(stored) = self.stored {
            let days = (self.now.seconds() - stored.seconds()) / DAY;
            if days >= OLD_DAYS {
                warnings.push(Warning::Old { days });
            }
        }
        if !self.is_local && self.account.environment() == Environment::Production {
            warnings.push(Warning::Ends);
        }
        warnings
    }
}

impl Warning {
    /// Names the warning, and never changes.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Administrator => "administrator_token",
            Self::SameKey(_) => "consumer_key_shared",
            Self::SameToken(_) => "token_kept_twice",
            Self::Old { .. } => "old_credentials",
            Self::Ends => "tba_ends",
        }
    }

    pub fn sentence(&self) -> String {
        match self {
            Self::Administrator => "The token is an Administrator's and may do everything: make a role with only what the program needs \
                 (Log in using Access Tokens, REST Web Services, its record types), and a token with that role."
                .to_owned(),
            Self::SameKey(others) => format!(
                "The same Consumer Key is that of {}: one integration record in several accounts. Reset Credentials in one of \
                 them ends the key in all; make a record of its own for each.",
                listed(others, |other| format!("connection {} of account {}", other.connection, other.account))
            ),
            Self::SameToken(others) => format!(
                "The same token is that of {}. Whoever revokes it, or rotates one of them and revokes the old token, ends them \
                 all: keep one, or make a token for each.",
                listed(others, |other| format!("connection {}", other.connection))
            ),
            Self::Old { days } => format!(
                "These credentials are {days} days old. Tokens never end by themselves: see that their user and role are still \
                 the right ones, and replace them with connection rotate."
            ),
            Self::Ends => "NetSuite takes no new integrations with token-based authentication from 2027.1 on, and plans to end it \
                 with 2028.1; SOAP ends with 2028.2."
                .to_owned(),
        }
    }
}

/// The first of them, and how many there are beside.
fn listed(others: &[SameKeyElsewhere], shown: impl Fn(&SameKeyElsewhere) -> String) -> String {
    let mut parts: Vec<String> = others.iter().take(TOLD).map(shown).collect();
    match (others.len().saturating_sub(TOLD), parts.pop()) {
        (0, Some(last)) if parts.is_empty() => last,
        (0, Some(last)) => format!("{} and {last}", parts.join(", ")),
        (more, last) => {
            parts.extend(last);
            format!("{} and {more} more", parts.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixTime = UnixTime::from_seconds(1_800_000_000);

    fn codes(account: &str, role: &str, elsewhere: &str, stored: UnixTime) -> Vec<&'static str> {
        let identity = Identity {
            role_name: role.to_owned(),
            ..Identity::default()
        };
        let same_key = [SameKeyElsewhere {
            connection: "other".to_owned(),
            account: elsewhere.parse().unwrap(),
        }];
        let advice = Advice {
            account: &account.parse().unwrap(),
            is_local: false,
            identity: Some(&identity),
            same_key: &same_key,
            same_token: &[],
            stored: Some(stored),
            now: NOW,
        };
        advice.warnings().iter().map(Warning::code).collect()
    }

    #[test]
    fn a_token_that_may_do_everything_or_is_in_two_accounts_is_worth_a_word() {
        let sandbox = |role, elsewhere| codes("1234567_SB1", role, elsewhere, NOW);
        assert_eq!(
            sandbox("Administrator", "1234567"),
            ["administrator_token", "consumer_key_shared"]
        );
        assert!(sandbox("Integrator", "1234567_SB1").is_empty());
    }

    #[test]
    fn a_token_of_many_connections_is_one_warning() {
        let others = |count: usize| {
            let other = |number| SameKeyElsewhere {
                connection: format!("c{number}"),
                account: "1234567".parse().unwrap(),
            };
            Warning::SameToken((1..=count).map(other).collect()).sentence()
        };
        assert!(others(1).contains("that of connection c1. "), "{}", others(1));
        assert!(
            others(2).contains("connection c1 and connection c2. "),
            "{}",
            others(2)
        );
        assert!(
            others(5).contains("connection c4 and connection c5. "),
            "{}",
            others(5)
        );
        assert!(
            others(50).contains("connection c5 and 45 more. "),
            "{}",
            others(50)
        );
    }

    #[test]
    fn age_and_the_end_of_tokens_are_said_where_they_matter() {
        let year_ago = UnixTime::from_seconds(NOW.seconds() - 366 * DAY);
        assert_eq!(
            codes("1234567", "Integrator", "1234567", year_ago),
            ["old_credentials", "tba_ends"]
        );
    }
}
