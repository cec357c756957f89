//! Who is refused, and in which words.

use std::time::Duration;

use bytes::Bytes;
use countersign_vault::{CallerDraft, CallerKey, Method, Scope, ServiceKind, Target, Targets};
use countersign_world::Clock as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::stage::{CUSTOMER, RESTLET, SOAP, SUITEQL, Stage, everything};

#[tokio::test]
async fn a_wrong_a_revoked_and_an_expired_key_open_nothing_and_look_the_same() {
    let stage = Stage::new().await;
    let front = &stage.front;
    let path = format!("/c/acme{CUSTOMER}?limit=1");
    let wrong = CallerKey::presented(&format!("csc_{}", "A".repeat(43))).unwrap();
    let (revoked, revoked_key) = front.caller("revoked").await;
    front.grant(&revoked, "acme", everything()).await;
    assert_eq!(front.get(&revoked_key, &path).await.status, 200);
    front.vault.revoke_caller(revoked.id, front.by()).await.unwrap();
    let draft = CallerDraft {
        name: "short".into(),
        expires: Some(front.clock.now().plus(Duration::from_secs(60))),
    };
    let (short, expired) = front.vault.add_caller(draft, front.by()).await.unwrap();
    front.grant(&short, "acme", everything()).await;
    assert_eq!(front.get(&expired, &path).await.status, 200);
    front.clock.wall.advance(Duration::from_secs(61));
    let first = front.get(&wrong, &path).await;
    assert_eq!((first.status, first.refusal()), (401, Some("KEY_REFUSED")));
    for key in [&revoked_key, &expired] {
        let refused = front.get(key, &path).await;
        assert_eq!((refused.status, refused.body), (401, first.body.clone()));
    }
    let none = front.bare("GET", &path, &[], Bytes::new()).await;
    assert_eq!((none.status, none.refusal()), (401, Some("KEY_REQUIRED")));
    assert_eq!(none.headers["www-authenticate"], "Bearer realm=\"countersign\"");
}

#[tokio::test]
async fn each_grant_refuses_what_it_does_not_name_and_says_so() {
    let stage = Stage::new().await;
    let front = &stage.front;
    let only = |target: Target| Scope {
        targets: Targets::Only(vec![target]),
        ..everything()
    };
    let reading = Scope {
        read_only: true,
        ..everything()
    };
    let soap = "<delete xmlns=\"urn:messages_2025_2.platform.webservices.netsuite.com\"/>";
    let transform = format!("{CUSTOMER}/1/!transform/salesOrder");
    for (number, (scope, method, path, says)) in [
        (
            Scope {
                services: [ServiceKind::Rest].into(),
                ..everything()
            },
            "POST",
            SUITEQL,
            "does not name this service",
        ),
        (
            Scope {
                services: [ServiceKind::SuiteQl].into(),
                ..everything()
            },
            "GET",
            CUSTOMER,
            "does not name this service",
        ),
        (
            Scope {
                services: [ServiceKind::Rest].into(),
                ..everything()
            },
            "POST",
            SOAP,
            "does not name this service",
        ),
        (
            Scope {
                methods: [Method::Get].into(),
                ..everything()
            },
            "DELETE",
            CUSTOMER,
            "does not name this method",
        ),
        (
            only(Target::RecordType("invoice".into())),
            "GET",
            CUSTOMER,
            "does not name this path",
        ),
        (
            only(Target::Path(CUSTOMER.into())),
            "POST",
            &transform,
            "does not name this path",
        ),
        (
            only(Target::Script {
                script: "2".into(),
                deploy: None,
            }),
            "GET",
            RESTLET,
            "does not name this path",
        ),
        (reading.clone(), "POST", CUSTOMER, "is for reading"),
        (reading, "POST", SOAP, "is for reading"),
    ]
    .into_iter()
    .enumerate()
    {
        let (caller, key) = front.caller(&format!("caller {number}")).await;
        front.grant(&caller, "acme", scope).await;
        let answer = match path {
            SOAP => front.soap(&key, soap).await,
            _ => {
                let json = [("content-type", "application/json")];
                front
                    .send(
                        method,
                        &format!("/c/acme{path}"),
                        &key,
                        &json,
                        Bytes::from_static(b"{}"),
                    )
                    .await
            }
        };
        assert_eq!(
            (answer.status, answer.refusal()),
            (403, Some("GRANT_MISSING")),
            "{}",
            answer.text()
        );
        assert!(answer.text().contains(says), "{path}: {}", answer.text());
    }
    assert!(stage.logins().await.is_empty(), "nothing was sent");
}

#[tokio::test]
async fn a_connection_that_is_not_there_looks_like_one_that_is_not_granted() {
    let stage = Stage::new().await;
    let front = &stage.front;
    let credentials = stage.account.application().credentials();
    front.connect("theirs", credentials, stage.server.address).await;
    let key = stage.caller("sync").await;
    let theirs = front.get(&key, &format!("/c/theirs{CUSTOMER}")).await;
    let nobodys = front.get(&key, &format!("/c/nobody{CUSTOMER}")).await;
    assert_eq!((theirs.status, nobodys.status), (403, 403));
    assert_eq!(
        theirs.text().replace("theirs", "X"),
        nobodys.text().replace("nobody", "X")
    );
    let names = |answer: &crate::stage::Answer| answer.headers.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&theirs), names(&nobodys));
}

#[tokio::test]
async fn a_reader_reads_over_soap_and_suiteql() {
    let stage = Stage::new().await;
    let front = &stage.front;
    let (caller, key) = front.caller("reader").await;
    let reading = Scope {
        read_only: true,
        ..everything()
    };
    front.grant(&caller, "acme", reading).await;
    let time = "<getServerTime xmlns=\"urn:messages_2025_2.platform.webservices.netsuite.com\"/>";
    assert_eq!(front.soap(&key, time).await.status, 200);
    let body = r#"{"q":"SELECT id FROM customer"}"#;
    let rows = front
        .post(
            &key,
            &format!("/c/acme{SUITEQL}?limit=1"),
            "application/json",
            body,
        )
        .await;
    assert_eq!(rows.status, 200, "{}", rows.text());
}

/// What comes back for exactly these bytes.
async fn raw(stage: &Stage, bytes: String) -> String {
    let mut stream = TcpStream::connect(stage.front.address).await.unwrap();
    stream.write_all(bytes.as_bytes()).await.unwrap();
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer).await;
    answer
}

#[tokio::test]
async fn nothing_but_what_was_judged_goes_out() {
    let stage = Stage::new().await;
    let (caller, key) = stage.front.caller("customers").await;
    let scope = Scope {
        services: [ServiceKind::Rest].into(),
        targets: Targets::Only(vec![Target::RecordType("customer".into())]),
        ..everything()
    };
    stage.front.grant(&caller, "acme", scope).await;
    let address = stage.front.address;
    let head = |target: &str, host: &str, more: &str| {
        format!(
            "GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nAuthorization: Bearer {}\r\n{more}\r\n",
            key.expose()
        )
    };
    let here = address.to_string();
    for (target, status) in [
        ("/c/acme/services/rest/record/v1/customer?limit=1", "200"),
        ("/c/acme/services/rest/record/v1/customer/../invoice", "400"),
        ("/c/acme/services/rest/record/v1/customer/%2e%2e/invoice", "400"),
        ("/c/acme/services/rest/record/v1//customer", "400"),
        ("/c/acme//services/rest/record/v1/customer", "400"),
        ("/c/acme/services/rest/record/v1/customer%2F..%2Finvoice", "400"),
        ("/c/acme/services/rest/QUERY/v1/suiteql", "400"),
        ("/c/acme/services/rest/record/v1/customer?oauth_token=x", "400"),
        ("/c/acme/services/rest/record/v1/customer;invoice", "400"),
        ("/c/acme/services/rest/record/v1/customer%5c..%5cinvoice", "400"),
        ("/c/acme/services/rest/record/v1/%63ustomer", "400"),
        ("/c/acme/services/rest/query/v1/suiteql", "403"),
        ("/c/acme/services/rest/query/v1/suiteql/", "400"),
        (
            "/c/acme/app/site/hosting/restlet.nl?script=1&deploy=1&script=2",
            "400",
        ),
        (
            "/c/acme/app/site/hosting/restlet.nl?script=1&deploy=1&SCRIPT=2",
            "400",
        ),
        (
            "/c/acme/app/site/hosting/restlet.nl?script=1&deploy=1&%73cript=2",
            "400",
        ),
        ("/c/../c/acme/services/rest/record/v1/customer", "403"),
        ("/c/acme@evil.example/services/rest/record/v1/customer", "403"),
        ("/c/acme", "404"),
        ("/", "404"),
    ] {
        let answer = raw(&stage, head(target, &here, "")).await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status}")),
            "{target}: {answer}"
        );
    }
    let target = "/c/acme/services/rest/record/v1/customer?limit=1";
    for (target, host, more, status) in [
        (target, "evil.example", "", "421"),
        (&*format!("http://evil.example{target}"), &*here, "", "421"),
        (target, &here, "Origin: https://evil.example\r\n", "403"),
        (target, &here, "Sec-Fetch-Site: cross-site\r\n", "403"),
        (
            target,
            &here,
            "Cookie: JSESSIONID=1\r\nX-Forwarded-Host: evil.example\r\nX-HTTP-Method-Override: DELETE\r\n",
            "200",
        ),
        (target, &here, "Connection: authorization\r\n", "200"),
    ] {
        let answer = raw(&stage, head(target, host, more)).await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status}")),
            "{target} {host} {more}: {answer}"
        );
        assert!(!answer.to_ascii_lowercase().contains("set-cookie"), "{answer}");
    }
    let all = stage.caller("all").await;
    let form = "application/x-www-form-urlencoded";
    for field in ["a=1&script=2", "Deploy=2", "%73cript=2"] {
        let refused = stage
            .front
            .post(&all, &format!("/c/acme{RESTLET}"), form, field)
            .await;
        assert_eq!(
            (refused.status, refused.refusal()),
            (400, Some("BAD_REQUEST")),
            "{field}"
        );
    }
    let connect = raw(
        &stage,
        "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\nConnection: close\r\n\r\n".to_owned(),
    )
    .await;
    assert!(!connect.starts_with("HTTP/1.1 2"), "{connect}");
}
