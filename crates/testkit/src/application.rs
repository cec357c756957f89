//! The five values an application is given.

use countersign_protocol::{Credentials, Secret, SigningKey};

/// Who calls: an integration record and a token of it. Secrets are plain here, because tests look for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    pub account: String,
    pub consumer_key: String,
    pub consumer_secret: String,
    pub token_id: String,
    pub token_secret: String,
}

impl Application {
    /// The first token of the first integration record. Key and token ID are the same in every account, as where one
    /// record is installed in two; the secrets are each account's own.
    pub(crate) fn first(account: &str) -> Self {
        Self {
            account: account.to_owned(),
            consumer_key: "c0ffee01".repeat(8),
            consumer_secret: "5ec2e701".repeat(7) + account,
            token_id: "70cede01".repeat(8),
            token_secret: "5ec2e702".repeat(7) + account,
        }
    }

    pub fn credentials(&self) -> Credentials {
        Credentials {
            account: self.account.parse().expect("the account ID is valid"),
            consumer_key: self.consumer_key.clone(),
            consumer_secret: Secret::new(self.consumer_secret.as_str()),
            token: self.token_id.clone(),
            token_secret: Secret::new(self.token_secret.as_str()),
        }
    }

    pub(crate) fn key(&self) -> SigningKey {
        let token_secret = Secret::new(self.token_secret.as_str());
        SigningKey::new(&Secret::new(self.consumer_secret.as_str()), Some(&token_secret))
    }
}
