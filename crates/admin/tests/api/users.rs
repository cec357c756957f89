//! Users and their passwords.

use countersign_model::{Level, Permission, Role};
use serde_json::json;

use crate::stage::{EMAIL, PASSWORD, Stage, Who};

#[tokio::test]
async fn a_user_is_made_found_changed_and_deleted() {
    let stage = Stage::new().await;
    let owner = &Who::Owner;
    let role = stage.account.role.id.get();
    let input = json!({"type": "Employee", "name": "Grace Hopper", "email": EMAIL, "giveAccess": true, "roles": [role]});
    let made = stage
        .call(owner, "POST", "/users", Some(input))
        .await
        .is(201)
        .json();
    let path = format!("/users/{}", made["id"]);
    assert_eq!(stage.call(owner, "GET", &path, None).await.ok(), made);
    let found = stage
        .call(
            owner,
            "GET",
            "/users?name=gRACE&type=Employee&inactive=false",
            None,
        )
        .await
        .ok();
    assert_eq!(found["items"], json!([made]));
    let found = stage
        .call(owner, "GET", "/users?email=grace@example.com", None)
        .await
        .ok();
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
    let changed = stage
        .call(owner, "PATCH", &path, Some(json!({"inactive": true})))
        .await
        .ok();
    assert_eq!(
        (&changed["inactive"], &changed["email"], &changed["roles"]),
        (&json!(true), &made["email"], &made["roles"])
    );
    stage
        .call(owner, "PATCH", &path, Some(json!({"roles": [999_999]})))
        .await;
    let kind = stage
        .call(owner, "PATCH", &path, Some(json!({"type": "Vendor"})))
        .await;
    assert_eq!(kind.wrong_fields(), ["type"]);
    stage.call(owner, "DELETE", &path, None).await.is(204);
    for method in ["GET", "DELETE"] {
        stage.call(owner, method, &path, None).await.is(404);
    }
    stage.call(owner, "PATCH", &path, Some(json!({}))).await.is(404);
    stage
        .call(owner, "POST", &format!("{path}/unlock"), None)
        .await
        .is(404);
    let password = Some(json!({"password": PASSWORD}));
    stage
        .call(owner, "PUT", &format!("{path}/password"), password)
        .await
        .is(404);
    stage
        .call(owner, "DELETE", &format!("{path}/second-factor"), None)
        .await
        .is(404);
}

#[tokio::test]
async fn a_password_is_held_against_the_policy_and_shown_nowhere() {
    let stage = Stage::new().await;
    let owner = &Who::Owner;
    let user = stage.user("Grace", &[stage.account.role.id]).await;
    let path = format!("/users/{}", user.id.get());
    for weak in ["", "short", "alllowercaseletters", &"Aa1!".repeat(600)] {
        let answer = stage
            .call(
                owner,
                "PUT",
                &format!("{path}/password"),
                Some(json!({"password": weak})),
            )
            .await;
        let fields = answer.wrong_fields();
        assert!(fields.iter().all(|field| field == "password"), "{weak:?}");
        assert!(weak.is_empty() || !answer.text().contains(weak), "{weak:?}");
    }
    let good = "Brand-New-9-Horse!";
    let input = json!({"password": good, "requirePasswordChangeOnNextLogin": false});
    stage
        .call(owner, "PUT", &format!("{path}/password"), Some(input))
        .await
        .is(204);
    for path in [&path, "/users", "/system-notes?limit=500", "/login-audit-trail"] {
        let text = stage.call(owner, "GET", path, None).await.is(200).text();
        assert!(!text.contains(good) && !text.contains("argon2"), "{path}");
    }
    let again = json!({"password": good});
    let again = stage
        .call(owner, "PUT", &format!("{path}/password"), Some(again))
        .await;
    assert_eq!(again.wrong_fields(), ["password"], "used before");
}

#[tokio::test]
async fn taking_away_access_the_role_or_the_user_ends_sessions_and_keys_at_once() {
    let stage = Stage::new().await;
    let held = [(Permission::ManageUsers, Level::Full)];
    let scopes = crate::stage::scopes(&held);
    for (nth, change) in [
        json!({"giveAccess": false}),
        json!({"inactive": true}),
        json!({"roles": [stage.account.role.id.get()]}),
    ]
    .into_iter()
    .enumerate()
    {
        let role = stage.role(&format!("Role{nth}"), &held).await;
        let user = stage.user(&format!("User{nth}"), &[role.id]).await;
        let session = stage.sign_in(&user, role.id).await;
        let (_, key) = stage.key(&session, scopes.clone()).await;
        let path = format!("/users/{}", user.id.get());
        stage.call(&key, "GET", "/users", None).await.is(200);
        stage
            .call(&Who::Owner, "PATCH", &path, Some(change.clone()))
            .await
            .is(200);
        for who in [&session, &key] {
            assert_eq!(
                stage.call(who, "GET", "/users", None).await.status,
                401,
                "{change}"
            );
        }
    }
    let role = stage.role("Inactive", &held).await;
    let user = stage.user("Last", &[role.id]).await;
    let session = stage.sign_in(&user, role.id).await;
    let path = format!("/roles/{}", role.id.get());
    stage
        .call(&Who::Owner, "PATCH", &path, Some(json!({"inactive": true})))
        .await
        .is(200);
    stage.call(&session, "GET", "/users", None).await.is(401);
    stage
        .call(&Who::Owner, "DELETE", &format!("/users/{}", user.id.get()), None)
        .await
        .is(204);
    stage.call(&session, "GET", "/session", None).await.is(401);
}

#[tokio::test]
async fn only_an_administrator_makes_or_changes_one() {
    let stage = Stage::new().await;
    let held = [(Permission::ManageUsers, Level::Full)];
    let manager = stage.somebody("Manager", &held).await;
    let (_, key) = stage.key(&manager, crate::stage::scopes(&held)).await;
    let root = stage.user("Root", &[Role::ADMINISTRATOR]).await;
    let path = format!("/users/{}", root.id.get());
    let plain = format!("/users/{}", stage.account.user.id.get());
    let administrator = Role::ADMINISTRATOR.get();
    let new = json!({"type": "Employee", "name": "Eve", "email": "eve@example.com", "giveAccess": true, "roles": [administrator]});
    for who in [&manager, &key] {
        stage.call(who, "POST", "/users", Some(new.clone())).await.is(403);
        stage
            .call(who, "PATCH", &plain, Some(json!({"roles": [administrator]})))
            .await
            .is(403);
        stage
            .call(who, "PATCH", &path, Some(json!({"email": "eve@example.com"})))
            .await
            .is(403);
        let password = Some(json!({"password": "Eves-Horse-6-Battery"}));
        stage
            .call(who, "PUT", &format!("{path}/password"), password)
            .await
            .is(403);
        stage
            .call(who, "POST", &format!("{path}/unlock"), None)
            .await
            .is(403);
        stage
            .call(who, "DELETE", &format!("{path}/second-factor"), None)
            .await
            .is(403);
        stage.call(who, "DELETE", &path, None).await.is(403);
    }
    let session = stage.sign_in(&root, Role::ADMINISTRATOR).await;
    stage.call(&session, "POST", "/users", Some(new)).await.is(201);
}

#[tokio::test]
async fn roles_and_global_permissions_given_and_taken_at_once_all_land() {
    let stage = Stage::new().await;
    let owner = &Who::Owner;
    let (first, second) = (stage.role("First", &[]).await, stage.role("Second", &[]).await);
    let user = stage.user("Grace", &[stage.account.role.id]).await;
    let path = format!("/users/{}", user.id);
    let role = |role: &Role| format!("{path}/roles/{}", role.id);
    let global = |permission: Permission| format!("{path}/global-permissions/{}", permission.id());
    let full = Some(json!({"level": "Full"}));
    let (one, two, three) = (role(&first), role(&second), global(Permission::Customers));
    let four = global(Permission::Vendors);
    let answers = tokio::join!(
        stage.call(owner, "PUT", &one, None),
        stage.call(owner, "PUT", &two, None),
        stage.call(owner, "PUT", &three, full.clone()),
        stage.call(owner, "PUT", &four, full),
    );
    for answer in [answers.0, answers.1, answers.2, answers.3] {
        answer.is(200);
    }
    let held = async || stage.call(owner, "GET", &path, None).await.ok();
    let before = held().await;
    assert_eq!(before["roles"].as_array().unwrap().len(), 3);
    assert_eq!(before["globalPermissions"].as_array().unwrap().len(), 2);
    stage.call(owner, "PUT", &one, None).await.is(200);
    assert_eq!(held().await, before);

    for gone in [&one, &one, &three] {
        stage.call(owner, "DELETE", gone, None).await.is(204);
    }
    let after = held().await;
    let roles: Vec<_> = after["roles"]
        .as_array()
        .unwrap()
        .iter()
        .map(|held| held["role"].clone())
        .collect();
    assert_eq!(
        roles,
        [json!(stage.account.role.id.get()), json!(second.id.get())]
    );
    assert_eq!(
        after["globalPermissions"],
        json!([{"permission": "Vendors", "level": "Full"}])
    );
}

#[tokio::test]
async fn one_role_is_given_within_the_rules_of_the_whole_record() {
    let stage = Stage::new().await;
    let held = [Permission::ManageUsers, Permission::LogInUsingAccessTokens];
    let manager = stage
        .somebody("Manager", &held.map(|permission| (permission, Level::Full)))
        .await;
    let user = stage.user("Grace", &[stage.account.role.id]).await;
    let path = format!("/users/{}", user.id);
    let administrator = format!("{path}/roles/{}", Role::ADMINISTRATOR);
    stage.call(&manager, "PUT", &administrator, None).await.is(403);
    stage
        .call(&manager, "PUT", &format!("{path}/roles/999999"), None)
        .await
        .is(404);
    stage
        .call(&manager, "PUT", "/users/999999/roles/1", None)
        .await
        .is(404);
    let last = format!("{path}/roles/{}", stage.account.role.id);
    let refused = stage.call(&manager, "DELETE", &last, None).await;
    assert_eq!(refused.wrong_fields(), ["roles"]);
    let level = Some(json!({"level": "View"}));
    let global = format!(
        "{path}/global-permissions/{}",
        Permission::LogInUsingAccessTokens.id()
    );
    let refused = stage.call(&manager, "PUT", &global, level).await;
    assert_eq!(refused.wrong_fields(), ["level"]);
}
