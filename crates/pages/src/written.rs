//! The values of a connection in the notations of the programs that take them. What this page does not know is left
//! empty: no secret is shown a second time.

use countersign_protocol::{AccountId, Secret};
use countersign_web::Written;
use serde_json::{Value, json};

/// What is known of the four credentials, and where the account is.
pub(crate) struct Values<'v> {
    pub(crate) base_url: &'v str,
    pub(crate) account: &'v AccountId,
    pub(crate) consumer_key: &'v str,
    pub(crate) consumer_secret: Option<&'v Secret>,
    pub(crate) token_id: &'v str,
    pub(crate) token_secret: Option<&'v Secret>,
}

impl Values<'_> {
    pub(crate) fn written(&self) -> Vec<Written> {
        vec![
            written(".env", self.env()),
            written("JSON", pretty(&self.json())),
            written("Postman", pretty(&self.postman())),
            written("Nango", pretty(&self.nango())),
        ]
    }

    fn pairs(&self) -> [(&'static str, &str); 6] {
        [
            ("NETSUITE_BASE_URL", self.base_url),
            ("NETSUITE_ACCOUNT_ID", self.account.as_str()),
            ("NETSUITE_CONSUMER_KEY", self.consumer_key),
            ("NETSUITE_CONSUMER_SECRET", shown(self.consumer_secret)),
            ("NETSUITE_TOKEN_ID", self.token_id),
            ("NETSUITE_TOKEN_SECRET", shown(self.token_secret)),
        ]
    }

    fn env(&self) -> String {
        let lines = self.pairs().map(|(name, value)| format!("{name}={value}\n"));
        lines.concat()
    }

    fn json(&self) -> Value {
        self.pairs()
            .into_iter()
            .map(|(name, value)| (name.to_owned(), json!(value)))
            .collect()
    }

    /// An environment, to be imported.
    fn postman(&self) -> Value {
        let values = self.pairs().map(|(name, value)| {
            let kind = if name.ends_with("SECRET") {
                "secret"
            } else {
                "default"
            };
            json!({ "key": name, "value": value, "type": kind, "enabled": true })
        });
        json!({
            "name": format!("NetSuite {}", self.account),
            "values": values,
            "_postman_variable_scope": "environment",
        })
    }

    /// What its `auth("netsuite-tba", …)` takes, by the names its form has: OAuth Client Id Override, OAuth Client Secret,
    /// Token ID, Token Secret, Account ID.
    fn nango(&self) -> Value {
        json!({
            "credentials": {
                "oauth_client_id_override": self.consumer_key,
                "oauth_client_secret_override": shown(self.consumer_secret),
                "token_id": self.token_id,
                "token_secret": shown(self.token_secret),
            },
            "params": { "accountId": self.account.as_str() },
        })
    }
}

fn shown(secret: Option<&Secret>) -> &str {
    secret.map(Secret::expose).unwrap_or_default()
}

fn pretty(value: &Value) -> String {
    format!("{value:#}")
}

fn written(label: &'static str, text: String) -> Written {
    Written {
        label,
        text: Secret::new(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_notation_holds_what_is_known_and_leaves_out_the_rest() {
        let (account, secret) = ("1234567_SB1".parse().unwrap(), Secret::new("token-secret"));
        let values = Values {
            base_url: "http://localhost:8080",
            account: &account,
            consumer_key: "consumer-key",
            consumer_secret: None,
            token_id: "token-id",
            token_secret: Some(&secret),
        };
        for Written { label, text } in values.written() {
            for value in ["1234567_SB1", "consumer-key", "token-id", "token-secret"] {
                assert!(text.expose().contains(value), "{label} lacks {value}");
            }
        }
        assert!(values.env().contains("NETSUITE_CONSUMER_SECRET=\n"));
    }
}
