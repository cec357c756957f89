//! RESTlets that take whatever they can get, many at once: each ends with its error, and others are answered meanwhile.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use countersign_model::{Level, Permission};
use countersign_records::Stamp;
use countersign_scripts::{Project, SourceFile, deploy};
use countersign_testkit::{Account, Blueprint, NOW, Signed};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

const SOURCE: &str = include_str!("restlets/greedy.js");
/// What each way ends with, where there is time for it.
const WAYS: [(&str, &str); 6] = [
    ("loop", "SSS_TIME_LIMIT_EXCEEDED"),
    ("backtrack", "SSS_TIME_LIMIT_EXCEEDED"),
    ("memory", "SSS_MEMORY_USAGE_EXCEEDED"),
    // No string of the engine is that long: that is an error of the script's.
    ("longString", "UNEXPECTED_ERROR"),
    ("recursion", "UNEXPECTED_ERROR"),
    ("pollute", "UNEXPECTED_ERROR"),
];

#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_greedy_restlets_at_once_end_and_other_requests_are_answered_between_them() {
    let blueprint = Blueprint {
        concurrency: 1000,
        ..Blueprint::default()
    };
    let blueprint = blueprint
        .permit_records()
        .permit(Permission::SuiteScript, Level::Full);
    let account = Account::with(blueprint).await;
    let file = SourceFile {
        path: "/SuiteScripts/greedy.js".to_owned(),
        contents: SOURCE.as_bytes().to_vec(),
    };
    let project = Project::read(vec![file], &[]).unwrap();
    let stamp = Stamp { at: NOW, by: -4 };
    deploy(&account.records, project, Vec::new(), stamp)
        .await
        .unwrap();
    let server = account.listen().await;
    server.accounts.engine().end_after(Duration::from_millis(20));
    let (caller, address) = (server.caller(&account.application()), server.address);

    let running = Arc::new(AtomicBool::new(true));
    let other = tokio::spawn({
        let (caller, running) = (caller.clone(), Arc::clone(&running));
        async move {
            let mut answered = 0;
            while running.load(Ordering::Relaxed) {
                let answer = answered_to(
                    address,
                    &caller.get("/services/rest/record/v1/customer?limit=1").sign(),
                )
                .await;
                assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
                answered += 1;
            }
            answered
        }
    });
    let mut calls = JoinSet::new();
    for (how, expected) in WAYS.iter().cycle().take(500) {
        let target = format!("/app/site/hosting/restlet.nl?script=customscript_greedy&deploy=1&how={how}");
        let call = caller.get(&target).sign();
        calls.spawn(async move { (how, expected, answered_to(address, &call).await) });
    }
    while let Some(ended) = calls.join_next().await {
        let (how, expected, answer) = ended.unwrap();
        assert!(answer.starts_with("HTTP/1.1 400 "), "{how}: {answer}");
        // On a slow machine the time is over first, or threads are given up and some calls find none.
        let is_expected = [*expected, "SSS_TIME_LIMIT_EXCEEDED", "SSS_REQUEST_LIMIT_EXCEEDED"]
            .iter()
            .any(|code| answer.contains(&format!("error code: {code}\n")));
        assert!(is_expected, "{how}: {answer}");
    }
    running.store(false, Ordering::Relaxed);
    assert!(other.await.unwrap() > 0, "nobody else was answered");
}

/// However long it takes: the last of them wait for all others.
async fn answered_to(address: SocketAddr, request: &Signed) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(&request.bytes).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}
