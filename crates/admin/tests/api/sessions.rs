//! Signing in with a password, the lock, the role switch, signing out.

use std::time::Duration;

use countersign_model::{Level, Permission, Role};
use serde_json::json;

use crate::stage::{EMAIL, PASSWORD, Stage, Who};

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn five_wrong_passwords_lock_the_user_for_half_an_hour_tokens_too() {
    let stage = Stage::new().await;
    let account = &stage.account;
    let owner = account.owner();
    let password = countersign_protocol::Secret::new(PASSWORD);
    account
        .authority
        .set_password(&owner, account.user.id, &password, false)
        .await
        .unwrap();
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    let email = account.user.email.clone();
    let wrong = json!({"email": email, "password": "wrong"});
    let right = json!({"email": email, "password": PASSWORD});
    for _ in 0..4 {
        stage.try_sign_in(wrong.clone()).await.is(401);
    }
    stage.try_sign_in(right.clone()).await.is(201);
    for _ in 0..4 {
        stage.try_sign_in(wrong.clone()).await.is(401);
    }
    assert_eq!(caller.get("/rest/tokeninfo").send().await.status, 200);
    let fifth = stage.try_sign_in(wrong.clone()).await.is(401).text();
    let refused = caller.get("/services/rest/record/v1/customer").send().await;
    assert_eq!(refused.status, 401, "{}", refused.text());
    let row = account.last_login().await;
    assert_eq!(
        row.detail.as_deref().map(str::to_lowercase).as_deref(),
        Some("temporary_locked"),
        "{row:?}"
    );
    let locked = stage.try_sign_in(right.clone()).await;
    assert_eq!(
        locked.is(401).text(),
        fifth,
        "a lock tells nothing to whoever guesses"
    );
    account.clock.advance(29 * MINUTE);
    stage.try_sign_in(right.clone()).await.is(401);
    account.clock.advance(2 * MINUTE);
    stage.try_sign_in(right.clone()).await.is(201);
    assert_eq!(caller.get("/rest/tokeninfo").send().await.status, 200);
    for _ in 0..5 {
        stage.try_sign_in(wrong.clone()).await.is(401);
    }
    let path = format!("/users/{}", account.user.id.get());
    assert!(stage.call(&Who::Owner, "GET", &path, None).await.ok()["lockedUntil"].is_string());
    stage
        .call(&Who::Owner, "POST", &format!("{path}/unlock"), None)
        .await
        .is(204);
    stage.try_sign_in(right).await.is(201);
}

#[tokio::test]
async fn an_address_that_fails_too_often_waits_also_with_the_right_password() {
    let stage = Stage::new().await;
    stage.user("Grace", &[stage.account.role.id]).await;
    let mut tries = 0;
    let refused = loop {
        let guess = json!({"email": format!("guess{tries}@example.com"), "password": PASSWORD});
        let answer = stage.try_sign_in(guess).await;
        if answer.status != 401 {
            break answer;
        }
        tries += 1;
        assert!(tries < 100, "nobody stops it");
    };
    assert_eq!(refused.is(429).json()["title"], "Too many logins failed");
    let right = json!({"email": EMAIL, "password": PASSWORD});
    stage.try_sign_in(right.clone()).await.is(429);
    stage.account.clock.advance(MINUTE);
    stage.try_sign_in(right).await.is(201);
}

#[tokio::test]
async fn an_unknown_email_a_wrong_password_a_role_one_has_not_and_no_access_are_one_answer() {
    let stage = Stage::new().await;
    let user = stage.user("Grace", &[stage.account.role.id]).await;
    let gone = stage.user("Gone", &[stage.account.role.id]).await;
    let path = format!("/users/{}", gone.id.get());
    stage
        .call(&Who::Owner, "PATCH", &path, Some(json!({"giveAccess": false})))
        .await
        .is(200);
    let mut answers = Vec::new();
    for sign_in in [
        json!({"email": "nobody@example.com", "password": PASSWORD}),
        json!({"email": EMAIL, "password": "wrong"}),
        json!({"email": EMAIL, "password": PASSWORD, "role": Role::ADMINISTRATOR.get()}),
        json!({"email": EMAIL, "password": PASSWORD, "role": 999_999}),
        json!({"email": EMAIL, "password": "wrong", "role": 999_999}),
        json!({"email": gone.email, "password": PASSWORD}),
        json!({"email": "ada@example.com", "password": ""}),
        json!({"email": "", "password": ""}),
        json!({"email": EMAIL, "password": "x".repeat(100_000)}),
    ] {
        let answer = stage.try_sign_in(sign_in).await;
        answers.push((
            answer.status,
            answer.text(),
            answer.header("set-cookie").to_owned(),
        ));
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    stage.sign_in(&user, stage.account.role.id).await;
}

#[tokio::test]
async fn an_email_nobody_has_costs_a_comparison_too() {
    let stage = Stage::new().await;
    stage.user("Grace", &[stage.account.role.id]).await;
    let without_password = "ada@example.com";
    for email in [EMAIL, "x@example.com", without_password] {
        let before = stage.account.authority.password_comparisons();
        stage
            .try_sign_in(json!({"email": email, "password": "wrong"}))
            .await
            .is(401);
        assert_eq!(
            stage.account.authority.password_comparisons(),
            before + 1,
            "{email}"
        );
    }
}

#[tokio::test]
async fn guesses_count_whatever_role_they_name() {
    let stage = Stage::new().await;
    stage.user("Grace", &[stage.account.role.id]).await;
    for role in [
        999_999,
        Role::ADMINISTRATOR.get(),
        999_999,
        -1,
        stage.account.role.id.get(),
    ] {
        stage
            .try_sign_in(json!({"email": EMAIL, "password": "wrong", "role": role}))
            .await
            .is(401);
    }
    let right = json!({"email": EMAIL, "password": PASSWORD});
    stage.try_sign_in(right).await.is(401);
}

#[tokio::test]
async fn guesses_of_the_present_password_in_a_session_lock_as_well() {
    let stage = Stage::new().await;
    let user = stage.user("Grace", &[stage.account.role.id]).await;
    let session = stage.sign_in(&user, stage.account.role.id).await;
    for _ in 0..5 {
        let guess = json!({"currentPassword": "wrong", "password": "Brand-New-9-Horse!"});
        let answer = stage
            .call(&session, "PUT", "/session/password", Some(guess))
            .await;
        assert_eq!(answer.wrong_fields(), ["currentPassword"]);
    }
    let right = json!({"currentPassword": PASSWORD, "password": "Brand-New-9-Horse!"});
    let answer = stage
        .call(&session, "PUT", "/session/password", Some(right.clone()))
        .await;
    assert_eq!(answer.wrong_fields(), ["currentPassword"]);
    stage
        .try_sign_in(json!({"email": EMAIL, "password": PASSWORD}))
        .await
        .is(401);
    stage.account.clock.advance(31 * MINUTE);
    stage
        .call(&session, "PUT", "/session/password", Some(right))
        .await
        .is(204);
}

#[tokio::test]
async fn a_new_password_ends_every_other_session() {
    let stage = Stage::new().await;
    let user = stage.user("Grace", &[stage.account.role.id]).await;
    let (here, there) = (
        stage.sign_in(&user, stage.account.role.id).await,
        stage.sign_in(&user, stage.account.role.id).await,
    );
    for weak in ["short", PASSWORD] {
        let input = json!({"currentPassword": PASSWORD, "password": weak});
        let answer = stage.call(&here, "PUT", "/session/password", Some(input)).await;
        assert!(answer.wrong_fields().iter().all(|field| field == "password"));
    }
    let input = json!({"currentPassword": PASSWORD, "password": "Brand-New-9-Horse!"});
    stage
        .call(&here, "PUT", "/session/password", Some(input))
        .await
        .is(204);
    stage.call(&here, "GET", "/session", None).await.is(200);
    stage.call(&there, "GET", "/session", None).await.is(401);
    let password = json!({"password": "Yet-Another-1-Horse!"});
    stage
        .call(
            &Who::Owner,
            "PUT",
            &format!("/users/{}/password", user.id.get()),
            Some(password),
        )
        .await
        .is(204);
    stage.call(&here, "GET", "/session", None).await.is(401);
}

#[tokio::test]
async fn an_expired_password_must_be_changed_and_tokens_go_on() {
    let stage = Stage::new().await;
    let account = &stage.account;
    let owner = account.owner();
    let password = countersign_protocol::Secret::new(PASSWORD);
    account
        .authority
        .set_password(&owner, account.user.id, &password, false)
        .await
        .unwrap();
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    account.clock.advance(181 * 24 * 60 * MINUTE);
    let answer = stage
        .try_sign_in(json!({"email": account.user.email, "password": PASSWORD}))
        .await;
    assert_eq!(answer.ok()["mustChangePassword"], true);
    assert_eq!(caller.get("/rest/tokeninfo").send().await.status, 200);
    let session = Who::Session(answer.cookie());
    let input = json!({"currentPassword": PASSWORD, "password": "Brand-New-9-Horse!"});
    stage
        .call(&session, "PUT", "/session/password", Some(input))
        .await
        .is(204);
    let shown = stage.call(&session, "GET", "/session", None).await.ok();
    assert_eq!(shown["mustChangePassword"], false);
    assert_ne!(shown["permissions"], json!([]));
}

#[tokio::test]
async fn the_cookie_is_new_at_each_sign_in_and_switch_and_the_old_one_is_dead() {
    let stage = Stage::new().await;
    let second = stage
        .role("Second", &[(Permission::ManageUsers, Level::Full)])
        .await;
    let user = stage.user("Grace", &[stage.account.role.id, second.id]).await;
    let sign_in = json!({"email": EMAIL, "password": PASSWORD});
    let answer = stage.try_sign_in(sign_in).await;
    let cookie = answer.is(201).header("set-cookie").to_owned();
    assert!(
        cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Strict") && cookie.contains("; Path=/"),
        "{cookie}"
    );
    assert!(
        !cookie.contains("Secure") && !cookie.contains("Domain"),
        "{cookie}"
    );
    assert!(!answer.text().contains(&answer.cookie()));
    let old = Who::Session(answer.cookie());
    stage.call(&old, "GET", "/users", None).await.is(403);
    let switched = stage
        .call(&old, "PATCH", "/session", Some(json!({"role": second.id.get()})))
        .await;
    let new = Who::Session(switched.is(200).cookie());
    stage.call(&old, "GET", "/session", None).await.is(401);
    stage.call(&new, "GET", "/users", None).await.is(200);
    for role in [Role::ADMINISTRATOR.get(), 999_999, -1] {
        stage
            .call(&new, "PATCH", "/session", Some(json!({"role": role})))
            .await
            .is(403);
    }
    let hidden = json!({"role": second.id.get(), "hidden": true});
    stage
        .call(&new, "PUT", "/session/roles", Some(hidden))
        .await
        .is(204);
    let path = format!("/users/{}", user.id.get());
    let shown = stage.call(&Who::Owner, "GET", &path, None).await.ok();
    assert_eq!(shown["roles"][1]["hidden"], true);
    let other = json!({"role": Role::ADMINISTRATOR.get(), "hidden": true});
    let answer = stage.call(&new, "PUT", "/session/roles", Some(other)).await;
    assert!([401, 409].contains(&answer.status), "{}", answer.text());
}

#[tokio::test]
async fn signing_out_ends_the_session_and_takes_the_cookie_back() {
    let stage = Stage::new().await;
    let user = stage.user("Grace", &[stage.account.role.id]).await;
    let session = stage.sign_in(&user, stage.account.role.id).await;
    let out = stage.call(&session, "DELETE", "/session", None).await;
    assert!(out.is(204).header("set-cookie").contains("Max-Age=0"));
    stage.call(&session, "GET", "/session", None).await.is(401);
    stage.call(&Who::Owner, "DELETE", "/session", None).await.is(403);
}

#[tokio::test]
async fn a_session_ends_when_it_is_idle_and_when_it_is_old() {
    let stage = Stage::new().await;
    let user = stage.user("Grace", &[stage.account.role.id]).await;
    let idle = stage.sign_in(&user, stage.account.role.id).await;
    stage.account.clock.advance(181 * MINUTE);
    stage.call(&idle, "GET", "/session", None).await.is(401);
    let used = stage.sign_in(&user, stage.account.role.id).await;
    for _ in 0..5 {
        stage.account.clock.advance(140 * MINUTE);
        stage.call(&used, "GET", "/session", None).await.is(200);
    }
    stage.account.clock.advance(21 * MINUTE);
    stage.call(&used, "GET", "/session", None).await.is(401);
}
