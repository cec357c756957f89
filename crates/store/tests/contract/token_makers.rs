//! Who may make and change which tokens, asked on what is stored.

use super::{Actions, by, change, enable, founded, noted};
use countersign_model::{
    By, EntityId, Feature, FeaturesForm, IntegrationChange, IntegrationForm, Level, NotedRecord, Permission,
    Role, RoleForm, TokenChange, TokenEditForm, TokenRefused, UserDraft, UserForm,
};
use countersign_store::{Keeper, Maker, Store, StoreError, TokenOrder};

/// Adds a user with a role of its own that has these permissions in full.
async fn somebody(store: &Store, name: &str, permissions: &[Permission]) -> (EntityId, Role) {
    let role = RoleForm {
        name: format!("Role of {name}"),
        permissions: permissions
            .iter()
            .map(|permission| (*permission, Level::Full))
            .collect(),
        ..RoleForm::default()
    };
    let role = countersign_model::RoleDraft::parse(role).unwrap();
    let role = store.add_role(role, by()).await.unwrap();
    let user = UserForm {
        name: name.into(),
        email: "somebody@example.com".into(),
        give_access: true,
        roles: vec![role.id],
        ..UserForm::default()
    };
    let user = UserDraft::parse(user).unwrap();
    (store.add_user(user, by()).await.unwrap().id, role)
}

fn refusal(error: StoreError) -> TokenRefused {
    let refused = match error {
        StoreError::TokenRefused(refused) => Some(refused),
        _ => None,
    };
    refused.unwrap()
}

async fn order_by(actions: &Actions<'_>, user: EntityId, role: &Role, maker: Maker) -> TokenOrder {
    TokenOrder {
        user,
        role: role.id,
        ..actions.token_order(maker)
    }
}

#[tokio::test]
async fn a_manager_makes_tokens_for_others_and_not_for_administrators_or_themselves() {
    let (store, _place) = founded().await;
    let actions = Actions::new(&store).await;
    let needed = [
        Permission::AccessTokenManagement,
        Permission::LogInUsingAccessTokens,
    ];
    let (user, role) = somebody(&store, "Mae", &needed).await;
    let maker = Maker::Manager { user, role: role.id };
    actions
        .order(actions.token_order(maker), "for-ada")
        .await
        .unwrap();

    let own = order_by(&actions, user, &role, maker).await;
    assert_eq!(
        refusal(actions.order(own, "own").await.unwrap_err()),
        TokenRefused::OwnByManager
    );
    let administrator = TokenOrder {
        role: Role::ADMINISTRATOR,
        ..actions.token_order(maker)
    };
    assert_eq!(
        refusal(actions.order(administrator, "root").await.unwrap_err()),
        TokenRefused::Administrator
    );
    let (user, role) = somebody(&store, "Noa", &[Permission::LogInUsingAccessTokens]).await;
    let nobody = Maker::Manager { user, role: role.id };
    let error = actions.order(actions.token_order(nobody), "by-noa").await;
    assert!(matches!(
        refusal(error.unwrap_err()),
        TokenRefused::NotManager { .. }
    ));
    assert_eq!(actions.secret_of_token("by-noa").await, None);
}

#[tokio::test]
async fn ones_own_tokens_need_user_access_tokens_and_the_endpoint_its_box() {
    let (store, _place) = founded().await;
    let actions = Actions::new(&store).await;
    let (user, role) = somebody(&store, "Uma", &[Permission::UserAccessTokens]).await;
    let own = order_by(&actions, user, &role, Maker::Own).await;
    actions.order(own, "own").await.unwrap();
    let error = actions.order(actions.token_order(Maker::Own), "ada").await;
    assert!(matches!(
        refusal(error.unwrap_err()),
        TokenRefused::NotOwn { logs_in: true, .. }
    ));

    let order = order_by(&actions, user, &role, Maker::IssueToken).await;
    let error = actions.order(order.clone(), "issued").await.unwrap_err();
    assert!(matches!(
        refusal(error),
        TokenRefused::NoIssueTokenEndpoint { .. }
    ));
    let endpoint = |mut form: IntegrationForm| {
        form.authentication.issue_token_endpoint = true;
        form
    };
    let edit = store.edit_integration(actions.integration.id, endpoint, None, by());
    edit.await.unwrap();
    actions.order(order, "issued").await.unwrap();
}

#[tokio::test]
async fn the_authorization_flow_needs_its_box_and_a_role_that_logs_in() {
    let (store, _place) = founded().await;
    let actions = Actions::new(&store).await;
    let order = actions.token_order(Maker::Authorization);
    actions.order(order.clone(), "allowed").await.unwrap();
    let (user, role) = somebody(&store, "Cy", &[Permission::Customers]).await;
    let powerless = order_by(&actions, user, &role, Maker::Authorization).await;
    let error = actions.order(powerless, "refused").await.unwrap_err();
    assert!(matches!(refusal(error), TokenRefused::NoLogin { .. }));

    let without = |mut form: IntegrationForm| {
        form.authentication.authorization_flow = false;
        form
    };
    let edit = store.edit_integration(actions.integration.id, without, None, by());
    edit.await.unwrap();
    let error = actions.order(order, "refused").await.unwrap_err();
    assert!(matches!(refusal(error), TokenRefused::NoAuthorizationFlow { .. }));
}

#[tokio::test]
async fn the_owner_of_the_process_is_held_to_everything_but_the_permission() {
    let (store, _place) = founded().await;
    let actions = Actions::new(&store).await;
    let order = actions.token_order(Maker::Owner);
    let block = store.change_integration_state(actions.integration.id, IntegrationChange::Block, by());
    block.await.unwrap();
    let error = actions.order(order.clone(), "blocked").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "Application Name must be Enabled; it is Blocked."
    );
    let (user, role) = somebody(&store, "Cy", &[Permission::Customers]).await;
    let powerless = order_by(&actions, user, &role, Maker::Owner).await;
    let error = actions.order(powerless, "powerless").await.unwrap_err();
    assert!(matches!(error, StoreError::Fields(_)), "{error}");

    let off = FeaturesForm {
        clear: vec![Feature::TokenBasedAuthentication],
        ..FeaturesForm::default()
    };
    store.change_features(off, by()).await.unwrap();
    assert_eq!(
        refusal(actions.order(order, "off").await.unwrap_err()),
        TokenRefused::FeatureOff
    );
}

#[tokio::test]
async fn a_global_permission_counts_while_the_feature_is_on() {
    let (store, _place) = founded().await;
    let actions = Actions::new(&store).await;
    let given = |mut form: UserForm| {
        form.global_permissions = vec![(Permission::UserAccessTokens, Level::Full)];
        form
    };
    store.edit_user(actions.user.id, given, by()).await.unwrap();
    let order = actions.token_order(Maker::Own);
    assert!(actions.order(order.clone(), "off").await.is_err());
    enable(&store, &[Feature::GlobalPermissions]).await.unwrap();
    actions.order(order, "on").await.unwrap();
}

#[tokio::test]
async fn a_token_knows_who_made_it() {
    let (store, _place) = founded().await;
    let actions = Actions::new(&store).await;
    let (user, role) = somebody(&store, "Uma", &[Permission::UserAccessTokens]).await;
    let mut maker = by();
    maker.actor.user = Some(user);
    let order = order_by(&actions, user, &role, Maker::Own).await;
    let id = countersign_model::TokenId::parse("own").unwrap();
    let issued = store.issue_token(order, id, super::sealed(b"s"), By { ..maker });
    assert_eq!(issued.await.unwrap().created_by, Some(user));
}

#[tokio::test]
async fn a_token_is_renamed_and_inactivated_by_those_who_may() {
    let (store, _place) = founded().await;
    let actions = Actions::new(&store).await;
    let token = store.token_by_id("token-1").await.unwrap().unwrap();
    let edit = |_| TokenEditForm {
        name: "weekly".into(),
        inactive: true,
    };
    let (mae, manager) = somebody(&store, "Mae", &[Permission::AccessTokenManagement]).await;
    let (noa, nobody) = somebody(&store, "Noa", &[Permission::UserAccessTokens]).await;
    let keeper = Keeper::User {
        user: noa,
        role: nobody.id,
    };
    let error = store.edit_token(token.id, edit, keeper, by()).await.unwrap_err();
    assert_eq!(refusal(error), TokenRefused::NotYours);
    let keeper = Keeper::User {
        user: mae,
        role: manager.id,
    };
    let edited = store.edit_token(token.id, edit, keeper, by()).await.unwrap();
    assert_eq!(store.token(token.id).await.unwrap().as_ref(), Some(&edited));
    assert_eq!(
        noted(&store, NotedRecord::AccessToken(token.id)).await[..2],
        [
            change("State", "Active", "Inactive"),
            change("Token Name", "Warehouse sync, Ada Byron, Integrator", "weekly")
        ]
    );

    let own = Keeper::User {
        user: actions.user.id,
        role: actions.role.id,
    };
    let revoke = store.change_token_state(token.id, TokenChange::Revoke, own, by());
    assert!(matches!(
        refusal(revoke.await.unwrap_err()),
        TokenRefused::NotOwn { .. }
    ));
    let revoke = store.change_token_state(token.id, TokenChange::Revoke, keeper, by());
    assert!(revoke.await.unwrap().is_revoked());
    let error = store.edit_token(token.id, edit, keeper, by()).await.unwrap_err();
    assert!(matches!(error, StoreError::Fields(_)), "{error}");
}
