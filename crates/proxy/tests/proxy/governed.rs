//! Many callers before an account of few slots.

use std::sync::atomic::{AtomicUsize, Ordering};

use countersign_model::{Governance, Tier};
use countersign_testkit::Blueprint;

use crate::retries::futures;
use crate::stage::{CUSTOMER, Stage, blueprint, limited};

const CALLERS: usize = 64;

/// 64 callers over 5 slots, of which a program that asks nobody takes 2 again and again.
async fn crowd(requests: usize) {
    let contract = Governance {
        tier: Tier::Standard,
        suitecloud_plus_licences: 0,
    };
    let blueprint = Blueprint {
        contract: Some(contract),
        ..blueprint()
    };
    let stage = Stage::with(blueprint, limited(5)).await;
    let mut keys = Vec::new();
    for number in 0..CALLERS {
        keys.push(stage.caller(&format!("caller {number}")).await);
    }
    let path = format!("/c/acme{CUSTOMER}/1?fields=id");
    let sent = AtomicUsize::new(0);
    let answered = AtomicUsize::new(0);
    let caller = async |key| {
        while sent.fetch_add(1, Ordering::SeqCst) < requests {
            let answer = stage.front.get(key, &path).await;
            assert!(
                matches!(answer.status, 200 | 404),
                "{}: {}",
                answer.status,
                answer.text()
            );
            assert_eq!(answer.refusal(), None);
            answered.fetch_add(1, Ordering::SeqCst);
        }
    };
    let neighbour = stage.server.caller(&stage.account.application());
    let ungoverned = async || {
        while answered.load(Ordering::SeqCst) < requests {
            neighbour.get(&format!("{CUSTOMER}/1?fields=id")).send().await;
        }
    };
    tokio::join!(
        futures(keys.iter().map(&caller)),
        futures((0..2).map(|_| ungoverned()))
    );
    assert_eq!(answered.load(Ordering::SeqCst), requests);
    let gauge = stage.front.proxy.gauges().remove(0).gauge;
    assert_eq!(
        (gauge.running, gauge.waiting, gauge.late, gauge.turned_away),
        (0, 0, 0, 0)
    );
    let (vault, _, _folder) = stage.front.stop().await;
    let mut rows = 0;
    let mut before = None;
    loop {
        let filter = countersign_vault::UseFilter {
            before,
            ..Default::default()
        };
        let page = vault.uses(filter).await.unwrap();
        let Some((last, _)) = page.last() else { break };
        before = Some(*last);
        rows += page.len();
    }
    assert_eq!(rows, requests);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_caller_of_many_sees_a_refusal_and_none_is_lost() {
    crowd(1500).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "ten thousand requests: .ci/long"]
async fn no_caller_of_many_sees_a_refusal_in_ten_thousand_requests() {
    crowd(10_000).await;
}
