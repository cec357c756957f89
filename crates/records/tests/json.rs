//! Records as REST JSON, both ways.

#![expect(clippy::unwrap_used, reason = "a test ends at its first surprise")]

mod account;

use account::{ALICE, Account, NOW, catalog};
use countersign_records::json::{self, Draft, Style};
use countersign_records::{Changes, FieldError, Key, Problem, Records, RecordsError, Reference, Value};
use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};

const BASE: &str = "https://1234567.suitetalk.api.netsuite.com/services/rest/record/v1";

fn body(json: Json) -> Map<String, Json> {
    json.as_object().unwrap().clone()
}

fn read_widget(json: Json) -> Result<Draft, Vec<FieldError>> {
    json::read(&body(json), catalog().get("widget").unwrap())
}

#[tokio::test]
async fn a_record_looks_as_rest_shows_it() {
    let account = Account::new().await;
    let Account {
        records,
        customer,
        widget,
        ..
    } = &account;
    let acme = Changes::new().set("companyName", Value::Text("Acme".to_owned()));
    records.create(customer, acme, ALICE).await.unwrap();
    let sent = json!({
        "externalId": "w-1", "price": 12.345, "seen": "2026-10-31T09:30:00+01:30", "on": true,
        "owner": { "id": "1" }, "size": { "id": "L" }, "share": 5, "story": "",
    });
    let draft = json::read(&body(sent), widget).unwrap();
    records.create(widget, draft.changes, ALICE).await.unwrap();
    let part = json!({ "code": "whole", "parts": { "items": [{ "externalId": "w-1" }] } });
    records
        .create(widget, json::read(&body(part), widget).unwrap().changes, ALICE)
        .await
        .unwrap();

    let first = records.get(widget, Key::Internal(1)).await.unwrap();
    assert_eq!(
        json::write(&first, widget, Style::plain(BASE)),
        json!({
            "links": [{ "rel": "self", "href": format!("{BASE}/widget/1") }],
            "id": "1",
            "externalId": "w-1",
            "code": "W1",
            "born": "2026-11-21",
            "seen": "2026-10-31T08:00:00Z",
            "made": "2026-11-21T10:00:00Z",
            "on": true,
            "count": 3,
            "price": 12.35,
            "share": 5.0,
            "size": { "id": "L", "refName": "Large" },
            "owner": {
                "links": [{ "rel": "self", "href": format!("{BASE}/customer/1") }],
                "id": "1",
                "refName": "CUST1",
            },
            "colour": {
                "links": [{ "rel": "self", "href": format!("{BASE}/colour/7") }],
                "id": "7",
                "refName": "Blue",
            },
        })
    );
    let whole = records.get(widget, Key::Internal(2)).await.unwrap();
    assert_eq!(
        json::write(&whole, widget, Style::plain(BASE))["parts"],
        json!({ "items": [{
            "links": [{ "rel": "self", "href": format!("{BASE}/widget/1") }],
            "id": "1",
            "refName": "W1",
        }] })
    );
}

#[tokio::test]
async fn a_record_sent_back_as_it_was_read_changes_nothing() {
    let account = Account::new().await;
    let Account {
        records, customer, ..
    } = &account;
    records.seed(NOW).await.unwrap();
    let before = records.get(customer, Key::Internal(2)).await.unwrap();
    let draft = json::read(
        &body(json::write(&before, customer, Style::plain(BASE))),
        customer,
    )
    .unwrap();
    assert_eq!(draft.unknown, []);
    assert!(draft.read_only.iter().any(|error| error.path == "id"));
    assert!(draft.read_only.iter().any(|error| error.path == "balance"));
    records
        .update(customer, Key::Internal(2), draft.changes, before.modified)
        .await
        .unwrap();
    assert_eq!(records.get(customer, Key::Internal(2)).await.unwrap(), before);
}

#[test]
fn null_clears_and_absence_keeps() {
    let draft = read_widget(json!({ "mail": null, "story": "" })).unwrap();
    assert_eq!(draft.changes, Changes::new().clear("mail").clear("story"));
}

#[test]
fn an_unknown_name_is_told_apart_and_given_its_neighbours() {
    let draft = read_widget(json!({ "prcie": 5, "Price": 5 })).unwrap();
    let nearest = vec!["price".to_owned()];
    assert_eq!(draft.changes, Changes::new());
    let paths: Vec<&str> = draft.unknown.iter().map(|error| error.path.as_str()).collect();
    assert_eq!(paths, ["prcie", "Price"]);
    assert_eq!(draft.unknown[1].problem, Problem::Unknown { nearest });
}

#[test]
fn every_wrong_value_is_named_with_what_was_expected() {
    let wrong = json!({
        "code": 5, "mail": "x", "call": "1", "link": "x.example", "born": "10/31/2026", "seen": "2026-10-31",
        "on": "true", "count": 1.5, "price": "12", "weight": 1e300, "size": { "id": "M" }, "owner": {},
        "colour": { "id": "blue" }, "parts": [1],
    });
    let errors = read_widget(wrong.clone()).unwrap_err();
    assert_eq!(errors.len(), wrong.as_object().unwrap().len(), "{errors:?}");
    let born = errors.iter().find(|error| error.path == "born").unwrap();
    assert_eq!(born.to_string(), "born: expected a date, as 2026-10-31");
}

#[test]
fn a_reference_is_read_in_each_of_its_forms() {
    for sent in [
        json!({ "id": "7", "refName": "Blue" }),
        json!({ "id": 7 }),
        json!("7"),
        json!(7),
    ] {
        let draft = read_widget(json!({ "colour": sent.clone() })).unwrap();
        let (_, value) = draft.changes.iter().next().unwrap();
        let Some(Value::Reference(reference)) = value else {
            panic!("{sent}")
        };
        assert_eq!(reference.id(), Some(7), "{sent}");
    }
    let draft = read_widget(json!({ "owner": { "externalId": "crm-1" } })).unwrap();
    let external = Reference {
        key: Key::External("crm-1".to_owned()),
        name: None,
        record_type: None,
    };
    assert_eq!(
        draft.changes,
        Changes::new().set("owner", Value::Reference(external))
    );
}

#[test]
fn a_number_has_one_spelling_and_a_line_that_has_none_is_refused() {
    let catalog = catalog();
    let order = catalog.get("salesOrder").unwrap();
    let read = |line: Json| {
        let body = body(json!({ "item": { "items": [{ "line": line, "quantity": 2 }] } }));
        json::read(&body, order)
    };
    assert_eq!(read(json!("12")).unwrap(), read(json!(12)).unwrap());
    for wrong in [
        json!(1.5),
        json!("01"),
        json!("+1"),
        json!("x"),
        json!(""),
        json!(null),
        json!([1]),
    ] {
        let errors = read(wrong.clone()).unwrap_err();
        assert_eq!(errors[0].path, "item.items[0].line", "{wrong}");
    }
    assert_eq!(Key::parse("7"), Some(Key::Internal(7)));
    for wrong in ["01", "+1", " 1", "1 ", "-0", ""] {
        assert_eq!(Key::parse(wrong), None, "{wrong}");
    }
}

/// Any JSON a stranger may send, a few levels deep.
fn anything() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<f64>().prop_map(Json::from),
        any::<String>().prop_map(Json::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            proptest::collection::hash_map("id|refName|externalId|items", inner, 0..3)
                .prop_map(|map| map.into_iter().collect::<Map<_, _>>().into()),
        ]
    })
}

proptest! {
    #[test]
    fn any_body_is_read_or_refused_and_never_panics(values in proptest::collection::vec(anything(), 18)) {
        let catalog = catalog();
        let widget = catalog.get("widget").unwrap();
        let body = widget.fields.iter().map(|field| field.name.clone()).zip(values).collect();
        let _ = json::read(&body, widget);
    }
}

/// A widget that may exist: some fields set, the rest left to their defaults.
fn widgets() -> impl Strategy<Value = Changes> {
    let text = |pattern: &'static str| pattern.prop_map(Value::Text).boxed();
    let decimal = || (-1e12..1e12f64).prop_map(Value::Decimal).boxed();
    let fields: Vec<(&str, BoxedStrategy<Value>)> = vec![
        ("externalId", text("[!-~]{1,20}")),
        ("story", text("[ -~äöü€\n]{1,200}")),
        ("mail", text("[a-z.]{1,10}@[a-z]{1,10}\\.example")),
        ("call", text("[0-9 +()-]{7,30}")),
        ("link", text("https://[!-~]{1,50}")),
        (
            "born",
            (1i16..=9999, 1i8..=12, 1i8..=28)
                .prop_map(|(y, m, d)| Value::Date(jiff::civil::date(y, m, d)))
                .boxed(),
        ),
        (
            "seen",
            (-62_000_000_000..253_000_000_000i64)
                .prop_map(|seconds| Value::DateTime(countersign_world::UnixTime::from_seconds(seconds)))
                .boxed(),
        ),
        ("on", any::<bool>().prop_map(Value::Bool).boxed()),
        ("count", any::<i64>().prop_map(Value::Integer).boxed()),
        ("weight", decimal()),
        ("ratio", decimal()),
        ("share", decimal()),
        (
            "price",
            (-100_000_000i32..100_000_000)
                .prop_map(|cents| Value::Decimal(f64::from(cents) / 100.0))
                .boxed(),
        ),
        (
            "size",
            prop_oneof![Just("S"), Just("L")]
                .prop_map(|id| Value::Choice(id.to_owned()))
                .boxed(),
        ),
    ];
    let fields = fields
        .into_iter()
        .map(|(name, value)| proptest::option::of(value).prop_map(move |value| (name, value)));
    fields.collect::<Vec<_>>().prop_map(|fields| {
        fields
            .into_iter()
            .fold(Changes::new(), |changes, (name, value)| match value {
                Some(value) => changes.set(name, value),
                None => changes,
            })
    })
}

#[test]
fn what_is_created_is_what_is_read_and_what_its_json_says() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    proptest!(ProptestConfig::with_cases(64), |(changes in widgets())| {
        let records = runtime.block_on(Records::in_memory(catalog())).unwrap();
        let widget = records.record_type("widget").unwrap();
        let id = runtime.block_on(records.create(widget, changes.clone(), ALICE)).unwrap();
        let record = runtime.block_on(records.get(widget, Key::Internal(id))).unwrap();
        for (name, value) in changes.iter() {
            prop_assert_eq!(record.get(name), value);
        }
        let sent_back = json::read(&body(json::write(&record, widget, Style::plain(BASE))), widget).unwrap();
        for (name, value) in changes.iter() {
            let found = sent_back.changes.iter().find(|(other, _)| *other == name);
            prop_assert_eq!(found, Some((name, value)));
        }
    });
}

#[test]
fn a_body_of_a_hundred_thousand_unknown_names_is_read_at_once() {
    let body: Map<String, Json> = (0..100_000)
        .map(|number| (format!("companyNamfcompanyNamf{number}"), Json::Null))
        .collect();
    let draft = json::read(&body, catalog().get("widget").unwrap()).unwrap();
    assert!((1..=20).contains(&draft.unknown.len()));
}

/// A body of an order with anything in its fields, and in those of its lines.
fn orders() -> impl Strategy<Value = Map<String, Json>> {
    let names = "entity|tranDate|subsidiary|currency|exchangeRate|terms|memo|orderStatus|shippingCost|shippingAddress";
    let of_lines = "line|item|quantity|rate|amount|description|isClosed";
    let sensible = prop_oneof![
        3 => anything(),
        1 => Just(json!({ "id": "1" })),
        1 => Just(json!(1)),
        1 => Just(json!(1e12)),
        1 => Just(json!({ "city": "Portland", "links": [], "planet": 3 })),
    ];
    let line = proptest::collection::hash_map(of_lines, sensible.clone(), 0..5)
        .prop_map(|line| Json::Object(line.into_iter().collect()));
    let lines = proptest::collection::vec(prop_oneof![4 => line, 1 => anything()], 0..4);
    (proptest::collection::hash_map(names, sensible, 0..6), lines).prop_map(|(fields, lines)| {
        let mut body: Map<String, Json> = fields.into_iter().collect();
        body.insert("item".to_owned(), json!({ "items": lines }));
        body
    })
}

#[test]
fn any_order_is_written_or_refused_by_name_and_never_anything_else() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let records = runtime.block_on(Records::in_memory(catalog())).unwrap();
    runtime.block_on(records.seed(NOW)).unwrap();
    let order = records.record_type("salesOrder").unwrap();
    let config = ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(256)
    };
    proptest!(config, |(body in orders())| {
        let changes = json::read_leniently(&body, order).changes;
        let made = runtime.block_on(records.create(order, changes.clone(), ALICE));
        if let Err(error) = made {
            prop_assert!(matches!(error, RecordsError::Invalid(_)), "{error}");
        }
        let changed = runtime.block_on(records.update(order, Key::External("order-60".to_owned()), changes, ALICE));
        if let Err(error) = changed {
            prop_assert!(matches!(error, RecordsError::Invalid(_)), "{error}");
        }
    });
}
