//! Company Information, General Preferences, SOAP Web Services Preferences, and what else an account is set to.

use axum::response::Response;
use countersign_model::{Account, Settings, SettingsForm};
use countersign_protocol::Service;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::routes;

use crate::Routes;
use crate::body::Json;
use crate::caller::Administrator;
use crate::edit::{Cleared, cleared, given, set};
use crate::moment::Moment;
use crate::named::{LeverWord, Named, PasswordStrengthWord, TierWord};
use crate::problem::{Problem, Problems};
use crate::reply::shown;

/// What an account is, and what it is set to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SettingsJson {
    pub account_id: String,
    pub created: Moment,
    /// Where NetSuite would have this account.
    pub hosts: HostsJson,
    pub company_name: String,
    pub mandatory_two_factor_authentication: bool,
    pub password_policy: PasswordStrengthWord,
    pub minimum_password_length: u32,
    pub password_expiration_in_days: Option<u32>,
    pub idle_session_timeout_in_minutes: u32,
    pub allowed_ip_addresses: String,
    pub require_approval_during_auto_installation_of_integration: bool,
    pub login_audit_trail_retention_in_days: u32,
    pub service_tier: TierWord,
    #[serde(rename = "suitecloudPlusLicenses")]
    pub suitecloud_plus_licences: u32,
    /// Requests the account runs at once.
    pub concurrency_limit: u32,
    pub test_account: bool,
    pub test_levers: Vec<LeverWord>,
    pub seed: Option<u64>,
}

/// The account's own hosts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HostsJson {
    pub suite_talk: String,
    pub restlets: String,
    pub app: String,
}

/// What is to be set; the rest stays as it is.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SettingsInput {
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(nullable = false)]
    pub company_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(nullable = false)]
    pub mandatory_two_factor_authentication: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(nullable = false)]
    pub password_policy: Option<PasswordStrengthWord>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(nullable = false)]
    pub minimum_password_length: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "cleared")]
    #[schema(value_type = Option<u32>)]
    pub password_expiration_in_days: Cleared<u32>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(nullable = false)]
    pub idle_session_timeout_in_minutes: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(nullable = false)]
    pub allowed_ip_addresses: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(nullable = false)]
    pub require_approval_during_auto_installation_of_integration: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(nullable = false)]
    pub login_audit_trail_retention_in_days: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(nullable = false)]
    pub service_tier: Option<TierWord>,
    #[serde(
        rename = "suitecloudPlusLicenses",
        skip_serializing_if = "Option::is_none",
        deserialize_with = "given"
    )]
    #[schema(nullable = false)]
    pub suitecloud_plus_licences: Option<u32>,
    /// Whether the account may be played with, by the levers below. Never for an account somebody relies on.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(nullable = false)]
    pub test_account: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(nullable = false)]
    pub test_levers: Option<Vec<LeverWord>>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "cleared")]
    #[schema(value_type = Option<u64>)]
    pub seed: Cleared<u64>,
}

impl SettingsJson {
    pub(crate) fn of(account: &Account, settings: &Settings) -> Self {
        let form = SettingsForm::of(account, settings);
        let host = |service| account.id.host(service);
        Self {
            account_id: account.id.to_string(),
            created: account.created.into(),
            hosts: HostsJson {
                suite_talk: host(Service::SuiteTalk),
                restlets: host(Service::Restlets),
                app: host(Service::App),
            },
            company_name: form.company_name,
            mandatory_two_factor_authentication: form.mandatory_two_factor,
            password_policy: Named(form.password_strength),
            minimum_password_length: form.min_password_length,
            password_expiration_in_days: form.password_expires_after_days,
            idle_session_timeout_in_minutes: form.idle_session_timeout,
            allowed_ip_addresses: form.allowed_ip_addresses,
            require_approval_during_auto_installation_of_integration: form.require_approval,
            login_audit_trail_retention_in_days: form.audit_retention_days,
            service_tier: Named(form.tier),
            suitecloud_plus_licences: form.suitecloud_plus_licences,
            concurrency_limit: settings.governance.limit(),
            test_account: form.test_account,
            test_levers: form.levers.into_iter().map(Named).collect(),
            seed: form.seed,
        }
    }
}

impl SettingsInput {
    /// The form with what is given here filled in.
    pub fn fill(self, mut form: SettingsForm) -> SettingsForm {
        set(&mut form.company_name, self.company_name);
        set(
            &mut form.mandatory_two_factor,
            self.mandatory_two_factor_authentication,
        );
        set(
            &mut form.password_strength,
            self.password_policy.map(|named| named.0),
        );
        set(&mut form.min_password_length, self.minimum_password_length);
        set(
            &mut form.password_expires_after_days,
            self.password_expiration_in_days,
        );
        set(
            &mut form.idle_session_timeout,
            self.idle_session_timeout_in_minutes,
        );
        set(&mut form.allowed_ip_addresses, self.allowed_ip_addresses);
        set(
            &mut form.require_approval,
            self.require_approval_during_auto_installation_of_integration,
        );
        set(
            &mut form.audit_retention_days,
            self.login_audit_trail_retention_in_days,
        );
        set(&mut form.tier, self.service_tier.map(|named| named.0));
        set(&mut form.suitecloud_plus_licences, self.suitecloud_plus_licences);
        set(&mut form.test_account, self.test_account);
        let levers = self.test_levers;
        set(
            &mut form.levers,
            levers.map(|levers| levers.into_iter().map(|named| named.0).collect::<Vec<_>>()),
        );
        set(&mut form.seed, self.seed);
        form
    }
}

pub(crate) fn routes() -> Routes {
    Routes::new().routes(routes!(show, save))
}

/// Company Information, with the account's hosts, and every setting.
#[utoipa::path(get, path = "/accounts/{account}/settings", tag = "Settings",
    params(("account" = String, Path)),
    responses((status = 200, body = SettingsJson), Problems),
    extensions(("x-permission" = json!([["Set Up Company", "View"]]))))]
async fn show(administrator: Administrator) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    let (account, settings) = authority.settings(&caller)?;
    Ok(shown(&SettingsJson::of(&account, &settings)))
}

/// Save settings: all that are given or none.
#[utoipa::path(patch, path = "/accounts/{account}/settings", tag = "Settings",
    params(("account" = String, Path)), request_body = SettingsInput,
    responses((status = 200, body = SettingsJson), Problems),
    extensions(("x-permission" = json!([["Set Up Company", "Full"]]))))]
async fn save(administrator: Administrator, Json(input): Json<SettingsInput>) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    let (account, settings) = authority
        .save_settings(&caller, move |form| input.clone().fill(form))
        .await?;
    Ok(shown(&SettingsJson::of(&account, &settings)))
}
