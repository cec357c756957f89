//! `countersign account` and `countersign governance`.

use countersign_admin::{
    AccountJson, FeatureJson, FeaturesInput, GovernanceJson, SettingsInput, SettingsJson,
};
use serde_json::json;

use super::administration::{print_list, yes_no};
use super::lifecycle;
use crate::admin_client::AdminClient;
use crate::command::{Account, AccountAction, At, Governance, SetUpAction};
use crate::failure::{Exit, Failure};
use crate::output::{self, DIM, GREEN};
use crate::table::{self, Cell, Table, moment, or_empty};

pub(crate) async fn run(Account { action, at }: Account) -> Result<Exit, Failure> {
    match action {
        AccountAction::SetUp(action) => {
            let (data, account) = (at.data.clone(), at.account.clone());
            AdminClient::with(data, account, async |client| act(client, action, &at).await).await?;
        }
        AccountAction::Lifecycle(action) => lifecycle::run(action, &at).await?,
    }
    Ok(Exit::Success)
}

async fn act(client: &AdminClient, action: SetUpAction, at: &At) -> Result<(), Failure> {
    match action {
        SetUpAction::List => list(client, at).await,
        SetUpAction::Show => show(client, at).await,
        SetUpAction::Features {
            enable,
            disable,
            agree,
        } => {
            let nothing = enable.is_empty() && disable.is_empty();
            let all: Vec<FeatureJson> = if nothing {
                client.get("features").await?
            } else {
                let agree_to_terms_of = if agree { enable.clone() } else { Vec::new() };
                let input = FeaturesInput {
                    enable,
                    disable,
                    agree_to_terms_of,
                };
                client.patch("features", &input).await?
            };
            show_features(&all, at)
        }
        SetUpAction::Settings(settings) => {
            let input = settings.input();
            let is_empty = json!(input) == json!(SettingsInput::default());
            let all = match is_empty {
                true => client.get("settings").await?,
                false => client.patch("settings", &input).await?,
            };
            show_settings(&all, at)
        }
    }
}

async fn list(client: &AdminClient, at: &At) -> Result<(), Failure> {
    let accounts: Vec<AccountJson> = client.get("/accounts").await?;
    let mut table = Table::new(&["ACCOUNT", "COMPANY NAME", "ENVIRONMENT"]);
    for account in &accounts {
        table.add([
            Cell::from(&account.account_id),
            Cell::from(&account.company_name),
            Cell::from(&account.environment),
        ]);
    }
    print_list(&accounts, &table, false, "There is no account.", at)
}

async fn show(client: &AdminClient, at: &At) -> Result<(), Failure> {
    let settings: SettingsJson = client.get("settings").await?;
    let features: Vec<FeatureJson> = client.get("features").await?;
    let on = features.iter().filter(|feature| feature.enabled);
    let on: Vec<&str> = on.map(|feature| feature.feature.0.label()).collect();
    if at.json {
        return output::say_json(&json!({ "settings": settings, "features": on }));
    }
    let levers = settings.test_levers.iter().map(|lever| lever.0.label());
    let test = match settings.test_account {
        false => String::new(),
        true => format!("yes; levers: {}", levers.collect::<Vec<_>>().join(", ")),
    };
    table::fields(
        &settings.company_name,
        &[
            ("Account", Cell::from(&settings.account_id)),
            ("Created", Cell::from(moment(settings.created))),
            ("Data folder", Cell::from(client.data().display())),
            ("Running", Cell::from(yes_no(client.is_running()))),
            ("SuiteTalk", Cell::from(&settings.hosts.suite_talk)),
            ("RESTlets", Cell::from(&settings.hosts.restlets)),
            ("Application", Cell::from(&settings.hosts.app)),
            ("Features", Cell::from(on.join(", "))),
            ("Service tier", Cell::from(settings.service_tier.0.label())),
            ("Concurrency", Cell::from(settings.concurrency_limit)),
            ("Test account", Cell::from(test)),
        ],
    )
}

fn show_features(all: &[FeatureJson], at: &At) -> Result<(), Failure> {
    let mut table = Table::new(&["ON", "FEATURE", "NEEDS", "TERMS"]);
    for feature in all {
        let needs = feature.prerequisites.iter().map(|needed| needed.0.label());
        table.add([
            match feature.enabled {
                true => Cell::from("on").styled(GREEN),
                false => Cell::from("off").styled(DIM),
            },
            Cell::from(feature.feature.0.label()),
            Cell::from(needs.collect::<Vec<_>>().join(", ")),
            or_empty(
                feature
                    .terms
                    .as_deref()
                    .map(|terms| terms.trim_end_matches(" Terms of Service")),
            ),
        ]);
    }
    print_list(all, &table, false, "There is no feature.", at)
}

fn show_settings(settings: &SettingsJson, at: &At) -> Result<(), Failure> {
    if at.json {
        return output::say_json(&json!(settings));
    }
    let days = |days: Option<u32>| {
        Cell::from(days.map_or_else(|| "never".to_owned(), |days| format!("{days} days")))
    };
    let approval = settings.require_approval_during_auto_installation_of_integration;
    let licences = settings.suitecloud_plus_licences;
    let levers = settings.test_levers.iter().map(|lever| lever.0.label());
    table::fields(
        &settings.company_name,
        &[
            (
                "Mandatory 2FA",
                Cell::from(yes_no(settings.mandatory_two_factor_authentication)),
            ),
            ("Password policy", Cell::from(settings.password_policy.0.label())),
            (
                "Minimum password length",
                Cell::from(settings.minimum_password_length),
            ),
            ("Password expiration", days(settings.password_expiration_in_days)),
            (
                "Idle session timeout",
                Cell::from(format!("{} minutes", settings.idle_session_timeout_in_minutes)),
            ),
            ("Allowed IP addresses", Cell::from(&settings.allowed_ip_addresses)),
            ("Approval of integrations", Cell::from(yes_no(approval))),
            (
                "Login audit trail kept",
                days(Some(settings.login_audit_trail_retention_in_days)),
            ),
            ("Service tier", Cell::from(settings.service_tier.0.label())),
            ("SuiteCloud Plus licenses", Cell::from(licences)),
            ("Concurrency limit", Cell::from(settings.concurrency_limit)),
            ("Test account", Cell::from(yes_no(settings.test_account))),
            ("Test levers", Cell::from(levers.collect::<Vec<_>>().join(", "))),
            ("Seed", or_empty(settings.seed)),
        ],
    )
}

pub(crate) async fn governance(Governance { at }: Governance) -> Result<Exit, Failure> {
    let (data, account) = (at.data.clone(), at.account.clone());
    AdminClient::with(data, account, async |client| {
        let governance: GovernanceJson = client.get("governance").await?;
        if at.json {
            return output::say_json(&json!(governance));
        }
        table::fields(
            client.account()?.as_str(),
            &[
                ("Service tier", Cell::from(governance.service_tier.0.label())),
                (
                    "SuiteCloud Plus licenses",
                    Cell::from(governance.suitecloud_plus_licences),
                ),
                (
                    "Account concurrency limit",
                    Cell::from(governance.account_concurrency_limit),
                ),
                ("Allocated to integrations", Cell::from(governance.allocated)),
                ("Left for the others", Cell::from(governance.unallocated)),
                ("Running now", Cell::from(governance.running)),
            ],
        )
    })
    .await?;
    Ok(Exit::Success)
}
