//! `secret`: the value of an API Secret, for a digest or a request. No script sees it: what asks is on this side of the engine.

use countersign_suitescript::HostError;
use serde_json::{Value, json};

use super::{AccountHost, Answer, refused, text};
use crate::secret::ApiSecret;

impl AccountHost {
    pub(super) fn secret(&self, arguments: &Value) -> Answer {
        let id = text(arguments, "id").to_ascii_lowercase();
        let found = self.wait(ApiSecret::named(&self.records, &id));
        let secret = found.map_err(|error| refused(&error))?;
        let secret = secret.filter(|secret| secret.is_for(self.deployment.script)).ok_or_else(|| {
            HostError::new(
                "INVALID_SECRET",
                format!(
                    "There is no API Secret {id} that {} may use. Make it at Setup > Company > API Secrets, or with: countersign \
                     script secret set {id}",
                    self.deployment.script_id
                ),
            )
        })?;
        let value = self.wait(self.authority().api_secret(&secret.script_id, secret.generation));
        value.map(|value| json!(value.expose())).map_err(|error| {
            tracing::error!(%error, "an API Secret");
            HostError::new(
                "UNEXPECTED_ERROR",
                format!("The value of {id} cannot be opened: set it again."),
            )
        })
    }
}
