//! The mistake that a row of the Login Audit Trail names, where a step of the flow or a token service refuses.

use countersign_diagnose::Mistake;
use countersign_model::{IntegrationChange, Level, Permission, RoleForm};
use countersign_testkit::{Answer, Application, Blueprint, Call};
use serde_json::json;

use crate::token_stage::{PASSWORD, Pair, Stage, with};

async fn stage() -> Stage {
    Stage::of(Blueprint::default().permit(Permission::UserAccessTokens, Level::Full)).await
}

impl Stage {
    /// The newest row names this mistake, which is one of the list, and says in a sentence what to do.
    #[track_caller]
    fn names(&self, refused: &Answer, mistake: &'static str) -> impl Future<Output = ()> + '_ {
        let (caller, status) = (std::panic::Location::caller(), refused.status);
        async move {
            assert!((400..500).contains(&status), "{caller}: {status}");
            let row = self.account.last_login().await;
            assert_eq!(
                row.mistake.as_deref(),
                Some(mistake),
                "{caller}: {:?}",
                row.reason
            );
            assert!(
                mistake.parse::<Mistake>().is_ok(),
                "{caller}: {mistake} is not in the list"
            );
            let reason = row.reason.unwrap_or_default();
            assert!(
                !reason.is_empty() && !reason.contains(PASSWORD),
                "{caller}: {reason:?}"
            );
        }
    }
}

type Bend = fn(Call) -> Call;

const IN_BOTH_STEPS: &[(Bend, &str)] = &[
    (|call| call.authorization("Bearer abc"), "bearer"),
    (|call| call.authorization("NLAuth nlauth_email=a"), "nlauth"),
    (|call| call.authorization("OAuth realm=\"x"), "header_syntax"),
    (|call| call.without("oauth_nonce"), "missing_oauth_nonce"),
    (|call| call.without("oauth_timestamp"), "missing_oauth_timestamp"),
    (
        |call| call.without("oauth_signature_method"),
        "missing_oauth_signature_method",
    ),
    (
        |call| call.without("oauth_consumer_key"),
        "missing_oauth_consumer_key",
    ),
    (|call| call.oauth("oauth_nonce", ""), "empty_nonce"),
    (
        |call| call.rewrite(|header| format!("{header}, oauth_nonce=\"abcdefgh\"")),
        "duplicate_parameter",
    ),
    (|call| call.oauth("oauth_version", "2.0"), "version"),
    (
        |call| call.oauth("oauth_signature_method", "HMAC-SHA1"),
        "algorithm",
    ),
    (|call| call.seconds_off(3600), "timestamp_timezone"),
    (|call| call.seconds_off(301), "clock_skew"),
    (|call| call.oauth("oauth_timestamp", "soon"), "timestamp"),
    (|call| call.oauth("oauth_nonce", "abcde"), "nonce_too_short"),
    (|call| call.realm("7654321"), "realm_other_account"),
    (|call| call.realm("1234567_sb1"), "realm_lowercase"),
    (|call| call.realm("1234567-SB1"), "realm_hyphen"),
    (
        |call| call.oauth("oauth_consumer_key", "c0ffee"),
        "consumer_key_unknown",
    ),
];

#[tokio::test]
async fn either_step_of_the_flow_names_what_is_wrong_with_the_request() {
    let stage = stage().await;
    let requested = stage.begun().await;
    for (bend, mistake) in IN_BOTH_STEPS {
        let first = bend(stage.step_one()).send().await;
        stage.names(&first, mistake).await;
        let third = bend(stage.step_three(&requested, "verifier")).send().await;
        stage.names(&third, mistake).await;
    }
    for (call, mistake) in [
        (stage.step_one().without("oauth_callback"), "callback_missing"),
        (stage.step_one().oauth("oauth_callback", ""), "callback_missing"),
        (
            stage
                .step_one()
                .oauth("oauth_callback", "https://evil.example/cb"),
            "callback_mismatch",
        ),
        (stage.step_one().oauth("role", "administrator"), "role_malformed"),
        (
            stage.step_three(&requested, "x").without("oauth_verifier"),
            "verifier_missing",
        ),
        (
            stage.step_three(&requested, "x").without("oauth_token"),
            "missing_oauth_token",
        ),
    ] {
        stage.names(&call.send().await, mistake).await;
    }
    stage
        .edit(|mut form| {
            form.authentication.callback_url = Some("https://*.example.com/callback".to_owned());
            form
        })
        .await;
    let deep = stage
        .step_one()
        .oauth("oauth_callback", "https://a.b.example.com/callback");
    stage.names(&deep.send().await, "callback_wildcard").await;
}

#[tokio::test]
async fn step_three_names_what_became_of_the_request_token() {
    let stage = stage().await;
    let exchanged =
        async |requested: &Pair, verifier: &str| stage.step_three(requested, verifier).send().await;
    let made_up = Pair {
        token: "0".repeat(64),
        secret: "0".repeat(64),
    };
    stage
        .names(&exchanged(&made_up, "x").await, "request_token_unknown")
        .await;

    let requested = stage.begun().await;
    stage
        .names(&exchanged(&requested, "x").await, "request_token_not_allowed")
        .await;
    let verifier = stage.allowed(&requested).await;
    stage
        .names(&exchanged(&requested, "").await, "verifier_empty")
        .await;
    stage
        .names(&exchanged(&requested, "x").await, "verifier_wrong")
        .await;
    let signed = stage.step_three(&requested, &verifier).sign();
    assert_eq!(signed.send().await.status, 200);
    stage
        .names(&exchanged(&requested, &verifier).await, "request_token_used")
        .await;

    let denied = stage.begun().await;
    let cookie = stage.cookie().await;
    stage
        .answer(&cookie, &denied.token, &json!({ "consent": "deny" }))
        .await;
    stage.names(&exchanged(&denied, "").await, "denied").await;

    let late = stage.begun().await;
    stage.account.clock.advance(std::time::Duration::from_secs(3600));
    stage
        .names(&exchanged(&late, "x").await, "request_token_expired")
        .await;
}

#[tokio::test]
async fn the_flow_names_what_of_the_accounts_records_is_in_the_way() {
    let stage = stage().await;
    let (owner, authority) = (stage.account.owner(), &stage.account.authority);
    let (id, role) = (stage.account.integration.id, stage.account.role.id);
    let requested = stage.begun().await;
    let verifier = stage.allowed(&requested).await;
    let edit = |form| RoleForm {
        inactive: true,
        ..form
    };
    authority.edit_role(&owner, role, edit).await.unwrap();
    let third = async || stage.step_three(&requested, &verifier).send().await;
    stage.names(&third().await, "role_inactive").await;

    let block = authority.change_integration_state(&owner, id, IntegrationChange::Block);
    block.await.unwrap();
    stage
        .names(&stage.step_one().send().await, "integration_blocked")
        .await;
    stage.names(&third().await, "integration_blocked").await;
    let enable = authority.change_integration_state(&owner, id, IntegrationChange::Enable);
    enable.await.unwrap();
    stage
        .edit(|mut form| {
            form.authentication.authorization_flow = false;
            form
        })
        .await;
    stage.names(&third().await, "flow_not_enabled").await;
}

#[tokio::test]
async fn nlauth_names_the_field_that_is_missing_or_wrong() {
    let stage = stage().await;
    let application = stage.account.application();
    let issue = format!("/rest/issuetoken?consumerKey={}", application.consumer_key);
    let fields = stage.fields();
    let with = async |name, value| stage.nlauth(&issue, &with(&fields, name, value)).await;
    for (name, value, mistake) in [
        ("account", None, "nlauth_account_missing"),
        ("email", None, "nlauth_email_missing"),
        ("signature", None, "nlauth_signature_missing"),
        ("role", None, "nlauth_role_missing"),
        ("role", Some("x"), "nlauth_syntax"),
        ("account", Some("7654321"), "realm_other_account"),
        ("email", Some("eve@example.com"), "email_unknown"),
        ("signature", Some("Wrong-Horse-7-Battery"), "password_wrong"),
        ("role", Some("77"), "role_removed"),
    ] {
        stage.names(&with(name, value).await, mistake).await;
    }
    let none = stage.send(("GET", &issue), &[], "").await;
    stage.names(&none, "no_header").await;

    let edit = |form| RoleForm {
        two_factor_required: true,
        ..form
    };
    let (owner, role) = (stage.account.owner(), stage.account.role.id);
    stage
        .account
        .authority
        .edit_role(&owner, role, edit)
        .await
        .unwrap();
    stage.names(&with("", None).await, "otp_not_set_up").await;
}

#[tokio::test]
async fn what_a_service_refuses_after_the_password_is_named_too() {
    let stage = stage().await;
    let own = stage.account.application();
    let second = Application {
        consumer_key: "c0ffee02".repeat(8),
        token_id: "70cede02".repeat(8),
        token_secret: "5ec2e703".repeat(8),
        ..own.clone()
    };
    let record = stage.account.another_integration(&second).await;
    stage.account.another_token(&record, &second).await;
    let fields = stage.fields();
    let ask = async |target: String| stage.nlauth(&target, &with(&fields, "", None)).await;
    let key = &own.consumer_key;
    let long = "n".repeat(3000);
    for (target, mistake) in [
        (
            "/rest/issuetoken?consumerKey=nobody".to_owned(),
            "consumer_key_unknown",
        ),
        (
            format!("/rest/issuetoken?consumerKey={}", second.consumer_key),
            "issue_token_not_enabled",
        ),
        (
            format!("/rest/issuetoken?consumerKey={key}&name={long}"),
            "token_name_wrong",
        ),
        (
            format!("/rest/revoketoken?consumerKey={key}&token=nobody"),
            "token_unknown",
        ),
        (
            format!("/rest/revoketoken?consumerKey={key}&token={}", second.token_id),
            "token_other_integration",
        ),
    ] {
        stage.names(&ask(target).await, mistake).await;
    }
    let revoke = format!("/rest/revoketoken?consumerKey={key}&token={}", own.token_id);
    assert_eq!(ask(revoke.clone()).await.status, 200);
    stage.names(&ask(revoke).await, "token_revoked").await;
}
