//! The audit: who did what, in a chain that shows where it was changed.

use super::{added, at, by, caller, credentials, id, label};
use countersign_vault::{Action, AuditBroken, AuditFilter, AuditRow};

#[tokio::test]
async fn every_change_has_its_row_and_the_revision_grows_with_it() {
    let (vault, _place) = crate::open().await;
    assert_eq!(vault.revision().await.unwrap(), 0);
    added(&vault, "acme").await;
    caller(&vault, "billing").await;
    vault
        .replace(id("acme"), credentials("7654321", "b"), at(5))
        .await
        .unwrap();
    assert_eq!(vault.revision().await.unwrap(), 3);
    let filter = AuditFilter {
        limit: 2,
        ..AuditFilter::default()
    };
    let rows = vault.audit(filter.clone()).await.unwrap();
    let newest = AuditRow {
        id: 3,
        at: at(5).at,
        actor: "erin".into(),
        action: Action::CredentialsReplaced,
        subject: "connection acme".into(),
        detail: "account 1234567 to 7654321".into(),
    };
    assert_eq!(rows.first(), Some(&newest));
    let older = AuditFilter {
        before: Some(2),
        ..filter
    };
    let rows = vault.audit(older).await.unwrap();
    assert_eq!(
        rows.iter().map(|row| row.action).collect::<Vec<_>>(),
        [Action::ConnectionAdded]
    );
}

#[tokio::test]
async fn no_row_holds_a_secret() {
    let (vault, _place) = crate::open().await;
    added(&vault, "acme").await;
    let (_, key) = caller(&vault, "billing").await;
    vault
        .stage(id("acme"), credentials("1234567", "b"), by())
        .await
        .unwrap();
    let filter = AuditFilter {
        limit: 100,
        ..AuditFilter::default()
    };
    let shown = format!("{:?}", vault.audit(filter).await.unwrap());
    assert!(
        !shown.contains("of-the-set") && !shown.contains(key.expose()),
        "{shown}"
    );
}

#[tokio::test]
async fn a_row_that_was_changed_or_taken_out_breaks_the_chain_there() {
    for (tampering, broken) in [
        ("UPDATE audit SET actor = 'mallory' WHERE id = 2", 2),
        ("UPDATE audit SET at = at + 1 WHERE id = 3", 3),
        ("DELETE FROM audit WHERE id = 2", 3),
        ("DELETE FROM audit WHERE id = 1", 2),
    ] {
        let (vault, place) = crate::open().await;
        for name in ["a", "b", "c", "d"] {
            added(&vault, name).await;
        }
        let whole = vault.verify_audit().await.unwrap().unwrap();
        assert_eq!((whole.rows, whole.digest.len()), (4, 64));
        place.run(tampering).await;
        assert_eq!(
            vault.verify_audit().await.unwrap(),
            Err(AuditBroken { id: broken }),
            "{tampering}"
        );
    }
}

#[tokio::test]
async fn changes_made_at_once_make_one_chain() {
    let (vault, _place) = crate::open().await;
    let tasks: Vec<_> = (0..20)
        .map(|number| {
            let vault = vault.clone();
            tokio::spawn(async move {
                let name = id(&format!("c{number}"));
                vault
                    .add(name, credentials("1234567", "a"), label(), by())
                    .await
                    .unwrap();
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(vault.verify_audit().await.unwrap().unwrap().rows, 20);
}

#[tokio::test]
async fn an_end_that_was_noted_is_missing_from_an_older_day() {
    let (vault, place) = crate::open().await;
    added(&vault, "acme").await;
    let older = vault.verify_audit().await.unwrap().unwrap().digest;
    added(&vault, "beta").await;
    let noted = vault.verify_audit().await.unwrap().unwrap().digest;
    for digest in [&older, &noted] {
        assert!(vault.audit_holds(digest).await.unwrap());
    }
    for none in [
        "",
        "x",
        "ab",
        &noted[..63],
        &older.replace('a', "b").replace('0', "1"),
    ] {
        assert!(!vault.audit_holds(none).await.unwrap(), "{none}");
    }
    // What is cut off at the end leaves a chain that holds.
    place.run("DELETE FROM audit WHERE id = 2").await;
    assert!(vault.verify_audit().await.unwrap().is_ok());
    assert!(vault.audit_holds(&older).await.unwrap() && !vault.audit_holds(&noted).await.unwrap());
}
