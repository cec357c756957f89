//! An account, written as a file. What the file cannot say is said in a comment where it would stand.

mod lines;

use self::lines::{Lines, quoted};
use crate::folded;
use crate::settings::NEVER;
use countersign_model::{
    AccessToken, AccessTokenId, Account, Authentication, Center, EntityId, EntityKind, Feature, FeatureSet,
    Integration, IntegrationId, IntegrationState, IpRules, Origin, Role, RoleId, Settings, StandardRole,
    User, Word,
};
use countersign_protocol::Secret;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Everything of an account that a file can say.
#[derive(Clone, Copy, Debug)]
pub struct Whole<'a> {
    pub account: &'a Account,
    pub features: &'a FeatureSet,
    pub settings: &'a Settings,
    pub roles: &'a [Role],
    pub users: &'a [User],
    pub integrations: &'a [Integration],
    pub tokens: &'a [AccessToken],
}

/// The secrets to be written. Passwords cannot be: the account keeps their hashes.
#[derive(Debug, Default)]
pub struct Secrets {
    pub consumers: BTreeMap<IntegrationId, Secret>,
    pub tokens: BTreeMap<AccessTokenId, Secret>,
}

/// Writes the account, the same text for the same account. Planned against it, the file changes nothing.
///
/// Left out, because an account cannot be given them: what was uninstalled or installed from elsewhere, and revoked
/// tokens.
pub fn write(whole: &Whole<'_>, secrets: &Secrets) -> String {
    let mut lines = Lines::default();
    write_account(&mut lines, whole);
    write_settings(&mut lines, whole.settings);
    let mut roles: Vec<&Role> = whole.roles.iter().collect();
    roles.sort_by_key(|role| role.id);
    roles.into_iter().for_each(|role| write_role(&mut lines, role));
    let names: HashMap<RoleId, &str> = whole
        .roles
        .iter()
        .map(|role| (role.id, role.name.as_str()))
        .collect();
    let mut users: Vec<&User> = whole.users.iter().collect();
    users.sort_by_key(|user| user.id);
    if !users.is_empty() {
        lines.table("# Passwords cannot be written: the account keeps their hashes.");
    }
    users
        .into_iter()
        .for_each(|user| write_user(&mut lines, user, &names));
    let mut integrations: Vec<&Integration> = whole
        .integrations
        .iter()
        .filter(|record| !record.is_uninstalled())
        .collect();
    integrations.sort_by_key(|record| record.id);
    for record in &integrations {
        write_integration(&mut lines, record, secrets.consumers.get(&record.id));
    }
    write_tokens(&mut lines, whole, &names, secrets);
    lines.0
}

fn write_account(lines: &mut Lines, whole: &Whole<'_>) {
    lines.table("[account]");
    lines.text("id", whole.account.id.as_str());
    lines.text("company_name", &whole.account.company_name);
    lines.texts("features", whole.features.iter().map(Feature::label));
}

fn write_settings(lines: &mut Lines, settings: &Settings) {
    let default = Settings::default();
    let (policy, usual) = (&settings.password_policy, &default.password_policy);
    let mut body = Lines::default();
    body.flag(
        "mandatory_two_factor_authentication",
        settings.mandatory_two_factor,
        default.mandatory_two_factor,
    );
    if policy.strength != usual.strength {
        body.text("password_policy", policy.strength.label());
    }
    if policy.min_length != usual.min_length {
        body.value("minimum_password_length", policy.min_length);
    }
    if policy.expires_after_days != usual.expires_after_days {
        match policy.expires_after_days {
            Some(days) => body.value("password_expiration_in_days", days),
            None => body.text("password_expiration_in_days", NEVER),
        }
    }
    if settings.idle_session_timeout != default.idle_session_timeout {
        body.value("idle_session_timeout_in_minutes", settings.idle_session_timeout);
    }
    if let Some(rules) = &settings.allowed_ip_addresses {
        body.text("allowed_ip_addresses", &rules.to_string());
    }
    body.flag(
        "require_approval_during_auto_installation_of_integration",
        settings.require_approval,
        default.require_approval,
    );
    if settings.audit_retention_days != default.audit_retention_days {
        body.value(
            "login_audit_trail_retention_in_days",
            settings.audit_retention_days,
        );
    }
    if settings.governance.tier != default.governance.tier {
        body.text("service_tier", settings.governance.tier.label());
    }
    if settings.governance.suitecloud_plus_licences != default.governance.suitecloud_plus_licences {
        body.value(
            "suitecloud_plus_licences",
            settings.governance.suitecloud_plus_licences,
        );
    }
    if let Some(test) = &settings.test_account {
        body.value("test_account", true);
        if !test.levers.is_empty() {
            body.texts("test_levers", test.levers.iter().map(|lever| lever.label()));
        }
        if let Some(seed) = test.seed {
            body.value("seed", seed);
        }
    }
    if !body.0.is_empty() {
        lines.table("[settings]");
        lines.0.push_str(&body.0);
    }
}

fn write_role(lines: &mut Lines, role: &Role) {
    if role.administrator {
        return;
    }
    if StandardRole::named(&role.name).is_ok() {
        if role.inactive {
            lines.table("[[role]]");
            lines.text("name", &role.name);
            lines.value("inactive", true);
        }
        return;
    }
    lines.table("[[role]]");
    lines.text("name", &role.name);
    if role.center != Center::default() {
        lines.text("center_type", role.center.label());
    }
    lines.flag("inactive", role.inactive, false);
    lines.flag("web_services_only", role.web_services_only, false);
    lines.flag(
        "two_factor_authentication_required",
        role.two_factor_required,
        false,
    );
    lines.permissions("[role.permissions]", &role.permissions);
}

fn write_user(lines: &mut Lines, user: &User, names: &HashMap<RoleId, &str>) {
    lines.table("[[user]]");
    if user.kind != EntityKind::default() {
        lines.text("kind", user.kind.label());
    }
    lines.text("name", &user.name);
    lines.text("email", &user.email);
    lines.flag("inactive", user.inactive, false);
    lines.flag("give_access", user.give_access, true);
    let named = |role: RoleId| names.get(&role).copied();
    lines.texts(
        "roles",
        user.roles.iter().filter_map(|assigned| named(assigned.role)),
    );
    let hidden = user.roles.iter().filter(|assigned| assigned.hidden);
    let mut hidden = hidden.filter_map(|assigned| named(assigned.role)).peekable();
    if hidden.peek().is_some() {
        lines.texts("hidden_roles", hidden);
    }
    lines.flag("web_services_user", user.web_services_user, false);
    lines.flag(
        "concurrent_web_services_user",
        user.concurrent_web_services_user,
        false,
    );
    let restriction = &user.ip_restriction;
    lines.flag(
        "inherit_ip_rules_from_company",
        restriction.inherit_from_company,
        true,
    );
    let own = restriction
        .own
        .as_ref()
        .map(IpRules::to_string)
        .unwrap_or_default();
    lines.text_unless_empty("ip_address_restriction", &own);
    lines.permissions("[user.global_permissions]", &user.global_permissions);
}

fn write_integration(lines: &mut Lines, record: &Integration, secret: Option<&Secret>) {
    if !can_be_made(record) {
        lines.table(&format!(
            "# Not written: the integration record of {}:",
            record.origin
        ));
        lines.comment(&quoted(&record.name));
        return;
    }
    lines.table("[[integration]]");
    lines.text("name", &record.name);
    lines.text_unless_empty("description", &record.description);
    lines.text_unless_empty("note", &record.note);
    if record.state != IntegrationState::Enabled {
        lines.text("state", record.state.label());
    }
    if let Some(limit) = record.concurrency_limit {
        lines.value("concurrency_limit", limit);
    }
    let (boxes, usual) = (&record.authentication, Authentication::default());
    let flags = [
        (
            "token_based_authentication",
            boxes.token_based_authentication,
            usual.token_based_authentication,
        ),
        (
            "tba_issue_token_endpoint",
            boxes.issue_token_endpoint,
            usual.issue_token_endpoint,
        ),
        (
            "tba_authorization_flow",
            boxes.authorization_flow,
            usual.authorization_flow,
        ),
        (
            "authorization_code_grant",
            boxes.authorization_code_grant,
            usual.authorization_code_grant,
        ),
        ("user_credentials", boxes.user_credentials, usual.user_credentials),
    ];
    for (key, flag, default) in flags {
        lines.flag(key, flag, default);
    }
    lines.text_unless_empty("callback_url", boxes.callback_url.as_deref().unwrap_or_default());
    match (record.consumer_key(), secret) {
        (None, _) => {}
        (Some(key), Some(secret)) if boxes.token_based_authentication => {
            lines.text("consumer_key", key.as_str());
            lines.text("consumer_secret", secret.expose());
        }
        (Some(key), _) => {
            lines.comment(&format!(
                "consumer_key = {}: written with its secret only",
                quoted(key.as_str())
            ));
        }
    }
}

/// Whether a file can describe the record: its definition is this account's own.
fn can_be_made(record: &Integration) -> bool {
    record.origin == Origin::ThisAccount && !record.is_uninstalled()
}

fn write_tokens(lines: &mut Lines, whole: &Whole<'_>, roles: &HashMap<RoleId, &str>, secrets: &Secrets) {
    let users: HashMap<EntityId, &str> = whole
        .users
        .iter()
        .map(|user| (user.id, user.name.as_str()))
        .collect();
    let integrations = whole.integrations.iter().filter(|record| can_be_made(record));
    let integrations: HashMap<IntegrationId, &str> = integrations
        .map(|record| (record.id, record.name.as_str()))
        .collect();
    let mut tokens: Vec<&AccessToken> = whole.tokens.iter().filter(|token| !token.is_revoked()).collect();
    tokens.sort_by_key(|token| token.id);
    let mut written = HashSet::new();
    for token in tokens {
        let records = (
            integrations.get(&token.integration),
            users.get(&token.user),
            roles.get(&token.role),
        );
        let (Some(integration), Some(user), Some(role)) = records else {
            lines.table("# Not written, because its application, user or role is not: the token");
            lines.comment(&quoted(&token.name));
            continue;
        };
        let secret = secrets.tokens.get(&token.id);
        let identity = (token.integration, token.user, token.role, folded(&token.name));
        if secret.is_none() && !written.insert(identity) {
            lines.table("# Not written without its secret, because another has its application, user, role and name: the token");
            lines.comment(&quoted(token.token_id.as_str()));
            continue;
        }
        lines.table("[[token]]");
        lines.text("name", &token.name);
        lines.text("integration", integration);
        lines.text("user", user);
        lines.text("role", role);
        lines.flag("inactive", !token.is_active(), false);
        let id = token.token_id.as_str();
        if let Some(secret) = secret {
            lines.text("token_id", id);
            lines.text("token_secret", secret.expose());
        } else {
            lines.comment(&format!(
                "token_id = {}: written with its secret only",
                quoted(id)
            ));
        }
    }
}
