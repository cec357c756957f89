//! The five values of a connection, under the names Nango has for them.

use countersign_protocol::{AccountId, Credentials, Secret};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::problem::{Problem, sentence};
use crate::provider::{AUTH_MODE, NAME};

/// `credentials` of a new connection.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tba {
    #[serde(rename = "type")]
    _type: String,
    token_id: String,
    token_secret: String,
    #[serde(default)]
    config_override: ConfigOverride,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ConfigOverride {
    client_id: Option<String>,
    client_secret: Option<String>,
}

/// What is posted to `/auth/tba/INTEGRATION`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Authorization {
    token_id: String,
    token_secret: String,
    oauth_client_id_override: Option<String>,
    oauth_client_secret_override: Option<String>,
}

/// Of `credentials` and `connection_config`.
pub(crate) fn of_connection(given: Value, config: &Map<String, Value>) -> Result<Credentials, Problem> {
    let kind = given.get("type").and_then(Value::as_str).unwrap_or_default();
    if kind != AUTH_MODE {
        let kind: String = kind.chars().take(40).collect();
        let message = format!("The provider {NAME} takes credentials of the type {AUTH_MODE}, not {kind:?}.");
        return Err(Problem::body("credentials.type", message));
    }
    let given: Tba = serde_path_to_error::deserialize(given).map_err(|error| {
        let path = format!("credentials.{}", error.path());
        let message = "Credentials of the type TBA are token_id, token_secret, and config_override with client_id and \
                       client_secret, all of them texts.";
        Problem::body(&path, message)
    })?;
    if let Some((name, _)) = config.iter().find(|(name, _)| *name != "accountId") {
        let name: String = name.chars().take(80).collect();
        let message = format!(
            "{name:?} means nothing to the provider {NAME} and is not kept: put it into the metadata."
        );
        return Err(Problem::body(&format!("connection_config.{name}"), message));
    }
    let account = config
        .get("accountId")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let account = account_of("connection_config.accountId", account)?;
    Ok(Credentials {
        account,
        consumer_key: overridden(
            "credentials.config_override.client_id",
            given.config_override.client_id,
        )?,
        consumer_secret: Secret::new(overridden(
            "credentials.config_override.client_secret",
            given.config_override.client_secret,
        )?),
        token: given.token_id,
        token_secret: Secret::new(given.token_secret),
    })
}

impl Authorization {
    pub(crate) fn credentials(self, account: &str) -> Result<Credentials, Problem> {
        Ok(Credentials {
            account: account_of("params[accountId]", account)?,
            consumer_key: overridden("oauth_client_id_override", self.oauth_client_id_override)?,
            consumer_secret: Secret::new(overridden(
                "oauth_client_secret_override",
                self.oauth_client_secret_override,
            )?),
            token: self.token_id,
            token_secret: Secret::new(self.token_secret),
        })
    }
}

fn account_of(path: &str, text: &str) -> Result<AccountId, Problem> {
    text.trim()
        .parse()
        .map_err(|error| Problem::body(path, sentence(&error)))
}

/// The integration has none of its own that could be meant.
fn overridden(path: &str, value: Option<String>) -> Result<String, Problem> {
    value.filter(|value| !value.is_empty()).ok_or_else(|| {
        let message = "OAuth Client ID Override and OAuth Client Secret are missing: each connection brings those of its own \
                       account, the Consumer Key and Secret of the integration record.";
        Problem::body(path, message)
    })
}
