//! What particular clients send and read, played by hand: who needs it is said at each test.

use countersign_testkit::{Account, Answer, Blueprint, Call, Caller, NOW, Server};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;

const BASE: &str = "/services/rest/record/v1";
const CUSTOMER: &str = "/services/rest/record/v1/customer";
const METADATA: &str = "/services/rest/record/v1/metadata-catalog";
const HOST: &str = "1234567-sb1.suitetalk.api.netsuite.com";

/// Somebody with every permission for the records of the demonstration company.
async fn stage() -> (Account, Server, Caller) {
    let account = Account::with(Blueprint::default().permit_records()).await;
    account.records.seed(NOW).await.unwrap();
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    (account, server, caller)
}

async fn read(call: Call) -> Value {
    let answer = call.send().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

/// The query of a link to the record service, which has to be absolute and on the host that was called.
fn query_of(href: &str, host: &str) -> Vec<(String, String)> {
    let rest = href.strip_prefix(&format!("http://{host}{BASE}/")).unwrap();
    let (_, query) = rest.split_once('?').unwrap();
    let pairs = query.split('&').map(|pair| pair.split_once('=').unwrap());
    pairs
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

fn q(text: &str) -> String {
    format!("q={}", countersign_protocol::percent_encode(text))
}

fn link<'l>(list: &'l Value, rel: &str) -> Option<&'l str> {
    let links = list["links"].as_array().unwrap();
    let found = links.iter().find(|link| link["rel"] == rel)?;
    found["href"].as_str()
}

#[tokio::test]
async fn json_is_taken_whatever_its_media_type_says() {
    let (_account, _server, caller) = stage().await;
    let body = r#"{"companyName":"Quay Street Books"}"#;
    // netsuite-rest sends none, and requests none with a body that is text.
    let bare = caller.post(CUSTOMER, body).without_header("Content-Type");
    // @fye/netsuite-rest-api names the charset.
    let charset = caller
        .call("POST", CUSTOMER)
        .body("application/json; charset=utf-8", body);
    for (client, call) in [("netsuite-rest", bare), ("@fye/netsuite-rest-api", charset)] {
        let made = call.send().await;
        assert_eq!(made.status, 204, "{client}: {}", made.text());
        assert!(
            made.body.is_empty() && made.header("location").is_some(),
            "{client}"
        );
    }
}

#[tokio::test]
async fn a_request_without_a_body_may_have_a_media_type_and_a_length() {
    let (_account, _server, caller) = stage().await;
    // httpx, ureq and Postman.
    let got = caller
        .get(CUSTOMER)
        .header("Content-Type", "application/json")
        .header("Content-Length", "0");
    assert_eq!(got.send().await.status, 200);
    // netsuite.
    let made = caller.post(CUSTOMER, r#"{"companyName":"Gone"}"#).send().await;
    let id = made.header("location").unwrap().rsplit('/').next().unwrap();
    let deleted = caller
        .delete(&format!("{CUSTOMER}/{id}"))
        .header("Content-Type", "application/json")
        .header("X-NetSuite-PropertyNameValidation", "error");
    assert_eq!(deleted.send().await.status, 204);
}

#[tokio::test]
async fn a_body_may_come_in_chunks() {
    let (_account, server, caller) = stage().await;
    // netsuite-uploader-util, and any client that streams.
    let signed = caller
        .call("POST", CUSTOMER)
        .header("Content-Type", "application/json")
        .header("Transfer-Encoding", "chunked")
        .sign();
    let mut bytes = signed.bytes;
    for part in [r#"{"companyName":"#, r#""Quay Street Books"}"#] {
        bytes.extend_from_slice(format!("{:x}\r\n{part}\r\n", part.len()).as_bytes());
    }
    bytes.extend_from_slice(b"0\r\n\r\n");
    assert_eq!(server.send(bytes).await.status, 204);
}

#[tokio::test]
async fn a_connection_may_be_closed_after_each_call() {
    let (_account, server, caller) = stage().await;
    // nsrestlet and PHP close; the others go on, and read one answer after the other from one connection.
    let mut stream = server.connect().await;
    for _ in 0..3 {
        let signed = caller.get(CUSTOMER).sign();
        let head = String::from_utf8(signed.bytes).unwrap();
        let head = head.replace("Connection: close\r\n", "");
        stream.write_all(head.as_bytes()).await.unwrap();
    }
    let last = caller.get(CUSTOMER).sign();
    stream.write_all(&last.bytes).await.unwrap();
    let mut all = Vec::new();
    tokio::io::AsyncReadExt::read_to_end(&mut stream, &mut all)
        .await
        .unwrap();
    let all = String::from_utf8_lossy(&all);
    assert_eq!(all.matches("HTTP/1.1 200 OK").count(), 4);
}

#[tokio::test]
async fn a_list_has_what_each_client_reads_of_it() {
    let (_account, _server, caller) = stage().await;
    let page = read(caller.get(&format!("{CUSTOMER}?limit=10&offset=10")).host(HOST)).await;
    // netsuite-rs fails where one of them is missing or of another type.
    assert!(page["links"].is_array() && page["items"].is_array());
    assert!(page["hasMore"].is_boolean());
    for number in ["count", "offset", "totalResults"] {
        assert!(page[number].is_u64(), "{number}");
    }
    // Airbyte reads a record at the first link of its item.
    let first = &page["items"][0];
    let href = first["links"][0]["href"].as_str().unwrap();
    let record = href.strip_prefix(&format!("http://{HOST}")).unwrap();
    let record = read(caller.get(record).host(HOST)).await;
    assert_eq!(record["id"], first["id"]);
    // netsuite-async computes its pages from the last one; @fye/netsuite-rest-api and restsuite follow the next as it is.
    for (rel, offset) in [
        ("next", "20"),
        ("last", "20"),
        ("self", "10"),
        ("prev", "0"),
        ("first", "0"),
    ] {
        let query = query_of(link(&page, rel).unwrap(), HOST);
        let expected = [("limit", "10"), ("offset", offset)].map(|(name, value)| (name.into(), value.into()));
        assert_eq!(query, expected, "{rel}");
    }
    // A list of one page has no other to follow.
    let whole = read(caller.get(CUSTOMER)).await;
    assert_eq!((link(&whole, "next"), link(&whole, "last")), (None, None));
    assert_eq!(whole["hasMore"], false);
    // A list of nothing has what a list has.
    let nothing = read(caller.get(&format!("{CUSTOMER}?{}", q("id EQUAL 9999")))).await;
    assert_eq!(
        (&nothing["count"], &nothing["totalResults"], &nothing["items"]),
        (&json!(0), &json!(0), &json!([]))
    );
}

#[tokio::test]
async fn airbyte_reads_a_stream_slice_by_slice_and_page_by_page() {
    let (account, server, caller) = stage().await;
    account.clock.advance(std::time::Duration::from_secs(5));
    // Types in lower case, schemas by name, an incremental stream where there is a last modified date.
    let names = read(caller.get(&format!("{METADATA}/"))).await;
    let names = names["items"].as_array().unwrap();
    assert!(names.iter().any(|item| item["name"] == "salesOrder"));
    let schema = read(
        caller
            .get(&format!("{METADATA}/salesorder"))
            .header("Accept", "application/schema+json"),
    )
    .await;
    assert!(schema["properties"]["lastModifiedDate"].is_object());
    let link = schema["properties"]["links"]["items"]["$ref"].as_str().unwrap();
    assert_eq!(link, format!("{METADATA}/nsLink"));
    let link = read(caller.get(link).header("Accept", "application/schema+json")).await;
    assert_eq!(link["properties"]["href"]["type"], "string");

    let slice = q(r#"lastModifiedDate AFTER "10/31/2024" AND lastModifiedDate BEFORE "11/30/2026""#);
    let (mut met, mut offset) = (0, String::new());
    loop {
        let page = read(caller.get(&format!("{BASE}/salesorder?{slice}&limit=25{offset}"))).await;
        for item in page["items"].as_array().unwrap() {
            let href = item["links"][0]["href"].as_str().unwrap();
            let target = href.strip_prefix(&server.base_url()).unwrap();
            // Python's True.
            let record = read(caller.get(&format!("{target}?expandSubResources=True"))).await;
            assert!(record["item"]["items"][0]["amount"].is_number());
            let modified = record["lastModifiedDate"].as_str().unwrap();
            assert_eq!(
                (modified.len(), modified.ends_with('Z')),
                (20, true),
                "{modified}"
            );
            met += 1;
        }
        if page["hasMore"] == false {
            break;
        }
        offset = format!(
            "&offset={}",
            page["offset"].as_u64().unwrap() + page["count"].as_u64().unwrap()
        );
    }
    assert_eq!(met, 60);
}

#[tokio::test]
async fn airbyte_is_told_that_a_date_has_another_format() {
    let (_account, _server, caller) = stage().await;
    for date in ["31.10.2026", "31/10/2026", "10/31/26", "2026-10"] {
        let refused = caller
            .get(&format!(
                "{CUSTOMER}?{}",
                q(&format!("lastModifiedDate AFTER \"{date}\""))
            ))
            .send()
            .await;
        let body = refused.json();
        let detail = &body["o:errorDetails"][0];
        assert_eq!(
            (refused.status, detail["o:errorCode"].as_str()),
            (400, Some("INVALID_PARAMETER")),
            "{date}"
        );
        let text = detail["detail"].as_str().unwrap();
        assert!(text.contains("failed with date format"), "{text}");
    }
    for date in ["10/31/2026", "1/2/2026", "2026-10-31"] {
        read(caller.get(&format!(
            "{CUSTOMER}?{}",
            q(&format!("lastModifiedDate AFTER \"{date}\""))
        )))
        .await;
    }
}

#[tokio::test]
async fn a_query_is_the_same_in_every_clients_encoding() {
    let (_account, _server, caller) = stage().await;
    // requests, ureq and reqwest write a space as +, httpx and Node as %20; Python and Go send ~ as it is.
    for query in [
        "q=companyName+IS+%22Harbor+Lane+Furniture%22",
        "q=companyName%20IS%20%22Harbor%20Lane%20Furniture%22",
        "limit=5&q=companyName+START_WITH+%22Harbor%20Lane%22+AND+companyName+CONTAIN_NOT+%22~%22&offset=0",
    ] {
        let list = read(caller.get(&format!("{CUSTOMER}?{query}"))).await;
        assert_eq!(list["items"][0]["id"], "1", "{query}");
    }
}

#[tokio::test]
async fn what_was_made_is_found_behind_the_last_slash() {
    let (_account, _server, caller) = stage().await;
    // netsuite-async.
    let made = caller
        .post(CUSTOMER, r#"{"companyName":"Quay Street Books"}"#)
        .host(HOST)
        .send()
        .await;
    let location = made.header("location").unwrap();
    let id = location.rsplit('/').next().unwrap();
    assert_eq!(location, format!("http://{HOST}{CUSTOMER}/{id}"));
    assert_eq!(read(caller.get(&format!("{CUSTOMER}/{id}"))).await["id"], id);
}

#[tokio::test]
async fn a_record_that_was_read_may_be_sent_back_whole() {
    let (_account, _server, caller) = stage().await;
    // netsuite-client and scripts read a record, change a field, and send all of it, asking for strict names.
    let list = read(caller.get(&format!("{BASE}/salesOrder?limit=1"))).await;
    let target = format!("{BASE}/salesOrder/{}", list["items"][0]["id"].as_str().unwrap());
    for expanded in ["", "?expandSubResources=true", "?simpleEnumFormat=true"] {
        let mut order = read(caller.get(&format!("{target}{expanded}"))).await;
        let total = order["total"].clone();
        order["memo"] = format!("sent back {expanded}").into();
        let sent = caller
            .patch(&target, &order.to_string())
            .header("X-NetSuite-PropertyNameValidation", "error")
            .send()
            .await;
        assert_eq!(sent.status, 204, "{expanded}: {}", sent.text());
        let after = read(caller.get(&target)).await;
        assert_eq!(
            (&after["memo"], &after["total"]),
            (&order["memo"], &total),
            "{expanded}"
        );
    }
}

#[tokio::test]
async fn every_refusal_has_what_clients_read_of_it() {
    let (_account, server, caller) = stage().await;
    let narrow = Account::with(Blueprint::default()).await;
    let narrow_server = narrow.listen().await;
    let stranger = narrow_server.caller(&narrow.application());
    // restsuite reads title, type, status and the first detail, and fails where one is missing; netsuite-async the title;
    // Airbyte the code.
    let refusals: [(Call, u16, &str); 9] = [
        (caller.get(CUSTOMER).badly_signed(), 401, "INVALID_LOGIN"),
        (caller.get(&format!("{CUSTOMER}/9999")), 404, "NONEXISTENT_ID"),
        (
            caller.get(&format!("{CUSTOMER}/1?fields=x")),
            400,
            "NONEXISTENT_FIELD",
        ),
        (
            caller.get(&format!("{CUSTOMER}?{}", q("x IS 1"))),
            400,
            "INVALID_PARAMETER",
        ),
        (caller.post(CUSTOMER, "{}"), 400, "INVALID_CONTENT"),
        (caller.call("PUT", CUSTOMER), 405, "INVALID_METHOD"),
        (caller.get(&format!("{BASE}/unicorn")), 404, "INVALID_PARAMETER"),
        (caller.get(&format!("{BASE}/workOrder")), 501, "NOT_EMULATED"),
        (
            stranger.get(&format!("{BASE}/vendor")),
            403,
            "INSUFFICIENT_PERMISSION",
        ),
    ];
    for (call, status, code) in refusals {
        let answer = call.send().await;
        reads_like_an_error(&answer, status, code);
    }
    drop(server);
}

fn reads_like_an_error(answer: &Answer, status: u16, code: &str) {
    let body = answer.json();
    assert_eq!(
        (answer.status, body["status"].as_u64()),
        (status, Some(u64::from(status))),
        "{body}"
    );
    assert!(
        body["title"].as_str().is_some_and(|title| !title.is_empty()),
        "{body}"
    );
    assert!(
        body["type"]
            .as_str()
            .is_some_and(|about| about.starts_with("https://")),
        "{body}"
    );
    let detail = &body["o:errorDetails"][0];
    assert_eq!(detail["o:errorCode"], code, "{body}");
    assert!(
        detail["detail"].as_str().is_some_and(|text| !text.is_empty()),
        "{body}"
    );
    assert!(
        answer
            .header("content-type")
            .is_some_and(|kind| kind.starts_with("application/vnd.oracle.resource+json; type=error")),
        "{body}"
    );
}
