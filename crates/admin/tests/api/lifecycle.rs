//! An account's file, its snapshots and its refresh, by whoever may and by everybody else.

use std::sync::Arc;
use std::time::Duration;

use countersign_model::{ApiKeyForm, Level, Permission};
use countersign_protocol::Secret;
use countersign_store::NoteFilter;
use countersign_testkit::Account;
use serde_json::json;

use crate::second_factor::{enrolled, role_that_asks};
use crate::stage::{Answer, PASSWORD, Stage, Who, scopes};

const FILE: &str = "[account]\nid = \"1234567_SB1\"\n\n[[role]]\nname = \"Later\"\n[role.permissions]\n\
    \"Log in using Access Tokens\" = \"Full\"\n";

async fn send_file(stage: &Stage, who: &Who, query: &str, file: &str) -> Answer {
    let path = format!("/api/v1/accounts/1234567_SB1/apply{query}");
    let body = Some(("text/toml", file.to_owned()));
    stage.call_with(who, "POST", &path, body).await
}

async fn snapshot(stage: &Stage, who: &Who, name: &str) -> Answer {
    let input = json!({ "name": name });
    stage.call(who, "POST", "/snapshots", Some(input)).await
}

async fn restore(stage: &Stage, who: &Who, name: &str) -> Answer {
    let path = format!("/snapshots/{name}/restore");
    stage.call(who, "POST", &path, None).await
}

async fn changes(stage: &Stage) -> u64 {
    stage.account.store.change_count().await.unwrap()
}

/// Whoever is no Administrator: nobody, a session and a key without a right, and the key of an Administrator.
async fn outsiders(stage: &Stage, administrator: &Who) -> [(Who, u16); 4] {
    let held = [(Permission::Customers, Level::View)];
    let powerless = stage.somebody("Powerless", &held).await;
    let (_, key) = stage.key(&powerless, scopes(&held)).await;
    let all = [
        (Permission::SetUpCompany, Level::Full),
        (Permission::IntegrationApplication, Level::Full),
        (Permission::AccessTokenManagement, Level::Full),
    ];
    let (_, key_of_administrator) = stage.key(administrator, scopes(&all)).await;
    [
        (Who::Nobody, 401),
        (powerless, 403),
        (key, 403),
        (key_of_administrator, 403),
    ]
}

#[tokio::test]
async fn whoever_is_no_administrator_changes_nothing_and_learns_nothing() {
    let stage = Stage::kept().await;
    let root = stage.administrator().await;
    snapshot(&stage, &Who::Owner, "before").await.is(201);
    let outsiders = outsiders(&stage, &root).await;
    let before = changes(&stage).await;
    for (who, status) in &outsiders {
        send_file(&stage, who, "", FILE).await.is(*status);
        send_file(&stage, who, "?dryRun=true", FILE).await.is(*status);
        for (method, path) in [
            ("GET", "/export"),
            ("GET", "/export?secrets=true"),
            ("GET", "/snapshots"),
            ("POST", "/snapshots/before/restore"),
            ("POST", "/reset"),
        ] {
            stage.call(who, method, path, None).await.is(*status);
        }
        snapshot(&stage, who, "theirs").await.is(*status);
        stage.call(who, "POST", "/refresh", None).await.is(403);
    }
    // What is about two accounts, or shows secrets, is no Administrator's either.
    stage.call(&root, "POST", "/refresh", None).await.is(403);
    let secrets = stage.call(&root, "GET", "/export?secrets=true", None).await;
    secrets.is(403);
    assert_eq!(changes(&stage).await, before);
    let listed = stage.call(&Who::Owner, "GET", "/snapshots", None).await.ok();
    let names: Vec<_> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["name"])
        .collect();
    assert_eq!(names, ["before", "founded"], "and no other");
}

#[tokio::test]
async fn an_administrator_and_the_owner_apply_save_and_go_back() {
    let stage = Stage::kept().await;
    for name in ["first", "second"] {
        let who = match name {
            "first" => Who::Owner,
            _ => stage.administrator().await,
        };
        let role = || async {
            let file = stage.call(&Who::Owner, "GET", "/export", None).await;
            file.is(200).text().contains("name = \"Later\"")
        };
        snapshot(&stage, &who, name).await.is(201);
        snapshot(&stage, &who, name).await.is(409);
        let planned = send_file(&stage, &who, "?dryRun=true", FILE).await.ok();
        assert_eq!(
            (&planned["dryRun"], planned["steps"].as_array().unwrap().len()),
            (&json!(true), 1)
        );
        assert!(!role().await, "nothing was done");
        send_file(&stage, &who, "", FILE).await.is(200);
        assert!(role().await);
        let again = send_file(&stage, &who, "", FILE).await.ok();
        assert_eq!(again["steps"], json!([]));
        let shown = stage.call(&who, "GET", "/export", None).await;
        assert!(shown.is(200).text().contains("[[role]]"));
        restore(&stage, &who, "nowhere").await.is(404);
        restore(&stage, &who, name).await.is(204);
        assert!(!role().await);
        // Whoever went back in a session is signed out by it.
        let status = if matches!(who, Who::Owner) { 204 } else { 401 };
        stage.call(&who, "POST", "/reset", None).await.is(status);
    }
}

#[tokio::test]
async fn what_an_administrator_may_not_do_is_refused_before_anything_of_the_file_is_done() {
    let stage = Stage::kept().await;
    let root = stage.administrator().await;
    let application = &stage.account.integration.name;
    let token = |user: &str| {
        format!(
            "\n[[token]]\nname = \"All\"\nintegration = \"{application}\"\nuser = \"{user}\"\nrole = \"Administrator\"\n"
        )
    };
    let other = "\n[[user]]\nname = \"Other\"\nemail = \"o@example.com\"\nroles = [\"Administrator\"]\n";
    let file = format!("{FILE}{other}{}", token("Other"));
    let before = changes(&stage).await;
    for query in ["", "?dryRun=true"] {
        let refused = send_file(&stage, &root, query, &file).await;
        let told = refused.is(403).text();
        assert!(
            told.contains("0 of 3 steps") && told.contains("Administrator"),
            "{told}"
        );
    }
    assert_eq!(changes(&stage).await, before);
    let own = format!("{FILE}{}", token("Root"));
    send_file(&stage, &root, "", &own).await.is(200);
    send_file(&stage, &Who::Owner, "", &file).await.is(200);
}

#[tokio::test]
async fn a_key_or_session_that_is_over_does_not_come_back_with_a_snapshot() {
    let stage = Stage::kept().await;
    let held = [(Permission::ManageUsers, Level::Full)];
    let manager = stage.somebody("Manager", &held).await;
    let (_, kept) = stage.key(&manager, scopes(&held)).await;
    let (revoked_id, revoked) = stage.key(&manager, scopes(&held)).await;
    snapshot(&stage, &Who::Owner, "before").await.is(201);
    let path = format!("/api-keys/{revoked_id}");
    stage.call(&manager, "DELETE", &path, None).await.is(204);
    let (_, later) = stage.key(&manager, scopes(&held)).await;
    snapshot(&stage, &Who::Owner, "after").await.is(201);
    restore(&stage, &Who::Owner, "before").await.is(204);
    for (key, status) in [(&kept, 200), (&revoked, 401), (&later, 401), (&manager, 401)] {
        stage.call(key, "GET", "/users", None).await.is(status);
    }
    let filter = NoteFilter {
        record: Some(countersign_model::NotedRecord::ApiKey(
            countersign_model::ApiKeyId::new(revoked_id),
        )),
        ..NoteFilter::default()
    };
    let notes = stage.account.store.system_notes(filter).await.unwrap();
    assert_eq!(notes[0].1.field, "Revoked");
    // One that was gone in between is not there again either.
    restore(&stage, &Who::Owner, "after").await.is(204);
    for (key, status) in [(&kept, 200), (&revoked, 401), (&later, 401)] {
        stage.call(key, "GET", "/users", None).await.is(status);
    }
}

#[tokio::test]
async fn tokens_and_passwords_go_back_to_what_the_snapshot_holds() {
    let stage = Stage::kept().await;
    let role = stage.role("Clerk", &[(Permission::Customers, Level::View)]).await;
    let user = stage.user("Grace", &[role.id]).await;
    snapshot(&stage, &Who::Owner, "before").await.is(201);
    let token = format!("/tokens/{}", stage.account.token.id);
    let revoke = format!("{token}/revoke");
    stage.call(&Who::Owner, "POST", &revoke, None).await.is(204);
    let (authority, owner) = (&stage.account.authority, stage.account.owner());
    let password = Secret::new("Another-Horse-8-Battery");
    let set = authority.set_password(&owner, user.id, &password, false);
    set.await.unwrap();
    restore(&stage, &Who::Owner, "before").await.is(204);
    let shown = stage.call(&Who::Owner, "GET", &token, None).await.ok();
    assert_eq!(shown["revoked"], json!(false), "{shown}");
    stage.sign_in(&user, role.id).await;
}

#[tokio::test]
async fn a_mark_that_was_taken_away_stays_away() {
    let stage = Stage::kept().await;
    snapshot(&stage, &Who::Owner, "before").await.is(201);
    let input = json!({"testAccount": false, "testLevers": []});
    stage
        .call(&Who::Owner, "PATCH", "/settings", Some(input))
        .await
        .is(200);
    let told = restore(&stage, &Who::Owner, "before").await;
    assert!(told.is(409).text().contains("Reset"), "{}", told.text());
    let root = stage.administrator().await;
    snapshot(&stage, &root, "theirs").await.is(409);
    snapshot(&stage, &Who::Owner, "owners").await.is(201);
}

/// One person has one password and one authenticator app in all accounts of a company.
#[tokio::test]
async fn a_refreshed_sandbox_takes_passwords_and_second_factors_from_production_and_no_session_or_key() {
    let stage = Stage::kept().await;
    let held = [(Permission::ManageUsers, Level::Full)];
    let manager = stage.somebody("Manager", &held).await;
    let (_, key) = stage.key(&manager, scopes(&held)).await;

    let production = stage.swapped();
    let role = role_that_asks(&production).await;
    let user = production.user("Grace", &[role.id]).await;
    let (_, app, _) = enrolled(&production, &user, role.id).await;
    let form = ApiKeyForm {
        name: "Production".to_owned(),
        scopes: vec![(Permission::Customers, Level::View)],
        expires_in_days: 1,
    };
    let Account {
        authority,
        user: holder,
        role: held,
        ..
    } = &production.account;
    let owner = production.account.owner();
    let made = authority.create_api_key(&owner, &form, Some((holder.id, held.id)));
    let theirs = Who::Key(made.await.unwrap().secret.expose().to_owned());

    let stage = production.swapped();
    stage.call(&Who::Owner, "POST", "/refresh", None).await.is(204);
    for over in [&manager, &key, &theirs] {
        stage.call(over, "GET", "/users", None).await.is(401);
    }
    let sign_in = |code: Option<String>| json!({"email": user.email, "password": PASSWORD, "role": role.id.get(), "code": code});
    let without = json!({"email": user.email, "password": PASSWORD, "role": role.id.get()});
    stage.try_sign_in(without).await.is(401);
    // The app counts time alike in both; a code that was used in production is used here too.
    stage.try_sign_in(sign_in(Some(app.code(&stage)))).await.is(401);
    stage.account.clock.advance(Duration::from_secs(60));
    stage.try_sign_in(sign_in(Some(app.code(&stage)))).await.is(201);
}

/// More tokens than come in one part, put there behind the account's back and without secrets.
async fn with_many_tokens(stage: &Stage) {
    let account = &stage.account;
    let (user, role, application) = (account.user.id, account.role.id, account.integration.id);
    let tokens = format!(
        "INSERT INTO access_token
         WITH RECURSIVE n (n) AS (VALUES (10001) UNION ALL SELECT n + 1 FROM n WHERE n < 14000)
         SELECT n, 'Many ' || n, 'many ' || n, 'many-' || n, {user}, {role}, {application}, 0, NULL, 1, 0, NULL FROM n"
    );
    account.change_elsewhere(&tokens).await;
}

#[tokio::test]
async fn an_account_is_written_part_by_part_as_it_was_when_the_first_was_asked_for() {
    let stage = Stage::kept().await;
    with_many_tokens(&stage).await;
    let (authority, owner) = (&stage.account.authority, stage.account.owner());
    let export = Arc::clone(authority).export(&owner, false);
    let mut export = export.await.unwrap();
    let mut parts = vec![export.next().await.unwrap().unwrap()];
    let gone = "UPDATE access_token SET inactive = 1, revoked_at = 1 WHERE id > 10001";
    stage.account.change_elsewhere(gone).await;
    while let Some(part) = export.next().await.unwrap() {
        parts.push(part);
    }
    let longest = parts.iter().map(String::len).max().unwrap();
    assert!(parts.len() > 5 && longest < 300_000, "{} {longest}", parts.len());
    let text = parts.concat();
    assert_eq!(text.matches("name = \"Many ").count(), 4000);
    let told = stage.call(&Who::Owner, "GET", "/export", None).await;
    assert_eq!(told.is(200).text().matches("name = \"Many ").count(), 1);
}

#[tokio::test]
async fn a_file_that_cannot_be_written_to_its_end_breaks_off() {
    let stage = Stage::kept().await;
    with_many_tokens(&stage).await;
    let (authority, owner) = (&stage.account.authority, stage.account.owner());
    let mut export = Arc::clone(authority).export(&owner, true).await.unwrap();
    let error = loop {
        match export.next().await {
            Ok(part) => assert!(part.is_some(), "it came to its end"),
            Err(error) => break error,
        }
    };
    assert!(error.to_string().contains("token:many-10001"), "{error}");
}
