//! What happens to a customer: made, read, changed, deleted, remembered.

#![expect(clippy::unwrap_used, reason = "a test ends at its first surprise")]

mod account;

use std::time::Duration;

use account::{ALICE, Account, NOW};
use countersign_records::{
    Action, Changes, FieldError, Key, Problem, Records, RecordsError, Reference, Stamp, Upserted, Value,
};

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn company(name: &str) -> Changes {
    Changes::new().set("companyName", text(name))
}

fn problems(error: RecordsError) -> Vec<(String, Problem)> {
    match error {
        RecordsError::Invalid(errors) => errors
            .into_iter()
            .map(|FieldError { path, problem }| (path, problem))
            .collect(),
        other => vec![(other.to_string(), Problem::Missing)],
    }
}

#[tokio::test]
async fn a_company_is_numbered_stamped_and_given_its_defaults() {
    let account = Account::new().await;
    let Account {
        records, customer, ..
    } = &account;
    let id = records.create(customer, company("Acme"), ALICE).await.unwrap();
    let acme = records.get(customer, Key::Internal(id)).await.unwrap();
    assert_eq!(acme.get("entityId"), Some(&text("CUST1")));
    assert_eq!(acme.get("isPerson"), Some(&Value::Bool(false)));
    assert_eq!(acme.get("balance"), Some(&Value::Decimal(0.0)));
    assert_eq!(acme.get("dateCreated"), Some(&Value::DateTime(NOW)));
    assert_eq!(
        acme.get("startDate"),
        Some(&Value::Date(jiff::civil::date(2026, 11, 21)))
    );
    assert_eq!(acme.get("email"), None);
    assert_eq!((acme.created, acme.modified), (ALICE, ALICE));
    let Some(Value::Reference(status)) = acme.get("entityStatus") else {
        panic!("{acme:?}");
    };
    assert_eq!(
        (status.id(), status.name.as_deref()),
        (Some(13), Some("CUSTOMER-Closed Won"))
    );
    assert_eq!(
        acme.get("subsidiary"),
        None,
        "a record that is not there is no default"
    );
}

#[tokio::test]
async fn a_company_needs_its_name_and_a_person_both_of_theirs() {
    let account = Account::new().await;
    let Account {
        records, customer, ..
    } = &account;
    let nameless = records.create(customer, Changes::new(), ALICE).await.unwrap_err();
    assert_eq!(problems(nameless), [("companyName".to_owned(), Problem::Missing)]);

    let person = Changes::new()
        .set("isPerson", Value::Bool(true))
        .set("firstName", text("Ada"));
    let halved = records.create(customer, person.clone(), ALICE).await.unwrap_err();
    assert_eq!(problems(halved), [("lastName".to_owned(), Problem::Missing)]);
    let person = person.set("lastName", text("Lovelace"));
    records.create(customer, person, ALICE).await.unwrap();
}

#[tokio::test]
async fn an_automatic_number_steps_over_one_that_was_typed_in() {
    let account = Account::new().await;
    let Account {
        records, customer, ..
    } = &account;
    let typed = company("First").set("entityId", text("CUST1"));
    records.create(customer, typed, ALICE).await.unwrap();
    let id = records.create(customer, company("Second"), ALICE).await.unwrap();
    let second = records.get(customer, Key::Internal(id)).await.unwrap();
    assert_eq!(second.get("entityId"), Some(&text("CUST2")));
}

#[tokio::test]
async fn a_change_keeps_what_it_does_not_name_and_clears_what_it_nulls() {
    let account = Account::new().await;
    let Account {
        records, customer, ..
    } = &account;
    let acme = company("Acme")
        .set("email", text("a@acme.example"))
        .set("comments", text("old"));
    let id = records.create(customer, acme, ALICE).await.unwrap();
    let bob = Stamp {
        at: NOW.plus(Duration::from_secs(60)),
        by: 8,
    };
    let change = Changes::new().set("comments", text("new")).clear("email");
    records
        .update(customer, Key::Internal(id), change, bob)
        .await
        .unwrap();

    let acme = records.get(customer, Key::Internal(id)).await.unwrap();
    assert_eq!(acme.get("companyName"), Some(&text("Acme")));
    assert_eq!(acme.get("comments"), Some(&text("new")));
    assert_eq!(acme.get("email"), None);
    assert_eq!(acme.get("lastModifiedDate"), Some(&Value::DateTime(bob.at)));
    assert_eq!((acme.created, acme.modified), (ALICE, bob));
}

#[tokio::test]
async fn a_refused_write_leaves_no_trace() {
    let account = Account::new().await;
    let Account {
        records, customer, ..
    } = &account;
    let bad = company("Acme")
        .set("email", text("nobody"))
        .set("compnyName", text("x"));
    let errors = problems(records.create(customer, bad, ALICE).await.unwrap_err());
    assert_eq!(
        errors[0],
        (
            "compnyName".to_owned(),
            Problem::Unknown {
                nearest: vec!["companyName".to_owned()]
            }
        )
    );
    assert!(matches!(&errors[1], (path, Problem::NotA { .. }) if path == "email"));

    let id = records.create(customer, company("Acme"), ALICE).await.unwrap();
    assert_eq!(id, 1, "the refused one used no id");
    let bad = Changes::new().set("phone", text("123"));
    records
        .update(customer, Key::Internal(id), bad, ALICE)
        .await
        .unwrap_err();
    assert!(
        records
            .history(customer, id)
            .await
            .unwrap()
            .iter()
            .all(|note| note.action == Action::Create)
    );
}

#[tokio::test]
async fn values_are_held_to_what_their_fields_allow() {
    let account = Account::new().await;
    let Account {
        records, customer, ..
    } = &account;
    for (field, value) in [
        ("companyName", text(&"x".repeat(84))),
        ("companyName", text("a\u{0}b")),
        ("companyName", Value::Integer(5)),
        ("email", text("a@b@c.example")),
        ("url", text("javascript:alert(1)")),
        ("creditLimit", Value::Decimal(f64::INFINITY)),
        ("creditLimit", Value::Decimal(1e300)),
        ("emailPreference", Value::Choice("FAX".to_owned())),
        ("balance", Value::Decimal(5.0)),
        ("parent", Value::Reference(Reference::to(99))),
    ] {
        let change = company("Acme").set(field, value.clone());
        let refused = problems(records.create(customer, change, ALICE).await.unwrap_err());
        assert_eq!(refused[0].0, field, "{value:?}: {refused:?}");
    }
}

#[tokio::test]
async fn an_external_id_finds_one_record_and_is_nobody_elses() {
    let account = Account::new().await;
    let Account {
        records, customer, ..
    } = &account;
    let first = company("First").set("externalId", text("crm-1"));
    let id = records.create(customer, first.clone(), ALICE).await.unwrap();
    let found = records
        .get(customer, Key::parse("eid:crm-1").unwrap())
        .await
        .unwrap();
    assert_eq!((found.id, found.external_id()), (id, Some("crm-1")));

    let twice = records.create(customer, first, ALICE).await.unwrap_err();
    assert_eq!(problems(twice), [("externalId".to_owned(), Problem::Taken)]);
    let itself = Changes::new().set("externalId", text("crm-1"));
    records
        .update(customer, Key::Internal(id), itself, ALICE)
        .await
        .unwrap();
}

#[tokio::test]
async fn an_external_id_is_one_line_of_characters_that_are_seen() {
    let account = Account::new().await;
    for hidden in [
        "a\nb",
        "a\tb",
        "a\u{1b}[2Jb",
        "a\u{202e}b",
        "\u{2066}a",
        "a\u{200b}b",
        "a\u{feff}",
    ] {
        let named = company("Hidden").set("externalId", text(hidden));
        let refused = account.records.create(&account.customer, named, ALICE).await;
        let expected = "one line of characters that are seen";
        assert_eq!(
            problems(refused.unwrap_err()),
            [("externalId".to_owned(), Problem::NotA { expected })],
            "{hidden:?}"
        );
        let upserted = account
            .records
            .upsert(&account.customer, hidden.to_owned(), company("Hidden"), ALICE);
        assert!(upserted.await.is_err(), "{hidden:?}");
        assert_eq!(Key::parse(&format!("eid:{hidden}")), None, "{hidden:?}");
    }
    let seen = company("Seen").set("externalId", text("Größe 1/2 – 語"));
    account
        .records
        .create(&account.customer, seen, ALICE)
        .await
        .unwrap();
}

#[tokio::test]
async fn an_upsert_makes_the_record_once_and_then_changes_it() {
    let account = Account::new().await;
    let Account {
        records, customer, ..
    } = &account;
    let upsert = |name: &str| records.upsert(customer, "crm-9".to_owned(), company(name), ALICE);
    assert_eq!(upsert("Old").await.unwrap(), Upserted::Created(1));
    assert_eq!(upsert("New").await.unwrap(), Upserted::Updated(1));
    let new = records.get(customer, Key::Internal(1)).await.unwrap();
    assert_eq!(new.get("companyName"), Some(&text("New")));
}

#[tokio::test]
async fn a_deleted_id_is_gone_and_never_comes_again() {
    let account = Account::new().await;
    let Account {
        records, customer, ..
    } = &account;
    let id = records
        .create(customer, company("Short-lived"), ALICE)
        .await
        .unwrap();
    records.delete(customer, Key::Internal(id), ALICE).await.unwrap();
    for missing in [
        records.get(customer, Key::Internal(id)).await.map(drop),
        records
            .update(customer, Key::Internal(id), Changes::new(), ALICE)
            .await
            .map(drop),
        records
            .delete(customer, Key::External("none".to_owned()), ALICE)
            .await,
    ] {
        assert!(matches!(missing, Err(RecordsError::NotFound { .. })));
    }
    let next = records.create(customer, company("Next"), ALICE).await.unwrap();
    assert_eq!(next, id + 1);
}

#[tokio::test]
async fn a_record_that_others_refer_to_cannot_be_deleted() {
    let account = Account::new().await;
    let Account {
        records,
        customer,
        widget,
        ..
    } = &account;
    let parent = records.create(customer, company("Parent"), ALICE).await.unwrap();
    let child = company("Child").set("parent", Value::Reference(Reference::to(parent)));
    let child = records.create(customer, child, ALICE).await.unwrap();
    let refused = records
        .delete(customer, Key::Internal(parent), ALICE)
        .await
        .unwrap_err();
    assert!(matches!(refused, RecordsError::HasDependents { dependent_id, .. } if dependent_id == child));

    let owned = Changes::new().set("owner", Value::Reference(Reference::to(child)));
    let first = records.create(widget, owned, ALICE).await.unwrap();
    records
        .delete(customer, Key::Internal(child), ALICE)
        .await
        .unwrap_err();

    let whole = Changes::new().set("parts", Value::References(vec![Reference::to(first)]));
    let whole = records.create(widget, whole, ALICE).await.unwrap();
    records
        .delete(widget, Key::Internal(first), ALICE)
        .await
        .unwrap_err();
    for (record_type, id) in [
        (widget, whole),
        (widget, first),
        (customer, child),
        (customer, parent),
    ] {
        records
            .delete(record_type, Key::Internal(id), ALICE)
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn a_reference_shows_the_name_its_record_has_today() {
    let account = Account::new().await;
    let Account {
        records, customer, ..
    } = &account;
    let parent = company("Parent")
        .set("externalId", text("p"))
        .set("entityId", text("Parent Inc"));
    let parent = records.create(customer, parent, ALICE).await.unwrap();
    let by_external = Reference {
        key: Key::External("p".to_owned()),
        name: Some("whatever".to_owned()),
        record_type: None,
    };
    let child = company("Child").set("parent", Value::Reference(by_external));
    let child = records.create(customer, child, ALICE).await.unwrap();
    let rename = Changes::new().set("entityId", text("Parent Ltd"));
    records
        .update(customer, Key::Internal(parent), rename, ALICE)
        .await
        .unwrap();

    let child = records.get(customer, Key::Internal(child)).await.unwrap();
    let shown = Reference {
        key: Key::Internal(parent),
        name: Some("Parent Ltd".to_owned()),
        record_type: Some("customer".to_owned()),
    };
    assert_eq!(child.get("parent"), Some(&Value::Reference(shown)));
}

#[tokio::test]
async fn a_reference_to_an_undeclared_type_keeps_the_first_name_it_was_given() {
    let account = Account::new().await;
    let Account {
        records, customer, ..
    } = &account;
    let territory = |name: Option<&str>| {
        let reference = Reference {
            key: Key::Internal(5),
            name: name.map(ToOwned::to_owned),
            record_type: None,
        };
        Changes::new().set("territory", Value::Reference(reference))
    };
    let id = records.create(customer, company("Acme"), ALICE).await.unwrap();
    for (given, shown) in [
        (None, None),
        (Some("West"), Some("West")),
        (Some("Never"), Some("West")),
    ] {
        records
            .update(customer, Key::Internal(id), territory(given), ALICE)
            .await
            .unwrap();
        let acme = records.get(customer, Key::Internal(id)).await.unwrap();
        let Some(Value::Reference(territory)) = acme.get("territory") else {
            panic!("{acme:?}")
        };
        assert_eq!(territory.name.as_deref(), shown);
    }
}

#[tokio::test]
async fn the_history_tells_who_changed_what() {
    let account = Account::new().await;
    let Account {
        records, customer, ..
    } = &account;
    let id = records.create(customer, company("Acme"), ALICE).await.unwrap();
    let bob = Stamp {
        at: NOW.plus(Duration::from_secs(60)),
        by: 8,
    };
    let change = Changes::new()
        .set("companyName", text("Acme Ltd"))
        .set("isInactive", Value::Bool(false));
    records
        .update(customer, Key::Internal(id), change, bob)
        .await
        .unwrap();
    records.delete(customer, Key::Internal(id), bob).await.unwrap();

    let notes = records.history(customer, id).await.unwrap();
    let (later, creation): (Vec<_>, Vec<_>) = notes.into_iter().partition(|note| note.by == 8);
    assert!(
        creation
            .iter()
            .all(|note| note.action == Action::Create && note.at == NOW && note.old.is_none())
    );
    assert!(
        creation
            .iter()
            .any(|note| note.field.as_deref() == Some("companyName"))
    );
    let of_fields: Vec<_> = later.iter().filter_map(|note| note.field.as_deref()).collect();
    assert_eq!(
        of_fields,
        ["companyName", "altName"],
        "a value that stays the same is no change: {later:?}"
    );
    assert_eq!(
        (later[0].old.as_deref(), later[0].new.as_deref()),
        (Some("Acme"), Some("Acme Ltd"))
    );
    assert_eq!((later[2].action, later[2].at), (Action::Delete, bob.at));
}

#[tokio::test]
async fn the_demonstration_companies_are_the_same_every_time_and_come_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("records.sqlite");
    let records = Records::open(&path).await.unwrap();
    let customer = records.record_type("Customer").unwrap();
    assert!(records.seed(NOW).await.unwrap() > 400);
    assert_eq!(records.seed(NOW).await.unwrap(), 0);
    let newest = records.get(customer, Key::Internal(25)).await.unwrap();
    assert_eq!(newest.created.at, NOW);
    let labs = Key::External("quarry-hill-software-labs".to_owned());
    let labs = records.get(customer, labs).await.unwrap();
    let Some(Value::Reference(parent)) = labs.get("parent") else {
        panic!("{labs:?}")
    };
    assert_eq!(parent.name.as_deref(), Some("Quarry Hill Software"));
    records.close().await.unwrap();

    let records = Records::open(&path).await.unwrap();
    let customer = records.record_type("Customer").unwrap();
    let again = records.get(customer, Key::Internal(25)).await.unwrap();
    assert_eq!(again, newest);
}
