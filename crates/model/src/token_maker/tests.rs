use super::*;
use crate::access_token::tests::token;
use crate::integration::tests::integration;
use crate::login::tests::{features, role};
use crate::user::tests::user;
use crate::{Authentication, PermissionSet};

fn with(permissions: &[Permission]) -> Role {
    let grant = |set: PermissionSet, permission: &Permission| set.grant(*permission, Level::Full).unwrap();
    Role {
        permissions: permissions.iter().fold(PermissionSet::none(), grant),
        ..role()
    }
}

fn other() -> User {
    User {
        id: EntityId::new(43),
        name: "Grace Hopper".into(),
        ..user()
    }
}

fn application() -> Integration {
    integration(IntegrationState::Enabled)
}

/// What Ada may do in `role`.
fn maker<T>(role: &Role, act: impl FnOnce(TokenMaker<'_>) -> T) -> T {
    act(TokenMaker {
        user: &user(),
        role,
        features: &features(),
    })
}

#[test]
fn managing_tokens_is_for_others_and_never_for_an_administrator() {
    let manager = with(&[Permission::AccessTokenManagement]);
    let make =
        |user: &User, role: &Role| maker(&manager, |maker| maker.may_make_for(user, role, &application()));
    let made = make(&other(), &role()).unwrap();
    assert_eq!((made.user(), made.role()), (EntityId::new(43), RoleId::new(1001)));
    assert_eq!(
        make(&other(), &Role::administrator()),
        Err(TokenRefused::Administrator)
    );
    assert_eq!(make(&user(), &role()), Err(TokenRefused::OwnByManager));
    let own = maker(&manager, |maker| maker.may_make_own(&application()));
    assert!(matches!(own, Err(TokenRefused::NotOwn { logs_in: false, .. })));
}

#[test]
fn an_administrator_makes_tokens_for_themselves_and_for_no_other_administrator() {
    let administrator = Role::administrator();
    let make = |user: &User, role: &Role| {
        maker(&administrator, |maker| {
            maker.may_make_for(user, role, &application())
        })
    };
    assert!(make(&user(), &administrator).is_ok());
    assert!(make(&other(), &role()).is_ok());
    assert_eq!(make(&other(), &administrator), Err(TokenRefused::Administrator));
    assert!(maker(&administrator, |maker| maker.may_make_own(&application())).is_ok());
}

#[test]
fn user_access_tokens_makes_own_tokens_and_manages_no_others() {
    let own = with(&[Permission::UserAccessTokens]);
    let made = maker(&own, |maker| maker.may_make_own(&application())).unwrap();
    assert_eq!(made.user(), user().id);
    let others = maker(&own, |maker| {
        maker.may_make_for(&other(), &role(), &application())
    });
    assert!(matches!(others, Err(TokenRefused::NotManager { .. })));
}

#[test]
fn log_in_using_access_tokens_creates_none() {
    let refused = maker(&role(), |maker| maker.may_make_own(&application())).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "The role Integrator may not create its own tokens: Log in using Access Tokens only logs in. Add User Access \
         Tokens: Setup > Users/Roles > User Management > Manage Roles > Edit > Permissions > Setup."
    );
}

#[test]
fn each_way_to_a_token_wants_its_box() {
    let own = with(&[Permission::UserAccessTokens]);
    let boxes = |authentication| Integration {
        authentication,
        ..application()
    };
    let endpoint = boxes(Authentication {
        issue_token_endpoint: true,
        ..Authentication::default()
    });
    let flow = boxes(Authentication {
        authorization_flow: true,
        ..Authentication::default()
    });
    maker(&own, |maker| {
        assert!(maker.may_issue(&endpoint).is_ok());
        assert!(maker.may_authorize(&flow).is_ok());
        let no_endpoint = maker.may_issue(&flow).unwrap_err();
        assert_eq!(no_endpoint.detail(), Detail::IssueTokenEndpointRequired);
        let no_flow = maker.may_authorize(&endpoint).unwrap_err();
        assert_eq!(no_flow.detail(), Detail::AuthorizationFlowRequired);
        let without_tokens = boxes(Authentication {
            token_based_authentication: false,
            issue_token_endpoint: true,
            ..Authentication::default()
        });
        let refused = maker.may_issue(&without_tokens).unwrap_err();
        assert_eq!(refused.detail(), Detail::ConsumerKeyRefused);
    });
}

#[test]
fn no_token_is_made_for_an_application_that_is_blocked_or_gone_or_with_the_feature_off() {
    let administrator = Role::administrator();
    let now = countersign_world::UnixTime::from_seconds(5);
    for record in [
        integration(IntegrationState::Blocked),
        application().uninstall(now).unwrap(),
    ] {
        let refused = maker(&administrator, |maker| maker.may_make_own(&record)).unwrap_err();
        assert!(matches!(refused, TokenRefused::Application { .. }));
    }
    let off = FeatureSet::none();
    let user = user();
    let maker = TokenMaker {
        user: &user,
        role: &administrator,
        features: &off,
    };
    assert_eq!(maker.may_make_own(&application()), Err(TokenRefused::FeatureOff));
}

#[test]
fn a_user_revokes_their_own_tokens_and_a_manager_those_of_others() {
    let mine = token();
    let theirs = AccessToken {
        user: other().id,
        ..token()
    };
    let change = |role: &Role, token: &AccessToken, its: &Role| {
        maker(role, |maker| maker.may_change(token, Some(its)))
    };
    let own = with(&[Permission::UserAccessTokens]);
    let manager = with(&[Permission::AccessTokenManagement]);
    assert!(change(&own, &mine, &role()).is_ok());
    assert_eq!(change(&own, &theirs, &role()), Err(TokenRefused::NotYours));
    assert!(change(&manager, &theirs, &role()).is_ok());
    assert_eq!(
        change(&manager, &theirs, &Role::administrator()),
        Err(TokenRefused::Administrator)
    );
    assert_eq!(TokenRefused::Administrator.mistake(), "token_of_another_user");
    assert!(matches!(
        change(&manager, &mine, &role()),
        Err(TokenRefused::NotOwn { logs_in: false, .. })
    ));
    let administrator = Role::administrator();
    assert!(change(&administrator, &theirs, &administrator).is_ok());
    assert!(change(&administrator, &mine, &administrator).is_ok());
    assert!(matches!(
        change(&role(), &mine, &role()),
        Err(TokenRefused::NotOwn { logs_in: true, .. })
    ));
}
