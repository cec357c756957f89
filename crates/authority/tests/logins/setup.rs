//! What an administrator changes counts at once, on every surface, and says its own word in the trail.

use countersign_model::{Feature, IntegrationChange, IntegrationState, Level, Permission, TokenChange};
use countersign_testkit::{Account, Application, Blueprint, Caller, Storage};

const REST: &str = "/services/rest/record/v1/customer";
const RESTLET: &str = "/app/site/hosting/restlet.nl?script=1&deploy=1";

/// The word and mistake that a good call meets on every surface; nothing when it is let in.
async fn verdict(account: &Account, caller: &Caller) -> Option<(String, String)> {
    let mut verdicts = Vec::new();
    for surface in 0..3 {
        let status = match surface {
            0 => caller.get(REST).send().await.status,
            1 => caller.get(RESTLET).send().await.status,
            _ => caller.soap("getServerTime").send().await.status,
        };
        let row = account.last_login().await;
        match row.detail {
            None => assert_eq!(status, [200, 400, 200][surface]),
            Some(_) => assert_eq!(status, [401, 401, 500][surface]),
        }
        verdicts.push(row.detail.map(|detail| (detail, row.mistake.unwrap_or_default())));
    }
    verdicts.dedup();
    assert_eq!(verdicts.len(), 1, "the surfaces differ: {verdicts:?}");
    verdicts.remove(0)
}

fn refused(word: &str, mistake: &str) -> Option<(String, String)> {
    Some((word.to_owned(), mistake.to_owned()))
}

#[tokio::test]
async fn token_based_authentication_off_refuses_everybody_at_once() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    assert_eq!(verdict(&account, &caller).await, None);
    let feature = [Feature::TokenBasedAuthentication];
    account.switch_features(&[], &feature).await;
    assert_eq!(
        verdict(&account, &caller).await,
        refused("FeatureDisabled", "feature_disabled")
    );
    account.switch_features(&feature, &[]).await;
    assert_eq!(verdict(&account, &caller).await, None);
}

#[tokio::test]
async fn a_blocked_integration_record_refuses_its_tokens_at_once() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    let change = async |change| {
        account
            .authority
            .change_integration_state(&account.owner(), account.integration.id, change)
            .await
            .unwrap();
    };
    assert_eq!(verdict(&account, &caller).await, None);
    change(IntegrationChange::Block).await;
    assert_eq!(
        verdict(&account, &caller).await,
        refused("consumer_key_refused", "integration_blocked")
    );
    change(IntegrationChange::Enable).await;
    assert_eq!(verdict(&account, &caller).await, None);
}

#[tokio::test]
async fn an_integration_record_that_waits_or_takes_no_tokens_refuses() {
    let account = Account::in_a_folder().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    let waiting = IntegrationState::WaitingForApproval.label();
    account
        .change_elsewhere(&format!("UPDATE integration SET state = '{waiting}'"))
        .await;
    assert_eq!(
        verdict(&account, &caller).await,
        refused("consumer_key_refused", "integration_waiting")
    );
    account
        .change_elsewhere("UPDATE integration SET state = 'Enabled', token_based_authentication = 0")
        .await;
    assert_eq!(
        verdict(&account, &caller).await,
        refused("consumer_key_refused", "integration_without_tba")
    );
}

#[tokio::test]
async fn an_inactive_token_can_come_back_and_a_revoked_one_cannot() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    let change = async |change| {
        account
            .authority
            .change_token_state(&account.owner(), account.token.id, change)
            .await
    };
    change(TokenChange::Inactivate).await.unwrap();
    assert_eq!(
        verdict(&account, &caller).await,
        refused("token_rejected", "token_inactive")
    );
    change(TokenChange::Activate).await.unwrap();
    assert_eq!(verdict(&account, &caller).await, None);
    change(TokenChange::Revoke).await.unwrap();
    assert_eq!(
        verdict(&account, &caller).await,
        refused("token_rejected", "token_revoked")
    );
    let error = change(TokenChange::Activate).await.unwrap_err();
    assert!(error.to_string().contains("stays revoked"), "{error}");
}

#[tokio::test]
async fn a_token_is_good_with_its_own_integration_record_only() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let other = Application {
        consumer_key: "other".repeat(9),
        consumer_secret: "secret".repeat(9),
        ..account.application()
    };
    account.another_integration(&other).await;
    // Correctly signed, with secrets that do not belong together.
    let verdict = verdict(&account, &server.caller(&other)).await;
    assert_eq!(verdict, refused("token_rejected", "token_other_integration"));
    let reason = account.last_login().await.reason.unwrap();
    assert!(
        reason.contains("Ready") && reason.contains("Warehouse Sync"),
        "{reason}"
    );
}

/// What happens to people and roles, as SQL, and the word and mistake it means.
const PEOPLE: &[(&str, &str, &str)] = &[
    (
        "UPDATE entity SET inactive = 1",
        "permission_denied",
        "entity_inactive",
    ),
    (
        "UPDATE entity SET give_access = 0",
        "permission_denied",
        "entity_without_access",
    ),
    (
        "UPDATE role SET inactive = 1",
        "permission_denied",
        "role_inactive",
    ),
    ("DELETE FROM entity_role", "permission_denied", "role_removed"),
    (
        "UPDATE entity_role SET hidden = 1",
        "permission_denied",
        "role_hidden",
    ),
    (
        "DELETE FROM role_permission WHERE permission = 'ADMI_LOGIN_OAUTH'",
        "permission_denied",
        "role_without_tba",
    ),
    (
        "UPDATE role_permission SET permission = 'ADMI_MANAGE_OAUTH_TOKENS' WHERE permission = 'ADMI_LOGIN_OAUTH'",
        "permission_denied",
        "role_atm_only",
    ),
    (
        "UPDATE entity SET locked_until = 1767227400000",
        "temporary_locked",
        "locked",
    ),
];

#[tokio::test]
async fn whatever_happens_to_a_user_or_a_role_counts_once_the_account_catches_up() {
    for (sql, word, mistake) in PEOPLE {
        let account = Account::in_a_folder().await;
        let server = account.listen().await;
        let caller = server.caller(&account.application());
        assert_eq!(verdict(&account, &caller).await, None);
        account.change_elsewhere(sql).await;
        assert_eq!(verdict(&account, &caller).await, refused(word, mistake), "{sql}");
    }
}

#[tokio::test]
async fn a_lock_ends_by_itself() {
    let account = Account::in_a_folder().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    account
        .change_elsewhere("UPDATE entity SET locked_until = 1767227400000")
        .await;
    assert_eq!(
        verdict(&account, &caller).await,
        refused("temporary_locked", "locked")
    );
    account.clock.advance(std::time::Duration::from_secs(30 * 60));
    assert_eq!(verdict(&account, &caller).await, None);
}

#[tokio::test]
async fn an_administrators_permissions_reach_everything() {
    let account = Account::with(Blueprint {
        storage: Storage::Folder,
        permissions: vec![(Permission::LogInUsingAccessTokens, Level::Full)],
        ..Blueprint::default()
    })
    .await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    assert_eq!(caller.get(REST).send().await.status, 403);
    account
        .change_elsewhere("UPDATE role SET administrator = 1")
        .await;
    assert_eq!(caller.get(REST).send().await.status, 200);
}
