//! `runtime.*` and `config.load`: what a script learns of itself, its user and its account.

use countersign_model::{Level, Permission};
use countersign_protocol::Environment;
use countersign_suitescript::HostError;
use serde_json::{Map, Value, json};

use super::{AccountHost, Answer};

/// The release this account answers as.
const VERSION: &str = "2025.2";

impl AccountHost {
    pub(super) fn script(&self) -> Value {
        let deployment = &self.deployment;
        json!({
            "id": deployment.script_id,
            "deploymentId": deployment.deployment_id,
            "logLevel": deployment.log_level.word(),
            "parameters": deployment.parameters,
            "bundleIds": [],
        })
    }

    pub(super) fn user(&self) -> Answer {
        let (user, role) = (&self.actor.user, &self.actor.role);
        let role_id = match role.is_standard() {
            true => role.name.to_lowercase().replace(' ', "_"),
            false => format!("customrole{}", role.id),
        };
        Ok(json!({
            "id": user.id.get(),
            "name": user.name,
            "email": user.email,
            "role": role.id.get(),
            "roleId": role_id,
            "roleCenter": role.center.to_string().to_uppercase(),
            // The account's users have none of these.
            "subsidiary": 1,
            "department": 0,
            "location": 0,
            "contact": 0,
        }))
    }

    /// 0 for a permission that nobody has here.
    pub(super) fn permission(&self, name: &str) -> Value {
        let permission = Permission::by_id(&name.to_ascii_uppercase()).ok();
        let level = permission.and_then(|permission| self.actor.rights().level(permission));
        json!(match level {
            None => 0,
            Some(Level::View) => 1,
            Some(Level::Create) => 2,
            Some(Level::Edit) => 3,
            Some(Level::Full) => 4,
        })
    }

    pub(super) fn preference(&self, name: &str) -> Value {
        let found = preferences()
            .into_iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map_or(Value::Null, |(_, value)| value)
    }

    pub(super) fn account(&self) -> Value {
        let snapshot = self.actor.snapshot();
        let features: Vec<_> = snapshot
            .features
            .iter()
            .map(countersign_model::Feature::id)
            .collect();
        json!({
            "accountId": snapshot.account.id.as_str(),
            "envType": match snapshot.account.id.environment() {
                Environment::Production => "PRODUCTION",
                _ => "SANDBOX",
            },
            "version": VERSION,
            "processorCount": 1,
            "queueCount": 1,
            "country": "US",
            "features": features,
        })
    }

    pub(super) fn config(&self, kind: &str) -> Answer {
        let snapshot = self.actor.snapshot();
        match kind.to_ascii_lowercase().as_str() {
            "companyinformation" => Ok(json!({
                "companyname": snapshot.account.company_name,
                "companyid": snapshot.account.id.as_str(),
                "country": "US",
                "basecurrency": "1",
                "timezone": "GMT",
            })),
            "companyfeatures" | "features" => {
                let on = snapshot
                    .features
                    .iter()
                    .map(|feature| (feature.id().to_ascii_lowercase(), json!(true)));
                Ok(Value::Object(on.collect()))
            }
            "companypreferences" | "userpreferences" => {
                let named = preferences()
                    .into_iter()
                    .map(|(name, value)| (name.to_ascii_lowercase(), value));
                Ok(Value::Object(named.collect::<Map<_, _>>()))
            }
            other => Err(HostError::new(
                "NOT_EMULATED",
                format!(
                    "Countersign does not emulate config.load of {other:?} yet. It has COMPANY_INFORMATION, COMPANY_PREFERENCES, \
                     USER_PREFERENCES and FEATURES."
                ),
            )),
        }
    }
}

/// As texts are written here.
fn preferences() -> [(&'static str, Value); 4] {
    [
        ("DATEFORMAT", json!("M/D/YYYY")),
        ("TIMEFORMAT", json!("h:mm a")),
        ("TIMEZONE", json!("Etc/UTC")),
        ("LANGUAGE", json!("en_US")),
    ]
}
