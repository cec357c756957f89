//! An account, written as a file. What the file cannot say is said in a comment where it would stand.

mod lines;

use self::lines::{Lines, quoted};
use crate::folded;
use crate::settings::NEVER;
use countersign_model::{
    AccessToken, Account, Authentication, Center, EntityId, EntityKind, Feature, FeatureSet, Integration,
    IntegrationId, IntegrationState, IpRules, Origin, Role, RoleId, Settings, StandardRole, User, Word,
};
use countersign_protocol::Secret;
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

const NOT_HERE: &str = "# Not in this file: business records, and the record types, fields and lists of the account's own. \
    `countersign record-type export` writes those.";

/// An account, written record by record, the same text for the same account. Planned against it, the file changes nothing.
///
/// Left out, because an account cannot be given them: what was uninstalled or installed from elsewhere, revoked tokens,
/// and passwords, of which the account keeps the hashes.
#[derive(Debug)]
pub struct FileWriter {
    lines: Lines,
    roles: HashMap<RoleId, String>,
    /// Of users and integration records the names are held, of tokens only what tells those apart that have no secret.
    users: HashMap<EntityId, String>,
    integrations: HashMap<IntegrationId, String>,
    tokens: HashSet<(IntegrationId, EntityId, RoleId, u64)>,
}

impl FileWriter {
    /// Begins with what an account has once, and its roles. Users, integration records and tokens follow in this order,
    /// each by internal id.
    pub fn begin(account: &Account, features: &FeatureSet, settings: &Settings, roles: &[Role]) -> Self {
        let mut lines = Lines::default();
        lines.table("[account]");
        lines.text("id", account.id.as_str());
        lines.text("company_name", &account.company_name);
        lines.texts("features", features.iter().map(Feature::label));
        write_settings(&mut lines, settings);
        lines.table(NOT_HERE);
        let mut by_id: Vec<&Role> = roles.iter().collect();
        by_id.sort_by_key(|role| role.id);
        by_id.iter().for_each(|role| write_role(&mut lines, role));
        Self {
            lines,
            roles: roles.iter().map(|role| (role.id, role.name.clone())).collect(),
            users: HashMap::new(),
            integrations: HashMap::new(),
            tokens: HashSet::new(),
        }
    }

    /// What was written since this was asked last.
    pub fn take(&mut self) -> String {
        self.lines.take()
    }

    pub fn user(&mut self, user: &User) {
        if self.users.is_empty() {
            let comment = "# Passwords cannot be written: the account keeps their hashes.";
            self.lines.table(comment);
        }
        write_user(&mut self.lines, user, &self.roles);
        self.users.insert(user.id, user.name.clone());
    }

    /// `secret` is the Consumer Secret, where it is to be written.
    pub fn integration(&mut self, record: &Integration, secret: Option<&Secret>) {
        if record.is_uninstalled() {
            return;
        }
        write_integration(&mut self.lines, record, secret);
        if can_be_made(record) {
            self.integrations.insert(record.id, record.name.clone());
        }
    }

    /// `secret` is the Token Secret, where it is to be written.
    pub fn token(&mut self, token: &AccessToken, secret: Option<&Secret>) {
        if token.is_revoked() {
            return;
        }
        let lines = &mut self.lines;
        let records = (
            self.integrations.get(&token.integration),
            self.users.get(&token.user),
            self.roles.get(&token.role),
        );
        let (Some(integration), Some(user), Some(role)) = records else {
            lines.table("# Not written, because its application, user or role is not: the token");
            lines.comment(&quoted(&token.name));
            return;
        };
        let identity = (
            token.integration,
            token.user,
            token.role,
            hash(&folded(&token.name)),
        );
        if secret.is_none() && !self.tokens.insert(identity) {
            lines.table("# Not written without its secret, because another has its application, user, role and name: the token");
            lines.comment(&quoted(token.token_id.as_str()));
            return;
        }
        lines.table("[[token]]");
        lines.text("name", &token.name);
        lines.text("integration", integration);
        lines.text("user", user);
        lines.text("role", role);
        lines.flag("inactive", !token.is_active(), false);
        let id = token.token_id.as_str();
        match secret {
            Some(secret) => {
                lines.text("token_id", id);
                lines.text("token_secret", secret.expose());
            }
            None => lines.comment(&format!(
                "token_id = {}: written with its secret only",
                quoted(id)
            )),
        }
    }
}

/// Names are long, and a million of them need not be held.
fn hash(name: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    hasher.finish()
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
    let body = body.take();
    if !body.is_empty() {
        lines.table("[settings]");
        lines.whole(&body);
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

fn write_user(lines: &mut Lines, user: &User, names: &HashMap<RoleId, String>) {
    lines.table("[[user]]");
    if user.kind != EntityKind::default() {
        lines.text("kind", user.kind.label());
    }
    lines.text("name", &user.name);
    lines.text("email", &user.email);
    lines.flag("inactive", user.inactive, false);
    lines.flag("give_access", user.give_access, true);
    let named = |role: RoleId| names.get(&role).map(String::as_str);
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
