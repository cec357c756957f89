//! Random accounts: few names, so that two of them often hold the same records in other states.

use crate::account::{InMemory, NOW};
use countersign_model::*;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

const ROLES: [&str; 3] = ["Integrator", "Web services only", "Clerk \"B\""];
const USERS: [&str; 3] = ["Ada Byron", "Night Courier", "Zoë\\Ω"];
const INTEGRATIONS: [&str; 3] = ["Warehouse sync", "Importer", "Old = new"];
const PERMISSIONS: [(Permission, Level); 4] = [
    (Permission::LogInUsingAccessTokens, Level::Full),
    (Permission::RestWebServices, Level::Full),
    (Permission::Customers, Level::View),
    (Permission::Customers, Level::Edit),
];
const TEXTS: [&str; 4] = ["", "Owned by logistics", "two\nlines\t\"quoted\"", "C:\\x"];

/// Bits, one for each box.
type Boxes = u16;

const fn is_set(boxes: Boxes, bit: u32) -> bool {
    boxes >> bit & 1 == 1
}

type RoleSeed = Option<Boxes>;
type UserSeed = Option<(Boxes, Boxes)>;
type IntegrationSeed = Option<(Boxes, u32, usize)>;
type TokenSeed = (usize, usize, usize, Boxes);

/// `mark` is in every ID and secret, so that those of two accounts differ where they should.
pub(crate) fn account(mark: &'static str) -> impl Strategy<Value = InMemory> {
    let records = (
        vec(option::of(any::<Boxes>()), 3),
        vec(option::of((any::<Boxes>(), any::<Boxes>())), 3),
        vec(option::of((any::<Boxes>(), 0..=14_u32, 0..TEXTS.len())), 3),
        vec((0..3_usize, 0..3_usize, 0..3_usize, any::<Boxes>()), 0..5),
    );
    (any::<Boxes>(), any::<Boxes>(), records).prop_map(move |(features, settings, records)| {
        let mut account = InMemory::founded();
        account.features = self::features(features);
        self::settings(&mut account, settings);
        let (roles, users, integrations, tokens) = records;
        self::roles(&mut account, &roles, settings);
        self::users(&mut account, &users);
        self::integrations(&mut account, &integrations, mark);
        self::tokens(&mut account, &tokens, mark);
        account
    })
}

fn features(boxes: Boxes) -> FeatureSet {
    let on = (0..).zip(Feature::ALL).filter(|(bit, _)| is_set(boxes, *bit));
    let wanted: Vec<Feature> = on.map(|(_, feature)| *feature).collect();
    let met = |feature: &&Feature| {
        feature
            .prerequisites()
            .iter()
            .all(|needed| wanted.contains(needed))
    };
    FeatureSet::none()
        .enable(wanted.iter().filter(met).copied())
        .unwrap()
}

fn settings(account: &mut InMemory, boxes: Boxes) {
    let mut form = SettingsForm::of(&account.account, &Settings::default());
    let premium = is_set(boxes, 0);
    form.company_name = if is_set(boxes, 1) {
        "Harbor Lane"
    } else {
        "Local Company"
    }
    .to_owned();
    form.mandatory_two_factor = is_set(boxes, 2);
    form.password_expires_after_days = [None, Some(180), Some(30), Some(1)][usize::from(boxes >> 3 & 3)];
    form.allowed_ip_addresses = if is_set(boxes, 5) {
        "192.0.2.0/24, ::1".to_owned()
    } else {
        String::new()
    };
    form.require_approval = is_set(boxes, 6);
    form.test_account = is_set(boxes, 7);
    if form.test_account && is_set(boxes, 8) {
        form.levers = vec![Lever::Clock, Lever::Determinism];
        form.seed = Some(7);
    }
    if is_set(boxes, 9) {
        form.password_strength = PasswordStrength::Weak;
        form.min_password_length = 6;
    }
    form.tier = if premium { Tier::Premium } else { Tier::Standard };
    form.suitecloud_plus_licences = if premium { 3 } else { 0 };
    (account.account.company_name, account.settings) = SettingsDraft::parse(form).unwrap().into_parts();
}

fn permissions(boxes: Boxes) -> Vec<(Permission, Level)> {
    let given = (0..).zip(PERMISSIONS).filter(|(bit, _)| is_set(boxes, *bit));
    let mut given: Vec<_> = given.map(|(_, line)| line).collect();
    given.dedup_by_key(|(permission, _)| *permission);
    given
}

fn roles(account: &mut InMemory, seeds: &[RoleSeed], boxes: Boxes) {
    for (name, seed) in ROLES.into_iter().zip(seeds) {
        let Some(boxes) = *seed else { continue };
        let form = RoleForm {
            name: name.to_owned(),
            center: if name == ROLES[2] {
                Center::Sales
            } else {
                Center::Classic
            },
            inactive: is_set(boxes, 8),
            web_services_only: is_set(boxes, 9),
            two_factor_required: is_set(boxes, 10),
            permissions: permissions(boxes),
        };
        let id = RoleId::new(account.next_id());
        account.roles.push(RoleDraft::parse(form).unwrap().into_role(id));
    }
    for role in &mut account.roles {
        role.inactive |= role.name == "Accountant" && is_set(boxes, 10);
    }
}

fn users(account: &mut InMemory, seeds: &[UserSeed]) {
    let licensed = account.settings.governance.suitecloud_plus_licences > 0
        && account.features.has(Feature::SoapWebServices)
        && account.features.has(Feature::ConcurrentUsersForWebServices);
    for (name, seed) in USERS.into_iter().zip(seeds) {
        let Some((boxes, roles)) = *seed else { continue };
        let held = (0..).zip(&account.roles).filter(|(bit, _)| is_set(roles, *bit));
        let roles: Vec<RoleId> = held.map(|(_, role)| role.id).collect();
        let form = UserForm {
            kind: if name == USERS[1] {
                EntityKind::Vendor
            } else {
                EntityKind::Employee
            },
            name: name.to_owned(),
            email: "somebody@example.com".to_owned(),
            inactive: is_set(boxes, 0),
            give_access: is_set(boxes, 1) && !roles.is_empty(),
            global_permissions: if is_set(boxes, 2) {
                permissions(1)
            } else {
                Vec::new()
            },
            web_services_user: is_set(boxes, 3),
            concurrent_web_services_user: is_set(boxes, 3) && is_set(boxes, 4) && licensed,
            inherit_ip_rules: is_set(boxes, 5),
            ip_address_restriction: if is_set(boxes, 6) { "NONE" } else { "" }.to_owned(),
            roles,
        };
        let id = EntityId::new(account.next_id());
        let mut user = UserDraft::parse(form).unwrap().into_user(id);
        for (bit, assigned) in (7..).zip(&mut user.roles) {
            assigned.hidden = bit < 16 && is_set(boxes, bit);
        }
        if is_set(boxes, 15) {
            account.passwords.insert(id, "Correct-horse-1".to_owned());
        }
        account.users.push(user);
    }
}

fn integrations(account: &mut InMemory, seeds: &[IntegrationSeed], mark: &str) {
    let most = if account.settings.governance.limit() > 5 {
        14
    } else {
        1
    };
    for (name, seed) in INTEGRATIONS.into_iter().zip(seeds) {
        let Some((boxes, limit, text)) = *seed else {
            continue;
        };
        let form = IntegrationForm {
            name: name.to_owned(),
            description: TEXTS[text].to_owned(),
            note: TEXTS[(text + 1) % TEXTS.len()].to_owned(),
            state: if is_set(boxes, 0) {
                IntegrationState::Blocked
            } else {
                IntegrationState::Enabled
            },
            authentication: Authentication {
                token_based_authentication: is_set(boxes, 1),
                issue_token_endpoint: is_set(boxes, 2),
                authorization_flow: is_set(boxes, 3) && is_set(boxes, 4),
                callback_url: is_set(boxes, 3).then(|| "https://app.example.com/cb".to_owned()),
                user_credentials: is_set(boxes, 5),
                authorization_code_grant: is_set(boxes, 6),
            },
            concurrency_limit: Some(limit.min(most)).filter(|limit| *limit > 0),
        };
        let id = IntegrationId::new(account.next_id());
        let draft = IntegrationDraft::parse(form).unwrap();
        let has_pair = draft.needs_credentials();
        let same = is_set(boxes, 8);
        let key = format!("key-{}{}", name.len(), if same { "" } else { mark });
        let first = has_pair.then(|| Credentials::first(ConsumerKey::parse(key).unwrap()));
        if has_pair {
            let mark = if same && is_set(boxes, 9) { "" } else { mark };
            account
                .consumer_secrets
                .insert(id, format!("consumer-secret-{}{mark}", name.len()));
        }
        let application = ApplicationId::from_bytes([1; 16]);
        account
            .integrations
            .push(draft.into_integration(id, application, first, NOW));
    }
}

/// Only tokens that could be made while everything is switched on.
fn tokens(account: &mut InMemory, seeds: &[TokenSeed], mark: &str) {
    for (number, (integration, user, role, boxes)) in seeds.iter().enumerate() {
        let at = |names: [&'static str; 3], number: &usize| names[*number];
        let integration = account
            .integrations
            .iter()
            .find(|found| found.name == at(INTEGRATIONS, integration));
        let user = account.users.iter().find(|found| found.name == at(USERS, user));
        let role = account.roles.iter().find(|found| found.name == at(ROLES, role));
        let (Some(integration), Some(user), Some(role)) = (integration, user, role) else {
            continue;
        };
        let mut on = (integration.clone(), user.clone(), role.clone());
        on.0.state = IntegrationState::Enabled;
        (on.1.inactive, on.2.inactive) = (false, false);
        let form = TokenForm {
            application: &on.0,
            user: &on.1,
            role: &on.2,
            features: &account.features,
            name: if is_set(*boxes, 0) { "nightly" } else { "" },
        };
        let Ok(draft) = TokenDraft::parse(form) else {
            continue;
        };
        let id = AccessTokenId::new(account.next_id());
        let token_id = TokenId::parse(format!("token-{number}-{mark}")).unwrap();
        let by = By {
            actor: Actor {
                user: None,
                name: "random".to_owned(),
                via: Via::Start,
            },
            at: NOW,
        };
        let mut token = draft.into_access_token(id, token_id, &by);
        token.state = match boxes >> 1 & 3 {
            0 => TokenState::Inactive,
            1 => TokenState::Revoked { at: NOW },
            _ => TokenState::Active,
        };
        account
            .token_secrets
            .insert(id, format!("token-secret-{number}-{mark}"));
        account.tokens.push(token);
    }
}
