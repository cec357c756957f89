//! What is sent again, and what never is.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use countersign_front::{Body, Limits, Listener, serve};
use countersign_model::Feature;
use countersign_proxy::{BreakerState, Logins, Settings};
use countersign_testkit::NOW;
use countersign_vault::{Connection, Health, Observed};
use countersign_world::FixedClock;
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use hyper::service::service_fn;
use serde_json::json;

use crate::stage::{CUSTOMER, Front, RESTLET, SOAP, Stage, blueprint, everything, id, open, wrong};

#[tokio::test]
async fn a_busy_account_is_tried_again_over_every_service_and_nobody_sees_it() {
    let stage = Stage::with(blueprint(), crate::stage::limited(5)).await;
    let key = stage.caller("sync").await;
    let front = &stage.front;
    stage
        .dial(json!({"when": {"next": 2}, "fault": "refusedForConcurrency"}))
        .await;
    let read = front.get(&key, &format!("/c/acme{CUSTOMER}?limit=1")).await;
    assert_eq!(read.status, 200, "{}", read.text());
    stage
        .dial(json!({"when": {"next": 2}, "fault": "refusedForConcurrency"}))
        .await;
    let made = front
        .post(
            &key,
            &format!("/c/acme{CUSTOMER}"),
            "application/json",
            r#"{"companyName":"Once"}"#,
        )
        .await;
    assert_eq!(made.status, 204, "{}", made.text());
    stage
        .dial(json!({"when": {"next": 2}, "fault": "refusedForConcurrency"}))
        .await;
    let restlet = front.get(&key, &format!("/c/acme{RESTLET}")).await;
    assert!(
        restlet.text().contains("SSS_INVALID_SCRIPTLET_ID"),
        "{}",
        restlet.text()
    );
    stage
        .dial(json!({"when": {"next": 2}, "fault": "refusedForConcurrency"}))
        .await;
    let time = "<getServerTime xmlns=\"urn:messages_2025_2.platform.webservices.netsuite.com\"/>";
    assert_eq!(front.soap(&key, time).await.status, 200);
    assert_eq!(front.proxy.gauges()[0].gauge.refused, 8);
    let customers = front
        .get(
            &key,
            &format!("/c/acme{CUSTOMER}?q=companyName%20IS%20%22Once%22"),
        )
        .await
        .json();
    assert_eq!(customers["totalResults"], 1, "{customers}");
}

#[tokio::test]
async fn a_caller_that_does_not_wait_is_told_when_to_come_back() {
    let stage = Stage::with(blueprint(), crate::stage::limited(5)).await;
    let key = stage.caller("sync").await;
    stage
        .dial(json!({"when": {"next": 1}, "fault": "refusedForConcurrency"}))
        .await;
    let path = format!("/c/acme{CUSTOMER}?limit=1");
    let busy = stage
        .front
        .send("GET", &path, &key, &[("x-countersign-wait", "0")], Bytes::new())
        .await;
    assert_eq!(
        (busy.status, busy.refusal()),
        (429, Some("BUSY")),
        "{}",
        busy.text()
    );
    assert!(busy.headers.contains_key("retry-after"));
}

#[tokio::test]
async fn a_refused_login_is_never_repeated_and_stops_before_it_locks() {
    let stage = Stage::new().await;
    let front = &stage.front;
    let credentials = wrong(&stage.account.application());
    front.connect("bad", credentials, stage.server.address).await;
    let (caller, key) = front.caller("sync").await;
    front.grant(&caller, "bad", everything()).await;
    let path = format!("/c/bad{CUSTOMER}?limit=1");
    for _ in 0..3 {
        let refused = front.get(&key, &path).await;
        assert_eq!(
            (refused.status, refused.refusal()),
            (401, None),
            "{}",
            refused.text()
        );
        assert!(!refused.headers.contains_key("www-authenticate"));
    }
    assert_eq!(stage.logins().await.len(), 3);
    let calls = (0..8).map(|_| front.get(&key, &path));
    for stopped in futures(calls).await {
        assert_eq!(
            (stopped.status, stopped.refusal()),
            (503, Some("LOGIN_REFUSED")),
            "{}",
            stopped.text()
        );
        assert!(stopped.headers.contains_key("retry-after"));
        assert!(
            stopped.text().contains("countersign doctor"),
            "{}",
            stopped.text()
        );
    }
    assert_eq!(stage.logins().await.len(), 3, "nothing more was sent");
    assert_eq!(front.proxy.breakers(), [("bad".to_owned(), BreakerState::Open)]);
    let told = front.proxy.survey().accounts.remove(0).connections.remove(0);
    assert_eq!((&*told.connection, told.logins), ("bad", Logins::Stopped));
    assert!(
        told.tried_again_in_seconds
            .is_some_and(|seconds| (1..=60).contains(&seconds))
    );
    let health = front.vault.connection(id("bad")).await.unwrap().health;
    assert!(matches!(health, Health::Failing { .. }), "{health:?}");
    // New credentials close it at once.
    let given = countersign_vault::Given {
        credentials: stage.account.application().credentials(),
        server: Some(stage.server.base_url().parse().unwrap()),
    };
    front.vault.replace(id("bad"), given, front.by()).await.unwrap();
    front.proxy.look().await.unwrap();
    assert_eq!(front.get(&key, &path).await.status, 200);
}

#[tokio::test]
async fn once_a_checkup_elsewhere_has_logged_in_the_next_call_tries_without_a_rest() {
    let stage = Stage::new().await;
    let key = stage.caller("sync").await;
    let front = &stage.front;
    let path = format!("/c/acme{CUSTOMER}?limit=1");
    let call = async || front.get(&key, &path).await.status;
    let state = async || front.vault.connection(id("acme")).await.unwrap();
    let until = async |what: &str, is_so: &dyn Fn(&Connection) -> bool| {
        let waiting = async {
            while !is_so(&state().await) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            front.proxy.look().await.unwrap();
        };
        let patience = Duration::from_secs(60);
        assert!(tokio::time::timeout(patience, waiting).await.is_ok(), "{what}");
    };
    // That it works is written down once a minute, and not for every call.
    assert_eq!(call().await, 200);
    let since = |seconds| Some(NOW.plus(Duration::from_secs(seconds)));
    until("it works", &|one| one.last_success == since(0)).await;
    for seconds in [59, 60, 61] {
        front.clock.wall.set(NOW.plus(Duration::from_secs(seconds)));
        assert_eq!(call().await, 200);
    }
    until("it still works", &|one| one.last_success != since(0)).await;
    assert_eq!(state().await.last_success, since(60));

    stage
        .account
        .switch_features(&[], &[Feature::TokenBasedAuthentication])
        .await;
    for expected in [401, 401, 401, 503] {
        assert_eq!(call().await, expected);
    }
    until("it fails", &|one| matches!(one.health, Health::Failing { .. })).await;
    stage
        .account
        .switch_features(&[Feature::TokenBasedAuthentication], &[])
        .await;
    assert_eq!(call().await, 503, "nobody has looked");
    let elsewhere = open(front.folder.path());
    elsewhere
        .observe(id("acme"), 1, Observed::Worked, front.by())
        .await
        .unwrap();
    front.proxy.look().await.unwrap();
    let breaker = || front.proxy.breakers().remove(0).1;
    assert_eq!(breaker(), BreakerState::HalfOpen, "who looks is told");
    assert_eq!(call().await, 200);
    assert_eq!(breaker(), BreakerState::Closed);
}

#[tokio::test]
async fn of_many_calls_at_once_with_credentials_nobody_knows_at_most_four_can_fail() {
    let stage = Stage::new().await;
    let front = &stage.front;
    front
        .connect("bad", wrong(&stage.account.application()), stage.server.address)
        .await;
    let (caller, key) = front.caller("sync").await;
    front.grant(&caller, "bad", everything()).await;
    let path = format!("/c/bad{CUSTOMER}?limit=1");
    let answers = futures((0..20).map(|_| front.get(&key, &path))).await;
    let refused = answers.iter().filter(|answer| answer.status == 401).count();
    assert!(refused <= 4, "{refused} logins were refused");
    assert_eq!(stage.logins().await.len(), refused);
    assert!(answers.iter().all(|answer| matches!(answer.status, 401 | 503)));
}

#[tokio::test]
async fn a_caller_cannot_write_into_a_fault_that_its_login_failed_or_the_account_was_busy() {
    let stage = Stage::with(blueprint(), crate::stage::limited(5)).await;
    let key = stage.caller("sync").await;
    let front = &stage.front;
    let messages = "urn:messages_2025_2.platform.webservices.netsuite.com";
    for word in [
        "invalidCredentialsFault",
        "INVALID_LOGIN_CREDENTIALS",
        "WS_REQUEST_BLOCKED",
        "exceededConcurrentRequestLimitFault",
    ] {
        let get =
            format!("<m:get xmlns:m=\"{messages}\"><m:baseRef internalId=\"1\" type=\"{word}\"/></m:get>");
        let operation = format!("<m:{word} xmlns:m=\"{messages}\"/>");
        // Three would open the breaker.
        for body in [get.clone(), get, operation.clone(), operation] {
            let answer = front.soap(&key, &body).await;
            assert_eq!(
                (answer.status, answer.refusal()),
                (500, None),
                "{}",
                answer.text()
            );
            assert!(answer.text().contains(word), "{}", answer.text());
        }
    }
    assert_eq!(stage.logins().await.len(), 16, "each was sent once");
    assert_eq!(front.proxy.gauges()[0].gauge.refused, 0);
    let time = format!("<getServerTime xmlns=\"{messages}\"/>");
    assert_eq!(front.soap(&key, &time).await.status, 200);
    assert_eq!(
        front.proxy.breakers(),
        [("acme".to_owned(), BreakerState::Closed)]
    );
}

#[tokio::test]
async fn logins_that_are_refused_over_soap_are_counted() {
    let stage = Stage::new().await;
    let front = &stage.front;
    front
        .connect("bad", wrong(&stage.account.application()), stage.server.address)
        .await;
    let (caller, key) = front.caller("sync").await;
    front.grant(&caller, "bad", everything()).await;
    let envelope = "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Body><getServerTime \
                    xmlns=\"urn:messages_2025_2.platform.webservices.netsuite.com\"/></e:Body></e:Envelope>";
    for expected in [500, 500, 500, 503] {
        let answer = front
            .post(&key, &format!("/c/bad{SOAP}"), "text/xml", envelope)
            .await;
        assert_eq!(answer.status, expected, "{}", answer.text());
    }
    assert_eq!(front.proxy.breakers(), [("bad".to_owned(), BreakerState::Open)]);
}

/// All of them at once.
pub(crate) async fn futures<F: Future>(all: impl IntoIterator<Item = F>) -> Vec<F::Output> {
    let mut running: Vec<_> = all.into_iter().map(|one| (Box::pin(one), None)).collect();
    std::future::poll_fn(|context| {
        for (future, done) in &mut running {
            if done.is_none()
                && let std::task::Poll::Ready(output) = future.as_mut().poll(context)
            {
                *done = Some(output);
            }
        }
        match running.iter().all(|(_, done)| done.is_some()) {
            true => std::task::Poll::Ready(()),
            false => std::task::Poll::Pending,
        }
    })
    .await;
    running.into_iter().filter_map(|(_, done)| done).collect()
}

/// A server that answers 503 so many times, and counts.
async fn flaky(times: usize) -> (std::net::SocketAddr, Arc<AtomicUsize>) {
    let listener = Listener::tcp("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = listener.address().unwrap();
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = calls.clone();
    let service = service_fn(move |request: Request<Body>| {
        let number = counted.fetch_add(1, Ordering::SeqCst);
        async move {
            let _ = request.into_body().collect(1 << 20).await;
            let mut answer = Response::new(Full::new(Bytes::from_static(b"{}")));
            if number < times {
                *answer.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
            }
            Ok::<_, std::convert::Infallible>(answer)
        }
    });
    tokio::spawn(serve(
        vec![listener],
        service,
        Limits::default(),
        std::future::pending(),
    ));
    (address, calls)
}

#[tokio::test]
async fn what_does_the_same_twice_is_sent_again_and_what_does_not_is_not() {
    let front = Front::start(Arc::new(FixedClock::at(NOW)), Settings::default()).await;
    let (address, calls) = flaky(2).await;
    let account = countersign_testkit::Account::ready().await.application();
    front.connect("acme", account.credentials(), address).await;
    let (caller, key) = front.caller("sync").await;
    front.grant(&caller, "acme", everything()).await;
    assert_eq!(front.get(&key, &format!("/c/acme{CUSTOMER}")).await.status, 200);
    assert_eq!(calls.load(Ordering::SeqCst), 3);

    let (address, calls) = flaky(1).await;
    front.connect("other", account.credentials(), address).await;
    front.grant(&caller, "other", everything()).await;
    let sent = front
        .post(&key, &format!("/c/other{CUSTOMER}"), "application/json", "{}")
        .await;
    assert_eq!(
        (sent.status, sent.refusal(), calls.load(Ordering::SeqCst)),
        (503, None, 1)
    );
}

#[tokio::test]
async fn an_account_that_cannot_be_reached_is_said_to_be_so() {
    let settings = Settings {
        attempts: 2,
        ..Settings::default()
    };
    let front = Front::start(Arc::new(FixedClock::at(NOW)), settings).await;
    // Bound, so that nobody else has it, and not listening.
    let nobody = tokio::net::TcpSocket::new_v4().unwrap();
    nobody.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let account = countersign_testkit::Account::ready().await.application();
    front
        .connect("acme", account.credentials(), nobody.local_addr().unwrap())
        .await;
    let (caller, key) = front.caller("sync").await;
    front.grant(&caller, "acme", everything()).await;
    let sent = front
        .post(&key, &format!("/c/acme{CUSTOMER}"), "application/json", "{}")
        .await;
    assert_eq!(
        (sent.status, sent.refusal()),
        (502, Some("NO_ANSWER")),
        "{}",
        sent.text()
    );
    assert!(sent.text().contains("Nothing was sent"), "{}", sent.text());
}

#[tokio::test]
async fn an_accounts_clock_that_is_minutes_off_is_followed_and_one_that_is_hours_off_is_not() {
    let front = Front::start(Arc::new(FixedClock::at(NOW)), Settings::default()).await;
    let account = countersign_testkit::Account::ready().await.application();
    let (caller, key) = front.caller("sync").await;
    for (name, ahead, expected) in [("minutes", 420, 420), ("hours", 7 * 3600, 0)] {
        let listener = Listener::tcp("127.0.0.1:0".parse().unwrap()).await.unwrap();
        front
            .connect(name, account.credentials(), listener.address().unwrap())
            .await;
        front.grant(&caller, name, everything()).await;
        let date = std::time::UNIX_EPOCH + Duration::from_secs(NOW.seconds().unsigned_abs() + ahead);
        let date = httpdate::fmt_http_date(date);
        // Answers with the timestamp it was sent.
        let service = service_fn(move |request: Request<Body>| {
            let header = request.headers()["authorization"].to_str().unwrap();
            let (_, timestamp) = header.split_once("oauth_timestamp=\"").unwrap();
            let timestamp = timestamp.split('"').next().unwrap().to_owned();
            let mut answer = Response::new(Full::new(Bytes::from(timestamp)));
            answer.headers_mut().insert("date", date.parse().unwrap());
            async move { Ok::<_, std::convert::Infallible>(answer) }
        });
        tokio::spawn(serve(
            vec![listener],
            service,
            Limits::default(),
            std::future::pending(),
        ));
        let mut sent = Vec::new();
        for _ in 0..2 {
            let answer = front.get(&key, &format!("/c/{name}{CUSTOMER}")).await;
            sent.push(answer.text().parse::<i64>().unwrap() - NOW.seconds());
        }
        assert_eq!(sent, [0, expected], "{name}");
    }
}
