//! Roles, features and permissions.

use countersign_model::{Level, Permission};
use serde_json::json;

use crate::stage::{Stage, Who};

#[tokio::test]
async fn a_role_is_made_from_nothing_a_standard_role_or_the_fewest_permissions() {
    let stage = Stage::new().await;
    let owner = &Who::Owner;
    let made = stage
        .call(owner, "POST", "/roles", Some(json!({"name": "Empty"})))
        .await
        .is(201)
        .json();
    assert_eq!(
        (&made["permissions"], &made["inactive"]),
        (&json!([]), &json!(false))
    );
    let copy = json!({"name": "My Accountant", "customizes": "Accountant"});
    let copy = stage.call(owner, "POST", "/roles", Some(copy)).await.ok();
    assert!(!copy["permissions"].as_array().unwrap().is_empty());
    assert_eq!(copy["standard"], false);
    let root = json!({"name": "Root", "customizes": "Administrator"});
    let refused = stage.call(owner, "POST", "/roles", Some(root)).await;
    assert_eq!(refused.wrong_fields(), ["customizes"]);
    let both = json!({"name": "Both", "customizes": "Accountant", "minimumPermissions": "REST web services"});
    stage.call(owner, "POST", "/roles", Some(both)).await.is(400);
    let again = stage
        .call(owner, "POST", "/roles", Some(json!({"name": "Empty"})))
        .await;
    assert!([409, 422].contains(&again.status), "{}", again.text());
    let path = format!("/roles/{}", made["id"]);
    stage
        .call(owner, "PATCH", &path, Some(json!({"customizes": "Accountant"})))
        .await
        .is(400);
    let edit = json!({"permissions": [{"permission": "Customers", "level": "View"}]});
    let edited = stage.call(owner, "PATCH", &path, Some(edit)).await.ok();
    assert_eq!(edited["permissions"].as_array().unwrap().len(), 1);
    assert_eq!(edited["name"], "Empty");
    let listed = stage.call(owner, "GET", "/roles", None).await.ok();
    assert!(listed.as_array().unwrap().contains(&edited));
    let permissions = stage.call(owner, "GET", "/permissions", None).await.ok();
    assert_eq!(permissions.as_array().unwrap().len(), Permission::ALL.len());
}

#[tokio::test]
async fn one_permission_is_given_and_taken_and_the_others_stay() {
    let stage = Stage::new().await;
    let (owner, role) = (
        &Who::Owner,
        stage.role("Buyer", &[(Permission::Customers, Level::View)]).await,
    );
    let path = format!("/roles/{}", role.id);
    let line = |permission: Permission| format!("{path}/permissions/{}", permission.id());
    let level = |level: &str| Some(json!({ "level": level }));
    let held = async || stage.call(owner, "GET", &path, None).await.ok()["permissions"].clone();

    let given = stage
        .call(owner, "PUT", &line(Permission::Vendors), level("Edit"))
        .await
        .ok();
    let both = json!([
        {"permission": "Customers", "level": "View"},
        {"permission": "Vendors", "level": "Edit"},
    ]);
    assert_eq!(given["permissions"], both);
    stage
        .call(owner, "PUT", &line(Permission::Vendors), level("Full"))
        .await
        .ok();
    for _ in 0..2 {
        stage
            .call(owner, "DELETE", &line(Permission::Customers), None)
            .await
            .is(204);
    }
    assert_eq!(held().await, json!([{"permission": "Vendors", "level": "Full"}]));

    let not_offered = stage
        .call(
            owner,
            "PUT",
            &line(Permission::LogInUsingAccessTokens),
            level("View"),
        )
        .await;
    assert_eq!(not_offered.wrong_fields(), ["level"]);
    let unknown = format!("{path}/permissions/ADMI_NONE");
    stage.call(owner, "PUT", &unknown, level("Full")).await.is(400);
    let standard = format!("/roles/1/permissions/{}", Permission::Vendors.id());
    stage.call(owner, "DELETE", &standard, None).await.is(422);
    let nowhere = format!("/roles/999999/permissions/{}", Permission::Vendors.id());
    stage.call(owner, "DELETE", &nowhere, None).await.is(404);
    assert_eq!(held().await, json!([{"permission": "Vendors", "level": "Full"}]));
}

#[tokio::test]
async fn permissions_given_and_taken_at_once_all_land_each_with_its_note() {
    let stage = Stage::new().await;
    let (owner, role) = (
        &Who::Owner,
        stage.role("Buyer", &[(Permission::Customers, Level::View)]).await,
    );
    let path = format!("/roles/{}", role.id);
    let line = |permission: Permission| format!("{path}/permissions/{}", permission.id());
    let lines = [
        Permission::Vendors,
        Permission::Contacts,
        Permission::Employees,
        Permission::Customers,
    ]
    .map(line);
    let full = Some(json!({"level": "Full"}));
    let (one, two, three, gone) = tokio::join!(
        stage.call(owner, "PUT", &lines[0], full.clone()),
        stage.call(owner, "PUT", &lines[1], full.clone()),
        stage.call(owner, "PUT", &lines[2], full.clone()),
        stage.call(owner, "DELETE", &lines[3], None),
    );
    for answer in [one, two, three] {
        answer.is(200);
    }
    gone.is(204);
    let held = stage.call(owner, "GET", &path, None).await.ok();
    let mut names: Vec<_> = held["permissions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|held| held["permission"].clone())
        .collect();
    names.sort_by_key(ToString::to_string);
    assert_eq!(names, ["Contacts", "Employees", "Vendors"]);
    let notes = format!("/system-notes?record=role&recordId={}&limit=4", role.id);
    let notes = stage.call(owner, "GET", &notes, None).await.ok();
    let mut fields: Vec<_> = notes["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|note| note["field"].clone())
        .collect();
    fields.sort_by_key(ToString::to_string);
    assert_eq!(
        fields,
        [
            "Permissions: Contacts",
            "Permissions: Customers",
            "Permissions: Employees",
            "Permissions: Vendors",
        ]
    );
}

#[tokio::test]
async fn the_administrator_is_changed_by_nobody() {
    let stage = Stage::new().await;
    let roles = stage.call(&Who::Owner, "GET", "/roles", None).await.ok();
    let administrator = roles
        .as_array()
        .unwrap()
        .iter()
        .find(|role| role["name"] == "Administrator")
        .unwrap()
        .clone();
    let path = format!("/roles/{}", administrator["id"]);
    for change in [
        json!({"name": "Root"}),
        json!({"inactive": true}),
        json!({"permissions": []}),
    ] {
        let answer = stage.call(&Who::Owner, "PATCH", &path, Some(change)).await;
        assert!([409, 422].contains(&answer.status), "{}", answer.text());
    }
    assert_eq!(
        stage.call(&Who::Owner, "GET", &path, None).await.ok(),
        administrator
    );
}

#[tokio::test]
async fn a_change_of_permissions_reaches_sessions_and_keys_at_once() {
    let stage = Stage::new().await;
    let held = [
        (Permission::ManageUsers, Level::Full),
        (Permission::EnableFeatures, Level::Full),
    ];
    let role = stage.role("Manager", &held).await;
    let user = stage.user("Grace", &[role.id]).await;
    let session = stage.sign_in(&user, role.id).await;
    let (_, key) = stage.key(&session, crate::stage::scopes(&held)).await;
    for who in [&key, &session] {
        stage.call(who, "GET", "/users", None).await.is(200);
    }
    let path = format!("/roles/{}", role.id.get());
    let less = json!({"permissions": [{"permission": "Enable Features", "level": "Full"}]});
    stage.call(&Who::Owner, "PATCH", &path, Some(less)).await.is(200);
    stage.call(&key, "GET", "/users", None).await.is(403);
    stage.call(&session, "GET", "/users", None).await.is(403);
    stage.call(&session, "GET", "/features", None).await.is(200);
}

#[tokio::test]
async fn features_need_their_terms_and_the_refusal_names_the_member() {
    let stage = Stage::new().await;
    let off = json!({"disable": ["Token-based Authentication"]});
    let answer = stage.call(&Who::Owner, "PATCH", "/features", Some(off)).await;
    let list = answer.ok();
    let of = |list: &serde_json::Value| {
        let features = list.as_array().unwrap().iter();
        features
            .clone()
            .find(|feature| feature["feature"] == "Token-based Authentication")
            .unwrap()["enabled"]
            .clone()
    };
    assert_eq!(of(&list), false);
    let on = json!({"enable": ["Token-based Authentication"]});
    let answer = stage.call(&Who::Owner, "PATCH", "/features", Some(on)).await;
    assert_eq!(answer.wrong_fields(), ["enable"]);
    let on =
        json!({"enable": ["Token-based Authentication"], "agreeToTermsOf": ["Token-based Authentication"]});
    assert_eq!(
        of(&stage.call(&Who::Owner, "PATCH", "/features", Some(on)).await.ok()),
        true
    );
    let all_off = json!({"disable": ["Client SuiteScript"]});
    let answer = stage.call(&Who::Owner, "PATCH", "/features", Some(all_off)).await;
    if answer.status == 422 {
        assert_eq!(answer.wrong_fields(), ["disable"]);
    }
}
