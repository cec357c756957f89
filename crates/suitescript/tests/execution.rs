//! One execution of a script: what it is called with, what it returns, and what it ends with.
#![expect(clippy::expect_used, clippy::panic, reason = "a test says what it expected")]

mod account;

use std::sync::Arc;

use account::{Account, get, outcome, returned, returned_in, thrown};
use countersign_suitescript::{Limits, Returned};
use serde_json::json;

#[test]
fn a_script_is_called_with_what_came_and_returns_its_answer() {
    let account = Arc::new(Account::default());
    let answer = returned_in(&account, "echo.js", json!({ "name": "Zoë" }));
    assert_eq!(
        answer,
        json!({ "parameters": { "name": "Zoë" }, "user": "Ann Lee", "depth": 3 })
    );
    assert_eq!(
        account.calls_of("log.write"),
        [
            json!({ "level": "DEBUG", "title": "a title", "details": "{\"seen\":{\"name\":\"Zoë\"}}" }),
            json!({ "level": "AUDIT", "title": "another", "details": "Zoë" }),
        ]
    );
}

#[test]
fn what_a_script_throws_keeps_its_name_and_message() {
    let thrown = thrown("echo.js", json!({ "fail": "yes" }));
    assert_eq!(
        (thrown.name.as_str(), thrown.message.as_str()),
        ("MY_CODE", "Not today.")
    );
    let json: serde_json::Value = serde_json::from_str(&thrown.json).expect("JSON");
    assert_eq!(json["type"], "error.SuiteScriptError");
    assert_eq!(json["notifyOff"], true);
    assert_eq!(thrown.stack, ["get(/SuiteScripts/echo.js:9:38)"]);
}

#[test]
fn an_error_of_javascript_says_where_it_happened() {
    let thrown = thrown("stack.js", json!({}));
    assert_eq!(thrown.name, "UNEXPECTED_ERROR");
    assert!(thrown.message.starts_with("TypeError: "), "{}", thrown.message);
    assert_eq!(
        thrown.stack,
        [
            "fall(/SuiteScripts/lib/deep.js:4:14)",
            "get(/SuiteScripts/stack.js:3:22)"
        ]
    );
}
