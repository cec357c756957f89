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
    };
    assert_eq!(uses(of_beta).await, [one("beta", 20)]);
    assert_eq!(vault.forget_uses(at(20).at).await.unwrap(), 1);
    assert_eq!(uses(UseFilter::default()).await, [unread, one("beta", 20)]);
}
