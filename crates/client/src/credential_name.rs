//! The five values of a connection under the names people and programs have for them.

/// One of the values a connection is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CredentialName {
    AccountId,
    ConsumerKey,
    ConsumerSecret,
    TokenId,
    TokenSecret,
}

impl CredentialName {
    pub const ALL: [Self; 5] = [
        Self::AccountId,
        Self::ConsumerKey,
        Self::ConsumerSecret,
        Self::TokenId,
        Self::TokenSecret,
    ];

    /// As NetSuite's pages say it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::AccountId => "Account ID",
            Self::ConsumerKey => "Consumer Key",
            Self::ConsumerSecret => "Consumer Secret",
            Self::TokenId => "Token ID",
            Self::TokenSecret => "Token Secret",
        }
    }

    /// Where somebody who lacks it gets it.
    pub const fn found_at(self) -> &'static str {
        match self {
            Self::AccountId => "Setup > Company > Company Information",
            Self::ConsumerKey | Self::ConsumerSecret => {
                "Setup > Integration > Manage Integrations, once, when the record is saved or its credentials are reset"
            }
            Self::TokenId | Self::TokenSecret => {
                "Setup > Users/Roles > Access Tokens > New, once, when the token is saved"
            }
        }
    }

    /// The variable of the `.env` block this program prints.
    pub const fn variable(self) -> &'static str {
        match self {
            Self::AccountId => "NETSUITE_ACCOUNT_ID",
            Self::ConsumerKey => "NETSUITE_CONSUMER_KEY",
            Self::ConsumerSecret => "NETSUITE_CONSUMER_SECRET",
            Self::TokenId => "NETSUITE_TOKEN_ID",
            Self::TokenSecret => "NETSUITE_TOKEN_SECRET",
        }
    }

    /// The value that a program calls by this name, which may begin with `netsuite` or `ns`: `client_id`, `realm`,
    /// `accessTokenSecret`.
    pub(crate) fn of(name: &str) -> Option<Self> {
        let plain = plain(name);
        let beyond = plain
            .strip_prefix("netsuite")
            .or_else(|| plain.strip_prefix("ns"));
        Some(match beyond.unwrap_or(&plain) {
            "account" | "accountid" | "realm" | "company" => Self::AccountId,
            "consumerkey" | "clientid" | "oauthclientidoverride" => Self::ConsumerKey,
            "consumersecret" | "clientsecret" | "oauthclientsecret" | "oauthclientsecretoverride" => {
                Self::ConsumerSecret
            }
            "token" | "tokenid" | "tokenkey" | "accesstoken" => Self::TokenId,
            "tokensecret" | "accesstokensecret" => Self::TokenSecret,
            _ => return None,
        })
    }

    /// The value that a person calls so, in a mail or on a page: `CONSUMER KEY / CLIENT ID`, `Your token id`,
    /// `ACME_NS_PROD_TOKEN_SECRET`, `Account ID (Realm)`.
    pub(crate) fn of_label(label: &str) -> Option<Self> {
        const ENDS: [(&str, CredentialName); 10] = [
            ("accountid", CredentialName::AccountId),
            ("companyid", CredentialName::AccountId),
            ("consumerkey", CredentialName::ConsumerKey),
            ("clientid", CredentialName::ConsumerKey),
            ("consumersecret", CredentialName::ConsumerSecret),
            ("clientsecret", CredentialName::ConsumerSecret),
            ("tokenid", CredentialName::TokenId),
            ("tokenkey", CredentialName::TokenId),
            ("tokensecret", CredentialName::TokenSecret),
            ("netsuiteaccount", CredentialName::AccountId),
        ];
        let of_part = |part: &str| {
            let plain = plain(part);
            let by_end = || ENDS.into_iter().find(|(end, _)| plain.ends_with(end));
            Self::of(part).or_else(|| by_end().map(|(_, name)| name))
        };
        let mut named = label.split(['/', '(', ')']).filter_map(of_part);
        let first = named.next()?;
        // Two names of different values are a sentence about both, and a label of neither.
        named.all(|other| other == first).then_some(first)
    }
}

fn plain(name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    letters.map(|c| c.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_has_many_names() {
        for (label, name) in [
            ("CONSUMER KEY / CLIENT ID", CredentialName::ConsumerKey),
            ("OAuth Client ID Override", CredentialName::ConsumerKey),
            ("OAuth Client Secret", CredentialName::ConsumerSecret),
            ("ACME_NS_PROD_TOKEN_SECRET", CredentialName::TokenSecret),
            ("the token id", CredentialName::TokenId),
            ("Account ID (Realm)", CredentialName::AccountId),
            ("connection_config.accountId", CredentialName::AccountId),
        ] {
            assert_eq!(CredentialName::of_label(label), Some(name), "{label}");
        }
        for other in [
            "Token Name",
            "Application ID",
            "Token ID / Token Secret",
            "https",
            "",
        ] {
            assert_eq!(CredentialName::of_label(other), None, "{other}");
        }
    }
}
