use super::*;
use crate::user::tests::user;
use crate::{IpRestriction, PermissionSet};

pub(crate) const NOW: UnixTime = UnixTime::from_seconds(1_700_000_000);

/// Everything on, nothing restricted.
pub(crate) fn features() -> FeatureSet {
    FeatureSet::none().enable(Feature::ALL.iter().copied()).unwrap()
}

pub(crate) fn scene(surface: Surface, features: &FeatureSet) -> LoginScene<'_> {
    LoginScene {
        surface,
        address: Some(IpAddr::from([198, 51, 100, 7])),
        now: NOW,
        features,
        company_ip_rules: None,
    }
}

/// The role of [`user`], which may log in by token and no more.
pub(crate) fn role() -> Role {
    Role {
        id: RoleId::new(1001),
        name: "Integrator".into(),
        administrator: false,
        permissions: PermissionSet::none()
            .grant(Permission::LogInUsingAccessTokens, Level::Full)
            .unwrap(),
        ..Role::administrator()
    }
}

fn log_in(user: &User, role: &Role, surface: Surface) -> Result<MayLogIn, LoginDenied> {
    may_log_in(user, role, &scene(surface, &features()))
}

fn denied(user: &User, role: &Role, surface: Surface) -> (Detail, &'static str) {
    let denied = log_in(user, role, surface).unwrap_err();
    (denied.detail(), denied.mistake())
}

#[test]
fn a_user_with_an_assigned_role_that_logs_in_by_token_may() {
    let proof = log_in(&user(), &role(), Surface::Rest).unwrap();
    assert_eq!(
        (proof.user(), proof.role()),
        (EntityId::new(42), RoleId::new(1001))
    );
}

#[test]
fn each_reason_has_its_detail_and_its_mistake() {
    let denied_user = |change: fn(&mut User)| {
        let mut user = user();
        change(&mut user);
        denied(&user, &role(), Surface::Rest)
    };
    let denied_role = |change: fn(&mut Role)| {
        let mut role = role();
        change(&mut role);
        denied(&user(), &role, Surface::Restlet)
    };
    let no = Detail::PermissionDenied;
    assert_eq!(denied_user(|user| user.inactive = true), (no, "entity_inactive"));
    assert_eq!(
        denied_user(|user| user.give_access = false),
        (no, "entity_without_access")
    );
    assert_eq!(denied_user(|user| user.roles.clear()), (no, "role_removed"));
    assert_eq!(
        denied_user(|user| user.roles[0].hidden = true),
        (no, "role_hidden")
    );
    assert_eq!(denied_role(|role| role.inactive = true), (no, "role_inactive"));
    assert_eq!(
        denied_role(|role| role.permissions = PermissionSet::none()),
        (no, "role_without_tba")
    );
    assert_eq!(
        denied_role(|role| {
            let manages = PermissionSet::none().grant(Permission::AccessTokenManagement, Level::Full);
            role.permissions = manages.unwrap();
        }),
        (no, "role_atm_only")
    );
    assert_eq!(
        denied_role(|role| role.web_services_only = true),
        (no, "web_services_only_role")
    );
    let none = FeatureSet::none();
    let off = may_log_in(&user(), &role(), &scene(Surface::Rest, &none)).unwrap_err();
    assert_eq!(
        (off.detail(), off.mistake()),
        (Detail::FeatureDisabled, "feature_disabled")
    );
}

#[test]
fn a_web_services_only_role_works_with_web_services() {
    let role = Role {
        web_services_only: true,
        ..role()
    };
    assert!(log_in(&user(), &role, Surface::Rest).is_ok());
    assert!(log_in(&user(), &role, Surface::Soap).is_ok());
}

#[test]
fn a_role_that_needs_a_second_factor_may_use_tokens() {
    let role = Role {
        two_factor_required: true,
        ..role()
    };
    assert!(log_in(&user(), &role, Surface::Restlet).is_ok());
}

#[test]
fn a_global_permission_lets_a_role_log_in_by_token() {
    let bare = Role {
        permissions: PermissionSet::none(),
        ..role()
    };
    let user = User {
        global_permissions: role().permissions,
        ..user()
    };
    assert!(log_in(&user, &bare, Surface::Rest).is_ok());
}

#[test]
fn an_address_outside_the_rules_is_refused_while_the_feature_is_on() {
    let elsewhere = User {
        ip_restriction: IpRestriction {
            inherit_from_company: false,
            own: Some("192.0.2.0/24".parse().unwrap()),
        },
        ..user()
    };
    let refused = log_in(&elsewhere, &role(), Surface::Rest).unwrap_err();
    assert_eq!((refused.detail(), refused.mistake()), (Detail::IpRule, "ip_rule"));
    assert!(
        refused
            .to_string()
            .starts_with("IP Address 198.51.100.7 does not match any"),
        "{refused}"
    );
    let off = features().disable([Feature::IpAddressRules]).unwrap();
    assert!(may_log_in(&elsewhere, &role(), &scene(Surface::Rest, &off)).is_ok());
}

#[test]
fn a_lock_ends_by_itself() {
    let user = User {
        locked_until: Some(NOW.plus(std::time::Duration::from_secs(61))),
        ..user()
    };
    assert_eq!(
        denied(&user, &role(), Surface::Rest),
        (Detail::TemporaryLocked, "locked")
    );
    let sentence = log_in(&user, &role(), Surface::Rest).unwrap_err().to_string();
    assert!(
        sentence.starts_with("Ada Byron is locked after five failed passwords, for another 2 min."),
        "{sentence}"
    );
    let features = features();
    let end = LoginScene {
        now: user.locked_until.unwrap(),
        ..scene(Surface::Rest, &features)
    };
    assert!(may_log_in(&user, &role(), &end).is_ok());
}

#[test]
fn the_sentence_says_where_to_mend_it() {
    let vendor = User {
        kind: EntityKind::Vendor,
        inactive: true,
        ..user()
    };
    assert_eq!(
        log_in(&vendor, &role(), Surface::Rest).unwrap_err().to_string(),
        "Ada Byron is inactive. Clear Inactive on the record: Lists > Relationships > Vendors > Edit."
    );
}
