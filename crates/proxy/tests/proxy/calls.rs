//! What programs without credentials can do.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde_json::json;

use crate::stage::{CUSTOMER, RESTLET, SOAP, SUITEQL, Stage};

#[tokio::test]
async fn a_program_without_credentials_reads_writes_and_queries() {
    let stage = Stage::new().await;
    let key = stage.caller("sync").await;
    let front = &stage.front;
    let made = front
        .post(
            &key,
            &format!("/c/acme{CUSTOMER}"),
            "application/json",
            r#"{"companyName":"Quay"}"#,
        )
        .await;
    assert_eq!(made.status, 204, "{}", made.text());
    let location = made.headers["location"].to_str().unwrap();
    let id = location.rsplit('/').next().unwrap();
    let read = front.get(&key, &format!("/c/acme{CUSTOMER}/{id}")).await;
    assert_eq!((read.status, &read.json()["companyName"]), (200, &json!("Quay")));
    let changed = front
        .send(
            "PATCH",
            &format!("/c/acme{CUSTOMER}/{id}"),
            &key,
            &[("content-type", "application/json")],
            Bytes::from_static(br#"{"companyName":"Pier"}"#),
        )
        .await;
    assert_eq!(changed.status, 204, "{}", changed.text());
    let body = json!({ "q": format!("SELECT companyname FROM customer WHERE id = {id}") }).to_string();
    let rows = front
        .post(
            &key,
            &format!("/c/acme{SUITEQL}?limit=5"),
            "application/json",
            &body,
        )
        .await;
    assert_eq!(
        (rows.status, &rows.json()["items"][0]["companyname"]),
        (200, &json!("Pier")),
        "{}",
        rows.text()
    );
    let gone = front
        .send(
            "DELETE",
            &format!("/c/acme{CUSTOMER}/{id}"),
            &key,
            &[],
            Bytes::new(),
        )
        .await;
    assert_eq!(gone.status, 204);
    let restlet = front.get(&key, &format!("/c/acme{RESTLET}")).await;
    assert!(
        restlet.text().contains("SSS_INVALID_SCRIPTLET_ID"),
        "{}",
        restlet.text()
    );
    assert!(stage.logins().await.iter().all(|status| status == "Success"));
}

#[tokio::test]
async fn a_soap_client_calls_with_no_passport_or_one_that_is_worth_nothing() {
    let stage = Stage::new().await;
    let key = stage.caller("sync").await;
    let messages = "urn:messages_2025_2.platform.webservices.netsuite.com";
    let time = stage
        .front
        .soap(&key, &format!("<getServerTime xmlns=\"{messages}\"/>"))
        .await;
    assert_eq!(time.status, 200, "{}", time.text());
    assert!(time.text().contains("serverTime"), "{}", time.text());
    let get = format!(
        "<get xmlns=\"{messages}\"><baseRef internalId=\"1\" type=\"currency\" xsi:type=\"c:RecordRef\" \
         xmlns:c=\"urn:core_2025_2.platform.webservices.netsuite.com\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"/></get>"
    );
    let got = stage.front.soap(&key, &get).await;
    assert!(
        got.status == 200 && got.text().contains("readResponse"),
        "{}",
        got.text()
    );
    let envelope = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Header>\
         <tokenPassport><account>1</account></tokenPassport><passport><email>x</email></passport></e:Header><e:Body>\
         <getServerTime xmlns=\"{messages}\"/></e:Body></e:Envelope>"
    );
    let path = format!("/c/acme{SOAP}");
    let time = stage.front.post(&key, &path, "text/xml", &envelope).await;
    assert_eq!(time.status, 200, "{}", time.text());
    let headers = [("content-type", "text/xml"), ("soapaction", "delete")];
    let body = Bytes::from(envelope);
    let other = stage.front.send("POST", &path, &key, &headers, body).await;
    assert_eq!(other.status, 400, "{}", other.text());
    assert!(other.text().contains("faultstring"), "{}", other.text());
}

#[tokio::test]
async fn a_form_is_signed_with_its_parameters() {
    let stage = Stage::new().await;
    let key = stage.caller("sync").await;
    let path = format!("/c/acme{RESTLET}");
    let form = "application/x-www-form-urlencoded";
    let answer = stage.front.post(&key, &path, form, "a=1&b=x%20y").await;
    assert_eq!(answer.refusal(), None, "{}", answer.text());
    assert_eq!(stage.logins().await, ["Success"]);
    let own = stage.front.post(&key, &path, form, "a=1&OAuth_token=x").await;
    assert_eq!((own.status, own.refusal()), (400, Some("BAD_REQUEST")));
}

#[tokio::test]
async fn the_key_may_come_as_clients_can_send_it() {
    let stage = Stage::new().await;
    let key = stage.caller("sync").await;
    let basic = format!(
        "Basic {}",
        STANDARD.encode(format!("countersign:{}", key.expose()))
    );
    let path = format!("/c/acme{CUSTOMER}?limit=1");
    for headers in [
        vec![("authorization", &*basic)],
        vec![("x-countersign-key", key.expose())],
        vec![
            ("x-countersign-key", key.expose()),
            ("authorization", "OAuth realm=\"1\", oauth_token=\"x\""),
        ],
    ] {
        let answer = stage.front.bare("GET", &path, &headers, Bytes::new()).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
}

#[tokio::test]
async fn links_lead_to_the_account_unless_the_caller_asks_for_its_own_way() {
    let stage = Stage::new().await;
    let key = stage.caller("sync").await;
    let front = &stage.front;
    let path = format!("/c/acme{CUSTOMER}?limit=2");
    let plain = front.get(&key, &path).await.json();
    let theirs = format!("{}/services", stage.server.base_url());
    assert!(plain["links"].to_string().contains(&theirs), "{plain}");
    let asked = [("x-countersign-rewrite-links", "yes")];
    let mut next = path;
    let mut pages = 0;
    let mut seen = 0;
    loop {
        let page = front.send("GET", &next, &key, &asked, Bytes::new()).await;
        assert_eq!(page.status, 200, "{}", page.text());
        let page = page.json();
        assert!(!page.to_string().contains(&theirs), "{page}");
        seen += page["items"].as_array().unwrap().len();
        pages += 1;
        let links = page["links"].as_array().unwrap();
        let Some(link) = links.iter().find(|link| link["rel"] == "next") else {
            break;
        };
        let href = link["href"].as_str().unwrap();
        let ours = href.strip_prefix(&format!("http://{}", front.address));
        next = ours.unwrap().to_owned();
    }
    let all = front
        .get(&key, &format!("/c/acme{CUSTOMER}?limit=1000"))
        .await
        .json();
    assert!(
        pages > 2 && seen == all["items"].as_array().unwrap().len(),
        "{pages} pages, {seen} of {all}"
    );
}

#[tokio::test]
async fn whoever_asks_for_the_state_needs_no_key_and_gets_none() {
    let stage = Stage::new().await;
    let key = stage.caller("sync").await;
    stage.front.get(&key, &format!("/c/acme{CUSTOMER}?limit=1")).await;
    stage.front.get(&key, &format!("/c/made-up{CUSTOMER}")).await;
    stage.front.bare("GET", "/c/acme/", &[], Bytes::new()).await;
    let status = async |path: &str| {
        let request = http::Request::get(path).body(()).unwrap();
        let answer = stage.front.proxy.status(request).await.unwrap();
        let status = answer.status().as_u16();
        let body = http_body_util::BodyExt::collect(answer.into_body())
            .await
            .unwrap()
            .to_bytes();
        (status, String::from_utf8(body.to_vec()).unwrap())
    };
    assert_eq!(status("/healthz").await.0, 200);
    assert_eq!(status("/readyz").await.0, 200);
    let (_, metrics) = status("/metrics").await;
    let counted =
        "countersign_proxy_requests_total{connection=\"acme\",caller=\"sync\",outcome=\"answered\"} 1";
    assert!(metrics.contains(counted), "{metrics}");
    let without_key = "countersign_proxy_turned_away_total{outcome=\"key_required\"} 1";
    assert!(metrics.contains(without_key), "{metrics}");
    assert!(
        metrics.contains("countersign_proxy_slots_in_use{account=\"1234567_SB1\"} 0"),
        "{metrics}"
    );
    assert!(
        metrics.contains("countersign_proxy_breaker{connection=\"acme\"} 0"),
        "{metrics}"
    );
    assert!(
        !metrics.contains("made-up") && !metrics.contains("csc_"),
        "{metrics}"
    );
    let (_, survey) = status("/governor").await;
    assert!(
        !survey.contains("made-up") && !survey.contains("csc_"),
        "{survey}"
    );
    let survey: serde_json::Value = serde_json::from_str(&survey).unwrap();
    let account = &survey["accounts"][0];
    assert_eq!(
        (&account["account"], &account["lastMinute"]["served"]),
        (&json!("1234567_SB1"), &json!(1))
    );
    assert_eq!(
        (&account["callers"][0]["caller"], &account["connections"][0]),
        (
            &json!("sync"),
            &json!({ "connection": "acme", "logins": "tried", "triedAgainInSeconds": null })
        )
    );
    assert_eq!(status("/c/acme/services").await.0, 404);
}
