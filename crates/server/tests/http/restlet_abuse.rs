//! RESTlets that take whatever they can get, many at once: each ends with its error, and others are answered meanwhile.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use countersign_model::{Level, Permission};
use countersign_records::Stamp;
use countersign_scripts::{Project, SourceFile, deploy};
use countersign_testkit::{Account, Blueprint, NOW};
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
    server.accounts.engine().end_after(Duration::from_millis(50));
    let caller = server.caller(&account.application());

    let running = Arc::new(AtomicBool::new(true));
    let other = tokio::spawn({
        let (caller, running) = (caller.clone(), Arc::clone(&running));
        async move {
            let mut answered = 0;
            while running.load(Ordering::Relaxed) {
                let answer = caller
                    .get("/services/rest/record/v1/customer?limit=1")
                    .send()
                    .await;
                assert_eq!(answer.status, 200, "{}", answer.text());
                answered += 1;
            }
            answered
        }
    });
    let mut calls = JoinSet::new();
    for (how, expected) in WAYS.iter().cycle().take(500) {
        let target = format!("/app/site/hosting/restlet.nl?script=customscript_greedy&deploy=1&how={how}");
        let call = caller.get(&target);
        calls.spawn(async move { (how, expected, call.send().await) });
    }
    while let Some(ended) = calls.join_next().await {
        let (how, expected, answer) = ended.unwrap();
        assert_eq!(answer.status, 400, "{how}: {}", answer.text());
        let code = answer.error_code().unwrap_or_default();
        // On a slow machine the time is over first.
        assert!(
            [*expected, "SSS_TIME_LIMIT_EXCEEDED"].contains(&code.as_str()),
            "{how}: {code}"
        );
    }
    running.store(false, Ordering::Relaxed);
    assert!(other.await.unwrap() > 0, "nobody else was answered");
}
