//! Steps one and three of the authorization flow, with every refusal's word, and what comes of the answers of step two.

use std::time::Duration;

use countersign_model::{Feature, IntegrationChange, Level, Permission, RoleForm, UserForm};
use countersign_testkit::{Account, Application, Blueprint, Call, Server};
use serde_json::json;

use crate::token_stage::{CALLBACK, Pair, Stage, pair, prepare, value};

const INVALID: (u16, &str) = (401, "INVALID_LOGIN_ATTEMPT");
const MALFORMED: (u16, &str) = (400, "INVALID_REQUEST");
const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn the_three_steps_give_an_access_token_that_works() {
    let stage = Stage::ready().await;
    let first = stage.step_one().send().await;
    assert_eq!(first.status, 200);
    assert_eq!(
        first.header("content-type"),
        Some("application/x-www-form-urlencoded; charset=UTF-8")
    );
    let text = first.text();
    assert_eq!(value(&text, "oauth_callback_confirmed").as_deref(), Some("true"));
    assert_eq!(value(&text, "role"), None, "no role was sent");
    let requested = pair(&first);
    for credential in [&requested.token, &requested.secret] {
        assert_eq!(credential.len(), 64);
        assert!(credential.bytes().all(|byte| byte.is_ascii_hexdigit()));
    }
    let verifier = stage.allowed(&requested).await;
    assert_eq!(verifier.len(), 64);
    let made = pair(&stage.step_three(&requested, &verifier).send().await);
    let row = stage.account.last_login().await;
    assert_eq!(
        (row.status.as_str(), row.user.as_deref()),
        ("Success", Some("Ada Byron"))
    );
    assert_eq!(
        row.token_based_application_name.as_deref(),
        Some("Warehouse Sync")
    );

    let info = stage
        .caller(&made.token, &made.secret)
        .get("/rest/tokeninfo")
        .send()
        .await;
    assert_eq!(info.status, 200, "{}", info.text());
    assert_eq!(info.json()["roleId"], stage.account.role.id.get());
}

#[tokio::test]
async fn the_role_is_signed_and_given_back() {
    let stage = Stage::ready().await;
    let text = stage.step_one().oauth("role", "45678").send().await.text();
    assert_eq!(value(&text, "role").as_deref(), Some("45678"));
    let unsigned = stage.step_one().rewrite(|header| format!("{header}, role=\"3\""));
    stage.refused(unsigned, INVALID, "InvalidSignature").await;
    let no_id = stage.step_one().oauth("role", "administrator");
    stage.refused(no_id, MALFORMED, "MissingRequiredParameter").await;
}

#[tokio::test]
async fn the_realm_may_be_left_out_and_must_not_be_another_accounts() {
    let stage = Stage::ready().await;
    assert_eq!(stage.step_one().realm(None).send().await.status, 200);
    stage
        .refused(stage.step_one().realm("7654321"), INVALID, "(login failure)")
        .await;
    let requested = stage.begun().await;
    let verifier = stage.allowed(&requested).await;
    let third = stage.step_three(&requested, &verifier).realm(None);
    assert_eq!(third.send().await.status, 200);
}

#[tokio::test]
async fn the_steps_are_on_the_restlets_and_the_shared_host_and_are_posts() {
    let stage = Stage::ready().await;
    for (host, status) in [
        ("1234567-sb1.restlets.api.netsuite.com", 200),
        ("system.netsuite.com", 200),
        ("1234567-sb1.localhost", 200),
        ("1234567-sb1.suitetalk.api.netsuite.com", 404),
        ("1234567-sb1.app.netsuite.com", 404),
    ] {
        assert_eq!(stage.step_one().host(host).send().await.status, status, "{host}");
    }
    for target in ["/rest/requesttoken", "/rest/accesstoken"] {
        for method in ["GET", "PUT", "DELETE"] {
            let refused = stage.send((method, target), &[], "").await;
            assert_eq!(
                (refused.status, refused.header("allow")),
                (405, Some("POST")),
                "{method} {target}"
            );
        }
    }
}

type Bend = fn(Call) -> Call;

/// How either step is bent, the public answer, the Detail word.
const BOTH: &[(Bend, (u16, &str), &str)] = &[
    (
        |call| call.authorization(""),
        MALFORMED,
        "MissingRequiredParameter",
    ),
    (
        |call| call.authorization("Bearer abc"),
        MALFORMED,
        "MissingRequiredParameter",
    ),
    (
        |call| call.without("oauth_nonce"),
        MALFORMED,
        "MissingRequiredParameter",
    ),
    (
        |call| call.without("oauth_timestamp"),
        MALFORMED,
        "MissingRequiredParameter",
    ),
    (
        |call| call.without("oauth_consumer_key"),
        MALFORMED,
        "MissingRequiredParameter",
    ),
    (
        |call| call.without("oauth_signature_method"),
        MALFORMED,
        "MissingRequiredParameter",
    ),
    (
        |call| call.oauth("oauth_nonce", ""),
        MALFORMED,
        "MissingRequiredParameter",
    ),
    (
        |call| call.rewrite(|header| format!("{header}, oauth_nonce=\"abcdefgh\"")),
        MALFORMED,
        "MissingRequiredParameter",
    ),
    (
        |call| call.oauth("oauth_version", "2.0"),
        MALFORMED,
        "VersionRejected",
    ),
    (
        |call| call.oauth("oauth_signature_method", "HMAC-SHA1"),
        MALFORMED,
        "UnknownAlgorithm",
    ),
    (
        |call| call.oauth("oauth_signature_method", "PLAINTEXT"),
        MALFORMED,
        "UnknownAlgorithm",
    ),
    (|call| call.seconds_off(301), MALFORMED, "InvalidTimestamp"),
    (|call| call.seconds_off(-301), MALFORMED, "InvalidTimestamp"),
    (
        |call| call.oauth("oauth_timestamp", "-5"),
        MALFORMED,
        "InvalidTimestamp",
    ),
    (
        |call| call.oauth("oauth_nonce", "abcde"),
        INVALID,
        "NonceRejected",
    ),
    (
        |call| call.oauth("oauth_consumer_key", &"0".repeat(64)),
        INVALID,
        "UnknownIntegration",
    ),
    (Call::badly_signed, INVALID, "InvalidSignature"),
];

#[tokio::test]
async fn every_refusal_of_either_step_has_its_answer_and_its_word() {
    let stage = Stage::ready().await;
    let requested = stage.begun().await;
    let verifier = stage.allowed(&requested).await;
    for (bend, public, word) in BOTH {
        stage.refused(bend(stage.step_one()), *public, word).await;
        stage
            .refused(bend(stage.step_three(&requested, &verifier)), *public, word)
            .await;
    }
    for (call, word) in [
        (
            stage.step_one().without("oauth_callback"),
            "MissingRequiredParameter",
        ),
        (
            stage.step_one().oauth("oauth_callback", ""),
            "MissingRequiredParameter",
        ),
        (
            stage.step_three(&requested, &verifier).without("oauth_verifier"),
            "MissingRequiredParameter",
        ),
        (
            stage.step_three(&requested, &verifier).without("oauth_token"),
            "MissingRequiredParameter",
        ),
    ] {
        stage.refused(call, MALFORMED, word).await;
    }
    let version_left_out = stage.step_one().without("oauth_version").send().await;
    assert_eq!(version_left_out.status, 200);
    let third = stage.step_three(&requested, &verifier).send().await;
    assert_eq!(
        third.status,
        200,
        "nothing of all this used it up: {}",
        third.text()
    );
}

#[tokio::test]
async fn the_feature_and_the_records_boxes_are_asked_in_both_steps() {
    let stage = Stage::ready().await;
    let requested = stage.begun().await;
    let verifier = stage.allowed(&requested).await;
    let both = async |word| {
        stage.refused(stage.step_one(), INVALID, word).await;
        stage
            .refused(stage.step_three(&requested, &verifier), INVALID, word)
            .await;
    };
    let feature = [Feature::TokenBasedAuthentication];
    stage.account.switch_features(&[], &feature).await;
    both("FeatureDisabled").await;
    stage.account.switch_features(&feature, &[]).await;

    stage
        .edit(|mut form| {
            form.authentication.authorization_flow = false;
            form
        })
        .await;
    both("AuthorizationFlowRequired").await;
    prepare_again(&stage).await;

    let authority = &stage.account.authority;
    let (owner, id) = (stage.account.owner(), stage.account.integration.id);
    let block = authority.change_integration_state(&owner, id, IntegrationChange::Block);
    block.await.unwrap();
    both("IntegrationBlocked").await;
    let enable = authority.change_integration_state(&owner, id, IntegrationChange::Enable);
    enable.await.unwrap();
    assert_eq!(stage.step_three(&requested, &verifier).send().await.status, 200);
}

async fn prepare_again(stage: &Stage) {
    stage
        .edit(|mut form| {
            form.authentication.authorization_flow = true;
            form.authentication.callback_url = Some(CALLBACK.to_owned());
            form
        })
        .await;
}

#[tokio::test]
async fn a_blocked_record_has_a_row_in_step_one_only_where_the_account_was_named() {
    let stage = Stage::ready().await;
    let authority = &stage.account.authority;
    let (owner, id) = (stage.account.owner(), stage.account.integration.id);
    let block = authority.change_integration_state(&owner, id, IntegrationChange::Block);
    block.await.unwrap();
    let answer = stage.step_one().realm(None).send().await;
    assert_eq!(answer.status, 401);
    assert!(stage.account.logins().await.is_empty());
    stage
        .refused(stage.step_one(), INVALID, "IntegrationBlocked")
        .await;
}

#[tokio::test]
async fn the_callback_must_be_the_records_and_the_refused_one_is_in_the_row() {
    let stage = Stage::ready().await;
    let evil = stage
        .step_one()
        .oauth("oauth_callback", "https://evil.example/cb");
    stage
        .refused(evil, MALFORMED, "InvalidCallback https://evil.example/cb")
        .await;
    let unsigned = stage
        .step_one()
        .oauth("oauth_callback", "https://evil.example/cb")
        .badly_signed();
    stage.refused(unsigned, INVALID, "InvalidSignature").await;

    for (record, admitted, refused) in [
        (
            "http://localhost:*",
            "http://localhost:53682/cb",
            "http://localhost.evil:1/cb",
        ),
        (
            "https://*.example.com/callback",
            "https://a.example.com/callback",
            "https://a.b.example.com/callback",
        ),
    ] {
        let (owner, id) = (stage.account.owner(), stage.account.integration.id);
        let edited = stage
            .account
            .authority
            .edit_integration(&owner, id, move |mut form| {
                form.authentication.callback_url = Some(record.to_owned());
                form
            });
        edited.await.unwrap();
        let call = async |callback| stage.step_one().oauth("oauth_callback", callback).send().await;
        assert_eq!(call(admitted).await.status, 200, "{admitted}");
        assert_eq!(call(refused).await.status, 400, "{refused}");
    }
}

#[tokio::test]
async fn a_replayed_step_is_refused() {
    let stage = Stage::ready().await;
    let first = stage.step_one().sign();
    assert_eq!(first.send().await.status, 200);
    assert_eq!(first.send().await.status, 401);
    assert_eq!(
        stage.account.last_login().await.detail.as_deref(),
        Some("NonceUsed")
    );

    let requested = stage.begun().await;
    let verifier = stage.allowed(&requested).await;
    let wrong = stage.step_three(&requested, "another").sign();
    assert_eq!(wrong.send().await.status, 401);
    assert_eq!(wrong.send().await.status, 401);
    assert_eq!(
        stage.account.last_login().await.detail.as_deref(),
        Some("NonceUsed")
    );
    assert_eq!(stage.step_three(&requested, &verifier).send().await.status, 200);
}

#[tokio::test]
async fn a_nonce_of_step_one_may_be_one_of_step_three() {
    let stage = Stage::ready().await;
    let same = |call: Call| call.oauth("oauth_nonce", "the-same-nonce");
    let requested = pair(&same(stage.step_one()).send().await);
    let verifier = stage.allowed(&requested).await;
    let third = same(stage.step_three(&requested, &verifier)).send().await;
    assert_eq!(third.status, 200, "{}", third.text());
}

#[tokio::test]
async fn a_request_token_is_exchanged_once() {
    let stage = Stage::ready().await;
    let requested = stage.begun().await;
    let verifier = stage.allowed(&requested).await;
    assert_eq!(stage.step_three(&requested, &verifier).send().await.status, 200);
    let again = stage.step_three(&requested, &verifier);
    stage.refused(again, INVALID, "TokenRejected").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_exchanges_at_once_give_one_token() {
    let stage = Stage::ready().await;
    let requested = stage.begun().await;
    let verifier = stage.allowed(&requested).await;
    let exchange = || {
        let signed = stage.step_three(&requested, &verifier).sign();
        tokio::spawn(async move { signed.send().await })
    };
    let both = [exchange(), exchange()];
    let mut statuses = Vec::new();
    for exchange in both {
        statuses.push(exchange.await.unwrap().status);
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 401]);
}

#[tokio::test]
async fn a_wrong_verifier_uses_nothing_up() {
    let stage = Stage::ready().await;
    let requested = stage.begun().await;
    let early = stage.step_three(&requested, "anything");
    stage.refused(early, INVALID, "InvalidVerifier").await;
    let verifier = stage.allowed(&requested).await;
    for wrong in ["", "another", &verifier.to_uppercase()] {
        let call = stage.step_three(&requested, wrong);
        stage.refused(call, INVALID, "InvalidVerifier").await;
    }
    assert_eq!(stage.step_three(&requested, &verifier).send().await.status, 200);
}

#[tokio::test]
async fn a_request_token_and_a_verifier_lapse() {
    let stage = Stage::ready().await;
    let requested = stage.begun().await;
    stage.account.clock.advance(59 * MINUTE);
    let verifier = stage.allowed(&requested).await;
    stage.account.clock.advance(10 * MINUTE);
    let late = stage.step_three(&requested, &verifier);
    stage.refused(late, INVALID, "TokenRejected").await;

    let requested = stage.begun().await;
    stage.account.clock.advance(60 * MINUTE);
    let cookie = stage.cookie().await;
    let answer = stage.asked(&cookie, &requested.token).await;
    assert_eq!(answer.status, 409, "{}", answer.text());
}

#[tokio::test]
async fn unknown_tokens_and_those_of_another_record_are_rejected() {
    let stage = Stage::ready().await;
    let made_up = Pair {
        token: "0".repeat(64),
        secret: "0".repeat(64),
    };
    stage
        .refused(stage.step_three(&made_up, "v"), INVALID, "TokenRejected")
        .await;
    let access = stage.account.application();
    let access = Pair {
        token: access.token_id,
        secret: access.token_secret,
    };
    stage
        .refused(stage.step_three(&access, "v"), INVALID, "TokenRejected")
        .await;

    let requested = stage.begun().await;
    let verifier = stage.allowed(&requested).await;
    let other = Application {
        consumer_key: "c0ffee02".repeat(8),
        token_id: requested.token.clone(),
        token_secret: requested.secret.clone(),
        ..stage.account.application()
    };
    let record = stage.account.another_integration(&other).await;
    let (owner, authority) = (stage.account.owner(), &stage.account.authority);
    let edited = authority.edit_integration(&owner, record.id, |mut form| {
        form.authentication.authorization_flow = true;
        form.authentication.callback_url = Some(CALLBACK.to_owned());
        form
    });
    edited.await.unwrap();
    let call = stage
        .server
        .caller(&other)
        .call("POST", "/rest/accesstoken")
        .oauth("oauth_verifier", &verifier)
        .header("Content-Length", "0");
    stage.refused(call, INVALID, "TokenRejected").await;
    assert_eq!(stage.step_three(&requested, &verifier).send().await.status, 200);
}

#[tokio::test]
async fn step_three_is_signed_with_the_secret_of_the_request_token() {
    let stage = Stage::ready().await;
    let requested = stage.begun().await;
    let verifier = stage.allowed(&requested).await;
    let without_secret = Pair {
        secret: String::new(),
        ..requested.clone()
    };
    stage
        .refused(
            stage.step_three(&without_secret, &verifier),
            INVALID,
            "InvalidSignature",
        )
        .await;
    assert_eq!(stage.step_three(&requested, &verifier).send().await.status, 200);
}

#[tokio::test]
async fn a_role_taken_away_after_allow_gives_no_token_and_one_given_back_does() {
    let stage = Stage::ready().await;
    let requested = stage.begun().await;
    let verifier = stage.allowed(&requested).await;
    let (owner, authority) = (stage.account.owner(), &stage.account.authority);
    let role = stage.account.role.id;
    for inactive in [true, false] {
        let edit = move |form| RoleForm { inactive, ..form };
        authority.edit_role(&owner, role, edit).await.unwrap();
        let call = stage.step_three(&requested, &verifier);
        if inactive {
            stage.refused(call, INVALID, "EntityOrRoleDisabled").await;
        } else {
            assert_eq!(call.send().await.status, 200);
        }
    }
}

#[tokio::test]
async fn deny_hands_back_an_empty_verifier_and_ends_the_request() {
    let stage = Stage::ready().await;
    let requested = stage.begun().await;
    let cookie = stage.cookie().await;
    let denied = json!({ "consent": "deny", "state": "a1B2" });
    let answer = stage.answer(&cookie, &requested.token, &denied).await;
    let location = answer.json()["location"].as_str().unwrap().to_owned();
    let (token, role) = (&requested.token, stage.account.role.id);
    let user = stage.account.user.id;
    assert_eq!(
        location,
        format!(
            "{CALLBACK}&oauth_token={token}&oauth_verifier=&company=1234567_SB1&role={role}&entity={user}&state=a1B2"
        )
    );
    stage
        .refused(stage.step_three(&requested, ""), INVALID, "InvalidVerifier")
        .await;
    let allow = json!({ "consent": "allow", "role": role.get() });
    assert_eq!(stage.answer(&cookie, token, &allow).await.status, 409);
}

#[tokio::test]
async fn the_user_is_asked_by_name_and_offered_the_roles_they_may_choose() {
    let stage = Stage::ready().await;
    let (owner, authority) = (stage.account.owner(), &stage.account.authority);
    let role = |name: &str, permissions| RoleForm {
        name: name.to_owned(),
        permissions,
        ..RoleForm::default()
    };
    let token = vec![(Permission::LogInUsingAccessTokens, Level::Full)];
    let mut guarded = role("Guarded", token.clone());
    guarded.two_factor_required = true;
    let mut ids = vec![stage.account.role.id];
    for form in [role("Second", token), role("Without tokens", Vec::new()), guarded] {
        ids.push(authority.add_role(&owner, form).await.unwrap().id);
    }
    let roles = ids.clone();
    let edit = move |form| UserForm {
        roles: roles.clone(),
        ..form
    };
    authority
        .edit_user(&owner, stage.account.user.id, edit)
        .await
        .unwrap();
    let proposed = ids[1];
    let first = stage.step_one().oauth("role", &proposed.to_string()).send().await;
    let requested = pair(&first);
    let cookie = stage.cookie().await;
    let asked = stage.asked(&cookie, &requested.token).await.json();
    assert_eq!(
        asked,
        json!({
            "application": "Warehouse Sync",
            "callbackHost": "my.example.com",
            "user": "Ada Byron",
            "roles": [
                { "id": ids[0].get(), "name": "Integrator" },
                { "id": proposed.get(), "name": "Second" },
            ],
            "role": proposed.get(),
        })
    );
    for closed in [ids[2].get(), ids[3].get(), 404] {
        let consent = json!({ "consent": "allow", "role": closed });
        let answer = stage.answer(&cookie, &requested.token, &consent).await;
        assert_eq!(answer.status, 403, "{closed}: {}", answer.text());
    }
}

#[tokio::test]
async fn the_state_is_letters_and_digits_and_comes_back_as_it_was() {
    let stage = Stage::ready().await;
    let requested = stage.begun().await;
    let cookie = stage.cookie().await;
    let role = stage.account.role.id.get();
    for wrong in ["a-b".to_owned(), String::new(), "x".repeat(513)] {
        let consent = json!({ "consent": "allow", "role": role, "state": wrong });
        assert_eq!(
            stage.answer(&cookie, &requested.token, &consent).await.status,
            422,
            "{wrong}"
        );
    }
    let longest = "x".repeat(512);
    let consent = json!({ "consent": "allow", "role": role, "state": longest });
    let answer = stage.answer(&cookie, &requested.token, &consent).await;
    assert!(
        answer.text().contains(&format!("&state={longest}\"")),
        "{}",
        answer.text()
    );
}

#[tokio::test]
async fn nobody_consents_without_a_session() {
    let stage = Stage::ready().await;
    let requested = stage.begun().await;
    let path = format!("/api/v1/accounts/1234567_SB1/authorizations/{}", requested.token);
    assert_eq!(stage.send(("GET", &path), &[], "").await.status, 401);
    let cookie = stage.cookie().await;
    let headers = [("Cookie", cookie.as_str()), ("Content-Type", "application/json")];
    let forged = stage
        .send(("POST", &path), &headers, r#"{"consent":"deny"}"#)
        .await;
    assert_eq!(
        forged.status, 403,
        "without the header that other sites cannot send"
    );
    assert_eq!(stage.asked(&cookie, &"0".repeat(64)).await.status, 409);
    assert_eq!(stage.asked(&cookie, &requested.token).await.status, 200);
}

#[tokio::test]
async fn on_a_shared_host_the_record_and_the_request_token_tell_the_account() {
    let production = Account::with(Blueprint {
        account: "1234567",
        ..Blueprint::default()
    })
    .await;
    let sandbox = Account::ready().await;
    for account in [&production, &sandbox] {
        prepare(account).await;
    }
    // The record of both, and one that only the younger account has.
    let own = Application {
        consumer_key: "c0ffee03".repeat(8),
        ..sandbox.application()
    };
    let record = sandbox.another_integration(&own).await;
    let owner = sandbox.owner();
    let edited = sandbox.authority.edit_integration(&owner, record.id, |mut form| {
        form.authentication.authorization_flow = true;
        form.authentication.callback_url = Some(CALLBACK.to_owned());
        form
    });
    edited.await.unwrap();
    let server = Server::of(&[&production, &sandbox]).await;
    let first = server
        .caller(&Application {
            token_secret: String::new(),
            ..own.clone()
        })
        .call("POST", "/rest/requesttoken")
        .without("oauth_token")
        .oauth("oauth_callback", CALLBACK)
        .realm(None)
        .host("system.netsuite.com")
        .header("Content-Length", "0")
        .send()
        .await;
    let requested = pair(&first);
    let third = server
        .caller(&Application {
            token_id: requested.token,
            token_secret: requested.secret,
            ..own
        })
        .call("POST", "/rest/accesstoken")
        .oauth("oauth_verifier", "x")
        .realm(None)
        .host("system.netsuite.com")
        .header("Content-Length", "0")
        .send()
        .await;
    assert_eq!(third.status, 401);
    assert_eq!(
        sandbox.last_login().await.detail.as_deref(),
        Some("InvalidVerifier")
    );
    assert!(production.logins().await.is_empty());
}

#[tokio::test]
async fn a_step_with_a_bad_signature_is_told_its_mistake() {
    let stage = Stage::ready().await;
    stage
        .refused(stage.step_one().badly_signed(), INVALID, "InvalidSignature")
        .await;
    let row = stage.account.last_login().await;
    assert!(
        row.reason.unwrap().contains("another consumer secret"),
        "there is no token yet"
    );

    let requested = stage.begun().await;
    let verifier = stage.allowed(&requested).await;
    let secretless = Pair {
        secret: String::new(),
        ..requested.clone()
    };
    let third = stage.step_three(&secretless, &verifier);
    stage.refused(third, INVALID, "InvalidSignature").await;
    let row = stage.account.last_login().await;
    assert_eq!(row.mistake.as_deref(), Some("request_secret_missing"));

    // Whoever got the request token has the consumer secret.
    let wrong = Pair {
        secret: "wrong".repeat(9),
        ..requested.clone()
    };
    let third = stage.step_three(&wrong, &verifier);
    stage.refused(third, INVALID, "InvalidSignature").await;
    let row = stage.account.last_login().await;
    assert_eq!(row.mistake.as_deref(), Some("wrong_token_secret"));
    assert!(!format!("{row:?}").contains(&requested.secret));
}
