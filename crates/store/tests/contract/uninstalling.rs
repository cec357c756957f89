//! The end of an integration record, its beginning anew, and records of other accounts.

use super::{Actions, NOW, by, change, founded, noted, pair, sealed};
use countersign_model::{
    ApplicationId, Authentication, ConsumerKey, Credentials, Integration, IntegrationChange, IntegrationId,
    IntegrationState, IntegrationStateError, NotedRecord, Origin, SettingsForm, TokenChange, TokenState,
};
use countersign_store::{Conflict, IntegrationFilter, Keeper, Maker, SealedSecret, StoreError, TokenFilter};

#[tokio::test]
async fn uninstalling_revokes_the_tokens_each_with_its_note() {
    let (store, _place) = founded().await;
    let actions = Actions::new(&store).await;
    let other = actions.add_integration("Second", "key-2").await.unwrap();
    let mut order = actions.token_order(Maker::Owner);
    order.integration = other.id;
    let kept = actions.order(order, "token-2").await.unwrap();
    let inactive = actions.issue_token("token-3").await.unwrap();
    let inactivate = store.change_token_state(inactive.id, TokenChange::Inactivate, Keeper::Owner, by());
    inactivate.await.unwrap();

    let gone = store.uninstall_integration(actions.integration.id, by()).await;
    let gone = gone.unwrap();
    assert_eq!(gone.uninstalled, Some(NOW));
    assert_eq!(store.integration(gone.id).await.unwrap().as_ref(), Some(&gone));
    let tokens = store.tokens(TokenFilter::default(), None, 9).await.unwrap();
    let revoked = TokenState::Revoked { at: NOW };
    let states: Vec<_> = tokens.iter().map(|token| token.state).collect();
    assert_eq!(states, [revoked, TokenState::Active, revoked]);
    assert_eq!(tokens[1], kept);
    assert_eq!(
        noted(&store, NotedRecord::AccessToken(inactive.id)).await[0],
        change("State", "Inactive", "Revoked")
    );
    assert_eq!(
        noted(&store, NotedRecord::Integration(gone.id)).await[0],
        change("Uninstalled", "F", "T")
    );
}

#[tokio::test]
async fn an_uninstalled_record_leaves_the_lists_and_its_name_is_free() {
    let (store, _place) = founded().await;
    let actions = Actions::new(&store).await;
    let id = actions.integration.id;
    store.uninstall_integration(id, by()).await.unwrap();
    let listed = store.integrations(IntegrationFilter::default(), None, 9).await;
    assert_eq!(listed.unwrap(), []);
    let anew = actions.add_integration("Warehouse sync", "key-2").await.unwrap();
    assert!(anew.id > id);

    let again = store.uninstall_integration(id, by()).await.unwrap_err();
    let gone = |error| {
        matches!(
            error,
            StoreError::Integration(IntegrationStateError::Uninstalled { .. })
        )
    };
    assert!(gone(again));
    let change = store.change_integration_state(id, IntegrationChange::Block, by());
    assert!(gone(change.await.unwrap_err()));
    assert!(gone(
        store
            .reset_credentials(id, pair("key-3", 2), by())
            .await
            .unwrap_err()
    ));
    let edit = store.edit_integration(id, |form| form, None, by()).await;
    assert!(matches!(edit.unwrap_err(), StoreError::Fields(_)));
}

/// More than are noted at a time.
#[tokio::test]
async fn thousands_of_tokens_are_revoked_and_noted() {
    let (store, place) = founded().await;
    let actions = Actions::new(&store).await;
    let integration = actions.integration.id;
    place
        .run(&format!(
            "INSERT INTO access_token
             WITH RECURSIVE n (n) AS (VALUES (101) UNION ALL SELECT n + 1 FROM n WHERE n < 2600)
             SELECT n, 'Sync', 'sync', 'many-' || n, {}, {}, {integration}, 0, NULL, 1, 0, NULL FROM n",
            actions.user.id, actions.role.id
        ))
        .await;
    let before = store.change_count().await.unwrap();
    store.uninstall_integration(integration, by()).await.unwrap();
    // The 2,500, the one that was there, and the record itself.
    assert_eq!(store.change_count().await.unwrap(), before + 2_502);
    let valid = TokenFilter {
        revoked: Some(false),
        ..TokenFilter::default()
    };
    assert_eq!(store.tokens(valid, None, 9).await.unwrap(), []);

    store.delete_user(actions.user.id, by()).await.unwrap();
    assert_eq!(store.tokens(TokenFilter::default(), None, 9).await.unwrap(), []);
}

fn of_another_account() -> Integration {
    Integration {
        id: IntegrationId::new(77),
        name: "Partner sync".into(),
        description: String::new(),
        note: "Theirs".into(),
        state: IntegrationState::Enabled,
        origin: Origin::ThisAccount,
        application_id: ApplicationId::from_bytes([8; 16]),
        authentication: Authentication {
            authorization_flow: true,
            callback_url: Some("https://partner.example/callback".into()),
            ..Authentication::default()
        },
        concurrency_limit: Some(4),
        credentials: Some(Credentials {
            consumer_key: ConsumerKey::parse("partner-key").unwrap(),
            generation: 5,
        }),
        created: NOW,
        last_modified: NOW,
        uninstalled: None,
    }
}

#[tokio::test]
async fn a_record_of_another_account_is_installed_once_and_may_wait_for_approval() {
    let (store, _place) = founded().await;
    let actions = Actions::new(&store).await;
    let install = || {
        let from = "7654321".parse().unwrap();
        store.install_integration(of_another_account(), from, sealed(b"partner"), by())
    };
    let first = install().await.unwrap();
    assert!(first.pair_taken);
    assert_eq!(first.integration.state, IntegrationState::Enabled);
    assert_eq!(first.integration.origin.to_string(), "account 7654321");
    assert_eq!(
        actions.secret_of_integration("partner-key").await,
        Some(sealed(b"partner"))
    );
    let count = store.change_count().await.unwrap();
    let again = install().await.unwrap();
    assert_eq!(
        (again.pair_taken, &again.integration),
        (false, &first.integration)
    );
    assert_eq!(store.change_count().await.unwrap(), count);

    let reset = store.reset_credentials(first.integration.id, pair("key-9", 2), by());
    assert!(matches!(
        reset.await.unwrap_err(),
        StoreError::Integration(IntegrationStateError::Installed { .. })
    ));

    let approve = |form| SettingsForm {
        require_approval: true,
        ..form
    };
    store.change_settings(approve, by()).await.unwrap();
    store
        .uninstall_integration(first.integration.id, by())
        .await
        .unwrap();
    let second = install().await.unwrap();
    assert!(second.pair_taken && second.integration.id > first.integration.id);
    assert_eq!(second.integration.state, IntegrationState::WaitingForApproval);
    let found = store.integration_by_consumer_key("partner-key").await.unwrap();
    assert_eq!(found.as_ref(), Some(&second.integration));
    let approved = store
        .change_integration_state(second.integration.id, IntegrationChange::Enable, by())
        .await
        .unwrap();
    assert_eq!(approved.state, IntegrationState::Enabled);
}

#[tokio::test]
async fn a_secret_sealed_for_another_generation_is_not_taken() {
    let (store, _place) = founded().await;
    let before = store.setup().await.unwrap();
    let secret = SealedSecret {
        generation: 5,
        ..sealed(b"partner")
    };
    let from = "7654321".parse().unwrap();
    let error = store.install_integration(of_another_account(), from, secret, by());
    assert!(matches!(
        error.await.unwrap_err(),
        StoreError::Conflict(Conflict::Pair)
    ));
    assert_eq!(store.setup().await.unwrap(), before);
}
