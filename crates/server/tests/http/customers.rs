//! One customer over REST: made, read, changed, found by its external id, deleted.

use countersign_testkit::{Account, Answer, Caller, Server};
use serde_json::{Value, json};

const CUSTOMER: &str = "/services/rest/record/v1/customer";

async fn stage() -> (Account, Server, Caller) {
    let account = Account::ready().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    (account, server, caller)
}

async fn created(caller: &Caller, json: &str) -> String {
    let answer = caller.post(CUSTOMER, json).send().await;
    assert_eq!(answer.status, 204, "{}", answer.text());
    assert!(answer.body.is_empty());
    let location = answer.header("location").unwrap();
    location.rsplit('/').next().unwrap().to_owned()
}

/// The error's status, code, and where it is.
fn problem(answer: &Answer) -> (u16, String, Value) {
    let body = answer.json();
    let detail = &body["o:errorDetails"][0];
    let place = ["o:errorPath", "o:errorQueryParam", "o:errorUrlPath"]
        .into_iter()
        .find_map(|member| detail.get(member))
        .cloned()
        .unwrap_or_default();
    (answer.status, answer.error_code().unwrap(), place)
}

#[tokio::test]
async fn a_new_customer_is_answered_with_its_address_and_found_there() {
    let (_account, server, caller) = stage().await;
    let answer = caller
        .post(CUSTOMER, r#"{"companyName":"Acme","email":"a@acme.example"}"#)
        .send()
        .await;
    assert_eq!(answer.status, 204, "{}", answer.text());
    let location = answer.header("location").unwrap().to_owned();
    assert_eq!(location, format!("{}{CUSTOMER}/1", server.base_url()));

    let target = location.strip_prefix(&server.base_url()).unwrap();
    let got = caller.get(target).send().await;
    assert_eq!(got.status, 200);
    assert_eq!(
        got.header("content-type"),
        Some("application/vnd.oracle.resource+json; type=singular; charset=UTF-8")
    );
    let body = got.json();
    assert_eq!(body["links"], json!([{ "rel": "self", "href": location }]));
    assert_eq!(body["id"], "1");
    assert_eq!(body["companyName"], "Acme");
    assert_eq!(body["dateCreated"], "2026-01-01T00:00:00Z");
}

#[tokio::test]
async fn a_patch_changes_what_it_names_and_null_clears() {
    let (account, _server, caller) = stage().await;
    let id = created(
        &caller,
        r#"{"companyName":"Acme","email":"a@acme.example","phone":"555-0100"}"#,
    )
    .await;
    let target = format!("{CUSTOMER}/{id}");
    account.clock.advance(std::time::Duration::from_secs(60));
    let answer = caller
        .patch(&target, r#"{"email":null,"companyName":"Acme Ltd"}"#)
        .send()
        .await;
    assert_eq!(answer.status, 204, "{}", answer.text());
    assert!(answer.header("location").unwrap().ends_with(&target));
    let body = caller.get(&target).send().await.json();
    assert_eq!(body["companyName"], "Acme Ltd");
    assert_eq!(body["phone"], "555-0100");
    assert_eq!(body.get("email"), None);
    assert_eq!(body["lastModifiedDate"], "2026-01-01T00:01:00Z");
    assert_eq!(body["dateCreated"], "2026-01-01T00:00:00Z");
}

#[tokio::test]
async fn a_deleted_customer_is_gone() {
    let (_account, _server, caller) = stage().await;
    let id = created(&caller, r#"{"companyName":"Acme"}"#).await;
    let target = format!("{CUSTOMER}/{id}");
    assert_eq!(caller.delete(&target).send().await.status, 204);
    let gone = caller.get(&target).send().await;
    assert_eq!(problem(&gone), (404, "NONEXISTENT_ID".into(), "id".into()));
    assert_eq!(
        gone.json(),
        json!({
            "type": "https://www.rfc-editor.org/rfc/rfc9110.html#section-15.5.5",
            "title": "Not Found",
            "status": 404,
            "o:errorDetails": [{
                "detail": "The record instance does not exist. Provide a valid record instance ID.",
                "o:errorPath": "id",
                "o:errorCode": "NONEXISTENT_ID",
            }],
        })
    );
    assert_eq!(caller.delete(&target).send().await.status, 404);
    assert_eq!(caller.patch(&target, "{}").send().await.status, 404);
}

#[tokio::test]
async fn an_external_id_makes_a_record_once_and_then_changes_it() {
    let (_account, _server, caller) = stage().await;
    let target = format!("{CUSTOMER}/eid:A%2F1");
    let put = async |json: &str| {
        caller
            .call("PUT", &target)
            .body("application/json", json)
            .send()
            .await
    };
    let made = put(r#"{"companyName":"Acme"}"#).await;
    assert_eq!(
        (made.status, made.header("location").unwrap().ends_with("/1")),
        (204, true)
    );
    let changed = put(r#"{"companyName":"Acme Ltd"}"#).await;
    assert_eq!(
        (
            changed.status,
            changed.header("location").unwrap().ends_with("/1")
        ),
        (204, true)
    );

    let body = caller.get(&target).send().await.json();
    assert_eq!(
        (&body["id"], &body["externalId"], &body["companyName"]),
        (&json!("1"), &json!("A/1"), &json!("Acme Ltd"))
    );
    let list = caller.get(CUSTOMER).send().await.json();
    assert_eq!(list["totalResults"], 1);

    let internal = caller
        .call("PUT", &format!("{CUSTOMER}/1"))
        .body("application/json", "{}")
        .send()
        .await;
    assert_eq!(problem(&internal), (400, "INVALID_ID".into(), "id".into()));
}

#[tokio::test]
async fn invalid_content_names_every_field_at_fault() {
    let (_account, _server, caller) = stage().await;
    let wrong = caller
        .post(
            CUSTOMER,
            r#"{"companyName":"Acme","email":"nobody","creditLimit":"much"}"#,
        )
        .send()
        .await;
    assert_eq!(wrong.status, 400);
    let body = wrong.json();
    let mut places: Vec<&str> = body["o:errorDetails"]
        .as_array()
        .unwrap()
        .iter()
        .map(|detail| {
            assert_eq!(detail["o:errorCode"], "INVALID_CONTENT");
            detail["o:errorPath"].as_str().unwrap()
        })
        .collect();
    places.sort_unstable();
    assert_eq!(places, ["creditLimit", "email"]);

    let nameless = caller.post(CUSTOMER, "{}").send().await;
    assert_eq!(
        problem(&nameless),
        (400, "INVALID_CONTENT".into(), "companyName".into())
    );
    let twice = created(&caller, r#"{"companyName":"Acme","entityId":"A"}"#).await;
    let taken = caller
        .post(CUSTOMER, r#"{"companyName":"Acme","entityId":"A"}"#)
        .send()
        .await;
    assert_eq!(
        problem(&taken),
        (400, "INVALID_CONTENT".into(), "entityId".into()),
        "{twice}"
    );
}

#[tokio::test]
async fn what_is_no_json_object_is_invalid_content() {
    let (_account, _server, caller) = stage().await;
    for body in [
        "{",
        "[]",
        "null",
        "\"text\"",
        "{\"companyName\":\"a\"}x",
        "\u{feff}{}",
        "{\"a\":\"\\ud800\"}",
    ] {
        let answer = caller.post(CUSTOMER, body).send().await;
        assert_eq!(
            (answer.status, answer.error_code().as_deref()),
            (400, Some("INVALID_CONTENT")),
            "{body:?}"
        );
    }
    let bytes = caller
        .call("POST", CUSTOMER)
        .body("application/json", *b"{\"companyName\":\"\xff\"}")
        .send()
        .await;
    assert_eq!(bytes.status, 400);
    let deep = caller.post(CUSTOMER, &"[".repeat(100_000)).send().await;
    assert_eq!(deep.status, 400);
}

#[tokio::test]
async fn an_unknown_name_is_ignored_unless_the_caller_asks_to_be_told() {
    let (_account, _server, caller) = stage().await;
    let json = r#"{"companyName":"Acme","compnyNote":"x"}"#;
    assert_eq!(caller.post(CUSTOMER, json).send().await.status, 204);
    let told = caller
        .post(CUSTOMER, json)
        .header("X-NetSuite-PropertyNameValidation", "Error")
        .send()
        .await;
    assert_eq!(
        problem(&told),
        (400, "INVALID_CONTENT".into(), "compnyNote".into())
    );
}

#[tokio::test]
async fn fields_can_be_picked() {
    let (_account, _server, caller) = stage().await;
    let id = created(&caller, r#"{"companyName":"Acme","phone":"555-0100"}"#).await;
    let target = format!("{CUSTOMER}/{id}");
    let picked = caller
        .get(&format!("{target}?fields=companyName,phone"))
        .send()
        .await
        .json();
    let mut names: Vec<&String> = picked.as_object().unwrap().keys().collect();
    names.sort();
    assert_eq!(names, ["companyName", "id", "links", "phone"]);
    let unknown = caller.get(&format!("{target}?fields=shoeSize")).send().await;
    assert_eq!(
        problem(&unknown),
        (400, "NONEXISTENT_FIELD".into(), "fields".into())
    );
}

#[tokio::test]
async fn an_id_that_is_none_and_a_method_that_is_none_are_refused() {
    let (_account, _server, caller) = stage().await;
    for id in ["abc", "eid:", "1x", "%00"] {
        let answer = caller.get(&format!("{CUSTOMER}/{id}")).send().await;
        assert_eq!(problem(&answer), (400, "INVALID_ID".into(), "id".into()), "{id}");
    }
    assert_eq!(
        caller
            .get(&format!("{CUSTOMER}/99999999999999999999"))
            .send()
            .await
            .status,
        400
    );
    for (method, target, allowed) in [
        ("PUT", CUSTOMER.to_owned(), "GET, POST"),
        ("DELETE", CUSTOMER.to_owned(), "GET, POST"),
        ("POST", format!("{CUSTOMER}/1"), "GET, PATCH, PUT, DELETE"),
    ] {
        let answer = caller
            .call(method, &target)
            .body("application/json", "{}")
            .send()
            .await;
        assert_eq!(
            (answer.status, answer.error_code().as_deref()),
            (405, Some("INVALID_METHOD")),
            "{method}"
        );
        assert_eq!(answer.header("allow"), Some(allowed));
    }
}
