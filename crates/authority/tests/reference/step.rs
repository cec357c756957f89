//! What may happen to an account, as a test makes it up. Records are picked by number, whatever number there are of them.

use countersign_model::{Feature, Permission, Surface, TokenChange};
use proptest::collection::vec;
use proptest::prelude::*;

/// The permissions that decide about anything here.
pub(crate) const PERMISSIONS: [Permission; 7] = [
    Permission::LogInUsingAccessTokens,
    Permission::UserAccessTokens,
    Permission::AccessTokenManagement,
    Permission::IntegrationApplication,
    Permission::ManageUsers,
    Permission::ManageRoles,
    Permission::EnableFeatures,
];

const FEATURES: [Feature; 5] = [
    Feature::TokenBasedAuthentication,
    Feature::GlobalPermissions,
    Feature::ClientSuiteScript,
    Feature::ServerSuiteScript,
    Feature::RestWebServices,
];

/// Few, so that they meet; one is empty, and two are one but for their letters.
const NAMES: [&str; 10] = [
    "", "Alpha", "ALPHA", "Beta", "Gamma", "Delta", "Epsilon", "Zeta", "Eta", "Theta",
];

#[derive(Clone, Debug)]
pub(crate) struct Deed {
    pub(crate) by: Who,
    pub(crate) step: Step,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Who {
    Owner,
    /// Whoever holds this key, where any was made; else the owner.
    Key(u8),
}

#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// What a step becomes that a failure does not need.
    Nothing,
    SaveFeatures {
        check: Vec<Feature>,
        clear: Vec<Feature>,
        agreed: bool,
    },
    AddIntegration(IntegrationPage),
    EditIntegration(u8, IntegrationPage),
    EnableIntegration(u8),
    BlockIntegration(u8),
    UninstallIntegration(u8),
    ResetCredentials(u8),
    AddRole(RolePage),
    EditRole(u8, RolePage),
    AddUser(UserPage),
    EditUser(u8, UserPage),
    DeleteUser(u8),
    /// By the user, whoever does the deed.
    HideRole {
        user: u8,
        role: u8,
        hidden: bool,
    },
    /// By somebody who guesses.
    FailPasswords {
        user: u8,
        times: u8,
    },
    Unlock(u8),
    CreateToken {
        integration: u8,
        user: u8,
        role: u8,
    },
    CreateOwnToken {
        integration: u8,
    },
    ChangeToken(u8, TokenChange),
    EditToken {
        token: u8,
        name: &'static str,
        inactive: bool,
    },
    ListTokens,
    /// By the owner. None gives the key whatever the user may do in the role.
    MakeKey {
        user: u8,
        role: u8,
        scopes: Option<Vec<Permission>>,
    },
    RevokeKey(u8),
    /// Seconds.
    Pass(u16),
    LogIn(Login),
    /// One of the last few calls once more, as it was sent.
    Replay(u8),
}

#[derive(Clone, Debug)]
pub(crate) struct IntegrationPage {
    pub(crate) name: &'static str,
    pub(crate) blocked: bool,
    pub(crate) token_based_authentication: bool,
    pub(crate) authorization_flow: bool,
    pub(crate) callback: Option<&'static str>,
    pub(crate) concurrency_limit: Option<u32>,
}

#[derive(Clone, Debug)]
pub(crate) struct RolePage {
    pub(crate) name: &'static str,
    pub(crate) inactive: bool,
    pub(crate) web_services_only: bool,
    pub(crate) permissions: Vec<Permission>,
}

#[derive(Clone, Debug)]
pub(crate) struct UserPage {
    pub(crate) name: &'static str,
    pub(crate) inactive: bool,
    pub(crate) give_access: bool,
    pub(crate) roles: Vec<u8>,
    pub(crate) global_permissions: Vec<Permission>,
}

/// A signed call. Each part of it is right more often than wrong.
#[derive(Clone, Debug)]
pub(crate) struct Login {
    pub(crate) surface: Surface,
    pub(crate) token: Option<u8>,
    /// None is the token's own.
    pub(crate) integration: Option<u8>,
    pub(crate) pair: Pair,
    pub(crate) consumer_secret_is_right: bool,
    pub(crate) token_secret_is_right: bool,
    pub(crate) seconds_off: i64,
    pub(crate) nonce: Nonce,
    pub(crate) realm_is_right: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pair {
    Current,
    /// Before the first Reset Credentials, if there was any.
    First,
    Unknown,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Nonce {
    Fresh,
    Short,
    /// With its timestamp, of one of the last few calls.
    Again(u8),
}

pub(crate) fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    vec(deed(), 200..300)
}

fn deed() -> impl Strategy<Value = Deed> {
    let by = prop_oneof![3 => Just(Who::Owner), 2 => any::<u8>().prop_map(Who::Key)];
    (by, step()).prop_map(|(by, step)| Deed { by, step })
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        1 => Just(Step::Nothing),
        4 => set_up(),
        4 => people(),
        6 => tokens(),
        1 => prop_oneof![1_u16..40, 290_u16..310, Just(1800_u16)].prop_map(Step::Pass),
        10 => login().prop_map(Step::LogIn),
        2 => (0_u8..4).prop_map(Step::Replay),
    ]
}

fn set_up() -> impl Strategy<Value = Step> {
    let some = || vec(prop::sample::select(FEATURES.to_vec()), 0..3);
    prop_oneof![
        3 => (some(), some(), prop::bool::weighted(0.8))
            .prop_map(|(check, clear, agreed)| Step::SaveFeatures { check, clear, agreed }),
        // Back on, because off nothing else can be seen.
        4 => Just(Step::SaveFeatures {
            check: vec![Feature::TokenBasedAuthentication],
            clear: Vec::new(),
            agreed: true,
        }),
        2 => integration_page().prop_map(Step::AddIntegration),
        2 => (any::<u8>(), integration_page()).prop_map(|(which, page)| Step::EditIntegration(which, page)),
        4 => any::<u8>().prop_map(Step::EnableIntegration),
        2 => any::<u8>().prop_map(Step::BlockIntegration),
        1 => any::<u8>().prop_map(Step::UninstallIntegration),
        2 => any::<u8>().prop_map(Step::ResetCredentials),
    ]
}

fn people() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => role_page().prop_map(Step::AddRole),
        3 => (any::<u8>(), role_page()).prop_map(|(which, page)| Step::EditRole(which, page)),
        3 => user_page().prop_map(Step::AddUser),
        3 => (any::<u8>(), user_page()).prop_map(|(which, page)| Step::EditUser(which, page)),
        1 => any::<u8>().prop_map(Step::DeleteUser),
        2 => (any::<u8>(), any::<u8>(), any::<bool>())
            .prop_map(|(user, role, hidden)| Step::HideRole { user, role, hidden }),
        2 => (any::<u8>(), 1_u8..6).prop_map(|(user, times)| Step::FailPasswords { user, times }),
        2 => any::<u8>().prop_map(Step::Unlock),
        5 => (any::<u8>(), any::<u8>(), prop::option::weighted(0.2, permissions()))
            .prop_map(|(user, role, scopes)| Step::MakeKey { user, role, scopes }),
        1 => any::<u8>().prop_map(Step::RevokeKey),
    ]
}

fn tokens() -> impl Strategy<Value = Step> {
    let change = prop::sample::select(TokenChange::ALL.to_vec());
    prop_oneof![
        5 => (any::<u8>(), any::<u8>(), any::<u8>())
            .prop_map(|(integration, user, role)| Step::CreateToken { integration, user, role }),
        2 => any::<u8>().prop_map(|integration| Step::CreateOwnToken { integration }),
        3 => (any::<u8>(), change).prop_map(|(token, change)| Step::ChangeToken(token, change)),
        2 => (any::<u8>(), name(), prop::bool::weighted(0.3))
            .prop_map(|(token, name, inactive)| Step::EditToken { token, name, inactive }),
        1 => Just(Step::ListTokens),
    ]
}

fn name() -> impl Strategy<Value = &'static str> {
    prop::sample::select(NAMES.to_vec())
}

fn permissions() -> impl Strategy<Value = Vec<Permission>> {
    prop::sample::subsequence(PERMISSIONS.to_vec(), 0..=PERMISSIONS.len())
}

fn integration_page() -> impl Strategy<Value = IntegrationPage> {
    let callback = prop::sample::select(vec![
        None,
        Some("https://app.example.com/callback"),
        Some("javascript:alert(1)"),
    ]);
    let limit = prop::sample::select(vec![
        None,
        None,
        None,
        Some(0),
        Some(1),
        Some(60),
        Some(119),
        Some(120),
    ]);
    let boxes = (
        prop::bool::weighted(0.2),
        prop::bool::weighted(0.8),
        prop::bool::weighted(0.2),
    );
    (name(), boxes, callback, limit).prop_map(|(name, (blocked, tba, flow), callback, limit)| {
        IntegrationPage {
            name,
            blocked,
            token_based_authentication: tba,
            authorization_flow: flow,
            callback,
            concurrency_limit: limit,
        }
    })
}

fn role_page() -> impl Strategy<Value = RolePage> {
    (
        name(),
        prop::bool::weighted(0.15),
        prop::bool::weighted(0.3),
        permissions(),
    )
        .prop_map(|(name, inactive, web_services_only, permissions)| RolePage {
            name,
            inactive,
            web_services_only,
            permissions,
        })
}

fn user_page() -> impl Strategy<Value = UserPage> {
    let global = prop::sample::subsequence(PERMISSIONS.to_vec(), 0..=2);
    let boxes = (prop::bool::weighted(0.1), prop::bool::weighted(0.9));
    (name(), boxes, vec(any::<u8>(), 0..4), global).prop_map(
        |(name, (inactive, give_access), roles, global)| UserPage {
            name,
            inactive,
            give_access,
            roles,
            global_permissions: global,
        },
    )
}

fn login() -> impl Strategy<Value = Login> {
    let surface = prop::sample::select(vec![Surface::Rest, Surface::Restlet, Surface::Soap]);
    let pair = prop_oneof![12 => Just(Pair::Current), 1 => Just(Pair::First), 1 => Just(Pair::Unknown)];
    let seconds_off = prop_oneof![
        20 => -300_i64..=300,
        1 => prop::sample::select(vec![-301_i64, 301, -3600, 3600]),
    ];
    let nonce = prop_oneof![
        12 => Just(Nonce::Fresh),
        1 => Just(Nonce::Short),
        2 => (0_u8..4).prop_map(Nonce::Again),
    ];
    let named = (
        prop::option::weighted(0.95, any::<u8>()),
        prop::option::weighted(0.08, any::<u8>()),
        pair,
    );
    let right = (
        prop::bool::weighted(0.95),
        prop::bool::weighted(0.95),
        prop::bool::weighted(0.96),
    );
    (surface, named, right, seconds_off, nonce).prop_map(
        |(surface, (token, integration, pair), (consumer, secret, realm), seconds_off, nonce)| Login {
            surface,
            token,
            integration,
            pair,
            consumer_secret_is_right: consumer,
            token_secret_is_right: secret,
            seconds_off,
            nonce,
            realm_is_right: realm,
        },
    )
}
