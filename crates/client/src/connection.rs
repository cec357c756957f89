//! The values of a connection as people have them: in a `.env` file, the environment or JSON.

use std::collections::BTreeMap;

use countersign_protocol::{AccountId, AccountIdError, Credentials, Secret};
use zeroize::Zeroizing;

use crate::CredentialName;

/// An account, its four credentials, and where it is when it is not at NetSuite.
#[derive(Debug)]
pub struct Connection {
    pub credentials: Credentials,
    /// The address of a local account, such as `http://127.0.0.1:8080`.
    pub base_url: Option<String>,
}

/// The values of a connection as far as they are given: whoever looks into a call needs the secrets first of all.
#[derive(Debug, Default)]
pub struct GivenCredentials {
    pub account: Option<AccountId>,
    pub consumer_key: Option<String>,
    pub consumer_secret: Option<Secret>,
    pub token: Option<String>,
    pub token_secret: Option<Secret>,
}

impl GivenCredentials {
    /// Reads what [`Connection::parse`] reads; nothing has to be there.
    pub fn parse(text: &str) -> Result<Self, ConnectionError> {
        Self::from_values(values_of(text)?)
    }

    /// Takes the values from wherever `variable` finds them.
    pub fn from_environment(variable: impl Fn(&str) -> Option<String>) -> Result<Self, ConnectionError> {
        Self::from_values(values_of_environment(variable))
    }

    fn from_values(mut values: Values) -> Result<Self, ConnectionError> {
        let mut take = |name| values.remove(name).filter(|value| !value.is_empty());
        let [account, consumer_key, consumer_secret, token, token_secret] = NAMES.map(&mut take);
        let account = account.map(|account| account.parse()).transpose()?;
        let text = |value: Option<Zeroizing<String>>| value.map(|value| value.to_string());
        let secret = |value: Option<Zeroizing<String>>| value.map(|value| Secret::new(value.as_str()));
        Ok(Self {
            account,
            consumer_key: text(consumer_key),
            consumer_secret: secret(consumer_secret),
            token: text(token),
            token_secret: secret(token_secret),
        })
    }
}

/// Why values do not make a connection.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConnectionError {
    #[error("{} missing: {}", if .0.len() == 1 { "a value is" } else { "values are" }, .0.join(", "))]
    Missing(Vec<&'static str>),
    #[error("line {0} is not NAME=value")]
    Line(usize),
    #[error("line {line}: {name}: {problem}")]
    Value {
        line: usize,
        name: &'static str,
        problem: &'static str,
    },
    #[error("{0} is given twice with different values")]
    Doubled(&'static str),
    #[error("not a JSON object of texts: {0}")]
    Json(String),
    #[error("NETSUITE_ACCOUNT_ID: {0}")]
    Account(#[from] AccountIdError),
}

/// What a connection needs, by the names of the `.env` block this program prints.
const NAMES: [&str; 5] = [
    CredentialName::AccountId.variable(),
    CredentialName::ConsumerKey.variable(),
    CredentialName::ConsumerSecret.variable(),
    CredentialName::TokenId.variable(),
    CredentialName::TokenSecret.variable(),
];
const BASE_URL: &str = "NETSUITE_BASE_URL";

type Values = BTreeMap<&'static str, Zeroizing<String>>;

impl Connection {
    /// Names of the environment variables that are read.
    pub fn variables() -> impl Iterator<Item = &'static str> {
        NAMES.into_iter().chain([BASE_URL])
    }

    /// Reads a `.env` file, a JSON object or an exported Postman environment. Other common names of the same values are
    /// known: `client_id`, `realm`, `accessTokenSecret`. White space and quotes around a value are not part of it, nor is a comment after one.
    pub fn parse(text: &str) -> Result<Self, ConnectionError> {
        Self::from_values(values_of(text)?)
    }

    /// Takes the values from wherever `variable` finds them.
    pub fn from_environment(variable: impl Fn(&str) -> Option<String>) -> Result<Self, ConnectionError> {
        Self::from_values(values_of_environment(variable))
    }

    fn from_values(mut values: Values) -> Result<Self, ConnectionError> {
        let missing: Vec<_> = NAMES
            .into_iter()
            .filter(|name| values.get(name).is_none_or(|value| value.is_empty()))
            .collect();
        if !missing.is_empty() {
            return Err(ConnectionError::Missing(missing));
        }
        let mut take = |name| values.remove(name).unwrap_or_default();
        let base_url = Some(take(BASE_URL)).filter(|url| !url.is_empty());
        let [account, consumer_key, consumer_secret, token, token_secret] = NAMES.map(&mut take);
        let credentials = Credentials {
            account: account.parse()?,
            consumer_key: consumer_key.to_string(),
            consumer_secret: Secret::new(consumer_secret.as_str()),
            token: token.to_string(),
            token_secret: Secret::new(token_secret.as_str()),
        };
        Ok(Self {
            credentials,
            base_url: base_url.map(|url| url.trim_end_matches('/').to_owned()),
        })
    }
}

fn values_of(text: &str) -> Result<Values, ConnectionError> {
    let text = text.trim_start_matches('\u{feff}').trim();
    let mut values = Values::new();
    if text.starts_with('{') {
        let object: BTreeMap<String, serde_json::Value> =
            serde_json::from_str(text).map_err(|error| ConnectionError::Json(error.to_string()))?;
        for (name, value) in pairs(&object) {
            if let (Some(name), Some(value)) = (known_name(name), value.as_str()) {
                insert(&mut values, name, value.trim())?;
            }
        }
    } else {
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let line = line.strip_prefix("export ").unwrap_or(line);
            let (name, value) = line.split_once('=').ok_or(ConnectionError::Line(index + 1))?;
            let Some(name) = known_name(name) else { continue };
            let line = index + 1;
            let value = unquoted(value).map_err(|problem| ConnectionError::Value { line, name, problem })?;
            insert(&mut values, name, value)?;
        }
    }
    Ok(values)
}

fn values_of_environment(variable: impl Fn(&str) -> Option<String>) -> Values {
    let mut values = Values::new();
    for name in Connection::variables() {
        if let Some(value) = variable(name) {
            values.insert(name, Zeroizing::new(value.trim().to_owned()));
        }
    }
    values
}

/// The members of an object; of a Postman environment those of its list that are enabled.
fn pairs(object: &BTreeMap<String, serde_json::Value>) -> Vec<(&str, &serde_json::Value)> {
    let Some(list) = object.get("values").and_then(serde_json::Value::as_array) else {
        return object
            .iter()
            .map(|(name, value)| (name.as_str(), value))
            .collect();
    };
    let enabled = list
        .iter()
        .filter(|pair| pair.get("enabled").and_then(serde_json::Value::as_bool) != Some(false));
    enabled
        .filter_map(|pair| Some((pair.get("key")?.as_str()?, pair.get("value")?)))
        .collect()
}

/// A value as a shell reads it: quotes are not part of it, and ` #` begins a comment.
fn unquoted(text: &str) -> Result<&str, &'static str> {
    let start = text.trim_start();
    let Some(quote) = start.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
        let comment = text
            .char_indices()
            .zip(text.chars().skip(1))
            .find(|((_, before), c)| before.is_whitespace() && *c == '#');
        let value = comment.and_then(|((at, _), _)| text.get(..at)).unwrap_or(text);
        return Ok(value.trim());
    };
    let quoted = start.strip_prefix(quote).and_then(|rest| rest.split_once(quote));
    let (value, after) = quoted.ok_or("its quote is not closed")?;
    let comment = after.trim_start();
    if comment.is_empty() || (comment.starts_with('#') && comment.len() < after.len()) {
        Ok(value.trim())
    } else {
        Err("something follows its closing quote")
    }
}

fn insert(values: &mut Values, name: &'static str, value: &str) -> Result<(), ConnectionError> {
    match values.get(name).is_some_and(|other| **other != *value) {
        true => Err(ConnectionError::Doubled(name)),
        false => {
            values.insert(name, Zeroizing::new(value.to_owned()));
            Ok(())
        }
    }
}

fn known_name(name: &str) -> Option<&'static str> {
    let known = CredentialName::of(name).map(CredentialName::variable);
    known.or_else(|| name_of_base_url(name))
}

fn name_of_base_url(name: &str) -> Option<&'static str> {
    let plain: String = name.chars().filter(char::is_ascii_alphabetic).collect();
    let plain = plain.to_ascii_lowercase();
    let names = [
        "url",
        "baseurl",
        "netsuiteurl",
        "netsuitebaseurl",
        "nsurl",
        "nsbaseurl",
    ];
    names.contains(&&*plain).then_some(BASE_URL)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_dot_env_file_json_and_a_postman_environment_give_the_same_connection() {
        let env = "# a local account\nexport NETSUITE_ACCOUNT_ID=1234567-sb1\r\nNETSUITE_CONSUMER_KEY = ck \n\
                   NETSUITE_CONSUMER_SECRET='cs'\nNETSUITE_TOKEN_ID=\"tk\"\nNETSUITE_TOKEN_SECRET=ts\nOTHER=x\n";
        let json = r#"{"realm":"1234567_SB1","client_id":"ck","clientSecret":"cs","tokenId":"tk","token_secret":"ts","n":1}"#;
        let postman = r#"{"name":"NetSuite","values":[{"key":"account_id","value":"1234567_SB1","enabled":true},
            {"key":"token_id","value":"old","enabled":false},{"key":"consumerKey","value":"ck"},{"key":"consumerSecret","value":"cs"},
            {"key":"tokenId","value":"tk"},{"key":"tokenSecret","value":"ts"}]}"#;
        for text in [env, json, postman] {
            let Connection {
                credentials,
                base_url,
            } = Connection::parse(text).unwrap();
            assert_eq!(credentials.account.as_str(), "1234567_SB1");
            assert_eq!(
                (credentials.consumer_key.as_str(), credentials.token.as_str()),
                ("ck", "tk")
            );
            assert_eq!(
                (
                    credentials.consumer_secret.expose(),
                    credentials.token_secret.expose()
                ),
                ("cs", "ts")
            );
            assert_eq!(base_url, None);
        }
    }

    #[test]
    fn what_is_given_need_not_be_all() {
        let given = GivenCredentials::parse("NETSUITE_TOKEN_SECRET=ts\nNETSUITE_TOKEN_ID=\n").unwrap();
        assert_eq!(given.token_secret.unwrap().expose(), "ts");
        assert!(given.token.is_none() && given.account.is_none() && given.consumer_secret.is_none());
        assert!(GivenCredentials::parse("NETSUITE_ACCOUNT_ID=../x").is_err());
    }

    #[test]
    fn every_missing_value_is_named_at_once() {
        let error = Connection::parse("NETSUITE_ACCOUNT_ID=1\nNETSUITE_TOKEN_ID=\n").unwrap_err();
        let names =
            "NETSUITE_CONSUMER_KEY, NETSUITE_CONSUMER_SECRET, NETSUITE_TOKEN_ID, NETSUITE_TOKEN_SECRET";
        assert_eq!(error.to_string(), format!("values are missing: {names}"));
    }

    #[test]
    fn two_values_under_one_name_are_not_guessed_between() {
        assert_eq!(
            Connection::parse("token=a\nTOKEN_ID=b").unwrap_err(),
            ConnectionError::Doubled("NETSUITE_TOKEN_ID")
        );
        assert_eq!(Connection::parse("hello").unwrap_err(), ConnectionError::Line(1));
    }

    #[test]
    fn a_value_ends_where_a_shell_would_end_it() {
        for (text, value) in [
            ("a", "a"),
            (" a # the key", "a"),
            ("a\t#the key", "a"),
            ("a#b", "a#b"),
            ("#a", "#a"),
            (" # none yet", ""),
            ("'a # b' # c", "a # b"),
            ("\"a\"", "a"),
            ("\"it's\"", "it's"),
            ("a\"b", "a\"b"),
        ] {
            assert_eq!(unquoted(text), Ok(value), "{text}");
        }
        for text in ["\"a", "'a\"", "'a'b", "'a'#b"] {
            assert!(unquoted(text).is_err(), "{text}");
        }
        let error = Connection::parse("NETSUITE_ACCOUNT_ID=1\nexport NS_TOKEN_SECRET='s3cret\n").unwrap_err();
        assert_eq!(
            error.to_string(),
            "line 2: NETSUITE_TOKEN_SECRET: its quote is not closed"
        );
    }

    #[test]
    fn an_error_never_shows_a_value() {
        let error = Connection::parse(r#"{"token_secret":"s3cret","#).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("s3cret"));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_without_a_panic(text: String) {
            let _ = Connection::parse(&text);
        }
    }
}
