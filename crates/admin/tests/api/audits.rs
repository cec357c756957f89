//! The Login Audit Trail, the execution log and System Notes.

use axum::body::Body;
use countersign_model::{Level, Permission};
use serde_json::json;

use crate::stage::{EMAIL, Stage, Who, request};

#[tokio::test]
async fn the_trail_is_searched_paged_and_exported_with_the_same_search() {
    let stage = Stage::new().await;
    let user = stage.user("Grace", &[stage.account.role.id]).await;
    for nth in 0..3 {
        let wrong = json!({"email": EMAIL, "password": format!("wrong {nth}")});
        stage.try_sign_in(wrong).await.is(401);
    }
    stage.sign_in(&user, stage.account.role.id).await;
    let owner = &Who::Owner;
    let all = stage.call(owner, "GET", "/login-audit-trail", None).await.ok();
    assert_eq!(all["items"].as_array().unwrap().len(), 4);
    assert_eq!(all["items"][0]["status"], "Success");
    let page = stage
        .call(owner, "GET", "/login-audit-trail?status=failure&limit=2", None)
        .await
        .ok();
    assert_eq!(page["items"].as_array().unwrap().len(), 2);
    let before = page["next"].as_str().unwrap();
    let rest = format!("/login-audit-trail?status=failure&limit=2&before={before}");
    let rest = stage.call(owner, "GET", &rest, None).await.ok();
    assert_eq!(
        (rest["items"].as_array().unwrap().len(), &rest["next"]),
        (1, &json!(null))
    );
    let csv = stage
        .call(
            owner,
            "GET",
            "/login-audit-trail.csv?status=failure&limit=2",
            None,
        )
        .await;
    assert_eq!(csv.is(200).text().lines().count(), 3, "{}", csv.text());
    assert_eq!(
        csv.header("link"),
        format!("<?status=failure&limit=2&before={before}>; rel=\"next\"")
    );
    let last = stage
        .call(
            owner,
            "GET",
            &format!("/login-audit-trail.csv?before={before}"),
            None,
        )
        .await;
    assert_eq!((last.text().lines().count(), last.header("link")), (2, ""));
}

#[tokio::test]
async fn a_cell_that_a_spreadsheet_would_run_is_text_and_no_header_can_be_written_by_a_caller() {
    let stage = Stage::new().await;
    let path = "/api/v1/accounts/1234567_SB1/session";
    let sign_in = json!({"email": "=cmd|' /C calc'!A0@example.com", "password": "x\r\nSet-Cookie: a=b"});
    let call = request(&Who::Nobody, "POST", path)
        .header("content-type", "application/json")
        .header("user-agent", "=HYPERLINK(\"http://example.com\")");
    let answer = stage
        .send(&Who::Nobody, call.body(Body::from(sign_in.to_string())).unwrap())
        .await;
    assert_eq!(answer.is(401).header("set-cookie"), "");
    let csv = stage
        .call(&Who::Owner, "GET", "/login-audit-trail.csv", None)
        .await
        .is(200)
        .text();
    assert!(
        csv.contains("'=HYPERLINK") && !csv.contains(",=") && !csv.contains("\n="),
        "{csv}"
    );
}

#[tokio::test]
async fn system_notes_say_who_changed_what_to_whoever_may_see_the_record() {
    let stage = Stage::new().await;
    let somebody = stage
        .somebody("Manager", &[(Permission::ManageUsers, Level::Full)])
        .await;
    let user = stage.account.user.id.get();
    let path = format!("/users/{user}");
    stage
        .call(&somebody, "PATCH", &path, Some(json!({"name": "Ada King"})))
        .await
        .is(200);
    let notes = stage
        .call(
            &somebody,
            "GET",
            &format!("/system-notes?record=user&recordId={user}"),
            None,
        )
        .await
        .ok();
    let note = &notes["items"][0];
    assert_eq!(
        (&note["setBy"], &note["oldValue"], &note["newValue"]),
        (&json!("Manager"), &json!("Ada Byron"), &json!("Ada King"))
    );
    assert_eq!(note["context"], "api");
    for (query, status) in [
        ("", 403),
        ("?record=account", 403),
        ("?record=role&recordId=1", 403),
        ("?record=api-key&recordId=1", 403),
        ("?recordId=1", 400),
        ("?record=user", 400),
        ("?record=account&recordId=1", 400),
    ] {
        let answer = stage
            .call(&somebody, "GET", &format!("/system-notes{query}"), None)
            .await;
        assert_eq!(answer.status, status, "{query}");
    }
}

#[tokio::test]
async fn system_notes_come_page_by_page_each_once() {
    let stage = Stage::new().await;
    let page = async |query: String| {
        let path = format!("/system-notes{query}");
        stage.call(&Who::Owner, "GET", &path, None).await.ok()
    };
    let all = page("?limit=500".to_owned()).await["items"].clone();
    let (mut walked, mut query) = (Vec::new(), "?limit=100".to_owned());
    loop {
        let page = page(query).await;
        walked.extend(page["items"].as_array().unwrap().clone());
        let Some(next) = page["next"].as_str() else { break };
        query = format!("?limit=100&before={next}");
    }
    assert_eq!(json!(walked), all);
    assert!(walked.len() > 100 && walked.is_sorted_by_key(|note| -note["id"].as_i64().unwrap()));
}

#[tokio::test]
async fn a_note_says_when_in_a_date() {
    let stage = Stage::new().await;
    let path = format!("/users/{}/password", stage.account.user.id);
    let password = json!({"password": "correct horse 7 battery"});
    let set = stage.call(&Who::Owner, "PUT", &path, Some(password)).await;
    set.is(204);
    let notes = stage
        .call(&Who::Owner, "GET", "/system-notes?limit=9", None)
        .await
        .ok();
    let notes = notes["items"].as_array().unwrap();
    let set = notes.iter().find(|note| note["field"] == "Password").unwrap();
    let date = set["date"].as_str().unwrap();
    assert_eq!(set["newValue"], format!("set at {date}"));
}

#[tokio::test]
async fn the_execution_log_answers_every_filter() {
    let stage = Stage::new().await;
    for query in [
        "",
        "?application=1",
        "?service=RESTlet",
        "?since=2026-01-01T00:00:00Z&until=2026-01-02T00:00:00Z",
        "?operation=GET",
        "?requestUri=%2Frecord",
        "?before=9&limit=1",
    ] {
        let answer = stage
            .call(&Who::Owner, "GET", &format!("/execution-log{query}"), None)
            .await;
        assert!([200, 400].contains(&answer.status), "{query}: {}", answer.text());
    }
}
