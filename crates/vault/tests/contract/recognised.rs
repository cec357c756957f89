//! Whose token it is, and who else has it.

use super::{added, at, by, credentials, done, id, label};
use countersign_vault::{Action, Holder};

fn holder(role: &str) -> Holder {
    Holder {
        company: "Acme\nInc".into(),
        role: role.into(),
        role_id: "1000".into(),
        user: "12".into(),
        concurrency_limit: Some(5),
    }
}

#[tokio::test]
async fn who_a_token_is_stays_until_it_is_somebody_else_or_the_credentials_are_replaced() {
    let (vault, _place) = crate::open().await;
    let made = added(&vault, "acme").await;
    let generation = made.current.generation;
    for role in ["Integrator", "Integrator", "Administrator"] {
        vault
            .recognise(id("acme"), generation, holder(role), by())
            .await
            .unwrap();
    }
    let known = vault.connection(id("acme")).await.unwrap().holder.unwrap();
    assert_eq!(
        (known.company.as_str(), known.is_administrator()),
        ("Acme Inc", true)
    );
    let untold = Holder {
        concurrency_limit: None,
        ..holder("Administrator")
    };
    vault
        .recognise(id("acme"), generation, untold, by())
        .await
        .unwrap();
    let rows = done(&vault, "acme").await;
    assert_eq!(
        rows.iter()
            .filter(|action| **action == Action::TokenRecognised)
            .count(),
        2,
        "a row for each change: {rows:?}"
    );
    vault
        .recognise(id("acme"), generation + 1, holder("Other"), by())
        .await
        .unwrap();
    assert_eq!(
        vault.connection(id("acme")).await.unwrap().holder,
        Some(known),
        "what an older or a newer token is says nothing"
    );
    let replaced = vault
        .replace(id("acme"), credentials("7654321", "b"), at(5))
        .await;
    assert_eq!(replaced.unwrap().holder, None);
}

#[tokio::test]
async fn a_token_that_is_kept_under_two_names_is_found() {
    let (vault, _place) = crate::open().await;
    added(&vault, "acme").await;
    assert!(vault.others_with_its_token(id("acme")).await.unwrap().is_empty());
    added(&vault, "again").await;
    vault
        .add(id("other"), credentials("1234567", "b"), label(), by())
        .await
        .unwrap();
    let others = vault.others_with_its_token(id("acme")).await.unwrap();
    assert_eq!(
        others.iter().map(|other| other.id.as_str()).collect::<Vec<_>>(),
        ["again"]
    );
}
