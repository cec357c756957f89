//! One execution of a script: what it is called with, what it returns, and what it ends with.
use std::sync::Arc;

use serde_json::json;

use crate::account::{Account, returned, returned_in, thrown};

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
    assert_eq!(thrown.stack, ["get(/SuiteScripts/echo.js:10:38)"]);
    // A text is all that there is of it.
    let thrown = self::thrown("echo.js", json!({ "fail": "text" }));
    assert_eq!(
        (thrown.name.as_str(), thrown.json.as_str()),
        ("UNEXPECTED_ERROR", "Not today.")
    );
    let thrown = self::thrown("echo.js", json!({ "fail": "like the engine" }));
    assert_eq!(
        (thrown.name.as_str(), thrown.message.as_str()),
        ("UNEXPECTED_ERROR", "Error: out of memory")
    );
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

#[test]
fn nothing_of_one_execution_is_seen_by_the_next() {
    assert_eq!(
        returned("state.js", json!({})),
        json!({ "count": 1, "polluted": null })
    );
    assert_eq!(
        returned("state.js", json!({})),
        json!({ "count": 1, "polluted": null })
    );
}

#[test]
fn a_payload_that_pollutes_prototypes_harms_only_its_own_execution() {
    let payload: serde_json::Value = serde_json::from_str(
        r#"{"merge": {"__proto__": {"name": "x", "toJSON": "y", "error": {"name": "z"}}}}"#,
    )
    .expect("JSON");
    assert_eq!(
        returned("state.js", payload),
        json!({ "count": 1, "polluted": "x" })
    );
    assert_eq!(
        returned("state.js", json!({})),
        json!({ "count": 1, "polluted": null })
    );
}

#[test]
fn a_promise_is_waited_for() {
    assert_eq!(
        returned("promise.js", json!({ "value": 3 })),
        json!({ "doubled": 6 })
    );
    let thrown = thrown("promise.js", json!({}));
    assert_eq!(thrown.message, "RangeError: nothing to double");
}

#[test]
fn an_entry_point_that_is_not_there_is_named_with_those_that_are() {
    let mut call = crate::account::get("state.js", json!({}));
    call.entry_point = "put".to_owned();
    let account = Arc::new(Account::default());
    let outcome = crate::account::outcome(&call, &countersign_suitescript::Limits::default(), &account);
    let thrown = outcome.result.expect_err("no entry point");
    assert_eq!(thrown.name, "METHOD_NOT_ALLOWED");
    assert!(
        thrown
            .message
            .contains("/SuiteScripts/state.js has no entry point put"),
        "{}",
        thrown.message
    );
    assert!(thrown.message.contains("get"), "{}", thrown.message);
}

#[test]
fn a_script_sees_the_time_of_the_account() {
    let account = Arc::new(Account::that_answers("runtime.now", json!(1_767_225_600_000_i64)));
    assert_eq!(
        returned_in(&account, "dates.js", json!({})),
        json!({
            "now": "2026-01-01T00:00:00.000Z", "static": 1_767_225_600_000_i64, "given": "2020-02-03T00:00:00.000Z",
            "isDate": true, "text": "string", "sub": true, "name": "Date", "parsed": 0,
        })
    );
    // Without one it is the machine's.
    assert_ne!(returned("dates.js", json!({}))["static"], 1_767_225_600_000_i64);
}

#[test]
fn a_scripts_own_clock_is_utc_whatever_the_machines() {
    let moment = "2026-07-04T13:05:09.000Z";
    let day = "2026-07-04T00:00:00.000Z";
    assert_eq!(
        returned("zone.js", json!({})),
        json!({
            "date": moment,
            "parts": [2026, 6, 4, 6, 13, 0],
            "texts": [
                "Sat Jul 04 2026 13:05:09 GMT+0000 (UTC)", "Sat Jul 04 2026", "13:05:09 GMT+0000 (UTC)", "Invalid Date",
            ],
            "set": "1970-01-02T01:00:00.000Z",
            "copied": moment,
            "parsed": [moment, moment, moment, moment, moment, moment],
            "days": [day, day, day],
        })
    );
}
