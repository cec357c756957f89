//! issuetoken: who may have a token by a password, and what everybody else is told.

use base64::Engine as _;
use countersign_authority::SignIn;
use countersign_credential::AuthenticatorSecret;
use countersign_model::{Feature, Level, Permission, RoleForm, TimeStep};
use countersign_protocol::Secret;
use countersign_testkit::{Answer, Blueprint};
use std::time::Duration;

use crate::token_stage::{EMAIL, PASSWORD, Stage, with};

const WRONG: (u16, Option<&str>) = (401, Some("INVALID_LOGIN_CREDENTIALS"));

async fn stage() -> Stage {
    Stage::of(Blueprint::default().permit(Permission::UserAccessTokens, Level::Full)).await
}

fn target(stage: &Stage) -> String {
    let key = stage.account.application().consumer_key;
    format!("/rest/issuetoken?consumerKey={key}&name=By%20password")
}

fn told(answer: &Answer) -> (u16, Option<String>) {
    (answer.status, answer.error_code())
}

async fn issue(stage: &Stage, name: &str, value: Option<&str>) -> Answer {
    let fields = stage.fields();
    stage.nlauth(&target(stage), &with(&fields, name, value)).await
}

#[tokio::test]
async fn the_password_gives_a_token_for_its_user_and_role() {
    let stage = stage().await;
    let answer = issue(&stage, "application_id", Some("an-id-that-is-not-looked-at")).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let body = answer.json();
    let text = |name: &str| body[name].as_str().unwrap().to_owned();
    let (token, secret) = (text("tokenId"), text("tokenSecret"));
    assert_eq!((token.len(), secret.len()), (64, 64));
    let info = stage
        .caller(&token, &secret)
        .get("/rest/tokeninfo")
        .send()
        .await
        .json();
    assert_eq!(info["roleId"], stage.account.role.id.get());
    assert_eq!(info["entityId"], stage.account.user.id.get());
    let stored = stage.account.store.token_by_id(&token).await.unwrap().unwrap();
    assert_eq!(stored.name, "By password");
}

#[tokio::test]
async fn a_token_without_a_name_takes_the_default_one() {
    let stage = stage().await;
    let fields = stage.fields();
    let target = target(&stage).replace("&name=By%20password", "");
    let answer = stage.nlauth(&target, &with(&fields, "", None)).await;
    let token = answer.json()["tokenId"].as_str().unwrap().to_owned();
    let stored = stage.account.store.token_by_id(&token).await.unwrap().unwrap();
    assert!(stored.name.contains("Warehouse Sync"), "{}", stored.name);
}

#[tokio::test]
async fn it_is_on_the_restlets_and_the_app_host_and_is_a_get() {
    let stage = stage().await;
    for (host, status) in [
        ("1234567-sb1.restlets.api.netsuite.com", 401),
        ("1234567-sb1.app.netsuite.com", 401),
        ("1234567-sb1.suitetalk.api.netsuite.com", 404),
    ] {
        let request = format!(
            "GET {} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n",
            target(&stage)
        );
        assert_eq!(stage.server.send(request).await.status, status, "{host}");
    }
    for method in ["POST", "HEAD", "PUT"] {
        let answer = stage.send((method, &target(&stage)), &[], "").await;
        assert_eq!(
            (answer.status, answer.header("allow")),
            (405, Some("GET")),
            "{method}"
        );
    }
    let without_key = stage.nlauth("/rest/issuetoken", &[]).await;
    assert_eq!(told(&without_key), (400, Some("INVALID_REQUEST".to_owned())));
}

#[tokio::test]
async fn an_unknown_email_a_wrong_password_and_another_account_are_one_answer() {
    let stage = stage().await;
    let mut answers = Vec::new();
    for (name, value, word) in [
        ("email", "nobody@example.com", "(wrong password)"),
        ("signature", "Wrong-Horse-7-Battery", "(wrong password)"),
        ("account", "7654321", "(login failure)"),
        ("account", "1234567-sb1", "(login failure)"),
        ("role", "404", "permission_denied"),
    ] {
        let answer = issue(&stage, name, Some(value)).await;
        assert_eq!((answer.status, answer.error_code().as_deref()), WRONG, "{name}");
        let row = stage.account.last_login().await;
        assert_eq!(row.detail.as_deref(), Some(word), "{name}: {:?}", row.reason);
        answers.push(answer.without_date());
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]));
}

#[tokio::test]
async fn a_header_that_cannot_be_read_is_an_invalid_attempt_with_its_row() {
    let stage = stage().await;
    let target = target(&stage);
    for (header, word) in [
        (
            "NLAuth nlauth_account=1234567_SB1, nlauth_email=ada@example.com, nlauth_signature=a&b, nlauth_role=3",
            "parameter_rejected",
        ),
        ("NLAuth nlauth_role=3, nlauth_role=3", "parameter_rejected"),
        (
            "NLAuth nlauth_role=x, nlauth_email=a, nlauth_signature=b",
            "parameter_rejected",
        ),
        ("Basic YTpi", "parameter_rejected"),
        (
            "NLAuth nlauth_account=1234567_SB1",
            "MissingTokenPassportRequiredFields",
        ),
    ] {
        let answer = stage
            .send(("GET", &target), &[("Authorization", header)], "")
            .await;
        assert_eq!(
            told(&answer),
            (401, Some("INVALID_LOGIN_ATTEMPT".to_owned())),
            "{header}"
        );
        assert_eq!(
            stage.account.last_login().await.detail.as_deref(),
            Some(word),
            "{header}"
        );
    }
    for missing in ["account", "email", "signature", "role"] {
        let answer = issue(&stage, missing, None).await;
        assert_eq!(
            told(&answer),
            (401, Some("INVALID_LOGIN_ATTEMPT".to_owned())),
            "{missing}"
        );
    }
    assert_eq!(stage.send(("GET", &target), &[], "").await.status, 401);
}

#[tokio::test]
async fn five_wrong_passwords_lock_the_user_and_their_tokens_for_half_an_hour() {
    let stage = stage().await;
    for _ in 0..5 {
        let answer = issue(&stage, "signature", Some("Wrong-Horse-7-Battery")).await;
        assert_eq!((answer.status, answer.error_code().as_deref()), WRONG);
    }
    let answer = issue(&stage, "", None).await;
    assert_eq!(
        (answer.status, answer.error_code().as_deref()),
        WRONG,
        "also the right one"
    );
    assert_eq!(
        stage.account.last_login().await.detail.as_deref(),
        Some("temporary_locked")
    );
    let caller = stage.server.caller(&stage.account.application());
    assert_eq!(caller.get("/rest/tokeninfo").send().await.status, 401);
    assert_eq!(
        stage.account.last_login().await.detail.as_deref(),
        Some("temporary_locked")
    );
    stage.account.clock.advance(Duration::from_secs(30 * 60 + 1));
    assert_eq!(issue(&stage, "", None).await.status, 200);
    assert_eq!(caller.get("/rest/tokeninfo").send().await.status, 200);
}

#[tokio::test]
async fn whoever_may_only_log_in_by_token_is_issued_none() {
    let stage = Stage::ready().await;
    let answer = issue(&stage, "", None).await;
    assert_eq!(told(&answer), (403, Some("INSUFFICIENT_PERMISSION".to_owned())));
    let row = stage.account.last_login().await;
    assert_eq!(row.detail.as_deref(), Some("permission_denied"));
    assert_eq!(
        row.token_based_application_name.as_deref(),
        Some("Warehouse Sync")
    );
}

#[tokio::test]
async fn the_record_must_serve_the_endpoint_and_be_known() {
    let stage = stage().await;
    let fields = stage.fields();
    let unknown = format!("/rest/issuetoken?consumerKey={}", "0".repeat(64));
    let answer = stage.nlauth(&unknown, &with(&fields, "", None)).await;
    assert_eq!(told(&answer), (400, Some("INVALID_REQUEST".to_owned())));
    let row = stage.account.last_login().await;
    assert_eq!(row.detail.as_deref(), Some("consumer_key_unknown"));
    stage
        .edit(|mut form| {
            form.authentication.issue_token_endpoint = false;
            form
        })
        .await;
    let answer = issue(&stage, "", None).await;
    assert_eq!(answer.status, 403);
    let row = stage.account.last_login().await;
    assert_eq!(row.detail.as_deref(), Some("(IssueToken endpoint)"));

    stage
        .account
        .switch_features(&[], &[Feature::TokenBasedAuthentication])
        .await;
    let answer = issue(&stage, "", None).await;
    assert_eq!((answer.status, answer.error_code().as_deref()), WRONG);
    assert_eq!(
        stage.account.last_login().await.detail.as_deref(),
        Some("FeatureDisabled")
    );
}

/// The user's authenticator app.
async fn enrol(stage: &Stage) -> AuthenticatorSecret {
    let authority = &stage.account.authority;
    let password = Secret::new(PASSWORD);
    let source = countersign_authority::Source {
        ip: None,
        user_agent: None,
        uri: "/",
    };
    let sign_in = SignIn {
        email: EMAIL,
        password: &password,
        role: None,
        code: None,
        source,
    };
    let begun = authority.sign_in(&sign_in).await.unwrap();
    let app = authority.begin_second_factor(&begun.caller).await.unwrap();
    let sealed = base64::engine::general_purpose::STANDARD.encode(base32(app.secret.expose()));
    let app = AuthenticatorSecret::opened(&Secret::new(sealed)).unwrap();
    let code = code(stage, &app);
    let codes = authority
        .confirm_second_factor(&begun.caller, &code)
        .await
        .unwrap();
    assert!(codes.is_some());
    app
}

fn code(stage: &Stage, app: &AuthenticatorSecret) -> String {
    let steps: Vec<TimeStep> = TimeStep::accepted(stage.account.authority.now()).collect();
    app.code(steps[1]).as_str().to_owned()
}

fn base32(text: &str) -> Vec<u8> {
    let letters = text.bytes().map(|letter| match letter {
        b'A'..=b'Z' => letter - b'A',
        _ => letter - b'2' + 26,
    });
    let bits: Vec<bool> = letters
        .flat_map(|five| (0..5).rev().map(move |bit| five >> bit & 1 == 1))
        .collect();
    let byte = |bits: &[bool]| bits.iter().fold(0, |byte, bit| byte << 1 | u8::from(*bit));
    bits.chunks_exact(8).map(byte).collect()
}

#[tokio::test]
async fn a_role_that_asks_for_two_factors_needs_a_code_that_is_good_once() {
    let stage = stage().await;
    let (owner, authority) = (stage.account.owner(), &stage.account.authority);
    let edit = |form| RoleForm {
        two_factor_required: true,
        ..form
    };
    authority
        .edit_role(&owner, stage.account.role.id, edit)
        .await
        .unwrap();
    let required = (401, Some("TWO_FA_REQD".to_owned()));
    assert_eq!(told(&issue(&stage, "", None).await), required, "not set up");
    let app = enrol(&stage).await;
    stage.account.clock.advance(Duration::from_secs(60));

    assert_eq!(told(&issue(&stage, "", None).await), required);
    let word = async || stage.account.last_login().await.detail;
    assert_eq!(
        word().await.as_deref(),
        Some("(two-factor authentication required)")
    );
    assert_eq!(told(&issue(&stage, "otp", Some("000000")).await), required);
    assert_eq!(word().await.as_deref(), Some("(wrong verification code)"));
    let good = code(&stage, &app);
    assert_eq!(issue(&stage, "otp", Some(&good)).await.status, 200);
    assert_eq!(
        told(&issue(&stage, "otp", Some(&good)).await),
        required,
        "it is used up"
    );
    let wrong = with(&stage.fields(), "signature", Some("Wrong-Horse-7-Battery"))
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect::<Vec<_>>();
    let wrong: Vec<(&str, &str)> = wrong
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let answer = stage.nlauth(&target(&stage), &wrong).await;
    assert_eq!(
        (answer.status, answer.error_code().as_deref()),
        WRONG,
        "the code is not asked for"
    );
}
