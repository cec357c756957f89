//! revoketoken: a user revokes a token of their own, by password or by token.

use countersign_model::{Level, Permission, TokenState};
use countersign_testkit::{Answer, Application, Blueprint};

use crate::token_stage::{Stage, with};

async fn stage() -> Stage {
    Stage::of(Blueprint::default().permit(Permission::UserAccessTokens, Level::Full)).await
}

fn target(application: &Application) -> String {
    let Application {
        consumer_key,
        token_id,
        ..
    } = application;
    format!("/rest/revoketoken?consumerKey={consumer_key}&token={token_id}")
}

async fn by_password(stage: &Stage, application: &Application) -> Answer {
    let fields = stage.fields();
    stage.nlauth(&target(application), &with(&fields, "", None)).await
}

async fn is_revoked(stage: &Stage, token_id: &str) -> bool {
    let token = stage.account.store.token_by_id(token_id).await.unwrap().unwrap();
    matches!(token.state, TokenState::Revoked { .. })
}

#[tokio::test]
async fn a_user_revokes_their_token_by_password() {
    let stage = stage().await;
    let application = stage.account.application();
    let answer = by_password(&stage, &application).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(is_revoked(&stage, &application.token_id).await);
    let caller = stage.server.caller(&application);
    assert_eq!(caller.get("/rest/tokeninfo").send().await.status, 401);
    assert_eq!(
        stage.account.last_login().await.detail.as_deref(),
        Some("token_rejected")
    );
    let again = by_password(&stage, &application).await;
    assert_eq!(again.status, 400, "{}", again.text());
}

#[tokio::test]
async fn a_user_revokes_their_token_by_a_token() {
    let stage = stage().await;
    let second = Application {
        token_id: "70cede02".repeat(8),
        token_secret: "5ec2e703".repeat(8),
        ..stage.account.application()
    };
    stage
        .account
        .another_token(&stage.account.integration, &second)
        .await;
    let first = stage.server.caller(&stage.account.application());
    let answer = first.get(&target(&second)).send().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(is_revoked(&stage, &second.token_id).await);
    let itself = first.get(&target(&stage.account.application())).send().await;
    assert_eq!(itself.status, 200, "{}", itself.text());
    let after = first.get("/rest/tokeninfo").send().await;
    assert_eq!(after.status, 401);
}

#[tokio::test]
async fn a_token_of_nobody_of_another_record_and_of_another_user_are_one_answer() {
    let stage = stage().await;
    let application = stage.account.application();
    let other = Application {
        consumer_key: "c0ffee02".repeat(8),
        ..application.clone()
    };
    stage.account.another_integration(&other).await;
    let unknown = Application {
        token_id: "0".repeat(64),
        ..application.clone()
    };
    let mut answers = Vec::new();
    for asked in [&other, &unknown] {
        let answer = by_password(&stage, asked).await;
        assert_eq!(answer.error_code().as_deref(), Some("INVALID_REQUEST"));
        let row = stage.account.last_login().await;
        assert_eq!(row.detail.as_deref(), Some("token_rejected"));
        answers.push(answer.without_date());
    }
    assert_eq!(answers[0], answers[1]);
    assert!(!is_revoked(&stage, &application.token_id).await);
}

#[tokio::test]
async fn both_parameters_are_required_and_it_is_a_get() {
    let stage = stage().await;
    let fields = stage.fields();
    for target in [
        "/rest/revoketoken?consumerKey=a",
        "/rest/revoketoken?token=a",
        "/rest/revoketoken",
    ] {
        let answer = stage.nlauth(target, &with(&fields, "", None)).await;
        assert_eq!(
            (answer.status, answer.error_code().as_deref()),
            (400, Some("INVALID_REQUEST"))
        );
    }
    let posted = stage.send(("POST", "/rest/revoketoken"), &[], "").await;
    assert_eq!(posted.status, 405);
}

#[tokio::test]
async fn wrong_credentials_of_either_kind_revoke_nothing() {
    let stage = stage().await;
    let application = stage.account.application();
    let fields = stage.fields();
    let wrong = stage
        .nlauth(&target(&application), &with(&fields, "signature", Some("wrong")))
        .await;
    assert_eq!(wrong.error_code().as_deref(), Some("INVALID_LOGIN_CREDENTIALS"));
    let caller = stage.server.caller(&application);
    let badly = caller.get(&target(&application)).badly_signed().send().await;
    assert_eq!(
        (badly.status, badly.error_code().as_deref()),
        (401, Some("INVALID_LOGIN_ATTEMPT"))
    );
    assert!(!is_revoked(&stage, &application.token_id).await);
}

#[tokio::test]
async fn whoever_may_only_log_in_by_token_revokes_none() {
    let stage = Stage::ready().await;
    let application = stage.account.application();
    let answer = by_password(&stage, &application).await;
    assert_eq!(
        (answer.status, answer.error_code().as_deref()),
        (403, Some("INSUFFICIENT_PERMISSION"))
    );
    assert!(!is_revoked(&stage, &application.token_id).await);
}
