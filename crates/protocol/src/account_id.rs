//! The account ID: one parser for every form people have it in, and the only way to a host name.

use std::fmt;
use std::str::FromStr;

/// A NetSuite account: `1234567`, the sandbox `1234567_SB1`, the release preview `1234567_RP`.
///
/// Held in the form that is shown and signed: upper case, with an underscore before the suffix.
///
/// ```
/// use countersign_protocol::{AccountId, Service};
///
/// let account: AccountId = "https://1234567-sb1.app.netsuite.com/app/center/card.nl".parse().unwrap();
/// assert_eq!(account.as_str(), "1234567_SB1");
/// assert_eq!(account.host(Service::SuiteTalk), "1234567-sb1.suitetalk.api.netsuite.com");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccountId(String);

/// A NetSuite service with a host of its own for each account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Service {
    /// REST web services, SuiteQL and SOAP.
    SuiteTalk,
    /// RESTlets and the token endpoints.
    Restlets,
    /// The pages.
    App,
}

/// What kind of account it is, as its suffix says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    Production,
    Sandbox,
    ReleasePreview,
}

/// Why a text is not an account ID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccountIdError {
    #[error("the account ID is empty: find it at Setup > Company > Company Information")]
    Empty,
    #[error("the account ID is longer than {} characters", AccountId::MAX_LENGTH)]
    TooLong,
    #[error(
        "an account ID is letters and digits with at least one digit, and at most one suffix: 1234567 or 1234567_SB1"
    )]
    Form,
    #[error(
        "the address is not one of an account at NetSuite, like 1234567-sb1.app.netsuite.com: write the account ID alone, as at \
         Setup > Company > Company Information"
    )]
    Host,
}

impl Service {
    pub const ALL: [Self; 3] = [Self::SuiteTalk, Self::Restlets, Self::App];

    /// What follows the account's label in the host name.
    pub const fn host_suffix(self) -> &'static str {
        match self {
            Self::SuiteTalk => ".suitetalk.api.netsuite.com",
            Self::Restlets => ".restlets.api.netsuite.com",
            Self::App => ".app.netsuite.com",
        }
    }
}

impl AccountId {
    /// The longest text taken for an account ID. A DNS label has at most 63.
    pub const MAX_LENGTH: usize = 32;

    /// The form that is signed: the realm of a header, the account of a TokenPassport.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first label of the account's hosts: lower case, with a hyphen.
    pub fn host_label(&self) -> String {
        self.0.to_ascii_lowercase().replace('_', "-")
    }

    /// The account's host for a service.
    pub fn host(&self, service: Service) -> String {
        self.host_label() + service.host_suffix()
    }

    /// What a production account and its sandboxes share: `1234567` of `1234567_SB1`.
    pub fn company(&self) -> &str {
        self.0.split_once('_').map_or(&*self.0, |(company, _)| company)
    }

    pub fn environment(&self) -> Environment {
        match self.0.split_once('_') {
            Some((_, suffix)) if suffix.starts_with("SB") => Environment::Sandbox,
            Some((_, suffix)) if suffix.starts_with("RP") => Environment::ReleasePreview,
            _ => Environment::Production,
        }
    }

    /// The account and service of a host name, if it is one of an account at NetSuite.
    pub fn of_host(host: &str) -> Option<(Self, Service)> {
        let host = host.to_ascii_lowercase();
        Service::ALL.into_iter().find_map(|service| {
            let label = host.strip_suffix(service.host_suffix())?;
            // A label has no underscore: TLS certificates do not match one, and NetSuite's hosts have none.
            let label = Some(label).filter(|label| !label.contains('_'))?;
            Some((Self::from_label(label).ok()?, service))
        })
    }

    fn from_label(text: &str) -> Result<Self, AccountIdError> {
        if text.is_empty() {
            return Err(AccountIdError::Empty);
        }
        if text.len() > Self::MAX_LENGTH {
            return Err(AccountIdError::TooLong);
        }
        let text = text.to_ascii_uppercase().replace('-', "_");
        let (base, suffix) = text.split_once('_').unwrap_or((&text, "A"));
        let is_word = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if is_word(base) && is_word(suffix) && base.bytes().any(|byte| byte.is_ascii_digit()) {
            Ok(Self(text))
        } else {
            Err(AccountIdError::Form)
        }
    }
}

impl FromStr for AccountId {
    type Err = AccountIdError;

    /// Takes an account ID in either form, a host, or a URL with one.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let address = text.split_once("://").map(|(_, rest)| rest);
        if address.is_none() && !text.contains(['.', '/']) {
            return Self::from_label(text);
        }
        let rest = address.unwrap_or(text);
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let host = authority.strip_suffix(":443").unwrap_or(authority);
        Self::of_host(host)
            .map(|(account, _)| account)
            .ok_or(AccountIdError::Host)
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parsed(text: &str) -> Result<String, AccountIdError> {
        text.parse::<AccountId>().map(|account| account.0)
    }

    #[test]
    fn every_form_of_an_account_gives_the_same_one() {
        for text in [
            "1234567_SB1",
            " 1234567-sb1 ",
            "1234567_sb1",
            "1234567-sb1.suitetalk.api.netsuite.com",
            "1234567-SB1.restlets.api.netsuite.com:443",
            "https://1234567-sb1.app.netsuite.com/app/center/card.nl?sc=-29#x",
            "HTTPS://1234567-sb1.suitetalk.api.netsuite.com",
        ] {
            assert_eq!(parsed(text).as_deref(), Ok("1234567_SB1"), "{text}");
        }
        assert_eq!(parsed("tstdrv1234567").as_deref(), Ok("TSTDRV1234567"));
    }

    #[test]
    fn nothing_else_becomes_a_host() {
        for text in [
            "1234567.evil.com",
            "1234567.evil.com/.suitetalk.api.netsuite.com",
            "1234567@evil.com",
            "https://1234567@evil.com/",
            "https://user:pass@1234567.app.netsuite.com/",
            "https://evil.com/1234567.app.netsuite.com",
            "https://1234567.app.netsuite.com.evil.com/",
            "https://1234567.app.netsuite.com:8443/",
            "https://evil.com\\.app.netsuite.com/",
            "a.b1.app.netsuite.com",
            "1234567_sb1.app.netsuite.com",
            ".app.netsuite.com",
            "1234567.app.netsuite.com.",
            "1234567#",
            "1234567/",
            "12345\u{663}7",
            "\u{ff11}234567",
            "1234567_SB1_SB2",
            "1234567__SB1",
            "_SB1",
            "1234567_",
            "1234567 8",
            "1234567\n",
            "LOCALHOST",
            "",
        ] {
            let result = parsed(text);
            assert!(
                result.is_err() || text.trim() == "1234567",
                "{text:?} gave {result:?}"
            );
        }
        assert_eq!(parsed(&"1".repeat(33)), Err(AccountIdError::TooLong));
    }

    #[test]
    fn the_suffix_tells_the_environment() {
        let environment = |text: &str| text.parse::<AccountId>().unwrap().environment();
        assert_eq!(environment("1234567"), Environment::Production);
        assert_eq!(environment("1234567-sb2"), Environment::Sandbox);
        assert_eq!(environment("1234567_RP"), Environment::ReleasePreview);
    }

    proptest! {
        #[test]
        fn a_host_is_always_one_label_and_a_known_suffix(text: String) {
            if let Ok(account) = text.parse::<AccountId>() {
                for service in Service::ALL {
                    let host = account.host(service);
                    let label = host.strip_suffix(service.host_suffix()).unwrap();
                    prop_assert!(label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'));
                    prop_assert_eq!(AccountId::of_host(&host), Some((account.clone(), service)));
                }
            }
        }

        #[test]
        fn label_and_realm_parse_back_to_the_same_account(text in "[0-9]{1,9}(_(SB|RP)[0-9]?)?") {
            let account: AccountId = text.parse().unwrap();
            prop_assert_eq!(account.as_str(), text.as_str());
            prop_assert_eq!(account.host_label().parse::<AccountId>().unwrap(), account);
        }
    }
}
