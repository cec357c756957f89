//! The declaration language, and tables that follow their declarations.

use std::path::Path;

use countersign_records::{Catalog, Changes, Key, Kind, Records, RecordsError, Reference, Stamp, Value};
use countersign_world::UnixTime;
use proptest::prelude::*;

const NOBODY: Stamp = Stamp {
    at: UnixTime::from_seconds(0),
    by: 0,
};

fn parse(text: &str) -> Result<Catalog, String> {
    Catalog::parse(&[("x.record", text)]).map_err(|error| error.to_string())
}

#[test]
fn the_built_in_declarations_are_good() {
    let catalog = Catalog::built_in().unwrap();
    let customer = catalog.get("CUSTOMER").unwrap();
    assert_eq!(
        (customer.name.as_str(), customer.soap_name.as_str()),
        ("customer", "Customer")
    );
    assert_eq!(customer.soap_namespace.as_deref(), Some("relationships"));
    for name in [
        "entityId",
        "isPerson",
        "companyName",
        "firstName",
        "lastName",
        "email",
        "phone",
        "fax",
        "altEmail",
        "url",
        "isInactive",
        "comments",
        "externalId",
        "subsidiary",
        "currency",
        "terms",
        "salesRep",
        "parent",
        "category",
        "entityStatus",
        "creditLimit",
        "balance",
        "dateCreated",
        "lastModifiedDate",
        "defaultAddress",
    ] {
        assert!(customer.field(name).is_some(), "{name}");
    }
}

#[test]
fn names_and_labels_follow_from_one_name() {
    let catalog =
        parse("record SalesOrder named=tranId soap=sales\n  tranId text\n  otherRefNum text\n").unwrap();
    let order = catalog.get("salesorder").unwrap();
    assert_eq!(
        (order.name.as_str(), order.script_id.as_str()),
        ("salesOrder", "salesorder")
    );
    assert_eq!(order.label, "Sales Order");
    let field = order.field("otherRefNum").unwrap();
    assert_eq!(
        (field.script_id.as_str(), field.label.as_str()),
        ("otherrefnum", "Other Ref Num")
    );
    assert_eq!((&field.kind, field.max_length), (&Kind::Text, 300));
}

#[test]
fn an_error_points_at_its_line_and_column() {
    for (text, error) in [
        ("  name text", "x.record:1:3: a field needs a record above it"),
        (
            "recrod X",
            "x.record:1:1: expected `record`, `extend`, `view` or `subrecord`, or a field indented under one",
        ),
        (
            "record X named=name\n  name txt",
            "x.record:2:8: there is no kind txt",
        ),
        (
            "record X named=name\n  name text(",
            "x.record:2:13: expected a length in characters",
        ),
        (
            "record X named=name\n  name \"Name",
            "x.record:2:8: this text has no end",
        ),
        (
            "record X named=name\n  name text\n\n  Name text",
            "x.record:4:3: the name Name is taken",
        ),
        (
            "record X named=name\n  name text\n  id int",
            "x.record:3:3: the name id is taken",
        ),
        (
            "record X named=name\n  name text !if on",
            "x.record:2:17: on is no box of this record",
        ),
        (
            "record X named=name\n  name text(2) =\"abc\"",
            "x.record:2:17: longer than the 2 allowed",
        ),
        (
            "record X named=name\n  name text auto=\"N\"",
            "x.record:2:18: a pattern needs {n} where the number goes",
        ),
        (
            "record X named=name\n  name text\n  s enum(A:\"a\",A:\"b\")",
            "x.record:3:16: the choice A is there twice",
        ),
        (
            "record X named=name\n  name text\n  s enum(A:\"a\") =B",
            "x.record:3:18: not one of A",
        ),
        (
            "record X named=name\n  name text\n  b bool =1",
            "x.record:3:11: expected `true` or `false`",
        ),
        (
            "record X named=other\n  name text",
            "x.record:1:1: `named=` must name a text field of this record, or id",
        ),
        (
            "record X",
            "x.record:1:1: `named=` must name a text field of this record, or id",
        ),
        (
            "record X named=a\n  a text\nrecord x named=a\n  a text",
            "x.record:3:8: the name x is taken",
        ),
        (
            "record Systemnote named=a\n  a text",
            "x.record:1:8: the name Systemnote is taken",
        ),
        (
            "record X named=a\n  a text; drop table",
            "x.record:2:9: ';' means nothing here",
        ),
        (
            "record X named=_a\n  _a text",
            "x.record:2:3: a name begins with a letter and has at most 60 characters",
        ),
    ] {
        assert_eq!(parse(text).unwrap_err(), error, "{text}");
    }
}

proptest! {
    #[test]
    fn any_text_is_a_declaration_or_refused_and_never_panics(text in any::<String>()) {
        let _ = parse(&text);
    }

    #[test]
    fn almost_a_declaration_is_parsed_or_refused_and_never_panics(
        text in "((record|X|name|text|enum|ref|bool|int|date|auto|named|if|unless|today|ro|=|!|\\(|\\)|:|,|-1|2|\"a\"|\"|#|\n|  ) ?){0,30}",
    ) {
        let _ = parse(&text);
    }
}

async fn open(path: &Path, fields: &str) -> Result<Records, RecordsError> {
    let text = format!("record Thing named=name\n  name text\n{fields}");
    Records::open_with(path, Catalog::parse(&[("thing.record", &text)])?).await
}

#[tokio::test]
async fn a_field_that_is_declared_later_gets_its_column_and_keeps_the_rows() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("records.sqlite");
    let old = open(&path, "").await.unwrap();
    let name = Changes::new().set("name", Value::Text("kept".to_owned()));
    old.create(old.record_type("thing").unwrap(), name, NOBODY)
        .await
        .unwrap();
    old.close().await.unwrap();

    let new = open(&path, "  colour text unique\n  done bool\n").await.unwrap();
    let thing = new.record_type("thing").unwrap();
    let blue = Changes::new().set("colour", Value::Text("blue".to_owned()));
    new.update(thing, Key::Internal(1), blue, NOBODY).await.unwrap();
    let kept = new.get(thing, Key::Internal(1)).await.unwrap();
    assert_eq!(kept.get("name"), Some(&Value::Text("kept".to_owned())));
    assert_eq!(kept.get("colour"), Some(&Value::Text("blue".to_owned())));
    assert_eq!(kept.get("done"), Some(&Value::Bool(false)));
    new.close().await.unwrap();

    let old = open(&path, "").await.unwrap();
    old.get(old.record_type("thing").unwrap(), Key::Internal(1))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_field_that_changes_its_storage_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("records.sqlite");
    open(&path, "  size text\n").await.unwrap().close().await.unwrap();
    let refused = open(&path, "  size int\n").await.unwrap_err();
    assert!(matches!(refused, RecordsError::Redeclared { .. }), "{refused}");
    open(&path, "  size text\n").await.unwrap();
}

#[tokio::test]
async fn a_row_changed_by_another_program_is_an_error_and_not_a_panic() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("records.sqlite");
    let records = open(&path, "  day date\n").await.unwrap();
    let thing = records.record_type("thing").unwrap().clone();
    records.create(&thing, Changes::new(), NOBODY).await.unwrap();
    let editor = rusqlite::Connection::open(&path).unwrap();
    editor.execute_batch("UPDATE thing SET day = 'someday'").unwrap();
    drop(editor);
    let damaged = records.get(&thing, Key::Internal(1)).await.unwrap_err();
    assert!(matches!(damaged, RecordsError::Damaged { .. }), "{damaged}");
}

#[tokio::test]
async fn what_was_learnt_of_a_type_becomes_its_records_when_it_is_declared() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("records.sqlite");
    let referring = "  kind ref(boxKind)\n";
    let old = open(&path, referring).await.unwrap();
    let crate_kind = Reference {
        name: Some("Crate".to_owned()),
        ..Reference::to(7)
    };
    let changes = Changes::new().set("kind", Value::Reference(crate_kind));
    let thing = old.record_type("thing").unwrap();
    old.create(thing, changes, NOBODY).await.unwrap();
    old.close().await.unwrap();

    let declared = format!("{referring}record BoxKind named=name\n  name text !\n");
    let new = open(&path, &declared).await.unwrap();
    let kind = new.record_type("boxKind").unwrap();
    let learnt = new.get(kind, Key::Internal(7)).await.unwrap();
    assert_eq!(learnt.get("name"), Some(&Value::Text("Crate".to_owned())));
    let another = Changes::new().set("name", Value::Text("Pallet".to_owned()));
    assert_eq!(new.create(kind, another, NOBODY).await.unwrap(), 8);
    let thing = new
        .get(new.record_type("thing").unwrap(), Key::Internal(1))
        .await
        .unwrap();
    let shown = match thing.get("kind") {
        Some(Value::Reference(reference)) => reference.name.clone(),
        _ => None,
    };
    assert_eq!(shown.as_deref(), Some("Crate"));
}
