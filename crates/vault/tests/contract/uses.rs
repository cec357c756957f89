//! What connections were used for.

use std::time::Duration;

use countersign_vault::{Method, ServiceKind, Use, UseFilter};

use super::{at, caller, id};

#[tokio::test]
async fn uses_are_written_together_read_newest_first_and_forgotten_after_a_time() {
    let (vault, _place) = crate::open().await;
    let (caller, _) = caller(&vault, "billing").await;
    let before = vault.revision().await.unwrap();
    let one = |connection: &str, seconds: i64| Use {
        at: at(seconds).at,
        request: format!("request {seconds}"),
        caller: caller.id,
        connection: id(connection),
        service: Some(ServiceKind::Rest),
        method: Some(Method::Get),
        path: "/services/rest/record/v1/customer".into(),
        outcome: "answered".into(),
        status: Some(200),
        attempts: 1,
        waited: Duration::from_millis(5),
        took: Duration::from_millis(70),
    };
    let unread = Use {
        service: None,
        method: None,
        status: None,
        ..one("beta", 30)
    };
    vault
        .note_uses(vec![one("acme", 10), one("beta", 20)])
        .await
        .unwrap();
    vault.note_uses(vec![unread.clone()]).await.unwrap();
    assert_eq!(vault.revision().await.unwrap(), before, "a use changes nothing");
    let uses = async |filter: UseFilter| {
        let found = vault.uses(filter).await.unwrap();
        found.into_iter().map(|(_, one)| one).collect::<Vec<_>>()
    };
    assert_eq!(
        uses(UseFilter::default()).await,
        [unread.clone(), one("beta", 20), one("acme", 10)]
    );
    let of_beta = UseFilter {
        connection: Some(id("beta")),
        caller: Some(caller.id),
        before: Some(3),
        since: Some(at(20).at),
        ..UseFilter::default()
    };
    assert_eq!(uses(of_beta).await, [one("beta", 20)]);
    assert_eq!(vault.forget_uses(at(20).at).await.unwrap(), 1);
    assert_eq!(uses(UseFilter::default()).await, [unread, one("beta", 20)]);
    let failed = UseFilter {
        failed: true,
        limit: Some(1),
        ..UseFilter::default()
    };
    assert!(uses(failed.clone()).await.is_empty());
    let refused = ["timed out", "GRANT_MISSING"].map(|outcome| Use {
        outcome: outcome.into(),
        ..one("acme", 40)
    });
    vault.note_uses(refused.to_vec()).await.unwrap();
    assert_eq!(uses(failed).await, refused.get(1..).unwrap());
}

#[tokio::test]
async fn a_use_that_was_changed_or_taken_out_breaks_the_chain_and_one_that_was_forgotten_does_not() {
    for (tampering, broken) in [
        ("UPDATE connection_use SET path = '/other' WHERE id = 3", 3),
        ("UPDATE connection_use SET caller = 9 WHERE id = 4", 4),
        ("DELETE FROM connection_use WHERE id = 3", 4),
        ("UPDATE connection_use SET digest = NULL WHERE id = 4", 4),
    ] {
        let (vault, place) = crate::open().await;
        let (caller, _) = caller(&vault, "billing").await;
        let one = |seconds: i64| Use {
            at: at(seconds).at,
            request: format!("request {seconds}"),
            caller: caller.id,
            connection: id("acme"),
            service: Some(ServiceKind::Soap),
            method: Some(Method::Post),
            path: "/services/NetSuitePort_2025_2 add".into(),
            outcome: "answered".into(),
            status: Some(200),
            attempts: 2,
            waited: Duration::ZERO,
            took: Duration::from_millis(70),
        };
        vault
            .note_uses(vec![one(1), one(2), one(3), one(4)])
            .await
            .unwrap();
        assert_eq!(vault.forget_uses(at(2).at).await.unwrap(), 1);
        let whole = vault.verify_uses().await.unwrap().unwrap();
        assert_eq!((whole.rows, whole.digest.len()), (3, 64));
        assert_eq!(
            vault.forget_uses(at(99).at).await.unwrap(),
            2,
            "the last one stays, for the next to follow from"
        );
        vault.note_uses(vec![one(5), one(6)]).await.unwrap();
        assert_eq!(vault.verify_uses().await.unwrap().unwrap().rows, 3);
        let tampering = tampering.replace("id = 3", "id = 5").replace("id = 4", "id = 6");
        place.run(&tampering).await;
        assert_eq!(
            vault.verify_uses().await.unwrap().unwrap_err().id,
            broken + 2,
            "{tampering}"
        );
    }
}
