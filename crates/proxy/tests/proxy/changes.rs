//! What changes in the vault is in force at once, and nobody's call fails for it.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use countersign_client::{Call, Client, Destination};
use countersign_testkit::Application;
use countersign_vault::{Observed, Vault};
use http::{HeaderMap, Method};

use crate::retries::futures;
use crate::stage::{CUSTOMER, Stage, everything, id, open};

const PATH: &str = "/c/acme/services/rest/record/v1/customer?limit=1";

/// A second token of the account.
async fn another(stage: &Stage) -> Application {
    let other = Application {
        token_id: "70cede02".repeat(8),
        token_secret: "5ec2e703".repeat(8),
        ..stage.account.application()
    };
    stage
        .account
        .another_token(&stage.account.integration, &other)
        .await;
    other
}

/// As somebody does it from another process: stage, try, switch, settle.
async fn rotate(stage: &Stage, vault: &Vault, to: &Application) {
    let by = || stage.front.by();
    vault.stage(id("acme"), to.credentials(), by()).await.unwrap();
    let staged = vault.open_staged(id("acme")).await.unwrap();
    let clock = stage.front.clock.clone();
    let client = Client::new(
        &staged.credentials,
        clock,
        std::sync::Arc::new(countersign_world::SystemEntropy),
    );
    let url = format!("{}{CUSTOMER}?limit=1", stage.server.base_url());
    let call = Call {
        method: Method::GET,
        destination: Destination::resolve(&url, &staged.credentials.account, None).unwrap(),
        headers: HeaderMap::new(),
        body: bytes::Bytes::new(),
    };
    assert_eq!(client.unwrap().call(&call).await.unwrap().status.as_u16(), 200);
    vault
        .observe(id("acme"), staged.generation, Observed::Worked, by())
        .await
        .unwrap();
    vault.switch(id("acme"), by()).await.unwrap();
    vault.settle(id("acme"), by()).await.unwrap();
}

#[tokio::test]
async fn a_token_is_replaced_under_load_and_no_request_fails() {
    let stage = Stage::new().await;
    let key = stage.caller("sync").await;
    let first = stage.account.application();
    let second = another(&stage).await;
    // Another process has the vault open, too.
    let elsewhere = open(stage.front.folder.path());
    let (done, calls) = (AtomicBool::new(false), AtomicUsize::new(0));
    let caller = async || {
        while !done.load(Ordering::SeqCst) {
            let answer = stage.front.get(&key, PATH).await;
            assert_eq!(answer.status, 200, "{}", answer.text());
            calls.fetch_add(1, Ordering::SeqCst);
        }
    };
    let rotating = async {
        for to in [&second, &first, &second] {
            let before = calls.load(Ordering::SeqCst);
            while calls.load(Ordering::SeqCst) < before + 16 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            rotate(&stage, &elsewhere, to).await;
        }
        let before = calls.load(Ordering::SeqCst);
        while calls.load(Ordering::SeqCst) < before + 16 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        done.store(true, Ordering::SeqCst);
    };
    tokio::join!(futures((0..8).map(|_| caller())), rotating);
    assert!(stage.logins().await.iter().all(|status| status == "Success"));
}

#[tokio::test]
async fn what_another_process_takes_away_is_gone_without_being_asked_for() {
    let stage = Stage::new().await;
    let front = &stage.front;
    let elsewhere = open(front.folder.path());
    let (caller, key) = front.caller("sync").await;
    let grant = front.grant(&caller, "acme", everything()).await;
    assert_eq!(front.get(&key, PATH).await.status, 200);
    let until = async |status: u16| {
        while front.get(&key, PATH).await.status != status {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        // And it stays so.
        assert_eq!(front.get(&key, PATH).await.status, status);
    };
    elsewhere.revoke_grant(grant.id, front.by()).await.unwrap();
    until(403).await;
    front.grant(&caller, "acme", everything()).await;
    until(200).await;
    elsewhere.supersede(id("acme"), None, front.by()).await.unwrap();
    until(409).await;
    let shown = || front.proxy.metrics().unwrap().contains("connection=\"acme\"} 0");
    assert!(shown() && front.proxy.survey().accounts[0].connections.len() == 1);
    elsewhere.remove(id("acme"), front.by()).await.unwrap();
    until(403).await;
    // Nor is it shown for ever as one that was called.
    while !front.proxy.breakers().is_empty() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(!shown() && front.proxy.survey().accounts[0].connections.is_empty());
    elsewhere.revoke_caller(caller.id, front.by()).await.unwrap();
    until(401).await;
}
