//! What a collector of traces is told.

use std::convert::Infallible;
use std::net::SocketAddr;

use bytes::Bytes;
use countersign_front::{Body, Limits, Listener, serve};
use countersign_proxy::{Collector, Settings};
use http::{HeaderMap, Request, Response};
use http_body_util::Full;
use hyper::service::service_fn;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::stage::{CUSTOMER, Stage, blueprint};

/// A server that keeps what it is sent.
async fn listener() -> (SocketAddr, mpsc::UnboundedReceiver<(HeaderMap, Value)>) {
    let listener = Listener::tcp("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = listener.address().unwrap();
    let (told, spans) = mpsc::unbounded_channel();
    let service = service_fn(move |request: Request<Body>| {
        let told = told.clone();
        async move {
            let (head, body) = request.into_parts();
            assert_eq!((head.method.as_str(), head.uri.path()), ("POST", "/v1/traces"));
            let body = body.collect(1 << 20).await.unwrap();
            let _ = told.send((head.headers, serde_json::from_slice(&body).unwrap()));
            Ok::<_, Infallible>(Response::new(Full::new(Bytes::from_static(b"{}"))))
        }
    });
    let limits = Limits::default();
    tokio::spawn(serve(vec![listener], service, limits, std::future::pending()));
    (address, spans)
}

fn settings(address: SocketAddr) -> Settings {
    Settings {
        traces: Some(Collector {
            address: format!("http://{address}/v1/traces").parse().unwrap(),
            headers: HeaderMap::from_iter([(
                http::header::AUTHORIZATION,
                "Bearer of-the-operator".parse().unwrap(),
            )]),
            service: "signing".to_owned(),
            passes_on: false,
        }),
        ..crate::stage::limited(5)
    }
}

#[tokio::test]
async fn a_call_is_told_to_the_collector_with_its_attempts_and_nothing_of_what_it_says() {
    let (address, mut spans) = listener().await;
    let stage = Stage::with(blueprint(), settings(address)).await;
    let key = stage.caller("sync").await;
    stage
        .dial(json!({"when": {"next": 1}, "fault": "refusedForConcurrency"}))
        .await;
    let trace = "0af7651916cd43dd8448eb211c80319c";
    let parent = format!("00-{trace}-b7ad6b7169203331-01");
    let path = format!("/c/acme{CUSTOMER}?q=email%20IS%20%22hush@example.com%22");
    let headers = [("traceparent", &*parent)];
    let read = stage.front.send("GET", &path, &key, &headers, Bytes::new()).await;
    assert_eq!(read.status, 200, "{}", read.text());
    // Whoever says that its trace is not kept leaves none.
    let unkept = parent.replace("-01", "-00");
    let headers = [("traceparent", &*unkept)];
    stage.front.send("GET", &path, &key, &headers, Bytes::new()).await;
    stage.front.stop().await;

    let (headers, told) = spans.recv().await.unwrap();
    assert_eq!(headers["authorization"], "Bearer of-the-operator");
    assert_eq!(headers["content-type"], "application/json");
    let resource = &told["resourceSpans"][0];
    assert_eq!(
        resource["resource"]["attributes"][0],
        json!({ "key": "service.name", "value": { "stringValue": "signing" } })
    );
    let all = resource["scopeSpans"][0]["spans"].as_array().unwrap();
    assert!(all.iter().all(|span| span["traceId"] == trace), "{told}");
    let call = &all[0];
    assert_eq!(call["parentSpanId"], "b7ad6b7169203331");
    let attempts = all.iter().filter(|span| span["name"] == "attempt");
    assert_eq!(attempts.count(), 2);
    let attribute = |name: &str| {
        let attributes = call["attributes"].as_array().unwrap();
        let found = attributes.iter().find(|attribute| attribute["key"] == name);
        found.map(|attribute| attribute["value"].clone())
    };
    let text = |text: &str| Some(json!({ "stringValue": text }));
    assert_eq!(attribute("countersign.caller"), text("sync"));
    assert_eq!(attribute("countersign.connection"), text("acme"));
    assert_eq!(attribute("countersign.service"), text("REST"));
    assert_eq!(attribute("http.request.method"), text("GET"));
    assert_eq!(
        attribute("http.response.status_code"),
        Some(json!({ "intValue": "200" }))
    );
    assert_eq!(
        attribute("countersign.attempts"),
        Some(json!({ "intValue": "2" }))
    );
    assert!(!told.to_string().contains("hush"), "{told}");
    assert!(!told.to_string().contains(key.expose()), "{told}");
    assert!(spans.try_recv().is_err(), "one call was told");
}

#[tokio::test]
async fn a_collector_that_is_not_there_keeps_nobody_waiting() {
    let (address, spans) = listener().await;
    drop(spans);
    let gone = SocketAddr::new(address.ip(), 1);
    let stage = Stage::with(blueprint(), settings(gone)).await;
    let key = stage.caller("sync").await;
    for _ in 0..3 {
        let read = stage.front.get(&key, &format!("/c/acme{CUSTOMER}?limit=1")).await;
        assert_eq!(read.status, 200, "{}", read.text());
    }
    stage.front.stop().await;
}
