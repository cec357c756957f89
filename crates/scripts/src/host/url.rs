//! `url.*`: addresses of the account.

use countersign_protocol::{AccountId, Service, percent_encode};
use countersign_suitescript::HostError;
use serde_json::Value;

use super::{AccountHost, Answer, shown, text};
use crate::deployment::Deployment;

impl AccountHost {
    pub(super) fn domain(&self, arguments: &Value) -> Answer {
        let given = text(arguments, "accountId");
        let own = &self.actor.snapshot().account.id;
        let account: AccountId = match given.is_empty() {
            true => own.clone(),
            false => given
                .replace('-', "_")
                .to_ascii_uppercase()
                .parse()
                .map_err(|_| {
                    HostError::new("SSS_INVALID_ACCOUNT_ID", format!("{given:?} is no account ID."))
                })?,
        };
        let service = match text(arguments, "hostType").to_ascii_uppercase().as_str() {
            "APPLICATION" => Service::App,
            "RESTLET" => Service::Restlets,
            "SUITETALK" => Service::SuiteTalk,
            other => {
                return Err(HostError::new(
                    "NOT_EMULATED",
                    format!(
                        "Countersign does not emulate the host type {other:?}: it has no customer center, forms or shop."
                    ),
                ));
            }
        };
        Ok(Value::String(account.host(service)))
    }

    pub(super) fn script_url(&self, arguments: &Value) -> Answer {
        let (script, deploy) = (shown(&arguments["scriptId"]), shown(&arguments["deploymentId"]));
        let find = Deployment::find(&self.records, &script, &deploy);
        let deployment = self.wait(find).map_err(|error| super::refused(&error))?;
        let deployment = deployment.ok_or_else(|| {
            let message = "The script or its deployment does not exist here.";
            HostError::new("SSS_INVALID_SCRIPT_ID", message)
        })?;
        let mut path = format!(
            "/app/site/hosting/restlet.nl?script={}&deploy={}",
            deployment.script, deployment.number
        );
        if let Some(parameters) = arguments["params"].as_object() {
            for (name, value) in parameters {
                path.push_str(&format!(
                    "&{}={}",
                    percent_encode(name),
                    percent_encode(shown(value))
                ));
            }
        }
        let account = &self.actor.snapshot().account.id;
        Ok(Value::String(match arguments["returnExternalUrl"] == true {
            true => format!("https://{}{path}", account.host(Service::Restlets)),
            false => path,
        }))
    }
}
